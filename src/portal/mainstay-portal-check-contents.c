/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-check-contents.h"

#include <string.h>

#include "mainstay-portal-content-private.h"

struct _MainstayPortalContentCheck
{
  char *folder;
  MainstayPortalContentStore *store; /* to read */
  GHashTable *bad;     /* digests whose place is damaged */
  GHashTable *checked; /* digests of lists and trees, to what is wrong with them (nullable) */
};

static unsigned int
hash_digest (gconstpointer digest)
{
  unsigned int hash;

  memcpy (&hash, digest, sizeof hash);
  return hash;
}

static gboolean
digests_are_equal (gconstpointer a,
                   gconstpointer b)
{
  return memcmp (a, b, MAINSTAY_SHA256_LENGTH) == 0;
}

MainstayPortalContentCheck *
mainstay_portal_content_check_new (const char  *folder,
                                   GError     **error)
{
  g_autoptr(MainstayPortalContentCheck) self = g_new0 (MainstayPortalContentCheck, 1);

  self->folder = g_strdup (folder);
  self->bad = g_hash_table_new_full (hash_digest, digests_are_equal, g_free, NULL);
  self->checked = g_hash_table_new_full (hash_digest, digests_are_equal, g_free, g_free);
  return mainstay_portal_content_check_reload (self, error) ? g_steal_pointer (&self) : NULL;
}

void
mainstay_portal_content_check_free (MainstayPortalContentCheck *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->store, mainstay_portal_content_store_close);
  g_clear_pointer (&self->bad, g_hash_table_unref);
  g_clear_pointer (&self->checked, g_hash_table_unref);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self, g_free);
}

gboolean
mainstay_portal_content_check_reload (MainstayPortalContentCheck  *self,
                                      GError                     **error)
{
  g_clear_pointer (&self->store, mainstay_portal_content_store_close);
  g_hash_table_remove_all (self->checked);
  self->store = mainstay_portal_content_store_open_to_read (self->folder, error);
  return self->store != NULL;
}

static void
check_index (MainstayPortalContentCheck *self,
             MainstayPortalCheckReport  *report)
{
  g_autofree char *path = g_build_filename (self->folder, MAINSTAY_PORTAL_INDEX_NAME, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalContentIndex) index = mainstay_portal_content_index_load (path, &error);

  /* One that is missing is nothing but work for the next start. */
  if (index == NULL && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_ptr_array_add (report->damage, g_strdup ("The index: the next start makes it anew"));
}

/* Another copy of it may be the one that is used. */
static gboolean
is_used (MainstayPortalContentCheck *self,
         guint64                     pack,
         const MainstayPortalPlace  *place)
{
  guint64 id;
  const MainstayPortalPlace *found =
    mainstay_portal_content_find (self->store, place->digest, FALSE, &id);

  return found != NULL && id == pack && found->offset == place->offset;
}

static unsigned int
read_places (MainstayPortalContentCheck *self,
             MainstayPortalPack         *pack,
             GArray                     *places)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  unsigned int n_bad = 0;

  for (unsigned int i = 0; i < places->len; i++)
    {
      const MainstayPortalPlace *place = &g_array_index (places, MainstayPortalPlace, i);
      g_autoptr(GError) error = NULL;

      if (mainstay_portal_pack_read (pack, place, bytes, &error))
        continue;
      n_bad++;
      if (is_used (self, mainstay_portal_pack_get_id (pack), place))
        g_hash_table_add (self->bad, g_memdup2 (place->digest, sizeof place->digest));
    }
  return n_bad;
}

static gboolean
check_pack (MainstayPortalContentCheck  *self,
            guint64                      id,
            gboolean                     read_data,
            MainstayPortalCheckReport   *report,
            GError                     **error)
{
  g_autofree char *path = mainstay_portal_pack_dup_path (self->folder, id);
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr(MainstayPortalPack) pack = mainstay_portal_pack_open (self->folder, id, error);
  g_autoptr(GArray) places = NULL;
  gboolean is_damaged;
  unsigned int n_bad = 0;

  if (pack == NULL)
    {
      /* A collection was quicker. */
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return FALSE;
      g_clear_error (error);
      return TRUE;
    }
  places = mainstay_portal_pack_list (pack, &is_damaged, error);
  if (places == NULL)
    return FALSE;
  if (is_damaged)
    g_ptr_array_add (report->damage,
                     g_strdup_printf ("%s: its header or its index; the contents tell", name));
  if (read_data)
    n_bad = read_places (self, pack, places);
  if (n_bad > 0)
    g_ptr_array_add (report->damage, g_strdup_printf ("%s: %u of its %u contents", name, n_bad,
                                                      places->len));
  report->n_packs++;
  report->n_contents += places->len;
  return TRUE;
}

gboolean
mainstay_portal_content_check_packs (MainstayPortalContentCheck  *self,
                                     gboolean                     read_data,
                                     MainstayPortalCheckReport   *report,
                                     GError                     **error)
{
  g_autoptr(GDir) dir = g_dir_open (self->folder, 0, error);
  const char *name;
  guint64 id;

  check_index (self, report);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr(GError) local_error = NULL;

      if (!mainstay_portal_pack_parse_name (name, &id) ||
          check_pack (self, id, read_data, report, &local_error))
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return dir != NULL;
}

static gboolean
has_content (MainstayPortalContentCheck *self,
             const guint8               *digest)
{
  guint64 pack;

  return mainstay_portal_content_find (self->store, digest, FALSE, &pack) != NULL &&
         !g_hash_table_contains (self->bad, digest);
}

static const char *
remember (MainstayPortalContentCheck *self,
          const guint8               *digest,
          const char                 *trouble)
{
  char *copy = g_strdup (trouble);

  g_hash_table_insert (self->checked, g_memdup2 (digest, MAINSTAY_SHA256_LENGTH), copy);
  return copy;
}

/* A list is read always: it leads to the rest. Returns: whether all of the content is there */
static gboolean
check_content (MainstayPortalContentCheck  *self,
               const MainstayPortalContent *content)
{
  g_autoptr(GByteArray) list = NULL;

  if (content->kind == MAINSTAY_PORTAL_CONTENT_WHOLE)
    return has_content (self, content->digest);
  list = g_byte_array_new ();
  if (!mainstay_portal_content_store_get (self->store, content->digest, list, NULL))
    return FALSE;
  for (size_t i = 0; i + sizeof (MainstayPortalPiece) <= list->len;
       i += sizeof (MainstayPortalPiece))
    if (!has_content (self, list->data + i))
      return FALSE;
  return TRUE;
}

/* Returns: (nullable): what is wrong with it */
static const char *
check_tree (MainstayPortalContentCheck *self,
            const MainstayPortalTree   *tree)
{
  g_autoptr(GArray) entries = NULL;
  g_autofree char *trouble = NULL;
  unsigned int n_bad = 0, first = 0;
  gpointer known;

  if (g_hash_table_lookup_extended (self->checked, tree->digest, NULL, &known))
    return known;
  entries = mainstay_portal_tree_get (self->store, tree->digest, NULL);
  for (unsigned int i = 0; entries != NULL && i < entries->len; i++)
    {
      MainstayPortalContent content;

      mainstay_portal_tree_entry_content (&g_array_index (entries, MainstayPortalTreeEntry, i),
                                          &content);
      if (check_content (self, &content))
        continue;
      if (n_bad++ == 0)
        first = i;
    }
  if (entries == NULL)
    trouble = g_strdup_printf ("the list of the files in %s", tree->folder);
  else if (n_bad > 0)
    trouble = g_strdup_printf (
      "%u files in %s, the first of them %.*s", n_bad, tree->folder,
      MAINSTAY_PORTAL_FILE_NAME_LENGTH,
      g_array_index (entries, MainstayPortalTreeEntry, first).name);
  return remember (self, tree->digest, trouble);
}

static gboolean
swallow (const guint8  *bytes,
         size_t         length,
         gpointer       user_data,
         GError       **error)
{
  return TRUE;
}

/* Version 1: files in a folder. */
static char *
check_old (MainstayPortalBackup *backup,
           gboolean              read_data)
{
  if (read_data && !mainstay_portal_backup_read_dump (backup, NULL, swallow, NULL, NULL))
    return g_strdup ("the database");
  for (unsigned int i = 0; i < backup->entries->len; i++)
    {
      const MainstayPortalTreeEntry *entry =
        &g_array_index (backup->entries, MainstayPortalTreeEntry, i);
      g_autofree char *path =
        g_strdup_printf ("%s/" MAINSTAY_PORTAL_FILES_NAME "/%.*s", backup->folder,
                         (int) sizeof entry->name, entry->name);

      if (read_data ? !mainstay_portal_backup_read_file (backup, NULL, entry, swallow, NULL, NULL)
                    : !g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_strdup_printf ("the file %.*s", (int) sizeof entry->name, entry->name);
    }
  return NULL;
}

char *
mainstay_portal_content_check_backup (MainstayPortalContentCheck *self,
                                      MainstayPortalBackup       *backup,
                                      gboolean                    read_data)
{
  g_autoptr(GPtrArray) troubles = NULL;

  if (backup->folder != NULL)
    return check_old (backup, read_data);
  troubles = g_ptr_array_new ();
  if (!check_content (self, &backup->database))
    g_ptr_array_add (troubles, (gpointer) "the database");
  for (unsigned int i = 0; i < backup->trees->len; i++)
    {
      const MainstayPortalTree *tree = &g_array_index (backup->trees, MainstayPortalTree, i);
      const char *trouble = check_tree (self, tree);

      if (trouble != NULL)
        g_ptr_array_add (troubles, (gpointer) trouble);
    }
  if (troubles->len == 0)
    return NULL;
  g_ptr_array_add (troubles, NULL);
  return g_strjoinv ("; ", (char **) troubles->pdata);
}
