/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"

G_BEGIN_DECLS

/* Asks after unfinished backups until they end: often at first, then more slowly. */
typedef struct _MainstayBackupPoller MainstayBackupPoller;

/* @newer is %NULL when the portal has no such backup any more. */
typedef void (*MainstayBackupPolledFunc) (const char      *backup_id,
                                          MainstayBackup  *newer,
                                          gpointer         user_data);

MainstayBackupPoller *mainstay_backup_poller_new    (MainstayClient            *client,
                                                     MainstayApp               *app,
                                                     const char                *environment_id,
                                                     MainstayBackupPolledFunc   polled,
                                                     gpointer                   user_data);
void                  mainstay_backup_poller_stop   (MainstayBackupPoller      *self);
void                  mainstay_backup_poller_follow (MainstayBackupPoller      *self,
                                                     MainstayBackup            *backup);
void                  mainstay_backup_poller_forget (MainstayBackupPoller      *self,
                                                     const char                *backup_id);

G_END_DECLS
