/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "dialog-driver.h"

#define ALL "[\"snapshot-details\", \"files-only\", \"upload-data\", \"activity\"]"
#define BACKUPS "/snapshots"
#define STOP_PRODUCTION "POST /api/1/apps/orders/environments/Production/stop"

/* A modal window of its own over the one it belongs to, that nothing holds once it is closed. */
static void
assert_dialog (DialogFixture *fixture,
               const char    *title)
{
  GtkWindow *window = dialog_find_window (title);
  gpointer alive = window;

  g_assert_nonnull (window);
  g_object_add_weak_pointer (G_OBJECT (window), &alive);
  g_assert_true (gtk_window_get_modal (window));
  gtk_test_accessible_assert_role (window, GTK_ACCESSIBLE_ROLE_WINDOW);
  g_assert_true (gtk_window_get_transient_for (window) == fixture->window);
  g_assert_nonnull (gtk_window_get_default_widget (window));
  g_assert_nonnull (gtk_window_get_focus (window));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "window.close", NULL));
  dialog_wait_until (alive == NULL);
}

static void
ignore_connected_cb (MainstaySession *session,
                     gpointer         user_data)
{
}

static void
test_windows (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  MainstayBackup *backup = dialog_fixture_get_backup (fixture, "Older model");

  mainstay_create_backup_dialog_present (fixture->window, fixture->list, fixture->operations);
  assert_dialog (fixture, "Create Backup");
  mainstay_upload_data_dialog_present (fixture->window, fixture->session, fixture->list,
                                       fixture->operations);
  assert_dialog (fixture, "Upload Data");
  mainstay_restore_backup_dialog_present (fixture->window, fixture->session, fixture->list,
                                          backup, fixture->operations);
  assert_dialog (fixture, "Restore Backup");
  mainstay_download_backup_dialog_present (fixture->window, fixture->list, backup,
                                           fixture->operations);
  assert_dialog (fixture, "Download Backup");
  mainstay_connect_dialog_present (fixture->window, NULL, ignore_connected_cb, NULL);
  assert_dialog (fixture, "Connect to a Portal");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->operations)), ==, 0);
}

static void
test_create (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWidget *view, *button;
  GtkWindow *window;

  mainstay_create_backup_dialog_present (fixture->window, fixture->list, fixture->operations);
  window = dialog_find_window ("Create Backup");
  g_assert_true (dialog_has_text (window, "Backs up the database and the uploaded files of "
                                          "Acceptance. The app may keep running meanwhile."));
  view = dialog_find (GTK_WIDGET (window), GTK_TYPE_TEXT_VIEW, NULL);
  dialog_assert_name (view, "Comment (optional)");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)),
                            "  Before “1.9”\nand its import \n", -1);
  button = dialog_get_button (window, "Create Backup");
  g_object_ref (button);
  g_signal_emit_by_name (button, "clicked");
  g_signal_emit_by_name (button, "clicked");
  g_object_unref (button);
  g_assert_null (dialog_find_window ("Create Backup"));

  dialog_wait_until (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)) == 5);
  g_assert_cmpuint (dialog_fixture_count_requests (fixture, "POST "), ==, 1);
  g_assert_nonnull (strstr (dialog_fixture_find_request (fixture, "POST "),
                            "\"Before “1.9”\\nand its import\""));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->operations)), ==, 1);
}

static void
open_deletion (DialogFixture *fixture)
{
  mainstay_delete_backup_dialog_present (fixture->window, fixture->list,
                                         dialog_fixture_get_backup (fixture, "Older model"));
  g_assert_true (ADW_IS_MESSAGE_DIALOG (dialog_find_window ("Delete Backup")));
}

static void
answer_deletion (const char *response)
{
  GtkWindow *window = dialog_find_window ("Delete Backup");

  adw_message_dialog_response (ADW_MESSAGE_DIALOG (window), response);
  gtk_window_destroy (window);
}

static void
test_delete (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  AdwMessageDialog *dialog;

  open_deletion (fixture);
  dialog = ADW_MESSAGE_DIALOG (dialog_find_window ("Delete Backup"));
  g_assert_cmpstr (adw_message_dialog_get_body (dialog), ==,
                   "The backup of Acceptance of 5 Oct 2026, 02:00 will be deleted for good.\n\n"
                   "“Older model”");
  g_assert_cmpint (adw_message_dialog_get_response_appearance (dialog, "delete"), ==,
                   ADW_RESPONSE_DESTRUCTIVE);
  g_assert_cmpstr (adw_message_dialog_get_default_response (dialog), ==, "cancel");
  answer_deletion ("cancel");
  for (int i = 0; i < 50; i++)
    dialog_iterate ();
  g_assert_cmpuint (dialog_fixture_count_requests (fixture, "DELETE "), ==, 0);

  open_deletion (fixture);
  answer_deletion ("delete");
  dialog_wait_until (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)) == 3);
  g_assert_cmpuint (dialog_fixture_count_requests (fixture, "DELETE "), ==, 1);
  g_assert_nonnull (strstr (dialog_fixture_find_request (fixture, "DELETE "),
                            "/snapshots/aaaaaaaa-0000-4000-8000-000000000002"));
}

static void
test_delete_gone (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);

  fixture->delete_status = 404;
  open_deletion (fixture);
  answer_deletion ("delete");
  dialog_wait_until (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)) == 3);
  g_assert_null (dialog_find_window ("Not Found"));
}

static void
test_delete_refused (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);

  fixture->delete_status = 403;
  open_deletion (fixture);
  answer_deletion ("delete");
  dialog_wait_until (dialog_find_window ("Permission Missing") != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 4);
  gtk_window_destroy (dialog_find_window ("Permission Missing"));
}

static GtkWindow *
open_restore (DialogFixture *fixture,
              const char    *comment)
{
  GtkWindow *window;

  mainstay_restore_backup_dialog_present (fixture->window, fixture->session, fixture->list,
                                          dialog_fixture_get_backup (fixture, comment),
                                          fixture->operations);
  window = dialog_find_window ("Restore Backup");
  /* Nothing is decided on what was listed some time ago. */
  g_assert_true (dialog_has_row (window, "Asking the portal about Acceptance…") ||
                 dialog_has_row (window, "Asking the portal about Production…"));
  g_assert_false (dialog_is_sensitive (window, "Restore"));
  dialog_wait_until (!dialog_has_row (window, "Asking the portal about Acceptance…") &&
                     !dialog_has_row (window, "Asking the portal about Production…"));
  return window;
}

static GtkSwitch *
get_switch (GtkWindow  *window,
            const char *row)
{
  GtkWidget *found = dialog_find (GTK_WIDGET (window), ADW_TYPE_ACTION_ROW, row);

  g_assert_nonnull (found);
  found = dialog_find (found, GTK_TYPE_SWITCH, NULL);
  dialog_assert_name (found, row);
  return GTK_SWITCH (found);
}

static void
test_restore (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window = open_restore (fixture, "Older model");
  GtkSwitch *safety;

  g_assert_true (dialog_has_row (window, "The backup is of an older model version"));
  g_assert_true (dialog_has_text (window,
                                  "The backup is of model version 1.7.3.99, while Acceptance has "
                                  "1.8.82.253 deployed. It can be restored, but then model version "
                                  "1.7.3.99 must be deployed on Acceptance later on."));
  g_assert_true (dialog_is_sensitive (window, "Restore"));
  g_assert_false (dialog_has_row (window, "Name of the environment"));
  safety = get_switch (window, "Make a safety backup of the target first");
  g_assert_true (gtk_switch_get_active (safety));
  g_assert_false (gtk_switch_get_active (get_switch (window, "Database only")));
  g_assert_false (dialog_has_row (window, "The uploaded files stay as they are"));
  gtk_switch_set_active (get_switch (window, "Database only"), TRUE);
  g_assert_true (dialog_has_row (window, "The uploaded files stay as they are"));
  g_assert_false (dialog_has_row (window, "No safety backup is made"));
  gtk_switch_set_active (safety, FALSE);
  g_assert_true (dialog_has_row (window, "No safety backup is made"));

  dialog_click (window, "Restore");
  g_assert_null (dialog_find_window ("Restore Backup"));
  dialog_wait_until (dialog_fixture_find_request (fixture, "POST ") != NULL);
  g_assert_nonnull (strstr (dialog_fixture_find_request (fixture, "POST "), "/restores?"));
  g_assert_nonnull (strstr (dialog_fixture_find_request (fixture, "POST "),
                            "source_snapshot_id=aaaaaaaa-0000-4000-8000-000000000002"));
  g_assert_nonnull (strstr (dialog_fixture_find_request (fixture, "POST "), "db_only=true"));
}

static void
test_restore_safety (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window = open_restore (fixture, "Older model");

  dialog_click (window, "Restore");
  dialog_wait_until (dialog_fixture_find_request (fixture, "POST ") != NULL);
  g_assert_nonnull (strstr (dialog_fixture_find_request (fixture, "POST "), BACKUPS));
  /* A second dialog on the same environment sees that it is taken. */
  window = open_restore (fixture, "Older model");
  g_assert_true (dialog_has_row (window, "Another operation is working on Acceptance"));
  g_assert_false (dialog_is_sensitive (window, "Restore"));
  gtk_window_destroy (window);
}

static void
test_restore_failed_backup (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window = open_restore (fixture, "Failed one");

  g_assert_true (dialog_has_row (window, "The backup has failed"));
  g_assert_false (dialog_is_sensitive (window, "Restore"));
  gtk_window_destroy (window);
}

static void
test_restore_production (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window;

  dialog_fixture_choose (fixture, "Production");
  window = open_restore (fixture, "Older model");
  g_assert_true (dialog_has_row (window, "The app on Production is running"));
  dialog_type (window, "Name of the environment", "Production");
  g_assert_false (dialog_is_sensitive (window, "Restore"));
  dialog_click (window, "Stop App");
  g_assert_true (dialog_has_row (window, "The app on Production is being stopped…"));
  g_assert_false (dialog_is_sensitive (window, "Stop App"));
  dialog_wait_until (dialog_has_row (window, "The app on Production is stopped"));
  g_assert_cmpuint (dialog_fixture_count_requests (fixture, STOP_PRODUCTION), ==, 1);
  g_assert_true (dialog_is_sensitive (window, "Restore"));
  dialog_type (window, "Name of the environment", "production");
  g_assert_false (dialog_is_sensitive (window, "Restore"));
  dialog_type (window, "Name of the environment", "Production");
  g_assert_true (dialog_is_sensitive (window, "Restore"));
  gtk_window_destroy (window);
}

/* The portal stops the app all the same: the rest of the screen must learn of it. */
static void
test_restore_closed (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  MainstayEnvironment *environment;
  GtkWindow *window;

  dialog_fixture_choose (fixture, "Production");
  environment = mainstay_session_get_environment (fixture->session);
  window = open_restore (fixture, "Older model");
  dialog_click (window, "Stop App");
  gtk_window_close (window);
  g_assert_null (dialog_find_window ("Restore Backup"));
  dialog_wait_until (mainstay_environment_get_status (environment) ==
                     MAINSTAY_ENVIRONMENT_STOPPED);
}

static void
test_restore_elsewhere (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window = open_restore (fixture, "Older model");
  GtkWidget *target = dialog_find (GTK_WIDGET (window), ADW_TYPE_COMBO_ROW, "Target environment");

  adw_combo_row_set_selected (ADW_COMBO_ROW (target), 2);
  g_assert_false (dialog_is_sensitive (window, "Restore"));
  dialog_wait_until (dialog_has_row (window, "The app on Production is running"));
  dialog_wait_until (!dialog_has_row (window, "Asking the portal about Production…"));
  dialog_type (window, "Name of the environment", "Production");
  /* What was typed for one environment does not count for another. */
  adw_combo_row_set_selected (ADW_COMBO_ROW (target), 0);
  dialog_wait_until (dialog_has_row (window, "The app on Test is running"));
  adw_combo_row_set_selected (ADW_COMBO_ROW (target), 2);
  g_assert_cmpstr (dialog_get_typed (window, "Name of the environment"), ==, "");
  gtk_window_destroy (window);
}

static void
test_restore_refusals (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window;

  dialog_fixture_choose (fixture, "Production");
  fixture->stop_status = 403;
  window = open_restore (fixture, "Older model");
  dialog_click (window, "Stop App");
  dialog_wait_until (dialog_has_row (window, "The app on Production is running"));
  g_assert_true (dialog_is_sensitive (window, "Stop App"));
  fixture->ask_status = 403;
  fixture->stop_status = 200;
  dialog_click (window, "Stop App");
  dialog_wait_until (dialog_has_row (window, "The portal could not be asked about Production"));
  dialog_type (window, "Name of the environment", "Production");
  g_assert_false (dialog_is_sensitive (window, "Restore"));
  fixture->ask_status = 200;
  dialog_click (window, "Try Again");
  dialog_wait_until (dialog_has_row (window, "The app on Production is stopped"));
  g_assert_true (dialog_is_sensitive (window, "Restore"));
  gtk_window_destroy (window);
}

static void
connected_cb (MainstaySession *session,
              gpointer         user_data)
{
  MainstaySession **connected = user_data;

  g_assert_true (MAINSTAY_IS_SESSION (session));
  g_assert_null (*connected);
  *connected = g_object_ref (session);
}

static void
assert_connect_refused (GtkWindow  *window,
                        const char *row,
                        const char *fault)
{
  dialog_click (window, "Connect");
  dialog_wait_until (dialog_has_text (window, fault));
  gtk_test_accessible_assert_state (dialog_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, row),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  dialog_wait_until (dialog_is_sensitive (window, "Connect"));
}

static void
test_connect (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autoptr(MainstaySession) session = NULL;
  GtkWindow *window, *warning;

  mainstay_connect_dialog_present (fixture->window, NULL, connected_cb, &session);
  window = dialog_find_window ("Connect to a Portal");
  g_assert_cmpstr (dialog_get_typed (window, "Portal address"), ==, "https://deploy.mendix.com");
  g_assert_false (dialog_is_sensitive (window, "Connect"));
  dialog_type (window, "User name", "me@example.com");
  g_assert_false (dialog_is_sensitive (window, "Connect"));
  dialog_type (window, "API key", "wrong-key");
  g_assert_true (dialog_is_sensitive (window, "Connect"));

  dialog_type (window, "Portal address", "http://portal.example");
  assert_connect_refused (window, "Portal address",
                          "Plain http would show the API key to everyone on the way. Use https; "
                          "http works only for a portal on this computer.");
  dialog_type (window, "Portal address", fixture->url);
  assert_connect_refused (window, "API key",
                          "The portal does not accept the user name and API key. Make a new API "
                          "key in the portal and connect with it.");
  g_assert_null (session);

  dialog_type (window, "API key", " right-key\t");
  dialog_click (window, "Connect");
  g_assert_false (dialog_is_sensitive (window, "Connect"));
  /* There is no keyring here: that is said before it goes on. */
  dialog_wait_until (dialog_find_window ("No Keyring") != NULL);
  g_assert_null (session);
  warning = dialog_find_window ("No Keyring");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (warning), "continue");
  gtk_window_destroy (warning);
  dialog_wait_until (session != NULL);
  g_assert_null (dialog_find_window ("Connect to a Portal"));
  g_assert_cmpstr (mainstay_account_get_url (mainstay_session_get_account (session)), ==,
                   fixture->url);
  g_assert_cmpstr (mainstay_account_get_username (mainstay_session_get_account (session)), ==,
                   "me@example.com");
}

static void
test_connect_known (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autoptr(MainstaySession) session = NULL;
  GtkWindow *window;

  mainstay_connect_dialog_present (fixture->window,
                                   mainstay_session_get_account (fixture->session),
                                   connected_cb, &session);
  window = dialog_find_window ("Connect to a Portal");
  g_assert_false (dialog_has_row (window, "Portal address"));
  g_assert_false (dialog_has_row (window, "User name"));
  dialog_type (window, "API key", "right-key");
  dialog_click (window, "Connect");
  dialog_wait_until (session != NULL);
  g_assert_true (mainstay_session_get_account (session) ==
                 mainstay_session_get_account (fixture->session));
}

int
main (int   argc,
      char *argv[])
{
  dialog_test_init (&argc, &argv);
  g_test_add_func ("/ui/dialogs/windows", test_windows);
  g_test_add_func ("/ui/dialogs/create", test_create);
  g_test_add_func ("/ui/dialogs/delete", test_delete);
  g_test_add_func ("/ui/dialogs/delete/gone", test_delete_gone);
  g_test_add_func ("/ui/dialogs/delete/refused", test_delete_refused);
  g_test_add_func ("/ui/dialogs/restore", test_restore);
  g_test_add_func ("/ui/dialogs/restore/safety", test_restore_safety);
  g_test_add_func ("/ui/dialogs/restore/failed-backup", test_restore_failed_backup);
  g_test_add_func ("/ui/dialogs/restore/production", test_restore_production);
  g_test_add_func ("/ui/dialogs/restore/closed", test_restore_closed);
  g_test_add_func ("/ui/dialogs/restore/elsewhere", test_restore_elsewhere);
  g_test_add_func ("/ui/dialogs/restore/refusals", test_restore_refusals);
  g_test_add_func ("/ui/dialogs/connect", test_connect);
  g_test_add_func ("/ui/dialogs/connect/known", test_connect_known);
  return g_test_run ();
}
