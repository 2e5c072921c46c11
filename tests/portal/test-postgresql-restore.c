/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "mainstay-portal-content-store.h"
#include "stored.h"
#include "test-cluster.h"

/* What is put into a database from a backup's blocks, on several connections at once. */

#define NAME "lanes"
#define ADD(path, func) \
  g_test_add ("/portal/postgresql-restore/" path, Fixture, NULL, set_up, func, tear_down)

typedef struct
{
  PortalFixture portal;
  char *databases; /* before */
} Fixture;

static TestCluster *cluster;

static void
attach (Fixture    *self,
        const char *parameters)
{
  g_autofree char *plain = test_cluster_uri (cluster, NAME);
  g_autofree char *uri = g_strconcat (plain, parameters, NULL);

  test_cluster_attach (self->portal.portal, self->portal.test->id, uri);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  portal_fixture_set_up (&self->portal, NULL);
  test_cluster_make (cluster, NAME, 1);
  attach (self, "?restore_jobs=3");
  self->databases = test_cluster_list (cluster);
}

/* Nothing of a restore is left, whatever became of it. */
static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_autofree char *now = test_cluster_list (cluster);

  g_assert_cmpstr (now, ==, self->databases);
  test_cluster_execute (cluster, "postgres", "DROP DATABASE " NAME " WITH (FORCE)");
  g_clear_pointer (&self->databases, g_free);
  portal_fixture_tear_down (&self->portal, NULL);
}

static MainstayPortalRestore *
restore (Fixture    *self,
         const char *snapshot_id)
{
  PortalFixture *portal = &self->portal;
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalRestore) queued = mainstay_portal_restore (
    portal->portal, portal->user, portal->test, snapshot_id, FALSE, &error);
  MainstayPortalRestore *done;

  g_assert_no_error (error);
  portal_fixture_wait (portal);
  done = mainstay_portal_get_restore (portal->portal, portal->test, queued->id, &error);
  g_assert_no_error (error);
  return done;
}

/* Puts back what was there, as it tells in all of its tables and files. */
static void
assert_restored (Fixture    *self,
                 const char *snapshot_id,
                 const char *before)
{
  g_autoptr(MainstayPortalRestore) done = NULL;
  g_autofree char *changed = NULL, *after = NULL;

  test_cluster_change_all (cluster, NAME, &self->portal, 1);
  changed = test_cluster_picture_all (cluster, NAME, &self->portal);
  g_assert_cmpstr (changed, !=, before);
  done = restore (self, snapshot_id);
  g_assert_cmpstr (done->status_message, ==, "Completed restore");
  after = test_cluster_picture_all (cluster, NAME, &self->portal);
  g_assert_cmpstr (after, ==, before);
}

/* Leaves what is there. */
static void
assert_failed (Fixture    *self,
               const char *snapshot_id,
               const char *words)
{
  g_autofree char *before = test_cluster_picture_all (cluster, NAME, &self->portal);
  g_autoptr(MainstayPortalRestore) done = restore (self, snapshot_id);
  g_autofree char *after = test_cluster_picture_all (cluster, NAME, &self->portal);

  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_FAILED);
  g_test_message ("%s", done->status_message);
  g_assert_nonnull (strstr (done->status_message, words));
  g_assert_cmpstr (after, ==, before);
}

static MainstayPortalSnapshot *
back_up (Fixture *self)
{
  MainstayPortalSnapshot *snapshot =
    portal_fixture_back_up (&self->portal, self->portal.test);

  g_assert_cmpstr (snapshot->status_message, ==, "Completed backup creation");
  return snapshot;
}

static void
make_tables (int n)
{
  g_autoptr(GString) sql = g_string_new ("SET ROLE app;");

  for (int i = 0; i < n; i++)
    g_string_append_printf (
      sql,
      "CREATE TABLE t%d (id int PRIMARY KEY, text text);"
      "INSERT INTO t%d SELECT i, md5(i::text) FROM generate_series(1, %d) i;", i, i, i * 50);
  test_cluster_execute (cluster, NAME, sql->str);
}

/* Each table is one connection's, whatever their number, and what refers to others comes last. */
static void
test_many_tables (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalBackup) backup = NULL;
  g_autofree char *before = NULL;

  make_tables (40);
  test_cluster_execute (cluster, NAME,
                        "SET ROLE app; ALTER TABLE t0 ADD FOREIGN KEY (id) REFERENCES t39");
  before = test_cluster_picture_all (cluster, NAME, &self->portal);
  snapshot = back_up (self);
  backup = stored_read (self->portal.directory, snapshot->id);
  g_assert_nonnull (backup->blocks);
  g_assert_cmpuint (backup->blocks->len, >, 40);
  for (int jobs = 1; jobs <= 16; jobs *= 4)
    {
      g_autofree char *parameters = g_strdup_printf ("?restore_jobs=%d", jobs);

      attach (self, parameters);
      assert_restored (self, snapshot->id, before);
    }
}

static void
test_no_tables (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autoptr(MainstayPortalBackup) backup = NULL;
  g_autoptr(MainstayPortalRestore) done = NULL;
  g_autofree char *before = NULL, *after = NULL;

  test_cluster_execute (cluster, NAME, "DROP OWNED BY app CASCADE");
  before = test_cluster_picture_all (cluster, NAME, &self->portal);
  snapshot = back_up (self);
  backup = stored_read (self->portal.directory, snapshot->id);
  g_assert_cmpuint (backup->blocks->len, ==, 0);
  make_tables (2);
  done = restore (self, snapshot->id);
  g_assert_cmpstr (done->status_message, ==, "Completed restore");
  after = test_cluster_picture_all (cluster, NAME, &self->portal);
  g_assert_cmpstr (after, ==, before);
}

/* Made before the places were written down: the whole dump goes through a file. */
static void
test_without_blocks (Fixture       *self,
                     gconstpointer  data)
{
  g_autofree char *before = test_cluster_picture_all (cluster, NAME, &self->portal);
  g_autoptr(MainstayPortalSnapshot) snapshot = back_up (self);
  g_autoptr(MainstayPortalBackup) backup = stored_read (self->portal.directory, snapshot->id);
  g_autofree char *path =
    g_build_filename (self->portal.directory, "snapshots", snapshot->id, NULL);

  g_clear_pointer (&backup->blocks, g_array_unref);
  g_assert_true (mainstay_portal_backup_write (backup, path, FALSE, NULL));
  assert_restored (self, snapshot->id, before);
}

/* What cannot be read is told, and not what the server made of it. */
static void
test_damaged (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autofree char *before = NULL;

  make_tables (3);
  /* Several pieces. */
  test_cluster_execute (cluster, NAME,
                        "SET ROLE app; CREATE TABLE large AS"
                        " SELECT i, md5(i::text) || md5((-i)::text) AS text"
                        " FROM generate_series(1, 60000) i");
  before = test_cluster_picture_all (cluster, NAME, &self->portal);
  snapshot = back_up (self);
  stored_rot_last (self->portal.directory, snapshot->id);
  assert_failed (self, snapshot->id, "The backup is damaged");
  stored_rot_last (self->portal.directory, snapshot->id);
  assert_restored (self, snapshot->id, before);
}

/* A table that the server does not take ends the others, and is what is told. */
static void
test_one_fails (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  gint64 begun;

  test_cluster_execute (
    cluster, NAME,
    "SET ROLE app; CREATE FUNCTION here() RETURNS bool LANGUAGE sql AS"
    " $$SELECT current_database() = '" NAME "'$$;"
    "CREATE FUNCTION slow() RETURNS bool LANGUAGE sql AS"
    " $$SELECT public.here() OR pg_sleep(300) IS NOT NULL$$;"
    "CREATE TABLE failing (i int, text text, CONSTRAINT only_here CHECK (here()));"
    "CREATE TABLE waiting (i int, text text, CHECK (slow()));"
    "INSERT INTO failing SELECT i, md5(i::text) FROM generate_series(1, 20000) i;"
    "INSERT INTO waiting SELECT i, md5(i::text) FROM generate_series(1, 15000) i;");
  snapshot = back_up (self);
  begun = g_get_monotonic_time ();
  assert_failed (self, snapshot->id, "only_here");
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 100 * G_TIME_SPAN_SECOND);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cluster = test_cluster_new ();
  ADD ("many-tables", test_many_tables);
  ADD ("no-tables", test_no_tables);
  ADD ("without-blocks", test_without_blocks);
  ADD ("damaged", test_damaged);
  ADD ("one-fails", test_one_fails);
  status = g_test_run ();
  test_cluster_free (cluster);
  return status;
}
