/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-upload-source.h"

#include "mainstay-upload-file.h"
#include "mainstay-upload-folder.h"

typedef struct
{
  /* owned */
  char *path;
  char *name;
  char *fingerprint;

  gint64 size;
} MainstayUploadSourcePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MainstayUploadSource, mainstay_upload_source, G_TYPE_OBJECT)

static MainstayUploadSourcePrivate *
get_private (MainstayUploadSource *self)
{
  return mainstay_upload_source_get_instance_private (self);
}

static void
mainstay_upload_source_finalize (GObject *object)
{
  MainstayUploadSourcePrivate *priv = get_private (MAINSTAY_UPLOAD_SOURCE (object));

  g_clear_pointer (&priv->path, g_free);
  g_clear_pointer (&priv->name, g_free);
  g_clear_pointer (&priv->fingerprint, g_free);

  G_OBJECT_CLASS (mainstay_upload_source_parent_class)->finalize (object);
}

static void
mainstay_upload_source_class_init (MainstayUploadSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_upload_source_finalize;
}

static void
mainstay_upload_source_init (MainstayUploadSource *self)
{
}

/**
 * mainstay_upload_source_new:
 * @path: a file, or a folder of uploaded files
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Returns: (transfer full): the source
 */
MainstayUploadSource *
mainstay_upload_source_new (const char    *path,
                            GCancellable  *cancellable,
                            GError       **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return mainstay_upload_folder_new (path, cancellable, error);
  return mainstay_upload_file_new (path, error);
}

/** mainstay_upload_source_describe: */
void
mainstay_upload_source_describe (MainstayUploadSource *self,
                                 const char           *path,
                                 char                 *name,
                                 gint64                size,
                                 char                 *fingerprint)
{
  MainstayUploadSourcePrivate *priv = get_private (self);

  g_return_if_fail (priv->path == NULL);

  priv->path = g_strdup (path);
  priv->name = name;
  priv->size = size;
  priv->fingerprint = fingerprint;
}

/** mainstay_upload_source_get_path: Returns: where it is on the disk */
const char *
mainstay_upload_source_get_path (MainstayUploadSource *self)
{
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_SOURCE (self), NULL);

  return get_private (self)->path;
}

/** mainstay_upload_source_get_name: Returns: the file name that the portal is told */
const char *
mainstay_upload_source_get_name (MainstayUploadSource *self)
{
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_SOURCE (self), NULL);

  return get_private (self)->name;
}

/** mainstay_upload_source_get_size: Returns: bytes to be sent */
gint64
mainstay_upload_source_get_size (MainstayUploadSource *self)
{
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_SOURCE (self), -1);

  return get_private (self)->size;
}

/**
 * mainstay_upload_source_get_fingerprint:
 * @self: a source
 *
 * Two sources of one fingerprint give the same bytes, as far as size, time of change and inode
 * tell.
 *
 * Returns: a text to be kept and compared
 */
const char *
mainstay_upload_source_get_fingerprint (MainstayUploadSource *self)
{
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_SOURCE (self), NULL);

  return get_private (self)->fingerprint;
}

/**
 * mainstay_upload_source_check:
 * @self: a source
 * @all: also what reading it tells by itself, which may take seconds
 * @cancellable: (nullable): a cancellable
 * @error: where to put %MAINSTAY_ERROR_SOURCE_CHANGED
 *
 * Returns: whether it is still what it was
 */
gboolean
mainstay_upload_source_check (MainstayUploadSource  *self,
                              gboolean               all,
                              GCancellable          *cancellable,
                              GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_SOURCE (self), FALSE);

  return MAINSTAY_UPLOAD_SOURCE_GET_CLASS (self)->check (self, all, cancellable, error);
}

/**
 * mainstay_upload_source_read:
 * @self: a source
 * @offset: where the part begins
 * @buffer: room for @length bytes
 * @length: within the source's size
 * @error: where to put %MAINSTAY_ERROR_SOURCE_CHANGED, or what the disk says
 *
 * Returns: whether all of @length was read
 */
gboolean
mainstay_upload_source_read (MainstayUploadSource  *self,
                             gint64                 offset,
                             void                  *buffer,
                             size_t                 length,
                             GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_SOURCE (self), FALSE);
  g_return_val_if_fail (offset >= 0 && (gint64) length <= get_private (self)->size - offset, FALSE);

  return MAINSTAY_UPLOAD_SOURCE_GET_CLASS (self)->read (self, offset, buffer, length, error);
}
