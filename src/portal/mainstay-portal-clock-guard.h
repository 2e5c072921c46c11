/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayPortalClockGuard:
 * @seen: what the clock said last, milliseconds since 1970; 0 for never
 * @since_boot: what the machine's running time was then, in milliseconds; negative before the first
 *   look of this run
 * @held: milliseconds of running for which nothing may expire yet
 *
 * Tells whether the clock can be trusted enough to remove backups by it: a machine that starts with
 * a wrong date, or whose date is set by mistake, must not take all backups for expired. @seen and
 * @held are to be kept from run to run. Knows no clock: both times are passed in.
 */
typedef struct
{
  gint64 seen;
  gint64 since_boot;
  gint64 held;
} MainstayPortalClockGuard;

void     mainstay_portal_clock_guard_init (MainstayPortalClockGuard *self,
                                           gint64                    seen,
                                           gint64                    held);
/* To be called every minute or so. Returns: whether backups may expire now */
gboolean mainstay_portal_clock_guard_look (MainstayPortalClockGuard *self,
                                           gint64                    now,
                                           gint64                    since_boot);

G_END_DECLS
