/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-tus-answer.h"

#include <string.h>

#include "mainstay-error.h"

static gboolean
read_number (SoupMessageHeaders *headers,
             const char         *name,
             gint64             *number)
{
  const char *text = soup_message_headers_get_list (headers, name);
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &value, NULL))
    return FALSE;
  *number = (gint64) value;
  return TRUE;
}

gboolean
mainstay_tus_answer_lists (SoupMessageHeaders *headers,
                           const char         *name,
                           const char         *word)
{
  const char *text = soup_message_headers_get_list (headers, name);
  g_auto(GStrv) words = g_strsplit (text != NULL ? text : "", ",", -1);

  for (char **next = words; *next != NULL; next++)
    if (strcmp (g_strstrip (*next), word) == 0)
      return TRUE;
  return FALSE;
}

gint64
mainstay_tus_answer_get_max_size (SoupMessageHeaders *headers)
{
  gint64 number;

  return read_number (headers, "Tus-Max-Size", &number) ? number : -1;
}

gint64
mainstay_tus_answer_get_offset (SoupMessageHeaders  *headers,
                                GError             **error)
{
  gint64 number;

  if (read_number (headers, "Upload-Offset", &number))
    return number;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                       "The answer has no good Upload-Offset");
  return -1;
}

char *
mainstay_tus_answer_dup_location (SoupMessageHeaders  *headers,
                                  GUri                *asked,
                                  GError             **error)
{
  const char *text = soup_message_headers_get_list (headers, "Location");
  g_autoptr(GUri) uri = text != NULL
                          ? g_uri_parse_relative (asked, text, SOUP_HTTP_URI_FLAGS, NULL)
                          : NULL;
  const char *name = uri != NULL ? strrchr (g_uri_get_path (uri), '/') : NULL;

  /* One without a host may have a path that cannot be written as an address. */
  if (name != NULL && name[1] != '\0' && g_uri_get_query (uri) == NULL &&
      g_uri_get_fragment (uri) == NULL && g_uri_get_host (uri) != NULL)
    return g_uri_to_string (uri);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                       "The portal gave no good place for the upload");
  return NULL;
}
