/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "stored.h"

#define ADD(path, func) \
  g_test_add ("/portal/restores/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)

static MainstayPortalRestore *
restore (PortalFixture                   *self,
         const MainstayPortalEnvironment *target,
         const char                      *snapshot_id,
         gboolean                         database_only)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalRestore) queued = mainstay_portal_restore (
    self->portal, self->user, target, snapshot_id, database_only, &error);
  MainstayPortalRestore *finished;

  g_assert_no_error (error);
  g_assert_cmpint (queued->state, ==, MAINSTAY_JOB_QUEUED);
  portal_fixture_wait (self);
  finished = mainstay_portal_get_restore (self->portal, target, queued->id, &error);
  g_assert_no_error (error);
  return finished;
}

static void
spoil (PortalFixture                   *self,
       const MainstayPortalEnvironment *environment)
{
  g_autofree char *database = portal_fixture_database (self, environment);
  g_autofree char *files = portal_fixture_files (self, environment);
  g_autofree char *folder = g_build_filename (files, "ab", "cd", NULL);
  g_autofree char *path =
    g_build_filename (folder, "abcd0000-0000-4000-8000-000000000000", NULL);

  portal_fixture_execute (database, "DELETE FROM harbour$shipment WHERE id % 2 = 0");
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "new", -1, NULL));
}

static void
check_no_leftovers (PortalFixture                   *self,
                    const MainstayPortalEnvironment *environment)
{
  g_autofree char *folder =
    g_build_filename (self->directory, "environments", environment->id, NULL);
  g_autofree char *journals = g_build_filename (self->directory, "journals", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, ".mainstay-"));
  g_assert_cmpint (g_rmdir (journals), ==, 0);
  g_assert_cmpint (g_mkdir (journals, 0700), ==, 0);
}

static void
test_whole (PortalFixture *self,
            gconstpointer  data)
{
  g_autofree char *before = portal_fixture_picture (self, self->test);
  g_autofree char *spoilt = NULL;
  g_autofree char *after = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalRestore) done = NULL;
  g_autoptr(GPtrArray) activity = NULL;
  g_autoptr(GPtrArray) restores = NULL;

  spoil (self, self->test);
  spoilt = portal_fixture_picture (self, self->test);
  g_assert_cmpstr (spoilt, !=, before);
  done = restore (self, self->test, snapshot->id, FALSE);
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  after = portal_fixture_picture (self, self->test);
  g_assert_cmpstr (after, ==, before);
  check_no_leftovers (self, self->test);
  activity = mainstay_portal_list_activity (self->portal, self->test, 0, 1, NULL, NULL);
  g_assert_cmpstr (((MainstayPortalActivity *) activity->pdata[0])->kind, ==, "restore");
  g_assert_cmpint (((MainstayPortalActivity *) activity->pdata[0])->state, ==,
                   MAINSTAY_JOB_COMPLETED);
  restores = mainstay_portal_list_restores (self->portal, self->test, 0, -1, NULL, NULL);
  g_assert_cmpuint (restores->len, ==, 1);
}

static void
test_database_only (PortalFixture *self,
                    gconstpointer  data)
{
  g_autofree char *database = portal_fixture_database (self, self->test);
  g_autofree char *files = portal_fixture_files (self, self->test);
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalRestore) done = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  spoil (self, self->test);
  before = portal_fixture_digest_tree (files);
  done = restore (self, self->test, snapshot->id, TRUE);
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  after = portal_fixture_digest_tree (files);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpint (portal_fixture_number (database, "SELECT count(*) FROM harbour$shipment"), ==,
                   FIXTURE_SHIPMENTS);
}

/* A write-ahead file that was left beside the database must not get into the restored one. */
static void
test_stray_wal (PortalFixture *self,
                gconstpointer  data)
{
  g_autofree char *database = portal_fixture_database (self, self->test);
  g_autofree char *wal = g_strconcat (database, "-wal", NULL);
  g_autofree char *aside = g_strconcat (database, ".aside", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalRestore) done = NULL;
  sqlite3 *db = NULL;
  gsize length;

  snapshot = portal_fixture_back_up (self, self->test);
  /* An app that was killed: its last transaction is in the write-ahead file alone. */
  g_assert_cmpint (sqlite3_open (database, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA journal_mode = WAL; DELETE FROM harbour$shipment",
                                 NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_true (g_file_get_contents (wal, &bytes, &length, NULL));
  sqlite3_close (db);
  g_assert_true (g_file_set_contents (wal, bytes, (gssize) length, NULL));
  done = restore (self, self->test, snapshot->id, FALSE);
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_assert_cmpint (portal_fixture_number (database, "SELECT count(*) FROM harbour$shipment"), ==,
                   FIXTURE_SHIPMENTS);
}

static void
test_older_model (PortalFixture *self,
                  gconstpointer  data)
{
  g_autoptr(MainstayPortalPackage) old = NULL;
  g_autoptr(MainstayPortalPackage) new = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalRestore) done = NULL;
  g_autoptr(MainstayPortalEnvironment) restored = NULL;
  g_autoptr(MainstayPortalEnvironment) deployed = NULL;
  g_autoptr(GError) error = NULL;

  old = mainstay_portal_transport (self->portal, self->user, self->test, self->old_package, &error);
  g_assert_no_error (error);
  snapshot = portal_fixture_back_up (self, self->test);
  g_assert_cmpstr (snapshot->model_version, ==, "1.0.0.1");
  new = mainstay_portal_transport (self->portal, self->user, self->test, self->package, &error);
  g_assert_no_error (error);
  done = restore (self, self->test, snapshot->id, FALSE);
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  restored = portal_fixture_look (self, self->test);
  g_assert_cmpstr (restored->model_version, ==, "2.0.0.1");
  g_assert_cmpstr (restored->data_model_version, ==, "1.0.0.1");
  g_clear_pointer (&old, mainstay_portal_package_free);
  old = mainstay_portal_transport (self->portal, self->user, self->test, self->old_package, &error);
  g_assert_no_error (error);
  deployed = portal_fixture_look (self, self->test);
  g_assert_cmpstr (deployed->model_version, ==, "1.0.0.1");
  g_assert_cmpstr (deployed->data_model_version, ==, "1.0.0.1");
}

static void
test_other_environment (PortalFixture *self,
                        gconstpointer  data)
{
  g_autofree char *source = portal_fixture_picture (self, self->test);
  g_autofree char *target = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalRestore) done = restore (self, self->production, snapshot->id, FALSE);

  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpstr (done->source_environment_id, ==, self->test->id);
  g_assert_cmpstr (done->target_environment_id, ==, self->production->id);
  target = portal_fixture_picture (self, self->production);
  g_assert_cmpstr (target, ==, source);
}

static void
check_refused (PortalFixture                   *self,
               const MainstayPortalEnvironment *target,
               const char                      *snapshot_id,
               int                              code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (mainstay_portal_restore (self->portal, self->user, target, snapshot_id, FALSE,
                                          &error));
  g_assert_error (error, MAINSTAY_ERROR, code);
}

static void
test_refused (PortalFixture *self,
              gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) failed = NULL;
  g_autofree char *database = portal_fixture_database (self, self->other);
  g_autofree char *before = portal_fixture_picture (self, self->test);
  g_autofree char *after = NULL;

  check_refused (self, self->other, snapshot->id, MAINSTAY_ERROR_NOT_FOUND);
  check_refused (self, self->test, "00000000-0000-4000-8000-000000000000",
                 MAINSTAY_ERROR_NOT_FOUND);
  check_refused (self, self->test, NULL, MAINSTAY_ERROR_INVALID_PARAMETERS);
  check_refused (self, self->test, "../../portal.db", MAINSTAY_ERROR_INVALID_PARAMETERS);
  portal_fixture_set_status (self, self->test, MAINSTAY_ENVIRONMENT_RUNNING);
  check_refused (self, self->test, snapshot->id, MAINSTAY_ERROR_NOT_ALLOWED);
  portal_fixture_set_status (self, self->test, MAINSTAY_ENVIRONMENT_EMPTY);
  check_refused (self, self->test, snapshot->id, MAINSTAY_ERROR_NOT_ALLOWED);
  g_assert_cmpint (g_unlink (database), ==, 0);
  failed = portal_fixture_back_up (self, self->other);
  check_refused (self, self->other, failed->id, MAINSTAY_ERROR_NOT_ALLOWED);
  after = portal_fixture_picture (self, self->test);
  g_assert_cmpstr (after, ==, before);
}

static void
overwrite (const char *path,
           gsize       at,
           const char *bytes)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpuint (at + strlen (bytes), <=, length);
  memcpy (text + at, bytes, strlen (bytes));
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
}

static void
check_damaged (PortalFixture *self,
               const char    *snapshot_id,
               const char    *before)
{
  g_autoptr(MainstayPortalRestore) done = restore (self, self->test, snapshot_id, FALSE);
  g_autofree char *after = portal_fixture_picture (self, self->test);

  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_nonnull (strstr (done->status_message, "damaged"));
  g_assert_null (strstr (done->status_message, self->directory));
  g_assert_cmpstr (after, ==, before);
  check_no_leftovers (self, self->test);
}

static void
test_damaged (PortalFixture *self,
              gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) one = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) two = portal_fixture_back_up (self, self->test);
  g_autofree char *manifest = g_build_filename (self->directory, "snapshots", two->id, NULL);
  g_autofree char *before = NULL;
  g_autoptr(MainstayPortalEnvironment) environment = NULL;

  spoil (self, self->test);
  before = portal_fixture_picture (self, self->test);
  stored_rot_dump (self->directory, one->id);
  check_damaged (self, one->id, before);
  /* Both hold the same. */
  check_damaged (self, two->id, before);
  stored_rot_dump (self->directory, one->id);
  stored_rot_file (self->directory, one->id);
  check_damaged (self, one->id, before);
  stored_rot_file (self->directory, one->id);
  overwrite (manifest, 100, "/../../x");
  check_damaged (self, two->id, before);
  environment = portal_fixture_look (self, self->test);
  g_assert_cmpint (environment->status, ==, MAINSTAY_ENVIRONMENT_STOPPED);
}

typedef struct
{
  PortalFixture *fixture;
  const char *snapshot_id; /* NULL to create */
  int won;
  int busy;
} Racer;

static gpointer
race (gpointer user_data)
{
  Racer *racer = user_data;
  PortalFixture *self = racer->fixture;

  for (int i = 0; i < 20; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
      g_autoptr(MainstayPortalRestore) restored = NULL;

      if (racer->snapshot_id == NULL)
        snapshot = mainstay_portal_create_snapshot (self->portal, self->user, self->test, NULL,
                                                    NULL, &error);
      else
        restored = mainstay_portal_restore (self->portal, self->user, self->test,
                                            racer->snapshot_id, FALSE, &error);
      if (snapshot != NULL || restored != NULL)
        racer->won++;
      else
        {
          g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_BUSY);
          racer->busy++;
        }
    }
  return NULL;
}

static void
test_busy (PortalFixture *self,
           gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  Racer racers[] = { { self, NULL, 0, 0 }, { self, snapshot->id, 0, 0 } };
  GThread *threads[G_N_ELEMENTS (racers)];
  g_autoptr(GPtrArray) snapshots = NULL;
  g_autoptr(GPtrArray) restores = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (racers); i++)
    threads[i] = g_thread_new ("racer", race, &racers[i]);
  for (size_t i = 0; i < G_N_ELEMENTS (racers); i++)
    g_thread_join (threads[i]);
  portal_fixture_wait (self);
  g_assert_cmpint (racers[0].busy + racers[1].busy, >, 0);
  g_assert_cmpint (racers[0].won + racers[1].won, >, 0);
  snapshots = mainstay_portal_list_snapshots (self->portal, self->test, 0, -1, NULL, NULL);
  restores = mainstay_portal_list_restores (self->portal, self->test, 0, -1, NULL, NULL);
  g_assert_cmpuint (snapshots->len, ==, 1 + racers[0].won);
  g_assert_cmpuint (restores->len, ==, racers[1].won);
  for (unsigned int i = 0; i < restores->len; i++)
    g_assert_cmpint (((MainstayPortalRestore *) restores->pdata[i])->state, ==,
                     MAINSTAY_JOB_COMPLETED);
}

static void
test_pinned (PortalFixture *self,
             gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(GError) error = NULL;

  tx = mainstay_portal_database_write (self->portal->database, &error);
  g_assert_true (mainstay_portal_store_pin (tx, snapshot->id, "a job", &error));
  g_assert_true (mainstay_portal_transaction_commit (tx, &error));
  g_clear_pointer (&tx, mainstay_portal_transaction_free);
  g_assert_false (mainstay_portal_delete_snapshot (self->portal, self->user, self->test,
                                                   snapshot->id, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", test_whole);
  ADD ("database-only", test_database_only);
  ADD ("stray-wal", test_stray_wal);
  ADD ("older-model", test_older_model);
  ADD ("other-environment", test_other_environment);
  ADD ("refused", test_refused);
  ADD ("damaged", test_damaged);
  ADD ("busy", test_busy);
  ADD ("pinned", test_pinned);
  return g_test_run ();
}
