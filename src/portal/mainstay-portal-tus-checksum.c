/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-tus-checksum.h"

#include <string.h>

#include "mainstay-crc32.h"
#include "mainstay-error.h"
#include "mainstay-sha256.h"

#define SHA1_LENGTH 20

typedef enum { CRC32, SHA256, SHA1 } Algorithm;

static const struct
{
  const char *name;
  size_t length; /* of the digest, bytes */
} algorithms[] = {
  [CRC32] = { "crc32", sizeof (guint32) },
  [SHA256] = { "sha256", MAINSTAY_SHA256_LENGTH },
  [SHA1] = { "sha1", SHA1_LENGTH },
};

struct _MainstayPortalTusChecksum
{
  Algorithm algorithm;
  guint8 expected[MAINSTAY_SHA256_LENGTH]; /* the longest of them */

  guint32 crc;
  MainstaySha256 *sha256; /* owned, nullable */
  GChecksum *sha1;        /* owned, nullable */
};

static gboolean
find_algorithm (const char *name,
                Algorithm  *algorithm)
{
  for (size_t i = 0; name != NULL && i < G_N_ELEMENTS (algorithms); i++)
    if (strcmp (algorithms[i].name, name) == 0)
      {
        *algorithm = (Algorithm) i;
        return TRUE;
      }
  return FALSE;
}

static MainstayPortalTusChecksum *
checksum_new (Algorithm     algorithm,
              const guint8 *expected)
{
  MainstayPortalTusChecksum *self = g_new0 (MainstayPortalTusChecksum, 1);

  self->algorithm = algorithm;
  memcpy (self->expected, expected, algorithms[algorithm].length);
  if (algorithm == SHA256)
    self->sha256 = mainstay_sha256_new ();
  else if (algorithm == SHA1)
    self->sha1 = g_checksum_new (G_CHECKSUM_SHA1);
  return self;
}

/** mainstay_portal_tus_checksum_new: */
MainstayPortalTusChecksum *
mainstay_portal_tus_checksum_new (const char  *header,
                                  GError     **error)
{
  g_auto(GStrv) parts = g_strsplit (header, " ", 2);
  g_autofree guchar *digest = NULL;
  Algorithm algorithm;
  size_t length = 0;

  if (parts[0] != NULL && parts[1] != NULL)
    digest = g_base64_decode (g_strstrip (parts[1]), &length);
  if (digest != NULL && find_algorithm (parts[0], &algorithm) &&
      length == algorithms[algorithm].length)
    return checksum_new (algorithm, digest);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                       "Upload-Checksum must be one of " MAINSTAY_PORTAL_TUS_CHECKSUMS
                       " and the digest in base64");
  return NULL;
}

/** mainstay_portal_tus_checksum_update: */
void
mainstay_portal_tus_checksum_update (MainstayPortalTusChecksum *self,
                                     const void                *bytes,
                                     size_t                     length)
{
  switch (self->algorithm)
    {
    case CRC32:
      self->crc = mainstay_crc32 (self->crc, bytes, length);
      break;
    case SHA256:
      mainstay_sha256_update (self->sha256, bytes, length);
      break;
    case SHA1:
      g_checksum_update (self->sha1, bytes, (gssize) length);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
take_found (MainstayPortalTusChecksum *self,
            guint8                    *found)
{
  guint32 crc = GUINT32_TO_BE (self->crc);
  size_t length = SHA1_LENGTH;

  if (self->algorithm == CRC32)
    memcpy (found, &crc, sizeof crc);
  else if (self->algorithm == SHA256)
    mainstay_sha256_output (self->sha256, found);
  else
    g_checksum_get_digest (self->sha1, found, &length);
}

/** mainstay_portal_tus_checksum_is_met: */
gboolean
mainstay_portal_tus_checksum_is_met (MainstayPortalTusChecksum *self)
{
  guint8 found[MAINSTAY_SHA256_LENGTH];

  take_found (self, found);
  return memcmp (found, self->expected, algorithms[self->algorithm].length) == 0;
}

/** mainstay_portal_tus_checksum_free: */
void
mainstay_portal_tus_checksum_free (MainstayPortalTusChecksum *self)
{
  g_clear_pointer (&self->sha256, mainstay_sha256_free);
  g_clear_pointer (&self->sha1, g_checksum_free);
  g_free (self);
}
