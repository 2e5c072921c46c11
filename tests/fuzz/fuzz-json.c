/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-json.h"

/* JSON of any kind, read and written. */

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr(JsonNode) root = mainstay_json_parse ((const char *) data, (gssize) size, NULL);
  g_autofree char *text = root != NULL ? mainstay_json_to_text (root) : NULL;

  if (text != NULL)
    g_assert_true (g_utf8_validate (text, -1, NULL));
  return 0;
}
