/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <string.h>

#include "mainstay-portal-content-private.h"

/* Writing into the open pack. Threads compress on their own, agree under the lock on what is new
 * and where it goes, and write on their own again. */

static void
free_open (MainstayPortalOpenPack *open)
{
  g_clear_pointer (&open->pack, mainstay_portal_pack_writer_free);
  g_clear_pointer (&open, g_free);
}

/* With the lock. Whoever runs a session may have relied on what is lost now. */
static void
fail_pack (MainstayPortalContentStore *self,
           MainstayPortalOpenPack     *open,
           const GError               *error)
{
  GArray *places = mainstay_portal_pack_writer_get_places (open->pack);

  if (open->has_failed)
    return;
  open->has_failed = TRUE;
  for (unsigned int i = 0; i < places->len; i++)
    g_hash_table_remove (self->recent, g_array_index (places, MainstayPortalPlace, i).digest);
  for (unsigned int i = 0; i < self->sessions->len; i++)
    {
      MainstayPortalContentSession *session = g_ptr_array_index (self->sessions, i);

      if (session->error == NULL)
        session->error = g_error_copy (error);
    }
}

/* With the lock: its contents are in a finished pack now. */
static void
take_sealed (MainstayPortalContentStore *self,
             MainstayPortalOpenPack     *open)
{
  GArray *places = mainstay_portal_pack_writer_get_places (open->pack);
  guint64 id = mainstay_portal_pack_writer_get_id (open->pack);
  g_autoptr(GError) error = NULL;

  for (unsigned int i = 0; i < places->len; i++)
    {
      MainstayPortalPlace place = g_array_index (places, MainstayPortalPlace, i);

      place.slot = self->sealed_packs->len;
      g_array_append_val (self->sealed, place);
    }
  g_array_append_val (self->sealed_packs, id);
  if (self->sealed->len >= MAINSTAY_PORTAL_MERGE_PLACES &&
      !mainstay_portal_content_merge (self, NULL, &error))
    g_message ("The index was not written: %s", error->message);
}

/* Takes @open, which is nobody's to write to any more but those who do already. */
static gboolean
seal (MainstayPortalContentStore  *self,
      MainstayPortalOpenPack      *open,
      GError                     **error)
{
  g_autoptr(GError) local_error = NULL;
  gboolean ok;

  g_mutex_lock (&self->lock);
  while (open->n_writing > 0)
    g_cond_wait (&self->changed, &self->lock);
  ok = !open->has_failed && mainstay_portal_pack_writer_get_places (open->pack)->len > 0;
  g_mutex_unlock (&self->lock);
  ok = ok && mainstay_portal_content_may_go_on ("seal", &local_error) &&
       mainstay_portal_pack_writer_seal (open->pack, self->is_relaxed, &local_error);
  g_mutex_lock (&self->lock);
  if (ok)
    take_sealed (self, open);
  else if (local_error != NULL)
    fail_pack (self, open, local_error);
  self->n_sealing--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  free_open (open);
  /* What failed before was told to all sessions. */
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* With the lock. */
static MainstayPortalOpenPack *
detach (MainstayPortalContentStore *self)
{
  MainstayPortalOpenPack *open = g_steal_pointer (&self->open);

  if (open == NULL)
    return NULL;
  self->n_sealing++;
  return open;
}

gboolean
mainstay_portal_content_seal_all (MainstayPortalContentStore  *self,
                                  GError                     **error)
{
  g_autoptr(GError) local_error = NULL;
  MainstayPortalOpenPack *open;

  g_mutex_lock (&self->lock);
  open = detach (self);
  g_mutex_unlock (&self->lock);
  if (open != NULL && !seal (self, open, &local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  g_mutex_lock (&self->lock);
  while (self->n_sealing > 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* With the lock: an open pack with room for @length bytes. @full gets the one that had none. */
static gboolean
make_room (MainstayPortalContentStore  *self,
           size_t                       length,
           MainstayPortalOpenPack     **full,
           GError                     **error)
{
  g_autoptr(MainstayPortalPackWriter) pack = NULL;

  if (self->open != NULL &&
      mainstay_portal_pack_writer_get_size (self->open->pack) + (gint64) length >
        MAINSTAY_PORTAL_PACK_BYTES)
    *full = detach (self);
  if (self->open != NULL)
    return TRUE;
  pack = mainstay_portal_pack_writer_new (self->folder, error);
  if (pack == NULL)
    return FALSE;
  self->open = g_new0 (MainstayPortalOpenPack, 1);
  self->open->pack = g_steal_pointer (&pack);
  return TRUE;
}

/* With the lock: leaves in @records what is not there by now, and says where it will be. Returns:
 * the offset in the open pack */
static gint64
reserve_new (MainstayPortalContentStore *self,
             GByteArray                 *records,
             gboolean                    is_move)
{
  gint64 base = mainstay_portal_pack_writer_reserve (self->open->pack, 0);
  guint64 id = mainstay_portal_pack_writer_get_id (self->open->pack);
  size_t kept = 0, offset = 0;

  while (offset < records->len)
    {
      MainstayPortalPackRecord record;
      MainstayPortalRecentPlace *recent;
      size_t length;
      guint64 pack;

      memcpy (&record, records->data + offset, sizeof record);
      length = sizeof record + record.stored;
      offset += length;
      if (is_move ? g_hash_table_contains (self->recent, record.digest)
                  : mainstay_portal_content_find (self, record.digest, TRUE, &pack) != NULL)
        continue;
      memmove (records->data + kept, records->data + offset - length, length);
      kept += length;
      recent = g_new0 (MainstayPortalRecentPlace, 1);
      memcpy (recent->place.digest, record.digest, sizeof record.digest);
      recent->place.offset = (guint32) mainstay_portal_pack_writer_reserve (self->open->pack,
                                                                            length);
      recent->place.stored = record.stored;
      recent->place.length = record.length;
      recent->pack = id;
      mainstay_portal_pack_writer_add (self->open->pack, &recent->place);
      g_hash_table_replace (self->recent, recent->place.digest, recent);
    }
  g_byte_array_set_size (records, (guint) kept);
  return base;
}

static gboolean
write_reserved (MainstayPortalContentStore  *self,
                MainstayPortalOpenPack      *open,
                gint64                       offset,
                GByteArray                  *records,
                GError                     **error)
{
  g_autoptr(GError) local_error = NULL;
  gboolean ok = mainstay_portal_content_may_go_on ("records", &local_error) &&
                mainstay_portal_pack_writer_write (open->pack, offset, records->data, records->len,
                                                   &local_error);

  g_mutex_lock (&self->lock);
  if (!ok)
    {
      fail_pack (self, open, local_error);
      /* The next one to write begins another. */
      if (self->open == open)
        {
          self->open = NULL;
          open->is_orphan = TRUE;
        }
    }
  open->n_writing--;
  if (open->is_orphan && open->n_writing == 0)
    free_open (open);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return ok;
}

gboolean
mainstay_portal_content_write_records (MainstayPortalContentStore  *self,
                                       GByteArray                  *records,
                                       gboolean                     is_move,
                                       GError                     **error)
{
  MainstayPortalOpenPack *open = NULL, *full = NULL;
  g_autoptr(GError) local_error = NULL;
  gint64 offset = 0;

  g_mutex_lock (&self->lock);
  if (records->len > 0 && make_room (self, records->len, &full, &local_error))
    {
      open = self->open;
      open->n_writing++;
      offset = reserve_new (self, records, is_move);
    }
  g_mutex_unlock (&self->lock);
  if (open != NULL)
    write_reserved (self, open, offset, records, &local_error);
  if (full != NULL)
    seal (self, full, local_error == NULL ? &local_error : NULL);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
