/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-byte-source.h"

G_BEGIN_DECLS

/* Bytes in memory, which must live as long, given in pieces of at most @piece bytes. */
MainstayByteSource *memory_source_new (const void *bytes,
                                       size_t      length,
                                       size_t      piece);

G_END_DECLS
