/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-error.h"
#include "mainstay-portal-collect.h"
#include "mainstay-portal-files.h"
#include "portal-fixture.h"
#include "stored.h"

#define ADD(path, func) \
  g_test_add ("/portal/full-disk/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)
#define N_FILES 40
#define FILE_SIZE (64 * 1024)
#define MESSAGE "There is not enough space on the portal's disk"

ssize_t __real_write (int         fd,
                      const void *bytes,
                      size_t      length);
ssize_t __wrap_write (int         fd,
                      const void *bytes,
                      size_t      length);
ssize_t __real_pwrite64 (int         fd,
                      const void *bytes,
                      size_t      length,
                      off_t       offset);
ssize_t __wrap_pwrite64 (int         fd,
                      const void *bytes,
                      size_t      length,
                      off_t       offset);
int     __wrap_ioctl (int           fd,
                      unsigned long request,
                      ...);

/* The program's own writes go through here (see meson.build): once armed, the disk is full after so
 * many of them. */
static int armed; /* atomic */
static int left;  /* atomic */

ssize_t
__wrap_write (int         fd,
              const void *bytes,
              size_t      length)
{
  if (g_atomic_int_get (&armed) && fd > STDERR_FILENO && g_atomic_int_add (&left, -1) <= 0)
    {
      errno = ENOSPC;
      return -1;
    }
  return __real_write (fd, bytes, length);
}

/* Packs. SQLite's own are not looked at. */
ssize_t
__wrap_pwrite64 (int         fd,
                 const void *bytes,
                 size_t      length,
                 off_t       offset)
{
  if (g_atomic_int_get (&armed) && fd > STDERR_FILENO && g_atomic_int_add (&left, -1) <= 0)
    {
      errno = ENOSPC;
      return -1;
    }
  return __real_pwrite64 (fd, bytes, length, offset);
}

/* No shared blocks, which would take no space. */
int
__wrap_ioctl (int           fd,
              unsigned long request,
              ...)
{
  errno = EOPNOTSUPP;
  return -1;
}

static void
fill_disk_after (int writes)
{
  g_atomic_int_set (&left, writes);
  g_atomic_int_set (&armed, 1);
}

static gboolean
make_room (void)
{
  g_atomic_int_set (&armed, 0);
  return g_atomic_int_get (&left) < 0;
}

static void
check_empty (PortalFixture *self,
             const char    *name)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_autofree char *tree = portal_fixture_digest_tree (path);

  g_assert_cmpstr (tree, ==, "");
}

static void
check_no_part (PortalFixture *self)
{
  g_autofree char *path = g_build_filename (self->directory, "contents", NULL);
  g_autofree char *tree = portal_fixture_digest_tree (path);

  g_assert_null (strstr (tree, ".part"));
}

/* Whichever write is the first that finds no room. */
static void
test_create (PortalFixture *self,
             gconstpointer  data)
{
  MainstayJobState state = MAINSTAY_JOB_FAILED;
  int writes;

  for (writes = 0; state == MAINSTAY_JOB_FAILED; writes++)
    {
      g_autoptr(MainstayPortalSnapshot) snapshot = NULL;

      fill_disk_after (writes);
      snapshot = portal_fixture_back_up (self, self->test);
      state = snapshot->state;
      g_assert_cmpint (make_room (), ==, state == MAINSTAY_JOB_FAILED);
      if (state == MAINSTAY_JOB_COMPLETED)
        continue;
      g_assert_cmpstr (snapshot->status_message, ==, MESSAGE);
      check_empty (self, "staging");
      check_empty (self, "snapshots");
      check_no_part (self);
    }
  g_assert_cmpint (writes, >, 4);
}

static void
test_archive (PortalFixture *self,
              gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalArchive) queued = NULL;
  g_autoptr(MainstayPortalArchive) failed = NULL;
  g_autoptr(GError) error = NULL;

  fill_disk_after (0);
  queued = mainstay_portal_make_archive (self->portal, self->user, self->test, snapshot->id, NULL,
                                         &error);
  g_assert_no_error (error);
  portal_fixture_wait (self);
  g_assert_true (make_room ());
  failed = mainstay_portal_get_archive (self->portal, self->test, snapshot->id, queued->id, &error);
  g_assert_cmpint (failed->state, ==, MAINSTAY_JOB_FAILED);
  g_assert_cmpstr (failed->status_message, ==, MESSAGE);
  g_assert_null (failed->token);
  check_empty (self, "archives");
}

/* What happens to an environment, whichever write is the first that finds no room. */
typedef MainstayJobState (*Change) (PortalFixture  *self,
                                    gconstpointer   what,
                                    char          **message);

static MainstayJobState
restore (PortalFixture  *self,
         gconstpointer   snapshot_id,
         char          **message)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalRestore) queued =
    mainstay_portal_restore (self->portal, self->user, self->test, snapshot_id, FALSE, &error);
  g_autoptr(MainstayPortalRestore) done = NULL;

  g_assert_no_error (error);
  portal_fixture_wait (self);
  done = mainstay_portal_get_restore (self->portal, self->test, queued->id, &error);
  g_assert_no_error (error);
  *message = g_strdup (done->status_message);
  return done->state;
}

static MainstayJobState
load (PortalFixture  *self,
      gconstpointer   uploads,
      char          **message)
{
  const char *const *ids = uploads;
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalDataUpload) queued = mainstay_portal_upload_data (
    self->portal, self->user, self->test, ids[0], ids[1], NULL, &error);
  g_autoptr(MainstayPortalDataUpload) done = NULL;

  g_assert_no_error (error);
  portal_fixture_wait (self);
  done = mainstay_portal_get_data_upload (self->portal, self->test, queued->id, &error);
  g_assert_no_error (error);
  *message = g_strdup (done->status_message);
  return done->state;
}

static void
assert_whole (PortalFixture *self,
              Change         change,
              gconstpointer  what,
              const char    *before,
              const char    *wanted)
{
  MainstayJobState state = MAINSTAY_JOB_FAILED;
  g_autofree char *last = NULL;
  int writes;

  for (writes = 0; state == MAINSTAY_JOB_FAILED; writes++)
    {
      g_autofree char *message = NULL;
      g_autofree char *after = NULL;

      fill_disk_after (writes);
      state = change (self, what, &message);
      g_assert_cmpint (make_room (), ==, state == MAINSTAY_JOB_FAILED);
      if (state == MAINSTAY_JOB_COMPLETED)
        continue;
      g_assert_cmpstr (message, ==, MESSAGE);
      after = portal_fixture_picture (self, self->test);
      g_assert_cmpstr (after, ==, before);
      check_empty (self, "journals");
      check_empty (self, "staging");
    }
  g_test_message ("It takes %d writes", writes - 1);
  g_assert_cmpint (writes, >, FIXTURE_FILES);
  last = portal_fixture_picture (self, self->test);
  g_assert_cmpstr (last, ==, wanted);
}

static void
test_restore (PortalFixture *self,
              gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autofree char *database = portal_fixture_database (self, self->test);
  g_autofree char *wanted = portal_fixture_picture (self, self->test);
  g_autofree char *before = NULL;

  portal_fixture_execute (database, "DELETE FROM harbour$shipment WHERE id % 3 = 0");
  before = portal_fixture_picture (self, self->test);
  assert_whole (self, restore, snapshot->id, before, wanted);
}

static void
test_data_upload (PortalFixture *self,
                  gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->other);
  g_autofree char *dump = portal_fixture_stored (self, snapshot, "db.backup");
  g_autofree char *archive = portal_fixture_pack (self, self->other, snapshot->id, "files_only");
  g_autofree char *dump_id = portal_fixture_upload (self, "database", dump);
  g_autofree char *files_id = portal_fixture_upload (self, "files", archive);
  g_autofree char *before = portal_fixture_picture (self, self->test);
  g_autofree char *wanted = portal_fixture_picture (self, self->other);
  const char *const ids[] = { dump_id, files_id };

  assert_whole (self, load, ids, before, wanted);
}

static void
add_files (PortalFixture *self)
{
  g_autofree char *folder = portal_fixture_files (self, self->test);
  g_autofree guint32 *bytes = g_new (guint32, FILE_SIZE / sizeof (guint32));

  for (int i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02x%02xdddd-0000-4000-8000-%012d", i, i, i);
      g_autofree char *part = g_strdup_printf ("%.2s/%.2s", name, name + 2);
      g_autofree char *parent = g_build_filename (folder, part, NULL);
      g_autofree char *path = g_build_filename (parent, name, NULL);

      for (size_t j = 0; j < FILE_SIZE / sizeof (guint32); j++)
        bytes[j] = g_random_int ();
      g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
      g_assert_true (g_file_set_contents (path, (char *) bytes, FILE_SIZE, NULL));
    }
}

static void
remove_files (PortalFixture *self,
              int            first)
{
  g_autofree char *folder = portal_fixture_files (self, self->test);

  for (int i = first; i < N_FILES; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%02x/%02x/%02x%02xdddd-0000-4000-8000-%012d",
                                               folder, i, i, i, i, i);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

/* What is still needed moves before what is not needed goes, and finds no room. */
static void
test_collect (PortalFixture *self,
              gconstpointer  data)
{
  g_autofree char *snapshots = g_build_filename (self->directory, "snapshots", NULL);
  g_autofree char *to = g_build_filename (self->directory, "extracted", NULL);
  g_autofree char *files = g_build_filename (to, "files", NULL);
  g_autofree char *wanted_folder = portal_fixture_files (self, self->test);
  g_autofree char *wanted = NULL;
  g_autoptr(MainstayPortalSnapshot) doomed = NULL;
  g_autoptr(MainstayPortalSnapshot) kept = NULL;
  g_autoptr(GError) error = NULL;
  unsigned int n_packs = 0;
  gboolean ok = FALSE;
  int writes;

  add_files (self);
  doomed = portal_fixture_back_up (self, self->test);
  remove_files (self, N_FILES / 4);
  kept = portal_fixture_back_up (self, self->test);
  wanted = portal_fixture_digest_tree (wanted_folder);
  g_assert_true (mainstay_portal_delete_snapshot (self->portal, self->user, self->test, doomed->id,
                                                  &error));
  for (writes = 0; !ok; writes++)
    {
      g_autofree char *tree = NULL;

      g_clear_error (&error);
      fill_disk_after (writes);
      ok = mainstay_portal_content_collect (self->portal->contents, snapshots, NULL, &n_packs,
                                            NULL, &error);
      g_assert_cmpint (make_room (), ==, !ok);
      g_assert_true (ok || g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE));
      check_no_part (self);
      stored_extract (self->directory, kept->id, to);
      tree = portal_fixture_digest_tree (files);
      g_assert_cmpstr (tree, ==, wanted);
      g_assert_true (mainstay_portal_remove_tree (to, NULL));
    }
  g_test_message ("It takes %d writes", writes - 1);
  g_assert_cmpint (writes, >, 2);
  g_assert_cmpuint (n_packs, >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("create", test_create);
  ADD ("archive", test_archive);
  ADD ("restore", test_restore);
  ADD ("data-upload", test_data_upload);
  ADD ("collect", test_collect);
  return g_test_run ();
}
