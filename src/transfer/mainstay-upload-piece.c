/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-upload-piece.h"

#include <string.h>

#include "mainstay-rate-limit.h"

struct _MainstayUploadPiece
{
  GInputStream parent_instance;

  /* owned */
  MainstayUploadSource *source;
  char *block;
  GError *error;   /* (nullable) */

  MainstayUploadPieceRead read;
  gpointer user_data; /* borrowed */
  gint64 offset;      /* of the next block */
  gint64 left;        /* bytes that are not in the block yet */
  gint64 done;        /* bytes that were given */
  size_t block_size;
  size_t block_done;
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (MainstayUploadPiece, mainstay_upload_piece, G_TYPE_INPUT_STREAM)

static gboolean
fill (MainstayUploadPiece  *self,
      GError              **error)
{
  size_t size = (size_t) MIN (self->left, (gint64) MAINSTAY_UPLOAD_BLOCK);

  if (!mainstay_upload_source_read (self->source, self->offset, self->block, size, &self->error))
    {
      g_propagate_error (error, g_error_copy (self->error));
      return FALSE;
    }
  self->block_size = size;
  self->block_done = 0;
  self->offset += (gint64) size;
  self->left -= (gint64) size;
  return TRUE;
}

static gssize
mainstay_upload_piece_read (GInputStream  *stream,
                            void          *buffer,
                            gsize          count,
                            GCancellable  *cancellable,
                            GError       **error)
{
  MainstayUploadPiece *self = MAINSTAY_UPLOAD_PIECE (stream);
  size_t size;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->stopped)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                           "The connection broke");
      return -1;
    }
  if (self->block_done == self->block_size && self->left > 0 && !fill (self, error))
    return -1;
  size = MIN (count, self->block_size - self->block_done);
  if (!mainstay_rate_limit_take (mainstay_rate_limit_get_default (), size, cancellable))
    {
      g_cancellable_set_error_if_cancelled (cancellable, error);
      return -1;
    }
  memcpy (buffer, self->block + self->block_done, size);
  self->block_done += size;
  self->done += (gint64) size;
  if (self->block_done == self->block_size)
    self->read (self->done, self->user_data);
  return (gssize) size;
}

static void
mainstay_upload_piece_finalize (GObject *object)
{
  MainstayUploadPiece *self = MAINSTAY_UPLOAD_PIECE (object);

  g_clear_object (&self->source);
  g_clear_pointer (&self->block, g_free);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (mainstay_upload_piece_parent_class)->finalize (object);
}

static void
mainstay_upload_piece_class_init (MainstayUploadPieceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_upload_piece_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = mainstay_upload_piece_read;
}

static void
mainstay_upload_piece_init (MainstayUploadPiece *self)
{
  self->block = g_malloc (MAINSTAY_UPLOAD_BLOCK);
}

/** mainstay_upload_piece_new: Returns: (transfer full): a stream of exactly @length bytes */
MainstayUploadPiece *
mainstay_upload_piece_new (MainstayUploadSource    *source,
                           gint64                   offset,
                           gint64                   length,
                           MainstayUploadPieceRead  read,
                           gpointer                 user_data)
{
  MainstayUploadPiece *self = g_object_new (MAINSTAY_TYPE_UPLOAD_PIECE, NULL);

  self->source = g_object_ref (source);
  self->offset = offset;
  self->left = length;
  self->read = read;
  self->user_data = user_data;
  return self;
}

/** mainstay_upload_piece_stop: */
void
mainstay_upload_piece_stop (MainstayUploadPiece *self)
{
  g_return_if_fail (MAINSTAY_IS_UPLOAD_PIECE (self));

  self->stopped = TRUE;
}

/** mainstay_upload_piece_get_error: Returns: (nullable): what went wrong with the source */
const GError *
mainstay_upload_piece_get_error (MainstayUploadPiece *self)
{
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_PIECE (self), NULL);

  return self->error;
}
