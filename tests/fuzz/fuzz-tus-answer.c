/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include <string.h>

#include "mainstay-file-check.h"
#include "mainstay-tus-answer.h"

/* Headers that a portal answers uploads with, one a line: Upload-Offset and Tus-Max-Size, Location,
 * Tus-Extension, and a Repr-Digest. */

#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_auto(GStrv) lines = fuzz_dup_lines (data, size, 4);
  g_autoptr(SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr(GUri) asked = g_uri_parse ("http://127.0.0.1:8080/api/mainstay/1/uploads",
                                       SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *location = NULL;

  /* What libsoup never lets through. */
  for (char **line = lines; *line != NULL; line++)
    g_strdelimit (*line, "\r\n", ' ');
  soup_message_headers_append (headers, "Upload-Offset", lines[0]);
  soup_message_headers_append (headers, "Tus-Max-Size", lines[0]);
  soup_message_headers_append (headers, "Location", lines[1]);
  soup_message_headers_append (headers, "Tus-Extension", lines[2]);
  g_assert_cmpint (mainstay_tus_answer_get_offset (headers, NULL), >=, -1);
  g_assert_cmpint (mainstay_tus_answer_get_max_size (headers), >=, -1);
  mainstay_tus_answer_lists (headers, "Tus-Extension", "creation");
  location = mainstay_tus_answer_dup_location (headers, asked, NULL);
  if (location != NULL)
    g_assert_true (g_uri_is_valid (location, SOUP_HTTP_URI_FLAGS, NULL));
  mainstay_file_check_contradicts (lines[3], DIGEST);
  return 0;
}
