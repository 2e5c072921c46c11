/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <glib/gstdio.h>

#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

/* A link that is answered must still be good when a large download begins. */
#define LEAST_VALIDITY_MS (15 * 60 * 1000)

static const char *const data_types[] = { "files_and_database", "database_only", "files_only",
                                          NULL };

static void
add_details (MainstayPortal        *self,
             MainstayPortalArchive *archive)
{
  archive->path = mainstay_portal_dup_path (self, MAINSTAY_PORTAL_ARCHIVES, archive->id);
  if (archive->state == MAINSTAY_JOB_RUNNING)
    archive->progress = mainstay_portal_job_progress (self, archive->id);
  else if (archive->state == MAINSTAY_JOB_COMPLETED)
    archive->progress = 1;
}

static MainstayPortalArchive *
new_archive (const MainstayPortalSnapshot *snapshot,
             const char                   *data_type,
             gint64                        now)
{
  MainstayPortalArchive *archive = g_new0 (MainstayPortalArchive, 1);

  archive->id = g_uuid_string_random ();
  archive->snapshot_id = g_strdup (snapshot->id);
  archive->environment_id = g_strdup (snapshot->environment_id);
  archive->data_type = g_strdup (data_type);
  archive->state = MAINSTAY_JOB_QUEUED;
  archive->created_at = now;
  archive->updated_at = now;
  archive->size = -1;
  archive->progress = -1;
  return archive;
}

static gboolean
check_snapshot (const MainstayPortalSnapshot  *snapshot,
                GError                       **error)
{
  if (snapshot->state == MAINSTAY_JOB_COMPLETED)
    return TRUE;
  if (snapshot->state == MAINSTAY_JOB_FAILED)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_ALLOWED,
                         "The snapshot has failed and holds nothing");
  else
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE,
                         "The snapshot is still being made");
  return FALSE;
}

/* One that is being made, or done and whole. An administrator may have made room by hand. */
static MainstayPortalArchive *
find_usable (MainstayPortal             *self,
             MainstayPortalTransaction  *tx,
             const char                 *snapshot_id,
             const char                 *data_type,
             GError                    **error)
{
  g_autoptr(MainstayPortalArchive) archive = mainstay_portal_store_find_archive (
    tx, snapshot_id, data_type, mainstay_portal_transaction_now (tx) + LEAST_VALIDITY_MS, error);
  GStatBuf status;

  if (archive == NULL)
    return NULL;
  add_details (self, archive);
  if (archive->state == MAINSTAY_JOB_COMPLETED &&
      (g_stat (archive->path, &status) != 0 || status.st_size != archive->size))
    return NULL;
  return g_steal_pointer (&archive);
}

static gboolean
record_archive (MainstayPortalTransaction     *tx,
                const MainstayPortalArchive   *archive,
                GError                       **error)
{
  return mainstay_portal_store_pin (tx, archive->snapshot_id, archive->id, error) &&
         mainstay_portal_store_add_archive (tx, archive, error) &&
         mainstay_portal_transaction_commit (tx, error);
}

MainstayPortalArchive *
mainstay_portal_make_archive (MainstayPortal                   *self,
                              const MainstayPortalUser         *user,
                              const MainstayPortalEnvironment  *environment,
                              const char                       *snapshot_id,
                              const char                       *data_type,
                              GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalArchive) archive = NULL;
  g_autoptr(MainstayPortalJob) job = NULL;
  g_autoptr(GError) local_error = NULL;

  if (data_type == NULL)
    data_type = data_types[0];
  if (!g_strv_contains (data_types, data_type))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED,
                           "The data_type is not one of files_and_database, database_only and"
                           " files_only");
      return NULL;
    }
  if (!mainstay_portal_check_open (self, error))
    return NULL;
  tx = mainstay_portal_database_write (self->database, error);
  snapshot = tx != NULL
               ? mainstay_portal_find_snapshot (tx, environment->id, snapshot_id, error) : NULL;
  if (snapshot == NULL || !check_snapshot (snapshot, error))
    return NULL;
  archive = find_usable (self, tx, snapshot->id, data_type, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (archive != NULL)
    return g_steal_pointer (&archive);
  archive = new_archive (snapshot, data_type, mainstay_portal_transaction_now (tx));
  if (!record_archive (tx, archive, error))
    return NULL;
  job = mainstay_portal_job_new (self, &mainstay_portal_job_archive, archive->id);
  job->snapshot = g_steal_pointer (&snapshot);
  job->data_type = g_strdup (data_type);
  mainstay_portal_job_submit (g_steal_pointer (&job));
  return g_steal_pointer (&archive);
}

MainstayPortalArchive *
mainstay_portal_get_archive (MainstayPortal                   *self,
                             const MainstayPortalEnvironment  *environment,
                             const char                       *snapshot_id,
                             const char                       *archive_id,
                             GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalArchive) archive = NULL;
  g_autoptr(GError) local_error = NULL;

  snapshot = tx != NULL
               ? mainstay_portal_find_snapshot (tx, environment->id, snapshot_id, error) : NULL;
  if (snapshot == NULL)
    return NULL;
  if (archive_id != NULL)
    archive = mainstay_portal_store_get_archive (tx, archive_id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (archive == NULL || g_strcmp0 (archive->snapshot_id, snapshot->id) != 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND,
                           "There is no such archive of this snapshot");
      return NULL;
    }
  add_details (self, archive);
  return g_steal_pointer (&archive);
}

MainstayPortalArchive *
mainstay_portal_follow_link (MainstayPortal  *self,
                             const char      *token,
                             GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalArchive) archive = NULL;
  g_autoptr(GError) local_error = NULL;

  if (tx == NULL)
    return NULL;
  if (token != NULL)
    archive = mainstay_portal_store_find_link (tx, token, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (archive == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND,
                           "There is nothing at this link");
      return NULL;
    }
  if (archive->expires_at <= mainstay_portal_transaction_now (tx))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED,
                           "This link has expired; make a new archive");
      return NULL;
    }
  add_details (self, archive);
  return g_steal_pointer (&archive);
}

void
mainstay_portal_note_download (MainstayPortal              *self,
                               const MainstayPortalArchive *archive)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, &error);

  if (tx == NULL ||
      !mainstay_portal_store_add_activity (tx, archive->environment_id, "download",
                                           MAINSTAY_JOB_COMPLETED, archive->file_name, NULL,
                                           archive->snapshot_id, NULL, &error) ||
      !mainstay_portal_transaction_commit (tx, &error))
    g_message ("A download was not noted: %s", error->message);
}
