/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-backup.h"

G_BEGIN_DECLS

/* The columns of the backup list, in their order on screen. */
typedef enum
{
  MAINSTAY_COLUMN_STATUS,
  MAINSTAY_COLUMN_DATE,
  MAINSTAY_COLUMN_CREATED_BY,
  MAINSTAY_COLUMN_MODEL_VERSION,
  MAINSTAY_COLUMN_SIZE,
  MAINSTAY_COLUMN_EXPIRES,
  MAINSTAY_COLUMN_COMMENT,
  MAINSTAY_N_COLUMNS
} MainstayColumn;

/**
 * MainstayBackupCell:
 *
 * One value of a backup, kept up to date. Rows are recycled, so the backup may change at any time.
 */
#define MAINSTAY_TYPE_BACKUP_CELL (mainstay_backup_cell_get_type ())
G_DECLARE_FINAL_TYPE (MainstayBackupCell, mainstay_backup_cell, MAINSTAY, BACKUP_CELL, GtkWidget)

GtkWidget      *mainstay_backup_cell_new        (MainstayColumn       column);
void            mainstay_backup_cell_set_backup (MainstayBackupCell  *self,
                                                 MainstayBackup      *backup);
MainstayBackup *mainstay_backup_cell_get_backup (MainstayBackupCell  *self);
/* What the cell says. (transfer none) */
const char     *mainstay_backup_cell_get_text   (MainstayBackupCell  *self);

G_END_DECLS
