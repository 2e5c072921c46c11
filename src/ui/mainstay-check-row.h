/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <adwaita.h>

#include "mainstay-check.h"

G_BEGIN_DECLS

/**
 * MainstayCheckRow:
 *
 * One check. Signal action (int): its button was pressed.
 */
#define MAINSTAY_TYPE_CHECK_ROW (mainstay_check_row_get_type ())
G_DECLARE_FINAL_TYPE (MainstayCheckRow, mainstay_check_row, MAINSTAY, CHECK_ROW, AdwActionRow)

GtkWidget *mainstay_check_row_new       (void);
void       mainstay_check_row_set_check (MainstayCheckRow    *self,
                                         const MainstayCheck *check);

G_END_DECLS
