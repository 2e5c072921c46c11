/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The layout of an uncompressed POSIX tar, computed instead of written: what libarchive writes can
 * only be had from its beginning. */

#define MAINSTAY_TAR_BLOCK 512

gint64 mainstay_tar_pad    (gint64       size);
gint64 mainstay_tar_end    (gint64       offset);
void   mainstay_tar_header (const char  *name,
                            gint64       size,
                            gint64       seconds,
                            guint8       block[MAINSTAY_TAR_BLOCK]);

G_END_DECLS
