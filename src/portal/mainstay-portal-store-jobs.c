/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

/* The kind of what is no job any more. */
#define HELD "unsettled"

static const char *const tables[MAINSTAY_PORTAL_N_JOB_KINDS] = {
  [MAINSTAY_PORTAL_JOB_CREATE] = "snapshots",
  [MAINSTAY_PORTAL_JOB_ARCHIVE] = "archives",
  [MAINSTAY_PORTAL_JOB_RESTORE] = "restores",
  [MAINSTAY_PORTAL_JOB_DATA_UPLOAD] = "data_uploads",
  [MAINSTAY_PORTAL_JOB_SWITCH] = "switches",
};

GPtrArray *
mainstay_portal_store_read_all (sqlite3_stmt           *statement,
                                MainstayPortalReadRow   read_row,
                                GDestroyNotify          free_row,
                                GError                **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (free_row);
  int step = -1;

  while (statement != NULL && (step = mainstay_portal_statement_step (statement, error)) > 0)
    g_ptr_array_add (list, read_row (statement));
  return step == 0 ? g_steal_pointer (&list) : NULL;
}

gpointer
mainstay_portal_store_read_one (sqlite3_stmt           *statement,
                                MainstayPortalReadRow   read_row,
                                GError                **error)
{
  return statement != NULL && mainstay_portal_statement_step (statement, error) > 0
           ? read_row (statement)
           : NULL;
}

/* Why an environment cannot be taken. */
static void
set_taken (MainstayPortalTransaction  *tx,
           const char                 *environment_id,
           GError                    **error)
{
  gboolean is_held;

  if (!mainstay_portal_store_is_held (tx, environment_id, &is_held, error))
    return;
  if (is_held)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                         "What an interrupted action did to this environment is not undone yet");
  else
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_BUSY,
                         "Another action is running on this environment");
}

gboolean
mainstay_portal_store_take_environment (MainstayPortalTransaction  *tx,
                                        const char                 *environment_id,
                                        MainstayPortalJobKind       kind,
                                        const char                 *job_id,
                                        GError                    **error)
{
  int changed = mainstay_portal_transaction_change (
    tx, error, "INSERT OR IGNORE INTO actions (environment_id, kind, job_id) VALUES (?, ?, ?)",
    "sss", environment_id, tables[kind], job_id);

  if (changed == 0)
    set_taken (tx, environment_id, error);
  return changed > 0;
}

gboolean
mainstay_portal_store_check_idle (MainstayPortalTransaction  *tx,
                                  const char                 *environment_id,
                                  GError                    **error)
{
  gint64 count = 0;

  if (!mainstay_portal_transaction_number (
        tx, &count, error, "SELECT count(*) FROM actions WHERE environment_id = ?", "s",
        environment_id))
    return FALSE;
  if (count > 0)
    set_taken (tx, environment_id, error);
  return count == 0;
}

gboolean
mainstay_portal_store_hold_environment (MainstayPortalTransaction  *tx,
                                        const char                 *environment_id,
                                        const char                 *job_id,
                                        GError                    **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT OR REPLACE INTO actions (environment_id, kind, job_id) VALUES (?, ?, ?)",
    "sss", environment_id, HELD, job_id) > 0;
}

gboolean
mainstay_portal_store_release_environment (MainstayPortalTransaction  *tx,
                                           const char                 *job_id,
                                           GError                    **error)
{
  return mainstay_portal_transaction_change (tx, error, "DELETE FROM actions WHERE job_id = ?",
                                             "s", job_id) >= 0;
}

gboolean
mainstay_portal_store_is_held (MainstayPortalTransaction  *tx,
                               const char                 *environment_id,
                               gboolean                   *held,
                               GError                    **error)
{
  gint64 count = 0;
  gboolean ok = mainstay_portal_transaction_number (
    tx, &count, error, "SELECT count(*) FROM actions WHERE environment_id = ? AND kind = ?", "ss",
    environment_id, HELD);

  *held = count > 0;
  return ok;
}

char *
mainstay_portal_store_find_target (MainstayPortalTransaction  *tx,
                                   const char                 *job_id,
                                   GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT environment_id FROM restores WHERE id = ?1"
    " UNION ALL SELECT environment_id FROM data_uploads WHERE id = ?1", "s", job_id);

  return query != NULL && mainstay_portal_statement_step (query, error) > 0
           ? g_strdup ((const char *) sqlite3_column_text (query, 0)) : NULL;
}

gboolean
mainstay_portal_store_pin (MainstayPortalTransaction  *tx,
                           const char                 *subject_id,
                           const char                 *job_id,
                           GError                    **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT OR IGNORE INTO pins (subject_id, job_id) VALUES (?, ?)", "ss", subject_id,
    job_id) >= 0;
}

gboolean
mainstay_portal_store_is_pinned (MainstayPortalTransaction  *tx,
                                 const char                 *subject_id,
                                 gboolean                   *pinned,
                                 GError                    **error)
{
  gint64 count = 0;
  gboolean ok = mainstay_portal_transaction_number (
    tx, &count, error, "SELECT count(*) FROM pins WHERE subject_id = ?", "s", subject_id);

  *pinned = count > 0;
  return ok;
}

gboolean
mainstay_portal_store_move_job (MainstayPortalTransaction  *tx,
                                MainstayPortalJobKind       kind,
                                const char                 *job_id,
                                MainstayJobState            state,
                                const char                 *message,
                                GError                    **error)
{
  gint64 now = mainstay_portal_transaction_now (tx);
  gboolean finished = mainstay_job_state_is_finished (state);
  const char *word = mainstay_job_state_to_string (state);
  g_autofree char *sql =
    g_strdup_printf ("UPDATE %s SET state = ?, status_message = ?, updated_at = ?,"
                     " finished_at = ? WHERE id = ?", tables[kind]);

  if (mainstay_portal_transaction_change (tx, error, sql, "ssiis", word, message, now,
                                          finished ? now : (gint64) 0, job_id) < 0 ||
      mainstay_portal_transaction_change (
        tx, error, "UPDATE activity SET state = ?, message = ? WHERE job_id = ?", "sss", word,
        message, job_id) < 0)
    return FALSE;
  return !finished ||
         (mainstay_portal_transaction_change (tx, error, "DELETE FROM actions WHERE job_id = ?",
                                              "s", job_id) >= 0 &&
          mainstay_portal_transaction_change (tx, error, "DELETE FROM pins WHERE job_id = ?", "s",
                                              job_id) >= 0);
}

gboolean
mainstay_portal_store_get_job_state (MainstayPortalTransaction  *tx,
                                     const char                 *job_id,
                                     MainstayJobState           *state,
                                     GError                    **error)
{
  *state = MAINSTAY_JOB_UNKNOWN;
  for (int kind = 0; kind < MAINSTAY_PORTAL_N_JOB_KINDS; kind++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT state FROM %s WHERE id = ?", tables[kind]);
      g_autoptr(sqlite3_stmt) query =
        mainstay_portal_transaction_query (tx, error, sql, "s", job_id);
      int step = query != NULL ? mainstay_portal_statement_step (query, error) : -1;

      if (step < 0)
        return FALSE;
      if (step > 0)
        {
          *state = mainstay_job_state_parse ((const char *) sqlite3_column_text (query, 0));
          return TRUE;
        }
    }
  return TRUE;
}

gboolean
mainstay_portal_store_fail_all_jobs (MainstayPortalTransaction  *tx,
                                     const char                 *message,
                                     GError                    **error)
{
  gint64 now = mainstay_portal_transaction_now (tx);

  for (int kind = 0; kind < MAINSTAY_PORTAL_N_JOB_KINDS; kind++)
    {
      g_autofree char *sql =
        g_strdup_printf ("UPDATE %s SET state = 'failed', status_message = ?, updated_at = ?,"
                         " finished_at = ? WHERE state IN ('queued', 'running')", tables[kind]);

      if (mainstay_portal_transaction_change (tx, error, sql, "sii", message, now, now) < 0)
        return FALSE;
    }
  return mainstay_portal_transaction_change (
           tx, error, "UPDATE activity SET state = 'failed', message = ?"
           " WHERE state IN ('queued', 'running')", "s", message) >= 0 &&
         mainstay_portal_transaction_change (tx, error, "DELETE FROM actions", "") >= 0 &&
         mainstay_portal_transaction_change (tx, error, "DELETE FROM pins", "") >= 0;
}
