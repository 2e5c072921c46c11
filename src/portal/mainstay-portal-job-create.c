/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-content-files.h"
#include "mainstay-portal-content-stream.h"
#include "mainstay-portal-crew.h"
#include "mainstay-portal-dump-output.h"
#include "mainstay-portal-engine.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

/* The database and the files, which are put beside each other. All borrowed. */
typedef struct
{
  MainstayPortalJob *job;
  MainstayPortalEngine *engine;
  const char *files;
  MainstayPortalContentSession *session;
  MainstayPortalBackup *previous; /* (nullable) */
  GOutputStream *stream;          /* of the database */
  MainstayPortalBackup *backup;
} Parts;

/* A folder that is not there is a disk that is not mounted rather than an app without files. */
static gboolean
check_files_folder (const char  *folder,
                    GError     **error)
{
  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                       "The environment's folder of uploaded files is missing");
  return FALSE;
}

/* The last backup of the same environment, whose files are compared with. Returns: (transfer none)
 * (nullable) */
static MainstayPortalBackup *
hold_previous (MainstayPortalJob             *self,
               MainstayPortalContentSession  *session)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_read (self->portal->database, &error);
  g_autofree char *id =
    tx != NULL ? mainstay_portal_store_find_last_snapshot (tx, self->environment->id, &error)
               : NULL;
  g_autofree char *path = NULL;
  MainstayPortalBackup *backup = NULL;

  if (id != NULL)
    {
      path = mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_SNAPSHOTS, id);
      backup = mainstay_portal_content_session_hold (session, path, &error);
    }
  /* Without it everything is read, which only takes longer. */
  if (error != NULL)
    g_message ("The previous backup: %s", error->message);
  return backup;
}

static gboolean
put_database (MainstayPortalCrew  *crew,
              gpointer             user_data,
              GError             **error)
{
  Parts *parts = user_data;
  g_autoptr(GOutputStream) dump = mainstay_portal_dump_output_new (parts->stream);

  return mainstay_portal_engine_dump (parts->engine, dump, &parts->job->meter, error) &&
         mainstay_portal_dump_output_finish (MAINSTAY_PORTAL_DUMP_OUTPUT (dump), parts->backup,
                                             error) &&
         mainstay_portal_content_stream_finish (MAINSTAY_PORTAL_CONTENT_STREAM (parts->stream),
                                                &parts->backup->database, error);
}

/* An app writes a file before it commits the row that names it, so whoever looks for the files
 * after the database's snapshot was taken finds all that the snapshot names. It was taken when the
 * first byte of the dump comes. */
static gboolean
put_files (MainstayPortalCrew  *crew,
           gpointer             user_data,
           GError             **error)
{
  Parts *parts = user_data;
  MainstayPortalJob *job = parts->job;

  return mainstay_portal_content_stream_wait (MAINSTAY_PORTAL_CONTENT_STREAM (parts->stream),
                                              job->cancellable, error) &&
         mainstay_portal_content_files_add (parts->session, job->portal->contents, parts->files,
                                            parts->previous, parts->backup, &job->meter, error);
}

/* The manifest comes last: from then on it is a backup. */
static gboolean
put_all (MainstayPortalJob             *self,
         MainstayPortalEngine          *engine,
         const char                    *files,
         MainstayPortalContentSession  *session,
         GError                       **error)
{
  g_autoptr(MainstayPortalBackup) backup = mainstay_portal_backup_new ();
  g_autoptr(GOutputStream) stream = mainstay_portal_content_stream_new (session);
  Parts parts = { self, engine, files, session, hold_previous (self, session), stream, backup };
  g_autofree char *path =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_SNAPSHOTS, self->snapshot->id);
  gboolean is_relaxed = (self->portal->flags & MAINSTAY_PORTAL_RELAXED_SYNC) != 0;

  mainstay_portal_meter_expect (&self->meter, mainstay_portal_engine_get_size (engine));
  if (!mainstay_portal_crew_beside (self->cancellable, put_database, put_files, &parts, error) ||
      !mainstay_portal_content_session_flush (session, error) ||
      !mainstay_portal_backup_write (backup, path, is_relaxed, error))
    return FALSE;
  self->snapshot->database_size = backup->database.size;
  self->snapshot->files_size = backup->files_size;
  self->snapshot->files_count = backup->files_count;
  return TRUE;
}

static gboolean
create_work (MainstayPortalJob  *self,
             GError            **error)
{
  g_autofree char *files = mainstay_portal_resolve (self->portal, self->environment->files_path);
  g_autoptr(MainstayPortalEngine) engine = mainstay_portal_engine_new (
    self->environment->database_uri, self->portal->directory, error);
  g_autoptr(MainstayPortalContentSession) session = NULL;

  if (engine == NULL || !check_files_folder (files, error))
    return FALSE;
  session = mainstay_portal_content_session_new (self->portal->contents);
  return put_all (self, engine, files, session, error);
}

static gboolean
create_record (MainstayPortalJob          *self,
               MainstayPortalTransaction  *tx,
               GError                    **error)
{
  return mainstay_portal_store_measure_snapshot (tx, self->snapshot, error);
}

static void
create_settle (MainstayPortalJob *self,
               gboolean           completed)
{
  g_autofree char *path =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_SNAPSHOTS, self->snapshot->id);
  g_autoptr(GError) error = NULL;

  if (completed)
    return;
  if (!mainstay_portal_remove_tree (path, &error))
    g_message ("Snapshot %s: %s", self->id, error->message);
  mainstay_portal_collector_request (self->portal->collector);
}

const MainstayPortalJobClass mainstay_portal_job_create = {
  .kind = MAINSTAY_PORTAL_JOB_CREATE,
  .done_message = "Completed backup creation",
  .work = create_work,
  .record = create_record,
  .settle = create_settle,
};
