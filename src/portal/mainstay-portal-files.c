/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-disk.h"

#define CHUNK_BYTES (256 * 1024)

/* For all meters: it is never held for long. */
static GMutex meter_lock;

void
mainstay_portal_meter_expect (MainstayPortalMeter *self,
                              gint64               bytes)
{
  if (self == NULL)
    return;
  g_mutex_lock (&meter_lock);
  self->total += bytes;
  g_mutex_unlock (&meter_lock);
}

void
mainstay_portal_meter_add (MainstayPortalMeter *self,
                           gint64               bytes)
{
  if (self == NULL)
    return;
  g_mutex_lock (&meter_lock);
  self->done += bytes;
  /* What is copied may grow meanwhile: only the end of the job is 1, and nothing goes back. */
  if (self->total > 0)
    self->per_mille = MAX (self->per_mille,
                           (int) (MIN (self->done, self->total) * 999 / self->total));
  g_mutex_unlock (&meter_lock);
}

double
mainstay_portal_meter_get_progress (MainstayPortalMeter *self)
{
  double progress;

  g_mutex_lock (&meter_lock);
  progress = self->total > 0 ? self->per_mille / 1000.0 : -1;
  g_mutex_unlock (&meter_lock);
  return progress;
}

static void
close_folder (DIR *folder)
{
  closedir (folder);
}

typedef DIR Folder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, close_folder)

static gboolean
remove_at (int          parent,
           const char  *name,
           GError     **error)
{
  g_autoptr(Folder) folder = NULL;
  struct dirent *entry;
  int fd;

  if (unlinkat (parent, name, 0) == 0 || errno == ENOENT)
    return TRUE;
  fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  folder = fd >= 0 ? fdopendir (fd) : NULL;
  if (folder == NULL)
    {
      mainstay_disk_error_set (error, errno, "Cannot remove");
      return FALSE;
    }
  while ((entry = readdir (folder)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0 &&
        !remove_at (dirfd (folder), entry->d_name, error))
      return FALSE;
  if (unlinkat (parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
    return TRUE;
  mainstay_disk_error_set (error, errno, "Cannot remove");
  return FALSE;
}

gboolean
mainstay_portal_remove_tree (const char  *path,
                             GError     **error)
{
  return remove_at (AT_FDCWD, path, error);
}

gboolean
mainstay_portal_make_folder (const char  *path,
                             GError     **error)
{
  /* Nearly always only the last folder is to be made; looking at all of them takes its time. */
  if (mkdir (path, 0700) == 0 || errno == EEXIST ||
      (errno == ENOENT && g_mkdir_with_parents (path, 0700) == 0))
    return TRUE;
  mainstay_disk_error_set (error, errno, "Cannot make a folder");
  return FALSE;
}

static int
open_file (const char  *path,
           int          flags,
           GError     **error)
{
  int fd = open (path, flags | O_CLOEXEC, 0600);

  if (fd < 0)
    mainstay_disk_error_set (error, errno, "Cannot open a file");
  return fd;
}

gboolean
mainstay_portal_sync_tree (const char  *path,
                           GError     **error)
{
  int fd = open_file (path, O_RDONLY, error);
  gboolean ok;

  if (fd < 0)
    return FALSE;
  ok = syncfs (fd) == 0;
  if (!ok)
    mainstay_disk_error_set (error, errno, "Cannot write to the disk");
  close (fd);
  return ok;
}

gboolean
mainstay_portal_sync_parent (const char  *path,
                             GError     **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  int fd = open_file (parent, O_RDONLY | O_DIRECTORY, error);
  gboolean ok;

  if (fd < 0)
    return FALSE;
  ok = fsync (fd) == 0;
  if (!ok)
    mainstay_disk_error_set (error, errno, "Cannot write to the disk");
  close (fd);
  return ok;
}

gboolean
mainstay_portal_write_file (const char  *path,
                            const char  *text,
                            gboolean     is_durable,
                            GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  GFileSetContentsFlags flags =
    is_durable ? G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE
               : G_FILE_SET_CONTENTS_NONE;

  if (!g_file_set_contents_full (path, text, -1, flags, 0600, &local_error))
    {
      mainstay_disk_error_set (error,
                               g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                                 ? ENOSPC : EIO, "Cannot write a file");
      return FALSE;
    }
  return !is_durable || mainstay_portal_sync_parent (path, error);
}

/* @to is -1 when its content is there already and only the digest is wanted. */
static gboolean
pump (int                   from,
      int                   to,
      MainstaySha256       *digest,
      gint64               *size,
      MainstayPortalMeter  *meter,
      GError              **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);

  *size = 0;
  while (TRUE)
    {
      ssize_t count = read (from, buffer, CHUNK_BYTES);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        mainstay_disk_error_set (error, errno, "Cannot read a file");
      if (count <= 0)
        return count == 0;
      mainstay_sha256_update (digest, buffer, (size_t) count);
      if (to >= 0 && !mainstay_disk_write (to, buffer, (size_t) count, error))
        return FALSE;
      *size += count;
      mainstay_portal_meter_add (meter, count);
      if (meter != NULL && g_cancellable_set_error_if_cancelled (meter->cancellable, error))
        return FALSE;
    }
}

static gboolean
copy_open_file (int                   from,
                int                   to,
                guint8                sha256[MAINSTAY_SHA256_LENGTH],
                gint64               *size,
                MainstayPortalMeter  *meter,
                GError              **error)
{
  g_autoptr(MainstaySha256) digest = mainstay_sha256_new ();
  gboolean is_cloned = to >= 0 && ioctl (to, FICLONE, from) == 0;

  /* A clone is digested from the clone, so that the digest is of what was kept. */
  if (!pump (is_cloned ? to : from, is_cloned ? -1 : to, digest, size, meter, error))
    return FALSE;
  mainstay_sha256_output (digest, sha256);
  return TRUE;
}

gboolean
mainstay_portal_copy_file (const char           *from,
                           const char           *to,
                           guint8                sha256[MAINSTAY_SHA256_LENGTH],
                           gint64               *size,
                           MainstayPortalMeter  *meter,
                           GError              **error)
{
  int in = open_file (from, O_RDONLY | O_NOFOLLOW, error);
  int out = in >= 0 ? open_file (to, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, error) : -1;
  gboolean ok = out >= 0 && copy_open_file (in, out, sha256, size, meter, error);

  if (in >= 0)
    close (in);
  if (out >= 0 && close (out) < 0 && ok)
    {
      mainstay_disk_error_set (error, errno, "Cannot write a file");
      ok = FALSE;
    }
  return ok;
}
