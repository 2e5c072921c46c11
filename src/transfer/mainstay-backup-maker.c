/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-backup-maker.h"

#include "mainstay-error.h"
#include "mainstay-patience.h"

typedef struct
{
  /* input, owned */
  MainstayApp *app;
  MainstayEnvironment *environment;
  MainstayBackupList *list;      /* (nullable) */
  MainstayBackupChanged changed;
  gpointer changed_data;         /* borrowed: outlives the task */

  /* in progress, owned */
  MainstayBackup *backup;
  GTask *task;                   /* itself, while it only waits for signals */
  GSource *cancelled;
  MainstayPatience patience;
} Making;

static void
making_free (Making *making)
{
  g_clear_object (&making->app);
  g_clear_object (&making->environment);
  g_clear_object (&making->list);
  g_clear_object (&making->backup);
  g_clear_pointer (&making->cancelled, g_source_unref);
  g_clear_pointer (&making, g_free);
}

/* Ends the waiting; what is returned keeps the task until the caller is done with it. */
static GTask *
stop_watching (GTask *task)
{
  Making *making = g_task_get_task_data (task);

  g_signal_handlers_disconnect_by_data (making->backup, task);
  g_signal_handlers_disconnect_by_data (making->list, task);
  g_source_destroy (making->cancelled);
  return g_steal_pointer (&making->task);
}

static gboolean
is_at_end (GTask *task)
{
  Making *making = g_task_get_task_data (task);

  return mainstay_job_state_is_finished (mainstay_backup_get_state (making->backup));
}

static void
return_result (GTask *task)
{
  Making *making = g_task_get_task_data (task);
  const char *message = mainstay_backup_get_status_message (making->backup);

  if (mainstay_backup_get_state (making->backup) == MAINSTAY_JOB_COMPLETED)
    g_task_return_pointer (task, g_object_ref (making->backup), g_object_unref);
  else
    g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_JOB_FAILED, "%s",
                             message != NULL && *message != '\0' ? message
                                                                 : "The portal gave no reason");
}

static void
backup_changed_cb (MainstayBackup *backup,
                   GParamSpec     *pspec,
                   gpointer        user_data)
{
  GTask *task = user_data;
  Making *making = g_task_get_task_data (task);

  making->changed (backup, making->changed_data);
  if (making->task != NULL && is_at_end (task))
    {
      g_autoptr(GTask) owned = stop_watching (task);

      return_result (owned);
    }
}

static void
items_changed_cb (GListModel   *list,
                  unsigned int  position,
                  unsigned int  removed,
                  unsigned int  added,
                  gpointer      user_data)
{
  GTask *task = user_data;
  Making *making = g_task_get_task_data (task);

  /* Somebody deleted it; nothing would ever be told about it again. */
  if (removed > 0 && making->task != NULL &&
      mainstay_backup_list_find (making->list, mainstay_backup_get_id (making->backup)) == NULL)
    {
      g_autoptr(GTask) owned = stop_watching (task);

      g_task_return_new_error (owned, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND,
                               "The backup was deleted before it was completed");
    }
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_autoptr(GTask) owned = stop_watching (user_data);

  g_task_return_error_if_cancelled (owned);
  return G_SOURCE_REMOVE;
}

static void
watch (GTask *task)
{
  Making *making = g_task_get_task_data (task);

  making->task = g_object_ref (task);
  g_signal_connect_object (making->backup, "notify::state", G_CALLBACK (backup_changed_cb), task,
                           0);
  g_signal_connect_object (making->backup, "notify::progress", G_CALLBACK (backup_changed_cb),
                           task, 0);
  g_signal_connect_object (making->list, "items-changed", G_CALLBACK (items_changed_cb), task, 0);
  making->cancelled = g_cancellable_source_new (g_task_get_cancellable (task));
  g_source_set_callback (making->cancelled, G_SOURCE_FUNC (cancelled_cb), task, NULL);
  g_source_attach (making->cancelled, g_task_get_context (task));
}

static void ask_again (GTask *task);

static void
asked_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  Making *making = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) newer =
    mainstay_client_get_backup_finish (MAINSTAY_CLIENT (object), result, &error);

  if (newer == NULL && !mainstay_patience_lasts (&making->patience, error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (newer != NULL)
    {
      mainstay_patience_renew (&making->patience);
      mainstay_backup_update (making->backup, newer);
      making->changed (making->backup, making->changed_data);
    }
  if (is_at_end (task))
    return_result (task);
  else
    ask_again (g_steal_pointer (&task));
}

static void
paused_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  Making *making = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (!mainstay_pause_finish (result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  mainstay_client_get_backup_async (g_task_get_source_object (task), making->app,
                                    mainstay_environment_get_id (making->environment),
                                    mainstay_backup_get_id (making->backup),
                                    g_task_get_cancellable (task), asked_cb,
                                    g_object_ref (task));
}

/* Takes @task. */
static void
ask_again (GTask *task)
{
  Making *making = g_task_get_task_data (task);

  mainstay_pause_async (mainstay_patience_next (&making->patience),
                        g_task_get_cancellable (task), paused_cb, task);
}

/* Gives the backup its row, and follows the object that is listed. */
static void
take_listed (Making *making)
{
  MainstayBackup *listed;

  if (making->list == NULL)
    return;
  mainstay_backup_list_merge (making->list, making->backup);
  listed = mainstay_backup_list_find (making->list, mainstay_backup_get_id (making->backup));
  if (listed != NULL)
    g_set_object (&making->backup, listed);
  else
    g_clear_object (&making->list);
}

static void
created_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  Making *making = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  making->backup = mainstay_client_create_backup_finish (MAINSTAY_CLIENT (object), result, &error);
  if (making->backup == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  take_listed (making);
  making->changed (making->backup, making->changed_data);
  if (is_at_end (task))
    return_result (task);
  else if (making->list != NULL)
    watch (task);
  else
    ask_again (g_steal_pointer (&task));
}

/**
 * mainstay_backup_maker_run_async:
 * @client: the client
 * @app: the app
 * @environment: the environment to back up
 * @list: (nullable): the environment's list
 * @comment: (nullable): the backup's comment
 * @changed: called where the task was started
 * @changed_data: for @changed; must outlive the task
 * @cancellable: (not nullable): ends the following, not the job
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_backup_maker_run_async (MainstayClient        *client,
                                 MainstayApp           *app,
                                 MainstayEnvironment   *environment,
                                 MainstayBackupList    *list,
                                 const char            *comment,
                                 MainstayBackupChanged  changed,
                                 gpointer               changed_data,
                                 GCancellable          *cancellable,
                                 GAsyncReadyCallback    callback,
                                 gpointer               user_data)
{
  g_autoptr(GTask) task = g_task_new (client, cancellable, callback, user_data);
  Making *making = g_new0 (Making, 1);

  g_task_set_source_tag (task, mainstay_backup_maker_run_async);
  making->app = g_object_ref (app);
  making->environment = g_object_ref (environment);
  making->changed = changed;
  making->changed_data = changed_data;
  g_set_object (&making->list, list);
  g_task_set_task_data (task, making, (GDestroyNotify) making_free);
  mainstay_client_create_backup_async (client, app, mainstay_environment_get_id (environment),
                                       comment, cancellable, created_cb, g_object_ref (task));
}

/** mainstay_backup_maker_run_finish: Returns: (transfer full): the completed backup */
MainstayBackup *
mainstay_backup_maker_run_finish (MainstayClient  *client,
                                  GAsyncResult    *result,
                                  GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_backup_maker_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
