/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-excerpt.h"

/* Enough to tell one comment from another, and not a window full of it. */
#define MOST_CHARACTERS 160

/**
 * mainstay_excerpt:
 * @text: (nullable): a comment as somebody wrote it, of any length
 *
 * Returns: (transfer full): its beginning on one line, for where it only names a backup
 */
char *
mainstay_excerpt (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *excerpt = g_string_new (NULL);
  gboolean spaced = FALSE;
  long length = 0;

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (g_unichar_isspace (character) || g_unichar_iscntrl (character))
        {
          spaced = TRUE;
          continue;
        }
      if (length >= MOST_CHARACTERS)
        {
          g_string_append (excerpt, "…");
          break;
        }
      if (spaced && excerpt->len > 0)
        {
          g_string_append_c (excerpt, ' ');
          length++;
        }
      spaced = FALSE;
      g_string_append_unichar (excerpt, character);
      length++;
    }
  return g_string_free (excerpt, FALSE);
}
