/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

static gpointer
read_upload (sqlite3_stmt *row)
{
  MainstayPortalUpload *upload = g_new0 (MainstayPortalUpload, 1);

  upload->id = mainstay_portal_statement_text (row, 0);
  upload->user_id = mainstay_portal_statement_text (row, 1);
  upload->kind = mainstay_portal_statement_text (row, 2);
  upload->file_name = mainstay_portal_statement_text (row, 3);
  upload->metadata = mainstay_portal_statement_text (row, 4);
  upload->length = sqlite3_column_int64 (row, 5);
  upload->offset = sqlite3_column_int64 (row, 6);
  upload->created_at = sqlite3_column_int64 (row, 7);
  upload->expires_at = sqlite3_column_int64 (row, 8);
  return upload;
}

gboolean
mainstay_portal_store_add_upload (MainstayPortalTransaction   *tx,
                                  const MainstayPortalUpload  *upload,
                                  GError                     **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT INTO uploads (id, user_id, kind, file_name, metadata, length, offset,"
    " created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", "sssssiiii", upload->id,
    upload->user_id, upload->kind, upload->file_name, upload->metadata, upload->length,
    upload->offset, upload->created_at, upload->expires_at) > 0;
}

gboolean
mainstay_portal_store_count_uploads (MainstayPortalTransaction  *tx,
                                     const char                 *user_id,
                                     gint64                     *count,
                                     GError                    **error)
{
  return mainstay_portal_transaction_number (
    tx, count, error, "SELECT count(*) FROM uploads WHERE user_id = ? AND expires_at > ?", "si",
    user_id, mainstay_portal_transaction_now (tx));
}

gboolean
mainstay_portal_store_measure_uploads (MainstayPortalTransaction  *tx,
                                       const char                 *user_id,
                                       gint64                     *size,
                                       GError                    **error)
{
  return mainstay_portal_transaction_number (
    tx, size, error, "SELECT coalesce(sum(length), 0) FROM uploads WHERE user_id = ?"
    " AND expires_at > ?", "si", user_id, mainstay_portal_transaction_now (tx));
}

gboolean
mainstay_portal_store_get_quota (MainstayPortalTransaction  *tx,
                                 const char                 *user_id,
                                 gint64                     *quota,
                                 GError                    **error)
{
  return mainstay_portal_transaction_number (
    tx, quota, error, "SELECT coalesce((SELECT bytes FROM upload_quotas WHERE user_id = ?), -1)",
    "s", user_id);
}

gboolean
mainstay_portal_store_set_quota (MainstayPortalTransaction  *tx,
                                 const char                 *user_id,
                                 gint64                      quota,
                                 GError                    **error)
{
  if (quota < 0)
    return mainstay_portal_transaction_change (
      tx, error, "DELETE FROM upload_quotas WHERE user_id = ?", "s", user_id) >= 0;
  return mainstay_portal_transaction_change (
    tx, error, "INSERT INTO upload_quotas (user_id, bytes) VALUES (?, ?)"
    " ON CONFLICT (user_id) DO UPDATE SET bytes = excluded.bytes", "si", user_id, quota) > 0;
}

MainstayPortalUpload *
mainstay_portal_store_get_upload (MainstayPortalTransaction  *tx,
                                  const char                 *id,
                                  GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT id, user_id, kind, file_name, metadata, length, offset, created_at,"
    " expires_at FROM uploads WHERE id = ?", "s", id);

  return mainstay_portal_store_read_one (query, read_upload, error);
}

gboolean
mainstay_portal_store_set_upload_offset (MainstayPortalTransaction  *tx,
                                         const char                 *id,
                                         gint64                      offset,
                                         gint64                      length,
                                         gint64                      expires_at,
                                         GError                    **error)
{
  int changed = mainstay_portal_transaction_change (
    tx, error, "UPDATE uploads SET offset = ?1, length = CASE WHEN ?2 < 0 THEN length ELSE ?2 END,"
    " expires_at = ?3 WHERE id = ?4", "iiis", offset, length, expires_at, id);

  if (changed == 0)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND,
                         "There is no such upload");
  return changed > 0;
}

gboolean
mainstay_portal_store_remove_upload (MainstayPortalTransaction  *tx,
                                     const char                 *id,
                                     GError                    **error)
{
  return mainstay_portal_transaction_change (tx, error, "DELETE FROM uploads WHERE id = ?", "s",
                                             id) >= 0;
}

static gpointer
read_id (sqlite3_stmt *row)
{
  return mainstay_portal_statement_text (row, 0);
}

GPtrArray *
mainstay_portal_store_list_dead_uploads (MainstayPortalTransaction  *tx,
                                         GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT id FROM uploads WHERE expires_at <= ?"
    " AND id NOT IN (SELECT subject_id FROM pins)", "i", mainstay_portal_transaction_now (tx));

  return mainstay_portal_store_read_all (query, read_id, g_free, error);
}
