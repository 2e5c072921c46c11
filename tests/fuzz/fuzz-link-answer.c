/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-link-answer.h"

/* The head of an archive link's answer: the first byte tells the status and what was asked for, the
 * rest are the headers' lines. */

#define LENGTH 1000
#define ETAG "\"known\""

static const unsigned int statuses[] = { 200, 206, 204, 301, 401, 403, 404, 410, 416, 429, 500,
                                         503 };

static SoupMessageHeaders *
read_headers (const guint8 *data,
              size_t        size)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autofree char *text = fuzz_dup_text (data, size);
  g_auto(GStrv) lines = g_strsplit (text, "\n", 20);

  for (char **line = lines; *line != NULL; line++)
    {
      char *colon = strchr (*line, ':');

      /* What libsoup never lets through. */
      g_strdelimit (*line, "\r\n", ' ');
      if (colon == NULL || colon == *line ||
          strspn (*line, G_CSET_A_2_Z G_CSET_a_2_z "-") != (size_t) (colon - *line))
        continue;
      *colon = '\0';
      soup_message_headers_append (headers, *line, g_strstrip (colon + 1));
    }
  return headers;
}

static void
check_bytes (const MainstayLinkAnswer  *answer,
             gint64                     begin,
             gint64                     end,
             const MainstayPartJournal *known)
{
  if (answer->is_range)
    {
      g_assert_cmpint (answer->begin, ==, begin);
      g_assert_cmpint (answer->end, >, answer->begin);
      if (end >= 0)
        g_assert_cmpint (answer->end, <=, end);
    }
  else
    g_assert_true (begin <= 0 && answer->begin == 0);
  if (answer->total >= 0)
    g_assert_cmpint (answer->end, <=, answer->total);
  if (known == NULL)
    return;
  g_assert_cmpint (answer->total, ==, known->length);
  g_assert_cmpstr (answer->etag, ==, known->etag);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  unsigned int choice = size > 0 ? data[0] : 0;
  unsigned int status = statuses[choice % G_N_ELEMENTS (statuses)];
  gint64 begin = choice & 0x80 ? 500 : 0;
  gint64 end = choice & 0x40 ? 700 : -1;
  g_autoptr(SoupMessageHeaders) headers = read_headers (data + MIN (size, 1), size - MIN (size, 1));
  g_autoptr(MainstayPartJournal) journal = mainstay_part_journal_new ();
  MainstayPartJournal *known = choice & 0x20 ? journal : NULL;
  g_auto(MainstayLinkAnswer) answer = { 0 };
  g_autoptr(GError) error = NULL;
  MainstayLinkVerdict verdict;

  journal->length = LENGTH;
  journal->etag = g_strdup (ETAG);
  verdict = mainstay_link_answer_read (&answer, status, headers, begin, end, known, &error);
  g_assert_true ((verdict == MAINSTAY_LINK_BYTES) == (error == NULL));
  if (verdict == MAINSTAY_LINK_BYTES)
    check_bytes (&answer, begin, end, known);
  mainstay_link_answer_is_page (data, size);
  return 0;
}
