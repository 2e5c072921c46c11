/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "test-api-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-time.h"

#define JOB_TIMEOUT_MS 60000

static gint64
read_clock (gpointer user_data)
{
  TestApi *self = user_data;

  return mainstay_time_now () + (gint64) g_atomic_int_get (&self->seconds_ahead) * 1000;
}

static void
make_database (const char *path)
{
  sqlite3 *db;
  g_autofree char *sql = g_strdup_printf (
    "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT);"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
    " INSERT INTO item SELECT i, 'Item ' || i FROM n;", TEST_ROWS);

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
make_files (const char *folder)
{
  for (int i = 0; i < TEST_FILES; i++)
    {
      g_autofree char *uuid = g_strdup_printf ("%02x%02xaaaa-0000-4000-8000-%012d", i, i * 7, i);
      g_autofree char *part = g_strdup_printf ("%.2s/%.2s", uuid, uuid + 2);
      g_autofree char *parent = g_build_filename (folder, part, NULL);
      g_autofree char *path = g_build_filename (parent, uuid, NULL);

      g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
      g_assert_true (g_file_set_contents (path, uuid, -1, NULL));
    }
}

static char *
add_environment (TestApi                   *self,
                 MainstayPortalTransaction *tx,
                 const char                *project_id,
                 const char                *mode,
                 MainstayEnvironmentStatus  status,
                 const char                *scheme)
{
  MainstayPortalEnvironment environment = { NULL };
  g_autoptr(GError) error = NULL;
  char *id = g_uuid_string_random ();
  g_autofree char *database = test_api_dup_database (self, id);
  g_autofree char *files = test_api_dup_files (self, id);
  g_autofree char *uri = g_strconcat (scheme, database, NULL);
  g_autofree char *package = g_strconcat (files, ".mda", NULL);
  g_autofree char *folder = g_path_get_dirname (database);
  const char *services[] = { "Orders", "Stock", NULL };
  const char *none[] = { NULL };
  gboolean is_production = strcmp (mode, "Production") == 0;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (files, 0700), ==, 0);
  make_database (database);
  make_files (files);
  environment.id = id;
  environment.project_id = (char *) project_id;
  environment.mode = (char *) mode;
  environment.status = status;
  environment.production = is_production;
  environment.url = (char *) "https://shop.example";
  environment.database_uri = uri;
  environment.files_path = files;
  environment.package_path = package;
  environment.published_services = (GStrv) (is_production ? services : none);
  if (status != MAINSTAY_ENVIRONMENT_EMPTY)
    {
      g_assert_true (g_file_set_contents (package, "package", -1, NULL));
      environment.package_id = self->package;
      environment.model_version = (char *) "1.2.0.300";
      environment.data_model_version = (char *) "1.2.0.300";
      environment.mendix_version = (char *) "10.12.0";
    }
  g_assert_true (mainstay_portal_store_add_environment (tx, &environment, &error));
  g_assert_no_error (error);
  return id;
}

static char *
add_app (MainstayPortalTransaction *tx,
         const char                *app_id,
         const char                *name)
{
  MainstayPortalApp app = { NULL };
  g_autoptr(GError) error = NULL;

  app.project_id = g_uuid_string_random ();
  app.app_id = (char *) app_id;
  app.name = (char *) name;
  app.url = (char *) "https://shop.example";
  g_assert_true (mainstay_portal_store_add_app (tx, &app, &error));
  g_assert_no_error (error);
  return app.project_id;
}

static char *
add_package (MainstayPortalTransaction *tx,
             const char                *project_id,
             const char                *version)
{
  MainstayPortalPackage package = { NULL };
  g_autoptr(GError) error = NULL;

  package.id = g_uuid_string_random ();
  package.project_id = (char *) project_id;
  package.name = (char *) "Main line.mda";
  package.description = (char *) "A package";
  package.version = (char *) version;
  package.mendix_version = (char *) "10.12.0";
  package.creator = (char *) "Ann Ames";
  package.status = (char *) "Succeeded";
  package.created_at = 1404990271835;
  package.size = 7;
  g_assert_true (mainstay_portal_store_add_package (tx, &package, &error));
  g_assert_no_error (error);
  return package.id;
}

static void
add_records (TestApi                   *self,
             MainstayPortalTransaction *tx)
{
  g_autofree char *ann = NULL;
  g_autofree char *ben = NULL;
  g_autofree char *eve = NULL;
  const MainstayPortalRights all = MAINSTAY_PORTAL_RIGHT_API | MAINSTAY_PORTAL_RIGHT_BACKUPS |
                                   MAINSTAY_PORTAL_RIGHT_TRANSPORT;

  ann = mainstay_portal_store_add_user (tx, "ann@example.com", "Ann Ames", &self->ann_key, NULL);
  ben = mainstay_portal_store_add_user (tx, "ben@example.com", "Ben Bell", &self->ben_key, NULL);
  eve = mainstay_portal_store_add_user (tx, "eve@example.com", "Eve Eyre", &self->eve_key, NULL);
  g_assert_true (ann != NULL && ben != NULL && eve != NULL);
  self->shop = add_app (tx, "shop", "Shop");
  self->desk = add_app (tx, "desk", "Desk");
  self->package = add_package (tx, self->shop, "1.2.0.300");
  self->old_package = add_package (tx, self->shop, "1.1.0.253");
  self->test = add_environment (self, tx, self->shop, "Test", MAINSTAY_ENVIRONMENT_STOPPED,
                                "sqlite:");
  self->production = add_environment (self, tx, self->shop, "Production",
                                      MAINSTAY_ENVIRONMENT_RUNNING, "sqlite:");
  self->acceptance = add_environment (self, tx, self->shop, "Acceptance",
                                      MAINSTAY_ENVIRONMENT_EMPTY, "sqlite:");
  self->odd = add_environment (self, tx, self->shop, "Odd", MAINSTAY_ENVIRONMENT_STOPPED, "odd:");
  self->desk_test = add_environment (self, tx, self->desk, "Test", MAINSTAY_ENVIRONMENT_STOPPED,
                                     "sqlite:");
  for (char **id = (char *[]) { self->test, self->production, self->acceptance, self->odd,
                                self->desk_test, NULL };
       *id != NULL; id++)
    g_assert_true (mainstay_portal_store_set_rights (tx, ann, *id, all, NULL));
  g_assert_true (mainstay_portal_store_set_rights (tx, ben, self->test, MAINSTAY_PORTAL_RIGHT_API,
                                                   NULL));
}

static gpointer
serve (gpointer user_data)
{
  TestApi *self = user_data;
  g_autoptr(MainstayPortalServer) server = NULL;
  g_autoptr(GError) error = NULL;
  const char *origin;

  g_main_context_push_thread_default (self->context);
  server = mainstay_portal_server_new (self->portal);
  if (self->idle_seconds > 0)
    mainstay_portal_server_set_idle_seconds (server, self->idle_seconds);
  /* Tests ask until something is done, without a pause. */
  mainstay_portal_server_set_requests_per_minute (server, 0);
  g_assert_true (mainstay_portal_server_listen (server, "127.0.0.1:0", &error));
  g_assert_no_error (error);
  origin = mainstay_portal_server_get_origin (server);
  g_atomic_int_set (&self->port, (unsigned int) atoi (strrchr (origin, ':') + 1));
  g_main_loop_run (self->loop);
  mainstay_portal_server_stop (server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

TestApi *
test_api_new_idle (void)
{
  TestApi *self = g_new0 (TestApi, 1);
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(GError) error = NULL;
  MainstayPortalDatabase *database;

  self->directory = g_dir_make_tmp ("mainstay-api-XXXXXX", NULL);
  self->portal = mainstay_portal_open (self->directory, MAINSTAY_PORTAL_RELAXED_SYNC, &error);
  g_assert_no_error (error);
  database = mainstay_portal_get_database (self->portal);
  mainstay_portal_database_set_clock (database, read_clock, self);
  tx = mainstay_portal_database_write (database, &error);
  g_assert_no_error (error);
  add_records (self, tx);
  g_assert_true (mainstay_portal_transaction_commit (tx, &error));
  return self;
}

void
test_api_serve (TestApi      *self,
                unsigned int  idle_seconds)
{
  self->idle_seconds = idle_seconds;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("server", serve, self);
  while (g_atomic_int_get (&self->port) == 0)
    g_usleep (1000);
}

TestApi *
test_api_new (void)
{
  TestApi *self = test_api_new_idle ();

  test_api_serve (self, 0);
  return self;
}

void
test_api_kill (TestApi *self)
{
  g_subprocess_force_exit (self->program);
  g_assert_true (g_subprocess_wait (self->program, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (self->program));
  g_assert_cmpint (g_subprocess_get_term_sig (self->program), ==, SIGKILL);
  g_clear_object (&self->program);
  g_assert_cmpint (g_remove (self->log), ==, 0);
  g_clear_pointer (&self->log, g_free);
}

void
test_api_spawn (TestApi            *self,
                const char         *program,
                const char *const  *arguments)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) argv = NULL;
  g_autoptr(GDataInputStream) output = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;

  g_clear_pointer (&self->portal, mainstay_portal_free);
  self->log = g_strconcat (self->directory, ".log", NULL);
  g_subprocess_launcher_set_stderr_file_path (launcher, self->log);
  /* A sanitizer keeps what was freed, which is no use of memory by the program. */
  g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", "quarantine_size_mb=4:"
                                "fast_unwind_on_malloc=0:malloc_context_size=12", TRUE);
  g_strv_builder_add_many (builder, program, "serve", "--data", self->directory,
                           "--requests-per-minute", "0", NULL);
  if (arguments != NULL)
    g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);
  self->program = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->program));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "Listening on http"));
  g_assert_cmpint (sscanf (strrchr (line, ':'), ":%u", &self->port), ==, 1);
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
test_api_free (TestApi *self)
{
  if (self->thread != NULL)
    {
      g_main_context_invoke (self->context, quit_cb, self->loop);
      g_thread_join (self->thread);
    }
  if (self->program != NULL)
    {
      g_subprocess_send_signal (self->program, SIGTERM);
      g_assert_true (g_subprocess_wait_check (self->program, NULL, NULL));
      g_assert_cmpint (g_remove (self->log), ==, 0);
    }
  g_clear_object (&self->program);
  g_clear_pointer (&self->log, g_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->portal, mainstay_portal_free);
  remove_tree (self->directory);
  for (char ***text = (char **[]) { &self->directory, &self->ann_key, &self->ben_key,
                                    &self->eve_key, &self->shop, &self->desk, &self->test,
                                    &self->production, &self->acceptance, &self->odd,
                                    &self->desk_test, &self->package, &self->old_package, NULL };
       *text != NULL; text++)
    g_clear_pointer (*text, g_free);
  g_free (self);
}

static char *
make_request (TestApi    *self,
              const char *user,
              const char *key,
              const char *method,
              const char *path,
              const char *headers,
              const char *body)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n", method,
                   path, self->port);
  if (user != NULL)
    g_string_append_printf (text, "Mendix-Username: %s\r\nMendix-ApiKey: %s\r\n", user, key);
  if (headers != NULL)
    g_string_append (text, headers);
  if (body != NULL)
    g_string_append_printf (text, "Content-Length: %" G_GSIZE_FORMAT "\r\n", strlen (body));
  g_string_append_printf (text, "\r\n%s", body != NULL ? body : "");
  return g_string_free (text, FALSE);
}

char *
test_api_request (TestApi    *self,
                  const char *method,
                  const char *path,
                  const char *headers,
                  const char *body)
{
  return make_request (self, "ann@example.com", self->ann_key, method, path, headers, body);
}

TestReply *
test_api_call_as (TestApi    *self,
                  const char *user,
                  const char *key,
                  const char *method,
                  const char *path,
                  const char *headers,
                  const char *body)
{
  g_autofree char *text = make_request (self, user, key, method, path, headers, body);

  return test_api_raw (self->port, text, -1);
}

TestReply *
test_api_call (TestApi    *self,
               const char *method,
               const char *path,
               const char *headers,
               const char *body)
{
  return test_api_call_as (self, "ann@example.com", self->ann_key, method, path, headers, body);
}

char *
test_api_path (const char *project,
               const char *environment,
               const char *format,
               ...)
{
  g_autofree char *rest = NULL;
  va_list args;

  va_start (args, format);
  rest = g_strdup_vprintf (format, args);
  va_end (args);
  return g_strdup_printf ("/api/v2/apps/%s/environments/%s%s", project, environment, rest);
}

TestReply *
test_api_follow (TestApi    *self,
                 const char *path)
{
  for (;;)
    {
      g_autoptr(TestReply) reply = test_api_call (self, "GET", path, NULL, NULL);
      const char *state;

      g_assert_cmpuint (reply->status, ==, 200);
      state = test_reply_string (reply, "state");
      if (strcmp (state, "completed") == 0 || strcmp (state, "failed") == 0)
        return g_steal_pointer (&reply);
      g_assert_true (strcmp (state, "queued") == 0 || strcmp (state, "running") == 0);
      g_usleep (10000);
    }
}

static const char *
project_of (TestApi    *self,
            const char *environment)
{
  return environment == self->desk_test ? self->desk : self->shop;
}

char *
test_api_make_backup (TestApi    *self,
                      const char *environment)
{
  const char *project = project_of (self, environment);
  g_autofree char *path = test_api_path (project, environment, "/snapshots");
  g_autoptr(TestReply) reply = test_api_call (self, "POST", path, NULL, "{}");
  g_autoptr(TestReply) done = NULL;
  g_autofree char *status_path = NULL;
  char *id;

  g_assert_cmpuint (reply->status, ==, 200);
  id = g_strdup (test_reply_string (reply, "snapshot_id"));
  status_path = g_strconcat (path, "/", id, NULL);
  done = test_api_follow (self, status_path);
  g_assert_cmpstr (test_reply_string (done, "state"), ==, "completed");
  test_api_wait (self);
  return id;
}

char *
test_api_make_link (TestApi    *self,
                    const char *environment,
                    const char *snapshot,
                    const char *data_type)
{
  g_autofree char *path = test_api_path (project_of (self, environment), environment,
                                         "/snapshots/%s/archives", snapshot);
  g_autofree char *query = g_strdup_printf ("%s?data_type=%s", path, data_type);
  g_autoptr(TestReply) reply = test_api_call (self, "POST", query, NULL, NULL);
  g_autoptr(TestReply) done = NULL;
  g_autofree char *status_path = NULL;
  g_autofree char *origin = g_strdup_printf ("http://127.0.0.1:%u/", self->port);
  const char *url;

  g_assert_cmpuint (reply->status, ==, 200);
  status_path = g_strconcat (path, "/", test_reply_string (reply, "archive_id"), NULL);
  done = test_api_follow (self, status_path);
  g_assert_cmpstr (test_reply_string (done, "state"), ==, "completed");
  url = test_reply_string (done, "url");
  g_assert_nonnull (url);
  g_assert_true (g_str_has_prefix (url, origin));
  return g_strdup (url + strlen (origin) - 1);
}

char *
test_api_fake_link (TestApi *self,
                    gint64   size)
{
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (mainstay_portal_get_database (self->portal), NULL);
  g_autofree char *snapshot_id = g_uuid_string_random ();
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *path = mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_ARCHIVES, id);
  MainstayPortalSnapshot snapshot = { NULL };
  MainstayPortalArchive archive = { NULL };
  gint64 now = mainstay_time_now ();
  int fd = g_open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  g_assert_true (g_close (fd, NULL));
  snapshot.id = snapshot_id;
  snapshot.environment_id = self->test;
  snapshot.state = MAINSTAY_JOB_COMPLETED;
  snapshot.type = (char *) "manual";
  snapshot.created_at = snapshot.updated_at = now;
  snapshot.expires_at = now + 86400000;
  archive.id = id;
  archive.snapshot_id = snapshot_id;
  archive.data_type = (char *) "files_only";
  archive.state = MAINSTAY_JOB_COMPLETED;
  archive.created_at = archive.updated_at = now;
  archive.expires_at = now + 3600000;
  archive.token = (char *) "0123456789abcdef0123456789abcdef";
  archive.file_name = (char *) "files-01234567-202611230600.tar.gz";
  archive.size = size;
  g_assert_true (mainstay_portal_store_add_snapshot (tx, &snapshot, NULL));
  g_assert_true (mainstay_portal_store_add_archive (tx, &archive, NULL));
  g_assert_true (mainstay_portal_store_measure_archive (tx, &archive, NULL));
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
  return g_strconcat ("/archives/", archive.token, "/", archive.file_name, NULL);
}

void
test_api_add_file (TestApi *self,
                   size_t   size)
{
  g_autofree char *files = test_api_dup_files (self, self->test);
  g_autofree char *folder = g_build_filename (files, "ab", "cd", NULL);
  g_autofree char *path = g_build_filename (folder, "abcdabcd-0000-4000-8000-000000000000", NULL);
  g_autofree guint32 *data = g_new (guint32, size / 4);

  for (size_t i = 0; i < size / 4; i++)
    data[i] = g_random_int ();
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, (char *) data, (gssize) size, NULL));
}

char *
test_api_dup_database (TestApi    *self,
                       const char *environment)
{
  return g_build_filename (self->directory, "environments", environment, "app.sqlite", NULL);
}

char *
test_api_dup_files (TestApi    *self,
                    const char *environment)
{
  return g_build_filename (self->directory, "environments", environment, "files", NULL);
}

int
test_api_count_rows (const char *database)
{
  sqlite3 *db;
  sqlite3_stmt *query;
  int count = -1;

  g_assert_cmpint (sqlite3_open_v2 (database, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  if (sqlite3_prepare_v2 (db, "SELECT count(*) FROM item", -1, &query, NULL) == SQLITE_OK)
    {
      g_assert_cmpint (sqlite3_step (query), ==, SQLITE_ROW);
      count = sqlite3_column_int (query, 0);
      sqlite3_finalize (query);
    }
  sqlite3_close (db);
  return count;
}

void
test_api_wait (TestApi *self)
{
  if (self->portal != NULL)
    g_assert_true (mainstay_portal_wait (self->portal, JOB_TIMEOUT_MS));
}

char *
test_api_upload (TestApi    *self,
                 const char *metadata,
                 GBytes     *bytes)
{
  size_t size = g_bytes_get_size (bytes);
  g_autofree char *headers = g_strdup_printf (
    "Tus-Resumable: 1.0.0\r\nUpload-Length: %" G_GSIZE_FORMAT "\r\nUpload-Metadata: %s\r\n"
    "Content-Type: application/offset+octet-stream\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n",
    size, metadata, size);
  g_autofree char *request =
    test_api_request (self, "POST", "/api/mainstay/1/uploads", headers, NULL);
  g_autoptr(GSocketConnection) connection = test_api_connect (self->port);
  g_autoptr(TestReply) reply = NULL;

  test_api_write (connection, request, -1);
  test_api_write (connection, g_bytes_get_data (bytes, NULL), (gssize) size);
  reply = test_api_read (connection);
  g_assert_cmpuint (reply->status, ==, 201);
  return g_path_get_basename (test_reply_header (reply, "location"));
}
