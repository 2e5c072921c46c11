/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <string.h>

#include "mainstay-portal-collect-private.h"
#include "mainstay-portal-private.h"

void
mainstay_portal_mark_init (MainstayPortalMark         *self,
                           MainstayPortalContentStore *store,
                           MainstayPortalContentIndex *index,
                           GCancellable               *cancellable)
{
  size_t length = mainstay_portal_content_index_get_n_places (index) / 8 + 1;

  self->store = store;
  self->index = mainstay_portal_content_index_ref (index);
  self->live = g_malloc0 (length);
  self->walked = g_malloc0 (length);
  self->cancellable = cancellable;
}

void
mainstay_portal_mark_clear (MainstayPortalMark *self)
{
  g_clear_pointer (&self->index, mainstay_portal_content_index_unref);
  g_clear_pointer (&self->live, g_free);
  g_clear_pointer (&self->walked, g_free);
}

static gboolean
get_bit (const guint8 *bits,
         unsigned int  position)
{
  return (bits[position / 8] & 1 << position % 8) != 0;
}

/* Returns: whether it was not set before */
static gboolean
set_bit (guint8       *bits,
         unsigned int  position)
{
  if (get_bit (bits, position))
    return FALSE;
  bits[position / 8] = (guint8) (bits[position / 8] | 1 << position % 8);
  return TRUE;
}

gboolean
mainstay_portal_mark_is_live (const MainstayPortalMark *self,
                              unsigned int              position)
{
  return get_bit (self->live, position);
}

/* What is not in the index is newer than the collection, which does not touch it. Returns: whether
 * its members are still to be marked */
static gboolean
mark_digest (MainstayPortalMark *self,
             const guint8       *digest,
             gboolean            has_members)
{
  const MainstayPortalPlace *place = mainstay_portal_content_index_find (self->index, digest);
  unsigned int position;

  if (place == NULL)
    return has_members;
  position = mainstay_portal_content_index_position (self->index, place);
  set_bit (self->live, position);
  return has_members && set_bit (self->walked, position);
}

static gboolean
mark_content (MainstayPortalMark           *self,
              const MainstayPortalContent  *content,
              GError                      **error)
{
  g_autoptr(GByteArray) list = NULL;

  if (!mark_digest (self, content->digest, content->kind == MAINSTAY_PORTAL_CONTENT_LIST))
    return TRUE;
  list = g_byte_array_new ();
  if (!mainstay_portal_content_store_get (self->store, content->digest, list, error))
    return FALSE;
  for (size_t i = 0; i + sizeof (MainstayPortalPiece) <= list->len;
       i += sizeof (MainstayPortalPiece))
    mark_digest (self, list->data + i, FALSE);
  return TRUE;
}

static gboolean
mark_tree (MainstayPortalMark  *self,
           const guint8        *digest,
           GError             **error)
{
  g_autoptr(GArray) entries = NULL;

  if (!mark_digest (self, digest, TRUE))
    return TRUE;
  entries = mainstay_portal_tree_get (self->store, digest, error);
  for (unsigned int i = 0; entries != NULL && i < entries->len; i++)
    {
      MainstayPortalContent content;

      mainstay_portal_tree_entry_content (&g_array_index (entries, MainstayPortalTreeEntry, i),
                                          &content);
      if (!mark_content (self, &content, error))
        return FALSE;
    }
  return entries != NULL;
}

gboolean
mainstay_portal_mark_backup (MainstayPortalMark    *self,
                             MainstayPortalBackup  *backup,
                             GError               **error)
{
  if (backup->folder != NULL)
    return TRUE;
  if (!mark_content (self, &backup->database, error))
    return FALSE;
  for (unsigned int i = 0; i < backup->trees->len; i++)
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
        !mark_tree (self, g_array_index (backup->trees, MainstayPortalTree, i).digest, error))
      return FALSE;
  return TRUE;
}

/* One that is deleted meanwhile needs nothing any more. */
static gboolean
mark_manifest (MainstayPortalMark  *self,
               const char          *path,
               GError             **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalBackup) backup = mainstay_portal_backup_read (path, &local_error);

  if (backup != NULL)
    return mainstay_portal_mark_backup (self, backup, error);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
mainstay_portal_mark_folder (MainstayPortalMark  *self,
                             const char          *snapshots,
                             GError             **error)
{
  g_autoptr(GDir) dir = g_dir_open (snapshots, 0, error);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (snapshots, name, NULL);

      /* Others are still being written. */
      if (mainstay_portal_is_id (name) && !mark_manifest (self, path, error))
        return FALSE;
    }
  return dir != NULL;
}

void
mainstay_portal_mark_pins (MainstayPortalMark *self,
                           GArray             *pins)
{
  for (unsigned int i = 0; i < pins->len; i++)
    {
      guint64 pin = g_array_index (pins, guint64, i);
      unsigned int n = mainstay_portal_content_index_get_n_places (self->index);
      unsigned int position = mainstay_portal_content_index_lower_bound (
        self->index, (const guint8 *) &pin, sizeof pin);

      for (; position < n; position++)
        {
          const MainstayPortalPlace *place =
            mainstay_portal_content_index_get_place (self->index, position);

          if (memcmp (place->digest, &pin, sizeof pin) != 0)
            break;
          set_bit (self->live, position);
        }
    }
}
