/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "client-fixture.h"
#include "mainstay-address.h"

/* Where bytes may go, and above all where the key may. */

static const struct
{
  const char *text;
  const char *normal; /* NULL: refused */
} addresses[] = {
  { "https://deploy.mendix.com", "https://deploy.mendix.com" },
  { "https://deploy.mendix.com/", "https://deploy.mendix.com" },
  { " HTTPS://Deploy.Mendix.com:443// ", "https://deploy.mendix.com" },
  { "deploy.mendix.com", "https://deploy.mendix.com" },
  { "https://cloud.example.com:8443/portal/", "https://cloud.example.com:8443/portal" },
  { "https://cloud.example.com/?a=b#c", "https://cloud.example.com" },
  { "http://127.0.0.1:8080", "http://127.0.0.1:8080" },
  { "http://127.1.2.3:80/", "http://127.1.2.3" },
  { "http://localhost:8080/x", "http://localhost:8080/x" },
  { "http://[::1]:8080/", "http://[::1]:8080" },
  { "http://deploy.mendix.com", NULL },
  { "http://192.168.1.1", NULL },
  { "http://127.0.0.1.example.com", NULL },
  { "http://localhost.example.com", NULL },
  { "http://0.0.0.0:8080", NULL },
  { "http://128.0.0.1", NULL },
  { "http://[::2]/", NULL },
  { "ftp://deploy.mendix.com", NULL },
  { "file:///etc/passwd", NULL },
  { "https://jane:secret@deploy.mendix.com", NULL },
  { "https://jane@deploy.mendix.com", NULL },
  { "http://127.0.0.1@deploy.mendix.com", NULL },
  { "https://", NULL },
  { "https:///path", NULL },
  { "not an address", NULL },
  { "", NULL },
};

static void
test_addresses (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *normal = mainstay_address_normalize (addresses[i].text, &error);
      g_autoptr(MainstayClient) client = mainstay_client_new (addresses[i].text, "jane", "key",
                                                              NULL);

      g_test_message ("%s", addresses[i].text);
      g_assert_cmpstr (normal, ==, addresses[i].normal);
      if (normal == NULL)
        g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE);
      g_assert_true ((client != NULL) == (normal != NULL));
      if (client != NULL)
        g_assert_cmpstr (mainstay_client_get_base_url (client), ==, normal);
    }
}

static void
test_own_origin (void)
{
  static const struct
  {
    const char *url;
    gboolean own;
  } cases[] = {
    { "https://deploy.mendix.com/api/1/apps", TRUE },
    { "https://DEPLOY.mendix.com:443/x", TRUE },
    { "https://deploy.mendix.com:444/x", FALSE },
    { "http://deploy.mendix.com/x", FALSE },
    { "https://deploy.mendix.com.evil.example/x", FALSE },
    { "https://evil.example/?https://deploy.mendix.com", FALSE },
    { "https://deploy.mendix.com@evil.example/", FALSE },
    { "//deploy.mendix.com/x", FALSE },
    { "/api/1/apps", FALSE },
    { "nonsense", FALSE },
  };
  g_autoptr(MainstayClient) client = mainstay_client_new ("https://deploy.mendix.com/p", "jane",
                                                          "key", NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].url);
      g_assert_cmpint (mainstay_client_is_own_origin (client, cases[i].url), ==, cases[i].own);
    }
}

static void
test_message_headers (void)
{
  g_autoptr(MainstayClient) client = mainstay_client_new ("https://deploy.mendix.com/p", "jane",
                                                          "key", NULL);
  g_autoptr(SoupMessage) own = mainstay_client_new_message (client, "GET", "/api/x?y=z");
  g_autoptr(SoupMessage) other = mainstay_client_new_message (client, "GET",
                                                              "https://storage.example/x?s=1");
  g_autoptr(SoupMessage) tricky = mainstay_client_new_message (client, "GET", "//evil.example/x");
  g_autofree char *url = g_uri_to_string (soup_message_get_uri (own));

  g_assert_cmpstr (url, ==, "https://deploy.mendix.com/p/api/x?y=z");
  g_assert_cmpstr (soup_message_headers_get_one (soup_message_get_request_headers (own),
                                                 "Mendix-ApiKey"), ==, "key");
  g_assert_true (soup_message_query_flags (own, SOUP_MESSAGE_NO_REDIRECT));
  g_assert_null (soup_message_headers_get_one (soup_message_get_request_headers (other),
                                               "Mendix-ApiKey"));
  g_assert_null (soup_message_headers_get_one (soup_message_get_request_headers (other),
                                               "Mendix-Username"));
  g_assert_cmpstr (g_uri_get_host (soup_message_get_uri (tricky)), ==, "deploy.mendix.com");
  g_assert_null (mainstay_client_new_message (client, "GET", "no address"));
}

static GInputStream *
send_message (Fixture      *fixture,
              SoupMessage  *message,
              GError      **error)
{
  g_auto(Await) await = { NULL };

  mainstay_client_send_async (fixture->client, message, NULL, await_cb, &await);
  return mainstay_client_send_finish (fixture->client, await_result (&await), error);
}

static void
assert_no_key_elsewhere (Fixture *fixture)
{
  g_autoptr(GPtrArray) requests = mainstay_test_server_dup_requests (fixture->server);
  unsigned int elsewhere = 0;

  for (unsigned int i = 0; i < requests->len; i++)
    {
      MainstayTestRequest *request = g_ptr_array_index (requests, i);

      g_assert_null (strstr (request->path, MAINSTAY_TEST_API_KEY));
      if (!request->elsewhere)
        continue;
      elsewhere++;
      g_assert_null (g_hash_table_lookup (request->headers, "mendix-apikey"));
      g_assert_null (g_hash_table_lookup (request->headers, "mendix-username"));
      g_assert_null (g_hash_table_lookup (request->headers, "authorization"));
      g_assert_null (g_hash_table_lookup (request->headers, "cookie"));
    }
  g_assert_cmpuint (elsewhere, >, 0);
}

static void
test_archive_link (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *url =
    g_strconcat (mainstay_test_server_get_archive_url (fixture->server),
                 "/files_and_database/1?X-Signature=5ig", NULL);
  g_autoptr(SoupMessage) message = mainstay_client_new_message (fixture->client, "GET", url);
  g_autoptr(GInputStream) stream = NULL;
  g_autoptr(GError) error = NULL;
  guint8 head[2];
  size_t size;

  stream = send_message (fixture, message, &error);
  g_assert_no_error (error);
  g_assert_true (g_input_stream_read_all (stream, head, sizeof head, &size, NULL, &error));
  g_assert_cmpint (head[0], ==, 0x1f);
  g_assert_cmpint (head[1], ==, 0x8b);
  assert_no_key_elsewhere (fixture);
}

/* The same refusal means a wrong key here and an old link there. */
static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  MainstayTestFault old = { "GET", "/old", -1, MAINSTAY_FAULT_ANSWER, 403, "application/xml",
                            "<Error>hostile</Error>" };
  MainstayTestFault gone = { "GET", "/gone", -1, MAINSTAY_FAULT_ANSWER, 410 };
  g_autofree char *there = g_strconcat (mainstay_test_server_get_archive_url (fixture->server),
                                        "/old", NULL);
  const struct
  {
    const char *url;
    int code;
  } cases[] = {
    { there, MAINSTAY_ERROR_LINK_EXPIRED },
    { "/old", MAINSTAY_ERROR_NO_ACCESS },
    { "/gone", MAINSTAY_ERROR_LINK_EXPIRED },
    { "/api/1/apps/none", MAINSTAY_ERROR_APP_NOT_FOUND },
  };

  mainstay_test_server_add_fault (fixture->server, &old);
  mainstay_test_server_add_fault (fixture->server, &gone);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(SoupMessage) message = mainstay_client_new_message (fixture->client, "GET",
                                                                    cases[i].url);
      g_autoptr(GError) error = NULL;

      g_assert_null (send_message (fixture, message, &error));
      g_assert_error (error, MAINSTAY_ERROR, cases[i].code);
      g_assert_null (strstr (error->message, "hostile"));
    }
}

static void
test_insecure_link (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char *const urls[] = { "http://storage.example/archive?s=1", "ftp://127.0.0.1/x" };

  for (size_t i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr(SoupMessage) message = mainstay_client_new_message (fixture->client, "GET",
                                                                    urls[i]);
      g_autoptr(GError) error = NULL;

      g_assert_null (send_message (fixture, message, &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE);
    }
  {
    g_autoptr(GError) error = NULL;

    g_assert_null (send_message (fixture, NULL, &error));
    g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
  }
}

/* A redirect is never followed, neither by a call nor by a transfer. */
static void
test_redirect (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *header = g_strconcat ("Location: ",
                                         mainstay_test_server_get_archive_url (fixture->server),
                                         "/stolen", NULL);
  static const unsigned int statuses[] = { 301, 302, 303, 307, 308 };

  for (size_t i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      MainstayTestFault fault = { NULL, "/api/1/apps", 2, MAINSTAY_FAULT_ANSWER, statuses[i], NULL,
                                  NULL, header };
      g_auto(Await) await = { NULL };
      g_autoptr(GError) error = NULL;
      g_autoptr(SoupMessage) message = NULL;

      mainstay_test_server_add_fault (fixture->server, &fault);
      mainstay_client_list_apps_async (fixture->client, NULL, await_cb, &await);
      g_assert_null (mainstay_client_list_apps_finish (fixture->client, await_result (&await),
                                                       &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_REDIRECTED);
      g_clear_error (&error);
      message = mainstay_client_new_message (fixture->client, "GET", "/api/1/apps");
      g_assert_null (send_message (fixture, message, &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_REDIRECTED);
    }
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, "/stolen"), ==, 0);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==,
                    2 * G_N_ELEMENTS (statuses));
}

/* A portal that sends the key back does not get it into an error. */
static void
test_echoed_key (Fixture       *fixture,
                 gconstpointer  data)
{
  MainstayTestFault echo = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_ANSWER, 401, NULL,
                             "{\"errorCode\":\"UNAUTHORIZED\",\"errorMessage\":\"The key "
                             MAINSTAY_TEST_API_KEY " is not known\"}" };
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;

  mainstay_test_server_add_fault (fixture->server, &echo);
  mainstay_client_list_apps_async (fixture->client, NULL, await_cb, &await);
  g_assert_null (mainstay_client_list_apps_finish (fixture->client, await_result (&await),
                                                   &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED);
  g_assert_null (strstr (error->message, MAINSTAY_TEST_API_KEY));
  g_assert_nonnull (strstr (error->message, "is not known"));
}

/* Basic authentication that a server asks for is not answered, and no password asked for. */
static void
test_challenge (Fixture       *fixture,
                gconstpointer  data)
{
  MainstayTestFault challenge = { "GET", "/api/1/apps", -1, MAINSTAY_FAULT_ANSWER, 401, NULL, NULL,
                                  "WWW-Authenticate: Basic realm=\"x\"" };
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;

  mainstay_test_server_add_fault (fixture->server, &challenge);
  mainstay_client_list_apps_async (fixture->client, NULL, await_cb, &await);
  g_assert_null (mainstay_client_list_apps_finish (fixture->client, await_result (&await),
                                                   &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==, 1);
}

#define ADD(name, function) \
  g_test_add ("/client/origin/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/origin/addresses", test_addresses);
  g_test_add_func ("/client/origin/own-origin", test_own_origin);
  g_test_add_func ("/client/origin/message-headers", test_message_headers);
  ADD ("archive-link", test_archive_link);
  ADD ("refusals", test_refusals);
  ADD ("insecure-link", test_insecure_link);
  ADD ("redirect", test_redirect);
  ADD ("echoed-key", test_echoed_key);
  ADD ("challenge", test_challenge);
  return g_test_run ();
}
