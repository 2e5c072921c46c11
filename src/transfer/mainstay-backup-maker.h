/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-list.h"
#include "mainstay-client.h"

G_BEGIN_DECLS

/* Called when the backup is there and whenever its state or progress changed. */
typedef void (*MainstayBackupChanged) (MainstayBackup *backup,
                                       gpointer        user_data);

/**
 * mainstay_backup_maker_run_async:
 *
 * Creates a backup and follows its job to the end. With @list (nullable) the row is there at once
 * and the list does the asking; without one this asks itself. A failed job is
 * %MAINSTAY_ERROR_JOB_FAILED with the portal's own words.
 */
void            mainstay_backup_maker_run_async  (MainstayClient         *client,
                                                  MainstayApp            *app,
                                                  MainstayEnvironment    *environment,
                                                  MainstayBackupList     *list,
                                                  const char             *comment,
                                                  MainstayBackupChanged   changed,
                                                  gpointer                changed_data,
                                                  GCancellable           *cancellable,
                                                  GAsyncReadyCallback     callback,
                                                  gpointer                user_data);
/* (transfer full) */
MainstayBackup *mainstay_backup_maker_run_finish (MainstayClient         *client,
                                                  GAsyncResult           *result,
                                                  GError                **error);

G_END_DECLS
