/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  MAINSTAY_GZIP_HEADER_MORE, /* it goes on behind these bytes */
  MAINSTAY_GZIP_HEADER_WHOLE,
  MAINSTAY_GZIP_HEADER_BROKEN
} MainstayGzipHeaderResult;

/**
 * MainstayGzipHeader:
 *
 * The header of a gzip member (RFC 1952) on its way through, in any pieces. Nothing in it is of
 * use here, but that it is right.
 */
typedef struct
{
  int part;
  unsigned int flags;
  unsigned int at;     /* bytes seen of this part */
  unsigned int length; /* of the extra field */
  guint32 crc;
  guint32 claimed_crc;
} MainstayGzipHeader;

void                     mainstay_gzip_header_init (MainstayGzipHeader  *self);
MainstayGzipHeaderResult mainstay_gzip_header_take (MainstayGzipHeader  *self,
                                                    const guint8       **bytes,
                                                    size_t              *length);

G_END_DECLS
