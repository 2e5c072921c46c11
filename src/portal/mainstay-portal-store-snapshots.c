/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

#define SNAPSHOT_COLUMNS \
  "SELECT id, environment_id, state, status_message, comment, model_version, created_by, type," \
  " created_at, finished_at, updated_at, expires_at, database_size, files_size, files_count" \
  " FROM snapshots "

static gpointer
read_snapshot (sqlite3_stmt *row)
{
  MainstayPortalSnapshot *snapshot = g_new0 (MainstayPortalSnapshot, 1);

  snapshot->id = mainstay_portal_statement_text (row, 0);
  snapshot->environment_id = mainstay_portal_statement_text (row, 1);
  snapshot->state = mainstay_job_state_parse ((const char *) sqlite3_column_text (row, 2));
  snapshot->status_message = mainstay_portal_statement_text (row, 3);
  snapshot->comment = mainstay_portal_statement_text (row, 4);
  snapshot->model_version = mainstay_portal_statement_text (row, 5);
  snapshot->created_by = mainstay_portal_statement_text (row, 6);
  snapshot->type = mainstay_portal_statement_text (row, 7);
  snapshot->created_at = sqlite3_column_int64 (row, 8);
  snapshot->finished_at = sqlite3_column_int64 (row, 9);
  snapshot->updated_at = sqlite3_column_int64 (row, 10);
  snapshot->expires_at = sqlite3_column_int64 (row, 11);
  snapshot->database_size = sqlite3_column_int64 (row, 12);
  snapshot->files_size = sqlite3_column_int64 (row, 13);
  snapshot->files_count = sqlite3_column_int64 (row, 14);
  snapshot->size_bytes = snapshot->database_size < 0 || snapshot->files_size < 0
                           ? -1
                           : snapshot->database_size + snapshot->files_size;
  snapshot->progress = -1;
  return snapshot;
}

gboolean
mainstay_portal_store_add_snapshot (MainstayPortalTransaction     *tx,
                                    const MainstayPortalSnapshot  *snapshot,
                                    GError                       **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT INTO snapshots (id, environment_id, state, comment, model_version,"
    " created_by, type, created_at, updated_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "sssssssiii", snapshot->id, snapshot->environment_id,
    mainstay_job_state_to_string (snapshot->state), snapshot->comment, snapshot->model_version,
    snapshot->created_by, snapshot->type, snapshot->created_at, snapshot->updated_at,
    snapshot->expires_at) > 0;
}

gboolean
mainstay_portal_store_measure_snapshot (MainstayPortalTransaction     *tx,
                                        const MainstayPortalSnapshot  *snapshot,
                                        GError                       **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "UPDATE snapshots SET database_size = ?, files_size = ?, files_count = ?"
    " WHERE id = ?", "iiis", snapshot->database_size, snapshot->files_size, snapshot->files_count,
    snapshot->id) > 0;
}

/* `updated_at` stays: it tells of the backup, not of what is said about it. */
gboolean
mainstay_portal_store_set_comment (MainstayPortalTransaction  *tx,
                                   const char                 *id,
                                   const char                 *comment,
                                   GError                    **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "UPDATE snapshots SET comment = ? WHERE id = ?", "ss", comment, id) > 0;
}

gboolean
mainstay_portal_store_remove_snapshot (MainstayPortalTransaction  *tx,
                                       const char                 *id,
                                       GError                    **error)
{
  return mainstay_portal_transaction_change (tx, error, "DELETE FROM snapshots WHERE id = ?", "s",
                                             id) > 0;
}

MainstayPortalSnapshot *
mainstay_portal_store_get_snapshot (MainstayPortalTransaction  *tx,
                                    const char                 *id,
                                    GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, SNAPSHOT_COLUMNS "WHERE id = ?", "s", id);

  return mainstay_portal_store_read_one (query, read_snapshot, error);
}

char *
mainstay_portal_store_find_last_snapshot (MainstayPortalTransaction  *tx,
                                          const char                 *environment_id,
                                          GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT id FROM snapshots WHERE environment_id = ? AND state = 'completed'"
    " ORDER BY created_at DESC, seq DESC LIMIT 1", "s", environment_id);

  return query != NULL && mainstay_portal_statement_step (query, error) > 0
           ? mainstay_portal_statement_text (query, 0) : NULL;
}

GPtrArray *
mainstay_portal_store_list_snapshots (MainstayPortalTransaction  *tx,
                                      const char                 *environment_id,
                                      gint64                      offset,
                                      gint64                      limit,
                                      gint64                     *total,
                                      GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = NULL;

  if (total != NULL)
    *total = 0;
  if (total != NULL &&
      !mainstay_portal_transaction_number (
        tx, total, error, "SELECT number FROM snapshot_counts WHERE environment_id = ?", "s",
        environment_id))
    return NULL;
  /* What is skipped is skipped in the index; only the page's rows are read. */
  query = mainstay_portal_transaction_query (
    tx, error, SNAPSHOT_COLUMNS "WHERE seq IN (SELECT seq FROM snapshots WHERE environment_id = ?"
    " ORDER BY created_at DESC, seq DESC LIMIT ? OFFSET ?) ORDER BY created_at DESC, seq DESC",
    "sii", environment_id, limit, offset);
  return mainstay_portal_store_read_all (query, read_snapshot,
                                         (GDestroyNotify) mainstay_portal_snapshot_free, error);
}

/* Past their time, finished, and read by nobody. */
GPtrArray *
mainstay_portal_store_list_expired (MainstayPortalTransaction  *tx,
                                    GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, SNAPSHOT_COLUMNS "WHERE expires_at > 0 AND expires_at <= ?"
    " AND state IN ('completed', 'failed') AND id NOT IN (SELECT subject_id FROM pins)", "i",
    mainstay_portal_transaction_now (tx));

  return mainstay_portal_store_read_all (query, read_snapshot,
                                         (GDestroyNotify) mainstay_portal_snapshot_free, error);
}
