/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * The load of what was sent: asked for once, whatever becomes of the answers.
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-upload-operation-private.h"

#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-job-wait.h"
#include "mainstay-patience.h"
#include "mainstay-retry.h"

static void look (GTask *task);

static void
reloaded_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayOperation *operation = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayEnvironment) newer =
    mainstay_client_get_environment_finish (MAINSTAY_CLIENT (object), result, &error);

  /* What was asked for is done, also when its result cannot be shown yet. */
  if (newer != NULL)
    mainstay_environment_update (mainstay_operation_get_environment (operation), newer);
  else
    g_debug ("The environment could not be asked for again: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

/* Nothing of it is under way any more: a retry asks for it anew. */
static void
forget_load (MainstayUploadOperation *self)
{
  self->posted = FALSE;
  g_clear_pointer (&self->job_id, g_free);
  mainstay_operation_record_changed (MAINSTAY_OPERATION (self));
}

static void
waited_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayOperation *operation = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr(MainstayJob) job = mainstay_job_wait_finish (MAINSTAY_CLIENT (object), result, &error);

  if (job == NULL)
    {
      if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_JOB_FAILED))
        forget_load (MAINSTAY_UPLOAD_OPERATION (operation));
      _mainstay_upload_fail (task, error);
      return;
    }
  mainstay_client_get_environment_async (
    MAINSTAY_CLIENT (object), mainstay_operation_get_app (operation),
    mainstay_environment_get_mode (mainstay_operation_get_environment (operation)),
    g_task_get_cancellable (task), reloaded_cb, g_object_ref (task));
}

static void
job_changed (MainstayJob *job,
             gpointer     user_data)
{
  mainstay_operation_set_progress (user_data, job->progress);
}

static void
follow (GTask       *task,
        MainstayJob *job)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayOperation *operation = MAINSTAY_OPERATION (self);

  if (g_strcmp0 (self->job_id, job->id) != 0)
    {
      g_clear_pointer (&self->job_id, g_free);
      self->job_id = g_strdup (job->id);
      mainstay_operation_record_changed (operation);
    }
  mainstay_operation_set_trouble (operation, NULL);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_LOADING);
  mainstay_operation_pass_no_return (operation);
  mainstay_job_wait_async (
    mainstay_operation_get_client (operation), MAINSTAY_JOB_WAIT_DATA_UPLOAD,
    mainstay_operation_get_app (operation),
    mainstay_environment_get_id (mainstay_operation_get_environment (operation)), NULL, job,
    job_changed, operation, g_task_get_cancellable (task), waited_cb, g_object_ref (task));
}

static void
paused_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  GError *error = NULL;

  if (mainstay_pause_finish (result, &error))
    look (task);
  else
    _mainstay_upload_fail (task, error);
}

/* Nobody knows whether the portal heard it, or what it says: after a while its list tells. */
static void
doubt (GTask  *task,
       GError *error)
{
  g_autoptr(GError) owned = error;
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayOperation *operation = MAINSTAY_OPERATION (self);
  MainstayClient *client = mainstay_operation_get_client (operation);
  MainstayAttempt attempt = { error, 0, TRUE, -1, ++self->tries, 0 };
  gint64 delay = mainstay_retry_delay (&mainstay_retry_transfer, &attempt, g_random_double ());

  if (delay < 0)
    {
      _mainstay_upload_fail (task, g_steal_pointer (&owned));
      return;
    }
  mainstay_operation_set_trouble (operation, error);
  mainstay_operation_add_retry (operation);
  mainstay_pause_async ((unsigned int) mainstay_client_scale_wait (client, delay),
                        g_task_get_cancellable (task), paused_cb, g_object_ref (task));
}

/* Another action runs in the environment; after a lost answer it may be ours. */
static gboolean
is_busy (const GError *error)
{
  return g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_BUSY) ||
         g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE);
}

static void
posted_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayUploadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr(MainstayJob) job = mainstay_client_load_data_finish (MAINSTAY_CLIENT (object), result,
                                                                 &error);

  if (job != NULL)
    follow (task, job);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    _mainstay_upload_fail (task, error);
  else if (mainstay_error_is_transient (error) && (!is_busy (error) || self->tries > 0))
    doubt (task, error);
  else
    {
      forget_load (self);
      _mainstay_upload_fail (task, error);
    }
}

static void
post (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayOperation *operation = MAINSTAY_OPERATION (self);
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      _mainstay_upload_fail (task, error);
      return;
    }
  mainstay_operation_set_step (operation, MAINSTAY_STEP_LOADING);
  /* Before, not after it was answered: a request on its way cannot be taken back. */
  self->posted = TRUE;
  self->otherwise = post;
  mainstay_operation_pass_no_return (operation);
  mainstay_operation_record_changed (operation);
  mainstay_client_load_data_async (
    mainstay_operation_get_client (operation), mainstay_operation_get_app (operation),
    mainstay_environment_get_id (mainstay_operation_get_environment (operation)),
    self->parts[MAINSTAY_UPLOAD_PART_DATABASE].id, self->parts[MAINSTAY_UPLOAD_PART_FILES].id,
    g_task_get_cancellable (task), posted_cb, g_object_ref (task));
}

/* Without a list it stays unknown, and loading twice is worse than not knowing. */
static void
return_unknown (GTask  *task,
                GError *error)
{
  g_error_free (error);
  _mainstay_upload_fail (task,
                         g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                                              "The answer was lost, and the data may be being "
                                              "loaded: the portal cannot tell"));
}

static gboolean
is_asked_for (MainstayUploadOperation *self,
              const MainstayJob       *job)
{
  /* One that failed was told before, unless it is the one whose answer was lost. */
  return job != NULL && (self->posted || job->state != MAINSTAY_JOB_FAILED);
}

static void
looked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayUploadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr(MainstayJob) job = mainstay_client_find_data_upload_finish (MAINSTAY_CLIENT (object),
                                                                        result, &error);
  gboolean has_list = !g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND) &&
                      !g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS) &&
                      !g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_GATEWAY);

  if (is_asked_for (self, job))
    follow (task, job);
  else if (error == NULL)
    self->otherwise (task);
  else if (!has_list && self->posted)
    return_unknown (task, error);
  else if (!has_list)
    {
      g_error_free (error);
      self->otherwise (task);
    }
  else if (mainstay_error_is_transient (error))
    doubt (task, error);
  else
    _mainstay_upload_fail (task, error);
}

static void
look (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayOperation *operation = MAINSTAY_OPERATION (self);

  mainstay_client_find_data_upload_async (
    mainstay_operation_get_client (operation), mainstay_operation_get_app (operation),
    mainstay_environment_get_id (mainstay_operation_get_environment (operation)),
    self->parts[MAINSTAY_UPLOAD_PART_DATABASE].id, self->parts[MAINSTAY_UPLOAD_PART_FILES].id,
    g_task_get_cancellable (task), looked_cb, g_object_ref (task));
}

void
_mainstay_upload_look (GTask              *task,
                       MainstayUploadNext  otherwise)
{
  MAINSTAY_UPLOAD_OPERATION (g_task_get_source_object (task))->otherwise = otherwise;
  look (task);
}

void
_mainstay_upload_load (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayJob known = { .id = self->job_id, .state = MAINSTAY_JOB_UNKNOWN, .progress = -1 };
  g_autoptr(MainstayJob) job = self->job_id != NULL ? mainstay_job_copy (&known) : NULL;

  if (job != NULL)
    follow (task, job);
  else if (self->posted)
    {
      mainstay_operation_set_step (MAINSTAY_OPERATION (self), MAINSTAY_STEP_LOADING);
      mainstay_operation_pass_no_return (MAINSTAY_OPERATION (self));
      _mainstay_upload_look (task, post);
    }
  else
    post (task);
}
