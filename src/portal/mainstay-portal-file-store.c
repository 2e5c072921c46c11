/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-file-store.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "mainstay-disk.h"
#include "mainstay-entry-name.h"

#define DEPTH 2

typedef struct
{
  MainstayPortalFileFunc func;
  gpointer user_data;
} Walk;

static gboolean
is_pair (const char *name)
{
  return strlen (name) == 2 && g_ascii_isxdigit (name[0]) && g_ascii_isxdigit (name[1]);
}

static gboolean
is_uploaded_file (const char *path,
                  const char *name)
{
  guint8 uuid[MAINSTAY_UUID_BYTES];
  struct stat status;

  return strlen (name) == MAINSTAY_UUID_LENGTH && mainstay_entry_uuid_parse (name, uuid) &&
         lstat (path, &status) == 0 && S_ISREG (status.st_mode);
}

static gboolean
walk_folder (const Walk  *walk,
             const char  *folder,
             const char  *relative,
             int          depth,
             GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GDir) dir = g_dir_open (folder, 0, &local_error);
  const char *name;

  /* Folders come and go while an app runs. */
  if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  if (dir == NULL)
    {
      mainstay_disk_error_set (error, EIO, "Cannot read the uploaded files");
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *below = g_build_filename (relative, name, NULL);

      if (depth < DEPTH && is_pair (name))
        {
          if (!walk_folder (walk, path, below, depth + 1, error))
            return FALSE;
        }
      else if (depth == DEPTH && is_uploaded_file (path, name) &&
               !walk->func (path, below, walk->user_data, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mainstay_portal_file_store_walk (const char              *folder,
                                 MainstayPortalFileFunc   func,
                                 gpointer                 user_data,
                                 GError                 **error)
{
  const Walk walk = { func, user_data };

  return walk_folder (&walk, folder, "", 0, error);
}

typedef struct
{
  gint64 count;
  gint64 size;
} Totals;

static gboolean
measure_file (const char  *path,
              const char  *relative,
              gpointer     user_data,
              GError     **error)
{
  Totals *totals = user_data;
  struct stat status;

  if (lstat (path, &status) == 0)
    {
      totals->count++;
      totals->size += status.st_size;
    }
  return TRUE;
}

gboolean
mainstay_portal_file_store_measure (const char  *folder,
                                    gint64      *count,
                                    gint64      *size,
                                    GError     **error)
{
  Totals totals = { 0, 0 };

  if (!mainstay_portal_file_store_walk (folder, measure_file, &totals, error))
    return FALSE;
  *count = totals.count;
  *size = totals.size;
  return TRUE;
}

typedef struct
{
  const char *root;
  const char *to;
  MainstayPortalManifest *manifest;
  MainstayPortalMeter *meter;
} Copy;

/* The file is gone while the store is still there: the app has removed it. */
static gboolean
was_removed (const char *path,
             const char *root)
{
  struct stat status;

  return lstat (path, &status) < 0 && errno == ENOENT && stat (root, &status) == 0;
}

static gboolean
copy_one (const char  *path,
          const char  *relative,
          gpointer     user_data,
          GError     **error)
{
  Copy *copy = user_data;
  g_autofree char *to = g_build_filename (copy->to, relative, NULL);
  g_autofree char *folder = g_path_get_dirname (to);
  g_autofree char *name = g_build_filename (MAINSTAY_PORTAL_FILES_NAME, relative, NULL);
  g_autoptr(GError) local_error = NULL;
  guint8 sha256[MAINSTAY_SHA256_LENGTH];
  gint64 size;

  if (copy->meter != NULL && g_cancellable_set_error_if_cancelled (copy->meter->cancellable, error))
    return FALSE;
  if (!mainstay_portal_make_folder (folder, error))
    return FALSE;
  if (mainstay_portal_copy_file (path, to, sha256, &size, copy->meter, &local_error))
    {
      mainstay_portal_manifest_add (copy->manifest, name, size, sha256);
      return TRUE;
    }
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) &&
      was_removed (path, copy->root))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
mainstay_portal_file_store_copy (const char              *folder,
                                 const char              *to,
                                 MainstayPortalManifest  *manifest,
                                 MainstayPortalMeter     *meter,
                                 GError                 **error)
{
  Copy copy = { folder, to, manifest, meter };

  return mainstay_portal_make_folder (to, error) &&
         mainstay_portal_file_store_walk (folder, copy_one, &copy, error);
}
