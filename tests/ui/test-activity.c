/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include <adwaita.h>

#include "fake-operation.h"
#include "fake-transfer.h"
#include "mainstay-activity-view.h"
#include "mainstay-error.h"
#include "ui-test.h"

/* The rows of operations, and what can be done in them. */

typedef struct
{
  GtkWidget *window;
  GtkWidget *view;
  MainstayOperationList *operations;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  fixture->operations = mainstay_operation_list_new ();
  fixture->view = g_object_new (MAINSTAY_TYPE_ACTIVITY_VIEW, NULL);
  mainstay_activity_view_set_operations (MAINSTAY_ACTIVITY_VIEW (fixture->view),
                                         fixture->operations);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 320, 700);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->view);
  gtk_window_present (GTK_WINDOW (fixture->window));
  ui_test_settle ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  ui_test_settle ();
  g_clear_object (&fixture->operations);
}

static MainstayOperation *
add_transfer (Fixture *fixture)
{
  MainstayOperation *operation = fake_transfer_new ("one");

  /* What it stands for has a file to name, which it has not. */
  MAINSTAY_OPERATION_GET_CLASS (operation)->kind = MAINSTAY_OPERATION_UPLOAD;
  mainstay_operation_list_add (fixture->operations, operation);
  ui_test_settle ();
  return operation;
}

/* Newest first. */
static GtkWidget *
get_row (Fixture      *fixture,
         unsigned int  position)
{
  GtkWidget *row = ui_test_find (fixture->view, GTK_TYPE_LIST_BOX_ROW, NULL);

  for (; position > 0; position--)
    row = gtk_widget_get_next_sibling (row);
  return row;
}

static gboolean
says (GtkWidget  *row,
      const char *words)
{
  g_autofree char *all = ui_test_dup_words (row);

  return strstr (all, words) != NULL;
}

static void
press (GtkWidget  *row,
       const char *action_name,
       const char *name)
{
  GtkWidget *button = ui_test_find_button (row, action_name);

  g_test_message ("%s", action_name);
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  g_signal_emit_by_name (button, "clicked");
  ui_test_settle ();
}

static gboolean
offers (GtkWidget  *row,
        const char *action_name)
{
  GtkWidget *button = ui_test_find_button (row, action_name);

  return button != NULL && gtk_widget_is_sensitive (button);
}

static void
test_pause_and_resume (Fixture       *fixture,
                       gconstpointer  user_data)
{
  g_autoptr(MainstayOperation) operation = add_transfer (fixture);
  GtkWidget *row = get_row (fixture, 0);

  g_assert_false (offers (row, "operation.resume"));
  g_assert_false (offers (row, "operation.retry"));
  fake_transfer_set_slow (operation);
  press (row, "operation.pause", "Pause");
  g_assert_true (says (row, "Pausing…"));
  fake_transfer_stop (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  ui_test_settle ();
  g_assert_true (says (row, "Paused"));
  g_assert_false (offers (row, "operation.pause"));
  g_assert_true (offers (row, "operation.cancel"));
  press (row, "operation.resume", "Resume");
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, 2);
  fake_transfer_end (operation, NULL);
  wait_for_state (operation, MAINSTAY_OPERATION_DONE);
  ui_test_settle ();
  g_assert_false (offers (row, "operation.cancel"));
  g_assert_null (ui_test_find (row, GTK_TYPE_PROGRESS_BAR, NULL));
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autoptr(MainstayOperation) operation = add_transfer (fixture);
  GtkWidget *row = get_row (fixture, 0);

  fake_transfer_set_slow (operation);
  press (row, "operation.cancel", "Cancel");
  g_assert_true (says (row, "Cancelling…"));
  g_assert_false (offers (row, "operation.cancel"));
  g_assert_false (offers (row, "operation.pause"));
  fake_transfer_stop (operation);
  ui_test_wait_until (fake_transfer_get_discards (operation) == 1);
  g_assert_true (says (row, "Cancelling…"));
  fake_transfer_end_discard (operation, NULL);
  wait_for_state (operation, MAINSTAY_OPERATION_CANCELLED);
  ui_test_settle ();
  g_assert_true (says (row, "Cancelled"));
}

static void
test_retry_and_discard (Fixture       *fixture,
                        gconstpointer  user_data)
{
  g_autoptr(MainstayOperation) operation = add_transfer (fixture);
  GtkWidget *row = get_row (fixture, 0);

  fake_transfer_end (operation, g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_TOO_LARGE,
                                                     "At most 2 GB"));
  wait_for_state (operation, MAINSTAY_OPERATION_FAILED);
  ui_test_settle ();
  g_assert_true (says (row, "At most 2 GB. Choose a smaller file, or ask for a higher limit."));
  /* It has something on the disk, so that it is not simply cleared away. */
  g_assert_null (ui_test_find (fixture->view, GTK_TYPE_BUTTON, "Clear Finished"));
  press (row, "operation.retry", "Retry");
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, 2);
  fake_transfer_end (operation, g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "No"));
  wait_for_state (operation, MAINSTAY_OPERATION_FAILED);
  ui_test_settle ();
  press (row, "operation.cancel", "Discard");
  wait_for_state (operation, MAINSTAY_OPERATION_CANCELLED);
  g_assert_cmpuint (fake_transfer_get_discards (operation), ==, 1);
  ui_test_settle ();
  g_signal_emit_by_name (ui_test_find (fixture->view, GTK_TYPE_BUTTON, "Clear Finished"),
                         "clicked");
  ui_test_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->operations)), ==, 0);
  g_assert_null (ui_test_find (fixture->view, GTK_TYPE_BUTTON, "Clear Finished"));
}

static void
test_queue (Fixture       *fixture,
            gconstpointer  user_data)
{
  g_autoptr(MainstayOperation) first = NULL;
  g_autoptr(MainstayOperation) second = NULL;
  GtkWidget *row;

  mainstay_operation_list_set_max_running (fixture->operations, 1);
  first = add_transfer (fixture);
  second = add_transfer (fixture);
  row = get_row (fixture, 0);
  g_assert_true (says (row, "Waiting"));
  /* What waits can be put off as well. */
  press (row, "operation.pause", "Pause");
  g_assert_true (says (row, "Paused"));
  press (row, "operation.resume", "Resume");
  g_assert_true (says (row, "Waiting"));
  fake_transfer_end (first, NULL);
  wait_for_state (second, MAINSTAY_OPERATION_RUNNING);
  ui_test_settle ();
  g_assert_false (says (row, "Waiting"));
  fake_transfer_end (second, NULL);
  wait_for_state (second, MAINSTAY_OPERATION_DONE);
}

static void
test_trouble (Fixture       *fixture,
              gconstpointer  user_data)
{
  g_autoptr(GError) full =
    g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE, "/x.part: No space");
  g_autoptr(MainstayOperation) operation = add_transfer (fixture);
  GtkWidget *row = get_row (fixture, 0);

  mainstay_operation_set_step (operation, MAINSTAY_STEP_TRANSFERRING);
  mainstay_operation_set_bytes (operation, 12000000, 40000000);
  mainstay_operation_set_trouble (operation, full);
  mainstay_operation_add_retry (operation);
  mainstay_operation_add_retry (operation);
  ui_test_settle ();
  g_assert_true (says (row, "There is not enough free space for the file. It goes on by itself "
                            "once there is room: free some space."));
  g_assert_true (says (row, "12.0\302\240MB of 40.0\302\240MB"));
  g_assert_true (says (row, "2 retries"));
  mainstay_operation_set_trouble (operation, NULL);
  ui_test_settle ();
  g_assert_true (says (row, "Sending the data"));
  fake_transfer_end (operation, NULL);
  wait_for_state (operation, MAINSTAY_OPERATION_DONE);
}

/* A backup that is being made goes on at the portal and cannot be put off. */
static void
test_not_resumable (Fixture       *fixture,
                    gconstpointer  user_data)
{
  g_autoptr(MainstayEnvironment) environment =
    ui_test_make_environment ("{'EnvironmentId': 'environment-1', 'Mode': 'Test'}");
  g_autoptr(MainstayOperation) operation =
    g_object_new (FAKE_TYPE_OPERATION, "environment", environment, NULL);
  GtkWidget *row;

  mainstay_operation_list_add (fixture->operations, operation);
  ui_test_settle ();
  row = get_row (fixture, 0);
  g_assert_null (ui_test_find_button (row, "operation.pause"));
  g_assert_true (offers (row, "operation.cancel"));
  mainstay_operation_pass_no_return (operation);
  ui_test_settle ();
  g_assert_false (offers (row, "operation.cancel"));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (ui_test_find_button (row, "operation.cancel")), ==,
                   "The portal has begun and cannot be stopped any more");
  fake_operation_end (operation, g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "No"));
  wait_for_end (operation);
  ui_test_settle ();
  g_assert_null (ui_test_find_button (row, "operation.retry"));
  g_assert_null (ui_test_find_button (row, "operation.cancel"));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);

  ADD ("/ui/activity/pause-and-resume", test_pause_and_resume);
  ADD ("/ui/activity/cancel", test_cancel);
  ADD ("/ui/activity/retry-and-discard", test_retry_and_discard);
  ADD ("/ui/activity/queue", test_queue);
  ADD ("/ui/activity/trouble", test_trouble);
  ADD ("/ui/activity/not-resumable", test_not_resumable);
  return g_test_run ();
}
