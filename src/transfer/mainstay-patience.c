/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-patience.h"

#include "mainstay-error.h"

#define FIRST_INTERVAL 250
#define LONGEST_INTERVAL 3000
#define LONGEST_SILENCE (5 * 60 * G_USEC_PER_SEC)

/** mainstay_patience_next: Returns: milliseconds to wait, longer each time */
unsigned int
mainstay_patience_next (MainstayPatience *self)
{
  self->interval = self->interval == 0 ? FIRST_INTERVAL
                                       : MIN (self->interval * 7 / 5, LONGEST_INTERVAL);
  return self->interval;
}

/**
 * mainstay_patience_lasts:
 * @self: the patience
 * @error: why there was no answer
 *
 * Returns: whether to ask again
 */
gboolean
mainstay_patience_lasts (MainstayPatience *self,
                         const GError     *error)
{
  gint64 now = g_get_monotonic_time ();

  if (self->silent_since == 0)
    self->silent_since = now;
  return mainstay_error_is_transient (error) && now - self->silent_since < LONGEST_SILENCE;
}

/** mainstay_patience_renew: There was an answer. */
void
mainstay_patience_renew (MainstayPatience *self)
{
  self->silent_since = 0;
}

static gboolean
time_passed_cb (gpointer user_data)
{
  GTask *task = user_data;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

/**
 * mainstay_pause_async:
 * @milliseconds: how long
 * @cancellable: (nullable): ends the pause at once
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_pause_async (unsigned int         milliseconds,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(GSource) source = g_timeout_source_new (milliseconds);

  g_task_set_source_tag (task, mainstay_pause_async);
  if (cancellable != NULL)
    {
      g_autoptr(GSource) cancelled = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (source, cancelled);
    }
  g_source_set_callback (source, time_passed_cb, g_object_ref (task), g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

/**
 * mainstay_pause_finish:
 * @result: what the callback got
 * @error: where to put %G_IO_ERROR_CANCELLED
 *
 * Returns: whether the time passed
 */
gboolean
mainstay_pause_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
