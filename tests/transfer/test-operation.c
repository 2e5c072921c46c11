/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "fake-operation.h"
#include "mainstay-error.h"

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          gpointer    user_data)
{
  ++*(unsigned int *) user_data;
}

static unsigned int *
count (MainstayOperation *operation,
       const char        *property)
{
  g_autofree char *signal = g_strconcat ("notify::", property, NULL);
  unsigned int *counter = g_new0 (unsigned int, 1);

  g_signal_connect_data (operation, signal, G_CALLBACK (count_cb), counter,
                         (GClosureNotify) (void *) g_free, 0);
  return counter;
}

static void
test_table (void)
{
  static const char *const allowed[] = {
    /* from: Queued, Running, Paused, Verifying, Done, Failed, Cancelled; to: the same */
    ".xx..xx",
    "x.xxxxx",
    "x....xx",
    "xxx.xxx",
    ".......",
    "x.....x",
    ".......",
  };

  for (int from = 0; from <= MAINSTAY_OPERATION_CANCELLED; from++)
    for (int to = 0; to <= MAINSTAY_OPERATION_CANCELLED; to++)
      {
        g_test_message ("%d to %d", from, to);
        g_assert_cmpint (mainstay_operation_state_may_follow (from, to), ==,
                         allowed[from][to] == 'x');
      }
}

static void
test_done (void)
{
  MainstayOperation *operation = fake_operation_new ();
  unsigned int *states = count (operation, "state");

  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_QUEUED);
  g_assert_true (mainstay_operation_is_active (operation));
  g_assert_cmpint (mainstay_operation_get_started_at (operation), ==, 0);
  g_assert_cmpfloat (mainstay_operation_get_progress (operation), <, 0);
  mainstay_operation_start (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  g_assert_cmpint (mainstay_operation_get_started_at (operation), >, 0);
  g_assert_cmpuint (*states, ==, 1);

  mainstay_operation_set_step (operation, MAINSTAY_STEP_CREATING);
  mainstay_operation_set_progress (operation, 1.0);
  g_assert_cmpfloat (mainstay_operation_get_progress (operation), <, 1);
  fake_operation_end (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
  g_assert_cmpint (mainstay_operation_get_step (operation), ==, MAINSTAY_STEP_NONE);
  g_assert_cmpfloat (mainstay_operation_get_progress (operation), ==, 1);
  g_assert_cmpint (mainstay_operation_get_finished_at (operation), >=,
                   mainstay_operation_get_started_at (operation));
  g_assert_null (mainstay_operation_get_error (operation));
  g_assert_false (mainstay_operation_can_cancel (operation));
  g_assert_cmpuint (*states, ==, 2);
  g_assert_finalize_object (operation);
}

static void
test_failed (void)
{
  MainstayOperation *operation = fake_operation_new ();
  const GError *error;

  mainstay_operation_start (operation);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_TRANSFERRING);
  mainstay_operation_set_bytes (operation, 1000, 1000);
  fake_operation_end (operation,
                      g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED, "Not whole"));
  wait_for_end (operation);
  error = mainstay_operation_get_error (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_FAILED);
  g_assert_true (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED));
  g_assert_cmpstr (error->message, ==, "Not whole");
  g_assert_cmpfloat (mainstay_operation_get_progress (operation), <, 1);
  g_assert_finalize_object (operation);
}

static void
test_cancelled (void)
{
  MainstayOperation *operation = fake_operation_new ();

  mainstay_operation_start (operation);
  g_assert_true (mainstay_operation_can_cancel (operation));
  mainstay_operation_cancel (operation);
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  g_assert_null (mainstay_operation_get_error (operation));
  mainstay_operation_cancel (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  g_assert_finalize_object (operation);
}

static void
test_cancelled_before (void)
{
  MainstayOperation *operation = fake_operation_new ();

  mainstay_operation_cancel (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  mainstay_operation_start (operation);
  g_assert_false (fake_operation_runs (operation));
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  g_assert_finalize_object (operation);
}

/* A cancel that came too late does not make a failure or a success of what was done. */
static void
test_cancelled_late (void)
{
  MainstayOperation *operation = fake_operation_new ();

  mainstay_operation_start (operation);
  fake_operation_end (operation, NULL);
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
  g_assert_finalize_object (operation);
}

static void
test_no_return (void)
{
  MainstayOperation *operation = fake_operation_new ();
  unsigned int *changes = count (operation, "can-cancel");

  mainstay_operation_start (operation);
  *changes = 0;
  mainstay_operation_pass_no_return (operation);
  g_assert_cmpuint (*changes, ==, 1);
  g_assert_false (mainstay_operation_can_cancel (operation));
  mainstay_operation_cancel (operation);
  wait_milliseconds (20);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  fake_operation_end (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
  g_assert_finalize_object (operation);
}

/* Nobody else holds a running operation. */
static void
test_holds_itself (void)
{
  MainstayOperation *operation = fake_operation_new ();
  gpointer weak = operation;

  g_object_add_weak_pointer (G_OBJECT (operation), &weak);
  mainstay_operation_start (operation);
  g_object_unref (operation);
  g_assert_nonnull (weak);
  fake_operation_end (operation, NULL);
  for (int i = 0; i < 50 && weak != NULL; i++)
    wait_milliseconds (10);
  g_assert_null (weak);
}

static void
test_started_twice (void)
{
  g_autoptr(MainstayOperation) operation = fake_operation_new ();

  mainstay_operation_start (operation);
  g_test_expect_message ("mainstay-transfer", G_LOG_LEVEL_CRITICAL, "*QUEUED*");
  mainstay_operation_start (operation);
  g_test_assert_expected_messages ();
  fake_operation_end (operation, NULL);
  wait_for_end (operation);
}

static void
test_coalesces (void)
{
  MainstayOperation *operation = fake_operation_new ();
  unsigned int *done = count (operation, "bytes-done");
  unsigned int *progress = count (operation, "progress");
  unsigned int *total = count (operation, "bytes-total");
  gint64 begin;
  double seconds;

  mainstay_operation_start (operation);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_TRANSFERRING);
  begin = g_get_monotonic_time ();
  for (int i = 1; i <= 100; i++)
    {
      mainstay_operation_set_bytes (operation, i * 1000, 200000);
      wait_milliseconds (5);
    }
  seconds = (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  g_assert_cmpuint (*done, >, 1);
  g_assert_cmpuint (*done, <=, (unsigned int) (seconds * 10) + 1);
  g_assert_cmpuint (*progress, <=, (unsigned int) (seconds * 10) + 1);
  g_assert_cmpuint (*total, ==, 1);
  wait_milliseconds (150);
  g_assert_cmpint (mainstay_operation_get_bytes_done (operation), ==, 100000);
  g_assert_cmpfloat_with_epsilon (mainstay_operation_get_progress (operation), 0.5, 0.0001);

  /* The end waits for no timer, and takes the rest along. */
  *done = 0;
  mainstay_operation_set_bytes (operation, 150000, 200000);
  fake_operation_end (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpuint (*done, ==, 1);
  g_assert_finalize_object (operation);
}

static void
test_speed (void)
{
  MainstayOperation *operation = fake_operation_new ();

  mainstay_operation_start (operation);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_TRANSFERRING);
  for (int i = 0; i < 30; i++)
    {
      mainstay_operation_set_bytes (operation, i * 10000, 1000000);
      wait_milliseconds (50);
    }
  g_assert_cmpfloat (mainstay_operation_get_speed (operation), >, 10000);
  g_assert_cmpfloat (mainstay_operation_get_speed (operation), <, 400000);
  g_assert_cmpint (mainstay_operation_get_seconds_left (operation), >, 0);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_VERIFYING);
  g_assert_cmpfloat (mainstay_operation_get_speed (operation), ==, 0);
  g_assert_cmpint (mainstay_operation_get_seconds_left (operation), ==, -1);
  g_assert_cmpfloat (mainstay_operation_get_progress (operation), <, 0);
  fake_operation_end (operation, NULL);
  wait_for_end (operation);
  g_assert_finalize_object (operation);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/operation/table", test_table);
  g_test_add_func ("/transfer/operation/done", test_done);
  g_test_add_func ("/transfer/operation/failed", test_failed);
  g_test_add_func ("/transfer/operation/cancelled", test_cancelled);
  g_test_add_func ("/transfer/operation/cancelled-before", test_cancelled_before);
  g_test_add_func ("/transfer/operation/cancelled-late", test_cancelled_late);
  g_test_add_func ("/transfer/operation/no-return", test_no_return);
  g_test_add_func ("/transfer/operation/holds-itself", test_holds_itself);
  g_test_add_func ("/transfer/operation/started-twice", test_started_twice);
  g_test_add_func ("/transfer/operation/coalesces", test_coalesces);
  g_test_add_func ("/transfer/operation/speed", test_speed);
  return g_test_run ();
}
