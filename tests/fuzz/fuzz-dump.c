/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-dump-check.h"

/* A dump: whatever the pieces in which it comes, it is judged the same. */

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
  return mainstay_dump_check_finish (self, file, error) ? g_steal_pointer (&file) : NULL;
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
