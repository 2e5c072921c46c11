/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * The window's side of the session: which account, app and environment it shows.
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-window-private.h"

/* Apps and environments */

static GObject *
find_in_model (GListModel *model,
               const char *id)
{
  for (unsigned int i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(GObject) item = g_list_model_get_item (model, i);
      g_autofree char *item_id = NULL;

      g_object_get (item, "id", &item_id, NULL);
      if (g_strcmp0 (item_id, id) == 0)
        return item;
    }
  return NULL;
}

/* What was looked at in the last run is chosen before the session takes the first by itself. */
static void
apps_changed_cb (MainstayWindow *self)
{
  g_autofree char *last = g_settings_get_string (self->settings, "last-app");
  GObject *found;

  if (mainstay_session_get_app (self->session) == NULL)
    {
      found = find_in_model (mainstay_session_get_apps (self->session), last);
      if (found != NULL)
        mainstay_session_set_app (self->session, MAINSTAY_APP (found));
    }
  _mainstay_window_update_page (self);
}

static void
environments_changed_cb (MainstayWindow *self)
{
  g_autofree char *last = g_settings_get_string (self->settings, "last-environment");
  GObject *found;

  if (_mainstay_window_get_environment (self) != NULL)
    return;
  found = find_in_model (mainstay_session_get_environments (self->session), last);
  if (found != NULL)
    mainstay_session_set_environment (self->session, MAINSTAY_ENVIRONMENT (found));
}

static void
app_changed_cb (MainstayWindow *self)
{
  MainstayApp *app = mainstay_session_get_app (self->session);
  GListModel *apps = mainstay_session_get_apps (self->session);

  for (unsigned int i = 0; i < g_list_model_get_n_items (apps); i++)
    {
      g_autoptr(MainstayApp) item = g_list_model_get_item (apps, i);

      if (item == app)
        gtk_drop_down_set_selected (self->app_drop_down, i);
    }
  if (app != NULL)
    g_settings_set_string (self->settings, "last-app", mainstay_app_get_id (app));
}

void
_mainstay_window_app_selected (MainstayWindow *self)
{
  GObject *item = gtk_drop_down_get_selected_item (self->app_drop_down);

  /* The drop-down marks the first by itself; the session chooses that one anyway. */
  if (item == NULL || self->session == NULL || mainstay_session_get_app (self->session) == NULL)
    return;
  if (MAINSTAY_APP (item) != mainstay_session_get_app (self->session))
    mainstay_session_set_app (self->session, MAINSTAY_APP (item));
}

static void
environment_changed_cb (MainstayWindow *self)
{
  MainstayEnvironment *environment = _mainstay_window_get_environment (self);

  mainstay_environment_strip_select (self->environment_strip, environment);
  g_signal_group_set_target (self->environment_signals, environment);
  if (environment != NULL)
    g_settings_set_string (self->settings, "last-environment",
                           mainstay_environment_get_id (environment));
  _mainstay_window_update_state (self);
}

void
_mainstay_window_environment_chosen (MainstayWindow      *self,
                                     MainstayEnvironment *environment)
{
  mainstay_session_set_environment (self->session, environment);
}

static void
extensions_changed_cb (MainstayWindow *self)
{
  _mainstay_window_update_layout (self);
  mainstay_activity_view_reload (self->activity_view);
  _mainstay_window_update_actions (self);
}

void
_mainstay_window_session_changed (MainstayWindow *self)
{
  MainstaySession *session = mainstay_application_get_session (self->application);
  GListModel *apps = session != NULL ? mainstay_session_get_apps (session) : NULL;
  GListModel *environments = session != NULL ? mainstay_session_get_environments (session) : NULL;

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (mainstay_session_get_apps (self->session), self);
      g_signal_handlers_disconnect_by_data (mainstay_session_get_environments (self->session),
                                            self);
    }
  g_set_object (&self->session, session);
  g_hash_table_remove_all (self->waiting);
  g_hash_table_remove_all (self->denied);
  g_signal_group_set_target (self->session_signals, session);
  gtk_drop_down_set_model (self->app_drop_down, apps);
  mainstay_environment_strip_set_model (self->environment_strip, environments);
  if (session != NULL)
    {
      g_signal_connect_object (apps, "items-changed", G_CALLBACK (apps_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (environments, "items-changed",
                               G_CALLBACK (environments_changed_cb), self, G_CONNECT_SWAPPED);
      app_changed_cb (self);
    }
  _mainstay_window_update_layout (self);
  environment_changed_cb (self);
  _mainstay_window_list_changed (self);
}

/* The saved accounts, to go from one to another by the menu. */
static void
accounts_changed_cb (MainstayWindow *self)
{
  GListModel *accounts = mainstay_application_get_accounts (self->application);

  g_menu_remove_all (self->accounts_section);
  for (unsigned int i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr(MainstayAccount) account = g_list_model_get_item (accounts, i);
      g_autoptr(GMenuItem) item = g_menu_item_new (mainstay_account_get_name (account), NULL);

      g_menu_item_set_action_and_target (item, "app.use-account", "s",
                                         mainstay_account_get_id (account));
      g_menu_append_item (self->accounts_section, item);
    }
}

void
_mainstay_window_follow (MainstayWindow *self)
{
  self->session_signals = g_signal_group_new (MAINSTAY_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::app",
                                  G_CALLBACK (app_changed_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::environment",
                                  G_CALLBACK (environment_changed_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::backup-list",
                                  G_CALLBACK (_mainstay_window_list_changed), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::loading",
                                  G_CALLBACK (_mainstay_window_update_state), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::error",
                                  G_CALLBACK (_mainstay_window_update_state), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::extensions",
                                  G_CALLBACK (extensions_changed_cb), self);

  self->list_signals = g_signal_group_new (MAINSTAY_TYPE_BACKUP_LIST);
  g_signal_group_connect_swapped (self->list_signals, "notify::stale",
                                  G_CALLBACK (_mainstay_window_update_state), self);
  g_signal_group_connect_swapped (self->list_signals, "notify::error",
                                  G_CALLBACK (_mainstay_window_update_state), self);
  g_signal_group_connect_swapped (self->list_signals, "notify::loaded-at",
                                  G_CALLBACK (_mainstay_window_update_state), self);
  self->environment_signals = g_signal_group_new (MAINSTAY_TYPE_ENVIRONMENT);
  g_signal_group_connect_swapped (self->environment_signals, "notify",
                                  G_CALLBACK (_mainstay_window_update_state), self);
  self->backup_signals = g_signal_group_new (MAINSTAY_TYPE_BACKUP);
  g_signal_group_connect_swapped (self->backup_signals, "notify::state",
                                  G_CALLBACK (_mainstay_window_update_actions), self);
  self->list_bindings = g_binding_group_new ();
  g_binding_group_bind (self->list_bindings, "loading", self->backup_view, "loading",
                        G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->list_bindings, "error", self->backup_view, "error",
                        G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->application, "notify::session",
                           G_CALLBACK (_mainstay_window_session_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mainstay_application_get_accounts (self->application), "items-changed",
                           G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  accounts_changed_cb (self);
}
