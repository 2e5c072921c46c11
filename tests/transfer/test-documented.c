/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "awaited.h"
#include "fake-operation.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-json.h"
#include "mainstay-operations.h"
#include "mainstay-test-server.h"
#include "scratch.h"

/* What works with a portal that has the documented API and nothing else. */

typedef struct
{
  Scratch scratch;
  MainstayTestServer *server;
  MainstayClient *client;
  MainstayApp *app;
  MainstayEnvironment *environment;
  MainstayBackupList *list;
} Fixture;

static JsonNode *
make_node (const char *format,
           const char *first,
           const char *second)
{
  g_autofree char *text = g_strdup_printf (format, first, second);

  return mainstay_json_parse (text, -1, NULL);
}

static void
make_objects (Fixture *fixture)
{
  g_autoptr(JsonNode) app = make_node ("{\"AppId\": \"%s\", \"Name\": \"Sample\", "
                                       "\"ProjectId\": \"%s\"}",
                                       MAINSTAY_TEST_APP, MAINSTAY_TEST_PROJECT);
  g_autoptr(JsonNode) environment = make_node ("{\"EnvironmentId\": \"%s\", \"Mode\": \"%s\", "
                                               "\"Status\": \"Stopped\"}",
                                               MAINSTAY_ACCEPTANCE_ENVIRONMENT, "Acceptance");

  fixture->app = mainstay_app_new_from_json (json_node_get_object (app), NULL);
  fixture->environment =
    mainstay_environment_new_from_json (json_node_get_object (environment), NULL);
  fixture->list = mainstay_backup_list_new (fixture->client, fixture->app, fixture->environment);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  scratch_set_up (&fixture->scratch, NULL);
  fixture->server = mainstay_test_server_new ();
  mainstay_test_server_set_job_ms (fixture->server, 150);
  fixture->client = mainstay_client_new (mainstay_test_server_get_url (fixture->server),
                                         MAINSTAY_TEST_USERNAME, MAINSTAY_TEST_API_KEY, &error);
  g_assert_no_error (error);
  mainstay_client_set_wait_scale (fixture->client, 0.05);
  mainstay_client_load_capabilities_async (fixture->client, NULL, awaited_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (mainstay_client_load_capabilities_finish (fixture->client, result, &error));
  g_assert_cmpint (mainstay_client_get_extensions (fixture->client), ==, MAINSTAY_EXTENSION_NONE);
  make_objects (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_object (&fixture->list);
  g_clear_object (&fixture->environment);
  g_clear_object (&fixture->app);
  g_clear_object (&fixture->client);
  mainstay_test_server_free (fixture->server);
  scratch_tear_down (&fixture->scratch, NULL);
}

static void
run (MainstayOperation *operation)
{
  mainstay_operation_start (operation);
  wait_for_end (operation);
}

static void
assert_done (MainstayOperation *operation)
{
  g_assert_no_error (mainstay_operation_get_error (operation));
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
}

static MainstayBackup *
create (Fixture *fixture)
{
  g_autoptr(MainstayOperation) operation = mainstay_create_operation_new (fixture->list, "Hello");

  run (operation);
  assert_done (operation);
  return g_object_ref (mainstay_operation_get_backup (operation));
}

static void
test_create (Fixture       *fixture,
             gconstpointer  data)
{
  unsigned int before = mainstay_test_server_count_backups (fixture->server,
                                                            MAINSTAY_ACCEPTANCE_ENVIRONMENT);
  g_autoptr(MainstayBackup) backup = create (fixture);
  g_autofree char *comment =
    mainstay_test_server_dup_comment (fixture->server, MAINSTAY_ACCEPTANCE_ENVIRONMENT,
                                      mainstay_backup_get_id (backup));

  g_assert_cmpuint (mainstay_test_server_count_backups (fixture->server,
                                                        MAINSTAY_ACCEPTANCE_ENVIRONMENT),
                    ==, before + 1);
  g_assert_cmpint (mainstay_backup_get_state (backup), ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpstr (comment, ==, "Hello");
}

/* The POST is done, and its answer never arrives: there is one backup, not two. */
static void
test_lost_answer (Fixture       *fixture,
                  gconstpointer  data)
{
  MainstayTestFault fault = {
    .method = "POST", .path = "*/snapshots", .kind = MAINSTAY_FAULT_LOSE
  };
  unsigned int before = mainstay_test_server_count_backups (fixture->server,
                                                            MAINSTAY_ACCEPTANCE_ENVIRONMENT);
  g_autoptr(MainstayBackup) backup = NULL;

  mainstay_test_server_add_fault (fixture->server, &fault);
  backup = create (fixture);
  g_assert_true (mainstay_test_server_has_backup (fixture->server,
                                                  MAINSTAY_ACCEPTANCE_ENVIRONMENT,
                                                  mainstay_backup_get_id (backup)));
  g_assert_cmpuint (mainstay_test_server_count_backups (fixture->server,
                                                        MAINSTAY_ACCEPTANCE_ENVIRONMENT),
                    ==, before + 1);
}

static void
test_restore (Fixture       *fixture,
              gconstpointer  data)
{
  MainstayRestoreOptions options = { .safety_backup = TRUE };
  g_autoptr(MainstayBackup) backup = create (fixture);
  g_autoptr(MainstayOperation) operation =
    mainstay_restore_operation_new (fixture->client, fixture->app, backup, fixture->environment,
                                    fixture->list, &options);
  unsigned int before = mainstay_test_server_count_restores (fixture->server);
  MainstayBackup *safety;

  run (operation);
  assert_done (operation);
  safety = mainstay_restore_operation_get_safety_backup (operation);
  g_assert_true (mainstay_test_server_has_backup (fixture->server,
                                                  MAINSTAY_ACCEPTANCE_ENVIRONMENT,
                                                  mainstay_backup_get_id (safety)));
  g_assert_cmpuint (mainstay_test_server_count_restores (fixture->server), ==, before + 1);
}

static void
test_safety_fails (Fixture       *fixture,
                   gconstpointer  data)
{
  MainstayRestoreOptions options = { .safety_backup = TRUE };
  g_autoptr(MainstayBackup) backup = create (fixture);
  g_autoptr(MainstayOperation) operation =
    mainstay_restore_operation_new (fixture->client, fixture->app, backup, fixture->environment,
                                    fixture->list, &options);
  unsigned int before = mainstay_test_server_count_restores (fixture->server);

  mainstay_test_server_set_job_failure (fixture->server, "No room left");
  run (operation);
  g_assert_error (mainstay_operation_get_error (operation), MAINSTAY_ERROR,
                  MAINSTAY_ERROR_JOB_FAILED);
  g_assert_nonnull (strstr (mainstay_operation_get_error (operation)->message, "No room left"));
  g_assert_cmpuint (mainstay_test_server_count_restores (fixture->server), ==, before);
}

static void
test_download (Fixture       *fixture,
               gconstpointer  data)
{
  static const MainstayDataType types[] = {
    MAINSTAY_DATA_FILES_AND_DATABASE, MAINSTAY_DATA_DATABASE_ONLY
  };
  g_autoptr(MainstayBackup) backup = create (fixture);
  g_autofree char *path = scratch_file (&fixture->scratch, "download");
  g_autoptr(GPtrArray) requests = NULL;
  unsigned int elsewhere = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr(MainstayOperation) operation =
        mainstay_download_operation_new (fixture->client, fixture->app, fixture->environment,
                                         backup, types[i], path);
      g_autoptr(GBytes) bytes = NULL;

      run (operation);
      assert_done (operation);
      bytes = load_bytes (path);
      g_assert_cmpint (mainstay_download_operation_get_file (operation)->size, ==,
                       (gint64) g_bytes_get_size (bytes));
    }
  requests = mainstay_test_server_dup_requests (fixture->server);
  for (unsigned int i = 0; i < requests->len; i++)
    {
      MainstayTestRequest *request = g_ptr_array_index (requests, i);

      if (!request->elsewhere)
        continue;
      elsewhere++;
      g_assert_cmpstr (request->method, ==, "GET");
      g_assert_false (g_hash_table_contains (request->headers, "mendix-apikey"));
      g_assert_false (g_hash_table_contains (request->headers, "mendix-username"));
    }
  g_assert_cmpuint (elsewhere, ==, 2);
}

static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayBackup) backup = create (fixture);
  g_autofree char *path = scratch_file (&fixture->scratch, "download");
  g_autoptr(MainstayOperation) download =
    mainstay_download_operation_new (fixture->client, fixture->app, fixture->environment, backup,
                                     MAINSTAY_DATA_FILES_ONLY, path);
  g_autoptr(MainstayOperation) upload =
    mainstay_upload_operation_new (fixture->client, fixture->app, fixture->environment, path,
                                   NULL);

  run (download);
  g_assert_error (mainstay_operation_get_error (download), MAINSTAY_ERROR,
                  MAINSTAY_ERROR_MISSING_EXTENSION);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  mainstay_test_server_forget_requests (fixture->server);
  run (upload);
  g_assert_error (mainstay_operation_get_error (upload), MAINSTAY_ERROR,
                  MAINSTAY_ERROR_MISSING_EXTENSION);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==, 0);
}

#define ADD(name, function)                                                                      \
  g_test_add ("/transfer/documented/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("create", test_create);
  ADD ("lost-answer", test_lost_answer);
  ADD ("restore", test_restore);
  ADD ("safety-fails", test_safety_fails);
  ADD ("download", test_download);
  ADD ("missing", test_missing);
  return g_test_run ();
}
