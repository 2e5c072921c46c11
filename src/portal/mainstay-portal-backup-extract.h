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
/* Of a dump with blocks, only what is before them: its table of contents. */
gboolean mainstay_portal_backup_extract_contents (MainstayPortalBackup     *self,
                                               MainstayPortalContentStore  *store,
                                               const char                  *path,
                                               GError                     **error);
/* All files, on @n_threads, into the new folder @destination. On the disk when it returns. */
gboolean mainstay_portal_backup_extract_files (MainstayPortalBackup        *self,
                                               MainstayPortalContentStore  *store,
                                               const char                  *destination,
                                               unsigned int                 n_threads,
                                               MainstayPortalMeter         *meter,
                                               GError                     **error);

G_END_DECLS
