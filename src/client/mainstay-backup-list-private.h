/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-list.h"

#include "mainstay-backup-poller.h"
#include "mainstay-backup-refresh.h"

G_BEGIN_DECLS

struct _MainstayBackupList
{
  GObject parent_instance;

  /* owned */
  MainstayClient *client;
  MainstayApp *app;
  MainstayEnvironment *environment;
  GPtrArray *items;                /* of MainstayBackup, newest first */
  GHashTable *by_id;               /* id to item, both of the item */
  MainstayBackupPoller *poller;
  MainstayBackupRefresh *refresh;  /* nullable: the one that runs */
  GError *error;                   /* nullable */

  gint64 loaded_at;
  gint64 total;
  gboolean stale : 1;
};

/* Rows. Each emits the smallest items-changed that says it. */
MainstayBackup *mainstay_backup_rows_put          (MainstayBackupList *self,
                                                   MainstayBackup     *backup);
unsigned int    mainstay_backup_rows_insert_run   (MainstayBackupList *self,
                                                   GPtrArray          *page,
                                                   unsigned int        first,
                                                   unsigned int        last);
void            mainstay_backup_rows_update       (MainstayBackupList *self,
                                                   MainstayBackup     *row,
                                                   MainstayBackup     *newer);
void            mainstay_backup_rows_remove       (MainstayBackupList *self,
                                                   unsigned int        position,
                                                   unsigned int        count);
unsigned int    mainstay_backup_rows_position_of  (MainstayBackupList *self,
                                                   MainstayBackup     *backup);

/* What the refresh reports to the list. */
void            mainstay_backup_list_set_total    (MainstayBackupList *self,
                                                   gint64              total);
void            mainstay_backup_list_end_refresh  (MainstayBackupList *self,
                                                   gboolean            was_loaded,
                                                   const GError       *error);

/* What happens to the list while a refresh runs is newer than what the refresh brings. */
void            mainstay_backup_refresh_note_row     (MainstayBackupRefresh *refresh,
                                                      MainstayBackup        *row);
void            mainstay_backup_refresh_note_removal (MainstayBackupRefresh *refresh,
                                                      MainstayBackup        *row);

G_END_DECLS
