/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "mainstay-archive-reader.h"
#include "mainstay-portal-postgresql-tools.h"
#include "test-cluster.h"

/* Environments on a real server, through the portal's own functions. */

#define ADD(path, func) \
  g_test_add ("/portal/postgresql/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)

static TestCluster *cluster;

/* A database of the server for Test of the fixture. */
static void
attach (PortalFixture *self,
        const char    *database,
        const char    *parameters)
{
  g_autofree char *plain = test_cluster_uri (cluster, database);
  g_autofree char *uri = g_strconcat (plain, parameters, NULL);

  test_cluster_attach (self->portal, self->test->id, uri);
}

static void
make_and_attach (PortalFixture *self,
                 const char    *database,
                 int            seed)
{
  test_cluster_make (cluster, database, seed);
  attach (self, database, "");
}

static void
drop (const char *database)
{
  g_autofree char *name = mainstay_portal_postgresql_name (database);
  g_autofree char *sql = g_strdup_printf ("DROP DATABASE %s WITH (FORCE)", name);

  test_cluster_execute (cluster, "postgres", sql);
}

static MainstayPortalRestore *
restore (PortalFixture *self,
         const char    *snapshot_id)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalRestore) queued =
    mainstay_portal_restore (self->portal, self->user, self->test, snapshot_id, FALSE, &error);
  MainstayPortalRestore *done;

  g_assert_no_error (error);
  portal_fixture_wait (self);
  done = mainstay_portal_get_restore (self->portal, self->test, queued->id, &error);
  g_assert_no_error (error);
  return done;
}

static void
assert_restored (PortalFixture *self,
                 const char    *snapshot_id)
{
  g_autoptr(MainstayPortalRestore) done = restore (self, snapshot_id);

  g_assert_cmpstr (done->status_message, ==, "Completed restore");
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
}

/* The dump itself, in a file. */
static char *
extract_dump (PortalFixture                *self,
              const MainstayPortalSnapshot *snapshot)
{
  g_autofree char *archive =
    portal_fixture_pack (self, self->test, snapshot->id, "database_only");
  char *path = g_strdup_printf ("%s/%s.dump", self->directory, snapshot->id);
  g_autoptr(GError) error = NULL;

  mainstay_archive_extract_dump (archive, path, NULL, &error);
  g_assert_no_error (error);
  return path;
}

/* The same with @bytes in the place of @what. */
static void
damage (const char *path,
        const char *what,
        const char *bytes)
{
  g_autofree char *text = NULL;
  char *found;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  found = memmem (text, size, what, strlen (what));
  g_assert_nonnull (found);
  memcpy (found, bytes, strlen (bytes));
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
}

static MainstayPortalDataUpload *
load_data (PortalFixture *self,
           const char    *database_upload,
           const char    *files_upload)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalDataUpload) queued = mainstay_portal_upload_data (
    self->portal, self->user, self->test, database_upload, files_upload, NULL, &error);
  MainstayPortalDataUpload *done;

  g_assert_no_error (error);
  portal_fixture_wait (self);
  done = mainstay_portal_get_data_upload (self->portal, self->test, queued->id, &error);
  g_assert_no_error (error);
  return done;
}

/* Whether @secret is on the command line of any process, until told to stop. */
typedef struct
{
  const char *secret;
  int is_over;
  int n_programs; /* of PostgreSQL's that were seen */
  int n_leaks;
} Watch;

static void
look_at (Watch      *watch,
         const char *pid)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "cmdline", NULL);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return;
  for (gsize i = 0; i + 1 < length; i++)
    if (text[i] == '\0')
      text[i] = '\n';
  if (strstr (text, "bin/pg_dump\n") != NULL || strstr (text, "bin/pg_restore\n") != NULL)
    watch->n_programs++;
  if (strstr (text, watch->secret) != NULL)
    watch->n_leaks++;
}

static gpointer
watch_processes (gpointer user_data)
{
  Watch *watch = user_data;

  while (g_atomic_int_get (&watch->is_over) == 0)
    {
      g_autoptr(GDir) dir = g_dir_open ("/proc", 0, NULL);
      const char *name;

      while ((name = g_dir_read_name (dir)) != NULL)
        if (g_ascii_isdigit (*name))
          look_at (watch, name);
      g_usleep (3000);
    }
  return NULL;
}

static GLogWriterOutput
keep_log (GLogLevelFlags   level,
          const GLogField *fields,
          gsize            n_fields,
          gpointer         user_data)
{
  static GMutex lock;
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&lock);

  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      g_string_append_printf (user_data, "%s\n", (const char *) fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

static GString *whole_log;

static void
test_round_trip (PortalFixture *self,
                 gconstpointer  data)
{
  static const char name[] = "Röund \"Trip\" \\ it's";
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autofree char *files = portal_fixture_files (self, self->test);
  g_autofree char *tree = NULL, *tree_after = NULL;
  g_autofree char *before = NULL, *spoilt = NULL, *after = NULL;
  g_autofree char *databases = NULL, *now = NULL;
  g_autofree char *escaped = g_uri_escape_string (TEST_CLUSTER_PASSWORD, NULL, FALSE);
  Watch watch = { TEST_CLUSTER_PASSWORD, 0, 0, 0 };
  Watch escaped_watch = { escaped, 0, 0, 0 };
  GThread *threads[2];

  make_and_attach (self, name, 1);
  test_cluster_execute (cluster, name,
                        "ALTER DATABASE \"Röund \"\"Trip\"\" \\ it's\" SET search_path ="
                        " \"Side \"\"Door\"\"\", public;"
                        "ALTER DATABASE \"Röund \"\"Trip\"\" \\ it's\" SET application_name ="
                        " 'it''s';"
                        "COMMENT ON DATABASE \"Röund \"\"Trip\"\" \\ it's\" IS E'Mine,\\nit''s';"
                        "REVOKE ALL ON DATABASE \"Röund \"\"Trip\"\" \\ it's\" FROM PUBLIC;"
                        "GRANT CONNECT ON DATABASE \"Röund \"\"Trip\"\" \\ it's\" TO"
                        " pg_monitor WITH GRANT OPTION;");
  before = test_cluster_picture (cluster, name);
  g_assert_nonnull (strstr (before, "Side"));
  tree = portal_fixture_digest_tree (files);
  databases = test_cluster_list (cluster);
  threads[0] = g_thread_new ("watch", watch_processes, &watch);
  threads[1] = g_thread_new ("watch", watch_processes, &escaped_watch);
  snapshot = portal_fixture_back_up (self, self->test);
  g_assert_cmpstr (snapshot->status_message, ==, "Completed backup creation");
  g_assert_cmpint (snapshot->database_size, >, 100000);
  test_cluster_execute (cluster, name,
                        "DELETE FROM public.customer WHERE id > 1500; DROP VIEW public.names;"
                        "SELECT lo_unlink(oid) FROM pg_largeobject_metadata;"
                        "CREATE TABLE public.later (); SELECT setval('customer_id_seq', 1)");
  spoilt = test_cluster_picture (cluster, name);
  g_assert_cmpstr (spoilt, !=, before);
  assert_restored (self, snapshot->id);
  g_atomic_int_set (&watch.is_over, 1);
  g_atomic_int_set (&escaped_watch.is_over, 1);
  g_thread_join (threads[0]);
  g_thread_join (threads[1]);
  after = test_cluster_picture (cluster, name);
  g_assert_cmpstr (after, ==, before);
  tree_after = portal_fixture_digest_tree (files);
  g_assert_cmpstr (tree_after, ==, tree);
  now = test_cluster_list (cluster);
  g_assert_cmpstr (now, ==, databases);
  g_assert_cmpint (watch.n_programs, >, 0);
  g_assert_cmpint (watch.n_leaks + escaped_watch.n_leaks, ==, 0);
  drop (name);
}

/* An app that goes on writing while it is backed up: each transaction is in it wholly or not. */
typedef struct
{
  const char *database;
  int is_over;
  int n_rounds;
} Writer;

static gpointer
write_rows (gpointer user_data)
{
  Writer *writer = user_data;

  while (g_atomic_int_get (&writer->is_over) == 0)
    {
      test_cluster_execute (cluster, writer->database,
                            "BEGIN; INSERT INTO customer (name) VALUES ('a');"
                            "INSERT INTO empty VALUES (1);"
                            "UPDATE \"select\" SET \"from\" = \"from\" || 'x'; COMMIT");
      g_atomic_int_inc (&writer->n_rounds);
    }
  return NULL;
}

static void
test_while_writing (PortalFixture *self,
                    gconstpointer  data)
{
  Writer writer = { "busy", 0, 0 };
  g_autoptr(MainstayPortalSnapshot) first = NULL;
  g_autoptr(MainstayPortalSnapshot) second = NULL;
  GThread *thread;

  make_and_attach (self, "busy", 2);
  thread = g_thread_new ("writer", write_rows, &writer);
  first = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (first->state, ==, MAINSTAY_JOB_COMPLETED);
  while (g_atomic_int_get (&writer.n_rounds) < 5)
    g_usleep (1000);
  second = portal_fixture_back_up (self, self->test);
  g_atomic_int_set (&writer.is_over, 1);
  g_thread_join (thread);
  assert_restored (self, second->id);
  g_assert_cmpint (test_cluster_number (cluster, "busy", "SELECT count(*) FROM empty"), >=, 5);
  g_assert_cmpint (test_cluster_number (cluster, "busy", "SELECT count(*) FROM empty"), ==,
                   test_cluster_number (cluster, "busy",
                                        "SELECT count(*) FROM customer WHERE name = 'a'"));
  /* An older one, over a newer. */
  assert_restored (self, first->id);
  g_assert_cmpint (test_cluster_number (cluster, "busy", "SELECT count(*) FROM empty"), ==,
                   test_cluster_number (cluster, "busy",
                                        "SELECT count(*) FROM customer WHERE name = 'a'"));
  drop ("busy");
}

static void
test_empty (PortalFixture *self,
            gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autofree char *before = NULL, *after = NULL;

  test_cluster_execute (cluster, "postgres", "CREATE DATABASE nothing OWNER app");
  attach (self, "nothing", "");
  before = test_cluster_picture (cluster, "nothing");
  snapshot = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (snapshot->state, ==, MAINSTAY_JOB_COMPLETED);
  test_cluster_execute (cluster, "nothing", "CREATE TABLE something AS SELECT 1 AS i");
  assert_restored (self, snapshot->id);
  after = test_cluster_picture (cluster, "nothing");
  g_assert_cmpstr (after, ==, before);
  /* And into one that somebody has dropped. */
  drop ("nothing");
  assert_restored (self, snapshot->id);
  g_assert_cmpint (test_cluster_number (cluster, "nothing", "SELECT count(*) FROM pg_class"), >, 0);
  drop ("nothing");
}

/* Neither its text nor its names can be written in every encoding. */
static void
test_encoding (PortalFixture *self,
               gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autofree char *before = NULL, *after = NULL;

  test_cluster_execute (cluster, "postgres", "CREATE DATABASE latin OWNER app TEMPLATE template0"
                        " ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
  test_cluster_execute (cluster, "latin", "CREATE TABLE \"größe\" AS SELECT 'Ærø é' AS \"maß\";"
                        "ALTER TABLE \"größe\" OWNER TO app");
  attach (self, "latin", "");
  before = test_cluster_picture (cluster, "latin");
  g_assert_nonnull (strstr (before, "LATIN1 C C"));
  g_assert_nonnull (strstr (before, "größe"));
  snapshot = portal_fixture_back_up (self, self->test);
  test_cluster_execute (cluster, "latin", "DROP TABLE \"größe\"");
  assert_restored (self, snapshot->id);
  after = test_cluster_picture (cluster, "latin");
  g_assert_cmpstr (after, ==, before);
  drop ("latin");
}

static void
assert_failed (PortalFixture *self,
               const char    *snapshot_id,
               const char    *words)
{
  g_autoptr(MainstayPortalRestore) done = restore (self, snapshot_id);
  g_autoptr(MainstayPortalEnvironment) environment = portal_fixture_look (self, self->test);

  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_FAILED);
  g_test_message ("%s", done->status_message);
  g_assert_nonnull (strstr (done->status_message, words));
  g_assert_null (strstr (done->status_message, cluster->directory));
  g_assert_cmpint (environment->status, ==, MAINSTAY_ENVIRONMENT_STOPPED);
}

/* Somebody who is connected and reads all the while. */
typedef struct
{
  GSubprocess *client;
  GOutputStream *to;
  GDataInputStream *from;
} Client;

static void
client_open (Client     *self,
             const char *database)
{
  g_autofree char *uri = test_cluster_uri (cluster, database);
  g_autoptr(GError) error = NULL;
  g_autofree char *psql = mainstay_portal_postgresql_find ("psql", 0, NULL, &error);

  self->client = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                   &error, psql, "-XqAt", "-d", uri, NULL);
  g_assert_no_error (error);
  self->to = g_subprocess_get_stdin_pipe (self->client);
  self->from = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->client));
}

static gint64
client_ask (Client     *self,
            const char *query)
{
  g_autofree char *line = NULL;
  g_autoptr(GError) error = NULL;

  g_output_stream_printf (self->to, NULL, NULL, &error, "%s;\n", query);
  g_assert_no_error (error);
  line = g_data_input_stream_read_line (self->from, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  return g_ascii_strtoll (line, NULL, 10);
}

static void
client_close (Client *self)
{
  g_assert_true (g_output_stream_close (self->to, NULL, NULL));
  g_assert_true (g_subprocess_wait (self->client, NULL, NULL));
  g_clear_object (&self->from);
  g_clear_object (&self->client);
}

static void
test_failed_restore (PortalFixture *self,
                     gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalSnapshot) missing = NULL;
  g_autoptr(MainstayPortalDataUpload) torn = NULL;
  g_autofree char *path = NULL, *upload = NULL;
  g_autofree char *before = NULL, *after = NULL, *databases = NULL, *now = NULL, *files = NULL;
  g_autofree char *tree = NULL, *tree_after = NULL;
  g_autofree char *folder = portal_fixture_files (self, self->test);
  Client client;
  gint64 session;

  make_and_attach (self, "serving", 3);
  snapshot = portal_fixture_back_up (self, self->test);
  path = extract_dump (self, snapshot);
  damage (path, "1500\tKunde", "no number");
  upload = portal_fixture_upload (self, "database", path);
  /* The server's owner may make it, and the app's role may not. */
  test_cluster_execute (cluster, "serving", "CREATE EXTENSION pgstattuple");
  missing = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (missing->state, ==, MAINSTAY_JOB_COMPLETED);
  test_cluster_execute (cluster, "serving", "DROP EXTENSION pgstattuple;"
                        "INSERT INTO customer (name) VALUES ('unsaved')");
  before = test_cluster_picture (cluster, "serving");
  tree = portal_fixture_digest_tree (folder);
  databases = test_cluster_list (cluster);
  client_open (&client, "serving");
  session = client_ask (&client, "SELECT pg_backend_pid()");
  g_assert_cmpint (client_ask (&client, "SELECT count(*) FROM customer"), ==, 2001);
  torn = load_data (self, upload, NULL);
  g_assert_cmpint (torn->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_nonnull (strstr (torn->status_message, "invalid input syntax"));
  assert_failed (self, missing->id, "pgstattuple");
  g_assert_cmpint (client_ask (&client, "SELECT count(*) FROM customer"), ==, 2001);
  g_assert_cmpint (client_ask (&client, "SELECT pg_backend_pid()"), ==, session);
  client_close (&client);
  after = test_cluster_picture (cluster, "serving");
  g_assert_cmpstr (after, ==, before);
  tree_after = portal_fixture_digest_tree (folder);
  g_assert_cmpstr (tree_after, ==, tree);
  now = test_cluster_list (cluster);
  g_assert_cmpstr (now, ==, databases);
  drop ("serving");
}

/* A restore does not wait for those who stay connected. */
static void
test_connected (PortalFixture *self,
                gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  Client client;

  make_and_attach (self, "connected", 4);
  snapshot = portal_fixture_back_up (self, self->test);
  client_open (&client, "connected");
  g_assert_cmpint (client_ask (&client, "BEGIN; DELETE FROM empty; SELECT count(*) FROM customer"),
                   ==, 2000);
  assert_restored (self, snapshot->id);
  client_close (&client);
  g_assert_cmpint (test_cluster_number (cluster, "connected", "SELECT count(*) FROM customer"), ==,
                   2000);
  drop ("connected");
}

static void
test_newest_dump (PortalFixture *self,
                  gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autofree char *path = NULL, *upload = NULL, *before = NULL, *after = NULL, *newer = NULL;
  g_autofree char *text = NULL;
  g_autoptr(MainstayPortalDataUpload) refused = NULL;
  g_autoptr(GError) error = NULL;
  gsize size;

  make_and_attach (self, "versions", 5);
  snapshot = portal_fixture_back_up (self, self->test);
  path = extract_dump (self, snapshot);
  upload = portal_fixture_upload (self, "database", path);
  before = test_cluster_picture (cluster, "versions");
  attach (self, "versions", "?newest_dump=1.13");
  refused = mainstay_portal_upload_data (self->portal, self->user, self->test, upload, NULL, NULL,
                                         &error);
  g_assert_null (refused);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "up to 1.13"));
  g_clear_error (&error);
  assert_failed (self, snapshot->id, "up to 1.13");
  /* One that no PostgreSQL of today reads. */
  attach (self, "versions", "");
  newer = g_strconcat (path, ".newer", NULL);
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  text[6] = 99;
  g_assert_true (g_file_set_contents (newer, text, (gssize) size, NULL));
  g_clear_pointer (&upload, g_free);
  upload = portal_fixture_upload (self, "database", newer);
  refused = mainstay_portal_upload_data (self->portal, self->user, self->test, upload, NULL, NULL,
                                         &error);
  g_assert_null (refused);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED);
  after = test_cluster_picture (cluster, "versions");
  g_assert_cmpstr (after, ==, before);
  drop ("versions");
}

static void
test_data_upload (PortalFixture *self,
                  gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autofree char *path = NULL, *upload = NULL, *before = NULL, *after = NULL, *sqlite = NULL;
  g_autofree char *foreign = NULL, *databases = NULL, *now = NULL;
  g_autoptr(MainstayPortalDataUpload) done = NULL;
  g_autoptr(MainstayPortalEnvironment) environment = NULL;
  g_autoptr(GError) error = NULL;

  make_and_attach (self, "loaded", 6);
  databases = test_cluster_list (cluster);
  before = test_cluster_picture (cluster, "loaded");
  snapshot = portal_fixture_back_up (self, self->test);
  path = extract_dump (self, snapshot);
  upload = portal_fixture_upload (self, "database", path);
  test_cluster_execute (cluster, "loaded", "DROP TABLE empty; DROP VIEW names");
  done = load_data (self, upload, NULL);
  g_assert_cmpstr (done->status_message, ==, "Completed data upload");
  after = test_cluster_picture (cluster, "loaded");
  g_assert_cmpstr (after, ==, before);
  environment = portal_fixture_look (self, self->test);
  g_assert_cmpint (environment->status, ==, MAINSTAY_ENVIRONMENT_EMPTY);
  /* A dump of another kind of database. */
  sqlite = portal_fixture_database (self, self->production);
  foreign = portal_fixture_upload (self, "database", sqlite);
  g_assert_null (mainstay_portal_upload_data (self->portal, self->user, self->test, foreign, NULL,
                                              NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED);
  now = test_cluster_list (cluster);
  g_assert_cmpstr (now, ==, databases);
  drop ("loaded");
}

/* Rule U4: what was not uploaded is emptied. */
static void
test_files_alone (PortalFixture *self,
                  gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalDataUpload) done = NULL;
  g_autofree char *archive = NULL, *upload = NULL;

  make_and_attach (self, "emptied", 7);
  snapshot = portal_fixture_back_up (self, self->other);
  archive = portal_fixture_pack (self, self->other, snapshot->id, "files_only");
  upload = portal_fixture_upload (self, "files", archive);
  done = load_data (self, NULL, upload);
  g_assert_cmpstr (done->status_message, ==, "Completed data upload");
  g_assert_cmpint (test_cluster_number (cluster, "emptied",
                                        "SELECT count(*) FROM pg_class c JOIN pg_namespace n"
                                        " ON n.oid = c.relnamespace WHERE nspname = 'public'"),
                   ==, 0);
  drop ("emptied");
}

static void
test_unreachable (PortalFixture *self,
                  gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) failed = NULL;
  g_autoptr(MainstayPortalSnapshot) refused = NULL;

  test_cluster_attach (self->portal, self->test->id, "postgresql://app:hidden@127.0.0.1:1/gone");
  failed = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (failed->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_cmpstr (failed->status_message, ==,
                   "The database server cannot be reached: Connection refused");
  test_cluster_execute (cluster, "postgres", "CREATE ROLE late LOGIN PASSWORD 'x'");
  {
    g_autofree char *host = g_uri_escape_string (cluster->directory, NULL, FALSE);
    g_autofree char *uri = g_strdup_printf ("postgres://late:hidden@%s/postgres", host);

    test_cluster_attach (self->portal, self->test->id, uri);
  }
  refused = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (refused->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_nonnull (strstr (refused->status_message, "password authentication failed"));
  g_assert_null (strstr (refused->status_message, "hidden"));
}

/* Being told to stop, the portal leaves no program behind. */
static void
test_cancelled (PortalFixture *self,
                gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) queued = NULL;
  g_autoptr(MainstayPortalSnapshot) after = NULL;
  g_autoptr(GError) error = NULL;
  Client client;
  gint64 begun;

  make_and_attach (self, "locked", 9);
  client_open (&client, "locked");
  /* pg_dump waits for this. */
  client_ask (&client, "BEGIN; LOCK TABLE customer; SELECT 1");
  queued = mainstay_portal_create_snapshot (self->portal, self->user, self->test, NULL, NULL,
                                            &error);
  g_assert_no_error (error);
  while (test_cluster_number (cluster, "postgres", "SELECT count(*) FROM pg_stat_activity WHERE"
                              " datname = 'locked' AND wait_event_type = 'Lock'") == 0)
    g_usleep (10000);
  begun = g_get_monotonic_time ();
  mainstay_portal_shutdown (self->portal);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 8 * G_TIME_SPAN_SECOND);
  after = mainstay_portal_get_snapshot (self->portal, self->test, queued->id, &error);
  g_assert_cmpint (after->state, ==, MAINSTAY_JOB_FAILED);
  while (test_cluster_number (cluster, "postgres", "SELECT count(*) FROM pg_stat_activity WHERE"
                              " datname = 'locked'") > 1)
    g_usleep (10000);
  client_close (&client);
  drop ("locked");
}

static void
test_log (void)
{
  g_autofree char *escaped = g_uri_escape_string (TEST_CLUSTER_PASSWORD, NULL, FALSE);

  g_assert_cmpuint (whole_log->len, >, 0);
  g_assert_null (strstr (whole_log->str, TEST_CLUSTER_PASSWORD));
  g_assert_null (strstr (whole_log->str, escaped));
  g_assert_null (strstr (whole_log->str, "hidden"));
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  whole_log = g_string_new (NULL);
  g_log_set_writer_func (keep_log, whole_log, NULL);
  cluster = test_cluster_new ();
  ADD ("round-trip", test_round_trip);
  ADD ("while-writing", test_while_writing);
  ADD ("empty", test_empty);
  ADD ("encoding", test_encoding);
  ADD ("failed-restore", test_failed_restore);
  ADD ("connected", test_connected);
  ADD ("newest-dump", test_newest_dump);
  ADD ("data-upload", test_data_upload);
  ADD ("files-alone", test_files_alone);
  ADD ("unreachable", test_unreachable);
  ADD ("cancelled", test_cancelled);
  g_test_add_func ("/portal/postgresql/log", test_log);
  status = g_test_run ();
  test_cluster_free (cluster);
  g_string_free (whole_log, TRUE);
  return status;
}
