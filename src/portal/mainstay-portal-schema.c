/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-schema.h"

#include <string.h>

/* The job tables share id, state, status_message, created_at, finished_at and updated_at, so that
 * one statement moves any of them on. `seq` keeps the order of what has the same time. */
static const char version_1[] =
  "CREATE TABLE migrations (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL);"

  "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
  "  display_name TEXT NOT NULL, salt BLOB NOT NULL, key_hash BLOB NOT NULL,"
  "  created_at INTEGER NOT NULL);"

  "CREATE TABLE apps (seq INTEGER PRIMARY KEY, project_id TEXT NOT NULL UNIQUE,"
  "  app_id TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL, url TEXT NOT NULL);"

  "CREATE TABLE environments (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
  "  project_id TEXT NOT NULL REFERENCES apps (project_id),"
  "  mode TEXT NOT NULL COLLATE NOCASE, status TEXT NOT NULL, production INTEGER NOT NULL,"
  "  url TEXT NOT NULL, package_id TEXT, model_version TEXT, data_model_version TEXT,"
  "  mendix_version TEXT, database_uri TEXT NOT NULL, files_path TEXT NOT NULL,"
  "  package_path TEXT NOT NULL, start_command TEXT, stop_command TEXT,"
  "  UNIQUE (project_id, mode));"

  "CREATE TABLE services (seq INTEGER PRIMARY KEY,"
  "  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,"
  "  name TEXT NOT NULL, UNIQUE (environment_id, name));"

  "CREATE TABLE rights (user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
  "  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,"
  "  rights INTEGER NOT NULL, PRIMARY KEY (user_id, environment_id)) WITHOUT ROWID;"
  "CREATE INDEX rights_by_environment ON rights (environment_id);"

  "CREATE TABLE packages (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
  "  project_id TEXT NOT NULL REFERENCES apps (project_id) ON DELETE CASCADE,"
  "  name TEXT NOT NULL, description TEXT NOT NULL, version TEXT NOT NULL, mendix_version TEXT,"
  "  creator TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL,"
  "  size INTEGER NOT NULL);"
  "CREATE INDEX packages_newest ON packages (project_id, created_at);"

  /* What has hold of an environment: its primary key is what makes of two requests one winner. */
  "CREATE TABLE actions (environment_id TEXT PRIMARY KEY REFERENCES environments (id),"
  "  kind TEXT NOT NULL, job_id TEXT NOT NULL) WITHOUT ROWID;"
  /* What is being read and may not be deleted. */
  "CREATE TABLE pins (subject_id TEXT NOT NULL, job_id TEXT NOT NULL,"
  "  PRIMARY KEY (subject_id, job_id)) WITHOUT ROWID;"
  "CREATE INDEX pins_by_job ON pins (job_id);"

  "CREATE TABLE snapshots (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
  "  environment_id TEXT NOT NULL REFERENCES environments (id),"
  "  state TEXT NOT NULL, status_message TEXT, comment TEXT, model_version TEXT,"
  "  created_by TEXT, type TEXT NOT NULL, created_at INTEGER NOT NULL,"
  "  finished_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL,"
  "  expires_at INTEGER NOT NULL DEFAULT 0, database_size INTEGER NOT NULL DEFAULT -1,"
  "  files_size INTEGER NOT NULL DEFAULT -1, files_count INTEGER NOT NULL DEFAULT -1);"
  "CREATE INDEX snapshots_newest ON snapshots (environment_id, created_at, seq);"
  "CREATE INDEX snapshots_expiry ON snapshots (expires_at);"

  "CREATE TABLE archives (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
  "  snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,"
  "  data_type TEXT NOT NULL, state TEXT NOT NULL, status_message TEXT,"
  "  created_at INTEGER NOT NULL, finished_at INTEGER NOT NULL DEFAULT 0,"
  "  updated_at INTEGER NOT NULL, expires_at INTEGER NOT NULL DEFAULT 0, token TEXT,"
  "  token_hash BLOB UNIQUE, file_name TEXT, size INTEGER NOT NULL DEFAULT -1, sha256 BLOB);"
  "CREATE INDEX archives_by_snapshot ON archives (snapshot_id, data_type, seq);"
  "CREATE INDEX archives_expiry ON archives (expires_at);"

  "CREATE TABLE restores (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
  "  source_snapshot_id TEXT NOT NULL, source_environment_id TEXT NOT NULL,"
  "  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,"
  "  database_only INTEGER NOT NULL, created_by TEXT, state TEXT NOT NULL, status_message TEXT,"
  "  created_at INTEGER NOT NULL, finished_at INTEGER NOT NULL DEFAULT 0,"
  "  updated_at INTEGER NOT NULL);"
  "CREATE INDEX restores_newest ON restores (environment_id, created_at, seq);"

  "CREATE TABLE data_uploads (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
  "  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,"
  "  database_upload_id TEXT, files_upload_id TEXT, created_by TEXT, state TEXT NOT NULL,"
  "  status_message TEXT, created_at INTEGER NOT NULL, finished_at INTEGER NOT NULL DEFAULT 0,"
  "  updated_at INTEGER NOT NULL);"
  "CREATE INDEX data_uploads_newest ON data_uploads (environment_id, created_at, seq);"

  "CREATE TABLE switches (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
  "  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,"
  "  is_start INTEGER NOT NULL, state TEXT NOT NULL, status_message TEXT,"
  "  created_at INTEGER NOT NULL, finished_at INTEGER NOT NULL DEFAULT 0,"
  "  updated_at INTEGER NOT NULL);"
  "CREATE INDEX switches_by_environment ON switches (environment_id);"

  "CREATE TABLE uploads (id TEXT PRIMARY KEY,"
  "  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, kind TEXT, file_name TEXT,"
  "  metadata TEXT, length INTEGER NOT NULL, offset INTEGER NOT NULL,"
  "  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL);"
  "CREATE INDEX uploads_expiry ON uploads (expires_at);"

  /* No reference to the snapshot: it is told of when that is gone. */
  "CREATE TABLE activity (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
  "  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,"
  "  kind TEXT NOT NULL, state TEXT NOT NULL, message TEXT, by TEXT, at INTEGER NOT NULL,"
  "  snapshot_id TEXT, job_id TEXT);"
  "CREATE INDEX activity_newest ON activity (environment_id, at, seq);"
  "CREATE INDEX activity_by_job ON activity (job_id);";

/* Bytes that the uploads of a user may take together, where it is not the portal's own number. */
static const char version_2[] =
  "CREATE TABLE upload_quotas (user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,"
  "  bytes INTEGER NOT NULL);";

/* Automatic backups: when, and how far it has come. No reference to the snapshot: what becomes of
 * it is looked up. And what the clock said last. */
static const char version_3[] =
  "CREATE TABLE schedules (environment_id TEXT PRIMARY KEY"
  "  REFERENCES environments (id) ON DELETE CASCADE, minute INTEGER NOT NULL, zone TEXT,"
  "  night INTEGER NOT NULL, attempts INTEGER NOT NULL, retry_at INTEGER NOT NULL,"
  "  snapshot_id TEXT);"
  "CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), seen INTEGER NOT NULL,"
  "  held INTEGER NOT NULL);";

/* How many snapshots there are, so that a page of them need not count all the others. */
static const char version_4[] =
  "CREATE TABLE snapshot_counts (environment_id TEXT PRIMARY KEY"
  "  REFERENCES environments (id) ON DELETE CASCADE, number INTEGER NOT NULL) WITHOUT ROWID;"
  "INSERT INTO snapshot_counts SELECT environment_id, count(*) FROM snapshots"
  "  GROUP BY environment_id;"
  "CREATE TRIGGER snapshots_one_more AFTER INSERT ON snapshots BEGIN"
  "  INSERT INTO snapshot_counts VALUES (new.environment_id, 1)"
  "    ON CONFLICT (environment_id) DO UPDATE SET number = number + 1; END;"
  "CREATE TRIGGER snapshots_one_less AFTER DELETE ON snapshots BEGIN"
  "  UPDATE snapshot_counts SET number = number - 1"
  "    WHERE environment_id = old.environment_id; END;";

/* Why something was done, where its author does not tell: beside what its job says of it. */
static const char version_5[] = "ALTER TABLE activity ADD COLUMN cause TEXT;";

/* Once released, a step is never changed: later ones are added below it. */
static const char *const steps[] = { version_1, version_2, version_3, version_4,
                                     version_5 };

static gboolean
execute (sqlite3     *db,
         const char  *sql,
         GError     **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
               "The portal's records cannot be brought up to date: %s", sqlite3_errmsg (db));
  return FALSE;
}

static int
get_version (sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  int version = -1;

  if (sqlite3_prepare_v2 (db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    version = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return version;
}

static gboolean
apply_step (sqlite3  *db,
            int       version,
            GError  **error)
{
  g_autofree char *note =
    g_strdup_printf ("INSERT INTO migrations VALUES (%d, strftime ('%%s', 'now') * 1000);"
                     "PRAGMA user_version = %d", version, version);

  return execute (db, steps[version - 1], error) && execute (db, note, error);
}

gboolean
mainstay_portal_schema_update (sqlite3  *db,
                               GError  **error)
{
  gboolean ok;
  int version;

  if (get_version (db) == (int) G_N_ELEMENTS (steps))
    return TRUE;
  if (!execute (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  version = get_version (db);
  ok = version >= 0 && version <= (int) G_N_ELEMENTS (steps);
  if (!ok)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                         "The data folder was written by a newer version of mainstay-portal");
  for (version++; ok && version <= (int) G_N_ELEMENTS (steps); version++)
    ok = apply_step (db, version, error);
  return execute (db, ok ? "COMMIT" : "ROLLBACK", ok ? error : NULL) && ok;
}
