/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

#define COLUMNS "SELECT environment_id, minute, zone, night, attempts, retry_at, snapshot_id" \
                " FROM schedules "

void
mainstay_portal_nightly_free (MainstayPortalNightly *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->environment_id, g_free);
  g_clear_pointer (&self->zone, g_free);
  g_clear_pointer (&self->snapshot_id, g_free);
  g_free (self);
}

/* The zone's data may have been removed from the machine since. */
GTimeZone *
mainstay_portal_nightly_dup_zone (const MainstayPortalNightly *self)
{
  GTimeZone *zone = self->zone != NULL ? g_time_zone_new_identifier (self->zone) : NULL;

  return zone != NULL ? zone : g_time_zone_new_local ();
}

static gpointer
read_nightly (sqlite3_stmt *row)
{
  MainstayPortalNightly *nightly = g_new0 (MainstayPortalNightly, 1);

  nightly->environment_id = mainstay_portal_statement_text (row, 0);
  nightly->schedule.minute = sqlite3_column_int (row, 1);
  nightly->zone = mainstay_portal_statement_text (row, 2);
  nightly->schedule.night = sqlite3_column_int64 (row, 3);
  nightly->schedule.attempts = sqlite3_column_int (row, 4);
  nightly->schedule.retry_at = sqlite3_column_int64 (row, 5);
  nightly->snapshot_id = mainstay_portal_statement_text (row, 6);
  return nightly;
}

GPtrArray *
mainstay_portal_store_list_nightlies (MainstayPortalTransaction  *tx,
                                      GError                    **error)
{
  g_autoptr(sqlite3_stmt) query =
    mainstay_portal_transaction_query (tx, error, COLUMNS "ORDER BY environment_id", "");

  return mainstay_portal_store_read_all (query, read_nightly,
                                         (GDestroyNotify) mainstay_portal_nightly_free, error);
}

MainstayPortalNightly *
mainstay_portal_store_get_nightly (MainstayPortalTransaction  *tx,
                                   const char                 *environment_id,
                                   GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, COLUMNS "WHERE environment_id = ?", "s", environment_id);

  return mainstay_portal_store_read_one (query, read_nightly, error);
}

gboolean
mainstay_portal_store_put_nightly (MainstayPortalTransaction    *tx,
                                   const MainstayPortalNightly  *nightly,
                                   GError                      **error)
{
  const MainstayPortalSchedule *schedule = &nightly->schedule;

  if (schedule->minute < 0)
    return mainstay_portal_transaction_change (tx, error,
                                               "DELETE FROM schedules WHERE environment_id = ?",
                                               "s", nightly->environment_id) >= 0;
  return mainstay_portal_transaction_change (
    tx, error, "INSERT OR REPLACE INTO schedules (environment_id, minute, zone, night, attempts,"
    " retry_at, snapshot_id) VALUES (?, ?, ?, ?, ?, ?, ?)", "sdsidis", nightly->environment_id,
    schedule->minute, nightly->zone, schedule->night, schedule->attempts, schedule->retry_at,
    nightly->snapshot_id) > 0;
}

gboolean
mainstay_portal_store_get_clock (MainstayPortalTransaction  *tx,
                                 gint64                     *seen,
                                 gint64                     *held,
                                 GError                    **error)
{
  *seen = 0;
  *held = 0;
  return mainstay_portal_transaction_number (tx, seen, error, "SELECT seen FROM clock", "") &&
         mainstay_portal_transaction_number (tx, held, error, "SELECT held FROM clock", "");
}

gboolean
mainstay_portal_store_put_clock (MainstayPortalTransaction  *tx,
                                 gint64                      seen,
                                 gint64                      held,
                                 GError                    **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT OR REPLACE INTO clock (id, seen, held) VALUES (1, ?, ?)", "ii", seen,
    held) > 0;
}
