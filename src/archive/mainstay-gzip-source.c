/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-gzip-source.h"

#include <zlib.h>

#include "mainstay-error.h"

/* zlib's sign for "gzip alone" with the largest window. */
#define WINDOW_BITS (15 + 16)

typedef enum {
  STATE_MEMBER,  /* in a member: data, or its header or trailer */
  STATE_BETWEEN, /* behind a member: another one, padding or the end */
  STATE_PADDING, /* zeros up to the end, as tape blocks have */
  STATE_END
} GzipState;

/* zlib is used for itself since it proves each member's CRC-32 and length; libarchive's gzip filter
 * reads both and ignores them. */
typedef struct
{
  MainstayByteSource parent;

  MainstayByteSource *compressed; /* borrowed */
  z_stream zlib;
  GzipState state;
} GzipSource;

static gboolean
inflate_some (GzipSource  *self,
              GError     **error)
{
  int result;

  if (self->zlib.avail_in == 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED,
                           "The gzip data ends too early");
      return FALSE;
    }
  result = inflate (&self->zlib, Z_NO_FLUSH);
  if (result == Z_STREAM_END)
    self->state = STATE_BETWEEN;
  else if (result != Z_OK && result != Z_BUF_ERROR)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED, "The gzip data is damaged: %s",
                   self->zlib.msg != NULL ? self->zlib.msg : "it cannot be inflated");
      return FALSE;
    }
  return TRUE;
}

static gboolean
look_behind_member (GzipSource  *self,
                    GError     **error)
{
  if (self->zlib.avail_in == 0)
    self->state = STATE_END;
  else if (*self->zlib.next_in == 0)
    self->state = STATE_PADDING;
  else if (*self->zlib.next_in == 0x1f)
    {
      inflateReset (&self->zlib);
      self->state = STATE_MEMBER;
    }
  else
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                           "Something else follows the gzip data");
      return FALSE;
    }
  return TRUE;
}

static gboolean
skip_padding (GzipSource  *self,
              GError     **error)
{
  if (self->zlib.avail_in == 0)
    self->state = STATE_END;
  for (; self->zlib.avail_in > 0; self->zlib.avail_in--, self->zlib.next_in++)
    if (*self->zlib.next_in != 0)
      {
        g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                             "Something else follows the gzip data");
        return FALSE;
      }
  return TRUE;
}

static gboolean
step (GzipSource  *self,
      GError     **error)
{
  if (self->zlib.avail_in == 0)
    {
      const guint8 *bytes;
      size_t length;

      if (!mainstay_byte_source_take (self->compressed, &bytes, &length, error))
        return FALSE;
      self->zlib.next_in = (z_const Bytef *) bytes;
      self->zlib.avail_in = (uInt) length;
    }
  switch (self->state)
    {
    case STATE_MEMBER:
      return inflate_some (self, error);
    case STATE_BETWEEN:
      return look_behind_member (self, error);
    case STATE_PADDING:
      return skip_padding (self, error);
    case STATE_END:
    default:
      return TRUE;
    }
}

static gssize
gzip_source_fill (MainstayByteSource  *source,
                  guint8              *buffer,
                  size_t               size,
                  GError             **error)
{
  GzipSource *self = (GzipSource *) source;

  self->zlib.next_out = buffer;
  self->zlib.avail_out = (uInt) size;
  while (self->zlib.avail_out == (uInt) size && self->state != STATE_END)
    if (!step (self, error))
      return -1;
  return (gssize) (size - self->zlib.avail_out);
}

static void
gzip_source_close (MainstayByteSource *source)
{
  inflateEnd (&((GzipSource *) source)->zlib);
}

/**
 * mainstay_gzip_source_new:
 * @compressed: bytes of a gzip file, of one member or more; must live as long
 *
 * Its errors are %MAINSTAY_ERROR_TRUNCATED and %MAINSTAY_ERROR_DAMAGED, and those of @compressed.
 * Once it ended, @compressed has ended too.
 *
 * Returns: (transfer full): the inflated bytes
 */
MainstayByteSource *
mainstay_gzip_source_new (MainstayByteSource *compressed)
{
  GzipSource *self = g_new0 (GzipSource, 1);

  self->parent.fill = gzip_source_fill;
  self->parent.close = gzip_source_close;
  mainstay_byte_source_init (&self->parent);
  self->compressed = compressed;
  if (inflateInit2 (&self->zlib, WINDOW_BITS) != Z_OK)
    g_error ("Out of memory");
  return &self->parent;
}
