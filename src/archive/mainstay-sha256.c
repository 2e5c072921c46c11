/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-sha256.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

struct _MainstaySha256
{
  gnutls_hash_hd_t hash;
};

/** mainstay_sha256_new: Returns: (transfer full): the digest of no bytes yet */
MainstaySha256 *
mainstay_sha256_new (void)
{
  MainstaySha256 *self = g_new0 (MainstaySha256, 1);
  int result = gnutls_hash_init (&self->hash, GNUTLS_DIG_SHA256);

  if (result != GNUTLS_E_SUCCESS)
    g_error ("No SHA-256: %s", gnutls_strerror (result));
  return self;
}

/** mainstay_sha256_update: adds @length bytes */
void
mainstay_sha256_update (MainstaySha256 *self,
                        const void     *bytes,
                        size_t          length)
{
  int result;

  g_return_if_fail (self != NULL);

  result = gnutls_hash (self->hash, bytes, length);
  if (result != GNUTLS_E_SUCCESS)
    g_error ("SHA-256 failed: %s", gnutls_strerror (result));
}

/** mainstay_sha256_output: puts the digest so far into @digest and starts anew */
void
mainstay_sha256_output (MainstaySha256 *self,
                        guint8          digest[MAINSTAY_SHA256_LENGTH])
{
  g_return_if_fail (self != NULL);

  gnutls_hash_output (self->hash, digest);
}

/** mainstay_sha256_of: puts the digest of @length bytes into @digest */
void
mainstay_sha256_of (const void *bytes,
                    size_t      length,
                    guint8      digest[MAINSTAY_SHA256_LENGTH])
{
  int result = gnutls_hash_fast (GNUTLS_DIG_SHA256, bytes, length, digest);

  if (result != GNUTLS_E_SUCCESS)
    g_error ("SHA-256 failed: %s", gnutls_strerror (result));
}

/** mainstay_sha256_to_hex: Returns: (transfer full): @digest in 64 hexadecimal digits */
char *
mainstay_sha256_to_hex (const guint8 digest[MAINSTAY_SHA256_LENGTH])
{
  GString *hex = g_string_sized_new (2 * MAINSTAY_SHA256_LENGTH);

  for (int i = 0; i < MAINSTAY_SHA256_LENGTH; i++)
    g_string_append_printf (hex, "%02x", digest[i]);
  return g_string_free (hex, FALSE);
}

/** mainstay_sha256_free: frees @self */
void
mainstay_sha256_free (MainstaySha256 *self)
{
  if (self == NULL)
    return;
  gnutls_hash_deinit (self->hash, NULL);
  g_clear_pointer (&self, g_free);
}
