/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-content-store.h"

#include <errno.h>
#include <string.h>

#include "mainstay-disk.h"
#include "mainstay-error.h"
#include "mainstay-portal-content-private.h"
#include "mainstay-portal-files.h"

/* Each is an open file. */
#define MAX_READERS 64

static MainstayPortalContentHook test_hook;
static gpointer test_hook_data;

void
mainstay_portal_content_set_hook (MainstayPortalContentHook hook,
                                  gpointer                  user_data)
{
  test_hook = hook;
  test_hook_data = user_data;
}

gboolean
mainstay_portal_content_may_go_on (const char  *step,
                                   GError     **error)
{
  if (test_hook == NULL || test_hook (step, test_hook_data))
    return TRUE;
  mainstay_disk_error_set (error, EIO, "Cannot go on");
  return FALSE;
}

guint64
mainstay_portal_content_pin (const guint8 *digest)
{
  guint64 pin;

  memcpy (&pin, digest, sizeof pin);
  return pin;
}

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

static MainstayPortalContentStore *
new_store (const char *folder,
           gboolean    is_relaxed)
{
  MainstayPortalContentStore *self = g_new0 (MainstayPortalContentStore, 1);

  self->folder = g_strdup (folder);
  self->index_path = g_build_filename (folder, MAINSTAY_PORTAL_INDEX_NAME, NULL);
  self->is_relaxed = is_relaxed;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->recent = g_hash_table_new_full (hash_digest, digests_are_equal, NULL, g_free);
  self->sealed = g_array_new (FALSE, FALSE, sizeof (MainstayPortalPlace));
  self->sealed_packs = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->readers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                         (GDestroyNotify) mainstay_portal_pack_unref);
  self->sessions = g_ptr_array_new ();
  self->ended_pins = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->ended_holds =
    g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_portal_backup_free);
  return self;
}

/* Packs in the folder: TRUE for those that the index knows. Whatever was never finished is
 * removed. */
static GHashTable *
list_folder (MainstayPortalContentStore  *self,
             GError                     **error)
{
  g_autoptr(GHashTable) packs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr(GDir) dir = g_dir_open (self->folder, 0, error);
  const char *name;
  guint64 id;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      if (mainstay_portal_pack_parse_name (name, &id))
        g_hash_table_add (packs, g_memdup2 (&id, sizeof id));
      else if (g_str_has_suffix (name, MAINSTAY_PORTAL_PACK_PART_SUFFIX) &&
               !self->is_read_only && !mainstay_portal_remove_tree (path, error))
        return NULL;
    }
  return dir != NULL ? g_steal_pointer (&packs) : NULL;
}

static gboolean
add_pack (MainstayPortalContentStore  *self,
          guint64                      id,
          GError                     **error)
{
  g_autoptr(MainstayPortalPack) pack = mainstay_portal_pack_open (self->folder, id, error);
  g_autoptr(GArray) places =
    pack != NULL ? mainstay_portal_pack_list (pack, NULL, error) : NULL;

  if (places == NULL)
    return FALSE;
  for (unsigned int i = 0; i < places->len; i++)
    {
      MainstayPortalRecentPlace *recent = g_new (MainstayPortalRecentPlace, 1);

      recent->place = g_array_index (places, MainstayPortalPlace, i);
      recent->place.slot = self->sealed_packs->len;
      recent->pack = id;
      g_array_append_val (self->sealed, recent->place);
      g_hash_table_replace (self->recent, recent->place.digest, recent);
    }
  g_array_append_val (self->sealed_packs, id);
  return TRUE;
}

/* The packs are the truth: what the index says of packs that are gone is dropped, and what it does
 * not know is added. */
static gboolean
match_index (MainstayPortalContentStore  *self,
             GHashTable                  *packs,
             GError                     **error)
{
  g_autoptr(GHashTable) gone = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer id;

  for (unsigned int i = 0; i < mainstay_portal_content_index_get_n_packs (self->index); i++)
    {
      guint64 known = mainstay_portal_content_index_get_pack (self->index, i);

      if (!g_hash_table_remove (packs, &known))
        g_hash_table_add (gone, g_memdup2 (&known, sizeof known));
    }
  g_hash_table_iter_init (&iter, packs);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!add_pack (self, *(guint64 *) id, error) ||
        (self->sealed->len >= MAINSTAY_PORTAL_MERGE_PLACES && !self->is_read_only &&
         !mainstay_portal_content_merge (self, NULL, error)))
      return FALSE;
  return g_hash_table_size (gone) == 0 || self->is_read_only ||
         mainstay_portal_content_merge (self, gone, error);
}

static gboolean
load_index (MainstayPortalContentStore  *self,
            GError                     **error)
{
  g_autoptr(GHashTable) packs = list_folder (self, error);
  g_autoptr(GError) local_error = NULL;

  if (packs == NULL)
    return FALSE;
  self->index = mainstay_portal_content_index_load (self->index_path, &local_error);
  if (self->index == NULL)
    {
      if (local_error->domain == MAINSTAY_ERROR && !self->is_read_only)
        g_message ("The index is made anew from the packs: %s", local_error->message);
      self->index = mainstay_portal_content_index_new ();
    }
  return match_index (self, packs, error);
}

MainstayPortalContentStore *
mainstay_portal_content_store_open (const char  *folder,
                                    gboolean     is_relaxed,
                                    GError     **error)
{
  g_autoptr(MainstayPortalContentStore) self = new_store (folder, is_relaxed);

  return mainstay_portal_make_folder (folder, error) && load_index (self, error)
           ? g_steal_pointer (&self) : NULL;
}

MainstayPortalContentStore *
mainstay_portal_content_store_open_to_read (const char  *folder,
                                            GError     **error)
{
  g_autoptr(MainstayPortalContentStore) self = new_store (folder, TRUE);

  self->is_read_only = TRUE;
  return load_index (self, error) ? g_steal_pointer (&self) : NULL;
}

void
mainstay_portal_content_store_close (MainstayPortalContentStore *self)
{
  g_autoptr(GError) error = NULL;

  if (self == NULL)
    return;
  if (self->open != NULL)
    mainstay_portal_pack_writer_free (self->open->pack);
  g_clear_pointer (&self->open, g_free);
  /* Or the next opening has to look into the packs. */
  if (self->sealed->len > 0 && !self->is_read_only &&
      !mainstay_portal_content_merge (self, NULL, &error))
    g_message ("Closing the store: %s", error->message);
  g_clear_pointer (&self->index, mainstay_portal_content_index_unref);
  g_clear_pointer (&self->recent, g_hash_table_unref);
  g_clear_pointer (&self->sealed, g_array_unref);
  g_clear_pointer (&self->sealed_packs, g_array_unref);
  g_clear_pointer (&self->readers, g_hash_table_unref);
  g_clear_pointer (&self->sessions, g_ptr_array_unref);
  g_clear_pointer (&self->ended_pins, g_array_unref);
  g_clear_pointer (&self->ended_holds, g_ptr_array_unref);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->index_path, g_free);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_clear_pointer (&self, g_free);
}

/* What was merged is found in the index from now on. */
static void
forget_sealed (MainstayPortalContentStore *self)
{
  for (unsigned int i = 0; i < self->sealed->len; i++)
    g_hash_table_remove (self->recent,
                         g_array_index (self->sealed, MainstayPortalPlace, i).digest);
  g_array_set_size (self->sealed, 0);
  g_array_set_size (self->sealed_packs, 0);
}

gboolean
mainstay_portal_content_merge (MainstayPortalContentStore  *self,
                               GHashTable                  *dropped,
                               GError                     **error)
{
  MainstayPortalContentIndex *merged;

  g_array_sort (self->sealed, mainstay_portal_place_compare);
  merged = mainstay_portal_content_index_merge (self->index, self->index_path, dropped,
                                                self->sealed, self->sealed_packs, error);
  if (merged == NULL)
    return FALSE;
  g_clear_pointer (&self->index, mainstay_portal_content_index_unref);
  self->index = merged;
  forget_sealed (self);
  return TRUE;
}

static gboolean
is_doomed (MainstayPortalContentStore *self,
           const guint8                *digest,
           guint64                     pack)
{
  const MainstayPortalPlace *place;
  unsigned int position;

  if (self->doomed == NULL || !g_hash_table_contains (self->doomed, &pack))
    return FALSE;
  place = mainstay_portal_content_index_find (self->doomed_index, digest);
  if (place == NULL)
    return TRUE;
  position = mainstay_portal_content_index_position (self->doomed_index, place);
  return (self->live[position / 8] & 1 << position % 8) == 0;
}

const MainstayPortalPlace *
mainstay_portal_content_find (MainstayPortalContentStore *self,
                              const guint8                *digest,
                              gboolean                    for_new_use,
                              guint64                    *pack)
{
  MainstayPortalRecentPlace *recent = g_hash_table_lookup (self->recent, digest);
  const MainstayPortalPlace *place;

  if (recent != NULL)
    {
      *pack = recent->pack;
      return &recent->place;
    }
  place = mainstay_portal_content_index_find (self->index, digest);
  if (place == NULL)
    return NULL;
  *pack = mainstay_portal_content_index_get_pack (self->index, place->slot);
  return for_new_use && is_doomed (self, digest, *pack) ? NULL : place;
}

/* With the lock. */
static MainstayPortalPack *
get_reader (MainstayPortalContentStore  *self,
            guint64                      id,
            GError                     **error)
{
  MainstayPortalPack *pack = g_hash_table_lookup (self->readers, &id);

  if (pack != NULL)
    return mainstay_portal_pack_ref (pack);
  pack = mainstay_portal_pack_open (self->folder, id, error);
  if (pack == NULL)
    return NULL;
  if (g_hash_table_size (self->readers) >= MAX_READERS)
    g_hash_table_remove_all (self->readers);
  g_hash_table_insert (self->readers, g_memdup2 (&id, sizeof id), mainstay_portal_pack_ref (pack));
  return pack;
}

gboolean
mainstay_portal_content_store_get (MainstayPortalContentStore  *self,
                                   const guint8                 *digest,
                                   GByteArray                  *to,
                                   GError                     **error)
{
  g_autoptr(MainstayPortalPack) pack = NULL;
  const MainstayPortalPlace *found;
  MainstayPortalPlace place;
  guint64 id;

  g_mutex_lock (&self->lock);
  found = mainstay_portal_content_find (self, digest, FALSE, &id);
  if (found != NULL)
    {
      place = *found;
      pack = get_reader (self, id, error);
    }
  else
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                         "The backup is damaged: a part of it is missing");
  g_mutex_unlock (&self->lock);
  return pack != NULL && mainstay_portal_pack_read (pack, &place, to, error);
}

static gboolean
set_damaged (GError **error)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The backup is damaged: a part of it does not have its size");
  return FALSE;
}

static gboolean
read_pieces (MainstayPortalContentStore   *self,
             const MainstayPortalContent  *content,
             GByteArray                   *list,
             MainstayPortalContentFunc     func,
             gpointer                      user_data,
             GError                      **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  gint64 size = 0;

  for (size_t i = 0; i + sizeof (MainstayPortalPiece) <= list->len;
       i += sizeof (MainstayPortalPiece))
    {
      MainstayPortalPiece piece;

      memcpy (&piece, list->data + i, sizeof piece);
      if (!mainstay_portal_content_store_get (self, piece.digest, bytes, error) ||
          !func (bytes->data, bytes->len, user_data, error))
        return FALSE;
      size += bytes->len;
    }
  return size == content->size || set_damaged (error);
}

gboolean
mainstay_portal_content_store_read (MainstayPortalContentStore   *self,
                                    const MainstayPortalContent  *content,
                                    MainstayPortalContentFunc     func,
                                    gpointer                      user_data,
                                    GError                      **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();

  if (!mainstay_portal_content_store_get (self, content->digest, bytes, error))
    return FALSE;
  if (content->kind == MAINSTAY_PORTAL_CONTENT_LIST)
    return read_pieces (self, content, bytes, func, user_data, error);
  if (bytes->len != content->size)
    return set_damaged (error);
  return func (bytes->data, bytes->len, user_data, error);
}

/* Where a walk through the pieces is, and what it still has to find. */
typedef struct
{
  GArray *ranges;    /* borrowed: MainstayPortalContentRange */
  unsigned int next; /* of them, the first that has not ended */
  gint64 position;   /* where the piece begins */
  MainstayPortalContentFunc func;
  gpointer user_data;
} RangeWalk;

/* Those that end before @position are done. Returns: (nullable): the first of the others, when it
 * begins before @end */
static const MainstayPortalContentRange *
find_range (RangeWalk *walk,
            gint64     end)
{
  while (walk->next < walk->ranges->len)
    {
      const MainstayPortalContentRange *range =
        &g_array_index (walk->ranges, MainstayPortalContentRange, walk->next);

      if (range->offset + range->length > walk->position)
        return range->offset < end ? range : NULL;
      walk->next++;
    }
  return NULL;
}

/* One piece, after which the walk is behind it. */
static gboolean
pass_ranges (RangeWalk     *walk,
             const guint8  *bytes,
             size_t         length,
             GError       **error)
{
  gint64 end = walk->position + (gint64) length;
  const MainstayPortalContentRange *range;

  while (walk->position < end && (range = find_range (walk, end)) != NULL)
    {
      gint64 from = MAX (range->offset, walk->position);
      gint64 to = MIN (range->offset + range->length, end);

      if (!walk->func (bytes + (length - (size_t) (end - from)), (size_t) (to - from),
                       walk->user_data, error))
        return FALSE;
      walk->position = to;
    }
  walk->position = end;
  return TRUE;
}

static gboolean
read_ranges_of_list (MainstayPortalContentStore  *self,
                     GByteArray                  *list,
                     RangeWalk                   *walk,
                     GError                     **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();

  for (size_t i = 0; i + sizeof (MainstayPortalPiece) <= list->len;
       i += sizeof (MainstayPortalPiece))
    {
      MainstayPortalPiece piece;
      gint64 length;

      memcpy (&piece, list->data + i, sizeof piece);
      length = GUINT32_FROM_LE (piece.length);
      if (find_range (walk, walk->position + length) == NULL)
        walk->position += length;
      else if (!mainstay_portal_content_store_get (self, piece.digest, bytes, error) ||
               (bytes->len != length && !set_damaged (error)) ||
               !pass_ranges (walk, bytes->data, bytes->len, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mainstay_portal_content_store_read_ranges (MainstayPortalContentStore   *self,
                                           const MainstayPortalContent  *content,
                                           GArray                       *ranges,
                                           MainstayPortalContentFunc     func,
                                           gpointer                      user_data,
                                           GError                      **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  RangeWalk walk = { ranges, 0, 0, func, user_data };

  if (!mainstay_portal_content_store_get (self, content->digest, bytes, error))
    return FALSE;
  if (content->kind == MAINSTAY_PORTAL_CONTENT_LIST
        ? !read_ranges_of_list (self, bytes, &walk, error)
        : !pass_ranges (&walk, bytes->data, bytes->len, error))
    return FALSE;
  return walk.position == content->size || set_damaged (error);
}
