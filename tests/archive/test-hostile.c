/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-backup-file.h"

#include <string.h>
#include <zlib.h>

#include "forge.h"
#include "mainstay-archive-reader.h"
#include "mainstay-archive-walk.h"
#include "mainstay-error.h"
#include "scratch.h"

#define UUID_A "0a1b2c3d-0000-4000-8000-00000000000a"
#define UPPER_A "0A1B2C3D-0000-4000-8000-00000000000A"
#define UUID_B "ffee0000-1111-4222-8333-44445555666b"
#define NAME_A "tree/0a/1b/" UUID_A
#define NAME_B "tree/ff/ee/" UUID_B

/* Inspecting and unpacking must agree: both refuse, and nothing gets out of the folder. */
static void
refuse (Scratch       *scratch,
        const void    *bytes,
        size_t         length,
        MainstayError  code,
        const char    *named)
{
  g_autofree char *path = scratch_write (scratch, "file", bytes, (gssize) length);
  g_autofree char *out = scratch_file (scratch, "out");
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) unpack_error = NULL;
  gint64 count = 0, size = 0;

  scratch_make (scratch, "out/inside", "", 0);
  g_assert_null (mainstay_backup_file_inspect (path, MAINSTAY_FILE_UNKNOWN, NULL, NULL, NULL,
                                               &error));
  g_assert_error (error, MAINSTAY_ERROR, (int) code);
  g_test_message ("%s", error->message);
  if (named != NULL)
    g_assert_nonnull (strstr (error->message, named));
  for (const char *c = error->message; *c != '\0'; c = g_utf8_next_char (c))
    g_assert_true (g_unichar_isprint (g_utf8_get_char (c)));
  g_assert_false (mainstay_archive_extract_files (path, out, &count, &size, NULL,
                                                  &unpack_error));
  g_assert_nonnull (unpack_error);
  scratch_tear_down (scratch, NULL);
  scratch_set_up (scratch, NULL);
}

static void
refuse_tar (Scratch       *scratch,
            GByteArray    *tar,
            MainstayError  code,
            const char    *named)
{
  g_autoptr(GBytes) compressed = gzip (tar->data, tar->len);

  refuse (scratch, tar->data, tar->len, code, named);
  refuse (scratch, g_bytes_get_data (compressed, NULL), g_bytes_get_size (compressed), code,
          named);
}

static void
test_names (Scratch       *scratch,
            gconstpointer  data)
{
  static const struct
  {
    const char *name;
    MainstayError code;
    const char *named;
  } cases[] = {
    { "/etc/cron.d/x", MAINSTAY_ERROR_UNSAFE_PATH, "/etc/cron.d/x" },
    { "../../x", MAINSTAY_ERROR_UNSAFE_PATH, "../../x" },
    { "tree/0a/1b/../../../x", MAINSTAY_ERROR_UNSAFE_PATH, "../../../x" },
    { "tree\\0a\\1b\\x", MAINSTAY_ERROR_UNSAFE_PATH, "tree\\\\0a" },
    { "tree/\x1b[2J", MAINSTAY_ERROR_UNSAFE_PATH, "\\x1b[2J" },
    { "readme.txt", MAINSTAY_ERROR_NOT_A_BACKUP, "readme.txt" },
    { "tree/0a/1c/" UUID_A, MAINSTAY_ERROR_NOT_A_BACKUP, "tree/0a/1c" },
    { "caf\xc3\xa9", MAINSTAY_ERROR_NOT_A_BACKUP, "café" },
    { "\xff\xfe", MAINSTAY_ERROR_NOT_A_BACKUP, "\\xff\\xfe" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GByteArray) tar = g_byte_array_new ();

      tar_add (tar, NAME_B, TAR_FILE, "good", -1);
      tar_add (tar, cases[i].name, TAR_FILE, "bad", -1);
      tar_end (tar);
      refuse_tar (scratch, tar, cases[i].code, cases[i].named);
    }
}

static void
test_types (Scratch       *scratch,
            gconstpointer  data)
{
  static const char types[] = {
    TAR_HARD_LINK, TAR_SYMLINK, TAR_CHARACTER_DEVICE, '4', TAR_FIFO,
  };

  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr(GByteArray) tar = g_byte_array_new ();
      gboolean is_link = types[i] == TAR_HARD_LINK || types[i] == TAR_SYMLINK;

      tar_add (tar, NAME_B, TAR_FILE, "good", -1);
      tar_add (tar, NAME_A, types[i], is_link ? "/etc/passwd" : NULL, -1);
      tar_end (tar);
      refuse_tar (scratch, tar, MAINSTAY_ERROR_UNSAFE_PATH, UUID_A);
    }
}

/* A link for a folder, and then a file "in" it. */
static void
test_link_folder (Scratch       *scratch,
                  gconstpointer  data)
{
  g_autoptr(GByteArray) tar = g_byte_array_new ();

  tar_add (tar, "tree/0a", TAR_SYMLINK, "/tmp", -1);
  tar_add (tar, NAME_A, TAR_FILE, "bad", -1);
  tar_end (tar);
  refuse_tar (scratch, tar, MAINSTAY_ERROR_UNSAFE_PATH, "tree/0a");
}

static void
test_duplicates (Scratch       *scratch,
                 gconstpointer  data)
{
  static const char *const names[] = { NAME_A, ("./" NAME_A), ("tree/0A/1B/" UPPER_A) };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(GByteArray) tar = g_byte_array_new ();

      tar_add (tar, NAME_A, TAR_FILE, "one", -1);
      tar_add (tar, NAME_B, TAR_FILE, "other", -1);
      tar_add (tar, names[i], TAR_FILE, "two", -1);
      tar_end (tar);
      refuse_tar (scratch, tar, MAINSTAY_ERROR_NOT_A_BACKUP, UUID_A);
    }
  for (int i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? ".metadata" : "db/db.backup";
      g_autoptr(GByteArray) tar = g_byte_array_new ();
      g_autoptr(GByteArray) dump = pgdump_make (14, "app");

      for (int twice = 0; twice < 2; twice++)
        if (i == 0)
          tar_add (tar, name, TAR_FILE, "{}", -1);
        else
          tar_add (tar, name, TAR_FILE, dump->data, dump->len);
      tar_end (tar);
      refuse_tar (scratch, tar, MAINSTAY_ERROR_NOT_A_BACKUP, name);
    }
}

static void
test_mixed_layout (Scratch       *scratch,
                   gconstpointer  data)
{
  g_autoptr(GByteArray) tar = g_byte_array_new ();

  tar_add (tar, NAME_A, TAR_FILE, "one", -1);
  tar_add (tar, "ff/ee/" UUID_B, TAR_FILE, "two", -1);
  tar_end (tar);
  refuse_tar (scratch, tar, MAINSTAY_ERROR_NOT_A_BACKUP, UUID_B);
}

/* A gigabyte that costs nothing, behind the bytes or before them. */
static void
test_sparse (Scratch       *scratch,
             gconstpointer  data)
{
  static const char *const commands[] = {
    "printf end > " NAME_A "; truncate -s 1G " NAME_A,
    "truncate -s 1G " NAME_A "; printf end >> " NAME_A,
  };

  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *archive = scratch_file (scratch, "sparse.tar");
      g_autoptr(GBytes) bytes = NULL;

      scratch_make (scratch, NAME_A, "", 0);
      run_program (scratch->path, "sh", "-c", commands[i], NULL);
      run_program (scratch->path, "tar", "-cSf", archive, NAME_A, NULL);
      bytes = load_bytes (archive);
      g_assert_cmpuint (g_bytes_get_size (bytes), <, 100000);
      refuse (scratch, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
              MAINSTAY_ERROR_NOT_A_BACKUP, UUID_A);
    }
}

/* Every kind of end that a tar file can have. */
static void
test_tar_end (Scratch       *scratch,
              gconstpointer  data)
{
  g_autofree char *zeros = g_malloc0 (4096);
  g_autoptr(GByteArray) tar = g_byte_array_new ();
  size_t entries;
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupFile) file = NULL;
  g_autofree char *path = NULL;

  tar_add (tar, NAME_B, TAR_FILE, "some", -1);
  tar_add (tar, NAME_A, TAR_FILE, zeros, 4096);
  entries = tar->len;
  tar_end (tar);
  /* The zeros at the end of the last file are not the end mark. */
  refuse (scratch, tar->data, entries, MAINSTAY_ERROR_TRUNCATED, NULL);
  refuse (scratch, tar->data, entries + 512, MAINSTAY_ERROR_TRUNCATED, NULL);
  refuse (scratch, tar->data, entries - 1, MAINSTAY_ERROR_TRUNCATED, NULL);
  refuse (scratch, tar->data, entries - 4096, MAINSTAY_ERROR_TRUNCATED, NULL);
  g_byte_array_append (tar, (const guint8 *) zeros, 4096);
  path = scratch_write (scratch, "padded", tar->data, tar->len);
  file = mainstay_backup_file_inspect (path, MAINSTAY_FILE_FILES, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (file->files_size, ==, 4100);
  g_byte_array_append (tar, (const guint8 *) "x", 1);
  refuse_tar (scratch, tar, MAINSTAY_ERROR_DAMAGED, "follows");
}

static void
test_too_many (Scratch       *scratch,
               gconstpointer  data)
{
  static const MainstayArchiveVisitor nobody = { NULL, NULL, NULL };
  g_autoptr(GByteArray) tar = g_byte_array_new ();
  g_autofree char *path = NULL;

  for (int i = 0; i < 11; i++)
    tar_add (tar, "tree/", TAR_FOLDER, NULL, 0);
  tar_end (tar);
  path = scratch_write (scratch, "file", tar->data, tar->len);
  for (int bound = 10; bound <= 11; bound++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayBackupStream) stream = mainstay_backup_stream_open (path, NULL, &error);
      MainstayArchiveTotals totals;

      g_assert_no_error (error);
      g_assert_cmpint (mainstay_archive_walk (stream, bound, &nobody, NULL, &totals, &error), ==,
                       bound == 11);
      if (bound == 10)
        g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP);
    }
}

static void
test_zip_entries (Scratch       *scratch,
                  gconstpointer  data)
{
  static const struct
  {
    ZipEntry entry;
    MainstayError code;
    const char *named;
  } cases[] = {
    { { "../x", -1, "", 0 }, MAINSTAY_ERROR_UNSAFE_PATH, "../x" },
    { { "/x", -1, "", 0 }, MAINSTAY_ERROR_UNSAFE_PATH, "/x" },
    { { "..\\x", -1, "", 0 }, MAINSTAY_ERROR_UNSAFE_PATH, ".." },
    { { "tree\\0a\\1b\\" UUID_A, -1, "", 0 }, MAINSTAY_ERROR_UNSAFE_PATH, "backslash" },
    { { "__MACOSX/._x", -1, "", 0 }, MAINSTAY_ERROR_NOT_A_BACKUP, "__MACOSX/._x" },
    { { "db/db.backup", -1, "PGDMP", -1 }, MAINSTAY_ERROR_NOT_A_BACKUP, "db/db.backup" },
    { { NAME_B, -1, "twice", -1 }, MAINSTAY_ERROR_NOT_A_BACKUP, UUID_B },
    { { NAME_A, -1, "/etc/passwd", -1, .attributes = 0120777u << 16 },
      MAINSTAY_ERROR_UNSAFE_PATH, UUID_A },
    { { NAME_A, -1, "", 0, .attributes = 0020666u << 16 }, MAINSTAY_ERROR_UNSAFE_PATH, UUID_A },
    { { NAME_A, -1, "secret bytes", -1, .flags = 1 }, MAINSTAY_ERROR_NOT_A_BACKUP, "password" },
    { { NAME_A "\0.exe", sizeof NAME_A + 4, "", 0 }, MAINSTAY_ERROR_UNSAFE_PATH, "\\x00.exe" },
    { { NAME_A, -1, "bytes", -1, .crc_flip = 0x100 }, MAINSTAY_ERROR_DAMAGED, "CRC" },
    { { NAME_A, -1, "bytes", -1, .method = 9 }, MAINSTAY_ERROR_NOT_A_BACKUP, "64-bit" },
    { { NAME_A, -1, "bytes", -1, .method = 8 }, MAINSTAY_ERROR_DAMAGED, NULL },
    { { NAME_A, -1, "bytes", -1, .unlisted = TRUE }, MAINSTAY_ERROR_DAMAGED, "lists 1" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ZipEntry entries[] = { { NAME_B, -1, "good", -1 }, cases[i].entry };
      g_autoptr(GByteArray) zip = zip_make (entries, 2, FALSE);

      g_test_message ("%" G_GSIZE_FORMAT " %s", i, cases[i].entry.name);
      refuse (scratch, zip->data, zip->len, cases[i].code, cases[i].named);
    }
}

static GByteArray *
make_full_gzip (void)
{
  g_autoptr(GByteArray) tar = g_byte_array_new ();
  g_autoptr(GByteArray) dump = pgdump_make (14, "app");
  g_autoptr(GBytes) noise = noise_bytes (4, 1500);
  g_autoptr(GBytes) compressed = NULL;
  GByteArray *array = g_byte_array_new ();

  tar_add (tar, ".metadata", TAR_FILE, "{}", -1);
  tar_add (tar, "db/db.backup", TAR_FILE, dump->data, dump->len);
  tar_add (tar, NAME_A, TAR_FILE, g_bytes_get_data (noise, NULL), 1500);
  tar_end (tar);
  compressed = gzip (tar->data, tar->len);
  g_byte_array_append (array, g_bytes_get_data (compressed, NULL),
                       (unsigned int) g_bytes_get_size (compressed));
  return array;
}

static GError *
inspect_error (const char *path)
{
  GError *error = NULL;
  g_autoptr(MainstayBackupFile) file =
    mainstay_backup_file_inspect (path, MAINSTAY_FILE_UNKNOWN, NULL, NULL, NULL, &error);

  g_assert_true ((file == NULL) == (error != NULL));
  return error;
}

static void
test_cut_anywhere (Scratch       *scratch,
                   gconstpointer  data)
{
  g_autoptr(GByteArray) array = make_full_gzip ();

  for (size_t length = 0; length < array->len; length++)
    {
      g_autofree char *path = scratch_write (scratch, "file", array->data, (gssize) length);
      g_autoptr(GError) error = inspect_error (path);

      g_assert_error (error, MAINSTAY_ERROR,
                      (length < 2 ? MAINSTAY_ERROR_NOT_A_BACKUP : MAINSTAY_ERROR_TRUNCATED));
    }
}

static GBytes *
gunzip (const GByteArray *array)
{
  size_t bound = 1024 * 1024;
  guint8 *out = g_malloc (bound);
  z_stream zlib = { 0 };

  g_assert_cmpint (inflateInit2 (&zlib, 15 + 16), ==, Z_OK);
  zlib.next_in = array->data;
  zlib.avail_in = array->len;
  zlib.next_out = out;
  zlib.avail_out = (uInt) bound;
  g_assert_cmpint (inflate (&zlib, Z_FINISH), ==, Z_STREAM_END);
  inflateEnd (&zlib);
  return g_bytes_new_take (out, bound - zlib.avail_out);
}

/* Each byte gets a wrong bit in turn. Unnoticed may go only what changes nothing that is in the
 * file: the gzip header's time and system, and a repetition of zeros that points to other zeros. */
static void
test_flip_anywhere (Scratch       *scratch,
                    gconstpointer  data)
{
  g_autoptr(GByteArray) array = make_full_gzip ();
  g_autoptr(GBytes) content = gunzip (array);
  unsigned int unnoticed = 0;

  for (size_t offset = 0; offset < array->len; offset++)
    {
      int bit = (int) (offset * 5 + offset / 8) % 8;
      g_autofree char *path = NULL;
      g_autoptr(GError) error = NULL;

      array->data[offset] ^= (guint8) (1 << bit);
      path = scratch_write (scratch, "file", array->data, (gssize) array->len);
      error = inspect_error (path);
      if (error != NULL)
        g_assert_cmpuint (error->domain, ==, MAINSTAY_ERROR);
      else
        {
          g_autoptr(GBytes) same = gunzip (array);

          g_assert_true (g_bytes_equal (same, content));
          unnoticed++;
        }
      array->data[offset] ^= (guint8) (1 << bit);
    }
  g_assert_cmpuint (unnoticed, <, array->len / 50);
}

static void
test_zip_cut_anywhere (Scratch       *scratch,
                       gconstpointer  data)
{
  static const ZipEntry entries[] = { { NAME_A, -1, "first file", -1 }, { NAME_B, -1, "", 0 } };

  for (int zip64 = 0; zip64 < 2; zip64++)
    {
      g_autoptr(GByteArray) zip = zip_make (entries, 2, zip64);

      for (size_t length = 4; length < zip->len; length++)
        {
          g_autofree char *path = scratch_write (scratch, "file", zip->data, (gssize) length);
          g_autoptr(GError) error = inspect_error (path);

          g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED);
        }
    }
}

/* Nothing crashes, hangs or is believed wrongly, whatever becomes of a zip file. */
static void
test_zip_mutations (Scratch       *scratch,
                    gconstpointer  data)
{
  static const ZipEntry entries[] = { { NAME_A, -1, "first file", -1 }, { NAME_B, -1, "", 0 } };
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);

  for (int round = 0; round < 3000; round++)
    {
      g_autoptr(GByteArray) zip = zip_make (entries, 2, round % 2);
      g_autofree char *path = NULL;
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayBackupFile) file = NULL;

      for (int i = g_rand_int_range (rand, 1, 4); i > 0; i--)
        zip->data[g_rand_int_range (rand, 4, (int) zip->len)] = (guint8) g_rand_int (rand);
      path = scratch_write (scratch, "file", zip->data, zip->len);
      file = mainstay_backup_file_inspect (path, MAINSTAY_FILE_UNKNOWN, NULL, NULL, NULL, &error);
      g_assert_true ((file == NULL) == (error != NULL));
      if (file != NULL)
        {
          g_assert_cmpint (file->files_count, ==, 2);
          g_assert_cmpint (file->files_size, ==, 10);
        }
    }
}

/* A directory that is larger than the buffer it is read through. */
static void
test_zip_many (Scratch       *scratch,
               gconstpointer  data)
{
  g_autofree ZipEntry *entries = g_new0 (ZipEntry, 6000);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GByteArray) zip = NULL;
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupFile) file = NULL;

  for (int i = 0; i < 6000; i++)
    {
      g_ptr_array_add (names, g_strdup_printf ("tree/%02x/%02x/%02x%02x0000-0000-4000-8000-"
                                               "%012d", i % 256, i / 256, i % 256, i / 256, i));
      entries[i] = (ZipEntry) { names->pdata[i], -1, names->pdata[i], -1 };
    }
  zip = zip_make (entries, 6000, FALSE);
  path = scratch_write (scratch, "file", zip->data, zip->len);
  file = mainstay_backup_file_inspect (path, MAINSTAY_FILE_FILES, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (file->files_count, ==, 6000);
  g_assert_cmpint (file->files_size, ==, 6000 * 47);
}

static GByteArray *
make_mutated_tar (GRand *rand)
{
  GByteArray *tar = g_byte_array_new ();

  tar_add (tar, "tree/", TAR_FOLDER, NULL, 0);
  tar_add (tar, NAME_A, TAR_FILE, "first", -1);
  tar_add (tar, NAME_B, TAR_FILE, "second", -1);
  tar_end (tar);
  for (int i = g_rand_int_range (rand, 1, 4); i > 0; i--)
    tar->data[g_rand_int_range (rand, 0, (int) tar->len)] = (guint8) g_rand_int (rand);
  /* With a sum that fits, so that more than the sum is put to the test. */
  tar_sign (tar->data);
  tar_sign (tar->data + 512);
  tar_sign (tar->data + 1536);
  return tar;
}

/* No byte of a tar file that became another leads out of the folder. */
static void
test_tar_mutations (Scratch       *scratch,
                    gconstpointer  data)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (8);
  g_autofree char *out = scratch_file (scratch, "deep/out");

  for (int round = 0; round < 2000; round++)
    {
      g_autoptr(GByteArray) tar = make_mutated_tar (rand);
      g_autofree char *path = scratch_write (scratch, "deep/file", tar->data, tar->len);
      g_autoptr(GError) error = inspect_error (path);
      g_autoptr(GDir) dir = NULL;
      gint64 count = -1, size = -1;

      if (error != NULL)
        g_assert_cmpuint (error->domain, ==, MAINSTAY_ERROR);
      if (round % 100 != 0)
        continue;
      scratch_make (scratch, "deep/out/made", "", 0);
      if (mainstay_archive_extract_files (path, out, &count, &size, NULL, NULL))
        g_assert_cmpint (count, <=, 2);
      else
        g_assert_nonnull (error);
      run_program (scratch->path, "rm", "-r", "deep", NULL);
      dir = g_dir_open (scratch->path, 0, NULL);
      g_assert_null (g_dir_read_name (dir));
    }
}

static void
test_gzip_members (Scratch       *scratch,
                   gconstpointer  data)
{
  g_autoptr(GByteArray) tar = g_byte_array_new ();
  g_autoptr(GByteArray) joined = g_byte_array_new ();
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;

  tar_add (tar, NAME_A, TAR_FILE, "first", -1);
  tar_end (tar);
  /* Members of one byte each, an empty one, and padding behind them all. */
  for (size_t i = 0; i <= tar->len; i++)
    {
      g_autoptr(GBytes) member = gzip (tar->data + i, i < tar->len ? 1 : 0);

      g_byte_array_append (joined, g_bytes_get_data (member, NULL),
                           (unsigned int) g_bytes_get_size (member));
    }
  path = scratch_write (scratch, "file", joined->data, joined->len);
  error = inspect_error (path);
  g_assert_no_error (error);
  g_byte_array_set_size (joined, joined->len + 1000);
  memset (joined->data + joined->len - 1000, 0, 1000);
  g_clear_pointer (&path, g_free);
  path = scratch_write (scratch, "file", joined->data, joined->len);
  error = inspect_error (path);
  g_assert_no_error (error);
  joined->data[joined->len - 1] = 'x';
  refuse (scratch, joined->data, joined->len, MAINSTAY_ERROR_DAMAGED, "follows");
  joined->data[joined->len - 1000] = 'x';
  refuse (scratch, joined->data, joined->len, MAINSTAY_ERROR_DAMAGED, "follows");
}

/* The CRC and the length of each member, not of the last alone. */
static void
test_gzip_trailers (Scratch       *scratch,
                    gconstpointer  data)
{
  g_autoptr(GByteArray) tar = g_byte_array_new ();

  tar_add (tar, NAME_A, TAR_FILE, "first", -1);
  tar_end (tar);
  for (int byte = 1; byte <= 8; byte++)
    {
      g_autoptr(GBytes) first = gzip (tar->data, 700);
      g_autoptr(GBytes) second = gzip (tar->data + 700, tar->len - 700);
      g_autoptr(GByteArray) joined = g_byte_array_new ();

      g_byte_array_append (joined, g_bytes_get_data (first, NULL),
                           (unsigned int) g_bytes_get_size (first));
      joined->data[joined->len - (unsigned int) byte] ^= 0x40;
      g_byte_array_append (joined, g_bytes_get_data (second, NULL),
                           (unsigned int) g_bytes_get_size (second));
      refuse (scratch, joined->data, joined->len, MAINSTAY_ERROR_DAMAGED, "incorrect");
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  scratch_test ("/archive/hostile/names", test_names);
  scratch_test ("/archive/hostile/types", test_types);
  scratch_test ("/archive/hostile/link-folder", test_link_folder);
  scratch_test ("/archive/hostile/duplicates", test_duplicates);
  scratch_test ("/archive/hostile/mixed-layout", test_mixed_layout);
  scratch_test ("/archive/hostile/sparse", test_sparse);
  scratch_test ("/archive/hostile/tar-end", test_tar_end);
  scratch_test ("/archive/hostile/too-many", test_too_many);
  scratch_test ("/archive/hostile/zip-entries", test_zip_entries);
  scratch_test ("/archive/hostile/cut-anywhere", test_cut_anywhere);
  scratch_test ("/archive/hostile/flip-anywhere", test_flip_anywhere);
  scratch_test ("/archive/hostile/zip-cut-anywhere", test_zip_cut_anywhere);
  scratch_test ("/archive/hostile/zip-mutations", test_zip_mutations);
  scratch_test ("/archive/hostile/zip-many", test_zip_many);
  scratch_test ("/archive/hostile/tar-mutations", test_tar_mutations);
  scratch_test ("/archive/hostile/gzip-members", test_gzip_members);
  scratch_test ("/archive/hostile/gzip-trailers", test_gzip_trailers);
  return g_test_run ();
}
