/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-clock-guard.h"

#define HOUR_MS (60 * 60 * (gint64) 1000)
/* What a clock is set right by now and then. */
#define TOLERANCE_MS HOUR_MS
/* A portal may be away for its operator's holidays. */
#define LONGEST_ABSENCE_MS (31 * 24 * HOUR_MS)
/* Time for somebody to notice. */
#define HOLD_MS (24 * HOUR_MS)

void
mainstay_portal_clock_guard_init (MainstayPortalClockGuard *self,
                                  gint64                    seen,
                                  gint64                    held)
{
  self->seen = seen;
  self->since_boot = -1;
  self->held = held;
}

static gboolean
is_odd (const MainstayPortalClockGuard *self,
        gint64                          now,
        gint64                          since_boot)
{
  gint64 passed = now - self->seen;

  if (self->seen <= 0)
    return FALSE;
  if (self->since_boot < 0)
    return passed < -TOLERANCE_MS || passed > LONGEST_ABSENCE_MS;
  return ABS (passed - (since_boot - self->since_boot)) > TOLERANCE_MS;
}

/**
 * mainstay_portal_clock_guard_look:
 * @self: a guard
 * @now: what the clock says, milliseconds since 1970
 * @since_boot: how long the machine has been running, asleep or not, in milliseconds
 *
 * Returns: whether backups may expire now
 */
gboolean
mainstay_portal_clock_guard_look (MainstayPortalClockGuard *self,
                                  gint64                    now,
                                  gint64                    since_boot)
{
  if (is_odd (self, now, since_boot))
    self->held = HOLD_MS;
  else if (self->since_boot >= 0)
    self->held = MAX (self->held - (since_boot - self->since_boot), 0);
  self->seen = now;
  self->since_boot = since_boot;
  return self->held == 0;
}
