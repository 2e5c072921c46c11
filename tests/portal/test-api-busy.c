/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <stdio.h>
#include <string.h>

#include "mainstay-json.h"
#include "test-api-fixture.h"

/* The real program under load: no request waits for another, and memory stays flat. */

#define BIG_FILE_SIZE (64 * 1024 * 1024)
#define STREAM_SIZE (G_GINT64_CONSTANT (512) * 1024 * 1024)
#define MAX_GROWTH_KIB (48 * 1024)
#define TUS "Tus-Resumable: 1.0.0\r\n"

static const char *program;

static gboolean
is_finished (TestApi    *api,
             const char *path)
{
  g_autoptr(TestReply) reply = test_api_call (api, "GET", path, NULL, NULL);
  const char *state = test_reply_string (reply, "state");

  return strcmp (state, "completed") == 0 || strcmp (state, "failed") == 0;
}

static gint64
count_rest (GSocketConnection *connection)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autofree char *buffer = g_malloc (1 << 20);
  gint64 count = 0;
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, 1 << 20, NULL, NULL)) > 0)
    count += n;
  return count;
}

/* While one archive is made and another is taken slowly, the list answers. */
static void
test_list_meanwhile (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autofree char *list_path = test_api_path (api->shop, api->test, "/snapshots");
  g_autofree char *snapshot = NULL;
  g_autofree char *link = NULL;
  g_autofree char *request = NULL;
  g_autofree char *archives = NULL;
  g_autofree char *query = NULL;
  g_autofree char *status_path = NULL;
  g_autoptr(GSocketConnection) slow = NULL;
  g_autoptr(TestReply) start = NULL;
  g_autoptr(TestReply) archive = NULL;
  gint64 length;
  int answered = 0;

  test_api_add_file (api, BIG_FILE_SIZE);
  test_api_spawn (api, program, NULL);
  snapshot = test_api_make_backup (api, api->test);
  link = test_api_make_link (api, api->test, snapshot, "files_only");
  request = test_api_request (api, "GET", link, NULL, NULL);
  slow = test_api_connect (api->port);
  test_api_write (slow, request, -1);
  start = test_api_read_headers (slow);
  length = atoll (test_reply_header (start, "content-length"));
  g_assert_cmpint (length, >, BIG_FILE_SIZE);

  archives = test_api_path (api->shop, api->test, "/snapshots/%s/archives", snapshot);
  query = g_strconcat (archives, "?data_type=files_and_database", NULL);
  archive = test_api_call (api, "POST", query, NULL, NULL);
  g_assert_cmpuint (archive->status, ==, 200);
  status_path = g_strconcat (archives, "/", test_reply_string (archive, "archive_id"), NULL);
  while (answered < 20)
    {
      g_autoptr(TestReply) list = test_api_call (api, "GET", list_path, NULL, NULL);

      g_assert_cmpint (mainstay_json_get_int (test_reply_object (list), "total", -1), ==, 1);
      if (is_finished (api, status_path))
        break;
      answered++;
    }
  g_assert_cmpint (answered, >, 0);
  /* The slow one had most of its way still to go. */
  g_assert_cmpint (count_rest (slow) + (gint64) g_bytes_get_size (start->body), ==, length);
  while (!is_finished (api, status_path))
    g_usleep (50000);
}

static gpointer
call_many (gpointer user_data)
{
  TestApi *api = user_data;
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");

  for (int i = 0; i < 25; i++)
    {
      g_autoptr(TestReply) list = test_api_call (api, "GET", path, NULL, NULL);

      g_assert_cmpuint (list->status, ==, 200);
    }
  return NULL;
}

static void
test_many_clients (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  GThread *threads[8];

  test_api_spawn (api, program, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("client", call_many, api);
  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* Two creations at once: one backup, and one that is told to wait. */
static gpointer
create_one (gpointer user_data)
{
  TestApi *api = user_data;
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");

  return test_api_call (api, "POST", path, NULL, "{}");
}

static void
test_two_creations (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");
  g_autoptr(TestReply) first = NULL;
  g_autoptr(TestReply) second = NULL;
  g_autoptr(TestReply) list = NULL;
  GThread *thread;
  int created;

  test_api_add_file (api, BIG_FILE_SIZE);
  test_api_spawn (api, program, NULL);
  thread = g_thread_new ("client", create_one, api);
  first = create_one (api);
  second = g_thread_join (thread);
  created = (first->status == 200) + (second->status == 200);
  g_assert_cmpint (created, >=, 1);
  if (created == 1)
    test_reply_assert_error (first->status == 200 ? second : first, 400, "ENVIRONMENT_BUSY");
  list = test_api_call (api, "GET", path, NULL, NULL);
  g_assert_cmpint (mainstay_json_get_int (test_reply_object (list), "total", -1), ==, created);
}

static gint64
read_peak (TestApi *api)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status",
                                           g_subprocess_get_identifier (api->program));
  g_autofree char *text = NULL;
  gint64 kib = -1;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (sscanf (strstr (text, "VmHWM:"), "VmHWM: %" G_GINT64_FORMAT " kB", &kib), ==, 1);
  return kib;
}

static void
upload_much (TestApi *api)
{
  g_autofree char *create = g_strdup_printf (
    TUS "Upload-Length: %" G_GINT64_FORMAT "\r\n"
    "Upload-Metadata: filename ZGF0YS56aXA=,kind ZmlsZXM=\r\n", STREAM_SIZE);
  g_autoptr(TestReply) created = test_api_call (api, "POST", "/api/mainstay/1/uploads", create,
                                                NULL);
  g_autofree char *headers = g_strdup_printf (
    TUS "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
    "Content-Length: %" G_GINT64_FORMAT "\r\n", STREAM_SIZE);
  g_autofree char *request = NULL;
  g_autofree char *data = g_strnfill (1 << 20, 'x');
  g_autoptr(GSocketConnection) connection = test_api_connect (api->port);
  g_autoptr(TestReply) reply = NULL;
  const char *path;

  g_assert_cmpuint (created->status, ==, 201);
  path = strstr (test_reply_header (created, "location"), "/api/");
  request = test_api_request (api, "PATCH", path, headers, NULL);
  test_api_write (connection, request, -1);
  for (gint64 sent = 0; sent < STREAM_SIZE; sent += 1 << 20)
    test_api_write (connection, data, 1 << 20);
  reply = test_api_read (connection);
  g_assert_cmpuint (reply->status, ==, 204);
  g_assert_cmpint (atoll (test_reply_header (reply, "upload-offset")), ==, STREAM_SIZE);
}

static void
download_much (TestApi    *api,
               const char *link)
{
  g_autofree char *request = test_api_request (api, "GET", link, NULL, NULL);
  g_autoptr(GSocketConnection) connection = test_api_connect (api->port);
  g_autoptr(TestReply) start = NULL;

  test_api_write (connection, request, -1);
  start = test_api_read_headers (connection);
  g_assert_cmpuint (start->status, ==, 200);
  g_assert_cmpint (count_rest (connection) + (gint64) g_bytes_get_size (start->body), ==,
                   STREAM_SIZE);
}

static void
test_flat_memory (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autofree char *link = test_api_fake_link (api, STREAM_SIZE);
  gint64 before;

  test_api_spawn (api, program, (const char *[]) { "--quiet", NULL });
  call_many (api);
  before = read_peak (api);
  upload_much (api);
  download_much (api, link);
  g_test_message ("grew by %" G_GINT64_FORMAT " KiB", read_peak (api) - before);
  g_assert_cmpint (read_peak (api) - before, <, MAX_GROWTH_KIB);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  g_test_add_func ("/portal/busy/list-meanwhile", test_list_meanwhile);
  g_test_add_func ("/portal/busy/many-clients", test_many_clients);
  g_test_add_func ("/portal/busy/two-creations", test_two_creations);
  g_test_add_func ("/portal/busy/flat-memory", test_flat_memory);
  return g_test_run ();
}
