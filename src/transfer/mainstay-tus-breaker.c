/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-tus-breaker.h"

void
mainstay_tus_breaker_init (MainstayTusBreaker *self)
{
  *self = (MainstayTusBreaker) { 0 };
  g_mutex_init (&self->lock);
}

void
mainstay_tus_breaker_clear (MainstayTusBreaker *self)
{
  g_clear_object (&self->request);
  g_mutex_clear (&self->lock);
}

void
mainstay_tus_breaker_break (MainstayTusBreaker *self)
{
  g_autoptr(GCancellable) request = NULL;

  g_mutex_lock (&self->lock);
  self->broken = TRUE;
  g_set_object (&request, self->request);
  g_mutex_unlock (&self->lock);
  /* Without the lock: it calls whoever listens. */
  if (request != NULL)
    g_cancellable_cancel (request);
}

/** mainstay_tus_breaker_begin: One that is broken already gives what is cancelled already. */
GCancellable *
mainstay_tus_breaker_begin (MainstayTusBreaker *self)
{
  GCancellable *request = g_cancellable_new ();
  gboolean broken;

  g_mutex_lock (&self->lock);
  g_set_object (&self->request, request);
  broken = self->broken;
  g_mutex_unlock (&self->lock);
  if (broken)
    g_cancellable_cancel (request);
  return request;
}

gboolean
mainstay_tus_breaker_end (MainstayTusBreaker *self)
{
  gboolean broken;

  g_mutex_lock (&self->lock);
  g_clear_object (&self->request);
  broken = self->broken;
  self->broken = FALSE;
  g_mutex_unlock (&self->lock);
  return broken;
}
