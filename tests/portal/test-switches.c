/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "portal-fixture.h"

#include <string.h>

#define ADD(path, func) \
  g_test_add ("/portal/switches/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)

static void
set_commands (PortalFixture *self,
              const char    *start,
              const char    *stop)
{
  g_autoptr(MainstayPortalEnvironment) now = portal_fixture_look (self, self->test);
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal->database, NULL);

  g_clear_pointer (&now->start_command, g_free);
  g_clear_pointer (&now->stop_command, g_free);
  now->start_command = g_strdup (start);
  now->stop_command = g_strdup (stop);
  g_assert_true (mainstay_portal_store_put_environment (tx, now, NULL));
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
}

static MainstayPortalSwitch *
run_switch (PortalFixture             *self,
            gboolean                   is_start,
            MainstayEnvironmentStatus  expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalSwitch) queued =
    is_start ? mainstay_portal_start (self->portal, self->user, self->test, &error)
             : mainstay_portal_stop (self->portal, self->user, self->test, &error);
  g_autoptr(MainstayPortalEnvironment) before = NULL;
  g_autoptr(MainstayPortalEnvironment) after = NULL;
  g_autoptr(MainstayPortalSnapshot) refused = NULL;
  MainstayPortalSwitch *done;

  g_assert_no_error (error);
  g_assert_cmpint (queued->state, ==, MAINSTAY_JOB_QUEUED);
  before = portal_fixture_look (self, self->test);
  /* Not at once, and nothing else meanwhile. */
  g_assert_cmpint (before->status, ==, is_start ? MAINSTAY_ENVIRONMENT_STOPPED
                                                : MAINSTAY_ENVIRONMENT_RUNNING);
  refused = mainstay_portal_create_snapshot (self->portal, self->user, self->test, NULL, NULL,
                                             &error);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_BUSY);
  g_clear_error (&error);
  portal_fixture_wait (self);
  after = portal_fixture_look (self, self->test);
  g_assert_cmpint (after->status, ==, expected);
  done = mainstay_portal_get_switch (self->portal, self->test, queued->id, &error);
  g_assert_no_error (error);
  return done;
}

static void
test_start_and_stop (PortalFixture *self,
                     gconstpointer  data)
{
  g_autofree char *mark = g_build_filename (self->directory, "mark", NULL);
  g_autofree char *start = g_strdup_printf ("touch '%s'", mark);
  g_autofree char *stop = g_strdup_printf ("rm '%s'", mark);
  g_autoptr(MainstayPortalSwitch) started = NULL;
  g_autoptr(MainstayPortalSwitch) stopped = NULL;
  g_autoptr(MainstayPortalSwitch) idle = NULL;
  g_autoptr(GPtrArray) activity = NULL;
  g_autoptr(GError) error = NULL;

  set_commands (self, start, stop);
  started = run_switch (self, TRUE, MAINSTAY_ENVIRONMENT_RUNNING);
  g_assert_cmpint (started->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_true (g_file_test (mark, G_FILE_TEST_EXISTS));
  g_assert_null (mainstay_portal_start (self->portal, self->user, self->test, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ALREADY_STARTED);
  g_clear_error (&error);
  g_assert_null (mainstay_portal_transport (self->portal, self->user, self->test, self->package,
                                            &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_APP_IS_RUNNING);
  stopped = run_switch (self, FALSE, MAINSTAY_ENVIRONMENT_STOPPED);
  g_assert_cmpint (stopped->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_false (g_file_test (mark, G_FILE_TEST_EXISTS));
  idle = mainstay_portal_stop (self->portal, self->user, self->test, NULL);
  g_assert_null (idle->id);
  activity = mainstay_portal_list_activity (self->portal, self->test, 0, -1, NULL, NULL);
  g_assert_cmpuint (activity->len, ==, 2);
  g_assert_cmpstr (((MainstayPortalActivity *) activity->pdata[0])->kind, ==, "stop");
  g_assert_cmpstr (((MainstayPortalActivity *) activity->pdata[1])->kind, ==, "start");
}

static void
test_failing_commands (PortalFixture *self,
                       gconstpointer  data)
{
  g_autoptr(MainstayPortalSwitch) ended = NULL;
  g_autoptr(MainstayPortalSwitch) missing = NULL;
  g_autoptr(MainstayPortalSwitch) killed = NULL;

  set_commands (self, "sh -c 'exit 3'", NULL);
  ended = run_switch (self, TRUE, MAINSTAY_ENVIRONMENT_STOPPED);
  g_assert_cmpint (ended->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_cmpint (ended->error_code, ==, MAINSTAY_ERROR_START_FAILED);
  g_assert_cmpstr (ended->status_message, ==,
                   "The app could not be started: the command ended with code 3");
  set_commands (self, "/there/is/no/such/program", NULL);
  missing = run_switch (self, TRUE, MAINSTAY_ENVIRONMENT_STOPPED);
  g_assert_cmpstr (missing->status_message, ==,
                   "The app could not be started: the command cannot be run");
  set_commands (self, NULL, "sh -c 'kill -9 $$'");
  portal_fixture_set_status (self, self->test, MAINSTAY_ENVIRONMENT_RUNNING);
  killed = run_switch (self, FALSE, MAINSTAY_ENVIRONMENT_RUNNING);
  g_assert_cmpint (killed->error_code, ==, MAINSTAY_ERROR_STOP_FAILED);
  g_assert_nonnull (strstr (killed->status_message, "signal 9"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("start-and-stop", test_start_and_stop);
  ADD ("failing-commands", test_failing_commands);
  return g_test_run ();
}
