/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-engine.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

#define BACKUP_RIGHTS (MAINSTAY_PORTAL_RIGHT_API | MAINSTAY_PORTAL_RIGHT_BACKUPS)

static gboolean
refuse (GError     **error,
        int          code,
        const char  *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, code, message);
  return FALSE;
}

/* A snapshot of another app is as unknown here as one that does not exist (R6). */
static MainstayPortalSnapshot *
find_source (MainstayPortalTransaction        *tx,
             const MainstayPortalUser         *user,
             const MainstayPortalEnvironment  *target,
             const char                       *snapshot_id,
             MainstayPortalEnvironment       **source,
             GError                          **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalEnvironment) from = NULL;

  snapshot = mainstay_portal_store_get_snapshot (tx, snapshot_id, &local_error);
  if (snapshot != NULL)
    from = mainstay_portal_store_get_environment (tx, snapshot->environment_id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (from == NULL || g_strcmp0 (from->project_id, target->project_id) != 0)
    {
      refuse (error, MAINSTAY_ERROR_NOT_FOUND, "There is no such snapshot in this app");
      return NULL;
    }
  if (!mainstay_portal_check_rights (tx, user, from->id, BACKUP_RIGHTS, error))
    return NULL;
  *source = g_steal_pointer (&from);
  return g_steal_pointer (&snapshot);
}

static gboolean
check_may_restore (MainstayPortalTransaction        *tx,
                   const MainstayPortalEnvironment  *target,
                   const MainstayPortalSnapshot     *snapshot,
                   GError                          **error)
{
  if (snapshot->state != MAINSTAY_JOB_COMPLETED)
    return refuse (error, MAINSTAY_ERROR_NOT_ALLOWED, "The snapshot is not completed");
  /* Before what the other action may be about to change. */
  if (!mainstay_portal_store_check_idle (tx, target->id, error))
    return FALSE;
  if (target->status == MAINSTAY_ENVIRONMENT_RUNNING)
    return refuse (error, MAINSTAY_ERROR_NOT_ALLOWED, "The app must be stopped first");
  if (target->status != MAINSTAY_ENVIRONMENT_STOPPED)
    return refuse (error, MAINSTAY_ERROR_NOT_ALLOWED,
                   "A package must have been deployed on the environment first");
  return TRUE;
}

static MainstayPortalRestore *
new_restore (const MainstayPortalUser        *user,
             const MainstayPortalEnvironment *target,
             const MainstayPortalSnapshot    *snapshot,
             gboolean                         database_only,
             gint64                           now)
{
  MainstayPortalRestore *restore = g_new0 (MainstayPortalRestore, 1);

  restore->id = g_uuid_string_random ();
  restore->state = MAINSTAY_JOB_QUEUED;
  restore->source_snapshot_id = g_strdup (snapshot->id);
  restore->source_environment_id = g_strdup (snapshot->environment_id);
  restore->target_environment_id = g_strdup (target->id);
  restore->database_only = database_only;
  restore->created_by = g_strdup (user->display_name);
  restore->created_at = now;
  restore->updated_at = now;
  restore->progress = -1;
  return restore;
}

static gboolean
record_restore (MainstayPortalTransaction     *tx,
                const MainstayPortalRestore   *restore,
                GError                       **error)
{
  return mainstay_portal_store_take_environment (tx, restore->target_environment_id,
                                                 MAINSTAY_PORTAL_JOB_RESTORE, restore->id,
                                                 error) &&
         mainstay_portal_store_pin (tx, restore->source_snapshot_id, restore->id, error) &&
         mainstay_portal_store_add_restore (tx, restore, error) &&
         mainstay_portal_store_add_activity (tx, restore->target_environment_id, "restore",
                                             MAINSTAY_JOB_QUEUED, NULL, restore->created_by,
                                             restore->source_snapshot_id, restore->id, error);
}

MainstayPortalRestore *
mainstay_portal_restore (MainstayPortal                   *self,
                         const MainstayPortalUser         *user,
                         const MainstayPortalEnvironment  *environment,
                         const char                       *source_snapshot_id,
                         gboolean                          database_only,
                         GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(MainstayPortalRestore) restore = NULL;
  g_autoptr(MainstayPortalJob) job = NULL;
  g_autoptr(MainstayPortalEnvironment) target = NULL;
  g_autoptr(MainstayPortalEnvironment) source = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalEngine) engine = NULL;

  if (!mainstay_portal_is_id (source_snapshot_id))
    {
      refuse (error, MAINSTAY_ERROR_INVALID_PARAMETERS, "source_snapshot_id is not a UUID");
      return NULL;
    }
  if (!mainstay_portal_check_open (self, error))
    return NULL;
  tx = mainstay_portal_database_write (self->database, error);
  target = tx != NULL ? mainstay_portal_read_again (tx, environment, error) : NULL;
  if (target == NULL)
    return NULL;
  engine = mainstay_portal_engine_new (target->database_uri, self->directory, error);
  snapshot = engine != NULL
               ? find_source (tx, user, target, source_snapshot_id, &source, error) : NULL;
  if (snapshot == NULL || !check_may_restore (tx, target, snapshot, error))
    return NULL;
  restore = new_restore (user, target, snapshot, database_only,
                         mainstay_portal_transaction_now (tx));
  if (!record_restore (tx, restore, error) || !mainstay_portal_transaction_commit (tx, error))
    return NULL;
  job = mainstay_portal_job_new (self, &mainstay_portal_job_restore, restore->id);
  job->environment = g_steal_pointer (&target);
  job->snapshot = g_steal_pointer (&snapshot);
  job->database_only = database_only;
  mainstay_portal_job_submit (g_steal_pointer (&job));
  return g_steal_pointer (&restore);
}

static void
add_progress (MainstayPortal        *self,
              MainstayPortalRestore *restore)
{
  if (restore->state == MAINSTAY_JOB_RUNNING)
    restore->progress = mainstay_portal_job_progress (self, restore->id);
  else if (restore->state == MAINSTAY_JOB_COMPLETED)
    restore->progress = 1;
}

MainstayPortalRestore *
mainstay_portal_get_restore (MainstayPortal                   *self,
                             const MainstayPortalEnvironment  *environment,
                             const char                       *restore_id,
                             GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalRestore) restore = NULL;
  g_autoptr(GError) local_error = NULL;

  if (tx == NULL)
    return NULL;
  if (restore_id != NULL)
    restore = mainstay_portal_store_get_restore (tx, restore_id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (restore == NULL || g_strcmp0 (restore->target_environment_id, environment->id) != 0)
    {
      refuse (error, MAINSTAY_ERROR_NOT_FOUND, "There is no such restore in this environment");
      return NULL;
    }
  add_progress (self, restore);
  return g_steal_pointer (&restore);
}

GPtrArray *
mainstay_portal_list_restores (MainstayPortal                   *self,
                               const MainstayPortalEnvironment  *environment,
                               gint64                            offset,
                               gint64                            limit,
                               gint64                           *total,
                               GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(GPtrArray) list = NULL;

  if (tx != NULL)
    list = mainstay_portal_store_list_restores (tx, environment->id, offset, limit, total, error);
  for (unsigned int i = 0; list != NULL && i < list->len; i++)
    add_progress (self, g_ptr_array_index (list, i));
  return g_steal_pointer (&list);
}

GPtrArray *
mainstay_portal_list_activity (MainstayPortal                   *self,
                               const MainstayPortalEnvironment  *environment,
                               gint64                            offset,
                               gint64                            limit,
                               gint64                           *total,
                               GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);

  return tx != NULL
           ? mainstay_portal_store_list_activity (tx, environment->id, offset, limit, total, error)
           : NULL;
}
