/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>

/* GLib ends a program that warns by a trap, of which libFuzzer does not keep the input. */
static void
trapped (int number)
{
  abort ();
}

int
LLVMFuzzerInitialize (int    *argc,
                      char ***argv)
{
  signal (SIGTRAP, trapped);
  return 0;
}

char *
fuzz_dup_text (const guint8 *data,
               size_t        size)
{
  char *text = g_malloc (size + 1);

  if (size > 0)
    memcpy (text, data, size);
  text[size] = '\0';
  return text;
}

GStrv
fuzz_dup_lines (const guint8 *data,
                size_t        size,
                unsigned int  n_lines)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_auto(GStrv) lines = g_strsplit (text, "\n", (int) n_lines);
  unsigned int n_found = g_strv_length (lines);
  GStrv result = g_new0 (char *, n_lines + 1);

  for (unsigned int i = 0; i < n_lines; i++)
    result[i] = g_strdup (i < n_found ? lines[i] : "");
  return result;
}

static char *folder;

static void
remove_folder (void)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

char *
fuzz_write (const char   *name,
            const guint8 *data,
            size_t        size)
{
  char *path;

  if (folder == NULL)
    {
      folder = g_dir_make_tmp ("mainstay-fuzz-XXXXXX", NULL);
      g_assert_nonnull (folder);
      atexit (remove_folder);
    }
  path = g_build_filename (folder, name, NULL);
  g_assert_true (g_file_set_contents_full (path, (const char *) data, (gssize) size,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  return path;
}
