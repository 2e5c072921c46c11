/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-range-plan.h"

G_BEGIN_DECLS

/**
 * MainstayConnectionTuner:
 *
 * How many connections to use: one at first, more while they help. On a long or lossy line each
 * connection is held back by itself, and many are many times as fast; where one fills the line, or
 * this machine has enough to do with one, more would only be in each other's way. Knows no clock:
 * the caller passes monotonic microseconds in.
 */
typedef struct _MainstayConnectionTuner MainstayConnectionTuner;

MainstayConnectionTuner *mainstay_connection_tuner_new       (void);
void                     mainstay_connection_tuner_free      (MainstayConnectionTuner *self);
/* The most there may be from now on. */
void                     mainstay_connection_tuner_limit     (MainstayConnectionTuner *self,
                                                              unsigned int             most);
unsigned int             mainstay_connection_tuner_get_limit (MainstayConnectionTuner *self);
unsigned int             mainstay_connection_tuner_get_count (MainstayConnectionTuner *self);
/* Begins to measure anew, as after a break. */
void                     mainstay_connection_tuner_restart   (MainstayConnectionTuner *self);
unsigned int             mainstay_connection_tuner_update    (MainstayConnectionTuner *self,
                                                              gint64                   now,
                                                              gint64                   done,
                                                              gint64                   left,
                                                              double                   waiting,
                                                              gint64                   latency);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayConnectionTuner, mainstay_connection_tuner_free)

G_END_DECLS
