/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "mainstay-portal-public-url.h"
#include "tus-client.h"

/* The command itself: what it prints, when it ends, and what it refuses. */

static const char *program;

static void
test_ends_on (int number)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autoptr(TestReply) reply = NULL;
  g_autoptr(GSocketConnection) idle = NULL;

  test_api_spawn (api, program, NULL);
  reply = test_api_call (api, "GET", "/api/1/apps", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  idle = test_api_connect (api->port);
  g_subprocess_send_signal (api->program, number);
  g_assert_true (g_subprocess_wait (api->program, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (api->program));
  g_assert_cmpint (g_subprocess_get_exit_status (api->program), ==, 0);
}

static void
test_sigterm (void)
{
  test_ends_on (SIGTERM);
}

static void
test_sigint (void)
{
  test_ends_on (SIGINT);
}

static void
assert_refused (const char *const *arguments,
                int                code,
                const char        *message)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) argv = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr(GError) error = NULL;

  g_strv_builder_add_many (builder, program, "serve", NULL);
  g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);
  process = g_subprocess_newv ((const char *const *) argv,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, &errors, &error));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, code);
  g_assert_cmpstr (output, ==, "");
  g_assert_nonnull (strstr (errors, message));
}

static void
test_refusals (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  const char *data = api->directory;

  assert_refused ((const char *[]) { NULL }, 2, "--data");
  assert_refused ((const char *[]) { "--data", data, "--nonsense", NULL }, 2, "nonsense");
  assert_refused ((const char *[]) { "--data", data, "more", NULL }, 2, "arguments");
  /* The fixture holds the data folder. */
  assert_refused ((const char *[]) { "--data", data, NULL }, 1, "mainstay-portal serve: ");
  g_clear_pointer (&api->portal, mainstay_portal_free);
  for (const char *const *address = (const char *const[]) { "0.0.0.0:0", "[::]:0", "192.0.2.1:80",
                                                            "example.com:80", NULL };
       *address != NULL; address++)
    assert_refused ((const char *[]) { "--data", data, "--listen", *address, NULL }, 1,
                    "loopback");
  assert_refused ((const char *[]) { "--data", data, "--listen", "127.0.0.1:port", NULL }, 1,
                  "mainstay-portal serve: ");
}

typedef struct
{
  const char *text;
  const char *origin; /* (nullable): when it is refused */
} PublicUrl;

static const PublicUrl public_urls[] = {
  { "https://backups.example.com", "https://backups.example.com" },
  { "HTTPS://Backups.Example.com:443/", "https://backups.example.com" },
  { "https://backups.example.com:8443", "https://backups.example.com:8443" },
  { "https://b\303\274cher.example", "https://xn--bcher-kva.example" },
  { "https://[2001:db8::1]:444", "https://[2001:db8::1]:444" },
  { "http://localhost:8080", "http://localhost:8080" },
  { "http://[::1]", "http://[::1]" },
  { "http://backups.example.com", NULL },
  { "http://localhost.example.com", NULL },
  { "https://backups.example.com/portal", NULL },
  { "https://backups.example.com//", NULL },
  { "https://backups.example.com?", NULL },
  { "https://backups.example.com/#a", NULL },
  { "https://ann@backups.example.com", NULL },
  { "https://ann:secret@backups.example.com", NULL },
  { "https://backups.example.com:0", NULL },
  { "https://backups.example.com:70000", NULL },
  { "https://backups example.com", NULL },
  { "https://backups%0d%0aX-Evil.example.com", NULL },
  { "https://backups%2Fexample.com", NULL },
  { "https://[fe80::1%25eth0]", NULL },
  { "https:///archives", NULL },
  { "https://", NULL },
  { "ftp://backups.example.com", NULL },
  { "backups.example.com", NULL },
  { "", NULL },
};

static void
test_public_urls (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();

  for (size_t i = 0; i < G_N_ELEMENTS (public_urls); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *origin = mainstay_portal_public_url_parse (public_urls[i].text, &error);

      g_assert_cmpstr (origin, ==, public_urls[i].origin);
      g_assert_true ((error == NULL) == (origin != NULL));
      if (error != NULL)
        g_assert_true (g_str_has_prefix (error->message, "--public-url "));
    }
  g_clear_pointer (&api->portal, mainstay_portal_free);
  assert_refused ((const char *[]) { "--data", api->directory, "--public-url",
                                     "http://backups.example.com", NULL }, 2, "https");
}

/* Returns: (transfer full): the link of an archive of a new backup */
static char *
make_link (TestApi *api)
{
  g_autofree char *backup = test_api_make_backup (api, api->test);
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots/%s/archives", backup);
  g_autoptr(TestReply) queued = test_api_call (api, "POST", path, NULL, NULL);
  g_autofree char *status = g_strconcat (path, "/", test_reply_string (queued, "archive_id"), NULL);
  g_autoptr(TestReply) done = test_api_follow (api, status);

  g_assert_cmpstr (test_reply_string (done, "state"), ==, "completed");
  return g_strdup (test_reply_string (done, "url"));
}

/* Behind a proxy, that only knows to which host it was sent what it passes on. */
static void
test_public_url (void)
{
  static const char origin[] = "https://backups.example.com:8443";
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autofree char *link = NULL;
  g_autoptr(TestReply) file = NULL;
  g_autoptr(TestReply) created = NULL;
  g_autoptr(TestReply) upload = NULL;
  const char *location;

  test_api_spawn (api, program, (const char *[]) { "--public-url", origin, NULL });
  link = make_link (api);
  g_assert_true (g_str_has_prefix (link, origin));
  g_assert_true (g_str_has_prefix (link + strlen (origin), "/archives/"));
  file = test_api_call (api, "GET", link + strlen (origin), NULL, NULL);
  g_assert_cmpuint (file->status, ==, 200);
  created = test_api_call (api, "POST", TUS_UPLOADS, TUS TUS_FILES "Upload-Length: 10\r\n", NULL);
  g_assert_cmpuint (created->status, ==, 201);
  location = test_reply_header (created, "location");
  g_assert_true (g_str_has_prefix (location, origin));
  upload = test_api_call (api, "HEAD", location + strlen (origin), TUS, NULL);
  g_assert_cmpuint (upload->status, ==, 200);
  g_assert_cmpstr (test_reply_header (upload, "upload-offset"), ==, "0");
}

static void
test_exit_with_parent (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autofree char *command = g_strdup_printf ("'%s' serve --data '%s' --exit-with-parent & wait",
                                              program, api->directory);
  g_autoptr(GSubprocess) parent = NULL;
  g_autoptr(GDataInputStream) output = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;
  g_autofree char *end = NULL;

  g_clear_pointer (&api->portal, mainstay_portal_free);
  parent = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/bin/sh", "-c", command,
                             NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (parent));
  line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, NULL);
  g_assert_true (g_str_has_prefix (line, "Listening on http://127.0.0.1:"));
  g_subprocess_force_exit (parent);
  /* The pipe is the server's too: it ends when the server does. */
  end = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (end);
}

/* A line for each request, and no secret in any. */
static void
test_log (void)
{
  g_autoptr(TestApi) api = test_api_new_idle ();
  g_autofree char *link = test_api_fake_link (api, 1000);
  g_autoptr(TestReply) apps = NULL;
  g_autoptr(TestReply) file = NULL;
  g_autoptr(TestReply) unknown = NULL;
  g_autofree char *text = NULL;

  test_api_spawn (api, program, NULL);
  apps = test_api_call (api, "GET", "/api/1/apps?query-secret=1", "X-Header: header-secret\r\n",
                        NULL);
  g_assert_cmpuint (apps->status, ==, 200);
  file = test_api_call (api, "GET", link, NULL, NULL);
  g_assert_cmpuint (file->status, ==, 200);
  unknown = test_api_call (api, "GET", "/archive/path-secret", NULL, NULL);
  g_assert_cmpuint (unknown->status, ==, 404);
  g_subprocess_send_signal (api->program, SIGTERM);
  g_assert_true (g_subprocess_wait (api->program, NULL, NULL));
  g_assert_true (g_file_get_contents (api->log, &text, NULL, NULL));
  g_assert_true (g_regex_match_simple ("GET /api/1/apps 200 \\d+ ms", text, 0, 0));
  g_assert_true (g_regex_match_simple ("GET /archives/\\*/\\* 200 \\d+ ms", text, 0, 0));
  g_assert_true (g_regex_match_simple ("GET /… 404 \\d+ ms", text, 0, 0));
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (text, api->ann_key));
  g_assert_null (strstr (text, "ann@example.com"));
  g_assert_null (strstr (text, "0123456789abcdef"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  g_test_add_func ("/portal/serve/sigterm", test_sigterm);
  g_test_add_func ("/portal/serve/sigint", test_sigint);
  g_test_add_func ("/portal/serve/refusals", test_refusals);
  g_test_add_func ("/portal/serve/public-urls", test_public_urls);
  g_test_add_func ("/portal/serve/public-url", test_public_url);
  g_test_add_func ("/portal/serve/exit-with-parent", test_exit_with_parent);
  g_test_add_func ("/portal/serve/log", test_log);
  return g_test_run ();
}
