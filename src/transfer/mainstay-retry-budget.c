/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-retry-budget.h"

#define MOST_TRIES 12
#define FIRST_DELAY 500
#define LONGEST_DELAY (30 * 1000)
/* What a server may ask for: longer than this, it might as well have said no. */
#define LONGEST_ASKED (10 * 60 * 1000)
/* So many bytes earn another try. */
#define PRICE (64.0 * 1024)

/** mainstay_retry_budget_init: Nothing has failed. */
void
mainstay_retry_budget_init (MainstayRetryBudget *self)
{
  self->tries = MOST_TRIES;
  self->row = 0;
  self->progress = 0;
}

/**
 * mainstay_retry_budget_fail:
 * @self: a budget
 * @progress: the most bytes there ever were
 * @counts: whether it costs a try; not while this machine knows that it has no network
 * @asked_ms: what the server asked for by Retry-After, -1 when nothing
 * @jitter: 0 to 1, chosen at random, so that clients do not come back all at once
 *
 * Returns: milliseconds to wait, -1 when there shall be no other try
 */
gint64
mainstay_retry_budget_fail (MainstayRetryBudget *self,
                            gint64               progress,
                            gboolean             counts,
                            gint64               asked_ms,
                            double               jitter)
{
  gint64 delay;

  if (progress > self->progress)
    {
      self->tries = MIN (self->tries + (double) (progress - self->progress) / PRICE, MOST_TRIES);
      self->progress = progress;
      self->row = 0;
    }
  if (counts && (self->tries -= 1) < 0)
    return -1;
  delay = MIN ((gint64) FIRST_DELAY << MIN (self->row, 10), LONGEST_DELAY);
  self->row++;
  if (asked_ms > LONGEST_ASKED)
    return -1;
  if (asked_ms >= 0)
    return asked_ms + (gint64) (jitter * 100);
  return (gint64) ((double) delay * (0.5 + jitter / 2));
}
