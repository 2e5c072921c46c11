/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "config.h"
#include "mainstay-backup-cell.h"
#include "mainstay-dialogs.h"
#include "mainstay-operations.h"
#include "mainstay-time.h"
#include "notification-daemon.h"
#include "ui-test.h"
#include "window-fixture.h"

/* Without an account */

static void
test_welcome (WindowFixture *fixture,
              gconstpointer  user_data)
{
  GActionMap *actions = G_ACTION_MAP (fixture->application);

  window_fixture_present (fixture);
  ui_test_settle ();
  g_assert_nonnull (window_fixture_find (fixture, GTK_TYPE_BUTTON, "Connect to a Portal"));
  g_assert_nonnull (window_fixture_find (fixture, GTK_TYPE_BUTTON, "Try the Sample Portal"));
  g_assert_nonnull (g_action_map_lookup_action (actions, "connect"));
  g_assert_nonnull (g_action_map_lookup_action (actions, "try-sample"));
  g_assert_null (window_fixture_find_button (fixture, "win.create-backup"));
}

static void
test_connect_opens_dialog (WindowFixture *fixture,
                           gconstpointer  user_data)
{
  GListModel *windows = gtk_window_get_toplevels ();
  unsigned int before;

  window_fixture_present (fixture);
  ui_test_settle ();
  before = g_list_model_get_n_items (windows);
  window_fixture_press (window_fixture_find (fixture, GTK_TYPE_BUTTON, "Connect to a Portal"));
  ui_test_wait_until (g_list_model_get_n_items (windows) == before + 1);
  {
    g_autoptr(GtkWindow) dialog = g_list_model_get_item (windows, before);

    g_assert_true (gtk_window_get_transient_for (dialog) == GTK_WINDOW (fixture->window));
    gtk_window_destroy (dialog);
  }
}

/* Names */

static void
test_names (WindowFixture *fixture,
            gconstpointer  user_data)
{
  static const struct
  {
    const char *action;
    const char *label;
  } labelled[] = {
    { "win.create-backup", "Create Backup" }, { "win.upload-data", "Upload Data…" },
    { "win.restore", "Restore…" },            { "win.download", "Download…" },
    { "win.delete", "Delete…" },
  };
  GtkWidget *comment;

  window_fixture_select_nth (fixture, 1);
  for (size_t i = 0; i < G_N_ELEMENTS (labelled); i++)
    {
      GtkWidget *button = window_fixture_find_button (fixture, labelled[i].action);

      g_test_message ("%s", labelled[i].action);
      g_assert_nonnull (button);
      g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, labelled[i].label);
    }
  gtk_test_accessible_assert_property (window_fixture_find_button (fixture, "win.refresh"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Refresh");
  gtk_test_accessible_assert_property (window_fixture_find_button (fixture, "win.activity"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Activity");
  gtk_test_accessible_assert_property (window_fixture_find_button (fixture, "win.copy-id"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Copy Snapshot ID");
  gtk_test_accessible_assert_property (fixture->window->backup_details,
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Backup Details");
  gtk_test_accessible_assert_property (fixture->window->app_drop_down,
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "App");
  comment = window_fixture_find (fixture, GTK_TYPE_TEXT_VIEW, NULL);
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (comment),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));
}

static void
test_environments (WindowFixture *fixture,
                   gconstpointer  user_data)
{
  GListModel *environments = mainstay_session_get_environments (fixture->window->session);
  static const char *const modes[] = { "Test", "Acceptance", "Production" };
  static const char *const statuses[] = { "Running · ", "Stopped · ", "Running · " };

  g_assert_cmpuint (g_list_model_get_n_items (environments), ==, G_N_ELEMENTS (modes));
  for (unsigned int i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr(MainstayEnvironment) environment = g_list_model_get_item (environments, i);
      MainstayEnvironmentButton *button =
        mainstay_environment_strip_find (fixture->window->environment_strip, environment);

      gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, modes[i]);
      g_assert_true (g_str_has_prefix (mainstay_environment_button_get_status (button),
                                       statuses[i]));
      g_assert_cmpint (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)), ==, i == 0);
    }
  window_fixture_choose_environment (fixture, "Acceptance");
  ui_test_wait_until (window_fixture_count_shown (fixture) == 2);
  g_assert_nonnull (window_fixture_find_button (fixture, "win.start-app"));
  g_assert_null (window_fixture_find_button (fixture, "win.stop-app"));
}

/* Actions */

static void
test_actions (WindowFixture *fixture,
              gconstpointer  user_data)
{
  const char *upload_reason = "This portal cannot take data uploads: Mendix Cloud offers this only "
                              "on its own page.";
  GtkWidget *upload = window_fixture_find_button (fixture, "win.upload-data");
  unsigned int failed = 0;
  MainstayBackup *backup;

  g_assert_true (window_fixture_is_sensitive (fixture, "win.create-backup"));
  g_assert_false (gtk_widget_is_sensitive (upload));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (upload), ==, upload_reason);
  gtk_test_accessible_assert_property (upload, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, upload_reason);
  g_assert_null (window_fixture_find_button (fixture, "win.restore"));

  for (unsigned int i = 0; i < WINDOW_FIXTURE_SEEDED; i++)
    {
      gboolean completed;

      backup = window_fixture_select_nth (fixture, i);
      completed = mainstay_backup_get_state (backup) == MAINSTAY_JOB_COMPLETED;
      failed += !completed;
      g_assert_cmpint (window_fixture_is_sensitive (fixture, "win.restore"), ==, completed);
      g_assert_cmpint (window_fixture_is_sensitive (fixture, "win.download"), ==, completed);
      g_assert_true (window_fixture_is_sensitive (fixture, "win.delete"));
      if (!completed)
        g_assert_cmpstr (window_fixture_get_tooltip (fixture, "win.restore"), ==,
                         "Only a completed backup can be restored.");
    }
  g_assert_cmpuint (failed, >, 0);
}

/* What can be done with a backup changes while it is looked at. */
static void
test_actions_follow (WindowFixture *fixture,
                     gconstpointer  user_data)
{
  MainstayOperationList *operations = mainstay_application_get_operations (fixture->application);
  g_autoptr(MainstayOperation) operation =
    mainstay_create_operation_new (_mainstay_window_get_list (fixture->window), NULL);
  MainstayBackup *backup;

  mainstay_test_server_set_job_ms (fixture->server, 1500);
  mainstay_operation_list_add (operations, operation);
  ui_test_wait_until (window_fixture_count_shown (fixture) == WINDOW_FIXTURE_SEEDED + 1);
  ui_test_settle ();
  backup = window_fixture_select_nth (fixture, 0);
  g_assert_false (mainstay_job_state_is_finished (mainstay_backup_get_state (backup)));
  g_assert_false (window_fixture_is_sensitive (fixture, "win.restore"));
  g_assert_false (window_fixture_is_sensitive (fixture, "win.delete"));
  ui_test_wait_until (mainstay_backup_get_state (backup) == MAINSTAY_JOB_COMPLETED);
  g_assert_true (window_fixture_is_sensitive (fixture, "win.restore"));
  g_assert_true (window_fixture_is_sensitive (fixture, "win.delete"));
  ui_test_wait_until (!mainstay_operation_is_active (operation));
}

static void
test_no_access (WindowFixture *fixture,
                gconstpointer  user_data)
{
  static const MainstayTestFault fault = {
    .method = "GET", .path = "*/snapshots", .times = -1, .status = 403,
    .body = "{\"errorCode\": \"NO_ACCESS\", \"errorMessage\": \"no\"}",
  };

  mainstay_test_server_add_fault (fixture->server, &fault);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.refresh", NULL);
  ui_test_wait_until (!window_fixture_is_sensitive (fixture, "win.create-backup"));
  g_assert_cmpstr (window_fixture_get_tooltip (fixture, "win.create-backup"), ==,
                   "You have no Access to Backups in this environment.");
  mainstay_test_server_clear_faults (fixture->server);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.refresh", NULL);
  ui_test_wait_until (window_fixture_is_sensitive (fixture, "win.create-backup"));
  g_assert_null (window_fixture_get_tooltip (fixture, "win.create-backup"));
}

/* Details */

static void
test_details (WindowFixture *fixture,
              gconstpointer  user_data)
{
  static const char *const labels[] = { "Status", "Date", "Created by", "Model version",
                                        "Expires on", "Comment", "Snapshot ID" };
  GtkWidget *details = GTK_WIDGET (fixture->window->backup_details);
  MainstayBackup *backup;

  g_assert_nonnull (ui_test_find (details, GTK_TYPE_LABEL, "No Backup Selected"));
  backup = window_fixture_select_nth (fixture, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      g_test_message ("%s", labels[i]);
      g_assert_nonnull (ui_test_find (details, GTK_TYPE_LABEL, labels[i]));
    }
  g_assert_nonnull (ui_test_find (details, GTK_TYPE_LABEL, mainstay_backup_get_id (backup)));
  g_assert_nonnull (
    ui_test_find (details, GTK_TYPE_LABEL, mainstay_backup_get_model_version (backup)));
  g_assert_nonnull (ui_test_find (details, GTK_TYPE_LABEL, "Completed"));
  gtk_test_accessible_assert_relation (
    ui_test_find (details, GTK_TYPE_LABEL, mainstay_backup_get_id (backup)),
    GTK_ACCESSIBLE_RELATION_LABELLED_BY, ui_test_find (details, GTK_TYPE_LABEL, "Snapshot ID"),
    NULL);
  /* The documented API does not tell them. */
  g_assert_null (ui_test_find (details, GTK_TYPE_LABEL, "Size"));
  g_assert_null (ui_test_find (details, GTK_TYPE_LABEL, "Files"));
}

/* Where an address goes on in the next line it gets no hyphen, which could be one of its own. */
static void
test_details_address (WindowFixture *fixture,
                      gconstpointer  user_data)
{
  static const char address[] = "somebody.with.a.rather.long.name@department.example.com";
  g_autoptr(MainstayBackup) backup = ui_test_make_backup (
    "{'snapshot_id': 'dd', 'state': 'completed', 'created_at': '2026-11-04T02:00:00Z',"
    " 'created_by': 'somebody.with.a.rather.long.name@department.example.com'}");
  GtkLabel *label;

  mainstay_backup_details_set_known (fixture->window->backup_details, TRUE);
  mainstay_backup_details_set_backup (fixture->window->backup_details, NULL, backup);
  label = GTK_LABEL (ui_test_find (GTK_WIDGET (fixture->window->backup_details), GTK_TYPE_LABEL,
                                   address));
  ui_test_wait_until (pango_layout_get_line_count (gtk_label_get_layout (label)) > 1);
  g_assert_cmpuint (ui_test_count_glyphs (label), ==, strlen (address));
}

static void
test_failure_reason (WindowFixture *fixture,
                     gconstpointer  user_data)
{
  GtkWidget *details = GTK_WIDGET (fixture->window->backup_details);

  for (unsigned int i = 0; i < WINDOW_FIXTURE_SEEDED; i++)
    {
      MainstayBackup *backup = window_fixture_select_nth (fixture, i);

      if (mainstay_backup_get_state (backup) != MAINSTAY_JOB_FAILED)
        continue;
      g_assert_nonnull (ui_test_find (details, GTK_TYPE_LABEL, "Reason"));
      g_assert_nonnull (
        ui_test_find (details, GTK_TYPE_LABEL, mainstay_backup_get_status_message (backup)));
      return;
    }
  g_assert_not_reached ();
}

static void
write_comment (WindowFixture *fixture,
               const char    *text)
{
  GtkTextView *view = GTK_TEXT_VIEW (window_fixture_find (fixture, GTK_TYPE_TEXT_VIEW, NULL));

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text, -1);
  ui_test_settle ();
}

static char *
dup_written_comment (WindowFixture *fixture)
{
  GtkTextView *view = GTK_TEXT_VIEW (window_fixture_find (fixture, GTK_TYPE_TEXT_VIEW, NULL));
  g_autofree char *text = NULL;

  g_object_get (gtk_text_view_get_buffer (view), "text", &text, NULL);
  return g_steal_pointer (&text);
}

static void
test_comment_saved (WindowFixture *fixture,
                    gconstpointer  user_data)
{
  MainstayBackup *backup = window_fixture_select_nth (fixture, 1);
  g_autofree char *stored = NULL;

  g_assert_null (window_fixture_find_button (fixture, "comment.save"));
  write_comment (fixture, "Before “1.9”,\nsecond line");
  window_fixture_press (window_fixture_find_button (fixture, "comment.save"));
  ui_test_wait_until (g_strcmp0 (mainstay_backup_get_comment (backup),
                                 "Before “1.9”,\nsecond line") == 0);
  stored = mainstay_test_server_dup_comment (fixture->server, MAINSTAY_TEST_ENVIRONMENT,
                                             mainstay_backup_get_id (backup));
  g_assert_cmpstr (stored, ==, "Before “1.9”,\nsecond line");
  ui_test_settle ();
  g_assert_true (mainstay_backup_view_get_selected (fixture->window->backup_view) == backup);
  g_assert_nonnull (window_fixture_find (fixture, MAINSTAY_TYPE_BACKUP_CELL,
                                         "Before “1.9”, second line"));
}

static void
test_comment_refused (WindowFixture *fixture,
                      gconstpointer  user_data)
{
  static const MainstayTestFault fault = {
    .method = "PUT", .times = -1, .status = 403,
    .body = "{\"errorCode\": \"NO_ACCESS\", \"errorMessage\": \"no\"}",
  };
  MainstayBackup *backup = window_fixture_select_nth (fixture, 1);
  g_autofree char *old = g_strdup (mainstay_backup_get_comment (backup));
  g_autofree char *text = NULL;
  g_autofree char *words = NULL;

  mainstay_test_server_add_fault (fixture->server, &fault);
  write_comment (fixture, "Something else");
  window_fixture_press (window_fixture_find_button (fixture, "comment.save"));
  ui_test_wait_until (mainstay_test_server_count (fixture->server, "PUT", NULL) == 1);
  ui_test_settle ();
  text = dup_written_comment (fixture);
  g_assert_cmpstr (text, ==, old);
  g_assert_cmpstr (mainstay_backup_get_comment (backup), ==, old);
  words = ui_test_dup_words (GTK_WIDGET (fixture->window->toast_overlay));
  g_assert_nonnull (strstr (words, "You do not have permission to do this"));
  g_assert_false (gtk_text_view_get_editable (
    GTK_TEXT_VIEW (window_fixture_find (fixture, GTK_TYPE_TEXT_VIEW, NULL))));
}

/* What is typed for one backup is neither lost nor given to another. */
static void
test_comment_draft (WindowFixture *fixture,
                    gconstpointer  user_data)
{
  MainstayBackup *other;
  g_autofree char *text = NULL;
  g_autofree char *draft = NULL;

  window_fixture_select_nth (fixture, 1);
  write_comment (fixture, "Half a thou");
  other = window_fixture_select_nth (fixture, 2);
  text = dup_written_comment (fixture);
  g_assert_cmpstr (text, ==, mainstay_backup_get_comment (other));
  window_fixture_select_nth (fixture, 1);
  draft = dup_written_comment (fixture);
  g_assert_cmpstr (draft, ==, "Half a thou");
  window_fixture_press (window_fixture_find_button (fixture, "comment.discard"));
  ui_test_wait_until (window_fixture_find_button (fixture, "comment.save") == NULL);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "PUT", NULL), ==, 0);
}

/* Trouble */

static void
test_stale (WindowFixture *fixture,
            gconstpointer  user_data)
{
  static const MainstayTestFault fault = { .times = -1, .kind = MAINSTAY_FAULT_DROP };
  MainstayBackup *backup = window_fixture_select_nth (fixture, 3);

  mainstay_test_server_add_fault (fixture->server, &fault);
  window_fixture_press (window_fixture_find_button (fixture, "win.refresh"));
  ui_test_wait_until (gtk_info_bar_get_revealed (fixture->window->stale_bar));
  g_assert_true (g_str_has_prefix (gtk_label_get_label (fixture->window->stale_label),
                                   "Showing the list of "));
  g_assert_true (g_str_has_suffix (gtk_label_get_label (fixture->window->stale_label),
                                   ". The portal cannot be reached."));
  g_assert_cmpuint (window_fixture_count_shown (fixture), ==, WINDOW_FIXTURE_SEEDED);
  mainstay_test_server_clear_faults (fixture->server);
  window_fixture_press (window_fixture_find (fixture, GTK_TYPE_BUTTON, "Retry"));
  ui_test_wait_until (!gtk_info_bar_get_revealed (fixture->window->stale_bar));
  g_assert_true (mainstay_backup_view_get_selected (fixture->window->backup_view) == backup);
}

static void
test_unreachable (WindowFixture *fixture,
                  gconstpointer  user_data)
{
  static const MainstayTestFault fault = { .times = -1, .kind = MAINSTAY_FAULT_DROP };

  mainstay_test_server_add_fault (fixture->server, &fault);
  window_fixture_present (fixture);
  window_fixture_connect_with_key (fixture, MAINSTAY_TEST_API_KEY);
  ui_test_wait_until (window_fixture_find (fixture, GTK_TYPE_LABEL, "Portal Not Reached") != NULL);
  mainstay_test_server_clear_faults (fixture->server);
  window_fixture_press (window_fixture_find (fixture, GTK_TYPE_BUTTON, "Try Again"));
  ui_test_wait_until (window_fixture_count_shown (fixture) == WINDOW_FIXTURE_SEEDED);
}

static void
test_key_refused (WindowFixture *fixture,
                  gconstpointer  user_data)
{
  window_fixture_present (fixture);
  window_fixture_connect_with_key (fixture, "wrong");
  ui_test_wait_until (window_fixture_find_other (fixture) != NULL);
  g_assert_true (gtk_window_get_transient_for (window_fixture_find_other (fixture)) ==
                 GTK_WINDOW (fixture->window));
  ui_test_wait_until (window_fixture_find (fixture, GTK_TYPE_LABEL, "Sign-In Failed") != NULL);
  gtk_window_destroy (window_fixture_find_other (fixture));
}

/* Operations */

static void
test_create (WindowFixture *fixture,
             gconstpointer  user_data)
{
  MainstayBackup *selected = window_fixture_select_nth (fixture, 2);
  MainstayOperationList *operations = mainstay_application_get_operations (fixture->application);
  MainstayOperation *operation =
    mainstay_create_operation_new (_mainstay_window_get_list (fixture->window), "By the test");

  mainstay_operation_list_add (operations, operation);
  ui_test_wait_until (window_fixture_count_shown (fixture) == WINDOW_FIXTURE_SEEDED + 1);
  ui_test_wait_until (mainstay_operation_list_get_active_count (operations) == 0);
  g_assert_true (mainstay_backup_view_get_selected (fixture->window->backup_view) == selected);
  g_assert_cmpuint (mainstay_test_server_count_backups (fixture->server, MAINSTAY_TEST_ENVIRONMENT),
                    ==, WINDOW_FIXTURE_SEEDED + 1);
  window_fixture_press (window_fixture_find_button (fixture, "win.activity"));
  ui_test_wait_until (ui_test_find (GTK_WIDGET (fixture->window->activity_view), GTK_TYPE_LABEL,
                                    "Backup of Test") != NULL);
  window_fixture_press (window_fixture_find (fixture, GTK_TYPE_BUTTON, "Clear Finished"));
  ui_test_wait_until (ui_test_find (GTK_WIDGET (fixture->window->activity_view), GTK_TYPE_LABEL,
                                    "Backup of Test") == NULL);
  g_object_unref (operation);
}

/* After a restore of an older model the window says which one to deploy. */
static void
test_restore_notice (WindowFixture *fixture,
                     gconstpointer  user_data)
{
  MainstayOperationList *operations = mainstay_application_get_operations (fixture->application);
  MainstaySession *session = fixture->window->session;
  MainstayBackup *backup = window_fixture_select_nth (fixture, 9);
  g_autoptr(MainstayEnvironment) acceptance =
    g_list_model_get_item (mainstay_session_get_environments (session), 1);
  g_autoptr(MainstayOperation) operation = NULL;
  g_autofree char *expected = NULL;
  MainstayRestoreOptions options = { FALSE, FALSE };

  g_assert_false (gtk_info_bar_get_revealed (fixture->window->notice_bar));
  operation = mainstay_restore_operation_new (
    mainstay_session_get_client (session), mainstay_session_get_app (session), backup, acceptance,
    mainstay_session_list_for (session, acceptance), &options);
  mainstay_operation_list_add (operations, operation);
  ui_test_wait_until (!mainstay_operation_is_active (operation));
  g_assert_no_error (mainstay_operation_get_error (operation));
  mainstay_session_set_environment (session, acceptance);
  ui_test_wait_until (gtk_info_bar_get_revealed (fixture->window->notice_bar));
  expected = g_strdup_printf (
    "Acceptance contains data of the older model %s, but model %s is deployed. Deploy model %s "
    "before the app is started.",
    mainstay_backup_get_model_version (backup), mainstay_environment_get_model_version (acceptance),
    mainstay_backup_get_model_version (backup));
  g_assert_cmpstr (gtk_label_get_label (fixture->window->notice_label), ==, expected);
}

static void
test_close_asks (WindowFixture *fixture,
                 gconstpointer  user_data)
{
  MainstayOperationList *operations = mainstay_application_get_operations (fixture->application);
  g_autoptr(MainstayOperation) operation =
    mainstay_create_operation_new (_mainstay_window_get_list (fixture->window), NULL);
  g_autoptr(GPtrArray) notifications = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  unsigned int object;
  unsigned int name = ui_test_serve_notifications (notifications, &object);
  GtkWindow *question;

  mainstay_test_server_set_job_ms (fixture->server, 2000);
  mainstay_operation_list_add (operations, operation);
  ui_test_settle ();
  gtk_window_close (GTK_WINDOW (fixture->window));
  gtk_window_close (GTK_WINDOW (fixture->window));
  ui_test_wait_until (window_fixture_find_other (fixture) != NULL);
  question = window_fixture_find_other (fixture);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "cancel");
  gtk_window_destroy (question);
  ui_test_settle ();
  g_assert_null (window_fixture_find_other (fixture));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->window)));

  gtk_window_close (GTK_WINDOW (fixture->window));
  ui_test_wait_until (window_fixture_find_other (fixture) != NULL);
  question = window_fixture_find_other (fixture);
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "go-on");
  gtk_window_destroy (question);
  ui_test_wait_until (!gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  g_assert_true (mainstay_operation_is_active (operation));
  ui_test_wait_until (fixture->window == NULL);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
  ui_test_wait_until (notifications->len == 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (notifications, 0),
                                   "Backup of Test: Completed at "));
  g_assert_nonnull (strstr (g_ptr_array_index (notifications, 0), "app.show-activity"));
  g_assert_nonnull (strstr (g_ptr_array_index (notifications, 0), "Show Activity"));
  g_bus_unown_name (name);
  g_dbus_connection_unregister_object (bus, object);
}

/* Starting the program again shows the window that was hidden to let work go on. */
static void
test_close_and_show_again (WindowFixture *fixture,
                           gconstpointer  user_data)
{
  MainstayOperationList *operations = mainstay_application_get_operations (fixture->application);
  g_autoptr(MainstayOperation) operation =
    mainstay_create_operation_new (_mainstay_window_get_list (fixture->window), NULL);
  g_autoptr(GPtrArray) notifications = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  unsigned int object;
  unsigned int name = ui_test_serve_notifications (notifications, &object);
  GtkWindow *question;

  mainstay_test_server_set_job_ms (fixture->server, 2000);
  mainstay_operation_list_add (operations, operation);
  ui_test_settle ();
  gtk_window_close (GTK_WINDOW (fixture->window));
  ui_test_wait_until (window_fixture_find_other (fixture) != NULL);
  question = window_fixture_find_other (fixture);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "go-on");
  gtk_window_destroy (question);
  ui_test_wait_until (!gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->application), "show-activity", NULL);
  ui_test_wait_until (gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  g_assert_nonnull (window_fixture_find (fixture, GTK_TYPE_LABEL, "Backup of Test"));
  ui_test_wait_until (!mainstay_operation_is_active (operation));
  ui_test_settle ();
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  g_bus_unown_name (name);
  g_dbus_connection_unregister_object (bus, object);
}

/* Quitting cancels nothing: what the portal has begun it ends. */
static void
test_close_quits (WindowFixture *fixture,
                  gconstpointer  user_data)
{
  MainstayOperationList *operations = mainstay_application_get_operations (fixture->application);
  g_autoptr(MainstayOperation) operation =
    mainstay_create_operation_new (_mainstay_window_get_list (fixture->window), NULL);
  g_autofree char *words = NULL;
  g_autoptr(GPtrArray) notifications = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  unsigned int object;
  unsigned int name = ui_test_serve_notifications (notifications, &object);
  GtkWindow *question;

  mainstay_test_server_set_job_ms (fixture->server, 1500);
  mainstay_operation_list_add (operations, operation);
  ui_test_settle ();
  gtk_window_close (GTK_WINDOW (fixture->window));
  ui_test_wait_until (window_fixture_find_other (fixture) != NULL);
  question = window_fixture_find_other (fixture);
  words = ui_test_dup_words (GTK_WIDGET (question));
  g_assert_nonnull (strstr (words, "What the portal has begun, it brings to an end by itself."));
  g_assert_null (strstr (words, "Quitting pauses downloads"));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "quit");
  gtk_window_destroy (question);
  ui_test_wait_until (fixture->window == NULL);
  g_assert_true (mainstay_operation_is_active (operation));
  g_assert_false (mainstay_operation_is_stopping (operation));
  ui_test_wait_until (!mainstay_operation_is_active (operation));
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
  g_assert_cmpuint (mainstay_test_server_count_backups (fixture->server, MAINSTAY_TEST_ENVIRONMENT),
                    ==, WINDOW_FIXTURE_SEEDED + 1);
  ui_test_wait_until (notifications->len == 1);
  g_bus_unown_name (name);
  g_dbus_connection_unregister_object (bus, object);
}

static void
test_start_and_stop (WindowFixture *fixture,
                     gconstpointer  user_data)
{
  MainstayEnvironment *environment = _mainstay_window_get_environment (fixture->window);

  window_fixture_press (window_fixture_find_button (fixture, "win.stop-app"));
  ui_test_wait_until (window_fixture_find_other (fixture) != NULL);
  {
    GtkWindow *question = window_fixture_find_other (fixture);

    adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "stop");
    gtk_window_destroy (question);
  }
  ui_test_wait_until (mainstay_environment_get_status (environment) ==
                      MAINSTAY_ENVIRONMENT_STOPPED);
  ui_test_wait_until (window_fixture_find_button (fixture, "win.start-app") != NULL &&
                      window_fixture_is_sensitive (fixture, "win.start-app"));
  window_fixture_press (window_fixture_find_button (fixture, "win.start-app"));
  ui_test_wait_until (mainstay_environment_get_status (environment) ==
                      MAINSTAY_ENVIRONMENT_RUNNING);
  ui_test_wait_until (window_fixture_find_button (fixture, "win.stop-app") != NULL &&
                      window_fixture_is_sensitive (fixture, "win.stop-app"));
}

/* Layout */

static void
test_panes (WindowFixture *fixture,
            gconstpointer  user_data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);
  g_autoptr(GSettings) settings = g_settings_new (MAINSTAY_APPLICATION_ID);

  g_assert_nonnull (window_fixture_find (fixture, GTK_TYPE_LABEL, "Backup Details"));
  gtk_widget_activate_action (window, "win.toggle-details", NULL);
  ui_test_settle ();
  g_assert_null (window_fixture_find (fixture, GTK_TYPE_LABEL, "Backup Details"));
  g_assert_false (g_settings_get_boolean (settings, "show-details"));
  gtk_widget_activate_action (window, "win.activity", NULL);
  ui_test_settle ();
  g_assert_nonnull (window_fixture_find (fixture, GTK_TYPE_LABEL, "Activity"));
  gtk_widget_activate_action (window, "win.toggle-details", NULL);
  ui_test_settle ();
  g_assert_nonnull (window_fixture_find (fixture, GTK_TYPE_LABEL, "Backup Details"));
  g_assert_null (window_fixture_find (fixture, GTK_TYPE_LABEL, "Activity"));
  gtk_widget_activate_action (window, "win.close-pane", NULL);
  g_assert_false (adw_flap_get_reveal_flap (fixture->window->flap));
}

static void
test_narrow (WindowFixture *fixture,
             gconstpointer  user_data)
{
  g_autoptr(GSettings) settings = g_settings_new (MAINSTAY_APPLICATION_ID);
  GtkWidget *create;

  g_settings_set (settings, "window-size", "(ii)", 480, 700);
  window_fixture_present (fixture);
  window_fixture_connect_with_key (fixture, MAINSTAY_TEST_API_KEY);
  ui_test_wait_until (window_fixture_count_shown (fixture) == WINDOW_FIXTURE_SEEDED);
  ui_test_settle ();
  g_assert_true (mainstay_narrow_bin_get_narrow (fixture->window->narrow_bin));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->window)), <=, 480);
  create = window_fixture_find_button (fixture, "win.create-backup");
  g_assert_true (create == fixture->window->narrow_create_button);
  g_assert_false (adw_flap_get_reveal_flap (fixture->window->flap));
  g_signal_emit_by_name (fixture->window->backup_view, "activated");
  ui_test_settle ();
  g_assert_true (adw_flap_get_reveal_flap (fixture->window->flap));
}

/* Made when they are first asked for, and once. */
static void
test_shortcuts (WindowFixture *fixture,
                gconstpointer  user_data)
{
  GtkApplicationWindow *window = GTK_APPLICATION_WINDOW (fixture->window);
  GtkWidget *shortcuts;

  g_assert_null (gtk_application_window_get_help_overlay (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-help-overlay", NULL);
  shortcuts = GTK_WIDGET (gtk_application_window_get_help_overlay (window));
  ui_test_wait_until (gtk_widget_get_mapped (shortcuts));
  gtk_window_close (GTK_WINDOW (shortcuts));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-help-overlay", NULL);
  g_assert_true (GTK_WIDGET (gtk_application_window_get_help_overlay (window)) == shortcuts);
  ui_test_wait_until (gtk_widget_get_mapped (shortcuts));
}

static void
test_state_kept (WindowFixture *fixture,
                 gconstpointer  user_data)
{
  g_autoptr(GSettings) settings = g_settings_new (MAINSTAY_APPLICATION_ID);
  g_autofree char *column = NULL;
  g_autofree char *environment = NULL;
  gboolean descending = FALSE;

  mainstay_backup_view_sort (fixture->window->backup_view, "comment", FALSE);
  window_fixture_choose_environment (fixture, "Acceptance");
  ui_test_wait_until (window_fixture_count_shown (fixture) == 2);
  gtk_window_close (GTK_WINDOW (fixture->window));
  ui_test_settle ();
  column = g_settings_get_string (settings, "sort-column");
  g_assert_cmpstr (column, ==, "comment");
  g_assert_false (g_settings_get_boolean (settings, "sort-descending"));
  environment = g_settings_get_string (settings, "last-environment");
  g_assert_cmpstr (environment, ==, MAINSTAY_ACCEPTANCE_ENVIRONMENT);

  mainstay_application_set_session (fixture->application, NULL);
  window_fixture_present (fixture);
  window_fixture_connect_with_key (fixture, MAINSTAY_TEST_API_KEY);
  ui_test_wait_until (window_fixture_count_shown (fixture) == 2);
  g_assert_cmpstr (
    mainstay_backup_view_get_sorted (fixture->window->backup_view, &descending), ==, "comment");
  g_assert_false (descending);
  g_settings_reset (settings, "sort-column");
  g_settings_reset (settings, "sort-descending");
}

#define ADD(path, function) \
  g_test_add (path, WindowFixture, NULL, window_fixture_set_up, function, window_fixture_tear_down)
#define ADD_CONNECTED(path, function) \
  g_test_add (path, WindowFixture, NULL, window_fixture_set_up_connected, function, \
              window_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);

  ADD ("/ui/window/welcome", test_welcome);
  ADD ("/ui/window/connect-opens-dialog", test_connect_opens_dialog);
  ADD_CONNECTED ("/ui/window/names", test_names);
  ADD_CONNECTED ("/ui/window/environments", test_environments);
  ADD_CONNECTED ("/ui/window/actions", test_actions);
  ADD_CONNECTED ("/ui/window/actions-follow", test_actions_follow);
  ADD_CONNECTED ("/ui/window/no-access", test_no_access);
  ADD_CONNECTED ("/ui/window/details", test_details);
  ADD_CONNECTED ("/ui/window/details-address", test_details_address);
  ADD_CONNECTED ("/ui/window/failure-reason", test_failure_reason);
  ADD_CONNECTED ("/ui/window/comment-saved", test_comment_saved);
  ADD_CONNECTED ("/ui/window/comment-refused", test_comment_refused);
  ADD_CONNECTED ("/ui/window/comment-draft", test_comment_draft);
  ADD_CONNECTED ("/ui/window/stale", test_stale);
  ADD ("/ui/window/unreachable", test_unreachable);
  ADD ("/ui/window/key-refused", test_key_refused);
  ADD_CONNECTED ("/ui/window/create", test_create);
  ADD_CONNECTED ("/ui/window/restore-notice", test_restore_notice);
  ADD_CONNECTED ("/ui/window/close-asks", test_close_asks);
  ADD_CONNECTED ("/ui/window/close-and-show-again", test_close_and_show_again);
  ADD_CONNECTED ("/ui/window/close-quits", test_close_quits);
  ADD_CONNECTED ("/ui/window/start-and-stop", test_start_and_stop);
  ADD_CONNECTED ("/ui/window/panes", test_panes);
  ADD ("/ui/window/narrow", test_narrow);
  ADD_CONNECTED ("/ui/window/shortcuts", test_shortcuts);
  ADD_CONNECTED ("/ui/window/state-kept", test_state_kept);
  return g_test_run ();
}
