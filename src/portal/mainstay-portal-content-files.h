/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-backup.h"
#include "mainstay-portal-content-session.h"
#include "mainstay-portal-files.h"

G_BEGIN_DECLS

/* Puts all uploaded files in the folder @root, on several threads, and notes them in @backup. What
 * has not changed since @previous (nullable), which the session must hold, is not read again. A
 * file that the app removes meanwhile is left out. */
gboolean mainstay_portal_content_files_add (MainstayPortalContentSession  *session,
                                            MainstayPortalContentStore    *store,
                                            const char                    *root,
                                            MainstayPortalBackup          *previous,
                                            MainstayPortalBackup          *backup,
                                            MainstayPortalMeter           *meter,
                                            GError                       **error);

G_END_DECLS
