/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-engine-sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "mainstay-disk.h"
#include "mainstay-error.h"
#include "mainstay-portal-private.h"

#define URI_PREFIX "sqlite:"
#define STEP_PAGES 512
#define BUSY_PAUSE_MS 20
#define MAX_BUSY_STEPS 1500 /* half a minute without getting anywhere */
#define MAX_RESTARTS 4
#define CHECK_INTERVAL 20000 /* SQLite's own instructions between looks at the cancellable */

struct _MainstayPortalEngineSqlite
{
  GObject parent_instance;

  char *path;
  char *staging;   /* where a copy is made that is then streamed */
  gboolean is_own; /* the portal makes it when it is not there */
};

static void iface_init (MainstayPortalEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MainstayPortalEngineSqlite, mainstay_portal_engine_sqlite,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MAINSTAY_TYPE_PORTAL_ENGINE, iface_init))

/* Closes also what failed to open. */
static void
close_database (sqlite3 *db)
{
  sqlite3_close (db);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3, close_database)

static gboolean
set_sqlite_error (GError     **error,
                  sqlite3     *db,
                  int          result,
                  const char  *what)
{
  int code = result & 0xff;
  gboolean is_full = code == SQLITE_FULL ||
                     (code == SQLITE_IOERR && (sqlite3_system_errno (db) == ENOSPC ||
                                               sqlite3_system_errno (db) == EDQUOT));

  g_message ("%s: %s", what, db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (result));
  if (is_full)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE, "%s: the disk is full", what);
  else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED, "%s: the database is damaged",
                 what);
  else
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "%s: %s", what,
                 sqlite3_errstr (code));
  return FALSE;
}

static void
mainstay_portal_engine_sqlite_finalize (GObject *object)
{
  MainstayPortalEngineSqlite *self = MAINSTAY_PORTAL_ENGINE_SQLITE (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->staging, g_free);
  G_OBJECT_CLASS (mainstay_portal_engine_sqlite_parent_class)->finalize (object);
}

static void
mainstay_portal_engine_sqlite_class_init (MainstayPortalEngineSqliteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_portal_engine_sqlite_finalize;
}

static void
mainstay_portal_engine_sqlite_init (MainstayPortalEngineSqlite *self)
{
}

static MainstayDumpEngine
engine_get_dump_engine (MainstayPortalEngine *engine)
{
  return MAINSTAY_DUMP_SQLITE;
}

static gint64
engine_get_size (MainstayPortalEngine *engine)
{
  MainstayPortalEngineSqlite *self = MAINSTAY_PORTAL_ENGINE_SQLITE (engine);
  struct stat status;

  return stat (self->path, &status) == 0 ? status.st_size : 0;
}

static int
keep_checking (gpointer cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

static gboolean
run_check (sqlite3       *db,
           GCancellable  *cancellable,
           GError       **error)
{
  sqlite3_stmt *statement = NULL;
  int result;
  gboolean is_whole;

  sqlite3_progress_handler (db, CHECK_INTERVAL, keep_checking, cancellable);
  result = sqlite3_prepare_v2 (db, "PRAGMA integrity_check (1)", -1, &statement, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_step (statement);
  is_whole = result == SQLITE_ROW &&
             g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  sqlite3_finalize (statement);
  if (is_whole)
    return TRUE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (result != SQLITE_ROW)
    return set_sqlite_error (error, db, result, "The database cannot be checked");
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The database is damaged: it did not pass SQLite's own check");
  return FALSE;
}

/* Immutable: neither a lock nor a write-ahead file is made beside what is only looked at. */
static gboolean
check_file (const char    *path,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autofree char *escaped = g_uri_escape_string (path, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, TRUE);
  g_autofree char *uri = g_strconcat ("file:", escaped, "?immutable=1", NULL);
  g_autoptr(sqlite3) db = NULL;
  int result = sqlite3_open_v2 (uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);

  if (result != SQLITE_OK)
    return set_sqlite_error (error, db, result, "The database cannot be checked");
  return run_check (db, cancellable, error);
}

/* One reader's moment for the whole copy. In write-ahead mode nobody waits for it; in the other
 * modes writers wait, which is the last resort against one who never pauses. */
static gboolean
hold_still (sqlite3 *source)
{
  return sqlite3_exec (source, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) ==
         SQLITE_OK;
}

static gboolean
uses_write_ahead (sqlite3 *source)
{
  sqlite3_stmt *statement = NULL;
  gboolean found = FALSE;

  if (sqlite3_prepare_v2 (source, "PRAGMA journal_mode", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    found = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "wal") == 0;
  sqlite3_finalize (statement);
  return found;
}

static int
run_steps (sqlite3_backup       *backup,
           sqlite3              *source,
           MainstayPortalMeter  *meter,
           gint64                page_size)
{
  int result, last_left = G_MAXINT, restarts = 0, busy = 0;

  do
    {
      int left;

      result = sqlite3_backup_step (backup, STEP_PAGES);
      left = sqlite3_backup_remaining (backup);
      if (result == SQLITE_BUSY || result == SQLITE_LOCKED)
        {
          g_usleep (BUSY_PAUSE_MS * 1000);
          if (++busy > MAX_BUSY_STEPS)
            return result;
          continue;
        }
      busy = 0;
      if (left < last_left)
        mainstay_portal_meter_add (meter, MIN (STEP_PAGES, last_left - left) * page_size);
      /* Somebody wrote, and the copy began anew. */
      else if (++restarts >= MAX_RESTARTS && sqlite3_get_autocommit (source))
        hold_still (source);
      last_left = left;
    }
  while ((result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED) &&
         (meter == NULL || !g_cancellable_is_cancelled (meter->cancellable)));
  return result;
}

static gboolean
copy_database (sqlite3              *source,
               sqlite3              *target,
               MainstayPortalMeter  *meter,
               GError              **error)
{
  sqlite3_backup *backup;
  int result;

  if (uses_write_ahead (source))
    hold_still (source);
  backup = sqlite3_backup_init (target, "main", source, "main");
  if (backup == NULL)
    return set_sqlite_error (error, target, sqlite3_errcode (target),
                             "The database cannot be copied");
  result = run_steps (backup, source, meter, 4096);
  sqlite3_backup_finish (backup);
  if (meter != NULL && g_cancellable_set_error_if_cancelled (meter->cancellable, error))
    return FALSE;
  if (result != SQLITE_DONE)
    return set_sqlite_error (error, target, result, "The database cannot be copied");
  return TRUE;
}

/* SQLite copies to a file only. */
static gboolean
copy_to_file (MainstayPortalEngineSqlite  *self,
              const char                  *destination,
              MainstayPortalMeter         *meter,
              GError                     **error)
{
  g_autoptr(sqlite3) source = NULL;
  g_autoptr(sqlite3) target = NULL;
  int result;

  if (!g_file_test (self->path, G_FILE_TEST_EXISTS))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                           "The environment's database is missing");
      return FALSE;
    }
  result = sqlite3_open_v2 (self->path, &source, SQLITE_OPEN_READWRITE, NULL);
  if (result != SQLITE_OK)
    return set_sqlite_error (error, source, result, "The environment's database cannot be opened");
  sqlite3_busy_timeout (source, 5000);
  result = sqlite3_open_v2 (destination, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  if (result != SQLITE_OK)
    return set_sqlite_error (error, target, result, "The copy of the database cannot be made");
  /* It is read and thrown away. */
  sqlite3_exec (target, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF", NULL, NULL, NULL);
  return copy_database (source, target, meter, error);
}

/* Reads it through a name that is gone already, so that nothing is left of it whatever happens. */
static gboolean
stream_file (const char     *path,
             GOutputStream  *to,
             GCancellable   *cancellable,
             GError        **error)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  g_autoptr(GInputStream) from = NULL;

  if (fd < 0)
    {
      mainstay_disk_error_set (error, errno, "The copy of the database cannot be read");
      return FALSE;
    }
  from = g_unix_input_stream_new (fd, TRUE);
  g_unlink (path);
  return g_output_stream_splice (to, from, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE, cancellable,
                                 error) >= 0;
}

static gboolean
engine_dump (MainstayPortalEngine  *engine,
             GOutputStream         *to,
             MainstayPortalMeter   *meter,
             GError               **error)
{
  MainstayPortalEngineSqlite *self = MAINSTAY_PORTAL_ENGINE_SQLITE (engine);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *path = g_strconcat (self->staging, "/", id, ".dump", NULL);
  gboolean ok = copy_to_file (self, path, meter, error) &&
                stream_file (path, to, meter != NULL ? meter->cancellable : NULL, error);

  g_unlink (path);
  return ok;
}

/* What SQLite keeps beside a database belongs to it and would be read into a new one. Returns:
 * (transfer none): where to put the new one. */
static const char *
plan_swap (MainstayPortalEngineSqlite  *self,
           MainstayPortalSwap          *swap,
           GError                     **error)
{
  static const char *const suffixes[] = { "-wal", "-shm", "-journal" };
  g_autoptr(GError) local_error = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (self->path, suffixes[i], NULL);

      mainstay_portal_swap_add (swap, path, FALSE, &local_error);
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
  return mainstay_portal_swap_add (swap, self->path, TRUE, error);
}

/* An app's database may lie on another file system than the portal's data. */
static gboolean
take_file (const char           *from,
           const char           *to,
           MainstayPortalMeter  *meter,
           GError              **error)
{
  guint8 sha256[MAINSTAY_SHA256_LENGTH];
  gint64 size;

  if (g_rename (from, to) == 0)
    return TRUE;
  if (errno == EXDEV)
    return mainstay_portal_copy_file (from, to, sha256, &size, meter, error);
  mainstay_disk_error_set (error, errno, "Cannot rename");
  return FALSE;
}

static gboolean
engine_load (MainstayPortalEngine  *engine,
             const char            *dump,
             MainstayPortalSwap    *swap,
             MainstayPortalMeter   *meter,
             GError               **error)
{
  const char *fresh = plan_swap (MAINSTAY_PORTAL_ENGINE_SQLITE (engine), swap, error);

  return fresh != NULL && take_file (dump, fresh, meter, error) &&
         check_file (fresh, meter != NULL ? meter->cancellable : NULL, error) &&
         mainstay_portal_sync_tree (fresh, error);
}

static gboolean
make_file (const char  *path,
           GError     **error)
{
  g_autoptr(sqlite3) db = NULL;
  int result = sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

  /* A change is needed for the file to be more than 0 bytes, and so an SQLite file to others. */
  if (result == SQLITE_OK)
    result = sqlite3_exec (db, "PRAGMA user_version = 1; PRAGMA user_version = 0", NULL, NULL,
                           NULL);
  return result == SQLITE_OK ||
         set_sqlite_error (error, db, result, "An empty database cannot be made");
}

static gboolean
engine_make_empty (MainstayPortalEngine  *engine,
                   MainstayPortalSwap    *swap,
                   MainstayPortalMeter   *meter,
                   GError               **error)
{
  const char *fresh = plan_swap (MAINSTAY_PORTAL_ENGINE_SQLITE (engine), swap, error);

  return fresh != NULL && make_file (fresh, error) && mainstay_portal_sync_tree (fresh, error);
}

static gboolean
engine_prepare (MainstayPortalEngine  *engine,
                GError               **error)
{
  MainstayPortalEngineSqlite *self = MAINSTAY_PORTAL_ENGINE_SQLITE (engine);

  if (g_file_test (self->path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (self->is_own)
    return make_file (self->path, error);
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND, "There is no database “%s”",
               self->path);
  return FALSE;
}

static void
iface_init (MainstayPortalEngineInterface *iface)
{
  iface->get_dump_engine = engine_get_dump_engine;
  iface->get_size = engine_get_size;
  iface->prepare = engine_prepare;
  iface->dump = engine_dump;
  iface->load = engine_load;
  iface->make_empty = engine_make_empty;
}

MainstayPortalEngine *
mainstay_portal_engine_sqlite_new (const char  *uri,
                                   const char  *data_directory,
                                   GError     **error)
{
  MainstayPortalEngineSqlite *self = g_object_new (MAINSTAY_TYPE_PORTAL_ENGINE_SQLITE, NULL);
  const char *path = uri + strlen (URI_PREFIX);

  self->path = g_canonicalize_filename (path, data_directory);
  self->staging = g_build_filename (data_directory, MAINSTAY_PORTAL_STAGING, NULL);
  self->is_own = !g_path_is_absolute (path);
  return MAINSTAY_PORTAL_ENGINE (self);
}
