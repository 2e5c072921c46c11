/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayZlibCheck:
 *
 * Proves streams in zlib's format (RFC 1950), one after the other, each in any pieces: that they
 * can be inflated and have the checksum that they tell. What is in them is of no use here.
 */
typedef struct _MainstayZlibCheck MainstayZlibCheck;

MainstayZlibCheck *mainstay_zlib_check_new  (void);
gboolean           mainstay_zlib_check_add  (MainstayZlibCheck *self,
                                             const guint8      *bytes,
                                             size_t             length);
gboolean           mainstay_zlib_check_end  (MainstayZlibCheck *self);
void               mainstay_zlib_check_free (MainstayZlibCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayZlibCheck, mainstay_zlib_check_free)

G_END_DECLS
