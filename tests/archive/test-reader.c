/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-archive-reader.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "forge.h"
#include "mainstay-backup-file.h"
#include "mainstay-disk.h"
#include "mainstay-error.h"
#include "scratch.h"

#define UUID_A "0a1b2c3d-0000-4000-8000-00000000000a"
#define UPPER_A "0A1B2C3D-0000-4000-8000-00000000000A"
#define UUID_B "ffee0000-1111-4222-8333-44445555666b"
#define NAME_A "tree/0a/1b/" UUID_A
#define NAME_B "tree/ff/ee/" UUID_B

static char *
make_folder (Scratch    *scratch,
             const char *name)
{
  char *path = scratch_file (scratch, name);

  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  return path;
}

static void
assert_unpacks (Scratch    *scratch,
                const char *archive,
                gint64      expected_count,
                gint64      expected_size)
{
  g_autofree char *out = make_folder (scratch, "out");
  g_autoptr(GError) error = NULL;
  gint64 count = -1, size = -1;

  g_assert_true (mainstay_archive_extract_files (archive, out, &count, &size, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count, ==, expected_count);
  g_assert_cmpint (size, ==, expected_size);
}

/* Archives as people make them: with ./ or tree/ in front, or neither; in each format of tar. */
static void
test_by_tar (Scratch       *scratch,
             gconstpointer  data)
{
  static const char *const commands[] = {
    "cd up && tar -czf ../a tree",
    "cd up && tar -cf ../a tree",
    "cd up && tar --format=pax -czf ../a tree",
    "cd up && tar --format=ustar -czf ../a tree",
    "cd up/tree && tar -czf ../../a .",
    "cd up/tree && tar --format=pax -czf ../../a 0a ff",
    "cd up && tar -cf - tree | gzip -1 > ../a",
    "cd up && tar -cf - tree | split -b 3000 --filter=gzip > ../a",
  };
  g_autoptr(GBytes) noise = noise_bytes (9, 100000);
  g_autofree char *a = scratch_write (scratch, "up/" NAME_A, g_bytes_get_data (noise, NULL),
                                      100000);
  g_autofree char *archive = scratch_file (scratch, "a");
  g_autofree char *out_a = scratch_file (scratch, "out/0a/1b/" UUID_A);
  g_autofree char *out_b = scratch_file (scratch, "out/ff/ee/" UUID_B);

  scratch_make (scratch, "up/" NAME_B, "", 0);
  run_program (scratch->path, "touch", "-d", "@1580608922", a, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      struct stat info;

      run_program (scratch->path, "sh", "-c", commands[i], NULL);
      assert_unpacks (scratch, archive, 2, 100000);
      assert_same_file (out_a, g_bytes_get_data (noise, NULL), 100000);
      assert_same_file (out_b, "", 0);
      g_assert_cmpint (stat (out_a, &info), ==, 0);
      g_assert_cmpint (info.st_mtime, ==, 1580608922);
      g_assert_cmpuint (info.st_mode & 0111, ==, 0);
      run_program (scratch->path, "rm", "-r", "out", NULL);
    }
}

static void
test_zip (Scratch       *scratch,
          gconstpointer  data)
{
  static const ZipEntry entries[] = {
    { "0A/", -1, "", 0 },
    { "0A/1b/" UPPER_A, -1, "first", -1, .attributes = 0104755u << 16 },
    { "ff/ee/" UUID_B, -1, "", 0 },
  };
  g_autoptr(GByteArray) zip = zip_make (entries, G_N_ELEMENTS (entries), FALSE);
  g_autofree char *archive = scratch_write (scratch, "a.zip", zip->data, zip->len);
  g_autofree char *out_a = scratch_file (scratch, "out/0a/1b/" UUID_A);
  struct stat info;

  assert_unpacks (scratch, archive, 2, 5);
  assert_same_file (out_a, "first", 5);
  g_assert_cmpint (stat (out_a, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07111, ==, 0);
}

static char *
write_tar (Scratch    *scratch,
           const char *name,
           gboolean    with_dump)
{
  g_autoptr(GByteArray) tar = g_byte_array_new ();
  g_autoptr(GByteArray) dump = pgdump_make (14, "app");

  if (with_dump)
    tar_add (tar, "db/db.backup", TAR_FILE, dump->data, dump->len);
  tar_add (tar, NAME_A, TAR_FILE, "first", -1);
  tar_add (tar, NAME_B, TAR_FILE, "second", -1);
  tar_end (tar);
  return scratch_write (scratch, name, tar->data, tar->len);
}

static void
test_full_backup (Scratch       *scratch,
                  gconstpointer  data)
{
  g_autofree char *archive = write_tar (scratch, "a.tar", TRUE);
  g_autofree char *database = scratch_file (scratch, "out/db");
  g_autofree char *file = scratch_file (scratch, "out/ff/ee/" UUID_B);

  assert_unpacks (scratch, archive, 2, 11);
  assert_same_file (file, "second", 6);
  g_assert_false (g_file_test (database, G_FILE_TEST_EXISTS));
}

static void
test_dump (Scratch       *scratch,
           gconstpointer  data)
{
  g_autoptr(GByteArray) dump = pgdump_make (14, "app");
  g_autoptr(GBytes) compressed = gzip (dump->data, dump->len);
  g_autofree char *full = write_tar (scratch, "a.tar", TRUE);
  g_autofree char *raw = scratch_write (scratch, "raw", dump->data, dump->len);
  g_autofree char *zipped = scratch_write (scratch, "zipped", g_bytes_get_data (compressed, NULL),
                                           (gssize) g_bytes_get_size (compressed));
  const char *const paths[] = { full, raw, zipped };

  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *out = scratch_file (scratch, "out");
      g_autoptr(GError) error = NULL;

      g_assert_true (mainstay_archive_extract_dump (paths[i], out, NULL, &error));
      g_assert_no_error (error);
      assert_same_file (out, dump->data, dump->len);
      /* Never over something else. */
      g_assert_false (mainstay_archive_extract_dump (raw, out, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
      g_assert_cmpint (g_remove (out), ==, 0);
    }
}

static void
test_wrong_kind (Scratch       *scratch,
                 gconstpointer  data)
{
  g_autoptr(GByteArray) dump = pgdump_make (14, "app");
  g_autofree char *raw = scratch_write (scratch, "raw", dump->data, dump->len);
  g_autofree char *files = write_tar (scratch, "a.tar", FALSE);
  g_autofree char *out = make_folder (scratch, "out");
  g_autofree char *out_dump = scratch_file (scratch, "out.dump");
  g_autoptr(GError) error = NULL;
  gint64 count, size;

  g_assert_false (mainstay_archive_extract_files (raw, out, &count, &size, NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_WRONG_KIND);
  g_clear_error (&error);
  g_assert_false (mainstay_archive_extract_dump (files, out_dump, NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_WRONG_KIND);
  g_assert_false (g_file_test (out_dump, G_FILE_TEST_EXISTS));
}

static void
test_existing (Scratch       *scratch,
               gconstpointer  data)
{
  g_autofree char *archive = write_tar (scratch, "a.tar", FALSE);
  g_autofree char *old = scratch_write (scratch, "out/ff/ee/" UUID_B, "old", 3);
  g_autofree char *out = scratch_file (scratch, "out");
  g_autoptr(GError) error = NULL;
  gint64 count, size;

  g_assert_false (mainstay_archive_extract_files (archive, out, &count, &size, NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
  assert_same_file (old, "old", 3);
}

/* Links that lie in wait in the destination lead nowhere. */
static void
test_planted_links (Scratch       *scratch,
                    gconstpointer  data)
{
  static const char *const links[] = { "out/0a", "out/0a/1b", ("out/0a/1b/" UUID_A) };
  g_autofree char *archive = write_tar (scratch, "a.tar", FALSE);
  g_autofree char *elsewhere = make_folder (scratch, "elsewhere");

  for (size_t i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *link = scratch_file (scratch, links[i]);
      g_autofree char *folder = g_path_get_dirname (link);
      g_autofree char *out = scratch_file (scratch, "out");
      g_autofree char *target = i == 2 ? scratch_file (scratch, "elsewhere/new")
                                       : g_strdup (elsewhere);
      g_autoptr(GError) error = NULL;
      gint64 count, size;

      g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
      g_assert_cmpint (symlink (target, link), ==, 0);
      g_assert_false (mainstay_archive_extract_files (archive, out, &count, &size, NULL, &error));
      g_assert_nonnull (error);
      /* Fails when there is anything in it. */
      g_assert_cmpint (g_rmdir (elsewhere), ==, 0);
      g_assert_cmpint (g_mkdir (elsewhere, 0755), ==, 0);
      run_program (scratch->path, "rm", "-r", "out", NULL);
    }
}

static void
test_no_destination (Scratch       *scratch,
                     gconstpointer  data)
{
  g_autofree char *archive = write_tar (scratch, "a.tar", FALSE);
  g_autofree char *out = scratch_file (scratch, "missing");
  g_autoptr(GError) error = NULL;
  gint64 count, size;

  g_assert_false (mainstay_archive_extract_files (archive, out, &count, &size, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Wherever it breaks, it is told: also behind the last file. */
static void
test_damaged (Scratch       *scratch,
              gconstpointer  data)
{
  g_autofree char *tar = write_tar (scratch, "a.tar", TRUE);
  g_autoptr(GBytes) bytes = load_bytes (tar);
  g_autoptr(GBytes) compressed = gzip (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  size_t length = g_bytes_get_size (compressed);

  for (size_t cut = 1; cut < length - 20; cut += 7)
    {
      g_autofree char *archive = scratch_write (scratch, "cut", g_bytes_get_data (compressed, NULL),
                                                (gssize) (length - cut));
      g_autofree char *out = make_folder (scratch, "out");
      g_autofree char *out_dump = scratch_file (scratch, "out/dump");
      g_autoptr(GError) error = NULL;
      g_autoptr(GError) dump_error = NULL;
      gint64 count, size;

      g_assert_false (mainstay_archive_extract_files (archive, out, &count, &size, NULL, &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED);
      g_assert_false (mainstay_archive_extract_dump (archive, out_dump, NULL, &dump_error));
      g_assert_error (dump_error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED);
      run_program (scratch->path, "rm", "-r", "out", NULL);
    }
}

static void
test_cancelled (Scratch       *scratch,
                gconstpointer  data)
{
  g_autofree char *archive = write_tar (scratch, "a.tar", TRUE);
  g_autofree char *out = make_folder (scratch, "out");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  gint64 count, size;

  g_cancellable_cancel (cancellable);
  g_assert_false (mainstay_archive_extract_files (archive, out, &count, &size, cancellable,
                                                  &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_full_disk (void)
{
  int fd = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (fd, >=, 0);
  g_assert_false (mainstay_disk_write (fd, "x", 1, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE);
  close (fd);
}

/* ASCII names work in any locale, others are refused in any; an owner's name matters to nobody. */
static void
test_locales (Scratch       *scratch,
              gconstpointer  data)
{
  static const char *const locales[] = { "C", "C.UTF-8" };
  g_autofree char *good_archive = scratch_file (scratch, "good");
  g_autofree char *bad_archive = scratch_file (scratch, "bad");
  g_autofree char *raw_archive = scratch_file (scratch, "raw");

  scratch_make (scratch, NAME_A, "first", 5);
  scratch_make (scratch, "caf\xc3\xa9", "", 0);
  run_program (scratch->path, "tar", "--format=pax", "--pax-option=uname:=Jos\xc3\xa9", "-czf",
               good_archive, NAME_A, NULL);
  run_program (scratch->path, "tar", "--format=pax", "-czf", bad_archive, "caf\xc3\xa9", NULL);
  run_program (scratch->path, "tar", "--format=ustar", "-czf", raw_archive, "caf\xc3\xa9", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayBackupFile) file = NULL;

      g_assert_nonnull (setlocale (LC_ALL, locales[i]));
      file = mainstay_backup_file_inspect (good_archive, MAINSTAY_FILE_FILES, NULL, NULL, NULL,
                                           &error);
      g_assert_no_error (error);
      g_assert_cmpint (file->files_count, ==, 1);
      g_assert_null (mainstay_backup_file_inspect (bad_archive, MAINSTAY_FILE_FILES, NULL, NULL,
                                                   NULL, &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP);
      g_clear_error (&error);
      g_assert_null (mainstay_backup_file_inspect (raw_archive, MAINSTAY_FILE_FILES, NULL, NULL,
                                                   NULL, &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP);
      g_assert_nonnull (strstr (error->message, "caf"));
    }
  setlocale (LC_ALL, "C");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  scratch_test ("/archive/reader/by-tar", test_by_tar);
  scratch_test ("/archive/reader/zip", test_zip);
  scratch_test ("/archive/reader/full-backup", test_full_backup);
  scratch_test ("/archive/reader/dump", test_dump);
  scratch_test ("/archive/reader/wrong-kind", test_wrong_kind);
  scratch_test ("/archive/reader/existing", test_existing);
  scratch_test ("/archive/reader/planted-links", test_planted_links);
  scratch_test ("/archive/reader/no-destination", test_no_destination);
  scratch_test ("/archive/reader/damaged", test_damaged);
  scratch_test ("/archive/reader/cancelled", test_cancelled);
  g_test_add_func ("/archive/reader/full-disk", test_full_disk);
  scratch_test ("/archive/reader/locales", test_locales);
  return g_test_run ();
}
