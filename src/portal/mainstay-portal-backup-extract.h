/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-backup.h"
#include "mainstay-portal-files.h"

G_BEGIN_DECLS

/* The dump, into the new file @path. Not synced. MAINSTAY_ERROR_DAMAGED. */
gboolean mainstay_portal_backup_extract_dump  (MainstayPortalBackup        *self,
                                               MainstayPortalContentStore  *store,
                                               const char                  *path,
                                               MainstayPortalMeter         *meter,
                                               GError                     **error);
/* All files, on several threads, into the new folder @destination. On the disk when it returns. */
gboolean mainstay_portal_backup_extract_files (MainstayPortalBackup        *self,
                                               MainstayPortalContentStore  *store,
                                               const char                  *destination,
                                               MainstayPortalMeter         *meter,
                                               GError                     **error);

G_END_DECLS
