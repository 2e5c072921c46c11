/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-session.h"

#include "mainstay-session-private.h"

#define WATCH_SECONDS 15

typedef enum {
  PROP_APP = 1,
  PROP_ENVIRONMENT,
  PROP_BACKUP_LIST,
  PROP_LOADING,
  PROP_ERROR,
  PROP_EXTENSIONS
} MainstaySessionProperty;

static GParamSpec *properties[PROP_EXTENSIONS + 1];

G_DEFINE_FINAL_TYPE (MainstaySession, mainstay_session, G_TYPE_OBJECT)

static void
mainstay_session_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  MainstaySession *self = MAINSTAY_SESSION (object);

  switch ((MainstaySessionProperty) prop_id)
    {
    case PROP_APP:
      g_value_set_object (value, self->app);
      break;
    case PROP_ENVIRONMENT:
      g_value_set_object (value, self->environment);
      break;
    case PROP_BACKUP_LIST:
      g_value_set_object (value, mainstay_session_get_backup_list (self));
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loads > 0);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_EXTENSIONS:
      g_value_set_uint (value, mainstay_client_get_extensions (self->client));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_session_dispose (GObject *object)
{
  MainstaySession *self = MAINSTAY_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->watch, g_source_remove);

  G_OBJECT_CLASS (mainstay_session_parent_class)->dispose (object);
}

static void
mainstay_session_finalize (GObject *object)
{
  MainstaySession *self = MAINSTAY_SESSION (object);

  g_clear_object (&self->account);
  g_clear_object (&self->client);
  g_clear_object (&self->apps);
  g_clear_object (&self->environments);
  g_clear_object (&self->app);
  g_clear_object (&self->environment);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->known, g_hash_table_unref);
  g_clear_pointer (&self->chosen, g_hash_table_unref);
  g_clear_pointer (&self->lists, g_hash_table_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (mainstay_session_parent_class)->finalize (object);
}

static void
mainstay_session_class_init (MainstaySessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = mainstay_session_dispose;
  object_class->finalize = mainstay_session_finalize;
  object_class->get_property = mainstay_session_get_property;

  properties[PROP_APP] = g_param_spec_object ("app", NULL, NULL, MAINSTAY_TYPE_APP, flags);
  properties[PROP_ENVIRONMENT] = g_param_spec_object ("environment", NULL, NULL,
                                                      MAINSTAY_TYPE_ENVIRONMENT, flags);
  properties[PROP_BACKUP_LIST] = g_param_spec_object ("backup-list", NULL, NULL,
                                                      MAINSTAY_TYPE_BACKUP_LIST, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_EXTENSIONS] = g_param_spec_uint ("extensions", NULL, NULL, 0, G_MAXUINT, 0,
                                                   flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_session_init (MainstaySession *self)
{
  self->apps = g_list_store_new (MAINSTAY_TYPE_APP);
  self->environments = g_list_store_new (MAINSTAY_TYPE_ENVIRONMENT);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->chosen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->cancellable = g_cancellable_new ();
}

static gboolean
watch_cb (gpointer data)
{
  MainstaySession *self = data;

  /* What stops or starts elsewhere shall not be a surprise here; a portal that is away is told by
   * what a person does, not by this. */
  if (self->loads == 0 && self->app != NULL)
    mainstay_session_watch_environments (self);
  return G_SOURCE_CONTINUE;
}

/** mainstay_session_new: Returns: (transfer full): a session; it asks nothing yet */
MainstaySession *
mainstay_session_new (MainstayAccount *account,
                      MainstayClient  *client)
{
  MainstaySession *self;

  g_return_val_if_fail (MAINSTAY_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (MAINSTAY_IS_CLIENT (client), NULL);

  self = g_object_new (MAINSTAY_TYPE_SESSION, NULL);
  self->account = g_object_ref (account);
  self->client = g_object_ref (client);
  self->watch = g_timeout_add_seconds (WATCH_SECONDS, watch_cb, self);
  return self;
}

/** mainstay_session_get_account: Returns: (transfer none): whose session it is */
MainstayAccount *
mainstay_session_get_account (MainstaySession *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), NULL);

  return self->account;
}

/** mainstay_session_get_client: Returns: (transfer none): its client */
MainstayClient *
mainstay_session_get_client (MainstaySession *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), NULL);

  return self->client;
}

/** mainstay_session_get_apps: Returns: (transfer none): the apps, by name */
GListModel *
mainstay_session_get_apps (MainstaySession *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), NULL);

  return G_LIST_MODEL (self->apps);
}

/** mainstay_session_get_environments: Returns: (transfer none): those of the chosen app */
GListModel *
mainstay_session_get_environments (MainstaySession *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), NULL);

  return G_LIST_MODEL (self->environments);
}

/** mainstay_session_get_app: Returns: (transfer none) (nullable): the chosen app */
MainstayApp *
mainstay_session_get_app (MainstaySession *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), NULL);

  return self->app;
}

/** mainstay_session_get_environment: Returns: (transfer none) (nullable): the chosen one */
MainstayEnvironment *
mainstay_session_get_environment (MainstaySession *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), NULL);

  return self->environment;
}

/** mainstay_session_get_backup_list: Returns: (transfer none) (nullable): of the chosen one */
MainstayBackupList *
mainstay_session_get_backup_list (MainstaySession *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), NULL);

  return self->environment != NULL ? mainstay_session_list_for (self, self->environment) : NULL;
}

/** mainstay_session_list_for: Returns: (transfer none) (nullable): %NULL without a chosen app */
MainstayBackupList *
mainstay_session_list_for (MainstaySession     *self,
                           MainstayEnvironment *environment)
{
  const char *id;
  MainstayBackupList *list;

  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), NULL);
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (environment), NULL);

  id = mainstay_environment_get_id (environment);
  list = g_hash_table_lookup (self->lists, id);
  if (list == NULL && self->app != NULL)
    {
      list = mainstay_backup_list_new (self->client, self->app, environment);
      g_hash_table_insert (self->lists, g_strdup (id), list);
    }
  return list;
}

/** mainstay_session_get_error: Returns: (nullable): of the last load of apps or environments */
const GError *
mainstay_session_get_error (MainstaySession *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), NULL);

  return self->error;
}

/** mainstay_session_get_loading: Returns: whether apps or environments are being asked for */
gboolean
mainstay_session_get_loading (MainstaySession *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SESSION (self), FALSE);

  return self->loads > 0;
}

void
mainstay_session_take_error (MainstaySession *self,
                             const GError    *error)
{
  if (error == NULL && self->error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

void
mainstay_session_change_loads (MainstaySession *self,
                               int              change)
{
  gboolean was_loading = self->loads > 0;

  self->loads += change;
  if (was_loading != (self->loads > 0))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

void
mainstay_session_notify_extensions (MainstaySession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXTENSIONS]);
}

/* Takes the choice over without asking anything. */
void
mainstay_session_choose_app (MainstaySession *self,
                             MainstayApp     *app)
{
  if (!g_set_object (&self->app, app))
    return;
  g_object_freeze_notify (G_OBJECT (self));
  mainstay_session_choose_environment (self, NULL);
  g_list_store_remove_all (self->environments);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_APP]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
mainstay_session_choose_environment (MainstaySession     *self,
                                     MainstayEnvironment *environment)
{
  if (!g_set_object (&self->environment, environment))
    return;
  if (environment != NULL)
    g_hash_table_insert (self->chosen, g_strdup (mainstay_app_get_id (self->app)),
                         g_strdup (mainstay_environment_get_id (environment)));
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENVIRONMENT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BACKUP_LIST]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * mainstay_session_set_app:
 * @self: a session
 * @app: one of its apps
 */
void
mainstay_session_set_app (MainstaySession *self,
                          MainstayApp     *app)
{
  g_return_if_fail (MAINSTAY_IS_SESSION (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));

  if (self->app == app)
    return;
  mainstay_session_choose_app (self, app);
  mainstay_session_show_known_environments (self);
  mainstay_session_load_environments (self);
}

/**
 * mainstay_session_set_environment:
 * @self: a session
 * @environment: one of its environments
 */
void
mainstay_session_set_environment (MainstaySession     *self,
                                  MainstayEnvironment *environment)
{
  g_return_if_fail (MAINSTAY_IS_SESSION (self));
  g_return_if_fail (MAINSTAY_IS_ENVIRONMENT (environment));
  g_return_if_fail (self->app != NULL);

  if (self->environment == environment)
    return;
  mainstay_session_choose_environment (self, environment);
  mainstay_backup_list_refresh_async (mainstay_session_get_backup_list (self), self->cancellable,
                                      NULL, NULL);
}
