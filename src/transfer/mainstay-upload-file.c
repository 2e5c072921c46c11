/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-upload-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-error.h"

struct _MainstayUploadFile
{
  MainstayUploadSource parent_instance;

  struct stat then;
  int fd;
};

G_DEFINE_FINAL_TYPE (MainstayUploadFile, mainstay_upload_file, MAINSTAY_TYPE_UPLOAD_SOURCE)

static gboolean
set_error (GError     **error,
           int          number,
           const char  *name)
{
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "%s: %s", name, g_strerror (number));
  return FALSE;
}

static gboolean
set_changed (GError     **error,
             const char  *name)
{
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED, "%s was changed meanwhile",
               name);
  return FALSE;
}

/** mainstay_upload_file_read: */
gboolean
mainstay_upload_file_read (int          fd,
                           const char  *name,
                           gint64       offset,
                           void        *buffer,
                           size_t       length,
                           GError     **error)
{
  char *next = buffer;

  while (length > 0)
    {
      ssize_t got = pread (fd, next, length, offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return set_error (error, errno, name);
      if (got == 0)
        return set_changed (error, name);
      next += got;
      offset += got;
      length -= (size_t) got;
    }
  return TRUE;
}

static gboolean
mainstay_upload_file_do_read (MainstayUploadSource  *source,
                              gint64                 offset,
                              void                  *buffer,
                              size_t                 length,
                              GError               **error)
{
  return mainstay_upload_file_read (MAINSTAY_UPLOAD_FILE (source)->fd,
                                    mainstay_upload_source_get_path (source), offset, buffer,
                                    length, error);
}

static gboolean
is_same (const struct stat *a,
         const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static gboolean
mainstay_upload_file_check (MainstayUploadSource  *source,
                            gboolean               all,
                            GCancellable          *cancellable,
                            GError               **error)
{
  MainstayUploadFile *self = MAINSTAY_UPLOAD_FILE (source);
  const char *path = mainstay_upload_source_get_path (source);
  struct stat opened;
  struct stat named;

  return (fstat (self->fd, &opened) == 0 && is_same (&opened, &self->then) &&
          stat (path, &named) == 0 && is_same (&named, &self->then)) ||
         set_changed (error, path);
}

static void
mainstay_upload_file_finalize (GObject *object)
{
  MainstayUploadFile *self = MAINSTAY_UPLOAD_FILE (object);

  if (self->fd >= 0)
    close (self->fd);

  G_OBJECT_CLASS (mainstay_upload_file_parent_class)->finalize (object);
}

static void
mainstay_upload_file_class_init (MainstayUploadFileClass *klass)
{
  MainstayUploadSourceClass *source_class = MAINSTAY_UPLOAD_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mainstay_upload_file_finalize;
  source_class->read = mainstay_upload_file_do_read;
  source_class->check = mainstay_upload_file_check;
}

static void
mainstay_upload_file_init (MainstayUploadFile *self)
{
  self->fd = -1;
}

/* Without the device, whose number may be another one after the next start of the machine. */
static char *
make_fingerprint (const struct stat *info)
{
  return g_strdup_printf ("file %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld %" G_GUINT64_FORMAT,
                          (gint64) info->st_size, (gint64) info->st_mtim.tv_sec,
                          (long) info->st_mtim.tv_nsec, (guint64) info->st_ino);
}

/** mainstay_upload_file_new: Returns: (transfer full): the file at @path. Blocks. */
MainstayUploadSource *
mainstay_upload_file_new (const char  *path,
                          GError     **error)
{
  g_autoptr(MainstayUploadFile) self = g_object_new (MAINSTAY_TYPE_UPLOAD_FILE, NULL);

  /* A FIFO would make opening wait for ever. */
  self->fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (self->fd < 0 || fstat (self->fd, &self->then) != 0)
    {
      set_error (error, errno, path);
      return NULL;
    }
  if (!S_ISREG (self->then.st_mode))
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP, "%s is not a file", path);
      return NULL;
    }
  mainstay_upload_source_describe (MAINSTAY_UPLOAD_SOURCE (self), path, g_path_get_basename (path),
                                   self->then.st_size, make_fingerprint (&self->then));
  return MAINSTAY_UPLOAD_SOURCE (g_steal_pointer (&self));
}
