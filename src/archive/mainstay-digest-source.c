/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-digest-source.h"

#include "mainstay-sha256.h"

typedef struct
{
  MainstayByteSource parent;

  MainstayByteSource *inner; /* borrowed */
  GCancellable *cancellable;
  MainstaySha256 *hash;
  gint64 done;
} DigestSource;

static gssize
digest_source_fill (MainstayByteSource  *source,
                    guint8              *buffer,
                    size_t               size,
                    GError             **error)
{
  DigestSource *self = (DigestSource *) source;
  gssize length;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return -1;
  length = self->inner->fill (self->inner, buffer, size, error);
  if (length > 0)
    {
      mainstay_sha256_update (self->hash, buffer, (size_t) length);
      self->done += length;
    }
  return length;
}

static void
digest_source_close (MainstayByteSource *source)
{
  DigestSource *self = (DigestSource *) source;

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->hash, mainstay_sha256_free);
}

/**
 * mainstay_digest_source_new:
 * @inner: whose bytes to digest; must live as long, and is asked for nothing but these
 * @cancellable: (nullable): a cancellable
 *
 * Returns: (transfer full): its bytes
 */
MainstayByteSource *
mainstay_digest_source_new (MainstayByteSource *inner,
                            GCancellable       *cancellable)
{
  DigestSource *self = g_new0 (DigestSource, 1);

  self->parent.fill = digest_source_fill;
  self->parent.close = digest_source_close;
  mainstay_byte_source_init (&self->parent);
  self->inner = inner;
  self->hash = mainstay_sha256_new ();
  if (cancellable != NULL)
    self->cancellable = g_object_ref (cancellable);
  return &self->parent;
}

/** mainstay_digest_source_get_done: Returns: the bytes it gave */
gint64
mainstay_digest_source_get_done (MainstayByteSource *source)
{
  return ((DigestSource *) source)->done;
}

/** mainstay_digest_source_finish: Returns: (transfer full): SHA-256 in hexadecimal of all it gave */
char *
mainstay_digest_source_finish (MainstayByteSource *source)
{
  guint8 digest[MAINSTAY_SHA256_LENGTH];

  mainstay_sha256_output (((DigestSource *) source)->hash, digest);
  return mainstay_sha256_to_hex (digest);
}
