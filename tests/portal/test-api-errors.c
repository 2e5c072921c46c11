/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>

#include "mainstay-json.h"
#include "test-api-fixture.h"

/* Each error code of portal-api.md, part 1, with its status. */

#define SHOP "/api/1/apps/shop"
#define RANDOM "12345678-9abc-4def-8123-456789abcdef"
#define V2 "/api/v2/apps/{shop}/environments/{test}"

typedef enum { NOBODY, WRONG_KEY, ANN, BEN, EVE } Who;

static const struct
{
  const char *method;
  const char *path;
  const char *body;
  Who who;
  unsigned int status;
  const char *code;
} cases[] = {
  /* The route comes first, then who asks. */
  { "GET", "/", NULL, NOBODY, 404, "NOT_FOUND" },
  { "GET", "/api/1/nothing", NULL, NOBODY, 404, "NOT_FOUND" },
  { "GET", "/api/v1/apps", NULL, ANN, 404, "NOT_FOUND" },
  { "PUT", "/api/1/apps", NULL, NOBODY, 405, "INVALID_PARAMETERS" },
  { "GET", "/api/1/apps", NULL, NOBODY, 401, "UNAUTHORIZED" },
  { "GET", "/api/1/apps", NULL, WRONG_KEY, 401, "UNAUTHORIZED" },
  { "GET", SHOP "/environments/Test", NULL, WRONG_KEY, 401, "UNAUTHORIZED" },
  { "GET", "/api/v2/apps/x/environments/y/snapshots", NULL, WRONG_KEY, 401, "UNAUTHORIZED" },
  { "POST", V2 "/snapshots", "{broken", WRONG_KEY, 401, "UNAUTHORIZED" },

  /* Then what is named. */
  { "GET", "/api/1/apps/none", NULL, ANN, 404, "APP_NOT_FOUND" },
  { "GET", "/api/1/apps/none/environments", NULL, ANN, 404, "APP_NOT_FOUND" },
  { "GET", "/api/1/apps/none/packages", NULL, ANN, 404, "APP_NOT_FOUND" },
  { "GET", "/api/1/apps/none/environments/Test", NULL, ANN, 404, "APP_NOT_FOUND" },
  { "GET", SHOP "/environments/None", NULL, ANN, 404, "ENVIRONMENT_NOT_FOUND" },
  { "POST", SHOP "/environments/None/start", "{}", ANN, 404, "ENVIRONMENT_NOT_FOUND" },
  { "POST", SHOP "/environments/None/stop", "{}", ANN, 404, "ENVIRONMENT_NOT_FOUND" },
  { "GET", SHOP "/environments/None/package", NULL, ANN, 404, "ENVIRONMENT_NOT_FOUND" },
  { "GET", "/api/1/apps/{long}", NULL, ANN, 400, "INVALID_APPID" },
  { "GET", SHOP "/environments/{long}", NULL, ANN, 400, "INVALID_ENVIRONMENT" },
  { "GET", "/api/v2/apps/x/environments/{test}/snapshots", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "GET", "/api/v2/apps/{shop}/environments/Test/snapshots", NULL, ANN, 400,
    "INVALID_PARAMETERS" },
  { "POST", "/api/v2/apps/x/environments/y/snapshots", "{broken", ANN, 400, "INVALID_PARAMETERS" },
  { "GET", "/api/v2/apps/{shop}/environments/" RANDOM "/snapshots", NULL, ANN, 404,
    "ENVIRONMENT_NOT_FOUND" },
  { "GET", "/api/v2/apps/" RANDOM "/environments/{test}/snapshots", NULL, ANN, 404,
    "ENVIRONMENT_NOT_FOUND" },
  { "GET", "/api/v2/apps/{desk}/environments/{test}/snapshots", NULL, ANN, 404,
    "ENVIRONMENT_NOT_FOUND" },

  /* Then whether that person may. */
  { "GET", V2 "/snapshots", NULL, BEN, 403, "NO_ACCESS" },
  { "POST", V2 "/snapshots", "{broken", BEN, 403, "NO_ACCESS" },
  { "GET", V2 "/snapshots", NULL, EVE, 403, "NO_ACCESS" },
  { "POST", V2 "/restores", NULL, BEN, 403, "NO_ACCESS" },
  { "POST", V2 "/data-uploads", "{}", BEN, 403, "NO_ACCESS" },
  { "GET", V2 "/activity", NULL, BEN, 403, "NO_ACCESS" },
  { "GET", SHOP "/environments/Test", NULL, EVE, 403, "NO_ACCESS" },
  { "GET", SHOP "/environments/Production", NULL, BEN, 403, "NO_ACCESS" },
  { "POST", SHOP "/environments/Test/transport", "{}", BEN, 403, "NO_ACCESS" },
  { "POST", SHOP "/environments/Test/stop", "{}", EVE, 403, "NO_ACCESS" },

  /* Then parameters. */
  { "GET", V2 "/snapshots?offset=-1", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "GET", V2 "/snapshots?offset=x", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "GET", V2 "/snapshots?offset=", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "GET", V2 "/snapshots?limit=-5", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "GET", V2 "/snapshots?limit=+5", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "GET", V2 "/activity?limit=1e3", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "GET", V2 "/restores?offset=0x10", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/snapshots", "{broken", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/snapshots", "[]", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/snapshots", "null", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/snapshots", "{} {}", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/snapshots", "{\"comment\": 5}", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/snapshots", "{\"comment\": [\"a\"]}", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/snapshots", "{\"comment\": \"\\u0007\"}", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/snapshots", "{\"comment\": \"{long}\"}", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/snapshots", "{\"type\": \"nightly\"}", ANN, 400, "INVALID_PARAMETERS" },
  { "PUT", V2 "/snapshots/" RANDOM, "{}", ANN, 400, "INVALID_PARAMETERS" },
  { "GET", V2 "/snapshots/no-uuid", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/restores", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/restores?source_snapshot_id=x", NULL, ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/restores?source_snapshot_id=" RANDOM "&db_only=maybe", NULL, ANN, 400,
    "INVALID_PARAMETERS" },
  { "POST", V2 "/data-uploads", "{}", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", V2 "/data-uploads", "{\"database\": 7}", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", SHOP "/environments/Test/transport", "{}", ANN, 400, "INVALID_PARAMETERS" },
  { "POST", SHOP "/environments/Test/transport", "{\"PackageId\": 1}", ANN, 400,
    "INVALID_PARAMETERS" },
  { "POST", SHOP "/environments/Test/start", "{broken", ANN, 400, "INVALID_PARAMETERS" },

  /* And then what is there, and in what state. */
  { "GET", V2 "/snapshots/" RANDOM, NULL, ANN, 404, "NOT_FOUND" },
  { "PUT", V2 "/snapshots/" RANDOM, "{\"comment\": \"a\"}", ANN, 404, "NOT_FOUND" },
  { "DELETE", V2 "/snapshots/" RANDOM, NULL, ANN, 404, "NOT_FOUND" },
  { "POST", V2 "/snapshots/" RANDOM "/archives", NULL, ANN, 404, "NOT_FOUND" },
  { "GET", V2 "/snapshots/{backup}/archives/" RANDOM, NULL, ANN, 404, "NOT_FOUND" },
  { "POST", V2 "/snapshots/{backup}/archives?data_type=everything", NULL, ANN, 400, "UNSUPPORTED" },
  { "POST", V2 "/restores?source_snapshot_id=" RANDOM, NULL, ANN, 400, "NOT_FOUND" },
  { "GET", V2 "/restores/" RANDOM, NULL, ANN, 400, "NOT_FOUND" },
  { "GET", V2 "/data-uploads/" RANDOM, NULL, ANN, 404, "NOT_FOUND" },
  { "GET", SHOP "/environments/Test/start/" RANDOM, NULL, ANN, 404, "NO_SUCH_STARTJOB" },
  { "GET", SHOP "/environments/Test/start/x", NULL, ANN, 404, "NO_SUCH_STARTJOB" },
  { "POST", SHOP "/environments/Acceptance/start", "{}", ANN, 500, "NO_MDA_HAS_BEEN_DEPLOYED" },
  { "GET", SHOP "/environments/Acceptance/package", NULL, ANN, 404, "PACKAGE_NOT_FOUND" },
  { "POST", SHOP "/environments/Test/transport", "{\"PackageId\": \"" RANDOM "\"}", ANN, 404,
    "PACKAGE_NOT_FOUND" },
  { "POST", SHOP "/environments/Production/transport", "{\"PackageId\": \"{package}\"}", ANN, 403,
    "APP_IS_RUNNING" },
  { "POST", "/api/v2/apps/{shop}/environments/{odd}/snapshots", "{}", ANN, 400, "NOT_SUPPORTED" },

  /* Another app's, and another environment's. */
  { "GET", "/api/v2/apps/{desk}/environments/{desk_test}/snapshots/{backup}", NULL, ANN, 404,
    "NOT_FOUND" },
  { "DELETE", "/api/v2/apps/{desk}/environments/{desk_test}/snapshots/{backup}", NULL, ANN, 404,
    "NOT_FOUND" },
  { "GET", "/api/v2/apps/{shop}/environments/{production}/snapshots/{backup}", NULL, ANN, 404,
    "NOT_FOUND" },
  { "POST", "/api/v2/apps/{desk}/environments/{desk_test}/restores?source_snapshot_id={backup}",
    NULL, ANN, 400, "NOT_FOUND" },

  /* The target runs, or nothing was ever deployed on it. */
  { "POST", "/api/v2/apps/{shop}/environments/{production}/restores?source_snapshot_id={backup}",
    NULL, ANN, 400, "ERROR_NOT_ALLOWED" },
  { "POST", "/api/v2/apps/{shop}/environments/{acceptance}/restores?source_snapshot_id={backup}",
    NULL, ANN, 400, "ERROR_NOT_ALLOWED" },
};

static char *
fill_in (TestApi    *api,
         const char *template,
         const char *backup)
{
  GString *text = g_string_new (template);
  g_autofree char *long_text = g_strnfill (2001, 'x');

  g_string_replace (text, "{shop}", api->shop, 0);
  g_string_replace (text, "{desk}", api->desk, 0);
  g_string_replace (text, "{test}", api->test, 0);
  g_string_replace (text, "{production}", api->production, 0);
  g_string_replace (text, "{acceptance}", api->acceptance, 0);
  g_string_replace (text, "{odd}", api->odd, 0);
  g_string_replace (text, "{desk_test}", api->desk_test, 0);
  g_string_replace (text, "{package}", api->package, 0);
  g_string_replace (text, "{backup}", backup, 0);
  g_string_replace (text, "{long}", long_text, 0);
  return g_string_free (text, FALSE);
}

static TestReply *
call_as (TestApi    *api,
         Who         who,
         const char *method,
         const char *path,
         const char *body)
{
  switch (who)
    {
    case NOBODY:
      return test_api_call_as (api, NULL, NULL, method, path, NULL, body);
    case WRONG_KEY:
      return test_api_call_as (api, "ann@example.com", "wrong", method, path, NULL, body);
    case BEN:
      return test_api_call_as (api, "ben@example.com", api->ben_key, method, path, NULL, body);
    case EVE:
      return test_api_call_as (api, "eve@example.com", api->eve_key, method, path, NULL, body);
    case ANN:
    default:
      return test_api_call (api, method, path, NULL, body);
    }
}

static void
test_table (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *backup = test_api_make_backup (api, api->test);
  g_autofree char *list_path = test_api_path (api->shop, api->test, "/snapshots");
  g_autoptr(TestReply) list = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = fill_in (api, cases[i].path, backup);
      g_autofree char *body = cases[i].body != NULL ? fill_in (api, cases[i].body, backup) : NULL;
      g_autoptr(TestReply) reply = NULL;

      g_test_message ("%s %s: %u %s", cases[i].method, cases[i].path, cases[i].status,
                      cases[i].code);
      reply = call_as (api, cases[i].who, cases[i].method, path, body);
      test_reply_assert_error (reply, cases[i].status, cases[i].code);
    }
  /* None of them did anything. */
  list = test_api_call (api, "GET", list_path, NULL, NULL);
  g_assert_cmpint (mainstay_json_get_int (test_reply_object (list), "total", -1), ==, 1);
}

static void
test_allow (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");
  g_autoptr(TestReply) reply = test_api_call (api, "PATCH", path, NULL, "{}");

  test_reply_assert_error (reply, 405, "INVALID_PARAMETERS");
  g_assert_cmpstr (test_reply_header (reply, "allow"), ==, "GET, POST");
}

/* An action that lasts until the test lets it end. */
static char *
hold_environment (TestApi    *api,
                  const char *id)
{
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (mainstay_portal_get_database (api->portal), NULL);
  g_autoptr(MainstayPortalEnvironment) environment =
    mainstay_portal_store_get_environment (tx, id, NULL);
  char *flag = g_build_filename (api->directory, "go", NULL);

  g_clear_pointer (&environment->start_command, g_free);
  environment->start_command = g_strdup_printf (
    "/bin/sh -c \"while [ ! -e '%s' ]; do sleep 0.02; done\"", flag);
  g_assert_true (mainstay_portal_store_put_environment (tx, environment, NULL));
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
  return flag;
}

static void
test_busy (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *backup = test_api_make_backup (api, api->test);
  g_autofree char *flag = hold_environment (api, api->test);
  g_autofree char *create = test_api_path (api->shop, api->test, "/snapshots");
  g_autofree char *restore = test_api_path (api->shop, api->test,
                                            "/restores?source_snapshot_id=%s", backup);
  g_autoptr(TestReply) start = NULL;
  g_autoptr(TestReply) created = NULL;
  g_autoptr(TestReply) restored = NULL;
  g_autoptr(TestReply) later = NULL;

  start = test_api_call (api, "POST", "/api/1/apps/shop/environments/Test/start", NULL, NULL);
  g_assert_cmpuint (start->status, ==, 200);
  created = test_api_call (api, "POST", create, NULL, "{}");
  test_reply_assert_error (created, 400, "ENVIRONMENT_BUSY");
  restored = test_api_call (api, "POST", restore, NULL, NULL);
  test_reply_assert_error (restored, 400, "ENVIRONMENT_BUSY");
  g_assert_true (g_file_set_contents (flag, "", 0, NULL));
  test_api_wait (api);
  later = test_api_call (api, "POST", create, NULL, "{}");
  g_assert_cmpuint (later->status, ==, 200);
  test_api_wait (api);
}

static void
test_start_failed (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (mainstay_portal_get_database (api->portal), NULL);
  g_autoptr(MainstayPortalEnvironment) environment =
    mainstay_portal_store_get_environment (tx, api->test, NULL);
  g_autoptr(TestReply) start = NULL;
  g_autoptr(TestReply) status = NULL;
  g_autofree char *path = NULL;

  g_clear_pointer (&environment->start_command, g_free);
  environment->start_command = g_strdup ("/bin/false");
  g_assert_true (mainstay_portal_store_put_environment (tx, environment, NULL));
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
  g_clear_pointer (&tx, mainstay_portal_transaction_free);
  start = test_api_call (api, "POST", "/api/1/apps/shop/environments/Test/start", NULL, NULL);
  g_assert_cmpuint (start->status, ==, 200);
  test_api_wait (api);
  path = g_strconcat ("/api/1/apps/shop/environments/Test/start/",
                      test_reply_string (start, "JobId"), NULL);
  status = test_api_call (api, "GET", path, NULL, NULL);
  test_reply_assert_error (status, 500, "START_FAILED");
}

/* Told in the answer itself, since there is no job to ask for. */
static void
test_stop_failed (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (mainstay_portal_get_database (api->portal), NULL);
  g_autoptr(MainstayPortalEnvironment) environment =
    mainstay_portal_store_get_environment (tx, api->production, NULL);
  g_autoptr(TestReply) failed = NULL;
  g_autoptr(TestReply) after = NULL;
  g_autoptr(TestReply) stopped = NULL;

  g_clear_pointer (&environment->stop_command, g_free);
  environment->stop_command = g_strdup ("sh -c 'test -e stop-now || exit 4'");
  g_assert_true (mainstay_portal_store_put_environment (tx, environment, NULL));
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
  g_clear_pointer (&tx, mainstay_portal_transaction_free);
  failed = test_api_call (api, "POST", SHOP "/environments/Production/stop", NULL, NULL);
  test_reply_assert_error (failed, 500, "STOP_FAILED");
  g_assert_nonnull (strstr (test_reply_string (failed, "errorMessage"), "code 4"));
  after = test_api_call (api, "GET", SHOP "/environments/Production", NULL, NULL);
  g_assert_cmpstr (test_reply_string (after, "Status"), ==, "Running");
  /* Commands run in the data folder. */
  {
    g_autofree char *flag = g_build_filename (api->directory, "stop-now", NULL);

    g_assert_true (g_file_set_contents (flag, "", 0, NULL));
  }
  stopped = test_api_call (api, "POST", SHOP "/environments/Production/stop", NULL, NULL);
  g_assert_cmpuint (stopped->status, ==, 200);
  g_assert_cmpstr (test_reply_string (stopped, "Status"), ==, "Stopped");
}

static void
break_records (TestApi *api)
{
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (mainstay_portal_get_database (api->portal), NULL);

  g_assert_cmpint (mainstay_portal_transaction_change (
                     tx, NULL, "ALTER TABLE snapshots RENAME TO broken", ""), >=, 0);
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
}

static void
test_server_trouble (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");
  g_autofree char *one = test_api_path (api->shop, api->test, "/snapshots/" RANDOM);
  g_autoptr(TestReply) list = NULL;
  g_autoptr(TestReply) status = NULL;
  g_autoptr(TestReply) created = NULL;

  break_records (api);
  list = test_api_call (api, "GET", path, NULL, NULL);
  test_reply_assert_error (list, 500, "SNAPSHOT_LISTING_FAILED");
  status = test_api_call (api, "GET", one, NULL, NULL);
  test_reply_assert_error (status, 500, "SERVICE_UNAVAILABLE");
  mainstay_portal_shutdown (api->portal);
  created = test_api_call (api, "POST", path, NULL, "{}");
  test_reply_assert_error (created, 500, "SERVICE_UNAVAILABLE");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/errors/table", test_table);
  g_test_add_func ("/portal/errors/allow", test_allow);
  g_test_add_func ("/portal/errors/busy", test_busy);
  g_test_add_func ("/portal/errors/start-failed", test_start_failed);
  g_test_add_func ("/portal/errors/stop-failed", test_stop_failed);
  g_test_add_func ("/portal/errors/server-trouble", test_server_trouble);
  return g_test_run ();
}
