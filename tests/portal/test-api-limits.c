/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>

#include "mainstay-portal-request-limit.h"
#include "test-api-fixture.h"

/* What one client may take of the server, and what it speaks to those elsewhere. */

static const char *program;

static void
test_bucket (void)
{
  g_autoptr(MainstayPortalRequestLimit) limit = mainstay_portal_request_limit_new (4);
  g_autoptr(MainstayPortalRequestLimit) none = mainstay_portal_request_limit_new (0);
  const gint64 now = 5 * G_TIME_SPAN_DAY;

  g_assert_cmpuint (mainstay_portal_request_limit_get_delay (limit), ==, 15);
  for (int i = 0; i < 4; i++)
    g_assert_true (mainstay_portal_request_limit_take (limit, "ann", now + i));
  g_assert_false (mainstay_portal_request_limit_take (limit, "ann", now + 9));
  g_assert_true (mainstay_portal_request_limit_take (limit, "ben", now + 9));
  /* What was refused costs nothing. */
  g_assert_true (mainstay_portal_request_limit_take (limit, "ann", now + 15 * G_TIME_SPAN_SECOND));
  g_assert_false (mainstay_portal_request_limit_take (limit, "ann", now + 16 * G_TIME_SPAN_SECOND));
  for (int i = 0; i < 100000; i++)
    {
      g_autofree char *who = g_strdup_printf ("%d", i);

      g_assert_true (mainstay_portal_request_limit_take (limit, who, now));
      g_assert_true (mainstay_portal_request_limit_take (none, "ann", now));
    }
}

static TestReply *
call_as (TestApi    *api,
         const char *user,
         const char *key)
{
  return test_api_call_as (api, user, key, "GET", "/api/1/apps", NULL, NULL);
}

static void
test_requests (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autofree char *link = test_api_fake_link (api, 1000);
  g_autoptr(TestReply) refused = NULL;
  g_autoptr(TestReply) wrong = NULL;
  g_autoptr(TestReply) other = NULL;

  test_api_spawn (api, program, (const char *[]) { "--requests-per-minute", "5", NULL });
  for (int i = 0; i < 5; i++)
    {
      g_autoptr(TestReply) reply = call_as (api, "ann@example.com", api->ann_key);
      g_autoptr(TestReply) guess = call_as (api, "ben@example.com", "wrong");

      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpuint (guess->status, ==, 401);
    }
  refused = call_as (api, "ann@example.com", api->ann_key);
  test_reply_assert_error (refused, 429, "TOO_MANY_REQUESTS");
  g_assert_cmpstr (test_reply_header (refused, "retry-after"), ==, "12");
  wrong = call_as (api, "ben@example.com", "wrong");
  test_reply_assert_error (wrong, 429, "TOO_MANY_REQUESTS");
  /* Neither those of others nor guesses at a key are held against a user. */
  other = call_as (api, "ben@example.com", api->ben_key);
  g_assert_cmpuint (other->status, ==, 200);
  for (int i = 0; i < 10; i++)
    {
      g_autoptr(TestReply) file = test_api_call (api, "GET", link, NULL, NULL);

      g_assert_cmpuint (file->status, ==, 200);
    }
}

static void
test_headers (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *filling = g_strnfill (40000, 'a');
  g_autofree char *header = g_strdup_printf ("X-Much: %s\r\n", filling);
  g_autoptr(TestReply) refused = test_api_call (api, "GET", "/api/1/apps", header, NULL);
  g_autoptr(TestReply) alive = NULL;
  g_autofree char *more = g_strnfill (300000, 'b');
  g_autofree char *endless = g_strdup_printf ("GET /api/1/apps HTTP/1.1\r\nX: %s", more);
  g_autoptr(GSocketConnection) connection = test_api_connect (api->port);
  g_autoptr(TestReply) cut = NULL;

  test_reply_assert_error (refused, 431, "INVALID_PARAMETERS");
  /* Headers without an end are not even waited for. */
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), endless,
                             strlen (endless), NULL, NULL, NULL);
  cut = test_api_read (connection);
  g_assert_cmpuint (cut->status, !=, 200);
  alive = test_api_call (api, "GET", "/api/1/apps", NULL, NULL);
  g_assert_cmpuint (alive->status, ==, 200);
}

/* A byte now and then, so that the connection never stands still. Returns: whether it was ended */
static gboolean
drip (TestApi    *api,
      const char *start)
{
  g_autoptr(GSocketConnection) connection = test_api_connect (api->port);
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  GSocket *socket = g_socket_connection_get_socket (connection);

  test_api_write (connection, start, -1);
  for (int i = 0; i < 100; i++)
    {
      char buffer[512];

      if (g_socket_condition_timed_wait (socket, G_IO_IN | G_IO_HUP, 100000, NULL, NULL) &&
          g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL) <= 0)
        return TRUE;
      if (!g_output_stream_write_all (output, "x", 1, NULL, NULL, NULL))
        return TRUE;
    }
  return FALSE;
}

static void
test_drip (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autofree char *post = NULL;

  test_api_serve (api, 1);
  g_assert_true (drip (api, "GET /api/1/apps HTTP/1.1\r\nX-Slow: "));
  post = test_api_request (api, "POST", "/api/1/apps/shop/environments/Test/start",
                           "Content-Length: 5000\r\n", NULL);
  g_assert_true (drip (api, post));
}

static void
make_certificate (const char *folder,
                  const char *name)
{
  g_autofree char *subject = g_strconcat ("/CN=", name, NULL);
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawn (launcher, &error, "openssl", "req", "-x509", "-newkey",
                                         "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                         "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                                         "-days", "2", "-subj", subject, "-addext",
                                         "subjectAltName=IP:127.0.0.1", NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full): what came; the status is its first line */
static char *
get_with_curl (TestApi    *api,
               const char *certificate,
               const char *method,
               const char *path)
{
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u%s", api->port, path);
  g_autofree char *key = g_strconcat ("Mendix-ApiKey: ", api->ann_key, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "curl", "-sSi", "-X", method,
                      "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Length: 5",
                      "-H", "Upload-Metadata: filename YQ==,kind ZGF0YWJhc2U=",
                      "--cacert", certificate, "-H", "Mendix-Username: ann@example.com", "-H", key,
                      "-w", "\n%{http_code}", url, NULL);
  char *output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  return output;
}

/* By the library that the application uses. */
static char *
get_with_soup (TestApi    *api,
               const char *certificate,
               GError    **error)
{
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/api/1/apps", api->port);
  g_autoptr(SoupSession) session = soup_session_new ();
  g_autoptr(GTlsDatabase) database = g_tls_file_database_new (certificate, error);
  g_autoptr(SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr(GBytes) bytes = NULL;

  soup_session_set_tls_database (session, database);
  soup_message_headers_append (soup_message_get_request_headers (message), "Mendix-Username",
                               "ann@example.com");
  soup_message_headers_append (soup_message_get_request_headers (message), "Mendix-ApiKey",
                               api->ann_key);
  bytes = soup_session_send_and_read (session, message, NULL, error);
  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

static void
wait_for_log (TestApi    *api,
              const char *part)
{
  for (int i = 0; i < 1000; i++, g_usleep (10000))
    {
      g_autofree char *text = NULL;

      if (g_file_get_contents (api->log, &text, NULL, NULL) && strstr (text, part) != NULL)
        return;
    }
  g_assert_not_reached ();
}

static void
test_tls (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autofree char *folder = g_dir_make_tmp ("mainstay-tls-XXXXXX", NULL);
  g_autofree char *certificate = g_build_filename (folder, "cert.pem", NULL);
  g_autofree char *old = g_build_filename (folder, "old.pem", NULL);
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *curl = NULL, *soup = NULL, *again = NULL, *stranger = NULL;
  g_autofree char *created = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketConnection) silent = NULL;

  make_certificate (folder, "one");
  test_api_spawn (api, program, (const char *[]) { "--listen", "0.0.0.0:0", "--tls-certificate",
                                                   certificate, "--tls-key", key, NULL });
  /* Who says nothing holds nobody up. */
  silent = test_api_connect (api->port);
  curl = get_with_curl (api, certificate, "GET", "/api/1/apps");
  g_assert_nonnull (strstr (curl, "\"shop\""));
  g_assert_true (g_str_has_suffix (curl, "\n200"));
  created = get_with_curl (api, certificate, "POST", "/api/mainstay/1/uploads");
  g_assert_nonnull (strstr (created, "Location: https://127.0.0.1:"));
  soup = get_with_soup (api, certificate, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (soup, "\"shop\""));
  {
    g_autoptr(TestReply) plain = test_api_call (api, "GET", "/api/1/apps", NULL, NULL);

    g_assert_cmpuint (plain->status, !=, 200);
  }
  /* Another certificate, for connections to come; one that cannot be read changes nothing. */
  g_assert_cmpint (g_rename (certificate, old), ==, 0);
  g_subprocess_send_signal (api->program, SIGHUP);
  wait_for_log (api, "The certificate stays as it was");
  again = get_with_curl (api, old, "GET", "/api/1/apps");
  g_assert_true (g_str_has_suffix (again, "\n200"));
  make_certificate (folder, "two");
  g_subprocess_send_signal (api->program, SIGHUP);
  for (int i = 0; i < 1000 && stranger == NULL; i++, g_usleep (10000))
    stranger = get_with_soup (api, certificate, NULL);
  g_assert_nonnull (strstr (stranger, "\"shop\""));
  g_clear_pointer (&stranger, g_free);
  stranger = get_with_soup (api, old, &error);
  g_assert_null (stranger);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_cmpint (g_remove (certificate) | g_remove (old) | g_remove (key) | g_rmdir (folder), ==,
                   0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  program = argc > 1 ? argv[1] : g_getenv ("MAINSTAY_PORTAL");
  g_test_add_func ("/portal/limits/bucket", test_bucket);
  g_test_add_func ("/portal/limits/requests", test_requests);
  g_test_add_func ("/portal/limits/headers", test_headers);
  g_test_add_func ("/portal/limits/drip", test_drip);
  g_test_add_func ("/portal/limits/tls", test_tls);
  return g_test_run ();
}
