/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

static MainstayPortalSwitch *
new_switch (const char *environment_id,
            gboolean    is_start,
            gint64      now)
{
  MainstayPortalSwitch *job = g_new0 (MainstayPortalSwitch, 1);

  job->id = g_uuid_string_random ();
  job->environment_id = g_strdup (environment_id);
  job->is_start = is_start;
  job->state = MAINSTAY_JOB_QUEUED;
  job->created_at = now;
  return job;
}

static gboolean
check_may_start (const MainstayPortalEnvironment  *environment,
                 GError                          **error)
{
  if (environment->status == MAINSTAY_ENVIRONMENT_RUNNING)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ALREADY_STARTED,
                           "The app is running already");
      return FALSE;
    }
  if (environment->status != MAINSTAY_ENVIRONMENT_STOPPED)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_MDA_DEPLOYED,
                           "A package must be deployed before the app can start");
      return FALSE;
    }
  return TRUE;
}

static gboolean
record_switch (MainstayPortalTransaction     *tx,
               const MainstayPortalSwitch    *job,
               const char                    *by,
               GError                       **error)
{
  return mainstay_portal_store_take_environment (tx, job->environment_id,
                                                 MAINSTAY_PORTAL_JOB_SWITCH, job->id, error) &&
         mainstay_portal_store_add_switch (tx, job, error) &&
         mainstay_portal_store_add_activity (tx, job->environment_id,
                                             job->is_start ? "start" : "stop",
                                             MAINSTAY_JOB_QUEUED, NULL, by, NULL, job->id,
                                             error) &&
         mainstay_portal_transaction_commit (tx, error);
}

static MainstayPortalSwitch *
begin_switch (MainstayPortal                   *self,
              const MainstayPortalUser         *user,
              const MainstayPortalEnvironment  *environment,
              gboolean                          is_start,
              GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(MainstayPortalEnvironment) now = NULL;
  g_autoptr(MainstayPortalSwitch) record = NULL;
  g_autoptr(MainstayPortalJob) job = NULL;

  if (!mainstay_portal_check_open (self, error))
    return NULL;
  tx = mainstay_portal_database_write (self->database, error);
  now = tx != NULL ? mainstay_portal_read_again (tx, environment, error) : NULL;
  if (now == NULL || !mainstay_portal_store_check_idle (tx, now->id, error))
    return NULL;
  if (is_start && !check_may_start (now, error))
    return NULL;
  record = new_switch (now->id, is_start, mainstay_portal_transaction_now (tx));
  if (!is_start && now->status != MAINSTAY_ENVIRONMENT_RUNNING)
    {
      g_clear_pointer (&record->id, g_free);
      record->state = MAINSTAY_JOB_COMPLETED;
      return g_steal_pointer (&record);
    }
  if (!record_switch (tx, record, user->display_name, error))
    return NULL;
  job = mainstay_portal_job_new (self, &mainstay_portal_job_switch, record->id);
  job->environment = g_steal_pointer (&now);
  job->is_start = is_start;
  mainstay_portal_job_submit (g_steal_pointer (&job));
  return g_steal_pointer (&record);
}

MainstayPortalSwitch *
mainstay_portal_start (MainstayPortal                   *self,
                       const MainstayPortalUser         *user,
                       const MainstayPortalEnvironment  *environment,
                       GError                          **error)
{
  return begin_switch (self, user, environment, TRUE, error);
}

MainstayPortalSwitch *
mainstay_portal_stop (MainstayPortal                   *self,
                      const MainstayPortalUser         *user,
                      const MainstayPortalEnvironment  *environment,
                      GError                          **error)
{
  return begin_switch (self, user, environment, FALSE, error);
}

MainstayPortalSwitch *
mainstay_portal_get_switch (MainstayPortal                   *self,
                            const MainstayPortalEnvironment  *environment,
                            const char                       *id,
                            GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalSwitch) job = NULL;
  g_autoptr(GError) local_error = NULL;

  if (tx == NULL)
    return NULL;
  if (id != NULL)
    job = mainstay_portal_store_get_switch (tx, id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (job == NULL || g_strcmp0 (job->environment_id, environment->id) != 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SUCH_START_JOB,
                           "There is no such start job in this environment");
      return NULL;
    }
  return g_steal_pointer (&job);
}

static void
await_job (MainstayPortal *self,
           const char     *id,
           unsigned int    milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&self->lock);
  while (g_hash_table_contains (self->jobs, id) &&
         g_cond_wait_until (&self->changed, &self->lock, end))
    continue;
  g_mutex_unlock (&self->lock);
}

MainstayPortalSwitch *
mainstay_portal_await_switch (MainstayPortal                   *self,
                              const MainstayPortalEnvironment  *environment,
                              const char                       *id,
                              unsigned int                      milliseconds,
                              GError                          **error)
{
  await_job (self, id, milliseconds);
  return mainstay_portal_get_switch (self, environment, id, error);
}
