/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-byte-source.h"

G_BEGIN_DECLS

/* The bytes of another source, counted and digested on the way. */
MainstayByteSource *mainstay_digest_source_new      (MainstayByteSource *inner,
                                                     GCancellable       *cancellable);
gint64              mainstay_digest_source_get_done (MainstayByteSource *source);
char               *mainstay_digest_source_finish   (MainstayByteSource *source);

G_END_DECLS
