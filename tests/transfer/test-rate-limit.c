/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-rate-limit.h"

static void
test_none (void)
{
  g_autoptr(MainstayRateLimit) limit = mainstay_rate_limit_new ();

  g_assert_cmpuint (mainstay_rate_limit_get_rate (limit), ==, 0);
  for (int i = 0; i < 100; i++)
    g_assert_cmpint (mainstay_rate_limit_delay_at (limit, G_MAXINT, 1000), ==, 0);
  g_assert_true (mainstay_rate_limit_take (limit, G_MAXINT, NULL));
  g_assert_true (mainstay_rate_limit_get_default () == mainstay_rate_limit_get_default ());
}

/* Whoever keeps to the delays is as fast as the limit, and no faster. */
static void
test_speed (void)
{
  g_autoptr(MainstayRateLimit) limit = mainstay_rate_limit_new ();
  gint64 begin = 1000 * G_USEC_PER_SEC;
  gint64 now = begin;
  gint64 sent = 0;

  mainstay_rate_limit_set_rate (limit, 1000000);
  while (now < begin + 10 * G_USEC_PER_SEC)
    {
      sent += 65536;
      now += mainstay_rate_limit_delay_at (limit, 65536, now);
    }
  g_assert_cmpint (sent, >=, 9900000);
  g_assert_cmpint (sent, <=, 10500000);
  /* A pause is not saved up. */
  now += G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC;
  g_assert_cmpint (mainstay_rate_limit_delay_at (limit, 1250000, now), >=, 990000);
}

static gpointer
lift_limit (gpointer data)
{
  g_usleep (100000);
  mainstay_rate_limit_set_rate (data, 0);
  return NULL;
}

static gpointer
cancel (gpointer data)
{
  g_usleep (100000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_take (void)
{
  g_autoptr(MainstayRateLimit) limit = mainstay_rate_limit_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  gint64 begin = g_get_monotonic_time ();
  GThread *thread;

  mainstay_rate_limit_set_rate (limit, 1000000);
  g_assert_true (mainstay_rate_limit_take (limit, 400000, NULL));
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 140000);

  /* Nobody waits for a limit that is no more. */
  mainstay_rate_limit_set_rate (limit, 1);
  thread = g_thread_new ("lift", lift_limit, limit);
  g_assert_true (mainstay_rate_limit_take (limit, 1000000, NULL));
  g_thread_join (thread);

  mainstay_rate_limit_set_rate (limit, 1);
  thread = g_thread_new ("cancel", cancel, cancellable);
  g_assert_false (mainstay_rate_limit_take (limit, 1000000, cancellable));
  g_thread_join (thread);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/rate-limit/none", test_none);
  g_test_add_func ("/transfer/rate-limit/speed", test_speed);
  g_test_add_func ("/transfer/rate-limit/take", test_take);
  return g_test_run ();
}
