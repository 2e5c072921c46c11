/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-zip-directory.h"
#include "memory-source.h"

/* What follows the entries of a zip file: the first two bytes tell in what pieces it comes, and how
 * many entries there were. */

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  size_t offset = MIN (size, 2);
  g_autoptr(MainstayByteSource) source = NULL;
  g_autoptr(GError) error = NULL;
  MainstayZipTally met = { 0 };

  if (size < 2)
    return 0;
  source = memory_source_new (data + offset, size - offset, 1 + (size_t) data[0] * 16);
  met.count = data[1];
  g_assert_true (mainstay_zip_directory_check (source, 100, &met, &error) == (error == NULL));
  return 0;
}
