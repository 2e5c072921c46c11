/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>

#include "mainstay-json.h"
#include "mainstay-portal-files.h"
#include "test-api-fixture.h"
#include "test-cluster.h"

/* The real program over real HTTP, with an environment on a PostgreSQL server. */

#define DATABASE "shop"

static const char *program;
static TestCluster *cluster;

typedef struct
{
  TestApi *api;
  char *snapshot_id;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *uri = test_cluster_uri (cluster, DATABASE);

  self->api = test_api_new_idle ();
  test_cluster_make (cluster, DATABASE, 1);
  test_cluster_attach (self->api->portal, self->api->test, uri);
  test_api_spawn (self->api, program, NULL);
  self->snapshot_id = test_api_make_backup (self->api, self->api->test);
}

static void
assert_no_secrets (const char *text)
{
  g_autofree char *escaped = g_uri_escape_string (TEST_CLUSTER_PASSWORD, NULL, FALSE);

  g_assert_null (strstr (text, TEST_CLUSTER_PASSWORD));
  g_assert_null (strstr (text, escaped));
  g_assert_null (strstr (text, "postgresql:"));
  g_assert_null (strstr (text, cluster->directory));
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_autofree char *log = NULL;

  g_assert_true (g_file_get_contents (self->api->log, &log, NULL, NULL));
  assert_no_secrets (log);
  g_clear_pointer (&self->api, test_api_free);
  g_clear_pointer (&self->snapshot_id, g_free);
  test_cluster_execute (cluster, "postgres", "DROP DATABASE " DATABASE " WITH (FORCE)");
}

/* A completed job may still be removing what was there before. */
static char *
take_picture (void)
{
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  while (test_cluster_number (cluster, "postgres", "SELECT count(*) FROM pg_database"
                              " WHERE datname ~ '^mainstay_'"
                              " OR shobj_description(oid, 'pg_database') LIKE 'Made by%'") > 0)
    g_assert_cmpint (g_get_monotonic_time (), <, end);
  return test_cluster_picture (cluster, DATABASE);
}

/* Starts a job by POST and waits for its end. @id_name is what its id is called. */
static TestReply *
run_job (Fixture    *self,
         const char *what,
         const char *query,
         const char *body,
         const char *id_name)
{
  TestApi *api = self->api;
  g_autofree char *path = test_api_path (api->shop, api->test, "/%s", what);
  g_autofree char *target = g_strconcat (path, query, NULL);
  g_autoptr(TestReply) begun = test_api_call (api, "POST", target, NULL, body);
  g_autofree char *status = NULL;

  g_assert_cmpuint (begun->status, ==, 200);
  g_assert_cmpstr (test_reply_string (begun, "state"), ==, "queued");
  status = g_strconcat (path, "/", test_reply_string (begun, id_name), NULL);
  return test_api_follow (api, status);
}

static TestReply *
restore (Fixture    *self,
         const char *snapshot_id)
{
  g_autofree char *query = g_strconcat ("?source_snapshot_id=", snapshot_id, NULL);

  return run_job (self, "restores", query, NULL, "restore_id");
}

/* The newest entry, in which the state and the reason of the last job are. */
static void
assert_activity (Fixture    *self,
                 const char *kind,
                 const char *state,
                 const char *message)
{
  g_autofree char *path = test_api_path (self->api->shop, self->api->test, "/activity?limit=1");
  g_autoptr(TestReply) reply = test_api_call (self->api, "GET", path, NULL, NULL);
  g_autofree char *text = json_to_string (reply->json, FALSE);
  JsonArray *entries = json_object_get_array_member (test_reply_object (reply), "entries");
  JsonObject *entry = json_array_get_object_element (entries, 0);

  assert_no_secrets (text);
  g_assert_cmpstr (mainstay_json_get_string (entry, "kind"), ==, kind);
  g_assert_cmpstr (mainstay_json_get_string (entry, "state"), ==, state);
  g_assert_nonnull (strstr (mainstay_json_get_string (entry, "message"), message));
}

static void
test_restore (Fixture       *self,
              gconstpointer  data)
{
  g_autofree char *before = test_cluster_picture (cluster, DATABASE);
  g_autofree char *after = NULL;
  g_autoptr(TestReply) done = NULL;

  assert_activity (self, "create", "completed", "Completed backup creation");
  test_cluster_execute (cluster, DATABASE, "DELETE FROM customer WHERE id > 1500; DROP TABLE log");
  done = restore (self, self->snapshot_id);
  g_assert_cmpstr (test_reply_string (done, "status_message"), ==, "Completed restore");
  after = take_picture ();
  g_assert_cmpstr (after, ==, before);
  assert_activity (self, "restore", "completed", "Completed restore");
}

static void
test_failure (Fixture       *self,
              gconstpointer  data)
{
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr(TestReply) done = NULL;
  g_autofree char *id = NULL;

  test_cluster_execute (cluster, DATABASE, "CREATE EXTENSION pgstattuple");
  id = test_api_make_backup (self->api, self->api->test);
  test_cluster_execute (cluster, DATABASE, "DROP EXTENSION pgstattuple; DELETE FROM log");
  before = test_cluster_picture (cluster, DATABASE);
  done = restore (self, id);
  g_assert_cmpstr (test_reply_string (done, "state"), ==, "failed");
  g_assert_nonnull (strstr (test_reply_string (done, "status_message"), "pgstattuple"));
  after = take_picture ();
  g_assert_cmpstr (after, ==, before);
  assert_activity (self, "restore", "failed", "pgstattuple");
}

static void
test_data_upload (Fixture       *self,
                  gconstpointer  data)
{
  TestApi *api = self->api;
  g_autofree char *before = test_cluster_picture (cluster, DATABASE);
  g_autofree char *link =
    test_api_make_link (api, api->test, self->snapshot_id, "database_only");
  g_autoptr(TestReply) file = test_api_call (api, "GET", link, NULL, NULL);
  g_autofree char *upload = NULL, *body = NULL, *after = NULL, *bad = NULL, *path = NULL;
  g_autoptr(GBytes) half = NULL;
  g_autoptr(TestReply) done = NULL;
  g_autoptr(TestReply) refused = NULL;

  g_assert_cmpuint (file->status, ==, 200);
  g_assert_cmpmem (g_bytes_get_data (file->body, NULL), 2, "\x1f\x8b", 2);
  upload = test_api_upload (api, "kind ZGF0YWJhc2U=,filename ZGF0YQ==", file->body);
  test_cluster_execute (cluster, DATABASE, "DROP TABLE empty");
  body = g_strdup_printf ("{\"database\": \"%s\", \"files\": null}", upload);
  done = run_job (self, "data-uploads", NULL, body, "data_upload_id");
  g_assert_cmpstr (test_reply_string (done, "status_message"), ==, "Completed data upload");
  after = take_picture ();
  g_assert_cmpstr (after, ==, before);
  assert_activity (self, "data_upload", "completed", "Completed data upload");
  /* A part of a dump is refused before anything is touched. */
  half = g_bytes_new_from_bytes (file->body, 0, 9);
  bad = test_api_upload (api, "kind ZGF0YWJhc2U=,filename ZGF0YQ==", half);
  path = test_api_path (api->shop, api->test, "/data-uploads");
  g_clear_pointer (&body, g_free);
  body = g_strdup_printf ("{\"database\": \"%s\"}", bad);
  refused = test_api_call (api, "POST", path, NULL, body);
  test_reply_assert_error (refused, 400, "UNSUPPORTED");
}

static char *
run_program (const char *const *argv,
             int                expected)
{
  g_autoptr(GSubprocess) child = NULL;
  g_autoptr(GError) error = NULL;
  char *output = NULL;

  child = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                             &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (child, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (child));
  g_assert_cmpint (g_subprocess_get_exit_status (child), ==, expected);
  return output;
}

/* The commands that are told of a server. */
static void
test_commands (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("mainstay-commands-XXXXXX", &error);
  g_autofree char *file = g_build_filename (folder, "uri", NULL);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  g_autofree char *uri = test_cluster_uri (cluster, "by_hand");
  g_autofree char *absent = test_cluster_uri (cluster, "absent");
  g_autofree char *records = g_build_filename (data, "portal.db", NULL);
  const char *app[] = { program, "app", "add", "--data", data, "shop", NULL };
  const char *open[] = { program, "environment", "add", "--data", data, "shop", "Test",
                         "--database", uri, NULL };
  const char *add[] = { program, "environment", "add", "--data", data, "shop", "Test",
                        "--database-file", file, NULL };
  const char *list[] = { program, "environment", "list", "--data", data, "shop", NULL };
  g_autofree char *made = NULL, *refused = NULL, *missing = NULL, *added = NULL, *listed = NULL;
  GStatBuf status;

  test_cluster_execute (cluster, "postgres", "CREATE DATABASE by_hand OWNER app");
  made = run_program (app, 0);
  refused = run_program (open, 1);
  assert_no_secrets (refused);
  g_assert_nonnull (strstr (refused, "command line"));
  g_assert_true (g_file_set_contents (file, absent, -1, NULL));
  missing = run_program (add, 1);
  g_assert_nonnull (strstr (missing, "absent"));
  assert_no_secrets (missing);
  g_assert_true (g_file_set_contents (file, uri, -1, NULL));
  added = run_program (add, 0);
  listed = run_program (list, 0);
  g_assert_nonnull (strstr (listed, "postgresql://app@"));
  g_assert_null (strstr (listed, "s3cr"));
  g_assert_cmpint (g_stat (records, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  mainstay_portal_remove_tree (folder, &error);
  g_assert_no_error (error);
}

static void
test_sample (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("mainstay-sample-XXXXXX", &error);
  g_autofree char *file = g_build_filename (folder, "uri", NULL);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  g_autofree char *again = g_build_filename (folder, "again", NULL);
  g_autofree char *records = g_build_filename (data, "portal.db", NULL);
  g_autofree char *uri = test_cluster_uri (cluster, "");
  const char *sample[] = { program, "sample", "--data", data, "--postgresql-file", file, NULL };
  g_autofree char *output = NULL, *refused = NULL, *before = NULL, *after = NULL;

  g_assert_true (g_file_set_contents (file, uri, -1, NULL));
  output = run_program (sample, 0);
  g_assert_true (g_str_has_prefix (output, "Mendix-Username: "));
  g_assert_cmpint (portal_fixture_number (records, "SELECT count(*) FROM snapshots WHERE state ="
                                          " 'completed' AND database_size > 100000"), >, 40);
  g_assert_cmpint (portal_fixture_number (records, "SELECT count(*) FROM snapshots WHERE state ="
                                          " 'failed' AND status_message LIKE '%missing'"), ==, 1);
  g_assert_cmpint (test_cluster_number (cluster, "postgres", "SELECT count(*) FROM pg_database"
                                        " WHERE datname ~ '^sample_'"), ==, 5);
  g_assert_cmpint (test_cluster_number (cluster, "sample_harbour_logistics_production",
                                        "SELECT count(*) FROM harbour$shipment"), >=, 2400);
  /* What is there stays as it is. */
  before = test_cluster_picture (cluster, "sample_shift_planner_production");
  sample[3] = again;
  refused = run_program (sample, 1);
  g_assert_nonnull (strstr (refused, "already exists"));
  after = test_cluster_picture (cluster, "sample_shift_planner_production");
  g_assert_cmpstr (after, ==, before);
  mainstay_portal_remove_tree (folder, &error);
  g_assert_no_error (error);
}

#define ADD(path, func) \
  g_test_add ("/portal/postgresql-api/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  cluster = test_cluster_new ();
  ADD ("restore", test_restore);
  ADD ("failure", test_failure);
  ADD ("data-upload", test_data_upload);
  g_test_add_func ("/portal/postgresql-api/commands", test_commands);
  g_test_add_func ("/portal/postgresql-api/sample", test_sample);
  status = g_test_run ();
  test_cluster_free (cluster);
  return status;
}
