/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "forge.h"

#include <string.h>

#include <zlib.h>

#define TAR_BLOCK 512

static void
fill_octal (guint8  *field,
            size_t   size,
            guint64  value)
{
  g_autofree char *text = g_strdup_printf ("%0*" G_GINT64_MODIFIER "o", (int) size - 1, value);

  memcpy (field, text, size);
}

/* Puts in the sum of the header's bytes. */
void
tar_sign (guint8 *header)
{
  unsigned int sum = 0;

  memset (header + 148, ' ', 8);
  for (int i = 0; i < TAR_BLOCK; i++)
    sum += header[i];
  fill_octal (header + 148, 7, sum);
}

/* @bytes is the content of a file, the target of a link. */
void
tar_add (GByteArray *tar,
         const char *name,
         char        type,
         const void *bytes,
         gssize      length)
{
  static const guint8 zeros[TAR_BLOCK];
  guint8 header[TAR_BLOCK] = { 0 };
  gboolean is_link = type == TAR_HARD_LINK || type == TAR_SYMLINK;
  size_t size = bytes == NULL ? 0 : length < 0 ? strlen (bytes) : (size_t) length;

  g_assert_cmpuint (strlen (name), <=, 100);
  memcpy (header, name, strlen (name));
  fill_octal (header + 100, 8, type == TAR_FOLDER ? 0755 : 0644);
  fill_octal (header + 108, 8, 0);
  fill_octal (header + 116, 8, 0);
  fill_octal (header + 124, 12, is_link ? 0 : size);
  fill_octal (header + 136, 12, 1700000000);
  header[156] = (guint8) type;
  if (is_link)
    memcpy (header + 157, bytes, MIN (size, 100));
  memcpy (header + 257, "ustar\00000", 8);
  tar_sign (header);
  g_byte_array_append (tar, header, TAR_BLOCK);
  if (is_link || size == 0)
    return;
  g_byte_array_append (tar, bytes, (unsigned int) size);
  g_byte_array_append (tar, zeros, (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}

void
tar_end (GByteArray *tar)
{
  static const guint8 zeros[2 * TAR_BLOCK];

  g_byte_array_append (tar, zeros, sizeof zeros);
}

GBytes *
gzip (const void *bytes,
      size_t      length)
{
  z_stream zlib = { 0 };
  size_t bound = length + length / 1000 + 4096;
  guint8 *out = g_malloc (bound);

  g_assert_cmpint (deflateInit2 (&zlib, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  zlib.next_in = (z_const Bytef *) bytes;
  zlib.avail_in = (uInt) length;
  zlib.next_out = out;
  zlib.avail_out = (uInt) bound;
  g_assert_cmpint (deflate (&zlib, Z_FINISH), ==, Z_STREAM_END);
  deflateEnd (&zlib);
  return g_bytes_new_take (out, bound - zlib.avail_out);
}

static void
add_16 (GByteArray *array,
        guint16     value)
{
  const guint8 bytes[] = { (guint8) value, (guint8) (value >> 8) };

  g_byte_array_append (array, bytes, sizeof bytes);
}

static void
add_32 (GByteArray *array,
        guint32     value)
{
  add_16 (array, (guint16) value);
  add_16 (array, (guint16) (value >> 16));
}

static void
add_64 (GByteArray *array,
        guint64     value)
{
  add_32 (array, (guint32) value);
  add_32 (array, (guint32) (value >> 32));
}

/* What a local header and one of the directory share. */
static void
add_zip_common (GByteArray     *array,
                const ZipEntry *entry,
                size_t          name_length,
                size_t          length)
{
  guint32 crc = (guint32) crc32 (0, (const Bytef *) entry->bytes, (uInt) length);

  add_16 (array, 20);
  add_16 (array, entry->flags);
  add_16 (array, entry->method);
  add_32 (array, 0x5a215a21);
  add_32 (array, crc ^ entry->crc_flip);
  add_32 (array, (guint32) length);
  add_32 (array, (guint32) length);
  add_16 (array, (guint16) name_length);
  add_16 (array, 0);
}

static void
add_zip_end (GByteArray *zip,
             unsigned    count,
             guint32     offset,
             guint32     size,
             gboolean    zip64)
{
  guint32 zip64_offset = zip->len;

  if (zip64)
    {
      g_byte_array_append (zip, (const guint8 *) "PK\6\6", 4);
      add_64 (zip, 44);
      add_16 (zip, 45);
      add_16 (zip, 45);
      add_32 (zip, 0);
      add_32 (zip, 0);
      add_64 (zip, count);
      add_64 (zip, count);
      add_64 (zip, size);
      add_64 (zip, offset);
      g_byte_array_append (zip, (const guint8 *) "PK\6\7", 4);
      add_32 (zip, 0);
      add_64 (zip, zip64_offset);
      add_32 (zip, 1);
    }
  g_byte_array_append (zip, (const guint8 *) "PK\5\6", 4);
  add_32 (zip, 0);
  add_16 (zip, zip64 ? 0xffff : (guint16) count);
  add_16 (zip, zip64 ? 0xffff : (guint16) count);
  add_32 (zip, zip64 ? 0xffffffff : size);
  add_32 (zip, zip64 ? 0xffffffff : offset);
  add_16 (zip, 0);
}

GByteArray *
zip_make (const ZipEntry *entries,
          size_t          n_entries,
          gboolean        zip64)
{
  GByteArray *zip = g_byte_array_new ();
  g_autoptr(GByteArray) directory = g_byte_array_new ();
  unsigned int count = 0;
  guint32 offset;

  for (size_t i = 0; i < n_entries; i++)
    {
      const ZipEntry *e = &entries[i];
      size_t name_length = e->name_length < 0 ? strlen (e->name) : (size_t) e->name_length;
      size_t length = e->length < 0 ? strlen (e->bytes) : (size_t) e->length;
      guint32 local = zip->len;

      g_byte_array_append (zip, (const guint8 *) "PK\3\4", 4);
      add_zip_common (zip, e, name_length, length);
      g_byte_array_append (zip, (const guint8 *) e->name, (unsigned int) name_length);
      g_byte_array_append (zip, (const guint8 *) e->bytes, (unsigned int) length);
      if (e->unlisted)
        continue;
      g_byte_array_append (directory, (const guint8 *) "PK\1\2", 4);
      add_16 (directory, 3 << 8 | 20);
      add_zip_common (directory, e, name_length, length);
      add_16 (directory, 0);
      add_16 (directory, 0);
      add_16 (directory, 0);
      add_32 (directory, e->attributes);
      add_32 (directory, local);
      g_byte_array_append (directory, (const guint8 *) e->name, (unsigned int) name_length);
      count++;
    }
  offset = zip->len;
  g_byte_array_append (zip, directory->data, directory->len);
  add_zip_end (zip, count, offset, directory->len, zip64);
  return zip;
}

static void
add_int (GByteArray *dump,
         int         value)
{
  const guint8 sign = value < 0;

  g_byte_array_append (dump, &sign, 1);
  add_32 (dump, (guint32) ABS (value));
}

static void
add_text (GByteArray *dump,
          const char *text)
{
  add_int (dump, text != NULL ? (int) strlen (text) : -1);
  if (text != NULL)
    g_byte_array_append (dump, (const guint8 *) text, (unsigned int) strlen (text));
}

GByteArray *
pgdump_header_make (int         minor,
                    const char *database)
{
  static const int time[] = { 45, 46, 6, 23, 10, 126, 0 };
  const guint8 versions[] = { 'P', 'G', 'D', 'M', 'P', 1, (guint8) minor, 0, 4, 8, 1 };
  GByteArray *dump = g_byte_array_new ();

  g_byte_array_append (dump, versions, sizeof versions);
  if (minor < 15)
    add_int (dump, 0);
  else
    g_byte_array_append (dump, (const guint8 *) "", 1);
  for (size_t i = 0; i < G_N_ELEMENTS (time); i++)
    add_int (dump, time[i]);
  add_text (dump, database);
  add_text (dump, "16.2 (Debian 16.2-1)");
  add_text (dump, "17.0");
  g_byte_array_append (dump, (const guint8 *) "table of contents", 17);
  return dump;
}

static void
add_place (GByteArray *dump,
           char        flag)
{
  const guint8 place[9] = { (guint8) flag };

  g_byte_array_append (dump, place, sizeof place);
}

/* One thing with data and one without. */
static void
add_contents (GByteArray *dump,
              int         minor)
{
  add_int (dump, 2);
  for (int id = 7; id <= 8; id++)
    {
      add_int (dump, id);
      add_int (dump, id == 7);
      for (int i = 0; i < 4; i++)
        add_text (dump, "TABLE");
      if (minor >= 11)
        add_int (dump, 3);
      for (int i = 0; i < (minor >= 14 ? 6 : 5); i++)
        add_text (dump, i == 1 ? NULL : "");
      if (minor >= 16)
        add_int (dump, 0);
      add_text (dump, "owner");
      add_text (dump, "false");
      add_text (dump, "12");
      add_text (dump, NULL);
      add_place (dump, id == 7 ? 1 : 3);
    }
  g_byte_array_append (dump, (const guint8 *) "\1", 1);
  add_int (dump, 7);
  add_text (dump, "a first chunk");
  add_text (dump, "a second one");
  add_int (dump, 0);
}

GByteArray *
pgdump_make (int         minor,
             const char *database)
{
  GByteArray *dump = pgdump_header_make (minor, database);

  g_byte_array_set_size (dump, dump->len - 17);
  add_contents (dump, minor);
  return dump;
}
