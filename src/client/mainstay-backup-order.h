/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup.h"

G_BEGIN_DECLS

int mainstay_backup_order_compare          (MainstayBackup *a,
                                            MainstayBackup *b);
int mainstay_backup_order_compare_pointers (gconstpointer   a,
                                            gconstpointer   b);

G_END_DECLS
