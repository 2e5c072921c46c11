/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-tree.h"

#include <string.h>

#include "mainstay-entry-name.h"
#include "mainstay-error.h"

#define FOLDERS_LENGTH 6

gboolean
mainstay_portal_tree_is_name (const char *name,
                              size_t      length)
{
  char uuid[MAINSTAY_UUID_LENGTH + 1];
  guint8 bytes[MAINSTAY_UUID_BYTES];

  if (length != MAINSTAY_PORTAL_FILE_NAME_LENGTH || name[2] != '/' || name[5] != '/' ||
      !g_ascii_isxdigit (name[0]) || !g_ascii_isxdigit (name[1]) || !g_ascii_isxdigit (name[3]) ||
      !g_ascii_isxdigit (name[4]))
    return FALSE;
  memcpy (uuid, name + FOLDERS_LENGTH, MAINSTAY_UUID_LENGTH);
  uuid[MAINSTAY_UUID_LENGTH] = '\0';
  return mainstay_entry_uuid_parse (uuid, bytes);
}

static gboolean
entries_are_sane (GArray *entries)
{
  for (unsigned int i = 0; i < entries->len; i++)
    {
      const MainstayPortalTreeEntry *entry =
        &g_array_index (entries, MainstayPortalTreeEntry, i);

      if (!mainstay_portal_tree_is_name (entry->name, sizeof entry->name) || entry->size < 0 ||
          entry->kind > MAINSTAY_PORTAL_CONTENT_LIST ||
          (i > 0 && mainstay_portal_tree_compare (entry - 1, entry) >= 0))
        return FALSE;
    }
  return TRUE;
}

GArray *
mainstay_portal_tree_get (MainstayPortalContentStore  *store,
                          const guint8                 *digest,
                          GError                     **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autoptr(GArray) entries = g_array_new (FALSE, FALSE, sizeof (MainstayPortalTreeEntry));

  if (!mainstay_portal_content_store_get (store, digest, bytes, error))
    return NULL;
  g_array_append_vals (entries, bytes->data, bytes->len / sizeof (MainstayPortalTreeEntry));
  if (bytes->len % sizeof (MainstayPortalTreeEntry) == 0 && entries_are_sane (entries))
    return g_steal_pointer (&entries);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The backup is damaged: a list of files is not one");
  return NULL;
}

int
mainstay_portal_tree_compare (gconstpointer a,
                              gconstpointer b)
{
  return memcmp (((const MainstayPortalTreeEntry *) a)->name,
                 ((const MainstayPortalTreeEntry *) b)->name, MAINSTAY_PORTAL_FILE_NAME_LENGTH);
}

gboolean
mainstay_portal_tree_same_file (const MainstayPortalTreeEntry *before,
                                const MainstayPortalTreeEntry *now)
{
  return before->inode != 0 && before->inode == now->inode && before->size == now->size &&
         before->modified == now->modified && before->changed == now->changed;
}

void
mainstay_portal_tree_entry_content (const MainstayPortalTreeEntry *self,
                                    MainstayPortalContent         *content)
{
  content->kind = (MainstayPortalContentKind) self->kind;
  content->size = self->size;
  memcpy (content->digest, self->digest, sizeof content->digest);
}
