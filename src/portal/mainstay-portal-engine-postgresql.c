/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-engine-postgresql.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "mainstay-disk.h"
#include "mainstay-dump-header.h"
#include "mainstay-error.h"
#include "mainstay-json.h"
#include "mainstay-portal-backup-extract.h"
#include "mainstay-portal-postgresql-contents.h"
#include "mainstay-portal-postgresql-place.h"
#include "mainstay-portal-postgresql-restore.h"

struct _MainstayPortalEnginePostgresql
{
  GObject parent_instance;

  MainstayPortalPostgresqlUri *uri;
};

static void iface_init (MainstayPortalEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MainstayPortalEnginePostgresql, mainstay_portal_engine_postgresql,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MAINSTAY_TYPE_PORTAL_ENGINE, iface_init))

/* Which PostgreSQL first wrote a format of dumps. */
static const struct
{
  int minor;
  int version;
} formats[] = { { 16, 17 }, { 15, 16 }, { 14, 12 } };

/* What has to be known of the server and of ourselves there. */
typedef struct
{
  int version; /* major */
  gboolean exists;
  gboolean is_superuser;
  gboolean may_create;
  gboolean is_owner;
  char *owner; /* (nullable): when it is another role than ours */
} Server;

static void
server_clear (Server *self)
{
  g_clear_pointer (&self->owner, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Server, server_clear)

static void
mainstay_portal_engine_postgresql_finalize (GObject *object)
{
  MainstayPortalEnginePostgresql *self = MAINSTAY_PORTAL_ENGINE_POSTGRESQL (object);

  g_clear_pointer (&self->uri, mainstay_portal_postgresql_uri_free);
  G_OBJECT_CLASS (mainstay_portal_engine_postgresql_parent_class)->finalize (object);
}

static void
mainstay_portal_engine_postgresql_class_init (MainstayPortalEnginePostgresqlClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_portal_engine_postgresql_finalize;
}

static void
mainstay_portal_engine_postgresql_init (MainstayPortalEnginePostgresql *self)
{
}

static gboolean
fail (GError     **error,
      int          code,
      const char  *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, code, message);
  return FALSE;
}

static gboolean
ask_server (MainstayPortalEnginePostgresql  *self,
            MainstayPortalMeter             *meter,
            Server                          *server,
            GError                         **error)
{
  g_autofree char *text = mainstay_portal_postgresql_text (self->uri->database);
  g_autofree char *statement = g_strdup_printf (
    "SELECT json_build_object('version', current_setting('server_version_num')::int / 10000,"
    " 'exists', d.oid IS NOT NULL, 'super', r.rolsuper, 'create', r.rolcreatedb OR r.rolsuper,"
    " 'member', coalesce(pg_has_role(d.datdba, 'MEMBER'), true),"
    " 'owner', CASE WHEN d.datdba <> r.oid THEN pg_get_userbyid(d.datdba) END)"
    " FROM pg_roles r LEFT JOIN pg_database d ON d.datname = %s WHERE r.rolname = current_user;",
    text);
  g_autofree char *answer = NULL;
  g_autoptr(JsonNode) root = NULL;
  JsonObject *object;

  if (!mainstay_portal_postgresql_place_administer (self->uri, statement, meter, &answer, error))
    return FALSE;
  root = mainstay_json_parse (answer, -1, error);
  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    return fail (error, MAINSTAY_ERROR_FAILED, "The database server gave no answer");
  object = json_node_get_object (root);
  server->version = (int) mainstay_json_get_int (object, "version", 0);
  server->exists = mainstay_json_get_boolean (object, "exists", FALSE);
  server->is_superuser = mainstay_json_get_boolean (object, "super", FALSE);
  server->may_create = mainstay_json_get_boolean (object, "create", FALSE);
  server->is_owner = mainstay_json_get_boolean (object, "member", FALSE);
  server->owner = g_strdup (mainstay_json_get_string (object, "owner"));
  return TRUE;
}

/* A restore needs it all, and should not be the first to find out. */
static gboolean
check_role (const Server  *server,
            GError       **error)
{
  if (server->version < 13)
    return fail (error, MAINSTAY_ERROR_NOT_SUPPORTED,
                 "The database server is older than PostgreSQL 13");
  if (!server->may_create)
    return fail (error, MAINSTAY_ERROR_NOT_ALLOWED,
                 "The database's role may not create databases (CREATEDB), which a restore needs");
  if (!server->is_owner)
    return fail (error, MAINSTAY_ERROR_NOT_ALLOWED,
                 "The database belongs to another role, of which ours is not a member");
  return TRUE;
}

static MainstayDumpEngine
engine_get_dump_engine (MainstayPortalEngine *engine)
{
  return MAINSTAY_DUMP_POSTGRESQL;
}

static gint64
engine_get_size (MainstayPortalEngine *engine)
{
  MainstayPortalEnginePostgresql *self = MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine);
  g_autofree char *answer = NULL;

  return mainstay_portal_postgresql_query (self->uri, NULL,
                                           "SELECT pg_database_size(current_database());", NULL,
                                           &answer, NULL)
           ? g_ascii_strtoll (answer, NULL, 10) : 0;
}

static gboolean
engine_prepare (MainstayPortalEngine  *engine,
                GError               **error)
{
  MainstayPortalEnginePostgresql *self = MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine);
  g_auto(Server) server = { 0 };

  if (!ask_server (self, NULL, &server, error))
    return FALSE;
  if (!server.exists)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND,
                   "There is no database “%s” on the server", self->uri->database);
      return FALSE;
    }
  return check_role (&server, error) &&
         mainstay_portal_postgresql_query (self->uri, NULL, "SELECT 1;", NULL, NULL, error);
}

/* Of PostgreSQL, for a format of dumps; 0 when it is newer than all that are known. */
static int
version_of_format (int major,
                   int minor)
{
  if (major > 1 || minor > formats[0].minor)
    return 0;
  for (size_t i = 0; i < G_N_ELEMENTS (formats); i++)
    if (minor >= formats[i].minor)
      return formats[i].version;
  return 1;
}

static gboolean
is_newer (int major,
          int minor,
          int than_major,
          int than_minor)
{
  return major > than_major || (major == than_major && minor > than_minor);
}

static gboolean
check_format (MainstayPortalEnginePostgresql  *self,
              int                              major,
              int                              minor,
              int                              server_version,
              char                           **program,
              GError                         **error)
{
  int needed = version_of_format (major, minor);
  int found = 0;
  g_autofree char *path = NULL;

  if (self->uri->newest_major > 0 &&
      is_newer (major, minor, self->uri->newest_major, self->uri->newest_minor))
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED,
                   "This dump has the format %d.%d, and this environment takes those up to %d.%d",
                   major, minor, self->uri->newest_major, self->uri->newest_minor);
      return FALSE;
    }
  path = mainstay_portal_postgresql_find ("pg_restore", MAX (needed, server_version), &found,
                                          error);
  if (path == NULL)
    return FALSE;
  if (needed == 0 || found < needed)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED,
                   "This dump has the format %d.%d, which is too new for the portal's PostgreSQL"
                   " %d", major, minor, found);
      return FALSE;
    }
  if (program != NULL)
    *program = g_steal_pointer (&path);
  return TRUE;
}

static gboolean
engine_accepts (MainstayPortalEngine      *engine,
                const MainstayBackupFile  *file,
                GError                   **error)
{
  return check_format (MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine), file->dump_major,
                       file->dump_minor, 0, NULL, error);
}

static gboolean
engine_dump (MainstayPortalEngine  *engine,
             GOutputStream         *to,
             MainstayPortalMeter   *meter,
             GError               **error)
{
  /* Not compressed: what repeats from dump to dump can be stored once, and what is sent is packed
   * as a whole. */
  static const char *const arguments[] = { "--no-owner", "--no-privileges", "--format=custom",
                                           "--compress=0", "--lock-wait-timeout=300000", NULL };
  MainstayPortalEnginePostgresql *self = MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine);
  g_auto(Server) server = { 0 };
  g_autofree char *program = NULL;
  MainstayPortalPostgresqlRun run = {
    .uri = self->uri,
    .arguments = arguments,
    .to = to,
    .meter = meter,
  };
  int found = 0;

  if (!ask_server (self, meter, &server, error))
    return FALSE;
  if (!server.exists)
    return fail (error, MAINSTAY_ERROR_FAILED, "The environment's database is missing");
  program = mainstay_portal_postgresql_find ("pg_dump", server.version, &found, error);
  if (program == NULL)
    return FALSE;
  if (found < server.version)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                   "The portal's pg_dump is of PostgreSQL %d, and the server is %d", found,
                   server.version);
      return FALSE;
    }
  run.program = program;
  return mainstay_portal_postgresql_run (&run, NULL, error);
}

static gboolean
read_header (const char          *dump,
             MainstayDumpHeader  *header,
             GError             **error)
{
  g_autofree guint8 *bytes = g_malloc (MAINSTAY_DUMP_HEADER_MAX);
  int fd = open (dump, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  ssize_t length = fd >= 0 ? read (fd, bytes, MAINSTAY_DUMP_HEADER_MAX) : -1;
  int number = errno;

  if (fd >= 0)
    close (fd);
  if (length < 0)
    {
      mainstay_disk_error_set (error, number, "Cannot read a dump");
      return FALSE;
    }
  if (mainstay_dump_header_parse (bytes, (size_t) length, header) == MAINSTAY_DUMP_HEADER_WHOLE)
    return TRUE;
  return fail (error, MAINSTAY_ERROR_UNSUPPORTED, "This is not a dump of a PostgreSQL database");
}

/* From what on the swap may have to take it away again. */
static gboolean
make_beside (MainstayPortalEnginePostgresql  *self,
             MainstayPortalSwap              *swap,
             MainstayPortalMeter             *meter,
             Server                          *server,
             GError                         **error)
{
  return check_role (server, error) &&
         mainstay_portal_swap_add_database (swap, MAINSTAY_PORTAL_ENGINE (self), error) &&
         mainstay_portal_swap_step ("database-make", error) &&
         mainstay_portal_postgresql_place_make (self->uri, mainstay_portal_swap_get_job_id (swap),
                                                meter, error);
}

/* What a new database is filled with. All borrowed. */
typedef struct
{
  const char *dump;                  /* a file: whole, or no more than its table of contents */
  MainstayPortalBackup *backup;      /* (nullable): where the rest of it is */
  MainstayPortalContentStore *store; /* of that */
  const char *folder;                /* for what else is needed on the disk */
} Source;

static gboolean
fill (MainstayPortalEnginePostgresql  *self,
      const char                      *program,
      const Source                    *source,
      size_t                           int_size,
      const char                      *database,
      const Server                    *server,
      MainstayPortalMeter             *meter,
      GError                         **error)
{
  g_autoptr(MainstayPortalPostgresqlContents) contents = mainstay_portal_postgresql_contents_read (
    self->uri, program, source->dump, server->is_superuser, meter, error);
  g_autofree char *list = g_build_filename (source->folder, "db.list", NULL);
  const MainstayPortalPostgresqlRestore restore = {
    .uri = self->uri,
    .program = program,
    .dump = source->dump,
    .int_size = int_size,
    .list = list,
    .folder = source->folder,
    .database = database,
    .role = server->owner,
    .meter = meter,
  };

  return contents != NULL &&
         mainstay_portal_write_file (list, contents->list, FALSE, error) &&
         mainstay_portal_swap_step ("database-fill", error) &&
         mainstay_portal_postgresql_contents_begin (self->uri, database, meter, error) &&
         (source->backup != NULL
            ? mainstay_portal_postgresql_restore_blocks (&restore, source->backup, source->store,
                                                         error)
            : mainstay_portal_postgresql_restore_file (&restore, error)) &&
         mainstay_portal_swap_step ("database-check", error) &&
         mainstay_portal_postgresql_contents_check (contents, self->uri, database, meter, error);
}

static gboolean
make_filled (MainstayPortalEnginePostgresql  *self,
             const Source                    *source,
             MainstayPortalSwap              *swap,
             MainstayPortalMeter             *meter,
             GError                         **error)
{
  const char *job_id = mainstay_portal_swap_get_job_id (swap);
  g_autofree char *database = mainstay_portal_postgresql_place_name (job_id);
  g_auto(MainstayDumpHeader) header = { 0 };
  g_auto(Server) server = { 0 };
  g_autofree char *program = NULL;

  return read_header (source->dump, &header, error) && ask_server (self, meter, &server, error) &&
         check_format (self, header.major, header.minor, server.version, &program, error) &&
         make_beside (self, swap, meter, &server, error) &&
         fill (self, program, source, header.int_size, database, &server, meter, error);
}

static gboolean
engine_load (MainstayPortalEngine  *engine,
             const char            *dump,
             MainstayPortalSwap    *swap,
             MainstayPortalMeter   *meter,
             GError               **error)
{
  g_autofree char *folder = g_path_get_dirname (dump);
  const Source source = { dump, NULL, NULL, folder };

  return make_filled (MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine), &source, swap, meter, error);
}

static gboolean
engine_restore (MainstayPortalEngine        *engine,
                MainstayPortalBackup        *backup,
                MainstayPortalContentStore  *store,
                const char                  *staging,
                MainstayPortalSwap          *swap,
                MainstayPortalMeter         *meter,
                GError                     **error)
{
  g_autofree char *dump = g_build_filename (staging, "db.contents", NULL);
  const Source source = { dump, backup, store, staging };

  return mainstay_portal_backup_extract_contents (backup, store, dump, error) &&
         make_filled (MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine), &source, swap, meter, error);
}

static gboolean
engine_make_empty (MainstayPortalEngine  *engine,
                   MainstayPortalSwap    *swap,
                   MainstayPortalMeter   *meter,
                   GError               **error)
{
  MainstayPortalEnginePostgresql *self = MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine);
  g_auto(Server) server = { 0 };

  return ask_server (self, meter, &server, error) &&
         make_beside (self, swap, meter, &server, error);
}

static gboolean
engine_exchange (MainstayPortalEngine  *engine,
                 const char            *job_id,
                 GError               **error)
{
  MainstayPortalEnginePostgresql *self = MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine);

  return mainstay_portal_swap_step ("database-close", error) &&
         mainstay_portal_postgresql_place_close (self->uri, job_id, error) &&
         mainstay_portal_swap_step ("database-exchange", error) &&
         mainstay_portal_postgresql_place_exchange (self->uri, job_id, error);
}

static gboolean
engine_roll_back (MainstayPortalEngine  *engine,
                  const char            *job_id,
                  GError               **error)
{
  MainstayPortalEnginePostgresql *self = MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine);

  return mainstay_portal_swap_step ("database-rollback", error) &&
         mainstay_portal_postgresql_place_roll_back (self->uri, job_id, error);
}

static gboolean
engine_finish (MainstayPortalEngine  *engine,
               const char            *job_id,
               GError               **error)
{
  MainstayPortalEnginePostgresql *self = MAINSTAY_PORTAL_ENGINE_POSTGRESQL (engine);

  return mainstay_portal_swap_step ("database-finish", error) &&
         mainstay_portal_postgresql_place_finish (self->uri, job_id, error);
}

static void
iface_init (MainstayPortalEngineInterface *iface)
{
  iface->get_dump_engine = engine_get_dump_engine;
  iface->get_size = engine_get_size;
  iface->prepare = engine_prepare;
  iface->accepts = engine_accepts;
  iface->dump = engine_dump;
  iface->load = engine_load;
  iface->restore = engine_restore;
  iface->make_empty = engine_make_empty;
  iface->exchange = engine_exchange;
  iface->roll_back = engine_roll_back;
  iface->finish = engine_finish;
}

MainstayPortalEngine *
mainstay_portal_engine_postgresql_new (const char  *uri,
                                       const char  *data_directory,
                                       GError     **error)
{
  g_autoptr(MainstayPortalPostgresqlUri) parsed =
    mainstay_portal_postgresql_uri_parse (uri, error);
  MainstayPortalEnginePostgresql *self;

  if (parsed == NULL)
    return NULL;
  self = g_object_new (MAINSTAY_TYPE_PORTAL_ENGINE_POSTGRESQL, NULL);
  self->uri = g_steal_pointer (&parsed);
  return MAINSTAY_PORTAL_ENGINE (self);
}
