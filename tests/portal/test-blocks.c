/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-error.h"
#include "mainstay-portal-backup.h"
#include "mainstay-portal-content-private.h"
#include "mainstay-portal-content-stream.h"
#include "mainstay-portal-files.h"

/* Parts of a dump: where a manifest says that they are, and their bytes. */

#define MIB (1024 * 1024)
/* Several pieces. */
#define DUMP_SIZE (7 * MIB + 13)

typedef struct
{
  char *directory;
  MainstayPortalContentStore *store;
  MainstayPortalContent content;
  guint8 *dump;
} Fixture;

#define ADD(path, func) \
  g_test_add ("/portal/blocks/" path, Fixture, NULL, set_up, func, tear_down)

/* Bytes that cannot be compressed. */
static void
put_dump (Fixture *self)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (5);
  g_autoptr(MainstayPortalContentSession) session =
    mainstay_portal_content_session_new (self->store);
  g_autoptr(GOutputStream) stream = mainstay_portal_content_stream_new (session);
  g_autoptr(GError) error = NULL;

  self->dump = g_malloc (DUMP_SIZE);
  for (size_t i = 0; i < DUMP_SIZE; i++)
    self->dump[i] = (guint8) g_rand_int (rand);
  g_output_stream_write_all (stream, self->dump, DUMP_SIZE, NULL, NULL, &error);
  g_assert_no_error (error);
  mainstay_portal_content_stream_finish (MAINSTAY_PORTAL_CONTENT_STREAM (stream), &self->content,
                                         &error);
  g_assert_no_error (error);
  mainstay_portal_content_session_flush (session, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *contents = NULL;
  g_autoptr(GError) error = NULL;

  self->directory = g_dir_make_tmp ("mainstay-blocks-XXXXXX", &error);
  g_assert_no_error (error);
  contents = g_build_filename (self->directory, "contents", NULL);
  self->store = mainstay_portal_content_store_open (contents, TRUE, &error);
  g_assert_no_error (error);
  put_dump (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_clear_pointer (&self->store, mainstay_portal_content_store_close);
  g_assert_true (mainstay_portal_remove_tree (self->directory, NULL));
  g_clear_pointer (&self->directory, g_free);
  g_clear_pointer (&self->dump, g_free);
}

static gboolean
append_piece (const guint8  *bytes,
              size_t         length,
              gpointer       user_data,
              GError       **error)
{
  g_assert_cmpuint (length, >, 0);
  g_byte_array_append (user_data, bytes, (unsigned int) length);
  return TRUE;
}

/* Some of a dump, in one walk through its pieces. */
static void
assert_ranges (Fixture *self,
               GArray  *ranges)
{
  g_autoptr(GByteArray) expected = g_byte_array_new ();
  g_autoptr(GByteArray) found = g_byte_array_new ();
  g_autoptr(GError) error = NULL;

  for (unsigned int i = 0; i < ranges->len; i++)
    {
      MainstayPortalContentRange range = g_array_index (ranges, MainstayPortalContentRange, i);

      g_byte_array_append (expected, self->dump + range.offset, (unsigned int) range.length);
    }
  g_assert_true (mainstay_portal_content_store_read_ranges (self->store, &self->content, ranges,
                                                            append_piece, found, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (found->data, found->len, expected->data, expected->len);
}

static void
add_range (GArray *ranges,
           gint64  offset,
           gint64  length)
{
  MainstayPortalContentRange range = { offset, length };

  g_array_append_val (ranges, range);
}

static GArray *
new_ranges (void)
{
  return g_array_new (FALSE, FALSE, sizeof (MainstayPortalContentRange));
}

static void
test_ranges (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr(GArray) none = new_ranges (), ends = new_ranges (), all = new_ranges ();

  add_range (ends, 0, 1);
  add_range (ends, DUMP_SIZE - 1, 1);
  add_range (all, 0, DUMP_SIZE);
  assert_ranges (self, none);
  assert_ranges (self, ends);
  assert_ranges (self, all);
  for (int round = 0; round < 100; round++)
    {
      g_autoptr(GArray) ranges = new_ranges ();
      gint64 offset = 0, length;

      for (; offset < DUMP_SIZE; offset += length + g_test_rand_int_range (0, 2 * MIB))
        {
          length = g_test_rand_int_range (1, 3 * MIB);
          add_range (ranges, offset, MIN (length, DUMP_SIZE - offset));
        }
      assert_ranges (self, ranges);
    }
}

/* What a manifest says of a dump's blocks comes back, and cannot be of another dump's. */
static void
test_blocks (Fixture       *self,
             gconstpointer  data)
{
  static const struct
  {
    gint64 contents;
    MainstayDumpBlock blocks[2];
    gboolean is_right;
  } cases[] = {
    { 10, { { 7, 10, 50 }, { 8, 60, 40 } }, TRUE },
    { 10, { { 7, 10, 50 }, { 8, 61, 39 } }, TRUE },
    { 10, { { 7, 10, 51 }, { 8, 60, 40 } }, FALSE },
    { 11, { { 7, 10, 50 }, { 8, 60, 40 } }, FALSE },
    { 10, { { 7, 10, 50 }, { 8, 60, 41 } }, FALSE },
    { 10, { { 7, 10, 50 }, { 8, 60, G_MAXINT64 } }, FALSE },
    { 10, { { 7, 60, 40 }, { 8, 10, 50 } }, FALSE },
    { 101, { { 7, 101, 0 }, { 8, 101, 0 } }, FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(MainstayPortalBackup) written = mainstay_portal_backup_new ();
      g_autoptr(MainstayPortalBackup) backup = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *path = g_strdup_printf ("%s/%zu", self->directory, i);

      written->database.size = 100;
      written->contents_length = cases[i].contents;
      written->blocks = g_array_new (FALSE, FALSE, sizeof (MainstayDumpBlock));
      g_array_append_vals (written->blocks, cases[i].blocks, 2);
      g_assert_true (mainstay_portal_backup_write (written, path, FALSE, NULL));
      backup = mainstay_portal_backup_read (path, &error);
      g_assert_true ((backup != NULL) == cases[i].is_right);
      if (backup == NULL)
        {
          g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED);
          continue;
        }
      g_assert_cmpint (backup->contents_length, ==, cases[i].contents);
      g_assert_cmpmem (backup->blocks->data, backup->blocks->len * sizeof (MainstayDumpBlock),
                       cases[i].blocks, sizeof cases[i].blocks);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("ranges", test_ranges);
  ADD ("manifest", test_blocks);
  return g_test_run ();
}
