/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-byte-source.h"

G_BEGIN_DECLS

/* What a gzip file holds. It takes the bytes of @compressed, which stays the caller's. */
MainstayByteSource *mainstay_gzip_source_new (MainstayByteSource *compressed);

G_END_DECLS
