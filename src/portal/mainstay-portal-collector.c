/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-collector.h"

#include "mainstay-portal-collect.h"

#define DELAY_MS 20000

struct _MainstayPortalCollector
{
  MainstayPortalContentStore *store; /* borrowed */
  char *snapshots;
  GCancellable *cancellable;
  GThread *thread; /* (nullable): made when it is first asked */

  GMutex lock; /* for all below */
  GCond changed;
  gint64 due; /* monotonic microseconds; 0 for not asked */
  gboolean is_closing;
};

MainstayPortalCollector *
mainstay_portal_collector_new (MainstayPortalContentStore *store,
                               const char                 *snapshots)
{
  MainstayPortalCollector *self = g_new0 (MainstayPortalCollector, 1);

  self->store = store;
  self->snapshots = g_strdup (snapshots);
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

void
mainstay_portal_collector_free (MainstayPortalCollector *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->is_closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->thread, g_thread_join);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->snapshots, g_free);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_clear_pointer (&self, g_free);
}

static void
collect (MainstayPortalCollector *self)
{
  g_autoptr(GError) error = NULL;
  unsigned int n_packs;
  gint64 n_bytes;

  if (!mainstay_portal_content_collect (self->store, self->snapshots, self->cancellable, &n_packs,
                                        &n_bytes, &error))
    g_message ("What backups no longer need was not removed: %s", error->message);
  else if (n_packs > 0)
    g_debug ("%u packs are gone, and %" G_GINT64_FORMAT " bytes are free", n_packs, n_bytes);
}

static gpointer
run (gpointer user_data)
{
  MainstayPortalCollector *self = user_data;

  g_mutex_lock (&self->lock);
  while (!self->is_closing)
    {
      if (self->due == 0)
        g_cond_wait (&self->changed, &self->lock);
      else if (g_get_monotonic_time () < self->due)
        g_cond_wait_until (&self->changed, &self->lock, self->due);
      else
        {
          self->due = 0;
          g_mutex_unlock (&self->lock);
          collect (self);
          g_mutex_lock (&self->lock);
        }
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

void
mainstay_portal_collector_request (MainstayPortalCollector *self)
{
  g_mutex_lock (&self->lock);
  if (self->due == 0)
    self->due = g_get_monotonic_time () + DELAY_MS * G_TIME_SPAN_MILLISECOND;
  if (self->thread == NULL && !self->is_closing)
    self->thread = g_thread_new ("collector", run, self);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}
