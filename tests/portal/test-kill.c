/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <stdlib.h>

#include "kill-fixture.h"

/* The real program, killed in the middle of each kind of job, at moments of no meaning and before
 * changes of the disk that it makes; or the database server that it works on. */

/* In the course of the job; there is one more before it begins. */
#define ROUNDS 2
/* Before a change of the disk, of those that the job makes. */
#define STEPS 3
#define MOST_STEPS 400

static const char *program;
static const char *library; /* nullable: tests/faults/kill-at.c */
static int rounds = ROUNDS;
static gboolean at_each_step;
static TestCluster *cluster; /* nullable: made by the first test that needs one */

/* @microseconds are from the job's record on, or below zero from the request on. */
static gboolean
kill_in (KillFixture *self,
         KillAction   action,
         int          round,
         gint64       microseconds)
{
  g_autoptr(GSocketConnection) connection = kill_fixture_begin (self, action, round);
  g_autofree char *when = g_strdup_printf ("after %" G_GINT64_FORMAT " us", microseconds);

  if (microseconds >= 0)
    kill_fixture_await_record (self, action);
  g_usleep ((gulong) ABS (microseconds));
  if (!self->is_server)
    {
      test_api_kill (self->api);
      return kill_fixture_recover (self, action, when);
    }
  test_cluster_stop (self->cluster);
  /* Nobody waits for it. */
  kill_fixture_await_end (self, action, NULL);
  test_cluster_start (self->cluster);
  return kill_fixture_look (self, action, when);
}

/* (transfer full) (nullable): what the program was about to do, once it is killed; %NULL when the
 * job has come to its end instead */
static char *
wait_for_step (KillFixture *self,
               KillAction   action)
{
  g_autofree char *order = kill_fixture_dup_order_path (self);
  g_autofree char *path = g_strconcat (order, ".step", NULL);
  char *text = NULL;

  kill_fixture_await_end (self, action, path);
  test_api_kill (self->api);
  g_file_get_contents (path, &text, NULL, NULL);
  g_unlink (path);
  g_unlink (order);
  return text;
}

/* Returns: whether the job got as far as to the change of the disk of that number */
static gboolean
kill_before (KillFixture *self,
             KillAction   action,
             int          number)
{
  g_autofree char *order = kill_fixture_dup_order_path (self);
  g_autoptr(GSocketConnection) connection = NULL;
  g_autofree char *step = NULL;
  g_autofree char *when = NULL;

  test_api_kill (self->api);
  setenv ("LD_PRELOAD", library, TRUE);
  setenv ("KILL_AT", order, TRUE);
  kill_fixture_spawn (self);
  unsetenv ("LD_PRELOAD");
  unsetenv ("KILL_AT");
  self->step = number;
  connection = kill_fixture_begin (self, action, 1000 + number);
  self->step = 0;
  step = wait_for_step (self, action);
  when = g_strdup_printf ("before %d, %s", number, step != NULL ? step : "none");
  kill_fixture_recover (self, action, when);
  return step != NULL;
}

/* How long the job takes when it is let. */
static gint64
measure (KillFixture *self,
         KillAction   action)
{
  g_autoptr(GSocketConnection) connection = kill_fixture_begin (self, action, 100 + (int) action);
  gint64 begun;

  kill_fixture_await_record (self, action);
  begun = g_get_monotonic_time ();
  kill_fixture_await_end (self, action, NULL);
  g_assert_cmpint (kill_fixture_count (self, action, "state = 'failed'"), ==, 0);
  return g_get_monotonic_time () - begun;
}

/* All of them, or a few. */
static void
kill_at_steps (KillFixture *self,
               KillAction   action)
{
  int number = at_each_step ? 1 : g_test_rand_int_range (1, 8);

  for (int i = 0; at_each_step || i < STEPS; i++)
    {
      kill_fixture_forget_archives (self);
      if (!kill_before (self, action, number))
        break;
      number += at_each_step ? 1 : g_test_rand_int_range (1, 20);
      g_assert_cmpint (number, <, MOST_STEPS);
    }
  g_assert_cmpint (number, >, 1);
}

/* Returns: how many jobs were in the middle of their work */
static int
kill_all_along (KillFixture *self,
                KillAction   action,
                gint64       length,
                int          first)
{
  int interrupted = 0;

  for (int i = -1; i < rounds; i++)
    {
      gint64 moment = i < 0 ? -g_test_rand_int_range (1, 5000) : length * i / rounds;

      if (i > 0)
        moment += g_test_rand_int_range (0, 1 + (int) length / rounds);
      kill_fixture_forget_archives (self);
      interrupted += kill_in (self, action, first + i, moment);
    }
  return interrupted;
}

static void
kill_at_moments (KillFixture *self,
                 KillAction   action)
{
  /* And a while longer, when what was replaced is removed. */
  gint64 length = measure (self, action) * 5 / 4;
  int tries = 0;

  /* The one that was measured may have met a busy machine, and the others come to their end. */
  for (; kill_all_along (self, action, length, 2000 * tries) == 0; tries++)
    {
      g_assert_cmpint (tries, <, 5);
      length /= 2;
    }
}

static void
test_kill (gconstpointer data)
{
  KillAction action = (KillAction) GPOINTER_TO_INT (data);
  KillFixture self = { NULL };

  kill_fixture_set_up (&self, program, NULL);
  kill_at_moments (&self, action);
  if (library != NULL)
    kill_at_steps (&self, action);
  kill_fixture_tear_down (&self);
}

static void
set_up_postgresql (KillFixture *self)
{
  if (cluster == NULL)
    cluster = test_cluster_new ();
  kill_fixture_set_up (self, program, cluster);
}

static void
test_kill_server (gconstpointer data)
{
  KillAction action = (KillAction) GPOINTER_TO_INT (data);
  KillFixture self = { NULL };

  set_up_postgresql (&self);
  self.is_server = TRUE;
  kill_at_moments (&self, action);
  kill_fixture_tear_down (&self);
}

/* The same with the environment's database on a server. */
static void
test_kill_postgresql (gconstpointer data)
{
  KillAction action = (KillAction) GPOINTER_TO_INT (data);
  KillFixture self = { NULL };

  set_up_postgresql (&self);
  kill_at_moments (&self, action);
  /* The few of every day are of the other kind of database. */
  if (library != NULL && at_each_step)
    kill_at_steps (&self, action);
  kill_fixture_tear_down (&self);
}

#define ADD(name, action) \
  g_test_add_data_func ("/portal/kill/" name, GINT_TO_POINTER (action), test_kill)
#define ADD_SERVER(name, action) \
  g_test_add_data_func ("/portal/kill/server/" name, GINT_TO_POINTER (action), test_kill_server)
#define ADD_POSTGRESQL(name, action) \
  g_test_add_data_func ("/portal/kill/postgresql/" name, GINT_TO_POINTER (action), \
                        test_kill_postgresql)

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, >=, 2);
  program = argv[1];
  library = argc > 2 ? argv[2] : NULL;
  if (argc > 3)
    rounds = atoi (argv[3]);
  at_each_step = argc > 3;
  ADD ("create", KILL_CREATE);
  ADD ("restore", KILL_RESTORE);
  ADD ("upload", KILL_UPLOAD);
  ADD ("archive", KILL_ARCHIVE);
  ADD_POSTGRESQL ("create", KILL_CREATE);
  ADD_POSTGRESQL ("restore", KILL_RESTORE);
  ADD_POSTGRESQL ("upload", KILL_UPLOAD);
  ADD_SERVER ("create", KILL_CREATE);
  ADD_SERVER ("restore", KILL_RESTORE);
  ADD_SERVER ("upload", KILL_UPLOAD);
  status = g_test_run ();
  g_clear_pointer (&cluster, test_cluster_free);
  return status;
}
