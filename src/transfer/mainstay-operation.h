/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-client.h"

G_BEGIN_DECLS

/* The class of an operation tells what it does; this is for lists and words. */
typedef enum {
  MAINSTAY_OPERATION_CREATE,
  MAINSTAY_OPERATION_RESTORE,
  MAINSTAY_OPERATION_UPLOAD,
  MAINSTAY_OPERATION_DOWNLOAD
} MainstayOperationKind;

/* Queued is before the first step; done, failed and cancelled are for good. */
typedef enum {
  MAINSTAY_OPERATION_QUEUED,
  MAINSTAY_OPERATION_RUNNING,
  MAINSTAY_OPERATION_DONE,
  MAINSTAY_OPERATION_FAILED,
  MAINSTAY_OPERATION_CANCELLED
} MainstayOperationState;

/* What a running operation is doing now. */
typedef enum {
  MAINSTAY_STEP_NONE,
  MAINSTAY_STEP_STOPPING,         /* waits for the app to stop */
  MAINSTAY_STEP_SAFETY_BACKUP,    /* backs the target up before it is overwritten */
  MAINSTAY_STEP_CREATING,         /* follows a backup's job */
  MAINSTAY_STEP_PREPARING,        /* the portal makes the archive */
  MAINSTAY_STEP_TRANSFERRING,     /* bytes go over the line */
  MAINSTAY_STEP_VERIFYING,        /* the file is proved whole */
  MAINSTAY_STEP_RESTORING,        /* follows a restore's job */
  MAINSTAY_STEP_LOADING           /* follows a data upload's job */
} MainstayOperationStep;

/**
 * MainstayOperation:
 *
 * One piece of work that takes a while and that the activity view shows. An abstract class:
 * subclasses do run_async and run_finish and report through the protected setters; the base alone
 * moves the state and owns the cancellable and the error.
 *
 * Properties, read-only: kind, state, step (ints), progress (double, negative when unknown),
 * bytes-done, bytes-total (int64, -1 when unknown), speed (double, bytes a second, 0 when unknown),
 * seconds-left (int, -1 when unknown), error (GError), started-at, finished-at (int64, milliseconds
 * since 1970). Changes are notified at most ten times a second, except of the state.
 */
#define MAINSTAY_TYPE_OPERATION (mainstay_operation_get_type ())
G_DECLARE_DERIVABLE_TYPE (MainstayOperation, mainstay_operation, MAINSTAY, OPERATION, GObject)

struct _MainstayOperationClass
{
  GObjectClass parent_class;

  MainstayOperationKind kind;
  void     (*run_async)  (MainstayOperation    *self,
                          GCancellable         *cancellable,
                          GAsyncReadyCallback   callback,
                          gpointer              user_data);
  gboolean (*run_finish) (MainstayOperation    *self,
                          GAsyncResult         *result,
                          GError              **error);
};

/* To be run once. The operation holds itself until it has ended. */
void                   mainstay_operation_start           (MainstayOperation *self);
void                   mainstay_operation_cancel          (MainstayOperation *self);
/* Whether cancelling still leaves everything as it was: not once a restore's or a data upload's job
 * has been accepted by the portal. */
gboolean               mainstay_operation_can_cancel      (MainstayOperation *self);
gboolean               mainstay_operation_is_active       (MainstayOperation *self);
MainstayOperationKind  mainstay_operation_get_kind        (MainstayOperation *self);
MainstayOperationState mainstay_operation_get_state       (MainstayOperation *self);
MainstayOperationStep  mainstay_operation_get_step        (MainstayOperation *self);
double                 mainstay_operation_get_progress    (MainstayOperation *self);
gint64                 mainstay_operation_get_bytes_done  (MainstayOperation *self);
gint64                 mainstay_operation_get_bytes_total (MainstayOperation *self);
double                 mainstay_operation_get_speed       (MainstayOperation *self);
int                    mainstay_operation_get_seconds_left (MainstayOperation *self);
gint64                 mainstay_operation_get_started_at  (MainstayOperation *self);
gint64                 mainstay_operation_get_finished_at (MainstayOperation *self);
/* (nullable) */
const GError          *mainstay_operation_get_error       (MainstayOperation *self);
MainstayClient        *mainstay_operation_get_client      (MainstayOperation *self);
MainstayApp           *mainstay_operation_get_app         (MainstayOperation *self);
/* The environment worked on: a restore's target. */
MainstayEnvironment   *mainstay_operation_get_environment (MainstayOperation *self);
/* (nullable): what is restored or downloaded, or was created */
MainstayBackup        *mainstay_operation_get_backup      (MainstayOperation *self);

G_END_DECLS
