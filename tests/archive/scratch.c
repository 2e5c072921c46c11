/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "scratch.h"

#include <string.h>

#include <glib/gstdio.h>

void
scratch_set_up (Scratch       *self,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  self->path = g_dir_make_tmp ("mainstay-archive-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
scratch_tear_down (Scratch       *self,
                   gconstpointer  data)
{
  remove_tree (self->path);
  g_clear_pointer (&self->path, g_free);
}

char *
scratch_file (Scratch    *self,
              const char *name)
{
  return g_build_filename (self->path, name, NULL);
}

/* Makes the file @name of the folder and answers its path. */
char *
scratch_write (Scratch    *self,
               const char *name,
               const void *bytes,
               gssize      length)
{
  char *path = scratch_file (self, name);
  g_autofree char *folder = g_path_get_dirname (path);
  size_t size = length < 0 ? strlen (bytes) : (size_t) length;
  FILE *file;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  /* Neither g_file_set_contents() nor over an old file, both of which wait for the disk: the sweeps
   * write thousands. */
  g_remove (path);
  file = g_fopen (path, "w");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
  return path;
}

/* scratch_write() for who needs no path. */
void
scratch_make (Scratch    *self,
              const char *name,
              const void *bytes,
              gssize      length)
{
  g_autofree char *path = scratch_write (self, name, bytes, length);

  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
}

GBytes *
load_bytes (const char *path)
{
  g_autoptr(GError) error = NULL;
  char *contents = NULL;
  gsize length = 0;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

void
assert_same_file (const char *path,
                  const void *bytes,
                  size_t      length)
{
  g_autoptr(GBytes) found = load_bytes (path);

  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found), bytes, length);
}

/* Bytes that do not compress, the same each time. */
GBytes *
noise_bytes (guint32 seed,
             size_t  length)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  guint8 *bytes = g_malloc (length + 1);

  for (size_t i = 0; i < length; i++)
    bytes[i] = (guint8) g_rand_int_range (rand, 0, 256);
  return g_bytes_new_take (bytes, length);
}

void
run_program (const char *folder,
             const char *first,
             ...)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autoptr(GError) error = NULL;
  const char *next = first;
  int status = -1;
  va_list arguments;

  va_start (arguments, first);
  for (; next != NULL; next = va_arg (arguments, const char *))
    g_ptr_array_add (argv, (gpointer) next);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (folder, (char **) argv->pdata, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}
