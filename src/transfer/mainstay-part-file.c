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

#include "mainstay-disk.h"
#include "mainstay-error.h"

/* Tells a part of ours from one of another program. Not every file system can keep it. */
#define MARK "user.mainstay.part"
/* Against who makes and removes the same part all the time. */
#define MOST_TRIES 16
#define MOST_DAMAGED 1000

struct _MainstayPartFile
{
  char *path;      /* the asked name */
  char *part_path;
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
  /* An empty one may have been killed before it was marked, and holds nothing of anybody. */
  if (found.st_size > 0 && fgetxattr (fd, MARK, NULL, 0) < 0 && errno == ENODATA)
    return FALSE;
  /* The lock tells what an earlier run left from what another transfer writes just now. */
  return lock (fd);
}

/* Gives errno. */
static int
open_left_over (MainstayPartFile *self)
{
  struct stat found;
  int fd = open (self->part_path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return errno == ENOENT ? ENOENT : EEXIST;
  if (!is_left_over (fd) || fstat (fd, &found) != 0)
    {
      close (fd);
      return EEXIST;
    }
  self->fd = fd;
  self->device = found.st_dev;
  self->inode = found.st_ino;
  /* Whoever held the lock before may have renamed or removed it. */
  if (is_ours (self))
    return 0;
  close (fd);
  self->fd = -1;
  return EAGAIN;
}

/* Gives errno. */
static int
create (MainstayPartFile *self)
{
  struct stat found;

  /* Backups hold everything an app knows: nobody else gets to read them. */
  self->fd = open (self->part_path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->fd < 0)
    return errno == EEXIST ? EAGAIN : errno;
  if (!lock (self->fd) || fstat (self->fd, &found) != 0)
    return errno;
  if (fsetxattr (self->fd, MARK, "1", 1, 0) != 0)
    g_debug ("The part cannot be marked: %s", g_strerror (errno));
  self->device = found.st_dev;
  self->inode = found.st_ino;
  return 0;
}

/**
 * mainstay_part_file_new:
 * @path: the asked name
 * @error: where to put an error
 *
 * Blocks.
 *
 * Returns: (transfer full): a part, empty or as an earlier run left it
 */
MainstayPartFile *
mainstay_part_file_new (const char  *path,
                        GError     **error)
{
  g_autoptr(MainstayPartFile) self = g_atomic_rc_box_new0 (MainstayPartFile);
  struct stat found;
  int number = EAGAIN;

  self->fd = -1;
  self->path = g_strdup (path);
  self->part_path = g_strconcat (path, ".part", NULL);
  self->replaces = lstat (path, &found) == 0;
  if (self->replaces && !S_ISREG (found.st_mode) && !S_ISLNK (found.st_mode))
    {
      set_error (error, EEXIST, path);
      return NULL;
    }
  for (int tries = 0; number == EAGAIN && tries < MOST_TRIES; tries++)
    {
      number = open_left_over (self);
      if (number == ENOENT)
        number = create (self);
    }
  if (number == 0)
    return g_steal_pointer (&self);
  set_error (error, number == EAGAIN ? EEXIST : number, self->part_path);
  return NULL;
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

gboolean
mainstay_part_file_get_replaces (MainstayPartFile *self)
{
  return self->replaces;
}

void
mainstay_part_file_set_replaces (MainstayPartFile *self,
                                 gboolean          replaces)
{
  self->replaces = replaces;
}

/** mainstay_part_file_get_inode: Returns: what it keeps when it gets its name */
gint64
mainstay_part_file_get_inode (MainstayPartFile *self)
{
  return (gint64) self->inode;
}

/** mainstay_part_file_get_size: Returns: bytes, up to the last one written */
gint64
mainstay_part_file_get_size (MainstayPartFile *self)
{
  struct stat found;

  return fstat (self->fd, &found) == 0 ? found.st_size : 0;
}

/** mainstay_part_file_empty: Returns: whether there are no bytes in it any more */
gboolean
mainstay_part_file_empty (MainstayPartFile  *self,
                          GError           **error)
{
  if (ftruncate (self->fd, 0) == 0)
    return TRUE;
  set_error (error, errno, self->part_path);
  return FALSE;
}

static gboolean
has_room (MainstayPartFile *self,
          gint64            bytes)
{
  struct statvfs room;
  struct stat found;
  guint64 held = 0;

  /* Some file systems do not know, and say that they have no blocks at all. */
  if (bytes <= 0 || fstatvfs (self->fd, &room) != 0 || room.f_blocks == 0 || room.f_frsize == 0)
    return TRUE;
  /* What was reserved before is the part's already. */
  if (fstat (self->fd, &found) == 0 && found.st_blocks * 512 > found.st_size)
    held = (guint64) (found.st_blocks * 512 - found.st_size);
  if ((guint64) bytes <= held)
    return TRUE;
  return ((guint64) bytes - held) / room.f_frsize < (guint64) room.f_bavail;
}

/**
 * mainstay_part_file_reserve:
 * @self: a part
 * @length: bytes of the whole file
 * @have: how many of them were written
 * @error: where to put %MAINSTAY_ERROR_NO_SPACE
 *
 * Returns: whether there is room for the rest, as far as anybody can tell
 */
gboolean
mainstay_part_file_reserve (MainstayPartFile  *self,
                            gint64             length,
                            gint64             have,
                            GError           **error)
{
  int number = 0;

  if (length <= 0)
    return TRUE;
  if (!has_room (self, length - have))
    number = ENOSPC;
  /* Not posix_fallocate(), which writes where the file system cannot reserve. */
  else if (fallocate (self->fd, FALLOC_FL_KEEP_SIZE, 0, length) != 0 &&
           (errno == ENOSPC || errno == EDQUOT))
    number = errno;
  if (number == 0)
    return TRUE;
  set_error (error, number, self->part_path);
  return FALSE;
}

/** mainstay_part_file_write: Returns: whether all of @data was written */
gboolean
mainstay_part_file_write (MainstayPartFile  *self,
                          gint64             offset,
                          const void        *data,
                          gsize              length,
                          GError           **error)
{
  const char *next = data;

  while (length > 0)
    {
      ssize_t written = pwrite (self->fd, next, length, offset);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        {
          set_error (error, written < 0 ? errno : ENOSPC, self->part_path);
          return FALSE;
        }
      next += written;
      length -= (gsize) written;
      offset += written;
    }
  return TRUE;
}

/** mainstay_part_file_read: Returns: how many bytes were read, 0 behind the last, -1 on an error */
gssize
mainstay_part_file_read (MainstayPartFile  *self,
                         gint64             offset,
                         void              *buffer,
                         gsize              size,
                         GError           **error)
{
  ssize_t length;

  do
    length = pread (self->fd, buffer, size, offset);
  while (length < 0 && errno == EINTR);
  if (length < 0)
    set_error (error, errno, self->part_path);
  return length;
}

/** mainstay_part_file_push: See mainstay_disk_push(). */
void
mainstay_part_file_push (MainstayPartFile *self,
                         gint64            offset,
                         gint64            length)
{
  mainstay_disk_push (self->fd, offset, length);
}

/** mainstay_part_file_release: See mainstay_disk_release(). */
void
mainstay_part_file_release (MainstayPartFile *self,
                            gint64            offset,
                            gint64            length)
{
  mainstay_disk_release (self->fd, offset, length);
}

/** mainstay_part_file_sync: Returns: whether all that was written is on the disk */
gboolean
mainstay_part_file_sync (MainstayPartFile  *self,
                         GError           **error)
{
  if (fdatasync (self->fd) == 0)
    return TRUE;
  set_error (error, errno, self->part_path);
  return FALSE;
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
  int number = fsync (self->fd) == 0 ? 0 : errno;

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
  /* Not before: without the mark, what a crash or a failure left there would be a stranger's. */
  if (number == 0)
    fremovexattr (self->fd, MARK);
  if (number == 0)
    number = sync_folder (self->path);
  if (number == 0)
    return TRUE;
  set_error (error, number, self->path);
  return FALSE;
}

/**
 * mainstay_part_file_set_aside:
 * @self: a part that was proved bad
 * @error: where to put an error
 *
 * Returns: (transfer full): its path now
 */
char *
mainstay_part_file_set_aside (MainstayPartFile  *self,
                              GError           **error)
{
  int number = is_ours (self) ? EEXIST : ENOENT;

  for (int i = 1; number == EEXIST && i <= MOST_DAMAGED; i++)
    {
      g_autofree char *path = i == 1 ? g_strconcat (self->path, ".damaged", NULL)
                                     : g_strdup_printf ("%s.damaged-%d", self->path, i);

      number = rename_without_replacing (self->part_path, path);
      if (number == 0)
        {
          fremovexattr (self->fd, MARK);
          return g_steal_pointer (&path);
        }
    }
  set_error (error, number, self->part_path);
  return NULL;
}

/** mainstay_part_file_discard: Removes what there is. */
void
mainstay_part_file_discard (MainstayPartFile *self)
{
  if (is_ours (self))
    unlink (self->part_path);
}
