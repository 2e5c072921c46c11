/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-dump-header.h"

#include <string.h>

#define MAGIC "PGDMP"
#define MAGIC_LENGTH 5
#define FORMAT_CUSTOM 1
#define OLDEST_MINOR 10
#define COMPRESSION_BYTE_MINOR 15
#define ALGORITHM_GZIP 1
#define MAX_INT_SIZE 32
#define MAX_TEXT 4096

/* The bytes not yet read; the first trouble stays, and everything after it reads as 0. */
typedef struct
{
  const guint8 *next;
  size_t left;
  size_t int_size;
  MainstayDumpHeaderResult result;
} Cursor;

static void
stop (Cursor                   *cursor,
      MainstayDumpHeaderResult  result)
{
  if (cursor->result == MAINSTAY_DUMP_HEADER_WHOLE)
    cursor->result = result;
  cursor->left = 0;
}

static const guint8 *
read_bytes (Cursor *cursor,
            size_t  length)
{
  const guint8 *bytes = cursor->next;

  if (cursor->result != MAINSTAY_DUMP_HEADER_WHOLE || cursor->left < length)
    {
      stop (cursor, MAINSTAY_DUMP_HEADER_SHORT);
      return NULL;
    }
  cursor->next += length;
  cursor->left -= length;
  return bytes;
}

static int
read_byte (Cursor *cursor)
{
  const guint8 *byte = read_bytes (cursor, 1);

  return byte != NULL ? *byte : 0;
}

/* A sign and as many bytes as the header says, the lowest first. */
static int
read_int (Cursor *cursor)
{
  const guint8 *bytes = read_bytes (cursor, 1 + cursor->int_size);
  guint64 value = 0;

  if (bytes == NULL)
    return 0;
  for (size_t i = cursor->int_size; i > 0; i--)
    {
      if (value > G_MAXINT >> 8)
        {
          stop (cursor, MAINSTAY_DUMP_HEADER_BROKEN);
          return 0;
        }
      value = value << 8 | bytes[i];
    }
  if (value > G_MAXINT || bytes[0] > 1)
    {
      stop (cursor, MAINSTAY_DUMP_HEADER_BROKEN);
      return 0;
    }
  return bytes[0] == 1 ? -(int) value : (int) value;
}

/* A negative length stands for no text at all. */
static char *
read_text (Cursor *cursor)
{
  int length = read_int (cursor);
  const guint8 *bytes;

  if (length > MAX_TEXT)
    stop (cursor, MAINSTAY_DUMP_HEADER_BROKEN);
  if (length < 0 || cursor->result != MAINSTAY_DUMP_HEADER_WHOLE)
    return NULL;
  bytes = read_bytes (cursor, (size_t) length);
  return bytes != NULL ? g_utf8_make_valid ((const char *) bytes, length) : NULL;
}

/* The time of day where the dump was made; its zone is not told, and UTC is assumed. */
static gint64
read_time (Cursor *cursor)
{
  int second = read_int (cursor);
  int minute = read_int (cursor);
  int hour = read_int (cursor);
  int day = read_int (cursor);
  int month = read_int (cursor);
  int year = read_int (cursor);
  g_autoptr(GDateTime) time = NULL;

  (void) read_int (cursor); /* daylight saving */
  if (cursor->result != MAINSTAY_DUMP_HEADER_WHOLE || month < 0 || month > 11 || year < 0 ||
      year > 8000)
    return -1;
  time = g_date_time_new_utc (1900 + year, 1 + month, day, hour, minute, second);
  return time != NULL ? g_date_time_to_unix (time) * 1000 : -1;
}

static void
read_versions (Cursor             *cursor,
               MainstayDumpHeader *header)
{
  header->major = read_byte (cursor);
  header->minor = read_byte (cursor);
  header->revision = read_byte (cursor);
  if (cursor->result == MAINSTAY_DUMP_HEADER_WHOLE &&
      (header->major < 1 || (header->major == 1 && header->minor < OLDEST_MINOR)))
    stop (cursor, MAINSTAY_DUMP_HEADER_TOO_OLD);
}

static void
read_sizes (Cursor             *cursor,
            MainstayDumpHeader *header)
{
  int offset_size;
  int format;

  cursor->int_size = (size_t) read_byte (cursor);
  offset_size = read_byte (cursor);
  format = read_byte (cursor);
  if (cursor->result != MAINSTAY_DUMP_HEADER_WHOLE)
    return;
  if (cursor->int_size < 1 || cursor->int_size > MAX_INT_SIZE || offset_size < 1 ||
      offset_size > MAX_INT_SIZE)
    stop (cursor, MAINSTAY_DUMP_HEADER_BROKEN);
  else if (format != FORMAT_CUSTOM)
    stop (cursor, MAINSTAY_DUMP_HEADER_NOT_CUSTOM);
  else
    {
      header->int_size = cursor->int_size;
      header->offset_size = (size_t) offset_size;
    }
}

/**
 * mainstay_dump_header_parse:
 * @bytes: the first bytes of a dump; hostile
 * @length: their number; %MAINSTAY_DUMP_HEADER_MAX are always enough
 * @header: (out): what it says, also in part; to be cleared whatever the result
 *
 * A format newer than 1.16 is read as if it were 1.16: whether to take it is the caller's choice.
 *
 * Returns: whether @header is whole
 */
MainstayDumpHeaderResult
mainstay_dump_header_parse (const guint8       *bytes,
                            size_t              length,
                            MainstayDumpHeader *header)
{
  Cursor cursor = { bytes, length, 4, MAINSTAY_DUMP_HEADER_WHOLE };
  const guint8 *magic = read_bytes (&cursor, MAGIC_LENGTH);

  memset (header, 0, sizeof *header);
  header->created_at = -1;
  if (magic != NULL && memcmp (magic, MAGIC, MAGIC_LENGTH) != 0)
    stop (&cursor, MAINSTAY_DUMP_HEADER_BROKEN);
  read_versions (&cursor, header);
  read_sizes (&cursor, header);
  if (header->major == 1 && header->minor < COMPRESSION_BYTE_MINOR)
    header->is_zlib = read_int (&cursor) != 0;
  else
    header->is_zlib = read_byte (&cursor) == ALGORITHM_GZIP;
  header->created_at = read_time (&cursor);
  header->database_name = read_text (&cursor);
  header->server_version = read_text (&cursor);
  header->program_version = read_text (&cursor);
  header->length = (size_t) (cursor.next - bytes);
  return cursor.result;
}

/** mainstay_dump_header_clear: frees its texts */
void
mainstay_dump_header_clear (MainstayDumpHeader *header)
{
  g_clear_pointer (&header->database_name, g_free);
  g_clear_pointer (&header->server_version, g_free);
  g_clear_pointer (&header->program_version, g_free);
}
