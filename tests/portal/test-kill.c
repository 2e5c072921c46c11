/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "mainstay-json.h"
#include "mainstay-portal-files.h"
#include "portal-fixture.h"
#include "stored.h"
#include "test-api-fixture.h"

/* The real program, killed in the middle of each kind of job: whatever the moment, the next start
 * finds every environment wholly old or wholly new, and lists nothing half made. */

/* In the course of the job; there is one more before it begins. */
#define ROUNDS 2
/* Before a change of the disk, of those that the job makes. */
#define STEPS 3
#define MOST_STEPS 400
#define N_FILES 40
#define FILE_SIZE (64 * 1024)
#define UPLOADS "/api/mainstay/1/uploads"

static const char *program;
static const char *library; /* nullable: tests/faults/kill-at.c */
static int rounds = ROUNDS;
static gboolean at_each_step;

typedef enum { CREATE, RESTORE, UPLOAD, ARCHIVE, N_ACTIONS } Action;

typedef struct
{
  TestApi *api;
  char *base;      /* the snapshot that is restored and packed */
  char *restored;  /* the environment as it holds it */
  char *before;    /* the environment as it was when the action began */
  GBytes *dump;    /* what is uploaded: the same data */
  GBytes *files;
  char *dump_id;   /* the uploads of this round */
  char *files_id;
  gint64 counts[N_ACTIONS]; /* records of each kind before the action */
  int step;        /* the change of the disk before which the program ends, 0: it does not */
} Fixture;

static gint64
ask_records (Fixture    *self,
             const char *sql)
{
  g_autofree char *records = g_build_filename (self->api->directory, "portal.db", NULL);

  return portal_fixture_number (records, sql);
}

static char *
take_picture (Fixture *self)
{
  g_autofree char *database = test_api_dup_database (self->api, self->api->test);
  g_autofree char *files = test_api_dup_files (self->api, self->api->test);
  g_autofree char *tree = portal_fixture_digest_tree (files);

  g_assert_cmpint (portal_fixture_number (database, "SELECT count(*) FROM pragma_integrity_check"
                                          " WHERE integrity_check = 'ok'"), ==, 1);
  return g_strdup_printf (
    "%" G_GINT64_FORMAT " items, %" G_GINT64_FORMAT " characters\n%s",
    portal_fixture_number (database, "SELECT count(*) FROM item"),
    portal_fixture_number (database, "SELECT sum(length(name)) FROM item"), tree);
}

static void
add_files (Fixture *self)
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

/* Something of both kinds of data that no backup has. */
static void
change_data (Fixture *self,
             int      round)
{
  g_autofree char *database = test_api_dup_database (self->api, self->api->test);
  g_autofree char *files = test_api_dup_files (self->api, self->api->test);
  g_autofree char *folder = g_build_filename (files, "cc", "cc", NULL);
  g_autofree char *path = g_build_filename (folder, "ccccbbbb-0000-4000-8000-000000000000", NULL);
  g_autofree char *sql = g_strdup_printf ("DELETE FROM item WHERE id %% 3 = 0;"
                                          "UPDATE item SET name = name || ' %d'", round);
  g_autofree char *text = g_strdup_printf ("round %d", round);

  portal_fixture_execute (database, sql);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static GBytes *
download (Fixture    *self,
          const char *data_type)
{
  g_autofree char *link = test_api_make_link (self->api, self->api->test, self->base, data_type);
  g_autoptr(TestReply) reply = test_api_call (self->api, "GET", link, NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  return g_bytes_ref (reply->body);
}

/* Killed rounds leave theirs unused, of which a user may have only so many. */
static void
forget_upload (Fixture  *self,
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
deploy_when_empty (Fixture *self)
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

static const char *const tables[N_ACTIONS] = { "snapshots", "restores", "data_uploads",
                                               "archives" };

static gint64
count (Fixture    *self,
       Action      action,
       const char *condition)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE %s", tables[action],
                                          condition);

  return ask_records (self, sql);
}

static char *
make_request (Fixture *self,
              Action   action)
{
  TestApi *api = self->api;
  g_autofree char *path = NULL;
  g_autofree char *body = NULL;

  switch (action)
    {
    case CREATE:
      path = test_api_path (api->shop, api->test, "/snapshots");
      break;
    case RESTORE:
      path = test_api_path (api->shop, api->test, "/restores?source_snapshot_id=%s", self->base);
      break;
    case UPLOAD:
      path = test_api_path (api->shop, api->test, "/data-uploads");
      body = g_strdup_printf ("{\"database\": \"%s\", \"files\": \"%s\"}", self->dump_id,
                              self->files_id);
      break;
    case ARCHIVE:
      path = test_api_path (api->shop, api->test, "/snapshots/%s/archives", self->base);
      break;
    case N_ACTIONS:
    default:
      g_assert_not_reached ();
    }
  return test_api_request (api, "POST", path, NULL, body);
}

static char *
get_order_path (Fixture *self)
{
  return g_strconcat (self->api->directory, ".kill-at", NULL);
}

/* Counted from the request on. */
static void
give_order (Fixture *self)
{
  g_autofree char *path = get_order_path (self);
  g_autofree char *number = g_strdup_printf ("%d", self->step);

  if (self->step > 0)
    g_assert_true (g_file_set_contents (path, number, -1, NULL));
}

/* Leaves the answer unread: the program may be gone before it comes. */
static GSocketConnection *
begin (Fixture *self,
       Action   action,
       int      round)
{
  GSocketConnection *connection;
  g_autofree char *request = NULL;

  deploy_when_empty (self);
  change_data (self, round);
  if (action == UPLOAD)
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
  for (Action i = 0; i < N_ACTIONS; i++)
    self->counts[i] = count (self, i, "1");
  request = make_request (self, action);
  connection = test_api_connect (self->api->port);
  give_order (self);
  test_api_write (connection, request, -1);
  return connection;
}

static void
assert_empty (Fixture    *self,
              const char *folder)
{
  g_autofree char *path = g_build_filename (self->api->directory, folder, NULL);
  g_autofree char *tree = portal_fixture_digest_tree (path);

  g_assert_cmpstr (tree, ==, "");
}

/* Each manifest in snapshots is a completed backup's, and all it leads to is there. */
static void
assert_snapshots_whole (Fixture *self)
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
  g_assert_cmpint (n_files, ==, count (self, CREATE, "state = 'completed'"));
}

static void
assert_archives_whole (Fixture *self)
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
      g_assert_cmpint (count (self, ARCHIVE, condition), ==, 1);
    }
  g_assert_cmpint (n_files, ==, count (self, ARCHIVE, "state = 'completed'"));
}

/* What a client sees. */
static void
assert_list (Fixture    *self,
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
      g_assert_cmpstr (mainstay_json_get_string (object, strcmp (what, "activity") == 0
                                                           ? "message" : "status_message"),
                       ==, "The portal was stopped while this ran.");
    }
}

static void
assert_environment (Fixture *self,
                    Action   action)
{
  g_autofree char *after = take_picture (self);
  g_autofree char *folder =
    g_build_filename (self->api->directory, "environments", self->api->test, NULL);
  g_autoptr(TestReply) reply = test_api_call (self->api, "GET",
                                              "/api/1/apps/shop/environments/Test", NULL, NULL);
  g_autofree char *sql = g_strdup_printf (
    "SELECT count(*) FROM (SELECT state FROM %s ORDER BY seq DESC LIMIT 1)"
    " WHERE state = 'completed'", tables[action]);
  gboolean is_new = count (self, action, "1") > self->counts[action] && ask_records (self, sql) > 0;
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_cmpstr (after, ==, is_new && (action == RESTORE || action == UPLOAD)
                                ? self->restored : self->before);
  g_assert_cmpstr (test_reply_string (reply, "Status"), ==,
                   is_new && action == UPLOAD ? "Empty" : "Stopped");
  /* Nothing of the other stays beside it. */
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, ".mainstay-"));
  g_assert_cmpint (ask_records (self, "SELECT count(*) FROM actions"), ==, 0);
  g_assert_cmpint (ask_records (self, "SELECT count(*) FROM pins"), ==, 0);
}

static void
wait_for_record (Fixture *self,
                 Action   action)
{
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  while (count (self, action, "1") == self->counts[action])
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (200);
    }
}

/* The program has been killed @when. Returns: whether the job was begun and did not come to its
 * end. */
static gboolean
recover (Fixture    *self,
         Action      action,
         gint64      n_failed,
         const char *when)
{
  gboolean was_interrupted;

  test_api_spawn (self->api, program, (const char *[]) { "--quiet", NULL });
  was_interrupted = count (self, action, "state = 'failed'") > n_failed;
  g_test_message ("%s %s: %s", tables[action], when,
                  was_interrupted ? "interrupted"
                                  : count (self, action, "1") > self->counts[action]
                                      ? "completed" : "not begun");
  assert_list (self, "snapshots", "snapshots");
  assert_list (self, "restores", "restores");
  assert_list (self, "activity", "entries");
  assert_empty (self, "staging");
  assert_empty (self, "journals");
  assert_snapshots_whole (self);
  assert_archives_whole (self);
  assert_environment (self, action);
  return was_interrupted;
}

/* @microseconds are from the job's record on, or below zero from the request on. */
static gboolean
kill_in (Fixture *self,
         Action   action,
         int      round,
         gint64   microseconds)
{
  g_autoptr(GSocketConnection) connection = begin (self, action, round);
  gint64 n_failed = count (self, action, "state = 'failed'");
  g_autofree char *when = g_strdup_printf ("after %" G_GINT64_FORMAT " us", microseconds);

  if (microseconds >= 0)
    wait_for_record (self, action);
  g_usleep ((gulong) ABS (microseconds));
  test_api_kill (self->api);
  return recover (self, action, n_failed, when);
}

static gboolean
is_pending (Fixture *self,
            Action   action)
{
  return count (self, action, "1") == self->counts[action] ||
         count (self, action, "state IN ('queued', 'running')") > 0;
}

/* (transfer full) (nullable): what the program was about to do, once it is killed; %NULL when the
 * job has come to its end instead */
static char *
wait_for_step (Fixture *self,
               Action   action)
{
  g_autofree char *order = get_order_path (self);
  g_autofree char *path = g_strconcat (order, ".step", NULL);
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  char *text = NULL;

  while (!g_file_test (path, G_FILE_TEST_EXISTS) && is_pending (self, action))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (500);
    }
  test_api_kill (self->api);
  g_file_get_contents (path, &text, NULL, NULL);
  g_unlink (path);
  g_unlink (order);
  return text;
}

/* Returns: whether the job got as far as to the change of the disk of that number */
static gboolean
kill_before (Fixture *self,
             Action   action,
             int      number)
{
  g_autofree char *order = get_order_path (self);
  g_autoptr(GSocketConnection) connection = NULL;
  g_autofree char *step = NULL;
  g_autofree char *when = NULL;
  gint64 n_failed;

  test_api_kill (self->api);
  setenv ("LD_PRELOAD", library, TRUE);
  setenv ("KILL_AT", order, TRUE);
  test_api_spawn (self->api, program, (const char *[]) { "--quiet", NULL });
  unsetenv ("LD_PRELOAD");
  unsetenv ("KILL_AT");
  self->step = number;
  connection = begin (self, action, 1000 + number);
  self->step = 0;
  n_failed = count (self, action, "state = 'failed'");
  step = wait_for_step (self, action);
  when = g_strdup_printf ("before %d, %s", number, step != NULL ? step : "none");
  recover (self, action, n_failed, when);
  return step != NULL;
}

/* How long the job takes when it is let. */
static gint64
measure (Fixture *self,
         Action   action)
{
  g_autoptr(GSocketConnection) connection = begin (self, action, 100 + (int) action);
  gint64 begun, end;

  wait_for_record (self, action);
  begun = g_get_monotonic_time ();
  end = begun + 60 * G_TIME_SPAN_SECOND;
  while (count (self, action, "state IN ('queued', 'running')") > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (500);
    }
  g_assert_cmpint (count (self, action, "state = 'failed'"), ==, 0);
  return g_get_monotonic_time () - begun;
}

/* The next one of it would answer at once. */
static void
forget_archives (Fixture *self)
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

/* All of them, or a few. */
static void
kill_at_steps (Fixture *self,
               Action   action)
{
  int number = at_each_step ? 1 : g_test_rand_int_range (1, 8);

  for (int i = 0; at_each_step || i < STEPS; i++)
    {
      forget_archives (self);
      if (!kill_before (self, action, number))
        break;
      number += at_each_step ? 1 : g_test_rand_int_range (1, 20);
      g_assert_cmpint (number, <, MOST_STEPS);
    }
  g_assert_cmpint (number, >, 1);
}

static void
test_kill (gconstpointer data)
{
  Action action = (Action) GPOINTER_TO_INT (data);
  Fixture self = { test_api_new_idle () };
  g_autofree char *last = NULL;
  gint64 length;
  int interrupted = 0;

  add_files (&self);
  test_api_spawn (self.api, program, (const char *[]) { "--quiet", NULL });
  self.base = test_api_make_backup (self.api, self.api->test);
  self.restored = take_picture (&self);
  self.dump = download (&self, "database_only");
  self.files = download (&self, "files_only");
  forget_archives (&self);
  length = measure (&self, action);
  for (int i = -1; i < rounds; i++)
    {
      gint64 moment = i < 0 ? -g_test_rand_int_range (1, 5000) : length * i / rounds;

      if (i > 0)
        moment += g_test_rand_int_range (0, 1 + (int) length / rounds);
      forget_archives (&self);
      interrupted += kill_in (&self, action, i, moment);
    }
  g_assert_cmpint (interrupted, >, 0);
  if (library != NULL)
    kill_at_steps (&self, action);
  /* And it goes on as if nothing had been. */
  deploy_when_empty (&self);
  last = test_api_make_backup (self.api, self.api->test);
  g_clear_pointer (&self.api, test_api_free);
  g_clear_pointer (&self.base, g_free);
  g_clear_pointer (&self.restored, g_free);
  g_clear_pointer (&self.before, g_free);
  g_clear_pointer (&self.dump_id, g_free);
  g_clear_pointer (&self.files_id, g_free);
  g_clear_pointer (&self.dump, g_bytes_unref);
  g_clear_pointer (&self.files, g_bytes_unref);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, >=, 2);
  program = argv[1];
  library = argc > 2 ? argv[2] : NULL;
  if (argc > 3)
    rounds = atoi (argv[3]);
  at_each_step = argc > 3;
  g_test_add_data_func ("/portal/kill/create", GINT_TO_POINTER (CREATE), test_kill);
  g_test_add_data_func ("/portal/kill/restore", GINT_TO_POINTER (RESTORE), test_kill);
  g_test_add_data_func ("/portal/kill/upload", GINT_TO_POINTER (UPLOAD), test_kill);
  g_test_add_data_func ("/portal/kill/archive", GINT_TO_POINTER (ARCHIVE), test_kill);
  return g_test_run ();
}
