/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "stored.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-portal-backup-extract.h"
#include "mainstay-portal-content-private.h"

static MainstayPortalContentStore *
open_store (const char *data_directory)
{
  g_autofree char *folder = g_build_filename (data_directory, "contents", NULL);
  g_autoptr(GError) error = NULL;
  MainstayPortalContentStore *store = mainstay_portal_content_store_open_to_read (folder, &error);

  g_assert_no_error (error);
  return store;
}

MainstayPortalBackup *
stored_read (const char *data_directory,
             const char *snapshot_id)
{
  g_autofree char *path = g_build_filename (data_directory, "snapshots", snapshot_id, NULL);
  g_autoptr(GError) error = NULL;
  MainstayPortalBackup *backup = mainstay_portal_backup_read (path, &error);

  g_assert_no_error (error);
  return backup;
}

void
stored_extract (const char *data_directory,
                const char *snapshot_id,
                const char *to)
{
  g_autoptr(MainstayPortalContentStore) store = open_store (data_directory);
  g_autoptr(MainstayPortalBackup) backup = stored_read (data_directory, snapshot_id);
  g_autofree char *dump = g_build_filename (to, "db.backup", NULL);
  g_autofree char *files = g_build_filename (to, "files", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir (to, 0700), ==, 0);
  mainstay_portal_backup_extract_dump (backup, store, dump, NULL, &error);
  g_assert_no_error (error);
  mainstay_portal_backup_extract_files (backup, store, files, 2, NULL, &error);
  g_assert_no_error (error);
}

void
stored_rot (const char   *data_directory,
            const guint8  digest[MAINSTAY_SHA256_LENGTH])
{
  g_autoptr(MainstayPortalContentStore) store = open_store (data_directory);
  const MainstayPortalPlace *place;
  g_autofree char *path = NULL;
  guint64 pack;
  guint8 byte;
  off_t offset;
  int fd;

  place = mainstay_portal_content_find (store, digest, FALSE, &pack);
  g_assert_nonnull (place);
  offset = place->offset + (off_t) sizeof (MainstayPortalPackRecord) + place->stored / 2;
  path = mainstay_portal_pack_dup_path (store->folder, pack);
  fd = open (path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pread (fd, &byte, 1, offset), ==, 1);
  byte ^= 0x10;
  g_assert_cmpint (pwrite (fd, &byte, 1, offset), ==, 1);
  close (fd);
}

/* The first or the last of the dump. */
static void
rot_piece (const char *data_directory,
           const char *snapshot_id,
           gboolean    is_last)
{
  g_autoptr(MainstayPortalContentStore) store = open_store (data_directory);
  g_autoptr(MainstayPortalBackup) backup = stored_read (data_directory, snapshot_id);
  g_autoptr(GByteArray) list = g_byte_array_new ();
  guint8 digest[MAINSTAY_SHA256_LENGTH];

  memcpy (digest, backup->database.digest, sizeof digest);
  if (backup->database.kind == MAINSTAY_PORTAL_CONTENT_LIST)
    {
      g_assert_true (mainstay_portal_content_store_get (store, digest, list, NULL));
      memcpy (digest, list->data + (is_last ? list->len - sizeof (MainstayPortalPiece) : 0),
              sizeof digest);
    }
  stored_rot (data_directory, digest);
}

void
stored_rot_dump (const char *data_directory,
                 const char *snapshot_id)
{
  rot_piece (data_directory, snapshot_id, FALSE);
}

void
stored_rot_last (const char *data_directory,
                 const char *snapshot_id)
{
  rot_piece (data_directory, snapshot_id, TRUE);
}

void
stored_rot_file (const char *data_directory,
                 const char *snapshot_id)
{
  g_autoptr(MainstayPortalContentStore) store = open_store (data_directory);
  g_autoptr(MainstayPortalBackup) backup = stored_read (data_directory, snapshot_id);
  g_autoptr(GArray) tree = mainstay_portal_backup_get_tree (backup, store, 0, NULL);

  g_assert_nonnull (tree);
  stored_rot (data_directory, g_array_index (tree, MainstayPortalTreeEntry, 0).digest);
}
