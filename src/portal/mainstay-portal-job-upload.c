/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <glib/gstdio.h>

#include "mainstay-archive-reader.h"
#include "mainstay-portal-backup.h"
#include "mainstay-portal-crew.h"
#include "mainstay-portal-engine.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

/* The database and the files, which are made beside each other. */
typedef struct
{
  MainstayPortalJob *job;
  const char *files; /* where to make them */
} Parts;

static gboolean
load_dump (MainstayPortalJob     *self,
           MainstayPortalEngine  *engine,
           GError               **error)
{
  g_autofree char *upload =
    mainstay_portal_dup_upload_path (self->portal, self->database_upload_id);
  g_autofree char *path = NULL;

  if (!mainstay_portal_job_make_staging (self, error))
    return FALSE;
  path = g_build_filename (self->staging, MAINSTAY_PORTAL_DUMP_NAME, NULL);
  if (!mainstay_archive_extract_dump (upload, path, self->cancellable, error) ||
      !mainstay_portal_engine_load (engine, path, self->swap, &self->meter, error))
    return FALSE;
  /* Its place may be needed for the files. */
  g_unlink (path);
  return TRUE;
}

static gboolean
load_database (MainstayPortalCrew  *crew,
               gpointer             user_data,
               GError             **error)
{
  MainstayPortalJob *self = ((Parts *) user_data)->job;
  g_autoptr(MainstayPortalEngine) engine = mainstay_portal_engine_new (
    self->environment->database_uri, self->portal->directory, error);

  return engine != NULL &&
         (self->database_upload_id != NULL
            ? load_dump (self, engine, error)
            : mainstay_portal_engine_make_empty (engine, self->swap, &self->meter, error));
}

static gboolean
load_files (MainstayPortalCrew  *crew,
            gpointer             user_data,
            GError             **error)
{
  Parts *parts = user_data;
  MainstayPortalJob *self = parts->job;
  g_autofree char *upload = NULL;
  gint64 count, size;

  if (!mainstay_portal_make_folder (parts->files, error))
    return FALSE;
  if (self->files_upload_id == NULL)
    return TRUE;
  upload = mainstay_portal_dup_upload_path (self->portal, self->files_upload_id);
  return mainstay_archive_extract_files (upload, parts->files, &count, &size, self->cancellable,
                                         error);
}

static gboolean
remove_package (MainstayPortalJob  *self,
                GError            **error)
{
  g_autofree char *live = mainstay_portal_resolve (self->portal, self->environment->package_path);
  g_autoptr(GError) local_error = NULL;

  mainstay_portal_swap_add (self->swap, live, FALSE, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* All but the database is planned before anything is begun, since the journal is one thread's: from
 * then on only the database's part writes to it. */
static gboolean
load (MainstayPortalJob  *self,
      GError            **error)
{
  g_autofree char *live = mainstay_portal_resolve (self->portal, self->environment->files_path);
  Parts parts = { self, mainstay_portal_swap_add (self->swap, live, TRUE, error) };

  return parts.files != NULL && remove_package (self, error) &&
         mainstay_portal_crew_beside (self->cancellable, load_database, load_files, &parts, error);
}

static gboolean
upload_work (MainstayPortalJob  *self,
             GError            **error)
{
  g_autofree char *journals =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_JOURNALS, NULL);

  self->swap = mainstay_portal_swap_new (journals, self->id);
  return load (self, error) &&
         !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
         mainstay_portal_swap_execute (self->swap, error);
}

static gboolean
upload_record (MainstayPortalJob          *self,
               MainstayPortalTransaction  *tx,
               GError                    **error)
{
  g_autoptr(MainstayPortalEnvironment) now =
    mainstay_portal_read_again (tx, self->environment, error);

  if (now == NULL)
    return FALSE;
  now->status = MAINSTAY_ENVIRONMENT_EMPTY;
  g_clear_pointer (&now->package_id, g_free);
  g_clear_pointer (&now->model_version, g_free);
  g_clear_pointer (&now->data_model_version, g_free);
  now->data_model_version = g_strdup (self->upload_model_version);
  if (now->production)
    {
      g_clear_pointer (&now->published_services, g_strfreev);
      now->published_services = g_new0 (char *, 1);
    }
  if (self->database_upload_id != NULL &&
      !mainstay_portal_store_remove_upload (tx, self->database_upload_id, error))
    return FALSE;
  if (self->files_upload_id != NULL &&
      !mainstay_portal_store_remove_upload (tx, self->files_upload_id, error))
    return FALSE;
  return mainstay_portal_store_put_environment (tx, now, error);
}

static void
remove_upload (MainstayPortalJob *self,
               const char        *upload_id)
{
  g_autofree char *path = NULL;

  if (upload_id == NULL)
    return;
  path = mainstay_portal_dup_upload_path (self->portal, upload_id);
  g_unlink (path);
}

/* After a failure they stay, so that it can be tried again without sending them again. */
static void
upload_settle (MainstayPortalJob *self,
               gboolean           completed)
{
  if (!completed)
    return;
  remove_upload (self, self->database_upload_id);
  remove_upload (self, self->files_upload_id);
}

const MainstayPortalJobClass mainstay_portal_job_data_upload = {
  .kind = MAINSTAY_PORTAL_JOB_DATA_UPLOAD,
  .done_message = "Completed data upload",
  .work = upload_work,
  .record = upload_record,
  .settle = upload_settle,
};
