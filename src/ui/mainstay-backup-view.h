/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-backup.h"

G_BEGIN_DECLS

/**
 * MainstayBackupView:
 *
 * The backup list with its search entry and status filter, and what is shown in place of an empty
 * one. Properties: loading (boolean), error (GError, nullable), which decide what an empty list
 * says;
 * selected (MainstayBackup, nullable, read-only). Signal: activated, when a backup was opened by
 * double click or Return.
 */
#define MAINSTAY_TYPE_BACKUP_VIEW (mainstay_backup_view_get_type ())
G_DECLARE_FINAL_TYPE (MainstayBackupView, mainstay_backup_view, MAINSTAY, BACKUP_VIEW, GtkBox)

/* @model (nullable): of #MainstayBackup */
void            mainstay_backup_view_set_model    (MainstayBackupView *self,
                                                   GListModel         *model);
/* (transfer none) (nullable) */
MainstayBackup *mainstay_backup_view_get_selected (MainstayBackupView *self);
void            mainstay_backup_view_select       (MainstayBackupView *self,
                                                   MainstayBackup     *backup);
void            mainstay_backup_view_focus_search (MainstayBackupView *self);
/* Whether the server tells the details of backups. */
void            mainstay_backup_view_set_known    (MainstayBackupView *self,
                                                   gboolean            known);
/* The order, in the names of the settings. */
void            mainstay_backup_view_sort         (MainstayBackupView *self,
                                                   const char         *column,
                                                   gboolean            descending);
const char     *mainstay_backup_view_get_sorted   (MainstayBackupView *self,
                                                   gboolean           *descending);
/* What is shown now: filtered and sorted. (transfer none) */
GListModel     *mainstay_backup_view_get_shown    (MainstayBackupView *self);
/* The menu of the selected row, by keyboard. */
void            mainstay_backup_view_popup_menu   (MainstayBackupView *self);

G_END_DECLS
