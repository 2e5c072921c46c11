/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include <string.h>

#include "mainstay-portal-backup.h"

/* What a snapshot says that it holds: as the file of now, and as the one in a folder of before. */

static void
check_totals (MainstayPortalBackup *backup)
{
  g_assert_cmpint (backup->database.size, >=, 0);
  g_assert_cmpint (backup->files_size, >=, 0);
  g_assert_cmpint (backup->files_count, >=, 0);
}

/* Within the dump, each behind the one before. */
static void
check_blocks (MainstayPortalBackup *backup)
{
  gint64 end = backup->contents_length;

  for (unsigned int i = 0; i < backup->blocks->len; i++)
    {
      const MainstayDumpBlock *block = &g_array_index (backup->blocks, MainstayDumpBlock, i);

      g_assert_cmpint (block->offset, >=, end);
      g_assert_cmpint (block->length, >=, 0);
      g_assert_cmpint (block->length, <=, backup->database.size - block->offset);
      end = block->offset + block->length;
    }
}

static void
check_new (const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalBackup) backup = mainstay_portal_backup_read (path, &error);

  g_assert_true ((backup == NULL) == (error != NULL));
  if (backup == NULL)
    return;
  check_totals (backup);
  if (backup->blocks != NULL)
    check_blocks (backup);
  g_assert_null (backup->folder);
}

static void
check_old (const char *folder)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalBackup) backup = mainstay_portal_backup_read (folder, &error);

  g_assert_true ((backup == NULL) == (error != NULL));
  if (backup == NULL)
    return;
  check_totals (backup);
  for (unsigned int i = 0; i < backup->entries->len; i++)
    {
      const MainstayPortalTreeEntry *entry =
        &g_array_index (backup->entries, MainstayPortalTreeEntry, i);

      g_assert_cmpint (entry->size, >=, 0);
      g_assert_true (mainstay_portal_tree_is_name (entry->name, sizeof entry->name));
      g_assert_null (memchr (entry->name, '.', sizeof entry->name));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *path = fuzz_write ("manifest", data, size);
  g_autofree char *folder = g_path_get_dirname (path);

  check_new (path);
  check_old (folder);
  return 0;
}
