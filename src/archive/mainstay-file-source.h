/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"
#include "mainstay-byte-source.h"

G_BEGIN_DECLS

/* The bytes of a file on the disk, counted on the way. */
MainstayByteSource *mainstay_file_source_new (const char                  *path,
                                              MainstayBackupFileProgress   progress,
                                              gpointer                     progress_data,
                                              GCancellable                *cancellable,
                                              GError                     **error);

G_END_DECLS
