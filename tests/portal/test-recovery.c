/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "mainstay-portal-job.h"
#include "mainstay-portal-swap.h"

#define ADD(path, func) \
  g_test_add ("/portal/recovery/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)

/* Dies at the nth step: from then on nothing more is done to the disk by the swap. */
typedef struct
{
  int left;
  gboolean is_dead;
  char *last;
} Death;

static gboolean
die_at (const char *step,
        gpointer    user_data)
{
  Death *death = user_data;

  if (!death->is_dead && death->left-- == 0)
    {
      death->is_dead = TRUE;
      death->last = g_strdup (step);
    }
  return !death->is_dead;
}

static gboolean
has_leftovers (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (strstr (name, ".mainstay-") != NULL || g_str_has_suffix (name, ".json"))
      return TRUE;
  return FALSE;
}

static void
set_job_running (PortalFixture *self,
                 const char    *restore_id)
{
  g_autofree char *records = g_build_filename (self->directory, "portal.db", NULL);
  g_autofree char *sql = g_strdup_printf (
    "UPDATE restores SET state = 'running', status_message = NULL, finished_at = 0 WHERE id = '%s';"
    "UPDATE activity SET state = 'running' WHERE job_id = '%s';"
    "INSERT OR REPLACE INTO actions (environment_id, kind, job_id)"
    " SELECT environment_id, 'restores', id FROM restores WHERE id = '%s';"
    "INSERT OR REPLACE INTO pins (subject_id, job_id) SELECT source_snapshot_id, id FROM restores"
    " WHERE id = '%s'", restore_id, restore_id, restore_id, restore_id);

  portal_fixture_execute (records, sql);
}

/* Runs a restore that dies at its nth step, then starts anew. Returns: FALSE when it has fewer. */
static gboolean
die_and_recover (PortalFixture *self,
                 const char    *snapshot_id,
                 int            step,
                 const char    *old,
                 const char    *restored)
{
  Death death = { step, FALSE, NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalRestore) queued = NULL;
  g_autoptr(MainstayPortalRestore) after = NULL;
  g_autofree char *picture = NULL;
  g_autofree char *folder =
    g_build_filename (self->directory, "environments", self->test->id, NULL);
  g_autofree char *journals = g_build_filename (self->directory, "journals", NULL);
  gboolean was_completed;

  mainstay_portal_swap_set_hook (die_at, &death);
  queued = mainstay_portal_restore (self->portal, self->user, self->test, snapshot_id, FALSE,
                                    &error);
  g_assert_no_error (error);
  portal_fixture_wait (self);
  after = mainstay_portal_get_restore (self->portal, self->test, queued->id, &error);
  g_assert_no_error (error);
  was_completed = after->state == MAINSTAY_JOB_COMPLETED;
  if (death.is_dead && !was_completed)
    {
      /* What could not be rolled back is touched by nobody until it is. */
      g_assert_null (mainstay_portal_create_snapshot (self->portal, self->user, self->test, NULL,
                                                      NULL, &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE);
      g_clear_error (&error);
    }
  mainstay_portal_swap_set_hook (NULL, NULL);
  if (death.is_dead && !was_completed)
    set_job_running (self, queued->id);
  portal_fixture_reopen (self);
  g_clear_pointer (&after, mainstay_portal_restore_free);
  after = mainstay_portal_get_restore (self->portal, self->test, queued->id, &error);
  g_assert_no_error (error);
  picture = portal_fixture_picture (self, self->test);
  g_test_message ("step %d: %s, %s", step, death.last,
                  was_completed ? "completed" : "not completed");
  if (was_completed)
    {
      g_assert_cmpint (after->state, ==, MAINSTAY_JOB_COMPLETED);
      g_assert_cmpstr (picture, ==, restored);
    }
  else
    {
      g_assert_cmpint (after->state, ==, MAINSTAY_JOB_FAILED);
      g_assert_cmpstr (after->status_message, ==, "The portal was stopped while this ran.");
      g_assert_cmpstr (picture, ==, old);
    }
  g_assert_false (has_leftovers (folder));
  g_assert_false (has_leftovers (journals));
  g_clear_pointer (&death.last, g_free);
  return death.is_dead;
}

static void
test_every_step (PortalFixture *self,
                 gconstpointer  data)
{
  g_autofree char *database = portal_fixture_database (self, self->test);
  g_autofree char *restored = portal_fixture_picture (self, self->test);
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  gboolean died = TRUE;
  int step;

  for (step = 0; died; step++)
    {
      g_autofree char *old = NULL;

      portal_fixture_execute (database, "DELETE FROM harbour$shipment WHERE id % 7 = 3");
      old = portal_fixture_picture (self, self->test);
      died = die_and_recover (self, snapshot->id, step, old, restored);
      /* Not one step of it may leave the environment taken. */
      g_clear_pointer (&old, g_free);
    }
  /* Five plans, one for all, two for each of five, the record and the end. */
  g_assert_cmpint (step, >=, 5 + 1 + 10 + 2);
}

static void
put_file (PortalFixture *self,
          const char    *folder,
          const char    *name)
{
  g_autofree char *directory = g_build_filename (self->directory, folder, name, NULL);
  g_autofree char *path = g_build_filename (directory, "db.backup", NULL);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "half", -1, NULL));
}

static void
test_half_written (PortalFixture *self,
                   gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) good = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) bad = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) after = NULL;
  g_autoptr(MainstayPortalSnapshot) next = NULL;
  g_autofree char *records = g_build_filename (self->directory, "portal.db", NULL);
  g_autofree char *kept = g_build_filename (self->directory, "snapshots", good->id, NULL);
  g_autofree char *swept = g_build_filename (self->directory, "snapshots", bad->id, NULL);
  g_autofree char *staging = g_build_filename (self->directory, "staging", "x", NULL);
  g_autofree char *sql = g_strdup_printf (
    "UPDATE snapshots SET state = 'running', finished_at = 0 WHERE id = '%s';"
    "INSERT INTO actions VALUES ('%s', 'snapshots', '%s')", bad->id, self->test->id, bad->id);

  portal_fixture_execute (records, sql);
  put_file (self, "staging", "x");
  put_file (self, "snapshots", "11111111-0000-4000-8000-000000000000");
  put_file (self, "archives", "22222222-0000-4000-8000-000000000000.part");
  portal_fixture_reopen (self);
  after = mainstay_portal_get_snapshot (self->portal, self->test, bad->id, NULL);
  g_assert_cmpint (after->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_cmpstr (after->status_message, ==, "The portal was stopped while this ran.");
  g_assert_cmpint (after->finished_at, >, 0);
  g_assert_true (g_file_test (kept, G_FILE_TEST_IS_REGULAR));
  g_assert_false (g_file_test (swept, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (staging, G_FILE_TEST_EXISTS));
  /* The environment is free again. */
  next = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (next->state, ==, MAINSTAY_JOB_COMPLETED);
}

static void
test_shutdown (PortalFixture *self,
               gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalSwitch) started = NULL;
  g_autoptr(MainstayPortalSwitch) after = NULL;
  g_autoptr(MainstayPortalEnvironment) environment = NULL;
  gint64 before = g_get_monotonic_time ();

  portal_fixture_set_status (self, self->test, MAINSTAY_ENVIRONMENT_STOPPED);
  environment = portal_fixture_look (self, self->test);
  {
    g_autoptr(MainstayPortalTransaction) tx =
      mainstay_portal_database_write (self->portal->database, &error);

    environment->start_command = g_strdup ("sleep 60");
    mainstay_portal_store_put_environment (tx, environment, &error);
    mainstay_portal_transaction_commit (tx, &error);
    g_assert_no_error (error);
  }
  started = mainstay_portal_start (self->portal, self->user, self->test, &error);
  g_assert_no_error (error);
  g_usleep (100000);
  mainstay_portal_shutdown (self->portal);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 20 * G_TIME_SPAN_SECOND);
  after = mainstay_portal_get_switch (self->portal, self->test, started->id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (after->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_cmpstr (after->status_message, ==, "The portal was stopped while this ran.");
  g_assert_null (mainstay_portal_create_snapshot (self->portal, self->user, self->test, NULL, NULL,
                                                  &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE);
}

static void
test_lock (PortalFixture *self,
           gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortal) second =
    mainstay_portal_open (self->directory, MAINSTAY_PORTAL_DEFAULT, &error);
  GStatBuf status;

  g_assert_null (second);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED);
  g_assert_cmpint (g_stat (self->directory, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
}

static void
test_foreign_folder (PortalFixture *self,
                     gconstpointer  data)
{
  g_autofree char *folder = g_build_filename (self->directory, "documents", NULL);
  g_autofree char *path = g_build_filename (folder, "letter", NULL);
  g_autoptr(GError) error = NULL;
  GStatBuf status;

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, "Dear", -1, NULL));
  g_assert_null (mainstay_portal_open (folder, MAINSTAY_PORTAL_DEFAULT, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED);
  g_assert_cmpint (g_stat (folder, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0755);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("every-step", test_every_step);
  ADD ("half-written", test_half_written);
  ADD ("shutdown", test_shutdown);
  ADD ("lock", test_lock);
  ADD ("foreign-folder", test_foreign_folder);
  return g_test_run ();
}
