/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>
#include <zlib.h>

#include "mainstay-error.h"
#include "mainstay-portal-files.h"
#include "mainstay-portal-pack.h"

/* What is on the disk, in the form of now and in the one of before. */

#define PACK_ID 7

static GByteArray *
make_text (size_t length)
{
  GByteArray *text = g_byte_array_new ();

  while (text->len < length)
    {
      g_autofree char *row = g_strdup_printf ("%u\tInvoice %08x of Harbour\t%d\n", text->len,
                                              g_test_rand_int (), g_test_rand_int_range (0, 100));

      g_byte_array_append (text, (const guint8 *) row, (guint) strlen (row));
    }
  g_byte_array_set_size (text, (guint) length);
  return text;
}

/* What is compressed comes back, and whatever is not exactly that does not. */
static void
test_compress (void)
{
  g_autoptr(MainstayPortalCompressor) compressor = mainstay_portal_compressor_new ();

  for (size_t length = 64; length < 3000000; length = length * 3 + 1)
    {
      g_autoptr(GByteArray) text = make_text (length);
      g_autofree guint8 *to = g_malloc (length), *back = g_malloc (length + 1);
      size_t stored = mainstay_portal_compressor_run (compressor, text->data, length, to);

      g_assert_true (length < 200 || stored > 0);
      if (stored == 0)
        continue;
      g_assert_cmpuint (stored, <, length);
      g_assert_true (mainstay_portal_decompress (MAINSTAY_PORTAL_CODEC_ZSTD, to, stored, back,
                                                 length));
      g_assert_cmpmem (back, length, text->data, length);
      g_assert_false (mainstay_portal_decompress (MAINSTAY_PORTAL_CODEC_ZSTD, to, stored, back,
                                                  length - 1));
      g_assert_false (mainstay_portal_decompress (MAINSTAY_PORTAL_CODEC_ZSTD, to, stored, back,
                                                  length + 1));
      g_assert_false (mainstay_portal_decompress (MAINSTAY_PORTAL_CODEC_ZSTD, to, stored - 1, back,
                                                  length));
      g_assert_false (mainstay_portal_decompress (MAINSTAY_PORTAL_CODEC_DEFLATE, to, stored, back,
                                                  length));
      g_assert_false (mainstay_portal_decompress (9, to, stored, back, length));
    }
}

/* Nothing is made of what cannot be made smaller. */
static void
test_random (void)
{
  g_autoptr(MainstayPortalCompressor) compressor = mainstay_portal_compressor_new ();
  g_autofree guint8 *bytes = g_malloc (100000), *to = g_malloc (100000);

  for (size_t i = 0; i < 100000; i++)
    bytes[i] = (guint8) g_test_rand_int ();
  for (size_t length = 1; length < 100000; length = length * 2 + 1)
    g_assert_cmpuint (mainstay_portal_compressor_run (compressor, bytes, length, to), ==, 0);
}

static size_t
deflate_bytes (const GByteArray *from,
               guint8           *to,
               size_t            room)
{
  z_stream stream = { .next_in = from->data, .avail_in = from->len, .next_out = to,
                      .avail_out = (uInt) room };
  size_t stored;

  g_assert_cmpint (deflateInit2 (&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), ==,
                   Z_OK);
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  stored = stream.total_out;
  deflateEnd (&stream);
  return stored;
}

/* A pack with one record, as an earlier portal wrote it. */
static void
write_pack (const char       *folder,
            const GByteArray *text,
            const guint8     *stored,
            size_t            length)
{
  g_autofree char *path = mainstay_portal_pack_dup_path (folder, PACK_ID);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  MainstayPortalPackHeader header;
  MainstayPortalPackRecord record;
  MainstayPortalPackFooter footer;
  MainstayPortalPlace place = { .offset = sizeof header, .stored = (guint32) length,
                                .length = text->len };

  mainstay_sha256_of (text->data, text->len, place.digest);
  mainstay_portal_pack_header_fill (&header, PACK_ID);
  mainstay_portal_pack_record_fill (&record, MAINSTAY_PORTAL_CODEC_DEFLATE, place.digest, stored,
                                    length, text->len);
  mainstay_portal_pack_footer_fill (&footer, &place, 1, sizeof header + sizeof record + length);
  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  g_byte_array_append (bytes, (const guint8 *) &record, sizeof record);
  g_byte_array_append (bytes, stored, (guint) length);
  g_byte_array_append (bytes, (const guint8 *) &place, sizeof place);
  g_byte_array_append (bytes, (const guint8 *) &footer, sizeof footer);
  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
}

static void
test_deflate (void)
{
  g_autofree char *folder = g_dir_make_tmp ("mainstay-packs-XXXXXX", NULL);
  g_autoptr(GByteArray) text = make_text (50000), back = g_byte_array_new ();
  g_autofree guint8 *stored = g_malloc (text->len);
  g_autoptr(MainstayPortalPack) pack = NULL;
  g_autoptr(GArray) places = NULL;
  g_autoptr(GError) error = NULL;
  gboolean is_damaged = TRUE;

  write_pack (folder, text, stored, deflate_bytes (text, stored, text->len));
  pack = mainstay_portal_pack_open (folder, PACK_ID, &error);
  g_assert_no_error (error);
  places = mainstay_portal_pack_list (pack, &is_damaged, &error);
  g_assert_no_error (error);
  g_assert_false (is_damaged);
  g_assert_cmpuint (places->len, ==, 1);
  g_assert_true (mainstay_portal_pack_read (
    pack, &g_array_index (places, MainstayPortalPlace, 0), back, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (back->data, back->len, text->data, text->len);
  g_assert_true (mainstay_portal_remove_tree (folder, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/packs/compress", test_compress);
  g_test_add_func ("/portal/packs/random", test_random);
  g_test_add_func ("/portal/packs/deflate", test_deflate);
  return g_test_run ();
}
