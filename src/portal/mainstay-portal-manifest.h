/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-backup.h"

G_BEGIN_DECLS

/* The text of a manifest, in both versions. */

/* Version 2. */
char    *mainstay_portal_manifest_to_text    (MainstayPortalBackup  *backup);
gboolean mainstay_portal_manifest_parse      (const char            *text,
                                              MainstayPortalBackup  *backup);
/* Version 1: each file's digest, size and name. */
gboolean mainstay_portal_manifest_parse_old  (const char            *text,
                                              MainstayPortalBackup  *backup);

G_END_DECLS
