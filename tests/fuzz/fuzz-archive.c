/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-backup-file.h"
#include "memory-source.h"

/* A backup file of any kind, as its bytes arrive: the first one tells in what pieces. */

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  size_t offset = MIN (size, 1);
  size_t piece = size > 0 ? 1 + (size_t) data[0] * 16 : 1;
  g_autoptr(MainstayByteSource) source = memory_source_new (data + offset, size - offset, piece);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupFile) file =
    mainstay_backup_file_inspect_source (source, MAINSTAY_FILE_UNKNOWN, NULL, &error);

  g_assert_true ((file == NULL) == (error != NULL));
  if (file == NULL)
    return 0;
  g_assert_cmpint (file->size, ==, (gint64) size - 1);
  g_assert_cmpint (file->kind, !=, MAINSTAY_FILE_UNKNOWN);
  g_assert_cmpuint (strlen (file->sha256), ==, 64);
  return 0;
}
