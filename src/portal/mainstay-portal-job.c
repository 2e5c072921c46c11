/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-job.h"

#include <sys/resource.h>
#include <unistd.h>

#include "mainstay-portal-private.h"
#include "mainstay-portal-retention.h"

#define NICENESS 5

MainstayPortalJob *
mainstay_portal_job_new (MainstayPortal               *portal,
                         const MainstayPortalJobClass *klass,
                         const char                   *id)
{
  MainstayPortalJob *self = g_new0 (MainstayPortalJob, 1);

  self->klass = klass;
  self->portal = portal;
  self->id = g_strdup (id);
  self->cancellable = g_cancellable_new ();
  self->meter.cancellable = self->cancellable;
  return self;
}

void
mainstay_portal_job_free (MainstayPortalJob *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->environment, mainstay_portal_environment_free);
  g_clear_pointer (&self->snapshot, mainstay_portal_snapshot_free);
  g_clear_pointer (&self->data_type, g_free);
  g_clear_pointer (&self->database_upload_id, g_free);
  g_clear_pointer (&self->files_upload_id, g_free);
  g_clear_pointer (&self->upload_model_version, g_free);
  g_clear_pointer (&self->staging, g_free);
  g_clear_pointer (&self->swap, mainstay_portal_swap_free);
  g_clear_pointer (&self->archive, mainstay_portal_archive_free);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self, g_free);
}

gboolean
mainstay_portal_job_make_staging (MainstayPortalJob  *self,
                                  GError            **error)
{
  self->staging = mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_STAGING, self->id);
  return mainstay_portal_make_folder (self->staging, error);
}

/* What strangers may read: our own codes were worded for them, but those of the system may hold
 * paths, and stay in the log. */
static char *
describe (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup (MAINSTAY_PORTAL_STOPPED_MESSAGE);
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return g_strdup ("There is not enough space on the portal's disk");
  /* Its message names the file. */
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SOURCE_CHANGED))
    return g_strdup ("What is stored changed while it was being packed");
  if (error->domain == MAINSTAY_ERROR)
    return g_strdup (error->message);
  return g_strdup ("The portal's disk could not be read or written");
}

/* With @hold, a job that has ended keeps its environment from others, until it is settled. */
static gboolean
set_state (MainstayPortalJob  *self,
           MainstayJobState    state,
           const char         *message,
           gboolean            hold,
           GError            **error)
{
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal->database, error);

  return tx != NULL &&
         mainstay_portal_store_move_job (tx, self->klass->kind, self->id, state, message, error) &&
         (!hold || mainstay_portal_store_hold_environment (tx, self->environment->id, self->id,
                                                           error)) &&
         mainstay_portal_transaction_commit (tx, error);
}

static gboolean
complete (MainstayPortalJob  *self,
          GError            **error)
{
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal->database, error);

  return tx != NULL &&
         (self->klass->record == NULL || self->klass->record (self, tx, error)) &&
         mainstay_portal_store_move_job (tx, self->klass->kind, self->id, MAINSTAY_JOB_COMPLETED,
                                         self->klass->done_message, error) &&
         mainstay_portal_transaction_commit (tx, error);
}

/* Leaves the swap there when it could not be settled: then the journal stays, too. */
static void
settle (MainstayPortalJob *self,
        gboolean           completed)
{
  g_autoptr(GError) error = NULL;

  if (self->swap != NULL && (completed ? mainstay_portal_swap_finish (self->swap, &error)
                                       : mainstay_portal_swap_rollback (self->swap, &error)))
    g_clear_pointer (&self->swap, mainstay_portal_swap_free);
  if (self->swap != NULL)
    {
      g_message ("Job %s: %s", self->id, error->message);
      g_clear_error (&error);
    }
  if (self->staging != NULL && !mainstay_portal_remove_tree (self->staging, &error))
    g_message ("Job %s: %s", self->id, error->message);
  if (self->klass->settle != NULL)
    self->klass->settle (self, completed);
}

/* After the end was recorded, by which it is decided what is done. */
static void
settle_later (MainstayPortalJob *self)
{
  if (self->swap != NULL)
    mainstay_portal_settle_later (self->portal, g_steal_pointer (&self->swap));
}

static void
perform (MainstayPortalJob *self)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *message = NULL;

  if (!g_cancellable_set_error_if_cancelled (self->cancellable, &error) &&
      set_state (self, MAINSTAY_JOB_RUNNING, NULL, FALSE, &error) &&
      self->klass->work (self, &error) && complete (self, &error))
    {
      settle (self, TRUE);
      settle_later (self);
      return;
    }
  g_message ("Job %s failed: %s", self->id, error->message);
  message = describe (error);
  settle (self, FALSE);
  g_clear_error (&error);
  if (!set_state (self, MAINSTAY_JOB_FAILED, message, self->swap != NULL, &error))
    g_message ("Job %s: %s", self->id, error->message);
  settle_later (self);
}

static void
leave (MainstayPortalJob *self)
{
  MainstayPortal *portal = self->portal;

  g_mutex_lock (&portal->lock);
  g_hash_table_remove (portal->jobs, self->id);
  g_cond_broadcast (&portal->changed);
  g_mutex_unlock (&portal->lock);
}

static void
run (MainstayPortalJob *self)
{
  perform (self);
  if (self->klass->kind == MAINSTAY_PORTAL_JOB_CREATE &&
      mainstay_portal_retention_is_automatic (self->snapshot->type))
    mainstay_portal_note_nightly (self->portal, self->environment->id);
  leave (self);
}

/* Whoever waits for an answer goes first: what a job starts, threads and programs, is as patient.
 * A thread of its own, since not everyone may take a niceness back. */
static gpointer
run_patiently (gpointer data)
{
  setpriority (PRIO_PROCESS, (id_t) gettid (), NICENESS);
  run (data);
  return NULL;
}

/* An environment's data are awaited, and a busy machine is no reason to come last. */
static gboolean
is_awaited (MainstayPortalJob *self)
{
  return self->klass->kind == MAINSTAY_PORTAL_JOB_RESTORE ||
         self->klass->kind == MAINSTAY_PORTAL_JOB_DATA_UPLOAD;
}

/* In one of the portal's threads. */
void
mainstay_portal_job_run (gpointer data,
                         gpointer user_data)
{
  g_autoptr(MainstayPortalJob) self = data;

  if (is_awaited (self))
    run (self);
  else
    g_thread_join (g_thread_new ("job", run_patiently, self));
}

void
mainstay_portal_job_submit (MainstayPortalJob *self)
{
  MainstayPortal *portal = self->portal;

  g_mutex_lock (&portal->lock);
  g_hash_table_insert (portal->jobs, self->id, self);
  if (portal->is_closing)
    g_cancellable_cancel (self->cancellable);
  g_thread_pool_push (self->klass->kind == MAINSTAY_PORTAL_JOB_ARCHIVE ? portal->packers
                                                                       : portal->workers,
                      self, NULL);
  g_mutex_unlock (&portal->lock);
}

double
mainstay_portal_job_progress (MainstayPortal *portal,
                              const char     *id)
{
  MainstayPortalJob *job;
  double progress = -1;

  g_mutex_lock (&portal->lock);
  job = g_hash_table_lookup (portal->jobs, id);
  if (job != NULL)
    progress = mainstay_portal_meter_get_progress (&job->meter);
  g_mutex_unlock (&portal->lock);
  return progress;
}
