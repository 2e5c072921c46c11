/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-backup-list.h"

G_BEGIN_DECLS

/**
 * MainstayBackupDetails:
 *
 * The pane *Backup Details*: every value of one backup, each with its label, its comment to edit,
 * and what can be done with it. The buttons are actions of the window. Signal: comment-failed
 * (GError).
 */
#define MAINSTAY_TYPE_BACKUP_DETAILS (mainstay_backup_details_get_type ())
G_DECLARE_FINAL_TYPE (MainstayBackupDetails, mainstay_backup_details, MAINSTAY, BACKUP_DETAILS,
                      GtkBox)

/* Both nullable. @list is the one that @backup is listed in, by which its comment is saved. */
void mainstay_backup_details_set_backup (MainstayBackupDetails *self,
                                         MainstayBackupList    *list,
                                         MainstayBackup        *backup);
/* Whether the server tells who made a backup, its size and its files. */
void mainstay_backup_details_set_known  (MainstayBackupDetails *self,
                                         gboolean               details);
/* @reason (nullable): why the comment cannot be changed */
void mainstay_backup_details_set_locked (MainstayBackupDetails *self,
                                         const char            *reason);

G_END_DECLS
