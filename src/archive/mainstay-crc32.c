/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-crc32.h"

#include <isa-l.h>

/** mainstay_crc32: Returns: the CRC with @length bytes more */
guint32
mainstay_crc32 (guint32     crc,
                const void *bytes,
                size_t      length)
{
  return crc32_gzip_refl (crc, bytes, length);
}
