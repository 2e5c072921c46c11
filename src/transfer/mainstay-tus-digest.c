/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-tus-digest.h"

#include "mainstay-crc32.h"
#include "mainstay-sha256.h"
#include "mainstay-upload-piece.h"

struct _MainstayTusDigest
{
  /* owned */
  MainstayUploadSource *source;
  GThread *thread; /* NULL once it was waited for */
  char *text;      /* the thread's, until then */
  GError *error;   /* the same */

  MainstayTusAlgorithm algorithm;
  gint64 offset;
  gint64 length;
  int stopped;     /* atomic */
};

static char *
make_header (const char   *name,
             const guint8 *digest,
             size_t        length)
{
  g_autofree char *text = g_base64_encode (digest, length);

  return g_strconcat (name, " ", text, NULL);
}

static char *
work_out (MainstayTusDigest  *self,
          GError            **error)
{
  gboolean is_sha256 = self->algorithm == MAINSTAY_TUS_ALGORITHM_SHA256;
  g_autoptr(MainstaySha256) sum = is_sha256 ? mainstay_sha256_new () : NULL;
  g_autofree char *block = g_malloc (MAINSTAY_UPLOAD_BLOCK);
  guint8 digest[MAINSTAY_SHA256_LENGTH];
  guint32 crc = 0;

  for (gint64 done = 0; done < self->length && !g_atomic_int_get (&self->stopped);)
    {
      size_t length = (size_t) MIN (self->length - done, (gint64) MAINSTAY_UPLOAD_BLOCK);

      if (!mainstay_upload_source_read (self->source, self->offset + done, block, length, error))
        return NULL;
      if (is_sha256)
        mainstay_sha256_update (sum, block, length);
      else
        crc = mainstay_crc32 (crc, block, length);
      done += (gint64) length;
    }
  if (!is_sha256)
    {
      crc = GUINT32_TO_BE (crc);
      return make_header ("crc32", (const guint8 *) &crc, sizeof crc);
    }
  mainstay_sha256_output (sum, digest);
  return make_header ("sha256", digest, sizeof digest);
}

static gpointer
digest_thread (gpointer user_data)
{
  MainstayTusDigest *self = user_data;

  self->text = work_out (self, &self->error);
  return NULL;
}

static void
join (MainstayTusDigest *self)
{
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
}

/** mainstay_tus_digest_new: Returns: (transfer full): the digest of @length bytes, begun */
MainstayTusDigest *
mainstay_tus_digest_new (MainstayUploadSource *source,
                         MainstayTusAlgorithm  algorithm,
                         gint64                offset,
                         gint64                length)
{
  MainstayTusDigest *self = g_new0 (MainstayTusDigest, 1);

  self->source = g_object_ref (source);
  self->algorithm = algorithm;
  self->offset = offset;
  self->length = length;
  self->thread = g_thread_new ("upload-digest", digest_thread, self);
  return self;
}

/** mainstay_tus_digest_free: stops it, too */
void
mainstay_tus_digest_free (MainstayTusDigest *self)
{
  g_atomic_int_set (&self->stopped, TRUE);
  join (self);
  g_clear_object (&self->source);
  g_clear_pointer (&self->text, g_free);
  g_clear_error (&self->error);
  g_free (self);
}

/** mainstay_tus_digest_get_offset: Returns: where the part begins */
gint64
mainstay_tus_digest_get_offset (MainstayTusDigest *self)
{
  return self->offset;
}

/** mainstay_tus_digest_get_length: Returns: how long the part is */
gint64
mainstay_tus_digest_get_length (MainstayTusDigest *self)
{
  return self->length;
}

/** mainstay_tus_digest_wait: Returns: (transfer full) (nullable): `Upload-Checksum`. Only once. */
char *
mainstay_tus_digest_wait (MainstayTusDigest  *self,
                          GError            **error)
{
  join (self);
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  return g_steal_pointer (&self->text);
}
