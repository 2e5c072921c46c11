/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-backup-metadata.h"

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr(MainstayBackupFile) file = g_new0 (MainstayBackupFile, 1);
  g_autoptr(GError) error = NULL;

  g_assert_true (mainstay_backup_metadata_parse ((const char *) data, size, file, &error) ==
                 (error == NULL));
  return 0;
}
