/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <string.h>

#include "mainstay-portal-link.h"

/* Digits only; more of them than fit mean "very far", which no file reaches. */
static gboolean
parse_position (const char **text,
                gint64      *position)
{
  const char *p = *text;
  guint64 value = 0;

  if (!g_ascii_isdigit (*p))
    return FALSE;
  for (; g_ascii_isdigit (*p); p++)
    value = MIN (value * 10 + (guint64) (*p - '0'), (guint64) G_MAXINT64 / 16);
  *position = (gint64) value;
  *text = p;
  return TRUE;
}

static const char *
skip_spaces (const char *text)
{
  return text + strspn (text, " \t");
}

/* -1 stands for a side that is not given. */
static gboolean
parse_spec (const char *text,
            gint64     *first,
            gint64     *last)
{
  *first = *last = -1;
  text = skip_spaces (text);
  if (*text != '-' && !parse_position (&text, first))
    return FALSE;
  if (*text++ != '-')
    return FALSE;
  if (*text != '\0' && !g_ascii_isspace (*text) && !parse_position (&text, last))
    return FALSE;
  return *skip_spaces (text) == '\0' && (*first >= 0 || *last >= 0) &&
         (*first < 0 || *last < 0 || *first <= *last);
}

/**
 * mainstay_portal_link_parse_range:
 * @range: (nullable): the header `Range`
 * @if_range: (nullable): the header `If-Range`
 * @etag: the strong validator of the file
 * @size: bytes of the file
 * @offset: (out): where to start
 * @length: (out): bytes to send
 *
 * Reads a range as RFC 9110 wants it: what cannot be understood, several ranges, and a part of
 * another file than the client thinks of, all mean the whole file.
 *
 * Returns: what to send
 */
MainstayPortalRange
mainstay_portal_link_parse_range (const char *range,
                                  const char *if_range,
                                  const char *etag,
                                  gint64      size,
                                  gint64     *offset,
                                  gint64     *length)
{
  gint64 first, last;

  *offset = 0;
  *length = size;
  if (range == NULL || (if_range != NULL && strcmp (if_range, etag) != 0) ||
      g_ascii_strncasecmp (range, "bytes=", 6) != 0 || !parse_spec (range + 6, &first, &last))
    return MAINSTAY_PORTAL_RANGE_WHOLE;
  if (first < 0)
    {
      first = MAX (size - last, 0);
      last = last > 0 ? size - 1 : -1;
    }
  else if (last < 0 || last >= size)
    last = size - 1;
  if (first >= size || last < first)
    return MAINSTAY_PORTAL_RANGE_UNSATISFIABLE;
  *offset = first;
  *length = last - first + 1;
  return MAINSTAY_PORTAL_RANGE_PART;
}

/**
 * mainstay_portal_link_has_etag:
 * @list: `If-Match` or `If-None-Match`
 * @etag: the validator of the file
 *
 * Returns: whether @etag is in @list, a weak one counting as itself
 */
gboolean
mainstay_portal_link_has_etag (const char *list,
                               const char *etag)
{
  g_auto(GStrv) tags = g_strsplit (list, ",", -1);

  for (size_t i = 0; tags[i] != NULL; i++)
    {
      const char *tag = g_strstrip (tags[i]);

      if (g_str_has_prefix (tag, "W/"))
        tag += 2;
      if (strcmp (tag, "*") == 0 || strcmp (tag, etag) == 0)
        return TRUE;
    }
  return FALSE;
}
