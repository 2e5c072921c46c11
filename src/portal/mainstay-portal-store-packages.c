/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

#define PACKAGE_COLUMNS \
  "SELECT id, project_id, name, description, version, mendix_version, creator, status," \
  " created_at, size FROM packages "

static gpointer
read_package (sqlite3_stmt *row)
{
  MainstayPortalPackage *package = g_new0 (MainstayPortalPackage, 1);

  package->id = mainstay_portal_statement_text (row, 0);
  package->project_id = mainstay_portal_statement_text (row, 1);
  package->name = mainstay_portal_statement_text (row, 2);
  package->description = mainstay_portal_statement_text (row, 3);
  package->version = mainstay_portal_statement_text (row, 4);
  package->mendix_version = mainstay_portal_statement_text (row, 5);
  package->creator = mainstay_portal_statement_text (row, 6);
  package->status = mainstay_portal_statement_text (row, 7);
  package->created_at = sqlite3_column_int64 (row, 8);
  package->size = sqlite3_column_int64 (row, 9);
  return package;
}

gboolean
mainstay_portal_store_add_package (MainstayPortalTransaction    *tx,
                                   const MainstayPortalPackage  *package,
                                   GError                      **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT INTO packages (id, project_id, name, description, version, mendix_version,"
    " creator, status, created_at, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "ssssssssii",
    package->id, package->project_id, package->name, package->description, package->version,
    package->mendix_version, package->creator, package->status, package->created_at,
    package->size) > 0;
}

GPtrArray *
mainstay_portal_store_list_packages (MainstayPortalTransaction  *tx,
                                     const char                 *project_id,
                                     GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, PACKAGE_COLUMNS "WHERE project_id = ? ORDER BY created_at DESC, seq DESC", "s",
    project_id);

  return mainstay_portal_store_read_all (query, read_package,
                                         (GDestroyNotify) mainstay_portal_package_free, error);
}

MainstayPortalPackage *
mainstay_portal_store_get_package (MainstayPortalTransaction  *tx,
                                   const char                 *project_id,
                                   const char                 *id,
                                   GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, PACKAGE_COLUMNS "WHERE project_id = ? AND id = ?", "ss", project_id, id);

  return mainstay_portal_store_read_one (query, read_package, error);
}
