/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-dump-header.h"

/* The header of a dump, whole and cut anywhere: more bytes never make it shorter. */

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_auto(MainstayDumpHeader) header = { 0 };
  MainstayDumpHeaderResult result = mainstay_dump_header_parse (data, size, &header);

  if (result != MAINSTAY_DUMP_HEADER_WHOLE)
    return 0;
  g_assert_cmpuint (header.length, <=, size);
  for (size_t length = 0; length < header.length; length++)
    {
      g_auto(MainstayDumpHeader) part = { 0 };

      g_assert_cmpint (mainstay_dump_header_parse (data, length, &part), ==,
                       MAINSTAY_DUMP_HEADER_SHORT);
    }
  return 0;
}
