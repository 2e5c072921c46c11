/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-archive-link.h"

#include "mainstay-error.h"

typedef struct
{
  /* input, owned except for the change's data */
  MainstayApp *app;
  char *environment_id;
  char *backup_id;
  MainstayJobChanged changed;
  gpointer changed_data;
} Making;

static void
making_free (Making *making)
{
  g_clear_object (&making->app);
  g_clear_pointer (&making->environment_id, g_free);
  g_clear_pointer (&making->backup_id, g_free);
  g_clear_pointer (&making, g_free);
}

static void
waited_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = mainstay_job_wait_finish (MAINSTAY_CLIENT (object), result, &error);

  if (job == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (job->url == NULL || *job->url == '\0')
    g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                             "The archive is completed, but has no link");
  else
    g_task_return_pointer (task, g_steal_pointer (&job), (GDestroyNotify) mainstay_job_free);
}

static void
made_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  Making *making = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = mainstay_client_make_archive_finish (MAINSTAY_CLIENT (object),
                                                                    result, &error);

  if (job == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    mainstay_job_wait_async (MAINSTAY_CLIENT (object), MAINSTAY_JOB_WAIT_ARCHIVE, making->app,
                             making->environment_id, making->backup_id, job, making->changed,
                             making->changed_data, g_task_get_cancellable (task), waited_cb,
                             g_object_ref (task));
}

/**
 * mainstay_archive_link_make_async:
 * @client: the client
 * @app: the app
 * @environment_id: the environment whose backup it is
 * @backup_id: the backup
 * @data_type: what the archive is to hold
 * @changed: (nullable): called for every answer about the archive's job
 * @changed_data: for @changed; must outlive the task
 * @cancellable: (nullable): a cancellable
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_archive_link_make_async (MainstayClient      *client,
                                  MainstayApp         *app,
                                  const char          *environment_id,
                                  const char          *backup_id,
                                  MainstayDataType     data_type,
                                  MainstayJobChanged   changed,
                                  gpointer             changed_data,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (client, cancellable, callback, user_data);
  Making *making = g_new0 (Making, 1);

  g_task_set_source_tag (task, mainstay_archive_link_make_async);
  making->app = g_object_ref (app);
  making->environment_id = g_strdup (environment_id);
  making->backup_id = g_strdup (backup_id);
  making->changed = changed;
  making->changed_data = changed_data;
  g_task_set_task_data (task, making, (GDestroyNotify) making_free);
  mainstay_client_make_archive_async (client, app, environment_id, backup_id, data_type,
                                      cancellable, made_cb, g_object_ref (task));
}

/** mainstay_archive_link_make_finish: Returns: (transfer full): the link, a secret */
char *
mainstay_archive_link_make_finish (MainstayClient  *client,
                                   GAsyncResult    *result,
                                   char           **archive_id,
                                   GError         **error)
{
  g_autoptr(MainstayJob) job = NULL;

  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_archive_link_make_async), NULL);

  job = g_task_propagate_pointer (G_TASK (result), error);
  if (job == NULL)
    return NULL;
  *archive_id = g_steal_pointer (&job->id);
  return g_steal_pointer (&job->url);
}
