/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "test-cluster.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "mainstay-portal-files.h"
#include "mainstay-portal-postgresql-tools.h"

#define OWNER_PASSWORD "owner"
#define DISK_BYTES 4096

/* A server does not run as root. */
static struct passwd *
find_user (void)
{
  struct passwd *user;

  if (getuid () != 0)
    return NULL;
  user = getpwnam ("postgres");
  if (user == NULL)
    user = getpwnam ("nobody");
  g_assert_nonnull (user);
  return user;
}

/* Between fork and exec. SIGQUIT ends a server at once with all of its processes. */
static void
prepare_child (gpointer user_data)
{
  struct passwd *user = user_data;

  if (user != NULL && (setgid (user->pw_gid) != 0 || setuid (user->pw_uid) != 0))
    _exit (1);
  prctl (PR_SET_PDEATHSIG, SIGQUIT);
}

static GSubprocess *
spawn (TestCluster       *self,
       const char        *program,
       const char *const *arguments)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *path = g_build_filename (self->programs, program, NULL);
  g_autofree char *log = g_build_filename (self->directory, "log", NULL);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) argv = NULL;
  g_autoptr(GError) error = NULL;
  GSubprocess *child;

  g_strv_builder_add (builder, path);
  g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);
  if (self->disk != NULL)
    {
      g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", self->library, TRUE);
      g_subprocess_launcher_setenv (launcher, "FULL_DISK", self->disk, TRUE);
    }
  g_subprocess_launcher_set_cwd (launcher, self->directory);
  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  g_subprocess_launcher_set_child_setup (launcher, prepare_child, find_user (), NULL);
  child = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  return child;
}

static char *
make_uri (TestCluster *self,
          const char  *role,
          const char  *password,
          const char  *database)
{
  g_autofree char *host = g_uri_escape_string (self->directory, NULL, FALSE);
  g_autofree char *secret = g_uri_escape_string (password, NULL, FALSE);
  g_autofree char *name = g_uri_escape_string (database, NULL, FALSE);

  return g_strdup_printf ("postgresql://%s:%s@%s/%s", role, secret, host, name);
}

static gboolean
query (TestCluster  *self,
       const char   *database,
       const char   *statements,
       char        **answer,
       GError      **error)
{
  g_autofree char *text = make_uri (self, "owner", OWNER_PASSWORD, database);
  g_autoptr(MainstayPortalPostgresqlUri) uri = mainstay_portal_postgresql_uri_parse (text, error);

  return uri != NULL &&
         mainstay_portal_postgresql_query (uri, NULL, statements, NULL, answer, error);
}

void
test_cluster_start (TestCluster *self)
{
  const char *arguments[] = { "-D", "data", "-k", self->directory, "-c", "listen_addresses=", "-c",
                              "fsync=off", "-c", "max_connections=40", "-c",
                              "shared_buffers=32MB", "-c", "max_wal_size=64MB", "-c",
                              "wal_recycle=off", "-c",
                              "wal_writer_delay=10000", NULL };
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  self->server = spawn (self, "postgres", arguments);
  while (!query (self, "postgres", "SELECT 1", NULL, NULL))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (20000);
    }
}

void
test_cluster_stop (TestCluster *self)
{
  g_subprocess_send_signal (self->server, SIGQUIT);
  g_assert_true (g_subprocess_wait (self->server, NULL, NULL));
  g_clear_object (&self->server);
}

gboolean
test_cluster_revive (TestCluster *self)
{
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  /* It may be about to end, or to start again by itself. */
  g_usleep (200000);
  while (g_subprocess_get_identifier (self->server) != NULL)
    {
      if (query (self, "postgres", "SELECT 1", NULL, NULL))
        return FALSE;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (20000);
    }
  g_clear_object (&self->server);
  test_cluster_start (self);
  return TRUE;
}

TestCluster *
test_cluster_new (void)
{
  return test_cluster_new_with_disk (NULL);
}

/* A copy, as the server's user need not be able to read where this was built, and what cannot be
 * preloaded is only left out. */
static void
take_library (TestCluster *self,
              const char  *library)
{
  g_autoptr(GFile) from = g_file_new_for_path (library);
  g_autoptr(GFile) to = NULL;
  g_autoptr(GError) error = NULL;

  self->library = g_build_filename (self->directory, "full-disk.so", NULL);
  to = g_file_new_for_path (self->library);
  g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (self->library, 0755), ==, 0);
}

TestCluster *
test_cluster_new_with_disk (const char *library)
{
  TestCluster *self = g_new0 (TestCluster, 1);
  const char *arguments[] = { "-D", "data", "-U", "owner", "-A", "scram-sha-256", "--pwfile",
                              "password", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync",
                              "--wal-segsize=1", NULL };
  struct passwd *user = find_user ();
  g_autoptr(GSubprocess) child = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *found = mainstay_portal_postgresql_find ("initdb", 0, NULL, &error);
  g_autofree char *initdb = found != NULL ? realpath (found, NULL) : NULL;
  g_autofree char *file = NULL;
  g_autofree char *password = mainstay_portal_postgresql_text (TEST_CLUSTER_PASSWORD);
  g_autofree char *sql =
    g_strdup_printf ("CREATE ROLE app LOGIN CREATEDB PASSWORD %s", password);

  g_assert_no_error (error);
  self->programs = g_path_get_dirname (initdb);
  self->directory = g_dir_make_tmp ("mspg-XXXXXX", &error);
  g_assert_no_error (error);
  file = g_build_filename (self->directory, "password", NULL);
  g_assert_true (g_file_set_contents (file, OWNER_PASSWORD, -1, NULL));
  g_assert_cmpint (g_chmod (file, 0644), ==, 0);
  if (user != NULL)
    g_assert_cmpint (chown (self->directory, user->pw_uid, user->pw_gid), ==, 0);
  child = spawn (self, "initdb", arguments);
  g_subprocess_wait_check (child, NULL, &error);
  g_assert_no_error (error);
  if (library != NULL)
    {
      take_library (self, library);
      self->disk = g_strconcat (self->directory, ".disk", NULL);
      test_cluster_set_room (self, NULL, 0);
    }
  test_cluster_start (self);
  test_cluster_execute (self, "postgres", sql);
  return self;
}

void
test_cluster_free (TestCluster *self)
{
  g_autoptr(GError) error = NULL;

  if (self->server != NULL)
    test_cluster_stop (self);
  mainstay_portal_remove_tree (self->directory, &error);
  g_assert_no_error (error);
  if (self->disk != NULL)
    g_assert_cmpint (g_unlink (self->disk), ==, 0);
  g_clear_pointer (&self->disk, g_free);
  g_clear_pointer (&self->library, g_free);
  g_clear_pointer (&self->directory, g_free);
  g_clear_pointer (&self->programs, g_free);
  g_clear_pointer (&self, g_free);
}

/* Where the server looks: it has the file mapped. */
static void
write_disk (TestCluster *self,
            const void  *bytes,
            size_t       length,
            off_t        offset)
{
  int fd = open (self->disk, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fchmod (fd, 0666), ==, 0);
  g_assert_cmpint (ftruncate (fd, DISK_BYTES), ==, 0);
  g_assert_cmpint (pwrite (fd, bytes, length, offset), ==, (ssize_t) length);
  g_assert_true (g_close (fd, NULL));
}

void
test_cluster_set_room (TestCluster *self,
                       const char  *folder,
                       gint64       bytes)
{
  g_autofree char *path = folder != NULL ? g_build_filename (self->directory, folder, NULL) : NULL;
  g_autofree char *real = path != NULL ? realpath (path, NULL) : NULL;
  g_autofree char *prefix = real != NULL ? g_strconcat (real, "/", NULL) : g_strdup ("");

  g_assert_true (folder == NULL || real != NULL);
  write_disk (self, "", 1, sizeof bytes);
  write_disk (self, &bytes, sizeof bytes, 0);
  write_disk (self, prefix, strlen (prefix) + 1, sizeof bytes);
}

void
test_cluster_execute (TestCluster *self,
                      const char  *database,
                      const char  *statements)
{
  g_autoptr(GError) error = NULL;

  query (self, database, statements, NULL, &error);
  g_assert_no_error (error);
}

char *
test_cluster_ask (TestCluster *self,
                  const char  *database,
                  const char  *statement)
{
  g_autoptr(GError) error = NULL;
  char *answer = NULL;

  query (self, database, statement, &answer, &error);
  g_assert_no_error (error);
  return answer;
}

gint64
test_cluster_number (TestCluster *self,
                     const char  *database,
                     const char  *statement)
{
  g_autofree char *answer = test_cluster_ask (self, database, statement);

  return g_ascii_strtoll (answer, NULL, 10);
}

char *
test_cluster_uri (TestCluster *self,
                  const char  *database)
{
  return make_uri (self, "app", TEST_CLUSTER_PASSWORD, database);
}

/* What an app's owner may have in a database: several schemas, odd names, every kind of relation,
 * large objects, an extension, a cycle of keys. */
static const char contents[] =
  "CREATE EXTENSION pg_trgm;\n"
  "CREATE SCHEMA \"Side \"\"Door\"\"\";\n"
  "CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL, boss int);\n"
  "ALTER TABLE customer ADD FOREIGN KEY (boss) REFERENCES customer;\n"
  "CREATE TABLE \"Side \"\"Door\"\"\".\"Ordre d'Été\" (id bigint GENERATED ALWAYS AS IDENTITY,"
  " \"Key Col\" int REFERENCES customer, data bytea, doc jsonb, at timestamptz);\n"
  "CREATE TABLE \"select\" (\"from\" text, \"x\\\"\"y\" text);\n"
  "CREATE TABLE empty (id int);\n"
  "CREATE TABLE log (id int, at date) PARTITION BY RANGE (at);\n"
  "CREATE TABLE log_old PARTITION OF log FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');\n"
  "CREATE TABLE log_new PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2040-01-01');\n"
  "CREATE INDEX ON log (at);\n"
  "CREATE INDEX customer_trgm ON customer USING gin (name gin_trgm_ops);\n"
  "CREATE VIEW names AS SELECT name FROM customer;\n"
  "CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT 2 * i';\n"
  "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n"
  "CREATE TRIGGER touched BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION touch();\n"
  "COMMENT ON TABLE customer IS 'Who; pays \\ ''us''';\n"
  "INSERT INTO customer (name, boss) SELECT 'Kunde ' || i || chr(252) || repeat('x', i %% 50),"
  " CASE WHEN i > 1 THEN 1 END FROM generate_series(1, 2000) i;\n"
  "INSERT INTO \"Side \"\"Door\"\"\".\"Ordre d'Été\" (\"Key Col\", data, doc, at) SELECT 1 + i,"
  " decode(md5(i::text || '%1$d'), 'hex'), json_build_object('a', i), to_timestamp(i)"
  " FROM generate_series(1, 1000) i;\n"
  "INSERT INTO \"select\" VALUES (E'tab\\tnew\\nline\\\\', NULL), ('', '\\.');\n"
  "INSERT INTO log SELECT i, date '2019-06-01' + i FROM generate_series(1, 400) i;\n"
  "SELECT lo_from_bytea(0, decode(repeat(md5('%1$d'), 5000), 'hex')) FROM generate_series(1, 3);\n"
  "SELECT setval('customer_id_seq', 5000 + %1$d);\n"
  "CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM customer;\n";

void
test_cluster_make (TestCluster *self,
                   const char  *database,
                   int          seed)
{
  g_autofree char *name = mainstay_portal_postgresql_name (database);
  g_autofree char *create = g_strdup_printf ("CREATE DATABASE %s OWNER app", name);
  g_autofree char *uri_text = test_cluster_uri (self, database);
  g_autoptr(MainstayPortalPostgresqlUri) uri =
    mainstay_portal_postgresql_uri_parse (uri_text, NULL);
  g_autofree char *statements = g_strdup_printf (contents, seed);
  g_autoptr(GError) error = NULL;

  test_cluster_execute (self, "postgres", create);
  mainstay_portal_postgresql_query (uri, NULL, statements, NULL, NULL, &error);
  g_assert_no_error (error);
}

char *
test_cluster_picture (TestCluster *self,
                      const char  *database)
{
  return test_cluster_ask (self, database,
    "WITH mine AS (SELECT c.oid, c.relkind, c.relowner FROM pg_class c JOIN pg_namespace n"
    "  ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')"
    "SELECT string_agg(line, E'\\n' ORDER BY line) FROM ("
    " SELECT format('table %s of %s: %s', oid::regclass, pg_get_userbyid(relowner),"
    "  (xpath('/row/x/text()', query_to_xml(format('SELECT count(*) || '' '' || coalesce("
    "   md5(string_agg(t::text, '','' ORDER BY t::text)), ''-'') AS x FROM %s t', oid::regclass),"
    "   false, true, '')))[1]) AS line FROM mine WHERE relkind IN ('r', 'm')"
    " UNION ALL SELECT format('sequence %s.%s %s', schemaname, sequencename, last_value)"
    "  FROM pg_sequences"
    " UNION ALL SELECT format('object %s %s', oid, md5(lo_get(oid))) FROM pg_largeobject_metadata"
    " UNION ALL SELECT format('extension %s', extname) FROM pg_extension"
    " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname <> 'pg_catalog'"
    " UNION ALL SELECT format('view %s %s', oid::regclass, pg_get_viewdef(oid)) FROM mine"
    "  WHERE relkind IN ('v', 'm')"
    " UNION ALL SELECT format('constraint %s', pg_get_constraintdef(k.oid)) FROM pg_constraint k"
    "  JOIN mine ON mine.oid = k.conrelid"
    " UNION ALL SELECT format('function %s of %s', p.oid::regprocedure,"
    "  pg_get_userbyid(p.proowner)) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
    "  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')"
    " UNION ALL SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t"
    "  WHERE NOT tgisinternal"
    " UNION ALL SELECT format('comment %s', description) FROM pg_description d"
    "  JOIN mine ON mine.oid = d.objoid"
    " UNION ALL SELECT format('database of %s, %s %s %s, %s, %s, %s', pg_get_userbyid(datdba),"
    "  pg_encoding_to_char(encoding), datcollate, datctype, datacl, datallowconn,"
    "  shobj_description(oid, 'pg_database')) FROM pg_database WHERE datname = current_database()"
    " UNION ALL SELECT format('setting %s', unnest(setconfig)) FROM pg_db_role_setting"
    "  WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"
    ") lines");
}

char *
test_cluster_picture_all (TestCluster   *self,
                          const char    *database,
                          PortalFixture *fixture)
{
  g_autofree char *rows = test_cluster_picture (self, database);
  g_autofree char *files = portal_fixture_files (fixture, fixture->test);
  g_autofree char *tree = portal_fixture_digest_tree (files);

  return g_strconcat (rows, "\n", tree, NULL);
}

void
test_cluster_change_all (TestCluster   *self,
                         const char    *database,
                         PortalFixture *fixture,
                         int            round)
{
  g_autofree char *files = portal_fixture_files (fixture, fixture->test);
  g_autofree char *folder = g_build_filename (files, "cc", "cc", NULL);
  g_autofree char *path = g_build_filename (folder, "ccccbbbb-0000-4000-8000-000000000000", NULL);
  g_autofree char *text = g_strdup_printf ("round %d", round);
  g_autofree char *sql = g_strdup_printf ("INSERT INTO \"select\" VALUES ('round %d')", round);

  test_cluster_execute (self, database, sql);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

char *
test_cluster_list (TestCluster *self)
{
  return test_cluster_ask (self, "postgres", "SELECT string_agg(format('%s %s', datname,"
                           " datallowconn), ', ' ORDER BY datname) FROM pg_database");
}

void
test_cluster_attach (MainstayPortal *portal,
                     const char     *environment_id,
                     const char     *uri)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (portal->database, &error);
  g_autoptr(MainstayPortalEnvironment) now =
    mainstay_portal_store_get_environment (tx, environment_id, &error);

  g_assert_no_error (error);
  g_clear_pointer (&now->database_uri, g_free);
  now->database_uri = g_strdup (uri);
  g_assert_true (mainstay_portal_store_put_environment (tx, now, &error));
  g_assert_true (mainstay_portal_transaction_commit (tx, &error));
}

void
test_cluster_await_idle (MainstayPortal *portal,
                         const char     *environment_id)
{
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  for (;; g_usleep (10000))
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayPortalTransaction) tx =
        mainstay_portal_database_read (portal->database, &error);

      g_assert_no_error (error);
      if (mainstay_portal_store_check_idle (tx, environment_id, &error))
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
}

void
test_cluster_await_settled (PortalFixture *fixture)
{
  g_autofree char *journals = g_build_filename (fixture->directory, "journals", NULL);
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  test_cluster_await_idle (fixture->portal, fixture->test->id);
  /* What is only removed holds nobody up. */
  while (!portal_fixture_is_empty (journals))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (10000);
    }
}

static gboolean
is_ours (TestCluster *self,
         const char  *pid)
{
  g_autofree char *environment_path = g_build_filename ("/proc", pid, "environ", NULL);
  g_autofree char *name_path = g_build_filename ("/proc", pid, "comm", NULL);
  g_autofree char *name = NULL, *environment = NULL;
  gsize length;

  return g_file_get_contents (name_path, &name, NULL, NULL) &&
         (g_str_has_prefix (name, "pg_") || g_str_has_prefix (name, "psql")) &&
         g_file_get_contents (environment_path, &environment, &length, NULL) &&
         memmem (environment, length, self->directory, strlen (self->directory)) != NULL;
}

void
test_cluster_await_no_programs (TestCluster *self)
{
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  int n_found;

  do
    {
      g_autoptr(GDir) dir = g_dir_open ("/proc", 0, NULL);
      const char *name;

      n_found = 0;
      while ((name = g_dir_read_name (dir)) != NULL)
        n_found += g_ascii_isdigit (*name) && is_ours (self, name);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
  while (n_found > 0);
}
