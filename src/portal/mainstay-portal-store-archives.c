/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

#include <gnutls/crypto.h>
#include <string.h>

#define MAX_TOKEN_LENGTH 256
#define ARCHIVE_COLUMNS \
  "SELECT a.id, a.snapshot_id, s.environment_id, a.data_type, a.state, a.status_message," \
  " a.created_at, a.finished_at, a.updated_at, a.expires_at, a.token, a.file_name, a.size," \
  " a.sha256 FROM archives a JOIN snapshots s ON s.id = a.snapshot_id "

static void
read_digest (MainstayPortalArchive *archive,
             sqlite3_stmt          *row,
             int                    column)
{
  g_autoptr(GString) etag = NULL;

  if (sqlite3_column_bytes (row, column) != (int) sizeof archive->sha256)
    return;
  memcpy (archive->sha256, sqlite3_column_blob (row, column), sizeof archive->sha256);
  etag = g_string_new ("\"");
  for (size_t i = 0; i < sizeof archive->sha256; i++)
    g_string_append_printf (etag, "%02x", archive->sha256[i]);
  g_string_append_c (etag, '"');
  archive->etag = g_string_free (g_steal_pointer (&etag), FALSE);
}

static gpointer
read_archive (sqlite3_stmt *row)
{
  MainstayPortalArchive *archive = g_new0 (MainstayPortalArchive, 1);

  archive->id = mainstay_portal_statement_text (row, 0);
  archive->snapshot_id = mainstay_portal_statement_text (row, 1);
  archive->environment_id = mainstay_portal_statement_text (row, 2);
  archive->data_type = mainstay_portal_statement_text (row, 3);
  archive->state = mainstay_job_state_parse ((const char *) sqlite3_column_text (row, 4));
  archive->status_message = mainstay_portal_statement_text (row, 5);
  archive->created_at = sqlite3_column_int64 (row, 6);
  archive->finished_at = sqlite3_column_int64 (row, 7);
  archive->updated_at = sqlite3_column_int64 (row, 8);
  archive->expires_at = sqlite3_column_int64 (row, 9);
  archive->token = mainstay_portal_statement_text (row, 10);
  archive->file_name = mainstay_portal_statement_text (row, 11);
  archive->size = sqlite3_column_int64 (row, 12);
  archive->progress = -1;
  read_digest (archive, row, 13);
  return archive;
}

/* Links are found by a digest of their secret, so that how long the search in the index takes says
 * nothing about the secret itself. */
static void
hash_token (const char *token,
            guint8      hash[32])
{
  gnutls_hash_fast (GNUTLS_DIG_SHA256, token, strnlen (token, MAX_TOKEN_LENGTH), hash);
}

gboolean
mainstay_portal_store_add_archive (MainstayPortalTransaction    *tx,
                                   const MainstayPortalArchive  *archive,
                                   GError                      **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT INTO archives (id, snapshot_id, data_type, state, created_at, updated_at)"
    " VALUES (?, ?, ?, ?, ?, ?)", "ssssii", archive->id, archive->snapshot_id, archive->data_type,
    mainstay_job_state_to_string (archive->state), archive->created_at, archive->updated_at) > 0;
}

gboolean
mainstay_portal_store_measure_archive (MainstayPortalTransaction    *tx,
                                       const MainstayPortalArchive  *archive,
                                       GError                      **error)
{
  guint8 hash[32];

  hash_token (archive->token, hash);
  return mainstay_portal_transaction_change (
    tx, error, "UPDATE archives SET token = ?, token_hash = ?, file_name = ?, size = ?,"
    " sha256 = ?, expires_at = ? WHERE id = ?", "sbsibis", archive->token, hash,
    (int) sizeof hash, archive->file_name, archive->size, archive->sha256,
    (int) sizeof archive->sha256, archive->expires_at, archive->id) > 0;
}

MainstayPortalArchive *
mainstay_portal_store_get_archive (MainstayPortalTransaction  *tx,
                                   const char                 *id,
                                   GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, ARCHIVE_COLUMNS "WHERE a.id = ?", "s", id);

  return mainstay_portal_store_read_one (query, read_archive, error);
}

MainstayPortalArchive *
mainstay_portal_store_find_archive (MainstayPortalTransaction  *tx,
                                    const char                 *snapshot_id,
                                    const char                 *data_type,
                                    gint64                      until,
                                    GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, ARCHIVE_COLUMNS "WHERE a.snapshot_id = ? AND a.data_type = ? AND (a.state IN"
    " ('queued', 'running') OR (a.state = 'completed' AND a.expires_at > ?))"
    " ORDER BY a.seq DESC LIMIT 1", "ssi", snapshot_id, data_type,
    until);

  return mainstay_portal_store_read_one (query, read_archive, error);
}

MainstayPortalArchive *
mainstay_portal_store_find_link (MainstayPortalTransaction  *tx,
                                 const char                 *token,
                                 GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = NULL;
  guint8 hash[32];

  hash_token (token, hash);
  query = mainstay_portal_transaction_query (tx, error, ARCHIVE_COLUMNS
                                             "WHERE a.token_hash = ? AND a.state = 'completed'",
                                             "b", hash, (int) sizeof hash);
  return mainstay_portal_store_read_one (query, read_archive, error);
}

static gpointer
read_id (sqlite3_stmt *row)
{
  return mainstay_portal_statement_text (row, 0);
}

GPtrArray *
mainstay_portal_store_list_archives (MainstayPortalTransaction  *tx,
                                     const char                 *snapshot_id,
                                     GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT id FROM archives WHERE snapshot_id = ?1 OR"
    " (?1 IS NULL AND expires_at > 0 AND expires_at <= ?2)", "si", snapshot_id,
    mainstay_portal_transaction_now (tx));

  return mainstay_portal_store_read_all (query, read_id, g_free, error);
}
