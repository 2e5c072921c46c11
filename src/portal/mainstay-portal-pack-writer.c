/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-pack-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <unistd.h>

#include "mainstay-disk.h"

struct _MainstayPortalPackWriter
{
  guint64 id;
  char *part;
  char *path;
  int fd;
  gint64 size;
  GArray *places; /* MainstayPortalPlace */
};

/* Random, so that a name is never used twice: what speaks of a pack that is gone must not find
 * another. */
static guint64
make_id (void)
{
  guint64 id = 0;

  while (id == 0)
    if (gnutls_rnd (GNUTLS_RND_NONCE, &id, sizeof id) < 0)
      g_error ("There are no random numbers on this machine");
  return id;
}

MainstayPortalPackWriter *
mainstay_portal_pack_writer_new (const char  *folder,
                                 GError     **error)
{
  g_autoptr(MainstayPortalPackWriter) self = g_new0 (MainstayPortalPackWriter, 1);
  MainstayPortalPackHeader header;

  self->id = make_id ();
  self->path = mainstay_portal_pack_dup_path (folder, self->id);
  self->part = g_strconcat (self->path, MAINSTAY_PORTAL_PACK_PART_SUFFIX, NULL);
  self->places = g_array_new (FALSE, FALSE, sizeof (MainstayPortalPlace));
  self->fd = open (self->part, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->fd < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot make a pack");
      return NULL;
    }
  mainstay_portal_pack_header_fill (&header, self->id);
  self->size = sizeof header;
  return mainstay_portal_pack_writer_write (self, 0, (guint8 *) &header, sizeof header, error)
           ? g_steal_pointer (&self) : NULL;
}

void
mainstay_portal_pack_writer_free (MainstayPortalPackWriter *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  if (self->part != NULL)
    unlink (self->part);
  g_clear_pointer (&self->part, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->places, g_array_unref);
  g_clear_pointer (&self, g_free);
}

guint64
mainstay_portal_pack_writer_get_id (MainstayPortalPackWriter *self)
{
  return self->id;
}

gint64
mainstay_portal_pack_writer_get_size (MainstayPortalPackWriter *self)
{
  return self->size;
}

GArray *
mainstay_portal_pack_writer_get_places (MainstayPortalPackWriter *self)
{
  return self->places;
}

gint64
mainstay_portal_pack_writer_reserve (MainstayPortalPackWriter *self,
                                     size_t                    length)
{
  gint64 offset = self->size;

  self->size += (gint64) length;
  return offset;
}

void
mainstay_portal_pack_writer_add (MainstayPortalPackWriter  *self,
                                 const MainstayPortalPlace *place)
{
  g_array_append_val (self->places, *place);
}

gboolean
mainstay_portal_pack_writer_write (MainstayPortalPackWriter  *self,
                                   gint64                     offset,
                                   const guint8              *bytes,
                                   size_t                     length,
                                   GError                   **error)
{
  gint64 begin = offset;

  while (offset < begin + (gint64) length)
    {
      ssize_t count = pwrite (self->fd, bytes + (offset - begin),
                              length - (size_t) (offset - begin), offset);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        {
          mainstay_disk_error_set (error, errno, "Cannot write a pack");
          return FALSE;
        }
      offset += count;
    }
  /* The disk gets to work now rather than all at once when the pack is sealed. */
  mainstay_disk_push (self->fd, begin, length);
  return TRUE;
}

static gboolean
write_index (MainstayPortalPackWriter  *self,
             GError                   **error)
{
  size_t length = self->places->len * sizeof (MainstayPortalPlace);
  MainstayPortalPackFooter footer;
  gint64 offset;

  g_array_sort (self->places, mainstay_portal_place_compare);
  offset = mainstay_portal_pack_writer_reserve (self, length);
  mainstay_portal_pack_footer_fill (&footer, (MainstayPortalPlace *) (void *) self->places->data,
                                    self->places->len, (guint64) offset);
  return mainstay_portal_pack_writer_write (self, offset, (guint8 *) self->places->data, length,
                                            error) &&
         mainstay_portal_pack_writer_write (
           self, mainstay_portal_pack_writer_reserve (self, sizeof footer), (guint8 *) &footer,
           sizeof footer, error);
}

gboolean
mainstay_portal_pack_writer_seal (MainstayPortalPackWriter  *self,
                                  gboolean                   is_relaxed,
                                  GError                   **error)
{
  if (!write_index (self, error))
    return FALSE;
  if ((!is_relaxed && fdatasync (self->fd) < 0) || rename (self->part, self->path) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot finish a pack");
      return FALSE;
    }
  g_clear_pointer (&self->part, g_free);
  return TRUE;
}
