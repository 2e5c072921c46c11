/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-collect.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-error.h"
#include "mainstay-portal-collect-private.h"
#include "mainstay-portal-files.h"

/* How what nobody needs is removed, while backups are made.
 *
 * 1. All that manifests lead to is marked. Backups that are being made have none yet, but each has
 *    a session, which pins every content that it was told is there, or will be, before it is told;
 *    and which holds the older manifest it compares with. What a session that ends meanwhile has
 *    pinned stays pinned until the collection ends, because its manifest may have come too late to
 *    be seen.
 * 2. Under the store's lock all pins are marked as well, and the packs that are to go are named.
 *    From then on a session is told of nothing in them but what is marked: it stores the rest anew,
 *    elsewhere.
 * 3. What is marked in those packs is copied into new ones, as from a session, and synced.
 * 4. Under the lock the index gets the new places, and only then the old packs are removed.
 *
 * A crash before the end of 3 leaves unfinished packs, which the next opening removes; one after it
 * leaves contents that are in two packs. Either will do, and the other is not needed, which the
 * next collection finds. The index is never needed: it is made anew from the packs. */

/* Rewritten when less than 1/2 of it is needed. */
#define IS_THIN(live, size) ((live) * 2 < (size))
/* Each backup makes at least one pack; from so many small ones on they are put together. */
#define SMALL_BYTES (MAINSTAY_PORTAL_PACK_BYTES / 8)
#define MAX_SMALL 64
#define COPY_BYTES (1024 * 1024)

typedef struct
{
  MainstayPortalContentStore *store;
  MainstayPortalMark mark;
  GHashTable *marked_holds; /* MainstayPortalBackup, borrowed */
  gint64 *sizes;            /* of the packs in the index: of the files */
  gint64 *live_sizes;       /* and of what is needed in them */
  GHashTable *doomed;       /* guint64 */
} Collection;

static gboolean
begin (Collection    *self,
       GCancellable  *cancellable,
       GError       **error)
{
  MainstayPortalContentStore *store = self->store;
  gboolean ok;

  g_mutex_lock (&store->lock);
  while (store->is_collecting)
    g_cond_wait (&store->changed, &store->lock);
  ok = store->sealed->len == 0 || mainstay_portal_content_merge (store, NULL, error);
  if (ok)
    {
      store->is_collecting = TRUE;
      mainstay_portal_mark_init (&self->mark, store, store->index, cancellable);
    }
  g_mutex_unlock (&store->lock);
  return ok;
}

/* With the lock. Returns: (nullable): a hold that is not marked yet */
static MainstayPortalBackup *
find_unmarked (Collection *self,
               GPtrArray  *holds)
{
  for (unsigned int i = 0; i < holds->len; i++)
    if (g_hash_table_add (self->marked_holds, g_ptr_array_index (holds, i)))
      return g_ptr_array_index (holds, i);
  return NULL;
}

/* With the lock. */
static MainstayPortalBackup *
find_hold (Collection *self)
{
  MainstayPortalContentStore *store = self->store;
  MainstayPortalBackup *hold = find_unmarked (self, store->ended_holds);

  for (unsigned int i = 0; hold == NULL && i < store->sessions->len; i++)
    hold = find_unmarked (
      self, ((MainstayPortalContentSession *) g_ptr_array_index (store->sessions, i))->holds);
  return hold;
}

/* Returns: with the lock, when it succeeds */
static gboolean
mark_sessions (Collection  *self,
               GError     **error)
{
  MainstayPortalContentStore *store = self->store;
  MainstayPortalBackup *hold;

  g_mutex_lock (&store->lock);
  while ((hold = find_hold (self)) != NULL)
    {
      g_mutex_unlock (&store->lock);
      if (!mainstay_portal_mark_backup (&self->mark, hold, error))
        return FALSE;
      g_mutex_lock (&store->lock);
    }
  mainstay_portal_mark_pins (&self->mark, store->ended_pins);
  for (unsigned int i = 0; i < store->sessions->len; i++)
    mainstay_portal_mark_pins (
      &self->mark,
      ((MainstayPortalContentSession *) g_ptr_array_index (store->sessions, i))->pins);
  return TRUE;
}

static void
measure (Collection *self)
{
  unsigned int n = mainstay_portal_content_index_get_n_packs (self->mark.index);

  self->sizes = g_new0 (gint64, n + 1);
  self->live_sizes = g_new0 (gint64, n + 1);
  for (unsigned int i = 0; i < n; i++)
    {
      g_autofree char *path = mainstay_portal_pack_dup_path (
        self->store->folder, mainstay_portal_content_index_get_pack (self->mark.index, i));
      struct stat status;

      if (stat (path, &status) == 0)
        self->sizes[i] = status.st_size;
    }
}

static void
measure_live (Collection *self)
{
  unsigned int n = mainstay_portal_content_index_get_n_places (self->mark.index);

  for (unsigned int i = 0; i < n; i++)
    {
      const MainstayPortalPlace *place =
        mainstay_portal_content_index_get_place (self->mark.index, i);

      if (mainstay_portal_mark_is_live (&self->mark, i))
        self->live_sizes[place->slot] += (gint64) sizeof (MainstayPortalPackRecord) +
                                         (gint64) sizeof *place + place->stored;
    }
}

/* With the lock: names the packs that are to go. */
static void
doom (Collection *self)
{
  unsigned int n = mainstay_portal_content_index_get_n_packs (self->mark.index);
  unsigned int n_small = 0;

  measure_live (self);
  for (unsigned int i = 0; i < n; i++)
    n_small += self->sizes[i] < SMALL_BYTES ? 1 : 0;
  for (unsigned int i = 0; i < n; i++)
    {
      guint64 id = mainstay_portal_content_index_get_pack (self->mark.index, i);

      if (IS_THIN (self->live_sizes[i], self->sizes[i]) ||
          (n_small > MAX_SMALL && self->sizes[i] < SMALL_BYTES))
        g_hash_table_add (self->doomed, g_memdup2 (&id, sizeof id));
    }
  self->store->doomed = self->doomed;
  self->store->doomed_index = self->mark.index;
  self->store->live = self->mark.live;
}

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  const MainstayPortalPlace *one = *(const MainstayPortalPlace *const *) a;
  const MainstayPortalPlace *two = *(const MainstayPortalPlace *const *) b;

  if (one->slot != two->slot)
    return one->slot < two->slot ? -1 : 1;
  return one->offset < two->offset ? -1 : one->offset > two->offset;
}

/* Returns: (element-type MainstayPortalPlace): what is to be copied, in the order of the packs */
static GPtrArray *
list_survivors (Collection *self)
{
  unsigned int n = mainstay_portal_content_index_get_n_places (self->mark.index);
  GPtrArray *places = g_ptr_array_new ();

  for (unsigned int i = 0; i < n; i++)
    {
      const MainstayPortalPlace *place =
        mainstay_portal_content_index_get_place (self->mark.index, i);
      guint64 id = mainstay_portal_content_index_get_pack (self->mark.index, place->slot);

      if (mainstay_portal_mark_is_live (&self->mark, i) &&
          g_hash_table_contains (self->doomed, &id))
        g_ptr_array_add (places, (gpointer) place);
    }
  g_ptr_array_sort (places, compare_places);
  return places;
}

/* What is damaged cannot be copied, but somebody may still want to look at it. */
static void
spare (Collection *self,
       guint64     id)
{
  g_mutex_lock (&self->store->lock);
  g_hash_table_remove (self->doomed, &id);
  g_mutex_unlock (&self->store->lock);
}

static gboolean
copy_place (Collection                 *self,
            MainstayPortalPack         *pack,
            const MainstayPortalPlace  *place,
            GByteArray                 *records,
            GError                    **error)
{
  g_autoptr(GByteArray) record = g_byte_array_new ();
  g_autoptr(GError) local_error = NULL;

  if (!mainstay_portal_pack_read_raw (pack, place, record, &local_error))
    {
      if (!g_error_matches (local_error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      spare (self, mainstay_portal_pack_get_id (pack));
      return TRUE;
    }
  g_byte_array_append (records, record->data, record->len);
  if (records->len < COPY_BYTES)
    return TRUE;
  if (!mainstay_portal_content_may_go_on ("collect-copy", error) ||
      !mainstay_portal_content_write_records (self->store, records, TRUE, error))
    return FALSE;
  g_byte_array_set_size (records, 0);
  return TRUE;
}

static gboolean
copy_survivors (Collection  *self,
                GError     **error)
{
  g_autoptr(GPtrArray) places = list_survivors (self);
  g_autoptr(GByteArray) records = g_byte_array_new ();
  /* It is told when another's failure takes with it what was copied into the same pack. */
  g_autoptr(MainstayPortalContentSession) session =
    mainstay_portal_content_session_new (self->store);
  g_autoptr(MainstayPortalPack) pack = NULL;

  for (unsigned int i = 0; i < places->len; i++)
    {
      const MainstayPortalPlace *place = g_ptr_array_index (places, i);
      guint64 id = mainstay_portal_content_index_get_pack (self->mark.index, place->slot);

      if (g_cancellable_set_error_if_cancelled (self->mark.cancellable, error))
        return FALSE;
      if (pack == NULL || mainstay_portal_pack_get_id (pack) != id)
        {
          g_clear_pointer (&pack, mainstay_portal_pack_unref);
          pack = mainstay_portal_pack_open (self->store->folder, id, error);
        }
      if (pack == NULL || !copy_place (self, pack, place, records, error))
        return FALSE;
    }
  return mainstay_portal_content_write_records (self->store, records, TRUE, error) &&
         mainstay_portal_content_session_flush (session, error);
}

/* From here on nothing is in the doomed packs only. */
static gboolean
publish (Collection  *self,
         GError     **error)
{
  MainstayPortalContentStore *store = self->store;
  GHashTableIter iter;
  gpointer id;
  gboolean ok;

  if (!mainstay_portal_content_may_go_on ("collect-publish", error))
    return FALSE;
  g_mutex_lock (&store->lock);
  ok = g_hash_table_size (self->doomed) == 0 ||
       mainstay_portal_content_merge (store, self->doomed, error);
  g_hash_table_iter_init (&iter, self->doomed);
  while (ok && g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_remove (store->readers, id);
  g_mutex_unlock (&store->lock);
  return ok;
}

static gboolean
remove_packs (Collection    *self,
              unsigned int  *n_packs,
              gint64        *n_bytes,
              GError       **error)
{
  unsigned int n = mainstay_portal_content_index_get_n_packs (self->mark.index);

  for (unsigned int i = 0; i < n; i++)
    {
      guint64 id = mainstay_portal_content_index_get_pack (self->mark.index, i);
      g_autofree char *path = mainstay_portal_pack_dup_path (self->store->folder, id);

      if (!g_hash_table_contains (self->doomed, &id))
        continue;
      if (!mainstay_portal_content_may_go_on ("collect-remove", error) ||
          !mainstay_portal_remove_tree (path, error))
        return FALSE;
      if (n_packs != NULL)
        (*n_packs)++;
      if (n_bytes != NULL)
        *n_bytes += self->sizes[i] - self->live_sizes[i];
    }
  return TRUE;
}

static void
end (Collection *self)
{
  MainstayPortalContentStore *store = self->store;

  g_mutex_lock (&store->lock);
  store->is_collecting = FALSE;
  store->doomed = NULL;
  store->doomed_index = NULL;
  store->live = NULL;
  g_array_set_size (store->ended_pins, 0);
  g_ptr_array_set_size (store->ended_holds, 0);
  g_cond_broadcast (&store->changed);
  g_mutex_unlock (&store->lock);
  mainstay_portal_mark_clear (&self->mark);
}

static gboolean
run (Collection    *self,
     const char    *snapshots,
     unsigned int  *n_packs,
     gint64        *n_bytes,
     GError       **error)
{
  if (!mainstay_portal_content_may_go_on ("collect-mark", error) ||
      !mainstay_portal_mark_folder (&self->mark, snapshots, error))
    return FALSE;
  measure (self);
  if (!mainstay_portal_content_may_go_on ("collect-doom", error) || !mark_sessions (self, error))
    return FALSE;
  doom (self);
  g_mutex_unlock (&self->store->lock);
  return copy_survivors (self, error) && publish (self, error) &&
         remove_packs (self, n_packs, n_bytes, error);
}

gboolean
mainstay_portal_content_collect (MainstayPortalContentStore  *store,
                                 const char                  *snapshots,
                                 GCancellable                *cancellable,
                                 unsigned int                *n_packs,
                                 gint64                      *n_bytes,
                                 GError                     **error)
{
  g_autoptr(GHashTable) holds = g_hash_table_new (NULL, NULL);
  g_autoptr(GHashTable) doomed =
    g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Collection self = { .store = store, .marked_holds = holds, .doomed = doomed };
  gboolean ok;

  if (n_packs != NULL)
    *n_packs = 0;
  if (n_bytes != NULL)
    *n_bytes = 0;
  if (!begin (&self, cancellable, error))
    return FALSE;
  ok = run (&self, snapshots, n_packs, n_bytes, error);
  end (&self);
  g_clear_pointer (&self.sizes, g_free);
  g_clear_pointer (&self.live_sizes, g_free);
  return ok;
}
