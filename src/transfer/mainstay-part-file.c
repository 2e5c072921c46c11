/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-part-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "mainstay-error.h"

/* Tells a part of ours from one of another program. Not every file system can keep it. */
#define MARK "user.mainstay.part"

struct _MainstayPartFile
{
  char *path;      /* the asked name */
  char *part_path;
  gint64 size;     /* bytes written */
  dev_t device;
  ino_t inode;
  int fd;
  gboolean replaces; /* the asked name was taken at the beginning, with its owner's consent */
};

G_DEFINE_BOXED_TYPE (MainstayPartFile, mainstay_part_file, mainstay_part_file_ref,
                     mainstay_part_file_unref)

static void
set_error (GError     **error,
           int          number,
           const char  *path)
{
  MainstayError code = MAINSTAY_ERROR_FAILED;

  if (number == ENOSPC || number == EDQUOT)
    code = MAINSTAY_ERROR_NO_SPACE;
  else if (number == EEXIST || number == EWOULDBLOCK)
    code = MAINSTAY_ERROR_EXISTS;
  g_set_error (error, MAINSTAY_ERROR, code, "%s: %s", path, g_strerror (number));
}

/* Whether the name still leads to the file that is open here. */
static gboolean
is_ours (MainstayPartFile *self)
{
  struct stat found;

  return lstat (self->part_path, &found) == 0 && found.st_dev == self->device &&
         found.st_ino == self->inode;
}

/* Where a file system has no locks, nothing is known to be locked. */
static gboolean
lock (int fd)
{
  return flock (fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

static gboolean
is_left_over (int fd)
{
  struct stat found;

  if (fstat (fd, &found) != 0 || !S_ISREG (found.st_mode) || found.st_uid != geteuid ())
    return FALSE;
  if (fgetxattr (fd, MARK, NULL, 0) < 0 && errno == ENODATA)
    return FALSE;
  /* The lock tells what an earlier run left from what another transfer writes just now. */
  return lock (fd);
}

static gboolean
remove_left_over (const char  *part_path,
                  GError     **error)
{
  int fd = open (part_path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  int number = errno == ENOENT ? 0 : EEXIST;

  if (fd >= 0)
    {
      number = EEXIST;
      if (is_left_over (fd))
        number = unlink (part_path) == 0 || errno == ENOENT ? 0 : errno;
      close (fd);
    }
  if (number == 0)
    return TRUE;
  set_error (error, number, part_path);
  return FALSE;
}

static gboolean
open_part (MainstayPartFile  *self,
           GError           **error)
{
  struct stat found;

  /* Backups hold everything an app knows: nobody else gets to read them. */
  self->fd = open (self->part_path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->fd < 0 || !lock (self->fd) || fstat (self->fd, &found) != 0)
    {
      set_error (error, errno, self->part_path);
      return FALSE;
    }
  if (fsetxattr (self->fd, MARK, "1", 1, 0) != 0)
    g_debug ("The part cannot be marked: %s", g_strerror (errno));
  self->device = found.st_dev;
  self->inode = found.st_ino;
  return TRUE;
}

/**
 * mainstay_part_file_new:
 * @path: the asked name
 * @error: where to put an error
 *
 * Blocks.
 *
 * Returns: (transfer full): an empty part
 */
MainstayPartFile *
mainstay_part_file_new (const char  *path,
                        GError     **error)
{
  g_autoptr(MainstayPartFile) self = g_atomic_rc_box_new0 (MainstayPartFile);
  struct stat found;

  self->fd = -1;
  self->path = g_strdup (path);
  self->part_path = g_strconcat (path, ".part", NULL);
  self->replaces = lstat (path, &found) == 0;
  if (self->replaces && !S_ISREG (found.st_mode) && !S_ISLNK (found.st_mode))
    {
      set_error (error, EEXIST, path);
      return NULL;
    }
  if (!remove_left_over (self->part_path, error) || !open_part (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/** mainstay_part_file_ref: Returns: (transfer full): @self */
MainstayPartFile *
mainstay_part_file_ref (MainstayPartFile *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (MainstayPartFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->part_path, g_free);
}

/** mainstay_part_file_unref: Leaves what is on the disk as it is. */
void
mainstay_part_file_unref (MainstayPartFile *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) clear);
}

/** mainstay_part_file_get_path: Returns: where it is until it is committed */
const char *
mainstay_part_file_get_path (MainstayPartFile *self)
{
  return self->part_path;
}

/** mainstay_part_file_get_size: Returns: bytes written */
gint64
mainstay_part_file_get_size (MainstayPartFile *self)
{
  return self->size;
}

/**
 * mainstay_part_file_begin:
 * @self: a part
 * @expected: bytes to come, -1 when unknown
 * @error: where to put an error
 *
 * Returns: whether it can begin
 */
gboolean
mainstay_part_file_begin (MainstayPartFile  *self,
                          gint64             expected,
                          GError           **error)
{
  struct statvfs room;

  if (ftruncate (self->fd, 0) != 0)
    {
      set_error (error, errno, self->part_path);
      return FALSE;
    }
  self->size = 0;
  if (expected > 0 && fstatvfs (self->fd, &room) == 0 && room.f_blocks > 0 &&
      (guint64) expected / room.f_frsize >= (guint64) room.f_bavail)
    {
      set_error (error, ENOSPC, self->part_path);
      return FALSE;
    }
  return TRUE;
}

/** mainstay_part_file_append: Returns: whether all of @data was written */
gboolean
mainstay_part_file_append (MainstayPartFile  *self,
                           const void        *data,
                           gsize              length,
                           GError           **error)
{
  const char *next = data;

  while (length > 0)
    {
      ssize_t written = pwrite (self->fd, next, length, self->size);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        {
          set_error (error, written < 0 ? errno : ENOSPC, self->part_path);
          return FALSE;
        }
      next += written;
      length -= (gsize) written;
      self->size += written;
    }
  return TRUE;
}

/* Gives errno. Where the file system cannot rename without replacing, a hard link can. */
static int
rename_without_replacing (const char *from,
                          const char *to)
{
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return errno;
  if (link (from, to) == 0)
    return unlink (from) == 0 ? 0 : errno;
  if (errno == EEXIST)
    return errno;
  if (access (to, F_OK) == 0)
    return EEXIST;
  return rename (from, to) == 0 ? 0 : errno;
}

static int
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int number = 0;

  if (fd < 0)
    return errno;
  /* Some file systems cannot sync folders, and there is nothing more to be done then. */
  if (fsync (fd) != 0 && errno != EINVAL && errno != ENOTSUP)
    number = errno;
  close (fd);
  return number;
}

/**
 * mainstay_part_file_commit:
 * @self: a part that has been proved whole
 * @error: where to put an error
 *
 * Returns: whether the asked name now holds the file
 */
gboolean
mainstay_part_file_commit (MainstayPartFile  *self,
                           GError           **error)
{
  int number;

  fremovexattr (self->fd, MARK);
  number = fsync (self->fd) == 0 ? 0 : errno;
  if (number == 0 && !is_ours (self))
    number = ENOENT;
  if (number != 0)
    {
      set_error (error, number, self->part_path);
      return FALSE;
    }
  if (self->replaces)
    number = rename (self->part_path, self->path) == 0 ? 0 : errno;
  else
    number = rename_without_replacing (self->part_path, self->path);
  if (number == 0)
    number = sync_folder (self->path);
  if (number == 0)
    return TRUE;
  set_error (error, number, self->path);
  return FALSE;
}

/** mainstay_part_file_discard: Removes what there is. */
void
mainstay_part_file_discard (MainstayPartFile *self)
{
  if (is_ours (self))
    unlink (self->part_path);
}
