/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "portal-fixture.h"

#define ADD(path, func) \
  g_test_add ("/portal/full-disk/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)
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

static void
test_restore (PortalFixture *self,
              gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autofree char *database = portal_fixture_database (self, self->test);
  g_autofree char *before = NULL;

  portal_fixture_execute (database, "DELETE FROM harbour$shipment WHERE id % 3 = 0");
  before = portal_fixture_picture (self, self->test);
  for (int writes = 0; writes < 10; writes += 3)
    {
      g_autoptr(MainstayPortalRestore) queued = NULL;
      g_autoptr(MainstayPortalRestore) failed = NULL;
      g_autofree char *after = NULL;
      g_autoptr(GError) error = NULL;

      fill_disk_after (writes);
      queued = mainstay_portal_restore (self->portal, self->user, self->test, snapshot->id, FALSE,
                                        &error);
      g_assert_no_error (error);
      portal_fixture_wait (self);
      g_assert_true (make_room ());
      failed = mainstay_portal_get_restore (self->portal, self->test, queued->id, &error);
      g_assert_cmpint (failed->state, ==, MAINSTAY_JOB_FAILED);
      g_assert_cmpstr (failed->status_message, ==, MESSAGE);
      after = portal_fixture_picture (self, self->test);
      g_assert_cmpstr (after, ==, before);
      check_empty (self, "journals");
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("create", test_create);
  ADD ("archive", test_archive);
  ADD ("restore", test_restore);
  return g_test_run ();
}
