/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>

#include "test-cluster.h"

/* A database server whose disk is full: of one tablespace, or of all, with what it writes ahead. */

#define ADD_IN(path, folder, func) \
  g_test_add ("/portal/postgresql-full-disk/" path, PortalFixture, folder, portal_fixture_set_up, \
              func, portal_fixture_tear_down)
#define ADD(path, func) ADD_IN (path, NULL, func)
#define DATABASE "narrow"
#define PLACE "small"
#define IS_FULL "The database server's disk is full: "
#define IS_AWAY "The database server cannot be reached: "
#define WORDS "No space left on device"
#define KIB ((gint64) 1024)

static TestCluster *cluster;

typedef struct
{
  char *snapshot_id;
  char *upload_id;
  char *restored;  /* the environment as the snapshot holds it */
  char *before;    /* and as it is */
  char *databases; /* of the server, when nothing is left over */
} Round;

static void
round_clear (Round *self)
{
  for (char ***text = (char **[]) { &self->snapshot_id, &self->upload_id, &self->restored,
                                    &self->before, &self->databases, NULL };
       *text != NULL; text++)
    g_clear_pointer (*text, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Round, round_clear)

/* Some 10 MiB, of which a server copies 7 for any new database. */
static void
begin (PortalFixture *self,
       Round         *round,
       const char    *tablespace)
{
  g_autofree char *uri = test_cluster_uri (cluster, DATABASE);
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autofree char *dump = NULL;

  test_cluster_make (cluster, DATABASE, 1);
  if (tablespace != NULL)
    {
      g_autofree char *move =
        g_strdup_printf ("ALTER DATABASE " DATABASE " SET TABLESPACE %s", tablespace);

      test_cluster_execute (cluster, "postgres", move);
    }
  test_cluster_execute (cluster, DATABASE, "CREATE TABLE big AS SELECT i, repeat(md5(i::text), 20)"
                        " AS text FROM generate_series(1, 3000) i; CREATE INDEX ON big (text);"
                        "ALTER TABLE big OWNER TO app");
  test_cluster_attach (self->portal, self->test->id, uri);
  round->restored = test_cluster_picture_all (cluster, DATABASE, self);
  snapshot = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (snapshot->state, ==, MAINSTAY_JOB_COMPLETED);
  round->snapshot_id = g_strdup (snapshot->id);
  dump = portal_fixture_stored (self, snapshot, "db.backup");
  round->upload_id = portal_fixture_upload (self, "database", dump);
  /* A sequence skips some when a server ends so soon after it was used. */
  test_cluster_execute (cluster, DATABASE, "INSERT INTO \"select\" VALUES ('unsaved');"
                        "CHECKPOINT");
  round->before = test_cluster_picture_all (cluster, DATABASE, self);
  round->databases = test_cluster_list (cluster);
}

static void
end (void)
{
  test_cluster_execute (cluster, "postgres", "DROP DATABASE " DATABASE " WITH (FORCE)");
}

static MainstayPortalRestore *
restore (PortalFixture *self,
         Round         *round)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalRestore) queued = mainstay_portal_restore (
    self->portal, self->user, self->test, round->snapshot_id, FALSE, &error);
  MainstayPortalRestore *done;

  g_assert_no_error (error);
  portal_fixture_wait (self);
  done = mainstay_portal_get_restore (self->portal, self->test, queued->id, &error);
  g_assert_no_error (error);
  return done;
}

static void
assert_words (const char *message)
{
  g_test_message ("%s", message);
  g_assert_true (g_str_has_prefix (message, IS_FULL));
  g_assert_nonnull (strstr (message, WORDS));
  g_assert_null (strstr (message, cluster->directory));
}

/* The old one serves, and nothing is left beside it. */
static void
assert_old (PortalFixture *self,
            Round         *round)
{
  g_autofree char *after = test_cluster_picture_all (cluster, DATABASE, self);
  g_autofree char *databases = test_cluster_list (cluster);
  g_autofree char *journals = g_build_filename (self->directory, "journals", NULL);
  g_autoptr(MainstayPortalEnvironment) environment = portal_fixture_look (self, self->test);

  g_assert_cmpstr (after, ==, round->before);
  g_assert_cmpstr (databases, ==, round->databases);
  g_assert_true (portal_fixture_is_empty (journals));
  g_assert_cmpint (environment->status, ==, MAINSTAY_ENVIRONMENT_STOPPED);
}

static void
assert_restored (PortalFixture *self,
                 Round         *round)
{
  g_autoptr(MainstayPortalRestore) done = restore (self, round);
  g_autofree char *after = NULL, *databases = NULL;

  g_assert_cmpstr (done->status_message, ==, "Completed restore");
  test_cluster_await_idle (self->portal, self->test->id);
  after = test_cluster_picture_all (cluster, DATABASE, self);
  g_assert_cmpstr (after, ==, round->restored);
  databases = test_cluster_list (cluster);
  g_assert_cmpstr (databases, ==, round->databases);
}

static void
make_tablespace (void)
{
  g_autofree char *data = g_build_filename (cluster->directory, "data", NULL);
  g_autofree char *folder = g_build_filename (cluster->directory, PLACE, NULL);
  g_autofree char *sql = g_strdup_printf ("CREATE TABLESPACE " PLACE " LOCATION '%s'", folder);
  GStatBuf status;

  g_assert_cmpint (g_stat (data, &status), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (chown (folder, status.st_uid, status.st_gid), ==, 0);
  test_cluster_execute (cluster, "postgres", sql);
  test_cluster_execute (cluster, "postgres", "GRANT CREATE ON TABLESPACE " PLACE " TO app");
}

static void
make_room (PortalFixture *self)
{
  test_cluster_set_room (cluster, NULL, 0);
  /* There are writes that it cannot do without. */
  if (test_cluster_revive (cluster))
    g_test_message ("The server has ended");
  test_cluster_await_idle (self->portal, self->test->id);
}

/* Where the next restore is let to begin: in the copy of the template that each database begins as,
 * and then more closely in what is restored. */
static gint64
add_room (gint64 room)
{
  gint64 template =
    test_cluster_number (cluster, "postgres", "SELECT pg_database_size('template0')");
  gint64 whole =
    test_cluster_number (cluster, "postgres", "SELECT pg_database_size('" DATABASE "')");

  return room < template ? room + template / 2 + 1 : room + (whole - template) / 3 + 1;
}

/* Whatever it is that finds no room: the making of a database, its rows, an index. */
static void
test_tablespace (PortalFixture *self,
                 gconstpointer  data)
{
  g_auto(Round) round = { NULL };
  g_autofree char *after = NULL;
  gboolean has_failed = TRUE;
  int n_failed = 0;

  begin (self, &round, PLACE);
  for (gint64 room = 0; has_failed; room = add_room (room))
    {
      g_autoptr(MainstayPortalRestore) done = NULL;

      test_cluster_set_room (cluster, PLACE, room);
      done = restore (self, &round);
      make_room (self);
      has_failed = done->state == MAINSTAY_JOB_FAILED;
      if (!has_failed)
        break;
      assert_words (done->status_message);
      assert_old (self, &round);
      n_failed++;
    }
  g_assert_cmpint (n_failed, >, 3);
  after = test_cluster_picture_all (cluster, DATABASE, self);
  g_assert_cmpstr (after, ==, round.restored);
  end ();
}

static void
test_data_upload (PortalFixture *self,
                  gconstpointer  data)
{
  g_auto(Round) round = { NULL };
  g_autoptr(MainstayPortalDataUpload) queued = NULL;
  g_autoptr(MainstayPortalDataUpload) done = NULL;
  g_autoptr(GError) error = NULL;

  begin (self, &round, PLACE);
  test_cluster_set_room (cluster, PLACE, add_room (add_room (add_room (0))));
  queued = mainstay_portal_upload_data (self->portal, self->user, self->test, round.upload_id, NULL,
                                        NULL, &error);
  g_assert_no_error (error);
  portal_fixture_wait (self);
  make_room (self);
  done = mainstay_portal_get_data_upload (self->portal, self->test, queued->id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_FAILED);
  assert_words (done->status_message);
  assert_old (self, &round);
  assert_restored (self, &round);
  end ();
}

/* What the server writes ahead finds no room either: it cannot go on, and ends or starts again by
 * itself. What was begun is taken back as soon as it answers, and nobody has to ask for it. */
static void
test_server (PortalFixture *self,
             gconstpointer  data)
{
  g_auto(Round) round = { NULL };
  g_autofree char *after = NULL;
  gboolean has_failed = TRUE;
  int n_full = 0;

  begin (self, &round, NULL);
  for (gint64 room = 0; has_failed; room = add_room (add_room (room)))
    {
      g_autoptr(MainstayPortalRestore) done = NULL;

      test_cluster_set_room (cluster, data, room);
      done = restore (self, &round);
      make_room (self);
      has_failed = done->state == MAINSTAY_JOB_FAILED;
      if (!has_failed)
        break;
      /* Whoever was not asking for the room may not be told. */
      if (g_str_has_prefix (done->status_message, IS_AWAY))
        g_test_message ("%s", done->status_message);
      else
        assert_words (done->status_message);
      n_full += g_str_has_prefix (done->status_message, IS_FULL);
      assert_old (self, &round);
    }
  g_assert_cmpint (n_full, >, 0);
  after = test_cluster_picture_all (cluster, DATABASE, self);
  g_assert_cmpstr (after, ==, round.restored);
  end ();
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  cluster = test_cluster_new_with_disk (argv[1]);
  make_tablespace ();
  ADD ("tablespace", test_tablespace);
  ADD ("data-upload", test_data_upload);
  ADD_IN ("server", "data", test_server);
  ADD_IN ("write-ahead", "data/pg_wal", test_server);
  status = g_test_run ();
  test_cluster_free (cluster);
  return status;
}
