/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-gzip-source.h"

#include <isa-l.h>

#include "mainstay-error.h"
#include "mainstay-gzip-header.h"

#define TRAILER_LENGTH 8

typedef enum {
  STATE_HEADER,
  STATE_DATA,
  STATE_TRAILER,
  STATE_BETWEEN, /* behind a member: another one, padding or the end */
  STATE_PADDING, /* zeros up to the end, as tape blocks have */
  STATE_END
} GzipState;

/* ISA-L inflates two to three times faster than zlib. It is asked for the deflate data alone, and
 * what is around it is read here: each member's CRC-32 and length are proved, which libarchive's
 * gzip filter reads and ignores. */
typedef struct
{
  MainstayByteSource parent;

  MainstayByteSource *compressed; /* borrowed */
  struct inflate_state *isal;     /* owned; has the bytes that come next as well */
  MainstayGzipHeader header;
  guint8 trailer[TRAILER_LENGTH];
  size_t trailer_length;
  GzipState state;
  gboolean ended;                 /* @compressed has no more */
} GzipSource;

static gboolean
refuse (MainstayError   code,
        const char     *reason,
        GError        **error)
{
  g_set_error_literal (error, MAINSTAY_ERROR, code, reason);
  return FALSE;
}

static void
begin_member (GzipSource *self)
{
  mainstay_gzip_header_init (&self->header);
  self->trailer_length = 0;
  self->state = STATE_HEADER;
}

static gboolean
read_header (GzipSource  *self,
             GError     **error)
{
  const guint8 *bytes = self->isal->next_in;
  size_t length = self->isal->avail_in;
  MainstayGzipHeaderResult result = mainstay_gzip_header_take (&self->header, &bytes, &length);

  self->isal->next_in = (guint8 *) bytes;
  self->isal->avail_in = (guint32) length;
  if (result == MAINSTAY_GZIP_HEADER_BROKEN)
    return refuse (MAINSTAY_ERROR_DAMAGED, "The gzip data is damaged: incorrect header", error);
  if (result == MAINSTAY_GZIP_HEADER_MORE)
    return TRUE;
  isal_inflate_reset (self->isal);
  self->isal->crc_flag = ISAL_GZIP_NO_HDR;
  self->state = STATE_DATA;
  return TRUE;
}

/* ISA-L reads up to eight whole bytes ahead: no more than the trailer has. */
static void
end_data (GzipSource *self)
{
  guint64 ahead = self->isal->read_in >> (self->isal->read_in_length % 8);

  for (int bits = self->isal->read_in_length; bits >= 8; bits -= 8)
    {
      self->trailer[self->trailer_length++] = (guint8) ahead;
      ahead >>= 8;
    }
  self->isal->read_in_length = 0;
  self->state = STATE_TRAILER;
}

static gboolean
inflate_some (GzipSource  *self,
              GError     **error)
{
  guint32 room = self->isal->avail_out;
  guint32 given = self->isal->avail_in;
  int result = isal_inflate (self->isal);

  if (result < 0)
    return refuse (MAINSTAY_ERROR_DAMAGED, "The gzip data is damaged: it cannot be inflated",
                   error);
  if (self->isal->block_state == ISAL_BLOCK_FINISH)
    end_data (self);
  else if (self->isal->avail_out == room && self->isal->avail_in == given)
    /* Nothing in and nothing out: it waits for bytes that are not there. */
    return given > 0
             ? refuse (MAINSTAY_ERROR_DAMAGED, "The gzip data is damaged: it does not go on", error)
             : refuse (MAINSTAY_ERROR_TRUNCATED, "The gzip data ends too early", error);
  return TRUE;
}

static guint32
trailer_at (const GzipSource *self,
            size_t            offset)
{
  const guint8 *bytes = self->trailer + offset;

  return bytes[0] | (guint32) bytes[1] << 8 | (guint32) bytes[2] << 16 | (guint32) bytes[3] << 24;
}

static gboolean
read_trailer (GzipSource  *self,
              GError     **error)
{
  while (self->trailer_length < TRAILER_LENGTH && self->isal->avail_in > 0)
    {
      self->trailer[self->trailer_length++] = *self->isal->next_in++;
      self->isal->avail_in--;
    }
  if (self->trailer_length < TRAILER_LENGTH)
    return TRUE;
  if (trailer_at (self, 0) != self->isal->crc)
    return refuse (MAINSTAY_ERROR_DAMAGED, "The gzip data is damaged: incorrect checksum", error);
  if (trailer_at (self, 4) != self->isal->total_out)
    return refuse (MAINSTAY_ERROR_DAMAGED, "The gzip data is damaged: incorrect length", error);
  self->state = STATE_BETWEEN;
  return TRUE;
}

static gboolean
look_behind_member (GzipSource  *self,
                    GError     **error)
{
  if (self->ended)
    self->state = STATE_END;
  else if (*self->isal->next_in == 0)
    self->state = STATE_PADDING;
  else if (*self->isal->next_in == 0x1f)
    begin_member (self);
  else
    return refuse (MAINSTAY_ERROR_DAMAGED, "Something else follows the gzip data", error);
  return TRUE;
}

static gboolean
skip_padding (GzipSource  *self,
              GError     **error)
{
  if (self->ended)
    self->state = STATE_END;
  for (; self->isal->avail_in > 0; self->isal->avail_in--, self->isal->next_in++)
    if (*self->isal->next_in != 0)
      return refuse (MAINSTAY_ERROR_DAMAGED, "Something else follows the gzip data", error);
  return TRUE;
}

static gboolean
fetch (GzipSource  *self,
       GError     **error)
{
  const guint8 *bytes;
  size_t length;

  if (!mainstay_byte_source_take (self->compressed, &bytes, &length, error))
    return FALSE;
  self->isal->next_in = (guint8 *) bytes;
  self->isal->avail_in = (guint32) length;
  self->ended = length == 0;
  return TRUE;
}

static gboolean
step (GzipSource  *self,
      GError     **error)
{
  if (self->isal->avail_in == 0 && !self->ended && !fetch (self, error))
    return FALSE;
  switch (self->state)
    {
    case STATE_HEADER:
    case STATE_TRAILER:
      if (self->ended && self->trailer_length < TRAILER_LENGTH)
        return refuse (MAINSTAY_ERROR_TRUNCATED, "The gzip data ends too early", error);
      return self->state == STATE_HEADER ? read_header (self, error) : read_trailer (self, error);
    case STATE_DATA:
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

  self->isal->next_out = buffer;
  self->isal->avail_out = (guint32) size;
  while (self->isal->avail_out == (guint32) size && self->state != STATE_END)
    if (!step (self, error))
      return -1;
  return (gssize) (size - self->isal->avail_out);
}

static void
gzip_source_close (MainstayByteSource *source)
{
  g_clear_pointer (&((GzipSource *) source)->isal, g_free);
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
  self->isal = g_new (struct inflate_state, 1);
  isal_inflate_init (self->isal);
  begin_member (self);
  return &self->parent;
}
