/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operations.h"

#include "mainstay-archive-link.h"
#include "mainstay-client-private.h"
#include "mainstay-download-engine.h"
#include "mainstay-error.h"
#include "mainstay-json.h"
#include "mainstay-operation-private.h"
#include "mainstay-transfer-record.h"

#define MAINSTAY_TYPE_DOWNLOAD_OPERATION (mainstay_download_operation_get_type ())
G_DECLARE_FINAL_TYPE (MainstayDownloadOperation, mainstay_download_operation, MAINSTAY,
                      DOWNLOAD_OPERATION, MainstayOperation)

struct _MainstayDownloadOperation
{
  MainstayOperation parent_instance;

  char *path;
  char *url;                      /* (nullable); a secret */
  MainstayDownloadEngine *engine; /* (nullable): before the first run */
  GCancellable *cancellable;      /* (nullable): of the run that is under way */
  MainstayDataType data_type;
  unsigned int retries;           /* of this run, that have been told */
  int replaces;                   /* as the engine has it, -1 when unknown */
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

static void
link_made_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(MainstayDownloadOperation) self = MAINSTAY_DOWNLOAD_OPERATION (user_data);
  g_autoptr(GError) error = NULL;
  g_autofree char *archive_id = NULL;
  g_autofree char *url = mainstay_archive_link_make_finish (MAINSTAY_CLIENT (object), result,
                                                            &archive_id, &error);

  /* Of a run that has been broken off; the next one asks for itself. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->cancellable == NULL)
    return;
  if (url == NULL)
    {
      mainstay_download_engine_refuse_link (self->engine, error);
      return;
    }
  g_clear_pointer (&self->url, g_free);
  self->url = g_steal_pointer (&url);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_URL]);
  mainstay_download_engine_give_link (self->engine, self->url, archive_id);
}

static void
job_changed (MainstayJob *job,
             gpointer     user_data)
{
  mainstay_operation_set_progress (user_data, job->progress);
}

/* Also when the link has expired: the portal makes another archive of the same backup, and whoever
 * waits for the file need not know. */
static void
link_needed_cb (MainstayDownloadOperation *self)
{
  MainstayOperation *operation = MAINSTAY_OPERATION (self);

  mainstay_operation_set_step (operation, MAINSTAY_STEP_PREPARING);
  mainstay_archive_link_make_async (
    mainstay_operation_get_client (operation), mainstay_operation_get_app (operation),
    mainstay_environment_get_id (mainstay_operation_get_environment (operation)),
    mainstay_backup_get_id (mainstay_operation_get_backup (operation)), self->data_type,
    job_changed, self, self->cancellable, link_made_cb, g_object_ref (self));
}

static void
show_trouble (MainstayDownloadOperation *self)
{
  g_autoptr(GError) trouble = mainstay_download_engine_dup_trouble (self->engine);
  unsigned int retries = mainstay_download_engine_get_retries (self->engine);

  mainstay_operation_set_trouble (MAINSTAY_OPERATION (self), trouble);
  for (; self->retries < retries; self->retries++)
    mainstay_operation_add_retry (MAINSTAY_OPERATION (self));
}

static void
changed_cb (MainstayDownloadOperation *self)
{
  MainstayOperation *operation = MAINSTAY_OPERATION (self);

  show_trouble (self);
  switch (mainstay_download_engine_get_phase (self->engine))
    {
    case MAINSTAY_DOWNLOAD_TRANSFERRING:
      mainstay_operation_set_step (operation, MAINSTAY_STEP_TRANSFERRING);
      mainstay_operation_set_bytes (operation, mainstay_download_engine_get_done (self->engine),
                                    mainstay_download_engine_get_total (self->engine));
      break;
    case MAINSTAY_DOWNLOAD_VERIFYING:
      mainstay_operation_set_step (operation, MAINSTAY_STEP_VERIFYING);
      mainstay_operation_set_bytes (operation, mainstay_download_engine_get_done (self->engine),
                                    mainstay_download_engine_get_total (self->engine));
      mainstay_operation_set_progress (operation,
                                       mainstay_download_engine_get_proved (self->engine));
      break;
    case MAINSTAY_DOWNLOAD_PREPARING:
    default:
      mainstay_operation_set_step (operation, MAINSTAY_STEP_PREPARING);
      break;
    }
}

static void
ensure_engine (MainstayDownloadOperation *self)
{
  MainstayOperation *operation = MAINSTAY_OPERATION (self);
  MainstayEnvironment *environment = mainstay_operation_get_environment (operation);
  g_autoptr(MainstayPartJournal) about = NULL;

  if (self->engine != NULL)
    return;
  about = mainstay_part_journal_new ();
  about->project_id =
    g_strdup (mainstay_app_get_project_id (mainstay_operation_get_app (operation)));
  about->environment_id = g_strdup (mainstay_environment_get_id (environment));
  about->backup_id = g_strdup (mainstay_backup_get_id (mainstay_operation_get_backup (operation)));
  about->data_type = g_strdup (mainstay_data_type_to_string (self->data_type));
  self->engine = mainstay_download_engine_new (self->path, kinds[self->data_type], about);
  if (self->replaces >= 0)
    mainstay_download_engine_set_replaces (self->engine, self->replaces);
  g_signal_connect_object (self->engine, "link-needed", G_CALLBACK (link_needed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->engine, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
ran_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayDownloadOperation *self = g_task_get_source_object (task);
  GError *error = NULL;
  gboolean good = mainstay_download_engine_run_finish (self->engine, result, &error);

  g_clear_object (&self->cancellable);
  show_trouble (self);
  if (self->replaces < 0)
    {
      self->replaces = mainstay_download_engine_get_replaces (self->engine);
      mainstay_operation_record_changed (MAINSTAY_OPERATION (self));
    }
  if (!good)
    {
      g_task_return_error (task, error);
      return;
    }
  mainstay_operation_set_bytes (MAINSTAY_OPERATION (self),
                                mainstay_download_engine_get_done (self->engine),
                                mainstay_download_engine_get_total (self->engine));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILE]);
  g_task_return_boolean (task, TRUE);
}

static void
mainstay_download_operation_run_async (MainstayOperation   *operation,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  MainstayDownloadOperation *self = MAINSTAY_DOWNLOAD_OPERATION (operation);
  GTask *task = g_task_new (operation, cancellable, callback, user_data);
  gint64 second;

  g_task_set_source_tag (task, mainstay_download_operation_run_async);
  /* Whether a file was whole is decided by what was done, not by a late click. */
  g_task_set_check_cancellable (task, FALSE);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_PREPARING);
  ensure_engine (self);
  second = mainstay_client_scale_wait (mainstay_operation_get_client (operation), 1000);
  mainstay_download_engine_set_wait_scale (self->engine, (double) second / 1000);
  mainstay_download_engine_set_keeps_journal (self->engine,
                                              mainstay_operation_is_kept (operation));
  self->retries = 0;
  g_set_object (&self->cancellable, cancellable);
  mainstay_download_engine_run_async (self->engine, cancellable, ran_cb, task);
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
discarded_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  GError *error = NULL;

  if (mainstay_download_engine_discard_finish (MAINSTAY_DOWNLOAD_ENGINE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
mainstay_download_operation_discard_async (MainstayOperation   *operation,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data)
{
  MainstayDownloadOperation *self = MAINSTAY_DOWNLOAD_OPERATION (operation);
  GTask *task = g_task_new (operation, NULL, callback, user_data);

  g_task_set_source_tag (task, mainstay_download_operation_discard_async);
  ensure_engine (self);
  mainstay_download_engine_discard_async (self->engine, discarded_cb, task);
}

static gboolean
mainstay_download_operation_discard_finish (MainstayOperation  *operation,
                                            GAsyncResult       *result,
                                            GError            **error)
{
  g_assert (g_task_is_valid (result, operation));

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
settled_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);

  g_task_return_boolean (task, TRUE);
}

static void
mainstay_download_operation_settle_async (MainstayOperation   *operation,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data)
{
  MainstayDownloadOperation *self = MAINSTAY_DOWNLOAD_OPERATION (operation);
  GTask *task = g_task_new (operation, NULL, callback, user_data);

  g_task_set_source_tag (task, mainstay_download_operation_settle_async);
  ensure_engine (self);
  mainstay_download_engine_settle_async (self->engine, settled_cb, task);
}

static JsonObject *
mainstay_download_operation_describe (MainstayOperation *operation)
{
  MainstayDownloadOperation *self = MAINSTAY_DOWNLOAD_OPERATION (operation);
  JsonObject *record = mainstay_transfer_record_new (operation);
  /* JSON holds text, and a path may be any bytes. */
  g_autofree char *uri = g_filename_to_uri (self->path, NULL, NULL);

  json_object_set_string_member (record, "target", uri);
  json_object_set_string_member (record, "data_type",
                                 mainstay_data_type_to_string (self->data_type));
  if (self->replaces >= 0)
    json_object_set_boolean_member (record, "replaces", self->replaces);
  return record;
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
  g_clear_object (&self->engine);
  g_clear_object (&self->cancellable);

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
  operation_class->resumable = TRUE;
  operation_class->run_async = mainstay_download_operation_run_async;
  operation_class->run_finish = mainstay_download_operation_run_finish;
  operation_class->discard_async = mainstay_download_operation_discard_async;
  operation_class->discard_finish = mainstay_download_operation_discard_finish;
  operation_class->settle_async = mainstay_download_operation_settle_async;
  operation_class->describe = mainstay_download_operation_describe;

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
  self->replaces = -1;
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

static gboolean
read_data_type (JsonObject       *record,
                MainstayDataType *data_type)
{
  const char *name = mainstay_json_get_string (record, "data_type");

  for (unsigned int i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (name, mainstay_data_type_to_string (i)) == 0)
      {
        *data_type = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * mainstay_download_operation_new_from_record:
 * @record: what describe gave
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Returns: (transfer full): the operation, not started
 */
MainstayOperation *
mainstay_download_operation_new_from_record (JsonObject  *record,
                                             GError     **error)
{
  const char *uri = mainstay_json_get_string (record, "target");
  g_autofree char *path = uri != NULL ? g_filename_from_uri (uri, NULL, NULL) : NULL;
  g_autoptr(MainstayOperation) operation = NULL;
  MainstayDownloadOperation *self;
  MainstayDataType data_type;

  if (path == NULL || !g_path_is_absolute (path) || !read_data_type (record, &data_type))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The record names no file or nothing to put there");
      return NULL;
    }
  operation = mainstay_transfer_record_make (record, MAINSTAY_TYPE_DOWNLOAD_OPERATION, error);
  if (operation == NULL)
    return NULL;
  if (mainstay_operation_get_backup (operation) == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The record names no backup");
      return NULL;
    }
  self = MAINSTAY_DOWNLOAD_OPERATION (operation);
  self->path = g_steal_pointer (&path);
  self->data_type = data_type;
  /* Whoever agreed to replace a file agreed to one that was there then. */
  self->replaces = mainstay_json_get_boolean (record, "replaces", FALSE);
  return g_steal_pointer (&operation);
}

void
mainstay_download_operation_set_replaces (MainstayOperation *self,
                                          gboolean           replaces)
{
  g_return_if_fail (MAINSTAY_IS_DOWNLOAD_OPERATION (self));
  g_return_if_fail (MAINSTAY_DOWNLOAD_OPERATION (self)->engine == NULL);

  MAINSTAY_DOWNLOAD_OPERATION (self)->replaces = replaces;
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
  MainstayDownloadEngine *engine;

  g_return_val_if_fail (MAINSTAY_IS_DOWNLOAD_OPERATION (self), NULL);

  engine = MAINSTAY_DOWNLOAD_OPERATION (self)->engine;
  return engine != NULL ? mainstay_download_engine_get_file (engine) : NULL;
}

/** mainstay_download_operation_get_kept: Returns: (nullable): the path of the bad file */
const char *
mainstay_download_operation_get_kept (MainstayOperation *self)
{
  MainstayDownloadEngine *engine;

  g_return_val_if_fail (MAINSTAY_IS_DOWNLOAD_OPERATION (self), NULL);

  engine = MAINSTAY_DOWNLOAD_OPERATION (self)->engine;
  return engine != NULL ? mainstay_download_engine_get_kept (engine) : NULL;
}
