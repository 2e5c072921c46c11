/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-operation.h"

G_BEGIN_DECLS

/**
 * MainstayOperationRow:
 *
 * An operation in the activity view: what it is, how far, and what can be done about it.
 */
#define MAINSTAY_TYPE_OPERATION_ROW (mainstay_operation_row_get_type ())
G_DECLARE_FINAL_TYPE (MainstayOperationRow, mainstay_operation_row, MAINSTAY, OPERATION_ROW,
                      GtkListBoxRow)

GtkWidget *mainstay_operation_row_new (MainstayOperation *operation);

G_END_DECLS
