/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-backup-file.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "forge.h"
#include "mainstay-error.h"
#include "memory-source.h"
#include "scratch.h"

#define UUID_A "0a1b2c3d-0000-4000-8000-00000000000a"
#define UUID_B "ffee0000-1111-4222-8333-44445555666b"
#define NAME_A "tree/0a/1b/" UUID_A
#define NAME_B "tree/ff/ee/" UUID_B

static const char metadata[] =
  "{\"duration\": 3, \"dumpSize\": \"77\", \"modelVersion\": \"1.2.3.abc\", "
  "\"databaseSize\": 8192.0, \"filesSize\": null, \"other\": []}";

static MainstayBackupFile *
inspect_path (const char       *path,
              MainstayFileKind  expected)
{
  g_autoptr(GError) error = NULL;
  MainstayBackupFile *file = mainstay_backup_file_inspect (path, expected, NULL, NULL, NULL,
                                                           &error);

  g_assert_no_error (error);
  g_assert_nonnull (file);
  return file;
}

static MainstayBackupFile *
inspect_bytes (Scratch          *scratch,
               const void       *bytes,
               size_t            length,
               MainstayFileKind  expected)
{
  g_autofree char *path = scratch_write (scratch, "file", bytes, (gssize) length);
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, length);
  MainstayBackupFile *file = inspect_path (path, expected);

  g_assert_cmpint (file->size, ==, (gint64) length);
  g_assert_cmpstr (file->sha256, ==, digest);
  return file;
}

static MainstayBackupFile *
inspect_pieces (const void  *bytes,
                size_t       length,
                size_t       piece,
                GError     **error)
{
  g_autoptr(MainstayByteSource) source = memory_source_new (bytes, length, piece);

  return mainstay_backup_file_inspect_source (source, MAINSTAY_FILE_UNKNOWN, NULL, error);
}

/* As they arrive over a line: in pieces of any size, none of which is a file. */
static void
assert_in_pieces (Scratch    *scratch,
                  GByteArray *array)
{
  static const size_t pieces[] = { 1000, 65536, 300000, G_MAXSIZE };
  g_autoptr(MainstayBackupFile) file = inspect_bytes (scratch, array->data, array->len,
                                                      MAINSTAY_FILE_UNKNOWN);

  for (size_t i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr(GError) error = NULL, cut_error = NULL;
      g_autoptr(MainstayBackupFile) arrived = inspect_pieces (array->data, array->len, pieces[i],
                                                              &error);
      g_autoptr(MainstayBackupFile) cut = NULL;

      g_assert_no_error (error);
      g_assert_cmpint (arrived->format, ==, file->format);
      g_assert_cmpint (arrived->size, ==, file->size);
      g_assert_cmpstr (arrived->sha256, ==, file->sha256);
      g_assert_cmpint (arrived->files_size, ==, file->files_size);
      cut = inspect_pieces (array->data, array->len - 1, pieces[i], &cut_error);
      g_assert_error (cut_error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED);
    }
}

static void
test_pieces (Scratch       *scratch,
             gconstpointer  data)
{
  /* More than the blocks that go round between reading and digesting. */
  size_t length = 3000000;
  g_autoptr(GBytes) noise = noise_bytes (6, length);
  const char *bytes = g_bytes_get_data (noise, NULL);
  const ZipEntry entries[] = { { NAME_A, -1, bytes, (gssize) length }, { NAME_B, -1, "b", 1 } };
  g_autoptr(GByteArray) zip = zip_make (entries, 2, FALSE);
  g_autoptr(GByteArray) zip64 = zip_make (entries, 2, TRUE);
  g_autoptr(GByteArray) tar = g_byte_array_new ();
  g_autoptr(GByteArray) tar_gzip = g_byte_array_new ();
  g_autoptr(GBytes) compressed = NULL;

  tar_add (tar, NAME_A, TAR_FILE, bytes, (gssize) length);
  tar_add (tar, NAME_B, TAR_FILE, "b", 1);
  tar_end (tar);
  compressed = gzip (tar->data, tar->len);
  g_byte_array_append (tar_gzip, g_bytes_get_data (compressed, NULL),
                       (unsigned int) g_bytes_get_size (compressed));
  assert_in_pieces (scratch, zip);
  assert_in_pieces (scratch, zip64);
  assert_in_pieces (scratch, tar);
  assert_in_pieces (scratch, tar_gzip);
}

static MainstayBackupFile *
inspect_gzipped (Scratch          *scratch,
                 GByteArray       *bytes,
                 MainstayFileKind  expected)
{
  g_autoptr(GBytes) compressed = gzip (bytes->data, bytes->len);

  return inspect_bytes (scratch, g_bytes_get_data (compressed, NULL),
                        g_bytes_get_size (compressed), expected);
}

static GByteArray *
make_full_tar (void)
{
  GByteArray *tar = g_byte_array_new ();
  g_autoptr(GByteArray) dump = pgdump_make (16, "app");

  tar_add (tar, ".metadata", TAR_FILE, metadata, -1);
  tar_add (tar, "db/", TAR_FOLDER, NULL, 0);
  tar_add (tar, "db/db.backup", TAR_FILE, dump->data, dump->len);
  tar_add (tar, NAME_A, TAR_FILE, "first", -1);
  tar_add (tar, NAME_B, TAR_FILE, "", 0);
  tar_end (tar);
  return tar;
}

static void
test_full (Scratch       *scratch,
           gconstpointer  data)
{
  g_autoptr(GByteArray) tar = make_full_tar ();
  g_autoptr(GByteArray) dump = pgdump_make (16, "app");
  g_autoptr(MainstayBackupFile) file = inspect_gzipped (scratch, tar, MAINSTAY_FILE_FULL);
  g_autoptr(MainstayBackupFile) plain =
    inspect_bytes (scratch, tar->data, tar->len, MAINSTAY_FILE_UNKNOWN);

  g_assert_cmpint (file->kind, ==, MAINSTAY_FILE_FULL);
  g_assert_cmpint (file->format, ==, MAINSTAY_FORMAT_TAR_GZIP);
  g_assert_cmpint (file->entries, ==, 4);
  g_assert_cmpint (file->files_count, ==, 2);
  g_assert_cmpint (file->files_size, ==, 5);
  g_assert_true (file->has_tree_prefix);
  g_assert_cmpint (file->dump_engine, ==, MAINSTAY_DUMP_POSTGRESQL);
  g_assert_cmpint (file->dump_size, ==, dump->len);
  g_assert_cmpint (file->dump_major, ==, 1);
  g_assert_cmpint (file->dump_minor, ==, 16);
  g_assert_cmpint (file->dump_created_at, ==, G_GINT64_CONSTANT (1795416405000));
  g_assert_cmpstr (file->database_name, ==, "app");
  g_assert_cmpstr (file->server_version, ==, "16.2 (Debian 16.2-1)");
  g_assert_cmpstr (file->dump_program_version, ==, "17.0");
  g_assert_cmpstr (file->model_version, ==, "1.2.3.abc");
  g_assert_cmpint (file->metadata_duration, ==, 3);
  g_assert_cmpint (file->metadata_dump_size, ==, 77);
  g_assert_cmpint (file->metadata_database_size, ==, 8192);
  g_assert_cmpint (file->metadata_files_size, ==, -1);
  g_assert_cmpint (plain->format, ==, MAINSTAY_FORMAT_TAR);
  g_assert_cmpint (plain->kind, ==, MAINSTAY_FILE_FULL);
}

static void
test_files (Scratch       *scratch,
            gconstpointer  data)
{
  g_autoptr(GByteArray) tar = g_byte_array_new ();
  g_autoptr(MainstayBackupFile) file = NULL;

  tar_add (tar, "./", TAR_FOLDER, NULL, 0);
  tar_add (tar, "./0a/", TAR_FOLDER, NULL, 0);
  tar_add (tar, "./0a/1b/" UUID_A, TAR_FILE, "first", -1);
  tar_end (tar);
  file = inspect_gzipped (scratch, tar, MAINSTAY_FILE_FILES);
  g_assert_cmpint (file->kind, ==, MAINSTAY_FILE_FILES);
  g_assert_false (file->has_tree_prefix);
  g_assert_cmpint (file->files_count, ==, 1);
  g_assert_cmpint (file->entries, ==, 1);
  g_assert_cmpint (file->dump_engine, ==, MAINSTAY_DUMP_NONE);
  g_assert_cmpint (file->dump_size, ==, -1);
  g_assert_cmpint (file->dump_minor, ==, -1);
  g_assert_null (file->model_version);
  g_assert_cmpint (file->metadata_duration, ==, -1);
}

/* An app without a single uploaded file. */
static void
test_no_files (Scratch       *scratch,
               gconstpointer  data)
{
  g_autoptr(GByteArray) tar = g_byte_array_new ();
  g_autoptr(MainstayBackupFile) file = NULL;

  tar_add (tar, ".metadata", TAR_FILE, metadata, -1);
  tar_end (tar);
  file = inspect_gzipped (scratch, tar, MAINSTAY_FILE_FILES);
  g_assert_cmpint (file->files_count, ==, 0);
  g_assert_cmpint (file->files_size, ==, 0);
}

static void
test_zip (Scratch       *scratch,
          gconstpointer  data)
{
  static const ZipEntry entries[] = {
    { "tree/", -1, "", 0, .attributes = 040755u << 16 },
    { NAME_A, -1, "first", -1, .attributes = 0100644u << 16 },
    { NAME_B, -1, "", 0 },
  };

  for (int zip64 = 0; zip64 < 2; zip64++)
    {
      g_autoptr(GByteArray) zip = zip_make (entries, G_N_ELEMENTS (entries), zip64);
      g_autoptr(MainstayBackupFile) file =
        inspect_bytes (scratch, zip->data, zip->len, MAINSTAY_FILE_FILES);

      g_assert_cmpint (file->format, ==, MAINSTAY_FORMAT_ZIP);
      g_assert_cmpint (file->files_count, ==, 2);
      g_assert_cmpint (file->files_size, ==, 5);
      g_assert_true (file->has_tree_prefix);
    }
}

/* A zip file that has the sign of tar where tar has it. */
static void
test_zip_like_tar (Scratch       *scratch,
                   gconstpointer  data)
{
  g_autofree char *content = g_strnfill (600, 'x');
  const ZipEntry entries[] = { { NAME_A, -1, content, -1 } };
  g_autoptr(GByteArray) zip = NULL;
  g_autoptr(MainstayBackupFile) file = NULL;

  memcpy (content + 257 - 30 - strlen (NAME_A), "ustar", 5);
  zip = zip_make (entries, 1, FALSE);
  g_assert_cmpmem (zip->data + 257, 5, "ustar", 5);
  file = inspect_bytes (scratch, zip->data, zip->len, MAINSTAY_FILE_FILES);
  g_assert_cmpint (file->format, ==, MAINSTAY_FORMAT_ZIP);
  g_assert_cmpint (file->files_size, ==, 600);
}

static void
test_database (Scratch       *scratch,
               gconstpointer  data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                 "postgresql-15.backup", NULL);
  g_autoptr(MainstayBackupFile) file = inspect_path (path, MAINSTAY_FILE_DATABASE);
  g_autoptr(GBytes) bytes = load_bytes (path);
  g_autoptr(GByteArray) array = g_byte_array_new ();
  g_autoptr(MainstayBackupFile) zipped = NULL;

  g_assert_cmpint (file->kind, ==, MAINSTAY_FILE_DATABASE);
  g_assert_cmpint (file->format, ==, MAINSTAY_FORMAT_PGDUMP);
  g_assert_cmpint (file->dump_minor, ==, 14);
  g_assert_cmpint (file->entries, ==, -1);
  g_assert_cmpstr (file->database_name, ==, "sample");
  g_byte_array_append (array, g_bytes_get_data (bytes, NULL),
                       (unsigned int) g_bytes_get_size (bytes));
  zipped = inspect_gzipped (scratch, array, MAINSTAY_FILE_DATABASE);
  g_assert_cmpint (zipped->format, ==, MAINSTAY_FORMAT_PGDUMP_GZIP);
  g_assert_cmpint (zipped->dump_size, ==, array->len);
}

static GBytes *
make_sqlite (Scratch    *scratch,
             const char *pragma)
{
  g_autofree char *path = scratch_file (scratch, "real.sqlite");
  sqlite3 *database = NULL;

  g_remove (path);
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, pragma, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database,
                                 "create table t (id integer primary key, text varchar);"
                                 "with recursive n(i) as (select 1 union all select i + 1 from n"
                                 " where i < 3000) insert into t select i, hex(i) from n;",
                                 NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (database), ==, SQLITE_OK);
  return load_bytes (path);
}

static void
test_sqlite (Scratch       *scratch,
             gconstpointer  data)
{
  static const char *const pragmas[] = {
    "pragma page_size = 4096", "pragma page_size = 512", "pragma page_size = 65536",
    "pragma journal_mode = wal", "pragma auto_vacuum = full",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (pragmas); i++)
    {
      g_autoptr(GBytes) bytes = make_sqlite (scratch, pragmas[i]);
      g_autoptr(GByteArray) tar = g_byte_array_new ();
      g_autoptr(MainstayBackupFile) file =
        inspect_bytes (scratch, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                       MAINSTAY_FILE_DATABASE);
      g_autoptr(MainstayBackupFile) full = NULL;

      g_assert_cmpint (file->format, ==, MAINSTAY_FORMAT_SQLITE);
      g_assert_cmpint (file->dump_engine, ==, MAINSTAY_DUMP_SQLITE);
      g_assert_cmpint (file->dump_size, ==, (gint64) g_bytes_get_size (bytes));
      tar_add (tar, "db/db.backup", TAR_FILE, g_bytes_get_data (bytes, NULL),
               (gssize) g_bytes_get_size (bytes));
      tar_end (tar);
      full = inspect_gzipped (scratch, tar, MAINSTAY_FILE_FULL);
      g_assert_cmpint (full->dump_engine, ==, MAINSTAY_DUMP_SQLITE);
      g_assert_cmpint (full->files_count, ==, 0);
    }
}

static void
refuse_bytes (Scratch          *scratch,
              const void       *bytes,
              size_t            length,
              MainstayFileKind  expected,
              MainstayError     code)
{
  g_autofree char *path = scratch_write (scratch, "file", bytes, (gssize) length);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupFile) file =
    mainstay_backup_file_inspect (path, expected, NULL, NULL, NULL, &error);

  g_assert_error (error, MAINSTAY_ERROR, (int) code);
  g_assert_null (file);
}

static void
test_sqlite_cut (Scratch       *scratch,
                 gconstpointer  data)
{
  g_autoptr(GBytes) bytes = make_sqlite (scratch, "pragma page_size = 4096");
  const guint8 *start = g_bytes_get_data (bytes, NULL);
  size_t length = g_bytes_get_size (bytes);
  g_autoptr(GByteArray) longer = g_byte_array_new ();
  g_autoptr(GByteArray) tar = g_byte_array_new ();

  g_assert_cmpuint (length, >, 3 * 4096);
  refuse_bytes (scratch, start, 100, MAINSTAY_FILE_UNKNOWN, MAINSTAY_ERROR_TRUNCATED);
  refuse_bytes (scratch, start, 4096, MAINSTAY_FILE_UNKNOWN, MAINSTAY_ERROR_TRUNCATED);
  refuse_bytes (scratch, start, length - 1, MAINSTAY_FILE_UNKNOWN, MAINSTAY_ERROR_TRUNCATED);
  refuse_bytes (scratch, start, 16, MAINSTAY_FILE_UNKNOWN, MAINSTAY_ERROR_TRUNCATED);
  g_byte_array_append (longer, start, (unsigned int) length);
  g_byte_array_append (longer, start, 1);
  refuse_bytes (scratch, longer->data, longer->len, MAINSTAY_FILE_UNKNOWN,
                MAINSTAY_ERROR_DAMAGED);
  tar_add (tar, "db/db.backup", TAR_FILE, start, (gssize) length - 4096);
  tar_end (tar);
  refuse_bytes (scratch, tar->data, tar->len, MAINSTAY_FILE_FULL, MAINSTAY_ERROR_TRUNCATED);
}

static void
test_wrong_kind (Scratch       *scratch,
                 gconstpointer  data)
{
  static const ZipEntry entries[] = { { NAME_A, -1, "first", -1 } };
  g_autoptr(GByteArray) full = make_full_tar ();
  g_autoptr(GByteArray) dump = pgdump_make (15, "app");
  g_autoptr(GByteArray) zip = zip_make (entries, 1, FALSE);

  refuse_bytes (scratch, full->data, full->len, MAINSTAY_FILE_FILES, MAINSTAY_ERROR_WRONG_KIND);
  refuse_bytes (scratch, full->data, full->len, MAINSTAY_FILE_DATABASE,
                MAINSTAY_ERROR_WRONG_KIND);
  refuse_bytes (scratch, dump->data, dump->len, MAINSTAY_FILE_FULL, MAINSTAY_ERROR_WRONG_KIND);
  refuse_bytes (scratch, dump->data, dump->len, MAINSTAY_FILE_FILES, MAINSTAY_ERROR_WRONG_KIND);
  refuse_bytes (scratch, zip->data, zip->len, MAINSTAY_FILE_FULL, MAINSTAY_ERROR_WRONG_KIND);
  refuse_bytes (scratch, zip->data, zip->len, MAINSTAY_FILE_DATABASE, MAINSTAY_ERROR_WRONG_KIND);
}

static void
test_not_a_backup (Scratch       *scratch,
                   gconstpointer  data)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "empty" },
    { "<!DOCTYPE html>\n<title>Sign in</title>", "web page" },
    { "\n  <HTML><body>403</body></HTML>", "web page" },
    { "\xef\xbb\xbf<html>", "web page" },
    { "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "web page" },
    { "{\"errorCode\": \"NOT_FOUND\"}", "JSON" },
    { "--\n-- PostgreSQL database dump\n--\n", "plain SQL" },
    { "PK\5\6", "neither" },
    { "PGDM", "neither" },
    { "SQLite format 3", "neither" },
    { "\x1f", "neither" },
    { "7z\xbc\xaf\x27\x1c", "neither" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = scratch_write (scratch, "file", cases[i].text, -1);
      g_autoptr(GBytes) compressed = gzip (cases[i].text, strlen (cases[i].text));
      g_autoptr(GError) error = NULL;

      g_assert_null (mainstay_backup_file_inspect (path, MAINSTAY_FILE_FULL, NULL, NULL, NULL,
                                                   &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP);
      g_assert_nonnull (strstr (error->message, cases[i].message));
      refuse_bytes (scratch, g_bytes_get_data (compressed, NULL), g_bytes_get_size (compressed),
                    MAINSTAY_FILE_FULL, MAINSTAY_ERROR_NOT_A_BACKUP);
    }
}

static void
test_not_a_file (Scratch       *scratch,
                 gconstpointer  data)
{
  g_autofree char *missing = scratch_file (scratch, "missing");
  g_autoptr(GError) error = NULL;

  g_assert_null (mainstay_backup_file_inspect (missing, MAINSTAY_FILE_UNKNOWN, NULL, NULL, NULL,
                                               &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (mainstay_backup_file_inspect (scratch->path, MAINSTAY_FILE_UNKNOWN, NULL, NULL,
                                               NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
}

static void
test_bad_metadata (Scratch       *scratch,
                   gconstpointer  data)
{
  static const char *const texts[] = { "", "[]", "{", "\xff", "{\"a\": 1} x", "null" };
  g_autofree char *bomb = g_strnfill (100000, '[');
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, ' ');

  for (size_t i = 0; i < G_N_ELEMENTS (texts) + 2; i++)
    {
      g_autoptr(GByteArray) tar = g_byte_array_new ();
      const char *text = i < G_N_ELEMENTS (texts) ? texts[i]
                                                  : i == G_N_ELEMENTS (texts) ? bomb : large;

      tar_add (tar, ".metadata", TAR_FILE, text, -1);
      tar_end (tar);
      refuse_bytes (scratch, tar->data, tar->len, MAINSTAY_FILE_FILES,
                    (text == large ? MAINSTAY_ERROR_NOT_A_BACKUP
                                   : MAINSTAY_ERROR_DAMAGED));
    }
}

static void
test_bad_dump (Scratch       *scratch,
               gconstpointer  data)
{
  g_autoptr(GByteArray) dump = pgdump_make (16, "app");
  g_autoptr(GByteArray) tar = g_byte_array_new ();

  refuse_bytes (scratch, dump->data, 60, MAINSTAY_FILE_UNKNOWN, MAINSTAY_ERROR_TRUNCATED);
  dump->data[6] = 9;
  refuse_bytes (scratch, dump->data, dump->len, MAINSTAY_FILE_UNKNOWN,
                MAINSTAY_ERROR_NOT_A_BACKUP);
  dump->data[6] = 14;
  dump->data[10] = 5;
  refuse_bytes (scratch, dump->data, dump->len, MAINSTAY_FILE_UNKNOWN,
                MAINSTAY_ERROR_NOT_A_BACKUP);
  dump->data[8] = 99;
  refuse_bytes (scratch, dump->data, dump->len, MAINSTAY_FILE_UNKNOWN, MAINSTAY_ERROR_DAMAGED);
  tar_add (tar, "db/db.backup", TAR_FILE, "-- SQL", -1);
  tar_end (tar);
  refuse_bytes (scratch, tar->data, tar->len, MAINSTAY_FILE_FULL, MAINSTAY_ERROR_NOT_A_BACKUP);
}

typedef struct
{
  gint64 done;
  gint64 total;
  int calls;
} Progress;

static void
progress_cb (gint64   done,
             gint64   total,
             gpointer user_data)
{
  Progress *progress = user_data;

  g_assert_cmpint (done, >, progress->done);
  g_assert_cmpint (done - progress->done, <=, 1024 * 1024);
  progress->done = done;
  progress->total = total;
  progress->calls++;
}

static GByteArray *
make_large_tar (void)
{
  g_autoptr(GBytes) noise = noise_bytes (3, 3000000);
  GByteArray *tar = g_byte_array_new ();

  tar_add (tar, NAME_A, TAR_FILE, g_bytes_get_data (noise, NULL), 3000000);
  tar_end (tar);
  return tar;
}

static void
test_progress (Scratch       *scratch,
               gconstpointer  data)
{
  g_autoptr(GByteArray) tar = make_large_tar ();
  g_autoptr(GBytes) bytes = gzip (tar->data, tar->len);
  g_autofree char *path = scratch_write (scratch, "file", g_bytes_get_data (bytes, NULL),
                                         (gssize) g_bytes_get_size (bytes));
  Progress progress = { 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupFile) file =
    mainstay_backup_file_inspect (path, MAINSTAY_FILE_FILES, progress_cb, &progress, NULL,
                                  &error);

  g_assert_no_error (error);
  g_assert_cmpint (file->files_size, ==, 3000000);
  g_assert_cmpint (progress.done, ==, (gint64) g_bytes_get_size (bytes));
  g_assert_cmpint (progress.total, ==, (gint64) g_bytes_get_size (bytes));
  g_assert_cmpint (progress.calls, >=, 3);
}

static void
cancel_cb (gint64   done,
           gint64   total,
           gpointer user_data)
{
  if (done > 1000000)
    g_cancellable_cancel (user_data);
}

static void
test_cancel (Scratch       *scratch,
             gconstpointer  data)
{
  g_autoptr(GByteArray) tar = make_large_tar ();
  g_autofree char *path = scratch_write (scratch, "file", tar->data, tar->len);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  g_assert_null (mainstay_backup_file_inspect (path, MAINSTAY_FILE_FILES, cancel_cb, cancellable,
                                               cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
inspected_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  GAsyncResult **answer = user_data;

  *answer = g_object_ref (result);
}

static void
test_async (Scratch       *scratch,
            gconstpointer  data)
{
  g_autoptr(GByteArray) tar = make_full_tar ();
  g_autofree char *path = scratch_write (scratch, "file", tar->data, tar->len);
  g_autofree char *html = scratch_write (scratch, "page", "<html>", -1);
  const char *const paths[] = { path, html };

  for (int i = 0; i < 2; i++)
    {
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayBackupFile) file = NULL;
      g_autoptr(MainstayBackupFile) copy = NULL;

      mainstay_backup_file_inspect_async (paths[i], MAINSTAY_FILE_FULL, NULL, inspected_cb,
                                          &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      file = mainstay_backup_file_inspect_finish (result, &error);
      if (i == 1)
        {
          g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP);
          continue;
        }
      g_assert_no_error (error);
      copy = mainstay_backup_file_copy (file);
      g_assert_cmpstr (copy->sha256, ==, file->sha256);
      g_assert_true (copy->sha256 != file->sha256);
      g_assert_cmpstr (copy->database_name, ==, "app");
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  scratch_test ("/archive/inspect/full", test_full);
  scratch_test ("/archive/inspect/files", test_files);
  scratch_test ("/archive/inspect/no-files", test_no_files);
  scratch_test ("/archive/inspect/zip", test_zip);
  scratch_test ("/archive/inspect/zip-like-tar", test_zip_like_tar);
  scratch_test ("/archive/inspect/database", test_database);
  scratch_test ("/archive/inspect/sqlite", test_sqlite);
  scratch_test ("/archive/inspect/sqlite-cut", test_sqlite_cut);
  scratch_test ("/archive/inspect/wrong-kind", test_wrong_kind);
  scratch_test ("/archive/inspect/not-a-backup", test_not_a_backup);
  scratch_test ("/archive/inspect/not-a-file", test_not_a_file);
  scratch_test ("/archive/inspect/bad-metadata", test_bad_metadata);
  scratch_test ("/archive/inspect/bad-dump", test_bad_dump);
  scratch_test ("/archive/inspect/pieces", test_pieces);
  scratch_test ("/archive/inspect/progress", test_progress);
  scratch_test ("/archive/inspect/cancel", test_cancel);
  scratch_test ("/archive/inspect/async", test_async);
  return g_test_run ();
}
