/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "mainstay-portal-environments.h"
#include "mainstay-portal-files.h"
#include "mainstay-portal-sample.h"
#include "stored.h"

#define ALL_RIGHTS \
  (MAINSTAY_PORTAL_RIGHT_API | MAINSTAY_PORTAL_RIGHT_BACKUPS | MAINSTAY_PORTAL_RIGHT_TRANSPORT)

static char *
add_package (MainstayPortalTransaction *tx,
             const char                *project_id,
             const char                *version)
{
  g_autoptr(MainstayPortalPackage) package = g_new0 (MainstayPortalPackage, 1);
  g_autoptr(GError) error = NULL;

  package->id = g_uuid_string_random ();
  package->project_id = g_strdup (project_id);
  package->name = g_strdup ("Package");
  package->description = g_strdup ("");
  package->version = g_strdup (version);
  package->creator = g_strdup ("Somebody");
  package->status = g_strdup ("Succeeded");
  mainstay_portal_store_add_package (tx, package, &error);
  g_assert_no_error (error);
  return g_strdup (package->id);
}

static MainstayPortalEnvironment *
add_environment (PortalFixture             *self,
                 MainstayPortalTransaction *tx,
                 const char                *app_id,
                 const char                *mode)
{
  g_autoptr(MainstayPortalApp) app = mainstay_portal_store_get_app (tx, app_id, NULL);
  g_autoptr(MainstayPortalEnvironment) environment = NULL;
  g_autofree char *database = NULL;
  g_autofree char *files = NULL;
  g_autoptr(GError) error = NULL;

  if (app == NULL)
    {
      app = g_new0 (MainstayPortalApp, 1);
      app->project_id = g_uuid_string_random ();
      app->app_id = g_strdup (app_id);
      app->name = g_strdup (app_id);
      app->url = g_strdup ("https://example.com");
      mainstay_portal_store_add_app (tx, app, &error);
      g_assert_no_error (error);
    }
  environment = mainstay_portal_environment_new (app, mode);
  environment->status = MAINSTAY_ENVIRONMENT_STOPPED;
  environment->production = strcmp (mode, "Production") == 0;
  environment->model_version = g_strdup ("2.0.0.1");
  environment->data_model_version = g_strdup ("2.0.0.1");
  if (environment->production)
    {
      g_clear_pointer (&environment->published_services, g_strfreev);
      environment->published_services = g_strsplit ("Orders,Stock", ",", -1);
    }
  mainstay_portal_environment_prepare (environment, self->directory, &error);
  g_assert_no_error (error);
  mainstay_portal_store_add_environment (tx, environment, &error);
  g_assert_no_error (error);
  mainstay_portal_store_set_rights (tx, self->user->id, environment->id, ALL_RIGHTS, &error);
  g_assert_no_error (error);
  database = portal_fixture_database (self, environment);
  files = portal_fixture_files (self, environment);
  mainstay_portal_sample_fill (database, files, FIXTURE_FILES,
                               g_str_hash (app_id) ^ g_str_hash (mode), &error);
  g_assert_no_error (error);
  return g_steal_pointer (&environment);
}

void
portal_fixture_set_up (PortalFixture *self,
                       gconstpointer  data)
{
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autofree char *id = NULL;
  g_autoptr(GError) error = NULL;

  self->directory = g_dir_make_tmp ("mainstay-portal-XXXXXX", &error);
  g_assert_no_error (error);
  self->portal = mainstay_portal_open (self->directory, MAINSTAY_PORTAL_DEFAULT, &error);
  g_assert_no_error (error);
  tx = mainstay_portal_database_write (self->portal->database, &error);
  g_assert_no_error (error);
  id = mainstay_portal_store_add_user (tx, "sam", "Sam Porter", &self->key, &error);
  g_assert_no_error (error);
  self->user = mainstay_portal_store_get_user (tx, "sam", &error);
  g_assert_no_error (error);
  self->test = add_environment (self, tx, "harbour", "Test");
  self->production = add_environment (self, tx, "harbour", "Production");
  self->other = add_environment (self, tx, "other", "Test");
  self->old_package = add_package (tx, self->test->project_id, "1.0.0.1");
  self->package = add_package (tx, self->test->project_id, "2.0.0.1");
  mainstay_portal_transaction_commit (tx, &error);
  g_assert_no_error (error);
}

void
portal_fixture_tear_down (PortalFixture *self,
                          gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->portal, mainstay_portal_free);
  g_clear_pointer (&self->user, mainstay_portal_user_free);
  g_clear_pointer (&self->test, mainstay_portal_environment_free);
  g_clear_pointer (&self->production, mainstay_portal_environment_free);
  g_clear_pointer (&self->other, mainstay_portal_environment_free);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->package, g_free);
  g_clear_pointer (&self->old_package, g_free);
  mainstay_portal_remove_tree (self->directory, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self->directory, g_free);
}

void
portal_fixture_reopen (PortalFixture *self)
{
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->portal, mainstay_portal_free);
  self->portal = mainstay_portal_open (self->directory, MAINSTAY_PORTAL_DEFAULT, &error);
  g_assert_no_error (error);
}

MainstayPortalEnvironment *
portal_fixture_look (PortalFixture                   *self,
                     const MainstayPortalEnvironment *environment)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_read (self->portal->database, &error);
  MainstayPortalEnvironment *now = mainstay_portal_read_again (tx, environment, &error);

  g_assert_no_error (error);
  return now;
}

void
portal_fixture_set_status (PortalFixture                   *self,
                           const MainstayPortalEnvironment *environment,
                           MainstayEnvironmentStatus        status)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal->database, &error);
  g_autoptr(MainstayPortalEnvironment) now = mainstay_portal_read_again (tx, environment, &error);

  g_assert_no_error (error);
  now->status = status;
  mainstay_portal_store_put_environment (tx, now, &error);
  g_assert_no_error (error);
  mainstay_portal_transaction_commit (tx, &error);
  g_assert_no_error (error);
}

char *
portal_fixture_database (PortalFixture                   *self,
                         const MainstayPortalEnvironment *environment)
{
  return g_canonicalize_filename (environment->database_uri + strlen ("sqlite:"), self->directory);
}

char *
portal_fixture_files (PortalFixture                   *self,
                      const MainstayPortalEnvironment *environment)
{
  return g_canonicalize_filename (environment->files_path, self->directory);
}

gint64
portal_fixture_number (const char *database,
                       const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 number;

  g_assert_cmpint (sqlite3_open_v2 (database, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  /* The portal may be writing. */
  sqlite3_busy_timeout (db, 10000);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return number;
}

void
portal_fixture_execute (const char *database,
                        const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open_v2 (database, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
list_tree (const char *folder,
           const char *relative,
           GPtrArray  *lines)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *below = g_build_filename (relative, name, NULL);
      g_autofree char *text = NULL;
      g_autofree char *digest = NULL;
      gsize length;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          list_tree (path, below, lines);
          continue;
        }
      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, length);
      g_ptr_array_add (lines, g_strdup_printf ("%s %s", below, digest));
    }
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
portal_fixture_digest_tree (const char *folder)
{
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  list_tree (folder, "", lines);
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

gboolean
portal_fixture_is_empty (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);

  return g_dir_read_name (dir) == NULL;
}

char *
portal_fixture_picture (PortalFixture                   *self,
                        const MainstayPortalEnvironment *environment)
{
  g_autofree char *database = portal_fixture_database (self, environment);
  g_autofree char *files = portal_fixture_files (self, environment);
  g_autofree char *tree = portal_fixture_digest_tree (files);

  return g_strdup_printf (
    "%" G_GINT64_FORMAT " shipments weighing %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
    " documents\n%s",
    portal_fixture_number (database, "SELECT count(*) FROM harbour$shipment"),
    portal_fixture_number (database, "SELECT sum(weight_kg) FROM harbour$shipment"),
    portal_fixture_number (database, "SELECT count(*) FROM system$filedocument"), tree);
}

void
portal_fixture_wait (PortalFixture *self)
{
  g_assert_true (mainstay_portal_wait (self->portal, 60000));
}

MainstayPortalSnapshot *
portal_fixture_back_up (PortalFixture                   *self,
                        const MainstayPortalEnvironment *environment)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot = mainstay_portal_create_snapshot (
    self->portal, self->user, environment, "A comment", NULL, &error);
  MainstayPortalSnapshot *finished;

  g_assert_no_error (error);
  g_assert_cmpint (snapshot->state, ==, MAINSTAY_JOB_QUEUED);
  portal_fixture_wait (self);
  finished = mainstay_portal_get_snapshot (self->portal, environment, snapshot->id, &error);
  g_assert_no_error (error);
  return finished;
}

char *
portal_fixture_pack (PortalFixture                   *self,
                     const MainstayPortalEnvironment *environment,
                     const char                      *snapshot_id,
                     const char                      *data_type)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalArchive) queued = mainstay_portal_make_archive (
    self->portal, self->user, environment, snapshot_id, data_type, &error);
  g_autoptr(MainstayPortalArchive) archive = NULL;

  g_assert_no_error (error);
  portal_fixture_wait (self);
  archive = mainstay_portal_get_archive (self->portal, environment, snapshot_id, queued->id,
                                         &error);
  g_assert_no_error (error);
  return g_strdup (archive->path);
}

char *
portal_fixture_stored (PortalFixture                *self,
                       const MainstayPortalSnapshot *snapshot,
                       const char                   *name)
{
  g_autofree char *id = g_strconcat ("stored-", snapshot->id, NULL);
  g_autofree char *folder = g_build_filename (self->directory, id, NULL);

  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    stored_extract (self->directory, snapshot->id, folder);
  return g_build_filename (folder, name, NULL);
}

char *
portal_fixture_upload (PortalFixture *self,
                       const char    *kind,
                       const char    *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalUpload) upload = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *to = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  upload = mainstay_portal_create_upload (self->portal, self->user, kind, "file", NULL,
                                          (gint64) length, &error);
  g_assert_no_error (error);
  to = mainstay_portal_dup_upload_path (self->portal, upload->id);
  g_assert_true (g_file_set_contents (to, bytes, (gssize) length, NULL));
  mainstay_portal_set_upload_offset (self->portal, upload->id, (gint64) length, -1, &error);
  g_assert_no_error (error);
  return g_strdup (upload->id);
}
