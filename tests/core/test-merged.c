/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-backup.h"
#include "mainstay-environment.h"

#include "mainstay-error.h"
#include "mainstay-json.h"

#define WHOLE \
  "{\"snapshot_id\": \"s1\", \"state\": \"completed\", \"status_message\": \"done\", " \
  "\"comment\": \"before the release\", \"model_version\": \"1.2.3.4\", " \
  "\"created_at\": \"2026-11-23T06:10:00.000Z\", \"finished_at\": \"2026-11-23T06:11:00.000Z\", " \
  "\"updated_at\": \"2026-11-23T06:12:00.000Z\", \"expires_at\": \"2027-02-23T06:10:00.000Z\", " \
  "\"created_by\": \"Ada\", \"type\": \"manual\", \"environment_id\": \"e1\", " \
  "\"size_bytes\": 12345678901, \"files_count\": 77, \"progress\": 1, \"new_field\": {}}"

static MainstayBackup *
backup_from (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = mainstay_json_parse (text, -1, &error);
  MainstayBackup *backup = mainstay_backup_new_from_json (json_node_get_object (node), &error);

  g_assert_no_error (error);
  return backup;
}

static void
test_whole (void)
{
  g_autoptr(MainstayBackup) backup = backup_from (WHOLE);

  g_assert_cmpstr (mainstay_backup_get_id (backup), ==, "s1");
  g_assert_cmpint (mainstay_backup_get_state (backup), ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpstr (mainstay_backup_get_status_message (backup), ==, "done");
  g_assert_cmpstr (mainstay_backup_get_comment (backup), ==, "before the release");
  g_assert_cmpstr (mainstay_backup_get_model_version (backup), ==, "1.2.3.4");
  g_assert_cmpstr (mainstay_backup_get_created_by (backup), ==, "Ada");
  g_assert_cmpstr (mainstay_backup_get_environment_id (backup), ==, "e1");
  g_assert_cmpint (mainstay_backup_get_origin (backup), ==, MAINSTAY_ORIGIN_MANUAL);
  g_assert_cmpint (mainstay_backup_get_created_at (backup), ==, 1795414200000);
  g_assert_cmpint (mainstay_backup_get_finished_at (backup), ==, 1795414260000);
  g_assert_cmpint (mainstay_backup_get_updated_at (backup), ==, 1795414320000);
  g_assert_cmpint (mainstay_backup_get_expires_at (backup), ==, 1803363000000);
  g_assert_cmpint (mainstay_backup_get_size_bytes (backup), ==, 12345678901);
  g_assert_cmpint (mainstay_backup_get_files_count (backup), ==, 77);
  g_assert_cmpfloat (mainstay_backup_get_progress (backup), ==, 1);
  g_assert_false (mainstay_backup_is_automatic (backup));
  g_assert_finalize_object (g_steal_pointer (&backup));
}

static void
test_little (void)
{
  static const char *const texts[] = {
    "{\"snapshot_id\": \"s\"}",
    "{\"snapshot_id\": \"s\", \"state\": \"paused\", \"status_message\": null, "
    "\"comment\": null, \"model_version\": null, \"finished_at\": null, \"updated_at\": null, "
    "\"created_at\": 12, \"size_bytes\": -12, \"files_count\": \"many\", \"progress\": null}",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(MainstayBackup) backup = backup_from (texts[i]);

      g_assert_cmpint (mainstay_backup_get_state (backup), ==, MAINSTAY_JOB_UNKNOWN);
      g_assert_null (mainstay_backup_get_status_message (backup));
      g_assert_null (mainstay_backup_get_comment (backup));
      g_assert_null (mainstay_backup_get_model_version (backup));
      g_assert_null (mainstay_backup_get_created_by (backup));
      g_assert_cmpint (mainstay_backup_get_origin (backup), ==, MAINSTAY_ORIGIN_UNKNOWN);
      g_assert_cmpint (mainstay_backup_get_created_at (backup), ==, 0);
      g_assert_cmpint (mainstay_backup_get_finished_at (backup), ==, 0);
      g_assert_cmpint (mainstay_backup_get_size_bytes (backup), ==, -1);
      g_assert_cmpint (mainstay_backup_get_files_count (backup), ==, -1);
      g_assert_cmpfloat (mainstay_backup_get_progress (backup), <, 0);
      g_assert_false (mainstay_backup_is_automatic (backup));
    }
}

static void
test_no_id (void)
{
  static const char *const texts[] = { "{}", "{\"snapshot_id\": null}", "{\"snapshot_id\": {}}" };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(JsonNode) node = mainstay_json_parse (texts[i], -1, NULL);
      g_autoptr(GError) error = NULL;

      g_assert_null (mainstay_backup_new_from_json (json_node_get_object (node), &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
    }
}

static void
test_origin (void)
{
  static const struct
  {
    const char *members;
    MainstayBackupOrigin origin;
    gboolean automatic;
  } cases[] = {
    { "\"type\": \"manual\"", MAINSTAY_ORIGIN_MANUAL, FALSE },
    { "\"type\": \"nightly\"", MAINSTAY_ORIGIN_NIGHTLY, TRUE },
    { "\"type\": \"weekly\"", MAINSTAY_ORIGIN_WEEKLY, TRUE },
    { "\"type\": \"monthly\"", MAINSTAY_ORIGIN_MONTHLY, TRUE },
    { "\"type\": \"safety\"", MAINSTAY_ORIGIN_SAFETY, FALSE },
    { "\"type\": \"hourly\"", MAINSTAY_ORIGIN_UNKNOWN, FALSE },
    { "\"comment\": \"Automatically created nightly snapshot\"", MAINSTAY_ORIGIN_NIGHTLY, TRUE },
    { "\"comment\": \"Manually created snapshot\"", MAINSTAY_ORIGIN_MANUAL, FALSE },
    { "\"comment\": \"Uploaded snapshot\"", MAINSTAY_ORIGIN_UPLOADED, FALSE },
    { "\"comment\": \"automatically created nightly snapshot\"", MAINSTAY_ORIGIN_UNKNOWN, FALSE },
    { "\"type\": \"manual\", \"comment\": \"Automatically created nightly snapshot\"",
      MAINSTAY_ORIGIN_MANUAL, FALSE },
    { "\"created_by\": \"Nightly\"", MAINSTAY_ORIGIN_UNKNOWN, TRUE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"snapshot_id\": \"s\", %s}", cases[i].members);
      g_autoptr(MainstayBackup) backup = backup_from (text);

      g_test_message ("%s", cases[i].members);
      g_assert_cmpint (mainstay_backup_get_origin (backup), ==, cases[i].origin);
      g_assert_cmpint (mainstay_backup_is_automatic (backup), ==, cases[i].automatic);
    }
}

static void
notified_cb (GObject    *object,
             GParamSpec *pspec,
             gpointer    user_data)
{
  g_string_append_printf (user_data, "%s ", pspec->name);
}

static void
test_update (void)
{
  static const struct
  {
    const char *old;
    const char *new;
    const char *property;
  } cases[] = {
    { "completed\",", "failed\",", "state " },
    { "\"done\"", "null", "status-message " },
    { "before the release", "after", "comment " },
    { "1.2.3.4", "1.2.3.5", "model-version " },
    { "Ada", "Eve", "created-by " },
    { "\"e1\"", "\"e2\"", "environment-id " },
    { "\"type\": \"manual\"", "\"type\": \"safety\"", "origin " },
    { "T06:10:00.000Z\", \"finished", "T06:10:00.001Z\", \"finished", "created-at " },
    { "T06:11", "T06:21", "finished-at " },
    { "T06:12", "T06:22", "updated-at " },
    { "2027", "2028", "expires-at " },
    { "12345678901", "12345678902", "size-bytes " },
    { "77", "78", "files-count " },
    { "\"progress\": 1", "\"progress\": 0.5", "progress " },
    { "new_field", "newer_field", "" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(MainstayBackup) backup = backup_from (WHOLE);
      g_autoptr(MainstayBackup) same = backup_from (WHOLE);
      g_auto(GStrv) parts = g_strsplit (WHOLE, cases[i].old, 2);
      g_autofree char *text = g_strjoinv (cases[i].new, parts);
      g_autoptr(MainstayBackup) newer = backup_from (text);
      g_autoptr(GString) notified = g_string_new (NULL);

      g_assert_cmpint (g_strv_length (parts), ==, 2);
      g_signal_connect (backup, "notify", G_CALLBACK (notified_cb), notified);
      g_assert_false (mainstay_backup_update (backup, same));
      g_assert_cmpstr (notified->str, ==, "");
      g_assert_cmpint (mainstay_backup_update (backup, newer), ==, *cases[i].property != '\0');
      g_assert_cmpstr (notified->str, ==, cases[i].property);
      /* Now it is the same. */
      g_assert_false (mainstay_backup_update (backup, newer));
      g_assert_cmpstr (notified->str, ==, cases[i].property);
      g_signal_handlers_disconnect_by_data (backup, notified);
    }
}

static void
test_properties (void)
{
  g_autoptr(MainstayBackup) backup = backup_from (WHOLE);
  g_autofree char *id = NULL;
  g_autofree char *created_by = NULL;
  gint64 size = 0, expires_at = 0;
  double progress = 0;
  int state = 0, origin = 0;

  g_object_get (backup, "id", &id, "created-by", &created_by, "size-bytes", &size, "expires-at",
                &expires_at, "progress", &progress, "state", &state, "origin", &origin, NULL);
  g_assert_cmpstr (id, ==, "s1");
  g_assert_cmpstr (created_by, ==, "Ada");
  g_assert_cmpint (size, ==, 12345678901);
  g_assert_cmpint (expires_at, ==, 1803363000000);
  g_assert_cmpfloat (progress, ==, 1);
  g_assert_cmpint (state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpint (origin, ==, MAINSTAY_ORIGIN_MANUAL);
}

#define ENVIRONMENT \
  "{\"EnvironmentId\": \"e1\", \"Mode\": \"Production\", \"Status\": \"Running\", " \
  "\"Url\": \"app.example.com\", \"ModelVersion\": \"1.1.0.253\", \"MendixVersion\": \"9.24.1\", " \
  "\"Production\": true, \"PublishedAppServices\": [\"Orders\", \"Stock\"], " \
  "\"DataModelVersion\": \"1.0.0.9\", \"Instances\": 2, \"MemoryPerInstance\": 1024}"

static MainstayEnvironment *
environment_from (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = mainstay_json_parse (text, -1, &error);
  MainstayEnvironment *environment =
    mainstay_environment_new_from_json (json_node_get_object (node), &error);

  g_assert_no_error (error);
  return environment;
}

static void
test_environment (void)
{
  g_autoptr(MainstayEnvironment) whole = environment_from (ENVIRONMENT);
  g_autoptr(MainstayEnvironment) little =
    environment_from ("{\"EnvironmentId\": \"e\", \"Mode\": \"Test\", \"ModelVersion\": null, "
                      "\"Status\": \"Sleeping\", \"Production\": null}");
  g_autoptr(JsonNode) bad = mainstay_json_parse ("{\"EnvironmentId\": \"e\"}", -1, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (mainstay_environment_get_id (whole), ==, "e1");
  g_assert_cmpstr (mainstay_environment_get_mode (whole), ==, "Production");
  g_assert_cmpint (mainstay_environment_get_status (whole), ==, MAINSTAY_ENVIRONMENT_RUNNING);
  g_assert_cmpstr (mainstay_environment_get_url (whole), ==, "app.example.com");
  g_assert_cmpstr (mainstay_environment_get_model_version (whole), ==, "1.1.0.253");
  g_assert_cmpstr (mainstay_environment_get_data_model_version (whole), ==, "1.0.0.9");
  g_assert_cmpstr (mainstay_environment_get_mendix_version (whole), ==, "9.24.1");
  g_assert_true (mainstay_environment_get_production (whole));
  g_assert_cmpstrv (mainstay_environment_get_published_services (whole),
                    ((const char *[]) { "Orders", "Stock", NULL }));
  g_assert_cmpint (mainstay_environment_get_status (little), ==, MAINSTAY_ENVIRONMENT_UNKNOWN);
  g_assert_null (mainstay_environment_get_model_version (little));
  g_assert_null (mainstay_environment_get_url (little));
  g_assert_false (mainstay_environment_get_production (little));
  g_assert_nonnull (mainstay_environment_get_published_services (little));
  g_assert_null (mainstay_environment_get_published_services (little)[0]);
  g_assert_null (mainstay_environment_new_from_json (json_node_get_object (bad), &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
}

static void
test_environment_update (void)
{
  static const struct
  {
    const char *old;
    const char *new;
    const char *property;
  } cases[] = {
    { "\"Running\"", "\"Stopped\"", "status " },
    { "app.example.com", "https://app.example.com", "url " },
    { "1.1.0.253", "1.1.0.254", "model-version " },
    { "1.0.0.9", "1.1.0.253", "data-model-version " },
    { "9.24.1", "9.24.2", "mendix-version " },
    { "true", "false", "production " },
    { "\"Orders\", ", "", "published-services " },
    { "\"Instances\": 2", "\"Instances\": 3", "" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(MainstayEnvironment) environment = environment_from (ENVIRONMENT);
      g_autoptr(MainstayEnvironment) same = environment_from (ENVIRONMENT);
      g_auto(GStrv) parts = g_strsplit (ENVIRONMENT, cases[i].old, 2);
      g_autofree char *text = g_strjoinv (cases[i].new, parts);
      g_autoptr(MainstayEnvironment) newer = environment_from (text);
      g_autoptr(GString) notified = g_string_new (NULL);

      g_assert_cmpint (g_strv_length (parts), ==, 2);
      g_signal_connect (environment, "notify", G_CALLBACK (notified_cb), notified);
      g_assert_false (mainstay_environment_update (environment, same));
      g_assert_cmpint (mainstay_environment_update (environment, newer), ==,
                       *cases[i].property != '\0');
      g_assert_cmpstr (notified->str, ==, cases[i].property);
      g_signal_handlers_disconnect_by_data (environment, notified);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/backup/whole", test_whole);
  g_test_add_func ("/core/backup/little", test_little);
  g_test_add_func ("/core/backup/no-id", test_no_id);
  g_test_add_func ("/core/backup/origin", test_origin);
  g_test_add_func ("/core/backup/update", test_update);
  g_test_add_func ("/core/backup/properties", test_properties);
  g_test_add_func ("/core/environment/values", test_environment);
  g_test_add_func ("/core/environment/update", test_environment_update);
  return g_test_run ();
}
