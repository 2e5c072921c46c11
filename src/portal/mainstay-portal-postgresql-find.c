/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <stdlib.h>
#include <string.h>

#include "mainstay-error.h"
#include "mainstay-portal-postgresql-tools.h"

/* Debian and its kin, then Red Hat's. */
static const char *const roots[] = { "/usr/lib/postgresql", "/usr/pgsql" };

typedef struct
{
  char *path;
  int version;
} Program;

static void
program_free (gpointer data)
{
  Program *program = data;

  g_clear_pointer (&program->path, g_free);
  g_clear_pointer (&program, g_free);
}

/* `pg_dump (PostgreSQL) 15.4 (Debian …)` */
static int
ask_version (const char *path)
{
  const char *argv[] = { path, "--version", NULL };
  g_autofree char *output = NULL;
  const char *digits;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output,
                     NULL, &status, NULL) ||
      !g_spawn_check_wait_status (status, NULL))
    return 0;
  digits = strpbrk (output, "0123456789");
  return digits != NULL ? atoi (digits) : 0;
}

/* Debian's wrapper runs the program of whatever cluster it thinks of, not of a version. */
static gboolean
is_wrapper (const char *path)
{
  g_autofree char *target = g_file_read_link (path, NULL);

  return target != NULL && g_str_has_suffix (target, "pg_wrapper");
}

static void
add_program (GPtrArray  *programs,
             const char *folder,
             const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  Program *program;

  if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) || is_wrapper (path))
    return;
  program = g_new0 (Program, 1);
  program->version = ask_version (path);
  program->path = g_steal_pointer (&path);
  g_ptr_array_add (programs, program);
}

static void
add_versions (GPtrArray  *programs,
              const char *root,
              const char *name)
{
  g_autoptr(GDir) dir = g_dir_open (root, 0, NULL);
  const char *version;

  while (dir != NULL && (version = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (root, version, "bin", NULL);

      add_program (programs, folder, name);
    }
}

static GPtrArray *
list_programs (const char *name)
{
  g_autoptr(GPtrArray) programs = g_ptr_array_new_with_free_func (program_free);
  g_auto(GStrv) folders = g_strsplit (g_getenv ("PATH") != NULL ? g_getenv ("PATH") : "", ":", -1);

  for (size_t i = 0; folders[i] != NULL; i++)
    if (g_path_is_absolute (folders[i]))
      add_program (programs, folders[i], name);
  for (size_t i = 0; i < G_N_ELEMENTS (roots); i++)
    add_versions (programs, roots[i], name);
  return g_steal_pointer (&programs);
}

/* Nearer to the server is better: a newer program may say what an older server does not know. */
static gboolean
is_better (const Program *program,
           const Program *best,
           int            version)
{
  if (best == NULL)
    return TRUE;
  if (best->version < version)
    return program->version > best->version;
  return program->version >= version && program->version < best->version;
}

static const Program *
choose (GPtrArray *programs,
        int        version)
{
  const Program *best = NULL;

  for (unsigned int i = 0; i < programs->len; i++)
    if (is_better (g_ptr_array_index (programs, i), best, version))
      best = g_ptr_array_index (programs, i);
  return best;
}

char *
mainstay_portal_postgresql_find (const char  *name,
                                 int          version,
                                 int         *found,
                                 GError     **error)
{
  static GMutex lock;
  static GHashTable *known; /* name to its programs */
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&lock);
  GPtrArray *programs;
  const Program *best;

  if (known == NULL)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                   (GDestroyNotify) g_ptr_array_unref);
  programs = g_hash_table_lookup (known, name);
  best = programs != NULL ? choose (programs, version) : NULL;
  /* They may be installed and replaced while the portal runs. */
  if (best == NULL || best->version < version ||
      !g_file_test (best->path, G_FILE_TEST_IS_EXECUTABLE))
    {
      programs = list_programs (name);
      g_hash_table_replace (known, g_strdup (name), programs);
      best = choose (programs, version);
    }
  if (best == NULL)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                   "PostgreSQL's program %s is not installed on the portal's machine", name);
      return NULL;
    }
  if (found != NULL)
    *found = best->version;
  return g_strdup (best->path);
}
