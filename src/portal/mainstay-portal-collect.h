/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-content-store.h"

G_BEGIN_DECLS

/* Removes the contents to which no manifest in the folder @snapshots leads any more. @n_packs and
 * @n_bytes (out) (nullable) count the packs that are gone and the space gained. When a manifest or
 * a list cannot be read, nobody knows what it needs, and nothing is removed. */
gboolean mainstay_portal_content_collect (MainstayPortalContentStore  *store,
                                          const char                  *snapshots,
                                          GCancellable                *cancellable,
                                          unsigned int                *n_packs,
                                          gint64                      *n_bytes,
                                          GError                     **error);

G_END_DECLS
