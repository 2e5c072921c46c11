/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "mainstay-client.h"

G_BEGIN_DECLS

/* The class of an operation tells what it does; this is for lists and words. */
typedef enum {
  MAINSTAY_OPERATION_CREATE,
  MAINSTAY_OPERATION_RESTORE,
  MAINSTAY_OPERATION_UPLOAD,
  MAINSTAY_OPERATION_DOWNLOAD
} MainstayOperationKind;

/* Done and cancelled are for good, and failed where it cannot be retried. */
typedef enum {
  MAINSTAY_OPERATION_QUEUED,    /* waits for its turn */
  MAINSTAY_OPERATION_RUNNING,
  MAINSTAY_OPERATION_PAUSED,    /* by a person, or until its account is ready (the trouble tells) */
  MAINSTAY_OPERATION_VERIFYING, /* like running: all is here, and the rest of the proof runs */
  MAINSTAY_OPERATION_DONE,
  MAINSTAY_OPERATION_FAILED,
  MAINSTAY_OPERATION_CANCELLED
} MainstayOperationState;

/* What a running operation is doing now. */
typedef enum {
  MAINSTAY_STEP_NONE,
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
 * moves the state and owns the cancellable and the errors.
 *
 * A resumable one is run again, on the same object, after a pause and after a failure; it goes on
 * from what is on the disk or at the portal.
 *
 * Properties, read-only: kind, state, step (ints), progress (double, negative when unknown),
 * bytes-done, bytes-total (int64, -1 when unknown), speed (double, bytes a second, 0 when unknown),
 * seconds-left (int, -1 when unknown), error (GError: why it failed), trouble (GError: why it is
 * not getting on just now, although it has not failed), retries (uint), started-at, finished-at
 * (int64, milliseconds since 1970), can-cancel, can-pause, can-resume, can-retry (booleans),
 * client, app, environment, backup. Changes are notified at most ten times a second, except of the
 * state, the trouble and what can be done.
 */
#define MAINSTAY_TYPE_OPERATION (mainstay_operation_get_type ())
G_DECLARE_DERIVABLE_TYPE (MainstayOperation, mainstay_operation, MAINSTAY, OPERATION, GObject)

/**
 * MainstayOperationClass:
 * @kind: what it does
 * @resumable: whether it may be paused and retried: run_async is then called again, and a run that
 *   was cancelled or failed keeps what it has
 * @run_async: does the work; must end soon after @cancellable was cancelled
 * @discard_async: (nullable): after a resumable one was cancelled: removes what is on the disk and
 *   at the portal. Nothing runs meanwhile, and it is not called where nothing was ever run. The
 *   client may be %NULL, after a restart: the portal's part is then left to expire
 * @settle_async: (nullable): after one that is kept over a restart was done, and is known to be so
 *   even after a crash: removes what would have told that it is. May also be called after the
 *   restart, of one that was never run; cannot fail
 * @describe: (nullable): what is needed to make it again after a restart of the program, begun with
 *   mainstay_transfer_record_new(); never a key or a link. (transfer full) (nullable: nothing is to
 *   be kept now)
 */
struct _MainstayOperationClass
{
  GObjectClass parent_class;

  MainstayOperationKind kind;
  gboolean resumable;
  void         (*run_async)      (MainstayOperation    *self,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
  gboolean     (*run_finish)     (MainstayOperation    *self,
                                  GAsyncResult         *result,
                                  GError              **error);
  void         (*discard_async)  (MainstayOperation    *self,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
  gboolean     (*discard_finish) (MainstayOperation    *self,
                                  GAsyncResult         *result,
                                  GError              **error);
  void         (*settle_async)   (MainstayOperation    *self,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
  JsonObject * (*describe)       (MainstayOperation    *self);
};

/* For one that waits for its turn. It holds itself while it runs. */
void                   mainstay_operation_start           (MainstayOperation *self);
/* Each of these does nothing where its mainstay_operation_can_…() is FALSE; the state follows a
 * little later, when what is under way has stopped. They may follow each other at any speed: the
 * last wish counts, except that nothing follows a cancel. */
void                   mainstay_operation_cancel          (MainstayOperation *self);
void                   mainstay_operation_pause           (MainstayOperation *self);
void                   mainstay_operation_resume          (MainstayOperation *self);
void                   mainstay_operation_retry           (MainstayOperation *self);
/* Whether cancelling still leaves everything as it was: not once a restore's or a data upload's job
 * has been accepted by the portal. Also of a failed one that could be retried: gives it up. */
gboolean               mainstay_operation_can_cancel      (MainstayOperation *self);
gboolean               mainstay_operation_can_pause       (MainstayOperation *self);
gboolean               mainstay_operation_can_resume      (MainstayOperation *self);
gboolean               mainstay_operation_can_retry       (MainstayOperation *self);
/* Whether it goes on by itself: queued, running or verifying. */
gboolean               mainstay_operation_is_active       (MainstayOperation *self);
/* Running or verifying. */
gboolean               mainstay_operation_is_running      (MainstayOperation *self);
/* Done, failed or cancelled. */
gboolean               mainstay_operation_has_ended       (MainstayOperation *self);
/* Whether something of it is under way, stopping and discarding included. */
gboolean               mainstay_operation_is_busy         (MainstayOperation *self);
/* Whether what is under way was told to stop, or is being discarded. */
gboolean               mainstay_operation_is_stopping     (MainstayOperation *self);
/* Whether a person paused it, be it waiting for something else as well. */
gboolean               mainstay_operation_is_paused_by_user (MainstayOperation *self);
/* Whether it was cancelled, be it not all gone yet. */
gboolean               mainstay_operation_is_cancelling   (MainstayOperation *self);
gboolean               mainstay_operation_is_resumable    (MainstayOperation *self);
/* Whether it moves bytes, so that only some run at once: uploads and downloads. */
gboolean               mainstay_operation_is_transfer     (MainstayOperation *self);
MainstayOperationKind  mainstay_operation_get_kind        (MainstayOperation *self);
MainstayOperationState mainstay_operation_get_state       (MainstayOperation *self);
MainstayOperationStep  mainstay_operation_get_step        (MainstayOperation *self);
double                 mainstay_operation_get_progress    (MainstayOperation *self);
gint64                 mainstay_operation_get_bytes_done  (MainstayOperation *self);
gint64                 mainstay_operation_get_bytes_total (MainstayOperation *self);
double                 mainstay_operation_get_speed       (MainstayOperation *self);
int                    mainstay_operation_get_seconds_left (MainstayOperation *self);
unsigned int           mainstay_operation_get_retries     (MainstayOperation *self);
gint64                 mainstay_operation_get_started_at  (MainstayOperation *self);
gint64                 mainstay_operation_get_finished_at (MainstayOperation *self);
/* (nullable) */
const GError          *mainstay_operation_get_error       (MainstayOperation *self);
/* (nullable) */
const GError          *mainstay_operation_get_trouble     (MainstayOperation *self);
/* (nullable): one that was made again after a restart has none until its account is ready, and is
 * not run before */
MainstayClient        *mainstay_operation_get_client      (MainstayOperation *self);
MainstayApp           *mainstay_operation_get_app         (MainstayOperation *self);
/* The environment worked on: a restore's target. */
MainstayEnvironment   *mainstay_operation_get_environment (MainstayOperation *self);
/* (nullable): what is restored or downloaded, or was created */
MainstayBackup        *mainstay_operation_get_backup      (MainstayOperation *self);
/* (transfer full) (nullable): what the registry keeps of it; NULL where nothing is kept */
JsonObject            *mainstay_operation_describe        (MainstayOperation *self);

/* For what keeps operations over a restart, not for people. Holds it back for reasons that are no
 * person's wish: no client yet, or the program quits; a run that is under way stops. @why
 * (nullable) becomes the trouble. */
void                   mainstay_operation_hold            (MainstayOperation *self,
                                                           const GError      *why);
/* Lets it go on, unless a person paused it; @client (nullable) replaces the one it has. */
void                   mainstay_operation_release         (MainstayOperation *self,
                                                           MainstayClient    *client);
gboolean               mainstay_operation_is_held         (MainstayOperation *self);

G_END_DECLS
