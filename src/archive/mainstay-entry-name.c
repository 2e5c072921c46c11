/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-entry-name.h"

#include <string.h>

#include "mainstay-error.h"

#define SHOWN_CHARACTERS 120

/* Names are judged as bytes: nothing of this depends on the locale. */
typedef struct
{
  const char *text;
  size_t length;
} Span;

/**
 * mainstay_entry_name_escape:
 * @name: a name from a foreign file; need not end in a zero byte, nor be UTF-8
 * @length: its bytes
 *
 * Returns: (transfer full): @name in a form that is safe to show: no control characters, nothing
 *   that changes the direction of the text, not overlong
 */
char *
mainstay_entry_name_escape (const char *name,
                            size_t      length)
{
  GString *shown = g_string_new (NULL);
  size_t i = 0;

  for (int count = 0; i < length && count < SHOWN_CHARACTERS; count++)
    {
      gunichar c = g_utf8_get_char_validated (name + i, (gssize) (length - i));
      gboolean valid = c != (gunichar) -1 && c != (gunichar) -2;

      if (valid && c != '\\' && g_unichar_isprint (c))
        g_string_append_unichar (shown, c);
      else if (valid && c == '\\')
        g_string_append (shown, "\\\\");
      else if (valid && c > 0x7f)
        g_string_append_printf (shown, "\\u{%x}", c);
      else
        g_string_append_printf (shown, "\\x%02x", (guint8) name[i]);
      i += valid && c != 0 ? (size_t) g_unichar_to_utf8 (c, NULL) : 1;
    }
  if (i < length)
    g_string_append (shown, "…");
  return g_string_free (shown, FALSE);
}

static gboolean
refuse (Span           name,
        MainstayError  code,
        const char    *reason,
        GError       **error)
{
  g_autofree char *shown = mainstay_entry_name_escape (name.text, name.length);

  g_set_error (error, MAINSTAY_ERROR, code, "The entry “%s” %s", shown, reason);
  return FALSE;
}

/* Takes the part up to the next slash off @rest. */
static gboolean
next_part (Span *rest,
           Span *part)
{
  const char *slash;

  if (rest->text == NULL)
    return FALSE;
  slash = memchr (rest->text, '/', rest->length);
  part->text = rest->text;
  part->length = slash != NULL ? (size_t) (slash - rest->text) : rest->length;
  rest->length -= part->length + (slash != NULL ? 1 : 0);
  rest->text = slash != NULL ? slash + 1 : NULL;
  return TRUE;
}

static gboolean
span_is (Span        span,
         const char *text)
{
  return span.length == strlen (text) && memcmp (span.text, text, span.length) == 0;
}

static gboolean
is_safe (Span     name,
         GError **error)
{
  Span rest = name;
  Span part;

  for (size_t i = 0; i < name.length; i++)
    {
      if (g_ascii_iscntrl (name.text[i]))
        return refuse (name, MAINSTAY_ERROR_UNSAFE_PATH, "has a control character in its name",
                       error);
      if (name.text[i] == '\\')
        return refuse (name, MAINSTAY_ERROR_UNSAFE_PATH, "has a backslash in its name", error);
    }
  if (name.length > 0 && name.text[0] == '/')
    return refuse (name, MAINSTAY_ERROR_UNSAFE_PATH, "has an absolute name", error);
  if (name.length > 1 && g_ascii_isalpha (name.text[0]) && name.text[1] == ':')
    return refuse (name, MAINSTAY_ERROR_UNSAFE_PATH, "names a drive", error);
  while (next_part (&rest, &part))
    if (span_is (part, ".."))
      return refuse (name, MAINSTAY_ERROR_UNSAFE_PATH, "leads out of the folder", error);
  return TRUE;
}

static gboolean
is_pair (Span part)
{
  return part.length == 2 &&
         g_ascii_isxdigit (part.text[0]) && g_ascii_isxdigit (part.text[1]);
}

/**
 * mainstay_entry_uuid_parse:
 * @uuid: 36 characters at least
 * @bytes: (out): the UUID's value
 *
 * Returns: whether @uuid begins with a UUID, in either case
 */
gboolean
mainstay_entry_uuid_parse (const char *uuid,
                           guint8      bytes[MAINSTAY_UUID_BYTES])
{
  int digits = 0;

  for (int i = 0; i < MAINSTAY_UUID_LENGTH; i++)
    {
      int digit = g_ascii_xdigit_value (uuid[i]);

      if (i == 8 || i == 13 || i == 18 || i == 23)
        {
          if (uuid[i] != '-')
            return FALSE;
          continue;
        }
      if (digit < 0)
        return FALSE;
      if (digits % 2 == 0)
        bytes[digits / 2] = (guint8) (digit << 4);
      else
        bytes[digits / 2] |= (guint8) digit;
      digits++;
    }
  return TRUE;
}

static gboolean
is_file (Span               first,
         Span               second,
         Span               third,
         MainstayEntryName *parsed)
{
  guint8 bytes[MAINSTAY_UUID_BYTES];

  if (third.length != MAINSTAY_UUID_LENGTH || !mainstay_entry_uuid_parse (third.text, bytes) ||
      g_ascii_strncasecmp (first.text, third.text, 2) != 0 ||
      g_ascii_strncasecmp (second.text, third.text + 2, 2) != 0)
    return FALSE;
  parsed->kind = MAINSTAY_ENTRY_FILE;
  for (int i = 0; i < MAINSTAY_UUID_LENGTH; i++)
    parsed->uuid[i] = g_ascii_tolower (third.text[i]);
  return TRUE;
}

/* @name without a leading ./ and, for a folder, without the slash behind it. */
static gboolean
parse_known (Span               name,
             gboolean           is_folder,
             MainstayEntryName *parsed)
{
  Span parts[5];
  Span *first = parts;
  int n = 0;

  while (n < 5 && next_part (&name, &parts[n]))
    n++;
  if (name.text != NULL)
    return FALSE;
  if (!is_folder && n == 1 && span_is (parts[0], ".metadata"))
    parsed->kind = MAINSTAY_ENTRY_METADATA;
  else if (!is_folder && n == 2 && span_is (parts[0], "db") && span_is (parts[1], "db.backup"))
    parsed->kind = MAINSTAY_ENTRY_DUMP;
  else if (is_folder && n == 1 && span_is (parts[0], "db"))
    parsed->kind = MAINSTAY_ENTRY_FOLDER;
  else
    {
      if (n > 0 && span_is (parts[0], "tree"))
        {
          parsed->under_tree = TRUE;
          first++;
          n--;
        }
      if (n > 3 || (n > 0 && !is_pair (first[0])) || (n > 1 && !is_pair (first[1])))
        return FALSE;
      return is_folder ? n < 3 : n == 3 && is_file (first[0], first[1], first[2], parsed);
    }
  return TRUE;
}

/**
 * mainstay_entry_name_parse:
 * @name: the name of a member of an archive; hostile; need not end in a zero byte
 * @length: its bytes
 * @is_folder: whether the archive says that it is a folder
 * @parsed: (out): what the name says
 * @error: where to put %MAINSTAY_ERROR_UNSAFE_PATH, or %MAINSTAY_ERROR_NOT_A_BACKUP for a harmless
 *   name that no backup has
 *
 * The one place that knows which names a backup may hold (portal-api.md, part 4).
 *
 * Returns: whether a backup may hold it
 */
gboolean
mainstay_entry_name_parse (const char         *name,
                           size_t              length,
                           gboolean            is_folder,
                           MainstayEntryName  *parsed,
                           GError            **error)
{
  Span whole = { name, length };
  Span rest = whole;

  memset (parsed, 0, sizeof *parsed);
  if (!is_safe (whole, error))
    return FALSE;
  if (is_folder && rest.length > 0 && rest.text[rest.length - 1] == '/')
    rest.length--;
  if (is_folder && span_is (rest, "."))
    return TRUE;
  if (rest.length > 2 && memcmp (rest.text, "./", 2) == 0)
    {
      rest.text += 2;
      rest.length -= 2;
    }
  if (rest.length > 0 && parse_known (rest, is_folder, parsed))
    return TRUE;
  return refuse (whole, MAINSTAY_ERROR_NOT_A_BACKUP, "is nothing that a backup holds", error);
}
