/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-list.h"

G_BEGIN_DECLS

typedef struct _MainstayBackupRefresh MainstayBackupRefresh;

MainstayBackupRefresh *mainstay_backup_refresh_new     (MainstayBackupList    *list);
void                   mainstay_backup_refresh_join    (MainstayBackupRefresh *self,
                                                        GTask                 *task);
void                   mainstay_backup_refresh_begin   (MainstayBackupRefresh *self);
void                   mainstay_backup_refresh_abandon (MainstayBackupRefresh *self);

G_END_DECLS
