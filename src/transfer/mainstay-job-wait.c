/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-job-wait.h"

#include "mainstay-error.h"
#include "mainstay-patience.h"

typedef struct
{
  /* input, owned */
  MainstayApp *app;
  char *environment_id;
  char *backup_id;       /* (nullable) */
  MainstayJobChanged changed;
  gpointer changed_data; /* borrowed */
  MainstayJobWaitKind kind;

  /* in progress, owned */
  MainstayJob *job;
  MainstayPatience patience;
} Waiting;

static void
waiting_free (Waiting *waiting)
{
  g_clear_object (&waiting->app);
  g_clear_pointer (&waiting->environment_id, g_free);
  g_clear_pointer (&waiting->backup_id, g_free);
  g_clear_pointer (&waiting->job, mainstay_job_free);
  g_clear_pointer (&waiting, g_free);
}

static void
ask_async (MainstayClient      *client,
           Waiting             *waiting,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  switch (waiting->kind)
    {
    case MAINSTAY_JOB_WAIT_ARCHIVE:
      mainstay_client_get_archive_async (client, waiting->app, waiting->environment_id,
                                         waiting->backup_id, waiting->job->id, cancellable,
                                         callback, user_data);
      break;
    case MAINSTAY_JOB_WAIT_RESTORE:
      mainstay_client_get_restore_async (client, waiting->app, waiting->environment_id,
                                         waiting->job->id, cancellable, callback, user_data);
      break;
    case MAINSTAY_JOB_WAIT_DATA_UPLOAD:
      mainstay_client_get_data_upload_async (client, waiting->app, waiting->environment_id,
                                             waiting->job->id, cancellable, callback, user_data);
      break;
    default:
      g_assert_not_reached ();
    }
}

static MainstayJob *
ask_finish (MainstayClient       *client,
            MainstayJobWaitKind   kind,
            GAsyncResult         *result,
            GError              **error)
{
  switch (kind)
    {
    case MAINSTAY_JOB_WAIT_ARCHIVE:
      return mainstay_client_get_archive_finish (client, result, error);
    case MAINSTAY_JOB_WAIT_RESTORE:
      return mainstay_client_get_restore_finish (client, result, error);
    case MAINSTAY_JOB_WAIT_DATA_UPLOAD:
      return mainstay_client_get_data_upload_finish (client, result, error);
    default:
      g_assert_not_reached ();
    }
}

static void go_on (GTask *task);

static void
asked_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  Waiting *waiting = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = ask_finish (MAINSTAY_CLIENT (object), waiting->kind, result,
                                           &error);

  if (job == NULL && !mainstay_patience_lasts (&waiting->patience, error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (job != NULL)
    {
      mainstay_patience_renew (&waiting->patience);
      g_clear_pointer (&waiting->job, mainstay_job_free);
      waiting->job = g_steal_pointer (&job);
    }
  go_on (task);
}

static void
paused_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  g_autoptr(GError) error = NULL;

  if (!mainstay_pause_finish (result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    ask_async (g_task_get_source_object (task), g_task_get_task_data (task),
               g_task_get_cancellable (task), asked_cb, g_object_ref (task));
}

static void
go_on (GTask *task)
{
  Waiting *waiting = g_task_get_task_data (task);
  const char *message = waiting->job->status_message;

  if (waiting->changed != NULL)
    waiting->changed (waiting->job, waiting->changed_data);
  if (waiting->job->state == MAINSTAY_JOB_COMPLETED)
    g_task_return_pointer (task, g_steal_pointer (&waiting->job),
                           (GDestroyNotify) mainstay_job_free);
  else if (waiting->job->state == MAINSTAY_JOB_FAILED)
    g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_JOB_FAILED, "%s",
                             message != NULL && *message != '\0' ? message
                                                                 : "The portal gave no reason");
  else
    mainstay_pause_async (mainstay_patience_next (&waiting->patience),
                          g_task_get_cancellable (task), paused_cb, g_object_ref (task));
}

/**
 * mainstay_job_wait_async:
 * @client: the client
 * @kind: which job it is
 * @app: the app
 * @environment_id: the environment whose job it is
 * @backup_id: (nullable): for archives, the backup's id
 * @job: what the portal answered when the job began
 * @changed: (nullable): called for every answer
 * @changed_data: for @changed
 * @cancellable: (nullable): ends the wait, not the job
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_job_wait_async (MainstayClient      *client,
                         MainstayJobWaitKind  kind,
                         MainstayApp         *app,
                         const char          *environment_id,
                         const char          *backup_id,
                         MainstayJob         *job,
                         MainstayJobChanged   changed,
                         gpointer             changed_data,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (client, cancellable, callback, user_data);
  Waiting *waiting = g_new0 (Waiting, 1);

  g_task_set_source_tag (task, mainstay_job_wait_async);
  waiting->kind = kind;
  waiting->app = g_object_ref (app);
  waiting->environment_id = g_strdup (environment_id);
  waiting->backup_id = g_strdup (backup_id);
  waiting->job = mainstay_job_copy (job);
  waiting->changed = changed;
  waiting->changed_data = changed_data;
  g_task_set_task_data (task, waiting, (GDestroyNotify) waiting_free);
  go_on (task);
}

/** mainstay_job_wait_finish: Returns: (transfer full): the completed job */
MainstayJob *
mainstay_job_wait_finish (MainstayClient  *client,
                          GAsyncResult    *result,
                          GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_job_wait_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
