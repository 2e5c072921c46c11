/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-operation.h"

G_BEGIN_DECLS

/**
 * MainstayOperationList:
 *
 * All operations since the program started, and the transfers left over from before, newest first,
 * as a #GListModel of #MainstayOperation. It starts them: of transfers only some at once, the
 * others wait for their turn in the order in which they were added. A paused one makes room for the
 * next.
 * Running operations outlive the list; waiting ones are then never started.
 *
 * Properties: max-running (uint, 1 to 16: how many transfers run at once; a lower one stops none).
 * Read-only: active-count (uint: queued or running), has-running (boolean), can-clear (boolean:
 * whether clearing would remove any), progress (double: of all active ones, weighed by bytes where
 * known, negative when none is known). Signal finished (MainstayOperation): done, failed or
 * cancelled; once more when one that had failed was retried.
 */
#define MAINSTAY_TYPE_OPERATION_LIST (mainstay_operation_list_get_type ())
G_DECLARE_FINAL_TYPE (MainstayOperationList, mainstay_operation_list, MAINSTAY, OPERATION_LIST,
                      GObject)

#define MAINSTAY_OPERATION_LIST_MOST_RUNNING 16

MainstayOperationList *mainstay_operation_list_new              (void);
/* Takes a reference and starts it when it is its turn. */
void                   mainstay_operation_list_add              (MainstayOperationList *self,
                                                                 MainstayOperation     *operation);
void                   mainstay_operation_list_set_max_running  (MainstayOperationList *self,
                                                                 unsigned int           number);
unsigned int           mainstay_operation_list_get_max_running  (MainstayOperationList *self);
unsigned int           mainstay_operation_list_get_active_count (MainstayOperationList *self);
gboolean               mainstay_operation_list_get_has_running  (MainstayOperationList *self);
gboolean               mainstay_operation_list_get_can_clear    (MainstayOperationList *self);
double                 mainstay_operation_list_get_progress     (MainstayOperationList *self);
/* Not what can be retried: that has something on the disk, and is given up by cancelling it. */
void                   mainstay_operation_list_clear_finished   (MainstayOperationList *self);
/* What can be cancelled and has not failed, paused ones included. */
void                   mainstay_operation_list_cancel_all       (MainstayOperationList *self);
/* Holds what can go on after a restart, and starts nothing any more: for quitting. */
void                   mainstay_operation_list_hold_all         (MainstayOperationList *self);
/* Whether anything was told to stop and has not yet; not what cannot be stopped any more. */
gboolean               mainstay_operation_list_is_stopping      (MainstayOperationList *self);

G_END_DECLS
