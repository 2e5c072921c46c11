/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>

#include "mainstay-error.h"
#include "mainstay-file-saver.h"

typedef struct
{
  char *folder;
  char *path;
  GObject *owner;
  MainstayFileSaver *saver;
  unsigned int asked; /* how often for the text */
} Fixture;

static Fixture *current;

static char *
write_text (gpointer owner)
{
  g_assert_true (owner == current->owner);
  return g_strdup_printf ("text %u", ++current->asked);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  current = fixture;
  fixture->folder = g_dir_make_tmp ("mainstay-saver-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "sub", "file", NULL);
  fixture->owner = g_object_new (G_TYPE_OBJECT, NULL);
  fixture->saver = mainstay_file_saver_new (fixture->path, fixture->owner, write_text);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_clear_object (&fixture->saver);
  g_clear_object (&fixture->owner);
  g_unlink (fixture->path);
  g_rmdir (folder);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_clear_pointer (&fixture->path, g_free);
  g_clear_pointer (&fixture->folder, g_free);
}

static void
take_result (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  GAsyncResult **to = data;

  *to = g_object_ref (result);
}

static gboolean
flush (Fixture  *fixture,
       GError  **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  mainstay_file_saver_flush_async (fixture->saver, NULL, take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return mainstay_file_saver_flush_finish (fixture->saver, result, error);
}

static void
assert_text (Fixture    *fixture,
             const char *text)
{
  g_autofree char *found = NULL;

  g_file_get_contents (fixture->path, &found, NULL, NULL);
  g_assert_cmpstr (found, ==, text);
}

static void
test_changes (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  GStatBuf status;

  /* Nothing has changed. */
  g_assert_true (flush (fixture, &error));
  assert_text (fixture, NULL);
  /* The second and the third come while the first is written: together they are one. */
  mainstay_file_saver_save (fixture->saver);
  mainstay_file_saver_save (fixture->saver);
  mainstay_file_saver_save_soon (fixture->saver);
  g_assert_true (flush (fixture, &error));
  g_assert_no_error (error);
  assert_text (fixture, "text 2");
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_soon (Fixture       *fixture,
           gconstpointer  data)
{
  gint64 began_at = g_get_monotonic_time ();

  mainstay_file_saver_save_soon (fixture->saver);
  g_assert_cmpuint (fixture->asked, ==, 0);
  while (!g_file_test (fixture->path, G_FILE_TEST_EXISTS))
    {
      mainstay_file_saver_save_soon (fixture->saver);
      g_assert_cmpint (g_get_monotonic_time () - began_at, <, 30 * G_USEC_PER_SEC);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_true (flush (fixture, NULL));
}

static void
test_held (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  mainstay_file_saver_hold (fixture->saver);
  mainstay_file_saver_save (fixture->saver);
  mainstay_file_saver_flush_async (fixture->saver, NULL, take_result, &result);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_null (result);
  g_assert_cmpuint (fixture->asked, ==, 0);
  mainstay_file_saver_release (fixture->saver);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (mainstay_file_saver_flush_finish (fixture->saver, result, &error));
  g_assert_no_error (error);
  assert_text (fixture, "text 1");
}

static void
test_closed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) why = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "Somebody else's");
  g_autoptr(GError) error = NULL;

  mainstay_file_saver_hold (fixture->saver);
  mainstay_file_saver_flush_async (fixture->saver, NULL, take_result, &result);
  mainstay_file_saver_close (fixture->saver, why);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (mainstay_file_saver_flush_finish (fixture->saver, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  mainstay_file_saver_save (fixture->saver);
  mainstay_file_saver_save_soon (fixture->saver);
  g_assert_true (flush (fixture, NULL));
  g_assert_cmpuint (fixture->asked, ==, 0);
}

/* A failure is told once and tried again by the next flush, without a change. */
static void
test_blocked (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (folder, "", -1, NULL));
  mainstay_file_saver_save (fixture->saver);
  g_assert_false (flush (fixture, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (folder), ==, 0);
  g_assert_true (flush (fixture, &error));
  g_assert_no_error (error);
  assert_text (fixture, "text 2");
}

/* Whoever lets go of the owner in the middle loses nothing that was being written. */
static void
test_owner (Fixture       *fixture,
            gconstpointer  data)
{
  mainstay_file_saver_save (fixture->saver);
  g_object_add_weak_pointer (fixture->owner, (gpointer *) &fixture->owner);
  g_object_unref (fixture->owner);
  g_assert_nonnull (fixture->owner);
  g_assert_true (flush (fixture, NULL));
  g_assert_null (fixture->owner);
  assert_text (fixture, "text 1");
  mainstay_file_saver_save (fixture->saver);
  g_assert_cmpuint (fixture->asked, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/file-saver/changes", test_changes }, { "/file-saver/soon", test_soon },
    { "/file-saver/held", test_held },       { "/file-saver/closed", test_closed },
    { "/file-saver/blocked", test_blocked }, { "/file-saver/owner", test_owner },
  };

  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
