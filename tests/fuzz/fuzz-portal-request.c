/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-portal-request.h"

/* A request to the portal: the first line is its target, the second its Host, the rest its body. */

static void
check_body (MainstayPortalRequest *request)
{
  g_autoptr(JsonObject) object = mainstay_portal_request_dup_object (request, NULL);
  g_autofree char *comment = NULL;

  if (object != NULL && mainstay_portal_request_dup_comment (object, FALSE, &comment, NULL) &&
      comment != NULL)
    g_assert_cmpint (g_utf8_strlen (comment, -1), <=, MAINSTAY_PORTAL_MAX_COMMENT);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_auto(GStrv) lines = fuzz_dup_lines (data, size, 3);
  g_autoptr(SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  g_autofree char *address = g_strconcat ("http://127.0.0.1/", lines[0], NULL);
  g_autoptr(GUri) uri = g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr(MainstayPortalRequest) request = NULL;
  gint64 offset, limit;
  gboolean flag;

  if (uri == NULL)
    return 0;
  /* What libsoup never lets through. */
  soup_message_headers_replace (headers, "Host", g_strdelimit (lines[1], "\r", ' '));
  request = mainstay_portal_request_new ("POST", uri, headers, NULL, "http://127.0.0.1", NULL);
  if (request == NULL)
    return 0;
  for (char **part = request->path; *part != NULL; part++)
    g_assert_true (strchr (*part, '/') == NULL && strcmp (*part, "..") != 0);
  if (mainstay_portal_request_get_paging (request, &offset, &limit, NULL))
    g_assert_true (offset >= 0 && limit >= 0 && limit <= MAINSTAY_PORTAL_MAX_LIMIT);
  mainstay_portal_request_get_flag (request, "db_only", &flag, NULL);
  request->body = g_bytes_new (lines[2], strlen (lines[2]));
  check_body (request);
  return 0;
}
