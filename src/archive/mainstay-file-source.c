/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-file-source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-disk.h"
#include "mainstay-error.h"

typedef struct
{
  MainstayByteSource parent;

  GCancellable *cancellable;
  MainstayBackupFileProgress progress;
  gpointer progress_data; /* borrowed */
  gint64 size;
  gint64 done;
  int fd;
} FileSource;

static gssize
file_source_fill (MainstayByteSource  *source,
                  guint8              *buffer,
                  size_t               size,
                  GError             **error)
{
  FileSource *self = (FileSource *) source;
  ssize_t length;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return -1;
  do
    length = read (self->fd, buffer, size);
  while (length < 0 && errno == EINTR);
  if (length < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot read the file");
      return -1;
    }
  self->done += length;
  if (length > 0 && self->progress != NULL)
    self->progress (self->done, self->size, self->progress_data);
  return length;
}

static void
file_source_close (MainstayByteSource *source)
{
  FileSource *self = (FileSource *) source;

  if (self->fd >= 0)
    close (self->fd);
  g_clear_object (&self->cancellable);
}

/**
 * mainstay_file_source_new:
 * @path: a regular file
 * @progress: (nullable): called for each chunk read
 * @progress_data: for @progress
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Returns: (transfer full): its bytes
 */
MainstayByteSource *
mainstay_file_source_new (const char                  *path,
                          MainstayBackupFileProgress   progress,
                          gpointer                     progress_data,
                          GCancellable                *cancellable,
                          GError                     **error)
{
  FileSource *self = g_new0 (FileSource, 1);
  g_autoptr(MainstayByteSource) source = &self->parent;
  struct stat info;

  self->parent.fill = file_source_fill;
  self->parent.close = file_source_close;
  mainstay_byte_source_init (source);
  self->progress = progress;
  self->progress_data = progress_data;
  if (cancellable != NULL)
    self->cancellable = g_object_ref (cancellable);

  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 || fstat (self->fd, &info) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot read “%s”", path);
      return NULL;
    }
  if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   "“%s” is no regular file", path);
      return NULL;
    }
  self->size = info.st_size;
  posix_fadvise (self->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return g_steal_pointer (&source);
}
