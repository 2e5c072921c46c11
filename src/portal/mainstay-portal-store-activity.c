/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

static gpointer
read_activity (sqlite3_stmt *row)
{
  MainstayPortalActivity *entry = g_new0 (MainstayPortalActivity, 1);

  entry->id = mainstay_portal_statement_text (row, 0);
  entry->environment_id = mainstay_portal_statement_text (row, 1);
  entry->kind = mainstay_portal_statement_text (row, 2);
  entry->state = mainstay_job_state_parse ((const char *) sqlite3_column_text (row, 3));
  entry->message = mainstay_portal_statement_text (row, 4);
  entry->by = mainstay_portal_statement_text (row, 5);
  entry->at = sqlite3_column_int64 (row, 6);
  entry->snapshot_id = mainstay_portal_statement_text (row, 7);
  return entry;
}

gboolean
mainstay_portal_store_add_activity (MainstayPortalTransaction  *tx,
                                    const char                 *environment_id,
                                    const char                 *kind,
                                    MainstayJobState            state,
                                    const char                 *cause,
                                    const char                 *by,
                                    const char                 *snapshot_id,
                                    const char                 *job_id,
                                    GError                    **error)
{
  g_autofree char *id = g_uuid_string_random ();

  return mainstay_portal_transaction_change (
    tx, error, "INSERT INTO activity (id, environment_id, kind, state, cause, by, at,"
    " snapshot_id, job_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", "ssssssiss", id, environment_id,
    kind, mainstay_job_state_to_string (state), cause, by,
    mainstay_portal_transaction_now (tx), snapshot_id, job_id) > 0;
}

GPtrArray *
mainstay_portal_store_list_activity (MainstayPortalTransaction  *tx,
                                     const char                 *environment_id,
                                     gint64                      offset,
                                     gint64                      limit,
                                     gint64                     *total,
                                     GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = NULL;

  if (total != NULL &&
      !mainstay_portal_transaction_number (
        tx, total, error, "SELECT count(*) FROM activity WHERE environment_id = ?", "s",
        environment_id))
    return NULL;
  query = mainstay_portal_transaction_query (
    tx, error, "SELECT id, environment_id, kind, state, CASE WHEN message IS NULL THEN cause"
    " ELSE coalesce (cause || '. ', '') || message END, by, at, snapshot_id FROM activity"
    " WHERE environment_id = ? ORDER BY at DESC, seq DESC LIMIT ? OFFSET ?", "sii", environment_id,
    limit, offset);
  return mainstay_portal_store_read_all (query, read_activity,
                                         (GDestroyNotify) mainstay_portal_activity_free, error);
}
