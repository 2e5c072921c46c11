/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define ADD(path, func) \
  g_test_add ("/portal/data-uploads/" path, Fixture, NULL, set_up, func, tear_down)

typedef struct
{
  PortalFixture portal;
  char *dump;  /* a database with three rows in one table, packed by nobody */
  char *files; /* an archive of the other app's uploaded files */
} Fixture;

static char *
pack_files (PortalFixture *portal)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (portal, portal->other);

  return portal_fixture_pack (portal, portal->other, snapshot->id, "files_only");
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  sqlite3 *db = NULL;

  portal_fixture_set_up (&self->portal, data);
  self->dump = g_build_filename (self->portal.directory, "local.sqlite", NULL);
  g_assert_cmpint (sqlite3_open (self->dump, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "CREATE TABLE local (n); INSERT INTO local VALUES (1), (2),"
                                 " (3)", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  self->files = pack_files (&self->portal);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_clear_pointer (&self->dump, g_free);
  g_clear_pointer (&self->files, g_free);
  portal_fixture_tear_down (&self->portal, data);
}

/* (transfer full) (nullable): where new uploaded files of Production are being made */
static char *
find_fresh (PortalFixture *portal)
{
  g_autofree char *files = portal_fixture_files (portal, portal->production);
  g_autofree char *parent = g_path_get_dirname (files);
  g_autofree char *name = g_path_get_basename (files);
  g_autofree char *prefix = g_strconcat (name, ".mainstay-new-", NULL);
  g_autoptr(GDir) dir = g_dir_open (parent, 0, NULL);
  const char *entry;

  g_assert_nonnull (dir);
  while ((entry = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (entry, prefix))
      return g_build_filename (parent, entry, NULL);
  return NULL;
}

static MainstayPortalDataUpload *
load (Fixture    *self,
      const char *database_id,
      const char *files_id)
{
  PortalFixture *portal = &self->portal;
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalDataUpload) queued = mainstay_portal_upload_data (
    portal->portal, portal->user, portal->production, database_id, files_id, NULL, &error);
  MainstayPortalDataUpload *finished;

  g_assert_no_error (error);
  g_assert_cmpint (queued->state, ==, MAINSTAY_JOB_QUEUED);
  portal_fixture_wait (portal);
  finished = mainstay_portal_get_data_upload (portal->portal, portal->production, queued->id,
                                              &error);
  g_assert_no_error (error);
  return finished;
}

static gint64
count_tables (const char *database)
{
  return portal_fixture_number (database,
                                "SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
}

/* U3, U4, U5 and U7: what is true whichever kind was sent. */
static void
check_cleared (Fixture *self)
{
  PortalFixture *portal = &self->portal;
  g_autoptr(MainstayPortalEnvironment) now = portal_fixture_look (portal, portal->production);
  g_autofree char *package = mainstay_portal_resolve (portal->portal, now->package_path);
  g_autoptr(GPtrArray) activity = NULL;
  g_autoptr(GError) error = NULL;
  gint64 total = -1;
  g_autoptr(GPtrArray) snapshots =
    mainstay_portal_list_snapshots (portal->portal, portal->production, 0, -1, &total, NULL);

  g_assert_cmpint (now->status, ==, MAINSTAY_ENVIRONMENT_EMPTY);
  g_assert_null (now->package_id);
  g_assert_null (now->model_version);
  g_assert_cmpuint (g_strv_length (now->published_services), ==, 0);
  g_assert_false (g_file_test (package, G_FILE_TEST_EXISTS));
  g_assert_cmpint (total, ==, 0);
  activity = mainstay_portal_list_activity (portal->portal, portal->production, 0, 1, NULL, NULL);
  g_assert_cmpstr (((MainstayPortalActivity *) activity->pdata[0])->kind, ==, "data_upload");
  g_assert_null (mainstay_portal_start (portal->portal, portal->user, now, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_MDA_DEPLOYED);
}

static void
deploy (PortalFixture *portal)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalPackage) package = mainstay_portal_transport (
    portal->portal, portal->user, portal->production, portal->package, &error);
  g_autofree char *folder = mainstay_portal_resolve (portal->portal,
                                                     portal->production->package_path);

  g_assert_no_error (error);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
}

static void
test_both (Fixture       *self,
           gconstpointer  data)
{
  PortalFixture *portal = &self->portal;
  g_autofree char *database_id = portal_fixture_upload (portal, "database", self->dump);
  g_autofree char *files_id = portal_fixture_upload (portal, "files", self->files);
  g_autofree char *database = portal_fixture_database (portal, portal->production);
  g_autofree char *files = portal_fixture_files (portal, portal->production);
  g_autofree char *sent = portal_fixture_files (portal, portal->other);
  g_autofree char *upload = mainstay_portal_dup_upload_path (portal->portal, database_id);
  g_autofree char *here = NULL;
  g_autofree char *there = portal_fixture_digest_tree (sent);
  g_autoptr(MainstayPortalDataUpload) done = NULL;
  g_autoptr(MainstayPortalUpload) gone = NULL;

  deploy (portal);
  done = load (self, database_id, files_id);
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpint (portal_fixture_number (database, "SELECT sum(n) FROM local"), ==, 6);
  g_assert_cmpint (count_tables (database), ==, 1);
  here = portal_fixture_digest_tree (files);
  g_assert_cmpstr (here, ==, there);
  check_cleared (self);
  /* What was sent is not kept. */
  g_assert_false (g_file_test (upload, G_FILE_TEST_EXISTS));
  gone = mainstay_portal_get_upload (portal->portal, portal->user, database_id, NULL);
  g_assert_null (gone);
}

static void
test_database_alone (Fixture       *self,
                     gconstpointer  data)
{
  PortalFixture *portal = &self->portal;
  g_autofree char *database_id = portal_fixture_upload (portal, "database", self->dump);
  g_autofree char *database = portal_fixture_database (portal, portal->production);
  g_autofree char *files = portal_fixture_files (portal, portal->production);
  g_autofree char *here = NULL;
  g_autoptr(MainstayPortalDataUpload) done = load (self, database_id, NULL);

  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpint (portal_fixture_number (database, "SELECT sum(n) FROM local"), ==, 6);
  here = portal_fixture_digest_tree (files);
  g_assert_cmpstr (here, ==, "");
  g_assert_true (g_file_test (files, G_FILE_TEST_IS_DIR));
  check_cleared (self);
}

static void
test_files_alone (Fixture       *self,
                  gconstpointer  data)
{
  PortalFixture *portal = &self->portal;
  g_autofree char *files_id = portal_fixture_upload (portal, "files", self->files);
  g_autofree char *database = portal_fixture_database (portal, portal->production);
  g_autofree char *files = portal_fixture_files (portal, portal->production);
  g_autofree char *sent = portal_fixture_files (portal, portal->other);
  g_autofree char *there = portal_fixture_digest_tree (sent);
  g_autofree char *here = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr(MainstayPortalDataUpload) done = load (self, NULL, files_id);
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;

  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpint (count_tables (database), ==, 0);
  g_assert_true (g_file_get_contents (database, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, "SQLite format 3");
  here = portal_fixture_digest_tree (files);
  g_assert_cmpstr (here, ==, there);
  check_cleared (self);
  /* Data without a package can still be kept safe. */
  snapshot = portal_fixture_back_up (portal, portal->production);
  g_assert_cmpint (snapshot->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_null (snapshot->model_version);
}

static void
check_refused (Fixture    *self,
               const char *database_id,
               const char *files_id,
               int         code)
{
  PortalFixture *portal = &self->portal;
  g_autoptr(GError) error = NULL;
  gint64 pins = -1;
  g_autofree char *records = g_build_filename (portal->directory, "portal.db", NULL);

  g_assert_null (mainstay_portal_upload_data (portal->portal, portal->user, portal->production,
                                              database_id, files_id, NULL, &error));
  g_assert_error (error, MAINSTAY_ERROR, code);
  g_assert_null (strstr (error->message, portal->directory));
  pins = portal_fixture_number (records, "SELECT count(*) FROM pins");
  g_assert_cmpint (pins, ==, 0);
}

static void
test_refused (Fixture       *self,
              gconstpointer  data)
{
  PortalFixture *portal = &self->portal;
  g_autofree char *before = portal_fixture_picture (portal, portal->production);
  g_autofree char *after = NULL;
  g_autofree char *text = g_build_filename (portal->directory, "text", NULL);
  g_autofree char *database_id = portal_fixture_upload (portal, "database", self->dump);
  g_autofree char *files_id = portal_fixture_upload (portal, "files", self->files);
  g_autofree char *swapped = portal_fixture_upload (portal, NULL, self->dump);
  g_autofree char *text_id = NULL;
  g_autoptr(MainstayPortalUpload) partial = NULL;
  g_autoptr(MainstayPortalEnvironment) now = NULL;

  g_assert_true (g_file_set_contents (text, "PGDMP is not enough of a dump", -1, NULL));
  text_id = portal_fixture_upload (portal, "database", text);
  partial = mainstay_portal_create_upload (portal->portal, portal->user, "database", NULL, NULL,
                                           100, NULL);
  check_refused (self, NULL, NULL, MAINSTAY_ERROR_INVALID_PARAMETERS);
  check_refused (self, "../lock", NULL, MAINSTAY_ERROR_INVALID_PARAMETERS);
  check_refused (self, partial->id, NULL, MAINSTAY_ERROR_INVALID_PARAMETERS);
  check_refused (self, files_id, NULL, MAINSTAY_ERROR_UNSUPPORTED);
  check_refused (self, NULL, swapped, MAINSTAY_ERROR_UNSUPPORTED);
  check_refused (self, text_id, NULL, MAINSTAY_ERROR_UNSUPPORTED);
  portal_fixture_set_status (portal, portal->production, MAINSTAY_ENVIRONMENT_RUNNING);
  check_refused (self, database_id, files_id, MAINSTAY_ERROR_NOT_ALLOWED);
  after = portal_fixture_picture (portal, portal->production);
  g_assert_cmpstr (after, ==, before);
  now = portal_fixture_look (portal, portal->production);
  g_assert_cmpuint (g_strv_length (now->published_services), ==, 2);
}

/* Nothing of a failed one is to be seen, and it can be tried again with what was sent. */
static void
check_untouched (Fixture    *self,
                 const char *before,
                 const char *upload_id)
{
  PortalFixture *portal = &self->portal;
  g_autofree char *after = portal_fixture_picture (portal, portal->production);
  g_autofree char *journals = g_build_filename (portal->directory, "journals", NULL);
  g_autofree char *staging = g_build_filename (portal->directory, "staging", NULL);
  g_autofree char *fresh = find_fresh (portal);
  g_autofree char *upload = mainstay_portal_dup_upload_path (portal->portal, upload_id);
  g_autoptr(MainstayPortalEnvironment) now = portal_fixture_look (portal, portal->production);

  g_assert_cmpstr (after, ==, before);
  g_assert_null (fresh);
  g_assert_true (portal_fixture_is_empty (journals));
  g_assert_true (portal_fixture_is_empty (staging));
  g_assert_true (g_file_test (upload, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpint (now->status, ==, MAINSTAY_ENVIRONMENT_STOPPED);
  g_assert_cmpstr (now->model_version, ==, "2.0.0.1");
  g_assert_cmpuint (g_strv_length (now->published_services), ==, 2);
}

/* A database that begins well and is broken further on gets as far as the job. */
static void
test_failed (Fixture       *self,
             gconstpointer  data)
{
  PortalFixture *portal = &self->portal;
  g_autofree char *source = portal_fixture_database (portal, portal->other);
  g_autofree char *broken = g_build_filename (portal->directory, "broken", NULL);
  g_autofree char *before = portal_fixture_picture (portal, portal->production);
  g_autofree char *files_id = portal_fixture_upload (portal, "files", self->files);
  g_autofree char *bytes = NULL;
  g_autofree char *id = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &bytes, &length, NULL));
  memset (bytes + length / 2, 0x5a, 3 * 4096);
  g_assert_true (g_file_set_contents (broken, bytes, (gssize) length, NULL));
  id = portal_fixture_upload (portal, "database", broken);
  for (int with_files = 0; with_files < 2; with_files++)
    {
      g_autoptr(MainstayPortalDataUpload) done = load (self, id, with_files ? files_id : NULL);

      g_assert_cmpint (done->state, ==, MAINSTAY_JOB_FAILED);
      g_assert_nonnull (strstr (done->status_message, "damaged"));
      check_untouched (self, before, id);
    }
}

/* In the job: the first plans are of the files and the package, and then the database begins. */
typedef struct
{
  Fixture *fixture;
  const char *files; /* of what is sent, when the database waits for them */
  gboolean fails;    /* after that */
  const char *spoil; /* (nullable): a file that loses its end before anything begins */
  int n_plans;
} Interference;

static void
wait_for_files (Interference *self)
{
  gint64 end = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;

  for (;; g_usleep (2000))
    {
      g_autofree char *fresh = find_fresh (&self->fixture->portal);
      g_autofree char *tree = fresh != NULL ? portal_fixture_digest_tree (fresh) : NULL;

      if (g_strcmp0 (tree, self->files) == 0)
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
}

static gboolean
interfere (const char *step,
           gpointer    user_data)
{
  Interference *self = user_data;

  if (strcmp (step, "journal") != 0)
    return TRUE;
  self->n_plans++;
  if (self->n_plans == 1 && self->spoil != NULL)
    g_assert_cmpint (truncate (self->spoil, 300), ==, 0);
  if (self->n_plans != 3 || self->files == NULL)
    return TRUE;
  wait_for_files (self);
  return !self->fails;
}

/* The files are there before the database is begun: neither waits for the other's end. And when it
 * fails then, they go again. */
static void
test_beside (Fixture       *self,
             gconstpointer  data)
{
  PortalFixture *portal = &self->portal;
  g_autofree char *before = portal_fixture_picture (portal, portal->production);
  g_autofree char *database_id = portal_fixture_upload (portal, "database", self->dump);
  g_autofree char *files_id = portal_fixture_upload (portal, "files", self->files);
  g_autofree char *files = portal_fixture_files (portal, portal->production);
  g_autofree char *sent = portal_fixture_files (portal, portal->other);
  g_autofree char *there = portal_fixture_digest_tree (sent);
  g_autofree char *here = NULL;
  Interference interference = { .fixture = self, .files = there, .fails = TRUE };
  g_autoptr(MainstayPortalDataUpload) failed = NULL;
  g_autoptr(MainstayPortalDataUpload) done = NULL;

  mainstay_portal_swap_set_hook (interfere, &interference);
  failed = load (self, database_id, files_id);
  g_assert_cmpint (interference.n_plans, ==, 3);
  g_assert_cmpint (failed->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_cmpstr (failed->status_message, ==, "The portal's disk could not be read or written");
  check_untouched (self, before, database_id);
  interference.n_plans = 0;
  interference.fails = FALSE;
  done = load (self, database_id, files_id);
  mainstay_portal_swap_set_hook (NULL, NULL);
  g_assert_cmpint (done->state, ==, MAINSTAY_JOB_COMPLETED);
  here = portal_fixture_digest_tree (files);
  g_assert_cmpstr (here, ==, there);
  check_cleared (self);
}

/* They were whole when they were looked through. */
static void
test_failed_files (Fixture       *self,
                   gconstpointer  data)
{
  PortalFixture *portal = &self->portal;
  g_autofree char *before = portal_fixture_picture (portal, portal->production);
  g_autofree char *database_id = portal_fixture_upload (portal, "database", self->dump);
  g_autofree char *files_id = portal_fixture_upload (portal, "files", self->files);
  g_autofree char *path = mainstay_portal_dup_upload_path (portal->portal, files_id);
  Interference interference = { .fixture = self, .spoil = path };
  g_autoptr(MainstayPortalDataUpload) failed = NULL;

  mainstay_portal_swap_set_hook (interfere, &interference);
  failed = load (self, database_id, files_id);
  mainstay_portal_swap_set_hook (NULL, NULL);
  g_assert_cmpint (failed->state, ==, MAINSTAY_JOB_FAILED);
  /* And not that it was stopped, as the database was. */
  g_assert_cmpstr (failed->status_message, ==, "The gzip data ends too early");
  check_untouched (self, before, database_id);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("both", test_both);
  ADD ("database-alone", test_database_alone);
  ADD ("files-alone", test_files_alone);
  ADD ("refused", test_refused);
  ADD ("failed", test_failed);
  ADD ("beside", test_beside);
  ADD ("failed-files", test_failed_files);
  return g_test_run ();
}
