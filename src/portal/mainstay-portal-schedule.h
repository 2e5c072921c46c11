/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MAINSTAY_PORTAL_SCHEDULE_OFF (-1)
#define MAINSTAY_PORTAL_SCHEDULE_ATTEMPTS 3 /* E5: a failed one is tried twice more */

/**
 * MainstayPortalSchedule:
 * @minute: of the day, in the zone; %MAINSTAY_PORTAL_SCHEDULE_OFF for no automatic backups
 * @night: when the night that was last dealt with was due, milliseconds since 1970; 0 for none yet
 * @attempts: made for that night
 * @retry_at: when the next attempt may begin; 0 when the night is done with
 *
 * When one environment's automatic backup is due (portal-api.md, rules E1, E4 and E5). Knows no
 * clock: the time is passed in, in milliseconds since 1970.
 */
typedef struct
{
  int minute;
  gint64 night;
  int attempts;
  gint64 retry_at;
} MainstayPortalSchedule;

/* The last moment at or before @at that the clock of @zone shows this minute, once a day of its
 * calendar, whatever summer time does to it. */
gint64      mainstay_portal_schedule_find_night (int                           minute,
                                                 GTimeZone                    *zone,
                                                 gint64                        at);
/* Begins or changes: what is past now is not made up for. */
void        mainstay_portal_schedule_set        (MainstayPortalSchedule       *self,
                                                 int                           minute,
                                                 GTimeZone                    *zone,
                                                 gint64                        now);
/* Whether an attempt is to begin now. Nights missed are made up for by one. */
gboolean    mainstay_portal_schedule_is_due     (const MainstayPortalSchedule *self,
                                                 GTimeZone                    *zone,
                                                 gint64                        now);
/* An attempt has begun; what it is for is then in @night. */
void        mainstay_portal_schedule_begin      (MainstayPortalSchedule       *self,
                                                 GTimeZone                    *zone,
                                                 gint64                        now);
/* The night is done with: it went well, or there is nothing to back up. */
void        mainstay_portal_schedule_settle     (MainstayPortalSchedule       *self);
/* The attempt failed. Returns: whether there will be another */
gboolean    mainstay_portal_schedule_fail       (MainstayPortalSchedule       *self,
                                                 gint64                        now);
/* The attempt could not begin, since the environment is busy: it does not count. */
void        mainstay_portal_schedule_put_off    (MainstayPortalSchedule       *self,
                                                 gint64                        now);

G_END_DECLS
