/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"

G_BEGIN_DECLS

gboolean mainstay_backup_metadata_parse (const char          *text,
                                         size_t               length,
                                         MainstayBackupFile  *file,
                                         GError             **error);

G_END_DECLS
