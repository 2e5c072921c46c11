/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "client-fixture.h"

/* Each call's form on the wire, and what comes of its answer. */

static void
assert_request (Fixture    *fixture,
                const char *method,
                const char *path,
                const char *body)
{
  g_autoptr(GPtrArray) requests = mainstay_test_server_dup_requests (fixture->server);
  MainstayTestRequest *request = last_request (requests, method);
  const char *agent;

  g_assert_nonnull (request);
  g_assert_cmpstr (request->path, ==, path);
  g_assert_cmpstr (request->body, ==, body);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "mendix-username"), ==,
                   MAINSTAY_TEST_USERNAME);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "mendix-apikey"), ==,
                   MAINSTAY_TEST_API_KEY);
  agent = g_hash_table_lookup (request->headers, "user-agent");
  g_assert_true (g_str_has_prefix (agent, "Mainstay/"));
}

static void
test_apps (Fixture       *fixture,
           gconstpointer  data)
{
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) apps = NULL;

  mainstay_client_list_apps_async (fixture->client, NULL, await_cb, &await);
  apps = mainstay_client_list_apps_finish (fixture->client, await_result (&await), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (apps->len, ==, 1);
  g_assert_cmpstr (mainstay_app_get_id (apps->pdata[0]), ==, MAINSTAY_TEST_APP);
  g_assert_cmpstr (mainstay_app_get_project_id (apps->pdata[0]), ==, MAINSTAY_TEST_PROJECT);
  g_assert_cmpstr (mainstay_app_get_url (apps->pdata[0]), ==, "sample.example.com");
  assert_request (fixture, "GET", "/api/1/apps", "");
}

static void
test_environments (Fixture       *fixture,
                   gconstpointer  data)
{
  g_auto(Await) await = { NULL };
  g_auto(Await) await_one = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) environments = NULL;
  g_autoptr(MainstayEnvironment) one = NULL;

  mainstay_client_list_environments_async (fixture->client, fixture->app, NULL, await_cb, &await);
  environments = mainstay_client_list_environments_finish (fixture->client,
                                                           await_result (&await), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (environments->len, ==, 3);
  g_assert_cmpstr (mainstay_environment_get_mode (environments->pdata[0]), ==, "Production");
  g_assert_true (mainstay_environment_get_production (environments->pdata[0]));
  assert_request (fixture, "GET", "/api/1/apps/sample/environments", "");

  mainstay_client_get_environment_async (fixture->client, fixture->app, "Acceptance", NULL,
                                         await_cb, &await_one);
  one = mainstay_client_get_environment_finish (fixture->client, await_result (&await_one),
                                                &error);
  g_assert_no_error (error);
  g_assert_cmpint (mainstay_environment_get_status (one), ==, MAINSTAY_ENVIRONMENT_STOPPED);
  g_assert_cmpstr (mainstay_environment_get_model_version (one), ==, "1.1.0.253");
  assert_request (fixture, "GET", "/api/1/apps/sample/environments/Acceptance", "");
}

/* A name is put into the path, whatever is in it. The server shows the path unescaped. */
static void
test_escaped (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayEnvironment) none = NULL;

  mainstay_client_get_environment_async (fixture->client, fixture->app, "a b/c?d&e", NULL,
                                         await_cb, &await);
  none = mainstay_client_get_environment_finish (fixture->client, await_result (&await), &error);
  g_assert_null (none);
  assert_request (fixture, "GET", "/api/1/apps/sample/environments/a b/c?d&e", "");
}

static void
test_packages (Fixture       *fixture,
               gconstpointer  data)
{
  g_auto(Await) await = { NULL };
  g_auto(Await) await_one = { NULL };
  g_auto(Await) await_transport = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) packages = NULL;
  g_autoptr(MainstayPackage) one = NULL;
  g_autoptr(MainstayPackage) deployed = NULL;
  MainstayPackage *second;

  mainstay_client_list_packages_async (fixture->client, fixture->app, NULL, await_cb, &await);
  packages = mainstay_client_list_packages_finish (fixture->client, await_result (&await), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (packages->len, ==, 2);
  second = packages->pdata[1];
  g_assert_cmpstr (second->version, ==, "1.2.0.310");
  g_assert_cmpint (second->size, ==, 12345);
  assert_request (fixture, "GET", "/api/1/apps/sample/packages", "");

  mainstay_client_get_package_async (fixture->client, fixture->app, "Acceptance", NULL, await_cb,
                                     &await_one);
  one = mainstay_client_get_package_finish (fixture->client, await_result (&await_one), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (one->version, ==, "1.1.0.253");
  assert_request (fixture, "GET", "/api/1/apps/sample/environments/Acceptance/package", "");

  mainstay_client_transport_async (fixture->client, fixture->app, "Acceptance", second->id, NULL,
                                   await_cb, &await_transport);
  deployed = mainstay_client_transport_finish (fixture->client, await_result (&await_transport),
                                               &error);
  g_assert_no_error (error);
  g_assert_cmpstr (deployed->version, ==, "1.2.0.310");
  assert_request (fixture, "POST", "/api/1/apps/sample/environments/Acceptance/transport",
                  "{\"PackageId\":\"55555555-0000-4000-8000-000000000002\"}");
}

static void
test_stop_and_start (Fixture       *fixture,
                     gconstpointer  data)
{
  g_auto(Await) stop = { NULL };
  g_auto(Await) start = { NULL };
  g_auto(Await) again = { NULL };
  g_autoptr(GError) error = NULL;
  gboolean done;

  /* Long enough to be asked after more than once, also when the machine is busy. */
  mainstay_test_server_set_job_ms (fixture->server, 1000);
  mainstay_client_stop_environment_async (fixture->client, fixture->app, "Test", NULL, await_cb,
                                          &stop);
  done = mainstay_client_stop_environment_finish (fixture->client, await_result (&stop), &error);
  g_assert_no_error (error);
  g_assert_true (done);
  assert_request (fixture, "POST", "/api/1/apps/sample/environments/Test/stop", "{}");
  /* It did not stop at once, so that it was asked more than once. */
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "GET",
                                                "/api/1/apps/sample/environments/Test"), >, 1);

  mainstay_client_start_environment_async (fixture->client, fixture->app, "Test", NULL, await_cb,
                                           &start);
  done = mainstay_client_start_environment_finish (fixture->client, await_result (&start), &error);
  g_assert_no_error (error);
  g_assert_true (done);
  assert_request (fixture, "POST", "/api/1/apps/sample/environments/Test/start",
                  "{\"AutoSyncDb\":true}");
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "GET",
                                                "/api/1/apps/sample/environments/Test/start/*"),
                    >, 1);

  /* ALREADY_STARTED comes inside a 200 and is what was wanted. */
  mainstay_client_start_environment_async (fixture->client, fixture->app, "Test", NULL, await_cb,
                                           &again);
  done = mainstay_client_start_environment_finish (fixture->client, await_result (&again), &error);
  g_assert_no_error (error);
  g_assert_true (done);
}

static void
test_stop_refused (Fixture       *fixture,
                   gconstpointer  data)
{
  MainstayTestFault refusal = { "POST", "*/stop", -1, MAINSTAY_FAULT_ANSWER, 500, NULL,
                                "{\"errorCode\":\"STOP_FAILED\",\"errorMessage\":\"No.\"}" };
  g_auto(Await) running = { NULL };
  g_auto(Await) stopped = { NULL };
  g_autoptr(GError) error = NULL;

  mainstay_test_server_add_fault (fixture->server, &refusal);
  mainstay_client_stop_environment_async (fixture->client, fixture->app, "Test", NULL, await_cb,
                                          &running);
  g_assert_false (mainstay_client_stop_environment_finish (fixture->client,
                                                           await_result (&running), &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_STOP_FAILED);
  g_clear_error (&error);
  /* What is stopped already cannot fail to stop. */
  mainstay_client_stop_environment_async (fixture->client, fixture->app, "Acceptance", NULL,
                                          await_cb, &stopped);
  g_assert_true (mainstay_client_stop_environment_finish (fixture->client,
                                                          await_result (&stopped), &error));
  g_assert_no_error (error);
}

static void
test_start_failed (Fixture       *fixture,
                   gconstpointer  data)
{
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;

  mainstay_test_server_set_job_failure (fixture->server, "No memory");
  mainstay_client_start_environment_async (fixture->client, fixture->app, "Acceptance", NULL,
                                           await_cb, &await);
  g_assert_false (mainstay_client_start_environment_finish (fixture->client,
                                                            await_result (&await), &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_START_FAILED);
  g_assert_nonnull (strstr (error->message, "No memory"));
}

static void
test_list (Fixture       *fixture,
           gconstpointer  data)
{
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list = NULL;
  g_autofree char *id = mainstay_test_server_seed_id (3);

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 12, 1763881800000);
  mainstay_client_list_backups_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, 2,
                                      5, NULL, await_cb, &await);
  list = mainstay_client_list_backups_finish (fixture->client, await_result (&await), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 5);
  g_assert_cmpint (mainstay_client_list_backups_total (await.result), ==, 12);
  /* The second of these is a failed one, which has no model version. */
  g_assert_cmpstr (mainstay_backup_get_id (list->pdata[1]), ==, id);
  g_assert_cmpint (mainstay_backup_get_state (list->pdata[1]), ==, MAINSTAY_JOB_FAILED);
  g_assert_null (mainstay_backup_get_model_version (list->pdata[1]));
  g_assert_cmpstr (mainstay_backup_get_status_message (list->pdata[1]), ==, "Out of disk space");
  g_assert_cmpint (mainstay_backup_get_created_at (list->pdata[0]), ==,
                   1763881800000 - 2 * 60 * 60 * 1000);
  assert_request (fixture, "GET", TEST_SNAPSHOTS "?offset=2&limit=5", "");
}

static void
test_backup (Fixture       *fixture,
             gconstpointer  data)
{
  g_auto(Await) get = { NULL };
  g_auto(Await) set = { NULL };
  g_auto(Await) delete = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) created = create_backup (fixture, "A \"word\"\nand ünï", &error);
  g_autoptr(MainstayBackup) got = NULL;
  g_autoptr(MainstayBackup) changed = NULL;
  g_autofree char *path = NULL;
  g_autofree char *stored = NULL;
  const char *id;

  g_assert_no_error (error);
  g_assert_cmpint (mainstay_backup_get_state (created), ==, MAINSTAY_JOB_QUEUED);
  assert_request (fixture, "POST", TEST_SNAPSHOTS,
                  "{\"comment\":\"A \\\"word\\\"\\nand ünï\"}");
  id = mainstay_backup_get_id (created);
  path = g_strconcat (TEST_SNAPSHOTS "/", id, NULL);

  mainstay_client_get_backup_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, id,
                                    NULL, await_cb, &get);
  got = mainstay_client_get_backup_finish (fixture->client, await_result (&get), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mainstay_backup_get_comment (got), ==, "A \"word\"\nand ünï");
  assert_request (fixture, "GET", path, "");

  mainstay_client_set_comment_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, id,
                                     "Other", NULL, await_cb, &set);
  changed = mainstay_client_set_comment_finish (fixture->client, await_result (&set), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mainstay_backup_get_comment (changed), ==, "Other");
  stored = mainstay_test_server_dup_comment (fixture->server, MAINSTAY_TEST_ENVIRONMENT, id);
  g_assert_cmpstr (stored, ==, "Other");
  assert_request (fixture, "PUT", path, "{\"comment\":\"Other\"}");

  mainstay_client_delete_backup_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, id,
                                       NULL, await_cb, &delete);
  g_assert_true (mainstay_client_delete_backup_finish (fixture->client, await_result (&delete),
                                                       &error));
  g_assert_no_error (error);
  g_assert_cmpuint (mainstay_test_server_count_backups (fixture->server,
                                                        MAINSTAY_TEST_ENVIRONMENT), ==, 0);
  assert_request (fixture, "DELETE", path, "");
}

static MainstayJob *
make_archive (Fixture           *fixture,
              const char        *backup_id,
              MainstayDataType   data_type,
              GError           **error)
{
  g_auto(Await) await = { NULL };

  mainstay_client_make_archive_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT,
                                      backup_id, data_type, NULL, await_cb, &await);
  return mainstay_client_make_archive_finish (fixture->client, await_result (&await), error);
}

static void
test_archive (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;
  g_autofree char *id = mainstay_test_server_seed_id (0);
  g_autofree char *path = g_strconcat (TEST_SNAPSHOTS "/", id, "/archives", NULL);
  g_autofree char *with_type = g_strconcat (path, "?data_type=database_only", NULL);
  g_autofree char *one = NULL;
  g_autoptr(MainstayJob) archive = NULL;
  g_autoptr(MainstayJob) done = NULL;
  g_autoptr(MainstayJob) none = NULL;

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 3, 1763881800000);
  archive = make_archive (fixture, id, MAINSTAY_DATA_DATABASE_ONLY, &error);
  g_assert_no_error (error);
  g_assert_cmpint (archive->state, ==, MAINSTAY_JOB_QUEUED);
  g_assert_null (archive->url);
  g_assert_cmpstr (archive->data_type, ==, "database_only");
  assert_request (fixture, "POST", with_type, "{}");

  await_ms (80);
  mainstay_client_get_archive_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, id,
                                     archive->id, NULL, await_cb, &await);
  done = mainstay_client_get_archive_finish (fixture->client, await_result (&await), &error);
  g_assert_no_error (error);
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_true (g_str_has_prefix (done->url,
                                   mainstay_test_server_get_archive_url (fixture->server)));
  one = g_strconcat (path, "/", archive->id, NULL);
  assert_request (fixture, "GET", one, "");

  none = make_archive (fixture, id, MAINSTAY_DATA_FILES_ONLY, &error);
  g_assert_null (none);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED);
}

static MainstayJob *
restore (Fixture     *fixture,
         const char  *environment_id,
         const char  *backup_id,
         gboolean     database_only,
         GError     **error)
{
  g_auto(Await) await = { NULL };

  mainstay_client_restore_async (fixture->client, fixture->app, environment_id, backup_id,
                                 database_only, NULL, await_cb, &await);
  return mainstay_client_restore_finish (fixture->client, await_result (&await), error);
}

static void
test_restore (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;
  g_autofree char *id = mainstay_test_server_seed_id (0);
  g_autofree char *path = g_strconcat (ACCEPTANCE_RESTORES "?source_snapshot_id=", id,
                                       "&db_only=true", NULL);
  g_autoptr(MainstayJob) job = NULL;
  g_autoptr(MainstayJob) done = NULL;
  g_autoptr(MainstayJob) refused = NULL;

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 3, 1763881800000);
  job = restore (fixture, MAINSTAY_ACCEPTANCE_ENVIRONMENT, id, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (job->state, ==, MAINSTAY_JOB_QUEUED);
  g_assert_cmpstr (job->source_snapshot_id, ==, id);
  g_assert_cmpstr (job->target_environment_id, ==, MAINSTAY_ACCEPTANCE_ENVIRONMENT);
  assert_request (fixture, "POST", path, "{}");

  await_ms (80);
  mainstay_client_get_restore_async (fixture->client, fixture->app,
                                     MAINSTAY_ACCEPTANCE_ENVIRONMENT, job->id, NULL, await_cb,
                                     &await);
  done = mainstay_client_get_restore_finish (fixture->client, await_result (&await), &error);
  g_assert_no_error (error);
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);

  refused = restore (fixture, MAINSTAY_TEST_ENVIRONMENT, id, FALSE, &error);
  g_assert_null (refused);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_ALLOWED);
  g_assert_cmpuint (mainstay_test_server_count_restores (fixture->server), ==, 1);
}

/* What the portal lacks is known without asking it, once the capabilities were asked for. */
static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto(Await) capabilities = { NULL };
  g_auto(Await) load = { NULL };
  g_auto(Await) activity = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = NULL;
  g_autoptr(GPtrArray) entries = NULL;
  g_autoptr(GPtrArray) requests = NULL;
  MainstayTestRequest *request;

  mainstay_client_load_capabilities_async (fixture->client, NULL, await_cb, &capabilities);
  g_assert_true (mainstay_client_load_capabilities_finish (fixture->client,
                                                           await_result (&capabilities), &error));
  g_assert_no_error (error);
  g_assert_cmpint (mainstay_client_get_extensions (fixture->client), ==, MAINSTAY_EXTENSION_NONE);
  requests = mainstay_test_server_dup_requests (fixture->server);
  request = last_request (requests, "GET");
  g_assert_cmpstr (request->path, ==, "/api/mainstay/1/capabilities");
  g_assert_null (g_hash_table_lookup (request->headers, "mendix-apikey"));

  mainstay_client_load_data_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, "u",
                                   NULL, NULL, await_cb, &load);
  job = mainstay_client_load_data_finish (fixture->client, await_result (&load), &error);
  g_assert_null (job);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_MISSING_EXTENSION);
  g_clear_error (&error);
  mainstay_client_list_activity_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, 0,
                                       10, NULL, await_cb, &activity);
  entries = mainstay_client_list_activity_finish (fixture->client, await_result (&activity),
                                                  &error);
  g_assert_null (entries);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_MISSING_EXTENSION);
  g_clear_error (&error);
  job = make_archive (fixture, "id", MAINSTAY_DATA_FILES_ONLY, &error);
  g_assert_null (job);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_MISSING_EXTENSION);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==, 1);
}

/* The extensions, on a server that is taught their answers. */
static void
test_extensions (Fixture       *fixture,
                 gconstpointer  data)
{
  static const MainstayTestFault answers[] = {
    { "GET", "*/capabilities", -1, MAINSTAY_FAULT_ANSWER, 200, NULL,
      "{\"name\":\"p\",\"version\":\"1\",\"extensions\":[\"snapshot-details\",\"files-only\","
      "\"upload-data\",\"activity\",\"of-tomorrow\"]}" },
    { "POST", "*/data-uploads", -1, MAINSTAY_FAULT_ANSWER, 200, NULL,
      "{\"data_upload_id\":\"d1\",\"state\":\"queued\",\"progress\":null}" },
    { "GET", "*/data-uploads/d1", -1, MAINSTAY_FAULT_ANSWER, 200, NULL,
      "{\"data_upload_id\":\"d1\",\"state\":\"running\",\"progress\":0.5}" },
    { "GET", "*/activity", -1, MAINSTAY_FAULT_ANSWER, 200, NULL,
      "{\"entries\":[{\"id\":\"a1\",\"kind\":\"restore\",\"state\":\"failed\",\"message\":\"m\","
      "\"by\":\"Jane\",\"at\":\"2026-11-23T06:10:00.000Z\"},{\"kind\":\"broken\"}],\"total\":2}" },
  };
  g_auto(Await) capabilities = { NULL };
  g_auto(Await) load = { NULL };
  g_auto(Await) status = { NULL };
  g_auto(Await) activity = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = NULL;
  g_autoptr(MainstayJob) later = NULL;
  g_autoptr(GPtrArray) entries = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (answers); i++)
    mainstay_test_server_add_fault (fixture->server, &answers[i]);
  mainstay_client_load_capabilities_async (fixture->client, NULL, await_cb, &capabilities);
  g_assert_true (mainstay_client_load_capabilities_finish (fixture->client,
                                                           await_result (&capabilities), &error));
  g_assert_cmpint (mainstay_client_get_extensions (fixture->client), ==, 15);

  mainstay_client_load_data_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, "u1",
                                   NULL, NULL, await_cb, &load);
  job = mainstay_client_load_data_finish (fixture->client, await_result (&load), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (job->id, ==, "d1");
  assert_request (fixture, "POST", "/api/v2/apps/" MAINSTAY_TEST_PROJECT "/environments/"
                  MAINSTAY_TEST_ENVIRONMENT "/data-uploads",
                  "{\"database\":\"u1\",\"files\":null}");
  mainstay_client_get_data_upload_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT,
                                         "d1", NULL, await_cb, &status);
  later = mainstay_client_get_data_upload_finish (fixture->client, await_result (&status), &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (later->progress, ==, 0.5);

  mainstay_client_list_activity_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, 0,
                                       10, NULL, await_cb, &activity);
  entries = mainstay_client_list_activity_finish (fixture->client, await_result (&activity),
                                                  &error);
  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 1);
  assert_request (fixture, "GET", "/api/v2/apps/" MAINSTAY_TEST_PROJECT "/environments/"
                  MAINSTAY_TEST_ENVIRONMENT "/activity?offset=0&limit=10", "");
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  MainstayTestFault slow = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_DELAY, .delay_ms = 5000 };
  MainstayTestFault busy = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_ANSWER, 429,
                             .header = "Retry-After: 100" };
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  gint64 began_at = g_get_monotonic_time ();

  mainstay_test_server_add_fault (fixture->server, &slow);
  mainstay_test_server_add_fault (fixture->server, &busy);
  for (int i = 0; i < 2; i++)
    {
      g_auto(Await) await = { NULL };
      g_autoptr(GError) error = NULL;

      g_cancellable_reset (cancellable);
      mainstay_client_list_apps_async (fixture->client, cancellable, await_cb, &await);
      await_ms (50);
      g_assert_null (await.result);
      g_cancellable_cancel (cancellable);
      g_assert_null (mainstay_client_list_apps_finish (fixture->client, await_result (&await),
                                                       &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_assert_cmpint (g_get_monotonic_time () - began_at, <, 4 * G_USEC_PER_SEC);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
wait_for_answer_cb (SoupMessage *message,
                    gpointer     data)
{
  g_usleep (20 * 1000);
}

static void
request_queued_cb (SoupSession *session,
                   SoupMessage *message,
                   gpointer     data)
{
  g_signal_connect (message, "wrote-body", G_CALLBACK (wait_for_answer_cb), NULL);
}

/* An answer may be there as soon as the request is sent, and the cancellation come just then. */
static void
test_cancel_answered (Fixture       *fixture,
                      gconstpointer  data)
{
  g_signal_connect (mainstay_client_get_session (fixture->client), "request-queued",
                    G_CALLBACK (request_queued_cb), NULL);
  for (int i = 0; i < 5; i++)
    {
      g_auto(Await) await = { NULL };
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(GError) error = NULL;

      /* Leaves a connection open. */
      test_apps (fixture, data);
      mainstay_client_list_apps_async (fixture->client, cancellable, await_cb, &await);
      g_idle_add_full (G_PRIORITY_DEFAULT, cancel_cb, cancellable, NULL);
      g_assert_null (mainstay_client_list_apps_finish (fixture->client, await_result (&await),
                                                       &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

#define ADD(name, function) \
  g_test_add ("/client/calls/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("apps", test_apps);
  ADD ("environments", test_environments);
  ADD ("escaped", test_escaped);
  ADD ("packages", test_packages);
  ADD ("stop-and-start", test_stop_and_start);
  ADD ("stop-refused", test_stop_refused);
  ADD ("start-failed", test_start_failed);
  ADD ("list", test_list);
  ADD ("backup", test_backup);
  ADD ("archive", test_archive);
  ADD ("restore", test_restore);
  ADD ("missing", test_missing);
  ADD ("extensions", test_extensions);
  ADD ("cancel", test_cancel);
  ADD ("cancel-answered", test_cancel_answered);
  return g_test_run ();
}
