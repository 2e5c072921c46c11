/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-call.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-json.h"

/* Starting and stopping an environment, neither of which is done when its call is answered. */

#define FIRST_POLL_MS 1000
#define LAST_POLL_MS 5000
#define LONGEST_US (10 * 60 * G_USEC_PER_SEC)

typedef struct
{
  /* input */
  MainstayApp *app;  /* owned */
  char *mode;        /* owned */
  gboolean start;

  /* in progress */
  char *job_id;      /* owned, nullable: of a start */
  GError *error;     /* owned, nullable: of a refused call, which counts unless it is so already */
  gint64 began_at;   /* monotonic */
  gint64 poll_ms;
} Run;

static void poll_environment (GTask *task);
static void poll_job (GTask *task);

static void
run_free (gpointer data)
{
  Run *run = data;

  g_clear_object (&run->app);
  g_clear_pointer (&run->mode, g_free);
  g_clear_pointer (&run->job_id, g_free);
  g_clear_error (&run->error);
  g_clear_pointer (&run, g_free);
}

static gboolean
poll_again_cb (gpointer data)
{
  GTask *task = data;
  Run *run = g_task_get_task_data (task);

  if (run->job_id != NULL)
    poll_job (task);
  else
    poll_environment (task);
  return G_SOURCE_REMOVE;
}

static void
wait_and_poll (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  if (g_get_monotonic_time () - run->began_at > LONGEST_US)
    {
      g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_TIMED_OUT,
                               "The app did not %s in ten minutes", run->start ? "start" : "stop");
      return;
    }
  mainstay_request_wait (task,
                         mainstay_client_scale_wait (g_task_get_source_object (task), run->poll_ms),
                         poll_again_cb);
  run->poll_ms = MIN (run->poll_ms * 13 / 10, LAST_POLL_MS);
}

static gboolean
is_done (Run                 *run,
         MainstayEnvironment *environment)
{
  MainstayEnvironmentStatus status = mainstay_environment_get_status (environment);

  if (run->start)
    return status == MAINSTAY_ENVIRONMENT_RUNNING;
  return status == MAINSTAY_ENVIRONMENT_STOPPED || status == MAINSTAY_ENVIRONMENT_EMPTY;
}

static void
environment_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayEnvironment) environment =
    mainstay_client_get_environment_finish (MAINSTAY_CLIENT (object), result, &error);

  if (environment == NULL && (run->error == NULL || error->domain != MAINSTAY_ERROR))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (environment != NULL && is_done (run, environment))
    g_task_return_boolean (task, TRUE);
  else if (run->error != NULL)
    g_task_return_error (task, g_steal_pointer (&run->error));
  else
    wait_and_poll (task);
}

static void
poll_environment (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  mainstay_client_get_environment_async (g_task_get_source_object (task), run->app, run->mode,
                                         g_task_get_cancellable (task), environment_cb,
                                         g_object_ref (task));
}

static gpointer
build_member (MainstayRequest  *request,
              JsonNode         *root,
              GError          **error)
{
  char *text = NULL;

  /* Stop answers any JSON, and some servers none at all. */
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root) && request->id_member != NULL)
    text = mainstay_json_dup_text (json_node_get_object (root), request->id_member);
  return text != NULL ? text : g_strdup ("");
}

static void
job_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autofree char *status =
    mainstay_client_finish_request (MAINSTAY_CLIENT (object), result, job_cb, &error);

  if (g_strcmp0 (status, "Started") == 0)
    g_task_return_boolean (task, TRUE);
  else if (status != NULL)
    wait_and_poll (task);
  else if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SUCH_START_JOB))
    {
      /* Finished jobs may be forgotten; whether the app runs is what counts. */
      g_clear_pointer (&run->job_id, g_free);
      run->error = g_steal_pointer (&error);
      poll_environment (task);
    }
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static MainstayRequest *
run_request_new (Run                       *run,
                 const char                *method,
                 const char                *action,
                 const char                *job_id,
                 const char                *member,
                 const MainstayRetryPolicy *policy)
{
  char *path = mainstay_call_path ("api", "1", "apps", mainstay_app_get_id (run->app),
                                   "environments", run->mode, action, job_id, NULL);
  MainstayRequest *request = mainstay_request_new (method, path, build_member, g_free, policy);

  request->id_member = member;
  return request;
}

static void
poll_job (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  mainstay_request_run_async (g_task_get_source_object (task),
                              run_request_new (run, "GET", "start", run->job_id, "Status",
                                               &mainstay_retry_read),
                              job_cb, g_task_get_cancellable (task), job_cb, g_object_ref (task));
}

static void
called_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autofree char *job_id =
    mainstay_client_finish_request (MAINSTAY_CLIENT (object), result, called_cb, &error);

  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ALREADY_STARTED))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (error != NULL &&
      (error->domain != MAINSTAY_ERROR ||
       g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED) ||
       g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS)))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  run->error = g_steal_pointer (&error);
  if (job_id != NULL && *job_id != '\0')
    run->job_id = g_steal_pointer (&job_id);
  poll_again_cb (task);
}

static GTask *
run_task_new (MainstayClient      *self,
              gpointer             tag,
              MainstayApp         *app,
              const char          *mode,
              gboolean             start,
              GCancellable        *cancellable,
              GAsyncReadyCallback  callback,
              gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Run *run = g_new0 (Run, 1);

  run->app = g_object_ref (app);
  run->mode = g_strdup (mode);
  run->start = start;
  run->began_at = g_get_monotonic_time ();
  run->poll_ms = FIRST_POLL_MS;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, run, run_free);
  return task;
}

void
mainstay_client_stop_environment_async (MainstayClient      *self,
                                        MainstayApp         *app,
                                        const char          *mode,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (mode != NULL);

  task = run_task_new (self, mainstay_client_stop_environment_async, app, mode, FALSE, cancellable,
                       callback, user_data);
  request = run_request_new (g_task_get_task_data (task), "POST", "stop", NULL, NULL,
                             &mainstay_retry_repeat);
  request->body = g_strdup ("{}");
  mainstay_request_run_async (self, request, called_cb, cancellable, called_cb,
                              g_steal_pointer (&task));
}

gboolean
mainstay_client_stop_environment_finish (MainstayClient  *self,
                                         GAsyncResult    *result,
                                         GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (
    g_async_result_is_tagged (result, mainstay_client_stop_environment_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
mainstay_client_start_environment_async (MainstayClient      *self,
                                         MainstayApp         *app,
                                         const char          *mode,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (mode != NULL);

  task = run_task_new (self, mainstay_client_start_environment_async, app, mode, TRUE, cancellable,
                       callback, user_data);
  request = run_request_new (g_task_get_task_data (task), "POST", "start", NULL, "JobId",
                             &mainstay_retry_repeat);
  request->body = g_strdup ("{\"AutoSyncDb\":true}");
  mainstay_request_run_async (self, request, called_cb, cancellable, called_cb,
                              g_steal_pointer (&task));
}

gboolean
mainstay_client_start_environment_finish (MainstayClient  *self,
                                          GAsyncResult    *result,
                                          GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (
    g_async_result_is_tagged (result, mainstay_client_start_environment_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
