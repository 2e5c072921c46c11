/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-transfer-estimator.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static void
test_unknown (void)
{
  g_autoptr(MainstayTransferEstimator) estimator = mainstay_transfer_estimator_new ();

  g_assert_cmpfloat (mainstay_transfer_estimator_get_speed (estimator), ==, 0);
  g_assert_cmpint (mainstay_transfer_estimator_get_seconds_left (estimator, 1000), ==, -1);

  mainstay_transfer_estimator_add (estimator, 5 * SECOND, 0);
  mainstay_transfer_estimator_add (estimator, 5 * SECOND + SECOND / 2, 1000000);
  g_assert_cmpfloat (mainstay_transfer_estimator_get_speed (estimator), ==, 0);
  g_assert_cmpint (mainstay_transfer_estimator_get_seconds_left (estimator, 2000000), ==, -1);
}

static void
test_steady (void)
{
  g_autoptr(MainstayTransferEstimator) estimator = mainstay_transfer_estimator_new ();

  for (int i = 0; i <= 2000; i++)
    mainstay_transfer_estimator_add (estimator, i * SECOND / 100, i * 1000);
  g_assert_cmpfloat_with_epsilon (mainstay_transfer_estimator_get_speed (estimator), 100000, 1);
  g_assert_cmpint (mainstay_transfer_estimator_get_seconds_left (estimator, 2000000), ==, 0);
  g_assert_cmpint (mainstay_transfer_estimator_get_seconds_left (estimator, 2000001), ==, 1);
  g_assert_cmpint (mainstay_transfer_estimator_get_seconds_left (estimator, 3000000), ==, 10);
  g_assert_cmpint (mainstay_transfer_estimator_get_seconds_left (estimator, -1), ==, -1);
}

/* What was long ago does not count. */
static void
test_slows_down (void)
{
  g_autoptr(MainstayTransferEstimator) estimator = mainstay_transfer_estimator_new ();
  gint64 done = 0;
  double speed;

  for (int i = 0; i < 200; i++)
    mainstay_transfer_estimator_add (estimator, i * SECOND / 10, done += 1000000);
  for (int i = 200; i < 300; i++)
    mainstay_transfer_estimator_add (estimator, i * SECOND / 10, done += 1000);
  speed = mainstay_transfer_estimator_get_speed (estimator);
  g_assert_cmpfloat (speed, >=, 9000);
  g_assert_cmpfloat (speed, <=, 11000);
}

static void
test_stalls (void)
{
  g_autoptr(MainstayTransferEstimator) estimator = mainstay_transfer_estimator_new ();

  for (int i = 0; i <= 20; i++)
    mainstay_transfer_estimator_add (estimator, i * SECOND / 10, i * 1000);
  g_assert_cmpfloat (mainstay_transfer_estimator_get_speed (estimator), >, 0);
  for (int i = 21; i <= 200; i++)
    mainstay_transfer_estimator_add (estimator, i * SECOND / 10, 20000);
  g_assert_cmpfloat (mainstay_transfer_estimator_get_speed (estimator), ==, 0);
  g_assert_cmpint (mainstay_transfer_estimator_get_seconds_left (estimator, 40000), ==, -1);
}

static void
test_begins_again (void)
{
  g_autoptr(MainstayTransferEstimator) estimator = mainstay_transfer_estimator_new ();

  for (int i = 0; i <= 20; i++)
    mainstay_transfer_estimator_add (estimator, i * SECOND / 10, i * 1000);
  mainstay_transfer_estimator_add (estimator, 21 * SECOND / 10, 0);
  g_assert_cmpfloat (mainstay_transfer_estimator_get_speed (estimator), ==, 0);
  mainstay_transfer_estimator_add (estimator, 41 * SECOND / 10, 4000);
  g_assert_cmpfloat_with_epsilon (mainstay_transfer_estimator_get_speed (estimator), 2000, 1);
}

static void
test_long_gap (void)
{
  g_autoptr(MainstayTransferEstimator) estimator = mainstay_transfer_estimator_new ();

  mainstay_transfer_estimator_add (estimator, 0, 0);
  mainstay_transfer_estimator_add (estimator, 2 * SECOND, 2000);
  mainstay_transfer_estimator_add (estimator, 3600 * SECOND, 3000);
  g_assert_cmpfloat (mainstay_transfer_estimator_get_speed (estimator), ==, 0);
}

static void
test_absurd (void)
{
  g_autoptr(MainstayTransferEstimator) estimator = mainstay_transfer_estimator_new ();

  mainstay_transfer_estimator_add (estimator, 0, 0);
  mainstay_transfer_estimator_add (estimator, 9 * SECOND, 1);
  g_assert_cmpint (mainstay_transfer_estimator_get_seconds_left (estimator, G_MAXINT64), ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/estimator/unknown", test_unknown);
  g_test_add_func ("/transfer/estimator/steady", test_steady);
  g_test_add_func ("/transfer/estimator/slows-down", test_slows_down);
  g_test_add_func ("/transfer/estimator/stalls", test_stalls);
  g_test_add_func ("/transfer/estimator/begins-again", test_begins_again);
  g_test_add_func ("/transfer/estimator/long-gap", test_long_gap);
  g_test_add_func ("/transfer/estimator/absurd", test_absurd);
  return g_test_run ();
}
