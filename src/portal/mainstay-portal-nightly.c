/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"
#include "mainstay-portal-retention.h"

#define PUNCTUAL_MS (10 * 60 * (gint64) 1000)

static gboolean
note_failure (MainstayPortalTransaction    *tx,
              const MainstayPortalNightly  *nightly,
              GError                      **error)
{
  g_autofree char *attempt = g_strdup_printf ("Attempt %d of %d: ", nightly->schedule.attempts,
                                              MAINSTAY_PORTAL_SCHEDULE_ATTEMPTS);

  return mainstay_portal_transaction_change (
    tx, error, "UPDATE activity SET message = ? || coalesce (message, '') WHERE job_id = ?", "ss",
    attempt, nightly->snapshot_id) >= 0;
}

/* What became of the attempt that was begun, however it ended: also with a crash. One that somebody
 * has removed had ended, and was not missed. */
static gboolean
look_at_attempt (MainstayPortalTransaction  *tx,
                 MainstayPortalNightly      *nightly,
                 gboolean                   *is_running,
                 GError                    **error)
{
  MainstayJobState state;

  *is_running = FALSE;
  if (nightly->snapshot_id == NULL)
    return TRUE;
  if (!mainstay_portal_store_get_job_state (tx, nightly->snapshot_id, &state, error))
    return FALSE;
  *is_running = state != MAINSTAY_JOB_UNKNOWN && !mainstay_job_state_is_finished (state);
  if (*is_running)
    return TRUE;
  if (state == MAINSTAY_JOB_FAILED && !note_failure (tx, nightly, error))
    return FALSE;
  if (state == MAINSTAY_JOB_FAILED)
    mainstay_portal_schedule_fail (&nightly->schedule, mainstay_portal_transaction_now (tx));
  else
    mainstay_portal_schedule_settle (&nightly->schedule);
  g_clear_pointer (&nightly->snapshot_id, g_free);
  return mainstay_portal_store_put_nightly (tx, nightly, error);
}

/* The portal was away at its time, or the environment was busy. */
static gboolean
note_lateness (MainstayPortalTransaction    *tx,
               const MainstayPortalNightly  *nightly,
               GTimeZone                    *zone,
               GError                      **error)
{
  gint64 night = nightly->schedule.night;
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (night / 1000);
  g_autoptr(GDateTime) due = g_date_time_to_timezone (utc, zone);
  g_autofree char *text = g_date_time_format (due, ", late: it was due at %Y-%m-%d %H:%M");

  if (nightly->schedule.attempts > 1 ||
      mainstay_portal_transaction_now (tx) - night <= PUNCTUAL_MS)
    return TRUE;
  return mainstay_portal_transaction_change (
    tx, error, "UPDATE activity SET cause = cause || ? WHERE job_id = ?", "ss", text,
    nightly->snapshot_id) >= 0;
}

/* Returns: FALSE with an error when the records could not be read or written; without a job there
 * is none to do now. */
static gboolean
make_snapshot (MainstayPortal             *self,
               MainstayPortalTransaction  *tx,
               MainstayPortalNightly      *nightly,
               GTimeZone                  *zone,
               MainstayPortalJob         **job,
               GError                    **error)
{
  g_autoptr(MainstayPortalEnvironment) environment =
    mainstay_portal_store_get_environment (tx, nightly->environment_id, error);
  g_autoptr(GError) local_error = NULL;

  if (environment == NULL)
    return FALSE;
  if (environment->status != MAINSTAY_ENVIRONMENT_RUNNING)
    {
      g_info ("No nightly backup of %s %s: the app is not running", environment->app_id,
              environment->mode);
      mainstay_portal_schedule_settle (&nightly->schedule);
      return TRUE;
    }
  if (!mainstay_portal_store_check_idle (tx, environment->id, &local_error))
    {
      mainstay_portal_schedule_put_off (&nightly->schedule, mainstay_portal_transaction_now (tx));
      return TRUE;
    }
  *job = mainstay_portal_record_snapshot (
    self, tx, NULL, environment, NULL,
    mainstay_portal_retention_type (zone, nightly->schedule.night), &local_error);
  if (*job != NULL)
    {
      nightly->snapshot_id = g_strdup ((*job)->id);
      return note_lateness (tx, nightly, zone, error);
    }
  if (g_error_matches (local_error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_SUPPORTED))
    mainstay_portal_schedule_settle (&nightly->schedule);
  else
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

/* The schedule and what it begins are one transaction: a crash finds either both or neither. */
static gboolean
attend (MainstayPortal  *self,
        const char      *environment_id,
        GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);
  g_autoptr(MainstayPortalNightly) nightly =
    tx != NULL ? mainstay_portal_store_get_nightly (tx, environment_id, error) : NULL;
  g_autoptr(MainstayPortalJob) job = NULL;
  g_autoptr(GTimeZone) zone = NULL;
  gboolean is_running;
  gint64 now;

  if (nightly == NULL || !look_at_attempt (tx, nightly, &is_running, error))
    return FALSE;
  zone = mainstay_portal_nightly_dup_zone (nightly);
  now = mainstay_portal_transaction_now (tx);
  if (!is_running && mainstay_portal_schedule_is_due (&nightly->schedule, zone, now))
    {
      mainstay_portal_schedule_begin (&nightly->schedule, zone, now);
      if (!make_snapshot (self, tx, nightly, zone, &job, error) ||
          !mainstay_portal_store_put_nightly (tx, nightly, error))
        return FALSE;
    }
  if (!mainstay_portal_transaction_commit (tx, error))
    return FALSE;
  if (job != NULL)
    mainstay_portal_job_submit (g_steal_pointer (&job));
  return TRUE;
}

static gboolean
needs_attention (const MainstayPortalNightly *nightly,
                 gint64                       now)
{
  g_autoptr(GTimeZone) zone = mainstay_portal_nightly_dup_zone (nightly);

  return nightly->snapshot_id != NULL ||
         mainstay_portal_schedule_is_due (&nightly->schedule, zone, now);
}

static GPtrArray *
list_nightlies (MainstayPortal  *self,
                GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);

  return tx != NULL ? mainstay_portal_store_list_nightlies (tx, error) : NULL;
}

void
mainstay_portal_run_nightlies (MainstayPortal *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list = list_nightlies (self, &error);
  gint64 now = mainstay_portal_database_now (self->database);

  if (list == NULL)
    g_message ("Nightly backups: %s", error->message);
  for (unsigned int i = 0; list != NULL && i < list->len; i++)
    {
      MainstayPortalNightly *nightly = g_ptr_array_index (list, i);

      g_clear_error (&error);
      if (needs_attention (nightly, now) && mainstay_portal_check_open (self, NULL) &&
          !attend (self, nightly->environment_id, &error) && error != NULL)
        g_message ("Nightly backup: %s", error->message);
    }
}

/* In the thread of the job that made it: so the log of what was done is right at once. */
void
mainstay_portal_note_nightly (MainstayPortal *self,
                              const char     *environment_id)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, &error);
  g_autoptr(MainstayPortalNightly) nightly =
    tx != NULL ? mainstay_portal_store_get_nightly (tx, environment_id, &error) : NULL;
  gboolean is_running;

  if (nightly != NULL && look_at_attempt (tx, nightly, &is_running, &error))
    mainstay_portal_transaction_commit (tx, &error);
  /* The next tick looks at it, too. */
  if (error != NULL)
    g_message ("Nightly backup: %s", error->message);
}
