/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-upload-source.h"

G_BEGIN_DECLS

/* What a piece is proven by; NONE by nothing. */
typedef enum {
  MAINSTAY_TUS_ALGORITHM_NONE,
  MAINSTAY_TUS_ALGORITHM_CRC32,
  MAINSTAY_TUS_ALGORITHM_SHA256
} MainstayTusAlgorithm;

/**
 * MainstayTusDigest:
 *
 * The `Upload-Checksum` of a part of a source, worked out in a thread of its own, so that the next
 * piece's is there when the one before has been sent.
 */
typedef struct _MainstayTusDigest MainstayTusDigest;

MainstayTusDigest *mainstay_tus_digest_new      (MainstayUploadSource  *source,
                                                 MainstayTusAlgorithm   algorithm,
                                                 gint64                 offset,
                                                 gint64                 length);
void               mainstay_tus_digest_free     (MainstayTusDigest     *self);
gint64             mainstay_tus_digest_get_offset (MainstayTusDigest   *self);
gint64             mainstay_tus_digest_get_length (MainstayTusDigest   *self);
char              *mainstay_tus_digest_wait     (MainstayTusDigest     *self,
                                                 GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayTusDigest, mainstay_tus_digest_free)

G_END_DECLS
