/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * What a running operation tells of itself: step, bytes, speed, trouble.
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operation-internal.h"

/* Only the end is the end: a bar that is full and then fails would have lied. */
#define HIGHEST_PROGRESS 0.99

static void
set_speed (MainstayOperation *self,
           double             speed,
           int                seconds_left)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  if (priv->speed != speed)
    {
      priv->speed = speed;
      _mainstay_operation_mark (self, MAINSTAY_OPERATION_PROP_SPEED);
    }
  if (priv->seconds_left != seconds_left)
    {
      priv->seconds_left = seconds_left;
      _mainstay_operation_mark (self, MAINSTAY_OPERATION_PROP_SECONDS_LEFT);
    }
}

static gboolean
is_transferring (MainstayOperation *self)
{
  return mainstay_operation_is_running (self) &&
         _mainstay_operation_get (self)->step == MAINSTAY_STEP_TRANSFERRING;
}

gboolean
_mainstay_operation_tick_cb (gpointer user_data)
{
  MainstayOperation *self = user_data;
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);
  gboolean transferring = is_transferring (self);

  /* Also when nothing arrived: a line that stands still has to become slow on screen. */
  if (transferring && priv->bytes_done >= 0)
    {
      mainstay_transfer_estimator_add (priv->estimator, g_get_monotonic_time (), priv->bytes_done);
      set_speed (self, mainstay_transfer_estimator_get_speed (priv->estimator),
                 mainstay_transfer_estimator_get_seconds_left (priv->estimator,
                                                               priv->bytes_total));
    }
  if (!transferring)
    priv->tick_id = 0;
  g_object_ref (self);
  _mainstay_operation_flush (self);
  g_object_unref (self);
  return transferring;
}

void
_mainstay_operation_set_step (MainstayOperation     *self,
                              MainstayOperationStep  step)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  if (priv->step == step)
    return;
  priv->step = step;
  _mainstay_operation_mark (self, MAINSTAY_OPERATION_PROP_STEP);
  set_speed (self, 0, -1);
  if (step == MAINSTAY_STEP_NONE)
    return;
  mainstay_operation_set_progress (self, -1);
  mainstay_transfer_estimator_reset (priv->estimator);
}

/**
 * mainstay_operation_set_step:
 * @self: a running operation
 * @step: what it does now
 *
 * The state follows where one belongs to the step.
 */
void
mainstay_operation_set_step (MainstayOperation     *self,
                             MainstayOperationStep  step)
{
  MainstayOperationState state = step == MAINSTAY_STEP_VERIFYING ? MAINSTAY_OPERATION_VERIFYING
                                                                 : MAINSTAY_OPERATION_RUNNING;

  _mainstay_operation_set_step (self, step);
  if (mainstay_operation_is_running (self) && mainstay_operation_get_state (self) != state)
    _mainstay_operation_set_state (self, state);
}

/**
 * mainstay_operation_set_progress:
 * @self: a running operation
 * @progress: of its step, 0 to 1, negative when unknown
 */
void
mainstay_operation_set_progress (MainstayOperation *self,
                                 double             progress)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  progress = progress < 0 ? -1 : MIN (progress, HIGHEST_PROGRESS);
  if (priv->progress == progress)
    return;
  priv->progress = progress;
  _mainstay_operation_mark (self, MAINSTAY_OPERATION_PROP_PROGRESS);
}

/**
 * mainstay_operation_set_bytes:
 * @self: a running operation
 * @done: bytes transferred
 * @total: all bytes, -1 when unknown
 */
void
mainstay_operation_set_bytes (MainstayOperation *self,
                              gint64             done,
                              gint64             total)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);

  if (priv->bytes_done != done)
    {
      priv->bytes_done = done;
      _mainstay_operation_mark (self, MAINSTAY_OPERATION_PROP_BYTES_DONE);
    }
  if (priv->bytes_total != total)
    {
      priv->bytes_total = total;
      _mainstay_operation_mark (self, MAINSTAY_OPERATION_PROP_BYTES_TOTAL);
    }
  mainstay_operation_set_progress (self, total > 0 ? (double) done / (double) total : -1);
}

/* Two of the same words are one to whoever reads them. */
static gboolean
is_same (const GError *one,
         const GError *other)
{
  if (one == NULL || other == NULL)
    return one == other;
  return g_error_matches (one, other->domain, other->code) &&
         g_strcmp0 (one->message, other->message) == 0;
}

void
_mainstay_operation_note_trouble (MainstayOperation *self,
                                  const GError      *trouble)
{
  MainstayOperationPrivate *priv = _mainstay_operation_get (self);
  g_autoptr(GError) old = priv->trouble;

  priv->trouble = trouble != NULL ? g_error_copy (trouble) : NULL;
  if (!is_same (old, trouble))
    _mainstay_operation_note (self, MAINSTAY_OPERATION_PROP_TROUBLE);
}

/**
 * mainstay_operation_set_trouble:
 * @self: an operation that has not ended
 * @trouble: (nullable): why it is not getting on just now
 */
void
mainstay_operation_set_trouble (MainstayOperation *self,
                                const GError      *trouble)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION (self));

  if (mainstay_operation_has_ended (self))
    return;
  _mainstay_operation_note_trouble (self, trouble);
  _mainstay_operation_flush (self);
}

/**
 * mainstay_operation_add_retry:
 * @self: a running operation
 */
void
mainstay_operation_add_retry (MainstayOperation *self)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION (self));

  _mainstay_operation_get (self)->retries++;
  _mainstay_operation_mark (self, MAINSTAY_OPERATION_PROP_RETRIES);
}

/** mainstay_operation_get_step: Returns: what it does now */
MainstayOperationStep
mainstay_operation_get_step (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), MAINSTAY_STEP_NONE);

  return _mainstay_operation_get (self)->step;
}

/** mainstay_operation_get_progress: Returns: of its step, 0 to 1; negative when unknown */
double
mainstay_operation_get_progress (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), -1);

  return _mainstay_operation_get (self)->progress;
}

/** mainstay_operation_get_bytes_done: Returns: bytes, -1 when unknown */
gint64
mainstay_operation_get_bytes_done (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), -1);

  return _mainstay_operation_get (self)->bytes_done;
}

/** mainstay_operation_get_bytes_total: Returns: bytes, -1 when unknown */
gint64
mainstay_operation_get_bytes_total (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), -1);

  return _mainstay_operation_get (self)->bytes_total;
}

/** mainstay_operation_get_speed: Returns: bytes a second, 0 when unknown */
double
mainstay_operation_get_speed (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), 0);

  return _mainstay_operation_get (self)->speed;
}

/** mainstay_operation_get_seconds_left: Returns: seconds, -1 when unknown */
int
mainstay_operation_get_seconds_left (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), -1);

  return _mainstay_operation_get (self)->seconds_left;
}

/** mainstay_operation_get_retries: Returns: how often something was tried once more */
unsigned int
mainstay_operation_get_retries (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), 0);

  return _mainstay_operation_get (self)->retries;
}

/** mainstay_operation_get_trouble: Returns: (nullable): why it is not getting on just now */
const GError *
mainstay_operation_get_trouble (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return _mainstay_operation_get (self)->trouble;
}
