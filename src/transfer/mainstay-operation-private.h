/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-operation.h"

G_BEGIN_DECLS

/* For the subclasses and their tests only. To be called where the operation was started. */

/* The one table of what may follow what. */
gboolean mainstay_operation_state_may_follow (MainstayOperationState  from,
                                              MainstayOperationState  to);
/* A new step knows neither progress nor bytes yet. */
void     mainstay_operation_set_step         (MainstayOperation      *self,
                                              MainstayOperationStep   step);
/* Negative when unknown. Kept below 1, which only the base reaches, when all went well. */
void     mainstay_operation_set_progress     (MainstayOperation      *self,
                                              double                  progress);
/* Progress, speed and time left follow from the bytes; @total is -1 when unknown. */
void     mainstay_operation_set_bytes        (MainstayOperation      *self,
                                              gint64                  done,
                                              gint64                  total);
/* From here on cancelling is ignored: to be called before that is sent which cannot be undone. */
void     mainstay_operation_pass_no_return   (MainstayOperation      *self);
void     mainstay_operation_set_backup       (MainstayOperation      *self,
                                              MainstayBackup         *backup);
/* Why it is not getting on just now, or %NULL when it is again. Copies @trouble. */
void     mainstay_operation_set_trouble      (MainstayOperation      *self,
                                              const GError           *trouble);
/* To be called each time that something is tried once more. */
void     mainstay_operation_add_retry        (MainstayOperation      *self);
/* What describe gives is another now, as when an upload has got its id: it is kept anew. */
void     mainstay_operation_record_changed   (MainstayOperation      *self);

/* For the list and the registry. */

/* Whether somebody starts it when it is its turn; else it starts by itself when it is resumed. */
void     mainstay_operation_set_managed      (MainstayOperation      *self,
                                              gboolean                managed);
/* Of one made from a record: it was started then, so that there may be something to discard. */
void     mainstay_operation_set_begun        (MainstayOperation      *self,
                                              gint64                  started_at);
/* Whether somebody keeps it over a restart, and settles it when it is done. */
void     mainstay_operation_set_kept         (MainstayOperation      *self,
                                              gboolean                kept);
gboolean mainstay_operation_is_kept          (MainstayOperation      *self);
/* Whether its class has anything to settle. */
gboolean mainstay_operation_has_to_settle    (MainstayOperation      *self);
/* @callback is called when the class's settle_async has ended. */
void     mainstay_operation_settle_async     (MainstayOperation      *self,
                                              GAsyncReadyCallback     callback,
                                              gpointer                user_data);
/* Ends one that is not running with @error, as when its account is gone. */
void     mainstay_operation_fail             (MainstayOperation      *self,
                                              const GError           *error);

G_END_DECLS
