/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-codec.h"
#include "mainstay-portal-content.h"

G_BEGIN_DECLS

/* A pack is a file of many contents, written once from its beginning to its end and never changed:
 *
 *   header    32 bytes
 *   records   each a header of 56 bytes and the content, compressed where that pays
 *   index     48 bytes a record, ordered by digest
 *   footer    32 bytes; a pack without one was never finished
 *
 * All numbers are little-endian. Each part has a CRC of its own, and a record says everything that
 * the index says of it: whatever is lost, the rest can be read. */

#define MAINSTAY_PORTAL_PACK_SUFFIX ".pack"
#define MAINSTAY_PORTAL_PACK_PART_SUFFIX ".part"
/* Where a pack is full: one that is rewritten for the sake of space is not too much work then, and
 * one is not too little for a sync of its own. */
#define MAINSTAY_PORTAL_PACK_BYTES (64 * 1024 * 1024)

/* Laid out as on the disk. */
typedef struct
{
  guint8 digest[MAINSTAY_SHA256_LENGTH];
  guint32 slot;   /* in a pack's own index: 0 */
  guint32 offset; /* of the record's header */
  guint32 stored; /* bytes after that header */
  guint32 length; /* bytes of the content */
} MainstayPortalPlace;

G_STATIC_ASSERT (sizeof (MainstayPortalPlace) == 48);

typedef struct
{
  guint8 magic[8];
  guint32 version;
  guint32 reserved;
  guint64 id;
  guint32 reserved_too;
  guint32 crc; /* of what stands before it */
} MainstayPortalPackHeader;

typedef struct
{
  guint8 magic[4];
  guint32 codec;
  guint32 stored;
  guint32 length;
  guint8 digest[MAINSTAY_SHA256_LENGTH];
  guint32 content_crc; /* of the bytes as they are stored */
  guint32 crc;         /* of what stands before it */
} MainstayPortalPackRecord;

typedef struct
{
  guint32 n_records;
  guint32 index_crc;
  guint64 index_offset;
  guint32 reserved;
  guint32 crc; /* of what stands before it */
  guint8 magic[8];
} MainstayPortalPackFooter;

G_STATIC_ASSERT (sizeof (MainstayPortalPackHeader) == 32);
G_STATIC_ASSERT (sizeof (MainstayPortalPackRecord) == 56);
G_STATIC_ASSERT (sizeof (MainstayPortalPackFooter) == 32);

void     mainstay_portal_pack_header_fill   (MainstayPortalPackHeader       *header,
                                             guint64                         id);
void     mainstay_portal_pack_record_fill   (MainstayPortalPackRecord       *record,
                                             MainstayPortalCodec             codec,
                                             const guint8                    *digest,
                                             const guint8                   *bytes,
                                             size_t                          stored,
                                             size_t                          length);
void     mainstay_portal_pack_footer_fill   (MainstayPortalPackFooter       *footer,
                                             const MainstayPortalPlace      *index,
                                             unsigned int                    n_records,
                                             guint64                         index_offset);
/* FOLDER/ID.pack */
char    *mainstay_portal_pack_dup_path      (const char                     *folder,
                                             guint64                         id);
gboolean mainstay_portal_pack_parse_name    (const char                     *name,
                                             guint64                        *id);

/**
 * MainstayPortalPack:
 *
 * A finished pack, for reading by any number of threads, also after its file was removed.
 */
typedef struct _MainstayPortalPack MainstayPortalPack;

MainstayPortalPack *
         mainstay_portal_pack_open          (const char                     *folder,
                                             guint64                         id,
                                             GError                        **error);
MainstayPortalPack *
         mainstay_portal_pack_ref           (MainstayPortalPack             *self);
void     mainstay_portal_pack_unref         (MainstayPortalPack             *self);
guint64  mainstay_portal_pack_get_id        (MainstayPortalPack             *self);
gint64   mainstay_portal_pack_get_size      (MainstayPortalPack             *self);
/* Reads one content into the new bytes of @to, and proves it. MAINSTAY_ERROR_DAMAGED. */
gboolean mainstay_portal_pack_read          (MainstayPortalPack             *self,
                                             const MainstayPortalPlace      *place,
                                             GByteArray                     *to,
                                             GError                        **error);
/* The record as it is stored, header and all, proved by its CRCs only. */
gboolean mainstay_portal_pack_read_raw      (MainstayPortalPack             *self,
                                             const MainstayPortalPlace      *place,
                                             GByteArray                     *to,
                                             GError                        **error);
/* Its index, or when that is damaged what the records say. Returns: (element-type
 * MainstayPortalPlace): ordered by digest; @is_damaged (nullable) tells whether anything but the
 * contents themselves, which are not looked at, is not as it was written. */
GArray  *mainstay_portal_pack_list          (MainstayPortalPack             *self,
                                             gboolean                       *is_damaged,
                                             GError                        **error);

int      mainstay_portal_place_compare      (gconstpointer                   a,
                                             gconstpointer                   b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalPack, mainstay_portal_pack_unref)

G_END_DECLS
