/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-crew.h"

#define MAX_THREADS 8

struct _MainstayPortalCrew
{
  /* Input. */
  gpointer user_data;
  unsigned int n_parts;
  GCancellable *cancellable; /* borrowed (nullable): cancelled by a failure */

  /* In progress. */
  GMutex lock;               /* for all below */
  unsigned int next;

  /* Output. */
  GError *error;
};

typedef struct
{
  MainstayPortalCrew *crew;
  MainstayPortalCrewFunc func;
} Member;

/* First it is told and then the others are stopped, who would otherwise be the first to fail. */
static void
fail (MainstayPortalCrew *self,
      GError             *error)
{
  g_mutex_lock (&self->lock);
  if (self->error == NULL)
    self->error = g_steal_pointer (&error);
  g_mutex_unlock (&self->lock);
  g_clear_error (&error);
  g_cancellable_cancel (self->cancellable);
}

static gpointer
run_member (gpointer data)
{
  Member *member = data;
  g_autoptr(GError) error = NULL;

  if (!member->func (member->crew, member->crew->user_data, &error))
    fail (member->crew, g_steal_pointer (&error));
  return NULL;
}

static gboolean
finish (MainstayPortalCrew  *self,
        GError             **error)
{
  g_mutex_clear (&self->lock);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

gboolean
mainstay_portal_crew_share (const char              *name,
                            unsigned int             n_threads,
                            unsigned int             n_parts,
                            GCancellable            *cancellable,
                            MainstayPortalCrewFunc   func,
                            gpointer                 user_data,
                            GError                 **error)
{
  MainstayPortalCrew self = {
    .user_data = user_data,
    .n_parts = n_parts,
    .cancellable = cancellable,
  };
  Member member = { &self, func };
  GThread *threads[MAX_THREADS];

  g_return_val_if_fail (n_threads <= MAX_THREADS, FALSE);

  g_mutex_init (&self.lock);
  for (unsigned int i = 0; i < n_threads; i++)
    threads[i] = g_thread_new (name, run_member, &member);
  for (unsigned int i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);
  return finish (&self, error);
}

gboolean
mainstay_portal_crew_next (MainstayPortalCrew *self,
                           unsigned int       *position)
{
  gboolean is_left;

  g_mutex_lock (&self->lock);
  is_left = self->error == NULL && self->next < self->n_parts;
  *position = self->next;
  if (is_left)
    self->next++;
  g_mutex_unlock (&self->lock);
  return is_left;
}

gboolean
mainstay_portal_crew_beside (GCancellable            *cancellable,
                             MainstayPortalCrewFunc   first,
                             MainstayPortalCrewFunc   second,
                             gpointer                 user_data,
                             GError                 **error)
{
  MainstayPortalCrew self = { .user_data = user_data, .cancellable = cancellable };
  Member here = { &self, first }, there = { &self, second };
  GThread *thread;

  g_mutex_init (&self.lock);
  thread = g_thread_new ("beside", run_member, &there);
  run_member (&here);
  g_thread_join (thread);
  return finish (&self, error);
}
