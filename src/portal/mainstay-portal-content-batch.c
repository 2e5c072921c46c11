/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <string.h>

#include "mainstay-error.h"
#include "mainstay-portal-codec.h"
#include "mainstay-portal-content-private.h"

/* What gathers before it is written. */
#define BATCH_BYTES (1024 * 1024)

struct _MainstayPortalContentBatch
{
  MainstayPortalContentSession *session;
  MainstayPortalCompressor *compressor;
  GByteArray *records;
};

MainstayPortalContentBatch *
mainstay_portal_content_batch_new (MainstayPortalContentSession *session)
{
  MainstayPortalContentBatch *self = g_new0 (MainstayPortalContentBatch, 1);

  self->session = session;
  self->compressor = mainstay_portal_compressor_new ();
  self->records = g_byte_array_sized_new (BATCH_BYTES + 64 * 1024);
  return self;
}

void
mainstay_portal_content_batch_free (MainstayPortalContentBatch *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->compressor, mainstay_portal_compressor_free);
  g_clear_pointer (&self->records, g_byte_array_unref);
  g_clear_pointer (&self, g_free);
}

/* Whether it is stored; then it stays as long as the session. */
static gboolean
claim (MainstayPortalContentSession *session,
       const guint8                  *digest)
{
  MainstayPortalContentStore *store = session->store;
  guint64 pin = mainstay_portal_content_pin (digest);
  gboolean is_known;
  guint64 pack;

  g_mutex_lock (&store->lock);
  g_array_append_val (session->pins, pin);
  is_known = mainstay_portal_content_find (store, digest, TRUE, &pack) != NULL;
  g_mutex_unlock (&store->lock);
  return is_known;
}

static void
add_record (MainstayPortalContentBatch *self,
            const guint8               *bytes,
            size_t                      length,
            const guint8                *digest)
{
  GByteArray *records = self->records;
  size_t begin = records->len;
  MainstayPortalPackRecord record;
  guint8 *to;
  size_t stored;

  g_byte_array_set_size (records, (guint) (begin + sizeof record + length));
  to = records->data + begin + sizeof record;
  stored = mainstay_portal_compressor_run (self->compressor, bytes, length, to);
  if (stored == 0)
    memcpy (to, bytes, length);
  mainstay_portal_pack_record_fill (&record, stored > 0 ? MAINSTAY_PORTAL_CODEC_ZSTD
                                                        : MAINSTAY_PORTAL_CODEC_STORED,
                                    digest, to, stored > 0 ? stored : length, length);
  memcpy (records->data + begin, &record, sizeof record);
  g_byte_array_set_size (records, (guint) (begin + sizeof record + record.stored));
}

gboolean
mainstay_portal_content_batch_put (MainstayPortalContentBatch  *self,
                                   const guint8                *bytes,
                                   size_t                       length,
                                   guint8                       *digest,
                                   GError                     **error)
{
  if (length > MAINSTAY_PORTAL_CONTENT_MAX)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TOO_LARGE,
                           "A content is too large for the store");
      return FALSE;
    }
  mainstay_sha256_of (bytes, length, digest);
  if (claim (self->session, digest))
    return TRUE;
  if (self->records->len + length > BATCH_BYTES &&
      !mainstay_portal_content_batch_flush (self, error))
    return FALSE;
  add_record (self, bytes, length, digest);
  return TRUE;
}

gboolean
mainstay_portal_content_batch_put_list (MainstayPortalContentBatch  *self,
                                        GArray                      *pieces,
                                        gint64                       size,
                                        MainstayPortalContent       *content,
                                        GError                     **error)
{
  content->size = size;
  if (pieces->len == 1)
    {
      content->kind = MAINSTAY_PORTAL_CONTENT_WHOLE;
      memcpy (content->digest, g_array_index (pieces, MainstayPortalPiece, 0).digest,
              sizeof content->digest);
      return TRUE;
    }
  content->kind = MAINSTAY_PORTAL_CONTENT_LIST;
  return mainstay_portal_content_batch_put (self, (guint8 *) pieces->data,
                                            pieces->len * sizeof (MainstayPortalPiece),
                                            content->digest, error);
}

gboolean
mainstay_portal_content_batch_flush (MainstayPortalContentBatch  *self,
                                     GError                     **error)
{
  gboolean ok = mainstay_portal_content_write_records (self->session->store, self->records, FALSE,
                                                       error);

  g_byte_array_set_size (self->records, 0);
  return ok;
}
