/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operations.h"

#include "mainstay-backup-maker.h"
#include "mainstay-job-wait.h"
#include "mainstay-operation-private.h"

#define MAINSTAY_TYPE_RESTORE_OPERATION (mainstay_restore_operation_get_type ())
G_DECLARE_FINAL_TYPE (MainstayRestoreOperation, mainstay_restore_operation, MAINSTAY,
                      RESTORE_OPERATION, MainstayOperation)

struct _MainstayRestoreOperation
{
  MainstayOperation parent_instance;

  MainstayBackupList *target_list; /* (nullable) */
  MainstayBackup *safety_backup;   /* (nullable) */
  MainstayRestoreOptions options;
};

typedef enum {
  PROP_SAFETY_BACKUP = 1
} MainstayRestoreOperationProperty;

static GParamSpec *properties[PROP_SAFETY_BACKUP + 1];

G_DEFINE_FINAL_TYPE (MainstayRestoreOperation, mainstay_restore_operation,
                     MAINSTAY_TYPE_OPERATION)

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
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = mainstay_job_wait_finish (MAINSTAY_CLIENT (object), result, &error);

  if (job == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
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
restore_accepted_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayOperation *operation = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = mainstay_client_restore_finish (MAINSTAY_CLIENT (object), result,
                                                               &error);

  if (job == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  mainstay_job_wait_async (
    MAINSTAY_CLIENT (object), MAINSTAY_JOB_WAIT_RESTORE, mainstay_operation_get_app (operation),
    mainstay_environment_get_id (mainstay_operation_get_environment (operation)), NULL, job,
    job_changed, operation, g_task_get_cancellable (task), waited_cb, g_object_ref (task));
}

static void
restore (GTask *task)
{
  MainstayRestoreOperation *self = g_task_get_source_object (task);
  MainstayOperation *operation = MAINSTAY_OPERATION (self);

  if (g_task_return_error_if_cancelled (task))
    return;
  mainstay_operation_set_step (operation, MAINSTAY_STEP_RESTORING);
  /* Before, not after it was answered: a request on its way cannot be taken back. */
  mainstay_operation_pass_no_return (operation);
  mainstay_client_restore_async (
    mainstay_operation_get_client (operation), mainstay_operation_get_app (operation),
    mainstay_environment_get_id (mainstay_operation_get_environment (operation)),
    mainstay_backup_get_id (mainstay_operation_get_backup (operation)),
    self->options.database_only, g_task_get_cancellable (task), restore_accepted_cb,
    g_object_ref (task));
}

static void
safety_changed (MainstayBackup *backup,
                gpointer        user_data)
{
  MainstayRestoreOperation *self = user_data;

  if (g_set_object (&self->safety_backup, backup))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAFETY_BACKUP]);
  mainstay_operation_set_progress (MAINSTAY_OPERATION (self),
                                   mainstay_backup_get_progress (backup));
}

static void
safety_made_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) backup =
    mainstay_backup_maker_run_finish (MAINSTAY_CLIENT (object), result, &error);

  if (backup != NULL)
    {
      restore (task);
      return;
    }
  g_prefix_error (&error, "The safety backup failed, so the restore was not started: ");
  g_task_return_error (task, g_steal_pointer (&error));
}

/* (transfer full): in the same words everywhere, as it is read on other machines too */
static char *
safety_comment (MainstayBackup *backup)
{
  g_autoptr(GDateTime) created =
    g_date_time_new_from_unix_utc (mainstay_backup_get_created_at (backup) / 1000);
  g_autofree char *date = NULL;

  if (created == NULL || mainstay_backup_get_created_at (backup) == 0)
    return g_strdup ("Safety backup before restoring a backup");
  date = g_date_time_format (created, "%Y-%m-%d %H:%M UTC");
  return g_strdup_printf ("Safety backup before restoring %s backup", date);
}

static void
mainstay_restore_operation_run_async (MainstayOperation   *operation,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  MainstayRestoreOperation *self = MAINSTAY_RESTORE_OPERATION (operation);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *comment = NULL;

  g_task_set_source_tag (task, mainstay_restore_operation_run_async);
  if (!self->options.safety_backup)
    {
      restore (task);
      return;
    }
  comment = safety_comment (mainstay_operation_get_backup (operation));
  mainstay_operation_set_step (operation, MAINSTAY_STEP_SAFETY_BACKUP);
  mainstay_backup_maker_run_async (mainstay_operation_get_client (operation),
                                   mainstay_operation_get_app (operation),
                                   mainstay_operation_get_environment (operation),
                                   self->target_list, comment, safety_changed, self, cancellable,
                                   safety_made_cb, g_object_ref (task));
}

static gboolean
mainstay_restore_operation_run_finish (MainstayOperation  *operation,
                                       GAsyncResult       *result,
                                       GError            **error)
{
  g_assert (g_task_is_valid (result, operation));

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
mainstay_restore_operation_get_property (GObject    *object,
                                         guint       prop_id,
                                         GValue     *value,
                                         GParamSpec *pspec)
{
  MainstayRestoreOperation *self = MAINSTAY_RESTORE_OPERATION (object);

  switch ((MainstayRestoreOperationProperty) prop_id)
    {
    case PROP_SAFETY_BACKUP:
      g_value_set_object (value, self->safety_backup);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_restore_operation_finalize (GObject *object)
{
  MainstayRestoreOperation *self = MAINSTAY_RESTORE_OPERATION (object);

  g_clear_object (&self->target_list);
  g_clear_object (&self->safety_backup);

  G_OBJECT_CLASS (mainstay_restore_operation_parent_class)->finalize (object);
}

static void
mainstay_restore_operation_class_init (MainstayRestoreOperationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  MainstayOperationClass *operation_class = MAINSTAY_OPERATION_CLASS (klass);

  object_class->finalize = mainstay_restore_operation_finalize;
  object_class->get_property = mainstay_restore_operation_get_property;

  operation_class->kind = MAINSTAY_OPERATION_RESTORE;
  operation_class->run_async = mainstay_restore_operation_run_async;
  operation_class->run_finish = mainstay_restore_operation_run_finish;

  properties[PROP_SAFETY_BACKUP] =
    g_param_spec_object ("safety-backup", NULL, NULL, MAINSTAY_TYPE_BACKUP,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_restore_operation_init (MainstayRestoreOperation *self)
{
}

/**
 * mainstay_restore_operation_new:
 * @client: the client
 * @app: the app of both environments
 * @backup: what to restore
 * @target: where to
 * @target_list: (nullable): the target's list, for the safety backup's row
 * @options: how
 *
 * Returns: (transfer full): the operation, not started
 */
MainstayOperation *
mainstay_restore_operation_new (MainstayClient               *client,
                                MainstayApp                  *app,
                                MainstayBackup               *backup,
                                MainstayEnvironment          *target,
                                MainstayBackupList           *target_list,
                                const MainstayRestoreOptions *options)
{
  MainstayRestoreOperation *self;

  g_return_val_if_fail (MAINSTAY_IS_BACKUP (backup), NULL);
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (target), NULL);

  self = g_object_new (MAINSTAY_TYPE_RESTORE_OPERATION, "client", client, "app", app,
                       "environment", target, "backup", backup, NULL);
  g_set_object (&self->target_list, target_list);
  self->options = *options;
  return MAINSTAY_OPERATION (self);
}

/** mainstay_restore_operation_get_safety_backup: Returns: (transfer none) (nullable): once made */
MainstayBackup *
mainstay_restore_operation_get_safety_backup (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_RESTORE_OPERATION (self), NULL);

  return MAINSTAY_RESTORE_OPERATION (self)->safety_backup;
}
