/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In the order in which they are recommended to clients. crc32 is four bytes, the highest first:
 * enough against a line that changes bytes, and an order of magnitude cheaper. */
#define MAINSTAY_PORTAL_TUS_CHECKSUMS "crc32,sha256,sha1"

/**
 * MainstayPortalTusChecksum:
 *
 * What a body must come to, and what it has come to so far.
 */
typedef struct _MainstayPortalTusChecksum MainstayPortalTusChecksum;

/* (nullable): @header is `Upload-Checksum`; %MAINSTAY_ERROR_INVALID_PARAMETERS */
MainstayPortalTusChecksum *
         mainstay_portal_tus_checksum_new    (const char                 *header,
                                              GError                    **error);
void     mainstay_portal_tus_checksum_update (MainstayPortalTusChecksum  *self,
                                              const void                 *bytes,
                                              size_t                      length);
/* Whether the bytes were the promised ones. Only once, at their end. */
gboolean mainstay_portal_tus_checksum_is_met (MainstayPortalTusChecksum  *self);
void     mainstay_portal_tus_checksum_free   (MainstayPortalTusChecksum  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalTusChecksum, mainstay_portal_tus_checksum_free)

G_END_DECLS
