/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-pack.h"

G_BEGIN_DECLS

/* What the records of a pack say when its index is damaged. Returns: (element-type
 * MainstayPortalPlace): ordered by digest */
GArray  *mainstay_portal_pack_scan            (int                              fd,
                                               gint64                           size,
                                               GError                         **error);
/* Whether @record can be believed. */
gboolean mainstay_portal_pack_record_is_whole (const MainstayPortalPackRecord  *record);

G_END_DECLS
