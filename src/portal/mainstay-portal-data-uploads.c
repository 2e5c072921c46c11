/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-backup-file.h"
#include "mainstay-portal-engine.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

/* Rules U1 to U8 of portal-api.md, part 5. */

static gboolean
refuse (GError     **error,
        int          code,
        const char  *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, code, message);
  return FALSE;
}

static gboolean
check_may_load (MainstayPortalTransaction        *tx,
                const MainstayPortalEnvironment  *environment,
                GError                          **error)
{
  if (!mainstay_portal_store_check_idle (tx, environment->id, error))
    return FALSE;
  if (environment->status == MAINSTAY_ENVIRONMENT_RUNNING)
    return refuse (error, MAINSTAY_ERROR_NOT_ALLOWED, "The app must be stopped first");
  return TRUE;
}

static gboolean
check_upload (MainstayPortalTransaction  *tx,
              const MainstayPortalUser   *user,
              const char                 *upload_id,
              const char                 *kind,
              const char                 *job_id,
              GError                    **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalUpload) upload = NULL;

  if (!mainstay_portal_is_id (upload_id))
    return refuse (error, MAINSTAY_ERROR_INVALID_PARAMETERS, "An upload's id is not valid");
  upload = mainstay_portal_store_get_upload (tx, upload_id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (upload == NULL || g_strcmp0 (upload->user_id, user->id) != 0)
    return refuse (error, MAINSTAY_ERROR_INVALID_PARAMETERS, "There is no such upload");
  if (upload->length < 0 || upload->offset != upload->length)
    return refuse (error, MAINSTAY_ERROR_INVALID_PARAMETERS, "The upload is not complete");
  if (upload->kind != NULL && g_strcmp0 (upload->kind, kind) != 0)
    return refuse (error, MAINSTAY_ERROR_UNSUPPORTED,
                   "The upload was made as the other kind of data");
  return mainstay_portal_store_pin (tx, upload_id, job_id, error);
}

static gboolean
check_uploads (MainstayPortalTransaction  *tx,
               const MainstayPortalUser   *user,
               MainstayPortalJob          *job,
               GError                    **error)
{
  return (job->database_upload_id == NULL ||
          check_upload (tx, user, job->database_upload_id, "database", job->id, error)) &&
         (job->files_upload_id == NULL ||
          check_upload (tx, user, job->files_upload_id, "files", job->id, error));
}

/* Holds the uploads while they are looked through, which no transaction could last for. */
static MainstayPortalEnvironment *
pin_uploads (MainstayPortal                   *self,
             const MainstayPortalUser         *user,
             const MainstayPortalEnvironment  *environment,
             MainstayPortalJob                *job,
             GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);
  g_autoptr(MainstayPortalEnvironment) now =
    tx != NULL ? mainstay_portal_read_again (tx, environment, error) : NULL;

  if (now == NULL || !check_may_load (tx, now, error) || !check_uploads (tx, user, job, error) ||
      !mainstay_portal_transaction_commit (tx, error))
    return NULL;
  return g_steal_pointer (&now);
}

static void
unpin_uploads (MainstayPortal    *self,
               MainstayPortalJob *job)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, &error);

  if (tx == NULL ||
      mainstay_portal_transaction_change (tx, &error, "DELETE FROM pins WHERE job_id = ?", "s",
                                          job->id) < 0 ||
      !mainstay_portal_transaction_commit (tx, &error))
    g_message ("Uploads stay held until the next start: %s", error->message);
}

/* Whatever is wrong with what somebody sent is UNSUPPORTED, with the words of the finding; trouble
 * with the portal's own disk is not their fault. */
static void
set_unsupported (GError **error,
                 GError  *found)
{
  g_autoptr(GError) owned = found;

  if (owned->domain == MAINSTAY_ERROR && owned->code != MAINSTAY_ERROR_NO_SPACE)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED, owned->message);
  else
    {
      g_message ("An upload cannot be looked through: %s", owned->message);
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                           "The upload cannot be read at the moment");
    }
}

static MainstayBackupFile *
inspect (MainstayPortal     *self,
         const char         *upload_id,
         MainstayFileKind    kind,
         GCancellable       *cancellable,
         GError            **error)
{
  g_autofree char *path = mainstay_portal_dup_upload_path (self, upload_id);
  g_autoptr(GError) found = NULL;
  MainstayBackupFile *file =
    mainstay_backup_file_inspect (path, kind, NULL, NULL, cancellable, &found);

  if (file == NULL)
    set_unsupported (error, g_steal_pointer (&found));
  return file;
}

static gboolean
inspect_database (MainstayPortal                   *self,
                  const MainstayPortalEnvironment  *environment,
                  MainstayPortalJob                *job,
                  GCancellable                     *cancellable,
                  GError                          **error)
{
  g_autoptr(MainstayPortalEngine) engine =
    mainstay_portal_engine_new (environment->database_uri, self->directory, error);
  g_autoptr(MainstayBackupFile) file = NULL;

  if (engine == NULL)
    return FALSE;
  if (job->database_upload_id == NULL)
    return TRUE;
  file = inspect (self, job->database_upload_id, MAINSTAY_FILE_DATABASE, cancellable, error);
  if (file == NULL)
    return FALSE;
  if (!mainstay_portal_engine_accepts (engine, file, error))
    return FALSE;
  job->upload_model_version = g_strdup (file->model_version);
  return TRUE;
}

static gboolean
inspect_files (MainstayPortal     *self,
               MainstayPortalJob  *job,
               GCancellable       *cancellable,
               GError            **error)
{
  g_autoptr(MainstayBackupFile) file = NULL;

  if (job->files_upload_id == NULL)
    return TRUE;
  file = inspect (self, job->files_upload_id, MAINSTAY_FILE_FILES, cancellable, error);
  return file != NULL;
}

static MainstayPortalDataUpload *
new_data_upload (const MainstayPortalUser *user,
                 MainstayPortalJob        *job,
                 const char               *environment_id,
                 gint64                    now)
{
  MainstayPortalDataUpload *upload = g_new0 (MainstayPortalDataUpload, 1);

  upload->id = g_strdup (job->id);
  upload->environment_id = g_strdup (environment_id);
  upload->state = MAINSTAY_JOB_QUEUED;
  upload->database_upload_id = g_strdup (job->database_upload_id);
  upload->files_upload_id = g_strdup (job->files_upload_id);
  upload->created_by = g_strdup (user->display_name);
  upload->created_at = now;
  upload->updated_at = now;
  upload->progress = -1;
  return upload;
}

/* The environment may have been started since it was first looked at, and the uploads loaded by the
 * same request, sent once more. */
static MainstayPortalDataUpload *
record_data_upload (MainstayPortal                   *self,
                    const MainstayPortalUser         *user,
                    const MainstayPortalEnvironment  *environment,
                    MainstayPortalJob                *job,
                    GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);
  g_autoptr(MainstayPortalDataUpload) upload = NULL;

  job->environment = tx != NULL ? mainstay_portal_read_again (tx, environment, error) : NULL;
  if (job->environment == NULL || !check_may_load (tx, job->environment, error) ||
      !check_uploads (tx, user, job, error))
    return NULL;
  upload = new_data_upload (user, job, environment->id, mainstay_portal_transaction_now (tx));
  if (!mainstay_portal_store_take_environment (tx, environment->id,
                                               MAINSTAY_PORTAL_JOB_DATA_UPLOAD, job->id, error) ||
      !mainstay_portal_store_add_data_upload (tx, upload, error) ||
      !mainstay_portal_store_add_activity (tx, environment->id, "data_upload",
                                           MAINSTAY_JOB_QUEUED, NULL, upload->created_by, NULL,
                                           job->id, error) ||
      !mainstay_portal_transaction_commit (tx, error))
    return NULL;
  return g_steal_pointer (&upload);
}

MainstayPortalDataUpload *
mainstay_portal_upload_data (MainstayPortal                   *self,
                             const MainstayPortalUser         *user,
                             const MainstayPortalEnvironment  *environment,
                             const char                       *database_upload_id,
                             const char                       *files_upload_id,
                             GCancellable                     *cancellable,
                             GError                          **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr(MainstayPortalJob) job =
    mainstay_portal_job_new (self, &mainstay_portal_job_data_upload, id);
  g_autoptr(MainstayPortalEnvironment) now = NULL;
  g_autoptr(MainstayPortalDataUpload) upload = NULL;

  job->database_upload_id = g_strdup (database_upload_id);
  job->files_upload_id = g_strdup (files_upload_id);
  if (database_upload_id == NULL && files_upload_id == NULL)
    {
      refuse (error, MAINSTAY_ERROR_INVALID_PARAMETERS, "Neither database nor files is given");
      return NULL;
    }
  if (!mainstay_portal_check_open (self, error))
    return NULL;
  now = pin_uploads (self, user, environment, job, error);
  if (now == NULL)
    return NULL;
  if (inspect_database (self, now, job, cancellable, error) &&
      inspect_files (self, job, cancellable, error))
    upload = record_data_upload (self, user, now, job, error);
  if (upload == NULL)
    {
      unpin_uploads (self, job);
      return NULL;
    }
  mainstay_portal_job_submit (g_steal_pointer (&job));
  return g_steal_pointer (&upload);
}

static void
add_progress (MainstayPortal           *self,
              MainstayPortalDataUpload *upload)
{
  if (upload->state == MAINSTAY_JOB_RUNNING)
    upload->progress = mainstay_portal_job_progress (self, upload->id);
  else if (upload->state == MAINSTAY_JOB_COMPLETED)
    upload->progress = 1;
}

MainstayPortalDataUpload *
mainstay_portal_get_data_upload (MainstayPortal                   *self,
                                 const MainstayPortalEnvironment  *environment,
                                 const char                       *data_upload_id,
                                 GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalDataUpload) upload = NULL;
  g_autoptr(GError) local_error = NULL;

  if (tx == NULL)
    return NULL;
  if (data_upload_id != NULL)
    upload = mainstay_portal_store_get_data_upload (tx, data_upload_id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (upload == NULL || g_strcmp0 (upload->environment_id, environment->id) != 0)
    {
      refuse (error, MAINSTAY_ERROR_NOT_FOUND, "There is no such data upload in this environment");
      return NULL;
    }
  add_progress (self, upload);
  return g_steal_pointer (&upload);
}

GPtrArray *
mainstay_portal_list_data_uploads (MainstayPortal                   *self,
                                   const MainstayPortalEnvironment  *environment,
                                   gint64                            offset,
                                   gint64                            limit,
                                   gint64                           *total,
                                   GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(GPtrArray) list = NULL;

  if (tx != NULL)
    list = mainstay_portal_store_list_data_uploads (tx, environment->id, offset, limit, total,
                                                    error);
  for (unsigned int i = 0; list != NULL && i < list->len; i++)
    add_progress (self, g_ptr_array_index (list, i));
  return g_steal_pointer (&list);
}
