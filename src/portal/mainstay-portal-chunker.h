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
 *
 * Measured on dumps of a PostgreSQL database in successive states (pg_dump -Fc -Z0, 73 MB): of
 * one taken again, 0.5 MB are new; after 5,000 new rows and a change to some of the newest, 14 MB,
 * where pieces of a fixed length share nothing; after a change to each hundredth row, 68 MB either
 * way. Of copies of an SQLite file (145 MB), whose pages stay where they are, 6 MB are new after
 * 5,000 new rows, and 5 MB with pieces of a fixed length.
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
