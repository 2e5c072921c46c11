/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include <zlib.h>

#include "mainstay-gzip-source.h"
#include "memory-source.h"

/* gzip data: the first byte tells in what pieces it comes. What zlib takes for one whole member is
 * taken here as well and holds the same; of what it inflates no more than this is looked at. */
#define MAX_CONTENT (1 << 16)

static GByteArray *
inflate_by_zlib (const guint8 *data,
                 size_t        size)
{
  g_autoptr(GByteArray) content = g_byte_array_sized_new (MAX_CONTENT);
  z_stream zlib = { 0 };
  int result;

  g_byte_array_set_size (content, MAX_CONTENT);
  g_assert_cmpint (inflateInit2 (&zlib, 15 + 16), ==, Z_OK);
  zlib.next_in = (z_const Bytef *) data;
  zlib.avail_in = (uInt) size;
  zlib.next_out = content->data;
  zlib.avail_out = MAX_CONTENT;
  result = inflate (&zlib, Z_FINISH);
  g_byte_array_set_size (content, MAX_CONTENT - zlib.avail_out);
  inflateEnd (&zlib);
  return result == Z_STREAM_END && zlib.avail_in == 0 ? g_steal_pointer (&content) : NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  size_t offset = MIN (size, 1);
  size_t piece = size > 0 ? 1 + (size_t) data[0] * 16 : 1;
  g_autoptr(MainstayByteSource) memory = memory_source_new (data + offset, size - offset, piece);
  g_autoptr(MainstayByteSource) source = mainstay_gzip_source_new (memory);
  g_autoptr(GByteArray) content = g_byte_array_new ();
  g_autoptr(GByteArray) expected = inflate_by_zlib (data + offset, size - offset);
  g_autoptr(GError) error = NULL;
  const guint8 *bytes;
  size_t length = 1;

  while (length > 0 && content->len <= MAX_CONTENT &&
         mainstay_byte_source_take (source, &bytes, &length, &error))
    g_byte_array_append (content, bytes, (unsigned int) length);
  if (expected == NULL)
    return 0;
  g_assert_no_error (error);
  g_assert_cmpmem (content->data, content->len, expected->data, expected->len);
  return 0;
}
