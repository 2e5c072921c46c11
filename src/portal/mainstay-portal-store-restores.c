/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

#define RESTORE_COLUMNS \
  "SELECT id, state, status_message, source_snapshot_id, source_environment_id, environment_id," \
  " database_only, created_by, created_at, finished_at, updated_at FROM restores "

static gpointer
read_restore (sqlite3_stmt *row)
{
  MainstayPortalRestore *restore = g_new0 (MainstayPortalRestore, 1);

  restore->id = mainstay_portal_statement_text (row, 0);
  restore->state = mainstay_job_state_parse ((const char *) sqlite3_column_text (row, 1));
  restore->status_message = mainstay_portal_statement_text (row, 2);
  restore->source_snapshot_id = mainstay_portal_statement_text (row, 3);
  restore->source_environment_id = mainstay_portal_statement_text (row, 4);
  restore->target_environment_id = mainstay_portal_statement_text (row, 5);
  restore->database_only = sqlite3_column_int (row, 6) != 0;
  restore->created_by = mainstay_portal_statement_text (row, 7);
  restore->created_at = sqlite3_column_int64 (row, 8);
  restore->finished_at = sqlite3_column_int64 (row, 9);
  restore->updated_at = sqlite3_column_int64 (row, 10);
  restore->progress = -1;
  return restore;
}

gboolean
mainstay_portal_store_add_restore (MainstayPortalTransaction    *tx,
                                   const MainstayPortalRestore  *restore,
                                   GError                      **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT INTO restores (id, state, source_snapshot_id, source_environment_id,"
    " environment_id, database_only, created_by, created_at, updated_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", "sssssdsii", restore->id,
    mainstay_job_state_to_string (restore->state), restore->source_snapshot_id,
    restore->source_environment_id, restore->target_environment_id, restore->database_only,
    restore->created_by, restore->created_at, restore->updated_at) > 0;
}

MainstayPortalRestore *
mainstay_portal_store_get_restore (MainstayPortalTransaction  *tx,
                                   const char                 *id,
                                   GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, RESTORE_COLUMNS "WHERE id = ?", "s", id);

  return mainstay_portal_store_read_one (query, read_restore, error);
}

GPtrArray *
mainstay_portal_store_list_restores (MainstayPortalTransaction  *tx,
                                     const char                 *environment_id,
                                     gint64                      offset,
                                     gint64                      limit,
                                     gint64                     *total,
                                     GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = NULL;

  if (total != NULL &&
      !mainstay_portal_transaction_number (
        tx, total, error, "SELECT count(*) FROM restores WHERE environment_id = ?", "s",
        environment_id))
    return NULL;
  query = mainstay_portal_transaction_query (
    tx, error, RESTORE_COLUMNS "WHERE environment_id = ? ORDER BY created_at DESC, seq DESC"
    " LIMIT ? OFFSET ?", "sii", environment_id, limit, offset);
  return mainstay_portal_store_read_all (query, read_restore,
                                         (GDestroyNotify) mainstay_portal_restore_free, error);
}

static gpointer
read_data_upload (sqlite3_stmt *row)
{
  MainstayPortalDataUpload *upload = g_new0 (MainstayPortalDataUpload, 1);

  upload->id = mainstay_portal_statement_text (row, 0);
  upload->environment_id = mainstay_portal_statement_text (row, 1);
  upload->state = mainstay_job_state_parse ((const char *) sqlite3_column_text (row, 2));
  upload->status_message = mainstay_portal_statement_text (row, 3);
  upload->database_upload_id = mainstay_portal_statement_text (row, 4);
  upload->files_upload_id = mainstay_portal_statement_text (row, 5);
  upload->created_by = mainstay_portal_statement_text (row, 6);
  upload->created_at = sqlite3_column_int64 (row, 7);
  upload->finished_at = sqlite3_column_int64 (row, 8);
  upload->updated_at = sqlite3_column_int64 (row, 9);
  upload->progress = -1;
  return upload;
}

gboolean
mainstay_portal_store_add_data_upload (MainstayPortalTransaction       *tx,
                                       const MainstayPortalDataUpload  *upload,
                                       GError                         **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT INTO data_uploads (id, environment_id, state, database_upload_id,"
    " files_upload_id, created_by, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "ssssssii", upload->id, upload->environment_id, mainstay_job_state_to_string (upload->state),
    upload->database_upload_id, upload->files_upload_id, upload->created_by, upload->created_at,
    upload->updated_at) > 0;
}

#define DATA_UPLOAD_COLUMNS \
  "SELECT id, environment_id, state, status_message, database_upload_id, files_upload_id," \
  " created_by, created_at, finished_at, updated_at FROM data_uploads "

MainstayPortalDataUpload *
mainstay_portal_store_get_data_upload (MainstayPortalTransaction  *tx,
                                       const char                 *id,
                                       GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, DATA_UPLOAD_COLUMNS "WHERE id = ?", "s", id);

  return mainstay_portal_store_read_one (query, read_data_upload, error);
}

GPtrArray *
mainstay_portal_store_list_data_uploads (MainstayPortalTransaction  *tx,
                                         const char                 *environment_id,
                                         gint64                      offset,
                                         gint64                      limit,
                                         gint64                     *total,
                                         GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = NULL;

  if (!mainstay_portal_transaction_number (
        tx, total, error, "SELECT count(*) FROM data_uploads WHERE environment_id = ?", "s",
        environment_id))
    return NULL;
  query = mainstay_portal_transaction_query (
    tx, error, DATA_UPLOAD_COLUMNS "WHERE environment_id = ? ORDER BY created_at DESC, seq DESC"
    " LIMIT ? OFFSET ?", "sii", environment_id, limit, offset);
  return mainstay_portal_store_read_all (query, read_data_upload,
                                         (GDestroyNotify) mainstay_portal_data_upload_free, error);
}

static gpointer
read_switch (sqlite3_stmt *row)
{
  MainstayPortalSwitch *job = g_new0 (MainstayPortalSwitch, 1);

  job->id = mainstay_portal_statement_text (row, 0);
  job->environment_id = mainstay_portal_statement_text (row, 1);
  job->is_start = sqlite3_column_int (row, 2) != 0;
  job->state = mainstay_job_state_parse ((const char *) sqlite3_column_text (row, 3));
  job->status_message = mainstay_portal_statement_text (row, 4);
  job->created_at = sqlite3_column_int64 (row, 5);
  job->finished_at = sqlite3_column_int64 (row, 6);
  if (job->state == MAINSTAY_JOB_FAILED)
    job->error_code = job->is_start ? MAINSTAY_ERROR_START_FAILED : MAINSTAY_ERROR_STOP_FAILED;
  return job;
}

gboolean
mainstay_portal_store_add_switch (MainstayPortalTransaction   *tx,
                                  const MainstayPortalSwitch  *job,
                                  GError                     **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT INTO switches (id, environment_id, is_start, state, created_at, updated_at)"
    " VALUES (?, ?, ?, ?, ?, ?)", "ssdsii", job->id, job->environment_id, job->is_start,
    mainstay_job_state_to_string (job->state), job->created_at, job->created_at) > 0;
}

MainstayPortalSwitch *
mainstay_portal_store_get_switch (MainstayPortalTransaction  *tx,
                                  const char                 *id,
                                  GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT id, environment_id, is_start, state, status_message,"
    " created_at, finished_at FROM switches WHERE id = ?", "s", id);

  return mainstay_portal_store_read_one (query, read_switch, error);
}
