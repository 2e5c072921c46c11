/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "mainstay-json.h"
#include "tus-client.h"

/* Resumable uploads by tus 1.0.0, and what is done with them (portal-api.md, part 3). */

static void
test_options (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) reply =
    test_api_call_as (api, NULL, NULL, "OPTIONS", TUS_UPLOADS, NULL, NULL);
  const char *extensions = test_reply_header (reply, "tus-extension");

  g_assert_cmpuint (reply->status, ==, 204);
  g_assert_cmpstr (test_reply_header (reply, "tus-version"), ==, "1.0.0");
  g_assert_cmpint (atoll (test_reply_header (reply, "tus-max-size")), >, G_MAXINT32);
  g_assert_cmpstr (test_reply_header (reply, "tus-checksum-algorithm"), ==, "crc32,sha256,sha1");
  for (const char *const *name = (const char *const[]) { "creation", "creation-with-upload",
                                                         "expiration", "checksum", "termination",
                                                         NULL };
       *name != NULL; name++)
    g_assert_nonnull (strstr (extensions, *name));
}

static void
test_whole (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 11);
  g_autoptr(TestReply) first = NULL;
  g_autoptr(TestReply) second = NULL;
  g_autoptr(TestReply) empty = NULL;
  g_autoptr(TestReply) head = NULL;

  g_assert_cmpint (tus_get_offset (api, path), ==, 0);
  first = tus_patch (api, path, 0, "", "hello ");
  g_assert_cmpuint (first->status, ==, 204);
  g_assert_cmpstr (test_reply_header (first, "upload-offset"), ==, "6");
  tus_assert_stored (api, path, "hello ");
  second = tus_patch (api, path, 6, "", "world");
  g_assert_cmpuint (second->status, ==, 204);
  g_assert_cmpstr (test_reply_header (second, "upload-offset"), ==, "11");
  tus_assert_stored (api, path, "hello world");
  empty = tus_patch (api, path, 11, "", "");
  g_assert_cmpuint (empty->status, ==, 204);
  head = test_api_call (api, "HEAD", path, TUS, NULL);
  g_assert_cmpstr (test_reply_header (head, "upload-offset"), ==, "11");
  g_assert_cmpstr (test_reply_header (head, "upload-length"), ==, "11");
  g_assert_cmpstr (test_reply_header (head, "upload-metadata"), ==,
                   "filename ZGF0YS56aXA=,kind ZmlsZXM=");
  tus_assert_stored (api, path, "hello world");
}

static void
test_creation_with_upload (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) reply = NULL;
  g_autoptr(TestReply) too_long = NULL;
  const char *path;

  reply = test_api_call (api, "POST", TUS_UPLOADS "/", TUS TUS_FILES TUS_BODY_TYPE
                         "Upload-Length: 11\r\n", "hello");
  g_assert_cmpuint (reply->status, ==, 201);
  g_assert_cmpstr (test_reply_header (reply, "upload-offset"), ==, "5");
  path = strstr (test_reply_header (reply, "location"), TUS_UPLOADS);
  g_assert_cmpint (tus_get_offset (api, path), ==, 5);
  tus_assert_stored (api, path, "hello");
  too_long = test_api_call (api, "POST", TUS_UPLOADS, TUS TUS_FILES TUS_BODY_TYPE
                            "Upload-Length: 4\r\n", "hello");
  test_reply_assert_error (too_long, 413, "INVALID_PARAMETERS");
}

static const struct
{
  const char *method;
  const char *headers;
  unsigned int status;
} refusals[] = {
  { "POST", TUS_FILES "Upload-Length: 5\r\n", 412 },
  { "POST", "Tus-Resumable: 0.2.2\r\n" TUS_FILES "Upload-Length: 5\r\n", 412 },
  { "POST", TUS TUS_FILES, 400 },
  { "POST", TUS TUS_FILES "Upload-Length: -1\r\n", 400 },
  { "POST", TUS TUS_FILES "Upload-Length: five\r\n", 400 },
  { "POST", TUS TUS_FILES "Upload-Length: 99999999999999999999999\r\n", 400 },
  { "POST", TUS TUS_FILES "Upload-Length: 999999999999999\r\n", 413 },
  { "POST", TUS TUS_FILES "Upload-Defer-Length: 1\r\n", 400 },
  { "POST", TUS "Upload-Length: 5\r\n", 400 },
  { "POST", TUS "Upload-Length: 5\r\nUpload-Metadata: filename ZGF0YS56aXA=\r\n", 400 },
  { "POST", TUS "Upload-Length: 5\r\nUpload-Metadata: kind ZmlsZXM=\r\n", 400 },
  { "POST", TUS "Upload-Length: 5\r\nUpload-Metadata: filename ZGF0YS56aXA=,kind b3RoZXI=\r\n",
    400 },
  { "POST", TUS "Upload-Length: 5\r\nUpload-Metadata: filename !!!,kind ZmlsZXM=\r\n", 400 },
  { "POST", TUS "Upload-Length: 5\r\nUpload-Metadata: filename,kind ZmlsZXM=\r\n", 400 },
  { "POST", TUS "Upload-Length: 5\r\nUpload-Metadata: kind ZmlsZXM=,kind ZmlsZXM=\r\n", 400 },
  { "POST", TUS "Upload-Length: 5\r\n"
    "Upload-Metadata: filename ZGF0YS56aXA=,kind ZmlsZXM=,other,other\r\n", 400 },
  { "POST", TUS "Upload-Length: 5\r\n"
    "Upload-Metadata: filename ZGF0YS56aXA=,kind ZmlsZXM=,other a-b\r\n", 400 },
  { "HEAD", "", 412 },
  { "DELETE", "", 412 },
  { "PATCH", TUS_BODY_TYPE "Upload-Offset: 0\r\n", 412 },
  { "PATCH", TUS "Upload-Offset: 0\r\n", 415 },
  { "PATCH", TUS "Upload-Offset: 0\r\nContent-Type: text/plain\r\n", 415 },
  { "PATCH", TUS TUS_BODY_TYPE, 400 },
  { "PATCH", TUS TUS_BODY_TYPE "Upload-Offset: -5\r\n", 400 },
  { "PATCH", TUS TUS_BODY_TYPE "Upload-Offset: 4\r\n", 409 },
  { "PATCH", TUS TUS_BODY_TYPE "Upload-Offset: 0\r\nContent-Length: 11\r\n", 413 },
  { "PATCH", TUS TUS_BODY_TYPE "Upload-Offset: 0\r\nUpload-Checksum: md4 AAAA\r\n", 400 },
  { "PATCH", TUS TUS_BODY_TYPE "Upload-Offset: 0\r\nUpload-Checksum: sha256 AAAA\r\n", 400 },
  { "PATCH", TUS TUS_BODY_TYPE "Upload-Offset: 0\r\nUpload-Checksum: crc32\r\n", 400 },
  { "PATCH", TUS TUS_BODY_TYPE "Upload-Offset: 0\r\nUpload-Checksum: crc32 7YH5\r\n", 400 },
  { "PATCH", TUS TUS_BODY_TYPE "Upload-Offset: 0\r\nUpload-Checksum: crc32 7YH59gA=\r\n", 400 },
  { "PATCH", TUS TUS_BODY_TYPE "Upload-Offset: 0\r\nUpload-Checksum: CRC32 7YH59g==\r\n", 400 },
  { "GET", TUS, 405 },
};

static void
test_refusals (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 10);

  for (size_t i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      gboolean is_post = strcmp (refusals[i].method, "POST") == 0;
      gboolean has_body = strstr (refusals[i].headers, "Content-Length: 11") != NULL;
      g_autofree char *request = test_api_request (api, refusals[i].method,
                                                   is_post ? TUS_UPLOADS : path,
                                                   refusals[i].headers,
                                                   NULL);
      g_autofree char *text = g_strconcat (request, has_body ? "hello world" : NULL, NULL);
      g_autoptr(TestReply) reply = test_api_raw (api->port, text, -1);

      g_test_message ("%s %s", refusals[i].method, refusals[i].headers);
      g_assert_cmpuint (reply->status, ==, refusals[i].status);
      if (strcmp (refusals[i].method, "HEAD") == 0)
        g_assert_cmpstr (test_reply_header (reply, "cache-control"), ==, "no-store");
      if (refusals[i].status != 405)
        g_assert_cmpstr (test_reply_header (reply, "tus-resumable"), ==, "1.0.0");
      if (refusals[i].status == 412)
        g_assert_cmpstr (test_reply_header (reply, "tus-version"), ==, "1.0.0");
      if (strcmp (refusals[i].method, "HEAD") != 0)
        g_assert_nonnull (test_reply_string (reply, "errorCode"));
    }
  g_assert_cmpint (tus_get_offset (api, path), ==, 0);
}

static void
test_strangers (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 10);
  g_autofree char *headers = tus_patch_headers (0, "");
  g_autoptr(TestReply) nobody = NULL;
  g_autoptr(TestReply) creator = NULL;

  for (const char *const *method = (const char *const[]) { "HEAD", "PATCH", "DELETE", NULL };
       *method != NULL; method++)
    {
      g_autoptr(TestReply) reply = test_api_call_as (api, "ben@example.com", api->ben_key, *method,
                                                     path, headers, NULL);

      g_assert_cmpuint (reply->status, ==, 404);
    }
  nobody = test_api_call_as (api, NULL, NULL, "PATCH", path, headers, "hello");
  test_reply_assert_error (nobody, 401, "UNAUTHORIZED");
  creator = test_api_call_as (api, NULL, NULL, "POST", TUS_UPLOADS, TUS TUS_FILES
                              "Upload-Length: 5\r\n",
                              NULL);
  test_reply_assert_error (creator, 401, "UNAUTHORIZED");
  g_assert_cmpint (tus_get_offset (api, path), ==, 0);
}

/* A body that is more than the upload takes, of a length that is not told before. */
static void
test_overrun (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 10);
  g_autofree char *headers = tus_patch_headers (0, "Transfer-Encoding: chunked\r\n");
  g_autofree char *request = test_api_request (api, "PATCH", path, headers, NULL);
  g_autofree char *text = g_strconcat (request, "b\r\nhello world\r\n0\r\n\r\n", NULL);
  g_autoptr(TestReply) over = test_api_raw (api->port, text, -1);
  g_autofree char *right = g_strconcat (request, "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", NULL);
  g_autoptr(TestReply) fits = NULL;

  test_reply_assert_error (over, 413, "INVALID_PARAMETERS");
  g_assert_cmpint (tus_get_offset (api, path), ==, 0);
  fits = test_api_raw (api->port, right, -1);
  g_assert_cmpuint (fits->status, ==, 204);
  tus_assert_stored (api, path, "helloworld");
}

/* What is not wanted is refused while it still comes, also when it would never end. */
static void
test_refused_early (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 10);
  g_autofree char *far = tus_patch_headers (5, "Content-Length: 9000000000\r\n");
  g_autofree char *far_request = test_api_request (api, "PATCH", path, far, NULL);
  g_autofree char *endless = tus_patch_headers (0, "Transfer-Encoding: chunked\r\n");
  g_autofree char *endless_request = test_api_request (api, "PATCH", path, endless, NULL);
  g_autofree char *junk = g_strnfill (0x100000, 'x');
  g_autofree char *body = g_strconcat (endless_request, "100000\r\n", junk, NULL);
  g_autoptr(TestReply) conflict = test_api_raw (api->port, far_request, -1);
  g_autoptr(TestReply) too_long = test_api_raw (api->port, body, -1);

  test_reply_assert_error (conflict, 409, "INVALID_PARAMETERS");
  test_reply_assert_error (too_long, 413, "INVALID_PARAMETERS");
  g_assert_cmpint (tus_get_offset (api, path), ==, 0);
}

/* Waits for the server to notice that a connection broke. */
static void
wait_for_offset (TestApi    *api,
                 const char *path,
                 gint64      offset)
{
  while (tus_get_offset (api, path) != offset)
    g_usleep (5000);
}

static void
test_interrupted (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *start = g_strnfill (3000000, 'a');
  g_autofree char *end = g_strnfill (1000000, 'b');
  g_autofree char *whole = g_strconcat (start, end, NULL);
  g_autofree char *path = tus_create (api, TUS_FILES, strlen (whole));
  g_autofree char *headers = tus_patch_headers (0, "Content-Length: 4000000\r\n");
  g_autofree char *request = test_api_request (api, "PATCH", path, headers, NULL);
  g_autoptr(TestReply) rest = NULL;

  {
    g_autoptr(GSocketConnection) connection = test_api_connect (api->port);

    test_api_write (connection, request, -1);
    test_api_write (connection, start, -1);
  }
  wait_for_offset (api, path, 3000000);
  rest = tus_patch (api, path, 3000000, "", end);
  g_assert_cmpuint (rest->status, ==, 204);
  tus_assert_stored (api, path, whole);
}

static void
test_checksum (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 11);
  g_autofree char *first = tus_checksum_header ("sha256", "hello ");
  g_autofree char *second = tus_checksum_header ("sha1", "world");
  g_autoptr(TestReply) right = tus_patch (api, path, 0, first, "hello ");
  g_autoptr(TestReply) wrong = NULL;
  g_autoptr(TestReply) last = NULL;

  g_assert_cmpuint (right->status, ==, 204);
  wrong = tus_patch (api, path, 6, second, "wurld");
  test_reply_assert_error (wrong, 460, "INVALID_PARAMETERS");
  g_assert_cmpint (tus_get_offset (api, path), ==, 6);
  tus_assert_stored (api, path, "hello ");
  last = tus_patch (api, path, 6, second, "world");
  g_assert_cmpuint (last->status, ==, 204);
  tus_assert_stored (api, path, "hello world");
}

/* The digests are written out, so that it is known what crc32 means here: that of gzip, its highest
 * byte first. */
static void
test_crc32 (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 11);
  g_autoptr(TestReply) right = tus_patch (api, path, 0, "Upload-Checksum: crc32 7YH59g==\r\n",
                                          "hello ");
  g_autoptr(TestReply) turned = NULL;
  g_autoptr(TestReply) wrong = NULL;
  g_autoptr(TestReply) last = NULL;

  g_assert_cmpuint (right->status, ==, 204);
  turned = tus_patch (api, path, 6, "Upload-Checksum: crc32 QxF3Og==\r\n", "world");
  test_reply_assert_error (turned, 460, "INVALID_PARAMETERS");
  wrong = tus_patch (api, path, 6, "Upload-Checksum: crc32 OncRQw==\r\n", "wurld");
  test_reply_assert_error (wrong, 460, "INVALID_PARAMETERS");
  g_assert_cmpint (tus_get_offset (api, path), ==, 6);
  tus_assert_stored (api, path, "hello ");
  last = tus_patch (api, path, 6, "Upload-Checksum: crc32 OncRQw==\r\n", "world");
  g_assert_cmpuint (last->status, ==, 204);
  tus_assert_stored (api, path, "hello world");
}

/* What was to be proven and never came whole is not kept. */
static void
test_interrupted_checksum (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 10);
  g_autofree char *checksum = tus_checksum_header ("sha256", "helloworld");
  g_autofree char *more = g_strconcat (checksum, "Content-Length: 10\r\n", NULL);
  g_autofree char *headers = tus_patch_headers (0, more);
  g_autofree char *request = test_api_request (api, "PATCH", path, headers, NULL);
  g_autofree char *text = g_strconcat (request, "hello", NULL);
  g_autoptr(TestReply) again = NULL;

  {
    g_autoptr(GSocketConnection) connection = test_api_connect (api->port);

    test_api_write (connection, text, -1);
  }
  do
    {
      g_clear_pointer (&again, test_reply_free);
      again = tus_patch (api, path, 0, checksum, "helloworld");
    }
  while (again->status == 423);
  g_assert_cmpuint (again->status, ==, 204);
  tus_assert_stored (api, path, "helloworld");
}

static void
test_two_writers (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 10);
  g_autofree char *headers =
    tus_patch_headers (0, "Content-Length: 10\r\nExpect: 100-continue\r\n");
  g_autofree char *request = test_api_request (api, "PATCH", path, headers, NULL);
  g_autoptr(GSocketConnection) connection = test_api_connect (api->port);
  g_autoptr(TestReply) go_on = NULL;
  g_autoptr(TestReply) second = NULL;
  g_autoptr(TestReply) deleted = NULL;
  g_autoptr(TestReply) first = NULL;

  test_api_write (connection, request, -1);
  go_on = test_api_read_headers (connection);
  g_assert_cmpuint (go_on->status, ==, 100);
  second = tus_patch (api, path, 0, "", "hello");
  test_reply_assert_error (second, 423, "INVALID_STATE");
  deleted = test_api_call (api, "DELETE", path, TUS, NULL);
  test_reply_assert_error (deleted, 423, "INVALID_STATE");
  test_api_write (connection, "helloworld", -1);
  first = test_api_read (connection);
  g_assert_cmpuint (first->status, ==, 204);
  tus_assert_stored (api, path, "helloworld");
}

static void
test_end_of_life (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *deleted = tus_create (api, TUS_FILES, 10);
  g_autofree char *old = tus_create (api, TUS_FILES, 10);
  g_autofree char *file = mainstay_portal_dup_upload_path (api->portal, strrchr (old, '/') + 1);
  g_autoptr(TestReply) data = tus_patch (api, old, 0, "", "hello");
  g_autoptr(TestReply) terminated = test_api_call (api, "DELETE", deleted, TUS, NULL);
  g_autoptr(TestReply) gone = test_api_call (api, "HEAD", deleted, TUS, NULL);
  g_autoptr(TestReply) expired = NULL;
  g_autoptr(TestReply) patched = NULL;

  g_assert_cmpuint (data->status, ==, 204);
  g_assert_cmpuint (terminated->status, ==, 204);
  g_assert_cmpuint (gone->status, ==, 404);
  g_atomic_int_set (&api->seconds_ahead, 30 * 24 * 3600);
  expired = test_api_call (api, "HEAD", old, TUS, NULL);
  g_assert_cmpuint (expired->status, ==, 410);
  patched = tus_patch (api, old, 5, "", "world");
  g_assert_cmpuint (patched->status, ==, 410);
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
  mainstay_portal_expire (api->portal);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

static void
test_method_override (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 5);
  g_autofree char *headers = tus_patch_headers (0, "X-HTTP-Method-Override: PATCH\r\n");
  g_autoptr(TestReply) reply = test_api_call (api, "POST", path, headers, "hello");
  g_autoptr(TestReply) head = NULL;
  g_autoptr(TestReply) deleted = NULL;

  g_assert_cmpuint (reply->status, ==, 204);
  tus_assert_stored (api, path, "hello");
  /* The actual method is ignored, whatever it is. */
  head = test_api_call (api, "GET", path, TUS "X-HTTP-Method-Override: HEAD\r\n", NULL);
  g_assert_cmpuint (head->status, ==, 200);
  g_assert_cmpstr (test_reply_header (head, "upload-offset"), ==, "5");
  deleted = test_api_call (api, "POST", path, TUS "X-HTTP-Method-Override: DELETE\r\n", NULL);
  g_assert_cmpuint (deleted->status, ==, 204);
}

static char *
upload_bytes (TestApi    *api,
              const char *metadata,
              GBytes     *bytes)
{
  g_autofree char *path = tus_create (api, metadata, g_bytes_get_size (bytes));
  g_autofree char *more = g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT "\r\n",
                                           g_bytes_get_size (bytes));
  g_autofree char *headers = tus_patch_headers (0, more);
  g_autofree char *request = test_api_request (api, "PATCH", path, headers, NULL);
  g_autoptr(GSocketConnection) connection = test_api_connect (api->port);
  g_autoptr(TestReply) reply = NULL;

  test_api_write (connection, request, -1);
  test_api_write (connection, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  reply = test_api_read (connection);
  g_assert_cmpuint (reply->status, ==, 204);
  return g_strdup (strrchr (path, '/') + 1);
}

static GBytes *
download (TestApi    *api,
          const char *snapshot,
          const char *data_type)
{
  g_autofree char *link = test_api_make_link (api, api->test, snapshot, data_type);
  g_autoptr(TestReply) reply = test_api_call_as (api, NULL, NULL, "GET", link, NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  return g_bytes_ref (reply->body);
}

/* From one environment's backup into another app's environment, by the two kinds of file. */
static void
test_data_upload (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *snapshot = test_api_make_backup (api, api->test);
  g_autoptr(GBytes) dump = download (api, snapshot, "database_only");
  g_autoptr(GBytes) files = download (api, snapshot, "files_only");
  g_autofree char *dump_id = upload_bytes (api, TUS_DATABASE, dump);
  g_autofree char *files_id = upload_bytes (api, TUS_FILES, files);
  g_autofree char *path = test_api_path (api->desk, api->desk_test, "/data-uploads");
  g_autofree char *list_path = test_api_path (api->desk, api->desk_test, "/snapshots");
  g_autofree char *swapped = g_strdup_printf ("{\"database\": \"%s\", \"files\": null}", files_id);
  g_autofree char *body = g_strdup_printf ("{\"database\": \"%s\", \"files\": \"%s\"}", dump_id,
                                           files_id);
  g_autofree char *database = test_api_dup_database (api, api->desk_test);
  g_autofree char *running = test_api_path (api->shop, api->production, "/data-uploads");
  g_autofree char *status_path = NULL;
  g_autoptr(TestReply) not_stopped = NULL;
  g_autoptr(TestReply) wrong = NULL;
  g_autoptr(TestReply) job = NULL;
  g_autoptr(TestReply) done = NULL;
  g_autoptr(TestReply) list = NULL;
  g_autoptr(TestReply) environment = NULL;

  not_stopped = test_api_call (api, "POST", running, NULL, body);
  test_reply_assert_error (not_stopped, 400, "ERROR_NOT_ALLOWED");
  wrong = test_api_call (api, "POST", path, NULL, swapped);
  test_reply_assert_error (wrong, 400, "UNSUPPORTED");
  g_assert_cmpint (test_api_count_rows (database), ==, TEST_ROWS);
  job = test_api_call (api, "POST", path, NULL, body);
  g_assert_cmpuint (job->status, ==, 200);
  g_assert_cmpstr (test_reply_string (job, "state"), ==, "queued");
  status_path = g_strconcat (path, "/", test_reply_string (job, "data_upload_id"), NULL);
  done = test_api_follow (api, status_path);
  g_assert_cmpstr (test_reply_string (done, "state"), ==, "completed");
  test_api_wait (api);
  g_assert_cmpint (test_api_count_rows (database), ==, TEST_ROWS);
  environment = test_api_call (api, "GET", "/api/1/apps/desk/environments/Test", NULL, NULL);
  g_assert_cmpstr (test_reply_string (environment, "Status"), ==, "Empty");
  g_assert_null (test_reply_string (environment, "ModelVersion"));
  list = test_api_call (api, "GET", list_path, NULL, NULL);
  g_assert_cmpint (mainstay_json_get_int (test_reply_object (list), "total", -1), ==, 0);
}

/* Nobody fills the portal's disk by beginning uploads. */
static void
test_too_many (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *first = tus_create (api, TUS_FILES, 10);
  g_autofree char *again = NULL;
  g_autoptr(TestReply) refused = NULL;
  g_autoptr(TestReply) other = NULL;
  g_autoptr(TestReply) removed = NULL;

  for (int i = 1; i < 64; i++)
    {
      g_autofree char *path = tus_create (api, i % 2 == 0 ? TUS_FILES : TUS_DATABASE, 10);
    }
  refused = test_api_call (api, "POST", TUS_UPLOADS, TUS "Upload-Length: 10\r\n" TUS_FILES, NULL);
  test_reply_assert_error (refused, 400, "ERROR_NOT_ALLOWED");
  other = test_api_call_as (api, "ben@example.com", api->ben_key, "POST", TUS_UPLOADS,
                            TUS "Upload-Length: 10\r\n" TUS_FILES, NULL);
  g_assert_cmpuint (other->status, ==, 201);
  removed = test_api_call (api, "DELETE", first, TUS, NULL);
  g_assert_cmpuint (removed->status, ==, 204);
  again = tus_create (api, TUS_FILES, 10);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/tus/options", test_options);
  g_test_add_func ("/portal/tus/whole", test_whole);
  g_test_add_func ("/portal/tus/creation-with-upload", test_creation_with_upload);
  g_test_add_func ("/portal/tus/refusals", test_refusals);
  g_test_add_func ("/portal/tus/strangers", test_strangers);
  g_test_add_func ("/portal/tus/overrun", test_overrun);
  g_test_add_func ("/portal/tus/refused-early", test_refused_early);
  g_test_add_func ("/portal/tus/interrupted", test_interrupted);
  g_test_add_func ("/portal/tus/checksum", test_checksum);
  g_test_add_func ("/portal/tus/crc32", test_crc32);
  g_test_add_func ("/portal/tus/interrupted-checksum", test_interrupted_checksum);
  g_test_add_func ("/portal/tus/two-writers", test_two_writers);
  g_test_add_func ("/portal/tus/end-of-life", test_end_of_life);
  g_test_add_func ("/portal/tus/method-override", test_method_override);
  g_test_add_func ("/portal/tus/data-upload", test_data_upload);
  g_test_add_func ("/portal/tus/too-many", test_too_many);
  return g_test_run ();
}
