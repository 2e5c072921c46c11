/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-sqlite-header.h"

#include <string.h>

/* Offsets in the header, as the file format's documentation gives them; numbers are big-endian. */
#define PAGE_SIZE_AT 16
#define WRITE_VERSION_AT 18
#define READ_VERSION_AT 19
#define FRACTIONS_AT 21
#define CHANGES_AT 24
#define PAGES_AT 28
#define PAGES_VALID_FOR_AT 92

static guint32
read_number (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_BE (value);
}

/* 1 stands for 65536, which does not fit. */
static gint64
read_page_size (const guint8 *bytes)
{
  gint64 size = bytes[PAGE_SIZE_AT] << 8 | bytes[PAGE_SIZE_AT + 1];

  if (size == 1)
    size = 65536;
  return size >= 512 && (size & (size - 1)) == 0 ? size : 0;
}

/**
 * mainstay_sqlite_header_check:
 * @bytes: the first bytes of an SQLite file; hostile
 * @length: their number; %MAINSTAY_SQLITE_HEADER_LENGTH are enough
 * @size: bytes of the whole file
 *
 * Returns: whether the file has all its pages and no more
 */
MainstaySqliteResult
mainstay_sqlite_header_check (const guint8 *bytes,
                              size_t        length,
                              gint64        size)
{
  gint64 page_size;
  gint64 wanted;

  if (length < MAINSTAY_SQLITE_HEADER_LENGTH)
    return MAINSTAY_SQLITE_SHORT;
  page_size = read_page_size (bytes);
  if (memcmp (bytes, "SQLite format 3", 16) != 0 || page_size == 0 ||
      bytes[WRITE_VERSION_AT] < 1 || bytes[WRITE_VERSION_AT] > 2 ||
      bytes[READ_VERSION_AT] < 1 || bytes[READ_VERSION_AT] > 2 ||
      memcmp (bytes + FRACTIONS_AT, "\x40\x20\x20", 3) != 0)
    return MAINSTAY_SQLITE_BROKEN;
  if (size < page_size)
    return MAINSTAY_SQLITE_SHORT;
  wanted = page_size * read_number (bytes + PAGES_AT);
  /* SQLite before 3.7 leaves the number alone; then only whole pages can be asked for. */
  if (wanted == 0 || read_number (bytes + CHANGES_AT) != read_number (bytes + PAGES_VALID_FOR_AT))
    return size % page_size == 0 ? MAINSTAY_SQLITE_WHOLE : MAINSTAY_SQLITE_SHORT;
  if (size < wanted)
    return MAINSTAY_SQLITE_SHORT;
  return size > wanted ? MAINSTAY_SQLITE_LONG : MAINSTAY_SQLITE_WHOLE;
}
