/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operations.h"

#include "mainstay-archive-link.h"
#include "mainstay-error.h"
#include "mainstay-file-check.h"
#include "mainstay-file-transfer.h"
#include "mainstay-operation-private.h"
#include "mainstay-part-file.h"
#include "mainstay-patience.h"

#define MAINSTAY_TYPE_DOWNLOAD_OPERATION (mainstay_download_operation_get_type ())
G_DECLARE_FINAL_TYPE (MainstayDownloadOperation, mainstay_download_operation, MAINSTAY,
                      DOWNLOAD_OPERATION, MainstayOperation)

#define MOST_RESTARTS 2
#define RESTART_PAUSE 1000 /* milliseconds, longer each time */

struct _MainstayDownloadOperation
{
  MainstayOperation parent_instance;

  char *path;
  char *url;                /* (nullable); a secret */
  MainstayBackupFile *file; /* (nullable) */
  MainstayPartFile *part;   /* (nullable) */
  SoupMessage *message;     /* (nullable): what the bytes come as an answer to */
  GInputStream *body;       /* (nullable): the bytes, once they may be moved */
  GError *failure;          /* (nullable): kept while the part is removed */
  gint64 length;            /* as announced, -1 when unknown */
  MainstayDataType data_type;
  unsigned int restarts;
  unsigned int renewed_link : 1;
};

typedef enum {
  PROP_PATH = 1,
  PROP_DATA_TYPE,
  PROP_URL,
  PROP_FILE
} MainstayDownloadOperationProperty;

static GParamSpec *properties[PROP_FILE + 1];

G_DEFINE_FINAL_TYPE (MainstayDownloadOperation, mainstay_download_operation,
                     MAINSTAY_TYPE_OPERATION)

static const MainstayFileKind kinds[] = {
  [MAINSTAY_DATA_FILES_AND_DATABASE] = MAINSTAY_FILE_FULL,
  [MAINSTAY_DATA_DATABASE_ONLY] = MAINSTAY_FILE_DATABASE,
  [MAINSTAY_DATA_FILES_ONLY] = MAINSTAY_FILE_FILES,
};

static void make_link (GTask *task);
static void open_link (GTask *task);

/* For a thread, which gets no operation: it could be the last to let go of it. */
typedef struct
{
  char *path;
  MainstayPartFile *part; /* (nullable) */
  gint64 length;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_pointer (&work->path, g_free);
  g_clear_pointer (&work->part, mainstay_part_file_unref);
  g_clear_pointer (&work, g_free);
}

/* Does something with the disk, which nothing else touches meanwhile. */
static void
run_in_thread (GTask               *task,
               GTaskThreadFunc      function,
               GAsyncReadyCallback  callback)
{
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  g_autoptr(GTask) thread_task = g_task_new (NULL, NULL, callback, g_object_ref (task));
  Work *work = g_new0 (Work, 1);

  work->path = g_strdup (self->path);
  work->part = self->part != NULL ? mainstay_part_file_ref (self->part) : NULL;
  work->length = self->length;
  g_task_set_source_tag (thread_task, run_in_thread);
  g_task_set_task_data (thread_task, work, work_free);
  g_task_run_in_thread (thread_task, function);
}

static void
discard_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  Work *work = task_data;

  mainstay_part_file_discard (work->part);
  g_task_return_boolean (task, TRUE);
}

static void
discarded_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayDownloadOperation *self = g_task_get_source_object (task);

  g_task_return_error (task, g_steal_pointer (&self->failure));
}

/* Takes @error. Nothing is left behind, except a whole file whose name was taken meanwhile. */
static void
fail (GTask  *task,
      GError *error)
{
  MainstayDownloadOperation *self = g_task_get_source_object (task);

  g_clear_object (&self->body);
  g_clear_object (&self->message);
  g_clear_pointer (&self->file, mainstay_backup_file_free);
  if (self->part == NULL || g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS))
    {
      g_task_return_error (task, error);
      return;
    }
  self->failure = error;
  run_in_thread (task, discard_in_thread, discarded_cb);
}

static void
paused_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  GError *error = NULL;

  if (mainstay_pause_finish (result, &error))
    open_link (task);
  else
    fail (task, error);
}

/* Takes @error: why the bytes did not come, or not all of them. */
static void
try_again (GTask  *task,
           GError *error)
{
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  g_autoptr(GError) owned = error;

  if (g_error_matches (owned, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED) && !self->renewed_link)
    {
      self->renewed_link = TRUE;
      make_link (task);
    }
  else if ((mainstay_error_is_transient (owned) ||
            g_error_matches (owned, MAINSTAY_ERROR, MAINSTAY_ERROR_LENGTH_MISMATCH)) &&
           self->restarts < MOST_RESTARTS)
    {
      self->restarts++;
      g_debug ("The transfer begins again: %s", owned->message);
      mainstay_pause_async (RESTART_PAUSE * self->restarts, g_task_get_cancellable (task),
                            paused_cb, g_object_ref (task));
    }
  else
    fail (task, g_steal_pointer (&owned));
}

static void
commit_in_thread (GTask        *task,
                  gpointer      source_object,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;

  if (mainstay_part_file_commit (work->part, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
committed_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    fail (task, error);
  else
    {
      g_object_notify_by_pspec (g_task_get_source_object (task), properties[PROP_FILE]);
      g_task_return_boolean (task, TRUE);
    }
}

static void
checked_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  const char *digest = soup_message_headers_get_list (headers, "Repr-Digest");
  GError *error = NULL;
  g_autoptr(MainstayBackupFile) file = mainstay_file_check_run_finish (result, &error);

  if (file != NULL && file->size != mainstay_part_file_get_size (self->part))
    g_set_error_literal (&error, MAINSTAY_ERROR, MAINSTAY_ERROR_LENGTH_MISMATCH,
                         "The file changed while it was checked");
  else if (file != NULL && mainstay_file_check_contradicts (digest, file->sha256))
    g_set_error_literal (&error, MAINSTAY_ERROR, MAINSTAY_ERROR_DIGEST_MISMATCH,
                         "The file is not the one that the portal made");
  if (error != NULL)
    {
      fail (task, error);
      return;
    }
  self->file = g_steal_pointer (&file);
  run_in_thread (task, commit_in_thread, committed_cb);
}

static void
check_progressed (double   progress,
                  gpointer user_data)
{
  mainstay_operation_set_progress (user_data, progress);
}

static void
moved_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;

  g_clear_object (&self->body);
  if (mainstay_file_transfer_run_finish (result, &error) && self->length >= 0 &&
      mainstay_part_file_get_size (self->part) != self->length)
    g_set_error (&error, MAINSTAY_ERROR, MAINSTAY_ERROR_LENGTH_MISMATCH,
                 "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " bytes arrived",
                 mainstay_part_file_get_size (self->part), self->length);
  if (error != NULL)
    {
      try_again (task, error);
      return;
    }
  mainstay_operation_set_step (MAINSTAY_OPERATION (self), MAINSTAY_STEP_VERIFYING);
  mainstay_file_check_run_async (mainstay_part_file_get_path (self->part),
                                 kinds[self->data_type], check_progressed, self,
                                 g_task_get_cancellable (task), checked_cb, g_object_ref (task));
}

static void
bytes_moved (gint64   done,
             gpointer user_data)
{
  MainstayDownloadOperation *self = user_data;

  mainstay_operation_set_bytes (MAINSTAY_OPERATION (self), done, self->length);
}

static void
begin_in_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;

  if (mainstay_part_file_begin (work->part, work->length, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
begun_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail (task, error);
      return;
    }
  mainstay_operation_set_step (MAINSTAY_OPERATION (self), MAINSTAY_STEP_TRANSFERRING);
  mainstay_operation_set_bytes (MAINSTAY_OPERATION (self), 0, self->length);
  mainstay_file_transfer_run_async (self->body, self->part, bytes_moved, self,
                                    g_task_get_cancellable (task), moved_cb, g_object_ref (task));
}

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  SoupMessageHeaders *headers;
  GError *error = NULL;

  self->body = mainstay_archive_link_open_finish (MAINSTAY_CLIENT (object), result,
                                                  &self->message, &error);
  if (self->body == NULL)
    {
      try_again (task, error);
      return;
    }
  headers = soup_message_get_response_headers (self->message);
  self->length = -1;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    self->length = soup_message_headers_get_content_length (headers);
  run_in_thread (task, begin_in_thread, begun_cb);
}

static void
open_link (GTask *task)
{
  MainstayDownloadOperation *self = g_task_get_source_object (task);

  mainstay_archive_link_open_async (mainstay_operation_get_client (MAINSTAY_OPERATION (self)),
                                    self->url, g_task_get_cancellable (task), opened_cb,
                                    g_object_ref (task));
}

static void
link_made_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autofree char *url = mainstay_archive_link_make_finish (MAINSTAY_CLIENT (object), result,
                                                            &error);

  if (url == NULL)
    {
      fail (task, error);
      return;
    }
  g_clear_pointer (&self->url, g_free);
  self->url = g_steal_pointer (&url);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_URL]);
  open_link (task);
}

static void
job_changed (MainstayJob *job,
             gpointer     user_data)
{
  mainstay_operation_set_progress (user_data, job->progress);
}

static void
make_link (GTask *task)
{
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  MainstayOperation *operation = MAINSTAY_OPERATION (self);

  mainstay_operation_set_step (operation, MAINSTAY_STEP_PREPARING);
  mainstay_archive_link_make_async (
    mainstay_operation_get_client (operation), mainstay_operation_get_app (operation),
    mainstay_environment_get_id (mainstay_operation_get_environment (operation)),
    mainstay_backup_get_id (mainstay_operation_get_backup (operation)), self->data_type,
    job_changed, self, g_task_get_cancellable (task), link_made_cb, g_object_ref (task));
}

static void
create_in_thread (GTask        *task,
                  gpointer      source_object,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;
  MainstayPartFile *part = mainstay_part_file_new (work->path, &error);

  if (part != NULL)
    g_task_return_pointer (task, part, (GDestroyNotify) mainstay_part_file_unref);
  else
    g_task_return_error (task, error);
}

static void
created_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->part = g_task_propagate_pointer (G_TASK (result), &error);
  if (self->part == NULL)
    fail (task, error);
  else
    make_link (task);
}

static void
mainstay_download_operation_run_async (MainstayOperation   *operation,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (operation, cancellable, callback, user_data);

  g_task_set_source_tag (task, mainstay_download_operation_run_async);
  /* Whether a file was whole is decided by what was done, not by a late click. */
  g_task_set_check_cancellable (task, FALSE);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_PREPARING);
  run_in_thread (task, create_in_thread, created_cb);
}

static gboolean
mainstay_download_operation_run_finish (MainstayOperation  *operation,
                                        GAsyncResult       *result,
                                        GError            **error)
{
  g_assert (g_task_is_valid (result, operation));

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
mainstay_download_operation_get_property (GObject    *object,
                                          guint       prop_id,
                                          GValue     *value,
                                          GParamSpec *pspec)
{
  MainstayDownloadOperation *self = MAINSTAY_DOWNLOAD_OPERATION (object);

  switch ((MainstayDownloadOperationProperty) prop_id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_DATA_TYPE:
      g_value_set_int (value, self->data_type);
      break;
    case PROP_URL:
      g_value_set_string (value, self->url);
      break;
    case PROP_FILE:
      g_value_set_boxed (value, mainstay_download_operation_get_file (MAINSTAY_OPERATION (self)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_download_operation_finalize (GObject *object)
{
  MainstayDownloadOperation *self = MAINSTAY_DOWNLOAD_OPERATION (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->file, mainstay_backup_file_free);
  g_clear_pointer (&self->part, mainstay_part_file_unref);
  g_clear_object (&self->message);
  g_clear_object (&self->body);
  g_clear_error (&self->failure);

  G_OBJECT_CLASS (mainstay_download_operation_parent_class)->finalize (object);
}

static void
mainstay_download_operation_class_init (MainstayDownloadOperationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  MainstayOperationClass *operation_class = MAINSTAY_OPERATION_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = mainstay_download_operation_finalize;
  object_class->get_property = mainstay_download_operation_get_property;

  operation_class->kind = MAINSTAY_OPERATION_DOWNLOAD;
  operation_class->run_async = mainstay_download_operation_run_async;
  operation_class->run_finish = mainstay_download_operation_run_finish;

  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_DATA_TYPE] = g_param_spec_int ("data-type", NULL, NULL, 0,
                                                 MAINSTAY_DATA_FILES_ONLY, 0, flags);
  properties[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL, flags);
  properties[PROP_FILE] = g_param_spec_boxed ("file", NULL, NULL, MAINSTAY_TYPE_BACKUP_FILE,
                                              flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_download_operation_init (MainstayDownloadOperation *self)
{
  self->length = -1;
}

/**
 * mainstay_download_operation_new:
 * @client: the client
 * @app: the app
 * @environment: where the backup is listed
 * @backup: what to download
 * @data_type: what of it
 * @path: the name to give it; a file there may be replaced
 *
 * Returns: (transfer full): the operation, not started
 */
MainstayOperation *
mainstay_download_operation_new (MainstayClient      *client,
                                 MainstayApp         *app,
                                 MainstayEnvironment *environment,
                                 MainstayBackup      *backup,
                                 MainstayDataType     data_type,
                                 const char          *path)
{
  MainstayDownloadOperation *self;

  g_return_val_if_fail (MAINSTAY_IS_BACKUP (backup), NULL);
  g_return_val_if_fail (data_type < G_N_ELEMENTS (kinds), NULL);
  g_return_val_if_fail (path != NULL && g_path_is_absolute (path), NULL);

  self = g_object_new (MAINSTAY_TYPE_DOWNLOAD_OPERATION, "client", client, "app", app,
                       "environment", environment, "backup", backup, NULL);
  self->data_type = data_type;
  self->path = g_strdup (path);
  return MAINSTAY_OPERATION (self);
}

/** mainstay_download_operation_get_path: Returns: the asked name */
const char *
mainstay_download_operation_get_path (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_DOWNLOAD_OPERATION (self), NULL);

  return MAINSTAY_DOWNLOAD_OPERATION (self)->path;
}

/** mainstay_download_operation_get_url: Returns: (nullable): the archive's link, a secret */
const char *
mainstay_download_operation_get_url (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_DOWNLOAD_OPERATION (self), NULL);

  return MAINSTAY_DOWNLOAD_OPERATION (self)->url;
}

/** mainstay_download_operation_get_file: Returns: (nullable): what was found, once it is done */
MainstayBackupFile *
mainstay_download_operation_get_file (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_DOWNLOAD_OPERATION (self), NULL);

  return MAINSTAY_DOWNLOAD_OPERATION (self)->file;
}
