/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operations.h"

#include "mainstay-backup-maker.h"
#include "mainstay-operation-private.h"

#define MAINSTAY_TYPE_CREATE_OPERATION (mainstay_create_operation_get_type ())
G_DECLARE_FINAL_TYPE (MainstayCreateOperation, mainstay_create_operation, MAINSTAY,
                      CREATE_OPERATION, MainstayOperation)

struct _MainstayCreateOperation
{
  MainstayOperation parent_instance;

  MainstayBackupList *list;
  char *comment; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (MainstayCreateOperation, mainstay_create_operation, MAINSTAY_TYPE_OPERATION)

static void
backup_changed (MainstayBackup *backup,
                gpointer        user_data)
{
  MainstayOperation *operation = user_data;

  mainstay_operation_set_backup (operation, backup);
  mainstay_operation_set_progress (operation, mainstay_backup_get_progress (backup));
}

static void
made_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) backup =
    mainstay_backup_maker_run_finish (MAINSTAY_CLIENT (object), result, &error);

  if (backup == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
mainstay_create_operation_run_async (MainstayOperation   *operation,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  MainstayCreateOperation *self = MAINSTAY_CREATE_OPERATION (operation);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, mainstay_create_operation_run_async);
  mainstay_operation_set_step (operation, MAINSTAY_STEP_CREATING);
  /* Once asked for, the portal makes the backup, whether or not anybody waits for it. */
  mainstay_operation_pass_no_return (operation);
  mainstay_backup_maker_run_async (mainstay_operation_get_client (operation),
                                   mainstay_operation_get_app (operation),
                                   mainstay_operation_get_environment (operation),
                                   self->list, self->comment, backup_changed, self, cancellable,
                                   made_cb, g_object_ref (task));
}

static gboolean
mainstay_create_operation_run_finish (MainstayOperation  *operation,
                                      GAsyncResult       *result,
                                      GError            **error)
{
  g_assert (g_task_is_valid (result, operation));

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
mainstay_create_operation_finalize (GObject *object)
{
  MainstayCreateOperation *self = MAINSTAY_CREATE_OPERATION (object);

  g_clear_object (&self->list);
  g_clear_pointer (&self->comment, g_free);

  G_OBJECT_CLASS (mainstay_create_operation_parent_class)->finalize (object);
}

static void
mainstay_create_operation_class_init (MainstayCreateOperationClass *klass)
{
  MainstayOperationClass *operation_class = MAINSTAY_OPERATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mainstay_create_operation_finalize;

  operation_class->kind = MAINSTAY_OPERATION_CREATE;
  operation_class->run_async = mainstay_create_operation_run_async;
  operation_class->run_finish = mainstay_create_operation_run_finish;
}

static void
mainstay_create_operation_init (MainstayCreateOperation *self)
{
}

/**
 * mainstay_create_operation_new:
 * @list: the list of the environment to back up
 * @comment: (nullable): the backup's comment
 *
 * Returns: (transfer full): the operation, not started
 */
MainstayOperation *
mainstay_create_operation_new (MainstayBackupList *list,
                               const char         *comment)
{
  MainstayCreateOperation *self;

  g_return_val_if_fail (MAINSTAY_IS_BACKUP_LIST (list), NULL);

  self = g_object_new (MAINSTAY_TYPE_CREATE_OPERATION,
                       "client", mainstay_backup_list_get_client (list),
                       "app", mainstay_backup_list_get_app (list),
                       "environment", mainstay_backup_list_get_environment (list),
                       NULL);
  self->list = g_object_ref (list);
  self->comment = g_strdup (comment);
  return MAINSTAY_OPERATION (self);
}
