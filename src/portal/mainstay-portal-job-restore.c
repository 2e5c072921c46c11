/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-backup-extract.h"
#include "mainstay-portal-crew.h"
#include "mainstay-portal-engine.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

#define MAX_FILES_THREADS 4

/* The database and the files, which are made beside each other. */
typedef struct
{
  MainstayPortalJob *job;
  MainstayPortalBackup *backup;
  const char *files; /* (nullable): where to make them */
} Parts;

static gboolean
load_database (MainstayPortalCrew  *crew,
               gpointer             user_data,
               GError             **error)
{
  Parts *parts = user_data;
  MainstayPortalJob *self = parts->job;
  g_autoptr(MainstayPortalEngine) engine = mainstay_portal_engine_new (
    self->environment->database_uri, self->portal->directory, error);

  return engine != NULL && mainstay_portal_job_make_staging (self, error) &&
         mainstay_portal_engine_restore (engine, parts->backup, self->portal->contents,
                                         self->staging, self->swap, &self->meter, error);
}

static gboolean
load_files (MainstayPortalCrew  *crew,
            gpointer             user_data,
            GError             **error)
{
  Parts *parts = user_data;
  MainstayPortalJob *self = parts->job;
  /* Half of the processors: the database takes longer, and is awaited as well. */
  unsigned int n_threads = CLAMP (g_get_num_processors () / 2, 1, MAX_FILES_THREADS);

  return parts->files == NULL ||
         mainstay_portal_backup_extract_files (parts->backup, self->portal->contents, parts->files,
                                               n_threads, &self->meter, error);
}

/* The files are planned before anything is begun, since the journal is one thread's: from then on
 * only the database's part writes to it. */
static gboolean
load (MainstayPortalJob     *self,
      MainstayPortalBackup  *backup,
      GError               **error)
{
  g_autofree char *live = mainstay_portal_resolve (self->portal, self->environment->files_path);
  Parts parts = { self, backup, NULL };

  if (!self->database_only)
    {
      parts.files = mainstay_portal_swap_add (self->swap, live, TRUE, error);
      if (parts.files == NULL)
        return FALSE;
    }
  return mainstay_portal_crew_beside (self->cancellable, load_database, load_files, &parts, error);
}

static gboolean
restore_work (MainstayPortalJob  *self,
              GError            **error)
{
  g_autofree char *path =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_SNAPSHOTS, self->snapshot->id);
  g_autofree char *journals =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_JOURNALS, NULL);
  g_autoptr(MainstayPortalBackup) backup = mainstay_portal_backup_read (path, error);

  if (backup == NULL)
    return FALSE;
  mainstay_portal_meter_expect (
    &self->meter, backup->database.size + (self->database_only ? 0 : backup->files_size));
  self->swap = mainstay_portal_swap_new (journals, self->id);
  return load (self, backup, error) &&
         !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
         mainstay_portal_swap_execute (self->swap, error);
}

static gboolean
restore_record (MainstayPortalJob          *self,
                MainstayPortalTransaction  *tx,
                GError                    **error)
{
  g_autoptr(MainstayPortalEnvironment) now =
    mainstay_portal_read_again (tx, self->environment, error);

  if (now == NULL)
    return FALSE;
  g_clear_pointer (&now->data_model_version, g_free);
  now->data_model_version = g_strdup (self->snapshot->model_version);
  return mainstay_portal_store_put_environment (tx, now, error);
}

const MainstayPortalJobClass mainstay_portal_job_restore = {
  .kind = MAINSTAY_PORTAL_JOB_RESTORE,
  .done_message = "Completed restore",
  .work = restore_work,
  .record = restore_record,
};
