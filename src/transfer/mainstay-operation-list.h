/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-operation.h"

G_BEGIN_DECLS

/**
 * MainstayOperationList:
 *
 * All operations since the program started, newest first, as a #GListModel of #MainstayOperation.
 * Properties, read-only: active-count (unsigned int), progress (double: of all active ones, weighed
 * by bytes where known, negative when none is known). Signal finished (MainstayOperation).
 */
#define MAINSTAY_TYPE_OPERATION_LIST (mainstay_operation_list_get_type ())
G_DECLARE_FINAL_TYPE (MainstayOperationList, mainstay_operation_list, MAINSTAY, OPERATION_LIST,
                      GObject)

MainstayOperationList *mainstay_operation_list_new              (void);
/* Takes a reference and starts it. */
void                   mainstay_operation_list_add              (MainstayOperationList *self,
                                                                 MainstayOperation     *operation);
unsigned int           mainstay_operation_list_get_active_count (MainstayOperationList *self);
double                 mainstay_operation_list_get_progress     (MainstayOperationList *self);
void                   mainstay_operation_list_clear_finished   (MainstayOperationList *self);
void                   mainstay_operation_list_cancel_all       (MainstayOperationList *self);

G_END_DECLS
