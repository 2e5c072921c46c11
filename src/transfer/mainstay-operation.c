/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * How an operation is started, stopped and ended. Wishes are noted as flags; when nothing is under
 * way any more, settle() makes the state follow them.
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operation-internal.h"

#include "mainstay-error.h"
#include "mainstay-time.h"

enum {
  SIGNAL_RECORD_CHANGED,
  N_SIGNALS
};

static unsigned int signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MainstayOperation, mainstay_operation, G_TYPE_OBJECT)

MainstayOperationPrivate *
_mainstay_operation_get (MainstayOperation *self)
{
  return mainstay_operation_get_instance_private (self);
}

static void
update_abilities (MainstayOperation *self)
{
  _mainstay_operation_note_abilities (self);
  _mainstay_operation_flush (self);
}

static void
set_ended (MainstayOperation      *self,
           MainstayOperationState  state,
           const GError           *error)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  _mainstay_operation_set_step (self, MAINSTAY_STEP_NONE);
  _mainstay_operation_note_trouble (self, NULL);
  if (state == MAINSTAY_OPERATION_DONE)
    {
      priv->progress = 1;
      _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_PROGRESS);
    }
  g_clear_error (&priv->error);
  priv->error = error != NULL ? g_error_copy (error) : NULL;
  _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_ERROR);
  priv->finished_at = mainstay_time_now ();
  _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_FINISHED_AT);
  _mainstay_operation_set_state (self, state);
}

static void
discarded_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(MainstayOperation) self = MAINSTAY_OPERATION (user_data);
  g_autoptr(GError) error = NULL;

  g_assert (object == user_data);

  _mainstay_operation_get (self)->discarding = FALSE;
  /* Nobody can do anything about it, and the portal lets uploads expire by itself. */
  if (!MAINSTAY_OPERATION_GET_CLASS (self)->discard_finish (self, result, &error))
    g_info ("Not everything of a cancelled transfer could be removed: %s", error->message);
  set_ended (self, MAINSTAY_OPERATION_CANCELLED, NULL);
}

static void
end_cancelled (MainstayOperation *self)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);
  MainstayOperationClass *klass = MAINSTAY_OPERATION_GET_CLASS (self);

  if (!klass->resumable || klass->discard_async == NULL || priv->started_at == 0)
    {
      set_ended (self, MAINSTAY_OPERATION_CANCELLED, NULL);
      return;
    }
  priv->discarding = TRUE;
  klass->discard_async (self, discarded_cb, g_object_ref (self));
}

/* Nothing is under way: what happens now is what is wished for. */
static void
settle (MainstayOperation *self)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);
  gboolean waits = priv->wants_pause || priv->held;
  MainstayOperationState state = waits ? MAINSTAY_OPERATION_PAUSED : MAINSTAY_OPERATION_QUEUED;

  g_assert (!mainstay_operation_is_busy (self));

  if (priv->wants_cancel)
    {
      end_cancelled (self);
      return;
    }
  _mainstay_operation_set_step (self, MAINSTAY_STEP_NONE);
  if (priv->state == state)
    {
      update_abilities (self);
      return;
    }
  /* What kept a run from getting on is over with it; what it is held for stays. */
  if (!priv->held)
    _mainstay_operation_note_trouble (self, NULL);
  g_object_ref (self);
  _mainstay_operation_set_state (self, state);
  if (priv->state == MAINSTAY_OPERATION_QUEUED && !priv->managed)
    mainstay_operation_start (self);
  g_object_unref (self);
}

/* Wishes changed. */
static void
stop_or_settle (MainstayOperation *self)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);
  gboolean stop = priv->wants_cancel || priv->wants_pause || priv->held;

  update_abilities (self);
  if (!priv->running && !priv->discarding)
    settle (self);
  else if (priv->running && stop)
    g_cancellable_cancel (priv->cancellable);
}

/* A stopped run may tell of the line that was cut under it. */
static gboolean
is_stopped_by_us (MainstayOperationPrivate *priv,
                  const GError             *error)
{
  return g_cancellable_is_cancelled (priv->cancellable) &&
         (priv->wants_cancel || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
          mainstay_error_is_transient (error));
}

static void
ran_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(MainstayOperation) self = MAINSTAY_OPERATION (user_data);
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);
  g_autoptr(GError) error = NULL;
  gboolean done = MAINSTAY_OPERATION_GET_CLASS (self)->run_finish (self, result, &error);
  gboolean stopped = !done && is_stopped_by_us (priv, error);

  g_assert (object == user_data);

  priv->running = FALSE;
  g_clear_object (&priv->cancellable);
  /* What was done is done, and what failed has failed, however late a click came. */
  if (done)
    set_ended (self, MAINSTAY_OPERATION_DONE, NULL);
  else if (stopped)
    settle (self);
  else
    set_ended (self, MAINSTAY_OPERATION_FAILED, error);
}

static void
mainstay_operation_finalize (GObject *object)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (MAINSTAY_OPERATION (object));

  g_clear_handle_id (&priv->tick_id, g_source_remove);
  g_clear_object (&priv->client);
  g_clear_object (&priv->app);
  g_clear_object (&priv->environment);
  g_clear_object (&priv->backup);
  g_clear_object (&priv->cancellable);
  g_clear_error (&priv->error);
  g_clear_error (&priv->trouble);
  g_clear_pointer (&priv->estimator, mainstay_transfer_estimator_free);

  G_OBJECT_CLASS (mainstay_operation_parent_class)->finalize (object);
}

static void
mainstay_operation_constructed (GObject *object)
{
  MainstayOperation *self = MAINSTAY_OPERATION (object);

  G_OBJECT_CLASS (mainstay_operation_parent_class)->constructed (object);

  /* The class of an instance is known only now, and nobody listens yet. */
  _mainstay_operation_note_abilities (self);
  _mainstay_operation_get (self)->dirty = 0;
}

static void
mainstay_operation_class_init (MainstayOperationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = mainstay_operation_constructed;
  object_class->finalize = mainstay_operation_finalize;
  _mainstay_operation_install (object_class);

  /* What is kept of it for a restart is another now. */
  signals[SIGNAL_RECORD_CHANGED] = g_signal_new ("record-changed", G_TYPE_FROM_CLASS (klass),
                                                 G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 0);
}

static void
mainstay_operation_init (MainstayOperation *self)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  priv->estimator = mainstay_transfer_estimator_new ();
  priv->progress = -1;
  priv->bytes_done = -1;
  priv->bytes_total = -1;
  priv->seconds_left = -1;
}

/**
 * mainstay_operation_pass_no_return:
 * @self: a running operation
 */
void
mainstay_operation_pass_no_return (MainstayOperation *self)
{
  _mainstay_operation_get (self)->passed_no_return = TRUE;
  update_abilities (self);
  mainstay_operation_record_changed (self);
}

/**
 * mainstay_operation_set_backup:
 * @self: a running operation
 * @backup: the backup that it made
 */
void
mainstay_operation_set_backup (MainstayOperation *self,
                               MainstayBackup    *backup)
{
  if (g_set_object (&_mainstay_operation_get (self)->backup, backup))
    _mainstay_operation_mark (self, MAINSTAY_OPERATION_PROP_BACKUP);
}

/**
 * mainstay_operation_record_changed:
 * @self: an operation
 */
void
mainstay_operation_record_changed (MainstayOperation *self)
{
  g_signal_emit (self, signals[SIGNAL_RECORD_CHANGED], 0);
}

/**
 * mainstay_operation_set_managed:
 * @self: an operation
 * @managed: whether somebody else starts it when it is queued
 */
void
mainstay_operation_set_managed (MainstayOperation *self,
                                gboolean           managed)
{
  _mainstay_operation_get (self)->managed = managed;
}

void
mainstay_operation_set_kept (MainstayOperation *self,
                             gboolean           kept)
{
  _mainstay_operation_get (self)->kept = kept;
}

gboolean
mainstay_operation_is_kept (MainstayOperation *self)
{
  return _mainstay_operation_get (self)->kept;
}

gboolean
mainstay_operation_has_to_settle (MainstayOperation *self)
{
  return MAINSTAY_OPERATION_GET_CLASS (self)->settle_async != NULL;
}

/**
 * mainstay_operation_settle_async:
 * @self: an operation that was done, in this run of the program or an earlier one
 * @callback: called at the end, of which there is only one
 * @user_data: for @callback
 */
void
mainstay_operation_settle_async (MainstayOperation   *self,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (mainstay_operation_has_to_settle (self));

  MAINSTAY_OPERATION_GET_CLASS (self)->settle_async (self, callback, user_data);
}

/**
 * mainstay_operation_set_begun:
 * @self: an operation that has not been started
 * @started_at: when it was, in milliseconds since 1970
 */
void
mainstay_operation_set_begun (MainstayOperation *self,
                              gint64             started_at)
{
  _mainstay_operation_get (self)->started_at = started_at;
  _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_STARTED_AT);
  _mainstay_operation_flush (self);
}

/**
 * mainstay_operation_fail:
 * @self: an operation that waits or is paused
 * @error: why
 */
void
mainstay_operation_fail (MainstayOperation *self,
                         const GError      *error)
{
  g_return_if_fail (!mainstay_operation_is_busy (self));
  g_return_if_fail (!mainstay_operation_has_ended (self));

  set_ended (self, MAINSTAY_OPERATION_FAILED, error);
}

/**
 * mainstay_operation_start:
 * @self: an operation that waits for its turn
 *
 * Does nothing when it was cancelled or paused before.
 */
void
mainstay_operation_start (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_if_fail (MAINSTAY_IS_OPERATION (self));
  priv = _mainstay_operation_get (self);
  if (priv->state == MAINSTAY_OPERATION_CANCELLED || priv->state == MAINSTAY_OPERATION_PAUSED)
    return;
  g_return_if_fail (priv->state == MAINSTAY_OPERATION_QUEUED);

  if (priv->started_at == 0)
    {
      priv->started_at = mainstay_time_now ();
      _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_STARTED_AT);
    }
  priv->passed_no_return = FALSE;
  priv->running = TRUE;
  priv->cancellable = g_cancellable_new ();
  g_object_ref (self);
  _mainstay_operation_set_state (self, MAINSTAY_OPERATION_RUNNING);
  MAINSTAY_OPERATION_GET_CLASS (self)->run_async (self, priv->cancellable, ran_cb, self);
}

/**
 * mainstay_operation_cancel:
 * @self: an operation
 *
 * Ends in %MAINSTAY_OPERATION_CANCELLED a little later. Does nothing where
 * mainstay_operation_can_cancel() is %FALSE.
 */
void
mainstay_operation_cancel (MainstayOperation *self)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION (self));

  if (!mainstay_operation_can_cancel (self))
    return;
  _mainstay_operation_get (self)->wants_cancel = TRUE;
  stop_or_settle (self);
}

/**
 * mainstay_operation_pause:
 * @self: an operation
 *
 * Is %MAINSTAY_OPERATION_PAUSED a little later, unless it ends first.
 */
void
mainstay_operation_pause (MainstayOperation *self)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION (self));

  if (!mainstay_operation_can_pause (self))
    return;
  _mainstay_operation_get (self)->wants_pause = TRUE;
  stop_or_settle (self);
  mainstay_operation_record_changed (self);
}

/**
 * mainstay_operation_resume:
 * @self: an operation
 *
 * Waits for its turn again, or goes on at once where it has none to wait for.
 */
void
mainstay_operation_resume (MainstayOperation *self)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION (self));

  if (!mainstay_operation_can_resume (self))
    return;
  _mainstay_operation_get (self)->wants_pause = FALSE;
  stop_or_settle (self);
  mainstay_operation_record_changed (self);
}

/**
 * mainstay_operation_retry:
 * @self: an operation
 *
 * Goes on from where it failed, when it is its turn.
 */
void
mainstay_operation_retry (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_if_fail (MAINSTAY_IS_OPERATION (self));

  if (!mainstay_operation_can_retry (self))
    return;
  priv = _mainstay_operation_get (self);
  priv->wants_pause = FALSE;
  g_clear_error (&priv->error);
  _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_ERROR);
  priv->finished_at = 0;
  _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_FINISHED_AT);
  priv->retries = 0;
  _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_RETRIES);
  settle (self);
}

/**
 * mainstay_operation_hold:
 * @self: an operation
 * @why: (nullable): what it waits for
 */
void
mainstay_operation_hold (MainstayOperation *self,
                         const GError      *why)
{
  MainstayOperationPrivate *priv;

  g_return_if_fail (MAINSTAY_IS_OPERATION (self));
  g_return_if_fail (mainstay_operation_is_resumable (self));

  priv = _mainstay_operation_get (self);
  priv->held = TRUE;
  if (mainstay_operation_has_ended (self) || priv->passed_no_return)
    {
      update_abilities (self);
      return;
    }
  _mainstay_operation_note_trouble (self, why);
  stop_or_settle (self);
}

/**
 * mainstay_operation_release:
 * @self: an operation that was held
 * @client: (nullable): what to speak to the portal with from now on
 */
void
mainstay_operation_release (MainstayOperation *self,
                            MainstayClient    *client)
{
  MainstayOperationPrivate *priv;

  g_return_if_fail (MAINSTAY_IS_OPERATION (self));

  priv = _mainstay_operation_get (self);
  if (client != NULL && g_set_object (&priv->client, client))
    _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_CLIENT);
  priv->held = FALSE;
  _mainstay_operation_note_trouble (self, NULL);
  if (mainstay_operation_has_ended (self))
    update_abilities (self);
  else
    stop_or_settle (self);
}

/** mainstay_operation_describe: Returns: (transfer full) (nullable): what is kept of it */
JsonObject *
mainstay_operation_describe (MainstayOperation *self)
{
  MainstayOperationClass *klass;

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  klass = MAINSTAY_OPERATION_GET_CLASS (self);
  return klass->resumable && klass->describe != NULL ? klass->describe (self) : NULL;
}

/** mainstay_operation_get_kind: Returns: what it does */
MainstayOperationKind
mainstay_operation_get_kind (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), MAINSTAY_OPERATION_CREATE);

  return MAINSTAY_OPERATION_GET_CLASS (self)->kind;
}

/** mainstay_operation_get_state: Returns: how far it is */
MainstayOperationState
mainstay_operation_get_state (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), MAINSTAY_OPERATION_FAILED);

  return _mainstay_operation_get (self)->state;
}

/** mainstay_operation_get_started_at: Returns: milliseconds since 1970, 0 before */
gint64
mainstay_operation_get_started_at (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), 0);

  return _mainstay_operation_get (self)->started_at;
}

/** mainstay_operation_get_finished_at: Returns: milliseconds since 1970, 0 before */
gint64
mainstay_operation_get_finished_at (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), 0);

  return _mainstay_operation_get (self)->finished_at;
}

/** mainstay_operation_get_error: Returns: (nullable): why it failed */
const GError *
mainstay_operation_get_error (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return _mainstay_operation_get (self)->error;
}

/** mainstay_operation_get_client: Returns: (transfer none) (nullable): what it speaks with */
MainstayClient *
mainstay_operation_get_client (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return _mainstay_operation_get (self)->client;
}

/** mainstay_operation_get_app: Returns: (transfer none): the app worked on */
MainstayApp *
mainstay_operation_get_app (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return _mainstay_operation_get (self)->app;
}

/** mainstay_operation_get_environment: Returns: (transfer none): the environment worked on */
MainstayEnvironment *
mainstay_operation_get_environment (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return _mainstay_operation_get (self)->environment;
}

/** mainstay_operation_get_backup: Returns: (transfer none) (nullable): the backup worked on */
MainstayBackup *
mainstay_operation_get_backup (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return _mainstay_operation_get (self)->backup;
}
