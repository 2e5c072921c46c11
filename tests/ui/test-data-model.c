/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-data-model.h"
#include "ui-test.h"

#include "config.h"

static MainstayEnvironment *
make_environment (const char *status,
                  const char *model,
                  const char *data)
{
  g_autofree char *json = g_strdup_printf (
    "{'EnvironmentId': 'e1', 'Mode': 'Acceptance', 'Status': '%s', 'ModelVersion': '%s'%s%s%s}",
    status, model, data != NULL ? ", 'DataModelVersion': '" : "", data != NULL ? data : "",
    data != NULL ? "'" : "");

  return ui_test_make_environment (json);
}

#define assert_notice(settings, environment, expected) \
  G_STMT_START { \
    g_autofree char *told = mainstay_data_model_notice (settings, environment); \
    g_assert_cmpstr (told, ==, expected); \
  } G_STMT_END

static void
test_told_by_server (void)
{
  g_autoptr(GSettings) settings = g_settings_new (MAINSTAY_APPLICATION_ID);
  g_autoptr(MainstayEnvironment) same = make_environment ("Stopped", "1.8.0", "1.8.0");
  g_autoptr(MainstayEnvironment) older = make_environment ("Stopped", "1.8.0", "1.7.2");
  g_autoptr(MainstayEnvironment) newer = make_environment ("Stopped", "1.8.0", "1.9.0");
  g_autoptr(MainstayEnvironment) unknown = make_environment ("Stopped", "1.8.0", "1.8.e3c1");
  g_autoptr(MainstayEnvironment) empty = make_environment ("Empty", "", NULL);
  g_autoptr(MainstayEnvironment) uploaded = make_environment ("Empty", "", "1.7.2");

  assert_notice (settings, same, NULL);
  assert_notice (settings, newer, NULL);
  assert_notice (settings, older,
                 "Acceptance contains data of the older model 1.7.2, but model 1.8.0 is deployed. "
                 "Deploy model 1.7.2 before the app is started.");
  assert_notice (settings, unknown,
                 "Acceptance contains data of model 1.8.e3c1, but model 1.8.0 is deployed, and "
                 "which of them is older is unknown. "
                 "Deploy model 1.8.e3c1 before the app is started.");
  assert_notice (settings, empty,
                 "Nothing is deployed in Acceptance. Deploy a package to Acceptance before the app "
                 "is started.");
  assert_notice (settings, uploaded,
                 "Acceptance contains data of model 1.7.2. Deploy model 1.7.2 before the app is "
                 "started.");
}

/* A server without extensions forgets; the notice must not. */
static void
test_remembered (void)
{
  g_autoptr(GSettings) settings = g_settings_new (MAINSTAY_APPLICATION_ID);
  g_autoptr(GSettings) later = g_settings_new (MAINSTAY_APPLICATION_ID);
  g_autoptr(MainstayEnvironment) environment = make_environment ("Stopped", "1.8.0", NULL);
  g_autoptr(MainstayEnvironment) deployed = make_environment ("Stopped", "1.7.2", NULL);
  g_autoptr(GVariant) stored = NULL;
  const char *notice =
    "Acceptance contains data of the older model 1.7.2, but model 1.8.0 is deployed. "
    "Deploy model 1.7.2 before the app is started.";

  assert_notice (settings, environment, NULL);
  mainstay_data_model_restored (settings, environment, "1.7.2");
  assert_notice (settings, environment, notice);
  mainstay_data_model_settle (later, environment);
  assert_notice (later, environment, notice);

  mainstay_environment_update (environment, deployed);
  mainstay_data_model_settle (settings, environment);
  assert_notice (settings, environment, NULL);
  stored = g_settings_get_value (settings, "data-models");
  g_assert_cmpuint (g_variant_n_children (stored), ==, 0);
}

static void
test_forgotten (void)
{
  g_autoptr(GSettings) settings = g_settings_new (MAINSTAY_APPLICATION_ID);
  g_autoptr(MainstayEnvironment) environment = make_environment ("Stopped", "1.8.0", NULL);

  mainstay_data_model_restored (settings, environment, "1.7.2");
  mainstay_data_model_restored (settings, environment, "1.8.0");
  assert_notice (settings, environment, NULL);
  mainstay_data_model_restored (settings, environment, "1.7.2");
  mainstay_data_model_restored (settings, environment, NULL);
  assert_notice (settings, environment, NULL);
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/data-model/told-by-server", test_told_by_server);
  g_test_add_func ("/ui/data-model/remembered", test_remembered);
  g_test_add_func ("/ui/data-model/forgotten", test_forgotten);
  return g_test_run ();
}
