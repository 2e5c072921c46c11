/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "mainstay-portal-swap.h"
#include "test-cluster.h"

/* A database server that ends, without a last word, at each step of what changes an environment,
 * while the portal goes on: once the server is there again, the environment is wholly old or wholly
 * new, and nothing is left beside it. (At moments of no meaning, see test-kill.c.) */

#define ADD(path, data, func) \
  g_test_add ("/portal/postgresql-outage/" path, PortalFixture, data, portal_fixture_set_up, func, \
              portal_fixture_tear_down)
#define DATABASE "outage"
#define AWAY "The database server cannot be reached: "

typedef enum
{
  RESTORE,
  UPLOAD
} Kind;

/* What becomes of the server, and of the job. */
typedef struct
{
  const char *at;    /* (nullable): it ends before this step, when the job first comes to it */
  gboolean returns;  /* at once, and not after the job */
  const char *fails; /* (nullable): the step that fails, by which the job goes back */
  GPtrArray *seen;   /* owned (element-type utf8): the steps that there were, each once */
  int is_awaited;    /* atomic: the job waits for its return */
} Outage;

typedef struct
{
  Kind kind;
  int number;
  char *snapshot_id;
  char *dump;       /* what is uploaded: the same as the snapshot */
  char *files;
  char *dump_id;    /* (nullable): the uploads, which a completed job uses up */
  char *files_id;
  char *restored;   /* the environment as the snapshot holds it */
  char *databases;  /* of the server, when nothing is left over */
  char *before;     /* the environment before this job */
} Round;

static TestCluster *cluster;

static void
round_clear (Round *self)
{
  for (char ***text = (char **[]) { &self->snapshot_id, &self->dump, &self->files, &self->dump_id,
                                    &self->files_id, &self->restored, &self->databases,
                                    &self->before, NULL };
       *text != NULL; text++)
    g_clear_pointer (*text, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Round, round_clear)

/* In the job's thread, or in the one that settles what it left. A server ends with the thread that
 * started it, and so it is the test's that does. */
static gboolean
end_server (const char *step,
            gpointer    user_data)
{
  Outage *self = user_data;

  if (!g_ptr_array_find_with_equal_func (self->seen, step, g_str_equal, NULL))
    {
      g_ptr_array_add (self->seen, g_strdup (step));
      if (g_strcmp0 (step, self->at) == 0)
        {
          test_cluster_stop (cluster);
          g_atomic_int_set (&self->is_awaited, self->returns);
        }
      while (g_atomic_int_get (&self->is_awaited))
        g_usleep (1000);
    }
  return g_strcmp0 (step, self->fails) != 0;
}

static void
deploy (PortalFixture *self)
{
  g_autoptr(MainstayPortalEnvironment) now = portal_fixture_look (self, self->test);
  g_autoptr(MainstayPortalPackage) package = NULL;
  g_autoptr(GError) error = NULL;

  package = mainstay_portal_transport (self->portal, self->user, now, self->package, &error);
  g_assert_no_error (error);
}

static void
begin (PortalFixture *self,
       Round         *round)
{
  g_autofree char *uri = test_cluster_uri (cluster, DATABASE);
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;

  test_cluster_make (cluster, DATABASE, 1);
  /* The end of a restore would else wait for the disk, and with it for all that came before. */
  test_cluster_execute (cluster, DATABASE, "DROP MATERIALIZED VIEW totals");
  /* A sequence skips some when a server ends so soon after it was used. */
  test_cluster_execute (cluster, DATABASE, "CHECKPOINT");
  test_cluster_attach (self->portal, self->test->id, uri);
  round->restored = test_cluster_picture_all (cluster, DATABASE, self);
  round->databases = test_cluster_list (cluster);
  snapshot = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (snapshot->state, ==, MAINSTAY_JOB_COMPLETED);
  round->snapshot_id = g_strdup (snapshot->id);
  if (round->kind != UPLOAD)
    return;
  round->dump = portal_fixture_pack (self, self->test, snapshot->id, "database_only");
  round->files = portal_fixture_pack (self, self->test, snapshot->id, "files_only");
}

static void
prepare (PortalFixture *self,
         Round         *round)
{
  deploy (self);
  test_cluster_change_all (cluster, DATABASE, self, round->number++);
  g_clear_pointer (&round->before, g_free);
  round->before = test_cluster_picture_all (cluster, DATABASE, self);
  g_assert_cmpstr (round->before, !=, round->restored);
  if (round->kind == UPLOAD && round->dump_id == NULL)
    {
      round->dump_id = portal_fixture_upload (self, "database", round->dump);
      round->files_id = portal_fixture_upload (self, "files", round->files);
    }
}

/* Returns: (transfer full): the job's id */
static char *
begin_job (PortalFixture *self,
           Round         *round)
{
  g_autoptr(MainstayPortalEnvironment) now = portal_fixture_look (self, self->test);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalRestore) restore = NULL;
  g_autoptr(MainstayPortalDataUpload) upload = NULL;

  if (round->kind == RESTORE)
    restore = mainstay_portal_restore (self->portal, self->user, now, round->snapshot_id, FALSE,
                                       &error);
  else
    upload = mainstay_portal_upload_data (self->portal, self->user, now, round->dump_id,
                                          round->files_id, NULL, &error);
  g_assert_no_error (error);
  return g_strdup (restore != NULL ? restore->id : upload->id);
}

/* What is told of it. Returns: whether it was completed */
static gboolean
look_up (PortalFixture  *self,
         Round          *round,
         const char     *id,
         char          **message)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) activity = NULL;
  g_autoptr(MainstayPortalRestore) restore = NULL;
  g_autoptr(MainstayPortalDataUpload) upload = NULL;
  MainstayJobState state;

  if (round->kind == RESTORE)
    restore = mainstay_portal_get_restore (self->portal, self->test, id, &error);
  else
    upload = mainstay_portal_get_data_upload (self->portal, self->test, id, &error);
  g_assert_no_error (error);
  state = restore != NULL ? restore->state : upload->state;
  *message = g_strdup (restore != NULL ? restore->status_message : upload->status_message);
  g_assert_true (mainstay_job_state_is_finished (state));
  activity = mainstay_portal_list_activity (self->portal, self->test, 0, 50, NULL, &error);
  g_assert_no_error (error);
  for (unsigned int i = 0; i < activity->len; i++)
    g_assert_true (mainstay_job_state_is_finished (
      ((MainstayPortalActivity *) activity->pdata[i])->state));
  g_assert_cmpint (((MainstayPortalActivity *) activity->pdata[0])->state, ==, state);
  return state == MAINSTAY_JOB_COMPLETED;
}

static void
assert_nothing_beside (PortalFixture *self,
                       Round         *round)
{
  g_autofree char *databases = test_cluster_list (cluster);
  g_autofree char *staging = g_build_filename (self->directory, "staging", NULL);
  g_autofree char *folder =
    g_build_filename (self->directory, "environments", self->test->id, NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_cmpstr (databases, ==, round->databases);
  g_assert_true (portal_fixture_is_empty (staging));
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, ".mainstay-"));
}

static void
assert_settled (PortalFixture *self,
                Round         *round,
                gboolean       is_new)
{
  g_autoptr(MainstayPortalEnvironment) now = portal_fixture_look (self, self->test);
  g_autofree char *after = test_cluster_picture_all (cluster, DATABASE, self);
  g_autofree char *package = mainstay_portal_resolve (self->portal, now->package_path);
  gboolean is_empty = is_new && round->kind == UPLOAD;

  g_assert_cmpstr (after, ==, is_new ? round->restored : round->before);
  g_assert_cmpint (now->status, ==, is_empty ? MAINSTAY_ENVIRONMENT_EMPTY
                                             : MAINSTAY_ENVIRONMENT_STOPPED);
  g_assert_cmpint (g_file_test (package, G_FILE_TEST_IS_DIR), ==, !is_empty);
  assert_nothing_beside (self, round);
  if (!is_empty)
    return;
  g_clear_pointer (&round->dump_id, g_free);
  g_clear_pointer (&round->files_id, g_free);
}

static void
await_job (PortalFixture *self,
           Outage        *outage)
{
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  while (!mainstay_portal_wait (self->portal, 5))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_atomic_int_get (&outage->is_awaited))
        continue;
      test_cluster_start (cluster);
      g_atomic_int_set (&outage->is_awaited, FALSE);
    }
  if (cluster->server == NULL)
    test_cluster_start (cluster);
}

/* Returns: (transfer full): the steps that there were */
static GPtrArray *
run (PortalFixture *self,
     Round         *round,
     Outage         outage,
     gboolean      *is_new)
{
  g_autofree char *id = NULL;
  g_autofree char *message = NULL;

  outage.seen = g_ptr_array_new_with_free_func (g_free);
  prepare (self, round);
  mainstay_portal_swap_set_hook (end_server, &outage);
  id = begin_job (self, round);
  await_job (self, &outage);
  *is_new = look_up (self, round, id, &message);
  test_cluster_await_settled (self);
  mainstay_portal_swap_set_hook (NULL, NULL);
  g_test_message ("%s%s: %s", outage.at != NULL ? outage.at : "none",
                  outage.returns ? ", for a moment" : "", message);
  if (!*is_new && outage.fails == NULL && !outage.returns)
    g_assert_true (g_str_has_prefix (message, AWAY));
  assert_settled (self, round, *is_new);
  return outage.seen;
}

/* The record is what decides, and the server is not needed for it. */
static gboolean
is_decided (const char *step)
{
  return strcmp (step, "record") == 0 || strstr (step, "finish") != NULL;
}

static void
run_every_step (PortalFixture *self,
                Round         *round)
{
  gboolean is_new;
  g_autoptr(GPtrArray) steps = run (self, round, (Outage) { NULL }, &is_new);

  g_assert_true (is_new);
  for (const char *const *step = (const char *const []) {
         "journal", "database-make", "database-fill", "database-check", "plan", "old", "new",
         "database-close", "database-exchange", "record", "finish", "database-finish", NULL };
       *step != NULL; step++)
    g_assert_true (g_ptr_array_find_with_equal_func (steps, *step, g_str_equal, NULL));
  for (unsigned int i = 0; i < steps->len; i++)
    {
      const char *step = steps->pdata[i];
      g_autoptr(GPtrArray) seen = run (self, round, (Outage) { .at = step }, &is_new);

      g_assert_true (g_ptr_array_find_with_equal_func (seen, step, g_str_equal, NULL));
      if (is_decided (step))
        g_assert_true (is_new);
      else if (g_str_has_prefix (step, "database-"))
        g_assert_false (is_new);
    }
}

/* When all has been exchanged already and has to go back. */
static void
run_way_back (PortalFixture *self,
              Round         *round)
{
  for (const char *const *step = (const char *const []) { "rollback", "database-rollback", NULL };
       *step != NULL; step++)
    {
      gboolean is_new;
      g_autoptr(GPtrArray) seen =
        run (self, round, (Outage) { .at = *step, .fails = "record" }, &is_new);

      g_assert_true (g_ptr_array_find_with_equal_func (seen, "database-exchange", g_str_equal,
                                                       NULL));
      g_assert_false (is_new);
    }
}

/* It starts again by itself, and the job does not even see it, unless there is something that was
 * not on the disk yet. */
static void
run_moments (PortalFixture *self,
             Round         *round)
{
  for (const char *const *step = (const char *const []) {
         "database-check", "plan", "database-exchange", "record", NULL };
       *step != NULL; step++)
    {
      gboolean is_new;
      g_autoptr(GPtrArray) seen =
        run (self, round, (Outage) { .at = *step, .returns = TRUE }, &is_new);

      g_assert_true (g_ptr_array_find_with_equal_func (seen, *step, g_str_equal, NULL));
      g_assert_cmpint (is_new, ==, strcmp (*step, "database-check") != 0);
    }
}

static void
test_outage (PortalFixture *self,
                 gconstpointer  data)
{
  g_auto(Round) round = { .kind = (Kind) GPOINTER_TO_INT (data) };

  begin (self, &round);
  run_every_step (self, &round);
  run_way_back (self, &round);
  run_moments (self, &round);
  test_cluster_execute (cluster, "postgres", "DROP DATABASE " DATABASE " WITH (FORCE)");
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cluster = test_cluster_new ();
  ADD ("restore", GINT_TO_POINTER (RESTORE), test_outage);
  ADD ("data-upload", GINT_TO_POINTER (UPLOAD), test_outage);
  status = g_test_run ();
  test_cluster_free (cluster);
  return status;
}
