/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "mainstay-backup-file.h"
#include "mainstay-portal-files.h"
#include "mainstay-portal-retention.h"
#include "stored.h"

#define ADD(path, func) \
  g_test_add ("/portal/backups/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)

static void
test_create (PortalFixture *self,
             gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autofree char *dump = portal_fixture_stored (self, snapshot, "db.backup");
  g_autofree char *copies = portal_fixture_stored (self, snapshot, "files");
  g_autofree char *files = portal_fixture_files (self, self->test);
  g_autofree char *copied = portal_fixture_digest_tree (copies);
  g_autofree char *original = portal_fixture_digest_tree (files);
  g_autoptr(GPtrArray) activity = NULL;
  MainstayPortalActivity *entry;
  gint64 total = 0;

  g_assert_cmpint (snapshot->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpstr (snapshot->status_message, ==, "Completed backup creation");
  g_assert_cmpstr (snapshot->created_by, ==, "Sam Porter");
  g_assert_cmpstr (snapshot->comment, ==, "A comment");
  g_assert_cmpstr (snapshot->type, ==, "manual");
  g_assert_cmpstr (snapshot->model_version, ==, "2.0.0.1");
  g_assert_cmpint (snapshot->expires_at, ==,
                   mainstay_portal_retention_expiry ("manual", snapshot->created_at));
  g_assert_cmpint (snapshot->finished_at, >=, snapshot->created_at);
  g_assert_cmpint (snapshot->files_count, ==, FIXTURE_FILES);
  g_assert_cmpint (snapshot->size_bytes, ==, snapshot->database_size + snapshot->files_size);
  g_assert_cmpint (portal_fixture_number (dump, "SELECT count(*) FROM harbour$shipment"), ==,
                   FIXTURE_SHIPMENTS);
  g_assert_cmpstr (copied, ==, original);
  activity = mainstay_portal_list_activity (self->portal, self->test, 0, 10, &total, NULL);
  g_assert_cmpint (total, ==, 1);
  entry = g_ptr_array_index (activity, 0);
  g_assert_cmpstr (entry->kind, ==, "create");
  g_assert_cmpint (entry->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpstr (entry->snapshot_id, ==, snapshot->id);
}

typedef struct
{
  const char *database;
  int stop; /* atomic */
  gint64 pairs;
} Writer;

/* Writes in pairs, each in one transaction: a copy with half of one is not of one moment. */
static gpointer
write_pairs (gpointer user_data)
{
  Writer *writer = user_data;
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (writer->database, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  sqlite3_exec (db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
  while (!g_atomic_int_get (&writer->stop))
    {
      int result = sqlite3_exec (
        db, "BEGIN IMMEDIATE; INSERT INTO pair_a (t) VALUES (hex (randomblob (2000)));"
        "UPDATE harbour$shipment SET weight_kg = weight_kg + 1 WHERE id % 50 = 0;"
        "INSERT INTO pair_b (t) VALUES (hex (randomblob (2000))); COMMIT", NULL, NULL, NULL);

      g_assert_cmpint (result, ==, SQLITE_OK);
      writer->pairs++;
    }
  sqlite3_close (db);
  return NULL;
}

static void
check_while_writing (PortalFixture *self,
                     const char    *journal_mode)
{
  g_autofree char *database = portal_fixture_database (self, self->test);
  g_autofree char *setup = g_strdup_printf (
    "PRAGMA journal_mode = %s; CREATE TABLE pair_a (t); CREATE TABLE pair_b (t)", journal_mode);
  Writer writer = { database, 0, 0 };
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;
  g_autofree char *dump = NULL;
  g_autofree char *wal = NULL;
  GThread *thread;

  portal_fixture_execute (database, setup);
  thread = g_thread_new ("writer", write_pairs, &writer);
  g_usleep (50000);
  snapshot = portal_fixture_back_up (self, self->test);
  g_atomic_int_set (&writer.stop, 1);
  g_thread_join (thread);
  g_assert_cmpint (snapshot->state, ==, MAINSTAY_JOB_COMPLETED);
  dump = portal_fixture_stored (self, snapshot, "db.backup");
  /* All of it is in the one file. */
  wal = g_strconcat (dump, "-wal", NULL);
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_assert_cmpint (portal_fixture_number (dump, "SELECT count(*) FROM pair_a"), ==,
                   portal_fixture_number (dump, "SELECT count(*) FROM pair_b"));
  g_assert_cmpint (portal_fixture_number (dump, "SELECT count(*) FROM pair_a"), >, 0);
  g_assert_cmpint (portal_fixture_number (dump, "SELECT count(*) FROM pragma_integrity_check"
                                          " WHERE integrity_check = 'ok'"), ==, 1);
  g_assert_cmpint (writer.pairs, >=,
                   portal_fixture_number (dump, "SELECT count(*) FROM pair_a"));
}

static void
test_while_writing_wal (PortalFixture *self,
                        gconstpointer  data)
{
  check_while_writing (self, "WAL");
}

static void
test_while_writing_delete (PortalFixture *self,
                           gconstpointer  data)
{
  check_while_writing (self, "DELETE");
}

static void
test_missing_parts (PortalFixture *self,
                    gconstpointer  data)
{
  g_autofree char *database = portal_fixture_database (self, self->test);
  g_autofree char *files = portal_fixture_files (self, self->test);
  g_autofree char *snapshots = g_build_filename (self->directory, "snapshots", NULL);
  g_autofree char *staging = g_build_filename (self->directory, "staging", NULL);
  g_autofree char *aside = g_strconcat (files, ".aside", NULL);
  g_autoptr(MainstayPortalSnapshot) no_files = NULL;
  g_autoptr(MainstayPortalSnapshot) no_database = NULL;

  g_assert_cmpint (g_rename (files, aside), ==, 0);
  no_files = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (no_files->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_cmpstr (no_files->status_message, ==,
                   "The environment's folder of uploaded files is missing");
  g_assert_cmpint (g_rename (aside, files), ==, 0);
  g_assert_cmpint (g_unlink (database), ==, 0);
  no_database = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (no_database->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_cmpstr (no_database->status_message, ==, "The environment's database is missing");
  g_assert_false (g_file_test (database, G_FILE_TEST_EXISTS));
  /* Nothing half made stays. */
  g_assert_cmpint (g_rmdir (snapshots), ==, 0);
  g_assert_cmpint (g_rmdir (staging), ==, 0);
}

static void
test_list (PortalFixture *self,
           gconstpointer  data)
{
  g_autoptr(GPtrArray) page = NULL;
  g_autoptr(GPtrArray) rest = NULL;
  g_autoptr(GPtrArray) beyond = NULL;
  char *ids[5];
  gint64 total = -1;

  for (int i = 0; i < 5; i++)
    {
      g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);

      ids[i] = g_strdup (snapshot->id);
    }
  page = mainstay_portal_list_snapshots (self->portal, self->test, 1, 2, &total, NULL);
  g_assert_cmpint (total, ==, 5);
  g_assert_cmpuint (page->len, ==, 2);
  g_assert_cmpstr (((MainstayPortalSnapshot *) page->pdata[0])->id, ==, ids[3]);
  g_assert_cmpstr (((MainstayPortalSnapshot *) page->pdata[1])->id, ==, ids[2]);
  rest = mainstay_portal_list_snapshots (self->portal, self->test, 3, -1, NULL, NULL);
  g_assert_cmpuint (rest->len, ==, 2);
  g_assert_cmpstr (((MainstayPortalSnapshot *) rest->pdata[1])->id, ==, ids[0]);
  beyond = mainstay_portal_list_snapshots (self->portal, self->test, 9, 2, &total, NULL);
  g_assert_cmpuint (beyond->len, ==, 0);
  for (int i = 0; i < 5; i++)
    g_clear_pointer (&ids[i], g_free);
}

static gint64
count (PortalFixture                   *self,
       const MainstayPortalEnvironment *environment)
{
  gint64 total = -1;
  g_autoptr(GPtrArray) page =
    mainstay_portal_list_snapshots (self->portal, environment, 0, 1, &total, NULL);

  g_assert_nonnull (page);
  return total;
}

/* Writes the records as a version did that did not keep the number of backups. */
static void
forget_counts (PortalFixture *self)
{
  g_autofree char *path = g_build_filename (self->directory, "portal.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "DROP TRIGGER snapshots_one_more;"
                                 "DROP TRIGGER snapshots_one_less; DROP TABLE snapshot_counts;"
                                 "ALTER TABLE activity DROP COLUMN cause;"
                                 "DELETE FROM migrations WHERE version > 3;"
                                 "PRAGMA user_version = 3", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
test_count (PortalFixture *self,
            gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) first = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) second = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) other = portal_fixture_back_up (self, self->production);
  g_autoptr(MainstayPortalSnapshot) third = NULL;

  g_assert_cmpint (count (self, self->test), ==, 2);
  g_assert_cmpint (count (self, self->production), ==, 1);
  g_assert_cmpint (count (self, self->other), ==, 0);
  g_assert_true (mainstay_portal_delete_snapshot (self->portal, self->user, self->test, first->id,
                                                  NULL));
  g_assert_cmpint (count (self, self->test), ==, 1);
  forget_counts (self);
  portal_fixture_reopen (self);
  g_assert_cmpint (count (self, self->test), ==, 1);
  g_assert_cmpint (count (self, self->production), ==, 1);
  third = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (count (self, self->test), ==, 2);
}

static void
test_comment_and_delete (PortalFixture *self,
                         gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) changed = NULL;
  g_autofree char *manifest = g_build_filename (self->directory, "snapshots", snapshot->id, NULL);
  g_autoptr(GPtrArray) activity = NULL;
  g_autofree char *long_text = g_strnfill (5000, 'x');
  g_autoptr(GError) error = NULL;

  changed = mainstay_portal_set_comment (self->portal, self->test, snapshot->id, "Größer", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (changed->comment, ==, "Größer");
  g_assert_cmpint (changed->updated_at, ==, snapshot->updated_at);
  g_assert_null (mainstay_portal_set_comment (self->portal, self->test, snapshot->id, long_text,
                                              &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS);
  g_clear_error (&error);
  /* Another environment's snapshot is not there. */
  g_assert_false (mainstay_portal_delete_snapshot (self->portal, self->user, self->production,
                                                   snapshot->id, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_test (manifest, G_FILE_TEST_IS_REGULAR));
  g_assert_true (mainstay_portal_delete_snapshot (self->portal, self->user, self->test,
                                                  snapshot->id, &error));
  g_assert_false (g_file_test (manifest, G_FILE_TEST_EXISTS));
  g_assert_null (mainstay_portal_get_snapshot (self->portal, self->test, snapshot->id, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND);
  activity = mainstay_portal_list_activity (self->portal, self->test, 0, 1, NULL, NULL);
  g_assert_cmpstr (((MainstayPortalActivity *) activity->pdata[0])->kind, ==, "delete");
  g_assert_cmpstr (((MainstayPortalActivity *) activity->pdata[0])->by, ==, "Sam Porter");
  g_assert_cmpstr (((MainstayPortalActivity *) activity->pdata[0])->message, ==,
                   "Deleted by Sam Porter: “Größer”");
}

static gint64
read_fixed_clock (gpointer at)
{
  return *(gint64 *) at;
}

static void
test_expiry (PortalFixture *self,
             gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autofree char *manifest = g_build_filename (self->directory, "snapshots", snapshot->id, NULL);
  g_autoptr(GPtrArray) activity = NULL;
  gint64 clock = snapshot->expires_at - 1;

  mainstay_portal_database_set_clock (self->portal->database, read_fixed_clock, &clock);
  mainstay_portal_expire (self->portal);
  g_assert_true (g_file_test (manifest, G_FILE_TEST_IS_REGULAR));
  clock++;
  mainstay_portal_expire (self->portal);
  g_assert_false (g_file_test (manifest, G_FILE_TEST_EXISTS));
  activity = mainstay_portal_list_activity (self->portal, self->test, 0, 1, NULL, NULL);
  g_assert_cmpstr (((MainstayPortalActivity *) activity->pdata[0])->kind, ==, "expire");
  g_assert_cmpstr (((MainstayPortalActivity *) activity->pdata[0])->message, ==,
                   "Expired by the schedule after three months: “A comment”");
  mainstay_portal_database_set_clock (self->portal->database, NULL, NULL);
}

static MainstayPortalArchive *
pack (PortalFixture                *self,
      const MainstayPortalSnapshot *snapshot,
      const char                   *data_type)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalArchive) queued = mainstay_portal_make_archive (
    self->portal, self->user, self->test, snapshot->id, data_type, &error);
  MainstayPortalArchive *archive;

  g_assert_no_error (error);
  g_assert_cmpint (queued->state, ==, MAINSTAY_JOB_QUEUED);
  g_assert_null (queued->token);
  portal_fixture_wait (self);
  archive = mainstay_portal_get_archive (self->portal, self->test, snapshot->id, queued->id,
                                         &error);
  g_assert_no_error (error);
  g_assert_cmpint (archive->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpint (archive->expires_at, ==, archive->finished_at + 8 * 60 * 60 * 1000);
  return archive;
}

static void
check_archive (PortalFixture          *self,
               MainstayPortalSnapshot *snapshot,
               const char             *data_type,
               MainstayFileKind        kind,
               gint64                  files)
{
  g_autoptr(MainstayPortalArchive) archive = pack (self, snapshot, data_type);
  g_autoptr(MainstayPortalArchive) again = NULL;
  g_autoptr(MainstayPortalArchive) linked = NULL;
  g_autoptr(MainstayBackupFile) file = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *etag = NULL;

  file = mainstay_backup_file_inspect (archive->path, kind, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (file->size, ==, archive->size);
  g_assert_cmpint (file->files_count, ==, files);
  etag = g_strdup_printf ("\"%s\"", file->sha256);
  g_assert_cmpstr (archive->etag, ==, etag);
  again = mainstay_portal_make_archive (self->portal, self->user, self->test, snapshot->id,
                                        data_type, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->id, ==, archive->id);
  g_assert_cmpint (again->state, ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpuint (strlen (archive->token), ==, 43);
  linked = mainstay_portal_follow_link (self->portal, archive->token, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (linked->path, ==, archive->path);
}

static void
test_archives (PortalFixture *self,
               gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(GError) error = NULL;

  check_archive (self, snapshot, "files_and_database", MAINSTAY_FILE_FULL, FIXTURE_FILES);
  check_archive (self, snapshot, "database_only", MAINSTAY_FILE_DATABASE, -1);
  check_archive (self, snapshot, "files_only", MAINSTAY_FILE_FILES, FIXTURE_FILES);
  g_assert_null (mainstay_portal_make_archive (self->portal, self->user, self->test, snapshot->id,
                                               "everything", &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED);
}

static void
test_link_expiry (PortalFixture *self,
                  gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalArchive) archive = pack (self, snapshot, "database_only");
  g_autoptr(MainstayPortalArchive) fresh = NULL;
  g_autoptr(GError) error = NULL;
  gint64 clock = archive->expires_at;

  g_assert_null (mainstay_portal_follow_link (self->portal, "no such secret", &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND);
  g_clear_error (&error);
  mainstay_portal_database_set_clock (self->portal->database, read_fixed_clock, &clock);
  g_assert_null (mainstay_portal_follow_link (self->portal, archive->token, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED);
  g_assert_true (g_file_test (archive->path, G_FILE_TEST_EXISTS));
  mainstay_portal_expire (self->portal);
  g_assert_false (g_file_test (archive->path, G_FILE_TEST_EXISTS));
  fresh = pack (self, snapshot, "database_only");
  g_assert_cmpstr (fresh->id, !=, archive->id);
  g_assert_cmpstr (fresh->token, !=, archive->token);
  mainstay_portal_database_set_clock (self->portal->database, NULL, NULL);
}

/* A link that is about to end is not handed out again, and neither is one to nothing. */
static void
test_link_renewal (PortalFixture *self,
                   gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalArchive) first = pack (self, snapshot, "files_only");
  g_autoptr(MainstayPortalArchive) same = NULL;
  g_autoptr(MainstayPortalArchive) second = NULL;
  g_autoptr(MainstayPortalArchive) third = NULL;
  g_autoptr(MainstayPortalArchive) old = NULL;
  g_autoptr(GError) error = NULL;
  gint64 clock = first->expires_at - 16 * 60 * 1000;

  mainstay_portal_database_set_clock (self->portal->database, read_fixed_clock, &clock);
  same = mainstay_portal_make_archive (self->portal, self->user, self->test, snapshot->id,
                                       "files_only", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (same->id, ==, first->id);
  clock = first->expires_at - 15 * 60 * 1000;
  second = pack (self, snapshot, "files_only");
  g_assert_cmpstr (second->id, !=, first->id);
  /* Whoever has the old link may still follow it. */
  old = mainstay_portal_follow_link (self->portal, first->token, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (old->path, ==, first->path);
  g_assert_cmpint (g_unlink (second->path), ==, 0);
  third = pack (self, snapshot, "files_only");
  g_assert_cmpstr (third->id, !=, second->id);
  g_assert_true (g_file_test (third->path, G_FILE_TEST_IS_REGULAR));
  mainstay_portal_database_set_clock (self->portal->database, NULL, NULL);
}

static void
assert_not_packed (PortalFixture                *self,
                   const MainstayPortalSnapshot *snapshot,
                   const char                   *data_type)
{
  g_autofree char *folder = g_build_filename (self->directory, "archives", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalArchive) queued = mainstay_portal_make_archive (
    self->portal, self->user, self->test, snapshot->id, data_type, &error);
  g_autoptr(MainstayPortalArchive) archive = NULL;

  g_assert_no_error (error);
  portal_fixture_wait (self);
  archive = mainstay_portal_get_archive (self->portal, self->test, snapshot->id, queued->id,
                                         &error);
  g_assert_no_error (error);
  g_assert_cmpint (archive->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_true (g_str_has_prefix (archive->status_message, "The backup is damaged: "));
  g_assert_null (strstr (archive->status_message, self->directory));
  g_assert_null (archive->token);
  /* Nothing half packed stays. */
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
}

static void
test_rot (PortalFixture *self,
          gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autofree char *contents = g_build_filename (self->directory, "contents", NULL);
  g_autoptr(MainstayPortalArchive) files = NULL;
  g_autoptr(MainstayPortalArchive) database = NULL;
  g_autoptr(GError) error = NULL;

  stored_rot_dump (self->directory, snapshot->id);
  assert_not_packed (self, snapshot, "files_and_database");
  assert_not_packed (self, snapshot, "database_only");
  files = pack (self, snapshot, "files_only");
  g_assert_cmpint (g_unlink (files->path), ==, 0);
  stored_rot_dump (self->directory, snapshot->id);
  stored_rot_file (self->directory, snapshot->id);
  assert_not_packed (self, snapshot, "files_only");
  assert_not_packed (self, snapshot, "files_and_database");
  database = pack (self, snapshot, "database_only");
  g_assert_cmpint (g_unlink (database->path), ==, 0);
  /* All of it is gone. */
  g_clear_pointer (&self->portal, mainstay_portal_free);
  g_assert_true (mainstay_portal_remove_tree (contents, &error));
  portal_fixture_reopen (self);
  assert_not_packed (self, snapshot, "files_only");
  assert_not_packed (self, snapshot, "database_only");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("create", test_create);
  ADD ("while-writing-wal", test_while_writing_wal);
  ADD ("while-writing-delete", test_while_writing_delete);
  ADD ("missing-parts", test_missing_parts);
  ADD ("list", test_list);
  ADD ("count", test_count);
  ADD ("comment-and-delete", test_comment_and_delete);
  ADD ("expiry", test_expiry);
  ADD ("archives", test_archives);
  ADD ("link-expiry", test_link_expiry);
  ADD ("link-renewal", test_link_renewal);
  ADD ("rot", test_rot);
  return g_test_run ();
}
