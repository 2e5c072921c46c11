/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "portal-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-portal-backup.h"
#include "mainstay-portal-check.h"
#include "stored.h"

#define ADD(path, func) \
  g_test_add ("/portal/check/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)
/* So many bytes at each end of a file are spoilt one by one, and of the others each so manieth. */
#define ENDS 120
#define STRIDE 1733

static const char *program;

/* Returns: the affected backups and the damage, as one text */
static char *
check (PortalFixture *self,
       gboolean       read_data)
{
  g_auto(MainstayPortalCheckReport) report = { 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) text = g_string_new (NULL);

  mainstay_portal_check (self->directory, read_data, &report, &error);
  g_assert_no_error (error);
  for (unsigned int i = 0; i < report.backups->len; i++)
    g_string_append_printf (text, "backup %s\n", (char *) report.backups->pdata[i]);
  for (unsigned int i = 0; i < report.damage->len; i++)
    g_string_append_printf (text, "damage %s\n", (char *) report.damage->pdata[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_found (PortalFixture                *self,
              gboolean                      read_data,
              const MainstayPortalSnapshot *affected,
              const MainstayPortalSnapshot *whole,
              const char                   *word)
{
  g_autofree char *text = check (self, read_data);

  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, affected->id));
  g_assert_nonnull (strstr (text, word));
  if (whole != NULL)
    g_assert_null (strstr (text, whole->id));
}

static void
assert_whole (PortalFixture *self)
{
  g_autofree char *quick = check (self, FALSE);
  g_autofree char *slow = check (self, TRUE);

  g_assert_cmpstr (quick, ==, "");
  g_assert_cmpstr (slow, ==, "");
}

static void
flip (const char *path,
      off_t       offset)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);
  guint8 byte;

  g_assert_cmpint (pread (fd, &byte, 1, offset), ==, 1);
  byte ^= 0x20;
  g_assert_cmpint (pwrite (fd, &byte, 1, offset), ==, 1);
  close (fd);
}

/* Which backups are affected, by what they hold alone and together. */
static void
test_affected (PortalFixture *self,
               gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) one = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) two = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) other = portal_fixture_back_up (self, self->production);
  g_autofree char *manifest = g_build_filename (self->directory, "snapshots", two->id, NULL);
  g_autofree char *both = NULL;

  assert_whole (self);
  stored_rot_dump (self->directory, other->id);
  assert_found (self, TRUE, other, one, "the database");
  assert_found (self, TRUE, other, two, "harbour Production");
  stored_rot_dump (self->directory, other->id);
  stored_rot_file (self->directory, other->id);
  assert_found (self, TRUE, other, one, "1 files in");
  stored_rot_file (self->directory, other->id);
  stored_rot_file (self->directory, one->id);
  assert_found (self, TRUE, one, other, "1 files in");
  assert_found (self, TRUE, two, other, "1 files in");
  stored_rot_file (self->directory, one->id);
  flip (manifest, 40);
  assert_found (self, FALSE, two, one, "its manifest");
  flip (manifest, 40);
  assert_whole (self);
}

static void
assert_each_byte_counts (PortalFixture *self,
                         const char    *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  for (off_t i = 0; i < status.st_size;
       i += i < ENDS || i >= status.st_size - ENDS ? 1
                                                   : MIN (STRIDE, status.st_size - ENDS - i))
    {
      g_autofree char *text = NULL;

      flip (path, i);
      text = check (self, TRUE);
      if (*text == '\0')
        g_error ("%s: byte %ld of %ld", path, (long) i, (long) status.st_size);
      flip (path, i);
    }
}

static void
test_each_byte (PortalFixture *self,
                gconstpointer  data)
{
  static const char *const folders[] = { "contents", "snapshots" };
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  unsigned int n_files = 0;

  portal_fixture_reopen (self); /* writes the index */
  for (size_t i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (self->directory, folders[i], NULL);
      g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      for (; (name = g_dir_read_name (dir)) != NULL; n_files++)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          assert_each_byte_counts (self, path);
        }
    }
  /* A pack, the index and a manifest. */
  g_assert_cmpuint (n_files, ==, 3);
  assert_whole (self);
}

/* A pack that is gone. */
static void
test_missing (PortalFixture *self,
              gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) one = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) other = NULL;
  g_autofree char *folder = g_build_filename (self->directory, "contents", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = g_dir_read_name (dir);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  other = portal_fixture_back_up (self, self->production);
  g_assert_true (g_str_has_suffix (name, ".pack"));
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_found (self, FALSE, one, other, "the database");
}

static int
run_program (PortalFixture  *self,
             const char     *option,
             char          **out)
{
  const char *const arguments[] = { program, "check", "--data", self->directory, option, NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process =
    g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, out, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (process);
}

/* While the portal has the folder. */
static void
test_command (PortalFixture *self,
              gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) one = portal_fixture_back_up (self, self->test);
  g_autofree char *good = NULL;
  g_autofree char *bad = NULL;

  g_assert_cmpint (run_program (self, NULL, &good), ==, 0);
  g_assert_nonnull (strstr (good, "1 backups, 1 packs and "));
  g_assert_nonnull (strstr (good, "nothing is damaged\n"));
  stored_rot_dump (self->directory, one->id);
  g_assert_cmpint (run_program (self, "--read-data", &bad), ==, 1);
  g_assert_nonnull (strstr (bad, one->id));
  g_assert_nonnull (strstr (bad, "1 backups are affected by damage\n"));
}

/* A snapshot as portals before the content store left it. */
static void
make_old (PortalFixture                *self,
          const MainstayPortalSnapshot *snapshot)
{
  g_autofree char *path = g_build_filename (self->directory, "snapshots", snapshot->id, NULL);
  g_autofree char *manifest = g_build_filename (path, "manifest", NULL);
  g_autofree char *tree = NULL;
  g_auto(GStrv) lines = NULL;
  g_autoptr(GString) text = g_string_new ("mainstay-snapshot 1\n");
  g_autoptr(GError) error = NULL;
  unsigned int n = 0;

  {
    g_autofree char *aside = g_strconcat (path, ".aside", NULL);

    stored_extract (self->directory, snapshot->id, aside);
    g_assert_cmpint (g_unlink (path), ==, 0);
    g_assert_cmpint (g_rename (aside, path), ==, 0);
  }
  tree = portal_fixture_digest_tree (path);
  lines = g_strsplit (tree, "\n", -1);
  for (; lines[n] != NULL; n++)
    {
      g_auto(GStrv) words = g_strsplit (lines[n], " ", -1);
      g_autofree char *file = g_build_filename (path, words[0], NULL);
      struct stat status;

      g_assert_cmpint (stat (file, &status), ==, 0);
      g_string_append_printf (text, "%s %ld %s\n", words[1], (long) status.st_size, words[0]);
    }
  g_string_append_printf (text, "end %u\n", n);
  g_assert_true (g_file_set_contents (manifest, text->str, -1, &error));
}

static void
test_old (PortalFixture *self,
          gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->test);
  g_autoptr(MainstayPortalSnapshot) next = NULL;
  g_autofree char *held = portal_fixture_picture (self, self->test);
  g_autofree char *database = portal_fixture_database (self, self->test);
  g_autofree char *file = g_build_filename (self->directory, "snapshots", snapshot->id,
                                            "db.backup", NULL);
  g_autofree char *after = NULL;
  g_autofree char *archive = NULL;
  g_autoptr(MainstayPortalRestore) restored = NULL;
  g_autoptr(MainstayPortalRestore) failed = NULL;
  g_autoptr(GError) error = NULL;

  make_old (self, snapshot);
  portal_fixture_reopen (self);
  assert_whole (self);
  /* A new one beside it, compared with nothing. */
  next = portal_fixture_back_up (self, self->test);
  g_assert_cmpint (next->state, ==, MAINSTAY_JOB_COMPLETED);
  portal_fixture_execute (database, "DELETE FROM harbour$shipment WHERE id % 3 = 0");
  restored = mainstay_portal_restore (self->portal, self->user, self->test, snapshot->id, FALSE,
                                      &error);
  g_assert_no_error (error);
  portal_fixture_wait (self);
  after = portal_fixture_picture (self, self->test);
  g_assert_cmpstr (after, ==, held);
  archive = portal_fixture_pack (self, self->test, snapshot->id, "files_and_database");
  g_assert_true (g_file_test (archive, G_FILE_TEST_IS_REGULAR));
  flip (file, 5000);
  assert_found (self, TRUE, snapshot, next, "the database");
  failed = mainstay_portal_restore (self->portal, self->user, self->test, snapshot->id, FALSE,
                                    &error);
  portal_fixture_wait (self);
  g_clear_pointer (&after, g_free);
  after = portal_fixture_picture (self, self->test);
  g_assert_cmpstr (after, ==, held);
  g_assert_true (mainstay_portal_delete_snapshot (self->portal, self->user, self->test,
                                                  snapshot->id, &error));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  assert_whole (self);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  ADD ("affected", test_affected);
  ADD ("each-byte", test_each_byte);
  ADD ("missing", test_missing);
  ADD ("command", test_command);
  ADD ("old", test_old);
  return g_test_run ();
}
