/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-zlib-check.h"

#include <isa-l.h>

#define HEADER_LENGTH 2
#define TRAILER_LENGTH 4
#define METHOD_DEFLATE 8
#define FLAG_DICTIONARY 0x20
/* What comes out is thrown away; small enough to stay in the processor's cache. */
#define OUT_SIZE (128 * 1024)

typedef enum {
  STATE_HEADER,
  STATE_DATA,
  STATE_TRAILER,
  STATE_END
} ZlibState;

struct _MainstayZlibCheck
{
  struct inflate_state isal;
  ZlibState state;
  guint8 header[HEADER_LENGTH];
  guint32 trailer;
  unsigned int gathered; /* bytes of the header or the trailer */
  guint8 out[OUT_SIZE];
};

static void
begin (MainstayZlibCheck *self)
{
  isal_inflate_reset (&self->isal);
  self->isal.crc_flag = ISAL_ZLIB_NO_HDR;
  self->state = STATE_HEADER;
  self->trailer = 0;
  self->gathered = 0;
}

/** mainstay_zlib_check_new: Returns: (transfer full): a check before a first stream */
MainstayZlibCheck *
mainstay_zlib_check_new (void)
{
  MainstayZlibCheck *self = g_new (MainstayZlibCheck, 1);

  isal_inflate_init (&self->isal);
  begin (self);
  return self;
}

static gboolean
take_header (MainstayZlibCheck *self,
             guint8             byte)
{
  self->header[self->gathered++] = byte;
  if (self->gathered < HEADER_LENGTH)
    return TRUE;
  self->gathered = 0;
  self->state = STATE_DATA;
  return (self->header[0] & 0x0f) == METHOD_DEFLATE && self->header[0] >> 4 <= 7 &&
         (self->header[1] & FLAG_DICTIONARY) == 0 &&
         (self->header[0] << 8 | self->header[1]) % 31 == 0;
}

static gboolean
take_trailer (MainstayZlibCheck *self,
              guint8             byte)
{
  self->trailer = self->trailer << 8 | byte;
  if (++self->gathered < TRAILER_LENGTH)
    return TRUE;
  self->state = STATE_END;
  return self->trailer == self->isal.crc;
}

/* ISA-L may have read the whole trailer ahead, and something that does not belong here. */
static gboolean
end_data (MainstayZlibCheck *self)
{
  guint64 ahead = self->isal.read_in >> (self->isal.read_in_length % 8);

  self->state = STATE_TRAILER;
  for (int bits = self->isal.read_in_length; bits >= 8; bits -= 8)
    {
      if (self->state == STATE_END || !take_trailer (self, (guint8) ahead))
        return FALSE;
      ahead >>= 8;
    }
  return TRUE;
}

static gboolean
inflate_all (MainstayZlibCheck *self)
{
  do
    {
      self->isal.next_out = self->out;
      self->isal.avail_out = OUT_SIZE;
      if (isal_inflate (&self->isal) < 0)
        return FALSE;
      if (self->isal.block_state == ISAL_BLOCK_FINISH)
        return end_data (self);
    }
  while (self->isal.avail_out < OUT_SIZE);
  return self->isal.avail_in == 0;
}

/**
 * mainstay_zlib_check_add:
 * @self: a check
 * @bytes: the next bytes of the stream
 * @length: their number, below 4 GiB
 *
 * Returns: whether nothing is wrong so far; when something is, no more may be added
 */
gboolean
mainstay_zlib_check_add (MainstayZlibCheck *self,
                         const guint8      *bytes,
                         size_t             length)
{
  self->isal.next_in = (guint8 *) bytes;
  self->isal.avail_in = (guint32) length;
  while (self->isal.avail_in > 0)
    {
      if (self->state == STATE_END)
        return FALSE;
      if (self->state == STATE_DATA)
        {
          if (!inflate_all (self))
            return FALSE;
          continue;
        }
      self->isal.avail_in--;
      if (!(self->state == STATE_HEADER ? take_header (self, *self->isal.next_in++)
                                        : take_trailer (self, *self->isal.next_in++)))
        return FALSE;
    }
  return TRUE;
}

/**
 * mainstay_zlib_check_end:
 * @self: a check
 *
 * Ends the stream; another one can follow.
 *
 * Returns: whether it is whole, or had no bytes at all
 */
gboolean
mainstay_zlib_check_end (MainstayZlibCheck *self)
{
  gboolean whole = self->state == STATE_END ||
                   (self->state == STATE_HEADER && self->gathered == 0);

  begin (self);
  return whole;
}

/** mainstay_zlib_check_free: frees @self */
void
mainstay_zlib_check_free (MainstayZlibCheck *self)
{
  g_clear_pointer (&self, g_free);
}
