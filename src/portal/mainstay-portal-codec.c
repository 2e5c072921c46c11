/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-codec.h"

#include <isa-l.h>
#include <string.h>
#include <zstd.h>

/* Measured on one core: zstd's level 1 takes about as long as ISA-L's deflate of level 1, makes no
 * more of it, and is read back four times as fast, which a restore waits for. What is compressed
 * already takes long to be found out in small contents, so a sample is looked at first. */
#define LEVEL 1
#define SAMPLE_BYTES 4096
#define LEAST_BYTES 64
/* Worth it below 15/16. */
#define WORTH(length) ((length) - (length) / 16)

struct _MainstayPortalCompressor
{
  ZSTD_CCtx *context;
};

MainstayPortalCompressor *
mainstay_portal_compressor_new (void)
{
  MainstayPortalCompressor *self = g_new (MainstayPortalCompressor, 1);

  self->context = ZSTD_createCCtx ();
  return self;
}

void
mainstay_portal_compressor_free (MainstayPortalCompressor *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->context, ZSTD_freeCCtx);
  g_clear_pointer (&self, g_free);
}

/* Bytes that are compressed or encrypted come all about equally often: the sum of squares of their
 * counts is then near its least. Text and tables are far above it. */
static gboolean
looks_random (const guint8 *bytes,
              size_t        length)
{
  guint32 counts[256] = { 0 };
  size_t n = MIN (length, SAMPLE_BYTES);
  size_t step = length / n;
  double squares = 0;

  for (size_t i = 0; i < n; i++)
    counts[bytes[i * step]]++;
  for (size_t i = 0; i < G_N_ELEMENTS (counts); i++)
    squares += (double) counts[i] * counts[i];
  /* For n equally likely bytes it is n²/256 + n on the average. */
  return n >= 512 && squares < 1.1 * ((double) n * n / 256 + n);
}

size_t
mainstay_portal_compressor_run (MainstayPortalCompressor *self,
                                const guint8             *from,
                                size_t                    length,
                                guint8                   *to)
{
  size_t stored;

  if (length < LEAST_BYTES || looks_random (from, length))
    return 0;
  stored = ZSTD_compressCCtx (self->context, to, WORTH (length), from, length, LEVEL);
  return ZSTD_isError (stored) ? 0 : stored;
}

static void
free_context (gpointer data)
{
  ZSTD_freeDCtx (data);
}

/* Takes longer to make than a small content to read. */
static ZSTD_DCtx *
get_context (void)
{
  static GPrivate private = G_PRIVATE_INIT (free_context);
  ZSTD_DCtx *context = g_private_get (&private);

  if (context == NULL)
    {
      context = ZSTD_createDCtx ();
      g_private_set (&private, context);
    }
  return context;
}

static gboolean
decompress (const guint8 *from,
            size_t        from_length,
            guint8       *to,
            size_t        length)
{
  size_t made = ZSTD_decompressDCtx (get_context (), to, length, from, from_length);

  return !ZSTD_isError (made) && made == length;
}

static gboolean
inflate (const guint8 *from,
         size_t        from_length,
         guint8       *to,
         size_t        length)
{
  struct inflate_state state;

  isal_inflate_init (&state);
  state.next_in = (guint8 *) from;
  state.avail_in = (guint32) from_length;
  state.next_out = to;
  state.avail_out = (guint32) length;
  return isal_inflate_stateless (&state) == ISAL_DECOMP_OK && state.total_out == length;
}

gboolean
mainstay_portal_decompress (MainstayPortalCodec  codec,
                            const guint8        *from,
                            size_t               from_length,
                            guint8              *to,
                            size_t               length)
{
  switch (codec)
    {
    case MAINSTAY_PORTAL_CODEC_STORED:
      if (from_length == length && length > 0)
        memcpy (to, from, length);
      return from_length == length;
    case MAINSTAY_PORTAL_CODEC_DEFLATE:
      return inflate (from, from_length, to, length);
    case MAINSTAY_PORTAL_CODEC_ZSTD:
      return decompress (from, from_length, to, length);
    default:
      return FALSE;
    }
}
