/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayTransferEstimator:
 *
 * Speed and time left of a transfer, from samples of the last seconds. Knows no clock: the caller
 * passes a monotonic one in, in microseconds.
 */
typedef struct _MainstayTransferEstimator MainstayTransferEstimator;

MainstayTransferEstimator *mainstay_transfer_estimator_new (void);
void   mainstay_transfer_estimator_free             (MainstayTransferEstimator *self);
void   mainstay_transfer_estimator_reset            (MainstayTransferEstimator *self);
void   mainstay_transfer_estimator_add              (MainstayTransferEstimator *self,
                                                     gint64                     now,
                                                     gint64                     done);
double mainstay_transfer_estimator_get_speed        (MainstayTransferEstimator *self);
int    mainstay_transfer_estimator_get_seconds_left (MainstayTransferEstimator *self,
                                                     gint64                     total);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayTransferEstimator, mainstay_transfer_estimator_free)

G_END_DECLS
