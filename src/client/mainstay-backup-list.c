/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-backup-list.h"

#include "mainstay-backup-list-private.h"
#include "mainstay-time.h"

typedef enum {
  PROP_LOADING = 1,
  PROP_STALE,
  PROP_ERROR,
  PROP_LOADED_AT,
  PROP_TOTAL
} MainstayBackupListProperty;

static GParamSpec *properties[PROP_TOTAL + 1];

static void mainstay_backup_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MainstayBackupList, mainstay_backup_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      mainstay_backup_list_model_init))

static GType
mainstay_backup_list_get_item_type (GListModel *model)
{
  return MAINSTAY_TYPE_BACKUP;
}

static unsigned int
mainstay_backup_list_get_n_items (GListModel *model)
{
  return MAINSTAY_BACKUP_LIST (model)->items->len;
}

static gpointer
mainstay_backup_list_get_item (GListModel   *model,
                               unsigned int  position)
{
  MainstayBackupList *self = MAINSTAY_BACKUP_LIST (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
mainstay_backup_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = mainstay_backup_list_get_item_type;
  iface->get_n_items = mainstay_backup_list_get_n_items;
  iface->get_item = mainstay_backup_list_get_item;
}

static void
backup_polled_cb (const char     *backup_id,
                  MainstayBackup *newer,
                  gpointer        user_data)
{
  MainstayBackupList *self = user_data;

  if (newer != NULL)
    mainstay_backup_list_merge (self, newer);
  else
    mainstay_backup_list_remove (self, backup_id);
}

static void
mainstay_backup_list_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  MainstayBackupList *self = MAINSTAY_BACKUP_LIST (object);

  switch ((MainstayBackupListProperty) prop_id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, self->refresh != NULL);
      break;
    case PROP_STALE:
      g_value_set_boolean (value, self->stale);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_LOADED_AT:
      g_value_set_int64 (value, self->loaded_at);
      break;
    case PROP_TOTAL:
      g_value_set_int64 (value, self->total);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_backup_list_dispose (GObject *object)
{
  MainstayBackupList *self = MAINSTAY_BACKUP_LIST (object);

  g_clear_pointer (&self->refresh, mainstay_backup_refresh_abandon);
  g_clear_pointer (&self->poller, mainstay_backup_poller_stop);

  G_OBJECT_CLASS (mainstay_backup_list_parent_class)->dispose (object);
}

static void
mainstay_backup_list_finalize (GObject *object)
{
  MainstayBackupList *self = MAINSTAY_BACKUP_LIST (object);

  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->client);
  g_clear_object (&self->app);
  g_clear_object (&self->environment);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (mainstay_backup_list_parent_class)->finalize (object);
}

static void
mainstay_backup_list_class_init (MainstayBackupListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = mainstay_backup_list_dispose;
  object_class->finalize = mainstay_backup_list_finalize;
  object_class->get_property = mainstay_backup_list_get_property;

  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_STALE] = g_param_spec_boolean ("stale", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_LOADED_AT] = g_param_spec_int64 ("loaded-at", NULL, NULL, 0, G_MAXINT64, 0,
                                                   flags);
  properties[PROP_TOTAL] = g_param_spec_int64 ("total", NULL, NULL, -1, G_MAXINT64, -1, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_backup_list_init (MainstayBackupList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->total = -1;
}

/** mainstay_backup_list_new: Returns: (transfer full): an empty list; it asks nothing yet */
MainstayBackupList *
mainstay_backup_list_new (MainstayClient      *client,
                          MainstayApp         *app,
                          MainstayEnvironment *environment)
{
  MainstayBackupList *self;

  g_return_val_if_fail (MAINSTAY_IS_CLIENT (client), NULL);
  g_return_val_if_fail (MAINSTAY_IS_APP (app), NULL);
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (environment), NULL);

  self = g_object_new (MAINSTAY_TYPE_BACKUP_LIST, NULL);
  self->client = g_object_ref (client);
  self->app = g_object_ref (app);
  self->environment = g_object_ref (environment);
  self->poller = mainstay_backup_poller_new (client, app,
                                             mainstay_environment_get_id (environment),
                                             backup_polled_cb, self);
  return self;
}

/** mainstay_backup_list_get_client: Returns: (transfer none): whom it asks */
MainstayClient *
mainstay_backup_list_get_client (MainstayBackupList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (self), NULL);

  return self->client;
}

/** mainstay_backup_list_get_app: Returns: (transfer none): the app */
MainstayApp *
mainstay_backup_list_get_app (MainstayBackupList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (self), NULL);

  return self->app;
}

/** mainstay_backup_list_get_environment: Returns: (transfer none): whose backups these are */
MainstayEnvironment *
mainstay_backup_list_get_environment (MainstayBackupList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (self), NULL);

  return self->environment;
}

/** mainstay_backup_list_get_loading: Returns: whether a refresh runs */
gboolean
mainstay_backup_list_get_loading (MainstayBackupList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (self), FALSE);

  return self->refresh != NULL;
}

/** mainstay_backup_list_get_stale: Returns: whether the last refresh failed */
gboolean
mainstay_backup_list_get_stale (MainstayBackupList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (self), FALSE);

  return self->stale;
}

/** mainstay_backup_list_get_loaded_at: Returns: milliseconds since 1970, 0 for never */
gint64
mainstay_backup_list_get_loaded_at (MainstayBackupList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (self), 0);

  return self->loaded_at;
}

/** mainstay_backup_list_get_total: Returns: as the server says, -1 before it did */
gint64
mainstay_backup_list_get_total (MainstayBackupList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (self), -1);

  return self->total;
}

/** mainstay_backup_list_get_error: Returns: (nullable): why the last refresh failed */
const GError *
mainstay_backup_list_get_error (MainstayBackupList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (self), NULL);

  return self->error;
}

/** mainstay_backup_list_find: Returns: (transfer none) (nullable): the row of @backup_id */
MainstayBackup *
mainstay_backup_list_find (MainstayBackupList *self,
                           const char         *backup_id)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (self), NULL);
  g_return_val_if_fail (backup_id != NULL, NULL);

  return g_hash_table_lookup (self->by_id, backup_id);
}

/**
 * mainstay_backup_list_merge:
 * @self: a list
 * @backup: an answer about one backup of this environment
 */
void
mainstay_backup_list_merge (MainstayBackupList *self,
                            MainstayBackup     *backup)
{
  MainstayBackup *row;

  g_return_if_fail (MAINSTAY_IS_BACKUP_LIST (self));
  g_return_if_fail (MAINSTAY_IS_BACKUP (backup));

  row = mainstay_backup_rows_put (self, backup);
  if (self->refresh != NULL)
    mainstay_backup_refresh_note_row (self->refresh, row);
}

/**
 * mainstay_backup_list_remove:
 * @self: a list
 * @backup_id: a backup that the server has no more; need not be listed
 */
void
mainstay_backup_list_remove (MainstayBackupList *self,
                             const char         *backup_id)
{
  g_autoptr(MainstayBackup) row = NULL;

  g_return_if_fail (MAINSTAY_IS_BACKUP_LIST (self));
  g_return_if_fail (backup_id != NULL);

  row = g_hash_table_lookup (self->by_id, backup_id);
  if (row == NULL)
    return;
  g_object_ref (row);
  if (self->refresh != NULL)
    mainstay_backup_refresh_note_removal (self->refresh, row);
  mainstay_backup_rows_remove (self, mainstay_backup_rows_position_of (self, row), 1);
}

void
mainstay_backup_list_set_total (MainstayBackupList *self,
                                gint64              total)
{
  if (self->total == total)
    return;
  self->total = total;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL]);
}

static void
set_outcome (MainstayBackupList *self,
             const GError       *error)
{
  gboolean stale = error != NULL;

  if (self->error != NULL || error != NULL)
    {
      g_clear_error (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  if (self->stale != stale)
    {
      self->stale = stale;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STALE]);
    }
}

/* Neither loaded nor an error: nobody waits for it any more. */
void
mainstay_backup_list_end_refresh (MainstayBackupList *self,
                                  gboolean            was_loaded,
                                  const GError       *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  g_clear_pointer (&self->refresh, mainstay_backup_refresh_abandon);
  if (was_loaded)
    {
      self->loaded_at = mainstay_time_now ();
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED_AT]);
    }
  if (was_loaded || error != NULL)
    set_outcome (self, error);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * mainstay_backup_list_refresh_async:
 * @self: a list
 * @cancellable: (nullable): ends the wait of this call; the load itself when nobody else waits
 * @callback: (nullable): when all pages are merged
 * @user_data: for @callback
 */
void
mainstay_backup_list_refresh_async (MainstayBackupList  *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  gboolean begin;

  g_return_if_fail (MAINSTAY_IS_BACKUP_LIST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_backup_list_refresh_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  begin = self->refresh == NULL;
  if (begin)
    self->refresh = mainstay_backup_refresh_new (self);
  mainstay_backup_refresh_join (self->refresh, g_steal_pointer (&task));
  if (begin)
    {
      mainstay_backup_refresh_begin (self->refresh);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
    }
}

/** mainstay_backup_list_refresh_finish: Returns: whether all pages came */
gboolean
mainstay_backup_list_refresh_finish (MainstayBackupList  *self,
                                     GAsyncResult        *result,
                                     GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_backup_list_refresh_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
