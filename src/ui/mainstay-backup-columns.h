/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-cell.h"

G_BEGIN_DECLS

/* What the columns of the backup list are called, how they sort, and which of them decides. */

/* Appends all columns to @view. */
void        mainstay_backup_columns_append   (GtkColumnView   *view);
/* Shows the columns for which @view, of @width pixels (0 when not known), has room beside a comment
 * that can be read. Without @details some would hold dashes alone. */
void        mainstay_backup_columns_fit      (GtkColumnView   *view,
                                              gboolean         details,
                                              int              width);
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
