/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "kill-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "mainstay-json.h"
#include "mainstay-portal-files.h"
#include "stored.h"

#define N_FILES 40
#define FILE_SIZE (64 * 1024)
#define UPLOADS "/api/mainstay/1/uploads"
#define DATABASE "shop"
#define PATIENCE (60 * G_TIME_SPAN_SECOND)

static const char *const tables[N_KILL_ACTIONS] = { "snapshots", "restores", "data_uploads",
                                                    "archives" };

const char *
kill_fixture_get_table (KillAction action)
{
  return tables[action];
}

static gint64
ask_records (KillFixture *self,
             const char *sql)
{
  g_autofree char *records = g_build_filename (self->api->directory, "portal.db", NULL);

  return portal_fixture_number (records, sql);
}

gint64
kill_fixture_count (KillFixture *self,
                    KillAction   action,
                    const char  *condition)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE %s", tables[action],
                                          condition);

  return ask_records (self, sql);
}

static char *
take_picture_of_database (KillFixture *self)
{
  g_autofree char *database = NULL;

  if (self->cluster != NULL)
    return test_cluster_picture (self->cluster, DATABASE);
  database = test_api_dup_database (self->api, self->api->test);
  g_assert_cmpint (portal_fixture_number (database, "SELECT count(*) FROM pragma_integrity_check"
                                          " WHERE integrity_check = 'ok'"), ==, 1);
  return g_strdup_printf (
    "%" G_GINT64_FORMAT " items, %" G_GINT64_FORMAT " characters",
    portal_fixture_number (database, "SELECT count(*) FROM item"),
    portal_fixture_number (database, "SELECT sum(length(name)) FROM item"));
}

static char *
take_picture (KillFixture *self)
{
  g_autofree char *database = take_picture_of_database (self);
  g_autofree char *files = test_api_dup_files (self->api, self->api->test);
  g_autofree char *tree = portal_fixture_digest_tree (files);

  return g_strconcat (database, "\n", tree, NULL);
}

static void
add_files (KillFixture *self)
{
  g_autofree char *files = test_api_dup_files (self->api, self->api->test);
  g_autofree guint32 *data = g_new (guint32, FILE_SIZE / 4);

  for (int i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02x%02xbbbb-0000-4000-8000-%012d", i * 5, i, i);
      g_autofree char *part = g_strdup_printf ("%.2s/%.2s", name, name + 2);
      g_autofree char *folder = g_build_filename (files, part, NULL);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      for (size_t j = 0; j < FILE_SIZE / 4; j++)
        data[j] = g_random_int ();
      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      g_assert_true (g_file_set_contents (path, (char *) data, FILE_SIZE, NULL));
    }
}

static void
change_rows (KillFixture *self,
             int          round)
{
  g_autofree char *database = NULL;
  g_autofree char *sql = NULL;

  if (self->cluster != NULL)
    {
      sql = g_strdup_printf ("DELETE FROM log WHERE id %% 3 = 0;"
                             "INSERT INTO \"select\" VALUES ('round %d')", round);
      test_cluster_execute (self->cluster, DATABASE, sql);
      return;
    }
  sql = g_strdup_printf ("DELETE FROM item WHERE id %% 3 = 0;"
                         "UPDATE item SET name = name || ' %d'", round);
  database = test_api_dup_database (self->api, self->api->test);
  portal_fixture_execute (database, sql);
}

/* Something of both kinds of data that no backup has. */
static void
change_data (KillFixture *self,
             int          round)
{
  g_autofree char *files = test_api_dup_files (self->api, self->api->test);
  g_autofree char *folder = g_build_filename (files, "cc", "cc", NULL);
  g_autofree char *path = g_build_filename (folder, "ccccbbbb-0000-4000-8000-000000000000", NULL);
  g_autofree char *text = g_strdup_printf ("round %d", round);

  change_rows (self, round);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static GBytes *
download (KillFixture *self,
          const char *data_type)
{
  g_autofree char *link = test_api_make_link (self->api, self->api->test, self->base, data_type);
  g_autoptr(TestReply) reply = test_api_call (self->api, "GET", link, NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  return g_bytes_ref (reply->body);
}

/* Killed rounds leave theirs unused, of which a user may have only so many. */
static void
forget_upload (KillFixture *self,
               char    **id)
{
  g_autofree char *path = *id != NULL ? g_strconcat (UPLOADS "/", *id, NULL) : NULL;
  g_autoptr(TestReply) reply = NULL;

  if (path != NULL)
    reply = test_api_call (self->api, "DELETE", path, "Tus-Resumable: 1.0.0\r\n", NULL);
  g_assert_true (reply == NULL || reply->status == 204 || reply->status == 404);
  g_clear_pointer (id, g_free);
}

static void
deploy_when_empty (KillFixture *self)
{
  g_autofree char *body = g_strdup_printf ("{\"PackageId\": \"%s\"}", self->api->package);
  g_autoptr(TestReply) now = test_api_call (self->api, "GET", "/api/1/apps/shop/environments/Test",
                                            NULL, NULL);
  g_autoptr(TestReply) deployed = NULL;

  if (strcmp (test_reply_string (now, "Status"), "Empty") != 0)
    return;
  deployed = test_api_call (self->api, "POST", "/api/1/apps/shop/environments/Test/transport", NULL,
                            body);
  g_assert_cmpuint (deployed->status, ==, 200);
}

static char *
make_request (KillFixture *self,
              KillAction   action)
{
  TestApi *api = self->api;
  g_autofree char *path = NULL;
  g_autofree char *body = NULL;

  switch (action)
    {
    case KILL_CREATE:
      path = test_api_path (api->shop, api->test, "/snapshots");
      break;
    case KILL_RESTORE:
      path = test_api_path (api->shop, api->test, "/restores?source_snapshot_id=%s", self->base);
      break;
    case KILL_UPLOAD:
      path = test_api_path (api->shop, api->test, "/data-uploads");
      body = g_strdup_printf ("{\"database\": \"%s\", \"files\": \"%s\"}", self->dump_id,
                              self->files_id);
      break;
    case KILL_ARCHIVE:
      path = test_api_path (api->shop, api->test, "/snapshots/%s/archives", self->base);
      break;
    case N_KILL_ACTIONS:
    default:
      g_assert_not_reached ();
    }
  return test_api_request (api, "POST", path, NULL, body);
}

char *
kill_fixture_dup_order_path (KillFixture *self)
{
  return g_strconcat (self->api->directory, KILL_ORDER_SUFFIX, NULL);
}

/* Counted from the request on. */
static void
give_order (KillFixture *self)
{
  g_autofree char *path = kill_fixture_dup_order_path (self);
  g_autofree char *number = g_strdup_printf ("%d", self->step);

  if (self->step > 0)
    g_assert_true (g_file_set_contents (path, number, -1, NULL));
}

/* With a server, some is left for after the start or the end, so that it may be slow or away. */
static gboolean
is_settled (KillFixture *self)
{
  g_autofree char *journals = g_build_filename (self->api->directory, "journals", NULL);

  return portal_fixture_is_empty (journals) &&
         ask_records (self, "SELECT count(*) FROM actions") == 0;
}

static void
await_settled (KillFixture *self)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  g_autofree char *databases = NULL;

  if (self->cluster == NULL)
    return;
  while (!is_settled (self))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (5000);
    }
  databases = test_cluster_list (self->cluster);
  g_assert_cmpstr (databases, ==, self->databases);
  test_cluster_await_no_programs (self->cluster);
}

GSocketConnection *
kill_fixture_begin (KillFixture *self,
                    KillAction   action,
                    int          round)
{
  GSocketConnection *connection;
  g_autofree char *request = NULL;

  await_settled (self);
  deploy_when_empty (self);
  change_data (self, round);
  if (action == KILL_UPLOAD)
    {
      forget_upload (self, &self->dump_id);
      forget_upload (self, &self->files_id);
      self->dump_id = test_api_upload (self->api, "filename ZGF0YQ==,kind ZGF0YWJhc2U=",
                                       self->dump);
      self->files_id = test_api_upload (self->api, "filename ZGF0YQ==,kind ZmlsZXM=", self->files);
    }
  g_clear_pointer (&self->before, g_free);
  self->before = take_picture (self);
  g_assert_cmpstr (self->before, !=, self->restored);
  for (KillAction i = 0; i < N_KILL_ACTIONS; i++)
    {
      self->counts[i] = kill_fixture_count (self, i, "1");
      self->completed[i] = kill_fixture_count (self, i, "state = 'completed'");
    }
  self->failed = kill_fixture_count (self, action, "state = 'failed'");
  request = make_request (self, action);
  connection = test_api_connect (self->api->port);
  give_order (self);
  test_api_write (connection, request, -1);
  return connection;
}

static void
assert_empty (KillFixture *self,
              const char *folder)
{
  g_autofree char *path = g_build_filename (self->api->directory, folder, NULL);
  g_autofree char *tree = portal_fixture_digest_tree (path);

  g_assert_cmpstr (tree, ==, "");
}

/* Each manifest in snapshots is a completed backup's, and all it leads to is there. */
static void
assert_snapshots_whole (KillFixture *self)
{
  g_autofree char *folder = g_build_filename (self->api->directory, "snapshots", NULL);
  g_autofree char *to = g_build_filename (self->api->directory, "extracted", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  gint64 n_files = 0;
  const char *name;

  for (; (name = g_dir_read_name (dir)) != NULL; n_files++)
    {
      stored_extract (self->api->directory, name, to);
      g_assert_true (mainstay_portal_remove_tree (to, NULL));
    }
  g_assert_cmpint (n_files, ==, kill_fixture_count (self, KILL_CREATE, "state = 'completed'"));
}

static void
assert_archives_whole (KillFixture *self)
{
  g_autofree char *folder = g_build_filename (self->api->directory, "archives", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  gint64 n_files = 0;
  const char *name;

  for (; (name = g_dir_read_name (dir)) != NULL; n_files++)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *condition = NULL;
      GStatBuf status;

      g_assert_cmpint (g_stat (path, &status), ==, 0);
      condition = g_strdup_printf ("id = '%s' AND state = 'completed' AND size = %"
                                   G_GINT64_FORMAT, name, (gint64) status.st_size);
      g_assert_cmpint (kill_fixture_count (self, KILL_ARCHIVE, condition), ==, 1);
    }
  g_assert_cmpint (n_files, ==, kill_fixture_count (self, KILL_ARCHIVE, "state = 'completed'"));
}

static void
assert_reason (KillFixture *self,
               const char  *message)
{
  if (self->is_server)
    g_assert_true (g_str_has_prefix (message, "The database server cannot be reached: "));
  else
    g_assert_cmpstr (message, ==, "The portal was stopped while this ran.");
}

/* What a client sees. */
static void
assert_list (KillFixture *self,
             const char *what,
             const char *name)
{
  g_autofree char *path = test_api_path (self->api->shop, self->api->test, "/%s", what);
  g_autoptr(TestReply) reply = test_api_call (self->api, "GET", path, NULL, NULL);
  JsonArray *array;

  g_assert_cmpuint (reply->status, ==, 200);
  array = json_object_get_array_member (test_reply_object (reply), name);
  for (unsigned int i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = json_array_get_object_element (array, i);
      const char *state = mainstay_json_get_string (object, "state");

      if (strcmp (state, "completed") == 0)
        continue;
      g_assert_cmpstr (state, ==, "failed");
      assert_reason (self, mainstay_json_get_string (object, strcmp (what, "activity") == 0
                                                               ? "message" : "status_message"));
    }
}

static void
assert_environment (KillFixture *self,
                    KillAction   action)
{
  g_autofree char *after = take_picture (self);
  g_autofree char *folder =
    g_build_filename (self->api->directory, "environments", self->api->test, NULL);
  g_autoptr(TestReply) reply = test_api_call (self->api, "GET",
                                              "/api/1/apps/shop/environments/Test", NULL, NULL);
  g_autofree char *sql = g_strdup_printf (
    "SELECT count(*) FROM (SELECT state FROM %s ORDER BY seq DESC LIMIT 1)"
    " WHERE state = 'completed'", tables[action]);
  gboolean is_new = kill_fixture_count (self, action, "1") > self->counts[action] &&
                    ask_records (self, sql) > 0;
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_cmpstr (after, ==, is_new && (action == KILL_RESTORE || action == KILL_UPLOAD)
                                ? self->restored : self->before);
  g_assert_cmpstr (test_reply_string (reply, "Status"), ==,
                   is_new && action == KILL_UPLOAD ? "Empty" : "Stopped");
  /* Nothing of the other stays beside it. */
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, ".mainstay-"));
  g_assert_cmpint (ask_records (self, "SELECT count(*) FROM actions"), ==, 0);
  g_assert_cmpint (ask_records (self, "SELECT count(*) FROM pins"), ==, 0);
}

void
kill_fixture_await_record (KillFixture *self,
                           KillAction   action)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while (kill_fixture_count (self, action, "1") == self->counts[action])
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (200);
    }
}

static gboolean
is_pending (KillFixture *self,
            KillAction   action)
{
  return kill_fixture_count (self, action, "1") == self->counts[action] ||
         kill_fixture_count (self, action, "state IN ('queued', 'running')") > 0;
}

void
kill_fixture_await_end (KillFixture *self,
                        KillAction   action,
                        const char  *path)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while ((path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS)) && is_pending (self, action))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (500);
    }
}

void
kill_fixture_spawn (KillFixture *self)
{
  test_api_spawn (self->api, self->program, (const char *[]) { "--quiet", NULL });
}

gboolean
kill_fixture_recover (KillFixture *self,
                      KillAction   action,
                      const char  *when)
{
  kill_fixture_spawn (self);
  return kill_fixture_look (self, action, when);
}

gboolean
kill_fixture_look (KillFixture *self,
                   KillAction   action,
                   const char  *when)
{
  gboolean was_interrupted;

  was_interrupted = kill_fixture_count (self, action, "state = 'failed'") > self->failed;
  g_test_message ("%s %s: %s", tables[action], when,
                  was_interrupted ? "interrupted"
                                  : kill_fixture_count (self, action, "1") > self->counts[action]
                                      ? "completed" : "not begun");
  assert_list (self, "snapshots", "snapshots");
  assert_list (self, "restores", "restores");
  assert_list (self, "activity", "entries");
  assert_empty (self, "staging");
  await_settled (self);
  assert_empty (self, "journals");
  for (KillAction i = 0; i < N_KILL_ACTIONS; i++)
    g_assert_cmpint (kill_fixture_count (self, i, "state = 'completed'"), >=, self->completed[i]);
  assert_snapshots_whole (self);
  assert_archives_whole (self);
  assert_environment (self, action);
  return was_interrupted;
}

void
kill_fixture_forget_archives (KillFixture *self)
{
  g_autofree char *folder = g_build_filename (self->api->directory, "archives", NULL);
  g_autofree char *records = g_build_filename (self->api->directory, "portal.db", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  portal_fixture_execute (records, "DELETE FROM archives");
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}


void
kill_fixture_set_up (KillFixture *self,
                     const char  *program,
                     TestCluster *cluster)
{
  self->program = program;
  self->cluster = cluster;
  self->api = test_api_new_idle ();
  add_files (self);
  if (cluster != NULL)
    {
      g_autofree char *uri = test_cluster_uri (cluster, DATABASE);

      test_cluster_make (cluster, DATABASE, 1);
      test_cluster_attach (self->api->portal, self->api->test, uri);
      self->databases = test_cluster_list (cluster);
      /* A sequence skips some when a server ends so soon after it was used. */
      test_cluster_execute (cluster, DATABASE, "CHECKPOINT");
    }
  kill_fixture_spawn (self);
  self->base = test_api_make_backup (self->api, self->api->test);
  self->restored = take_picture (self);
  self->dump = download (self, "database_only");
  self->files = download (self, "files_only");
  kill_fixture_forget_archives (self);
}

void
kill_fixture_tear_down (KillFixture *self)
{
  g_autofree char *last = NULL;

  await_settled (self);
  deploy_when_empty (self);
  last = test_api_make_backup (self->api, self->api->test);
  g_clear_pointer (&self->api, test_api_free);
  if (self->cluster != NULL)
    test_cluster_execute (self->cluster, "postgres", "DROP DATABASE " DATABASE " WITH (FORCE)");
  for (char ***text = (char **[]) { &self->base, &self->restored, &self->before,
                                    &self->databases, &self->dump_id, &self->files_id, NULL };
       *text != NULL; text++)
    g_clear_pointer (*text, g_free);
  g_clear_pointer (&self->dump, g_bytes_unref);
  g_clear_pointer (&self->files, g_bytes_unref);
}
