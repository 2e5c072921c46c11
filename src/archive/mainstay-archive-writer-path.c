/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-archive-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-disk.h"
#include "mainstay-error.h"

#define CHUNK_SIZE (256 * 1024)

static gboolean
open_input (const char   *path,
            int          *fd,
            struct stat  *info,
            GError      **error)
{
  /* O_NONBLOCK so that a FIFO in place of a file cannot hold a worker for ever. */
  *fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (*fd < 0 || fstat (*fd, info) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot read “%s”", path);
      return FALSE;
    }
  if (!S_ISREG (info->st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   "“%s” is no regular file", path);
      return FALSE;
    }
  return TRUE;
}

/* tar has the length in front, so the length seen at the start is what goes in: a file that grew
 * meanwhile is cut there, and one that shrank cannot be saved. */
static gboolean
copy_input (MainstayArchiveWriter  *self,
            int                     fd,
            gint64                  size,
            const char             *path,
            GCancellable           *cancellable,
            GError                **error)
{
  g_autofree guint8 *chunk = g_malloc ((size_t) CLAMP (size, 1, CHUNK_SIZE));

  while (size > 0)
    {
      ssize_t length;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      length = read (fd, chunk, (size_t) MIN (size, CHUNK_SIZE));
      if (length < 0 && errno == EINTR)
        continue;
      if (length < 0)
        {
          mainstay_disk_error_set (error, errno, "Cannot read “%s”", path);
          return FALSE;
        }
      if (length == 0)
        {
          g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED,
                       "“%s” became shorter while it was being saved", path);
          return FALSE;
        }
      if (!mainstay_archive_writer_add_bytes (self, chunk, (size_t) length, error))
        return FALSE;
      size -= length;
    }
  return TRUE;
}

static gboolean
add_input (MainstayArchiveWriter  *self,
           const char             *uuid,
           int                     fd,
           const struct stat      *info,
           const char             *path,
           GCancellable           *cancellable,
           GError                **error)
{
  gint64 modified = (gint64) info->st_mtim.tv_sec * 1000 + info->st_mtim.tv_nsec / 1000000;

  return (uuid != NULL ? mainstay_archive_writer_begin_file (self, uuid, info->st_size, modified,
                                                             error)
                       : mainstay_archive_writer_begin_dump (self, info->st_size, modified,
                                                             error)) &&
         copy_input (self, fd, info->st_size, path, cancellable, error) &&
         mainstay_archive_writer_end_entry (self, error);
}

static gboolean
add_path (MainstayArchiveWriter  *self,
          const char             *uuid,
          const char             *path,
          GCancellable           *cancellable,
          GError                **error)
{
  struct stat info;
  gboolean added = FALSE;
  int fd = -1;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (open_input (path, &fd, &info, error))
    added = add_input (self, uuid, fd, &info, path, cancellable, error);
  if (fd >= 0)
    close (fd);
  return added;
}

/**
 * mainstay_archive_writer_add_dump:
 * @self: a writer
 * @path: a dump, which becomes `db/db.backup`
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Returns: whether it was added
 */
gboolean
mainstay_archive_writer_add_dump (MainstayArchiveWriter  *self,
                                  const char             *path,
                                  GCancellable           *cancellable,
                                  GError                **error)
{
  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  return add_path (self, NULL, path, cancellable, error);
}

/**
 * mainstay_archive_writer_add_file:
 * @self: a writer
 * @uuid: the file's UUID
 * @path: where it is
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * After %G_IO_ERROR_NOT_FOUND nothing was written and others can still be added; after any other
 * error the archive is of no use.
 *
 * Returns: whether it was added
 */
gboolean
mainstay_archive_writer_add_file (MainstayArchiveWriter  *self,
                                  const char             *uuid,
                                  const char             *path,
                                  GCancellable           *cancellable,
                                  GError                **error)
{
  g_return_val_if_fail (self != NULL && path != NULL, FALSE);
  g_return_val_if_fail (uuid != NULL, FALSE);

  return add_path (self, uuid, path, cancellable, error);
}
