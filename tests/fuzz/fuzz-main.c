/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

/* In place of libFuzzer: each file of the folders that are named, once, so that what was found
 * before is found by any compiler. */

static void
run_file (const char *path)
{
  g_autofree char *data = NULL;
  size_t size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_test_message ("%s", path);
  {
    /* Of exactly its size, so that a byte behind it is seen to be one. */
    g_autofree guint8 *exact = g_memdup2 (data, size);

    LLVMFuzzerTestOneInput (exact, size);
  }
}

static void
test_corpus (gconstpointer data)
{
  const char *folder = data;
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  unsigned int count = 0;
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      run_file (path);
      count++;
    }
  g_assert_cmpuint (count, >, 0);
  LLVMFuzzerTestOneInput ((const guint8 *) "", 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++)
    {
      g_autofree char *name = g_path_get_basename (argv[i]);
      g_autofree char *path = g_strconcat ("/fuzz/", name, NULL);

      g_test_add_data_func (path, argv[i], test_corpus);
    }
  return g_test_run ();
}
