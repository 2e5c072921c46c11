/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "mainstay-portal-swap.h"
#include "test-cluster.h"

/* A portal that is killed at each step of a restore: whatever it left on the database server and on
 * the disk, the next start finds the environment wholly old or wholly new, and leaves nothing
 * beside it. (At moments of no meaning, see test-kill.c.) */

#define ADD(path, func) \
  g_test_add ("/portal/postgresql-kill/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)
#define DATABASE "killed"

static TestCluster *cluster;
static const char *own_path;

/* In the child, the portal that dies: at the step of this name, or after so many others. */
static gboolean
die_at_step (const char *step,
             gpointer    user_data)
{
  static int n_steps;
  g_autofree char *number = g_strdup_printf ("%d", n_steps++);

  if (strcmp (user_data, number) == 0 || strcmp (user_data, step) == 0)
    {
      g_print ("%s\n", step);
      fflush (stdout);
      raise (SIGKILL);
    }
  return TRUE;
}

/* Arguments: the data folder, the environment, the snapshot, and where to die. */
static int
run_restore (char **arguments)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortal) portal =
    mainstay_portal_open (arguments[0], MAINSTAY_PORTAL_DEFAULT, &error);
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(MainstayPortalUser) user = NULL;
  g_autoptr(MainstayPortalEnvironment) environment = NULL;
  g_autoptr(MainstayPortalRestore) restore = NULL;

  g_assert_no_error (error);
  tx = mainstay_portal_database_read (portal->database, &error);
  user = mainstay_portal_store_get_user (tx, "sam", &error);
  environment = mainstay_portal_store_get_environment (tx, arguments[1], &error);
  g_assert_no_error (error);
  g_clear_pointer (&tx, mainstay_portal_transaction_free);
  mainstay_portal_swap_set_hook (die_at_step, arguments[3]);
  restore = mainstay_portal_restore (portal, user, environment, arguments[2], FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (mainstay_portal_wait (portal, 60000));
  g_clear_pointer (&portal, mainstay_portal_free);
  return 0;
}

/* Starts it. The portal here is closed before: there is one at a time. */
static GSubprocess *
spawn_child (PortalFixture *self,
             const char    *snapshot_id,
             const char    *where)
{
  g_autoptr(GError) error = NULL;
  GSubprocess *child;

  g_clear_pointer (&self->portal, mainstay_portal_free);
  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                            &error, own_path, "--restore", self->directory, self->test->id,
                            snapshot_id, where, NULL);
  g_assert_no_error (error);
  return child;
}

/* Returns: (transfer full) (nullable): the step at which it died */
static char *
await_child (GSubprocess *child)
{
  g_autofree char *output = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_subprocess_communicate_utf8 (child, NULL, NULL, &output, NULL, &error));
  g_assert_no_error (error);
  if (g_subprocess_get_if_signaled (child))
    {
      g_assert_cmpint (g_subprocess_get_term_sig (child), ==, SIGKILL);
      return g_strdup (g_strchomp (output));
    }
  g_assert_cmpint (g_subprocess_get_exit_status (child), ==, 0);
  return NULL;
}

static void
open_portal (PortalFixture *self)
{
  g_autoptr(GError) error = NULL;

  self->portal = mainstay_portal_open (self->directory, MAINSTAY_PORTAL_DEFAULT, &error);
  g_assert_no_error (error);
}

typedef struct
{
  char *snapshot_id;
  char *restored;    /* the environment as the snapshot holds it */
  char *databases;   /* of the server, when nothing is left over */
  char *before;      /* the environment before this restore */
  gint64 n_restores; /* until then */
} Round;

static void
round_clear (Round *self)
{
  g_clear_pointer (&self->snapshot_id, g_free);
  g_clear_pointer (&self->restored, g_free);
  g_clear_pointer (&self->databases, g_free);
  g_clear_pointer (&self->before, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Round, round_clear)

static void
begin (PortalFixture *self,
       Round         *round)
{
  g_autofree char *uri = test_cluster_uri (cluster, DATABASE);
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;

  test_cluster_make (cluster, DATABASE, 1);
  test_cluster_attach (self->portal, self->test->id, uri);
  round->restored = test_cluster_picture_all (cluster, DATABASE, self);
  round->databases = test_cluster_list (cluster);
  snapshot = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (snapshot->state, ==, MAINSTAY_JOB_COMPLETED);
  round->snapshot_id = g_strdup (snapshot->id);
}

static void
end (void)
{
  test_cluster_execute (cluster, "postgres", "DROP DATABASE " DATABASE " WITH (FORCE)");
}

static void
change (PortalFixture *self,
        Round         *round,
        int            number)
{
  g_autoptr(GPtrArray) restores = NULL;

  test_cluster_change_all (cluster, DATABASE, self, number);
  g_clear_pointer (&round->before, g_free);
  round->before = test_cluster_picture_all (cluster, DATABASE, self);
  restores = mainstay_portal_list_restores (self->portal, self->test, 0, 1, &round->n_restores,
                                            NULL);
  g_assert_cmpstr (round->before, !=, round->restored);
}

/* After the portal was opened again. Returns: whether the restore was completed. */
static gboolean
assert_settled (PortalFixture *self,
                Round         *round)
{
  g_autoptr(GPtrArray) restores = NULL;
  g_autofree char *after = NULL, *now = NULL;
  g_autofree char *folder =
    g_build_filename (self->directory, "environments", self->test->id, NULL);
  g_autoptr(GDir) dir = NULL;
  const char *name;
  gboolean is_new = FALSE;
  gint64 n_restores;

  test_cluster_await_settled (self);
  restores = mainstay_portal_list_restores (self->portal, self->test, 0, 1, &n_restores, NULL);
  /* It may have been killed before there was a record of it. */
  if (n_restores > round->n_restores)
    {
      MainstayPortalRestore *last = restores->pdata[0];

      g_assert_true (mainstay_job_state_is_finished (last->state));
      is_new = last->state == MAINSTAY_JOB_COMPLETED;
    }
  after = test_cluster_picture_all (cluster, DATABASE, self);
  g_assert_cmpstr (after, ==, is_new ? round->restored : round->before);
  now = test_cluster_list (cluster);
  g_assert_cmpstr (now, ==, round->databases);
  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, ".mainstay-"));
  return is_new;
}

static void
test_every_step (PortalFixture *self,
                 gconstpointer  data)
{
  g_auto(Round) round = { NULL };
  g_autoptr(GString) seen = g_string_new (" ");
  gboolean died = TRUE;

  begin (self, &round);
  for (int step = 0; died; step++)
    {
      g_autoptr(GSubprocess) child = NULL;
      g_autofree char *name = NULL;
      g_autofree char *number = g_strdup_printf ("%d", step);
      gboolean was_completed;

      change (self, &round, step);
      child = spawn_child (self, round.snapshot_id, number);
      name = await_child (child);
      died = name != NULL;
      test_cluster_await_no_programs (cluster);
      open_portal (self);
      was_completed = assert_settled (self, &round);
      g_test_message ("step %d: %s, %s", step, died ? name : "none",
                      was_completed ? "completed" : "not completed");
      /* Its record is what decides. */
      g_assert_cmpint (was_completed, ==, !died || strstr (name, "finish") != NULL);
      g_string_append_printf (seen, "%s ", died ? name : "");
    }
  for (const char *const *step = (const char *const []) {
         " journal ", " database-make ", " database-fill ", " database-tables ",
         " database-indexes ", " database-check ", " plan ",
         " database-close ", " database-exchange ", " old ", " new ", " record ", " finish ",
         " database-finish ", NULL };
       *step != NULL; step++)
    g_assert_nonnull (strstr (seen->str, *step));
  end ();
}

static void
die_at (PortalFixture *self,
        Round         *round,
        const char    *step)
{
  g_autoptr(GSubprocess) child = spawn_child (self, round->snapshot_id, step);
  g_autofree char *name = await_child (child);

  g_assert_cmpstr (name, ==, step);
}

/* The portal is started while its database server is away: everything else goes on. */
static void
test_server_away (PortalFixture *self,
                  gconstpointer  data)
{
  g_auto(Round) round = { NULL };
  g_autoptr(MainstayPortalSnapshot) refused = NULL;
  g_autoptr(MainstayPortalSnapshot) other = NULL;
  g_autoptr(MainstayPortalRestore) after = NULL;
  g_autoptr(MainstayPortalSnapshot) next = NULL;
  g_autoptr(GPtrArray) restores = NULL;
  g_autoptr(GError) error = NULL;
  gint64 begun;

  begin (self, &round);
  change (self, &round, 0);
  test_cluster_execute (cluster, DATABASE, "CHECKPOINT");
  die_at (self, &round, "record");
  test_cluster_stop (cluster);
  begun = g_get_monotonic_time ();
  open_portal (self);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_TIME_SPAN_SECOND);
  refused = mainstay_portal_create_snapshot (self->portal, self->user, self->test, NULL, NULL,
                                             &error);
  g_assert_null (refused);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_null (mainstay_portal_start (self->portal, self->user, self->test, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE);
  g_clear_error (&error);
  restores = mainstay_portal_list_restores (self->portal, self->test, 0, 1, NULL, NULL);
  g_assert_cmpint (((MainstayPortalRestore *) restores->pdata[0])->state, ==, MAINSTAY_JOB_FAILED);
  other = portal_fixture_back_up (self, self->production);
  g_assert_cmpint (other->state, ==, MAINSTAY_JOB_COMPLETED);
  /* And once more, before it is back. */
  portal_fixture_reopen (self);
  g_assert_null (mainstay_portal_create_snapshot (self->portal, self->user, self->test, NULL, NULL,
                                                  &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE);
  test_cluster_start (cluster);
  g_assert_false (assert_settled (self, &round));
  next = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (next->state, ==, MAINSTAY_JOB_COMPLETED);
  end ();
}

/* Somebody made a database of the name that was put aside: it is not ours to remove. */
static void
test_foreign (PortalFixture *self,
              gconstpointer  data)
{
  g_auto(Round) round = { NULL };
  g_autoptr(GError) error = NULL;
  g_autofree char *fresh = NULL, *rename = NULL, *back = NULL;

  begin (self, &round);
  change (self, &round, 0);
  die_at (self, &round, "database-check");
  fresh = test_cluster_ask (cluster, "postgres", "SELECT datname FROM pg_database WHERE datname"
                            " LIKE 'mainstay_new_%'");
  g_assert_cmpuint (strlen (fresh), ==, strlen ("mainstay_new_") + 32);
  rename = g_strdup_printf ("COMMENT ON DATABASE %s IS 'Mine'", fresh);
  test_cluster_execute (cluster, "postgres", rename);
  open_portal (self);
  for (int i = 0; i < 20; i++, g_usleep (50000))
    {
      g_assert_null (mainstay_portal_create_snapshot (self->portal, self->user, self->test, NULL,
                                                      NULL, &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE);
      g_clear_error (&error);
    }
  g_assert_cmpint (test_cluster_number (cluster, fresh, "SELECT count(*) FROM customer"), ==,
                   2000);
  back = g_strdup_printf ("DROP DATABASE %s", fresh);
  test_cluster_execute (cluster, "postgres", back);
  g_assert_false (assert_settled (self, &round));
  end ();
}

int
main (int   argc,
      char *argv[])
{
  int status;

  if (argc == 6 && strcmp (argv[1], "--restore") == 0)
    return run_restore (argv + 2);
  g_test_init (&argc, &argv, NULL);
  own_path = argv[0];
  cluster = test_cluster_new ();
  ADD ("every-step", test_every_step);
  ADD ("server-away", test_server_away);
  ADD ("foreign", test_foreign);
  status = g_test_run ();
  test_cluster_free (cluster);
  return status;
}
