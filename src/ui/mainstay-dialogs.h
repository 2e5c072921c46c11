/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <adwaita.h>

#include "mainstay-operation-list.h"
#include "mainstay-session.h"

G_BEGIN_DECLS

/* The dialogs of the Backups page. Each opens at once over @parent, is gone when the person is done
 * with it, and hands its work to @operations. All belong to the environment that @list is of. */

void mainstay_create_backup_dialog_present   (GtkWindow             *parent,
                                              MainstayBackupList    *list,
                                              MainstayOperationList *operations);
void mainstay_upload_data_dialog_present     (GtkWindow             *parent,
                                              MainstaySession       *session,
                                              MainstayBackupList    *list,
                                              MainstayOperationList *operations);
void mainstay_restore_backup_dialog_present  (GtkWindow             *parent,
                                              MainstaySession       *session,
                                              MainstayBackupList    *list,
                                              MainstayBackup        *backup,
                                              MainstayOperationList *operations);
void mainstay_download_backup_dialog_present (GtkWindow             *parent,
                                              MainstayBackupList    *list,
                                              MainstayBackup        *backup,
                                              MainstayOperationList *operations);
void mainstay_delete_backup_dialog_present   (GtkWindow             *parent,
                                              MainstayBackupList    *list,
                                              MainstayBackup        *backup);

/* Proves a file on this computer whole and shows what is in it. Needs no account; @file (nullable)
 * is verified at once. */
void mainstay_verify_file_dialog_present     (GtkWindow             *parent,
                                              GFile                 *file);

/* Told when a person has connected: the account is saved (unless transient) and its key is kept. */
typedef void (*MainstayConnected) (MainstaySession *session,
                                   gpointer         user_data);

/* Asks for address, user name and key, and checks them. @account (nullable) is one whose key was
 * refused or is missing: only the key is asked for. */
void mainstay_connect_dialog_present         (GtkWindow             *parent,
                                              MainstayAccount       *account,
                                              MainstayConnected      connected,
                                              gpointer               user_data);

G_END_DECLS
