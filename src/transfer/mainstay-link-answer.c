/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-link-answer.h"

#include <string.h>

#include "mainstay-answer.h"
#include "mainstay-error.h"
#include "mainstay-retry.h"

/* RFC 9110, 8.8.2.2: so much older than the answer that no second version has the same date. */
#define STRONG_AGE 60
#define LONGEST_VALIDATOR 512

void
mainstay_link_answer_clear (MainstayLinkAnswer *self)
{
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->last_modified, g_free);
  g_clear_pointer (&self->repr_digest, g_free);
}

static gboolean
is_type (const char *type,
         const char *wanted)
{
  return type != NULL && g_ascii_strcasecmp (type, wanted) == 0;
}

static gboolean
is_page_type (const char *type)
{
  return is_type (type, "text/html") || is_type (type, "application/xhtml+xml") ||
         is_type (type, "application/json") || is_type (type, "text/json") ||
         (type != NULL && g_str_has_suffix (type, "+json"));
}

static gboolean
parse_digits (const char **next,
              gint64      *number)
{
  guint64 value = 0;
  const char *first = *next;

  for (; g_ascii_isdigit (**next); (*next)++)
    {
      if (value > (G_MAXINT64 - 9) / 10)
        return FALSE;
      value = value * 10 + (guint64) (**next - '0');
    }
  *number = (gint64) value;
  return *next > first;
}

/* libsoup's own parser takes what is not there for zero. */
static gboolean
parse_content_range (const char         *text,
                     MainstayLinkAnswer *self)
{
  gint64 last;

  if (text == NULL || g_ascii_strncasecmp (text, "bytes ", 6) != 0)
    return FALSE;
  text += 6;
  if (!parse_digits (&text, &self->begin) || *text++ != '-' || !parse_digits (&text, &last) ||
      *text++ != '/')
    return FALSE;
  self->end = last + 1;
  if (strcmp (text, "*") == 0)
    return last >= self->begin;
  return parse_digits (&text, &self->total) && *text == '\0' && last >= self->begin &&
         last < self->total;
}

static char *
dup_strong_etag (SoupMessageHeaders *headers)
{
  const char *etag = soup_message_headers_get_one (headers, "ETag");
  gsize length = etag != NULL ? strlen (etag) : 0;

  if (length < 3 || length > LONGEST_VALIDATOR || etag[0] != '"' || etag[length - 1] != '"')
    return NULL;
  return g_strdup (etag);
}

static char *
dup_strong_date (SoupMessageHeaders *headers)
{
  const char *modified = soup_message_headers_get_one (headers, "Last-Modified");
  const char *now = soup_message_headers_get_one (headers, "Date");
  g_autoptr(GDateTime) modified_at = NULL;
  g_autoptr(GDateTime) now_at = NULL;

  if (modified == NULL || now == NULL || strlen (modified) > LONGEST_VALIDATOR)
    return NULL;
  modified_at = soup_date_time_new_from_http_string (modified);
  now_at = soup_date_time_new_from_http_string (now);
  if (modified_at == NULL || now_at == NULL ||
      g_date_time_difference (now_at, modified_at) < STRONG_AGE * G_TIME_SPAN_SECOND)
    return NULL;
  return g_strdup (modified);
}

static MainstayLinkVerdict
set_bad (GError             **error,
         MainstayLinkVerdict  verdict,
         const char          *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER, message);
  return verdict;
}

/* Compressed on the way it is not the file, nor can ranges of it be put together; that a file is
 * kept compressed and says so is another matter, and then it has a length. */
static gboolean
is_encoded (SoupMessageHeaders *headers,
            gboolean            has_length)
{
  const char *encoding = soup_message_headers_get_list (headers, "Content-Encoding");

  if (encoding == NULL || g_ascii_strcasecmp (encoding, "identity") == 0)
    return FALSE;
  return !has_length || (g_ascii_strcasecmp (encoding, "gzip") != 0 &&
                         g_ascii_strcasecmp (encoding, "x-gzip") != 0);
}

static MainstayLinkVerdict
read_refusal (MainstayLinkAnswer  *self,
              unsigned int         status,
              SoupMessageHeaders  *headers,
              gint64               begin,
              GError             **error)
{
  const char *after = soup_message_headers_get_one (headers, "Retry-After");

  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN ||
      status == SOUP_STATUS_GONE)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED,
                 "The archive's link was answered with status %u", status);
  else if (status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE)
    return set_bad (error, begin > 0 ? MAINSTAY_LINK_CHANGED : MAINSTAY_LINK_BAD_RANGE,
                    "The archive does not have the bytes that it had");
  else if (status >= 400)
    {
      self->retry_after_ms = mainstay_retry_parse_after (after, g_get_real_time () / 1000);
      mainstay_answer_set_by_status (status, NULL, error);
    }
  else
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                 "The archive's link was answered with status %u", status);
  return MAINSTAY_LINK_REFUSED;
}

/* Whether it is the file that the bytes there are belong to. */
static gboolean
is_known (MainstayLinkAnswer        *self,
          const MainstayPartJournal *known)
{
  if (known == NULL || known->length < 0)
    return TRUE;
  if (self->total != known->length)
    return FALSE;
  if (known->etag != NULL)
    return g_strcmp0 (known->etag, self->etag) == 0;
  return g_strcmp0 (known->last_modified, self->last_modified) == 0;
}

static MainstayLinkVerdict
read_body_head (MainstayLinkAnswer  *self,
                unsigned int         status,
                SoupMessageHeaders  *headers,
                gint64               begin,
                gint64               end,
                GError             **error)
{
  gint64 length = -1;

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    length = soup_message_headers_get_content_length (headers);
  if (is_encoded (headers, length >= 0))
    return set_bad (error, MAINSTAY_LINK_REFUSED, "The archive was packed on the way");
  if (status == SOUP_STATUS_PARTIAL_CONTENT)
    {
      if (is_type (soup_message_headers_get_content_type (headers, NULL),
                   "multipart/byteranges") ||
          !parse_content_range (soup_message_headers_get_one (headers, "Content-Range"), self) ||
          self->begin != begin || (end >= 0 && self->end > end) ||
          (length >= 0 && length != self->end - self->begin))
        return set_bad (error, MAINSTAY_LINK_BAD_RANGE,
                        "Other bytes of the archive came than were asked for");
      self->is_range = TRUE;
      return MAINSTAY_LINK_BYTES;
    }
  self->begin = 0;
  self->end = length;
  self->total = length;
  if (begin > 0)
    return set_bad (error, MAINSTAY_LINK_CHANGED,
                    "The archive comes from its beginning only");
  return MAINSTAY_LINK_BYTES;
}

/**
 * mainstay_link_answer_read:
 * @self: (out): what was answered
 * @status: its HTTP status
 * @headers: its headers
 * @begin: the first byte that was asked for
 * @end: the first one behind, -1 for all there are
 * @known: (nullable): what is known of the file that there are bytes of
 * @error: where to put an error, for every verdict but %MAINSTAY_LINK_BYTES
 *
 * Returns: what to make of it
 */
MainstayLinkVerdict
mainstay_link_answer_read (MainstayLinkAnswer         *self,
                           unsigned int                status,
                           SoupMessageHeaders         *headers,
                           gint64                      begin,
                           gint64                      end,
                           const MainstayPartJournal  *known,
                           GError                    **error)
{
  MainstayLinkVerdict verdict;

  mainstay_link_answer_clear (self);
  self->begin = 0;
  self->end = -1;
  self->total = -1;
  self->is_range = FALSE;
  self->retry_after_ms = -1;
  if (status != SOUP_STATUS_OK && status != SOUP_STATUS_PARTIAL_CONTENT)
    return read_refusal (self, status, headers, begin, error);
  if (is_page_type (soup_message_headers_get_content_type (headers, NULL)))
    return set_bad (error, MAINSTAY_LINK_REFUSED,
                    "The archive's link leads to a web page, not to a file");
  verdict = read_body_head (self, status, headers, begin, end, error);
  self->etag = dup_strong_etag (headers);
  self->last_modified = self->etag == NULL ? dup_strong_date (headers) : NULL;
  self->repr_digest = g_strdup (soup_message_headers_get_list (headers, "Repr-Digest"));
  if (verdict == MAINSTAY_LINK_BYTES && !is_known (self, known))
    return set_bad (error, MAINSTAY_LINK_CHANGED, "The archive is another one than before");
  return verdict;
}

/**
 * mainstay_link_answer_is_page:
 * @bytes: the beginning of a body
 * @length: how much of it
 *
 * No format of a backup begins like this (portal-api.md, part 4).
 *
 * Returns: whether it is HTML, XML or JSON
 */
gboolean
mainstay_link_answer_is_page (const void *bytes,
                              gsize       length)
{
  const char *text = bytes;
  gsize i = 0;

  if (length >= 3 && memcmp (text, "\xEF\xBB\xBF", 3) == 0)
    i = 3;
  while (i < length && g_ascii_isspace (text[i]))
    i++;
  return i < length && (text[i] == '<' || text[i] == '{');
}
