/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-cell.h"

G_BEGIN_DECLS

/* What the columns of the backup list are called, how they sort, and which of them decides. */

/* Appends all columns to @view. */
void        mainstay_backup_columns_append   (GtkColumnView   *view);
/* Server without details: columns that would hold dashes alone. Narrow: columns that still fit. */
void        mainstay_backup_columns_show     (GtkColumnView   *view,
                                              gboolean         details,
                                              gboolean         narrow);
/* By the names that the settings use. */
void        mainstay_backup_columns_sort     (GtkColumnView   *view,
                                              const char      *name,
                                              gboolean         descending);
/* (nullable): the name of the column that @view is sorted by first */
const char *mainstay_backup_columns_sorted   (GtkColumnView   *view,
                                              gboolean        *descending);
/* A total order: what mainstay_version_compare() does not know is put in some lasting place. */
int         mainstay_backup_columns_compare_versions (const char *a,
                                                      const char *b);

G_END_DECLS
