/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-pack-scan.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "mainstay-disk.h"

/* Returns: where the next record begins, from @offset on; @size for none. A record that is damaged
 * does not say how long it is, so the next one is looked for byte by byte. */
static gint64
find_record (const guint8 *bytes,
             gint64        size,
             gint64        offset)
{
  MainstayPortalPackRecord record;

  for (; offset + (gint64) sizeof record <= size; offset++)
    {
      if (bytes[offset] != 'M')
        continue;
      memcpy (&record, bytes + offset, sizeof record);
      if (mainstay_portal_pack_record_is_whole (&record) &&
          offset + (gint64) sizeof record + record.stored <= size)
        return offset;
    }
  return size;
}

static GArray *
scan_bytes (const guint8 *bytes,
            gint64        size)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (MainstayPortalPlace));
  gint64 offset = find_record (bytes, size, 0);

  while (offset < size)
    {
      MainstayPortalPackRecord record;
      MainstayPortalPlace place = { .offset = (guint32) offset };

      memcpy (&record, bytes + offset, sizeof record);
      memcpy (place.digest, record.digest, sizeof place.digest);
      place.stored = record.stored;
      place.length = record.length;
      g_array_append_val (places, place);
      offset = find_record (bytes, size, offset + (gint64) sizeof record + record.stored);
    }
  g_array_sort (places, mainstay_portal_place_compare);
  return places;
}

GArray *
mainstay_portal_pack_scan (int      fd,
                           gint64   size,
                           GError **error)
{
  GArray *places;
  void *bytes;

  if (size == 0)
    return g_array_new (FALSE, FALSE, sizeof (MainstayPortalPlace));
  bytes = mmap (NULL, (size_t) size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED)
    {
      mainstay_disk_error_set (error, errno, "Cannot read a pack");
      return NULL;
    }
  places = scan_bytes (bytes, size);
  munmap (bytes, (size_t) size);
  return places;
}
