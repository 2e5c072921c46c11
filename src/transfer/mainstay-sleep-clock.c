/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-sleep-clock.h"

/* The clock of the day runs on while the machine sleeps, the other one does not. */
#define SLEPT (10 * G_USEC_PER_SEC)

/** mainstay_sleep_clock_has_slept: Returns: whether it has since the last time this was asked */
gboolean
mainstay_sleep_clock_has_slept (MainstaySleepClock *self)
{
  gint64 offset = g_get_real_time () - g_get_monotonic_time ();
  gboolean slept = self->offset != 0 && offset - self->offset > SLEPT;

  self->offset = offset;
  return slept;
}
