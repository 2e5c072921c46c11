/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "mainstay-error.h"
#include "mainstay-file-check.h"
#include "mainstay-part-file.h"
#include "mainstay-patience.h"

typedef struct
{
  char *folder;
  char *path;
  char *part_path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("mainstay-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "backup.tar.gz", NULL);
  fixture->part_path = g_strconcat (fixture->path, ".part", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_unlink (fixture->path);
  g_unlink (fixture->part_path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->part_path);
}

static void
assert_content (const char *path,
                const char *expected)
{
  g_autofree char *content = NULL;

  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, expected);
}

static void
assert_missing (const char *path)
{
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static MainstayPartFile *
write_part (Fixture    *fixture,
            const char *text)
{
  g_autoptr(GError) error = NULL;
  MainstayPartFile *part = mainstay_part_file_new (fixture->path, &error);

  g_assert_no_error (error);
  g_assert_true (mainstay_part_file_empty (part, &error));
  g_assert_true (mainstay_part_file_reserve (part, (gint64) strlen (text), 0, &error));
  g_assert_true (mainstay_part_file_write (part, 0, text, strlen (text), &error));
  g_assert_no_error (error);
  return part;
}

static void
test_commit (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = write_part (fixture, "whole");
  struct stat found;

  assert_missing (fixture->path);
  assert_content (fixture->part_path, "whole");
  g_assert_cmpint (mainstay_part_file_get_size (part), ==, 5);
  g_assert_true (mainstay_part_file_commit (part, &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "whole");
  assert_missing (fixture->part_path);
  g_assert_cmpint (stat (fixture->path, &found), ==, 0);
  g_assert_cmpint (found.st_mode & 0777, ==, 0600);
}

/* Somebody takes the name at the last moment: what is there is still ours, and another try goes on
 * with it. */
static void
test_commit_again (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  MainstayPartFile *first = write_part (fixture, "whole");
  g_autoptr(MainstayPartFile) part = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "other", -1, NULL));
  g_assert_false (mainstay_part_file_commit (first, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
  g_clear_error (&error);
  mainstay_part_file_unref (first);
  assert_content (fixture->path, "other");
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  part = mainstay_part_file_new (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_true (mainstay_part_file_commit (part, &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "whole");
}

static void
test_begin_again (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = write_part (fixture, "a longer beginning");

  g_assert_true (mainstay_part_file_empty (part, &error));
  g_assert_true (mainstay_part_file_write (part, 0, "short", 5, &error));
  g_assert_true (mainstay_part_file_commit (part, &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "short");
}

/* In any order, and read while others still write. */
static void
test_ranges (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = mainstay_part_file_new (fixture->path, &error);
  char bytes[16];

  g_assert_no_error (error);
  g_assert_true (mainstay_part_file_reserve (part, 10, 0, &error));
  g_assert_cmpint (mainstay_part_file_get_size (part), ==, 0);
  g_assert_true (mainstay_part_file_write (part, 6, "6789", 4, &error));
  g_assert_true (mainstay_part_file_write (part, 0, "012", 3, &error));
  g_assert_cmpint (mainstay_part_file_read (part, 1, bytes, 2, &error), ==, 2);
  g_assert_cmpmem (bytes, 2, "12", 2);
  g_assert_true (mainstay_part_file_write (part, 3, "345", 3, &error));
  mainstay_part_file_push (part, 0, 10);
  g_assert_true (mainstay_part_file_sync (part, &error));
  g_assert_cmpint (mainstay_part_file_read (part, 0, bytes, sizeof bytes, &error), ==, 10);
  g_assert_cmpint (mainstay_part_file_read (part, 10, bytes, sizeof bytes, &error), ==, 0);
  g_assert_true (mainstay_part_file_commit (part, &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "0123456789");
}

static void
test_set_aside (Fixture       *fixture,
                gconstpointer  data)
{
  for (int i = 1; i <= 3; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *text = g_strdup_printf ("bad %d", i);
      g_autoptr(MainstayPartFile) part = write_part (fixture, text);
      g_autofree char *kept = mainstay_part_file_set_aside (part, &error);
      g_autofree char *expected = i == 1 ? g_strconcat (fixture->path, ".damaged", NULL)
                                         : g_strdup_printf ("%s.damaged-%d", fixture->path, i);

      g_assert_no_error (error);
      g_assert_cmpstr (kept, ==, expected);
      assert_missing (fixture->part_path);
      assert_missing (fixture->path);
    }
  for (int i = 1; i <= 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("bad %d", i);
      g_autofree char *path = i == 1 ? g_strconcat (fixture->path, ".damaged", NULL)
                                     : g_strdup_printf ("%s.damaged-%d", fixture->path, i);

      assert_content (path, text);
      g_unlink (path);
    }
}

/* The person was asked about what was there at the beginning, not about what came since. */
static void
test_replaces (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));
  part = write_part (fixture, "new");
  assert_content (fixture->path, "old");
  g_assert_true (mainstay_part_file_commit (part, &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "new");
}

static void
test_replaces_not (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = write_part (fixture, "new");

  g_assert_true (g_file_set_contents (fixture->path, "somebody's", -1, NULL));
  g_assert_false (mainstay_part_file_commit (part, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
  assert_content (fixture->path, "somebody's");
  assert_content (fixture->part_path, "new");
}

static void
test_discard (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayPartFile) part = write_part (fixture, "bad");

  mainstay_part_file_discard (part);
  assert_missing (fixture->part_path);
  assert_missing (fixture->path);
}

/* What lies there now is not what was made here. */
static void
test_discard_not_ours (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = write_part (fixture, "ours");

  g_assert_cmpint (g_unlink (fixture->part_path), ==, 0);
  g_assert_true (g_file_set_contents (fixture->part_path, "theirs", -1, NULL));
  mainstay_part_file_discard (part);
  assert_content (fixture->part_path, "theirs");
  g_assert_false (mainstay_part_file_commit (part, &error));
  g_assert_nonnull (error);
  assert_missing (fixture->path);
}

static void
test_left_over (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(MainstayPartFile) part = NULL;

  mainstay_part_file_unref (write_part (fixture, "of an earlier run"));
  part = mainstay_part_file_new (fixture->path, NULL);
  g_assert_cmpint (mainstay_part_file_get_size (part), ==, 17);
  assert_content (fixture->part_path, "of an earlier run");
  g_clear_pointer (&part, mainstay_part_file_unref);
  part = write_part (fixture, "new");
  assert_content (fixture->part_path, "new");
}

/* Other programs name their unfinished files like this too. */
static void
test_of_another_program (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = NULL;
  gboolean has_marks;

  g_assert_true (g_file_set_contents (fixture->part_path, "half of it", -1, NULL));
  has_marks = setxattr (fixture->part_path, "user.test", "1", 1, 0) == 0;
  part = mainstay_part_file_new (fixture->path, &error);
  if (has_marks)
    {
      g_assert_null (part);
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
      assert_content (fixture->part_path, "half of it");
    }
  else
    g_assert_no_error (error);
}

/* A committed file is like any other. */
static void
test_no_mark_left (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(MainstayPartFile) part = write_part (fixture, "whole");
  char names[256];

  g_assert_true (mainstay_part_file_commit (part, NULL));
  g_assert_cmpint (listxattr (fixture->path, names, sizeof names), <=, 0);
}

static void
test_two_at_once (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = write_part (fixture, "first");
  g_autoptr(MainstayPartFile) other = mainstay_part_file_new (fixture->path, &error);

  g_assert_null (other);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
  assert_content (fixture->part_path, "first");
}

static void
test_symlink (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = NULL;
  g_autofree char *victim = g_build_filename (fixture->folder, "victim", NULL);

  g_assert_true (g_file_set_contents (victim, "precious", -1, NULL));
  g_assert_cmpint (symlink (victim, fixture->part_path), ==, 0);
  part = mainstay_part_file_new (fixture->path, &error);
  g_assert_null (part);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
  assert_content (victim, "precious");
  g_assert_cmpint (g_unlink (victim), ==, 0);
}

static void
test_folder (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = NULL;

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  part = mainstay_part_file_new (fixture->path, &error);
  g_assert_null (part);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
  assert_missing (fixture->part_path);
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);

  /* Nor a device or the like, which could be written to, but never replaced. */
  g_clear_error (&error);
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  part = mainstay_part_file_new (fixture->path, &error);
  g_assert_null (part);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
}

static void
test_no_room (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartFile) part = mainstay_part_file_new (fixture->path, &error);

  g_assert_false (mainstay_part_file_reserve (part, G_MAXINT64 / 2, 0, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE);
}

/* A job goes on at a portal that cannot be heard, but nobody waits for ever. */
static void
test_patience (void)
{
  MainstayPatience patience = { 0 };
  g_autoptr(GError) silence = g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE, "Nobody");
  g_autoptr(GError) refusal = g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS, "No");
  unsigned int last = 0;

  for (int i = 0; i < 20; i++)
    {
      unsigned int next = mainstay_patience_next (&patience);

      g_assert_cmpuint (next, >=, last);
      g_assert_cmpuint (next, >, 0);
      g_assert_cmpuint (next, <=, 5000);
      last = next;
    }
  g_assert_true (mainstay_patience_lasts (&patience, silence));
  g_assert_false (mainstay_patience_lasts (&patience, refusal));
  patience.silent_since -= 4 * 60 * G_USEC_PER_SEC;
  g_assert_true (mainstay_patience_lasts (&patience, silence));
  patience.silent_since -= 2 * 60 * G_USEC_PER_SEC;
  g_assert_false (mainstay_patience_lasts (&patience, silence));
  mainstay_patience_renew (&patience);
  g_assert_true (mainstay_patience_lasts (&patience, silence));
}

static void
test_digest (void)
{
  /* Of "abc". */
  const char *sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  const char *good = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
  const char *sloppy = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa1=:";
  const char *other = "sha-256=:AAAWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
  g_autofree char *both = g_strconcat ("sha-512=:AAAA:, ", good, NULL);
  g_autofree char *both_other = g_strconcat ("md5=:AAAA:,", other, NULL);

  g_assert_false (mainstay_file_check_contradicts (NULL, sha256));
  g_assert_false (mainstay_file_check_contradicts ("", sha256));
  g_assert_false (mainstay_file_check_contradicts ("sha-256=:AAAA:", sha256));
  g_assert_false (mainstay_file_check_contradicts ("sha-256", sha256));
  g_assert_false (mainstay_file_check_contradicts (good, sha256));
  g_assert_false (mainstay_file_check_contradicts (both, sha256));
  g_assert_false (mainstay_file_check_contradicts (sloppy, sha256));
  g_assert_true (mainstay_file_check_contradicts (other, sha256));
  g_assert_true (mainstay_file_check_contradicts (both_other, sha256));
}

#define ADD(name, function)                                                                      \
  g_test_add ("/transfer/files/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("commit", test_commit);
  ADD ("commit-again", test_commit_again);
  ADD ("begin-again", test_begin_again);
  ADD ("ranges", test_ranges);
  ADD ("set-aside", test_set_aside);
  ADD ("replaces", test_replaces);
  ADD ("replaces-not", test_replaces_not);
  ADD ("discard", test_discard);
  ADD ("discard-not-ours", test_discard_not_ours);
  ADD ("left-over", test_left_over);
  ADD ("of-another-program", test_of_another_program);
  ADD ("no-mark-left", test_no_mark_left);
  ADD ("two-at-once", test_two_at_once);
  ADD ("symlink", test_symlink);
  ADD ("folder", test_folder);
  ADD ("no-room", test_no_room);
  g_test_add_func ("/transfer/files/digest", test_digest);
  g_test_add_func ("/transfer/files/patience", test_patience);
  return g_test_run ();
}
