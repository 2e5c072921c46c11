/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-backup.h"

G_BEGIN_DECLS

/**
 * MainstayBackupFilter:
 *
 * Lets those backups through that have every word searched for, in any case, somewhere in comment,
 * creator, model version or id, and that are in the state asked for.
 */
#define MAINSTAY_TYPE_BACKUP_FILTER (mainstay_backup_filter_get_type ())
G_DECLARE_FINAL_TYPE (MainstayBackupFilter, mainstay_backup_filter, MAINSTAY, BACKUP_FILTER,
                      GtkFilter)

MainstayBackupFilter *mainstay_backup_filter_new        (void);
void                  mainstay_backup_filter_set_search (MainstayBackupFilter *self,
                                                         const char           *search);
/* @state: %MAINSTAY_JOB_UNKNOWN for all */
void                  mainstay_backup_filter_set_state  (MainstayBackupFilter *self,
                                                         MainstayJobState      state);
gboolean              mainstay_backup_filter_is_active  (MainstayBackupFilter *self);

G_END_DECLS
