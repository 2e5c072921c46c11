/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-disk.h"
#include "mainstay-portal-schema.h"
#include "mainstay-time.h"

#define BUSY_TIMEOUT_MS 20000
#define MAX_IDLE_CONNECTIONS 16

struct _MainstayPortalDatabase
{
  char *path;
  gboolean relaxed_sync;
  MainstayPortalClock clock;
  gpointer clock_data;

  GMutex pool_lock;
  GQueue idle;        /* owned sqlite3 */
  GMutex writer_lock; /* fair within the process, where SQLite would poll */
};

struct _MainstayPortalTransaction
{
  MainstayPortalDatabase *database; /* borrowed */
  sqlite3 *db;
  gint64 now; /* one for all that is written in it */
  gboolean is_write;
  gboolean is_open;
};

static void
set_error (sqlite3  *db,
           int       result,
           GError  **error)
{
  /* The text may name tables and paths: it is for the log. */
  g_message ("Records: %s (%d)", db != NULL ? sqlite3_errmsg (db) : "no connection", result);
  g_set_error_literal (error, MAINSTAY_ERROR,
                       (result & 0xff) == SQLITE_FULL ? MAINSTAY_ERROR_NO_SPACE
                                                      : MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                       (result & 0xff) == SQLITE_FULL
                         ? "There is no space left on the portal's disk"
                         : "The portal cannot reach its records at the moment");
}

static gboolean
execute (sqlite3     *db,
         const char  *sql,
         GError     **error)
{
  int result = sqlite3_exec (db, sql, NULL, NULL, NULL);

  if (result == SQLITE_OK)
    return TRUE;
  set_error (db, result, error);
  return FALSE;
}

static sqlite3 *
connect_database (MainstayPortalDatabase  *self,
                  GError                 **error)
{
  sqlite3 *db = NULL;
  int result = sqlite3_open_v2 (self->path, &db,
                                SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                                NULL);

  if (result == SQLITE_OK)
    {
      sqlite3_busy_timeout (db, BUSY_TIMEOUT_MS);
      if (execute (db, "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;", error) &&
          execute (db, self->relaxed_sync ? "PRAGMA synchronous = OFF"
                                          : "PRAGMA synchronous = FULL", error))
        return db;
    }
  else
    set_error (db, result, error);
  sqlite3_close (db);
  return NULL;
}

static sqlite3 *
acquire (MainstayPortalDatabase  *self,
         GError                 **error)
{
  sqlite3 *db;

  g_mutex_lock (&self->pool_lock);
  db = g_queue_pop_head (&self->idle);
  g_mutex_unlock (&self->pool_lock);
  return db != NULL ? db : connect_database (self, error);
}

static void
release (MainstayPortalDatabase *self,
         sqlite3                *db)
{
  g_mutex_lock (&self->pool_lock);
  if (g_queue_get_length (&self->idle) < MAX_IDLE_CONNECTIONS)
    g_queue_push_head (&self->idle, g_steal_pointer (&db));
  g_mutex_unlock (&self->pool_lock);
  if (db != NULL)
    sqlite3_close (db);
}

/* There are secrets of links in it and passwords of database servers. SQLite gives what it keeps
 * beside it the same mode. One that is there is not opened: closing it would end the locks of
 * everybody in this process. */
static gboolean
make_private (const char  *path,
              GError     **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
  if (chmod (path, 0600) == 0)
    return TRUE;
  mainstay_disk_error_set (error, errno, "The portal's records cannot be opened");
  return FALSE;
}

MainstayPortalDatabase *
mainstay_portal_database_open (const char  *path,
                               gboolean     relaxed_sync,
                               GError     **error)
{
  g_autoptr(MainstayPortalDatabase) self = g_new0 (MainstayPortalDatabase, 1);
  sqlite3 *db;
  gboolean ok;

  self->path = g_strdup (path);
  self->relaxed_sync = relaxed_sync;
  g_mutex_init (&self->pool_lock);
  g_mutex_init (&self->writer_lock);
  g_queue_init (&self->idle);
  db = make_private (path, error) ? acquire (self, error) : NULL;
  if (db == NULL)
    return NULL;
  ok = mainstay_portal_schema_update (db, error);
  release (self, db);
  return ok ? g_steal_pointer (&self) : NULL;
}

static void
close_connection (gpointer db)
{
  sqlite3_close (db);
}

void
mainstay_portal_database_close (MainstayPortalDatabase *self)
{
  if (self == NULL)
    return;
  g_queue_clear_full (&self->idle, close_connection);
  g_mutex_clear (&self->pool_lock);
  g_mutex_clear (&self->writer_lock);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self, g_free);
}

void
mainstay_portal_database_set_clock (MainstayPortalDatabase *self,
                                    MainstayPortalClock     clock,
                                    gpointer                user_data)
{
  self->clock = clock;
  self->clock_data = user_data;
}

gint64
mainstay_portal_database_now (MainstayPortalDatabase *self)
{
  return self->clock != NULL ? self->clock (self->clock_data) : mainstay_time_now ();
}

static MainstayPortalTransaction *
begin (MainstayPortalDatabase  *database,
       gboolean                 is_write,
       GError                 **error)
{
  g_autoptr(MainstayPortalTransaction) self = g_new0 (MainstayPortalTransaction, 1);

  self->database = database;
  self->is_write = is_write;
  if (is_write)
    g_mutex_lock (&database->writer_lock);
  self->db = acquire (database, error);
  if (self->db == NULL)
    return NULL;
  self->is_open = execute (self->db, is_write ? "BEGIN IMMEDIATE" : "BEGIN", error);
  self->now = mainstay_portal_database_now (database);
  return self->is_open ? g_steal_pointer (&self) : NULL;
}

MainstayPortalTransaction *
mainstay_portal_database_read (MainstayPortalDatabase  *self,
                               GError                 **error)
{
  return begin (self, FALSE, error);
}

MainstayPortalTransaction *
mainstay_portal_database_write (MainstayPortalDatabase  *self,
                                GError                 **error)
{
  return begin (self, TRUE, error);
}

gboolean
mainstay_portal_transaction_commit (MainstayPortalTransaction  *self,
                                    GError                    **error)
{
  if (!execute (self->db, "COMMIT", error))
    return FALSE;
  self->is_open = FALSE;
  return TRUE;
}

void
mainstay_portal_transaction_free (MainstayPortalTransaction *self)
{
  if (self == NULL)
    return;
  if (self->is_open)
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  if (self->db != NULL)
    release (self->database, self->db);
  if (self->is_write)
    g_mutex_unlock (&self->database->writer_lock);
  g_clear_pointer (&self, g_free);
}

gint64
mainstay_portal_transaction_now (MainstayPortalTransaction *self)
{
  return self->now;
}

static int
bind_value (sqlite3_stmt *statement,
            int           index,
            char          type,
            va_list      *values)
{
  const void *bytes;

  switch (type)
    {
    case 's':
      return sqlite3_bind_text (statement, index, va_arg (*values, const char *), -1,
                                SQLITE_TRANSIENT);
    case 'i':
      return sqlite3_bind_int64 (statement, index, va_arg (*values, gint64));
    case 'd':
      return sqlite3_bind_int (statement, index, va_arg (*values, int));
    case 'b':
      bytes = va_arg (*values, const void *);
      return sqlite3_bind_blob (statement, index, bytes, va_arg (*values, int), SQLITE_TRANSIENT);
    default:
      g_return_val_if_reached (SQLITE_MISUSE);
    }
}

static sqlite3_stmt *
prepare (MainstayPortalTransaction  *self,
         const char                 *sql,
         const char                 *types,
         va_list                    *values,
         GError                    **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  int result = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);

  for (int i = 0; result == SQLITE_OK && types[i] != '\0'; i++)
    result = bind_value (statement, i + 1, types[i], values);
  if (result == SQLITE_OK)
    return g_steal_pointer (&statement);
  set_error (self->db, result, error);
  return NULL;
}

sqlite3_stmt *
mainstay_portal_transaction_query (MainstayPortalTransaction  *self,
                                   GError                    **error,
                                   const char                 *sql,
                                   const char                 *types,
                                   ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, types);
  statement = prepare (self, sql, types, &values, error);
  va_end (values);
  return statement;
}

int
mainstay_portal_statement_step (sqlite3_stmt  *statement,
                                GError       **error)
{
  int result = sqlite3_step (statement);

  if (result == SQLITE_ROW)
    return 1;
  if (result == SQLITE_DONE)
    return 0;
  set_error (sqlite3_db_handle (statement), result, error);
  return -1;
}

char *
mainstay_portal_statement_text (sqlite3_stmt *statement,
                                int           column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

int
mainstay_portal_transaction_change (MainstayPortalTransaction  *self,
                                    GError                    **error,
                                    const char                 *sql,
                                    const char                 *types,
                                    ...)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  va_list values;

  va_start (values, types);
  statement = prepare (self, sql, types, &values, error);
  va_end (values);
  if (statement == NULL || mainstay_portal_statement_step (statement, error) < 0)
    return -1;
  return sqlite3_changes (self->db);
}

gboolean
mainstay_portal_transaction_number (MainstayPortalTransaction  *self,
                                    gint64                     *number,
                                    GError                    **error,
                                    const char                 *sql,
                                    const char                 *types,
                                    ...)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  va_list values;
  int step;

  va_start (values, types);
  statement = prepare (self, sql, types, &values, error);
  va_end (values);
  step = statement != NULL ? mainstay_portal_statement_step (statement, error) : -1;
  if (step > 0)
    *number = sqlite3_column_int64 (statement, 0);
  return step >= 0;
}
