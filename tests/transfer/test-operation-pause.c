/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fake-operation.h"
#include "fake-transfer.h"
#include "mainstay-error.h"
#include "mainstay-json.h"

static const char *const letters = "QRPVDFC";

static void
state_changed_cb (MainstayOperation *operation,
                  GParamSpec        *pspec,
                  gpointer           user_data)
{
  g_string_append_c (user_data, letters[mainstay_operation_get_state (operation)]);
}

/* A started transfer, whose states are written to @states from then on. */
static MainstayOperation *
start_transfer (GString *states)
{
  MainstayOperation *operation = fake_transfer_new ("one");

  mainstay_operation_start (operation);
  g_signal_connect (operation, "notify::state", G_CALLBACK (state_changed_cb), states);
  return operation;
}

static MainstayOperation *
start_slow_transfer (GString *states)
{
  MainstayOperation *operation = start_transfer (states);

  fake_transfer_set_slow (operation);
  return operation;
}

/* What can be done: cancel, pause, resume, retry. */
static void
assert_can (MainstayOperation *operation,
            const char        *expected)
{
  static const char *const names[] = { "can-cancel", "can-pause", "can-resume", "can-retry" };
  g_autoptr(GString) found = g_string_new (NULL);
  gboolean asked[] = {
    mainstay_operation_can_cancel (operation),
    mainstay_operation_can_pause (operation),
    mainstay_operation_can_resume (operation),
    mainstay_operation_can_retry (operation),
  };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gboolean can = FALSE;

      g_object_get (operation, names[i], &can, NULL);
      g_assert_cmpint (can, ==, asked[i]);
      g_string_append_c (found, can ? "cpur"[i] : '.');
    }
  g_assert_cmpstr (found->str, ==, expected);
}

static void
wait_for_runs (MainstayOperation *operation,
               unsigned int       runs)
{
  for (int i = 0; i < 1000 && fake_transfer_get_runs (operation) < runs; i++)
    wait_milliseconds (5);
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, runs);
}

static GError *
damaged (void)
{
  return g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED, "Not whole");
}

static void
test_pause (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *operation = start_transfer (states);
  gint64 started = mainstay_operation_get_started_at (operation);

  assert_can (operation, "cp..");
  mainstay_operation_set_step (operation, MAINSTAY_STEP_TRANSFERRING);
  mainstay_operation_set_bytes (operation, 400, 1000);
  mainstay_operation_pause (operation);
  assert_can (operation, "c.u.");
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  g_assert_true (mainstay_operation_is_paused_by_user (operation));
  g_assert_false (mainstay_operation_is_busy (operation));
  g_assert_false (mainstay_operation_is_active (operation));
  g_assert_null (mainstay_operation_get_error (operation));
  /* What has been reached is shown on. */
  g_assert_cmpint (mainstay_operation_get_bytes_done (operation), ==, 400);
  g_assert_cmpfloat_with_epsilon (mainstay_operation_get_progress (operation), 0.4, 0.0001);
  g_assert_cmpfloat (mainstay_operation_get_speed (operation), ==, 0);
  assert_can (operation, "c.u.");

  mainstay_operation_resume (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, 2);
  g_assert_cmpint (mainstay_operation_get_started_at (operation), ==, started);
  fake_transfer_end (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpstr (states->str, ==, "PQRD");
  g_assert_cmpuint (fake_transfer_get_discards (operation), ==, 0);
  assert_can (operation, "....");
  g_assert_finalize_object (operation);
}

static void
test_verifying (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *operation = start_transfer (states);

  mainstay_operation_set_step (operation, MAINSTAY_STEP_TRANSFERRING);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_VERIFYING);
  g_assert_true (mainstay_operation_is_active (operation));
  g_assert_true (mainstay_operation_is_running (operation));
  mainstay_operation_pause (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  /* Said too late: nothing runs any more. */
  mainstay_operation_set_step (operation, MAINSTAY_STEP_VERIFYING);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_PAUSED);
  mainstay_operation_resume (operation);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_VERIFYING);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_PREPARING);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_VERIFYING);
  fake_transfer_end (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpstr (states->str, ==, "VPQRVRVD");
  g_assert_finalize_object (operation);
}

static void
test_not_resumable (void)
{
  MainstayOperation *operation = fake_operation_new ();

  mainstay_operation_start (operation);
  assert_can (operation, "c...");
  mainstay_operation_pause (operation);
  wait_milliseconds (20);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  fake_operation_end (operation, damaged ());
  wait_for_end (operation);
  assert_can (operation, "....");
  mainstay_operation_retry (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_FAILED);
  g_assert_null (mainstay_operation_describe (operation));
  g_assert_finalize_object (operation);
}

/* The last wish counts, and there is never more than one run. */
static void
test_quick_clicks (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *operation = start_slow_transfer (states);

  mainstay_operation_pause (operation);
  mainstay_operation_pause (operation);
  mainstay_operation_resume (operation);
  mainstay_operation_resume (operation);
  mainstay_operation_pause (operation);
  mainstay_operation_resume (operation);
  assert_can (operation, "cp..");
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, 1);
  fake_transfer_stop (operation);
  wait_for_runs (operation, 2);
  g_assert_cmpstr (states->str, ==, "QR");

  mainstay_operation_pause (operation);
  mainstay_operation_resume (operation);
  mainstay_operation_pause (operation);
  fake_transfer_stop (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  mainstay_operation_resume (operation);
  mainstay_operation_cancel (operation);
  mainstay_operation_resume (operation);
  mainstay_operation_pause (operation);
  mainstay_operation_retry (operation);
  assert_can (operation, "....");
  fake_transfer_stop (operation);
  for (int i = 0; i < 1000 && fake_transfer_get_discards (operation) == 0; i++)
    wait_milliseconds (5);
  fake_transfer_end_discard (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpstr (states->str, ==, "QRPQRC");
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, 3);
  g_assert_finalize_object (operation);
}

/* What was done is done, and what failed has failed, however late the click came. */
static void
test_paused_late (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *done = start_slow_transfer (states);
  MainstayOperation *failed = start_slow_transfer (states);
  MainstayOperation *cut = start_slow_transfer (states);

  mainstay_operation_pause (done);
  fake_transfer_end (done, NULL);
  wait_for_end (done);
  g_assert_cmpint (mainstay_operation_get_state (done), ==, MAINSTAY_OPERATION_DONE);
  assert_can (done, "....");
  g_assert_finalize_object (done);

  mainstay_operation_pause (failed);
  fake_transfer_end (failed, damaged ());
  wait_for_end (failed);
  g_assert_cmpint (mainstay_operation_get_state (failed), ==, MAINSTAY_OPERATION_FAILED);
  assert_can (failed, "c..r");
  g_assert_finalize_object (failed);

  /* The line that was cut under it is no failure. */
  mainstay_operation_pause (cut);
  fake_transfer_end (cut, g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE, "Cut"));
  wait_for_state (cut, MAINSTAY_OPERATION_PAUSED);
  mainstay_operation_cancel (cut);
  fake_transfer_end_discard (cut, NULL);
  wait_for_end (cut);
  g_assert_finalize_object (cut);
}

static void
test_retry (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *operation = start_transfer (states);

  mainstay_operation_add_retry (operation);
  mainstay_operation_add_retry (operation);
  g_assert_cmpuint (mainstay_operation_get_retries (operation), ==, 2);
  fake_transfer_end (operation, damaged ());
  wait_for_end (operation);
  assert_can (operation, "c..r");
  g_assert_cmpint (mainstay_operation_get_finished_at (operation), >, 0);
  mainstay_operation_retry (operation);
  mainstay_operation_retry (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  g_assert_null (mainstay_operation_get_error (operation));
  g_assert_cmpint (mainstay_operation_get_finished_at (operation), ==, 0);
  g_assert_cmpuint (mainstay_operation_get_retries (operation), ==, 0);
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, 2);
  fake_transfer_end (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpstr (states->str, ==, "FQRD");
  g_assert_finalize_object (operation);
}

/* A failure keeps what there is, until it is given up. */
static void
test_give_up (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *operation = start_transfer (states);

  fake_transfer_end (operation, damaged ());
  wait_for_end (operation);
  g_assert_cmpuint (fake_transfer_get_discards (operation), ==, 0);
  mainstay_operation_cancel (operation);
  mainstay_operation_cancel (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_CANCELLED);
  g_assert_cmpuint (fake_transfer_get_discards (operation), ==, 1);
  g_assert_null (mainstay_operation_get_error (operation));
  g_assert_cmpstr (states->str, ==, "FC");
  g_assert_finalize_object (operation);
}

static void
test_cancel_while_paused (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *operation = start_slow_transfer (states);

  mainstay_operation_pause (operation);
  fake_transfer_stop (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  mainstay_operation_cancel (operation);
  /* Not before everything is gone. */
  g_assert_true (mainstay_operation_is_busy (operation));
  wait_milliseconds (20);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_PAUSED);
  assert_can (operation, "....");
  mainstay_operation_cancel (operation);
  mainstay_operation_resume (operation);
  /* Nobody can do anything about it. */
  fake_transfer_end_discard (operation, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "Offline"));
  wait_for_end (operation);
  g_assert_cmpstr (states->str, ==, "PC");
  g_assert_cmpuint (fake_transfer_get_discards (operation), ==, 1);
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, 1);
  g_assert_false (mainstay_operation_is_busy (operation));
  g_assert_finalize_object (operation);
}

static void
test_cancel_before (void)
{
  MainstayOperation *operation = fake_transfer_new ("one");

  mainstay_operation_pause (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_PAUSED);
  mainstay_operation_start (operation);
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, 0);
  mainstay_operation_cancel (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  /* Nothing of it is anywhere. */
  g_assert_cmpuint (fake_transfer_get_discards (operation), ==, 0);
  g_assert_finalize_object (operation);

  /* Of one that was begun before a restart there may be something. */
  operation = fake_transfer_new ("two");
  mainstay_operation_set_begun (operation, 1000);
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  g_assert_cmpuint (fake_transfer_get_discards (operation), ==, 1);
  g_assert_finalize_object (operation);
}

static void
test_no_return (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *operation = start_transfer (states);

  mainstay_operation_pass_no_return (operation);
  assert_can (operation, "....");
  mainstay_operation_pause (operation);
  mainstay_operation_hold (operation, NULL);
  wait_milliseconds (20);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  mainstay_operation_release (operation, NULL);
  fake_transfer_end (operation, damaged ());
  wait_for_end (operation);
  assert_can (operation, "c..r");
  mainstay_operation_retry (operation);
  assert_can (operation, "cp..");
  fake_transfer_end (operation, NULL);
  wait_for_end (operation);
  g_assert_finalize_object (operation);
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          gpointer    user_data)
{
  ++*(unsigned int *) user_data;
}

static void
test_trouble (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *operation = start_transfer (states);
  g_autoptr(GError) offline =
    g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE, "No line");
  g_autoptr(GError) full = g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE, "Full");
  unsigned int changes = 0;

  g_signal_connect (operation, "notify::trouble", G_CALLBACK (count_cb), &changes);
  mainstay_operation_set_trouble (operation, offline);
  mainstay_operation_set_trouble (operation, offline);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_true (g_error_matches (mainstay_operation_get_trouble (operation), MAINSTAY_ERROR,
                                  MAINSTAY_ERROR_UNREACHABLE));
  mainstay_operation_set_trouble (operation, full);
  g_assert_cmpuint (changes, ==, 2);
  mainstay_operation_set_trouble (operation, NULL);
  g_assert_cmpuint (changes, ==, 3);
  g_assert_null (mainstay_operation_get_trouble (operation));

  /* Ends with the run. */
  mainstay_operation_set_trouble (operation, full);
  mainstay_operation_pause (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  g_assert_null (mainstay_operation_get_trouble (operation));
  mainstay_operation_resume (operation);
  mainstay_operation_set_trouble (operation, full);
  fake_transfer_end (operation, damaged ());
  wait_for_end (operation);
  g_assert_null (mainstay_operation_get_trouble (operation));
  mainstay_operation_set_trouble (operation, full);
  g_assert_null (mainstay_operation_get_trouble (operation));
  g_assert_finalize_object (operation);
}

/* The program's wish is not a person's. */
static void
test_hold (void)
{
  g_autoptr(GString) states = g_string_new (NULL);
  MainstayOperation *operation = start_transfer (states);
  g_autoptr(GError) why =
    g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_ACCOUNT_NOT_READY, "Waits");

  mainstay_operation_hold (operation, why);
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  g_assert_false (mainstay_operation_is_paused_by_user (operation));
  g_assert_true (mainstay_operation_is_held (operation));
  g_assert_true (g_error_matches (mainstay_operation_get_trouble (operation), MAINSTAY_ERROR,
                                  MAINSTAY_ERROR_ACCOUNT_NOT_READY));
  assert_can (operation, "cp..");

  /* Paused meanwhile, it stays so; resumed again, it still waits for the other thing. */
  mainstay_operation_pause (operation);
  assert_can (operation, "c.u.");
  mainstay_operation_resume (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_PAUSED);
  g_assert_nonnull (mainstay_operation_get_trouble (operation));
  mainstay_operation_pause (operation);
  mainstay_operation_release (operation, NULL);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_PAUSED);
  g_assert_null (mainstay_operation_get_trouble (operation));
  mainstay_operation_resume (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);

  mainstay_operation_hold (operation, NULL);
  mainstay_operation_release (operation, NULL);
  wait_for_state (operation, MAINSTAY_OPERATION_RUNNING);
  wait_for_runs (operation, 3);
  fake_transfer_end (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpstr (states->str, ==, "PQRQRD");
  g_assert_finalize_object (operation);
}

/* An account that is gone cannot be retried with, until there is a client again. */
static void
test_fail_held (void)
{
  g_autoptr(MainstayOperation) operation = fake_transfer_new ("one");
  g_autoptr(MainstayClient) client =
    mainstay_client_new ("https://portal.example", "anna", "key", NULL);
  g_autoptr(GError) gone = g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_ACCOUNT_GONE, "Gone");

  mainstay_operation_set_begun (operation, 1000);
  mainstay_operation_hold (operation, NULL);
  mainstay_operation_fail (operation, gone);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_FAILED);
  assert_can (operation, "c...");
  mainstay_operation_retry (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_FAILED);
  mainstay_operation_release (operation, client);
  g_assert_true (mainstay_operation_get_client (operation) == client);
  assert_can (operation, "c..r");
  mainstay_operation_retry (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  fake_transfer_end (operation, NULL);
  wait_for_end (operation);
}

static void
pause_at_once_cb (MainstayOperation *operation,
                  GParamSpec        *pspec,
                  gpointer           user_data)
{
  if (mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_RUNNING &&
      fake_transfer_get_runs (operation) < 2)
    mainstay_operation_pause (operation);
  else if (mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_PAUSED)
    mainstay_operation_resume (operation);
}

/* A handler of the state does something to the state. */
static void
test_reentrant (void)
{
  MainstayOperation *operation = fake_transfer_new ("one");

  g_signal_connect (operation, "notify::state", G_CALLBACK (pause_at_once_cb), NULL);
  mainstay_operation_start (operation);
  wait_for_runs (operation, 2);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  fake_transfer_end (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
  g_assert_finalize_object (operation);
}

static void
test_record (void)
{
  g_autoptr(MainstayOperation) operation = fake_transfer_new ("one");
  g_autoptr(MainstayOperation) again = NULL;
  g_autoptr(JsonObject) record = NULL;
  g_autoptr(JsonObject) empty = json_object_new ();
  g_autoptr(GError) error = NULL;

  fake_transfer_set_place (operation, "here");
  record = mainstay_operation_describe (operation);
  again = fake_transfer_new_from_record (record, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fake_transfer_get_name (again), ==, "one");
  g_assert_cmpstr (fake_transfer_get_place (again), ==, "here");
  g_assert_cmpstr (mainstay_app_get_project_id (mainstay_operation_get_app (again)), ==,
                   "project-1");
  g_assert_cmpstr (
    mainstay_environment_get_mode (mainstay_operation_get_environment (again)), ==, "Test");
  g_assert_null (mainstay_operation_get_backup (again));
  g_assert_null (mainstay_operation_get_client (again));
  g_assert_null (fake_transfer_new_from_record (empty, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
}

#define ADD(name, function) g_test_add_func ("/transfer/operation-pause/" name, function)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("pause", test_pause);
  ADD ("verifying", test_verifying);
  ADD ("not-resumable", test_not_resumable);
  ADD ("quick-clicks", test_quick_clicks);
  ADD ("paused-late", test_paused_late);
  ADD ("retry", test_retry);
  ADD ("give-up", test_give_up);
  ADD ("cancel-while-paused", test_cancel_while_paused);
  ADD ("cancel-before", test_cancel_before);
  ADD ("no-return", test_no_return);
  ADD ("trouble", test_trouble);
  ADD ("hold", test_hold);
  ADD ("fail-held", test_fail_held);
  ADD ("reentrant", test_reentrant);
  ADD ("record", test_record);
  return g_test_run ();
}
