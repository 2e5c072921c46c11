/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-archive-writer.h"
#include "mainstay-disk.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-manifest.h"
#include "mainstay-portal-private.h"

#define LINK_LIFETIME_MS (8 * 60 * 60 * 1000)
#define TOKEN_BYTES 32

/* 256 bits, in letters that a URL takes as they are. */
static char *
make_token (void)
{
  guint8 random[TOKEN_BYTES];
  g_autofree char *text = NULL;

  if (gnutls_rnd (GNUTLS_RND_KEY, random, sizeof random) < 0)
    g_error ("There are no random numbers on this machine");
  text = g_base64_encode (random, sizeof random);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return g_steal_pointer (&text);
}

static gboolean
wants (MainstayPortalJob                 *self,
       const MainstayPortalManifestEntry *entry)
{
  return strcmp (self->data_type, mainstay_portal_manifest_is_dump (entry)
                                    ? "files_only" : "database_only") != 0;
}

/* What is packed of one file, as it is read. */
typedef struct
{
  MainstayPortalMeter *meter; /* borrowed */
  MainstaySha256 *hash;
  gint64 size;
} Reading;

static void
piece_read_cb (const guint8 *bytes,
               size_t        length,
               gpointer      user_data)
{
  Reading *reading = user_data;

  mainstay_sha256_update (reading->hash, bytes, length);
  mainstay_portal_meter_add (reading->meter, (gint64) length);
  reading->size += (gint64) length;
}

static gboolean
pack_entry (MainstayPortalJob                  *self,
            MainstayArchiveWriter              *writer,
            const MainstayPortalManifestEntry  *entry,
            const char                         *path,
            GError                            **error)
{
  g_autofree char *uuid = NULL;

  if (mainstay_portal_manifest_is_dump (entry))
    return mainstay_archive_writer_add_dump (writer, path, self->cancellable, error);
  uuid = g_path_get_basename (entry->name);
  return mainstay_archive_writer_add_file (writer, uuid, path, self->cancellable, error);
}

/* What the disk has lost or changed since must not go out as a good backup. */
static gboolean
add_entry (MainstayPortalJob                  *self,
           MainstayArchiveWriter              *writer,
           const MainstayPortalManifestEntry  *entry,
           const char                         *source,
           GError                            **error)
{
  g_autofree char *path = g_build_filename (source, entry->name, NULL);
  g_autoptr(MainstaySha256) hash = mainstay_sha256_new ();
  Reading reading = { &self->meter, hash, 0 };
  guint8 sha256[MAINSTAY_SHA256_LENGTH];

  mainstay_archive_writer_set_watch (writer, piece_read_cb, &reading);
  if (!mainstay_portal_manifest_check_file (path, error) ||
      !pack_entry (self, writer, entry, path, error))
    return FALSE;
  mainstay_sha256_output (hash, sha256);
  return mainstay_portal_manifest_check (entry, reading.size, sha256, error);
}

static gboolean
write_metadata (MainstayPortalJob       *self,
                MainstayArchiveWriter   *writer,
                MainstayPortalManifest  *manifest,
                GError                 **error)
{
  gboolean with_database = strcmp (self->data_type, "files_only") != 0;
  const MainstayArchiveMetadata metadata = {
    .model_version = self->snapshot->model_version,
    .duration = MAX (0, (self->snapshot->finished_at - self->snapshot->created_at) / 1000),
    .dump_size = with_database ? manifest->database_size : 0,
    .database_size = with_database ? manifest->database_size : 0,
    .files_size = manifest->files_size,
  };

  return mainstay_archive_writer_add_metadata (writer, &metadata, error);
}

static gboolean
write_archive (MainstayPortalJob       *self,
               MainstayPortalManifest  *manifest,
               const char              *source,
               int                      fd,
               GError                 **error)
{
  g_autoptr(MainstayArchiveWriter) writer = mainstay_archive_writer_new (fd);

  if (!write_metadata (self, writer, manifest, error))
    return FALSE;
  for (unsigned int i = 0; i < manifest->entries->len; i++)
    {
      MainstayPortalManifestEntry *entry = g_ptr_array_index (manifest->entries, i);

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
          (wants (self, entry) && !add_entry (self, writer, entry, source, error)))
        return FALSE;
    }
  return mainstay_archive_writer_finish (writer, self->archive->sha256, &self->archive->size,
                                         error);
}

static gboolean
close_durably (int       fd,
               gboolean  ok,
               GError  **error)
{
  int failure = ok && fsync (fd) < 0 ? errno : 0;

  if (close (fd) < 0 && failure == 0)
    failure = errno;
  if (ok && failure != 0)
    mainstay_disk_error_set (error, failure, "Cannot write an archive");
  return ok && failure == 0;
}

static gboolean
write_packed (MainstayPortalJob       *self,
              MainstayPortalManifest  *manifest,
              const char              *source,
              const char              *part,
              GError                 **error)
{
  int fd = open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot make an archive");
      return FALSE;
    }
  return close_durably (fd, write_archive (self, manifest, source, fd, error), error);
}

/* The database alone is the dump itself. */
static gboolean
write_dump (MainstayPortalJob       *self,
            MainstayPortalManifest  *manifest,
            const char              *source,
            const char              *part,
            GError                 **error)
{
  for (unsigned int i = 0; i < manifest->entries->len; i++)
    {
      MainstayPortalManifestEntry *entry = g_ptr_array_index (manifest->entries, i);

      if (!mainstay_portal_manifest_is_dump (entry))
        continue;
      memcpy (self->archive->sha256, entry->sha256, sizeof self->archive->sha256);
      self->archive->size = entry->size;
      return mainstay_portal_manifest_copy (entry, source, part, &self->meter, error) &&
             mainstay_portal_sync_tree (part, error);
    }
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The backup is damaged: it holds no database");
  return FALSE;
}

static gint64
count_bytes (MainstayPortalJob      *self,
             MainstayPortalManifest *manifest)
{
  gint64 total = 0;

  for (unsigned int i = 0; i < manifest->entries->len; i++)
    {
      MainstayPortalManifestEntry *entry = g_ptr_array_index (manifest->entries, i);

      total += wants (self, entry) ? entry->size : 0;
    }
  return total;
}

static char *
dup_part_path (MainstayPortalJob *self)
{
  g_autofree char *name = g_strconcat (self->id, ".part", NULL);

  return mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_ARCHIVES, name);
}

static gboolean
archive_work (MainstayPortalJob  *self,
              GError            **error)
{
  g_autofree char *source =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_SNAPSHOTS, self->snapshot->id);
  g_autofree char *part = dup_part_path (self);
  g_autofree char *path = mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_ARCHIVES,
                                                    self->id);
  g_autoptr(MainstayPortalManifest) manifest = mainstay_portal_manifest_read (source, error);
  gboolean is_dump = strcmp (self->data_type, "database_only") == 0;

  if (manifest == NULL)
    return FALSE;
  self->meter.total = count_bytes (self, manifest);
  self->archive = g_new0 (MainstayPortalArchive, 1);
  if (!(is_dump ? write_dump : write_packed) (self, manifest, source, part, error))
    return FALSE;
  if (g_rename (part, path) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot rename");
      return FALSE;
    }
  return mainstay_portal_sync_parent (path, error);
}

static gboolean
archive_record (MainstayPortalJob          *self,
                MainstayPortalTransaction  *tx,
                GError                    **error)
{
  self->archive->id = g_strdup (self->id);
  self->archive->token = make_token ();
  self->archive->file_name = mainstay_archive_file_name (self->data_type, self->snapshot->id,
                                                         self->snapshot->created_at);
  self->archive->expires_at = mainstay_portal_transaction_now (tx) + LINK_LIFETIME_MS;
  return mainstay_portal_store_measure_archive (tx, self->archive, error);
}

static void
archive_settle (MainstayPortalJob *self,
                gboolean           completed)
{
  g_autofree char *part = dup_part_path (self);
  g_autofree char *path = mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_ARCHIVES,
                                                    self->id);

  g_unlink (part);
  if (!completed)
    g_unlink (path);
}

const MainstayPortalJobClass mainstay_portal_job_archive = {
  .kind = MAINSTAY_PORTAL_JOB_ARCHIVE,
  .done_message = "Completed extraction",
  .work = archive_work,
  .record = archive_record,
  .settle = archive_settle,
};
