/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-backup-file.h"

#include "mainstay-archive-walk.h"
#include "mainstay-backup-metadata.h"
#include "mainstay-backup-stream.h"
#include "mainstay-digest-source.h"
#include "mainstay-dump-check.h"
#include "mainstay-error.h"
#include "mainstay-file-source.h"

G_DEFINE_BOXED_TYPE (MainstayBackupFile, mainstay_backup_file, mainstay_backup_file_copy,
                     mainstay_backup_file_free)

/* In progress. */
typedef struct
{
  MainstayFileKind expected;
  MainstayBackupFile *file;    /* borrowed */
  MainstayDumpCheck *dump;     /* owned, while in the dump */
  GByteArray *metadata;        /* owned, while in .metadata */
} Inspection;

static void
inspection_clear (Inspection *self)
{
  g_clear_pointer (&self->dump, mainstay_dump_check_free);
  g_clear_pointer (&self->metadata, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inspection, inspection_clear)

static const char *
name_kind (MainstayFileKind kind)
{
  switch (kind)
    {
    case MAINSTAY_FILE_FULL:
      return "a full backup";
    case MAINSTAY_FILE_DATABASE:
      return "a database dump";
    case MAINSTAY_FILE_FILES:
      return "an archive of uploaded files";
    case MAINSTAY_FILE_UNKNOWN:
    default:
      return "a backup";
    }
}

static gboolean
check_kind (MainstayFileKind   expected,
            MainstayFileKind   kind,
            GError           **error)
{
  if (expected == MAINSTAY_FILE_UNKNOWN || expected == kind)
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_WRONG_KIND,
               "This is %s, where %s is asked for", name_kind (kind), name_kind (expected));
  return FALSE;
}

static gboolean
entry_begin (const MainstayArchiveEntry  *entry,
             gpointer                     user_data,
             GError                     **error)
{
  Inspection *self = user_data;

  if (entry->name.kind == MAINSTAY_ENTRY_METADATA)
    self->metadata = g_byte_array_new ();
  else if (entry->name.kind == MAINSTAY_ENTRY_DUMP)
    {
      /* No need to read gigabytes to say so. */
      if (!check_kind (self->expected, MAINSTAY_FILE_FULL, error))
        return FALSE;
      /* The archive's own checksum covers it. */
      self->dump = mainstay_dump_check_new (FALSE);
    }
  return TRUE;
}

static gboolean
entry_bytes (const MainstayArchiveEntry  *entry,
             const guint8                *bytes,
             size_t                       length,
             gpointer                     user_data,
             GError                     **error)
{
  Inspection *self = user_data;

  if (entry->name.kind == MAINSTAY_ENTRY_DUMP)
    mainstay_dump_check_add (self->dump, bytes, length);
  else if (entry->name.kind == MAINSTAY_ENTRY_METADATA)
    {
      if (length > MAINSTAY_ARCHIVE_MAX_METADATA - self->metadata->len)
        {
          g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP,
                               ".metadata is far too large");
          return FALSE;
        }
      g_byte_array_append (self->metadata, bytes, (unsigned int) length);
    }
  return TRUE;
}

static gboolean
entry_end (const MainstayArchiveEntry  *entry,
           gpointer                     user_data,
           GError                     **error)
{
  Inspection *self = user_data;
  gboolean good = TRUE;

  if (entry->name.kind == MAINSTAY_ENTRY_DUMP)
    good = mainstay_dump_check_finish (self->dump, self->file, error);
  else if (entry->name.kind == MAINSTAY_ENTRY_METADATA)
    good = mainstay_backup_metadata_parse ((const char *) self->metadata->data,
                                           self->metadata->len, self->file, error);
  inspection_clear (self);
  return good;
}

static gboolean
inspect_archive (Inspection            *self,
                 MainstayBackupStream  *stream,
                 GError               **error)
{
  static const MainstayArchiveVisitor visitor = { entry_begin, entry_bytes, entry_end };
  MainstayArchiveTotals totals;

  if (!mainstay_archive_walk (stream, MAINSTAY_ARCHIVE_MAX_ENTRIES, &visitor, self, &totals,
                              error))
    return FALSE;
  self->file->kind = totals.dump_size >= 0 ? MAINSTAY_FILE_FULL : MAINSTAY_FILE_FILES;
  self->file->entries = totals.entries;
  self->file->files_count = totals.files_count;
  self->file->files_size = totals.files_size;
  self->file->has_tree_prefix = totals.under_tree;
  return check_kind (self->expected, self->file->kind, error);
}

static gboolean
inspect_dump (Inspection            *self,
              MainstayBackupStream  *stream,
              GError               **error)
{
  const guint8 *bytes;
  size_t length;

  self->file->kind = MAINSTAY_FILE_DATABASE;
  if (!check_kind (self->expected, MAINSTAY_FILE_DATABASE, error))
    return FALSE;
  self->dump = mainstay_dump_check_new (stream->gzip == NULL);
  do
    {
      if (!mainstay_byte_source_take (stream->content, &bytes, &length, error))
        return FALSE;
      mainstay_dump_check_add (self->dump, bytes, length);
    }
  while (length > 0);
  return mainstay_dump_check_finish (self->dump, self->file, error);
}

static gboolean
inspect_content (Inspection            *self,
                 MainstayBackupStream  *stream,
                 GError               **error)
{
  switch (stream->format)
    {
    case MAINSTAY_FORMAT_TAR:
    case MAINSTAY_FORMAT_TAR_GZIP:
    case MAINSTAY_FORMAT_ZIP:
      return inspect_archive (self, stream, error);
    case MAINSTAY_FORMAT_PGDUMP:
    case MAINSTAY_FORMAT_PGDUMP_GZIP:
    case MAINSTAY_FORMAT_SQLITE:
    case MAINSTAY_FORMAT_SQLITE_GZIP:
      return inspect_dump (self, stream, error);
    case MAINSTAY_FORMAT_UNKNOWN:
    default:
      g_return_val_if_reached (FALSE);
    }
}

/** mainstay_backup_file_new: Returns: (transfer full): one that says nothing yet */
MainstayBackupFile *
mainstay_backup_file_new (void)
{
  MainstayBackupFile *self = g_new0 (MainstayBackupFile, 1);

  self->entries = self->files_count = self->files_size = -1;
  self->dump_size = self->dump_created_at = -1;
  self->dump_major = self->dump_minor = -1;
  self->metadata_dump_size = self->metadata_database_size = -1;
  self->metadata_files_size = self->metadata_duration = -1;
  return self;
}

/**
 * mainstay_backup_file_inspect_source:
 * @source: the bytes of a file, from its first on
 * @expected: what it must be, %MAINSTAY_FILE_UNKNOWN for any backup
 * @cancellable: (nullable): a cancellable, looked at between two reads
 * @error: where to put an error, of %MAINSTAY_ERROR what is wrong with the file, and those of
 *   @source
 *
 * Takes all of @source, once and to its end, in memory that does not grow with its size. After an
 * error the rest of @source is left alone, and it is not asked again after an error of its own.
 *
 * Returns: (transfer full): what it is
 */
MainstayBackupFile *
mainstay_backup_file_inspect_source (MainstayByteSource  *source,
                                     MainstayFileKind     expected,
                                     GCancellable        *cancellable,
                                     GError             **error)
{
  g_autoptr(MainstayBackupFile) file = NULL;
  g_autoptr(MainstayByteSource) bytes = NULL;
  g_autoptr(MainstayBackupStream) stream = NULL;
  g_auto(Inspection) inspection = { 0 };

  g_return_val_if_fail (source != NULL, NULL);

  bytes = mainstay_digest_source_new (source, cancellable);
  stream = mainstay_backup_stream_new (bytes, error);
  if (stream == NULL)
    return NULL;
  file = mainstay_backup_file_new ();
  file->format = stream->format;
  inspection.expected = expected;
  inspection.file = file;
  if (!inspect_content (&inspection, stream, error))
    return NULL;
  file->size = mainstay_digest_source_get_done (bytes);
  file->sha256 = mainstay_digest_source_finish (bytes);
  return g_steal_pointer (&file);
}

/**
 * mainstay_backup_file_inspect:
 * @path: a file
 * @expected: what it must be, %MAINSTAY_FILE_UNKNOWN for any backup
 * @progress: (nullable): called for each 256 KiB read
 * @progress_data: for @progress
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error, of %MAINSTAY_ERROR what is wrong with the file
 *
 * mainstay_backup_file_inspect_source() over a file.
 *
 * Returns: (transfer full): what it is
 */
MainstayBackupFile *
mainstay_backup_file_inspect (const char                  *path,
                              MainstayFileKind             expected,
                              MainstayBackupFileProgress   progress,
                              gpointer                     progress_data,
                              GCancellable                *cancellable,
                              GError                     **error)
{
  g_autoptr(MainstayByteSource) source = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  source = mainstay_file_source_new (path, progress, progress_data, NULL, error);
  if (source == NULL)
    return NULL;
  return mainstay_backup_file_inspect_source (source, expected, cancellable, error);
}

/* What the thread needs; copies, no live objects. */
typedef struct
{
  char *path;
  MainstayFileKind expected;
} InspectData;

static void
inspect_data_free (gpointer user_data)
{
  InspectData *data = user_data;

  g_clear_pointer (&data->path, g_free);
  g_clear_pointer (&data, g_free);
}

static void
inspect_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  InspectData *data = task_data;
  g_autoptr(GError) error = NULL;
  MainstayBackupFile *file = mainstay_backup_file_inspect (data->path, data->expected, NULL, NULL,
                                                           cancellable, &error);

  if (file == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, file, (GDestroyNotify) mainstay_backup_file_free);
}

/**
 * mainstay_backup_file_inspect_async:
 * @path: a file
 * @expected: what it must be, %MAINSTAY_FILE_UNKNOWN for any backup
 * @cancellable: (nullable): a cancellable
 * @callback: called when done
 * @user_data: for @callback
 *
 * mainstay_backup_file_inspect() in a thread.
 */
void
mainstay_backup_file_inspect_async (const char          *path,
                                    MainstayFileKind     expected,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  InspectData *data = g_new0 (InspectData, 1);

  g_task_set_source_tag (task, mainstay_backup_file_inspect_async);
  data->path = g_strdup (path);
  data->expected = expected;
  g_task_set_task_data (task, data, inspect_data_free);
  g_task_run_in_thread (task, inspect_in_thread);
}

/** mainstay_backup_file_inspect_finish: Returns: (transfer full): what the file is */
MainstayBackupFile *
mainstay_backup_file_inspect_finish (GAsyncResult  *result,
                                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_backup_file_inspect_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/** mainstay_backup_file_copy: Returns: (transfer full): a copy */
MainstayBackupFile *
mainstay_backup_file_copy (MainstayBackupFile *self)
{
  MainstayBackupFile *copy = g_new0 (MainstayBackupFile, 1);

  *copy = *self;
  copy->database_name = g_strdup (self->database_name);
  copy->server_version = g_strdup (self->server_version);
  copy->dump_program_version = g_strdup (self->dump_program_version);
  copy->model_version = g_strdup (self->model_version);
  copy->sha256 = g_strdup (self->sha256);
  return copy;
}

/** mainstay_backup_file_free: frees @self */
void
mainstay_backup_file_free (MainstayBackupFile *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->database_name, g_free);
  g_clear_pointer (&self->server_version, g_free);
  g_clear_pointer (&self->dump_program_version, g_free);
  g_clear_pointer (&self->model_version, g_free);
  g_clear_pointer (&self->sha256, g_free);
  g_clear_pointer (&self, g_free);
}
