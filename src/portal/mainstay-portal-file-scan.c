/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <sys/stat.h>

#include "mainstay-portal-file-scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mainstay-disk.h"

#define SECOND_NS G_GINT64_CONSTANT (1000000000)
/* Of a file system that keeps fractions of a second; its clock goes in steps of up to 10 ms. */
#define FINE_NS (SECOND_NS / 10)
#define COARSE_NS (2 * SECOND_NS)

static void
close_folder (DIR *folder)
{
  closedir (folder);
}

typedef DIR Folder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, close_folder)

/* Returns: (nullable): NULL without an error when there is none */
static Folder *
open_folder (int          parent,
             const char  *name,
             GError     **error)
{
  int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;

  if (folder != NULL)
    return folder;
  if (errno != ENOENT && errno != ENOTDIR)
    mainstay_disk_error_set (error, errno, "Cannot read the uploaded files");
  if (fd >= 0)
    close (fd);
  return NULL;
}

static gboolean
is_pair (const char *name)
{
  return strlen (name) == 2 && g_ascii_isxdigit (name[0]) && g_ascii_isxdigit (name[1]);
}

/* Returns: the next name, NULL at the end or with an error */
static const char *
next_name (Folder  *folder,
           GError **error)
{
  struct dirent *entry;

  errno = 0;
  entry = readdir (folder);
  if (entry != NULL)
    return entry->d_name;
  if (errno != 0)
    mainstay_disk_error_set (error, errno, "Cannot read the uploaded files");
  return NULL;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_pairs (int          parent,
            const char  *name,
            GError     **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) local_error = NULL;
  g_autoptr(Folder) folder = open_folder (parent, name, &local_error);
  const char *found;

  while (folder != NULL && (found = next_name (folder, &local_error)) != NULL)
    if (is_pair (found))
      g_ptr_array_add (names, g_strdup (found));
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

GPtrArray *
mainstay_portal_file_scan_folders (const char  *root,
                                   GError     **error)
{
  return list_pairs (AT_FDCWD, root, error);
}

static gint64
to_nanoseconds (const struct timespec *time)
{
  return time->tv_sec * SECOND_NS + time->tv_nsec;
}

void
mainstay_portal_file_scan_take (MainstayPortalTreeEntry *entry,
                                const struct stat       *status)
{
  struct timespec clock;
  gint64 now;

  clock_gettime (CLOCK_REALTIME_COARSE, &clock);
  now = to_nanoseconds (&clock);
  entry->size = status->st_size;
  entry->modified = to_nanoseconds (&status->st_mtim);
  entry->changed = to_nanoseconds (&status->st_ctim);
  entry->inode = MAX (entry->modified, entry->changed) +
                     (status->st_ctim.tv_nsec != 0 ? FINE_NS : COARSE_NS) < now
                   ? status->st_ino : 0;
}

static void
take_file (int         folder,
           const char *pairs,
           const char *name,
           GArray     *files)
{
  MainstayPortalTreeEntry entry = { .reserved = 0 };
  struct stat status;

  if (strlen (name) != MAINSTAY_PORTAL_FILE_NAME_LENGTH - strlen (pairs))
    return;
  memcpy (entry.name, pairs, strlen (pairs));
  memcpy (entry.name + strlen (pairs), name, strlen (name));
  if (!mainstay_portal_tree_is_name (entry.name, sizeof entry.name) ||
      fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG (status.st_mode))
    return;
  mainstay_portal_file_scan_take (&entry, &status);
  g_array_append_val (files, entry);
}

static gboolean
scan_pair (int          parent,
           const char  *xx,
           const char  *yy,
           GArray      *files,
           GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(Folder) folder = open_folder (parent, yy, &local_error);
  char pairs[] = "xx/yy/";
  const char *name;

  memcpy (pairs, xx, 2);
  memcpy (pairs + 3, yy, 2);
  while (folder != NULL && (name = next_name (folder, &local_error)) != NULL)
    take_file (dirfd (folder), pairs, name, files);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

GArray *
mainstay_portal_file_scan (const char  *root,
                           const char  *folder,
                           GError     **error)
{
  g_autofree char *path = g_build_filename (root, folder, NULL);
  g_autoptr(GArray) files = g_array_new (FALSE, FALSE, sizeof (MainstayPortalTreeEntry));
  g_autoptr(GPtrArray) pairs = list_pairs (AT_FDCWD, path, error);
  int parent = pairs != NULL ? open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  gboolean ok = pairs != NULL;

  for (unsigned int i = 0; ok && parent >= 0 && i < pairs->len; i++)
    ok = scan_pair (parent, folder, g_ptr_array_index (pairs, i), files, error);
  if (parent >= 0)
    close (parent);
  if (!ok)
    return NULL;
  g_array_sort (files, mainstay_portal_tree_compare);
  return g_steal_pointer (&files);
}
