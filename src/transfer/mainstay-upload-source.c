/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-upload-source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-error.h"

struct _MainstayUploadSource
{
  char *path;
  struct stat then;
  int fd;
};

#define MAINSTAY_TYPE_PIECE_STREAM (mainstay_piece_stream_get_type ())
G_DECLARE_FINAL_TYPE (MainstayPieceStream, mainstay_piece_stream, MAINSTAY, PIECE_STREAM,
                      GInputStream)

struct _MainstayPieceStream
{
  GInputStream parent_instance;

  MainstayUploadSource *source;
  gint64 offset;
  gint64 left;
};

G_DEFINE_FINAL_TYPE (MainstayPieceStream, mainstay_piece_stream, G_TYPE_INPUT_STREAM)

static gssize
mainstay_piece_stream_read (GInputStream  *stream,
                            void          *buffer,
                            gsize          count,
                            GCancellable  *cancellable,
                            GError       **error)
{
  MainstayPieceStream *self = MAINSTAY_PIECE_STREAM (stream);
  gsize length = (gsize) MIN ((gint64) MIN (count, G_MAXINT32), self->left);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !mainstay_upload_source_read (self->source, self->offset, buffer, length, error))
    return -1;
  self->offset += (gint64) length;
  self->left -= (gint64) length;
  return (gssize) length;
}

static void
mainstay_piece_stream_finalize (GObject *object)
{
  MainstayPieceStream *self = MAINSTAY_PIECE_STREAM (object);

  g_clear_pointer (&self->source, mainstay_upload_source_unref);

  G_OBJECT_CLASS (mainstay_piece_stream_parent_class)->finalize (object);
}

static void
mainstay_piece_stream_class_init (MainstayPieceStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_piece_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = mainstay_piece_stream_read;
}

static void
mainstay_piece_stream_init (MainstayPieceStream *self)
{
}

static void
set_error (GError     **error,
           int          number,
           const char  *path)
{
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "%s: %s", path, g_strerror (number));
}

/**
 * mainstay_upload_source_new:
 * @path: a file
 * @error: where to put an error
 *
 * Blocks.
 *
 * Returns: (transfer full): the source
 */
MainstayUploadSource *
mainstay_upload_source_new (const char  *path,
                            GError     **error)
{
  g_autoptr(MainstayUploadSource) self = g_atomic_rc_box_new0 (MainstayUploadSource);

  self->path = g_strdup (path);
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
  return g_steal_pointer (&self);
}

/** mainstay_upload_source_ref: Returns: (transfer full): @self */
MainstayUploadSource *
mainstay_upload_source_ref (MainstayUploadSource *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (MainstayUploadSource *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->path, g_free);
}

/** mainstay_upload_source_unref: */
void
mainstay_upload_source_unref (MainstayUploadSource *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) clear);
}

/** mainstay_upload_source_get_path: Returns: its name */
const char *
mainstay_upload_source_get_path (MainstayUploadSource *self)
{
  return self->path;
}

/** mainstay_upload_source_get_size: Returns: bytes */
gint64
mainstay_upload_source_get_size (MainstayUploadSource *self)
{
  return self->then.st_size;
}

static gboolean
is_same (const struct stat *a,
         const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void
set_changed (MainstayUploadSource  *self,
             GError               **error)
{
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED, "%s was changed meanwhile",
               self->path);
}

/** mainstay_upload_source_check: Returns: whether the file is still what it was */
gboolean
mainstay_upload_source_check (MainstayUploadSource  *self,
                              GError               **error)
{
  struct stat opened;
  struct stat named;

  if (fstat (self->fd, &opened) == 0 && is_same (&opened, &self->then) &&
      stat (self->path, &named) == 0 && is_same (&named, &self->then))
    return TRUE;
  set_changed (self, error);
  return FALSE;
}

/** mainstay_upload_source_read: Returns: whether all of @length was read */
gboolean
mainstay_upload_source_read (MainstayUploadSource  *self,
                             gint64                 offset,
                             void                  *buffer,
                             gsize                  length,
                             GError               **error)
{
  char *next = buffer;

  while (length > 0)
    {
      ssize_t got = pread (self->fd, next, length, offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          set_error (error, errno, self->path);
          return FALSE;
        }
      if (got == 0)
        {
          set_changed (self, error);
          return FALSE;
        }
      next += got;
      offset += got;
      length -= (gsize) got;
    }
  return TRUE;
}

/**
 * mainstay_upload_source_stream:
 * @self: a source
 * @offset: where the part begins
 * @length: how long it is
 *
 * Returns: (transfer full): a stream of exactly @length bytes
 */
GInputStream *
mainstay_upload_source_stream (MainstayUploadSource *self,
                               gint64                offset,
                               gint64                length)
{
  MainstayPieceStream *stream = g_object_new (MAINSTAY_TYPE_PIECE_STREAM, NULL);

  stream->source = mainstay_upload_source_ref (self);
  stream->offset = offset;
  stream->left = length;
  return G_INPUT_STREAM (stream);
}
