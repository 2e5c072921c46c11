/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>

#include "breaking-line.h"
#include "fake-operation.h"
#include "mainstay-archive-reader.h"
#include "mainstay-error.h"
#include "mainstay-operations.h"
#include "portal-child.h"

/* Whole flows on the real portal program. The sample takes a while to be made, so that all tests
 * share one, and each looks at what it finds. */
static PortalChild *portal;

static void
set_up (PortalView    *view,
        gconstpointer  data)
{
  portal_view_open (view, portal, NULL, "Acceptance");
}

static void
tear_down (PortalView    *view,
           gconstpointer  data)
{
  portal_view_close (view);
}

static void
run (MainstayOperation *operation)
{
  mainstay_operation_start (operation);
  wait_for_end (operation);
}

static void
assert_done (MainstayOperation *operation)
{
  g_assert_no_error (mainstay_operation_get_error (operation));
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
}

static unsigned int
list_length (PortalView *view)
{
  portal_view_refresh (view);
  return g_list_model_get_n_items (G_LIST_MODEL (view->list));
}

static void
assert_same_folder (const char *a,
                    const char *b)
{
  g_autofree char *one = describe_folder (a);
  g_autofree char *two = describe_folder (b);

  g_assert_cmpstr (one, !=, "");
  g_assert_cmpstr (one, ==, two);
}

/* What the environment holds is what the backup holds, or was. */
static void
assert_holds (PortalView     *view,
              MainstayBackup *backup,
              gboolean        files_too)
{
  g_autofree char *database = portal_view_database (view);
  g_autofree char *files = portal_view_files (view);
  g_autofree char *stored_database = portal_view_stored (view, backup, "db.backup");
  g_autofree char *stored_files = portal_view_stored (view, backup, "files");

  g_assert_cmpint (count_rows (database), ==, count_rows (stored_database));
  if (files_too)
    assert_same_folder (files, stored_files);
}

static void
test_create (PortalView    *view,
             gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = mainstay_create_operation_new (view->list, "By a test");
  unsigned int before = list_length (view);
  MainstayBackup *backup;

  run (operation);
  assert_done (operation);
  backup = mainstay_operation_get_backup (operation);
  g_assert_cmpint (mainstay_backup_get_state (backup), ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpuint (list_length (view), ==, before + 1);
  g_assert_true (mainstay_backup_list_find (view->list, mainstay_backup_get_id (backup)) ==
                 backup);
  g_assert_cmpstr (mainstay_backup_get_comment (backup), ==, "By a test");
  g_assert_cmpint (mainstay_backup_get_size_bytes (backup), >, 0);
  assert_holds (view, backup, TRUE);
}

/* Whether the portal has an archive of exactly these bytes. */
static gboolean
portal_has (const char *path)
{
  g_autofree char *folder = g_build_filename (portal->data, "archives", NULL);
  g_autofree char *all = describe_folder (folder);
  g_autofree char *digest = digest_of_file (path);

  return strstr (all, digest) != NULL;
}

static char *
download (PortalView       *view,
          MainstayBackup   *backup,
          MainstayDataType  data_type,
          const char       *name)
{
  g_autofree char *path = scratch_file (&portal->scratch, name);
  g_autofree char *part_path = g_strconcat (path, ".part", NULL);
  g_autofree char *digest = NULL;
  g_autoptr(MainstayOperation) operation =
    mainstay_download_operation_new (view->client, view->app, view->environment, backup, data_type,
                                     path);

  run (operation);
  assert_done (operation);
  g_assert_true (portal_has (path));
  g_assert_false (g_file_test (part_path, G_FILE_TEST_EXISTS));
  digest = digest_of_file (path);
  g_assert_cmpstr (mainstay_download_operation_get_file (operation)->sha256, ==, digest);
  return g_steal_pointer (&path);
}

static void
assert_contains_database (PortalView     *view,
                          MainstayBackup *backup,
                          const char     *path)
{
  g_autofree char *dump = scratch_file (&portal->scratch, "unpacked");
  g_autofree char *stored = portal_view_stored (view, backup, "db.backup");
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (mainstay_archive_extract_dump (path, dump, NULL, &error));
  g_assert_no_error (error);
  one = digest_of_file (dump);
  two = digest_of_file (stored);
  g_assert_cmpstr (one, ==, two);
  g_assert_cmpint (g_unlink (dump), ==, 0);
}

static void
assert_contains_files (PortalView     *view,
                       MainstayBackup *backup,
                       const char     *path)
{
  g_autofree char *name = g_uuid_string_random ();
  g_autofree char *folder = scratch_file (&portal->scratch, name);
  g_autofree char *stored = portal_view_stored (view, backup, "files");
  g_autoptr(GError) error = NULL;
  gint64 count;
  gint64 size;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (mainstay_archive_extract_files (path, folder, &count, &size, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count, ==, mainstay_backup_get_files_count (backup));
  assert_same_folder (folder, stored);
}

static void
test_download (PortalView    *view,
               gconstpointer  data)
{
  MainstayBackup *backup = portal_view_oldest (view);
  g_autofree char *full = download (view, backup, MAINSTAY_DATA_FILES_AND_DATABASE, "full.tar.gz");
  g_autofree char *database = download (view, backup, MAINSTAY_DATA_DATABASE_ONLY, "db.backup");
  g_autofree char *files = download (view, backup, MAINSTAY_DATA_FILES_ONLY, "files.tar.gz");

  assert_contains_database (view, backup, full);
  assert_contains_files (view, backup, full);
  assert_contains_database (view, backup, database);
  assert_contains_files (view, backup, files);
}

static void
test_restore (PortalView    *view,
              gconstpointer  data)
{
  MainstayRestoreOptions options = { .safety_backup = TRUE };
  MainstayBackup *backup = portal_view_oldest (view);
  g_autoptr(MainstayOperation) operation =
    mainstay_restore_operation_new (view->client, view->app, backup, view->environment,
                                    view->list, &options);
  g_autofree char *database = portal_view_database (view);
  g_autofree char *files = portal_view_files (view);
  g_autofree char *files_before = describe_folder (files);
  g_autofree char *safety_database = NULL;
  g_autofree char *safety_files = NULL;
  g_autofree char *safety_described = NULL;
  unsigned int length_before = list_length (view);
  gint64 rows_before = count_rows (database);
  MainstayBackup *safety;

  run (operation);
  assert_done (operation);
  g_assert_cmpint (count_rows (database), !=, rows_before);
  assert_holds (view, backup, TRUE);
  g_assert_cmpstr (mainstay_environment_get_data_model_version (view->environment), ==,
                   mainstay_backup_get_model_version (backup));
  /* What was there before can be had back. */
  safety = mainstay_restore_operation_get_safety_backup (operation);
  g_assert_cmpuint (list_length (view), ==, length_before + 1);
  g_assert_true (mainstay_backup_list_find (view->list, mainstay_backup_get_id (safety)) ==
                 safety);
  g_assert_true (g_str_has_prefix (mainstay_backup_get_comment (safety), "Safety backup before"));
  safety_database = portal_view_stored (view, safety, "db.backup");
  safety_files = portal_view_stored (view, safety, "files");
  safety_described = describe_folder (safety_files);
  g_assert_cmpint (count_rows (safety_database), ==, rows_before);
  g_assert_cmpstr (safety_described, ==, files_before);
}

static void
test_restore_database_only (PortalView    *view,
                            gconstpointer  data)
{
  MainstayRestoreOptions options = { .database_only = TRUE };
  g_autoptr(MainstayBackup) newest = g_list_model_get_item (G_LIST_MODEL (view->list), 0);
  g_autoptr(MainstayOperation) operation =
    mainstay_restore_operation_new (view->client, view->app, newest, view->environment, NULL,
                                    &options);
  g_autofree char *files = portal_view_files (view);
  g_autofree char *files_before = describe_folder (files);
  g_autofree char *files_after = NULL;
  g_autofree char *database = portal_view_database (view);
  gint64 rows_before = count_rows (database);
  unsigned int length_before = list_length (view);

  run (operation);
  assert_done (operation);
  g_assert_cmpint (count_rows (database), !=, rows_before);
  assert_holds (view, newest, FALSE);
  files_after = describe_folder (files);
  g_assert_cmpstr (files_after, ==, files_before);
  g_assert_cmpuint (list_length (view), ==, length_before);
}

/* The environment's database is gone, so that it cannot be backed up. */
static void
test_safety_fails (PortalView    *view,
                   gconstpointer  data)
{
  MainstayRestoreOptions options = { .safety_backup = TRUE };
  MainstayBackup *backup = portal_view_oldest (view);
  g_autoptr(MainstayOperation) operation =
    mainstay_restore_operation_new (view->client, view->app, backup, view->environment,
                                    view->list, &options);
  g_autofree char *database = portal_view_database (view);
  g_autofree char *aside = g_strconcat (database, ".aside", NULL);
  g_autofree char *files = portal_view_files (view);
  g_autofree char *files_before = describe_folder (files);
  g_autofree char *files_after = NULL;
  const GError *error;

  g_assert_cmpint (g_rename (database, aside), ==, 0);
  run (operation);
  error = mainstay_operation_get_error (operation);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_JOB_FAILED);
  g_assert_nonnull (strstr (error->message, "the restore was not started"));
  g_assert_false (g_file_test (database, G_FILE_TEST_EXISTS));
  files_after = describe_folder (files);
  g_assert_cmpstr (files_after, ==, files_before);
  g_assert_cmpint (g_rename (aside, database), ==, 0);
}

static void
test_restore_while_running (PortalView    *view,
                            gconstpointer  data)
{
  MainstayRestoreOptions options = { 0 };
  PortalView running;
  MainstayBackup *backup;
  g_autoptr(MainstayOperation) operation = NULL;
  g_autofree char *database = NULL;
  gint64 rows_before;

  portal_view_open (&running, portal, NULL, "Production");
  backup = portal_view_oldest (&running);
  database = portal_view_database (&running);
  rows_before = count_rows (database);
  operation = mainstay_restore_operation_new (running.client, running.app, backup,
                                              running.environment, NULL, &options);
  run (operation);
  g_assert_error (mainstay_operation_get_error (operation), MAINSTAY_ERROR,
                  MAINSTAY_ERROR_NOT_ALLOWED);
  g_assert_cmpint (count_rows (database), ==, rows_before);
  portal_view_close (&running);
}

/* Over a line that breaks in the middle of the database: the upload goes on, and what is there in
 * the end is what was sent. */
static void
test_upload (PortalView    *view,
             gconstpointer  data)
{
  MainstayBackup *backup = portal_view_oldest (view);
  g_autofree char *database_path = download (view, backup, MAINSTAY_DATA_DATABASE_ONLY, "up.db");
  g_autofree char *files_path = download (view, backup, MAINSTAY_DATA_FILES_ONLY, "up.tar.gz");
  BreakingLine *line = breaking_line_new (portal->url, 100000);
  g_autofree char *url = breaking_line_url (line);
  g_autofree char *database = portal_view_database (view);
  g_autoptr(MainstayOperation) operation = NULL;
  unsigned int length_before = list_length (view);
  gint64 rows_before = count_rows (database);
  PortalView broken;

  portal_view_open (&broken, portal, url, "Acceptance");
  g_assert_false (breaking_line_is_spent (line));
  operation = mainstay_upload_operation_new (broken.client, broken.app, broken.environment,
                                             database_path, files_path);
  run (operation);
  assert_done (operation);
  g_assert_true (breaking_line_is_spent (line));
  g_assert_cmpint (count_rows (database), !=, rows_before);
  assert_holds (view, backup, TRUE);
  g_assert_cmpint (mainstay_environment_get_status (broken.environment), ==,
                   MAINSTAY_ENVIRONMENT_EMPTY);
  g_assert_null (mainstay_environment_get_model_version (broken.environment));
  /* U3: it adds nothing to the list. */
  g_assert_cmpuint (list_length (view), ==, length_before);
  portal_view_close (&broken);
  breaking_line_free (line);
}

#define ADD(name, function)                                                                      \
  g_test_add ("/transfer/portal/" name, PortalView, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  portal = portal_child_new (argv[1]);
  ADD ("create", test_create);
  ADD ("download", test_download);
  ADD ("restore", test_restore);
  ADD ("restore-database-only", test_restore_database_only);
  ADD ("safety-fails", test_safety_fails);
  ADD ("restore-while-running", test_restore_while_running);
  ADD ("upload", test_upload);
  result = g_test_run ();
  portal_child_free (portal);
  return result;
}
