/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MAINSTAY_SHA256_LENGTH 32

/**
 * MainstaySha256:
 *
 * A running SHA-256. GnuTLS uses the processor's own instructions, which GChecksum does not.
 */
typedef struct _MainstaySha256 MainstaySha256;

MainstaySha256 *mainstay_sha256_new    (void);
void            mainstay_sha256_update (MainstaySha256 *self,
                                        const void     *bytes,
                                        size_t          length);
void            mainstay_sha256_output (MainstaySha256 *self,
                                        guint8          digest[MAINSTAY_SHA256_LENGTH]);
/* The digest of bytes that are all there, faster than the above when they are few. */
void            mainstay_sha256_of     (const void     *bytes,
                                        size_t          length,
                                        guint8          digest[MAINSTAY_SHA256_LENGTH]);
char           *mainstay_sha256_to_hex (const guint8    digest[MAINSTAY_SHA256_LENGTH]);
void            mainstay_sha256_free   (MainstaySha256 *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstaySha256, mainstay_sha256_free)

G_END_DECLS
