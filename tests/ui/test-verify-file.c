/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "backup-maker.h"
#include "dialog-driver.h"
#include "ui-test.h"

/* The window that verifies a file without any account. */

static GtkWindow *
open_dialog (const char *path)
{
  g_autoptr(GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;

  mainstay_verify_file_dialog_present (NULL, file);
  return dialog_find_window ("Verify a File");
}

static void
assert_fact (GtkWindow  *window,
             const char *title,
             const char *value)
{
  GtkWidget *row = dialog_find (GTK_WIDGET (window), ADW_TYPE_ACTION_ROW, title);

  g_test_message ("%s", title);
  g_assert_nonnull (row);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, value);
}

static GtkLabel *
find_label (GtkWidget  *root,
            const char *text)
{
  if (GTK_IS_LABEL (root) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (root)), text) == 0)
    return GTK_LABEL (root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkLabel *found = find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* All of it, and no hyphen where it goes on in the next line. */
static void
assert_digest (GtkWindow  *window,
               const char *sha256)
{
  GtkLabel *label;

  g_assert_true (dialog_has_row (window, "SHA-256"));
  label = find_label (GTK_WIDGET (window), sha256);
  g_assert_nonnull (label);
  dialog_wait_until (pango_layout_get_line_count (gtk_label_get_layout (label)) > 1);
  g_assert_cmpuint (ui_test_count_glyphs (label), ==, strlen (sha256));
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
test_good (Scratch       *scratch,
           gconstpointer  user_data)
{
  g_autoptr(GBytes) bytes = make_backup_file (scratch, MAINSTAY_FILE_FULL, 3000);
  gsize length = g_bytes_get_size (bytes);
  g_autofree char *path = scratch_write (scratch, "full & more.tar.gz",
                                         g_bytes_get_data (bytes, NULL), (gssize) length);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *size = g_format_size (length);
  g_autofree char *copied = NULL;
  GtkWindow *window = open_dialog (NULL);

  g_assert_false (dialog_is_sensitive (window, "Verify"));
  dialog_type (window, "Backup file", path);
  dialog_click (window, "Verify");
  dialog_wait_until (dialog_has_row (window, "No problems found"));
  assert_fact (window, "Content", "Full backup");
  assert_fact (window, "Format", "tar archive, compressed with gzip");
  assert_fact (window, "Size", size);
  assert_fact (window, "Model version", "1.0.0.1");
  assert_fact (window, "Dump version", "1.14");
  assert_fact (window, "Database name", "app");
  assert_fact (window, "Uploaded files", "1");
  assert_fact (window, "Size of the uploaded files", "3.0\302\240kB");
  assert_digest (window, sha256);
  g_assert_false (dialog_has_row (window, "The database dump was checked only in part"));
  dialog_click (window, "Copy SHA-256");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (window)), NULL,
                                 clipboard_read_cb, &copied);
  dialog_wait_until (copied != NULL);
  g_assert_cmpstr (copied, ==, sha256);
  /* What was found goes as soon as the name is of another file. */
  dialog_type (window, "Backup file", "/nowhere/x.backup");
  g_assert_false (dialog_has_row (window, "No problems found"));
  g_assert_false (dialog_has_row (window, "SHA-256"));
  dialog_click (window, "Verify");
  dialog_wait_until (dialog_has_row (window, "There is no such file"));
  gtk_window_destroy (window);
}

static void
test_database (Scratch       *scratch,
               gconstpointer  user_data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                 "postgresql-15.backup", NULL);
  GtkWindow *window = open_dialog (path);

  dialog_wait_until (dialog_has_row (window, "No problems found"));
  g_assert_cmpstr (dialog_get_typed (window, "Backup file"), ==, path);
  assert_fact (window, "Content", "PostgreSQL dump");
  assert_fact (window, "Server version", "15.18 (Debian 15.18-0+deb12u1)");
  assert_fact (window, "Dump made", "23 Nov 2026, 06:46");
  g_assert_false (dialog_has_row (window, "Uploaded files"));
  gtk_window_destroy (window);
}

static void
assert_refused (GtkWindow  *window,
                const char *path,
                const char *title)
{
  GtkWidget *entry = dialog_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, "Backup file");

  dialog_type (window, "Backup file", path);
  dialog_click (window, "Verify");
  dialog_wait_until (dialog_has_row (window, title));
  gtk_test_accessible_assert_state (entry, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_false (dialog_has_row (window, "No problems found"));
  g_assert_false (dialog_has_row (window, "SHA-256"));
}

static void
test_bad (Scratch       *scratch,
          gconstpointer  user_data)
{
  g_autoptr(GBytes) bytes = make_backup_file (scratch, MAINSTAY_FILE_FULL, 100000);
  gsize length = g_bytes_get_size (bytes);
  g_autofree guint8 *flipped = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
  g_autofree char *damaged = NULL;
  g_autofree char *short_path =
    scratch_write (scratch, "short", flipped, (gssize) length - 5000);
  g_autofree char *page =
    scratch_write (scratch, "page.tar.gz", "<html><body>Sign in</body></html>", -1);
  GtkWindow *window = open_dialog (NULL);

  flipped[length / 2] ^= 0x10;
  damaged = scratch_write (scratch, "damaged", flipped, (gssize) length);
  assert_refused (window, damaged, "File Damaged");
  assert_refused (window, short_path, "File Incomplete");
  assert_refused (window, page, "Not a Backup");
  assert_refused (window, "page.tar.gz", "This is not the whole path of a file");
  gtk_window_destroy (window);
}

/* A file that never ends is given up when the person wants it, and when the window goes. */
static void
test_stopped (Scratch       *scratch,
              gconstpointer  user_data)
{
  g_autofree char *path = scratch_file (scratch, "large");
  GtkWindow *window;

  run_program (scratch->path, "truncate", "--size=40G", "large", NULL);
  window = open_dialog (NULL);
  {
    g_autoptr(GBytes) bytes = make_backup_file (scratch, MAINSTAY_FILE_FULL, 1000);
    g_autoptr(GFile) file = g_file_new_for_path (path);
    g_autoptr(GFileIOStream) stream = g_file_open_readwrite (file, NULL, NULL);

    /* An archive's beginning, and then as good as for ever the zeros of its end. */
    g_assert_nonnull (stream);
    g_assert_true (g_output_stream_write_all (
      g_io_stream_get_output_stream (G_IO_STREAM (stream)), g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), NULL, NULL, NULL));
  }
  dialog_type (window, "Backup file", path);
  dialog_click (window, "Verify");
  g_assert_nonnull (dialog_find (GTK_WIDGET (window), GTK_TYPE_PROGRESS_BAR, NULL));
  dialog_click (window, "Cancel");
  g_assert_null (dialog_find (GTK_WIDGET (window), GTK_TYPE_PROGRESS_BAR, NULL));
  g_assert_true (dialog_is_sensitive (window, "Verify"));
  dialog_click (window, "Verify");
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_close (window);
  dialog_wait_until (window == NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  dialog_test_init (&argc, &argv);
  scratch_test ("/ui/verify-file/good", test_good);
  scratch_test ("/ui/verify-file/database", test_database);
  scratch_test ("/ui/verify-file/bad", test_bad);
  scratch_test ("/ui/verify-file/stopped", test_stopped);
  return g_test_run ();
}
