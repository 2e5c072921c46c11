/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-folder-index.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-archive-walk.h"
#include "mainstay-entry-name.h"
#include "mainstay-error.h"
#include "mainstay-sha256.h"
#include "mainstay-tar-block.h"

/* In progress. */
typedef struct
{
  MainstayFolderIndex *index; /* borrowed */
  GCancellable *cancellable;  /* borrowed */
  GString *name;              /* owned; of what is looked at, below the folder */
  gboolean has_tree;
} Scan;

static gboolean
fail_errno (Scan    *scan,
            int      number,
            GError **error)
{
  g_autofree char *shown = mainstay_entry_name_escape (scan->name->str, scan->name->len);

  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "%s: %s", shown, g_strerror (number));
  return FALSE;
}

static gboolean
refuse (Scan           *scan,
        MainstayError   code,
        const char     *reason,
        GError        **error)
{
  g_autofree char *shown = mainstay_entry_name_escape (scan->name->str, scan->name->len);

  g_set_error (error, MAINSTAY_ERROR, (int) code, "The entry “%s” %s", shown, reason);
  return FALSE;
}

static gboolean
add_file (Scan                     *scan,
          const char               *name,
          const MainstayEntryName  *parsed,
          const struct stat        *info,
          GError                  **error)
{
  MainstayFolderEntry entry = {
    .inode = info->st_ino,
    .size = info->st_size,
    .changed_at = info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_mtim.tv_nsec,
  };

  if (parsed->under_tree != scan->has_tree)
    return refuse (scan, MAINSTAY_ERROR_NOT_A_BACKUP, "is beside the folder “tree”", error);
  for (const char *p = scan->name->str; *p != '\0'; p++)
    if (g_ascii_isupper (*p))
      return refuse (scan, MAINSTAY_ERROR_NOT_A_BACKUP, "is not in lower case", error);
  if (scan->index->entries->len >= MAINSTAY_ARCHIVE_MAX_ENTRIES)
    return refuse (scan, MAINSTAY_ERROR_NOT_A_BACKUP, "is one file too many", error);
  mainstay_entry_uuid_parse (name, entry.uuid);
  g_array_append_val (scan->index->entries, entry);
  scan->index->files_size += info->st_size;
  return TRUE;
}

static gboolean scan_folder (Scan     *scan,
                             int       fd,
                             GError  **error);

/* Follows no link, so that nothing from outside the folder gets in. */
static gboolean
enter_folder (Scan        *scan,
              int          parent,
              const char  *name,
              GError     **error)
{
  int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  gboolean good;

  if (fd < 0)
    return fail_errno (scan, errno, error);
  g_string_append_c (scan->name, '/');
  good = scan_folder (scan, fd, error);
  close (fd);
  return good;
}

static gboolean
scan_entry (Scan        *scan,
            int          parent,
            const char  *name,
            GError     **error)
{
  MainstayEntryName parsed;
  struct stat info;

  if (fstatat (parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return fail_errno (scan, errno, error);
  if (S_ISLNK (info.st_mode))
    return refuse (scan, MAINSTAY_ERROR_NOT_A_BACKUP, "is a link, which is not followed", error);
  if (!S_ISDIR (info.st_mode) && !S_ISREG (info.st_mode))
    return refuse (scan, MAINSTAY_ERROR_NOT_A_BACKUP, "is neither a file nor a folder", error);
  if (!mainstay_entry_name_parse (scan->name->str, scan->name->len, S_ISDIR (info.st_mode),
                                  &parsed, error))
    return FALSE;
  if (parsed.kind == MAINSTAY_ENTRY_METADATA)
    return TRUE;
  if (S_ISDIR (info.st_mode))
    return enter_folder (scan, parent, name, error);
  if (parsed.kind == MAINSTAY_ENTRY_FILE)
    return add_file (scan, name, &parsed, &info, error);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_WRONG_KIND,
                       "This is a full backup, where uploaded files are asked for");
  return FALSE;
}

static gboolean
scan_folder (Scan     *scan,
             int       fd,
             GError  **error)
{
  size_t length = scan->name->len;
  int own_fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  DIR *folder = own_fd >= 0 ? fdopendir (own_fd) : NULL;
  gboolean good = TRUE;
  struct dirent *next;

  if (folder == NULL)
    {
      int number = errno;

      if (own_fd >= 0)
        close (own_fd);
      return fail_errno (scan, number, error);
    }
  while (good && (errno = 0, next = readdir (folder)) != NULL)
    {
      if (strcmp (next->d_name, ".") == 0 || strcmp (next->d_name, "..") == 0)
        continue;
      g_string_append (scan->name, next->d_name);
      good = !g_cancellable_set_error_if_cancelled (scan->cancellable, error) &&
             scan_entry (scan, fd, next->d_name, error);
      g_string_truncate (scan->name, length);
    }
  if (good && errno != 0)
    good = fail_errno (scan, errno, error);
  closedir (folder);
  return good;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  return memcmp (((const MainstayFolderEntry *) a)->uuid, ((const MainstayFolderEntry *) b)->uuid,
                 sizeof ((const MainstayFolderEntry *) a)->uuid);
}

static void
lay_out (MainstayFolderIndex *self)
{
  gint64 offset = 0;

  g_array_sort (self->entries, compare_entries);
  for (unsigned int i = 0; i < self->entries->len; i++)
    {
      MainstayFolderEntry *entry = &g_array_index (self->entries, MainstayFolderEntry, i);

      entry->offset = offset;
      offset += MAINSTAY_TAR_BLOCK + mainstay_tar_pad (entry->size);
    }
  self->size = mainstay_tar_end (offset);
}

/* The pairs are at the top or in `tree`, never in both, as they could hold the same file. */
static gboolean
scan_top (Scan    *scan,
          int      top,
          GError **error)
{
  scan->index->fd = openat (top, "tree", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  scan->has_tree = scan->index->fd >= 0;
  if (scan->index->fd < 0)
    scan->index->fd = fcntl (top, F_DUPFD_CLOEXEC, 0);
  if (scan->index->fd < 0)
    return fail_errno (scan, errno, error);
  if (!scan_folder (scan, top, error))
    return FALSE;
  if (scan->index->entries->len == 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP,
                           "The folder holds no uploaded files");
      return FALSE;
    }
  lay_out (scan->index);
  return TRUE;
}

/**
 * mainstay_folder_index_new:
 * @path: a folder
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error; %MAINSTAY_ERROR_NOT_A_BACKUP, %MAINSTAY_ERROR_UNSAFE_PATH and
 *   %MAINSTAY_ERROR_WRONG_KIND name what must not be in it
 *
 * Looks at every name, and reads no file. Blocks.
 *
 * Returns: (transfer full): the index
 */
MainstayFolderIndex *
mainstay_folder_index_new (const char    *path,
                           GCancellable  *cancellable,
                           GError       **error)
{
  g_autoptr(MainstayFolderIndex) self = g_new0 (MainstayFolderIndex, 1);
  g_autoptr(GString) name = g_string_new (NULL);
  Scan scan = { self, cancellable, name, FALSE };
  int top = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean good;

  self->entries = g_array_new (FALSE, FALSE, sizeof (MainstayFolderEntry));
  self->fd = -1;
  if (top < 0)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "%s: %s", path,
                   g_strerror (errno));
      return NULL;
    }
  good = scan_top (&scan, top, error);
  close (top);
  return good ? g_steal_pointer (&self) : NULL;
}

/** mainstay_folder_index_free: */
void
mainstay_folder_index_free (MainstayFolderIndex *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->entries, g_array_unref);
  g_free (self);
}

/** mainstay_folder_index_fingerprint: Returns: (transfer full): another for another folder */
char *
mainstay_folder_index_fingerprint (MainstayFolderIndex *self)
{
  g_autoptr(MainstaySha256) sum = mainstay_sha256_new ();
  guint8 digest[MAINSTAY_SHA256_LENGTH];
  g_autofree char *hex = NULL;

  mainstay_sha256_update (sum, self->entries->data,
                          self->entries->len * sizeof (MainstayFolderEntry));
  mainstay_sha256_output (sum, digest);
  hex = mainstay_sha256_to_hex (digest);
  return g_strdup_printf ("folder %u %" G_GINT64_FORMAT " %s", self->entries->len, self->size, hex);
}

/** mainstay_folder_index_name: Gives the name below the folder that has the pairs. */
void
mainstay_folder_index_name (const MainstayFolderEntry *entry,
                            char name[MAINSTAY_FOLDER_NAME_LENGTH + 1])
{
  const guint8 *b = entry->uuid;

  g_snprintf (name, MAINSTAY_FOLDER_NAME_LENGTH + 1,
              "%02x/%02x/%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
              b[0], b[1], b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
              b[12], b[13], b[14], b[15]);
}

/** mainstay_folder_index_find: Returns: (nullable): what is at @offset; %NULL behind the last */
MainstayFolderEntry *
mainstay_folder_index_find (MainstayFolderIndex *self,
                            gint64               offset)
{
  unsigned int low = 0;
  unsigned int high = self->entries->len;
  MainstayFolderEntry *entry;

  while (high - low > 1)
    {
      unsigned int middle = low + (high - low) / 2;

      if (g_array_index (self->entries, MainstayFolderEntry, middle).offset <= offset)
        low = middle;
      else
        high = middle;
    }
  entry = &g_array_index (self->entries, MainstayFolderEntry, low);
  return offset < entry->offset + MAINSTAY_TAR_BLOCK + mainstay_tar_pad (entry->size) ? entry
                                                                                     : NULL;
}

/** mainstay_folder_entry_is: Returns: whether a file is still what it was when it was indexed */
gboolean
mainstay_folder_entry_is (const MainstayFolderEntry *entry,
                          const struct stat         *info)
{
  return S_ISREG (info->st_mode) && info->st_ino == entry->inode && info->st_size == entry->size &&
         info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_mtim.tv_nsec ==
           entry->changed_at;
}
