/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <locale.h>

#include "dialog-fixture.h"
#include "mainstay-check-row.h"
#include "mainstay-download-progress.h"

#define ALL "[\"snapshot-details\", \"files-only\", \"upload-data\", \"activity\"]"
#define BACKUPS "/snapshots"

static GtkWidget *
get_button (GtkWindow  *window,
            const char *label)
{
  GtkWidget *button = dialog_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, label);

  if (button == NULL)
    g_error ("“%s” has no button “%s”", gtk_window_get_title (window), label);
  return button;
}

static gboolean
is_sensitive (GtkWindow  *window,
              const char *label)
{
  return gtk_widget_is_sensitive (get_button (window, label));
}

static void
click (GtkWindow  *window,
       const char *label)
{
  g_assert_true (is_sensitive (window, label));
  g_signal_emit_by_name (get_button (window, label), "clicked");
}

static gboolean
has_text (GtkWindow  *window,
          const char *text)
{
  return dialog_find (GTK_WIDGET (window), GTK_TYPE_LABEL, text) != NULL;
}

static gboolean
has_row (GtkWindow  *window,
         const char *title)
{
  return dialog_find (GTK_WIDGET (window), ADW_TYPE_PREFERENCES_ROW, title) != NULL;
}

static void
type_into (GtkWindow  *window,
           const char *row,
           const char *text)
{
  GtkWidget *entry = dialog_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, row);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static const char *
get_typed (GtkWindow  *window,
           const char *row)
{
  GtkWidget *entry = dialog_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, row);

  g_assert_nonnull (entry);
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static void
assert_name (GtkWidget  *widget,
             const char *name)
{
  g_assert_nonnull (widget);
  gtk_test_accessible_assert_property (widget, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
}

/* A modal window of its own over the one it belongs to, that Escape closes. */
static void
assert_dialog (DialogFixture *fixture,
               const char    *title)
{
  GtkWindow *window = dialog_find_window (title);

  g_assert_nonnull (window);
  g_assert_true (gtk_window_get_modal (window));
  g_assert_true (gtk_window_get_transient_for (window) == fixture->window);
  g_assert_nonnull (gtk_window_get_default_widget (window));
  g_assert_nonnull (gtk_window_get_focus (window));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "window.close", NULL));
  dialog_wait_until (dialog_find_window (title) == NULL);
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
  g_assert_true (has_text (window, "Backs up the database and the uploaded files of Acceptance. "
                                   "The app may keep running meanwhile."));
  view = dialog_find (GTK_WIDGET (window), GTK_TYPE_TEXT_VIEW, NULL);
  assert_name (view, "Comment");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)),
                            "  Before “1.9”\nand its import \n", -1);
  button = get_button (window, "Create Backup");
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
  g_assert_true (has_row (window, "Asking the portal about Acceptance…") ||
                 has_row (window, "Asking the portal about Production…"));
  g_assert_false (is_sensitive (window, "Restore"));
  dialog_wait_until (!has_row (window, "Asking the portal about Acceptance…") &&
                     !has_row (window, "Asking the portal about Production…"));
  return window;
}

static GtkSwitch *
get_switch (GtkWindow  *window,
            const char *row)
{
  GtkWidget *found = dialog_find (GTK_WIDGET (window), ADW_TYPE_ACTION_ROW, row);

  g_assert_nonnull (found);
  found = dialog_find (found, GTK_TYPE_SWITCH, NULL);
  assert_name (found, row);
  return GTK_SWITCH (found);
}

static void
test_restore (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window = open_restore (fixture, "Older model");

  g_assert_true (has_row (window, "The backup is of an older model version"));
  g_assert_true (has_text (window,
                           "The backup is of model version 1.7.3.99, while Acceptance has "
                           "1.8.82.253 deployed. It can be restored, but then model version "
                           "1.7.3.99 must be deployed on Acceptance later on."));
  g_assert_true (is_sensitive (window, "Restore"));
  g_assert_false (has_row (window, "Name of the environment"));
  g_assert_true (gtk_switch_get_active (
                   get_switch (window, "Make a safety backup of the target first")));
  g_assert_false (gtk_switch_get_active (get_switch (window, "Database only")));
  g_assert_false (has_row (window, "The uploaded files stay as they are"));
  gtk_switch_set_active (get_switch (window, "Database only"), TRUE);
  g_assert_true (has_row (window, "The uploaded files stay as they are"));
  g_assert_false (has_row (window, "No safety backup is made"));
  gtk_switch_set_active (get_switch (window, "Make a safety backup of the target first"), FALSE);
  g_assert_true (has_row (window, "No safety backup is made"));

  click (window, "Restore");
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

  click (window, "Restore");
  dialog_wait_until (dialog_fixture_find_request (fixture, "POST ") != NULL);
  g_assert_nonnull (strstr (dialog_fixture_find_request (fixture, "POST "), BACKUPS));
  /* A second dialog on the same environment sees that it is taken. */
  window = open_restore (fixture, "Older model");
  g_assert_true (has_row (window, "Another operation is working on Acceptance"));
  g_assert_false (is_sensitive (window, "Restore"));
  gtk_window_destroy (window);
}

static void
test_restore_failed_backup (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window = open_restore (fixture, "Failed one");

  g_assert_true (has_row (window, "The backup has failed"));
  g_assert_false (is_sensitive (window, "Restore"));
  gtk_window_destroy (window);
}

static void
test_restore_production (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window;

  dialog_fixture_choose (fixture, "Production");
  window = open_restore (fixture, "Older model");
  g_assert_true (has_row (window, "The app on Production is running"));
  type_into (window, "Name of the environment", "Production");
  g_assert_false (is_sensitive (window, "Restore"));
  click (window, "Stop App");
  g_assert_true (has_row (window, "The app on Production is being stopped…"));
  g_assert_false (is_sensitive (window, "Stop App"));
  dialog_wait_until (has_row (window, "The app on Production is stopped"));
  g_assert_cmpuint (dialog_fixture_count_requests (
                      fixture, "POST /api/1/apps/orders/environments/Production/stop"), ==, 1);
  g_assert_true (is_sensitive (window, "Restore"));
  type_into (window, "Name of the environment", "production");
  g_assert_false (is_sensitive (window, "Restore"));
  type_into (window, "Name of the environment", "Production");
  g_assert_true (is_sensitive (window, "Restore"));
  gtk_window_destroy (window);
}

static void
test_restore_elsewhere (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window = open_restore (fixture, "Older model");
  GtkWidget *target = dialog_find (GTK_WIDGET (window), ADW_TYPE_COMBO_ROW, "Target environment");

  adw_combo_row_set_selected (ADW_COMBO_ROW (target), 2);
  g_assert_false (is_sensitive (window, "Restore"));
  dialog_wait_until (has_row (window, "The app on Production is running"));
  dialog_wait_until (!has_row (window, "Asking the portal about Production…"));
  type_into (window, "Name of the environment", "Production");
  /* What was typed for one environment does not count for another. */
  adw_combo_row_set_selected (ADW_COMBO_ROW (target), 0);
  dialog_wait_until (has_row (window, "The app on Test is running"));
  adw_combo_row_set_selected (ADW_COMBO_ROW (target), 2);
  g_assert_cmpstr (get_typed (window, "Name of the environment"), ==, "");
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
  click (window, "Stop App");
  dialog_wait_until (has_row (window, "The app on Production is running"));
  g_assert_true (is_sensitive (window, "Stop App"));
  fixture->ask_status = 403;
  fixture->stop_status = 200;
  click (window, "Stop App");
  dialog_wait_until (has_row (window, "The portal could not be asked about Production"));
  type_into (window, "Name of the environment", "Production");
  g_assert_false (is_sensitive (window, "Restore"));
  fixture->ask_status = 200;
  click (window, "Try Again");
  dialog_wait_until (has_row (window, "The app on Production is stopped"));
  g_assert_true (is_sensitive (window, "Restore"));
  gtk_window_destroy (window);
}

static GtkWindow *
open_upload (DialogFixture *fixture)
{
  GtkWindow *window;

  mainstay_upload_data_dialog_present (fixture->window, fixture->session, fixture->list,
                                       fixture->operations);
  window = dialog_find_window ("Upload Data");
  g_assert_true (has_row (window, "No file is chosen"));
  g_assert_false (is_sensitive (window, "Clear and Upload"));
  dialog_wait_until (has_text (window, "Main line.mda, version 1.8.82.253"));
  dialog_wait_until (!has_row (window, "Asking the portal about Acceptance…") &&
                     !has_row (window, "Asking the portal about Production…"));
  return window;
}

/* A real dump under another name, in a folder of its own. */
static char *
copy_dump (const char *name)
{
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                   "postgresql-15.backup", NULL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  char *path = g_build_filename (folder, name, NULL);
  g_autofree char *content = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;

  g_file_get_contents (source, &content, &length, &error);
  g_assert_no_error (error);
  g_file_set_contents (path, content, (gssize) length, &error);
  g_assert_no_error (error);
  return path;
}

static void
remove_with_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_upload (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *path = copy_dump ("orders.backup");
  GtkWindow *window = open_upload (fixture);

  g_assert_true (has_text (window, "What Happens to Acceptance"));
  g_assert_true (has_row (window, "The deployment package is removed"));
  g_assert_true (has_text (window, "No database is uploaded: that of Acceptance will be empty."));
  g_assert_false (has_row (window, "Published AppServices are unpublished"));
  g_assert_false (has_row (window, "Name of the environment"));
  type_into (window, "Database file", path);
  g_assert_true (has_row (window, "Looking into the file…"));
  g_assert_false (is_sensitive (window, "Clear and Upload"));
  dialog_wait_until (has_row (window, "PostgreSQL dump"));
  g_assert_true (has_text (window, "The uploaded one takes its place."));
  g_assert_true (has_text (window, "No files are uploaded: Acceptance will have none."));
  g_assert_true (is_sensitive (window, "Clear and Upload"));

  click (window, "Clear and Upload");
  g_assert_null (dialog_find_window ("Upload Data"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->operations)), ==, 1);
  dialog_wait_until (dialog_fixture_find_request (fixture, "POST /api/mainstay/1/uploads") !=
                     NULL);
  remove_with_folder (path);
}

static void
test_upload_refused (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *path = copy_dump ("files.zip");
  GtkWindow *window = open_upload (fixture);
  GtkWidget *entry = dialog_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW,
                                  "Archive of uploaded files");

  type_into (window, "Archive of uploaded files", path);
  dialog_wait_until (has_row (window, "This is not an archive of uploaded files"));
  gtk_test_accessible_assert_state (entry, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_true (has_row (window, "A chosen file cannot be uploaded"));
  g_assert_false (is_sensitive (window, "Clear and Upload"));
  /* Nothing of it was sent. */
  g_assert_cmpuint (dialog_fixture_count_requests (fixture, "POST "), ==, 0);

  type_into (window, "Archive of uploaded files", "orders.zip");
  dialog_wait_until (has_row (window, "This is not the whole path of a file"));
  type_into (window, "Archive of uploaded files", "/nowhere/orders.zip");
  dialog_wait_until (has_row (window, "There is no such file"));
  click (window, "Clear Archive of Uploaded Files");
  g_assert_true (has_row (window, "No file is chosen"));
  g_assert_cmpstr (get_typed (window, "Archive of uploaded files"), ==, "");
  gtk_window_destroy (window);
  remove_with_folder (path);
}

static void
test_upload_production (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *path = copy_dump ("orders.backup");
  GtkWindow *window;

  dialog_fixture_choose (fixture, "Production");
  window = open_upload (fixture);
  g_assert_true (has_row (window, "Published AppServices are unpublished"));
  g_assert_true (has_text (window, "Orders, Customers & Co"));
  type_into (window, "Database file", path);
  dialog_wait_until (has_row (window, "PostgreSQL dump"));
  type_into (window, "Name of the environment", "Production");
  g_assert_false (is_sensitive (window, "Clear and Upload"));
  click (window, "Stop App");
  dialog_wait_until (has_row (window, "The app on Production is stopped"));
  dialog_wait_until (is_sensitive (window, "Clear and Upload"));
  type_into (window, "Name of the environment", "Production!");
  g_assert_false (is_sensitive (window, "Clear and Upload"));
  gtk_window_destroy (window);
  remove_with_folder (path);
}

static GtkWindow *
open_download (DialogFixture *fixture)
{
  mainstay_download_backup_dialog_present (fixture->window, fixture->list,
                                           dialog_fixture_get_backup (fixture, "Older model"),
                                           fixture->operations);
  return dialog_find_window ("Download Backup");
}

static GtkWidget *
get_kind (GtkWindow  *window,
          const char *kind)
{
  GtkWidget *row = dialog_find (GTK_WIDGET (window), ADW_TYPE_ACTION_ROW, kind);
  GtkWidget *check;

  g_assert_nonnull (row);
  check = dialog_find (row, GTK_TYPE_CHECK_BUTTON, NULL);
  assert_name (check, kind);
  return check;
}

static void
assert_file_name (GtkWindow  *window,
                  const char *name)
{
  g_autofree char *found = g_path_get_basename (get_typed (window, "Save as"));

  g_assert_cmpstr (found, ==, name);
}

static void
test_download_kinds (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  GtkWindow *window = open_download (fixture);

  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (get_kind (window,
                                                                          "Full backup"))));
  assert_file_name (window, "files_and_database-aaaaaaaa-202610050200.tar.gz");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Database")), TRUE);
  assert_file_name (window, "database-aaaaaaaa-202610050200.backup");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Uploaded files")), TRUE);
  assert_file_name (window, "files-aaaaaaaa-202610050200.tar.gz");
  /* A name of the person's own stays. */
  type_into (window, "Save as", "/tmp/mine.tar.gz");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Database")), TRUE);
  assert_file_name (window, "mine.tar.gz");
  type_into (window, "Save as", "");
  g_assert_false (is_sensitive (window, "Download"));
  gtk_window_destroy (window);
}

static void
test_download_documented (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (NULL);
  GtkWindow *window = open_download (fixture);

  g_assert_false (gtk_widget_is_sensitive (get_kind (window, "Uploaded files")));
  g_assert_true (gtk_widget_is_sensitive (get_kind (window, "Database")));
  g_assert_true (has_text (window, "This portal cannot make a download of the uploaded files "
                                   "alone: Mendix Cloud offers this only on its own page."));
  gtk_window_destroy (window);
}

static void
assert_path_refused (GtkWindow  *window,
                     const char *path,
                     const char *fault)
{
  type_into (window, "Save as", path);
  click (window, "Download");
  dialog_wait_until (has_text (window, fault));
  g_assert_true (is_sensitive (window, "Download"));
  gtk_test_accessible_assert_state (dialog_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW,
                                                 "Save as"),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
}

static void
test_download_paths (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *existing = copy_dump ("here.backup");
  g_autofree char *folder = g_path_get_dirname (existing);
  GtkWindow *window = open_download (fixture);
  GtkWindow *question;

  assert_path_refused (window, "here.backup",
                       "Type the whole path of the file, beginning with a slash; or choose where "
                       "to save it.");
  assert_path_refused (window, "/nowhere/at/all.backup",
                       "There is no such folder. Make it first, or choose another one.");
  assert_path_refused (window, folder,
                       "Something that is no file has this name. Choose another name.");
  type_into (window, "Save as", existing);
  click (window, "Download");
  dialog_wait_until (dialog_find_window ("Replace File?") != NULL);
  question = dialog_find_window ("Replace File?");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "cancel");
  gtk_window_destroy (question);
  dialog_wait_until (is_sensitive (window, "Download"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->operations)), ==, 0);
  gtk_window_destroy (window);
  remove_with_folder (existing);
}

static void
test_download_failure (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.backup", NULL);
  GtkWindow *window = open_download (fixture);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Database")), TRUE);
  type_into (window, "Save as", path);
  click (window, "Download");
  dialog_wait_until (has_text (window, "The download has failed"));
  g_assert_nonnull (strstr (dialog_fixture_find_request (fixture, "POST "),
                            "/archives?data_type=database_only"));
  g_assert_false (is_sensitive (window, "Copy Link"));
  g_assert_false (is_sensitive (window, "Show in Folder"));
  click (window, "Try Again");
  g_assert_cmpstr (get_typed (window, "Save as"), ==, path);
  g_assert_true (is_sensitive (window, "Download"));
  gtk_window_destroy (window);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
clipboard_read_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);
  g_assert_nonnull (*text);
}

static void
assert_same_content (const char *path,
                     const char *expected_path)
{
  g_autofree char *content = NULL;
  g_autofree char *expected = NULL;
  g_autoptr(GError) error = NULL;
  gsize length, expected_length;

  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  g_file_get_contents (expected_path, &expected, &expected_length, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (content, length, expected, expected_length);
}

static void
test_download (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *dump = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                 "postgresql-15.backup", NULL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.backup", NULL);
  g_autofree char *link = g_strconcat (fixture->url, "/link/a1", NULL);
  g_autofree char *copied = NULL;
  GtkWindow *window = open_download (fixture);

  fixture->archive_path = dump;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Database")), TRUE);
  type_into (window, "Save as", path);
  click (window, "Download");
  dialog_wait_until (has_text (window, "The file is whole and verified"));
  assert_same_content (path, dump);
  g_assert_true (has_text (window, path));
  g_assert_true (is_sensitive (window, "Show in Folder"));
  click (window, "Copy Link");
  g_assert_true (is_sensitive (window, "Link Copied"));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (window)), NULL,
                                 clipboard_read_cb, &copied);
  dialog_wait_until (copied != NULL);
  g_assert_cmpstr (copied, ==, link);
  gtk_window_destroy (window);
  remove_with_folder (path);
}

/* The window may be closed meanwhile: rule D5. */
static void
test_download_closed (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *dump = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                 "postgresql-15.backup", NULL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.backup", NULL);
  GtkWindow *window = open_download (fixture);

  fixture->archive_path = dump;
  fixture->archive_state = "running";
  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Database")), TRUE);
  type_into (window, "Save as", path);
  click (window, "Download");
  dialog_wait_until (has_text (window, "The portal is making the archive…"));
  g_assert_true (is_sensitive (window, "Stop Download"));
  gtk_window_close (window);
  g_assert_null (dialog_find_window ("Download Backup"));
  g_assert_cmpuint (mainstay_operation_list_get_active_count (fixture->operations), ==, 1);
  fixture->archive_state = "completed";
  dialog_wait_until (mainstay_operation_list_get_active_count (fixture->operations) == 0);
  assert_same_content (path, dump);
  remove_with_folder (path);
}

static void
test_download_stopped (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.tar.gz", NULL);
  GtkWindow *window = open_download (fixture);

  fixture->archive_path = "unused";
  fixture->archive_state = "running";
  type_into (window, "Save as", path);
  click (window, "Download");
  dialog_wait_until (has_text (window, "The portal is making the archive…"));
  click (window, "Stop Download");
  dialog_wait_until (has_text (window, "The download was stopped"));
  g_assert_true (is_sensitive (window, "Try Again"));
  gtk_window_destroy (window);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
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
  click (window, "Connect");
  dialog_wait_until (has_text (window, fault));
  gtk_test_accessible_assert_state (dialog_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, row),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  dialog_wait_until (is_sensitive (window, "Connect"));
}

static void
test_connect (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autoptr(MainstaySession) session = NULL;
  GtkWindow *window, *warning;

  mainstay_connect_dialog_present (fixture->window, NULL, connected_cb, &session);
  window = dialog_find_window ("Connect to a Portal");
  g_assert_cmpstr (get_typed (window, "Portal address"), ==, "https://deploy.mendix.com");
  g_assert_false (is_sensitive (window, "Connect"));
  type_into (window, "User name", "me@example.com");
  g_assert_false (is_sensitive (window, "Connect"));
  type_into (window, "API key", "wrong-key");
  g_assert_true (is_sensitive (window, "Connect"));

  type_into (window, "Portal address", "http://portal.example");
  assert_connect_refused (window, "Portal address",
                          "Plain http would show the API key to everyone on the way. Use https; "
                          "http works only for a portal on this computer.");
  type_into (window, "Portal address", fixture->url);
  assert_connect_refused (window, "API key",
                          "The portal does not accept the user name and API key. Make a new API "
                          "key in the portal and connect with it.");
  g_assert_null (session);

  type_into (window, "API key", " right-key\t");
  click (window, "Connect");
  g_assert_false (is_sensitive (window, "Connect"));
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
  g_assert_false (has_row (window, "Portal address"));
  g_assert_false (has_row (window, "User name"));
  type_into (window, "API key", "right-key");
  click (window, "Connect");
  dialog_wait_until (session != NULL);
  g_assert_true (mainstay_session_get_account (session) ==
                 mainstay_session_get_account (fixture->session));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  /* The desktop's own one wants schemas that isolated folders do not have. */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  /* A keyring of the machine that runs the tests must not be asked. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/ui/dialogs/windows", test_windows);
  g_test_add_func ("/ui/dialogs/create", test_create);
  g_test_add_func ("/ui/dialogs/delete", test_delete);
  g_test_add_func ("/ui/dialogs/delete/gone", test_delete_gone);
  g_test_add_func ("/ui/dialogs/delete/refused", test_delete_refused);
  g_test_add_func ("/ui/dialogs/restore", test_restore);
  g_test_add_func ("/ui/dialogs/restore/safety", test_restore_safety);
  g_test_add_func ("/ui/dialogs/restore/failed-backup", test_restore_failed_backup);
  g_test_add_func ("/ui/dialogs/restore/production", test_restore_production);
  g_test_add_func ("/ui/dialogs/restore/elsewhere", test_restore_elsewhere);
  g_test_add_func ("/ui/dialogs/restore/refusals", test_restore_refusals);
  g_test_add_func ("/ui/dialogs/upload", test_upload);
  g_test_add_func ("/ui/dialogs/upload/refused", test_upload_refused);
  g_test_add_func ("/ui/dialogs/upload/production", test_upload_production);
  g_test_add_func ("/ui/dialogs/download/kinds", test_download_kinds);
  g_test_add_func ("/ui/dialogs/download/documented", test_download_documented);
  g_test_add_func ("/ui/dialogs/download/paths", test_download_paths);
  g_test_add_func ("/ui/dialogs/download/failure", test_download_failure);
  g_test_add_func ("/ui/dialogs/download/whole", test_download);
  g_test_add_func ("/ui/dialogs/download/closed", test_download_closed);
  g_test_add_func ("/ui/dialogs/download/stopped", test_download_stopped);
  g_test_add_func ("/ui/dialogs/connect", test_connect);
  g_test_add_func ("/ui/dialogs/connect/known", test_connect_known);
  return g_test_run ();
}
