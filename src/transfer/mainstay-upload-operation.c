/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operations.h"
#include "mainstay-upload-operation-private.h"

#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-file-check.h"
#include "mainstay-patience.h"

/* Who writes to the file all the time had better stop first. */
#define MOST_CHANGES 3
#define PAUSE_AFTER_CHANGE 2000 /* milliseconds */

G_DEFINE_FINAL_TYPE (MainstayUploadOperation, mainstay_upload_operation, MAINSTAY_TYPE_OPERATION)

static const struct
{
  MainstayFileKind kind;
  const char *name; /* in the API */
} kinds[MAINSTAY_N_UPLOAD_PARTS] = {
  [MAINSTAY_UPLOAD_PART_DATABASE] = { MAINSTAY_FILE_DATABASE, "database" },
  [MAINSTAY_UPLOAD_PART_FILES] = { MAINSTAY_FILE_FILES, "files" },
};

static void begin (GTask *task);
static void check_next (GTask *task);
static void send_next (GTask *task);

const char *
_mainstay_upload_name (MainstayUploadPart part)
{
  return kinds[part].name;
}

static gint64
total_size (MainstayUploadOperation *self)
{
  gint64 size = 0;

  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    if (self->parts[i].source != NULL)
      size += mainstay_upload_source_get_size (self->parts[i].source);
  return size;
}

static void
drop_run (MainstayUploadOperation *self)
{
  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    {
      g_clear_object (&self->parts[i].source);
      g_clear_object (&self->parts[i].upload);
    }
}

/* What the portal has of a source that is no more what it was; nobody waits for it to be gone. */
static void
forget_part (MainstayUploadOperation *self,
             MainstayUploadPart       part)
{
  MainstayUploadState *state = &self->parts[part];

  if (state->id != NULL)
    mainstay_tus_upload_terminate_async (mainstay_operation_get_client (MAINSTAY_OPERATION (self)),
                                         state->id, NULL, NULL);
  g_clear_pointer (&state->id, g_free);
  g_clear_pointer (&state->fingerprint, g_free);
  mainstay_operation_record_changed (MAINSTAY_OPERATION (self));
}

static void
paused_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  GError *error = NULL;

  if (mainstay_pause_finish (result, &error))
    begin (task);
  else
    _mainstay_upload_fail (task, error);
}

/* Of a source that changed nothing can be kept: it begins anew, after telling. */
static void
begin_again (GTask  *task,
             GError *error)
{
  g_autoptr(GError) owned = error;
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayOperation *operation = MAINSTAY_OPERATION (self);
  gint64 pause = mainstay_client_scale_wait (mainstay_operation_get_client (operation),
                                             PAUSE_AFTER_CHANGE);

  self->changes++;
  mainstay_operation_set_trouble (operation, error);
  mainstay_operation_add_retry (operation);
  mainstay_pause_async ((unsigned int) pause, g_task_get_cancellable (task), paused_cb,
                        g_object_ref (task));
}

/* Takes @error. */
void
_mainstay_upload_fail (GTask  *task,
                       GError *error)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);

  drop_run (self);
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED) &&
      self->changes < MOST_CHANGES)
    begin_again (task, error);
  else
    g_task_return_error (task, error);
}

/* (transfer full): the sources of this run, for a thread */
static GPtrArray *
dup_sources (MainstayUploadOperation *self)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func (g_object_unref);

  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    if (self->parts[i].source != NULL)
      g_ptr_array_add (sources, g_object_ref (self->parts[i].source));
  return sources;
}

static void
compare_in_thread (GTask        *work,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  GPtrArray *sources = task_data;
  GError *error = NULL;

  for (unsigned int i = 0; i < sources->len && error == NULL; i++)
    mainstay_upload_source_check (sources->pdata[i], TRUE, cancellable, &error);
  if (error != NULL)
    g_task_return_error (work, error);
  else
    g_task_return_boolean (work, TRUE);
}

static void
compared_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    _mainstay_upload_load (task);
  else
    _mainstay_upload_fail (task, error);
}

/* All has been sent. It was read in parts: as a whole it is still what was looked into. */
static void
compare (GTask *task)
{
  g_autoptr(GTask) work = g_task_new (NULL, g_task_get_cancellable (task), compared_cb,
                                      g_object_ref (task));

  g_task_set_source_tag (work, compare);
  g_task_set_task_data (work, dup_sources (g_task_get_source_object (task)),
                        (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (work, compare_in_thread);
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayUploadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;

  mainstay_operation_set_trouble (MAINSTAY_OPERATION (self), NULL);
  if (!mainstay_tus_upload_run_finish (MAINSTAY_TUS_UPLOAD (object), result, &error))
    {
      _mainstay_upload_fail (task, error);
      return;
    }
  self->sent_before += mainstay_upload_source_get_size (self->parts[self->part].source);
  self->part++;
  send_next (task);
}

/* An id that is not in the record after a restart would be an upload too many at the portal. */
static void
upload_changed (MainstayTusUpload *upload,
                gpointer           user_data)
{
  MainstayUploadOperation *self = user_data;
  MainstayOperation *operation = MAINSTAY_OPERATION (self);
  MainstayUploadState *state = &self->parts[self->part];
  const char *id = mainstay_tus_upload_get_id (upload);
  unsigned int retries = mainstay_tus_upload_get_retries (upload);

  if (state->upload != upload)
    return;
  if (g_strcmp0 (state->id, id) != 0)
    {
      g_clear_pointer (&state->id, g_free);
      state->id = g_strdup (id);
      mainstay_operation_record_changed (operation);
    }
  for (; self->told_retries < retries; self->told_retries++)
    mainstay_operation_add_retry (operation);
  mainstay_operation_set_trouble (operation, mainstay_tus_upload_get_trouble (upload));
  mainstay_operation_set_bytes (operation,
                                self->sent_before + mainstay_tus_upload_get_done (upload),
                                total_size (self));
}

static void
send_next (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayClient *client = mainstay_operation_get_client (MAINSTAY_OPERATION (self));
  MainstayUploadState *state;

  while (self->part < MAINSTAY_N_UPLOAD_PARTS && self->parts[self->part].source == NULL)
    self->part++;
  mainstay_operation_set_bytes (MAINSTAY_OPERATION (self), self->sent_before, total_size (self));
  if (self->part == MAINSTAY_N_UPLOAD_PARTS)
    {
      compare (task);
      return;
    }
  state = &self->parts[self->part];
  g_clear_object (&state->upload);
  state->upload = mainstay_tus_upload_new (client, state->source, kinds[self->part].name,
                                           state->id);
  self->told_retries = 0;
  mainstay_tus_upload_run_async (state->upload, upload_changed, self,
                                 g_task_get_cancellable (task), sent_cb, g_object_ref (task));
}

static void
begin_sending (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);

  self->part = 0;
  self->sent_before = 0;
  mainstay_operation_set_trouble (MAINSTAY_OPERATION (self), NULL);
  mainstay_operation_set_step (MAINSTAY_OPERATION (self), MAINSTAY_STEP_TRANSFERRING);
  send_next (task);
}

static void
checked_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayUploadState *state = &self->parts[self->part];
  GError *error = NULL;
  g_autoptr(MainstayBackupFile) file = mainstay_file_check_run_finish (result, &error);

  if (file == NULL)
    {
      _mainstay_upload_fail (task, error);
      return;
    }
  state->fingerprint = g_strdup (mainstay_upload_source_get_fingerprint (state->source));
  mainstay_operation_record_changed (MAINSTAY_OPERATION (self));
  self->part++;
  check_next (task);
}

static void
check_progressed (double   progress,
                  gpointer user_data)
{
  mainstay_operation_set_progress (user_data, progress);
}

/* The whole of each file is looked into before a single byte is sent of any; once is enough. */
static void
check_next (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);

  while (self->part < MAINSTAY_N_UPLOAD_PARTS &&
         (self->parts[self->part].source == NULL || self->parts[self->part].fingerprint != NULL))
    self->part++;
  if (self->part == MAINSTAY_N_UPLOAD_PARTS)
    {
      begin_sending (task);
      return;
    }
  mainstay_operation_set_step (MAINSTAY_OPERATION (self), MAINSTAY_STEP_VERIFYING);
  mainstay_file_check_run_async (self->parts[self->part].path, kinds[self->part].kind,
                                 check_progressed, self, g_task_get_cancellable (task), checked_cb,
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
  g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);
  GError *error = NULL;

  for (; *paths != NULL && error == NULL; paths++)
    {
      MainstayUploadSource *source = mainstay_upload_source_new (*paths, cancellable, &error);

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
      _mainstay_upload_fail (task, error);
      return;
    }
  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    {
      MainstayUploadState *state = &self->parts[i];

      if (state->path == NULL)
        continue;
      g_set_object (&state->source, g_ptr_array_index (sources, next++));
      if (g_strcmp0 (state->fingerprint,
                     mainstay_upload_source_get_fingerprint (state->source)) != 0)
        forget_part (self, i);
    }
  self->part = 0;
  check_next (task);
}

static void
begin (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  g_autoptr(GTask) work = g_task_new (NULL, g_task_get_cancellable (task), opened_cb,
                                      g_object_ref (task));
  g_autoptr(GStrvBuilder) paths = g_strv_builder_new ();

  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    if (self->parts[i].path != NULL)
      {
        g_strv_builder_add (paths, self->parts[i].path);
        if (self->parts[i].fingerprint == NULL)
          mainstay_operation_set_step (MAINSTAY_OPERATION (self), MAINSTAY_STEP_VERIFYING);
      }
  g_task_set_source_tag (work, begin);
  g_task_set_task_data (work, g_strv_builder_end (paths), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (work, open_in_thread);
}

/* After a restart: the record may be older than the request that it does not know of. */
static gboolean
has_all_ids (MainstayUploadOperation *self)
{
  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    if (self->parts[i].path != NULL && self->parts[i].id == NULL)
      return FALSE;
  return TRUE;
}

static void
mainstay_upload_operation_run_async (MainstayOperation   *operation,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  MainstayUploadOperation *self = MAINSTAY_UPLOAD_OPERATION (operation);
  MainstayClient *client = mainstay_operation_get_client (operation);
  g_autoptr(GTask) task = g_task_new (operation, cancellable, callback, user_data);

  g_task_set_source_tag (task, mainstay_upload_operation_run_async);
  if (mainstay_client_lacks (client, MAINSTAY_EXTENSION_UPLOAD_DATA))
    {
      g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_MISSING_EXTENSION,
                               "The portal cannot load data");
      return;
    }
  self->changes = 0;
  self->tries = 0;
  if (self->job_id != NULL || self->posted)
    _mainstay_upload_load (task);
  else if (has_all_ids (self))
    _mainstay_upload_look (task, begin);
  else
    begin (task);
}

static gboolean
mainstay_upload_operation_run_finish (MainstayOperation  *operation,
                                      GAsyncResult       *result,
                                      GError            **error)
{
  g_assert (g_task_is_valid (result, operation));

  drop_run (MAINSTAY_UPLOAD_OPERATION (operation));
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void discard_next (GTask *task);

static void
terminated_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);

  mainstay_tus_upload_terminate_finish (MAINSTAY_CLIENT (object), result);
  discard_next (task);
}

static void
discard_next (GTask *task)
{
  MainstayUploadOperation *self = g_task_get_source_object (task);
  MainstayClient *client = mainstay_operation_get_client (MAINSTAY_OPERATION (self));

  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    {
      g_autofree char *id = g_steal_pointer (&self->parts[i].id);

      if (id == NULL || client == NULL)
        continue;
      mainstay_tus_upload_terminate_async (client, id, terminated_cb, g_object_ref (task));
      return;
    }
  g_task_return_boolean (task, TRUE);
}

/* Without a connection it is left to expire at the portal. */
static void
mainstay_upload_operation_discard_async (MainstayOperation   *operation,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (operation, NULL, callback, user_data);

  g_task_set_source_tag (task, mainstay_upload_operation_discard_async);
  discard_next (task);
}

static gboolean
mainstay_upload_operation_discard_finish (MainstayOperation  *operation,
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

  drop_run (self);
  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    {
      g_clear_pointer (&self->parts[i].path, g_free);
      g_clear_pointer (&self->parts[i].fingerprint, g_free);
      g_clear_pointer (&self->parts[i].id, g_free);
    }
  g_clear_pointer (&self->job_id, g_free);

  G_OBJECT_CLASS (mainstay_upload_operation_parent_class)->finalize (object);
}

static void
mainstay_upload_operation_class_init (MainstayUploadOperationClass *klass)
{
  MainstayOperationClass *operation_class = MAINSTAY_OPERATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mainstay_upload_operation_finalize;

  operation_class->kind = MAINSTAY_OPERATION_UPLOAD;
  operation_class->resumable = TRUE;
  operation_class->run_async = mainstay_upload_operation_run_async;
  operation_class->run_finish = mainstay_upload_operation_run_finish;
  operation_class->discard_async = mainstay_upload_operation_discard_async;
  operation_class->discard_finish = mainstay_upload_operation_discard_finish;
  operation_class->describe = _mainstay_upload_describe;
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
 * @files_path: (nullable): uploaded files: a zip or tar.gz, or a folder
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
  self->parts[MAINSTAY_UPLOAD_PART_DATABASE].path = g_strdup (database_path);
  self->parts[MAINSTAY_UPLOAD_PART_FILES].path = g_strdup (files_path);
  return MAINSTAY_OPERATION (self);
}
