/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operations.h"

#include "mainstay-error.h"
#include "mainstay-file-check.h"
#include "mainstay-job-wait.h"
#include "mainstay-operation-private.h"
#include "mainstay-tus-upload.h"

#define MAINSTAY_TYPE_UPLOAD_OPERATION (mainstay_upload_operation_get_type ())
G_DECLARE_FINAL_TYPE (MainstayUploadOperation, mainstay_upload_operation, MAINSTAY,
                      UPLOAD_OPERATION, MainstayOperation)

typedef enum {
  PART_DATABASE,
  PART_FILES,
  N_PARTS
} Part;

struct _MainstayUploadOperation
{
  MainstayOperation parent_instance;

  char *paths[N_PARTS];                   /* (nullable) */
  MainstayUploadSource *sources[N_PARTS]; /* (nullable) */
  MainstayTusUpload *uploads[N_PARTS];    /* (nullable) */
  gint64 sent_before;                     /* bytes of the parts that are done */
  Part part;                              /* the one worked on */
};

G_DEFINE_FINAL_TYPE (MainstayUploadOperation, mainstay_upload_operation, MAINSTAY_TYPE_OPERATION)

static const struct
{
  MainstayFileKind kind;
  const char *name; /* in the API */
} parts[N_PARTS] = {
  [PART_DATABASE] = { MAINSTAY_FILE_DATABASE, "database" },
  [PART_FILES] = { MAINSTAY_FILE_FILES, "files" },
};

static void check_next (GTask *task);
static void send_next (GTask *task);

static gint64
total_size (MainstayUploadOperation *self)
{
  gint64 size = 0;

  for (Part i = 0; i < N_PARTS; i++)
    if (self->sources[i] != NULL)
      size += mainstay_upload_source_get_size (self->sources[i]);
  return size;
}

/* Takes @error. */
static void
fail (GTask  *task,
      GError *error)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);

  for (Part i = 0; i < N_PARTS; i++)
    if (self->uploads[i] != NULL)
      mainstay_tus_upload_terminate (self->uploads[i]);
  g_task_return_error (task, error);
}

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
      g_task_return_error (task, error);
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
load_accepted_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayOperation *operation = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr(MainstayJob) job = mainstay_client_load_data_finish (MAINSTAY_CLIENT (object), result,
                                                                 &error);

  /* Where nobody knows whether the portal began, it may need what was sent. */
  if (job == NULL && mainstay_error_is_transient (error))
    g_task_return_error (task, error);
  else if (job == NULL)
    fail (task, error);
  else
    mainstay_job_wait_async (
      MAINSTAY_CLIENT (object), MAINSTAY_JOB_WAIT_DATA_UPLOAD,
      mainstay_operation_get_app (operation),
      mainstay_environment_get_id (mainstay_operation_get_environment (operation)), NULL, job,
      job_changed, operation, g_task_get_cancellable (task), waited_cb, g_object_ref (task));
}

static const char *
upload_id (MainstayUploadOperation *self,
           Part                     part)
{
  return self->uploads[part] != NULL ? mainstay_tus_upload_get_id (self->uploads[part]) : NULL;
}

static void
load (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayOperation *operation = MAINSTAY_OPERATION (self);
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      fail (task, error);
      return;
    }
  mainstay_operation_set_step (operation, MAINSTAY_STEP_LOADING);
  /* Before, not after it was answered: a request on its way cannot be taken back. */
  mainstay_operation_pass_no_return (operation);
  mainstay_client_load_data_async (
    mainstay_operation_get_client (operation), mainstay_operation_get_app (operation),
    mainstay_environment_get_id (mainstay_operation_get_environment (operation)),
    upload_id (self, PART_DATABASE), upload_id (self, PART_FILES), g_task_get_cancellable (task),
    load_accepted_cb, g_object_ref (task));
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayUploadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!mainstay_tus_upload_run_finish (MAINSTAY_TUS_UPLOAD (object), result, &error))
    {
      fail (task, error);
      return;
    }
  self->sent_before += mainstay_upload_source_get_size (self->sources[self->part]);
  self->part++;
  send_next (task);
}

static void
bytes_sent (gint64   done,
            gpointer user_data)
{
  MainstayUploadOperation *self = user_data;

  mainstay_operation_set_bytes (MAINSTAY_OPERATION (self), self->sent_before + done,
                                total_size (self));
}

static void
send_next (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayClient *client = mainstay_operation_get_client (MAINSTAY_OPERATION (self));

  while (self->part < N_PARTS && self->sources[self->part] == NULL)
    self->part++;
  if (self->part == N_PARTS)
    {
      load (task);
      return;
    }
  self->uploads[self->part] = mainstay_tus_upload_new (client, self->sources[self->part],
                                                       parts[self->part].name);
  mainstay_tus_upload_run_async (self->uploads[self->part], bytes_sent, self,
                                 g_task_get_cancellable (task), sent_cb, g_object_ref (task));
}

static void
begin_sending (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);

  self->part = 0;
  mainstay_operation_set_step (MAINSTAY_OPERATION (self), MAINSTAY_STEP_TRANSFERRING);
  bytes_sent (0, self);
  send_next (task);
}

static void
checked_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayUploadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr(MainstayBackupFile) file = mainstay_file_check_run_finish (result, &error);

  if (file == NULL)
    {
      fail (task, error);
      return;
    }
  self->part++;
  check_next (task);
}

static void
check_progressed (double   progress,
                  gpointer user_data)
{
  mainstay_operation_set_progress (user_data, progress);
}

/* The whole of each file is looked into before a single byte is sent of any. */
static void
check_next (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);

  while (self->part < N_PARTS && self->sources[self->part] == NULL)
    self->part++;
  if (self->part == N_PARTS)
    {
      begin_sending (task);
      return;
    }
  mainstay_file_check_run_async (self->paths[self->part], parts[self->part].kind, check_progressed,
                                 self, g_task_get_cancellable (task), checked_cb,
                                 g_object_ref (task));
}

/* Gets names and gives sources: a thread could be the last to let go of an operation. */
static void
open_in_thread (GTask        *work,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  char **paths = task_data;
  g_autoptr(GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_upload_source_unref);
  GError *error = NULL;

  for (; *paths != NULL && error == NULL; paths++)
    {
      MainstayUploadSource *source = mainstay_upload_source_new (*paths, &error);

      if (source != NULL)
        g_ptr_array_add (sources, source);
    }
  if (error != NULL)
    g_task_return_error (work, error);
  else
    g_task_return_pointer (work, g_steal_pointer (&sources), (GDestroyNotify) g_ptr_array_unref);
}

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayUploadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr(GPtrArray) sources = g_task_propagate_pointer (G_TASK (result), &error);
  unsigned int next = 0;

  if (sources == NULL)
    {
      fail (task, error);
      return;
    }
  for (Part i = 0; i < N_PARTS; i++)
    if (self->paths[i] != NULL)
      self->sources[i] = mainstay_upload_source_ref (g_ptr_array_index (sources, next++));
  check_next (task);
}

static void
open_sources (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  g_autoptr(GTask) work = g_task_new (NULL, NULL, opened_cb, g_object_ref (task));
  g_autoptr(GStrvBuilder) paths = g_strv_builder_new ();

  for (Part i = 0; i < N_PARTS; i++)
    if (self->paths[i] != NULL)
      g_strv_builder_add (paths, self->paths[i]);
  g_task_set_source_tag (work, open_sources);
  g_task_set_task_data (work, g_strv_builder_end (paths), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (work, open_in_thread);
}

static void
mainstay_upload_operation_run_async (MainstayOperation   *operation,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  MainstayClient *client = mainstay_operation_get_client (operation);
  g_autoptr(GTask) task = g_task_new (operation, cancellable, callback, user_data);

  g_task_set_source_tag (task, mainstay_upload_operation_run_async);
  if ((mainstay_client_get_extensions (client) & MAINSTAY_EXTENSION_UPLOAD_DATA) == 0)
    {
      g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_MISSING_EXTENSION,
                               "The portal cannot load data");
      return;
    }
  mainstay_operation_set_step (operation, MAINSTAY_STEP_VERIFYING);
  open_sources (task);
}

static gboolean
mainstay_upload_operation_run_finish (MainstayOperation  *operation,
                                      GAsyncResult       *result,
                                      GError            **error)
{
  g_assert (g_task_is_valid (result, operation));

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
mainstay_upload_operation_finalize (GObject *object)
{
  MainstayUploadOperation *self = MAINSTAY_UPLOAD_OPERATION (object);

  for (Part i = 0; i < N_PARTS; i++)
    {
      g_clear_pointer (&self->paths[i], g_free);
      g_clear_pointer (&self->sources[i], mainstay_upload_source_unref);
      g_clear_object (&self->uploads[i]);
    }

  G_OBJECT_CLASS (mainstay_upload_operation_parent_class)->finalize (object);
}

static void
mainstay_upload_operation_class_init (MainstayUploadOperationClass *klass)
{
  MainstayOperationClass *operation_class = MAINSTAY_OPERATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mainstay_upload_operation_finalize;

  operation_class->kind = MAINSTAY_OPERATION_UPLOAD;
  operation_class->run_async = mainstay_upload_operation_run_async;
  operation_class->run_finish = mainstay_upload_operation_run_finish;
}

static void
mainstay_upload_operation_init (MainstayUploadOperation *self)
{
}

/**
 * mainstay_upload_operation_new:
 * @client: the client
 * @app: the app
 * @environment: where to load the data
 * @database_path: (nullable): a database dump
 * @files_path: (nullable): uploaded files, a zip or tar.gz
 *
 * Returns: (transfer full): the operation, not started
 */
MainstayOperation *
mainstay_upload_operation_new (MainstayClient      *client,
                               MainstayApp         *app,
                               MainstayEnvironment *environment,
                               const char          *database_path,
                               const char          *files_path)
{
  MainstayUploadOperation *self;

  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (environment), NULL);
  g_return_val_if_fail (database_path != NULL || files_path != NULL, NULL);

  self = g_object_new (MAINSTAY_TYPE_UPLOAD_OPERATION, "client", client, "app", app,
                       "environment", environment, NULL);
  self->paths[PART_DATABASE] = g_strdup (database_path);
  self->paths[PART_FILES] = g_strdup (files_path);
  return MAINSTAY_OPERATION (self);
}
