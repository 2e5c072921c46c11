/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "client-fixture.h"
#include "mainstay-answer.h"

/* What an answer means: decided by errorCode first, by status only without one. */

typedef struct
{
  const char *name;
  unsigned int status;
  const char *body;
  int code;            /* MAINSTAY_N_ERRORS: a good one */
  const char *message; /* nullable: a part of the error's */
} Case;

#define HTML "<html><body>secret-of-the-gateway</body></html>"

static const Case cases[] = {
  { "other-key-order", 400, "{\"errorMessage\":\"Wait\",\"errorCode\":\"ENVIRONMENT_BUSY\"}",
    MAINSTAY_ERROR_ENVIRONMENT_BUSY, "Wait" },
  { "not-found-as-400", 400, "{\"errorCode\":\"NOT_FOUND\",\"errorMessage\":\"No such restore\"}",
    MAINSTAY_ERROR_NOT_FOUND, "No such restore" },
  { "error-in-200", 200, "{\"errorCode\":\"ALREADY_STARTED\"}", MAINSTAY_ERROR_ALREADY_STARTED,
    NULL },
  { "known-beats-status", 401, "{\"errorCode\":\"NO_ACCESS\"}", MAINSTAY_ERROR_NO_ACCESS, NULL },
  { "unknown-401", 401, "{\"errorCode\":\"TOKEN_OLD\",\"errorMessage\":\"Too old\"}",
    MAINSTAY_ERROR_UNAUTHORIZED, "TOKEN_OLD: Too old" },
  { "unknown-400", 400, "{\"errorCode\":\"NEW_RULE\",\"errorMessage\":\"No\"}",
    MAINSTAY_ERROR_FAILED, "NEW_RULE: No" },
  { "unknown-200", 200, "{\"errorCode\":\"NEW_RULE\"}", MAINSTAY_ERROR_FAILED, "NEW_RULE" },
  { "unknown-500", 500, "{\"errorCode\":\"NEW_TROUBLE\"}", MAINSTAY_ERROR_FAILED, "NEW_TROUBLE" },
  { "code-no-text", 400, "{\"errorCode\":5}", MAINSTAY_ERROR_FAILED, "400" },
  { "other-json", 403, "{\"message\":\"Forbidden\"}", MAINSTAY_ERROR_NO_ACCESS, "403" },
  { "html-401", 401, HTML, MAINSTAY_ERROR_UNAUTHORIZED, "401" },
  { "html-403", 403, HTML, MAINSTAY_ERROR_NO_ACCESS, "403" },
  { "html-404", 404, HTML, MAINSTAY_ERROR_NOT_FOUND, "404" },
  { "html-408", 408, HTML, MAINSTAY_ERROR_TIMED_OUT, "408" },
  { "html-413", 413, HTML, MAINSTAY_ERROR_TOO_LARGE, "413" },
  { "html-429", 429, HTML, MAINSTAY_ERROR_RATE_LIMITED, "429" },
  { "html-500", 500, HTML, MAINSTAY_ERROR_GATEWAY, "500" },
  { "html-502", 502, HTML, MAINSTAY_ERROR_GATEWAY, "502" },
  { "empty-503", 503, "", MAINSTAY_ERROR_GATEWAY, "503" },
  { "empty-504", 504, "", MAINSTAY_ERROR_GATEWAY, "504" },
  { "html-405", 405, HTML, MAINSTAY_ERROR_FAILED, "405" },
  { "redirect", 302, HTML, MAINSTAY_ERROR_REDIRECTED, "302" },
  { "login-page", 200, HTML, MAINSTAY_ERROR_BAD_ANSWER, NULL },
  { "half", 200, "{\"snapshots\":[", MAINSTAY_ERROR_BAD_ANSWER, NULL },
  { "not-utf8", 200, "\"\xff\xfe\"", MAINSTAY_ERROR_BAD_ANSWER, NULL },
  { "good", 200, "{\"a\":1}", MAINSTAY_N_ERRORS, NULL },
  { "good-204", 204, "", MAINSTAY_N_ERRORS, NULL },
};

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  g_autoptr(GBytes) body = g_bytes_new_static (one->body, strlen (one->body));
  g_autoptr(JsonNode) root = NULL;
  g_autoptr(GError) error = NULL;
  gboolean good = mainstay_answer_read (one->status, body, &root, &error);

  if (one->code == MAINSTAY_N_ERRORS)
    {
      g_assert_no_error (error);
      g_assert_true (good);
      g_assert_true ((root != NULL) == (*one->body != '\0'));
      return;
    }
  g_assert_false (good);
  g_assert_null (root);
  g_assert_error (error, MAINSTAY_ERROR, one->code);
  if (one->message != NULL)
    g_assert_nonnull (strstr (error->message, one->message));
  g_assert_null (strstr (error->message, "secret-of-the-gateway"));
}

/* Every code that the API names arrives as itself, with the status that goes with it. */
static void
test_named (void)
{
  unsigned int named = 0;

  for (int code = 0; code < MAINSTAY_N_ERRORS; code++)
    {
      const char *name = mainstay_error_wire_name (code);
      g_autofree char *text =
        g_strdup_printf ("{\"errorCode\":\"%s\",\"errorMessage\":\"m\"}", name);
      g_autoptr(GBytes) body = g_bytes_new (text, strlen (text));
      g_autoptr(JsonNode) root = NULL;
      g_autoptr(GError) error = NULL;

      if (name == NULL)
        continue;
      g_assert_false (mainstay_answer_read (mainstay_error_http_status (code), body, &root,
                                            &error));
      g_assert_error (error, MAINSTAY_ERROR, code);
      named++;
    }
  g_assert_cmpuint (named, ==, 24);
}

static void
test_clean_text (void)
{
  g_autofree char *long_text = g_strnfill (1000, 'a');
  g_autofree char *plain = mainstay_answer_clean_text ("  Grüße, \xe4\xb8\x96\xe7\x95\x8c! ");
  g_autofree char *controls = mainstay_answer_clean_text ("a\nb\tc\x1b[31md\xe2\x80\xae" "e");
  g_autofree char *broken = mainstay_answer_clean_text ("a\xff" "b");
  g_autofree char *none = mainstay_answer_clean_text (NULL);
  g_autofree char *cut = mainstay_answer_clean_text (long_text);

  g_assert_cmpstr (plain, ==, "Grüße, \xe4\xb8\x96\xe7\x95\x8c!");
  g_assert_cmpstr (controls, ==, "a b c [31md e");
  g_assert_true (g_utf8_validate (broken, -1, NULL));
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 301);
}

static GError *
ask (Fixture *fixture)
{
  g_auto(Await) await = { NULL };
  g_autoptr(GPtrArray) apps = NULL;
  GError *error = NULL;

  mainstay_client_list_apps_async (fixture->client, NULL, await_cb, &await);
  apps = mainstay_client_list_apps_finish (fixture->client, await_result (&await), &error);
  g_assert_true ((apps == NULL) == (error != NULL));
  return error;
}

static void
test_wrong_shape (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char *const bodies[] = { "{}", "\"apps\"", "null", "5", "" };

  for (size_t i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      MainstayTestFault fault = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_ANSWER, 200, NULL,
                                  bodies[i] };
      g_autoptr(GError) error = NULL;

      mainstay_test_server_add_fault (fixture->server, &fault);
      error = ask (fixture);
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
    }
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==,
                    G_N_ELEMENTS (bodies));
}

/* One broken record does not hide the others. */
static void
test_broken_elements (Fixture       *fixture,
                      gconstpointer  data)
{
  MainstayTestFault fault = { "GET", "*/snapshots", 1, MAINSTAY_FAULT_ANSWER, 200, NULL,
                              "{\"snapshots\":[{\"snapshot_id\":\"a\",\"state\":\"dreaming\"},{},"
                              "null,[],{\"snapshot_id\":7},{\"snapshot_id\":\"b\","
                              "\"created_at\":\"yesterday\",\"more\":{}}]}" };
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list = NULL;

  mainstay_test_server_add_fault (fixture->server, &fault);
  mainstay_client_list_backups_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, 0,
                                      100, NULL, await_cb, &await);
  list = mainstay_client_list_backups_finish (fixture->client, await_result (&await), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (mainstay_backup_get_id (list->pdata[0]), ==, "a");
  g_assert_cmpint (mainstay_backup_get_state (list->pdata[0]), ==, MAINSTAY_JOB_UNKNOWN);
  g_assert_cmpstr (mainstay_backup_get_id (list->pdata[1]), ==, "b");
  g_assert_cmpint (mainstay_client_list_backups_total (await.result), ==, -1);
  g_assert_cmpuint (mainstay_client_list_backups_received (await.result), ==, 6);
}

static void
test_unreachable (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&fixture->server, mainstay_test_server_free);
  error = ask (fixture);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE);
}

static void
test_truncated (Fixture       *fixture,
                gconstpointer  data)
{
  MainstayTestFault fault = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_TRUNCATE };
  MainstayTestFault always = { "GET", "/api/1/apps", -1, MAINSTAY_FAULT_TRUNCATE };
  g_autoptr(GError) error = NULL;

  mainstay_test_server_add_fault (fixture->server, &fault);
  error = ask (fixture);
  g_assert_no_error (error);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==, 2);
  mainstay_test_server_add_fault (fixture->server, &always);
  error = ask (fixture);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE);
}

static void
test_unauthorized (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  mainstay_client_set_api_key (fixture->client, "wrong");
  error = ask (fixture);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==, 1);
  g_clear_error (&error);
  /* As pasted, with a line end. */
  mainstay_client_set_api_key (fixture->client, MAINSTAY_TEST_API_KEY "\n");
  error = ask (fixture);
  g_assert_no_error (error);
}

static void
test_certificate (void)
{
  g_autoptr(GError) bad = g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "x");
  g_autoptr(GError) late = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "x");
  g_autoptr(GError) none = g_error_new_literal (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "x");
  g_autoptr(GError) garbage =
    g_error_new_literal (SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_ENCODING, "x");
  g_autoptr(GError) cut = g_error_new_literal (SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING, "x");
  g_autoptr(GError) mapped_bad = mainstay_answer_map_error (bad);
  g_autoptr(GError) mapped_late = mainstay_answer_map_error (late);
  g_autoptr(GError) mapped_none = mainstay_answer_map_error (none);
  g_autoptr(GError) mapped_garbage = mainstay_answer_map_error (garbage);
  g_autoptr(GError) mapped_cut = mainstay_answer_map_error (cut);

  g_assert_error (mapped_bad, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE);
  g_assert_error (mapped_late, MAINSTAY_ERROR, MAINSTAY_ERROR_TIMED_OUT);
  g_assert_error (mapped_none, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE);
  g_assert_error (mapped_garbage, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
  g_assert_error (mapped_cut, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE);
}

/* A certificate may have several flaws, and only one is told. */
static void
test_flaws (void)
{
  static const struct
  {
    GTlsCertificateFlags flaws;
    const char *word;
  } flaws[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_EXPIRED, "trusts" },
    { G_TLS_CERTIFICATE_REVOKED | G_TLS_CERTIFICATE_BAD_IDENTITY, "revoked" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY | G_TLS_CERTIFICATE_EXPIRED, "another address" },
    { G_TLS_CERTIFICATE_EXPIRED, "expired" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "not valid yet" },
    { G_TLS_CERTIFICATE_INSECURE, "not safe" },
    { G_TLS_CERTIFICATE_GENERIC_ERROR, "not valid" },
    { 0, "not valid" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (flaws); i++)
    g_assert_nonnull (strstr (mainstay_answer_describe_certificate (flaws[i].flaws),
                              flaws[i].word));
}

#define ADD(name, function) \
  g_test_add ("/client/errors/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/client/errors/case/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/client/errors/named", test_named);
  g_test_add_func ("/client/errors/clean-text", test_clean_text);
  g_test_add_func ("/client/errors/certificate", test_certificate);
  g_test_add_func ("/client/errors/flaws", test_flaws);
  ADD ("wrong-shape", test_wrong_shape);
  ADD ("broken-elements", test_broken_elements);
  ADD ("unreachable", test_unreachable);
  ADD ("truncated", test_truncated);
  ADD ("unauthorized", test_unauthorized);
  return g_test_run ();
}
