/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-download-work.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "mainstay-download-connection.h"
#include "mainstay-download-keeper.h"
#include "mainstay-error.h"
#include "mainstay-file-check.h"
#include "mainstay-link-answer.h"
#include "mainstay-sleep-clock.h"

#define TICK (G_USEC_PER_SEC / 10)
#define ROOM_INTERVAL (2 * G_USEC_PER_SEC)
/* What is known of how connections spend their time fades by this at each tick. */
#define FADING 0.8

/* In progress. */
typedef struct
{
  MainstayDownloadWork *work;     /* borrowed */
  MainstayDownloadRun *run;       /* owned */
  MainstayDownloadKeeper *keeper; /* owned */
  GCancellable *cancellable;      /* borrowed */
  GThread *verifier;              /* (nullable) */
  gint64 looked_for_room_at;      /* monotonic */
  MainstaySleepClock sleep_clock;

  /* under the run's mutex */
  gboolean proved;                /* the verifier has ended: */
  MainstayBackupFile *file;       /* owned, well */
  GError *bad;                    /* owned, or not */
} Progress;

static void
progress_clear (Progress *self)
{
  g_clear_pointer (&self->run, mainstay_download_run_free);
  g_clear_pointer (&self->file, mainstay_backup_file_free);
  g_clear_error (&self->bad);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Progress, progress_clear)

void
mainstay_download_work_free (MainstayDownloadWork *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->about, mainstay_part_journal_free);
  g_clear_pointer (&self->kept, g_free);
  g_clear_pointer (&self, g_free);
}

static gpointer
verify_in_thread (gpointer data)
{
  Progress *self = data;
  GError *error = NULL;
  MainstayBackupFile *file = mainstay_backup_file_inspect_source (self->run->arrival,
                                                                  self->work->kind, NULL, &error);

  g_mutex_lock (&self->run->mutex);
  self->file = file;
  self->bad = error;
  self->proved = TRUE;
  mainstay_download_run_tell (self->run);
  g_mutex_unlock (&self->run->mutex);
  return NULL;
}

static void
begin_verifying (Progress *self)
{
  MainstayDownloadRun *run = self->run;

  if (!self->work->verifies)
    return;
  run->arrival = mainstay_arrival_source_new (run->part);
  mainstay_arrival_source_set_reach (run->arrival,
                                     mainstay_range_set_reach (run->journal->done, 0));
  self->verifier = g_thread_new ("download verifier", verify_in_thread, self);
}

static void
end_verifying (Progress *self)
{
  if (self->verifier == NULL)
    return;
  mainstay_arrival_source_abort (self->run->arrival);
  g_thread_join (g_steal_pointer (&self->verifier));
  g_clear_pointer (&self->run->arrival, mainstay_byte_source_free);
}

/* Whether what an earlier run has left can be gone on with. */
static gboolean
is_usable (MainstayPartJournal *journal,
           MainstayPartJournal *about,
           MainstayPartFile    *part)
{
  unsigned int n = mainstay_range_set_get_n (journal->done);
  gint64 reach = n > 0 ? mainstay_range_set_get (journal->done, n - 1)->end : 0;
  gboolean whole = mainstay_range_set_get_size (journal->done) == journal->length;

  return mainstay_part_journal_same_backup (journal, about) && journal->length > 0 &&
         (whole || journal->etag != NULL || journal->last_modified != NULL) &&
         reach <= mainstay_part_file_get_size (part);
}

static MainstayPartJournal *
take_up (MainstayDownloadWork  *work,
         MainstayPartFile      *part,
         GError               **error)
{
  g_autofree char *path = mainstay_part_journal_get_path (mainstay_part_file_get_path (part));
  g_autoptr(GError) load_error = NULL;
  g_autoptr(MainstayPartJournal) journal = mainstay_part_journal_load (path, &load_error);

  if (journal == NULL)
    g_debug ("No part to go on with: %s", load_error->message);
  else if (is_usable (journal, work->about, part))
    {
      journal->verifies = work->verifies;
      return g_steal_pointer (&journal);
    }
  g_unlink (path);
  if (!mainstay_part_file_empty (part, error))
    return NULL;
  g_clear_pointer (&journal, mainstay_part_journal_free);
  journal = mainstay_part_journal_copy (work->about);
  mainstay_part_journal_reset (journal);
  journal->verifies = work->verifies;
  return g_steal_pointer (&journal);
}

static MainstayDownloadRun *
open_run (MainstayDownloadWork  *work,
          GError               **error)
{
  g_autoptr(MainstayPartFile) part = mainstay_part_file_new (work->path, error);
  MainstayPartJournal *journal = part != NULL ? take_up (work, part, error) : NULL;
  MainstayDownloadRun *run;

  if (journal == NULL)
    return NULL;
  if (work->replaces < 0)
    work->replaces = mainstay_part_file_get_replaces (part);
  mainstay_part_file_set_replaces (part, work->replaces);
  journal->replaces = work->replaces;
  run = mainstay_download_run_new (part, journal);
  run->limit = work->limit;
  run->wait_scale = work->wait_scale;
  run->most = work->most;
  run->best = mainstay_range_set_get_size (journal->done);
  run->changed = work->changed;
  run->changed_data = work->user_data;
  return run;
}

/* All of the following with the mutex held. */

static void
look_for_room (Progress *self,
               gint64    now)
{
  MainstayDownloadRun *run = self->run;
  gint64 total = mainstay_range_plan_get_total (run->plan);
  gint64 have = mainstay_range_set_get_size (mainstay_range_plan_get_done (run->plan));
  gboolean has_room;

  if (now - self->looked_for_room_at < (gint64) (ROOM_INTERVAL * run->wait_scale))
    return;
  self->looked_for_room_at = now;
  g_mutex_unlock (&run->mutex);
  has_room = mainstay_part_file_reserve (run->part, total, have, NULL);
  g_mutex_lock (&run->mutex);
  if (!has_room)
    return;
  run->no_space = FALSE;
  run->retries++;
  mainstay_download_run_set_trouble (run, NULL);
}

static void
tune (Progress *self,
      gint64    now)
{
  MainstayDownloadRun *run = self->run;
  gint64 done = mainstay_range_set_get_size (mainstay_range_plan_get_done (run->plan));
  gint64 left = MAX (mainstay_range_plan_get_total (run->plan) - done, 0);
  double time = (double) (run->network_time + run->other_time);
  unsigned int count;

  if (!run->answered || run->trouble != NULL)
    return;
  count = mainstay_connection_tuner_update (run->tuner, now, done, left,
                                            time > 0 ? (double) run->network_time / time : 1,
                                            run->latency);
  run->network_time = (gint64) ((double) run->network_time * FADING);
  run->other_time = (gint64) ((double) run->other_time * FADING);
  mainstay_range_plan_set_count (run->plan, count);
  for (unsigned int i = 0; i < count; i++)
    if (run->connections[i] == NULL)
      run->connections[i] = mainstay_download_connection_new (run, i);
}

static void
attend (Progress *self)
{
  MainstayDownloadRun *run = self->run;
  gint64 now = g_get_monotonic_time ();

  if (mainstay_sleep_clock_has_slept (&self->sleep_clock))
    mainstay_download_run_wake (run);
  if (run->no_space)
    look_for_room (self, now);
  if (run->url == NULL && !run->link_needed)
    mainstay_download_run_need_link (run);
  else if (run->link_refused && now >= run->retry_at)
    mainstay_download_run_need_link (run);
  if (run->url != NULL && run->connections[0] == NULL)
    run->connections[0] = mainstay_download_connection_new (run, 0);
  tune (self, now);
  mainstay_download_run_wait (run, now + TICK);
}

static gboolean
is_over (Progress *self)
{
  MainstayDownloadRun *run = self->run;

  return run->failure != NULL || run->start_over || mainstay_download_run_is_complete (run) ||
         self->bad != NULL || g_cancellable_is_cancelled (self->cancellable);
}

/* And now without it. */

static void
stop_connections (Progress *self)
{
  MainstayDownloadRun *run = self->run;
  MainstayDownloadConnection *stopped[MAINSTAY_MOST_CONNECTIONS];

  g_mutex_lock (&run->mutex);
  run->stopping = TRUE;
  for (unsigned int i = 0; i < MAINSTAY_MOST_CONNECTIONS; i++)
    if (run->connections[i] != NULL)
      mainstay_download_connection_kick (run->connections[i]);
  /* The main thread counts and kicks those that are there, at any time. */
  memcpy (stopped, run->connections, sizeof stopped);
  memset (run->connections, 0, sizeof run->connections);
  g_cond_broadcast (&run->cond);
  g_mutex_unlock (&run->mutex);
  for (unsigned int i = 0; i < MAINSTAY_MOST_CONNECTIONS; i++)
    if (stopped[i] != NULL)
      mainstay_download_connection_join (stopped[i]);
}

static void
fetch_all (Progress *self)
{
  MainstayDownloadRun *run = self->run;

  g_mutex_lock (&run->mutex);
  while (!is_over (self))
    attend (self);
  g_mutex_unlock (&run->mutex);
  stop_connections (self);
}

/* All bytes are here: waits for the rest of the proof. */
static void
wait_for_proof (Progress *self)
{
  MainstayDownloadRun *run = self->run;

  if (self->verifier == NULL)
    return;
  mainstay_arrival_source_end (run->arrival, mainstay_range_plan_get_total (run->plan));
  g_mutex_lock (&run->mutex);
  while (!self->proved && !g_cancellable_is_cancelled (self->cancellable))
    mainstay_download_run_wait (run, g_get_monotonic_time () + TICK);
  g_mutex_unlock (&run->mutex);
}

/* What there is cannot stay. */
static gboolean
clear_part (Progress  *self,
            GError   **error)
{
  MainstayDownloadRun *run = self->run;

  mainstay_part_journal_remove (run->journal_path);
  if (!mainstay_part_file_empty (run->part, error))
    return FALSE;
  g_mutex_lock (&run->mutex);
  mainstay_part_journal_reset (run->journal);
  mainstay_download_run_begin (run);
  g_mutex_unlock (&run->mutex);
  g_clear_pointer (&self->file, mainstay_backup_file_free);
  g_clear_error (&self->bad);
  self->proved = FALSE;
  return TRUE;
}

/* A body without a length that ended well and is not whole: the line broke, and nobody said so. */
static gboolean
was_cut_off (Progress *self)
{
  MainstayDownloadRun *run = self->run;
  gboolean again;

  if (run->length_known || run->failure != NULL ||
      !g_error_matches (self->bad, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED))
    return FALSE;
  g_mutex_lock (&run->mutex);
  mainstay_download_run_broke (run, self->bad, -1);
  again = run->failure == NULL;
  g_mutex_unlock (&run->mutex);
  return again;
}

static gboolean
is_about_the_file (const GError *error)
{
  static const MainstayError codes[] = {
    MAINSTAY_ERROR_NOT_A_BACKUP, MAINSTAY_ERROR_WRONG_KIND, MAINSTAY_ERROR_DAMAGED,
    MAINSTAY_ERROR_TRUNCATED, MAINSTAY_ERROR_UNSAFE_PATH, MAINSTAY_ERROR_DUMP_TOO_NEW,
    MAINSTAY_ERROR_LENGTH_MISMATCH, MAINSTAY_ERROR_DIGEST_MISMATCH,
  };

  for (size_t i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, MAINSTAY_ERROR, (int) codes[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_page (MainstayDownloadRun *run)
{
  char bytes[256];
  gssize length = mainstay_part_file_read (run->part, 0, bytes, sizeof bytes, NULL);

  return length > 0 && mainstay_link_answer_is_page (bytes, (gsize) length);
}

/* Keeps what is bad for whoever wants to look into it; a page or nothing is not worth it. */
static void
set_aside (Progress *self)
{
  MainstayDownloadRun *run = self->run;
  g_autoptr(GError) error = NULL;

  mainstay_part_journal_remove (run->journal_path);
  if (is_page (run))
    {
      g_clear_error (&self->bad);
      g_set_error_literal (&self->bad, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The archive's link leads to a web page, not to a file");
    }
  else if (mainstay_part_file_get_size (run->part) > 0)
    self->work->kept = mainstay_part_file_set_aside (run->part, &error);
  if (self->work->kept == NULL)
    mainstay_part_file_discard (run->part);
}

/* What is known of the file beyond its structure. */
static void
check_file (Progress *self)
{
  MainstayDownloadRun *run = self->run;
  gint64 size = mainstay_part_file_get_size (run->part);
  gint64 total = mainstay_range_plan_get_total (run->plan);

  if (size != total || (self->file != NULL && self->file->size != total))
    g_set_error (&self->bad, MAINSTAY_ERROR, MAINSTAY_ERROR_LENGTH_MISMATCH,
                 "The file has %" G_GINT64_FORMAT " bytes, not %" G_GINT64_FORMAT, size, total);
  else if (self->file != NULL &&
           mainstay_file_check_contradicts (run->journal->repr_digest, self->file->sha256))
    g_set_error_literal (&self->bad, MAINSTAY_ERROR, MAINSTAY_ERROR_DIGEST_MISMATCH,
                         "The file is not the one that the portal made");
}

/* Nothing but the name is missing: whether a crash or somebody else's file comes in between, nobody
 * needs to fetch it again. */
static void
keep_whole (Progress *self)
{
  MainstayDownloadRun *run = self->run;
  g_autoptr(GError) error = NULL;

  run->journal->length = mainstay_range_plan_get_total (run->plan);
  run->journal->inode = mainstay_part_file_get_inode (run->part);
  mainstay_range_set_add (run->journal->done, 0, run->journal->length);
  if (!mainstay_part_file_sync (run->part, &error) ||
      !mainstay_part_journal_save (run->journal, run->journal_path, &error))
    g_debug ("The journal cannot be kept: %s", error->message);
}

/* Takes @error: why the run ends before its time. What can be gone on with stays. */
static gboolean
leave (Progress  *self,
       GError    *reason,
       GError   **error)
{
  MainstayDownloadRun *run = self->run;
  gint64 done = mainstay_range_set_get_size (mainstay_range_plan_get_done (run->plan));
  gboolean stays = run->can_resume && done > 0;

  mainstay_download_keeper_stop (g_steal_pointer (&self->keeper), stays);
  if (!stays)
    {
      mainstay_part_journal_remove (run->journal_path);
      mainstay_part_file_discard (run->part);
    }
  g_propagate_error (error, reason);
  return FALSE;
}

static gboolean
name_file (Progress  *self,
           GError   **error)
{
  MainstayDownloadRun *run = self->run;

  mainstay_download_keeper_stop (g_steal_pointer (&self->keeper), FALSE);
  check_file (self);
  if (self->bad != NULL)
    {
      set_aside (self);
      g_propagate_error (error, g_steal_pointer (&self->bad));
      return FALSE;
    }
  keep_whole (self);
  if (!mainstay_part_file_commit (run->part, error))
    return FALSE;
  if (!self->work->keeps_journal)
    mainstay_part_journal_remove (run->journal_path);
  return TRUE;
}

/* One try to get the whole file. Gives FALSE with no error when it has to start over. */
static gboolean
try_once (Progress  *self,
          gboolean  *again,
          GError   **error)
{
  MainstayDownloadRun *run = self->run;
  g_autoptr(GError) cancelled = NULL;

  self->keeper = mainstay_download_keeper_new (run);
  begin_verifying (self);
  fetch_all (self);
  if (mainstay_download_run_is_complete (run))
    wait_for_proof (self);
  g_cancellable_set_error_if_cancelled (self->cancellable, &cancelled);
  end_verifying (self);

  *again = cancelled == NULL && run->failure == NULL && (run->start_over || was_cut_off (self));
  if (*again)
    {
      mainstay_download_keeper_stop (g_steal_pointer (&self->keeper), FALSE);
      return clear_part (self, error);
    }
  if (self->bad != NULL && is_about_the_file (self->bad) && cancelled == NULL)
    {
      mainstay_download_keeper_stop (g_steal_pointer (&self->keeper), FALSE);
      set_aside (self);
      g_propagate_error (error, g_steal_pointer (&self->bad));
      return FALSE;
    }
  if (cancelled != NULL)
    return leave (self, g_steal_pointer (&cancelled), error);
  if (run->failure != NULL)
    return leave (self, g_error_copy (run->failure), error);
  if (self->bad != NULL)
    return leave (self, g_steal_pointer (&self->bad), error);
  return name_file (self, error);
}

/* Whether an earlier run got as far as to name the file, and was killed before it could say so. */
static gboolean
was_named (MainstayDownloadWork *self,
           const char           *part_path,
           MainstayPartJournal  *journal)
{
  struct stat part;
  struct stat found;

  return journal->inode > 0 && mainstay_part_journal_same_backup (journal, self->about) &&
         mainstay_range_set_get_size (journal->done) == journal->length &&
         lstat (part_path, &part) != 0 && lstat (self->path, &found) == 0 &&
         S_ISREG (found.st_mode) && (gint64) found.st_ino == journal->inode &&
         found.st_size == journal->length;
}

/* Gives whether there is nothing more to do. */
static gboolean
take_named (MainstayDownloadWork  *self,
            MainstayBackupFile   **file,
            GCancellable          *cancellable)
{
  g_autofree char *part_path = g_strconcat (self->path, ".part", NULL);
  g_autofree char *journal_path = mainstay_part_journal_get_path (part_path);
  g_autoptr(MainstayPartJournal) journal = mainstay_part_journal_load (journal_path, NULL);
  g_autoptr(MainstayBackupFile) found = NULL;

  if (journal == NULL || !was_named (self, part_path, journal))
    return FALSE;
  if (self->verifies)
    {
      found = mainstay_backup_file_inspect (self->path, self->kind, NULL, NULL, cancellable, NULL);
      if (found == NULL || mainstay_file_check_contradicts (journal->repr_digest, found->sha256))
        return FALSE;
    }
  self->done = journal->length;
  self->total = journal->length;
  *file = g_steal_pointer (&found);
  if (!self->keeps_journal)
    mainstay_part_journal_remove (journal_path);
  return TRUE;
}

/**
 * mainstay_download_work_do:
 * @self: what to do
 * @file: (out) (transfer full) (nullable): what was found
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Returns: whether the asked name holds the file now
 */
gboolean
mainstay_download_work_do (MainstayDownloadWork  *self,
                           MainstayBackupFile   **file,
                           GCancellable          *cancellable,
                           GError               **error)
{
  g_auto(Progress) progress = { .work = self, .cancellable = cancellable };
  gboolean again = TRUE;
  gboolean good = FALSE;

  self->total = -1;
  if (take_named (self, file, cancellable))
    return TRUE;
  progress.run = open_run (self, error);
  if (progress.run == NULL)
    return FALSE;
  self->begun (progress.run, self->user_data);
  do
    good = try_once (&progress, &again, error);
  while (good && again);
  self->ended (progress.run, self->user_data);
  self->done = mainstay_range_set_get_size (mainstay_range_plan_get_done (progress.run->plan));
  self->total = mainstay_range_plan_get_total (progress.run->plan);
  self->retries = progress.run->retries;
  /* A file may have been read to its end and still not be had. */
  if (good)
    *file = g_steal_pointer (&progress.file);
  return good;
}

void
mainstay_download_work_discard (const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = mainstay_part_file_new (path, &error);
  g_autofree char *journal_path = NULL;

  if (part == NULL)
    {
      g_debug ("Nothing to remove: %s", error->message);
      return;
    }
  journal_path = mainstay_part_journal_get_path (mainstay_part_file_get_path (part));
  mainstay_part_journal_remove (journal_path);
  mainstay_part_file_discard (part);
}

void
mainstay_download_work_settle (const char *path)
{
  g_autofree char *part_path = g_strconcat (path, ".part", NULL);
  g_autofree char *journal_path = mainstay_part_journal_get_path (part_path);
  struct stat part;

  if (lstat (part_path, &part) != 0)
    mainstay_part_journal_remove (journal_path);
}
