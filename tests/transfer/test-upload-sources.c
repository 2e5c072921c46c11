/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-error.h"
#include "mainstay-rate-limit.h"
#include "mainstay-upload-folder.h"
#include "mainstay-upload-piece.h"
#include "scratch.h"

/* What is sent: files, and folders as the archives that they would make. */

#define N_FILES 60

/* A name that is a UUID, so that some share their pairs. */
static char *
file_name (unsigned int i)
{
  return g_strdup_printf ("%02x/%02x/%02x%02x0000-0000-4000-8000-%012u", i % 7 * 30, i % 3,
                          i % 7 * 30, i % 3, i);
}

/* Sizes around those of the blocks, and none. */
static size_t
file_size (unsigned int i)
{
  static const size_t sizes[] = { 0, 1, 511, 512, 513, 10000, 300000, 262144 };

  return sizes[i % G_N_ELEMENTS (sizes)];
}

static char *
make_folder (Scratch    *scratch,
             const char *prefix)
{
  for (unsigned int i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = file_name (i);
      g_autofree char *path = g_build_filename ("folder", prefix, name, NULL);
      g_autofree char *whole = scratch_file (scratch, path);
      g_autofree char *parent = g_path_get_dirname (whole);
      g_autoptr(GBytes) bytes = noise_bytes (i + 1, file_size (i));

      g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
      g_free (scratch_write (scratch, path, g_bytes_get_data (bytes, NULL),
                             (gssize) g_bytes_get_size (bytes)));
    }
  return scratch_file (scratch, "folder");
}

static MainstayUploadSource *
open_source (const char *path)
{
  g_autoptr(GError) error = NULL;
  MainstayUploadSource *source = mainstay_upload_source_new (path, NULL, &error);

  g_assert_no_error (error);
  return source;
}

static GBytes *
read_all (MainstayUploadSource *source)
{
  g_autoptr(GError) error = NULL;
  size_t size = (size_t) mainstay_upload_source_get_size (source);
  g_autofree char *bytes = g_malloc (size);

  g_assert_true (mainstay_upload_source_read (source, 0, bytes, size, &error));
  g_assert_no_error (error);
  return g_bytes_new_take (g_steal_pointer (&bytes), size);
}

static void
assert_read_fails (MainstayUploadSource *source,
                   gint64                offset,
                   size_t                length)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = g_malloc (length);

  g_assert_false (mainstay_upload_source_read (source, offset, bytes, length, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED);
}

static void
assert_changed (MainstayUploadSource *source)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (mainstay_upload_source_check (source, TRUE, NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED);
}

static void
assert_unchanged (MainstayUploadSource *source)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (mainstay_upload_source_check (source, TRUE, NULL, &error));
  g_assert_no_error (error);
}

static void
test_file (Scratch       *scratch,
           gconstpointer  data)
{
  g_autofree char *path = scratch_write (scratch, "file", "0123456789", 10);
  g_autoptr(MainstayUploadSource) source = open_source (path);
  g_autoptr(MainstayUploadSource) again = open_source (path);
  g_autoptr(GError) error = NULL;
  char bytes[5];

  g_assert_cmpint (mainstay_upload_source_get_size (source), ==, 10);
  g_assert_cmpstr (mainstay_upload_source_get_name (source), ==, "file");
  g_assert_true (mainstay_upload_source_read (source, 3, bytes, 5, &error));
  g_assert_cmpmem (bytes, 5, "34567", 5);
  assert_unchanged (source);
  g_assert_cmpstr (mainstay_upload_source_get_fingerprint (source), ==,
                   mainstay_upload_source_get_fingerprint (again));
}

static void
test_file_changed (Scratch       *scratch,
                   gconstpointer  data)
{
  g_autofree char *path = scratch_write (scratch, "file", "0123456789", 10);
  g_autoptr(MainstayUploadSource) replaced = open_source (path);
  g_autoptr(MainstayUploadSource) grown = NULL;
  g_autoptr(MainstayUploadSource) shrunk = NULL;
  g_autoptr(MainstayUploadSource) gone = NULL;
  int fd;

  /* Replaces by renaming: another file of the same size. */
  g_free (scratch_write (scratch, "file", "9876543210", 10));
  assert_changed (replaced);
  grown = open_source (path);
  g_assert_cmpstr (mainstay_upload_source_get_fingerprint (replaced), !=,
                   mainstay_upload_source_get_fingerprint (grown));
  fd = open (path, O_WRONLY | O_APPEND);
  g_assert_cmpint (write (fd, "!", 1), ==, 1);
  close (fd);
  assert_changed (grown);
  shrunk = open_source (path);
  g_assert_cmpint (truncate (path, 4), ==, 0);
  assert_changed (shrunk);
  assert_read_fails (shrunk, 0, 11);
  gone = open_source (path);
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_changed (gone);
}

static void
test_no_file (Scratch       *scratch,
              gconstpointer  data)
{
  g_autofree char *path = scratch_file (scratch, "nothing");
  g_autoptr(GError) missing = NULL;
  g_autoptr(GError) fifo = NULL;

  g_assert_null (mainstay_upload_source_new (path, NULL, &missing));
  g_assert_error (missing, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_null (mainstay_upload_source_new (path, NULL, &fifo));
  g_assert_error (fifo, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP);
}

/* What arrives is a tar that tar itself unpacks to the same folder. */
static void
test_folder (Scratch       *scratch,
             gconstpointer  prefix)
{
  g_autofree char *path = make_folder (scratch, prefix);
  g_autoptr(MainstayUploadSource) source = open_source (path);
  g_autoptr(GBytes) bytes = read_all (source);
  g_autofree char *tar = scratch_write (scratch, "packed", g_bytes_get_data (bytes, NULL),
                                        (gssize) g_bytes_get_size (bytes));
  g_autofree char *into = scratch_file (scratch, "unpacked");
  g_autoptr(MainstayBackupFile) inspected = NULL;
  g_autoptr(MainstayBackupFile) told = NULL;
  g_autoptr(GError) error = NULL;
  gint64 files_size = 0;

  g_assert_cmpstr (mainstay_upload_source_get_name (source), ==, "folder.tar");
  g_assert_cmpint (g_mkdir (into, 0755), ==, 0);
  run_program (into, "tar", "-xf", tar, NULL);
  for (unsigned int i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = file_name (i);
      g_autofree char *file = g_build_filename (into, "tree", name, NULL);
      g_autoptr(GBytes) content = noise_bytes (i + 1, file_size (i));

      assert_same_file (file, g_bytes_get_data (content, NULL), g_bytes_get_size (content));
      files_size += (gint64) file_size (i);
    }
  inspected = mainstay_backup_file_inspect (tar, MAINSTAY_FILE_FILES, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  told = mainstay_upload_folder_inspect (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (inspected->files_count, ==, N_FILES);
  g_assert_cmpint (inspected->files_size, ==, files_size);
  /* What the dialog says before is what the portal finds. */
  g_assert_cmpint (told->files_count, ==, inspected->files_count);
  g_assert_cmpint (told->files_size, ==, inspected->files_size);
  g_assert_cmpint (told->size, ==, inspected->size);
  g_assert_cmpint (told->format, ==, inspected->format);
  g_assert_true (told->has_tree_prefix && inspected->has_tree_prefix);
}

/* Any part is the same, by whatever object it is made. */
static void
test_folder_parts (Scratch       *scratch,
                   gconstpointer  data)
{
  g_autofree char *path = make_folder (scratch, "tree");
  g_autoptr(MainstayUploadSource) first = open_source (path);
  g_autoptr(MainstayUploadSource) second = open_source (path);
  g_autoptr(GBytes) whole = read_all (first);
  const char *bytes = g_bytes_get_data (whole, NULL);
  int size = (int) g_bytes_get_size (whole);
  g_autofree char *part = g_malloc ((size_t) size);

  g_assert_cmpstr (mainstay_upload_source_get_fingerprint (first), ==,
                   mainstay_upload_source_get_fingerprint (second));
  g_assert_cmpint (size % 10240, ==, 0);
  for (int i = 0; i < 2000; i++)
    {
      g_autoptr(GError) error = NULL;
      int offset = g_test_rand_int_range (0, size);
      int length = g_test_rand_int_range (0, MIN (size - offset, i % 10 == 0 ? size : 2000) + 1);

      g_assert_true (mainstay_upload_source_read (second, offset, part, (size_t) length, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (part, length, bytes + offset, length);
    }
}

static void
test_folder_changed (Scratch       *scratch,
                     gconstpointer  data)
{
  g_autofree char *path = make_folder (scratch, "tree");
  g_autofree char *name = file_name (N_FILES - 1);
  g_autofree char *file = g_build_filename (path, "tree", name, NULL);
  g_autofree char *more = g_build_filename (path, "tree/00/00/00000000-0000-4000-8000-999999999999",
                                            NULL);
  g_autoptr(MainstayUploadSource) grown = open_source (path);
  g_autoptr(MainstayUploadSource) touched = NULL;
  g_autoptr(MainstayUploadSource) gone = NULL;
  g_autoptr(MainstayUploadSource) joined = NULL;
  struct timespec times[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
  gint64 size = mainstay_upload_source_get_size (grown);

  assert_unchanged (grown);
  g_assert_true (g_file_set_contents (file, "grown", -1, NULL));
  assert_changed (grown);
  assert_read_fails (grown, 0, (size_t) size);
  touched = open_source (path);
  size = mainstay_upload_source_get_size (touched);
  g_assert_cmpint (utimensat (AT_FDCWD, file, times, 0), ==, 0);
  assert_changed (touched);
  assert_read_fails (touched, 0, (size_t) size);
  gone = open_source (path);
  g_assert_cmpint (g_unlink (file), ==, 0);
  assert_changed (gone);
  assert_read_fails (gone, 0, (size_t) size);
  joined = open_source (path);
  g_assert_true (g_file_set_contents (more, "new", -1, NULL));
  assert_changed (joined);
}

/* Nothing gets in by a link put there after the folder was looked at. */
static void
test_folder_link_later (Scratch       *scratch,
                        gconstpointer  data)
{
  g_autofree char *path = make_folder (scratch, "tree");
  g_autofree char *name = file_name (5);
  g_autofree char *file = g_build_filename (path, "tree", name, NULL);
  g_autofree char *moved = scratch_file (scratch, "moved");
  g_autoptr(MainstayUploadSource) source = open_source (path);

  g_assert_cmpint (g_rename (file, moved), ==, 0);
  g_assert_cmpint (symlink (moved, file), ==, 0);
  assert_read_fails (source, 0, (size_t) mainstay_upload_source_get_size (source));
}

static const struct
{
  const char *name;   /* of one more entry */
  const char *target; /* (nullable): where it points, when it is a link */
  int code;
} strangers[] = {
  { "tree/notes.txt", NULL, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "Thumbs.db", NULL, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/00/00/photo.jpg", NULL, MAINSTAY_ERROR_NOT_A_BACKUP },
  /* in the wrong pair */
  { "tree/00/00/11110000-0000-4000-8000-000000000000", NULL, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/AB/CD/ABCD0000-0000-4000-8000-000000000000", NULL, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "00/00/00000000-0000-4000-8000-777777777777", NULL, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "db/db.backup", NULL, MAINSTAY_ERROR_WRONG_KIND },
  { "tree/00/00/00000000-0000-4000-8000-888888888888", "/etc/passwd", MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/ff", "/etc", MAINSTAY_ERROR_NOT_A_BACKUP },
};

static void
test_folder_refused (Scratch       *scratch,
                     gconstpointer  data)
{
  g_autofree char *path = make_folder (scratch, "tree");

  for (size_t i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      g_autofree char *file = g_build_filename (path, strangers[i].name, NULL);
      g_autofree char *parent = g_path_get_dirname (file);
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", strangers[i].name);
      g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
      if (strangers[i].target != NULL)
        g_assert_cmpint (symlink (strangers[i].target, file), ==, 0);
      else
        g_assert_true (g_file_set_contents (file, "x", 1, NULL));
      g_assert_null (mainstay_upload_source_new (path, NULL, &error));
      g_assert_error (error, MAINSTAY_ERROR, strangers[i].code);
      if (strangers[i].code != MAINSTAY_ERROR_WRONG_KIND)
        {
          g_autofree char *base = g_path_get_basename (strangers[i].name);

          /* It says which, so that it can be found. */
          g_assert_nonnull (strstr (error->message, base));
        }
      g_assert_cmpint (g_unlink (file), ==, 0);
      for (int levels = 0; levels < 2 && g_rmdir (parent) == 0; levels++)
        *strrchr (parent, '/') = '\0';
    }
  g_object_unref (open_source (path));
}

static void
test_folder_empty (Scratch       *scratch,
                   gconstpointer  data)
{
  g_autofree char *path = scratch_file (scratch, "empty/tree");
  g_autofree char *top = scratch_file (scratch, "empty");
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (path, 0755), ==, 0);
  g_assert_null (mainstay_upload_source_new (top, NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP);
}

/* A backup's own notes do no harm, and a file of more than eight GiB needs another kind of number.
 * */
static void
test_folder_odd (Scratch       *scratch,
                 gconstpointer  data)
{
  const gint64 huge = G_GINT64_CONSTANT (9000000000);
  g_autofree char *path = scratch_file (scratch, "folder");
  g_autofree char *pair = g_build_filename (path, "00/00", NULL);
  g_autofree char *file = g_build_filename (pair, "00000000-0000-4000-8000-000000000000", NULL);
  g_autofree char *notes = g_build_filename (path, ".metadata", NULL);
  g_autofree char *tar = scratch_file (scratch, "head.tar");
  g_autofree char *listing = NULL;
  g_autoptr(MainstayUploadSource) source = NULL;
  char head[512];
  g_autofree char *command = NULL;

  g_assert_cmpint (g_mkdir_with_parents (pair, 0755), ==, 0);
  g_assert_true (g_file_set_contents (notes, "{}", 2, NULL));
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_cmpint (truncate (file, huge), ==, 0);
  source = open_source (path);
  g_assert_true (mainstay_upload_source_read (source, 0, head, sizeof head, NULL));
  g_assert_true (g_file_set_contents (tar, head, sizeof head, NULL));
  command = g_strdup_printf ("sh -c \"tar -tvf '%s' 2>/dev/null\"", tar);
  g_assert_true (g_spawn_command_line_sync (command, &listing, NULL, NULL, NULL));
  g_assert_nonnull (strstr (listing, " 9000000000 "));
  g_assert_nonnull (strstr (listing, " tree/00/00/00000000-0000-4000-8000-000000000000"));
  g_assert_cmpint (mainstay_upload_source_get_size (source), >, huge);
}

static void
count_read (gint64   done,
            gpointer user_data)
{
  *(gint64 *) user_data = done;
}

static void
test_piece (Scratch       *scratch,
            gconstpointer  data)
{
  g_autoptr(GBytes) bytes = noise_bytes (7, 1000000);
  g_autofree char *path = scratch_write (scratch, "file", g_bytes_get_data (bytes, NULL), 1000000);
  g_autoptr(MainstayUploadSource) source = open_source (path);
  gint64 done = 0;
  g_autoptr(MainstayUploadPiece) piece =
    mainstay_upload_piece_new (source, 1234, 700000, count_read, &done);
  g_autofree char *buffer = g_malloc (1000000);
  g_autoptr(GError) error = NULL;
  size_t length;

  g_assert_true (g_input_stream_read_all (G_INPUT_STREAM (piece), buffer, 1000000, &length, NULL,
                                          &error));
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, length, (const char *) g_bytes_get_data (bytes, NULL) + 1234, 700000);
  g_assert_cmpint (done, ==, 700000);
}

/* The limit that all transfers share holds here, too. */
static void
test_piece_limited (Scratch       *scratch,
                    gconstpointer  data)
{
  g_autoptr(GBytes) bytes = noise_bytes (7, 400000);
  g_autofree char *path = scratch_write (scratch, "file", g_bytes_get_data (bytes, NULL), 400000);
  g_autoptr(MainstayUploadSource) source = open_source (path);
  gint64 done = 0;
  g_autoptr(MainstayUploadPiece) piece =
    mainstay_upload_piece_new (source, 0, 400000, count_read, &done);
  char buffer[8192];
  gint64 began_at = g_get_monotonic_time ();

  mainstay_rate_limit_set_rate (mainstay_rate_limit_get_default (), 200000);
  while (g_input_stream_read (G_INPUT_STREAM (piece), buffer, sizeof buffer, NULL, NULL) > 0)
    continue;
  mainstay_rate_limit_set_rate (mainstay_rate_limit_get_default (), 0);
  g_assert_cmpint (done, ==, 400000);
  g_assert_cmpint (g_get_monotonic_time () - began_at, >, G_USEC_PER_SEC / 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, function) \
  g_test_add ("/transfer/upload-sources/" name, Scratch, data, scratch_set_up, function, \
              scratch_tear_down)
  ADD ("file", NULL, test_file);
  ADD ("file-changed", NULL, test_file_changed);
  ADD ("no-file", NULL, test_no_file);
  ADD ("folder-tree", "tree", test_folder);
  ADD ("folder-top", "", test_folder);
  ADD ("folder-parts", NULL, test_folder_parts);
  ADD ("folder-changed", NULL, test_folder_changed);
  ADD ("folder-link-later", NULL, test_folder_link_later);
  ADD ("folder-refused", NULL, test_folder_refused);
  ADD ("folder-empty", NULL, test_folder_empty);
  ADD ("folder-odd", NULL, test_folder_odd);
  ADD ("piece", NULL, test_piece);
  ADD ("piece-limited", NULL, test_piece_limited);
#undef ADD
  return g_test_run ();
}
