/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayRetryBudget:
 *
 * How often a transfer that breaks goes on by itself: as long as it gets somewhere in between. To
 * be initialized by mainstay_retry_budget_init(). Knows no clock and no chance.
 */
typedef struct
{
  double tries;        /* left */
  unsigned int row;    /* failures since the last progress */
  gint64 progress;     /* bytes at the last failure */
} MainstayRetryBudget;

void   mainstay_retry_budget_init (MainstayRetryBudget *self);
gint64 mainstay_retry_budget_fail (MainstayRetryBudget *self,
                                   gint64               progress,
                                   gboolean             counts,
                                   gint64               asked_ms,
                                   double               jitter);

G_END_DECLS
