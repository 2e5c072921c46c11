/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "mainstay-json.h"
#include "mainstay-portal-request.h"
#include "test-api-fixture.h"

/* What real clients send, and what no good client would (portal-api.md, part 1). */

static void
test_paths (void)
{
  static const char *const paths[] = { "/api/1/apps/", "//api/1/apps", "/api/1/apps//",
                                       "/api/1/apps?unknown=1&x", "/%61pi/1/apps",
                                       "/api/1/apps?" };
  g_autoptr(TestApi) api = test_api_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr(TestReply) reply = test_api_call (api, "GET", paths[i], NULL, NULL);

      g_test_message ("%s", paths[i]);
      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpuint (json_array_get_length (test_reply_array (reply)), ==, 2);
    }
}

static void
test_header_names (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *headers = g_strdup_printf ("MENDIX-USERNAME: ann@example.com\r\n"
                                              "mendix-apikey: %s\r\n", api->ann_key);
  g_autoptr(TestReply) reply = test_api_call_as (api, NULL, NULL, "GET", "/api/1/apps", headers,
                                                 NULL);

  g_assert_cmpuint (reply->status, ==, 200);
}

static const struct
{
  const char *type;
  const char *body;
  const char *comment;
} bodies[] = {
  { NULL, "{\"comment\": \"a\"}", "a" },
  { "application/json", "{\"comment\": \"a\"}", "a" },
  { "application/json; charset=utf-8", "{\"Comment\": \"a\"}", "a" },
  { "text/plain", "{\"comment\": \"a\"}", "a" },
  { "application/x-www-form-urlencoded", "{\"comment\": \"a\"}", "a" },
  { "application/x-www-form-urlencoded", "comment=a+b", "a b" },
  { "application/x-www-form-urlencoded", "other=1", "" },
  { "application/x-www-form-urlencoded", "", "" },
  { "application/json", "", "" },
  { "application/json", NULL, "" },
  { NULL, NULL, "" },
  { NULL, "{}", "" },
  { NULL, " \r\n", "" },
  { NULL, "{\"comment\": null}", "" },
  { NULL, "{\"comment\": \"\", \"unknown\": [1]}", "" },
  { NULL, "{\"comment\": \"a\\r\\nb\"}", "a\nb" },
  { NULL, "{\"comment\": \"\\u00fcber \\ud83d\\ude00\"}", "über 😀" },
};

static void
test_bodies (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots/");

  for (size_t i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *headers = NULL;
      g_autoptr(TestReply) reply = NULL;

      if (bodies[i].type != NULL)
        headers = g_strdup_printf ("Content-Type: %s\r\n", bodies[i].type);
      g_test_message ("%s as %s", bodies[i].body, bodies[i].type);
      reply = test_api_call (api, "POST", path, headers, bodies[i].body);
      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpstr (test_reply_string (reply, "comment"), ==, bodies[i].comment);
      test_api_wait (api);
    }
}

static void
test_longest_comment (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");
  g_autoptr(GString) comment = g_string_new (NULL);
  g_autofree char *body = NULL;
  g_autoptr(TestReply) reply = NULL;

  for (int i = 0; i < MAINSTAY_PORTAL_MAX_COMMENT; i++)
    g_string_append (comment, "ü");
  body = g_strdup_printf ("{\"comment\": \"%s\"}", comment->str);
  reply = test_api_call (api, "POST", path, NULL, body);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (test_reply_string (reply, "comment"), ==, comment->str);
  test_api_wait (api);
}

static void
test_limits (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *high = test_api_path (api->shop, api->test,
                                         "/snapshots?limit=99999999999999999999");
  g_autofree char *low = test_api_path (api->shop, api->test, "/snapshots?limit=0");
  g_autofree char *far = test_api_path (api->shop, api->test, "/snapshots?offset=5000000000");
  g_autoptr(TestReply) high_reply = test_api_call (api, "GET", high, NULL, NULL);
  g_autoptr(TestReply) low_reply = test_api_call (api, "GET", low, NULL, NULL);
  g_autoptr(TestReply) far_reply = test_api_call (api, "GET", far, NULL, NULL);

  g_assert_cmpint (mainstay_json_get_int (test_reply_object (high_reply), "limit", -1), ==, 1000);
  g_assert_cmpint (mainstay_json_get_int (test_reply_object (low_reply), "limit", -1), ==, 1);
  g_assert_cmpint (mainstay_json_get_int (test_reply_object (far_reply), "offset", -1), ==,
                   5000000000);
}

/* A Range is for archives; and a HEAD is a GET without the body. */
static void
test_stray_range_and_head (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) range = test_api_call (api, "GET", "/api/1/apps", "Range: bytes=0-3\r\n",
                                              NULL);
  g_autoptr(TestReply) head = test_api_call (api, "HEAD", "/api/1/apps", NULL, NULL);

  g_assert_cmpuint (range->status, ==, 200);
  g_assert_cmpuint (json_array_get_length (test_reply_array (range)), ==, 2);
  g_assert_cmpuint (head->status, ==, 200);
  g_assert_cmpuint (g_bytes_get_size (head->body), ==, 0);
  g_assert_cmpint (atoi (test_reply_header (head, "content-length")), ==,
                   (int) g_bytes_get_size (range->body));
}

static const struct
{
  const char *text;
  unsigned int status;
} requests[] = {
  { "GARBAGE\r\n\r\n", 400 },
  { "GET\r\n\r\n", 400 },
  { "GET /api/1/apps\r\n\r\n", 400 },
  { "GET /api/1/apps HTTP/1.1\r\n\r\n", 400 },
  { "GET /api/1/apps HTTP/9.9\r\nHost: a\r\n\r\n", 505 },
  { "GET /%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400 },
  { "GET /a%0d%0ab HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400 },
  { "GET /%ff%fe HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400 },
  { "GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400 },
  { "GET /archives/%2e%2e%2f%2e%2e%2fportal.db/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    400 },
  { "GET /archives/portal.db HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 403 },
  { "GET /archives/../portal.db HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404 },
  { "GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404 },
  { "POST /api/1/apps HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: magic\r\n\r\n", 501 },
  { "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", 404 },
};

static void
test_bad_requests (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) alive = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr(TestReply) reply = test_api_raw (api->port, requests[i].text, -1);

      g_test_message ("%s", requests[i].text);
      g_assert_cmpuint (reply->status, ==, requests[i].status);
      g_assert_nonnull (test_reply_string (reply, "errorCode"));
      g_assert_nonnull (test_reply_string (reply, "errorMessage"));
    }
  alive = test_api_call (api, "GET", "/api/1/apps", NULL, NULL);
  g_assert_cmpuint (alive->status, ==, 200);
}

/* Says no while the client still sends, and does not wait for the end of it. */
static void
test_oversized (void)
{
  static const char *const encodings[] = { "Content-Length: 70000\r\n",
                                           "Content-Length: 9000000000000\r\n",
                                           "Content-Length: 9000000000000\r\n"
                                           "Expect: 100-continue\r\n",
                                           "Transfer-Encoding: chunked\r\n" };
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");
  g_autofree char *junk = g_strnfill (70000, ' ');
  g_autoptr(TestReply) list = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      g_autofree char *request = test_api_request (api, "POST", path, encodings[i], NULL);
      g_autofree char *text = g_strconcat (request, i == 3 ? "11170\r\n" : "", junk, NULL);
      g_autoptr(TestReply) reply = NULL;

      g_test_message ("%s", encodings[i]);
      reply = test_api_raw (api->port, i == 2 ? request : text, -1);
      test_reply_assert_error (reply, 413, "INVALID_PARAMETERS");
    }
  list = test_api_call (api, "GET", path, NULL, NULL);
  g_assert_cmpint (mainstay_json_get_int (test_reply_object (list), "total", -1), ==, 0);
}

static void
test_deep_json (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");
  g_autofree char *brackets = g_strnfill (60000, '[');
  g_autofree char *body = g_strconcat ("{\"comment\": ", brackets, NULL);
  g_autoptr(TestReply) reply = test_api_call (api, "POST", path, NULL, body);

  test_reply_assert_error (reply, 400, "INVALID_PARAMETERS");
}

/* Whoever hangs up in the middle of anything leaves the server as it was. */
static void
test_hang_ups (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");
  g_autofree char *request = test_api_request (api, "POST", path, NULL, "{\"comment\": \"a\"}");
  g_autofree char *list = test_api_request (api, "GET", path, NULL, NULL);
  g_autoptr(TestReply) alive = NULL;

  for (size_t length = 0; length <= strlen (request); length += 7)
    {
      g_autoptr(GSocketConnection) connection = test_api_connect (api->port);

      test_api_write (connection, request, (gssize) MIN (length, strlen (request) - 1));
    }
  for (int i = 0; i < 50; i++)
    {
      g_autoptr(GSocketConnection) connection = test_api_connect (api->port);

      test_api_write (connection, list, -1);
    }
  alive = test_api_call (api, "GET", path, NULL, NULL);
  g_assert_cmpint (mainstay_json_get_int (test_reply_object (alive), "total", -1), ==, 0);
}

/* Many requests over one connection, sent before any answer is read. */
static void
test_pipeline (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(GSocketConnection) connection = test_api_connect (api->port);
  g_autofree char *last = test_api_request (api, "GET", "/api/1/apps", NULL, NULL);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(TestReply) reply = NULL;
  g_auto(GStrv) answers = NULL;
  g_autofree char *rest = NULL;

  for (int i = 0; i < 20; i++)
    g_string_append (text, "GET /api/mainstay/1/capabilities HTTP/1.1\r\nHost: a\r\n\r\n");
  g_string_append (text, last);
  test_api_write (connection, text->str, -1);
  reply = test_api_read (connection);
  g_assert_cmpuint (reply->status, ==, 200);
  rest = g_strndup (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));
  answers = g_strsplit (rest, "HTTP/1.1 200 OK", -1);
  g_assert_cmpuint (g_strv_length (answers), ==, 21);
}

static void
assert_ends (GSocketConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  char buffer[4096];
  gssize length;

  do
    length = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL);
  while (length > 0);
}

/* A stop that takes longer than a connection may stand still. */
static void
set_slow_stop (TestApi *api)
{
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (mainstay_portal_get_database (api->portal), NULL);
  g_autoptr(MainstayPortalEnvironment) environment =
    mainstay_portal_store_get_environment (tx, api->production, NULL);

  g_clear_pointer (&environment->stop_command, g_free);
  environment->stop_command = g_strdup ("sleep 1.6");
  g_assert_true (mainstay_portal_store_put_environment (tx, environment, NULL));
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
}

/* Whoever connects and does not go on is let go, at whatever point; the others notice nothing. */
static void
test_standstill (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autoptr(GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *request = NULL;
  g_autofree char *post = NULL;
  g_autofree char *get = NULL;
  g_autofree char *link = test_api_fake_link (api, 64 * 1024 * 1024);
  g_autoptr(TestReply) alive = NULL;
  g_autoptr(TestReply) stopped = NULL;
  gint64 begin;

  set_slow_stop (api);
  test_api_serve (api, 1);
  post = test_api_request (api, "POST", "/api/1/apps/shop/environments/Test/start", NULL,
                           "{\"AutoSyncDb\": true}");
  request = test_api_request (api, "GET", "/api/1/apps", NULL, NULL);
  get = test_api_request (api, "GET", link, NULL, NULL);
  for (int i = 0; i < 4; i++)
    {
      GSocketConnection *connection = test_api_connect (api->port);

      g_ptr_array_add (connections, connection);
      if (i == 1)
        test_api_write (connection, request, 20);
      else if (i == 2)
        test_api_write (connection, post, (gssize) strlen (post) - 5);
      else if (i == 3)
        test_api_write (connection, get, -1);
    }
  begin = g_get_monotonic_time ();
  alive = test_api_call (api, "GET", "/api/1/apps", NULL, NULL);
  g_assert_cmpuint (alive->status, ==, 200);
  /* The download is not read until its time is over, and then it is not whole. */
  for (unsigned int i = 0; i < 3; i++)
    assert_ends (g_ptr_array_index (connections, i));
  /* It is the server that is waited for here. */
  stopped = test_api_call (api, "POST", "/api/1/apps/shop/environments/Production/stop", NULL,
                           NULL);
  g_assert_cmpstr (test_reply_string (stopped, "Status"), ==, "Stopped");
  {
    g_autoptr(TestReply) file = test_api_read (g_ptr_array_index (connections, 3));

    g_assert_cmpuint (file->status, ==, 200);
    g_assert_cmpuint (g_bytes_get_size (file->body), <, 64 * 1024 * 1024);
  }
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, G_TIME_SPAN_SECOND);
}

/* A UUID is the same in any case, wherever it stands. */
static void
test_capital_ids (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *snapshot = test_api_make_backup (api, api->test);
  g_autofree char *project = g_ascii_strup (api->shop, -1);
  g_autofree char *environment = g_ascii_strup (api->test, -1);
  g_autofree char *capitals = g_ascii_strup (snapshot, -1);
  g_autofree char *package = g_ascii_strup (api->package, -1);
  g_autofree char *one = test_api_path (project, environment, "/snapshots/%s", capitals);
  g_autofree char *source = test_api_path (project, environment,
                                           "/restores?source_snapshot_id=%s", capitals);
  g_autofree char *body = g_strdup_printf ("{\"PackageId\": \"%s\"}", package);
  g_autofree char *restore = NULL;
  g_autoptr(TestReply) got = test_api_call (api, "GET", one, NULL, NULL);
  g_autoptr(TestReply) restored = NULL;
  g_autoptr(TestReply) followed = NULL;
  g_autoptr(TestReply) deployed = NULL;

  g_assert_cmpuint (got->status, ==, 200);
  g_assert_cmpstr (test_reply_string (got, "snapshot_id"), ==, snapshot);
  restored = test_api_call (api, "POST", source, NULL, NULL);
  g_assert_cmpuint (restored->status, ==, 200);
  g_assert_cmpstr (test_reply_string (restored, "source_snapshot_id"), ==, snapshot);
  test_api_wait (api);
  restore = g_ascii_strup (test_reply_string (restored, "restore_id"), -1);
  g_clear_pointer (&source, g_free);
  source = test_api_path (project, environment, "/restores/%s", restore);
  followed = test_api_follow (api, source);
  g_assert_cmpstr (test_reply_string (followed, "state"), ==, "completed");
  deployed = test_api_call (api, "POST", "/api/1/apps/SHOP/environments/ACCEPTANCE/transport", NULL,
                            body);
  g_assert_cmpuint (deployed->status, ==, 200);
  g_assert_cmpstr (test_reply_string (deployed, "PackageId"), ==, api->package);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/tolerance/paths", test_paths);
  g_test_add_func ("/portal/tolerance/header-names", test_header_names);
  g_test_add_func ("/portal/tolerance/bodies", test_bodies);
  g_test_add_func ("/portal/tolerance/longest-comment", test_longest_comment);
  g_test_add_func ("/portal/tolerance/limits", test_limits);
  g_test_add_func ("/portal/tolerance/stray-range-and-head", test_stray_range_and_head);
  g_test_add_func ("/portal/tolerance/bad-requests", test_bad_requests);
  g_test_add_func ("/portal/tolerance/oversized", test_oversized);
  g_test_add_func ("/portal/tolerance/deep-json", test_deep_json);
  g_test_add_func ("/portal/tolerance/hang-ups", test_hang_ups);
  g_test_add_func ("/portal/tolerance/pipeline", test_pipeline);
  g_test_add_func ("/portal/tolerance/standstill", test_standstill);
  g_test_add_func ("/portal/tolerance/capital-ids", test_capital_ids);
  return g_test_run ();
}
