/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-upload-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-error.h"
#include "mainstay-folder-index.h"
#include "mainstay-tar-block.h"
#include "mainstay-upload-file.h"

struct _MainstayUploadFolder
{
  MainstayUploadSource parent_instance;

  MainstayFolderIndex *index; /* owned; not changed once it is made */
};

G_DEFINE_FINAL_TYPE (MainstayUploadFolder, mainstay_upload_folder, MAINSTAY_TYPE_UPLOAD_SOURCE)

/* A part of the archive that is asked for. */
typedef struct
{
  gint64 offset;
  guint8 *next;
  size_t left;
} Wanted;

static void
advance (Wanted *wanted,
         size_t  length)
{
  wanted->offset += (gint64) length;
  wanted->next += length;
  wanted->left -= length;
}

static gboolean
set_changed (GError     **error,
             const char  *name)
{
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED, "%s was changed meanwhile",
               name);
  return FALSE;
}

static void
give_header (const MainstayFolderEntry *entry,
             Wanted                    *wanted)
{
  char name[5 + MAINSTAY_FOLDER_NAME_LENGTH + 1] = "tree/";
  guint8 block[MAINSTAY_TAR_BLOCK];
  size_t skip = (size_t) (wanted->offset - entry->offset);
  size_t length = MIN (wanted->left, MAINSTAY_TAR_BLOCK - skip);

  mainstay_folder_index_name (entry, name + 5);
  mainstay_tar_header (name, entry->size, entry->changed_at / G_GINT64_CONSTANT (1000000000),
                       block);
  memcpy (wanted->next, block + skip, length);
  advance (wanted, length);
}

/* Looked at before and after, so that what was read between is what the index knows. */
static gboolean
read_open (const MainstayFolderEntry  *entry,
           int                         fd,
           const char                 *name,
           gint64                      offset,
           Wanted                     *wanted,
           size_t                      length,
           GError                    **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0 || !mainstay_folder_entry_is (entry, &info))
    return set_changed (error, name);
  if (!mainstay_upload_file_read (fd, name, offset, wanted->next, length, error))
    return FALSE;
  if (fstat (fd, &info) != 0 || !mainstay_folder_entry_is (entry, &info))
    return set_changed (error, name);
  advance (wanted, length);
  return TRUE;
}

static gboolean
give_content (MainstayUploadFolder       *self,
              const MainstayFolderEntry  *entry,
              Wanted                     *wanted,
              GError                    **error)
{
  gint64 offset = wanted->offset - entry->offset - MAINSTAY_TAR_BLOCK;
  size_t length = (size_t) MIN ((gint64) wanted->left, entry->size - offset);
  char name[MAINSTAY_FOLDER_NAME_LENGTH + 1];
  gboolean good;
  int fd;

  mainstay_folder_index_name (entry, name);
  fd = openat (self->index->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == EACCES || errno == EIO))
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "%s: %s", name,
                   g_strerror (errno));
      return FALSE;
    }
  if (fd < 0)
    return set_changed (error, name);
  good = read_open (entry, fd, name, offset, wanted, length, error);
  close (fd);
  return good;
}

static void
give_zeros (gint64  end,
            Wanted *wanted)
{
  size_t length = (size_t) MIN ((gint64) wanted->left, end - wanted->offset);

  memset (wanted->next, 0, length);
  advance (wanted, length);
}

static gboolean
mainstay_upload_folder_read (MainstayUploadSource  *source,
                             gint64                 offset,
                             void                  *buffer,
                             size_t                 length,
                             GError               **error)
{
  MainstayUploadFolder *self = MAINSTAY_UPLOAD_FOLDER (source);
  Wanted wanted = { offset, buffer, length };

  while (wanted.left > 0)
    {
      MainstayFolderEntry *entry = mainstay_folder_index_find (self->index, wanted.offset);
      gint64 content = entry != NULL ? entry->offset + MAINSTAY_TAR_BLOCK : 0;

      if (entry == NULL)
        give_zeros (self->index->size, &wanted);
      else if (wanted.offset < content)
        give_header (entry, &wanted);
      else if (wanted.offset >= content + entry->size)
        give_zeros (content + mainstay_tar_pad (entry->size), &wanted);
      else if (!give_content (self, entry, &wanted, error))
        return FALSE;
    }
  return TRUE;
}

/* Files that were read were looked at then; only all of it tells of new ones. */
static gboolean
mainstay_upload_folder_check (MainstayUploadSource  *source,
                              gboolean               all,
                              GCancellable          *cancellable,
                              GError               **error)
{
  const char *path = mainstay_upload_source_get_path (source);
  g_autoptr(MainstayFolderIndex) now = NULL;
  g_autofree char *fingerprint = NULL;
  g_autoptr(GError) local_error = NULL;

  if (!all)
    return TRUE;
  now = mainstay_folder_index_new (path, cancellable, &local_error);
  if (now == NULL && local_error->domain != MAINSTAY_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  fingerprint = now != NULL ? mainstay_folder_index_fingerprint (now) : NULL;
  return g_strcmp0 (fingerprint, mainstay_upload_source_get_fingerprint (source)) == 0 ||
         set_changed (error, path);
}

static void
mainstay_upload_folder_finalize (GObject *object)
{
  g_clear_pointer (&MAINSTAY_UPLOAD_FOLDER (object)->index, mainstay_folder_index_free);

  G_OBJECT_CLASS (mainstay_upload_folder_parent_class)->finalize (object);
}

static void
mainstay_upload_folder_class_init (MainstayUploadFolderClass *klass)
{
  MainstayUploadSourceClass *source_class = MAINSTAY_UPLOAD_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mainstay_upload_folder_finalize;
  source_class->read = mainstay_upload_folder_read;
  source_class->check = mainstay_upload_folder_check;
}

static void
mainstay_upload_folder_init (MainstayUploadFolder *self)
{
}

/** mainstay_upload_folder_new: Returns: (transfer full): the folder at @path. Blocks. */
MainstayUploadSource *
mainstay_upload_folder_new (const char    *path,
                            GCancellable  *cancellable,
                            GError       **error)
{
  g_autoptr(MainstayFolderIndex) index = mainstay_folder_index_new (path, cancellable, error);
  g_autofree char *base = g_path_get_basename (path);
  MainstayUploadFolder *self;

  if (index == NULL)
    return NULL;
  self = g_object_new (MAINSTAY_TYPE_UPLOAD_FOLDER, NULL);
  mainstay_upload_source_describe (MAINSTAY_UPLOAD_SOURCE (self), path,
                                   g_strconcat (base, ".tar", NULL), index->size,
                                   mainstay_folder_index_fingerprint (index));
  self->index = g_steal_pointer (&index);
  return MAINSTAY_UPLOAD_SOURCE (self);
}

/**
 * mainstay_upload_folder_inspect:
 * @path: a folder
 * @cancellable: (nullable): a cancellable
 * @error: where to put what must not be in it
 *
 * Blocks.
 *
 * Returns: (transfer full): what is found in the archive that the folder makes; it has no digest,
 *   as no file is read
 */
MainstayBackupFile *
mainstay_upload_folder_inspect (const char    *path,
                                GCancellable  *cancellable,
                                GError       **error)
{
  g_autoptr(MainstayFolderIndex) index = mainstay_folder_index_new (path, cancellable, error);
  MainstayBackupFile *file;

  if (index == NULL)
    return NULL;
  file = mainstay_backup_file_new ();
  file->kind = MAINSTAY_FILE_FILES;
  file->format = MAINSTAY_FORMAT_TAR;
  file->size = index->size;
  file->entries = file->files_count = index->entries->len;
  file->files_size = index->files_size;
  file->has_tree_prefix = TRUE;
  return file;
}
