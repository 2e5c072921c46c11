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

/* A custom-format header of PostgreSQL 15, and as if it were its data something behind it. */
static const char dump_bytes[] =
  "PGDMP" "\1\16\0" "\4\10\1" "\0\377\377\0\0"
  "\0\1\0\0\0" "\0\2\0\0\0" "\0\3\0\0\0" "\0\4\0\0\0" "\0\5\0\0\0" "\0\176\0\0\0" "\0\0\0\0\0"
  "\0\3\0\0\0" "app" "\0\4\0\0\0" "15.1" "\0\4\0\0\0" "15.2"
  "and so on";

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
  g_autoptr(MainstayBackupFile) file = NULL;
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

  file = mainstay_backup_file_inspect (archive, MAINSTAY_FILE_FULL, NULL, NULL, NULL, &error);
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
  g_assert_cmpstr (file->sha256, ==, expected);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  scratch_test ("/archive/writer/round-trip", test_round_trip);
  return g_test_run ();
}
