/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include <string.h>

#include "mainstay-entry-name.h"

/* Names in an archive: what is let pass leads to no other place, and what is shown is text. */

static void
check (const char *name,
       size_t      length,
       gboolean    is_folder)
{
  MainstayEntryName parsed;
  guint8 uuid[MAINSTAY_UUID_BYTES];
  g_autoptr(GError) error = NULL;

  if (!mainstay_entry_name_parse (name, length, is_folder, &parsed, &error))
    {
      g_assert_nonnull (error);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }
  g_assert_no_error (error);
  g_assert_null (g_strstr_len (name, (gssize) length, ".."));
  g_assert_null (memchr (name, '\\', length));
  g_assert_true (length == 0 || name[0] != '/');
  if (parsed.kind != MAINSTAY_ENTRY_FILE)
    return;
  g_assert_false (is_folder);
  g_assert_cmpuint (strlen (parsed.uuid), ==, MAINSTAY_UUID_LENGTH);
  g_assert_true (mainstay_entry_uuid_parse (parsed.uuid, uuid));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *name = g_memdup2 (data, size);
  g_autofree char *shown = mainstay_entry_name_escape (name, size);

  g_assert_true (g_utf8_validate (shown, -1, NULL));
  check (name, size, FALSE);
  check (name, size, TRUE);
  return 0;
}
