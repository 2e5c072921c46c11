/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "tus-client.h"

#include <string.h>

char *
tus_create (TestApi    *api,
        const char *metadata,
        size_t      length)
{
  g_autofree char *headers = g_strdup_printf (TUS "Upload-Length: %" G_GSIZE_FORMAT "\r\n%s",
                                              length, metadata);
  g_autofree char *origin = g_strdup_printf ("http://127.0.0.1:%u", api->port);
  g_autoptr(TestReply) reply = test_api_call (api, "POST", TUS_UPLOADS, headers, NULL);
  const char *location = test_reply_header (reply, "location");

  g_assert_cmpuint (reply->status, ==, 201);
  g_assert_cmpstr (test_reply_header (reply, "tus-resumable"), ==, "1.0.0");
  g_assert_nonnull (test_reply_header (reply, "upload-expires"));
  g_assert_true (g_str_has_prefix (location, origin));
  return g_strdup (location + strlen (origin));
}

char *
tus_patch_headers (gint64      offset,
               const char *more)
{
  return g_strdup_printf (TUS TUS_BODY_TYPE "Upload-Offset: %" G_GINT64_FORMAT "\r\n%s", offset,
                          more);
}

TestReply *
tus_patch (TestApi    *api,
       const char *path,
       gint64      offset,
       const char *more,
       const char *body)
{
  g_autofree char *headers = tus_patch_headers (offset, more);

  return test_api_call (api, "PATCH", path, headers, body);
}

gint64
tus_get_offset (TestApi    *api,
            const char *path)
{
  g_autoptr(TestReply) reply = test_api_call (api, "HEAD", path, TUS, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (test_reply_header (reply, "cache-control"), ==, "no-store");
  g_assert_nonnull (test_reply_header (reply, "upload-length"));
  return atoll (test_reply_header (reply, "upload-offset"));
}

void
tus_assert_stored (TestApi    *api,
               const char *path,
               const char *text)
{
  g_autofree char *file = mainstay_portal_dup_upload_path (api->portal, strrchr (path, '/') + 1);
  g_autofree char *data = NULL;
  size_t size;

  g_assert_true (g_file_get_contents (file, &data, &size, NULL));
  g_assert_cmpmem (data, size, text, strlen (text));
}

char *
tus_checksum_header (const char *algorithm,
                 const char *text)
{
  GChecksumType type = strcmp (algorithm, "sha1") == 0 ? G_CHECKSUM_SHA1 : G_CHECKSUM_SHA256;
  g_autoptr(GChecksum) checksum = g_checksum_new (type);
  g_autofree char *base64 = NULL;
  guint8 digest[32];
  size_t length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &length);
  base64 = g_base64_encode (digest, length);
  return g_strdup_printf ("Upload-Checksum: %s %s\r\n", algorithm, base64);
}
