/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-upload-source.h"

G_BEGIN_DECLS

/* Called in the thread that reads, with the bytes of the piece that were read so far. */
typedef void (*MainstayUploadPieceRead) (gint64   done,
                                         gpointer user_data);

/**
 * MainstayUploadPiece:
 *
 * A stream of a part of a source, read in large blocks and at most as fast as the limit of speed
 * that all transfers share lets it. What goes wrong with the source stays on it, for libsoup tells
 * its callers only that writing failed.
 */
#define MAINSTAY_TYPE_UPLOAD_PIECE (mainstay_upload_piece_get_type ())
G_DECLARE_FINAL_TYPE (MainstayUploadPiece, mainstay_upload_piece, MAINSTAY, UPLOAD_PIECE,
                      GInputStream)

#define MAINSTAY_UPLOAD_BLOCK ((size_t) 256 * 1024)

/* @user_data must outlive the stream. */
MainstayUploadPiece *mainstay_upload_piece_new       (MainstayUploadSource     *source,
                                                      gint64                    offset,
                                                      gint64                    length,
                                                      MainstayUploadPieceRead   read,
                                                      gpointer                  user_data);
/* From here on reading it fails, as a line that is down does. */
void                 mainstay_upload_piece_stop      (MainstayUploadPiece      *self);
/* (nullable) */
const GError        *mainstay_upload_piece_get_error (MainstayUploadPiece      *self);

G_END_DECLS
