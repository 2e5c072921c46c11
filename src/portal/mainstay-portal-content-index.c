/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-content-index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-crc32.h"
#include "mainstay-disk.h"
#include "mainstay-error.h"

#define MAGIC "MNSTINDX"
#define VERSION 1
#define WRITE_BYTES (256 * 1024)

/* Then n_packs ids of 8 bytes, then n_places places. */
typedef struct
{
  guint8 magic[8];
  guint32 version;
  guint32 n_packs;
  guint32 n_places;
  guint32 body_crc;
  guint32 reserved;
  guint32 crc; /* of what stands before it */
} Header;

G_STATIC_ASSERT (sizeof (Header) == 32);

struct _MainstayPortalContentIndex
{
  int ref_count; /* atomic */
  GMappedFile *file;
  const guint64 *packs;
  const MainstayPortalPlace *places;
  unsigned int n_packs;
  unsigned int n_places;
};

MainstayPortalContentIndex *
mainstay_portal_content_index_new (void)
{
  MainstayPortalContentIndex *self = g_new0 (MainstayPortalContentIndex, 1);

  self->ref_count = 1;
  return self;
}

MainstayPortalContentIndex *
mainstay_portal_content_index_ref (MainstayPortalContentIndex *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
mainstay_portal_content_index_unref (MainstayPortalContentIndex *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_clear_pointer (&self->file, g_mapped_file_unref);
  g_clear_pointer (&self, g_free);
}

static gboolean
slots_are_known (MainstayPortalContentIndex *self)
{
  for (unsigned int i = 0; i < self->n_places; i++)
    if (self->places[i].slot >= self->n_packs)
      return FALSE;
  return TRUE;
}

static gboolean
take_contents (MainstayPortalContentIndex *self)
{
  const guint8 *bytes = (guint8 *) g_mapped_file_get_contents (self->file);
  size_t length = g_mapped_file_get_length (self->file);
  const Header *header = (const void *) bytes;

  if (length < sizeof *header || memcmp (header->magic, MAGIC, sizeof header->magic) != 0 ||
      header->version != VERSION ||
      header->crc != mainstay_crc32 (0, header, G_STRUCT_OFFSET (Header, crc)) ||
      length != sizeof *header + header->n_packs * sizeof (guint64) +
                  header->n_places * sizeof (MainstayPortalPlace) ||
      header->body_crc != mainstay_crc32 (0, bytes + sizeof *header, length - sizeof *header))
    return FALSE;
  self->n_packs = header->n_packs;
  self->n_places = header->n_places;
  self->packs = (const void *) (bytes + sizeof *header);
  self->places = (const void *) (self->packs + self->n_packs);
  return slots_are_known (self);
}

MainstayPortalContentIndex *
mainstay_portal_content_index_load (const char  *path,
                                    GError     **error)
{
  g_autoptr(MainstayPortalContentIndex) self = mainstay_portal_content_index_new ();

  self->file = g_mapped_file_new (path, FALSE, error);
  if (self->file == NULL)
    return NULL;
  if (take_contents (self))
    return g_steal_pointer (&self);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The index of what is stored is damaged");
  return NULL;
}

unsigned int
mainstay_portal_content_index_get_n_packs (MainstayPortalContentIndex *self)
{
  return self->n_packs;
}

guint64
mainstay_portal_content_index_get_pack (MainstayPortalContentIndex *self,
                                        unsigned int                slot)
{
  return self->packs[slot];
}

unsigned int
mainstay_portal_content_index_get_n_places (MainstayPortalContentIndex *self)
{
  return self->n_places;
}

const MainstayPortalPlace *
mainstay_portal_content_index_get_place (MainstayPortalContentIndex *self,
                                         unsigned int                position)
{
  return &self->places[position];
}

unsigned int
mainstay_portal_content_index_lower_bound (MainstayPortalContentIndex *self,
                                           const guint8               *prefix,
                                           size_t                      length)
{
  unsigned int low = 0, high = self->n_places;

  while (low < high)
    {
      unsigned int middle = low + (high - low) / 2;

      if (memcmp (self->places[middle].digest, prefix, length) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

const MainstayPortalPlace *
mainstay_portal_content_index_find (MainstayPortalContentIndex *self,
                                    const guint8                *digest)
{
  unsigned int position =
    mainstay_portal_content_index_lower_bound (self, digest, MAINSTAY_SHA256_LENGTH);

  return position < self->n_places &&
             memcmp (self->places[position].digest, digest, MAINSTAY_SHA256_LENGTH) == 0
           ? &self->places[position] : NULL;
}

unsigned int
mainstay_portal_content_index_position (MainstayPortalContentIndex *self,
                                        const MainstayPortalPlace  *place)
{
  return (unsigned int) (place - self->places);
}

/* The new file, written piece by piece: of a large store it would be too much for the memory. */
typedef struct
{
  int fd;
  GByteArray *buffer;
  guint32 n_places;
  guint32 crc;
} Output;

static gboolean
output_flush (Output  *self,
              GError **error)
{
  gboolean ok = mainstay_disk_write (self->fd, self->buffer->data, self->buffer->len, error);

  self->crc = mainstay_crc32 (self->crc, self->buffer->data, self->buffer->len);
  g_byte_array_set_size (self->buffer, 0);
  return ok;
}

static gboolean
output_add (Output      *self,
            const void  *bytes,
            size_t       length,
            GError     **error)
{
  g_byte_array_append (self->buffer, bytes, (guint) length);
  return self->buffer->len < WRITE_BYTES || output_flush (self, error);
}

static gboolean
output_place (Output                     *self,
              const MainstayPortalPlace  *place,
              unsigned int                slot,
              GError                    **error)
{
  MainstayPortalPlace copy = *place;

  copy.slot = slot;
  self->n_places++;
  return output_add (self, &copy, sizeof copy, error);
}

/* The packs that stay, and where their slots move: G_MAXUINT for those that do not. */
static unsigned int *
plan_slots (MainstayPortalContentIndex *self,
            GHashTable                 *dropped,
            GArray                     *packs)
{
  unsigned int *slots = g_new (unsigned int, self->n_packs + 1);

  for (unsigned int i = 0; i < self->n_packs; i++)
    {
      guint64 id = self->packs[i];

      slots[i] = G_MAXUINT;
      if (dropped != NULL && g_hash_table_contains (dropped, &id))
        continue;
      slots[i] = packs->len;
      g_array_append_val (packs, id);
    }
  return slots;
}

static gboolean
merge_places (MainstayPortalContentIndex  *self,
              const unsigned int          *slots,
              GArray                      *added,
              unsigned int                 first_added,
              Output                      *output,
              GError                     **error)
{
  const MainstayPortalPlace *last = NULL;
  unsigned int i = 0, j = 0;

  while (i < self->n_places || j < added->len)
    {
      const MainstayPortalPlace *old = i < self->n_places ? &self->places[i] : NULL;
      const MainstayPortalPlace *fresh =
        j < added->len ? &g_array_index (added, MainstayPortalPlace, j) : NULL;
      gboolean take_old = old != NULL &&
                          (fresh == NULL || mainstay_portal_place_compare (old, fresh) < 0);
      const MainstayPortalPlace *place = take_old ? old : fresh;
      unsigned int slot = take_old ? slots[old->slot] : first_added + fresh->slot;

      i += take_old ? 1 : 0;
      j += take_old ? 0 : 1;
      if (slot == G_MAXUINT || (last != NULL && mainstay_portal_place_compare (last, place) == 0))
        continue;
      last = place;
      if (!output_place (output, place, slot, error))
        return FALSE;
    }
  return output_flush (output, error);
}

static gboolean
write_header (Output        *output,
              unsigned int   n_packs,
              GError       **error)
{
  Header header = { .magic = { 0 } };

  memcpy (header.magic, MAGIC, sizeof header.magic);
  header.version = VERSION;
  header.n_packs = n_packs;
  header.n_places = output->n_places;
  header.body_crc = output->crc;
  header.crc = mainstay_crc32 (0, &header, G_STRUCT_OFFSET (Header, crc));
  if (lseek (output->fd, 0, SEEK_SET) == 0)
    return mainstay_disk_write (output->fd, &header, sizeof header, error);
  mainstay_disk_error_set (error, errno, "Cannot write the index");
  return FALSE;
}

static gboolean
write_merged (MainstayPortalContentIndex  *self,
              int                          fd,
              GHashTable                  *dropped,
              GArray                      *added,
              GArray                      *added_packs,
              GError                     **error)
{
  g_autoptr(GArray) packs = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autofree unsigned int *slots = plan_slots (self, dropped, packs);
  g_autoptr(GByteArray) buffer = g_byte_array_sized_new (WRITE_BYTES + 4096);
  Output output = { fd, buffer, 0, 0 };
  Header blank = { .magic = { 0 } };
  unsigned int first_added = packs->len;

  g_array_append_vals (packs, added_packs->data, added_packs->len);
  return mainstay_disk_write (fd, &blank, sizeof blank, error) &&
         output_add (&output, packs->data, packs->len * sizeof (guint64), error) &&
         merge_places (self, slots, added, first_added, &output, error) &&
         write_header (&output, packs->len, error);
}

MainstayPortalContentIndex *
mainstay_portal_content_index_merge (MainstayPortalContentIndex  *self,
                                     const char                  *path,
                                     GHashTable                  *dropped,
                                     GArray                      *added,
                                     GArray                      *added_packs,
                                     GError                     **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  int fd = open (part, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean ok;

  if (fd < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot write the index");
      return NULL;
    }
  ok = write_merged (self, fd, dropped, added, added_packs, error);
  close (fd);
  if (ok && rename (part, path) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot write the index");
      ok = FALSE;
    }
  if (!ok)
    unlink (part);
  return ok ? mainstay_portal_content_index_load (path, error) : NULL;
}
