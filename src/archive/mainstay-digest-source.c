/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-digest-source.h"

#include "mainstay-sha256.h"

#define N_BLOCKS 6
/* Below this a piece is not worth handing over. */
#define ENOUGH (64 * 1024)

typedef struct
{
  guint8 *bytes; /* owned, made when first used */
  size_t offset; /* what is to be digested of it */
  size_t length;
} Block;

/* The blocks go round: the reader fills one after the other, and a thread digests them behind it
 * while the reader goes on with what is in them. */
typedef struct
{
  MainstayByteSource parent;

  MainstayByteSource *inner; /* borrowed */
  GCancellable *cancellable;
  MainstaySha256 *hash;
  gint64 done;
  gboolean ended;
  Block blocks[N_BLOCKS];
  size_t current;            /* the reader's */

  GThread *thread;           /* owned; %NULL with one block alone, or no thread to be had */
  GMutex lock;               /* for what follows */
  GCond changed;
  unsigned int handed;       /* blocks handed to the thread and digested by it */
  unsigned int digested;
  gboolean closing;
} DigestSource;

/* Returns: the next block to digest, or %NULL when there will be none */
static const Block *
wait_for_block (DigestSource *self)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (self->handed == self->digested && !self->closing)
    g_cond_wait (&self->changed, &self->lock);
  return self->handed == self->digested ? NULL : &self->blocks[self->digested % N_BLOCKS];
}

static gpointer
digest_thread (gpointer user_data)
{
  DigestSource *self = user_data;
  const Block *block;

  while ((block = wait_for_block (self)) != NULL)
    {
      g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;

      mainstay_sha256_update (self->hash, block->bytes + block->offset, block->length);
      locker = g_mutex_locker_new (&self->lock);
      self->digested++;
      g_cond_broadcast (&self->changed);
    }
  return NULL;
}

static void
hand_over (DigestSource *self,
           Block        *block)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;

  if (self->thread == NULL)
    self->thread = g_thread_try_new ("digest", digest_thread, self, NULL);
  if (self->thread == NULL)
    {
      mainstay_sha256_update (self->hash, block->bytes + block->offset, block->length);
      self->digested++;
    }
  locker = g_mutex_locker_new (&self->lock);
  self->handed++;
  g_cond_broadcast (&self->changed);
}

/* Waits until no more than @count blocks are still to be digested. */
static void
wait_for_digest (DigestSource *self,
                 unsigned int  count)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (self->handed - self->digested > count)
    g_cond_wait (&self->changed, &self->lock);
}

/* The block that is left stays untouched until the next turn, as the reader may need. */
static void
digest_source_turn (MainstayByteSource *source)
{
  DigestSource *self = (DigestSource *) source;
  Block *block = &self->blocks[self->current];

  if (block->length == 0)
    return;
  hand_over (self, block);
  self->current = (self->current + 1) % N_BLOCKS;
  wait_for_digest (self, N_BLOCKS - 1);
  block = &self->blocks[self->current];
  block->length = 0;
  if (block->bytes == NULL)
    block->bytes = g_malloc (MAINSTAY_BYTE_SOURCE_CHUNK);
  source->buffer = block->bytes;
}

static gssize
digest_source_fill (MainstayByteSource  *source,
                    guint8              *buffer,
                    size_t               size,
                    GError             **error)
{
  DigestSource *self = (DigestSource *) source;
  Block *block = &self->blocks[self->current];
  size_t filled = 0;

  while (!self->ended && filled < MIN (size, ENOUGH))
    {
      gssize length;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return -1;
      length = self->inner->fill (self->inner, buffer + filled, size - filled, error);
      if (length < 0)
        return -1;
      self->ended = length == 0;
      filled += (size_t) length;
    }
  if (block->length == 0)
    block->offset = (size_t) (buffer - block->bytes);
  block->length += filled;
  self->done += (gint64) filled;
  return (gssize) filled;
}

static void
digest_source_close (MainstayByteSource *source)
{
  DigestSource *self = (DigestSource *) source;

  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  for (size_t i = 0; i < N_BLOCKS; i++)
    g_clear_pointer (&self->blocks[i].bytes, g_free);
  source->buffer = NULL;
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->hash, mainstay_sha256_free);
}

/**
 * mainstay_digest_source_new:
 * @inner: whose bytes to digest; must live as long, and is asked for nothing but these
 * @cancellable: (nullable): a cancellable
 *
 * They are digested beside what the reader does, in a thread of their own.
 *
 * Returns: (transfer full): its bytes
 */
MainstayByteSource *
mainstay_digest_source_new (MainstayByteSource *inner,
                            GCancellable       *cancellable)
{
  DigestSource *self = g_new0 (DigestSource, 1);

  self->parent.fill = digest_source_fill;
  self->parent.turn = digest_source_turn;
  self->parent.close = digest_source_close;
  self->blocks[0].bytes = self->parent.buffer = g_malloc (MAINSTAY_BYTE_SOURCE_CHUNK);
  self->inner = inner;
  self->hash = mainstay_sha256_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  if (cancellable != NULL)
    self->cancellable = g_object_ref (cancellable);
  return &self->parent;
}

/** mainstay_digest_source_get_done: Returns: the bytes it gave */
gint64
mainstay_digest_source_get_done (MainstayByteSource *source)
{
  return ((DigestSource *) source)->done;
}

/**
 * mainstay_digest_source_finish:
 * @source: a source that was read to its end
 *
 * Returns: (transfer full): SHA-256 in hexadecimal of all it gave
 */
char *
mainstay_digest_source_finish (MainstayByteSource *source)
{
  DigestSource *self = (DigestSource *) source;
  Block *last = &self->blocks[self->current];
  guint8 digest[MAINSTAY_SHA256_LENGTH];

  wait_for_digest (self, 0);
  mainstay_sha256_update (self->hash, last->bytes + last->offset, last->length);
  last->length = 0;
  mainstay_sha256_output (self->hash, digest);
  return mainstay_sha256_to_hex (digest);
}
