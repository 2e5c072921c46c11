/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "backup-maker.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "forge.h"
#include "mainstay-archive-writer.h"

static GBytes *
make_seeded (Scratch          *scratch,
             MainstayFileKind  kind,
             gsize             extra,
             guint32           seed)
{
  g_autoptr(GByteArray) dump = pgdump_make (14, "app");
  g_autofree char *dump_path = scratch_write (scratch, "dump", dump->data, (gssize) dump->len);
  g_autoptr(GBytes) noise = noise_bytes (seed, MAX (extra, 100));
  g_autofree char *noise_path = scratch_write (scratch, "noise", g_bytes_get_data (noise, NULL),
                                               (gssize) g_bytes_get_size (noise));
  g_autofree char *path = scratch_file (scratch, "made");
  MainstayArchiveMetadata metadata = { "1.0.0.1", 1, (gint64) dump->len, 1000, 1000 };
  g_autoptr(MainstayArchiveWriter) writer = NULL;
  g_autoptr(GError) error = NULL;
  guint8 sha256[32];
  gint64 size;
  GBytes *bytes;
  int fd;

  if (kind == MAINSTAY_FILE_DATABASE)
    return load_bytes (dump_path);
  fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  writer = mainstay_archive_writer_new (fd);
  g_assert_true (mainstay_archive_writer_add_metadata (writer, &metadata, &error));
  if (kind == MAINSTAY_FILE_FULL)
    g_assert_true (mainstay_archive_writer_add_dump (writer, dump_path, NULL, &error));
  g_assert_true (mainstay_archive_writer_add_file (writer, "abcd1234-0000-4000-8000-000000000001",
                                                   noise_path, NULL, &error));
  g_assert_true (mainstay_archive_writer_finish (writer, sha256, &size, &error));
  g_assert_no_error (error);
  close (fd);
  bytes = load_bytes (path);
  g_unlink (path);
  g_unlink (dump_path);
  g_unlink (noise_path);
  return bytes;
}

GBytes *
make_backup_file (Scratch          *scratch,
                  MainstayFileKind  kind,
                  gsize             extra)
{
  return make_seeded (scratch, kind, extra, 7);
}

GBytes *
make_other_backup_file (Scratch          *scratch,
                        MainstayFileKind  kind,
                        gsize             extra)
{
  return make_seeded (scratch, kind, extra, 8);
}

char *
make_digest_line (GBytes *bytes)
{
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autofree char *text = NULL;

  g_checksum_update (sum, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  g_checksum_get_digest (sum, digest, &length);
  text = g_base64_encode (digest, length);
  return g_strdup_printf ("Repr-Digest: sha-256=:%s:\r\n", text);
}
