/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-pack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-crc32.h"
#include "mainstay-disk.h"
#include "mainstay-error.h"
#include "mainstay-portal-pack-scan.h"

#define HEADER_MAGIC "MNSTPACK"
#define FOOTER_MAGIC "MNSTSEAL"
#define RECORD_MAGIC "MREC"
#define VERSION 1
#define ID_DIGITS 16

/* The structures are used as they lie on the disk. */
G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

struct _MainstayPortalPack
{
  int ref_count; /* atomic */
  int fd;
  guint64 id;
  gint64 size;
};

void
mainstay_portal_pack_header_fill (MainstayPortalPackHeader *header,
                                  guint64                   id)
{
  memset (header, 0, sizeof *header);
  memcpy (header->magic, HEADER_MAGIC, sizeof header->magic);
  header->version = VERSION;
  header->id = id;
  header->crc = mainstay_crc32 (0, header, G_STRUCT_OFFSET (MainstayPortalPackHeader, crc));
}

void
mainstay_portal_pack_record_fill (MainstayPortalPackRecord *record,
                                  MainstayPortalCodec       codec,
                                  const guint8              *digest,
                                  const guint8             *bytes,
                                  size_t                    stored,
                                  size_t                    length)
{
  memcpy (record->magic, RECORD_MAGIC, sizeof record->magic);
  record->codec = codec;
  record->stored = (guint32) stored;
  record->length = (guint32) length;
  memcpy (record->digest, digest, sizeof record->digest);
  record->content_crc = mainstay_crc32 (0, bytes, stored);
  record->crc = mainstay_crc32 (0, record, G_STRUCT_OFFSET (MainstayPortalPackRecord, crc));
}

void
mainstay_portal_pack_footer_fill (MainstayPortalPackFooter  *footer,
                                  const MainstayPortalPlace *index,
                                  unsigned int               n_records,
                                  guint64                    index_offset)
{
  memset (footer, 0, sizeof *footer);
  footer->n_records = n_records;
  footer->index_crc = mainstay_crc32 (0, index, n_records * sizeof *index);
  footer->index_offset = index_offset;
  footer->crc = mainstay_crc32 (0, footer, G_STRUCT_OFFSET (MainstayPortalPackFooter, crc));
  memcpy (footer->magic, FOOTER_MAGIC, sizeof footer->magic);
}

char *
mainstay_portal_pack_dup_path (const char *folder,
                               guint64     id)
{
  return g_strdup_printf ("%s/%016" G_GINT64_MODIFIER "x" MAINSTAY_PORTAL_PACK_SUFFIX, folder, id);
}

gboolean
mainstay_portal_pack_parse_name (const char *name,
                                 guint64    *id)
{
  g_autofree char *digits = g_strndup (name, ID_DIGITS);

  return g_str_has_suffix (name, MAINSTAY_PORTAL_PACK_SUFFIX) &&
         strlen (name) == ID_DIGITS + strlen (MAINSTAY_PORTAL_PACK_SUFFIX) &&
         g_ascii_string_to_unsigned (digits, 16, 1, G_MAXUINT64, id, NULL);
}

int
mainstay_portal_place_compare (gconstpointer a,
                               gconstpointer b)
{
  return memcmp (((const MainstayPortalPlace *) a)->digest,
                 ((const MainstayPortalPlace *) b)->digest, MAINSTAY_SHA256_LENGTH);
}

static gboolean
set_damaged (GError **error)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The backup is damaged: what is stored is not what was written");
  return FALSE;
}

MainstayPortalPack *
mainstay_portal_pack_open (const char  *folder,
                           guint64      id,
                           GError     **error)
{
  g_autofree char *path = mainstay_portal_pack_dup_path (folder, id);
  g_autoptr(MainstayPortalPack) self = g_new0 (MainstayPortalPack, 1);
  struct stat status;

  self->ref_count = 1;
  self->id = id;
  self->fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (self->fd < 0 && errno == ENOENT)
    {
      set_damaged (error);
      return NULL;
    }
  if (self->fd < 0 || fstat (self->fd, &status) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot open a pack");
      return NULL;
    }
  self->size = status.st_size;
  return g_steal_pointer (&self);
}

MainstayPortalPack *
mainstay_portal_pack_ref (MainstayPortalPack *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
mainstay_portal_pack_unref (MainstayPortalPack *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self, g_free);
}

guint64
mainstay_portal_pack_get_id (MainstayPortalPack *self)
{
  return self->id;
}

gint64
mainstay_portal_pack_get_size (MainstayPortalPack *self)
{
  return self->size;
}

static gboolean
read_at (MainstayPortalPack  *self,
         gint64               offset,
         void                *to,
         size_t               length,
         GError             **error)
{
  guint8 *next = to;

  while (length > 0)
    {
      ssize_t count = pread (self->fd, next, length, offset);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        mainstay_disk_error_set (error, errno, "Cannot read a pack");
      if (count == 0)
        set_damaged (error);
      if (count <= 0)
        return FALSE;
      next += count;
      offset += count;
      length -= (size_t) count;
    }
  return TRUE;
}

gboolean
mainstay_portal_pack_record_is_whole (const MainstayPortalPackRecord *record)
{
  return memcmp (record->magic, RECORD_MAGIC, sizeof record->magic) == 0 &&
         record->crc ==
           mainstay_crc32 (0, record, G_STRUCT_OFFSET (MainstayPortalPackRecord, crc)) &&
         record->stored <= record->length && record->length <= MAINSTAY_PORTAL_CONTENT_MAX;
}

gboolean
mainstay_portal_pack_read_raw (MainstayPortalPack         *self,
                               const MainstayPortalPlace  *place,
                               GByteArray                 *to,
                               GError                    **error)
{
  const MainstayPortalPackRecord *record;

  if ((gint64) place->offset + (gint64) sizeof *record + place->stored > self->size)
    return set_damaged (error);
  g_byte_array_set_size (to, (guint) sizeof *record + place->stored);
  if (!read_at (self, place->offset, to->data, to->len, error))
    return FALSE;
  record = (const void *) to->data;
  return (mainstay_portal_pack_record_is_whole (record) && record->stored == place->stored &&
          record->length == place->length &&
          memcmp (record->digest, place->digest, sizeof record->digest) == 0 &&
          record->content_crc == mainstay_crc32 (0, to->data + sizeof *record, record->stored)) ||
         set_damaged (error);
}

static gboolean
unpack (const GByteArray *raw,
        GByteArray       *to)
{
  const MainstayPortalPackRecord *record = (const void *) raw->data;

  return mainstay_portal_decompress (record->codec, raw->data + sizeof *record, record->stored,
                                     to->data, record->length);
}

gboolean
mainstay_portal_pack_read (MainstayPortalPack         *self,
                           const MainstayPortalPlace  *place,
                           GByteArray                 *to,
                           GError                    **error)
{
  g_autoptr(GByteArray) raw = g_byte_array_sized_new (sizeof (MainstayPortalPackRecord) +
                                                      place->stored);
  guint8 digest[MAINSTAY_SHA256_LENGTH];

  if (place->length > MAINSTAY_PORTAL_CONTENT_MAX)
    return set_damaged (error);
  if (!mainstay_portal_pack_read_raw (self, place, raw, error))
    return FALSE;
  g_byte_array_set_size (to, place->length);
  if (!unpack (raw, to))
    return set_damaged (error);
  mainstay_sha256_of (to->data, to->len, digest);
  return memcmp (digest, place->digest, sizeof digest) == 0 || set_damaged (error);
}

static gboolean
header_is_whole (MainstayPortalPack *self)
{
  MainstayPortalPackHeader header, expected;

  mainstay_portal_pack_header_fill (&expected, self->id);
  return read_at (self, 0, &header, sizeof header, NULL) &&
         memcmp (&header, &expected, sizeof header) == 0;
}

static gboolean
read_footer (MainstayPortalPack       *self,
             MainstayPortalPackFooter *footer)
{
  return self->size >= (gint64) (sizeof (MainstayPortalPackHeader) + sizeof *footer) &&
         read_at (self, self->size - (gint64) sizeof *footer, footer, sizeof *footer, NULL) &&
         memcmp (footer->magic, FOOTER_MAGIC, sizeof footer->magic) == 0 &&
         footer->crc ==
           mainstay_crc32 (0, footer, G_STRUCT_OFFSET (MainstayPortalPackFooter, crc)) &&
         footer->index_offset + (guint64) footer->n_records * sizeof (MainstayPortalPlace) +
             sizeof *footer == (guint64) self->size;
}

static GArray *
read_index (MainstayPortalPack *self)
{
  g_autoptr(GArray) index = g_array_new (FALSE, FALSE, sizeof (MainstayPortalPlace));
  MainstayPortalPackFooter footer;

  if (!read_footer (self, &footer))
    return NULL;
  g_array_set_size (index, footer.n_records);
  if (!read_at (self, (gint64) footer.index_offset, index->data,
                footer.n_records * sizeof (MainstayPortalPlace), NULL) ||
      footer.index_crc !=
        mainstay_crc32 (0, index->data, footer.n_records * sizeof (MainstayPortalPlace)))
    return NULL;
  return g_steal_pointer (&index);
}

GArray *
mainstay_portal_pack_list (MainstayPortalPack  *self,
                           gboolean            *is_damaged,
                           GError             **error)
{
  GArray *index = read_index (self);

  if (is_damaged != NULL)
    *is_damaged = index == NULL || !header_is_whole (self);
  return index != NULL ? index : mainstay_portal_pack_scan (self->fd, self->size, error);
}
