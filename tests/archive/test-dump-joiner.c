/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-dump-joiner.h"

#include <string.h>

#include "forge.h"
#include "mainstay-dump-check.h"
#include "mainstay-error.h"
#include "scratch.h"

#define INT_SIZE 4

static gboolean
append (const guint8  *bytes,
        size_t         length,
        gpointer       user_data,
        GError       **error)
{
  g_byte_array_append (user_data, bytes, (guint) length);
  return TRUE;
}

static gboolean
join (const guint8  *bytes,
      size_t         length,
      size_t         piece,
      GByteArray    *to,
      GError       **error)
{
  g_autoptr(MainstayDumpJoiner) self = mainstay_dump_joiner_new (INT_SIZE, append, to);

  for (size_t done = 0; done < length; done += MIN (piece, length - done))
    {
      /* Of its own size, so that reading beyond it is found. */
      g_autofree guint8 *copy = g_memdup2 (bytes + done, MIN (piece, length - done));

      if (!mainstay_dump_joiner_add (self, copy, MIN (piece, length - done), error))
        return FALSE;
    }
  return mainstay_dump_joiner_finish (self, error);
}

static guint32
read_length (const guint8 *bytes)
{
  g_assert_cmpint (bytes[0], ==, 0);
  return (guint32) bytes[1] | (guint32) bytes[2] << 8 | (guint32) bytes[3] << 16 |
         (guint32) bytes[4] << 24;
}

/* Chunks up to the one that is none. Returns: where they end */
static size_t
flatten_chunks (const guint8 *bytes,
                size_t        at,
                GByteArray   *to,
                unsigned int *n_chunks)
{
  guint32 length;

  while ((length = read_length (bytes + at)) > 0)
    {
      g_byte_array_append (to, bytes + at + 1 + INT_SIZE, length);
      at += 1 + INT_SIZE + length;
      (*n_chunks)++;
    }
  return at + 1 + INT_SIZE;
}

/* All that is in the blocks but the lengths of the chunks. */
static GByteArray *
flatten (const guint8 *bytes,
         size_t        length,
         unsigned int *n_chunks)
{
  GByteArray *flat = g_byte_array_new ();
  size_t at = 0;

  *n_chunks = 0;
  while (at < length)
    {
      gboolean has_objects = bytes[at] == 3;

      g_byte_array_append (flat, bytes + at, 2 + INT_SIZE);
      at += 2 + INT_SIZE;
      while (has_objects && memcmp (bytes + at, "\0\0\0\0\0", 5) != 0)
        {
          g_byte_array_append (flat, bytes + at, 1 + INT_SIZE);
          at = flatten_chunks (bytes, at + 1 + INT_SIZE, flat, n_chunks);
        }
      at = has_objects ? at + 1 + INT_SIZE : flatten_chunks (bytes, at, flat, n_chunks);
    }
  g_assert_cmpuint (at, ==, length);
  return flat;
}

/* Returns: how many chunks there are afterwards */
static unsigned int
assert_same (const guint8 *bytes,
             size_t        length)
{
  unsigned int before, after = 0;
  g_autoptr(GByteArray) expected = flatten (bytes, length, &before);

  for (size_t piece = 1; piece < 4 * length; piece *= 7)
    {
      g_autoptr(GByteArray) joined = g_byte_array_new ();
      g_autoptr(GByteArray) flat = NULL;
      g_autoptr(GError) error = NULL;

      g_assert_true (join (bytes, length, piece, joined, &error));
      g_assert_no_error (error);
      flat = flatten (joined->data, joined->len, &after);
      g_assert_cmpmem (flat->data, flat->len, expected->data, expected->len);
      g_assert_cmpuint (after, <=, before);
    }
  return after;
}

/* Made by pg_dump: tables and large objects, with and without compression. */
static void
test_real (void)
{
  static const char *const names[] = {
    "postgresql-15.backup", "postgresql-15-objects.backup", "postgresql-15-plain.backup",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "archive", "fixtures", names[i],
                                                     NULL);
      g_autoptr(GBytes) bytes = load_bytes (path);
      g_autoptr(MainstayDumpCheck) check = mainstay_dump_check_new (FALSE);
      g_autoptr(MainstayBackupFile) file = g_new0 (MainstayBackupFile, 1);
      const guint8 *dump = g_bytes_get_data (bytes, NULL);
      size_t length = g_bytes_get_size (bytes);
      size_t start;

      mainstay_dump_check_add (check, dump, length);
      g_assert_true (mainstay_dump_check_finish (check, file, NULL));
      start = (size_t) mainstay_dump_contents_get_length (mainstay_dump_check_get_contents (check));
      assert_same (dump + start, length - start);
    }
}

static void
append_int (GByteArray *to,
            guint32     value)
{
  const guint8 bytes[] = {
    0, (guint8) value, (guint8) (value >> 8), (guint8) (value >> 16), (guint8) (value >> 24),
  };

  g_byte_array_append (to, bytes, sizeof bytes);
}

static void
append_chunk (GByteArray *to,
              guint32     length)
{
  g_autofree guint8 *bytes = g_malloc (length);

  for (guint32 i = 0; i < length; i++)
    bytes[i] = (guint8) g_test_rand_int ();
  append_int (to, length);
  g_byte_array_append (to, bytes, length);
}

/* Rows of any length, and none, in blocks of tables. */
static void
test_rows (void)
{
  g_autoptr(GByteArray) blocks = g_byte_array_new ();

  for (guint32 id = 1; id <= 3; id++)
    {
      g_byte_array_append (blocks, (const guint8 *) "\1", 1);
      append_int (blocks, id);
      for (int i = 0; id != 2 && i < 3000; i++)
        append_chunk (blocks, (guint32) g_test_rand_int_range (1, i % 1000 == 0 ? 200000 : 90));
      append_int (blocks, 0);
    }
  g_assert_cmpuint (assert_same (blocks->data, blocks->len), <, 30);
}

static void
test_broken (void)
{
  g_autoptr(GByteArray) blocks = g_byte_array_new ();
  g_autoptr(GByteArray) to = g_byte_array_new ();

  g_byte_array_append (blocks, (const guint8 *) "\1", 1);
  append_int (blocks, 7);
  append_chunk (blocks, 20);
  append_int (blocks, 0);
  for (guint length = 1; length < blocks->len; length++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (join (blocks->data, length, length, to, &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED);
    }
  /* Another kind of block, a negative length and one that is too large. */
  for (guint i = 0; i < 3; i++)
    {
      static const guint offsets[] = { 0, 6, 10 };
      static const guint8 values[] = { 2, 1, 0x80 };
      g_autoptr(GError) error = NULL;
      guint8 before = blocks->data[offsets[i]];

      blocks->data[offsets[i]] = values[i];
      g_assert_false (join (blocks->data, blocks->len, 3, to, &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED);
      blocks->data[offsets[i]] = before;
    }
}

static gboolean
refuse (const guint8  *bytes,
        size_t         length,
        gpointer       user_data,
        GError       **error)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE, "Full");
  return FALSE;
}

static void
test_refused (void)
{
  g_autoptr(GByteArray) blocks = g_byte_array_new ();
  g_autoptr(MainstayDumpJoiner) self = mainstay_dump_joiner_new (INT_SIZE, refuse, NULL);
  g_autoptr(GError) error = NULL;

  g_byte_array_append (blocks, (const guint8 *) "\1", 1);
  append_int (blocks, 7);
  append_chunk (blocks, 100000);
  g_assert_false (mainstay_dump_joiner_add (self, blocks->data, blocks->len, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/archive/dump-joiner/real", test_real);
  g_test_add_func ("/archive/dump-joiner/rows", test_rows);
  g_test_add_func ("/archive/dump-joiner/broken", test_broken);
  g_test_add_func ("/archive/dump-joiner/refused", test_refused);
  return g_test_run ();
}
