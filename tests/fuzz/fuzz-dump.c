/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-dump-check.h"

/* A dump: whatever the pieces in which it comes, it is judged the same. */

/* Each behind the one before, up to the end. */
static void
check_blocks (const MainstayDumpContents *contents,
              gint64                      size)
{
  gint64 end = mainstay_dump_contents_get_length (contents);
  g_autoptr(GArray) blocks = mainstay_dump_contents_get_blocks (contents);

  g_assert_cmpint (end, >, 0);
  for (guint i = 0; blocks != NULL && i < blocks->len; i++)
    {
      const MainstayDumpBlock *block = &g_array_index (blocks, MainstayDumpBlock, i);

      g_assert_cmpint (block->offset, ==, end);
      g_assert_cmpint (block->length, >, 0);
      end += block->length;
    }
  g_assert_true (blocks == NULL || end == size);
}

static MainstayBackupFile *
check (const guint8  *data,
       size_t         size,
       size_t         piece,
       GError       **error)
{
  g_autoptr(MainstayDumpCheck) self = mainstay_dump_check_new (TRUE);
  g_autoptr(MainstayBackupFile) file = g_new0 (MainstayBackupFile, 1);

  for (size_t done = 0; done < size; done += MIN (piece, size - done))
    mainstay_dump_check_add (self, data + done, MIN (piece, size - done));
  if (!mainstay_dump_check_finish (self, file, error))
    return NULL;
  if (mainstay_dump_check_get_contents (self) != NULL)
    check_blocks (mainstay_dump_check_get_contents (self), (gint64) size);
  return g_steal_pointer (&file);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr(GError) error = NULL, other_error = NULL;
  g_autoptr(MainstayBackupFile) file = check (data, size, size, &error);
  g_autoptr(MainstayBackupFile) other = check (data, size, 3, &other_error);

  g_assert_true ((file == NULL) == (error != NULL));
  g_assert_true ((file == NULL) == (other == NULL));
  if (file == NULL)
    g_assert_true (g_error_matches (other_error, error->domain, error->code));
  else
    g_assert_cmpint (file->dump_checked, ==, other->dump_checked);
  return 0;
}
