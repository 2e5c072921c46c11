/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-gzip-writer.h"

#include <isa-l.h>
#include <string.h>
#include <zlib.h>

#include "mainstay-crc32.h"
#include "mainstay-disk.h"
#include "mainstay-sha256.h"

/* What is compressed on its own: large enough to cost no more than a hundredth of the size. */
#define BLOCK_SIZE (512 * 1024)
/* ISA-L stores what does not get smaller, with a few bytes for each 64 KiB of it. */
#define OUT_SIZE (BLOCK_SIZE + 4096)
/* As small as zlib's usual level nearly, and seven times as fast. */
#define LEVEL 2
#define LEVEL_BUFFER ISAL_DEF_LVL2_DEFAULT
#define MAX_WORKERS 6
/* One is being filled and one written meanwhile. */
#define MORE_BLOCKS 2

typedef struct
{
  guint8 *in;        /* owned, made when first used */
  guint8 *out;       /* owned */
  size_t in_length;
  size_t out_length;
  guint32 crc;       /* of @in */
  gboolean done;
} Block;

/* One for each thread. */
typedef struct
{
  struct isal_zstream stream;
  guint8 level_buffer[LEVEL_BUFFER];
} Compressor;

/* The blocks go round: filled in turn, compressed by whichever thread is free, and written in turn
 * by the caller's thread. Each number counts blocks since the start. */
struct _MainstayGzipWriter
{
  MainstaySha256 *hash;
  gint64 size;
  int fd;               /* borrowed */
  guint32 crc;          /* of what was compressed */
  guint32 length;       /* of it, modulo 2^32 as the trailer has it */
  Block *blocks;
  unsigned int n_blocks;
  unsigned int written;
  Compressor *compressor; /* owned: the caller's, %NULL unless it has to compress itself */

  GThread *workers[MAX_WORKERS];
  unsigned int n_workers;
  unsigned int max_workers;
  GMutex lock;          /* for what follows, and for done in the blocks */
  GCond changed;
  unsigned int filled;
  unsigned int taken;
  gboolean closing;
};

/* Ends at a byte and refers to nothing before it, so that blocks can be put in a row. */
static void
compress_block (Compressor *self,
                Block      *block)
{
  struct isal_zstream *stream = &self->stream;
  int result;

  isal_deflate_stateless_init (stream);
  stream->level = LEVEL;
  stream->level_buf = self->level_buffer;
  stream->level_buf_size = sizeof self->level_buffer;
  stream->flush = FULL_FLUSH;
  stream->end_of_stream = 0;
  stream->next_in = block->in;
  stream->avail_in = (guint32) block->in_length;
  stream->next_out = block->out;
  stream->avail_out = OUT_SIZE;
  result = isal_deflate_stateless (stream);
  if (result != COMP_OK || stream->avail_in != 0)
    g_error ("Cannot compress: %d", result);
  block->out_length = stream->total_out;
  block->crc = mainstay_crc32 (0, block->in, block->in_length);
}

/* Returns: the next block to compress, or %NULL when there will be none */
static Block *
take_block (MainstayGzipWriter *self)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (self->taken == self->filled && !self->closing)
    g_cond_wait (&self->changed, &self->lock);
  return self->closing ? NULL : &self->blocks[self->taken++ % self->n_blocks];
}

static void
set_done (MainstayGzipWriter *self,
          Block              *block)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  block->done = TRUE;
  g_cond_broadcast (&self->changed);
}

static gpointer
worker_thread (gpointer user_data)
{
  MainstayGzipWriter *self = user_data;
  g_autofree Compressor *compressor = g_new (Compressor, 1);
  Block *block;

  while ((block = take_block (self)) != NULL)
    {
      compress_block (compressor, block);
      set_done (self, block);
    }
  return NULL;
}

/* Only as many as there is work for: most archives of a test or a small app need none. */
static void
start_worker (MainstayGzipWriter *self)
{
  GThread *worker;

  if (self->n_workers == self->max_workers || self->filled - self->written <= self->n_workers)
    return;
  worker = g_thread_try_new ("gzip", worker_thread, self, NULL);
  if (worker != NULL)
    self->workers[self->n_workers++] = worker;
}

static void
compress_here (MainstayGzipWriter *self)
{
  Block *block = take_block (self);

  if (self->compressor == NULL)
    self->compressor = g_new (Compressor, 1);
  compress_block (self->compressor, block);
  set_done (self, block);
}

static gboolean
write_bytes (MainstayGzipWriter  *self,
             const void          *bytes,
             size_t               length,
             GError             **error)
{
  if (!mainstay_disk_write (self->fd, bytes, length, error))
    return FALSE;
  mainstay_sha256_update (self->hash, bytes, length);
  self->size += (gint64) length;
  return TRUE;
}

static gboolean
write_header (MainstayGzipWriter  *self,
              GError             **error)
{
  /* No time and no name: the same input must give the same file. */
  static const guint8 header[10] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };

  return self->size > 0 || write_bytes (self, header, sizeof header, error);
}

/* Returns: whether the block that is to be written next is compressed */
static gboolean
is_next_done (MainstayGzipWriter *self,
              gboolean            wait)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  const Block *block = &self->blocks[self->written % self->n_blocks];

  while (wait && !block->done)
    g_cond_wait (&self->changed, &self->lock);
  return block->done;
}

static gboolean
write_next (MainstayGzipWriter  *self,
            GError             **error)
{
  Block *block = &self->blocks[self->written % self->n_blocks];

  if (!write_header (self, error) ||
      !write_bytes (self, block->out, block->out_length, error))
    return FALSE;
  self->crc = (guint32) crc32_combine (self->crc, block->crc, (z_off_t) block->in_length);
  self->length += (guint32) block->in_length;
  block->in_length = 0;
  block->done = FALSE;
  self->written++;
  return TRUE;
}

/* Writes what is ready, and what is not until no more than @left blocks are on their way. */
static gboolean
write_blocks (MainstayGzipWriter  *self,
              unsigned int         left,
              GError             **error)
{
  while (self->written != self->filled &&
         is_next_done (self, self->filled - self->written > left))
    if (!write_next (self, error))
      return FALSE;
  return TRUE;
}

static gboolean
submit (MainstayGzipWriter  *self,
        unsigned int         left,
        GError             **error)
{
  g_mutex_lock (&self->lock);
  self->filled++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  start_worker (self);
  if (self->n_workers == 0)
    compress_here (self);
  return write_blocks (self, left, error);
}

static Block *
get_current (MainstayGzipWriter *self)
{
  Block *block = &self->blocks[self->filled % self->n_blocks];

  if (block->in == NULL)
    {
      block->in = g_malloc (BLOCK_SIZE);
      block->out = g_malloc (OUT_SIZE);
    }
  return block;
}

static gboolean
write_trailer (MainstayGzipWriter  *self,
               GError             **error)
{
  /* Behind an empty last block. */
  guint8 end[10] = { 3, 0 };

  for (int i = 0; i < 4; i++)
    {
      end[2 + i] = (guint8) (self->crc >> (8 * i));
      end[6 + i] = (guint8) (self->length >> (8 * i));
    }
  return write_bytes (self, end, sizeof end, error);
}

/** mainstay_gzip_writer_new: Returns: (transfer full): a writer to @fd, which stays the caller's */
MainstayGzipWriter *
mainstay_gzip_writer_new (int fd)
{
  MainstayGzipWriter *self = g_new0 (MainstayGzipWriter, 1);

  self->fd = fd;
  self->hash = mainstay_sha256_new ();
  self->max_workers = CLAMP (g_get_num_processors (), 1, MAX_WORKERS);
  self->n_blocks = self->max_workers + MORE_BLOCKS;
  self->blocks = g_new0 (Block, self->n_blocks);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

/**
 * mainstay_gzip_writer_add:
 * @self: a writer
 * @bytes: what comes next
 * @length: its length
 * @error: where to put an error, after which the file is of no use
 *
 * Returns: whether what had to be written could be
 */
gboolean
mainstay_gzip_writer_add (MainstayGzipWriter  *self,
                          const void          *bytes,
                          size_t               length,
                          GError             **error)
{
  const guint8 *next = bytes;

  g_return_val_if_fail (self != NULL, FALSE);

  while (length > 0)
    {
      Block *block = get_current (self);
      size_t part = MIN (length, BLOCK_SIZE - block->in_length);

      memcpy (block->in + block->in_length, next, part);
      block->in_length += part;
      next += part;
      length -= part;
      if (block->in_length == BLOCK_SIZE && !submit (self, self->n_blocks - 1, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * mainstay_gzip_writer_finish:
 * @self: a writer
 * @sha256: (out): the digest of all that was written
 * @size: (out): the bytes written
 * @error: where to put an error
 *
 * Returns: whether the file is whole
 */
gboolean
mainstay_gzip_writer_finish (MainstayGzipWriter  *self,
                             guint8               sha256[32],
                             gint64              *size,
                             GError             **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  /* A thread for the last block alone is not worth it. */
  self->max_workers = self->n_workers;
  if ((get_current (self)->in_length > 0 && !submit (self, 0, error)) ||
      !write_blocks (self, 0, error) ||
      !write_header (self, error) ||
      !write_trailer (self, error))
    return FALSE;
  mainstay_sha256_output (self->hash, sha256);
  *size = self->size;
  return TRUE;
}

/** mainstay_gzip_writer_free: a file not finished stays as it is, half written */
void
mainstay_gzip_writer_free (MainstayGzipWriter *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  for (unsigned int i = 0; i < self->n_workers; i++)
    g_thread_join (self->workers[i]);
  for (unsigned int i = 0; i < self->n_blocks; i++)
    {
      g_clear_pointer (&self->blocks[i].in, g_free);
      g_clear_pointer (&self->blocks[i].out, g_free);
    }
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_clear_pointer (&self->blocks, g_free);
  g_clear_pointer (&self->compressor, g_free);
  g_clear_pointer (&self->hash, mainstay_sha256_free);
  g_clear_pointer (&self, g_free);
}
