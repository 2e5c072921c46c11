/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"
#include "mainstay-backup-list.h"
#include "mainstay-operation.h"

G_BEGIN_DECLS

/* The operations there are. None has begun when made; mainstay_operation_list_add() starts it. */

/* Creates a backup, puts its row into @list at once and follows the job to its end. */
MainstayOperation *mainstay_create_operation_new   (MainstayBackupList  *list,
                                                    const char          *comment);

typedef struct
{
  gboolean database_only;
  gboolean safety_backup; /* of the target, first; the restore does not start if it fails */
} MainstayRestoreOptions;

/* Restores @backup into @target, which must be stopped. @target_list (nullable) gets the safety
 * backup's row. */
MainstayOperation *mainstay_restore_operation_new  (MainstayClient               *client,
                                                    MainstayApp                  *app,
                                                    MainstayBackup               *backup,
                                                    MainstayEnvironment          *target,
                                                    MainstayBackupList           *target_list,
                                                    const MainstayRestoreOptions *options);
/* (nullable): the safety backup, once it exists */
MainstayBackup    *mainstay_restore_operation_get_safety_backup (MainstayOperation *self);

/* Makes the archive, transfers it beside @path, proves it whole and only then gives it that name.
 * @source_environment_id is where the backup is listed. */
MainstayOperation *mainstay_download_operation_new (MainstayClient      *client,
                                                    MainstayApp         *app,
                                                    MainstayEnvironment *environment,
                                                    MainstayBackup      *backup,
                                                    MainstayDataType     data_type,
                                                    const char          *path);
/* From a record, as a MainstayTransferRecordFunc. */
MainstayOperation *mainstay_download_operation_new_from_record (JsonObject  *record,
                                                                GError     **error);
/* What a person agreed to, before it is started. By itself a file that is there when it begins may
 * be replaced, however long it had to wait for its turn. */
void               mainstay_download_operation_set_replaces  (MainstayOperation *self,
                                                              gboolean           replaces);
const char        *mainstay_download_operation_get_path      (MainstayOperation *self);
/* (nullable): the archive's link once there is one; a secret */
const char        *mainstay_download_operation_get_url       (MainstayOperation *self);
/* (nullable): what the verification found, once done */
MainstayBackupFile *mainstay_download_operation_get_file     (MainstayOperation *self);
/* (nullable): where the bad file lies, once a run has failed for that; it is never removed here */
const char        *mainstay_download_operation_get_kept      (MainstayOperation *self);

/* Sends one or both files by tus and loads them into @environment, which must be stopped; clears it
 * (rules U1 to U8 of portal-api.md). Either path may be NULL; @files_path may be a folder. */
MainstayOperation *mainstay_upload_operation_new   (MainstayClient      *client,
                                                    MainstayApp         *app,
                                                    MainstayEnvironment *environment,
                                                    const char          *database_path,
                                                    const char          *files_path);
MainstayOperation *mainstay_upload_operation_new_from_record (JsonObject       *record,
                                                              GError          **error);

G_END_DECLS
