/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-time.h"

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

/**
 * mainstay_time_format:
 * @milliseconds: milliseconds since 1970 in UTC
 *
 * Returns: (transfer full): ISO 8601 in UTC with milliseconds and `Z`
 */
char *
mainstay_time_format (gint64 milliseconds)
{
  gint64 rest = (milliseconds % 1000 + 1000) % 1000;
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc ((milliseconds - rest) / 1000);
  g_autofree char *seconds = NULL;

  g_return_val_if_fail (time != NULL, NULL);

  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf ("%s.%03dZ", seconds, (int) rest);
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
