/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-archive-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-archive-walk.h"
#include "mainstay-disk.h"
#include "mainstay-error.h"

/* In progress. */
typedef struct
{
  MainstayEntryKind wanted;
  int top;            /* owned: the destination's folder, -1 for a dump */
  int folder;         /* owned: xx/yy in it, -1 when none is open */
  char folder_of[5];  /* xxyy */
  const char *path;   /* borrowed: the dump's destination */
  int file;           /* owned: what is being written, -1 when nothing is */
} Extraction;

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static void
extraction_clear (Extraction *self)
{
  close_fd (&self->file);
  close_fd (&self->folder);
  close_fd (&self->top);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Extraction, extraction_clear)

/* Never through a link: each step is one name of two digits in an open folder. */
static int
open_below (int         parent,
            const char *digits,
            GError    **error)
{
  const char name[3] = { digits[0], digits[1], '\0' };
  int fd;

  if (mkdirat (parent, name, 0755) < 0 && errno != EEXIST)
    {
      mainstay_disk_error_set (error, errno, "Cannot make the folder “%s”", name);
      return -1;
    }
  fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    mainstay_disk_error_set (error, errno, "Cannot open the folder “%s”", name);
  return fd;
}

static gboolean
open_folder (Extraction  *self,
             const char  *uuid,
             GError     **error)
{
  int first;

  if (self->folder >= 0 && memcmp (self->folder_of, uuid, 4) == 0)
    return TRUE;
  close_fd (&self->folder);
  first = open_below (self->top, uuid, error);
  if (first < 0)
    return FALSE;
  self->folder = open_below (first, uuid + 2, error);
  close_fd (&first);
  memcpy (self->folder_of, uuid, 4);
  return self->folder >= 0;
}

static gboolean
begin_file (Extraction  *self,
            const char  *uuid,
            GError     **error)
{
  if (!open_folder (self, uuid, error))
    return FALSE;
  self->file = openat (self->folder, uuid, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       0644);
  if (self->file >= 0)
    return TRUE;
  if (errno == EEXIST)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS,
                 "The file %s is there already, or twice in the archive", uuid);
  else
    mainstay_disk_error_set (error, errno, "Cannot make the file %s", uuid);
  return FALSE;
}

static gboolean
begin_dump (Extraction  *self,
            GError     **error)
{
  self->file = open (self->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->file < 0)
    mainstay_disk_error_set (error, errno, "Cannot make “%s”", self->path);
  return self->file >= 0;
}

static gboolean
entry_begin (const MainstayArchiveEntry  *entry,
             gpointer                     user_data,
             GError                     **error)
{
  Extraction *self = user_data;

  if (entry->name.kind != self->wanted)
    return TRUE;
  return self->wanted == MAINSTAY_ENTRY_DUMP ? begin_dump (self, error)
                                             : begin_file (self, entry->name.uuid, error);
}

static gboolean
entry_bytes (const MainstayArchiveEntry  *entry,
             const guint8                *bytes,
             size_t                       length,
             gpointer                     user_data,
             GError                     **error)
{
  Extraction *self = user_data;

  return self->file < 0 || mainstay_disk_write (self->file, bytes, length, error);
}

/* Some file systems tell of a full disk only here. */
static gboolean
close_file (Extraction  *self,
            GError     **error)
{
  int result = close (self->file);

  self->file = -1;
  if (result < 0)
    mainstay_disk_error_set (error, errno, "Cannot write");
  return result == 0;
}

static gboolean
entry_end (const MainstayArchiveEntry  *entry,
           gpointer                     user_data,
           GError                     **error)
{
  Extraction *self = user_data;
  struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_nsec = 0 } };

  if (self->file < 0)
    return TRUE;
  times[1].tv_sec = (time_t) entry->modified;
  /* Only for people's eyes: a file system that keeps no times is none the worse. */
  if (entry->modified >= 0 && self->wanted == MAINSTAY_ENTRY_FILE)
    (void) !futimens (self->file, times);
  if (self->wanted == MAINSTAY_ENTRY_DUMP && fsync (self->file) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot write “%s”", self->path);
      return FALSE;
    }
  return close_file (self, error);
}

static const MainstayArchiveVisitor visitor = { entry_begin, entry_bytes, entry_end };

static gboolean
is_archive (MainstayFileFormat format)
{
  return format == MAINSTAY_FORMAT_TAR || format == MAINSTAY_FORMAT_TAR_GZIP ||
         format == MAINSTAY_FORMAT_ZIP;
}

/**
 * mainstay_archive_extract_files:
 * @path: a full backup or an archive of uploaded files
 * @destination: a folder
 * @files_count: (out): how many files were made
 * @files_size: (out): their bytes
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Names are in lower case on the disk. Everything is on the disk when it returns.
 *
 * Returns: whether @path was whole and all its uploaded files are there
 */
gboolean
mainstay_archive_extract_files (const char    *path,
                                const char    *destination,
                                gint64        *files_count,
                                gint64        *files_size,
                                GCancellable  *cancellable,
                                GError       **error)
{
  g_autoptr(MainstayBackupStream) stream = NULL;
  g_auto(Extraction) self = { MAINSTAY_ENTRY_FILE, -1, -1, "", NULL, -1 };
  MainstayArchiveTotals totals;

  g_return_val_if_fail (path != NULL && destination != NULL, FALSE);

  stream = mainstay_backup_stream_open (path, cancellable, error);
  if (stream == NULL)
    return FALSE;
  if (!is_archive (stream->format))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_WRONG_KIND,
                           "This is a database dump, which holds no uploaded files");
      return FALSE;
    }
  self.top = open (destination, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self.top < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot open the folder “%s”", destination);
      return FALSE;
    }
  if (!mainstay_archive_walk (stream, MAINSTAY_ARCHIVE_MAX_ENTRIES, &visitor, &self, &totals,
                              error))
    return FALSE;
  /* Once for all of them: one fsync() for each of 100,000 files would take minutes. */
  if (syncfs (self.top) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot write to “%s”", destination);
      return FALSE;
    }
  *files_count = totals.files_count;
  *files_size = totals.files_size;
  return TRUE;
}

static gboolean
copy_dump (Extraction          *self,
           MainstayByteSource  *content,
           GError             **error)
{
  static const MainstayArchiveEntry entry = { { MAINSTAY_ENTRY_DUMP, FALSE, "" }, -1, -1 };
  const guint8 *bytes;
  size_t length;

  if (!begin_dump (self, error))
    return FALSE;
  do
    {
      if (!mainstay_byte_source_take (content, &bytes, &length, error) ||
          !entry_bytes (&entry, bytes, length, self, error))
        return FALSE;
    }
  while (length > 0);
  return entry_end (&entry, self, error);
}

static gboolean
walk_to_dump (Extraction            *self,
              MainstayBackupStream  *stream,
              GError               **error)
{
  MainstayArchiveTotals totals;

  if (!mainstay_archive_walk (stream, MAINSTAY_ARCHIVE_MAX_ENTRIES, &visitor, self, &totals,
                              error))
    return FALSE;
  if (totals.dump_size < 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_WRONG_KIND,
                           "This archive holds uploaded files alone, and no database");
      return FALSE;
    }
  return TRUE;
}

/**
 * mainstay_archive_extract_dump:
 * @path: a full backup, a dump or a gzip of one
 * @destination: a file that does not exist
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Reads all of @path even if the dump comes first, since only its end proves it whole.
 *
 * Returns: whether @path was whole and @destination is on the disk
 */
gboolean
mainstay_archive_extract_dump (const char    *path,
                               const char    *destination,
                               GCancellable  *cancellable,
                               GError       **error)
{
  g_autoptr(MainstayBackupStream) stream = NULL;
  g_auto(Extraction) self = { MAINSTAY_ENTRY_DUMP, -1, -1, "", destination, -1 };

  g_return_val_if_fail (path != NULL && destination != NULL, FALSE);

  stream = mainstay_backup_stream_open (path, cancellable, error);
  if (stream == NULL)
    return FALSE;
  return is_archive (stream->format) ? walk_to_dump (&self, stream, error)
                                     : copy_dump (&self, stream->content, error);
}
