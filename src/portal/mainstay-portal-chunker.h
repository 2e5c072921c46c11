/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-content.h"

G_BEGIN_DECLS

/**
 * MainstayPortalChunker:
 *
 * Cuts a stream of bytes into pieces where its content says so, so that what was put into the
 * middle of it changes the pieces there and no others.
 */
typedef struct
{
  guint64 hash;
  size_t length; /* of the piece so far */
} MainstayPortalChunker;

/* Begins a new piece. */
void   mainstay_portal_chunker_reset (MainstayPortalChunker *self);
/* Returns: how many of @bytes belong to the piece; @is_cut says that it ends with them. */
size_t mainstay_portal_chunker_feed  (MainstayPortalChunker *self,
                                      const guint8          *bytes,
                                      size_t                 length,
                                      gboolean              *is_cut);

G_END_DECLS
