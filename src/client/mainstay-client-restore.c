/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-call.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"

/* A restore overwrites, so that it is never sent twice: when its answer was lost, it is looked for
 * where the portal lists restores, and else the doubt is told. */

#define LOOKS 3
#define LOOK_WAIT_MS 500
#define CLOCK_SLACK_MS 5000

typedef struct
{
  /* input */
  MainstayApp *app;      /* owned */
  char *environment_id;  /* owned */
  char *backup_id;       /* owned */

  /* in progress */
  gint64 began_at;       /* the portal's time before the POST */
  GError *error;         /* owned, of the POST */
  unsigned int looks;
  gboolean has_clock;
} Restore;

static void look (GTask *task);

static void
restore_free (gpointer data)
{
  Restore *restore = data;

  g_clear_object (&restore->app);
  g_clear_pointer (&restore->environment_id, g_free);
  g_clear_pointer (&restore->backup_id, g_free);
  g_clear_error (&restore->error);
  g_clear_pointer (&restore, g_free);
}

static gpointer
restore_element_new (JsonObject  *object,
                     GError     **error)
{
  return mainstay_job_new_from_json (object, "restore_id", error);
}

static gpointer
build_restores (MainstayRequest  *request,
                JsonNode         *root,
                GError          **error)
{
  const char *member = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? "restores" : NULL;

  return mainstay_call_build_list (request, mainstay_call_get_array (root, member, error),
                                   restore_element_new, (GDestroyNotify) mainstay_job_free, error);
}

static MainstayJob *
find_ours (Restore   *restore,
           GPtrArray *list)
{
  for (unsigned int i = 0; i < list->len; i++)
    {
      MainstayJob *job = g_ptr_array_index (list, i);

      if (job->created_at >= restore->began_at - CLOCK_SLACK_MS &&
          g_strcmp0 (job->source_snapshot_id, restore->backup_id) == 0)
        return mainstay_job_copy (job);
    }
  return NULL;
}

static void
return_doubt (GTask *task)
{
  Restore *restore = g_task_get_task_data (task);

  g_prefix_error (&restore->error, "The answer was lost, and the restore may be running: ");
  g_task_return_error (task, g_steal_pointer (&restore->error));
}

static gboolean
look_again_cb (gpointer data)
{
  look (data);
  return G_SOURCE_REMOVE;
}

static void
wait_and_look (GTask *task)
{
  Restore *restore = g_task_get_task_data (task);
  gint64 wait = mainstay_client_scale_wait (g_task_get_source_object (task),
                                            LOOK_WAIT_MS << (2 * restore->looks));

  mainstay_request_wait (task, wait, look_again_cb);
}

static void
looked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GTask) task = data;
  Restore *restore = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list = NULL;
  MainstayJob *ours = NULL;

  list = mainstay_client_finish_request (MAINSTAY_CLIENT (object), result, looked_cb, &error);
  restore->looks++;
  if (list != NULL)
    ours = find_ours (restore, list);
  if (ours != NULL)
    g_task_return_pointer (task, ours, (GDestroyNotify) mainstay_job_free);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (list != NULL && restore->looks < LOOKS)
    wait_and_look (task);
  else
    return_doubt (task);
}

static void
look (GTask *task)
{
  Restore *restore = g_task_get_task_data (task);
  MainstayRequest *request =
    mainstay_request_new ("GET",
                          mainstay_call_environment (restore->app, restore->environment_id,
                                                     "restores", NULL),
                          build_restores, (GDestroyNotify) g_ptr_array_unref,
                          &mainstay_retry_read);

  mainstay_request_run_async (g_task_get_source_object (task), request, looked_cb,
                              g_task_get_cancellable (task), looked_cb, g_object_ref (task));
}

static void
posted_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  MainstayClient *self = MAINSTAY_CLIENT (object);
  g_autoptr(GTask) task = data;
  Restore *restore = g_task_get_task_data (task);
  MainstayJob *job = mainstay_client_finish_request (self, result, posted_cb, &restore->error);
  gboolean lost = mainstay_request_of (result)->lost;

  if (job != NULL)
    g_task_return_pointer (task, job, (GDestroyNotify) mainstay_job_free);
  else if (!lost || restore->error->domain != MAINSTAY_ERROR)
    g_task_return_error (task, g_steal_pointer (&restore->error));
  else if (!restore->has_clock || mainstay_client_lacks (self, MAINSTAY_EXTENSION_ACTIVITY))
    return_doubt (task);
  else
    wait_and_look (task);
}

void
mainstay_client_restore_async (MainstayClient      *self,
                               MainstayApp         *app,
                               const char          *environment_id,
                               const char          *backup_id,
                               gboolean             database_only,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autofree char *path = NULL;
  g_autofree char *escaped = NULL;
  MainstayRequest *request;
  Restore *restore;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);
  g_return_if_fail (backup_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_client_restore_async);
  restore = g_new0 (Restore, 1);
  restore->app = g_object_ref (app);
  restore->environment_id = g_strdup (environment_id);
  restore->backup_id = g_strdup (backup_id);
  restore->has_clock = mainstay_client_get_portal_time (self, &restore->began_at);
  g_task_set_task_data (task, restore, restore_free);

  path = mainstay_call_environment (app, environment_id, "restores", NULL);
  escaped = g_uri_escape_string (backup_id, NULL, FALSE);
  request = mainstay_request_new ("POST",
                                  g_strdup_printf ("%s?source_snapshot_id=%s&db_only=%s", path,
                                                   escaped, database_only ? "true" : "false"),
                                  mainstay_call_build_job, (GDestroyNotify) mainstay_job_free,
                                  &mainstay_retry_action);
  request->id_member = "restore_id";
  request->body = g_strdup ("{}");
  mainstay_request_run_async (self, request, posted_cb, cancellable, posted_cb,
                              g_steal_pointer (&task));
}

MainstayJob *
mainstay_client_restore_finish (MainstayClient  *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_restore_async, error);
}

void
mainstay_client_get_restore_async (MainstayClient      *self,
                                   MainstayApp         *app,
                                   const char          *environment_id,
                                   const char          *restore_id,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);
  g_return_if_fail (restore_id != NULL);

  request = mainstay_request_new ("GET",
                                  mainstay_call_environment (app, environment_id, "restores",
                                                             restore_id, NULL),
                                  mainstay_call_build_job, (GDestroyNotify) mainstay_job_free,
                                  &mainstay_retry_read);
  request->id_member = "restore_id";
  mainstay_request_run_async (self, request, mainstay_client_get_restore_async, cancellable,
                              callback, user_data);
}

MainstayJob *
mainstay_client_get_restore_finish (MainstayClient  *self,
                                    GAsyncResult    *result,
                                    GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_get_restore_async, error);
}
