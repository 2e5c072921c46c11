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
#include "mainstay-entry-name.h"
#include "mainstay-gzip-writer.h"
#include "mainstay-portal-backup.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

#define LINK_LIFETIME_MS (8 * 60 * 60 * 1000)
#define TOKEN_BYTES 32
#define NANOSECONDS_PER_MS 1000000

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
wants_database (MainstayPortalJob *self)
{
  return strcmp (self->data_type, "files_only") != 0;
}

static gboolean
wants_files (MainstayPortalJob *self)
{
  return strcmp (self->data_type, "database_only") != 0;
}

typedef struct
{
  MainstayPortalJob *job;
  MainstayArchiveWriter *writer;
} Packing;

/* What the disk has lost or changed since does not come here. */
static gboolean
pack_piece (const guint8  *bytes,
            size_t         length,
            gpointer       user_data,
            GError       **error)
{
  Packing *packing = user_data;

  mainstay_portal_meter_add (&packing->job->meter, (gint64) length);
  return mainstay_archive_writer_add_bytes (packing->writer, bytes, length, error) &&
         !g_cancellable_set_error_if_cancelled (packing->job->cancellable, error);
}

static gboolean
pack_dump (Packing               *self,
           MainstayPortalBackup  *backup,
           GError               **error)
{
  return mainstay_archive_writer_begin_dump (self->writer, backup->database.size,
                                             self->job->snapshot->created_at, error) &&
         mainstay_portal_backup_read_dump (backup, self->job->portal->contents, pack_piece, self,
                                           error) &&
         mainstay_archive_writer_end_entry (self->writer, error);
}

static gboolean
pack_file (Packing                        *self,
           MainstayPortalBackup           *backup,
           const MainstayPortalTreeEntry  *entry,
           GError                        **error)
{
  const char *uuid = entry->name + sizeof entry->name - MAINSTAY_UUID_LENGTH;
  g_autofree char *name = g_strndup (uuid, MAINSTAY_UUID_LENGTH);

  return mainstay_archive_writer_begin_file (
           self->writer, name, entry->size,
           entry->modified > 0 ? entry->modified / NANOSECONDS_PER_MS : -1, error) &&
         mainstay_portal_backup_read_file (backup, self->job->portal->contents, entry, pack_piece,
                                           self, error) &&
         mainstay_archive_writer_end_entry (self->writer, error);
}

static gboolean
pack_files (Packing               *self,
            MainstayPortalBackup  *backup,
            GError               **error)
{
  for (unsigned int i = 0; i < mainstay_portal_backup_get_n_trees (backup); i++)
    {
      g_autoptr(GArray) entries =
        mainstay_portal_backup_get_tree (backup, self->job->portal->contents, i, error);

      for (unsigned int j = 0; entries != NULL && j < entries->len; j++)
        if (!pack_file (self, backup, &g_array_index (entries, MainstayPortalTreeEntry, j),
                        error))
          return FALSE;
      if (entries == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_metadata (MainstayPortalJob      *self,
                MainstayArchiveWriter  *writer,
                MainstayPortalBackup   *backup,
                GError                **error)
{
  gint64 database_size = wants_database (self) ? backup->database.size : 0;
  const MainstayArchiveMetadata metadata = {
    .model_version = self->snapshot->model_version,
    .duration = MAX (0, (self->snapshot->finished_at - self->snapshot->created_at) / 1000),
    .dump_size = database_size,
    .database_size = database_size,
    .files_size = backup->files_size,
  };

  return mainstay_archive_writer_add_metadata (writer, &metadata, error);
}

static gboolean
write_archive (MainstayPortalJob     *self,
               MainstayPortalBackup  *backup,
               int                    fd,
               GError               **error)
{
  g_autoptr(MainstayArchiveWriter) writer = mainstay_archive_writer_new (fd);
  Packing packing = { self, writer };

  return write_metadata (self, writer, backup, error) &&
         (!wants_database (self) || pack_dump (&packing, backup, error)) &&
         (!wants_files (self) || pack_files (&packing, backup, error)) &&
         mainstay_archive_writer_finish (writer, self->archive->sha256, &self->archive->size,
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

/* The database alone is the dump itself; packed when it is one of pg_dump's, which are stored
 * without any compression of their own. */
typedef struct
{
  MainstayPortalJob *job;
  MainstaySha256 *hash;
  MainstayGzipWriter *gzip; /* (nullable) */
  gboolean has_begun;
  int fd;
} Copying;

static gboolean
write_piece (Copying       *copying,
             const guint8  *bytes,
             size_t         length,
             GError       **error)
{
  static const char mark[] = "PGDMP";

  if (!copying->has_begun && length >= strlen (mark) && memcmp (bytes, mark, strlen (mark)) == 0)
    copying->gzip = mainstay_gzip_writer_new (copying->fd);
  copying->has_begun = TRUE;
  if (copying->gzip != NULL)
    return mainstay_gzip_writer_add (copying->gzip, bytes, length, error);
  mainstay_sha256_update (copying->hash, bytes, length);
  return mainstay_disk_write (copying->fd, bytes, length, error);
}

static gboolean
copy_piece (const guint8  *bytes,
            size_t         length,
            gpointer       user_data,
            GError       **error)
{
  Copying *copying = user_data;

  mainstay_portal_meter_add (&copying->job->meter, (gint64) length);
  return write_piece (copying, bytes, length, error) &&
         !g_cancellable_set_error_if_cancelled (copying->job->cancellable, error);
}

static gboolean
write_dump (MainstayPortalJob     *self,
            MainstayPortalBackup  *backup,
            int                    fd,
            GError               **error)
{
  g_autoptr(MainstaySha256) hash = mainstay_sha256_new ();
  g_autoptr(MainstayGzipWriter) gzip = NULL;
  Copying copying = { .job = self, .hash = hash, .fd = fd };
  gboolean ok = mainstay_portal_backup_read_dump (backup, self->portal->contents, copy_piece,
                                                  &copying, error);

  gzip = copying.gzip;
  if (!ok)
    return FALSE;
  if (gzip != NULL)
    return mainstay_gzip_writer_finish (gzip, self->archive->sha256, &self->archive->size, error);
  mainstay_sha256_output (hash, self->archive->sha256);
  self->archive->size = backup->database.size;
  return TRUE;
}

static gboolean
write_part (MainstayPortalJob     *self,
            MainstayPortalBackup  *backup,
            const char            *part,
            GError               **error)
{
  int fd = open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot make an archive");
      return FALSE;
    }
  return close_durably (
    fd, (wants_files (self) ? write_archive : write_dump) (self, backup, fd, error), error);
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
  g_autoptr(MainstayPortalBackup) backup = mainstay_portal_backup_read (source, error);

  if (backup == NULL)
    return FALSE;
  self->meter.total = (wants_database (self) ? backup->database.size : 0) +
                      (wants_files (self) ? backup->files_size : 0);
  self->archive = g_new0 (MainstayPortalArchive, 1);
  if (!write_part (self, backup, part, error))
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
