/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-error.h"
#include "mainstay-session-private.h"

/* One load of what a session shows: capabilities and apps side by side, then the environments of
 * the chosen app, then the backups of the chosen environment. */
typedef struct
{
  MainstayApp *app;      /* owned, nullable: whose environments are being asked for */
  GError *error;         /* owned, nullable: the first one */
  unsigned int pending;
  gboolean quiet;        /* nobody asked for it: neither loading nor an error is shown */
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_clear_object (&load->app);
  g_clear_error (&load->error);
  g_clear_pointer (&load, g_free);
}

static GTask *
load_new (MainstaySession     *self,
          gpointer             tag,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, g_new0 (Load, 1), load_free);
  return task;
}

static void
begin (GTask *task)
{
  Load *load = g_task_get_task_data (task);

  load->pending++;
  if (!load->quiet)
    mainstay_session_change_loads (g_task_get_source_object (task), 1);
}

/* One of the questions of a load has its answer. */
static void
end (GTask  *task,
     GError *error)
{
  Load *load = g_task_get_task_data (task);

  if (error != NULL && load->error == NULL)
    load->error = g_steal_pointer (&error);
  g_clear_error (&error);
  load->pending--;
  if (!load->quiet)
    mainstay_session_change_loads (g_task_get_source_object (task), -1);
  if (load->pending > 0)
    return;
  if (load->error != NULL)
    g_task_return_error (task, g_steal_pointer (&load->error));
  else
    g_task_return_boolean (task, TRUE);
}

/* For the errors of apps and environments, which the session keeps to be shown. */
static void
keep_error (GTask        *task,
            const GError *error)
{
  Load *load = g_task_get_task_data (task);

  if (!load->quiet && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    mainstay_session_take_error (g_task_get_source_object (task), error);
}

static void
backups_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  mainstay_backup_list_refresh_finish (MAINSTAY_BACKUP_LIST (object), result, &error);
  end (task, error);
}

static void
load_backups (GTask *task)
{
  MainstaySession *self = g_task_get_source_object (task);
  MainstayBackupList *list = mainstay_session_get_backup_list (self);

  if (list == NULL)
    return;
  begin (task);
  mainstay_backup_list_refresh_async (list, g_task_get_cancellable (task), backups_cb,
                                      g_object_ref (task));
}

static int
rank (MainstayEnvironment *environment)
{
  static const char *const first[] = { "Test", "Acceptance", "Production" };

  for (size_t i = 0; i < G_N_ELEMENTS (first); i++)
    if (g_ascii_strcasecmp (first[i], mainstay_environment_get_mode (environment)) == 0)
      return (int) i;
  return G_N_ELEMENTS (first);
}

static int
compare_environments (gconstpointer a,
                      gconstpointer b,
                      gpointer      user_data)
{
  MainstayEnvironment *first = (MainstayEnvironment *) a;
  MainstayEnvironment *second = (MainstayEnvironment *) b;
  int order = rank (first) - rank (second);

  if (order == 0)
    order = g_utf8_collate (mainstay_environment_get_mode (first),
                            mainstay_environment_get_mode (second));
  return order != 0 ? order : g_strcmp0 (mainstay_environment_get_id (first),
                                         mainstay_environment_get_id (second));
}

static int
compare_apps (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  int order = g_utf8_collate (mainstay_app_get_name ((MainstayApp *) a),
                              mainstay_app_get_name ((MainstayApp *) b));

  return order != 0 ? order : g_strcmp0 (mainstay_app_get_id ((MainstayApp *) a),
                                         mainstay_app_get_id ((MainstayApp *) b));
}

typedef const char *(*GetId) (gpointer object);

static gpointer
find_in_array (GPtrArray  *array,
               GetId       get_id,
               const char *id)
{
  for (unsigned int i = 0; i < array->len; i++)
    if (g_strcmp0 (get_id (g_ptr_array_index (array, i)), id) == 0)
      return g_ptr_array_index (array, i);
  return NULL;
}

static gpointer
find_in_store (GListStore *store,
               GetId       get_id,
               const char *id)
{
  for (unsigned int i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr(GObject) item = g_list_model_get_item (G_LIST_MODEL (store), i);

      if (g_strcmp0 (get_id (item), id) == 0)
        return item;
    }
  return NULL;
}

static void
remove_missing (GListStore *store,
                GPtrArray  *newer,
                GetId       get_id)
{
  for (unsigned int i = g_list_model_get_n_items (G_LIST_MODEL (store)); i > 0; i--)
    {
      g_autoptr(GObject) item = g_list_model_get_item (G_LIST_MODEL (store), i - 1);

      if (find_in_array (newer, get_id, get_id (item)) == NULL)
        g_list_store_remove (store, i - 1);
    }
}

/* Keeps the objects that are listed; whoever looks at one goes on looking at the same. */
static void
merge_environments (GListStore *store,
                    GPtrArray  *newer)
{
  GetId get_id = (GetId) mainstay_environment_get_id;

  remove_missing (store, newer, get_id);
  for (unsigned int i = 0; i < newer->len; i++)
    {
      MainstayEnvironment *environment = g_ptr_array_index (newer, i);
      MainstayEnvironment *old = find_in_store (store, get_id,
                                                mainstay_environment_get_id (environment));

      if (old != NULL)
        mainstay_environment_update (old, environment);
      else
        g_list_store_insert_sorted (store, environment, compare_environments, NULL);
    }
}

static void
merge_apps (GListStore *store,
            GPtrArray  *newer)
{
  GetId get_id = (GetId) mainstay_app_get_id;

  remove_missing (store, newer, get_id);
  for (unsigned int i = 0; i < newer->len; i++)
    {
      MainstayApp *app = g_ptr_array_index (newer, i);

      if (find_in_store (store, get_id, mainstay_app_get_id (app)) == NULL)
        g_list_store_insert_sorted (store, app, compare_apps, NULL);
    }
}

static void
choose_an_environment (MainstaySession *self)
{
  GetId get_id = (GetId) mainstay_environment_get_id;
  g_autoptr(MainstayEnvironment) choice = NULL;
  MainstayEnvironment *found;
  const char *chosen = g_hash_table_lookup (self->chosen, mainstay_app_get_id (self->app));

  found = find_in_store (self->environments, get_id, chosen);
  if (found != NULL)
    choice = g_object_ref (found);
  else
    choice = g_list_model_get_item (G_LIST_MODEL (self->environments), 0);
  mainstay_session_choose_environment (self, choice);
}

/**
 * mainstay_session_show_known_environments:
 * @self: a session whose app was just chosen
 *
 * Lists what the app had when it was last looked at, until the portal has answered.
 */
void
mainstay_session_show_known_environments (MainstaySession *self)
{
  GListStore *known = g_hash_table_lookup (self->known, mainstay_app_get_id (self->app));

  if (known == NULL)
    return;
  for (unsigned int i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (known)); i++)
    {
      g_autoptr(MainstayEnvironment) environment = g_list_model_get_item (G_LIST_MODEL (known), i);

      g_list_store_append (self->environments, environment);
    }
  choose_an_environment (self);
}

static void
remember_environments (MainstaySession *self)
{
  GListStore *known = g_list_store_new (MAINSTAY_TYPE_ENVIRONMENT);

  for (unsigned int i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->environments)); i++)
    {
      g_autoptr(MainstayEnvironment) environment =
        g_list_model_get_item (G_LIST_MODEL (self->environments), i);

      g_list_store_append (known, environment);
    }
  g_hash_table_insert (self->known, g_strdup (mainstay_app_get_id (self->app)), known);
}

static void
take_environments (GTask     *task,
                   GPtrArray *newer)
{
  MainstaySession *self = g_task_get_source_object (task);
  Load *load = g_task_get_task_data (task);

  merge_environments (self->environments, newer);
  remember_environments (self);
  choose_an_environment (self);
  if (load->quiet)
    return;
  mainstay_session_take_error (self, NULL);
  load_backups (task);
}

static void
environments_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr(GTask) task = data;
  MainstaySession *self = g_task_get_source_object (task);
  Load *load = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) newer =
    mainstay_client_list_environments_finish (MAINSTAY_CLIENT (object), result, &error);

  /* Another app may have been chosen meanwhile, which asks for itself. */
  if (load->app == self->app && newer != NULL)
    take_environments (task, newer);
  else if (load->app == self->app)
    keep_error (task, error);
  end (task, g_steal_pointer (&error));
}

static void
load_environments (GTask *task)
{
  MainstaySession *self = g_task_get_source_object (task);
  Load *load = g_task_get_task_data (task);

  if (self->app == NULL)
    return;
  g_set_object (&load->app, self->app);
  begin (task);
  mainstay_client_list_environments_async (self->client, self->app, g_task_get_cancellable (task),
                                           environments_cb, g_object_ref (task));
}

static void
choose_an_app (MainstaySession *self)
{
  g_autoptr(MainstayApp) first = NULL;

  if (self->app != NULL && g_list_store_find (self->apps, self->app, NULL))
    return;
  first = g_list_model_get_item (G_LIST_MODEL (self->apps), 0);
  mainstay_session_choose_app (self, first);
  if (first != NULL)
    mainstay_session_show_known_environments (self);
}

static void
apps_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  MainstaySession *self = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) newer =
    mainstay_client_list_apps_finish (MAINSTAY_CLIENT (object), result, &error);

  if (newer != NULL)
    {
      merge_apps (self->apps, newer);
      choose_an_app (self);
      if (self->app == NULL)
        mainstay_session_take_error (self, NULL);
      load_environments (task);
    }
  else
    keep_error (task, error);
  end (task, g_steal_pointer (&error));
}

static void
capabilities_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;

  /* Not having heard is no failure of what was asked: the next refresh asks again. */
  if (mainstay_client_load_capabilities_finish (MAINSTAY_CLIENT (object), result, &error))
    mainstay_session_notify_extensions (g_task_get_source_object (task));
  else
    g_debug ("The extensions are not known: %s", error->message);
  end (task, NULL);
}

/**
 * mainstay_session_refresh_async:
 * @self: a session
 * @cancellable: (nullable): may be cancelled
 * @callback: (nullable): when everything is there, or something failed
 * @user_data: for @callback
 */
void
mainstay_session_refresh_async (MainstaySession     *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (MAINSTAY_IS_SESSION (self));

  task = load_new (self, mainstay_session_refresh_async, cancellable, callback, user_data);
  begin (task);
  mainstay_client_load_capabilities_async (self->client, cancellable, capabilities_cb,
                                           g_object_ref (task));
  begin (task);
  mainstay_client_list_apps_async (self->client, cancellable, apps_cb, g_object_ref (task));
}

gboolean
mainstay_session_refresh_finish (MainstaySession  *self,
                                 GAsyncResult     *result,
                                 GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_session_refresh_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/** mainstay_session_load_environments: Asks for the environments and backups of the chosen app. */
void
mainstay_session_load_environments (MainstaySession *self)
{
  g_autoptr(GTask) task = load_new (self, mainstay_session_load_environments, self->cancellable,
                                    NULL, NULL);

  load_environments (task);
}

/** mainstay_session_watch_environments: The same, unasked for and unseen, without the backups. */
void
mainstay_session_watch_environments (MainstaySession *self)
{
  g_autoptr(GTask) task = load_new (self, mainstay_session_watch_environments, self->cancellable,
                                    NULL, NULL);

  ((Load *) g_task_get_task_data (task))->quiet = TRUE;
  load_environments (task);
}

static void
environment_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(MainstayEnvironment) environment = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayEnvironment) newer =
    mainstay_client_get_environment_finish (MAINSTAY_CLIENT (object), result, &error);

  if (newer == NULL)
    g_debug ("No news of an environment: %s", error->message);
  else if (g_strcmp0 (mainstay_environment_get_id (newer),
                      mainstay_environment_get_id (environment)) == 0)
    mainstay_environment_update (environment, newer);
}

/**
 * mainstay_session_reload_environment:
 * @self: a session with a chosen app
 * @environment: one of that app
 */
void
mainstay_session_reload_environment (MainstaySession     *self,
                                     MainstayEnvironment *environment)
{
  g_return_if_fail (MAINSTAY_IS_SESSION (self));
  g_return_if_fail (MAINSTAY_IS_ENVIRONMENT (environment));

  if (self->app == NULL)
    return;
  mainstay_client_get_environment_async (self->client, self->app,
                                         mainstay_environment_get_mode (environment),
                                         self->cancellable, environment_cb,
                                         g_object_ref (environment));
}
