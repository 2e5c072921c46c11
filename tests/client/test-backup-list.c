/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <time.h>

#include "client-fixture.h"
#include "mainstay-backup-list.h"

/* The list of one environment: what is merged, what is told of it, and how long it takes. */

#define NEWEST_MS G_GINT64_CONSTANT (1763881800000)
#ifdef __SANITIZE_ADDRESS__
#define LONGEST_STALL_US (500 * 1000)
#define MANY 1000
#define VERY_MANY 5000
#else
#define LONGEST_STALL_US (50 * 1000)
#define MANY 10000
#define VERY_MANY 100000
#endif

static void
items_changed_cb (GListModel   *model,
                  unsigned int  position,
                  unsigned int  removed,
                  unsigned int  added,
                  GString      *log)
{
  if (log->len > 0)
    g_string_append (log, ", ");
  g_string_append_printf (log, "%u", position);
  if (removed > 0)
    g_string_append_printf (log, "-%u", removed);
  if (added > 0)
    g_string_append_printf (log, "+%u", added);
}

static char *
print_model (GListModel *model)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (unsigned int i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(MainstayBackup) backup = g_list_model_get_item (model, i);
      const char *id = mainstay_backup_get_id (backup);
      size_t length = strlen (id);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", length > 3 ? id + length - 3 : id);
    }
  return g_strdup (text->str);
}

static void
assert_model (MainstayBackupList *list,
              const char         *expected)
{
  g_autofree char *text = print_model (G_LIST_MODEL (list));

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_log (GString    *log,
            const char *expected)
{
  g_assert_cmpstr (log->str, ==, expected);
  g_string_truncate (log, 0);
}

static MainstayBackupList *
list_new (Fixture *fixture,
          GString *log)
{
  MainstayBackupList *list = mainstay_backup_list_new (fixture->client, fixture->app,
                                                       fixture->test);

  if (log != NULL)
    g_signal_connect (list, "items-changed", G_CALLBACK (items_changed_cb), log);
  return list;
}

static void
refresh (MainstayBackupList *list,
         int                 code)
{
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;
  gboolean good;

  mainstay_backup_list_refresh_async (list, NULL, await_cb, &await);
  g_assert_true (mainstay_backup_list_get_loading (list));
  good = mainstay_backup_list_refresh_finish (list, await_result (&await), &error);
  g_assert_false (mainstay_backup_list_get_loading (list));
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, MAINSTAY_ERROR, code);
  g_assert_true (good == (code < 0));
}

static void
merge (MainstayBackupList *list,
       const char         *id,
       const char         *created_at,
       const char         *state)
{
  g_autoptr(MainstayBackup) backup = make_backup (id, created_at, state);

  mainstay_backup_list_merge (list, backup);
}

static void
test_merge (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(GString) log = g_string_new (NULL);
  g_autoptr(MainstayBackupList) list = list_new (fixture, log);
  MainstayBackup *row;

  merge (list, "b", "2026-11-02T00:00:00.000Z", "completed");
  assert_log (log, "0+1");
  merge (list, "d", "2026-11-04T00:00:00.000Z", "completed");
  assert_log (log, "0+1");
  merge (list, "a", "2026-11-01T00:00:00.000Z", "completed");
  assert_log (log, "2+1");
  merge (list, "c", "2026-11-03T00:00:00.000Z", "completed");
  assert_log (log, "1+1");
  assert_model (list, "d c b a");
  /* The same again is no change; another answer about it changes the object, not the list. */
  row = mainstay_backup_list_find (list, "c");
  merge (list, "c", "2026-11-03T00:00:00.000Z", "completed");
  merge (list, "c", "2026-11-03T00:00:00.000Z", "failed");
  assert_log (log, "");
  g_assert_true (mainstay_backup_list_find (list, "c") == row);
  g_assert_cmpint (mainstay_backup_get_state (row), ==, MAINSTAY_JOB_FAILED);
  /* Another time puts it elsewhere. */
  merge (list, "c", "2026-11-05T00:00:00.000Z", "failed");
  assert_log (log, "1-1, 0+1");
  assert_model (list, "c d b a");
  g_assert_true (mainstay_backup_list_find (list, "c") == row);
  mainstay_backup_list_remove (list, "d");
  assert_log (log, "1-1");
  mainstay_backup_list_remove (list, "d");
  assert_log (log, "");
  assert_model (list, "c b a");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 3));
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (list)) == MAINSTAY_TYPE_BACKUP);
}

static void
test_refresh (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GString) log = g_string_new (NULL);
  g_autoptr(MainstayBackupList) list = list_new (fixture, log);
  g_autofree char *third = mainstay_test_server_seed_id (3);
  g_autofree char *fourth = mainstay_test_server_seed_id (4);
  MainstayBackup *row;

  g_assert_cmpint (mainstay_backup_list_get_total (list), ==, -1);
  g_assert_cmpint (mainstay_backup_list_get_loaded_at (list), ==, 0);
  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 6, NEWEST_MS);
  refresh (list, -1);
  assert_log (log, "0+6");
  assert_model (list, "000 001 002 003 004 005");
  g_assert_cmpint (mainstay_backup_list_get_total (list), ==, 6);
  g_assert_cmpint (mainstay_backup_list_get_loaded_at (list), >, 0);
  row = mainstay_backup_list_find (list, third);
  refresh (list, -1);
  assert_log (log, "");
  g_assert_true (mainstay_backup_list_find (list, third) == row);

  /* Gone there, gone here: in one piece where they are neighbours. */
  mainstay_test_server_remove_backup (fixture->server, MAINSTAY_TEST_ENVIRONMENT, third);
  mainstay_test_server_remove_backup (fixture->server, MAINSTAY_TEST_ENVIRONMENT, fourth);
  refresh (list, -1);
  assert_log (log, "3-2");
  assert_model (list, "000 001 002 005");
}

static void
test_pages (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(GString) log = g_string_new (NULL);
  g_autoptr(MainstayBackupList) list = list_new (fixture, log);
  g_autoptr(GPtrArray) requests = NULL;

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 1300, NEWEST_MS);
  refresh (list, -1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1300);
  requests = mainstay_test_server_dup_requests (fixture->server);
  g_assert_cmpuint (requests->len, ==, 3);
  g_assert_cmpstr (((MainstayTestRequest *) requests->pdata[0])->path, ==,
                   TEST_SNAPSHOTS "?offset=0&limit=100");
  g_assert_cmpstr (((MainstayTestRequest *) requests->pdata[1])->path, ==,
                   TEST_SNAPSHOTS "?offset=100&limit=1000");
  g_assert_cmpstr (((MainstayTestRequest *) requests->pdata[2])->path, ==,
                   TEST_SNAPSHOTS "?offset=1100&limit=1000");
  g_assert_true (g_str_has_prefix (log->str, "0+100, 100+"));
}

/* Servers that give less than asked, everything at once, or always the same. */
static void
test_odd_servers (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstayBackupList) clamped = list_new (fixture, NULL);
  g_autoptr(MainstayBackupList) whole = list_new (fixture, NULL);
  g_autoptr(MainstayBackupList) stuck = list_new (fixture, NULL);

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 250, NEWEST_MS);
  mainstay_test_server_set_largest_page (fixture->server, 30);
  refresh (clamped, -1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (clamped)), ==, 250);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==, 9);

  mainstay_test_server_forget_requests (fixture->server);
  mainstay_test_server_set_all_at_once (fixture->server, TRUE);
  refresh (whole, -1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (whole)), ==, 250);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==, 1);

  mainstay_test_server_forget_requests (fixture->server);
  mainstay_test_server_set_all_at_once (fixture->server, FALSE);
  mainstay_test_server_set_ignore_offset (fixture->server, TRUE);
  refresh (stuck, -1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (stuck)), ==, 30);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==, 2);
}

/* What happens here while the pages come is newer than they are. */
static void
test_meanwhile (Fixture       *fixture,
                gconstpointer  data)
{
  MainstayTestFault slow = { "GET", TEST_SNAPSHOTS, 1, MAINSTAY_FAULT_DELAY, .delay_ms = 100 };
  g_auto(Await) await = { NULL };
  g_autoptr(MainstayBackupList) list = list_new (fixture, NULL);
  g_autofree char *second = mainstay_test_server_seed_id (2);
  g_autofree char *first = mainstay_test_server_seed_id (1);

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 4, NEWEST_MS);
  refresh (list, -1);
  mainstay_test_server_forget_requests (fixture->server);
  mainstay_test_server_add_fault (fixture->server, &slow);
  mainstay_backup_list_refresh_async (list, NULL, await_cb, &await);
  while (mainstay_test_server_count (fixture->server, NULL, NULL) == 0)
    await_ms (5);
  /* The answer is written already. */
  merge (list, "new", "2026-11-23T06:10:00.000Z", "completed");
  merge (list, first, "2025-11-23T06:10:00.000Z", "failed");
  mainstay_backup_list_remove (list, second);
  g_assert_true (mainstay_backup_list_refresh_finish (list, await_result (&await), NULL));
  assert_model (list, "new 000 001 003");
  g_assert_cmpint (mainstay_backup_get_state (mainstay_backup_list_find (list, first)), ==,
                   MAINSTAY_JOB_FAILED);
}

static void
notify_cb (GObject      *object,
           GParamSpec   *pspec,
           unsigned int *count)
{
  (*count)++;
}

static void
test_stale (Fixture       *fixture,
            gconstpointer  data)
{
  MainstayTestFault gone = { "GET", TEST_SNAPSHOTS, 1, MAINSTAY_FAULT_ANSWER, 403 };
  g_autoptr(GString) log = g_string_new (NULL);
  g_autoptr(MainstayBackupList) list = list_new (fixture, log);
  unsigned int stale_count = 0;
  gint64 loaded_at;

  g_signal_connect (list, "notify::stale", G_CALLBACK (notify_cb), &stale_count);
  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 3, NEWEST_MS);
  refresh (list, -1);
  assert_log (log, "0+3");
  loaded_at = mainstay_backup_list_get_loaded_at (list);
  mainstay_test_server_add_fault (fixture->server, &gone);
  refresh (list, MAINSTAY_ERROR_NO_ACCESS);
  g_assert_true (mainstay_backup_list_get_stale (list));
  g_assert_error (mainstay_backup_list_get_error (list), MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS);
  g_assert_cmpint (mainstay_backup_list_get_loaded_at (list), ==, loaded_at);
  g_assert_cmpuint (stale_count, ==, 1);
  assert_log (log, "");
  assert_model (list, "000 001 002");
  refresh (list, -1);
  g_assert_false (mainstay_backup_list_get_stale (list));
  g_assert_null (mainstay_backup_list_get_error (list));
  g_assert_cmpuint (stale_count, ==, 2);
}

static void
test_half_stale (Fixture       *fixture,
                 gconstpointer  data)
{
  MainstayTestFault late = { "GET", TEST_SNAPSHOTS, 1, MAINSTAY_FAULT_DELAY, .delay_ms = 1 };
  MainstayTestFault gone = { "GET", TEST_SNAPSHOTS, 1, MAINSTAY_FAULT_ANSWER, 404 };
  g_autoptr(MainstayBackupList) list = list_new (fixture, NULL);

  merge (list, "old", "2020-01-01T00:00:00.000Z", "completed");
  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 300, NEWEST_MS);
  mainstay_test_server_add_fault (fixture->server, &late);
  mainstay_test_server_add_fault (fixture->server, &gone);
  refresh (list, MAINSTAY_ERROR_NOT_FOUND);
  /* The first page stays, and nothing is taken away on half a word. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 101);
  g_assert_nonnull (mainstay_backup_list_find (list, "old"));
}

/* Two who ask at once share one answer; one who goes away does not take it from the other. */
static void
test_join (Fixture       *fixture,
           gconstpointer  data)
{
  g_auto(Await) first = { NULL };
  g_auto(Await) second = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(MainstayBackupList) list = list_new (fixture, NULL);

  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, 3, NEWEST_MS);
  mainstay_backup_list_refresh_async (list, cancellable, await_cb, &first);
  mainstay_backup_list_refresh_async (list, NULL, await_cb, &second);
  g_cancellable_cancel (cancellable);
  g_assert_false (mainstay_backup_list_refresh_finish (list, await_result (&first), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (mainstay_backup_list_refresh_finish (list, await_result (&second), NULL));
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, NULL, NULL), ==, 1);
  assert_model (list, "000 001 002");
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  MainstayTestFault slow = { "GET", TEST_SNAPSHOTS, 1, MAINSTAY_FAULT_DELAY, .delay_ms = 300 };
  g_auto(Await) await = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(MainstayBackupList) list = list_new (fixture, NULL);

  mainstay_test_server_add_fault (fixture->server, &slow);
  mainstay_backup_list_refresh_async (list, cancellable, await_cb, &await);
  await_ms (30);
  g_cancellable_cancel (cancellable);
  g_assert_false (mainstay_backup_list_refresh_finish (list, await_result (&await), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (mainstay_backup_list_get_loading (list));
  g_assert_false (mainstay_backup_list_get_stale (list));
  await_clear (&await);
  g_assert_finalize_object (g_steal_pointer (&list));
}

static gboolean
is_finished (gpointer data)
{
  return mainstay_job_state_is_finished (mainstay_backup_get_state (data));
}

static void
states_cb (MainstayBackup *backup,
           GParamSpec     *pspec,
           GString        *log)
{
  g_string_append_printf (log, "%s ",
                          mainstay_job_state_to_string (mainstay_backup_get_state (backup)));
}

static void
test_follow (Fixture       *fixture,
             gconstpointer  data)
{
  MainstayTestFault lost = { "GET", TEST_SNAPSHOTS "/*", 2, MAINSTAY_FAULT_DROP };
  g_autoptr(GString) log = g_string_new (NULL);
  g_autoptr(GString) states = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupList) list = list_new (fixture, log);
  g_autoptr(MainstayBackup) created = NULL;
  unsigned int asked;

  mainstay_test_server_set_job_ms (fixture->server, 400);
  created = create_backup (fixture, "Followed", &error);
  g_assert_no_error (error);
  mainstay_test_server_add_fault (fixture->server, &lost);
  g_signal_connect (created, "notify::state", G_CALLBACK (states_cb), states);
  mainstay_backup_list_merge (list, created);
  assert_log (log, "0+1");
  await_condition (is_finished, created);
  g_assert_cmpstr (states->str, ==, "running completed ");
  g_assert_cmpstr (mainstay_backup_get_status_message (created), ==, "Completed backup creation");
  assert_log (log, "");
  g_assert_false (mainstay_backup_list_get_stale (list));
  /* Then nobody asks any more. */
  asked = mainstay_test_server_count (fixture->server, "GET", TEST_SNAPSHOTS "/*");
  await_ms (250);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "GET", TEST_SNAPSHOTS "/*"), ==,
                    asked);
}

static gboolean
is_empty (gpointer data)
{
  return g_list_model_get_n_items (data) == 0;
}

static void
test_follow_gone (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GString) log = g_string_new (NULL);
  g_autoptr(MainstayBackupList) list = list_new (fixture, log);

  merge (list, "ghost", "2026-11-23T06:10:00.000Z", "running");
  await_condition (is_empty, list);
  assert_log (log, "0+1, 0-1");
  g_assert_null (mainstay_backup_list_find (list, "ghost"));
}

static void
test_follow_disposed (Fixture       *fixture,
                      gconstpointer  data)
{
  MainstayTestFault slow = { "GET", TEST_SNAPSHOTS "/*", -1, MAINSTAY_FAULT_DELAY,
                             .delay_ms = 100 };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupList) list = list_new (fixture, NULL);
  g_autoptr(MainstayBackup) created = NULL;
  unsigned int asked;

  mainstay_test_server_set_job_ms (fixture->server, 10000);
  created = create_backup (fixture, NULL, &error);
  g_assert_no_error (error);
  mainstay_test_server_add_fault (fixture->server, &slow);
  mainstay_backup_list_merge (list, created);
  await_ms (60);
  g_assert_finalize_object (g_steal_pointer (&list));
  await_ms (10);
  asked = mainstay_test_server_count (fixture->server, "GET", TEST_SNAPSHOTS "/*");
  g_assert_cmpuint (asked, ==, 1);
  await_ms (300);
  g_assert_cmpuint (mainstay_test_server_count (fixture->server, "GET", TEST_SNAPSHOTS "/*"), ==,
                    asked);
}

/* The most work between two turns of the main loop, in time of this thread, so that what else the
 * machine does is not counted. */
typedef struct
{
  gint64 last;
  gint64 longest;
} Stall;

static gint64
get_thread_time (void)
{
  struct timespec now;

  g_assert_cmpint (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now), ==, 0);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
stall_cb (gpointer data)
{
  Stall *stall = data;
  gint64 now = get_thread_time ();

  stall->longest = MAX (stall->longest, now - stall->last);
  stall->last = now;
  return G_SOURCE_CONTINUE;
}

static void
test_large (Fixture       *fixture,
            gconstpointer  data)
{
  unsigned int count = GPOINTER_TO_UINT (data);
  g_autoptr(MainstayBackupList) list = list_new (fixture, NULL);
  g_autofree char *last = mainstay_test_server_seed_id (count - 1);
  Stall stall = { 0 };
  unsigned int tick;

  mainstay_test_server_set_all_at_once (fixture->server, count > MANY);
  mainstay_test_server_seed (fixture->server, MAINSTAY_TEST_ENVIRONMENT, count, NEWEST_MS);
  for (int round = 0; round < 2; round++)
    {
      gint64 began_at = g_get_monotonic_time ();

      stall.last = get_thread_time ();
      stall.longest = 0;
      tick = g_timeout_add_full (G_PRIORITY_HIGH, 1, stall_cb, &stall, NULL);
      refresh (list, -1);
      g_source_remove (tick);
      g_test_message ("%u backups, round %d: %" G_GINT64_FORMAT " ms, longest stall %"
                      G_GINT64_FORMAT " µs", count, round,
                      (g_get_monotonic_time () - began_at) / 1000, stall.longest);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, count);
      g_assert_cmpint (stall.longest, <, LONGEST_STALL_US);
    }
  g_assert_nonnull (mainstay_backup_list_find (list, last));
}

#define ADD(name, function) \
  g_test_add ("/client/backup-list/" name, Fixture, NULL, fixture_set_up, function, \
              fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("merge", test_merge);
  ADD ("refresh", test_refresh);
  ADD ("pages", test_pages);
  ADD ("odd-servers", test_odd_servers);
  ADD ("meanwhile", test_meanwhile);
  ADD ("stale", test_stale);
  ADD ("half-stale", test_half_stale);
  ADD ("join", test_join);
  ADD ("cancel", test_cancel);
  ADD ("follow", test_follow);
  ADD ("follow-gone", test_follow_gone);
  ADD ("follow-disposed", test_follow_disposed);
  g_test_add ("/client/backup-list/many", Fixture, GUINT_TO_POINTER (MANY), fixture_set_up,
              test_large, fixture_tear_down);
  g_test_add ("/client/backup-list/very-many", Fixture, GUINT_TO_POINTER (VERY_MANY),
              fixture_set_up, test_large, fixture_tear_down);
  return g_test_run ();
}
