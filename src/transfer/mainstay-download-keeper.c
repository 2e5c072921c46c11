/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-download-keeper.h"

#define PUSH_INTERVAL (G_USEC_PER_SEC / 20)
#define SAVE_INTERVAL (G_USEC_PER_SEC)
/* The disk likes to be written to in large pieces. */
#define SMALLEST_PUSH (1024 * 1024)
/* How much is on its way to the disk before what was pushed first is waited for. */
#define MOST_PUSHED (32 * 1024 * 1024)

struct _MainstayDownloadKeeper
{
  MainstayDownloadRun *run;  /* borrowed */
  GThread *thread;
  MainstayRangeSet *pushed;  /* of the thread */
  GArray *cached;            /* of the thread: ranges pushed that are in memory, oldest first */
  gint64 cached_size;        /* of the thread: their bytes */
  gint64 saved_at;           /* monotonic, of the thread */
  gint64 saved_size;         /* bytes that the journal tells of, -1 for no journal */
  gboolean stopping;         /* under the run's mutex */
};

/* (transfer full): what has landed by now; with the mutex held */
static MainstayRangeSet *
copy_done (MainstayDownloadKeeper *self)
{
  return mainstay_range_set_copy (mainstay_range_plan_get_done (self->run->plan));
}

static void
push (MainstayDownloadKeeper *self,
      MainstayRangeSet       *done)
{
  g_autoptr(MainstayRangeSet) left = mainstay_range_set_copy (done);

  for (unsigned int i = 0; i < mainstay_range_set_get_n (self->pushed); i++)
    {
      const MainstayRange *range = mainstay_range_set_get (self->pushed, i);

      mainstay_range_set_remove (left, range->begin, range->end);
    }
  for (unsigned int i = 0; i < mainstay_range_set_get_n (left); i++)
    {
      const MainstayRange *range = mainstay_range_set_get (left, i);

      if (range->end - range->begin < SMALLEST_PUSH)
        continue;
      mainstay_part_file_push (self->run->part, range->begin, range->end - range->begin);
      mainstay_range_set_add (self->pushed, range->begin, range->end);
      g_array_append_val (self->cached, *range);
      self->cached_size += range->end - range->begin;
    }
}

/* Lets go of what the disk has and the proof has read, oldest first: a download of gigabytes would
 * push everything else out of the machine's memory, and fresh memory is slower to write to than
 * what was just given back. */
static void
release (MainstayDownloadKeeper *self)
{
  MainstayDownloadRun *run = self->run;
  gint64 proved = run->arrival != NULL ? mainstay_arrival_source_get_given (run->arrival)
                                       : G_MAXINT64;

  for (unsigned int i = 0; i < self->cached->len && self->cached_size > MOST_PUSHED;)
    {
      const MainstayRange range = g_array_index (self->cached, MainstayRange, i);

      if (range.end > proved)
        {
          i++;
          continue;
        }
      mainstay_part_file_release (run->part, range.begin, range.end - range.begin);
      self->cached_size -= range.end - range.begin;
      g_array_remove_index (self->cached, i);
    }
}

/* The bytes first: the journal must never tell of one that a crash could take away. */
static void
save (MainstayDownloadKeeper *self,
      MainstayRangeSet       *done)
{
  MainstayDownloadRun *run = self->run;
  g_autoptr(MainstayPartJournal) journal = NULL;
  g_autoptr(GError) error = NULL;

  self->saved_at = g_get_monotonic_time ();
  if (mainstay_range_set_get_size (done) == self->saved_size)
    return;
  if (mainstay_part_file_sync (run->part, &error))
    {
      g_mutex_lock (&run->mutex);
      g_clear_pointer (&run->journal->done, mainstay_range_set_free);
      run->journal->done = mainstay_range_set_copy (done);
      journal = mainstay_part_journal_copy (run->journal);
      g_mutex_unlock (&run->mutex);
      if (mainstay_part_journal_save (journal, run->journal_path, &error))
        self->saved_size = mainstay_range_set_get_size (done);
    }
  if (error != NULL)
    g_debug ("The journal cannot be kept: %s", error->message);
}

static gpointer
run_in_thread (gpointer data)
{
  MainstayDownloadKeeper *self = data;
  MainstayDownloadRun *run = self->run;

  g_mutex_lock (&run->mutex);
  while (!self->stopping)
    {
      g_autoptr(MainstayRangeSet) done = copy_done (self);
      gint64 now = g_get_monotonic_time ();
      gboolean saves = run->can_resume && now - self->saved_at >= SAVE_INTERVAL;

      run->unpushed = 0;
      g_mutex_unlock (&run->mutex);
      push (self, done);
      release (self);
      if (saves)
        save (self, done);
      g_mutex_lock (&run->mutex);
      if (!self->stopping && run->unpushed < MAINSTAY_DOWNLOAD_PUSH_SIZE)
        g_cond_wait_until (&run->keeper_cond, &run->mutex,
                           g_get_monotonic_time () + PUSH_INTERVAL);
    }
  g_mutex_unlock (&run->mutex);
  return NULL;
}

/**
 * mainstay_download_keeper_new:
 * @run: what it works for; must outlive it
 *
 * Returns: (transfer full): a keeper that is at work
 */
MainstayDownloadKeeper *
mainstay_download_keeper_new (MainstayDownloadRun *run)
{
  MainstayDownloadKeeper *self = g_new0 (MainstayDownloadKeeper, 1);

  self->run = run;
  self->pushed = mainstay_range_set_new ();
  self->cached = g_array_new (FALSE, FALSE, sizeof (MainstayRange));
  self->saved_size = -1;
  self->saved_at = g_get_monotonic_time ();
  self->thread = g_thread_new ("download keeper", run_in_thread, self);
  return self;
}

/**
 * mainstay_download_keeper_stop:
 * @self: (transfer full): a keeper
 * @save: whether the transfer will go on from here
 */
void
mainstay_download_keeper_stop (MainstayDownloadKeeper *self,
                               gboolean                saves)
{
  g_mutex_lock (&self->run->mutex);
  self->stopping = TRUE;
  g_cond_signal (&self->run->keeper_cond);
  g_mutex_unlock (&self->run->mutex);
  g_thread_join (self->thread);
  if (saves)
    {
      g_autoptr(MainstayRangeSet) done = NULL;

      g_mutex_lock (&self->run->mutex);
      done = copy_done (self);
      g_mutex_unlock (&self->run->mutex);
      save (self, done);
    }
  g_clear_pointer (&self->pushed, mainstay_range_set_free);
  g_clear_pointer (&self->cached, g_array_unref);
  g_clear_pointer (&self, g_free);
}
