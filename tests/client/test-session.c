/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "client-fixture.h"
#include "mainstay-session.h"

static MainstaySession *
session_new (Fixture *fixture)
{
  g_autoptr(MainstayAccount) account =
    mainstay_account_new (mainstay_test_server_get_url (fixture->server), MAINSTAY_TEST_USERNAME,
                          TRUE);

  return mainstay_session_new (account, fixture->client);
}

static gboolean
refresh (MainstaySession  *session,
         GError          **error)
{
  g_auto(Await) await = { NULL };

  mainstay_session_refresh_async (session, NULL, await_cb, &await);
  g_assert_true (mainstay_session_get_loading (session));
  return mainstay_session_refresh_finish (session, await_result (&await), error);
}

static char *
print_modes (MainstaySession *session)
{
  GListModel *model = mainstay_session_get_environments (session);
  g_autoptr(GString) text = g_string_new (NULL);

  for (unsigned int i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(MainstayEnvironment) environment = g_list_model_get_item (model, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                              mainstay_environment_get_mode (environment));
    }
  return g_strdup (text->str);
}

static void
assert_modes (MainstaySession *session,
              const char      *expected)
{
  g_autofree char *modes = print_modes (session);

  g_assert_cmpstr (modes, ==, expected);
}

static gboolean
is_idle (gpointer data)
{
  return !mainstay_session_get_loading (data);
}

static gboolean
list_is_idle (gpointer data)
{
  return !mainstay_backup_list_get_loading (data);
}

static void
notify_cb (GObject      *object,
           GParamSpec   *pspec,
           unsigned int *count)
{
  (*count)++;
}

static void
test_refresh (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstaySession) session = session_new (fixture);
  g_autoptr(GError) error = NULL;
  MainstayEnvironment *environment;
  MainstayBackupList *list;
  unsigned int changes = 0;

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 5, 1763881800000);
  g_assert_true (refresh (session, &error));
  g_assert_no_error (error);
  g_assert_false (mainstay_session_get_loading (session));
  g_assert_cmpuint (g_list_model_get_n_items (mainstay_session_get_apps (session)), ==, 1);
  g_assert_cmpstr (mainstay_app_get_id (mainstay_session_get_app (session)), ==,
                   MAINSTAY_TEST_APP);
  assert_modes (session, "Test Acceptance Production");
  environment = mainstay_session_get_environment (session);
  g_assert_cmpstr (mainstay_environment_get_mode (environment), ==, "Test");
  list = mainstay_session_get_backup_list (session);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 5);
  g_assert_true (mainstay_session_list_for (session, environment) == list);

  /* The same objects go on, and only what changed is told. */
  g_signal_connect (session, "notify::environment", G_CALLBACK (notify_cb), &changes);
  g_signal_connect (session, "notify::backup-list", G_CALLBACK (notify_cb), &changes);
  mainstay_test_server_set_status (fixture->server, MAINSTAY_TEST_ENVIRONMENT, "Stopped");
  g_assert_true (refresh (session, &error));
  g_assert_true (mainstay_session_get_environment (session) == environment);
  g_assert_true (mainstay_session_get_backup_list (session) == list);
  g_assert_cmpint (mainstay_environment_get_status (environment), ==,
                   MAINSTAY_ENVIRONMENT_STOPPED);
  g_assert_cmpuint (changes, ==, 0);
}

static void
test_environment (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstaySession) session = session_new (fixture);
  g_autoptr(MainstayEnvironment) acceptance = NULL;
  MainstayBackupList *first;
  MainstayBackupList *second;
  unsigned int changes = 0;

  mainstay_test_server_seed (fixture->server, MAINSTAY_ACCEPTANCE_ENVIRONMENT, 2, 1763881800000);
  g_assert_true (refresh (session, NULL));
  first = mainstay_session_get_backup_list (session);
  acceptance = g_list_model_get_item (mainstay_session_get_environments (session), 1);
  g_signal_connect (session, "notify::backup-list", G_CALLBACK (notify_cb), &changes);
  mainstay_session_set_environment (session, acceptance);
  g_assert_cmpuint (changes, ==, 1);
  second = mainstay_session_get_backup_list (session);
  g_assert_true (first != second);
  g_assert_true (mainstay_backup_list_get_environment (second) == acceptance);
  await_condition (list_is_idle, second);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (second)), ==, 2);
  mainstay_session_set_environment (session, acceptance);
  g_assert_cmpuint (changes, ==, 1);
  /* A refresh keeps the choice. */
  g_assert_true (refresh (session, NULL));
  g_assert_true (mainstay_session_get_environment (session) == acceptance);
}

/* To another app and back: the environment that was looked at there is found again. */
static void
test_two_apps (Fixture       *fixture,
               gconstpointer  data)
{
  MainstayTestFault apps = { "GET", "/api/1/apps", -1, MAINSTAY_FAULT_ANSWER, 200, NULL,
                             "[{\"AppId\":\"zeta\",\"Name\":\"Zeta\",\"ProjectId\":\"p2\"},"
                             "{\"AppId\":\"sample\",\"Name\":\"Sample App\",\"ProjectId\":\""
                             MAINSTAY_TEST_PROJECT "\"}]" };
  MainstayTestFault others = { "GET", "/api/1/apps/zeta/environments", -1, MAINSTAY_FAULT_ANSWER,
                               200, NULL,
                               "[{\"EnvironmentId\":\"z2\",\"Mode\":\"Zoo\"},"
                               "{\"EnvironmentId\":\"z1\",\"Mode\":\"Bar\"},"
                               "{\"EnvironmentId\":\"z3\",\"Mode\":\"production\"}]" };
  MainstayTestFault lists = { "GET", "/api/v2/apps/p2/*", -1, MAINSTAY_FAULT_ANSWER, 200, NULL,
                              "{\"snapshots\":[],\"total\":0}" };
  g_autoptr(MainstaySession) session = session_new (fixture);
  g_autoptr(MainstayApp) sample = NULL;
  g_autoptr(MainstayApp) zeta = NULL;
  g_autoptr(MainstayEnvironment) production = NULL;

  mainstay_test_server_add_fault (fixture->server, &apps);
  mainstay_test_server_add_fault (fixture->server, &others);
  mainstay_test_server_add_fault (fixture->server, &lists);
  g_assert_true (refresh (session, NULL));
  sample = g_list_model_get_item (mainstay_session_get_apps (session), 0);
  zeta = g_list_model_get_item (mainstay_session_get_apps (session), 1);
  g_assert_true (mainstay_session_get_app (session) == sample);
  production = g_list_model_get_item (mainstay_session_get_environments (session), 2);
  mainstay_session_set_environment (session, production);

  mainstay_session_set_app (session, zeta);
  g_assert_null (mainstay_session_get_environment (session));
  g_assert_null (mainstay_session_get_backup_list (session));
  await_condition (is_idle, session);
  assert_modes (session, "production Bar Zoo");
  g_assert_cmpstr (mainstay_environment_get_id (mainstay_session_get_environment (session)), ==,
                   "z3");

  mainstay_session_set_app (session, sample);
  g_assert_true (mainstay_session_get_environment (session) == production);
  await_condition (is_idle, session);
  g_assert_true (mainstay_session_get_environment (session) == production);
  assert_modes (session, "Test Acceptance Production");
}

static void
test_error (Fixture       *fixture,
            gconstpointer  data)
{
  MainstayTestFault refusal = { "GET", "/api/1/apps", 1, MAINSTAY_FAULT_ANSWER, 401 };
  g_autoptr(MainstaySession) session = session_new (fixture);
  g_autoptr(GError) error = NULL;
  unsigned int changes = 0;

  g_signal_connect (session, "notify::error", G_CALLBACK (notify_cb), &changes);
  mainstay_test_server_add_fault (fixture->server, &refusal);
  g_assert_false (refresh (session, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED);
  g_assert_error (mainstay_session_get_error (session), MAINSTAY_ERROR,
                  MAINSTAY_ERROR_UNAUTHORIZED);
  g_assert_false (mainstay_session_get_loading (session));
  g_clear_error (&error);
  g_assert_true (refresh (session, &error));
  g_assert_no_error (error);
  g_assert_null (mainstay_session_get_error (session));
  g_assert_cmpuint (changes, ==, 2);
  /* The list of before stays when the portal is away. */
  g_clear_pointer (&fixture->server, mainstay_test_server_free);
  g_assert_false (refresh (session, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE);
  assert_modes (session, "Test Acceptance Production");
  g_assert_nonnull (mainstay_session_get_backup_list (session));
}

static gboolean
is_stopped (gpointer data)
{
  return mainstay_environment_get_status (data) == MAINSTAY_ENVIRONMENT_STOPPED;
}

static void
test_reload (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(MainstaySession) session = session_new (fixture);
  MainstayEnvironment *environment;

  g_assert_true (refresh (session, NULL));
  environment = mainstay_session_get_environment (session);
  g_assert_cmpint (mainstay_environment_get_status (environment), ==,
                   MAINSTAY_ENVIRONMENT_RUNNING);
  mainstay_test_server_set_status (fixture->server, MAINSTAY_TEST_ENVIRONMENT, "Stopped");
  mainstay_session_reload_environment (session, environment);
  await_condition (is_stopped, environment);
}

static void
test_extensions (Fixture       *fixture,
                 gconstpointer  data)
{
  MainstayTestFault answer = { "GET", "*/capabilities", -1, MAINSTAY_FAULT_ANSWER, 200, NULL,
                               "{\"extensions\":[\"files-only\",\"activity\"]}" };
  g_autoptr(MainstaySession) session = session_new (fixture);
  unsigned int extensions;

  mainstay_test_server_add_fault (fixture->server, &answer);
  g_assert_true (refresh (session, NULL));
  g_object_get (session, "extensions", &extensions, NULL);
  g_assert_cmpuint (extensions, ==, MAINSTAY_EXTENSION_FILES_ONLY | MAINSTAY_EXTENSION_ACTIVITY);
}

/* Nothing of a session outlives it. */
static void
test_dispose (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstaySession) session = session_new (fixture);
  MainstayBackupList *list;

  g_assert_true (refresh (session, NULL));
  list = mainstay_session_get_backup_list (session);
  g_object_add_weak_pointer (G_OBJECT (list), (gpointer *) &list);
  g_assert_finalize_object (g_steal_pointer (&session));
  g_assert_null (list);
}

#define ADD(name, function) \
  g_test_add ("/client/session/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("refresh", test_refresh);
  ADD ("environment", test_environment);
  ADD ("two-apps", test_two_apps);
  ADD ("error", test_error);
  ADD ("reload", test_reload);
  ADD ("extensions", test_extensions);
  ADD ("dispose", test_dispose);
  return g_test_run ();
}
