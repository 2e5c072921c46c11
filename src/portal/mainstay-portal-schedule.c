/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-schedule.h"

#define MINUTE_MS (60 * (gint64) 1000)
#define RETRY_MS (15 * MINUTE_MS)
#define BUSY_MS MINUTE_MS
/* A day that is an hour longer when summer time ends. */
#define LONGEST_DAY_MS (25 * 60 * MINUTE_MS)

/* Where the clock jumps over this minute, GLib takes the moment of the jump's other side. */
static gint64
find_minute (GTimeZone *zone,
             GDateTime *day,
             int        minute)
{
  g_autoptr(GDateTime) moment =
    g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day),
                     g_date_time_get_day_of_month (day), minute / 60, minute % 60, 0);

  return g_date_time_to_unix (moment) * 1000;
}

/**
 * mainstay_portal_schedule_find_night:
 * @minute: of the day
 * @zone: whose day
 * @at: a moment
 *
 * Returns: when the night was due that @at belongs to
 */
gint64
mainstay_portal_schedule_find_night (int        minute,
                                     GTimeZone *zone,
                                     gint64     at)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);
  g_autoptr(GDateTime) day = g_date_time_to_timezone (utc, zone);
  gint64 night = find_minute (zone, day, minute);

  while (night > at)
    {
      g_autoptr(GDateTime) before = g_date_time_add_days (day, -1);

      g_date_time_unref (day);
      day = g_steal_pointer (&before);
      night = find_minute (zone, day, minute);
    }
  return night;
}

void
mainstay_portal_schedule_set (MainstayPortalSchedule *self,
                              int                     minute,
                              GTimeZone              *zone,
                              gint64                  now)
{
  self->minute = minute;
  self->night = minute >= 0 ? mainstay_portal_schedule_find_night (minute, zone, now) : 0;
  self->attempts = 0;
  self->retry_at = 0;
}

/* A night to come that was dealt with already: the clock was ahead then. Within a day that night's
 * backup has just been made early; a clock further off has said nothing about this night. */
static gboolean
is_from_a_wrong_clock (const MainstayPortalSchedule *self,
                       gint64                        now)
{
  return self->night > now + LONGEST_DAY_MS;
}

/** mainstay_portal_schedule_is_due: Returns: whether to begin an attempt */
gboolean
mainstay_portal_schedule_is_due (const MainstayPortalSchedule *self,
                                 GTimeZone                    *zone,
                                 gint64                        now)
{
  gint64 night;

  if (self->minute < 0)
    return FALSE;
  night = mainstay_portal_schedule_find_night (self->minute, zone, now);
  if (night > self->night || is_from_a_wrong_clock (self, now))
    return TRUE;
  /* A retry that seems far off was planned by a clock that was ahead. */
  return self->retry_at > 0 && (now >= self->retry_at || self->retry_at > now + RETRY_MS);
}

void
mainstay_portal_schedule_begin (MainstayPortalSchedule *self,
                                GTimeZone              *zone,
                                gint64                  now)
{
  gint64 night = mainstay_portal_schedule_find_night (self->minute, zone, now);

  if (night > self->night || is_from_a_wrong_clock (self, now))
    {
      self->night = night;
      self->attempts = 0;
    }
  self->attempts++;
  self->retry_at = now + RETRY_MS;
}

void
mainstay_portal_schedule_settle (MainstayPortalSchedule *self)
{
  self->retry_at = 0;
}

gboolean
mainstay_portal_schedule_fail (MainstayPortalSchedule *self,
                               gint64                  now)
{
  self->retry_at = self->attempts < MAINSTAY_PORTAL_SCHEDULE_ATTEMPTS ? now + RETRY_MS : 0;
  return self->retry_at > 0;
}

void
mainstay_portal_schedule_put_off (MainstayPortalSchedule *self,
                                  gint64                  now)
{
  self->attempts--;
  self->retry_at = now + BUSY_MS;
}
