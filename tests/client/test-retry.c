/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "client-fixture.h"

/* What is asked again, when, and above all what is not. */

static gint64
delay_of (const MainstayRetryPolicy *policy,
          int                        code,
          unsigned int               status,
          gboolean                   lost,
          gint64                     retry_after_ms,
          unsigned int               tries,
          gint64                     elapsed_ms)
{
  g_autoptr(GError) error = g_error_new_literal (MAINSTAY_ERROR, code, "m");
  MainstayAttempt attempt = { error, status, lost, retry_after_ms, tries, elapsed_ms };

  return mainstay_retry_delay (policy, &attempt, 0.5);
}

static void
test_delays (void)
{
  const MainstayRetryPolicy *read = &mainstay_retry_read;
  const MainstayRetryPolicy *action = &mainstay_retry_action;
  const MainstayRetryPolicy *transfer = &mainstay_retry_transfer;

  /* Doubling, to an end. */
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_GATEWAY, 503, FALSE, -1, 1, 0), ==, 500);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_GATEWAY, 503, FALSE, -1, 2, 0), ==, 1000);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_GATEWAY, 503, FALSE, -1, 4, 0), ==, 4000);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_GATEWAY, 503, FALSE, -1, 5, 0), ==, -1);
  /* Only what passes. */
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_SERVICE_UNAVAILABLE, 500, FALSE, -1, 1, 0), ==,
                   500);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_GATEWAY, 500, FALSE, -1, 1, 0), ==, -1);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_UNAUTHORIZED, 401, FALSE, -1, 1, 0), ==, -1);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_NO_ACCESS, 403, FALSE, -1, 1, 0), ==, -1);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_NOT_FOUND, 404, FALSE, -1, 1, 0), ==, -1);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_INVALID_PARAMETERS, 400, FALSE, -1, 1, 0), ==,
                   -1);
  /* A click is answered soon. */
  g_assert_cmpint (delay_of (action, MAINSTAY_ERROR_ENVIRONMENT_BUSY, 400, FALSE, -1, 1, 0), ==,
                   500);
  g_assert_cmpint (delay_of (action, MAINSTAY_ERROR_ENVIRONMENT_BUSY, 400, FALSE, -1, 3, 5000), ==,
                   -1);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_UNREACHABLE, 0, FALSE, -1, 3, 0), ==, -1);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_TIMED_OUT, 0, TRUE, -1, 2, 0), ==, -1);
  /* What may have been done is not done again, unless that is harmless. */
  g_assert_cmpint (delay_of (action, MAINSTAY_ERROR_UNREACHABLE, 0, TRUE, -1, 1, 0), ==, -1);
  g_assert_cmpint (delay_of (action, MAINSTAY_ERROR_UNREACHABLE, 0, FALSE, -1, 1, 0), ==, 500);
  g_assert_cmpint (delay_of (&mainstay_retry_repeat, MAINSTAY_ERROR_UNREACHABLE, 0, TRUE, -1, 1, 0),
                   ==, 500);
  /* Retry-After beats our own wait, within reason. */
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_RATE_LIMITED, 429, FALSE, 7000, 1, 0), ==, 7050);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_RATE_LIMITED, 429, FALSE, 0, 1, 0), ==, 50);
  g_assert_cmpint (delay_of (read, MAINSTAY_ERROR_RATE_LIMITED, 429, FALSE, 3600000, 1, 0), ==, -1);
  /* A transfer outlasts what a person at a screen would not. */
  g_assert_cmpint (delay_of (transfer, MAINSTAY_ERROR_UNREACHABLE, 0, FALSE, -1, 39, 0), ==, 15000);
  g_assert_cmpint (delay_of (transfer, MAINSTAY_ERROR_TIMED_OUT, 0, TRUE, -1, 39, 0), ==, 15000);
  g_assert_cmpint (delay_of (transfer, MAINSTAY_ERROR_UNREACHABLE, 0, FALSE, -1, 40, 0), ==, -1);
  g_assert_cmpint (delay_of (transfer, MAINSTAY_ERROR_RATE_LIMITED, 429, FALSE, 600000, 1, 0), ==,
                   600050);
  g_assert_cmpint (delay_of (transfer, MAINSTAY_ERROR_NO_ACCESS, 403, FALSE, -1, 1, 0), ==, -1);
}

static void
test_retry_after (void)
{
  const gint64 now = 1763881800000; /* Sun, 23 Nov 2025 07:10:00 GMT */

  g_assert_cmpint (mainstay_retry_parse_after ("120", now), ==, 120000);
  g_assert_cmpint (mainstay_retry_parse_after ("0", now), ==, 0);
  g_assert_cmpint (mainstay_retry_parse_after ("Sun, 23 Nov 2025 07:10:30 GMT", now), ==, 30000);
  g_assert_cmpint (mainstay_retry_parse_after ("Sun, 23 Nov 2025 07:09:00 GMT", now), ==, 0);
  g_assert_cmpint (mainstay_retry_parse_after ("-5", now), ==, -1);
  g_assert_cmpint (mainstay_retry_parse_after ("soon", now), ==, -1);
  g_assert_cmpint (mainstay_retry_parse_after (NULL, now), ==, -1);
}

static GError *
ask (Fixture *fixture)
{
  g_auto(Await) await = { NULL };
  g_autoptr(GPtrArray) apps = NULL;
  GError *error = NULL;

  mainstay_client_list_apps_async (fixture->client, NULL, await_cb, &await);
  apps = mainstay_client_list_apps_finish (fixture->client, await_result (&await), &error);
  return error;
}

static void
test_read (Fixture       *fixture,
           gconstpointer  data)
{
  MainstayTestFault drop = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_DROP };
  MainstayTestFault gateway = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_ANSWER, 502, "text/html",
                                "<html>Bad gateway</html>" };
  MainstayTestFault busy = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_ANSWER, 500, NULL,
                             "{\"errorCode\":\"SERVICE_UNAVAILABLE\"}" };
  g_autoptr(GError) error = NULL;

  mainstay_test_server_add_fault (fixture->server, &drop);
  mainstay_test_server_add_fault (fixture->server, &gateway);
  mainstay_test_server_add_fault (fixture->server, &busy);
  error = ask (fixture);
  g_assert_no_error (error);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "GET", "/api/1/apps"), ==, 4);
}

static void
test_gives_up (Fixture       *fixture,
               gconstpointer  data)
{
  MainstayTestFault gateway = { "GET", "/api/1/apps", -1, MAINSTAY_FAULT_ANSWER, 503 };
  g_autoptr(GError) error = NULL;

  mainstay_test_server_add_fault (fixture->server, &gateway);
  error = ask (fixture);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_GATEWAY);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "GET", "/api/1/apps"), ==, 5);
}

static void
test_honours_retry_after (Fixture       *fixture,
                          gconstpointer  data)
{
  MainstayTestFault limited = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_ANSWER, 429, NULL, NULL,
                                "Retry-After: 1" };
  g_autoptr(GError) error = NULL;
  gint64 began_at = g_get_monotonic_time ();

  mainstay_test_server_add_fault (fixture->server, &limited);
  error = ask (fixture);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - began_at, >=, G_USEC_PER_SEC);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "GET", "/api/1/apps"), ==, 2);
}

static void
warm_up (Fixture *fixture)
{
  g_autoptr(GError) error = ask (fixture);

  g_assert_no_error (error);
}

/* The portal made the backup and the answer was lost: there is one backup, and it is the one. */
static void
test_lost_create (Fixture       *fixture,
                  gconstpointer  data)
{
  MainstayTestFault lose = { "POST", "*/snapshots", 1, MAINSTAY_FAULT_LOSE };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) backup = NULL;

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 3, 1763881800000);
  warm_up (fixture);
  mainstay_test_server_add_fault (fixture->server, &lose);
  backup = create_backup (fixture, data, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "POST", TEST_SNAPSHOTS), ==, 1);
  g_assert_cmpuint (mainstay_test_server_count_backups (fixture->server,
                                                        MAINSTAY_TEST_ENVIRONMENT), ==, 4);
  g_assert_true (mainstay_test_server_has_backup (fixture->server, MAINSTAY_TEST_ENVIRONMENT,
                                                  mainstay_backup_get_id (backup)));
  g_assert_cmpint (mainstay_backup_get_created_at (backup), >, 1763881800000);
}

/* The portal never did it: then, and only then, it is asked again. */
static void
test_dropped_create (Fixture       *fixture,
                     gconstpointer  data)
{
  MainstayTestFault drop = { "POST", "*/snapshots", 1, MAINSTAY_FAULT_DROP };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) first = NULL;
  g_autoptr(MainstayBackup) second = NULL;

  /* One that was made just before, with the same comment, is not taken for the new one. */
  mainstay_test_server_set_job_ms (fixture->server, 0);
  first = create_backup (fixture, "Same", &error);
  g_assert_no_error (error);
  mainstay_test_server_add_fault (fixture->server, &drop);
  second = create_backup (fixture, "Same", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mainstay_backup_get_id (first), !=, mainstay_backup_get_id (second));
  g_assert_cmpuint (mainstay_test_server_count_backups (fixture->server,
                                                        MAINSTAY_TEST_ENVIRONMENT), ==, 2);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "POST", TEST_SNAPSHOTS), ==, 3);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "GET", TEST_SNAPSHOTS), ==, 1);
}

/* A gateway's 504 does not say that nothing was done. */
static void
test_gateway_create (Fixture       *fixture,
                     gconstpointer  data)
{
  MainstayTestFault gateway = { "POST", "*/snapshots", 1, MAINSTAY_FAULT_ANSWER, 504 };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) backup = NULL;

  warm_up (fixture);
  mainstay_test_server_add_fault (fixture->server, &gateway);
  backup = create_backup (fixture, NULL, &error);
  g_assert_null (backup);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_GATEWAY);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "POST", TEST_SNAPSHOTS), ==, 1);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "GET", TEST_SNAPSHOTS), ==, 3);
}

static void
test_busy_create (Fixture       *fixture,
                  gconstpointer  data)
{
  MainstayTestFault busy = { "POST", "*/snapshots", 2, MAINSTAY_FAULT_ANSWER, 400, NULL,
                             "{\"errorCode\":\"INVALID_STATE\"}" };
  MainstayTestFault always = { "POST", "*/snapshots", -1, MAINSTAY_FAULT_ANSWER, 400, NULL,
                               "{\"errorCode\":\"ENVIRONMENT_BUSY\"}" };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) backup = NULL;
  g_autoptr(MainstayBackup) none = NULL;

  mainstay_test_server_add_fault (fixture->server, &busy);
  backup = create_backup (fixture, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "POST", TEST_SNAPSHOTS), ==, 3);
  mainstay_test_server_add_fault (fixture->server, &always);
  none = create_backup (fixture, NULL, &error);
  g_assert_null (none);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_BUSY);
}

static MainstayJob *
restore (Fixture  *fixture,
         GError  **error)
{
  g_auto(Await) await = { NULL };
  g_autofree char *id = mainstay_test_server_seed_id (0);

  mainstay_client_restore_async (fixture->client, fixture->app, MAINSTAY_ACCEPTANCE_ENVIRONMENT,
                                 id, FALSE, NULL, await_cb, &await);
  return mainstay_client_restore_finish (fixture->client, await_result (&await), error);
}

/* A restore is sent once, whatever happens to its answer. */
static void
test_lost_restore (Fixture       *fixture,
                   gconstpointer  data)
{
  MainstayTestFault lose = { "POST", "*/restores", 1, MAINSTAY_FAULT_LOSE };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = NULL;

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 1, 1763881800000);
  warm_up (fixture);
  mainstay_test_server_add_fault (fixture->server, &lose);
  job = restore (fixture, &error);
  g_assert_null (job);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (error->message, "may be running"));
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "POST", "*/restores"), ==, 1);
  g_assert_cmpuint (mainstay_test_server_count_restores (fixture->server), ==, 1);
}

/* A portal that lists its restores takes the doubt away. */
static void
test_found_restore (Fixture       *fixture,
                    gconstpointer  data)
{
  MainstayTestFault lose = { "POST", "*/restores", 1, MAINSTAY_FAULT_LOSE };
  g_autofree char *id = mainstay_test_server_seed_id (0);
  g_autofree char *now = mainstay_time_format (mainstay_time_now ());
  g_autofree char *listed = g_strdup_printf (
    "{\"restores\":[{\"restore_id\":\"r2\",\"state\":\"queued\",\"created_at\":\"%s\","
    "\"source_snapshot_id\":\"%s\"},{\"restore_id\":\"r1\",\"state\":\"completed\","
    "\"created_at\":\"2025-01-01T00:00:00.000Z\",\"source_snapshot_id\":\"%s\"}]}", now, id, id);
  MainstayTestFault list = { "GET", "*/restores", -1, MAINSTAY_FAULT_ANSWER, 200, NULL, listed };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = NULL;

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 1, 1763881800000);
  warm_up (fixture);
  mainstay_test_server_add_fault (fixture->server, &lose);
  mainstay_test_server_add_fault (fixture->server, &list);
  job = restore (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (job->id, ==, "r2");
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "POST", "*/restores"), ==, 1);
}

static gboolean
delete_backup (Fixture     *fixture,
               const char  *id,
               GError     **error)
{
  g_auto(Await) await = { NULL };

  mainstay_client_delete_backup_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT, id,
                                       NULL, await_cb, &await);
  return mainstay_client_delete_backup_finish (fixture->client, await_result (&await), error);
}

/* What a first try has deleted is not there for the second, and that is good. */
static void
test_lost_delete (Fixture       *fixture,
                  gconstpointer  data)
{
  MainstayTestFault lose = { "DELETE", "*", 1, MAINSTAY_FAULT_LOSE };
  g_autofree char *id = mainstay_test_server_seed_id (1);
  g_autoptr(GError) error = NULL;

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 3, 1763881800000);
  mainstay_test_server_add_fault (fixture->server, &lose);
  g_assert_true (delete_backup (fixture, id, &error));
  g_assert_no_error (error);
  g_assert_false (mainstay_test_server_has_backup (fixture->server, MAINSTAY_TEST_ENVIRONMENT, id));
  /* But a first try that finds nothing is told. */
  g_assert_false (delete_backup (fixture, id, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND);
}

#define ADD(name, data, function) \
  g_test_add ("/client/retry/" name, Fixture, data, fixture_set_up, function, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/retry/delays", test_delays);
  g_test_add_func ("/client/retry/retry-after", test_retry_after);
  ADD ("read", NULL, test_read);
  ADD ("gives-up", NULL, test_gives_up);
  ADD ("honours-retry-after", NULL, test_honours_retry_after);
  ADD ("lost-create", "Before the update", test_lost_create);
  ADD ("lost-create-without-comment", NULL, test_lost_create);
  ADD ("dropped-create", NULL, test_dropped_create);
  ADD ("gateway-create", NULL, test_gateway_create);
  ADD ("busy-create", NULL, test_busy_create);
  ADD ("lost-restore", NULL, test_lost_restore);
  ADD ("found-restore", NULL, test_found_restore);
  ADD ("lost-delete", NULL, test_lost_delete);
  return g_test_run ();
}
