/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-disk.h"
#include "mainstay-error.h"
#include "mainstay-portal-files.h"
#include "mainstay-portal-manifest.h"

#define OLD_MANIFEST_NAME "manifest"
#define READ_BYTES (256 * 1024)

MainstayPortalBackup *
mainstay_portal_backup_new (void)
{
  MainstayPortalBackup *self = g_new0 (MainstayPortalBackup, 1);

  self->database.size = -1;
  self->trees = g_array_new (FALSE, FALSE, sizeof (MainstayPortalTree));
  return self;
}

void
mainstay_portal_backup_free (MainstayPortalBackup *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->blocks, g_array_unref);
  g_clear_pointer (&self->trees, g_array_unref);
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self, g_free);
}

void
mainstay_portal_backup_add_tree (MainstayPortalBackup     *self,
                                 const MainstayPortalTree *tree)
{
  g_array_append_val (self->trees, *tree);
  self->files_count += tree->n_files;
  self->files_size += tree->size;
}

const MainstayPortalTree *
mainstay_portal_backup_find_tree (MainstayPortalBackup *self,
                                  const char           *folder)
{
  for (unsigned int i = 0; i < self->trees->len; i++)
    {
      const MainstayPortalTree *tree = &g_array_index (self->trees, MainstayPortalTree, i);

      if (strcmp (tree->folder, folder) == 0)
        return tree;
    }
  return NULL;
}

gboolean
mainstay_portal_backup_write (MainstayPortalBackup  *self,
                              const char            *path,
                              gboolean               is_relaxed,
                              GError               **error)
{
  g_autofree char *text = mainstay_portal_manifest_to_text (self);

  return mainstay_portal_write_file (path, text, !is_relaxed, error);
}

static gboolean
set_damaged (GError **error)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The backup is damaged: what is stored is not what was written");
  return FALSE;
}

static gboolean
read_old (MainstayPortalBackup *self,
          const char           *path)
{
  g_autofree char *manifest = g_build_filename (path, OLD_MANIFEST_NAME, NULL);
  g_autofree char *text = NULL;

  self->folder = g_strdup (path);
  self->entries = g_array_new (FALSE, FALSE, sizeof (MainstayPortalTreeEntry));
  return g_file_get_contents (manifest, &text, NULL, NULL) &&
         mainstay_portal_manifest_parse_old (text, self);
}

MainstayPortalBackup *
mainstay_portal_backup_read (const char  *path,
                             GError     **error)
{
  g_autoptr(MainstayPortalBackup) self = mainstay_portal_backup_new ();
  g_autofree char *text = NULL;
  gboolean ok;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    ok = read_old (self, path);
  else
    ok = g_file_get_contents (path, &text, NULL, NULL) &&
         mainstay_portal_manifest_parse (text, self);
  if (ok)
    return g_steal_pointer (&self);
  set_damaged (error);
  return NULL;
}

unsigned int
mainstay_portal_backup_get_n_trees (MainstayPortalBackup *self)
{
  return self->entries != NULL ? 1 : self->trees->len;
}

GArray *
mainstay_portal_backup_get_tree (MainstayPortalBackup        *self,
                                 MainstayPortalContentStore  *store,
                                 unsigned int                 position,
                                 GError                     **error)
{
  if (self->entries != NULL)
    return g_array_ref (self->entries);
  return mainstay_portal_tree_get (
    store, g_array_index (self->trees, MainstayPortalTree, position).digest, error);
}

static gboolean
pass_on (int                         fd,
         MainstaySha256             *hash,
         gint64                     *size,
         MainstayPortalContentFunc   func,
         gpointer                    user_data,
         GError                    **error)
{
  g_autofree guint8 *buffer = g_malloc (READ_BYTES);

  while (TRUE)
    {
      ssize_t count = read (fd, buffer, READ_BYTES);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        mainstay_disk_error_set (error, errno, "Cannot read a file");
      if (count <= 0)
        return count == 0;
      mainstay_sha256_update (hash, buffer, (size_t) count);
      *size += count;
      if (!func (buffer, (size_t) count, user_data, error))
        return FALSE;
    }
}

/* Of version 1. */
static gboolean
read_plain_file (MainstayPortalBackup         *self,
                 const char                   *name,
                 const MainstayPortalContent  *content,
                 MainstayPortalContentFunc     func,
                 gpointer                      user_data,
                 GError                      **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autoptr(MainstaySha256) hash = mainstay_sha256_new ();
  guint8 sha256[MAINSTAY_SHA256_LENGTH];
  gint64 size = 0;
  gboolean ok;

  if (fd < 0)
    return set_damaged (error);
  ok = pass_on (fd, hash, &size, func, user_data, error);
  close (fd);
  mainstay_sha256_output (hash, sha256);
  return ok && ((size == content->size &&
                 memcmp (sha256, content->digest, sizeof sha256) == 0) || set_damaged (error));
}

gboolean
mainstay_portal_backup_read_dump (MainstayPortalBackup        *self,
                                  MainstayPortalContentStore  *store,
                                  MainstayPortalContentFunc    func,
                                  gpointer                     user_data,
                                  GError                     **error)
{
  if (self->folder != NULL)
    return read_plain_file (self, MAINSTAY_PORTAL_DUMP_NAME, &self->database, func, user_data,
                            error);
  return mainstay_portal_content_store_read (store, &self->database, func, user_data, error);
}

gboolean
mainstay_portal_backup_read_blocks (MainstayPortalBackup        *self,
                                    MainstayPortalContentStore  *store,
                                    GArray                      *blocks,
                                    MainstayPortalContentFunc    func,
                                    gpointer                     user_data,
                                    GError                     **error)
{
  g_autoptr(GArray) ranges = g_array_new (FALSE, FALSE, sizeof (MainstayPortalContentRange));
  MainstayPortalContentRange range = { 0, self->contents_length };

  g_array_append_val (ranges, range);
  for (unsigned int i = 0; i < blocks->len; i++)
    {
      const MainstayDumpBlock *block = &g_array_index (blocks, MainstayDumpBlock, i);

      range = (MainstayPortalContentRange) { block->offset, block->length };
      g_array_append_val (ranges, range);
    }
  return mainstay_portal_content_store_read_ranges (store, &self->database, ranges, func, user_data,
                                                    error);
}

gboolean
mainstay_portal_backup_read_file (MainstayPortalBackup           *self,
                                  MainstayPortalContentStore     *store,
                                  const MainstayPortalTreeEntry  *entry,
                                  MainstayPortalContentFunc       func,
                                  gpointer                        user_data,
                                  GError                        **error)
{
  MainstayPortalContent content;
  g_autofree char *name = NULL;

  mainstay_portal_tree_entry_content (entry, &content);
  if (self->folder == NULL)
    return mainstay_portal_content_store_read (store, &content, func, user_data, error);
  name = g_strdup_printf (MAINSTAY_PORTAL_FILES_NAME "/%.*s", (int) sizeof entry->name,
                          entry->name);
  return read_plain_file (self, name, &content, func, user_data, error);
}
