/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"

G_BEGIN_DECLS

/* 0 to 1; called where the check was started. */
typedef void (*MainstayCheckProgress) (double   progress,
                                       gpointer user_data);

/* mainstay_backup_file_inspect() in a thread, with its progress told here, a few times a second.
 * @path may be a folder of uploaded files, too; @progress_data must outlive the check. */
void                mainstay_file_check_run_async  (const char             *path,
                                                    MainstayFileKind        expected,
                                                    MainstayCheckProgress   progress,
                                                    gpointer                progress_data,
                                                    GCancellable           *cancellable,
                                                    GAsyncReadyCallback     callback,
                                                    gpointer                user_data);
/* (transfer full) */
MainstayBackupFile *mainstay_file_check_run_finish (GAsyncResult           *result,
                                                    GError                **error);

/* Whether @header, a Repr-Digest (RFC 9530), holds a sha-256 other than the hexadecimal @sha256. */
gboolean            mainstay_file_check_contradicts (const char            *header,
                                                     const char            *sha256);

G_END_DECLS
