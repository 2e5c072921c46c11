/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-gzip-header.h"

#include <string.h>
#include <zlib.h>

#define FIXED_LENGTH 10
#define METHOD_DEFLATE 8

#define FLAG_HEADER_CRC 0x02
#define FLAG_EXTRA 0x04
#define FLAG_NAME 0x08
#define FLAG_COMMENT 0x10
#define FLAGS_RESERVED 0xe0

/* In their order. */
enum {
  PART_FIXED,
  PART_EXTRA_LENGTH,
  PART_EXTRA,
  PART_NAME,
  PART_COMMENT,
  PART_CRC,
  PART_NONE
};

/** mainstay_gzip_header_init: starts at a member's first byte */
void
mainstay_gzip_header_init (MainstayGzipHeader *self)
{
  memset (self, 0, sizeof *self);
}

static gboolean
has_part (const MainstayGzipHeader *self,
          int                       part)
{
  switch (part)
    {
    case PART_EXTRA_LENGTH:
      return (self->flags & FLAG_EXTRA) != 0;
    case PART_EXTRA:
      return (self->flags & FLAG_EXTRA) != 0 && self->length > 0;
    case PART_NAME:
      return (self->flags & FLAG_NAME) != 0;
    case PART_COMMENT:
      return (self->flags & FLAG_COMMENT) != 0;
    case PART_CRC:
      return (self->flags & FLAG_HEADER_CRC) != 0;
    default:
      return TRUE;
    }
}

static void
next_part (MainstayGzipHeader *self)
{
  do
    self->part++;
  while (!has_part (self, self->part));
  self->at = 0;
}

static gboolean
take_fixed (MainstayGzipHeader *self,
            guint8              byte)
{
  static const guint8 magic[] = { 0x1f, 0x8b, METHOD_DEFLATE };

  if (self->at < sizeof magic && byte != magic[self->at])
    return FALSE;
  if (self->at == sizeof magic)
    self->flags = byte;
  if ((self->flags & FLAGS_RESERVED) != 0)
    return FALSE;
  if (++self->at == FIXED_LENGTH)
    next_part (self);
  return TRUE;
}

static gboolean
take_crc (MainstayGzipHeader *self,
          guint8              byte)
{
  self->claimed_crc |= (guint32) byte << (8 * self->at);
  if (++self->at == 2)
    next_part (self);
  return self->part != PART_NONE || self->claimed_crc == (self->crc & 0xffff);
}

static gboolean
take_byte (MainstayGzipHeader *self,
           guint8              byte)
{
  if (self->part == PART_CRC)
    return take_crc (self, byte);
  self->crc = (guint32) crc32 (self->crc, &byte, 1);
  switch (self->part)
    {
    case PART_FIXED:
      return take_fixed (self, byte);
    case PART_EXTRA_LENGTH:
      self->length |= (unsigned int) byte << (8 * self->at);
      if (++self->at == 2)
        next_part (self);
      return TRUE;
    case PART_EXTRA:
      if (++self->at == self->length)
        next_part (self);
      return TRUE;
    case PART_NAME:
    case PART_COMMENT:
    default:
      if (byte == 0)
        next_part (self);
      return TRUE;
    }
}

/**
 * mainstay_gzip_header_take:
 * @self: a header that has not ended
 * @bytes: (inout): the next bytes; advanced behind what belongs to the header
 * @length: (inout): their number, brought down likewise
 *
 * Returns: whether the header has ended, and well
 */
MainstayGzipHeaderResult
mainstay_gzip_header_take (MainstayGzipHeader  *self,
                           const guint8       **bytes,
                           size_t              *length)
{
  while (self->part != PART_NONE && *length > 0)
    {
      if (!take_byte (self, **bytes))
        return MAINSTAY_GZIP_HEADER_BROKEN;
      (*bytes)++;
      (*length)--;
    }
  return self->part == PART_NONE ? MAINSTAY_GZIP_HEADER_WHOLE : MAINSTAY_GZIP_HEADER_MORE;
}
