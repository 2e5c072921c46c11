/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-time.h"

#define DAY G_GINT64_CONSTANT (86400000) /* milliseconds */

/* As #GDate counts: 1 is the first day of the year 1. */
#define DAYS_TO_1970 719163
#define LAST_DAY 3652059

/**
 * mainstay_time_parse:
 * @text: (nullable): a time in ISO 8601, as in `2026-11-23T06:10:00.000Z`
 *
 * A time without a zone is taken as UTC, which is what the API means (portal-api.md, part 1).
 *
 * Returns: milliseconds since 1970 in UTC, or 0 when there is no valid time in @text
 */
gint64
mainstay_time_parse (const char *text)
{
  g_autoptr(GTimeZone) utc = NULL;
  g_autoptr(GDateTime) time = NULL;

  if (text == NULL || *text == '\0')
    return 0;
  utc = g_time_zone_new_utc ();
  time = g_date_time_new_from_iso8601 (text, utc);
  if (time == NULL)
    return 0;
  return g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
}

static void
put_digits (char *end,
            int   digits,
            int   value)
{
  for (; digits > 0; digits--, value /= 10)
    *--end = (char) ('0' + value % 10);
}

/**
 * mainstay_time_format:
 * @milliseconds: milliseconds since 1970 in UTC, of the years 1 to 9999
 *
 * Lists have thousands of times in them, for which #GDateTime is slow.
 *
 * Returns: (transfer full): ISO 8601 in UTC with milliseconds and `Z`
 */
char *
mainstay_time_format (gint64 milliseconds)
{
  char text[] = "0000-00-00T00:00:00.000Z";
  gint64 rest = (milliseconds % DAY + DAY) % DAY;
  gint64 day = (milliseconds - rest) / DAY + DAYS_TO_1970;
  GDate date;

  g_return_val_if_fail (day >= 1 && day <= LAST_DAY, NULL);

  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) day);
  put_digits (text + 4, 4, g_date_get_year (&date));
  put_digits (text + 7, 2, g_date_get_month (&date));
  put_digits (text + 10, 2, g_date_get_day (&date));
  put_digits (text + 13, 2, (int) (rest / 3600000));
  put_digits (text + 16, 2, (int) (rest / 60000 % 60));
  put_digits (text + 19, 2, (int) (rest / 1000 % 60));
  put_digits (text + 23, 3, (int) (rest % 1000));
  return g_strdup (text);
}

/**
 * mainstay_time_now:
 *
 * Returns: milliseconds since 1970 in UTC
 */
gint64
mainstay_time_now (void)
{
  return g_get_real_time () / 1000;
}
