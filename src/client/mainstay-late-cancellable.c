/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * libsoup 3.6 frees a message's place in its queue twice when the message is cancelled after the
 * head of the answer arrived and before the main loop told libsoup of that: run_until_read_done()
 * then ends the message's I/O, which takes it out of the queue, and takes it out once more. Answers
 * from the same machine do arrive that fast. What waits to be told so waits with the priority that
 * the message was sent with, so that a cancellation of lower priority always comes after it.
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-late-cancellable.h"

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      late)
{
  g_cancellable_cancel (late);
  return G_SOURCE_REMOVE;
}

static void
stop_watching (gpointer data)
{
  GSource *watch = data;

  g_source_destroy (watch);
  g_source_unref (watch);
}

/**
 * mainstay_late_cancellable_new:
 * @cancellable: (nullable): to follow
 *
 * To be given to libsoup in the place of @cancellable, for what is sent with %G_PRIORITY_DEFAULT.
 *
 * Returns: (transfer full) (nullable): cancelled after @cancellable, as long as somebody holds it
 */
GCancellable *
mainstay_late_cancellable_new (GCancellable *cancellable)
{
  GCancellable *late;
  GSource *watch;

  if (cancellable == NULL)
    return NULL;
  late = g_cancellable_new ();
  watch = g_cancellable_source_new (cancellable);
  g_source_set_priority (watch, G_PRIORITY_DEFAULT + 1);
  g_source_set_callback (watch, G_SOURCE_FUNC (cancelled_cb), late, NULL);
  g_source_attach (watch, g_main_context_get_thread_default ());
  g_object_set_data_full (G_OBJECT (late), "watch", watch, stop_watching);
  return late;
}
