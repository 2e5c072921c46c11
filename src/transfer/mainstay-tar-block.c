/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-tar-block.h"

#include <string.h>

/* As tar itself fills up its last record. */
#define RECORD (20 * MAINSTAY_TAR_BLOCK)
#define OCTAL_LIMIT (G_GINT64_CONSTANT (1) << 33)

/* The fields of the ustar header. */
typedef struct
{
  char name[100];
  char mode[8];
  char owner[8];
  char group[8];
  char size[12];
  char seconds[12];
  char sum[8];
  char type;
  char link[100];
  char magic[6];
  char version[2];
  char rest[247];
} Header;

G_STATIC_ASSERT (sizeof (Header) == MAINSTAY_TAR_BLOCK);

static gint64
round_up (gint64 number,
          gint64 unit)
{
  return (number + unit - 1) / unit * unit;
}

/** mainstay_tar_pad: Returns: how many bytes a content of @size bytes takes */
gint64
mainstay_tar_pad (gint64 size)
{
  return round_up (size, MAINSTAY_TAR_BLOCK);
}

/** mainstay_tar_end: Returns: the archive's size, when its last member ends at @offset */
gint64
mainstay_tar_end (gint64 offset)
{
  return round_up (offset + 2 * MAINSTAY_TAR_BLOCK, RECORD);
}

/* Octal where it fits; else as GNU and libarchive do, in binary behind a set bit. */
static void
put_number (char   *field,
            int     length,
            gint64  number)
{
  if (number < OCTAL_LIMIT)
    {
      g_snprintf (field, (gulong) length, "%0*" G_GINT64_MODIFIER "o", length - 1, number);
      return;
    }
  for (int i = length - 1; i >= 0; i--, number >>= 8)
    field[i] = (char) (number & 0xff);
  field[0] = (char) (field[0] | 0x80);
}

/**
 * mainstay_tar_header:
 * @name: of a file, less than 100 bytes
 * @size: of its content
 * @seconds: when it was changed, since 1970
 * @block: (out): its header
 */
void
mainstay_tar_header (const char *name,
                     gint64      size,
                     gint64      seconds,
                     guint8      block[MAINSTAY_TAR_BLOCK])
{
  Header header = { .type = '0', .magic = "ustar", .version = { '0', '0' } };
  unsigned int sum = 0;

  g_return_if_fail (strlen (name) < sizeof header.name);

  g_strlcpy (header.name, name, sizeof header.name);
  put_number (header.mode, sizeof header.mode, 0644);
  put_number (header.owner, sizeof header.owner, 0);
  put_number (header.group, sizeof header.group, 0);
  put_number (header.size, sizeof header.size, size);
  put_number (header.seconds, sizeof header.seconds, MAX (seconds, 0));
  memset (header.sum, ' ', sizeof header.sum);
  memcpy (block, &header, sizeof header);
  for (int i = 0; i < MAINSTAY_TAR_BLOCK; i++)
    sum += block[i];
  put_number (header.sum, sizeof header.sum - 1, sum);
  memcpy (block, &header, sizeof header);
}
