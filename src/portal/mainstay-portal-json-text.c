/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-json-text.h"

#include <math.h>
#include <string.h>

/* A value ends in anything but an opening bracket, so that this tells whether one went before. */
static void
begin (GString    *text,
       const char *name)
{
  if (text->len > 0 && text->str[text->len - 1] != '{' && text->str[text->len - 1] != '[')
    g_string_append_c (text, ',');
  if (name == NULL)
    return;
  g_string_append_c (text, '"');
  g_string_append (text, name);
  g_string_append_len (text, "\":", 2);
}

static gboolean
is_plain (unsigned char c)
{
  return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

static void
append_escape (GString       *text,
               unsigned char  c)
{
  static const char digits[] = "0123456789abcdef";
  static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";

  for (const char *p = letters; *p != '\0'; p += 2)
    if ((unsigned char) *p == c)
      {
        g_string_append_c (text, '\\');
        g_string_append_c (text, p[1]);
        return;
      }
  g_string_append_len (text, "\\u00", 4);
  g_string_append_c (text, digits[c >> 4]);
  g_string_append_c (text, digits[c & 0xf]);
}

static void
append_escaped (GString    *text,
                const char *value)
{
  while (*value != '\0')
    {
      const char *end = value;

      while (is_plain ((unsigned char) *end))
        end++;
      g_string_append_len (text, value, end - value);
      if (*end != '\0')
        append_escape (text, (unsigned char) *end++);
      value = end;
    }
}

/** mainstay_portal_json_text_open: begins an object or an array, as @bracket says */
void
mainstay_portal_json_text_open (GString    *text,
                                const char *name,
                                char        bracket)
{
  begin (text, name);
  g_string_append_c (text, bracket);
}

/** mainstay_portal_json_text_close: ends what mainstay_portal_json_text_open() began */
void
mainstay_portal_json_text_close (GString *text,
                                 char     bracket)
{
  g_string_append_c (text, bracket);
}

/** mainstay_portal_json_text_string: @value: (nullable): UTF-8; %NULL is written as null */
void
mainstay_portal_json_text_string (GString    *text,
                                  const char *name,
                                  const char *value)
{
  if (value == NULL)
    {
      mainstay_portal_json_text_null (text, name);
      return;
    }
  begin (text, name);
  g_string_append_c (text, '"');
  append_escaped (text, value);
  g_string_append_c (text, '"');
}

/** mainstay_portal_json_text_int: */
void
mainstay_portal_json_text_int (GString    *text,
                               const char *name,
                               gint64      value)
{
  char digits[24];

  begin (text, name);
  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, value);
  g_string_append (text, digits);
}

/** mainstay_portal_json_text_double: @value: must be finite; it is seen to be no whole number */
void
mainstay_portal_json_text_double (GString    *text,
                                  const char *name,
                                  double      value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_return_if_fail (isfinite (value));

  g_ascii_dtostr (digits, sizeof digits, value);
  begin (text, name);
  g_string_append (text, digits);
  if (strpbrk (digits, ".e") == NULL)
    g_string_append_len (text, ".0", 2);
}

/** mainstay_portal_json_text_boolean: */
void
mainstay_portal_json_text_boolean (GString    *text,
                                   const char *name,
                                   gboolean    value)
{
  begin (text, name);
  g_string_append (text, value ? "true" : "false");
}

/** mainstay_portal_json_text_null: */
void
mainstay_portal_json_text_null (GString    *text,
                                const char *name)
{
  begin (text, name);
  g_string_append_len (text, "null", 4);
}
