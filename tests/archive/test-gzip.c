/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-gzip-source.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "mainstay-error.h"
#include "mainstay-gzip-writer.h"
#include "memory-source.h"
#include "scratch.h"

#define ZLIB_PIECE 65536

/* What the source makes of @bytes, %NULL with an error. */
static GByteArray *
inflate_all (const guint8  *bytes,
             size_t         length,
             size_t         piece,
             GError       **error)
{
  g_autoptr(MainstayByteSource) memory = memory_source_new (bytes, length, piece);
  g_autoptr(MainstayByteSource) source = mainstay_gzip_source_new (memory);
  g_autoptr(GByteArray) content = g_byte_array_new ();
  const guint8 *taken;
  size_t taken_length;

  do
    {
      if (!mainstay_byte_source_take (source, &taken, &taken_length, error))
        return NULL;
      g_byte_array_append (content, taken, (unsigned int) taken_length);
    }
  while (taken_length > 0);
  return g_steal_pointer (&content);
}

/* The same by zlib, whose word counts: one member after the other up to the end. */
static GByteArray *
zlib_all (const guint8 *bytes,
          size_t        length)
{
  g_autoptr(GByteArray) content = g_byte_array_new ();
  g_autofree guint8 *out = g_malloc (ZLIB_PIECE);
  int result = Z_OK;
  z_stream zlib = { 0 };

  g_assert_cmpint (inflateInit2 (&zlib, 15 + 16), ==, Z_OK);
  zlib.next_in = (z_const Bytef *) bytes;
  zlib.avail_in = (uInt) length;
  do
    {
      if (result == Z_STREAM_END)
        inflateReset (&zlib);
      zlib.next_out = out;
      zlib.avail_out = ZLIB_PIECE;
      result = inflate (&zlib, Z_NO_FLUSH);
      g_byte_array_append (content, out, ZLIB_PIECE - zlib.avail_out);
    }
  while (result == Z_OK || (result == Z_STREAM_END && zlib.avail_in > 0 && *zlib.next_in != 0));
  while (result == Z_STREAM_END && zlib.avail_in > 0 && *zlib.next_in == 0)
    {
      zlib.next_in++;
      zlib.avail_in--;
    }
  inflateEnd (&zlib);
  return result == Z_STREAM_END && zlib.avail_in == 0 ? g_steal_pointer (&content) : NULL;
}

/* How often a wrong bit went unnoticed, which zlib found. */
static unsigned int unnoticed;

/* ISA-L lets a table of codes pass that lacks some when none of the lacking ones is used: then what
 * comes out is right all the same, which the checksum proves. */
static void
assert_as_zlib (const guint8     *bytes,
                size_t            length,
                size_t            piece,
                const GByteArray *right)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GByteArray) expected = zlib_all (bytes, length);
  g_autoptr(GByteArray) content = inflate_all (bytes, length, piece, &error);

  if (expected == NULL && content == NULL)
    {
      g_assert_true (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED) ||
                     g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED));
      return;
    }
  g_assert_no_error (error);
  if (expected == NULL)
    {
      g_assert_nonnull (right);
      unnoticed++;
    }
  else
    right = expected;
  g_assert_cmpmem (content->data, content->len, right->data, right->len);
}

/* @level and @strategy are as of zlib: level 0 makes stored blocks, %Z_FIXED fixed codes. */
static void
add_member (GByteArray *array,
            const void *bytes,
            size_t      length,
            int         level,
            int         strategy,
            gz_header  *header)
{
  unsigned int start = array->len;
  z_stream zlib = { 0 };

  g_assert_cmpint (deflateInit2 (&zlib, level, Z_DEFLATED, 15 + 16, 8, strategy), ==, Z_OK);
  if (header != NULL)
    g_assert_cmpint (deflateSetHeader (&zlib, header), ==, Z_OK);
  g_byte_array_set_size (array, start + 1024 + (unsigned int) deflateBound (&zlib, length));
  zlib.next_in = (z_const Bytef *) bytes;
  zlib.avail_in = (uInt) length;
  zlib.next_out = array->data + start;
  zlib.avail_out = array->len - start;
  g_assert_cmpint (deflate (&zlib, Z_FINISH), ==, Z_STREAM_END);
  g_byte_array_set_size (array, array->len - zlib.avail_out);
  deflateEnd (&zlib);
}

/* Text that compresses well, and noise in the middle of it. */
static GBytes *
mixed_bytes (size_t length)
{
  g_autoptr(GBytes) noise = noise_bytes (3, length / 4);
  guint8 *bytes = g_malloc (length);

  for (size_t i = 0; i < length; i++)
    bytes[i] = (guint8) ("the quick brown fox "[i % 20] + (i / 1000) % 5);
  if (length >= 4)
    memcpy (bytes + length / 2, g_bytes_get_data (noise, NULL), length / 4);
  return g_bytes_new_take (bytes, length);
}

static const struct
{
  int level;
  int strategy;
} ways[] = {
  { 0, Z_DEFAULT_STRATEGY }, { 1, Z_DEFAULT_STRATEGY }, { 6, Z_DEFAULT_STRATEGY },
  { 9, Z_FIXED }, { 6, Z_HUFFMAN_ONLY }, { 6, Z_RLE },
};

static void
test_round_trip (void)
{
  static const size_t lengths[] = { 0, 1, 2, 70, 65535, 65536, 262143, 262144, 262145, 3000000 };

  for (size_t i = 0; i < G_N_ELEMENTS (ways); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (lengths); j++)
      {
        g_autoptr(GByteArray) array = g_byte_array_new ();
        g_autoptr(GBytes) bytes = mixed_bytes (lengths[j]);

        add_member (array, g_bytes_get_data (bytes, NULL), lengths[j], ways[i].level,
                    ways[i].strategy, NULL);
        assert_as_zlib (array->data, array->len, 262144, NULL);
        assert_as_zlib (array->data, array->len, 4093, NULL);
        if (lengths[j] < 70000)
          assert_as_zlib (array->data, array->len, 1, NULL);
      }
}

static void
test_flips (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr(GByteArray) array = g_byte_array_new ();
      g_autoptr(GBytes) bytes = mixed_bytes (1200);
      g_autoptr(GByteArray) right = NULL;

      add_member (array, g_bytes_get_data (bytes, NULL), 1200, ways[i].level, ways[i].strategy,
                  NULL);
      add_member (array, "second", 6, ways[i].level, ways[i].strategy, NULL);
      right = zlib_all (array->data, array->len);
      unnoticed = 0;
      for (unsigned int bit = 0; bit < 8 * array->len; bit += 5)
        {
          array->data[bit / 8] ^= (guint8) (1 << bit % 8);
          assert_as_zlib (array->data, array->len, bit % 2 == 0 ? 7 : 262144, right);
          array->data[bit / 8] ^= (guint8) (1 << bit % 8);
        }
      g_test_message ("%u of %u unnoticed", unnoticed, 8 * array->len);
      g_assert_cmpuint (unnoticed, <, array->len / 100 + 5);
    }
}

/* Far into a member the window is behind the buffers' ends. */
static void
test_flips_far (void)
{
  g_autoptr(GByteArray) array = g_byte_array_new ();
  g_autoptr(GBytes) bytes = mixed_bytes (2000000);
  g_autoptr(GRand) rand = g_rand_new_with_seed (5);
  g_autoptr(GByteArray) right = NULL;

  add_member (array, g_bytes_get_data (bytes, NULL), 2000000, 6, Z_DEFAULT_STRATEGY, NULL);
  right = zlib_all (array->data, array->len);
  for (int i = 0; i < 100; i++)
    {
      unsigned int at = (unsigned int) g_rand_int_range (rand, 0, (int) array->len);
      guint8 mask = (guint8) (1 << g_rand_int_range (rand, 0, 8));

      array->data[at] ^= mask;
      assert_as_zlib (array->data, array->len, 65536, right);
      array->data[at] ^= mask;
    }
}

static void
test_cuts (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr(GByteArray) array = g_byte_array_new ();
      g_autoptr(GBytes) bytes = mixed_bytes (1200);
      unsigned int first;

      add_member (array, g_bytes_get_data (bytes, NULL), 1200, ways[i].level, ways[i].strategy,
                  NULL);
      first = array->len;
      add_member (array, "second", 6, ways[i].level, ways[i].strategy, NULL);
      for (unsigned int length = 0; length < array->len; length++)
        {
          g_autoptr(GError) error = NULL;
          g_autoptr(GByteArray) content = inflate_all (array->data, length,
                                                       length % 2 == 0 ? 5 : 262144, &error);

          if (length == first)
            g_assert_cmpuint (content->len, ==, 1200);
          else
            g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED);
        }
    }
}

static void
test_members (void)
{
  g_autoptr(GByteArray) array = g_byte_array_new ();
  g_autoptr(GBytes) bytes = mixed_bytes (400000);

  /* Empty ones at both ends and in the middle. */
  for (size_t i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      add_member (array, "", 0, ways[i].level, ways[i].strategy, NULL);
      add_member (array, g_bytes_get_data (bytes, NULL), 400000, ways[i].level, ways[i].strategy,
                  NULL);
      add_member (array, "x", 1, ways[i].level, ways[i].strategy, NULL);
    }
  add_member (array, "", 0, 6, Z_DEFAULT_STRATEGY, NULL);
  assert_as_zlib (array->data, array->len, 262144, NULL);
  assert_as_zlib (array->data, array->len, 11, NULL);
  g_byte_array_set_size (array, array->len + 700000);
  memset (array->data + array->len - 700000, 0, 700000);
  assert_as_zlib (array->data, array->len, 262144, NULL);
  array->data[array->len - 300000] = 0x1f;
  assert_as_zlib (array->data, array->len, 262144, NULL);
}

static gz_header
full_header (int header_crc)
{
  static guint8 extra[300];

  memset (extra, 0xe1, sizeof extra);
  return (gz_header) {
    .text = 1,
    .time = 1700000000,
    .os = 3,
    .extra = extra,
    .extra_len = sizeof extra,
    .name = (Bytef *) "a name.tar",
    .comment = (Bytef *) "a comment",
    .hcrc = header_crc,
  };
}

/* Each bit of a header with all that it can have: each is covered by the header's own CRC. */
static void
test_headers (void)
{
  for (int header_crc = 0; header_crc < 2; header_crc++)
    {
      g_autoptr(GByteArray) array = g_byte_array_new ();
      gz_header header = full_header (header_crc);
      g_autoptr(GError) error = NULL;
      g_autoptr(GByteArray) content = NULL;
      unsigned int length = 10 + 2 + 300 + 11 + 10;

      add_member (array, "content", 7, 6, Z_DEFAULT_STRATEGY, &header);
      for (size_t piece = 1; piece < 400; piece += 13)
        assert_as_zlib (array->data, array->len, piece, NULL);
      for (unsigned int bit = 0; bit < 8 * (length + 2); bit++)
        {
          array->data[bit / 8] ^= (guint8) (1 << bit % 8);
          assert_as_zlib (array->data, array->len, 1 + bit % 50, NULL);
          array->data[bit / 8] ^= (guint8) (1 << bit % 8);
        }
      array->data[length] ^= (guint8) header_crc;
      content = inflate_all (array->data, array->len, 262144, &error);
      if (header_crc)
        g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED);
      else
        g_assert_no_error (error);
    }
}

static void
test_trailers (void)
{
  for (int member = 0; member < 3; member++)
    for (int bit = 0; bit < 64; bit++)
      {
        g_autoptr(GByteArray) array = g_byte_array_new ();
        g_autoptr(GByteArray) content = NULL;
        g_autoptr(GError) error = NULL;

        for (int i = 0; i < 3; i++)
          {
            add_member (array, "0123456789", (size_t) (3 * i), 6, Z_DEFAULT_STRATEGY, NULL);
            if (i == member)
              array->data[array->len - 8 + (unsigned int) bit / 8] ^= (guint8) (1 << bit % 8);
          }
        content = inflate_all (array->data, array->len, bit % 2 == 0 ? 1 : 262144, &error);
        g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED);
        g_assert_nonnull (strstr (error->message, bit < 32 ? "checksum" : "length"));
      }
}

/* Writes @bytes in pieces and returns the file's name. */
static char *
write_gzip (Scratch *scratch,
            GBytes  *bytes,
            size_t   piece,
            char   **digest)
{
  char *path = scratch_file (scratch, "written.gz");
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_autoptr(MainstayGzipWriter) writer = mainstay_gzip_writer_new (fd);
  g_autoptr(GString) hex = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) written = NULL;
  size_t length;
  const guint8 *next = g_bytes_get_data (bytes, &length);
  guint8 sha256[32];
  gint64 size = 0;

  g_assert_cmpint (fd, >=, 0);
  for (; length > 0; next += MIN (piece, length), length -= MIN (piece, length))
    g_assert_true (mainstay_gzip_writer_add (writer, next, MIN (piece, length), &error));
  g_assert_true (mainstay_gzip_writer_finish (writer, sha256, &size, &error));
  g_assert_no_error (error);
  g_assert_cmpint (close (fd), ==, 0);
  written = load_bytes (path);
  g_assert_cmpint (size, ==, (gint64) g_bytes_get_size (written));
  for (int i = 0; i < 32; i++)
    g_string_append_printf (hex, "%02x", sha256[i]);
  *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, written);
  g_assert_cmpstr (hex->str, ==, *digest);
  return path;
}

/* One member, by whatever number of threads, that others read; the pieces are of no matter. */
static void
test_writer (Scratch       *scratch,
             gconstpointer  data)
{
  static const size_t lengths[] = { 0, 1, 524287, 524288, 524289, 1048576, 9000000 };

  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr(GBytes) bytes = mixed_bytes (lengths[i]);
      g_autofree char *digest = NULL, *same = NULL;
      g_autofree char *path = write_gzip (scratch, bytes, 70001, &digest);
      g_autofree char *again = write_gzip (scratch, bytes, 5000000, &same);
      g_autoptr(GBytes) written = load_bytes (path);
      g_autoptr(GByteArray) content = NULL, zlib_content = NULL;
      g_autoptr(GError) error = NULL;

      g_assert_cmpstr (digest, ==, same);
      content = inflate_all (g_bytes_get_data (written, NULL), g_bytes_get_size (written), 262144,
                             &error);
      g_assert_no_error (error);
      zlib_content = zlib_all (g_bytes_get_data (written, NULL), g_bytes_get_size (written));
      g_assert_cmpmem (content->data, content->len, g_bytes_get_data (bytes, NULL), lengths[i]);
      g_assert_cmpmem (zlib_content->data, zlib_content->len, g_bytes_get_data (bytes, NULL),
                       lengths[i]);
      run_program (scratch->path, "gzip", "-t", path, NULL);
    }
}

/* A writer given up while its threads are at work. */
static void
test_writer_given_up (Scratch       *scratch,
                      gconstpointer  data)
{
  g_autoptr(GBytes) bytes = mixed_bytes (3000000);
  int fd = open ("/dev/full", O_WRONLY | O_CLOEXEC);

  for (int i = 0; i < 20; i++)
    {
      g_autoptr(MainstayGzipWriter) writer = mainstay_gzip_writer_new (fd);
      g_autoptr(GError) error = NULL;
      guint8 sha256[32];
      gint64 size = 0;

      if (mainstay_gzip_writer_add (writer, g_bytes_get_data (bytes, NULL), 3000000, &error) &&
          i % 2 == 0)
        g_assert_false (mainstay_gzip_writer_finish (writer, sha256, &size, &error));
      if (i % 2 == 0 || error != NULL)
        g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE);
    }
  close (fd);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/archive/gzip/round-trip", test_round_trip);
  g_test_add_func ("/archive/gzip/flips", test_flips);
  g_test_add_func ("/archive/gzip/flips-far", test_flips_far);
  g_test_add_func ("/archive/gzip/cuts", test_cuts);
  g_test_add_func ("/archive/gzip/members", test_members);
  g_test_add_func ("/archive/gzip/headers", test_headers);
  g_test_add_func ("/archive/gzip/trailers", test_trailers);
  scratch_test ("/archive/gzip/writer", test_writer);
  scratch_test ("/archive/gzip/writer-given-up", test_writer_given_up);
  return g_test_run ();
}
