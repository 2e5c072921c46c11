/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "mainstay-json.h"
#include "mainstay-time.h"
#include "test-api-fixture.h"

/* Each documented call, and what it does (portal-api.md, parts 2 and 3). */

static void
assert_time (JsonObject *object,
             const char *name)
{
  const char *text = mainstay_json_get_string (object, name);

  g_assert_nonnull (text);
  g_assert_true (g_regex_match_simple ("^\\d{4}(-\\d\\d){2}T\\d\\d(:\\d\\d){2}\\.\\d{3}Z$", text, 0,
                                       0));
  g_assert_cmpint (mainstay_time_parse (text), >, 0);
}

static JsonObject *
find_object (JsonArray  *array,
             const char *name,
             const char *value)
{
  for (unsigned int i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = json_array_get_object_element (array, i);

      if (g_strcmp0 (mainstay_json_get_string (object, name), value) == 0)
        return object;
    }
  return NULL;
}

static void
test_capabilities (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) reply = NULL;
  g_auto(GStrv) extensions = NULL;

  reply = test_api_call_as (api, NULL, NULL, "GET", "/api/mainstay/1/capabilities", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_nonnull (test_reply_string (reply, "name"));
  g_assert_nonnull (test_reply_string (reply, "version"));
  extensions = mainstay_json_dup_strings (test_reply_object (reply), "extensions");
  for (const char *const *name = (const char *const[]) { "snapshot-details", "files-only",
                                                         "upload-data", "activity", NULL };
       *name != NULL; name++)
    g_assert_true (g_strv_contains ((const char *const *) extensions, *name));
}

static void
test_apps (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) all = test_api_call (api, "GET", "/api/1/apps", NULL, NULL);
  g_autoptr(TestReply) one = test_api_call (api, "GET", "/api/1/apps/shop", NULL, NULL);
  g_autoptr(TestReply) bens = NULL;
  g_autoptr(TestReply) eves = NULL;
  JsonObject *shop = find_object (test_reply_array (all), "AppId", "shop");

  g_assert_cmpuint (json_array_get_length (test_reply_array (all)), ==, 2);
  g_assert_cmpstr (mainstay_json_get_string (shop, "ProjectId"), ==, api->shop);
  g_assert_cmpstr (mainstay_json_get_string (shop, "Name"), ==, "Shop");
  g_assert_cmpstr (mainstay_json_get_string (shop, "Url"), ==, "https://shop.example");
  g_assert_cmpstr (test_reply_string (one, "ProjectId"), ==, api->shop);
  bens = test_api_call_as (api, "ben@example.com", api->ben_key, "GET", "/api/1/apps", NULL, NULL);
  g_assert_cmpuint (json_array_get_length (test_reply_array (bens)), ==, 1);
  g_assert_nonnull (find_object (test_reply_array (bens), "AppId", "shop"));
  eves = test_api_call_as (api, "eve@example.com", api->eve_key, "GET", "/api/1/apps", NULL, NULL);
  g_assert_cmpuint (json_array_get_length (test_reply_array (eves)), ==, 0);
}

static void
test_environments (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) all = NULL;
  g_autoptr(TestReply) one = NULL;
  g_autoptr(TestReply) bens = NULL;
  g_auto(GStrv) services = NULL;
  JsonObject *production;
  JsonObject *acceptance;

  all = test_api_call (api, "GET", "/api/1/apps/shop/environments", NULL, NULL);
  g_assert_cmpuint (json_array_get_length (test_reply_array (all)), ==, 4);
  production = find_object (test_reply_array (all), "EnvironmentId", api->production);
  g_assert_cmpstr (mainstay_json_get_string (production, "Mode"), ==, "Production");
  g_assert_cmpstr (mainstay_json_get_string (production, "Status"), ==, "Running");
  g_assert_cmpstr (mainstay_json_get_string (production, "ModelVersion"), ==, "1.2.0.300");
  g_assert_cmpstr (mainstay_json_get_string (production, "DataModelVersion"), ==, "1.2.0.300");
  g_assert_cmpstr (mainstay_json_get_string (production, "MendixVersion"), ==, "10.12.0");
  g_assert_true (mainstay_json_get_boolean (production, "Production", FALSE));
  services = mainstay_json_dup_strings (production, "PublishedAppServices");
  g_assert_cmpuint (g_strv_length (services), ==, 2);
  acceptance = find_object (test_reply_array (all), "EnvironmentId", api->acceptance);
  g_assert_cmpstr (mainstay_json_get_string (acceptance, "Status"), ==, "Empty");
  g_assert_false (mainstay_json_get_boolean (acceptance, "Production", TRUE));
  one = test_api_call (api, "GET", "/api/1/apps/shop/environments/pRODUCTION", NULL, NULL);
  g_assert_cmpstr (test_reply_string (one, "EnvironmentId"), ==, api->production);
  bens = test_api_call_as (api, "ben@example.com", api->ben_key, "GET",
                           "/api/1/apps/shop/environments", NULL, NULL);
  g_assert_cmpuint (json_array_get_length (test_reply_array (bens)), ==, 1);
  g_assert_nonnull (find_object (test_reply_array (bens), "EnvironmentId", api->test));
}

#define TEST_ENVIRONMENT "/api/1/apps/shop/environments/Test"

static void
wait_for_status (TestApi    *api,
                 const char *status)
{
  for (;;)
    {
      g_autoptr(TestReply) reply = test_api_call (api, "GET", TEST_ENVIRONMENT, NULL, NULL);

      if (g_strcmp0 (test_reply_string (reply, "Status"), status) == 0)
        return;
      g_usleep (10000);
    }
}

static void
test_start_and_stop (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) start = NULL;
  g_autoptr(TestReply) again = NULL;
  g_autoptr(TestReply) status = NULL;
  g_autoptr(TestReply) stop = NULL;
  g_autoptr(TestReply) stopped = NULL;
  g_autofree char *path = NULL;

  start = test_api_call (api, "POST", TEST_ENVIRONMENT "/start", NULL, "{\"AutoSyncDb\": true}");
  g_assert_cmpuint (start->status, ==, 200);
  path = g_strconcat (TEST_ENVIRONMENT "/start/", test_reply_string (start, "JobId"), NULL);
  do
    {
      g_clear_pointer (&status, test_reply_free);
      status = test_api_call (api, "GET", path, NULL, NULL);
      g_assert_cmpuint (status->status, ==, 200);
    }
  while (strcmp (test_reply_string (status, "Status"), "Starting") == 0);
  g_assert_cmpstr (test_reply_string (status, "Status"), ==, "Started");
  wait_for_status (api, "Running");
  again = test_api_call (api, "POST", TEST_ENVIRONMENT "/start", NULL, NULL);
  test_reply_assert_error (again, 200, "ALREADY_STARTED");
  stop = test_api_call (api, "POST", TEST_ENVIRONMENT "/stop", NULL, "{}");
  g_assert_cmpuint (stop->status, ==, 200);
  g_assert_nonnull (test_reply_object (stop));
  wait_for_status (api, "Stopped");
  test_api_wait (api);
  stopped = test_api_call (api, "POST", TEST_ENVIRONMENT "/stop", NULL, NULL);
  g_assert_cmpuint (stopped->status, ==, 200);
  g_assert_nonnull (test_reply_object (stopped));
}

static void
test_packages (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) all = test_api_call (api, "GET", "/api/1/apps/shop/packages", NULL, NULL);
  g_autoptr(TestReply) deployed = NULL;
  g_autoptr(TestReply) transported = NULL;
  g_autoptr(TestReply) environment = NULL;
  g_autofree char *body = g_strdup_printf ("{\"PackageId\": \"%s\"}", api->old_package);
  JsonObject *package;

  g_assert_cmpuint (json_array_get_length (test_reply_array (all)), ==, 2);
  package = find_object (test_reply_array (all), "PackageId", api->package);
  g_assert_cmpint (mainstay_json_get_int (package, "CreationDate", 0), ==, 1404990271835);
  g_assert_cmpstr (mainstay_json_get_string (package, "Status"), ==, "Succeeded");
  g_assert_cmpint (mainstay_json_get_int (package, "Size", 0), ==, 7);
  deployed = test_api_call (api, "GET", TEST_ENVIRONMENT "/package", NULL, NULL);
  g_assert_cmpstr (test_reply_string (deployed, "PackageId"), ==, api->package);
  transported = test_api_call (api, "POST", "/api/1/apps/shop/environments/acceptance/transport",
                               NULL, body);
  g_assert_cmpuint (transported->status, ==, 200);
  g_assert_cmpstr (test_reply_string (transported, "Version"), ==, "1.1.0.253");
  environment = test_api_call (api, "GET", "/api/1/apps/shop/environments/Acceptance", NULL, NULL);
  g_assert_cmpstr (test_reply_string (environment, "ModelVersion"), ==, "1.1.0.253");
  g_assert_cmpstr (test_reply_string (environment, "Status"), ==, "Stopped");
}

static void
assert_listed (TestReply  *reply,
               gint64      offset,
               gint64      limit,
               const char *first)
{
  JsonObject *object = test_reply_object (reply);
  JsonArray *snapshots = mainstay_json_get_array (object, "snapshots");

  g_assert_cmpint (mainstay_json_get_int (object, "total", -1), ==, 2);
  g_assert_cmpint (mainstay_json_get_int (object, "offset", -1), ==, offset);
  g_assert_cmpint (mainstay_json_get_int (object, "limit", -1), ==, limit);
  g_assert_cmpuint (json_array_get_length (snapshots), ==, MIN (2 - offset, limit));
  g_assert_cmpstr (mainstay_json_get_string (json_array_get_object_element (snapshots, 0),
                                             "snapshot_id"),
                   ==, first);
}

static void
test_list (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *older = test_api_make_backup (api, api->test);
  g_autofree char *newer = test_api_make_backup (api, api->test);
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots");
  g_autofree char *part_path = g_strconcat (path, "?offset=1&limit=1", NULL);
  g_autoptr(TestReply) all = test_api_call (api, "GET", path, NULL, NULL);
  g_autoptr(TestReply) part = test_api_call (api, "GET", part_path, NULL, NULL);

  assert_listed (all, 0, 100, newer);
  assert_listed (part, 1, 1, older);
}

static void
assert_details (TestApi   *api,
                TestReply *reply)
{
  JsonObject *object = test_reply_object (reply);

  g_assert_cmpstr (test_reply_string (reply, "state"), ==, "completed");
  g_assert_cmpstr (test_reply_string (reply, "status_message"), ==, "Completed backup creation");
  g_assert_cmpstr (test_reply_string (reply, "model_version"), ==, "1.2.0.300");
  g_assert_cmpstr (test_reply_string (reply, "created_by"), ==, "Ann Ames");
  g_assert_cmpstr (test_reply_string (reply, "type"), ==, "manual");
  g_assert_cmpstr (test_reply_string (reply, "environment_id"), ==, api->test);
  g_assert_cmpint (mainstay_json_get_int (object, "files_count", -1), ==, TEST_FILES);
  g_assert_cmpint (mainstay_json_get_int (object, "size_bytes", -1), >, 0);
  assert_time (object, "created_at");
  assert_time (object, "finished_at");
  assert_time (object, "updated_at");
  assert_time (object, "expires_at");
}

static void
test_snapshot (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *list_path = test_api_path (api->shop, api->test, "/snapshots");
  g_autoptr(TestReply) created = NULL;
  g_autoptr(TestReply) done = NULL;
  g_autoptr(TestReply) edited = NULL;
  g_autoptr(TestReply) deleted = NULL;
  g_autoptr(TestReply) gone = NULL;
  g_autofree char *path = NULL;

  created = test_api_call (api, "POST", list_path, NULL, "{\"comment\": \"Before\\nit all\"}");
  g_assert_cmpuint (created->status, ==, 200);
  g_assert_cmpstr (test_reply_string (created, "state"), ==, "queued");
  g_assert_cmpstr (test_reply_string (created, "comment"), ==, "Before\nit all");
  path = g_strconcat (list_path, "/", test_reply_string (created, "snapshot_id"), NULL);
  done = test_api_follow (api, path);
  assert_details (api, done);
  edited = test_api_call (api, "PUT", path, NULL, "{\"comment\": \"After\"}");
  g_assert_cmpuint (edited->status, ==, 200);
  g_assert_cmpstr (test_reply_string (edited, "comment"), ==, "After");
  g_assert_cmpstr (test_reply_string (edited, "updated_at"), ==,
                   test_reply_string (done, "updated_at"));
  test_api_wait (api);
  deleted = test_api_call (api, "DELETE", path, NULL, NULL);
  g_assert_cmpuint (deleted->status, ==, 204);
  g_assert_cmpuint (g_bytes_get_size (deleted->body), ==, 0);
  gone = test_api_call (api, "GET", path, NULL, NULL);
  test_reply_assert_error (gone, 404, "NOT_FOUND");
}

static void
test_archives (void)
{
  static const char *const types[] = { "files_and_database", "database_only", "files_only" };
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *id = test_api_make_backup (api, api->test);
  g_autofree char *path = test_api_path (api->shop, api->test, "/snapshots/%s/archives", id);
  g_autoptr(TestReply) first = test_api_call (api, "POST", path, NULL, NULL);
  g_autoptr(TestReply) done = NULL;
  g_autofree char *status_path = NULL;

  g_assert_cmpuint (first->status, ==, 200);
  g_assert_cmpstr (test_reply_string (first, "data_type"), ==, "files_and_database");
  g_assert_cmpstr (test_reply_string (first, "snapshot_id"), ==, id);
  status_path = g_strconcat (path, "/", test_reply_string (first, "archive_id"), NULL);
  done = test_api_follow (api, status_path);
  g_assert_cmpstr (test_reply_string (done, "state"), ==, "completed");
  g_assert_cmpstr (test_reply_string (done, "status_message"), ==, "Completed extraction");
  assert_time (test_reply_object (done), "created_at");
  assert_time (test_reply_object (done), "finished_at");
  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *link = test_api_make_link (api, api->test, id, types[i]);
      g_autoptr(TestReply) file = test_api_call_as (api, NULL, NULL, "GET", link, NULL, NULL);

      g_assert_cmpuint (file->status, ==, 200);
      g_assert_cmpuint (g_bytes_get_size (file->body), >, 100);
    }
}

static void
delete_rows (const char *path)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "DELETE FROM item WHERE id > 10", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (db);
}

static void
test_restores (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *id = test_api_make_backup (api, api->test);
  g_autofree char *database = test_api_dup_database (api, api->test);
  g_autofree char *list_path = test_api_path (api->shop, api->test, "/restores");
  g_autofree char *query = g_strdup_printf ("%s?source_snapshot_id=%s", list_path, id);
  g_autofree char *path = NULL;
  g_autoptr(TestReply) restore = NULL;
  g_autoptr(TestReply) done = NULL;
  g_autoptr(TestReply) list = NULL;

  delete_rows (database);
  g_assert_cmpint (test_api_count_rows (database), ==, 10);
  restore = test_api_call (api, "POST", query, NULL, NULL);
  g_assert_cmpuint (restore->status, ==, 200);
  g_assert_cmpstr (test_reply_string (restore, "state"), ==, "queued");
  g_assert_cmpstr (test_reply_string (restore, "source_snapshot_id"), ==, id);
  g_assert_cmpstr (test_reply_string (restore, "source_environment_id"), ==, api->test);
  g_assert_cmpstr (test_reply_string (restore, "target_environment_id"), ==, api->test);
  path = g_strconcat (list_path, "/", test_reply_string (restore, "restore_id"), NULL);
  done = test_api_follow (api, path);
  g_assert_cmpstr (test_reply_string (done, "state"), ==, "completed");
  g_assert_cmpint (test_api_count_rows (database), ==, TEST_ROWS);
  list = test_api_call (api, "GET", list_path, NULL, NULL);
  g_assert_cmpint (mainstay_json_get_int (test_reply_object (list), "total", -1), ==, 1);
}

static void
test_activity (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *id = test_api_make_backup (api, api->test);
  g_autofree char *path = test_api_path (api->shop, api->test, "/activity?limit=10");
  g_autoptr(TestReply) reply = test_api_call (api, "GET", path, NULL, NULL);
  JsonArray *entries;
  JsonObject *entry;

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpint (mainstay_json_get_int (test_reply_object (reply), "total", -1), ==, 1);
  entries = mainstay_json_get_array (test_reply_object (reply), "entries");
  entry = json_array_get_object_element (entries, 0);
  g_assert_cmpstr (mainstay_json_get_string (entry, "kind"), ==, "create");
  g_assert_cmpstr (mainstay_json_get_string (entry, "state"), ==, "completed");
  g_assert_cmpstr (mainstay_json_get_string (entry, "by"), ==, "Ann Ames");
  g_assert_cmpstr (mainstay_json_get_string (entry, "snapshot_id"), ==, id);
  assert_time (entry, "at");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/api/capabilities", test_capabilities);
  g_test_add_func ("/portal/api/apps", test_apps);
  g_test_add_func ("/portal/api/environments", test_environments);
  g_test_add_func ("/portal/api/start-and-stop", test_start_and_stop);
  g_test_add_func ("/portal/api/packages", test_packages);
  g_test_add_func ("/portal/api/list", test_list);
  g_test_add_func ("/portal/api/snapshot", test_snapshot);
  g_test_add_func ("/portal/api/archives", test_archives);
  g_test_add_func ("/portal/api/restores", test_restores);
  g_test_add_func ("/portal/api/activity", test_activity);
  return g_test_run ();
}
