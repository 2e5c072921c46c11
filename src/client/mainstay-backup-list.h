/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-client.h"

G_BEGIN_DECLS

/**
 * MainstayBackupList:
 *
 * The backups of one environment, newest first, as a #GListModel of #MainstayBackup. Pages are
 * merged by id as they arrive, with the smallest items-changed, so that selection and scroll
 * stay. Follows every unfinished backup's job until it ends.
 *
 * Properties, all read-only: loading (boolean), stale (boolean: the last refresh failed and what is
 * listed is older), error (GError, why), loaded-at (int64, milliseconds since 1970 of the last
 * good refresh, 0 before the first), total (int64: as the server says, -1 before it did).
 */
#define MAINSTAY_TYPE_BACKUP_LIST (mainstay_backup_list_get_type ())
G_DECLARE_FINAL_TYPE (MainstayBackupList, mainstay_backup_list, MAINSTAY, BACKUP_LIST, GObject)

MainstayBackupList  *mainstay_backup_list_new             (MainstayClient       *client,
                                                           MainstayApp          *app,
                                                           MainstayEnvironment  *environment);
MainstayClient      *mainstay_backup_list_get_client      (MainstayBackupList   *self);
MainstayApp         *mainstay_backup_list_get_app         (MainstayBackupList   *self);
MainstayEnvironment *mainstay_backup_list_get_environment (MainstayBackupList   *self);
gboolean             mainstay_backup_list_get_loading     (MainstayBackupList   *self);
gboolean             mainstay_backup_list_get_stale       (MainstayBackupList   *self);
gint64               mainstay_backup_list_get_loaded_at   (MainstayBackupList   *self);
gint64               mainstay_backup_list_get_total       (MainstayBackupList   *self);
/* (nullable) */
const GError        *mainstay_backup_list_get_error       (MainstayBackupList   *self);
/* (transfer none) (nullable) */
MainstayBackup      *mainstay_backup_list_find            (MainstayBackupList   *self,
                                                           const char           *backup_id);
/* Merges an answer about one backup: a new one gets its row at once and its job is followed. */
void                 mainstay_backup_list_merge           (MainstayBackupList   *self,
                                                           MainstayBackup       *backup);
/* After a delete that the server confirmed. */
void                 mainstay_backup_list_remove          (MainstayBackupList   *self,
                                                           const char           *backup_id);
/* Loads all pages. A second call while one runs joins it. */
void                 mainstay_backup_list_refresh_async   (MainstayBackupList   *self,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean             mainstay_backup_list_refresh_finish  (MainstayBackupList   *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

G_END_DECLS
