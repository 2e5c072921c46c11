/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-backup-file.h"

#include <string.h>

#include "forge.h"
#include "mainstay-dump-check.h"
#include "mainstay-error.h"
#include "memory-source.h"
#include "scratch.h"

static MainstayBackupFile *
inspect (const void  *bytes,
         size_t       length,
         size_t       piece,
         GError     **error)
{
  /* Of its own size, so that reading beyond it is found. */
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  g_autoptr(MainstayByteSource) source = memory_source_new (copy, length, piece);

  return mainstay_backup_file_inspect_source (source, MAINSTAY_FILE_DATABASE, NULL, error);
}

static void
assert_whole (const void *bytes,
              size_t      length)
{
  for (size_t piece = 1; piece < 100000; piece *= 7)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayBackupFile) file = inspect (bytes, length, piece, &error);

      g_assert_no_error (error);
      g_assert_true (file->dump_checked);
      g_assert_cmpint (file->dump_size, ==, (gint64) length);
    }
}

/* Without a source around it, since there are many to check. */
static void
assert_cut (const void *bytes,
            size_t      length)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  g_autoptr(MainstayDumpCheck) check = mainstay_dump_check_new (length % 2 == 0);
  g_autoptr(MainstayBackupFile) file = g_new0 (MainstayBackupFile, 1);
  g_autoptr(GError) error = NULL;

  mainstay_dump_check_add (check, copy, length);
  g_assert_false (mainstay_dump_check_finish (check, file, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED);
}

static void
assert_refused (const void    *bytes,
                size_t         length,
                MainstayError  code)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupFile) file = inspect (bytes, length, 4096, &error);

  g_assert_error (error, MAINSTAY_ERROR, (int) code);
}

/* Nothing but the whole of it is taken for the whole. */
static void
assert_cuts (const guint8 *bytes,
             size_t        length)
{
  assert_whole (bytes, length);
  for (size_t cut = 5; cut < length; cut++)
    assert_cut (bytes, cut);
}

/* Behind its table of contents there is one block after the other. */
static void
assert_blocks (const guint8 *bytes,
               size_t        length,
               unsigned int  n_blocks)
{
  g_autoptr(MainstayDumpCheck) check = mainstay_dump_check_new (FALSE);
  g_autoptr(MainstayBackupFile) file = g_new0 (MainstayBackupFile, 1);
  g_autoptr(GArray) blocks = NULL;
  g_autoptr(GError) error = NULL;
  const MainstayDumpContents *contents;
  gint64 end;

  mainstay_dump_check_add (check, bytes, length);
  g_assert_true (mainstay_dump_check_finish (check, file, &error));
  g_assert_no_error (error);
  contents = mainstay_dump_check_get_contents (check);
  end = mainstay_dump_contents_get_length (contents);
  blocks = mainstay_dump_contents_get_blocks (contents);
  g_assert_cmpuint (blocks->len, ==, n_blocks);
  for (unsigned int i = 0; i < blocks->len; i++)
    {
      const MainstayDumpBlock *block = &g_array_index (blocks, MainstayDumpBlock, i);

      g_assert_cmpint (block->offset, ==, end);
      g_assert_cmpint (bytes[block->offset], ==, n_blocks > 1 && i + 1 == n_blocks ? 3 : 1);
      g_assert_cmpint (bytes[block->offset + 2] | bytes[block->offset + 3] << 8, ==, block->id);
      end += block->length;
    }
  g_assert_cmpint (end, ==, (gint64) length);
}

/* Made by pg_dump: large objects, one of them with a number above 2^31 and without bytes, an empty
 * table, without compression, to a file and to a pipe, without data. */
static void
test_real (void)
{
  static const char *const names[] = {
    "postgresql-15.backup", "postgresql-15-objects.backup", "postgresql-15-plain.backup",
    "postgresql-15-schema.backup",
  };
  static const unsigned int n_blocks[] = { 1, 4, 4, 0 };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "archive", "fixtures", names[i],
                                                     NULL);
      g_autoptr(GBytes) bytes = load_bytes (path);
      g_autoptr(GByteArray) longer = g_byte_array_new ();

      assert_cuts (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      assert_blocks (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), n_blocks[i]);
      g_byte_array_append (longer, g_bytes_get_data (bytes, NULL),
                           (unsigned int) g_bytes_get_size (bytes));
      g_byte_array_append (longer, (const guint8 *) "", 1);
      assert_refused (longer->data, longer->len, MAINSTAY_ERROR_DAMAGED);
    }
}

static void
test_versions (void)
{
  for (int minor = 10; minor <= 18; minor++)
    {
      g_autoptr(GByteArray) dump = pgdump_make (minor, "app");
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayBackupFile) file = NULL;

      if (minor >= 12 && minor <= 16)
        {
          assert_cuts (dump->data, dump->len);
          continue;
        }
      /* Of these no more is known than their header. */
      file = inspect (dump->data, dump->len - 1, 4096, &error);
      g_assert_no_error (error);
      g_assert_false (file->dump_checked);
      g_assert_cmpint (file->dump_minor, ==, minor);
    }
}

/* What stands at the end: the block of data of number 7. */
#define BLOCK_LENGTH (1 + 5 + 5 + 13 + 5 + 12 + 5)

static void
test_blocks (void)
{
  g_autoptr(GByteArray) dump = pgdump_make (14, "app");
  unsigned int start = dump->len - BLOCK_LENGTH;
  g_autofree guint8 *block = g_memdup2 (dump->data + start, BLOCK_LENGTH);

  /* None, another's, one too many, of an unknown kind, of a length below none. */
  assert_refused (dump->data, start, MAINSTAY_ERROR_TRUNCATED);
  dump->data[start + 2] = 8;
  assert_refused (dump->data, dump->len, MAINSTAY_ERROR_DAMAGED);
  dump->data[start + 2] = 7;
  dump->data[start] = 2;
  assert_refused (dump->data, dump->len, MAINSTAY_ERROR_DAMAGED);
  dump->data[start] = 1;
  dump->data[start + 6] = 1;
  assert_refused (dump->data, dump->len, MAINSTAY_ERROR_DAMAGED);
  dump->data[start + 6] = 0;
  assert_whole (dump->data, dump->len);
  g_byte_array_append (dump, block, BLOCK_LENGTH);
  assert_refused (dump->data, dump->len, MAINSTAY_ERROR_DAMAGED);
}

/* A place that the table of contents tells and that is another. */
static void
test_places (void)
{
  g_autoptr(GByteArray) dump = pgdump_make (14, "app");
  unsigned int start = dump->len - BLOCK_LENGTH;
  guint8 *place = NULL;

  for (unsigned int i = 0; i + 9 < start; i++)
    /* Behind the end of what it depends on. */
    if (memcmp (dump->data + i, "\1\1\0\0\0" "\1\0\0\0\0\0\0\0\0", 14) == 0)
      place = dump->data + i + 5;
  g_assert_nonnull (place);
  place[0] = 2;
  assert_refused (dump->data, dump->len, MAINSTAY_ERROR_DAMAGED);
  place[1] = (guint8) start;
  place[2] = (guint8) (start >> 8);
  assert_whole (dump->data, dump->len);
  place[1]++;
  assert_refused (dump->data, dump->len, MAINSTAY_ERROR_DAMAGED);
}

/* What was compressed has a checksum for each table and large object. Unnoticed may go what names a
 * large object, and a repetition that points to another place with the same bytes. */
static void
test_flips (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                 "postgresql-15-objects.backup", NULL);
  g_autoptr(GBytes) bytes = load_bytes (path);
  size_t length = g_bytes_get_size (bytes);
  g_autofree guint8 *dump = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
  const guint8 *start = memmem (dump, length, "\x78\x9c", 2);
  unsigned int unnoticed = 0;

  g_assert_nonnull (start);
  for (size_t offset = (size_t) (start - dump); offset < length; offset++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayBackupFile) file = NULL;

      dump[offset] ^= (guint8) (1 << offset % 8);
      file = inspect (dump, length, 4096, &error);
      dump[offset] ^= (guint8) (1 << offset % 8);
      unnoticed += error == NULL;
    }
  g_assert_cmpuint (unnoticed, <, (length - (size_t) (start - dump)) / 30);
}

/* Whatever becomes of its bytes, it comes to an end. */
static void
test_mutations (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (9);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                 "postgresql-15-objects.backup", NULL);
  g_autoptr(GBytes) bytes = load_bytes (path);
  int found = 0;

  for (int round = 0; round < 1000; round++)
    {
      g_autoptr(GByteArray) dump = g_byte_array_new ();
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayBackupFile) file = NULL;

      g_byte_array_append (dump, g_bytes_get_data (bytes, NULL),
                           (unsigned int) g_bytes_get_size (bytes));
      for (int i = g_rand_int_range (rand, 1, 4); i > 0; i--)
        dump->data[g_rand_int_range (rand, 5, (int) dump->len)] = (guint8) g_rand_int (rand);
      file = inspect (dump->data, dump->len, 4096, &error);
      g_assert_true ((file == NULL) == (error != NULL));
      found += error != NULL;
    }
  g_assert_cmpint (found, >, 300);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/archive/dump-contents/real", test_real);
  g_test_add_func ("/archive/dump-contents/versions", test_versions);
  g_test_add_func ("/archive/dump-contents/blocks", test_blocks);
  g_test_add_func ("/archive/dump-contents/places", test_places);
  g_test_add_func ("/archive/dump-contents/flips", test_flips);
  g_test_add_func ("/archive/dump-contents/mutations", test_mutations);
  return g_test_run ();
}
