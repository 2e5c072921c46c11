/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-activity-entry.h"
#include "mainstay-app.h"
#include "mainstay-error.h"
#include "mainstay-job.h"
#include "mainstay-json.h"
#include "mainstay-package.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  JsonNode *node = mainstay_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return node;
}

static void
test_app (void)
{
  g_autoptr(JsonNode) node = parse ("{\"AppId\": \"sub\", \"Name\": \"The App\", "
                                    "\"ProjectId\": \"p\", \"Url\": \"http://sub.example.com\"}");
  g_autoptr(JsonNode) nameless = parse ("{\"AppId\": \"sub\", \"ProjectId\": \"p\"}");
  g_autoptr(JsonNode) bad = parse ("{\"AppId\": \"sub\", \"Name\": \"x\"}");
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayApp) app = mainstay_app_new_from_json (json_node_get_object (node), &error);
  g_autoptr(MainstayApp) other = mainstay_app_new_from_json (json_node_get_object (nameless),
                                                             &error);
  g_autofree char *project_id = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (mainstay_app_get_id (app), ==, "sub");
  g_assert_cmpstr (mainstay_app_get_name (app), ==, "The App");
  g_assert_cmpstr (mainstay_app_get_project_id (app), ==, "p");
  g_assert_cmpstr (mainstay_app_get_url (app), ==, "http://sub.example.com");
  g_object_get (app, "project-id", &project_id, NULL);
  g_assert_cmpstr (project_id, ==, "p");
  g_assert_cmpstr (mainstay_app_get_name (other), ==, "sub");
  g_assert_null (mainstay_app_get_url (other));
  g_assert_null (mainstay_app_new_from_json (json_node_get_object (bad), &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
}

static void
test_job (void)
{
  g_autoptr(JsonNode) node = parse (
    "{\"archive_id\": \"a\", \"state\": \"running\", \"status_message\": \"half\", "
    "\"progress\": 0.5, \"created_at\": \"2026-11-23T06:10:00.000Z\", \"finished_at\": null, "
    "\"data_type\": \"files_only\", \"url\": \"https://x/y?sig=z\"}");
  g_autoptr(JsonNode) restore = parse (
    "{\"restore_id\": \"r\", \"state\": \"queued\", \"source_snapshot_id\": \"s\", "
    "\"source_environment_id\": \"e\", \"target_environment_id\": \"t\", \"progress\": 7}");
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) first = mainstay_job_new_from_json (json_node_get_object (node),
                                                             "archive_id", &error);
  g_autoptr(MainstayJob) job = mainstay_job_copy (first);
  g_autoptr(MainstayJob) other = mainstay_job_new_from_json (json_node_get_object (restore),
                                                             "restore_id", &error);

  g_assert_no_error (error);
  g_assert_true (job->url != first->url);
  g_assert_cmpstr (job->id, ==, "a");
  g_assert_cmpint (job->state, ==, MAINSTAY_JOB_RUNNING);
  g_assert_cmpstr (job->status_message, ==, "half");
  g_assert_cmpfloat (job->progress, ==, 0.5);
  g_assert_cmpint (job->created_at, ==, 1795414200000);
  g_assert_cmpint (job->finished_at, ==, 0);
  g_assert_cmpstr (job->data_type, ==, "files_only");
  g_assert_cmpstr (job->url, ==, "https://x/y?sig=z");
  g_assert_cmpstr (other->source_snapshot_id, ==, "s");
  g_assert_cmpstr (other->source_environment_id, ==, "e");
  g_assert_cmpstr (other->target_environment_id, ==, "t");
  g_assert_cmpfloat (other->progress, ==, 1);
  g_assert_null (other->url);
  g_assert_null (mainstay_job_new_from_json (json_node_get_object (node), "restore_id", &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
}

static void
test_job_states (void)
{
  for (int i = MAINSTAY_JOB_QUEUED; i <= MAINSTAY_JOB_FAILED; i++)
    {
      const char *word = mainstay_job_state_to_string ((MainstayJobState) i);

      g_assert_cmpint (mainstay_job_state_parse (word), ==, i);
      g_assert_cmpint (mainstay_job_state_is_finished ((MainstayJobState) i), ==,
                       i >= MAINSTAY_JOB_COMPLETED);
    }
  g_assert_cmpint (mainstay_job_state_parse (NULL), ==, MAINSTAY_JOB_UNKNOWN);
  g_assert_cmpint (mainstay_job_state_parse ("unknown"), ==, MAINSTAY_JOB_UNKNOWN);
  g_assert_cmpint (mainstay_job_state_parse ("Completed"), ==, MAINSTAY_JOB_UNKNOWN);
  g_assert_false (mainstay_job_state_is_finished (MAINSTAY_JOB_UNKNOWN));
}

static void
test_package (void)
{
  g_autoptr(JsonNode) node = parse (
    "{\"PackageId\": \"p\", \"Name\": \"App.mda\", \"Description\": \"d\", \"Version\": "
    "\"1.2.3.4\", \"Creator\": \"Ada\", \"CreationDate\": 1795414200000, \"Status\": "
    "\"Succeeded\", \"Size\": \"1234\"}");
  g_autoptr(JsonNode) little = parse ("{\"PackageId\": \"p\", \"Size\": null}");
  g_autoptr(JsonNode) bad = parse ("{\"Name\": \"p\"}");
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPackage) first = mainstay_package_new_from_json (json_node_get_object (node),
                                                                     &error);
  g_autoptr(MainstayPackage) package = mainstay_package_copy (first);
  g_autoptr(MainstayPackage) other =
    mainstay_package_new_from_json (json_node_get_object (little), &error);

  g_assert_no_error (error);
  g_assert_true (package->name != first->name);
  g_assert_cmpstr (package->id, ==, "p");
  g_assert_cmpstr (package->name, ==, "App.mda");
  g_assert_cmpstr (package->description, ==, "d");
  g_assert_cmpstr (package->version, ==, "1.2.3.4");
  g_assert_cmpstr (package->creator, ==, "Ada");
  g_assert_cmpstr (package->status, ==, "Succeeded");
  g_assert_cmpint (package->created_at, ==, 1795414200000);
  g_assert_cmpint (package->size, ==, 1234);
  g_assert_null (other->name);
  g_assert_cmpint (other->size, ==, -1);
  g_assert_cmpint (other->created_at, ==, 0);
  g_assert_null (mainstay_package_new_from_json (json_node_get_object (bad), &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
}

static void
test_activity (void)
{
  g_autoptr(JsonNode) node = parse (
    "{\"id\": 12, \"kind\": \"restore\", \"state\": \"failed\", \"message\": \"no\", "
    "\"by\": \"Ada\", \"at\": \"2026-11-23T06:10:00.000Z\", \"snapshot_id\": \"s\"}");
  g_autoptr(JsonNode) little = parse ("{\"id\": \"x\"}");
  g_autoptr(JsonNode) bad = parse ("{\"kind\": \"restore\"}");
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayActivityEntry) entry =
    mainstay_activity_entry_new_from_json (json_node_get_object (node), &error);
  g_autoptr(MainstayActivityEntry) other =
    mainstay_activity_entry_new_from_json (json_node_get_object (little), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (mainstay_activity_entry_get_id (entry), ==, "12");
  g_assert_cmpstr (mainstay_activity_entry_get_kind (entry), ==, "restore");
  g_assert_cmpint (mainstay_activity_entry_get_state (entry), ==, MAINSTAY_JOB_FAILED);
  g_assert_cmpstr (mainstay_activity_entry_get_message (entry), ==, "no");
  g_assert_cmpstr (mainstay_activity_entry_get_by (entry), ==, "Ada");
  g_assert_cmpint (mainstay_activity_entry_get_at (entry), ==, 1795414200000);
  g_assert_cmpstr (mainstay_activity_entry_get_snapshot_id (entry), ==, "s");
  g_assert_cmpstr (mainstay_activity_entry_get_id (other), ==, "x");
  g_assert_null (mainstay_activity_entry_get_kind (other));
  g_assert_cmpint (mainstay_activity_entry_get_at (other), ==, 0);
  g_assert_null (mainstay_activity_entry_new_from_json (json_node_get_object (bad), &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
}

static void
test_error_names (void)
{
  int known = 0;

  for (int i = 0; i < MAINSTAY_N_ERRORS; i++)
    {
      const char *name = mainstay_error_wire_name ((MainstayError) i);
      MainstayError code = MAINSTAY_N_ERRORS;

      if (name == NULL)
        {
          g_assert_cmpuint (mainstay_error_http_status ((MainstayError) i), ==, 500);
          continue;
        }
      known++;
      g_assert_true (mainstay_error_from_wire (name, &code));
      g_assert_cmpint (code, ==, i);
    }
  g_assert_cmpint (known, ==, 24);
  g_assert_cmpuint (mainstay_error_http_status (MAINSTAY_ERROR_ENVIRONMENT_BUSY), ==, 400);
  g_assert_cmpuint (mainstay_error_http_status (MAINSTAY_ERROR_ALREADY_STARTED), ==, 200);
  g_assert_false (mainstay_error_from_wire ("SOMETHING_NEW", &(MainstayError) { 0 }));
  g_assert_false (mainstay_error_from_wire (NULL, &(MainstayError) { 0 }));
}

static void
test_transient_errors (void)
{
  g_autoptr(GError) busy = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_BUSY,
                                                "");
  g_autoptr(GError) denied = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED,
                                                  "");
  g_autoptr(GError) other = g_error_new_literal (G_IO_ERROR, MAINSTAY_ERROR_ENVIRONMENT_BUSY, "");

  g_assert_true (mainstay_error_is_transient (busy));
  g_assert_false (mainstay_error_is_transient (denied));
  g_assert_false (mainstay_error_is_transient (other));
  g_assert_false (mainstay_error_is_transient (NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/app", test_app);
  g_test_add_func ("/core/job/values", test_job);
  g_test_add_func ("/core/job/states", test_job_states);
  g_test_add_func ("/core/package", test_package);
  g_test_add_func ("/core/activity", test_activity);
  g_test_add_func ("/core/error/names", test_error_names);
  g_test_add_func ("/core/error/transient", test_transient_errors);
  return g_test_run ();
}
