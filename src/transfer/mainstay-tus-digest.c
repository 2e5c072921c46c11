/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-tus-digest.h"

#include "mainstay-sha256.h"
#include "mainstay-upload-piece.h"

struct _MainstayTusDigest
{
  /* owned */
  MainstayUploadSource *source;
  GThread *thread; /* NULL once it was waited for */
  char *text;      /* the thread's, until then */
  GError *error;   /* the same */

  gint64 offset;
  gint64 length;
  int stopped;     /* atomic */
};

static char *
work_out (MainstayTusDigest  *self,
          GError            **error)
{
  g_autoptr(MainstaySha256) sum = mainstay_sha256_new ();
  g_autofree char *block = g_malloc (MAINSTAY_UPLOAD_BLOCK);
  guint8 digest[MAINSTAY_SHA256_LENGTH];
  g_autofree char *text = NULL;

  for (gint64 done = 0; done < self->length && !g_atomic_int_get (&self->stopped);)
    {
      size_t length = (size_t) MIN (self->length - done, (gint64) MAINSTAY_UPLOAD_BLOCK);

      if (!mainstay_upload_source_read (self->source, self->offset + done, block, length, error))
        return NULL;
      mainstay_sha256_update (sum, block, length);
      done += (gint64) length;
    }
  mainstay_sha256_output (sum, digest);
  text = g_base64_encode (digest, sizeof digest);
  return g_strconcat ("sha256 ", text, NULL);
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
                         gint64                offset,
                         gint64                length)
{
  MainstayTusDigest *self = g_new0 (MainstayTusDigest, 1);

  self->source = g_object_ref (source);
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

/** mainstay_tus_digest_is_of: Returns: whether it is of this part */
gboolean
mainstay_tus_digest_is_of (MainstayTusDigest *self,
                           gint64             offset,
                           gint64             length)
{
  return self->offset == offset && self->length == length;
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
