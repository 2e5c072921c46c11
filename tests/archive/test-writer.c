/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-archive-writer.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-archive-reader.h"
#include "mainstay-backup-file.h"
#include "mainstay-error.h"
#include "scratch.h"

#define UUID_A "0a1b2c3d-0000-4000-8000-00000000000a"
#define UUID_B "ffee0000-1111-4222-8333-44445555666b"

/* A dump of nothing in the custom format of PostgreSQL 15. */
static const char dump_bytes[] =
  "PGDMP" "\1\16\0" "\4\10\1" "\0\377\377\0\0"
  "\0\1\0\0\0" "\0\2\0\0\0" "\0\3\0\0\0" "\0\4\0\0\0" "\0\5\0\0\0" "\0\176\0\0\0" "\0\0\0\0\0"
  "\0\3\0\0\0" "app" "\0\4\0\0\0" "15.1" "\0\4\0\0\0" "15.2"
  "\0\0\0\0\0";

#define DUMP_LENGTH ((gssize) sizeof dump_bytes - 1)

static const MainstayArchiveMetadata metadata = {
  .model_version = "1.8.82.e3c1a393",
  .duration = 12,
  .dump_size = 19,
  .database_size = 4096,
  .files_size = 300007,
};

static int
open_output (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

/* What inspecting tells of the archive of the round trip. */
static void
assert_inspected (const char *archive,
                  gint64      size,
                  const char *digest)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupFile) file =
    mainstay_backup_file_inspect (archive, MAINSTAY_FILE_FULL, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (file->kind, ==, MAINSTAY_FILE_FULL);
  g_assert_cmpint (file->format, ==, MAINSTAY_FORMAT_TAR_GZIP);
  g_assert_cmpint (file->size, ==, size);
  g_assert_cmpint (file->entries, ==, 4);
  g_assert_cmpint (file->files_count, ==, 2);
  g_assert_cmpint (file->files_size, ==, 300007);
  g_assert_true (file->has_tree_prefix);
  g_assert_cmpint (file->dump_engine, ==, MAINSTAY_DUMP_POSTGRESQL);
  g_assert_cmpint (file->dump_size, ==, DUMP_LENGTH);
  g_assert_cmpstr (file->model_version, ==, "1.8.82.e3c1a393");
  g_assert_cmpint (file->metadata_duration, ==, 12);
  g_assert_cmpint (file->metadata_dump_size, ==, 19);
  g_assert_cmpint (file->metadata_database_size, ==, 4096);
  g_assert_cmpint (file->metadata_files_size, ==, 300007);
  g_assert_cmpstr (file->sha256, ==, digest);
}

static void
test_round_trip (Scratch       *scratch,
                 gconstpointer  data)
{
  g_autofree char *archive = scratch_file (scratch, "a.tar.gz");
  g_autofree char *dump = scratch_write (scratch, "dump", dump_bytes, DUMP_LENGTH);
  g_autoptr(GBytes) noise = noise_bytes (1, 300000);
  g_autofree char *large = scratch_write (scratch, "large", g_bytes_get_data (noise, NULL), 300000);
  g_autofree char *small = scratch_write (scratch, "small", "0123456", 7);
  g_autofree char *out = scratch_file (scratch, "out");
  g_autofree char *out_dump = scratch_file (scratch, "out.dump");
  g_autofree char *out_large = scratch_file (scratch, "out/0a/1b/" UUID_A);
  g_autofree char *out_small = scratch_file (scratch, "out/ff/ee/" UUID_B);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) written = NULL;
  g_autofree char *expected = NULL;
  gint64 size = 0, count = 0, bytes = 0;
  guint8 digest[32];
  int fd = open_output (archive);
  g_autoptr(MainstayArchiveWriter) writer = mainstay_archive_writer_new (fd);

  g_assert_true (mainstay_archive_writer_add_metadata (writer, &metadata, &error));
  g_assert_true (mainstay_archive_writer_add_dump (writer, dump, NULL, &error));
  g_assert_true (mainstay_archive_writer_add_file (writer, UUID_A, large, NULL, &error));
  g_assert_true (mainstay_archive_writer_add_file (writer, UUID_B, small, NULL, &error));
  g_assert_true (mainstay_archive_writer_finish (writer, digest, &size, &error));
  g_assert_no_error (error);
  close (fd);

  written = load_bytes (archive);
  g_assert_cmpint (size, ==, (gint64) g_bytes_get_size (written));
  expected = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, written);
  for (int i = 0; i < 32; i++)
    g_assert_cmpint (g_ascii_xdigit_value (expected[2 * i]) * 16 +
                     g_ascii_xdigit_value (expected[2 * i + 1]), ==, digest[i]);

  g_assert_cmpint (g_mkdir (out, 0755), ==, 0);
  g_assert_true (mainstay_archive_extract_files (archive, out, &count, &bytes, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count, ==, 2);
  g_assert_cmpint (bytes, ==, 300007);
  assert_same_file (out_large, g_bytes_get_data (noise, NULL), 300000);
  assert_same_file (out_small, "0123456", 7);
  g_assert_true (mainstay_archive_extract_dump (archive, out_dump, NULL, &error));
  g_assert_no_error (error);
  assert_same_file (out_dump, dump_bytes, DUMP_LENGTH);
  assert_inspected (archive, size, expected);
}

/* What is streamed into it makes the same archive as what lies in files. */
static void
test_streams (Scratch       *scratch,
              gconstpointer  data)
{
  g_autofree char *archive = scratch_file (scratch, "a.tar.gz");
  g_autoptr(GBytes) noise = noise_bytes (1, 300000);
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_bytes (noise);
  g_autoptr(GBytes) written = NULL;
  g_autofree char *expected = NULL;
  g_autoptr(GError) error = NULL;
  gint64 size = 0;
  guint8 digest[32];
  int fd = open_output (archive);
  g_autoptr(MainstayArchiveWriter) writer = mainstay_archive_writer_new (fd);

  g_assert_true (mainstay_archive_writer_add_metadata (writer, &metadata, &error));
  g_assert_true (mainstay_archive_writer_begin_dump (writer, DUMP_LENGTH, 1700000000500, &error));
  g_assert_true (mainstay_archive_writer_add_bytes (writer, dump_bytes, 5, &error));
  g_assert_true (mainstay_archive_writer_add_bytes (writer, dump_bytes + 5, DUMP_LENGTH - 5,
                                                    &error));
  g_assert_true (mainstay_archive_writer_end_entry (writer, &error));
  g_assert_true (mainstay_archive_writer_begin_file (writer, UUID_A, 300000, -1, &error));
  g_assert_true (mainstay_archive_writer_add_stream (writer, stream, NULL, &error));
  g_assert_true (mainstay_archive_writer_end_entry (writer, &error));
  g_assert_true (mainstay_archive_writer_begin_file (writer, UUID_B, 7, 0, &error));
  g_assert_true (mainstay_archive_writer_add_bytes (writer, "0123456", 7, &error));
  g_assert_true (mainstay_archive_writer_end_entry (writer, &error));
  g_assert_true (mainstay_archive_writer_finish (writer, digest, &size, &error));
  g_assert_no_error (error);
  close (fd);
  written = load_bytes (archive);
  expected = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, written);
  assert_inspected (archive, size, expected);
}

/* An entry gets exactly the bytes that were announced, or there is no archive. */
static void
test_wrong_size (Scratch       *scratch,
                 gconstpointer  data)
{
  for (int length = 6; length <= 8; length++)
    for (int streamed = 0; streamed < 2; streamed++)
      {
        g_autofree char *name = g_strdup_printf ("%d-%d", length, streamed);
        g_autofree char *archive = scratch_file (scratch, name);
        g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data ("01234567", length,
                                                                              NULL);
        g_autoptr(GError) error = NULL, again = NULL;
        gint64 size = 0;
        guint8 digest[32];
        int fd = open_output (archive);
        g_autoptr(MainstayArchiveWriter) writer = mainstay_archive_writer_new (fd);
        gboolean good;

        g_assert_true (mainstay_archive_writer_begin_file (writer, UUID_A, 7, -1, &error));
        good = (streamed ? mainstay_archive_writer_add_stream (writer, stream, NULL, &error)
                         : mainstay_archive_writer_add_bytes (writer, "01234567", (size_t) length,
                                                              &error)) &&
               mainstay_archive_writer_end_entry (writer, &error);
        /* Of a stream no more is taken than is needed. */
        g_assert_cmpint (good, ==, length == 7 || (streamed && length > 7));
        if (!good)
          {
            g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED);
            g_assert_false (mainstay_archive_writer_finish (writer, digest, &size, &again));
            g_assert_error (again, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED);
          }
        close (fd);
      }
}

static void
test_same_twice (Scratch       *scratch,
                 gconstpointer  data)
{
  g_autofree char *file = scratch_write (scratch, "file", "0123456", 7);
  g_autoptr(GBytes) before = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.tar.gz", i);
      g_autofree char *archive = scratch_file (scratch, name);
      g_autoptr(GError) error = NULL;
      g_autoptr(GBytes) bytes = NULL;
      guint8 digest[32];
      gint64 size = 0;
      int fd = open_output (archive);
      g_autoptr(MainstayArchiveWriter) writer = mainstay_archive_writer_new (fd);

      g_assert_true (mainstay_archive_writer_add_metadata (writer, &metadata, &error));
      g_assert_true (mainstay_archive_writer_add_file (writer, UUID_A, file, NULL, &error));
      g_assert_true (mainstay_archive_writer_finish (writer, digest, &size, &error));
      g_assert_no_error (error);
      close (fd);
      bytes = load_bytes (archive);
      if (before != NULL)
        g_assert_true (g_bytes_equal (before, bytes));
      g_clear_pointer (&before, g_bytes_unref);
      before = g_bytes_ref (bytes);
      g_usleep (1100 * 1000); /* the gzip header would tell the second */
    }
}

/* What others make of it. */
static void
test_foreign_programs (Scratch       *scratch,
                       gconstpointer  data)
{
  g_autofree char *archive = scratch_file (scratch, "a.tar.gz");
  g_autofree char *dump = scratch_write (scratch, "dump", dump_bytes, DUMP_LENGTH);
  g_autofree char *file = scratch_write (scratch, "file", "0123456", 7);
  g_autofree char *out = scratch_file (scratch, "tree/ff/ee/" UUID_B);
  g_autofree char *out_dump = scratch_file (scratch, "db/db.backup");
  g_autoptr(GError) error = NULL;
  guint8 digest[32];
  gint64 size = 0;
  int fd = open_output (archive);
  g_autoptr(MainstayArchiveWriter) writer = mainstay_archive_writer_new (fd);

  run_program (scratch->path, "touch", "-d", "2020-02-02 02:02:02 UTC", file, NULL);
  g_assert_true (mainstay_archive_writer_add_dump (writer, dump, NULL, &error));
  g_assert_true (mainstay_archive_writer_add_file (writer, UUID_B, file, NULL, &error));
  g_assert_true (mainstay_archive_writer_finish (writer, digest, &size, &error));
  g_assert_no_error (error);
  close (fd);
  run_program (scratch->path, "gzip", "-t", archive, NULL);
  run_program (scratch->path, "sh", "-c",
               "TZ=UTC tar --numeric-owner -tvzf a.tar.gz > list && "
               "test $(wc -l < list) = 2 && "
               "grep -Eq '^-rw-r--r-- 0/0 +7 2020-02-02 02:02 tree/ff/ee/" UUID_B "$' list", NULL);
  run_program (scratch->path, "tar", "-xzf", archive, NULL);
  assert_same_file (out, "0123456", 7);
  assert_same_file (out_dump, dump_bytes, DUMP_LENGTH);
}

/* Many blocks, compressed by several threads, and entries across their edges. */
static void
test_many_blocks (Scratch       *scratch,
                  gconstpointer  data)
{
  g_autofree char *archive = scratch_file (scratch, "a.tar.gz");
  g_autoptr(GBytes) noise = noise_bytes (4, 65536);
  static const char *const script =
    "import tarfile; t = tarfile.open('a.tar.gz');"
    "m = t.getmembers(); assert len(m) == 500, m;"
    "assert all(i.size == 20000 for i in m);"
    "noise = t.extractfile(m[1]).read();"
    "assert all(t.extractfile(i).read() == noise for i in m[1:500:2]);"
    "assert all(t.extractfile(i).read() == bytes(20000) for i in m[0:500:2])";
  g_autofree guint8 *zeros = g_malloc0 (20000);
  g_autoptr(MainstayBackupFile) file = NULL;
  g_autoptr(GError) error = NULL;
  guint8 digest[32];
  gint64 size = 0;
  int fd = open_output (archive);
  g_autoptr(MainstayArchiveWriter) writer = mainstay_archive_writer_new (fd);

  for (int i = 0; i < 500; i++)
    {
      g_autofree char *uuid = g_strdup_printf ("0a1b2c3d-0000-4000-8000-%012x", i);

      g_assert_true (mainstay_archive_writer_begin_file (writer, uuid, 20000, -1, &error));
      g_assert_true (mainstay_archive_writer_add_bytes (
        writer, i % 2 == 0 ? zeros : g_bytes_get_data (noise, NULL), 20000, &error));
      g_assert_true (mainstay_archive_writer_end_entry (writer, &error));
    }
  g_assert_true (mainstay_archive_writer_finish (writer, digest, &size, &error));
  g_assert_no_error (error);
  close (fd);
  file = mainstay_backup_file_inspect (archive, MAINSTAY_FILE_FILES, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (file->files_count, ==, 500);
  g_assert_cmpint (file->files_size, ==, 500 * 20000);
  g_assert_cmpint (file->size, ==, size);
  run_program (scratch->path, "gzip", "-t", archive, NULL);
  run_program (scratch->path, "tar", "-tzf", archive, NULL);
  run_program (scratch->path, "/usr/bin/python3", "-c", script, NULL);
}

static void
test_missing_input (Scratch       *scratch,
                    gconstpointer  data)
{
  g_autofree char *archive = scratch_file (scratch, "a.tar.gz");
  g_autofree char *missing = scratch_file (scratch, "missing");
  g_autofree char *file = scratch_write (scratch, "file", "0123456", 7);
  g_autofree char *fifo = scratch_file (scratch, "fifo");
  g_autofree char *link = scratch_file (scratch, "link");
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupFile) found = NULL;
  guint8 digest[32];
  gint64 size = 0;
  int fd = open_output (archive);
  g_autoptr(MainstayArchiveWriter) writer = mainstay_archive_writer_new (fd);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (symlink ("file", link), ==, 0);
  g_assert_false (mainstay_archive_writer_add_file (writer, UUID_A, missing, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (mainstay_archive_writer_add_file (writer, UUID_A, fifo, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_false (mainstay_archive_writer_add_file (writer, UUID_A, link, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS);
  g_clear_error (&error);
  g_assert_false (mainstay_archive_writer_add_file (writer, "../../x", file, NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSAFE_PATH);
  g_clear_error (&error);
  /* None of it is in the archive, which goes on. */
  g_assert_true (mainstay_archive_writer_add_file (writer, UUID_B, file, NULL, &error));
  g_assert_true (mainstay_archive_writer_finish (writer, digest, &size, &error));
  g_assert_no_error (error);
  close (fd);
  found = mainstay_backup_file_inspect (archive, MAINSTAY_FILE_FILES, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found->files_count, ==, 1);
}

typedef struct
{
  const char *input;
  int fd;
} Shrinker;

/* The pipe holds the writer back in the middle of the file. */
static gpointer
shrink_thread (gpointer user_data)
{
  Shrinker *self = user_data;
  g_autofree char *buffer = g_malloc (65536);

  g_assert_cmpint (read (self->fd, buffer, 1), ==, 1);
  g_assert_cmpint (truncate (self->input, 100), ==, 0);
  while (read (self->fd, buffer, 65536) > 0)
    continue;
  return NULL;
}

static void
test_shrinking (Scratch       *scratch,
                gconstpointer  data)
{
  g_autoptr(GBytes) noise = noise_bytes (2, 4000000);
  g_autofree char *input = scratch_write (scratch, "large", g_bytes_get_data (noise, NULL),
                                          4000000);
  g_autoptr(GError) error = NULL;
  guint8 digest[32];
  gint64 size = 0;
  int fds[2];
  Shrinker shrinker = { input, -1 };
  GThread *thread;
  MainstayArchiveWriter *writer;

  g_assert_cmpint (pipe (fds), ==, 0);
  shrinker.fd = fds[0];
  writer = mainstay_archive_writer_new (fds[1]);
  thread = g_thread_new ("shrink", shrink_thread, &shrinker);
  g_assert_false (mainstay_archive_writer_add_file (writer, UUID_A, input, NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED);
  g_clear_error (&error);
  /* It can no longer become whole. */
  g_assert_false (mainstay_archive_writer_finish (writer, digest, &size, &error));
  g_assert_nonnull (error);
  mainstay_archive_writer_free (writer);
  close (fds[1]);
  g_thread_join (thread);
  close (fds[0]);
}

static void
test_full_disk (Scratch       *scratch,
                gconstpointer  data)
{
  /* More than is held back to be compressed. */
  g_autoptr(GBytes) noise = noise_bytes (2, 6000000);
  g_autofree char *large = scratch_write (scratch, "large", g_bytes_get_data (noise, NULL),
                                          6000000);
  g_autofree char *small = scratch_write (scratch, "small", "x", 1);
  g_autoptr(GError) error = NULL;
  guint8 digest[32];
  gint64 size = 0;
  int fd = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  MainstayArchiveWriter *writer = mainstay_archive_writer_new (fd);

  g_assert_cmpint (fd, >=, 0);
  g_assert_false (mainstay_archive_writer_add_file (writer, UUID_A, large, NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_false (mainstay_archive_writer_finish (writer, digest, &size, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE);
  g_clear_error (&error);
  mainstay_archive_writer_free (writer);
  /* So little that it is written only at the end. */
  writer = mainstay_archive_writer_new (fd);
  g_assert_true (mainstay_archive_writer_add_file (writer, UUID_A, small, NULL, &error));
  g_assert_false (mainstay_archive_writer_finish (writer, digest, &size, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE);
  mainstay_archive_writer_free (writer);
  close (fd);
}

static void
test_cancelled (Scratch       *scratch,
                gconstpointer  data)
{
  g_autofree char *archive = scratch_file (scratch, "a.tar.gz");
  g_autofree char *file = scratch_write (scratch, "file", "0123456", 7);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;
  int fd = open_output (archive);
  MainstayArchiveWriter *writer = mainstay_archive_writer_new (fd);

  g_cancellable_cancel (cancellable);
  g_assert_false (mainstay_archive_writer_add_file (writer, UUID_A, file, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  mainstay_archive_writer_free (writer);
  close (fd);
  /* Nothing that could pass for an archive is left. */
  bytes = load_bytes (archive);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 0);
}

static void
test_file_names (void)
{
  static const struct
  {
    const char *data_type;
    const char *id;
    gint64 created_at;
    const char *name;
  } cases[] = {
    { "files_and_database", "3A3C6D6F-9a60-4e3f-b2f5-000000000000", 1795416405000,
      "files_and_database-3a3c6d6f-202611230646.tar.gz" },
    { "database_only", "3a3c6d6f-9a60-4e3f-b2f5-000000000000", 1795416405000,
      "database-3a3c6d6f-202611230646.backup" },
    { "files_only", "3a3c6d6f-9a60-4e3f-b2f5-000000000000", 0,
      "files-3a3c6d6f-197001010000.tar.gz" },
    { "database_only", "../../x/1", G_MAXINT64, "database-10000000-197001010000.backup" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = mainstay_archive_file_name (cases[i].data_type, cases[i].id,
                                                          cases[i].created_at);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  scratch_test ("/archive/writer/round-trip", test_round_trip);
  scratch_test ("/archive/writer/streams", test_streams);
  scratch_test ("/archive/writer/wrong-size", test_wrong_size);
  scratch_test ("/archive/writer/same-twice", test_same_twice);
  scratch_test ("/archive/writer/foreign-programs", test_foreign_programs);
  scratch_test ("/archive/writer/many-blocks", test_many_blocks);
  scratch_test ("/archive/writer/missing-input", test_missing_input);
  scratch_test ("/archive/writer/shrinking", test_shrinking);
  scratch_test ("/archive/writer/full-disk", test_full_disk);
  scratch_test ("/archive/writer/cancelled", test_cancelled);
  g_test_add_func ("/archive/writer/file-names", test_file_names);
  return g_test_run ();
}
