/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-private.h"

/* A database server may be away for a second or for a day. */
#define FIRST_DELAY_MS 500
#define LONGEST_DELAY_MS 30000

/* Called with the lock held, which it gives up meanwhile. */
static void
settle_each (MainstayPortal *self)
{
  g_autoptr(GPtrArray) swaps = g_steal_pointer (&self->unsettled);
  g_autoptr(GPtrArray) left = g_ptr_array_new_with_free_func (
    (GDestroyNotify) mainstay_portal_swap_free);

  self->unsettled =
    g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_portal_swap_free);
  g_mutex_unlock (&self->lock);
  while (swaps->len > 0)
    {
      g_autoptr(MainstayPortalSwap) swap = g_ptr_array_steal_index (swaps, 0);
      g_autoptr(GError) error = NULL;

      if (mainstay_portal_settle (self, swap, &error))
        continue;
      g_message ("Job %s is not settled yet: %s", mainstay_portal_swap_get_job_id (swap),
                 error->message);
      g_ptr_array_add (left, g_steal_pointer (&swap));
    }
  g_mutex_lock (&self->lock);
  while (left->len > 0)
    g_ptr_array_add (self->unsettled, g_ptr_array_steal_index (left, 0));
}

static void
wait_locked (MainstayPortal *self,
             gint64          milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;

  while (!self->is_closing && g_cond_wait_until (&self->changed, &self->lock, end))
    continue;
}

static gpointer
settle_all (gpointer user_data)
{
  MainstayPortal *self = user_data;
  gint64 delay = FIRST_DELAY_MS;

  g_mutex_lock (&self->lock);
  while (!self->is_closing)
    {
      settle_each (self);
      delay = self->unsettled->len > 0 ? MIN (2 * delay, LONGEST_DELAY_MS) : FIRST_DELAY_MS;
      while (self->unsettled->len == 0 && !self->is_closing)
        g_cond_wait (&self->changed, &self->lock);
      wait_locked (self, delay);
    }
  self->is_settling = FALSE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

void
mainstay_portal_settle_later (MainstayPortal     *self,
                              MainstayPortalSwap *swap)
{
  g_mutex_lock (&self->lock);
  if (swap != NULL)
    g_ptr_array_add (self->unsettled, swap);
  if (self->unsettled->len > 0 && self->settler == NULL && !self->is_closing)
    {
      self->is_settling = TRUE;
      self->settler = g_thread_new ("settler", settle_all, self);
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

gboolean
mainstay_portal_settler_stop (MainstayPortal *self,
                              unsigned int    milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;
  gboolean has_ended;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  while (self->is_settling && g_cond_wait_until (&self->changed, &self->lock, end))
    continue;
  has_ended = !self->is_settling;
  g_mutex_unlock (&self->lock);
  if (has_ended && self->settler != NULL)
    g_thread_join (g_steal_pointer (&self->settler));
  return has_ended;
}
