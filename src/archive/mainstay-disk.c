/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "mainstay-error.h"

/**
 * mainstay_disk_error_set:
 * @error: where to put %MAINSTAY_ERROR_NO_SPACE, or a code of %G_IO_ERROR
 * @error_number: an `errno`
 * @format: what failed, without the reason
 */
void
mainstay_disk_error_set (GError     **error,
                         int          error_number,
                         const char  *format,
                         ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (error_number == ENOSPC || error_number == EDQUOT)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE,
                 "%s: %s", what, g_strerror (error_number));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number),
                 "%s: %s", what, g_strerror (error_number));
}

/**
 * mainstay_disk_write:
 * @fd: a file descriptor
 * @bytes: what to write
 * @length: how much of it
 * @error: where to put %MAINSTAY_ERROR_NO_SPACE, or a code of %G_IO_ERROR
 *
 * Returns: whether all of it was written
 */
gboolean
mainstay_disk_write (int          fd,
                     const void  *bytes,
                     size_t       length,
                     GError     **error)
{
  const guint8 *next = bytes;

  while (length > 0)
    {
      ssize_t written = write (fd, next, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          mainstay_disk_error_set (error, errno, "Cannot write");
          return FALSE;
        }
      next += written;
      length -= (size_t) written;
    }
  return TRUE;
}

/* Where a file system cannot do either, the sync at the end does it all. */

void
mainstay_disk_push (int    fd,
                    gint64 offset,
                    gint64 length)
{
  if (sync_file_range (fd, offset, length, SYNC_FILE_RANGE_WRITE) != 0)
    g_debug ("A file cannot be pushed to the disk: %s", g_strerror (errno));
}

void
mainstay_disk_release (int    fd,
                       gint64 offset,
                       gint64 length)
{
  if (sync_file_range (fd, offset, length,
                       SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                         SYNC_FILE_RANGE_WAIT_AFTER) == 0)
    posix_fadvise (fd, offset, length, POSIX_FADV_DONTNEED);
}
