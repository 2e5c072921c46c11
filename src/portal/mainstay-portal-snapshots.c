/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <glib/gstdio.h>
#include <string.h>

#include "mainstay-portal-engine.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"
#include "mainstay-portal-retention.h"

#define MAX_COMMENT_LENGTH 4000
#define NIGHTLY_NAME "Nightly"
#define NIGHTLY_COMMENT "Automatically created nightly snapshot"

static gboolean
check_comment (const char  *comment,
               GError     **error)
{
  if (comment == NULL || g_utf8_strlen (comment, -1) <= MAX_COMMENT_LENGTH)
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
               "The comment is longer than %d characters", MAX_COMMENT_LENGTH);
  return FALSE;
}

static gboolean
check_type (const char  *type,
            gboolean     by_user,
            GError     **error)
{
  static const char *const own[] = { "manual", "safety", NULL };
  static const char *const automatic[] = { "nightly", "weekly", "monthly", NULL };

  if (type == NULL || g_strv_contains (own, type) ||
      (!by_user && g_strv_contains (automatic, type)))
    return TRUE;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                       "The type is neither manual nor safety");
  return FALSE;
}

MainstayPortalSnapshot *
mainstay_portal_find_snapshot (MainstayPortalTransaction  *tx,
                               const char                 *environment_id,
                               const char                 *snapshot_id,
                               GError                    **error)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(GError) local_error = NULL;

  if (!mainstay_portal_is_id (snapshot_id))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                           "The snapshot's id is not a UUID");
      return NULL;
    }
  snapshot = mainstay_portal_store_get_snapshot (tx, snapshot_id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (snapshot == NULL || g_strcmp0 (snapshot->environment_id, environment_id) != 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND,
                           "There is no such snapshot in this environment");
      return NULL;
    }
  return g_steal_pointer (&snapshot);
}

static void
add_progress (MainstayPortal         *self,
              MainstayPortalSnapshot *snapshot)
{
  if (snapshot->state == MAINSTAY_JOB_RUNNING)
    snapshot->progress = mainstay_portal_job_progress (self, snapshot->id);
  else if (snapshot->state == MAINSTAY_JOB_COMPLETED)
    snapshot->progress = 1;
}

GPtrArray *
mainstay_portal_list_snapshots (MainstayPortal                   *self,
                                const MainstayPortalEnvironment  *environment,
                                gint64                            offset,
                                gint64                            limit,
                                gint64                           *total,
                                GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(GPtrArray) list = NULL;

  if (tx != NULL)
    list = mainstay_portal_store_list_snapshots (tx, environment->id, offset, limit, total, error);
  for (unsigned int i = 0; list != NULL && i < list->len; i++)
    add_progress (self, g_ptr_array_index (list, i));
  return g_steal_pointer (&list);
}

MainstayPortalSnapshot *
mainstay_portal_get_snapshot (MainstayPortal                   *self,
                              const MainstayPortalEnvironment  *environment,
                              const char                       *snapshot_id,
                              GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  MainstayPortalSnapshot *snapshot = NULL;

  if (tx != NULL)
    snapshot = mainstay_portal_find_snapshot (tx, environment->id, snapshot_id, error);
  if (snapshot != NULL)
    add_progress (self, snapshot);
  return snapshot;
}

static MainstayPortalSnapshot *
new_snapshot (const MainstayPortalUser        *user,
              const MainstayPortalEnvironment *environment,
              const char                      *comment,
              const char                      *type,
              gint64                           now)
{
  MainstayPortalSnapshot *snapshot = g_new0 (MainstayPortalSnapshot, 1);
  gboolean automatic = mainstay_portal_retention_is_automatic (type);

  snapshot->id = g_uuid_string_random ();
  snapshot->environment_id = g_strdup (environment->id);
  snapshot->state = MAINSTAY_JOB_QUEUED;
  snapshot->comment = g_strdup (automatic && comment == NULL ? NIGHTLY_COMMENT : comment);
  snapshot->model_version = g_strdup (environment->data_model_version != NULL
                                        ? environment->data_model_version
                                        : environment->model_version);
  snapshot->created_by = g_strdup (automatic || user == NULL ? NIGHTLY_NAME : user->display_name);
  snapshot->type = g_strdup (type != NULL ? type : "manual");
  snapshot->created_at = now;
  snapshot->updated_at = now;
  snapshot->expires_at = mainstay_portal_retention_expiry (snapshot->type, now);
  snapshot->size_bytes = snapshot->database_size = snapshot->files_size = -1;
  snapshot->files_count = -1;
  snapshot->progress = -1;
  return snapshot;
}

/* Read again rather than copied, so that what is answered is what was written. */
static MainstayPortalJob *
new_job (MainstayPortal             *self,
         MainstayPortalTransaction  *tx,
         const char                 *environment_id,
         const char                 *snapshot_id,
         GError                    **error)
{
  g_autoptr(MainstayPortalJob) job =
    mainstay_portal_job_new (self, &mainstay_portal_job_create, snapshot_id);

  job->environment = mainstay_portal_store_get_environment (tx, environment_id, error);
  if (job->environment == NULL)
    return NULL;
  job->snapshot = mainstay_portal_store_get_snapshot (tx, snapshot_id, error);
  return job->snapshot != NULL ? g_steal_pointer (&job) : NULL;
}

static gboolean
record_creation (MainstayPortalTransaction     *tx,
                 const MainstayPortalSnapshot  *snapshot,
                 GError                       **error)
{
  const char *kind = mainstay_portal_retention_is_automatic (snapshot->type) ? "nightly" : "create";

  return mainstay_portal_store_take_environment (tx, snapshot->environment_id,
                                                 MAINSTAY_PORTAL_JOB_CREATE, snapshot->id, error) &&
         mainstay_portal_store_add_snapshot (tx, snapshot, error) &&
         mainstay_portal_store_add_activity (tx, snapshot->environment_id, kind,
                                             MAINSTAY_JOB_QUEUED,
                                             mainstay_portal_retention_get_cause (snapshot->type),
                                             snapshot->created_by, snapshot->id, snapshot->id,
                                             error);
}

MainstayPortalJob *
mainstay_portal_record_snapshot (MainstayPortal                   *self,
                                 MainstayPortalTransaction        *tx,
                                 const MainstayPortalUser         *user,
                                 const MainstayPortalEnvironment  *environment,
                                 const char                       *comment,
                                 const char                       *type,
                                 GError                          **error)
{
  g_autoptr(MainstayPortalEngine) engine =
    mainstay_portal_engine_new (environment->database_uri, self->directory, error);
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;

  if (engine == NULL)
    return NULL;
  snapshot = new_snapshot (user, environment, comment, type, mainstay_portal_transaction_now (tx));
  if (!record_creation (tx, snapshot, error))
    return NULL;
  return new_job (self, tx, environment->id, snapshot->id, error);
}

MainstayPortalSnapshot *
mainstay_portal_create_snapshot (MainstayPortal                   *self,
                                 const MainstayPortalUser         *user,
                                 const MainstayPortalEnvironment  *environment,
                                 const char                       *comment,
                                 const char                       *type,
                                 GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(MainstayPortalEnvironment) now = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalJob) job = NULL;

  if (!check_comment (comment, error) || !check_type (type, user != NULL, error) ||
      !mainstay_portal_check_open (self, error))
    return NULL;
  tx = mainstay_portal_database_write (self->database, error);
  now = tx != NULL ? mainstay_portal_read_again (tx, environment, error) : NULL;
  if (now == NULL)
    return NULL;
  job = mainstay_portal_record_snapshot (self, tx, user, now, comment, type, error);
  snapshot = job != NULL ? mainstay_portal_store_get_snapshot (tx, job->id, error) : NULL;
  if (snapshot == NULL || !mainstay_portal_transaction_commit (tx, error))
    return NULL;
  mainstay_portal_job_submit (g_steal_pointer (&job));
  return g_steal_pointer (&snapshot);
}

MainstayPortalSnapshot *
mainstay_portal_set_comment (MainstayPortal                   *self,
                             const MainstayPortalEnvironment  *environment,
                             const char                       *snapshot_id,
                             const char                       *comment,
                             GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;

  if (!check_comment (comment, error))
    return NULL;
  tx = mainstay_portal_database_write (self->database, error);
  if (tx == NULL)
    return NULL;
  snapshot = mainstay_portal_find_snapshot (tx, environment->id, snapshot_id, error);
  if (snapshot == NULL || !mainstay_portal_store_set_comment (tx, snapshot->id, comment, error) ||
      !mainstay_portal_transaction_commit (tx, error))
    return NULL;
  g_clear_pointer (&snapshot->comment, g_free);
  snapshot->comment = g_strdup (comment);
  add_progress (self, snapshot);
  return g_steal_pointer (&snapshot);
}

/* Renamed away first: that is done at once and cannot be left half done. */
static void
remove_data (MainstayPortal *self,
             const char     *folder,
             const char     *id)
{
  g_autofree char *path = mainstay_portal_dup_path (self, folder, id);
  g_autofree char *doomed = mainstay_portal_dup_path (self, MAINSTAY_PORTAL_STAGING, id);
  g_autoptr(GError) error = NULL;

  if (g_rename (path, doomed) == 0 && !mainstay_portal_remove_tree (doomed, &error))
    g_message ("Removing %s: %s", id, error->message);
}

/* What it was is gone with it, but for what somebody wrote on it. */
static char *
make_cause (const char                   *reason,
            const MainstayPortalSnapshot *snapshot)
{
  gboolean has_comment = snapshot->comment != NULL && *snapshot->comment != '\0' &&
                         strcmp (snapshot->comment, NIGHTLY_COMMENT) != 0;

  return has_comment ? g_strdup_printf ("%s: “%s”", reason, snapshot->comment)
                     : g_strdup (reason);
}

/* The record first: what no record speaks of is swept away at the next start at the latest. */
static gboolean
remove_snapshot (MainstayPortal                *self,
                 MainstayPortalTransaction     *tx,
                 const MainstayPortalSnapshot  *snapshot,
                 const char                    *kind,
                 const char                    *reason,
                 const char                    *by,
                 GError                       **error)
{
  g_autofree char *cause = make_cause (reason, snapshot);
  g_autoptr(GPtrArray) archives =
    mainstay_portal_store_list_archives (tx, snapshot->id, error);

  if (archives == NULL || !mainstay_portal_store_remove_snapshot (tx, snapshot->id, error) ||
      !mainstay_portal_store_add_activity (tx, snapshot->environment_id, kind,
                                           MAINSTAY_JOB_COMPLETED, cause, by, snapshot->id, NULL,
                                           error) ||
      !mainstay_portal_transaction_commit (tx, error))
    return FALSE;
  remove_data (self, MAINSTAY_PORTAL_SNAPSHOTS, snapshot->id);
  for (unsigned int i = 0; i < archives->len; i++)
    remove_data (self, MAINSTAY_PORTAL_ARCHIVES, g_ptr_array_index (archives, i));
  mainstay_portal_collector_request (self->collector);
  return TRUE;
}

static gboolean
check_may_delete (MainstayPortalTransaction     *tx,
                  const MainstayPortalSnapshot  *snapshot,
                  GError                       **error)
{
  gboolean pinned;

  if (!mainstay_job_state_is_finished (snapshot->state))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE,
                           "This snapshot is still being made");
      return FALSE;
    }
  if (!mainstay_portal_store_is_pinned (tx, snapshot->id, &pinned, error))
    return FALSE;
  if (pinned)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE,
                         "This snapshot is being restored or packed for a download");
  return !pinned;
}

gboolean
mainstay_portal_delete_snapshot (MainstayPortal                   *self,
                                 const MainstayPortalUser         *user,
                                 const MainstayPortalEnvironment  *environment,
                                 const char                       *snapshot_id,
                                 GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autofree char *reason = g_strdup_printf ("Deleted by %s", user->display_name);

  if (tx == NULL)
    return FALSE;
  snapshot = mainstay_portal_find_snapshot (tx, environment->id, snapshot_id, error);
  return snapshot != NULL && check_may_delete (tx, snapshot, error) &&
         remove_snapshot (self, tx, snapshot, "delete", reason, user->display_name, error);
}

static gboolean
expire_one (MainstayPortal                *self,
            const MainstayPortalSnapshot  *snapshot,
            GError                       **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);
  g_autofree char *reason = g_strdup_printf (
    "Expired by the schedule after %s", mainstay_portal_retention_get_time (snapshot->type));

  return tx != NULL && check_may_delete (tx, snapshot, error) &&
         remove_snapshot (self, tx, snapshot, "expire", reason, NIGHTLY_NAME, error);
}

static GPtrArray *
list_expired (MainstayPortal  *self,
              GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);

  return tx != NULL ? mainstay_portal_store_list_expired (tx, error) : NULL;
}

static gboolean
expire_archives (MainstayPortal  *self,
                 GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(GPtrArray) ids = tx != NULL ? mainstay_portal_store_list_archives (tx, NULL, error)
                                        : NULL;

  /* Their records stay with the snapshot, so that an old link is told to be expired. */
  for (unsigned int i = 0; ids != NULL && i < ids->len; i++)
    remove_data (self, MAINSTAY_PORTAL_ARCHIVES, g_ptr_array_index (ids, i));
  return ids != NULL;
}

static gboolean
expire_uploads (MainstayPortal  *self,
                GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);
  g_autoptr(GPtrArray) ids = tx != NULL ? mainstay_portal_store_list_dead_uploads (tx, error)
                                        : NULL;

  for (unsigned int i = 0; ids != NULL && i < ids->len; i++)
    if (!mainstay_portal_store_remove_upload (tx, g_ptr_array_index (ids, i), error))
      return FALSE;
  if (ids == NULL || !mainstay_portal_transaction_commit (tx, error))
    return FALSE;
  for (unsigned int i = 0; i < ids->len; i++)
    remove_data (self, MAINSTAY_PORTAL_UPLOADS, g_ptr_array_index (ids, i));
  return TRUE;
}

void
mainstay_portal_expire (MainstayPortal *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) expired = list_expired (self, &error);

  for (unsigned int i = 0; expired != NULL && i < expired->len; i++)
    {
      /* One that is in use now goes the next time. */
      g_clear_error (&error);
      if (!expire_one (self, g_ptr_array_index (expired, i), &error))
        g_message ("Expiry: %s", error->message);
    }
  g_clear_error (&error);
  if (!expire_archives (self, &error) || !expire_uploads (self, &error))
    g_message ("Expiry: %s", error->message);
}
