/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "window-fixture.h"

#include "config.h"
#include "mainstay-client-private.h"
#include "mainstay-time.h"
#include "ui-test.h"

/* The portal is near and its jobs are short. */
#define WAIT_SCALE 0.05

/* One for all tests, as only g_application_run() would take it off the bus again. */
static MainstayApplication *
get_application (void)
{
  static MainstayApplication *application;
  g_autoptr(GError) error = NULL;

  if (application == NULL)
    {
      application = mainstay_application_new ();
      g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
      g_application_register (G_APPLICATION (application), NULL, &error);
      g_assert_no_error (error);
    }
  return application;
}

void
window_fixture_set_up (WindowFixture *fixture,
                       gconstpointer  user_data)
{
  g_autoptr(GSettings) settings = g_settings_new (MAINSTAY_APPLICATION_ID);

  g_settings_reset (settings, "data-models");
  g_settings_reset (settings, "last-environment");
  g_settings_reset (settings, "show-details");
  g_settings_reset (settings, "window-size");
  fixture->server = mainstay_test_server_new ();
  mainstay_test_server_set_job_ms (fixture->server, 60);
  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, WINDOW_FIXTURE_SEEDED,
                             mainstay_time_now () - 60 * 60 * 1000);
  mainstay_test_server_seed (fixture->server, MAINSTAY_ACCEPTANCE_ENVIRONMENT, 2,
                             mainstay_time_now () - 60 * 60 * 1000);
  fixture->application = get_application ();
}

void
window_fixture_present (WindowFixture *fixture)
{
  fixture->window = mainstay_window_new (fixture->application);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

void
window_fixture_connect_with_key (WindowFixture *fixture,
                                 const char    *api_key)
{
  const char *url = mainstay_test_server_get_url (fixture->server);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayAccount) account = mainstay_account_new (url, MAINSTAY_TEST_USERNAME, TRUE);
  g_autoptr(MainstayClient) client =
    mainstay_client_new (url, MAINSTAY_TEST_USERNAME, api_key, &error);
  g_autoptr(MainstaySession) session = NULL;

  g_assert_no_error (error);
  mainstay_client_set_wait_scale (client, WAIT_SCALE);
  session = mainstay_session_new (account, client);
  mainstay_application_set_session (fixture->application, session);
}

GListModel *
window_fixture_get_shown (WindowFixture *fixture)
{
  return mainstay_backup_view_get_shown (fixture->window->backup_view);
}

void
window_fixture_set_up_connected (WindowFixture *fixture,
                                 gconstpointer  user_data)
{
  window_fixture_set_up (fixture, user_data);
  window_fixture_present (fixture);
  window_fixture_connect_with_key (fixture, MAINSTAY_TEST_API_KEY);
  ui_test_wait_until (window_fixture_count_shown (fixture) == WINDOW_FIXTURE_SEEDED);
  ui_test_wait_until (!mainstay_session_get_loading (fixture->window->session));
  ui_test_settle ();
}

/* Nothing may keep the window, once it is closed. */
void
window_fixture_tear_down (WindowFixture *fixture,
                          gconstpointer  user_data)
{
  MainstayWindow *window = fixture->window;

  if (window != NULL)
    {
      g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
      fixture->window = NULL;
      gtk_window_destroy (GTK_WINDOW (window));
      ui_test_wait_until (window == NULL);
    }
  mainstay_application_set_session (fixture->application, NULL);
  ui_test_settle ();
  g_clear_pointer (&fixture->server, mainstay_test_server_free);
}

unsigned int
window_fixture_count_shown (WindowFixture *fixture)
{
  return g_list_model_get_n_items (window_fixture_get_shown (fixture));
}

GtkWidget *
window_fixture_find (WindowFixture *fixture,
                     GType          type,
                     const char    *text)
{
  return ui_test_find (GTK_WIDGET (fixture->window), type, text);
}

GtkWidget *
window_fixture_find_button (WindowFixture *fixture,
                            const char    *action_name)
{
  return ui_test_find_button (GTK_WIDGET (fixture->window), action_name);
}

void
window_fixture_press (GtkWidget *button)
{
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  gtk_widget_activate (button);
}

MainstayBackup *
window_fixture_select_nth (WindowFixture *fixture,
                           unsigned int   position)
{
  g_autoptr(MainstayBackup) backup =
    g_list_model_get_item (window_fixture_get_shown (fixture), position);

  mainstay_backup_view_select (fixture->window->backup_view, backup);
  ui_test_settle ();
  return backup;
}

gboolean
window_fixture_is_sensitive (WindowFixture *fixture,
                             const char    *action_name)
{
  GtkWidget *button = window_fixture_find_button (fixture, action_name);

  g_assert_nonnull (button);
  return gtk_widget_is_sensitive (button);
}

GtkWindow *
window_fixture_find_other (WindowFixture *fixture)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (unsigned int i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (window != GTK_WINDOW (fixture->window) && gtk_widget_get_visible (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

void
window_fixture_choose_environment (WindowFixture *fixture,
                                   const char    *mode)
{
  GtkWidget *label = window_fixture_find (fixture, GTK_TYPE_LABEL, mode);

  gtk_widget_activate (gtk_widget_get_ancestor (label, GTK_TYPE_TOGGLE_BUTTON));
}

const char *
window_fixture_get_tooltip (WindowFixture *fixture,
                            const char    *action_name)
{
  return gtk_widget_get_tooltip_text (window_fixture_find_button (fixture, action_name));
}
