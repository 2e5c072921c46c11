/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-archive-writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "mainstay-entry-name.h"
#include "mainstay-error.h"
#include "mainstay-gzip-writer.h"
#include "mainstay-json.h"

#define CHUNK_SIZE (256 * 1024)

struct _MainstayArchiveWriter
{
  struct archive *archive;
  MainstayGzipWriter *gzip;
  guint8 *chunk;
  GError *write_error; /* of the descriptor: says more than libarchive's own text */
  gint64 left;         /* bytes that the entry still needs, -1 outside of an entry */
  gboolean opened;
  gboolean failed;     /* libarchive would close a failed archive as if it were whole */
  gboolean finished;
};

static la_ssize_t
bytes_ready_cb (struct archive *archive,
                void           *user_data,
                const void     *bytes,
                size_t          length)
{
  MainstayArchiveWriter *self = user_data;

  if (self->failed || self->write_error != NULL ||
      !mainstay_gzip_writer_add (self->gzip, bytes, length, &self->write_error))
    {
      archive_set_error (archive, EIO, "%s",
                         self->write_error != NULL ? self->write_error->message : "given up");
      return -1;
    }
  return (la_ssize_t) length;
}

/* Whatever broke, what is on the disk is half an archive: nothing may be added any more. */
static void
give_up (MainstayArchiveWriter *self)
{
  self->failed = TRUE;
  archive_write_fail (self->archive);
}

static gboolean
fail (MainstayArchiveWriter  *self,
      GError                **error)
{
  if (self->write_error != NULL)
    g_propagate_error (error, g_error_copy (self->write_error));
  else
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "Cannot write the archive: %s",
                 archive_error_string (self->archive) != NULL
                   ? archive_error_string (self->archive)
                   : "it failed before");
  give_up (self);
  return FALSE;
}

static gboolean
ensure_open (MainstayArchiveWriter  *self,
             GError                **error)
{
  /* An entry that was left in the middle is no more whole than one that could not be written. */
  if (self->failed || self->left >= 0)
    return fail (self, error);
  if (self->opened)
    return TRUE;
  self->opened = TRUE;
  if (archive_write_open2 (self->archive, self, NULL, bytes_ready_cb, NULL, NULL) != ARCHIVE_OK)
    return fail (self, error);
  return TRUE;
}

static gboolean
write_header (MainstayArchiveWriter  *self,
              const char             *name,
              gint64                  size,
              struct timespec         modified,
              GError                **error)
{
  struct archive_entry *entry;
  int result;

  if (!ensure_open (self, error))
    return FALSE;
  entry = archive_entry_new2 (self->archive);
  archive_entry_set_pathname (entry, name);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  archive_entry_set_size (entry, size);
  archive_entry_set_mtime (entry, modified.tv_sec, modified.tv_nsec);
  result = archive_write_header (self->archive, entry);
  archive_entry_free (entry);
  self->left = size;
  return result == ARCHIVE_OK ? TRUE : fail (self, error);
}

static gboolean
write_bytes (MainstayArchiveWriter  *self,
             const void             *bytes,
             size_t                  length,
             GError                **error)
{
  if (archive_write_data (self->archive, bytes, length) != (la_ssize_t) length)
    return fail (self, error);
  self->left -= (gint64) length;
  return TRUE;
}

static gboolean
finish_entry (MainstayArchiveWriter  *self,
              GError                **error)
{
  self->left = -1;
  return archive_write_finish_entry (self->archive) == ARCHIVE_OK ? TRUE : fail (self, error);
}

/**
 * mainstay_archive_writer_new:
 * @fd: a descriptor to write to, which stays the caller's
 *
 * Returns: (transfer full): a writer
 */
MainstayArchiveWriter *
mainstay_archive_writer_new (int fd)
{
  MainstayArchiveWriter *self = g_new0 (MainstayArchiveWriter, 1);

  self->left = -1;
  self->gzip = mainstay_gzip_writer_new (fd);
  self->chunk = g_malloc (CHUNK_SIZE);
  self->archive = archive_write_new ();
  if (self->archive == NULL)
    g_error ("Out of memory");
  archive_write_set_format_pax_restricted (self->archive);
  /* Each piece goes straight to the compressor, which has blocks of its own. */
  archive_write_set_bytes_per_block (self->archive, 0);
  return self;
}

static void
add_member (JsonBuilder *builder,
            const char  *name,
            gint64       value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static char *
metadata_to_text (const MainstayArchiveMetadata *metadata)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_member (builder, "duration", metadata->duration);
  add_member (builder, "dumpSize", metadata->dump_size);
  if (metadata->model_version != NULL)
    {
      json_builder_set_member_name (builder, "modelVersion");
      json_builder_add_string_value (builder, metadata->model_version);
    }
  add_member (builder, "databaseSize", metadata->database_size);
  add_member (builder, "filesSize", metadata->files_size);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return mainstay_json_to_text (root);
}

/**
 * mainstay_archive_writer_add_metadata:
 * @self: a writer
 * @metadata: what `.metadata` is to say
 * @error: where to put an error
 *
 * Returns: whether it was added
 */
gboolean
mainstay_archive_writer_add_metadata (MainstayArchiveWriter          *self,
                                      const MainstayArchiveMetadata  *metadata,
                                      GError                        **error)
{
  g_autofree char *text = NULL;
  struct timespec no_time = { 0 };

  g_return_val_if_fail (self != NULL && !self->finished, FALSE);
  g_return_val_if_fail (metadata != NULL, FALSE);

  text = metadata_to_text (metadata);
  return write_header (self, ".metadata", (gint64) strlen (text), no_time, error) &&
         write_bytes (self, text, strlen (text), error) &&
         finish_entry (self, error);
}

static char *
name_of_file (const char  *uuid,
              GError     **error)
{
  guint8 bytes[MAINSTAY_UUID_BYTES];
  g_autofree char *shown = NULL;

  if (strlen (uuid) == MAINSTAY_UUID_LENGTH && mainstay_entry_uuid_parse (uuid, bytes))
    return g_strdup_printf ("tree/%.2s/%.2s/%s", uuid, uuid + 2, uuid);
  shown = mainstay_entry_name_escape (uuid, strlen (uuid));
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSAFE_PATH, "“%s” is no UUID", shown);
  return NULL;
}

static gboolean
begin_entry (MainstayArchiveWriter  *self,
             const char             *name,
             gint64                  size,
             gint64                  modified,
             GError                **error)
{
  struct timespec time = { 0 };

  g_return_val_if_fail (size >= 0, FALSE);

  if (modified >= 0)
    {
      time.tv_sec = (time_t) (modified / 1000);
      time.tv_nsec = (long) (modified % 1000) * 1000000;
    }
  return write_header (self, name, size, time, error);
}

/**
 * mainstay_archive_writer_begin_dump:
 * @self: a writer
 * @size: how many bytes will follow
 * @modified: when it was made, in milliseconds since 1970, -1 when unknown
 * @error: where to put an error
 *
 * Begins `db/db.backup`.
 *
 * Returns: whether its bytes can be added
 */
gboolean
mainstay_archive_writer_begin_dump (MainstayArchiveWriter  *self,
                                    gint64                  size,
                                    gint64                  modified,
                                    GError                **error)
{
  g_return_val_if_fail (self != NULL && !self->finished, FALSE);

  return begin_entry (self, "db/db.backup", size, modified, error);
}

/**
 * mainstay_archive_writer_begin_file:
 * @self: a writer
 * @uuid: the file's UUID
 * @size: how many bytes will follow
 * @modified: when it was changed, in milliseconds since 1970, -1 when unknown
 * @error: where to put an error
 *
 * Begins `tree/xx/yy/<uuid>`.
 *
 * Returns: whether its bytes can be added
 */
gboolean
mainstay_archive_writer_begin_file (MainstayArchiveWriter  *self,
                                    const char             *uuid,
                                    gint64                  size,
                                    gint64                  modified,
                                    GError                **error)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (self != NULL && !self->finished, FALSE);
  g_return_val_if_fail (uuid != NULL, FALSE);

  name = name_of_file (uuid, error);
  return name != NULL && begin_entry (self, name, size, modified, error);
}

/**
 * mainstay_archive_writer_add_bytes:
 * @self: a writer in an entry
 * @bytes: the next bytes of it
 * @length: their number, at most what the entry still needs
 * @error: where to put an error
 *
 * Returns: whether they were added
 */
gboolean
mainstay_archive_writer_add_bytes (MainstayArchiveWriter  *self,
                                   const void             *bytes,
                                   size_t                  length,
                                   GError                **error)
{
  g_return_val_if_fail (self != NULL && self->left >= 0, FALSE);

  if ((gint64) length > self->left)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED,
                           "There is more to save than was announced");
      give_up (self);
      return FALSE;
    }
  return length == 0 || write_bytes (self, bytes, length, error);
}

/**
 * mainstay_archive_writer_add_stream:
 * @self: a writer in an entry
 * @stream: has all the bytes that the entry still needs; more are left in it
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error, %MAINSTAY_ERROR_SOURCE_CHANGED when @stream ends too early
 *
 * Returns: whether they were added
 */
gboolean
mainstay_archive_writer_add_stream (MainstayArchiveWriter  *self,
                                    GInputStream           *stream,
                                    GCancellable           *cancellable,
                                    GError                **error)
{
  g_return_val_if_fail (self != NULL && self->left >= 0, FALSE);
  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), FALSE);

  while (self->left > 0)
    {
      gssize length = g_input_stream_read (stream, self->chunk,
                                           (size_t) MIN (self->left, CHUNK_SIZE), cancellable,
                                           error);

      if (length == 0)
        g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED,
                             "There is less to save than was announced");
      if (length <= 0)
        {
          give_up (self);
          return FALSE;
        }
      if (!write_bytes (self, self->chunk, (size_t) length, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * mainstay_archive_writer_end_entry:
 * @self: a writer in an entry
 * @error: where to put an error, %MAINSTAY_ERROR_SOURCE_CHANGED when it lacks bytes
 *
 * Returns: whether the entry is whole
 */
gboolean
mainstay_archive_writer_end_entry (MainstayArchiveWriter  *self,
                                   GError                **error)
{
  g_return_val_if_fail (self != NULL && self->left >= 0, FALSE);

  if (self->left > 0)
    {
      /* libarchive would fill it up with zeros. */
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED,
                           "There is less to save than was announced");
      give_up (self);
      return FALSE;
    }
  return finish_entry (self, error);
}

/**
 * mainstay_archive_writer_finish:
 * @self: a writer
 * @sha256: (out): the digest of all that was written
 * @size: (out): the bytes written
 * @error: where to put an error
 *
 * Ends the archive. Syncing is up to the owner of the descriptor.
 *
 * Returns: whether the archive is whole
 */
gboolean
mainstay_archive_writer_finish (MainstayArchiveWriter  *self,
                                guint8                  sha256[32],
                                gint64                 *size,
                                GError                **error)
{
  g_return_val_if_fail (self != NULL && !self->finished, FALSE);

  if (!ensure_open (self, error))
    return FALSE;
  if (archive_write_close (self->archive) != ARCHIVE_OK || self->write_error != NULL ||
      !mainstay_gzip_writer_finish (self->gzip, sha256, size, &self->write_error))
    return fail (self, error);
  self->finished = TRUE;
  return TRUE;
}

/** mainstay_archive_writer_free: an archive not finished stays as it is, half written */
void
mainstay_archive_writer_free (MainstayArchiveWriter *self)
{
  if (self == NULL)
    return;
  if (!self->finished)
    {
      give_up (self);
      /* Writes nothing any more, but frees what only closing frees. */
      if (self->opened)
        archive_write_close (self->archive);
    }
  archive_write_free (self->archive);
  g_clear_pointer (&self->gzip, mainstay_gzip_writer_free);
  g_clear_pointer (&self->chunk, g_free);
  g_clear_error (&self->write_error);
  g_clear_pointer (&self, g_free);
}
