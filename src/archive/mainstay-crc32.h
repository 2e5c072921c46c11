/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The CRC-32 of gzip and zip. Goes on from the @crc of what came before, which is 0 at first. */
guint32 mainstay_crc32 (guint32     crc,
                        const void *bytes,
                        size_t      length);

G_END_DECLS
