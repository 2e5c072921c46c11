/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-content-stream.h"

#include <string.h>

#include "mainstay-portal-chunker.h"

#define N_THREADS 2
/* Pieces waiting and in work: more would only take memory. */
#define MAX_PENDING 4

typedef struct
{
  unsigned int position;
  GByteArray *bytes;
} Piece;

struct _MainstayPortalContentStream
{
  GOutputStream parent_instance;

  MainstayPortalContentSession *session; /* borrowed */
  MainstayPortalChunker chunker;
  GByteArray *piece; /* owned: the one that is being gathered */
  gint64 size;
  GThreadPool *pool;
  GAsyncQueue *batches; /* owned MainstayPortalContentBatch: one for each thread */

  GMutex lock; /* for all below */
  GCond changed;
  gboolean has_begun;
  GArray *pieces; /* MainstayPortalPiece */
  unsigned int n_pending;
  GError *error;
};

G_DEFINE_FINAL_TYPE (MainstayPortalContentStream, mainstay_portal_content_stream,
                     G_TYPE_OUTPUT_STREAM)

static void
put_piece (gpointer data,
           gpointer user_data)
{
  MainstayPortalContentStream *self = user_data;
  Piece *piece = data;
  MainstayPortalContentBatch *batch = g_async_queue_pop (self->batches);
  g_autoptr(GError) error = NULL;
  MainstayPortalPiece place = { .length = GUINT32_TO_LE (piece->bytes->len) };

  mainstay_portal_content_batch_put (batch, piece->bytes->data, piece->bytes->len, place.digest,
                                     &error);
  g_async_queue_push (self->batches, batch);
  g_byte_array_unref (piece->bytes);
  g_mutex_lock (&self->lock);
  g_array_index (self->pieces, MainstayPortalPiece, piece->position) = place;
  if (error != NULL && self->error == NULL)
    self->error = g_steal_pointer (&error);
  self->n_pending--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&piece, g_free);
}

/* With the lock: waits until no more than @n pieces are under way. */
static gboolean
wait_locked (MainstayPortalContentStream  *self,
             unsigned int                  n,
             GError                      **error)
{
  while (self->n_pending > n)
    g_cond_wait (&self->changed, &self->lock);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

static gboolean
submit (MainstayPortalContentStream  *self,
        GError                      **error)
{
  Piece *piece;
  gboolean ok;

  g_mutex_lock (&self->lock);
  ok = wait_locked (self, MAX_PENDING - 1, error);
  if (ok)
    {
      piece = g_new0 (Piece, 1);
      piece->position = self->pieces->len;
      piece->bytes = g_steal_pointer (&self->piece);
      self->piece = g_byte_array_new ();
      g_array_set_size (self->pieces, self->pieces->len + 1);
      self->n_pending++;
      g_thread_pool_push (self->pool, piece, NULL);
    }
  g_mutex_unlock (&self->lock);
  return ok;
}

static void
begin (MainstayPortalContentStream *self)
{
  g_mutex_lock (&self->lock);
  self->has_begun = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static gssize
mainstay_portal_content_stream_write (GOutputStream  *stream,
                                      const void     *buffer,
                                      gsize           count,
                                      GCancellable   *cancellable,
                                      GError        **error)
{
  MainstayPortalContentStream *self = MAINSTAY_PORTAL_CONTENT_STREAM (stream);
  const guint8 *bytes = buffer;
  size_t left = count;

  if (self->size == 0 && count > 0)
    begin (self);
  while (left > 0)
    {
      gboolean is_cut;
      size_t taken = mainstay_portal_chunker_feed (&self->chunker, bytes, left, &is_cut);

      g_byte_array_append (self->piece, bytes, (guint) taken);
      bytes += taken;
      left -= taken;
      if (is_cut && !submit (self, error))
        return -1;
    }
  self->size += (gint64) count;
  return (gssize) count;
}

static void
mainstay_portal_content_stream_finalize (GObject *object)
{
  MainstayPortalContentStream *self = MAINSTAY_PORTAL_CONTENT_STREAM (object);

  g_clear_pointer (&self->piece, g_byte_array_unref);
  g_thread_pool_free (g_steal_pointer (&self->pool), FALSE, TRUE);
  g_clear_pointer (&self->batches, g_async_queue_unref);
  g_clear_pointer (&self->pieces, g_array_unref);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (mainstay_portal_content_stream_parent_class)->finalize (object);
}

static void
mainstay_portal_content_stream_class_init (MainstayPortalContentStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_portal_content_stream_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = mainstay_portal_content_stream_write;
}

static void
mainstay_portal_content_stream_init (MainstayPortalContentStream *self)
{
  mainstay_portal_chunker_reset (&self->chunker);
  self->piece = g_byte_array_new ();
  self->pieces = g_array_new (FALSE, TRUE, sizeof (MainstayPortalPiece));
  self->batches =
    g_async_queue_new_full ((GDestroyNotify) mainstay_portal_content_batch_free);
  /* Threads of its own, which are as patient as the one that makes them. */
  self->pool = g_thread_pool_new (put_piece, self, N_THREADS, TRUE, NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

GOutputStream *
mainstay_portal_content_stream_new (MainstayPortalContentSession *session)
{
  MainstayPortalContentStream *self = g_object_new (MAINSTAY_TYPE_PORTAL_CONTENT_STREAM, NULL);

  self->session = session;
  for (int i = 0; i < N_THREADS; i++)
    g_async_queue_push (self->batches, mainstay_portal_content_batch_new (session));
  return G_OUTPUT_STREAM (self);
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  MainstayPortalContentStream *self = user_data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

gboolean
mainstay_portal_content_stream_wait (MainstayPortalContentStream  *self,
                                     GCancellable                 *cancellable,
                                     GError                      **error)
{
  gulong handler;

  g_return_val_if_fail (MAINSTAY_IS_PORTAL_CONTENT_STREAM (self), FALSE);

  handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);
  g_mutex_lock (&self->lock);
  while (!self->has_begun && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
put_list (MainstayPortalContentStream  *self,
          MainstayPortalContent        *content,
          GError                      **error)
{
  for (int i = 0; i < N_THREADS; i++)
    {
      g_autoptr(MainstayPortalContentBatch) batch = g_async_queue_pop (self->batches);
      gboolean ok = (i > 0 || mainstay_portal_content_batch_put_list (
                                batch, self->pieces, self->size, content, error)) &&
                    mainstay_portal_content_batch_flush (batch, error);

      if (!ok)
        return FALSE;
    }
  return TRUE;
}

gboolean
mainstay_portal_content_stream_finish (MainstayPortalContentStream  *self,
                                       MainstayPortalContent        *content,
                                       GError                      **error)
{
  gboolean ok;

  g_return_val_if_fail (MAINSTAY_IS_PORTAL_CONTENT_STREAM (self), FALSE);

  begin (self);
  /* Nothing at all is a content too. */
  if ((self->piece->len > 0 || self->pieces->len == 0) && !submit (self, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  ok = wait_locked (self, 0, error);
  g_mutex_unlock (&self->lock);
  return ok && put_list (self, content, error);
}
