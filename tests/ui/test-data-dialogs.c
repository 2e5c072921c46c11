/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "dialog-driver.h"
#include "mainstay-format.h"
#include "mainstay-tar-block.h"

#define ALL "[\"snapshot-details\", \"files-only\", \"upload-data\", \"activity\"]"

static GtkWindow *
open_upload (DialogFixture *fixture)
{
  GtkWindow *window;

  mainstay_upload_data_dialog_present (fixture->window, fixture->session, fixture->list,
                                       fixture->operations);
  window = dialog_find_window ("Upload Data");
  g_assert_true (dialog_has_row (window, "No file is chosen"));
  g_assert_false (dialog_is_sensitive (window, "Clear and Upload"));
  dialog_wait_until (dialog_has_text (window, "Main line.mda, version 1.8.82.253"));
  dialog_wait_until (!dialog_has_row (window, "Asking the portal about Acceptance…") &&
                     !dialog_has_row (window, "Asking the portal about Production…"));
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

  g_assert_true (dialog_has_text (window, "What Happens to Acceptance"));
  g_assert_true (dialog_has_row (window, "The deployment package is removed"));
  g_assert_true (dialog_has_text (window, "No database is uploaded: that of Acceptance will be "
                                          "empty."));
  g_assert_false (dialog_has_row (window, "Published AppServices are unpublished"));
  g_assert_false (dialog_has_row (window, "Name of the environment"));
  dialog_type (window, "Database file", path);
  g_assert_true (dialog_has_row (window, "Looking into the file…"));
  g_assert_false (dialog_is_sensitive (window, "Clear and Upload"));
  dialog_wait_until (dialog_has_row (window, "PostgreSQL dump"));
  g_assert_true (dialog_has_text (window, "The uploaded one takes its place."));
  g_assert_true (dialog_has_text (window, "No files are uploaded: Acceptance will have none."));
  g_assert_true (dialog_is_sensitive (window, "Clear and Upload"));

  dialog_click (window, "Clear and Upload");
  g_assert_null (dialog_find_window ("Upload Data"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->operations)), ==, 1);
  dialog_wait_until (dialog_fixture_find_request (fixture, "OPTIONS /api/mainstay/1/uploads") !=
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

  dialog_type (window, "Archive of uploaded files", path);
  dialog_wait_until (dialog_has_row (window, "This is not an archive of uploaded files"));
  gtk_test_accessible_assert_state (entry, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_true (dialog_has_row (window, "A chosen file cannot be uploaded"));
  g_assert_false (dialog_is_sensitive (window, "Clear and Upload"));
  /* Nothing of it was sent. */
  g_assert_cmpuint (dialog_fixture_count_requests (fixture, "POST "), ==, 0);

  dialog_type (window, "Archive of uploaded files", "orders.zip");
  dialog_wait_until (dialog_has_row (window, "This is not the whole path of a file"));
  dialog_type (window, "Archive of uploaded files", "/nowhere/orders.zip");
  dialog_wait_until (dialog_has_row (window, "There is no such file"));
  dialog_click (window, "Clear Archive of Uploaded Files");
  g_assert_true (dialog_has_row (window, "No file is chosen"));
  g_assert_cmpstr (dialog_get_typed (window, "Archive of uploaded files"), ==, "");
  gtk_window_destroy (window);
  remove_with_folder (path);
}

/* An archive of one file of zeros, which takes no room on the disk. */
static char *
make_large_archive (gint64 size)
{
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  char *path = g_build_filename (folder, "large.tar", NULL);
  guint8 header[MAINSTAY_TAR_BLOCK];
  g_autoptr(GError) error = NULL;

  mainstay_tar_header ("tree/ab/cd/abcd0000-0000-4000-8000-000000000000", size, 1700000000, header);
  g_file_set_contents (path, (const char *) header, sizeof header, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, mainstay_tar_end (MAINSTAY_TAR_BLOCK + mainstay_tar_pad (size))),
                   ==, 0);
  return path;
}

static gboolean
tells_share (GtkWindow *window)
{
  GtkWidget *row = dialog_find (GTK_WIDGET (window), ADW_TYPE_ACTION_ROW,
                                "Looking into the file…");

  return row != NULL && g_str_has_suffix (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), "%");
}

/* It is told how far the look into a large file is. */
static void
test_upload_large (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *path = make_large_archive (G_GINT64_CONSTANT (1) << 30);
  GtkWindow *window = open_upload (fixture);

  dialog_type (window, "Archive of uploaded files", path);
  dialog_wait_until (tells_share (window));
  g_assert_false (dialog_is_sensitive (window, "Clear and Upload"));
  dialog_wait_until (dialog_has_row (window, "Uploaded files (tar archive)"));
  g_assert_true (dialog_is_sensitive (window, "Clear and Upload"));
  gtk_window_destroy (window);
  remove_with_folder (path);
}

static void
test_upload_folder (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  g_autofree char *pair = g_build_filename (folder, "ab", "cd", NULL);
  g_autofree char *file = g_build_filename (pair, "abcd0000-0000-4000-8000-000000000000", NULL);
  g_autofree char *stranger = g_build_filename (folder, "ab", "notes.txt", NULL);
  g_autofree char *size = mainstay_format_size (strlen ("content"));
  g_autofree char *facts = g_strconcat ("1 uploaded file\nSize: ", size, NULL);
  GtkWindow *window = open_upload (fixture);

  g_assert_cmpint (g_mkdir_with_parents (pair, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "content", -1, NULL));
  g_assert_true (g_file_set_contents (stranger, "mine", -1, NULL));
  dialog_type (window, "Archive of uploaded files", folder);
  dialog_wait_until (dialog_has_row (window, "Not a Backup"));
  /* It says which, so that it can be taken away. */
  g_assert_true (dialog_has_text (window, "The file is not a backup or a part of one. Choose "
                                          "another file.\n\nThe entry “ab/notes.txt” is nothing "
                                          "that a backup holds"));
  g_assert_false (dialog_is_sensitive (window, "Clear and Upload"));
  g_assert_cmpint (g_remove (stranger), ==, 0);
  dialog_type (window, "Archive of uploaded files", "");
  dialog_type (window, "Archive of uploaded files", folder);
  dialog_wait_until (dialog_has_row (window, "Folder of uploaded files"));
  g_assert_true (dialog_has_text (window, facts));
  g_assert_true (dialog_is_sensitive (window, "Clear and Upload"));
  g_assert_true (dialog_is_sensitive (window, "Choose a Folder…"));
  gtk_window_destroy (window);
  g_assert_cmpint (g_remove (file), ==, 0);
  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpint (g_rmdir (pair), ==, 0);
      *strrchr (pair, '/') = '\0';
    }
}

static void
test_upload_production (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *path = copy_dump ("orders.backup");
  GtkWindow *window;

  dialog_fixture_choose (fixture, "Production");
  window = open_upload (fixture);
  g_assert_true (dialog_has_row (window, "Published AppServices are unpublished"));
  g_assert_true (dialog_has_text (window, "Orders, Customers & Co"));
  dialog_type (window, "Database file", path);
  dialog_wait_until (dialog_has_row (window, "PostgreSQL dump"));
  dialog_type (window, "Name of the environment", "Production");
  g_assert_false (dialog_is_sensitive (window, "Clear and Upload"));
  dialog_click (window, "Stop App");
  dialog_wait_until (dialog_has_row (window, "The app on Production is stopped"));
  dialog_wait_until (dialog_is_sensitive (window, "Clear and Upload"));
  dialog_type (window, "Name of the environment", "Production!");
  g_assert_false (dialog_is_sensitive (window, "Clear and Upload"));
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
  dialog_assert_name (check, kind);
  return check;
}

static void
assert_file_name (GtkWindow  *window,
                  const char *name)
{
  g_autofree char *found = g_path_get_basename (dialog_get_typed (window, "Save as"));

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
  dialog_type (window, "Save as", "/tmp/mine.tar.gz");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Database")), TRUE);
  assert_file_name (window, "mine.tar.gz");
  dialog_type (window, "Save as", "");
  g_assert_false (dialog_is_sensitive (window, "Download"));
  gtk_window_destroy (window);
}

static void
test_download_documented (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (NULL);
  GtkWindow *window = open_download (fixture);

  g_assert_false (gtk_widget_is_sensitive (get_kind (window, "Uploaded files")));
  g_assert_true (gtk_widget_is_sensitive (get_kind (window, "Database")));
  g_assert_true (dialog_has_text (window, "This portal cannot make a download of the uploaded "
                                          "files alone: Mendix Cloud offers this only on its own "
                                          "page."));
  gtk_window_destroy (window);
}

static void
assert_path_refused (GtkWindow  *window,
                     const char *path,
                     const char *fault)
{
  dialog_type (window, "Save as", path);
  dialog_click (window, "Download");
  dialog_wait_until (dialog_has_text (window, fault));
  g_assert_true (dialog_is_sensitive (window, "Download"));
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
  dialog_type (window, "Save as", existing);
  dialog_click (window, "Download");
  dialog_wait_until (dialog_find_window ("Replace File?") != NULL);
  question = dialog_find_window ("Replace File?");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "cancel");
  gtk_window_destroy (question);
  dialog_wait_until (dialog_is_sensitive (window, "Download"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->operations)), ==, 0);
  gtk_window_destroy (window);
  remove_with_folder (existing);
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
test_download_failure (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *dump = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                 "postgresql-15.backup", NULL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.backup", NULL);
  GtkWindow *window = open_download (fixture);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Database")), TRUE);
  dialog_type (window, "Save as", path);
  dialog_click (window, "Download");
  dialog_wait_until (dialog_has_text (window, "The download has failed"));
  g_assert_nonnull (strstr (dialog_fixture_find_request (fixture, "POST "),
                            "/archives?data_type=database_only"));
  g_assert_false (dialog_is_sensitive (window, "Copy Link"));
  g_assert_false (dialog_is_sensitive (window, "Show in Folder"));
  /* It is the same one that goes on, so that there are never two. */
  fixture->archive_path = dump;
  dialog_click (window, "Retry");
  dialog_wait_until (dialog_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "Retry") == NULL &&
                     dialog_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "Stop Download") == NULL);
  g_assert_true (dialog_is_sensitive (window, "Show in Folder"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->operations)), ==, 1);
  assert_same_content (path, dump);
  gtk_window_destroy (window);
  remove_with_folder (path);
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
  dialog_type (window, "Save as", path);
  dialog_click (window, "Download");
  dialog_wait_until (dialog_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "Stop Download") == NULL);
  assert_same_content (path, dump);
  g_assert_true (dialog_has_text (window, path));
  g_assert_true (dialog_has_text (window, "PostgreSQL dump\nDump version: 1.14\n"
                                  "Server version: 15.18 (Debian 15.18-0+deb12u1)\n"
                                  "Database name: sample\nDump made: 23 Nov 2026, 06:46\n"
                                  "Size: 2.2\302\240kB"));
  g_assert_true (dialog_is_sensitive (window, "Show in Folder"));
  dialog_click (window, "Copy Link");
  g_assert_true (dialog_is_sensitive (window, "Link Copied"));
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
  dialog_type (window, "Save as", path);
  dialog_click (window, "Download");
  dialog_wait_until (dialog_has_text (window, "The portal is preparing the file"));
  g_assert_true (dialog_is_sensitive (window, "Stop Download"));
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
  dialog_type (window, "Save as", path);
  dialog_click (window, "Download");
  dialog_wait_until (dialog_has_text (window, "The portal is preparing the file"));
  dialog_click (window, "Stop Download");
  dialog_wait_until (dialog_has_text (window, "The download was stopped"));
  g_assert_true (dialog_has_text (window, "Nothing of it was kept."));
  dialog_click (window, "Try Again");
  g_assert_cmpstr (dialog_get_typed (window, "Save as"), ==, path);
  g_assert_true (dialog_is_sensitive (window, "Download"));
  gtk_window_destroy (window);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_download_paused (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *dump = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                 "postgresql-15.backup", NULL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.backup", NULL);
  GtkWindow *window = open_download (fixture);
  GtkWindow *second;

  fixture->archive_path = dump;
  fixture->archive_state = "running";
  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Database")), TRUE);
  dialog_type (window, "Save as", path);
  dialog_click (window, "Download");
  dialog_wait_until (dialog_has_text (window, "The portal is preparing the file"));
  dialog_click (window, "Pause");
  dialog_wait_until (dialog_has_text (window, "Paused"));
  g_assert_true (dialog_is_sensitive (window, "Stop Download"));
  /* Nobody else may save to its name meanwhile. */
  gtk_window_close (window);
  second = open_download (fixture);
  assert_path_refused (second, path, "Another transfer, which the activity view shows, saves to "
                                     "this file. Choose another name.");
  gtk_window_destroy (second);
  {
    g_autoptr(MainstayOperation) operation =
      g_list_model_get_item (G_LIST_MODEL (fixture->operations), 0);

    fixture->archive_state = "completed";
    mainstay_operation_resume (operation);
    dialog_wait_until (mainstay_operation_has_ended (operation));
  }
  assert_same_content (path, dump);
  remove_with_folder (path);
}

static void
write_text (const char *path,
            const char *text)
{
  g_autoptr(GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
answer (const char *title,
        const char *response)
{
  GtkWindow *question;

  dialog_wait_until (dialog_find_window (title) != NULL);
  question = dialog_find_window (title);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), response);
  gtk_window_destroy (question);
}

/* Both the file and what is left over beside it are asked about before anything is sent. */
static void
test_download_left_over (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.backup", NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  GtkWindow *window = open_download (fixture);

  write_text (path, "old");
  write_text (part, "somebody else’s");
  dialog_type (window, "Save as", path);
  dialog_click (window, "Download");
  answer ("Replace File?", "replace");
  answer ("Use Unfinished Download?", "cancel");
  dialog_wait_until (dialog_is_sensitive (window, "Download"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->operations)), ==, 0);
  dialog_click (window, "Download");
  answer ("Replace File?", "replace");
  answer ("Use Unfinished Download?", "continue");
  /* It is no part of ours: nothing of it is touched. */
  dialog_wait_until (dialog_has_text (window, "The download has failed"));
  g_assert_true (g_file_test (part, G_FILE_TEST_EXISTS));
  gtk_window_destroy (window);
  g_assert_cmpint (g_remove (part), ==, 0);
  remove_with_folder (path);
}

/* The first label that is seen and holds @part. */
static GtkWidget *
find_part (GtkWidget  *root,
           const char *part)
{
  if (GTK_IS_LABEL (root) && gtk_widget_get_mapped (root) &&
      strstr (gtk_label_get_text (GTK_LABEL (root)), part) != NULL)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_part (child, part);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* What is found to be bad is not given the name, and it is told where it lies. */
static void
test_download_damaged (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new (ALL);
  g_autofree char *folder = g_dir_make_tmp ("dialogs-XXXXXX", NULL);
  g_autofree char *source = g_build_filename (folder, "source", NULL);
  g_autofree char *path = g_build_filename (folder, "x.backup", NULL);
  g_autofree char *kept = g_strconcat (path, ".damaged", NULL);
  g_autofree char *words = NULL;
  GtkWindow *window = open_download (fixture);

  write_text (source, "PGDMP and nothing that could be a dump behind it");
  fixture->archive_path = source;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (get_kind (window, "Database")), TRUE);
  dialog_type (window, "Save as", path);
  dialog_click (window, "Download");
  dialog_wait_until (dialog_has_text (window, "The download has failed"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  words = g_strdup_printf ("The bad file was kept as “%s”; it can be deleted.", kept);
  g_assert_nonnull (find_part (GTK_WIDGET (window), words));
  gtk_window_destroy (window);
  g_assert_cmpint (g_remove (source), ==, 0);
  remove_with_folder (kept);
}

int
main (int   argc,
      char *argv[])
{
  dialog_test_init (&argc, &argv);
  g_test_add_func ("/ui/dialogs/upload", test_upload);
  g_test_add_func ("/ui/dialogs/upload/refused", test_upload_refused);
  g_test_add_func ("/ui/dialogs/upload/large", test_upload_large);
  g_test_add_func ("/ui/dialogs/upload/folder", test_upload_folder);
  g_test_add_func ("/ui/dialogs/upload/production", test_upload_production);
  g_test_add_func ("/ui/dialogs/download/kinds", test_download_kinds);
  g_test_add_func ("/ui/dialogs/download/documented", test_download_documented);
  g_test_add_func ("/ui/dialogs/download/paths", test_download_paths);
  g_test_add_func ("/ui/dialogs/download/failure", test_download_failure);
  g_test_add_func ("/ui/dialogs/download/whole", test_download);
  g_test_add_func ("/ui/dialogs/download/closed", test_download_closed);
  g_test_add_func ("/ui/dialogs/download/stopped", test_download_stopped);
  g_test_add_func ("/ui/dialogs/download/paused", test_download_paused);
  g_test_add_func ("/ui/dialogs/download/left-over", test_download_left_over);
  g_test_add_func ("/ui/dialogs/download/damaged", test_download_damaged);
  return g_test_run ();
}
