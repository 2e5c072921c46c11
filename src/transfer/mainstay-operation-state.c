/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * Which states there are, what may follow what, and what can be done in them.
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operation-internal.h"

#define N_STATES (MAINSTAY_OPERATION_CANCELLED + 1)

static const gboolean legal[N_STATES][N_STATES] = {
  [MAINSTAY_OPERATION_QUEUED] = {
    [MAINSTAY_OPERATION_RUNNING] = TRUE,
    [MAINSTAY_OPERATION_PAUSED] = TRUE,
    [MAINSTAY_OPERATION_FAILED] = TRUE,
    [MAINSTAY_OPERATION_CANCELLED] = TRUE,
  },
  /* To queued: resumed again before the pause had stopped it. */
  [MAINSTAY_OPERATION_RUNNING] = {
    [MAINSTAY_OPERATION_QUEUED] = TRUE,
    [MAINSTAY_OPERATION_PAUSED] = TRUE,
    [MAINSTAY_OPERATION_VERIFYING] = TRUE,
    [MAINSTAY_OPERATION_DONE] = TRUE,
    [MAINSTAY_OPERATION_FAILED] = TRUE,
    [MAINSTAY_OPERATION_CANCELLED] = TRUE,
  },
  [MAINSTAY_OPERATION_PAUSED] = {
    [MAINSTAY_OPERATION_QUEUED] = TRUE,
    [MAINSTAY_OPERATION_FAILED] = TRUE,
    [MAINSTAY_OPERATION_CANCELLED] = TRUE,
  },
  [MAINSTAY_OPERATION_VERIFYING] = {
    [MAINSTAY_OPERATION_QUEUED] = TRUE,
    [MAINSTAY_OPERATION_RUNNING] = TRUE,
    [MAINSTAY_OPERATION_PAUSED] = TRUE,
    [MAINSTAY_OPERATION_DONE] = TRUE,
    [MAINSTAY_OPERATION_FAILED] = TRUE,
    [MAINSTAY_OPERATION_CANCELLED] = TRUE,
  },
  /* Retried, or given up. */
  [MAINSTAY_OPERATION_FAILED] = {
    [MAINSTAY_OPERATION_QUEUED] = TRUE,
    [MAINSTAY_OPERATION_CANCELLED] = TRUE,
  },
};

/**
 * mainstay_operation_state_may_follow:
 * @from: the state before
 * @to: the state after
 *
 * Returns: whether an operation may go from @from to @to
 */
gboolean
mainstay_operation_state_may_follow (MainstayOperationState from,
                                     MainstayOperationState to)
{
  g_return_val_if_fail (from < N_STATES && to < N_STATES, FALSE);

  return legal[from][to];
}

void
_mainstay_operation_set_state (MainstayOperation      *self,
                               MainstayOperationState  state)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  g_assert (mainstay_operation_state_may_follow (priv->state, state));

  priv->state = state;
  if (!mainstay_operation_is_running (self))
    g_clear_handle_id (&priv->tick_id, g_source_remove);
  _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_STATE);
  _mainstay_operation_note_abilities (self);
  _mainstay_operation_flush (self);
}

/* A failed one that can be retried has something that can be given up. */
static gboolean
is_retryable (MainstayOperation *self)
{
  return mainstay_operation_get_state (self) == MAINSTAY_OPERATION_FAILED &&
         mainstay_operation_is_resumable (self);
}

/** mainstay_operation_can_cancel: Returns: whether cancelling leaves everything as it was */
gboolean
mainstay_operation_can_cancel (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  priv = _mainstay_operation_get (self);
  if (priv->wants_cancel)
    return FALSE;
  return is_retryable (self) || (!mainstay_operation_has_ended (self) && !priv->passed_no_return);
}

/** mainstay_operation_can_pause: Returns: whether it would go on by itself and can be stopped */
gboolean
mainstay_operation_can_pause (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  priv = _mainstay_operation_get (self);
  return mainstay_operation_is_resumable (self) && !mainstay_operation_has_ended (self) &&
         !priv->passed_no_return && !priv->wants_cancel && !priv->wants_pause;
}

/** mainstay_operation_can_resume: Returns: whether a person paused it */
gboolean
mainstay_operation_can_resume (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  priv = _mainstay_operation_get (self);
  return !mainstay_operation_has_ended (self) && !priv->wants_cancel && priv->wants_pause;
}

/** mainstay_operation_can_retry: Returns: whether it failed and can go on from there */
gboolean
mainstay_operation_can_retry (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  priv = _mainstay_operation_get (self);
  return is_retryable (self) && !priv->wants_cancel && !priv->held;
}

/** mainstay_operation_is_active: Returns: whether it goes on by itself */
gboolean
mainstay_operation_is_active (MainstayOperation *self)
{
  return mainstay_operation_get_state (self) == MAINSTAY_OPERATION_QUEUED ||
         mainstay_operation_is_running (self);
}

/** mainstay_operation_is_running: Returns: whether it runs or verifies */
gboolean
mainstay_operation_is_running (MainstayOperation *self)
{
  MainstayOperationState state = mainstay_operation_get_state (self);

  return state == MAINSTAY_OPERATION_RUNNING || state == MAINSTAY_OPERATION_VERIFYING;
}

/** mainstay_operation_has_ended: Returns: whether it is done, failed or cancelled */
gboolean
mainstay_operation_has_ended (MainstayOperation *self)
{
  MainstayOperationState state = mainstay_operation_get_state (self);

  return state == MAINSTAY_OPERATION_DONE || state == MAINSTAY_OPERATION_FAILED ||
         state == MAINSTAY_OPERATION_CANCELLED;
}

/** mainstay_operation_is_busy: Returns: whether a run or a discard is under way */
gboolean
mainstay_operation_is_busy (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  priv = _mainstay_operation_get (self);
  return priv->running || priv->discarding;
}

/** mainstay_operation_is_stopping: Returns: whether what is under way ends soon */
gboolean
mainstay_operation_is_stopping (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  priv = _mainstay_operation_get (self);
  return priv->discarding || (priv->running && g_cancellable_is_cancelled (priv->cancellable));
}

/** mainstay_operation_is_paused_by_user: Returns: whether a person wants it to wait */
gboolean
mainstay_operation_is_paused_by_user (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  return _mainstay_operation_get (self)->wants_pause;
}

/** mainstay_operation_is_cancelling: Returns: whether it ends in being cancelled, or did */
gboolean
mainstay_operation_is_cancelling (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  return _mainstay_operation_get (self)->wants_cancel;
}

/** mainstay_operation_is_held: Returns: whether the program holds it back */
gboolean
mainstay_operation_is_held (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  return _mainstay_operation_get (self)->held;
}

/** mainstay_operation_is_resumable: Returns: whether it may be paused and retried */
gboolean
mainstay_operation_is_resumable (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  return MAINSTAY_OPERATION_GET_CLASS (self)->resumable;
}

/** mainstay_operation_is_transfer: Returns: whether it moves bytes and takes its turn */
gboolean
mainstay_operation_is_transfer (MainstayOperation *self)
{
  MainstayOperationKind kind = mainstay_operation_get_kind (self);

  return kind == MAINSTAY_OPERATION_UPLOAD || kind == MAINSTAY_OPERATION_DOWNLOAD;
}
