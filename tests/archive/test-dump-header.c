/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-dump-header.h"

#include <string.h>

#include "forge.h"
#include "mainstay-sqlite-header.h"
#include "scratch.h"

/* A copy of exactly the bytes, so that a sanitizer sees each byte read beyond. */
static MainstayDumpHeaderResult
parse (const guint8       *bytes,
       size_t              length,
       MainstayDumpHeader *header)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length);

  return mainstay_dump_header_parse (copy, length, header);
}

static void
test_versions (void)
{
  for (int minor = 10; minor <= 18; minor++)
    {
      g_autoptr(GByteArray) dump = pgdump_header_make (minor, "app");
      g_auto(MainstayDumpHeader) header = { 0 };

      g_assert_cmpint (parse (dump->data, dump->len, &header), ==, MAINSTAY_DUMP_HEADER_WHOLE);
      g_assert_cmpint (header.major, ==, 1);
      g_assert_cmpint (header.minor, ==, minor);
      g_assert_cmpstr (header.database_name, ==, "app");
      g_assert_cmpstr (header.server_version, ==, "16.2 (Debian 16.2-1)");
      g_assert_cmpstr (header.program_version, ==, "17.0");
      /* 2026-11-23T06:46:45Z */
      g_assert_cmpint (header.created_at, ==, G_GINT64_CONSTANT (1795416405000));
      g_assert_cmpuint (header.length, ==, dump->len - 17);
    }
}

static void
test_real (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "archive", "fixtures",
                                                 "postgresql-15.backup", NULL);
  g_autoptr(GBytes) dump = load_bytes (path);
  g_auto(MainstayDumpHeader) header = { 0 };

  g_assert_cmpint (parse (g_bytes_get_data (dump, NULL), g_bytes_get_size (dump), &header), ==,
                   MAINSTAY_DUMP_HEADER_WHOLE);
  g_assert_cmpint (header.major, ==, 1);
  g_assert_cmpint (header.minor, ==, 14);
  g_assert_cmpstr (header.database_name, ==, "sample");
  g_assert_cmpstr (header.server_version, ==, "15.18 (Debian 15.18-0+deb12u1)");
  g_assert_cmpstr (header.program_version, ==, "15.18 (Debian 15.18-0+deb12u1)");
}

static void
test_no_database (void)
{
  g_autoptr(GByteArray) dump = pgdump_header_make (14, NULL);
  g_auto(MainstayDumpHeader) header = { 0 };

  g_assert_cmpint (parse (dump->data, dump->len, &header), ==, MAINSTAY_DUMP_HEADER_WHOLE);
  g_assert_null (header.database_name);
  g_assert_cmpstr (header.program_version, ==, "17.0");
}

static void
test_short (void)
{
  for (int minor = 13; minor <= 16; minor++)
    {
      g_autoptr(GByteArray) dump = pgdump_header_make (minor, "app");

      for (size_t length = 0; length < dump->len - 17; length++)
        {
          g_auto(MainstayDumpHeader) header = { 0 };

          g_assert_cmpint (parse (dump->data, length, &header), ==, MAINSTAY_DUMP_HEADER_SHORT);
        }
    }
}

static void
test_other_versions (void)
{
  g_autoptr(GByteArray) dump = pgdump_header_make (14, "app");
  g_auto(MainstayDumpHeader) header = { 0 };

  dump->data[6] = 9;
  g_assert_cmpint (parse (dump->data, dump->len, &header), ==, MAINSTAY_DUMP_HEADER_TOO_OLD);
  dump->data[5] = 0;
  dump->data[6] = 14;
  g_assert_cmpint (parse (dump->data, dump->len, &header), ==, MAINSTAY_DUMP_HEADER_TOO_OLD);
  dump->data[5] = 1;
  dump->data[10] = 3;
  g_assert_cmpint (parse (dump->data, dump->len, &header), ==, MAINSTAY_DUMP_HEADER_NOT_CUSTOM);
  dump->data[10] = 1;
  dump->data[8] = 0;
  g_assert_cmpint (parse (dump->data, dump->len, &header), ==, MAINSTAY_DUMP_HEADER_BROKEN);
  dump->data[8] = 33;
  g_assert_cmpint (parse (dump->data, dump->len, &header), ==, MAINSTAY_DUMP_HEADER_BROKEN);
}

static void
test_next_major (void)
{
  g_autoptr(GByteArray) dump = pgdump_header_make (16, "app");
  g_auto(MainstayDumpHeader) header = { 0 };

  dump->data[5] = 2;
  dump->data[6] = 0;
  g_assert_cmpint (parse (dump->data, dump->len, &header), ==, MAINSTAY_DUMP_HEADER_WHOLE);
  g_assert_cmpint (header.major, ==, 2);
  g_assert_cmpint (header.minor, ==, 0);
}

/* Lengths and numbers that lie: 16 is the first of the seven ints, 51 the name's length. */
static void
test_hostile_numbers (void)
{
  static const guint8 huge[] = { 0, 0xff, 0xff, 0xff, 0x7f };
  static const guint8 larger[] = { 0, 0xff, 0xff, 0xff, 0xff };
  static const guint8 negative[] = { 1, 0xff, 0xff, 0xff, 0x7f };
  g_autoptr(GByteArray) dump = pgdump_header_make (14, "app");
  size_t name = 16 + 7 * 5;

  for (int i = 0; i < 3; i++)
    {
      g_auto(MainstayDumpHeader) header = { 0 };

      memcpy (dump->data + name, i == 0 ? huge : i == 1 ? larger : negative, 5);
      if (i < 2)
        g_assert_cmpint (parse (dump->data, dump->len, &header), ==,
                         MAINSTAY_DUMP_HEADER_BROKEN);
      else
        g_assert_cmpint (parse (dump->data, dump->len, &header), !=, MAINSTAY_DUMP_HEADER_WHOLE);
      g_assert_null (header.database_name);
    }
  for (int field = 0; field < 6; field++)
    {
      g_autoptr(GByteArray) other = pgdump_header_make (14, "app");
      g_auto(MainstayDumpHeader) header = { 0 };

      memcpy (other->data + 16 + 5 * field, huge, 5);
      g_assert_cmpint (parse (other->data, other->len, &header), ==, MAINSTAY_DUMP_HEADER_WHOLE);
      g_assert_cmpint (header.created_at, ==, -1);
    }
}

/* Whatever a byte becomes, the parser stays within the bytes and gives valid text. */
static void
test_mutations (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (14);

  for (int round = 0; round < 20000; round++)
    {
      g_autoptr(GByteArray) dump = pgdump_header_make (10 + round % 7, "app");
      g_auto(MainstayDumpHeader) header = { 0 };
      int changes = g_rand_int_range (rand, 1, 4);

      for (int i = 0; i < changes; i++)
        dump->data[g_rand_int_range (rand, 5, (int) dump->len)] = (guint8) g_rand_int (rand);
      if (parse (dump->data, dump->len, &header) == MAINSTAY_DUMP_HEADER_WHOLE)
        {
          g_assert_cmpuint (header.length, <=, dump->len);
          g_assert_true (header.database_name == NULL ||
                         g_utf8_validate (header.database_name, -1, NULL));
          g_assert_cmpint (header.minor, >=, header.major == 1 ? 10 : 0);
        }
    }
}

static void
fill_sqlite (guint8 header[100])
{
  memset (header, 0, 100);
  memcpy (header, "SQLite format 3", 16);
  header[16] = 0x10; /* 4096 */
  header[18] = header[19] = 1;
  memcpy (header + 21, "\x40\x20\x20", 3);
  header[27] = header[95] = 7;
  header[31] = 3;
}

static void
test_sqlite (void)
{
  guint8 header[100];

  fill_sqlite (header);
  g_assert_cmpint (mainstay_sqlite_header_check (header, 100, 3 * 4096), ==,
                   MAINSTAY_SQLITE_WHOLE);
  g_assert_cmpint (mainstay_sqlite_header_check (header, 100, 3 * 4096 - 1), ==,
                   MAINSTAY_SQLITE_SHORT);
  g_assert_cmpint (mainstay_sqlite_header_check (header, 100, 2 * 4096), ==,
                   MAINSTAY_SQLITE_SHORT);
  g_assert_cmpint (mainstay_sqlite_header_check (header, 100, 3 * 4096 + 1), ==,
                   MAINSTAY_SQLITE_LONG);
  g_assert_cmpint (mainstay_sqlite_header_check (header, 100, 100), ==, MAINSTAY_SQLITE_SHORT);
  g_assert_cmpint (mainstay_sqlite_header_check (header, 99, 3 * 4096), ==,
                   MAINSTAY_SQLITE_SHORT);
  /* A number of pages that is out of date. */
  header[95] = 6;
  g_assert_cmpint (mainstay_sqlite_header_check (header, 100, 9 * 4096), ==,
                   MAINSTAY_SQLITE_WHOLE);
  g_assert_cmpint (mainstay_sqlite_header_check (header, 100, 9 * 4096 + 5), ==,
                   MAINSTAY_SQLITE_SHORT);
  /* 65536 is written as 1. */
  fill_sqlite (header);
  header[16] = 0;
  header[17] = 1;
  g_assert_cmpint (mainstay_sqlite_header_check (header, 100, 3 * 65536), ==,
                   MAINSTAY_SQLITE_WHOLE);
}

static void
test_sqlite_broken (void)
{
  static const int offsets[] = { 0, 16, 17, 18, 19, 21, 22, 23 };

  for (size_t i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      guint8 header[100];

      fill_sqlite (header);
      header[offsets[i]] ^= 0x0b;
      g_assert_cmpint (mainstay_sqlite_header_check (header, 100, 3 * 4096), ==,
                       MAINSTAY_SQLITE_BROKEN);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/archive/dump-header/versions", test_versions);
  g_test_add_func ("/archive/dump-header/real", test_real);
  g_test_add_func ("/archive/dump-header/no-database", test_no_database);
  g_test_add_func ("/archive/dump-header/short", test_short);
  g_test_add_func ("/archive/dump-header/other-versions", test_other_versions);
  g_test_add_func ("/archive/dump-header/next-major", test_next_major);
  g_test_add_func ("/archive/dump-header/hostile-numbers", test_hostile_numbers);
  g_test_add_func ("/archive/dump-header/mutations", test_mutations);
  g_test_add_func ("/archive/sqlite-header/sizes", test_sqlite);
  g_test_add_func ("/archive/sqlite-header/broken", test_sqlite_broken);
  return g_test_run ();
}
