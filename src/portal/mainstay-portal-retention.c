/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-retention.h"

#define DAYS_PER_WEEK 7

static const struct
{
  const char *type;
  int months;
  int weeks;
  gboolean is_automatic;
  const char *cause; /* (nullable): when nobody wished for it as such */
  const char *time;
} rules[] = {
  { "manual", 3, 0, FALSE, NULL, "three months" },
  { "safety", 3, 0, FALSE, "For safety, before data are replaced", "three months" },
  { "nightly", 0, 2, TRUE, "By the schedule", "two weeks" },
  { "weekly", 3, 0, TRUE, "By the schedule, as Sunday’s kept for three months",
    "three months, as Sunday’s" },
  { "monthly", 12, 0, TRUE, "By the schedule, as the month’s first Sunday’s kept for a year",
    "a year, as the month’s first Sunday’s" },
};

/* Unknown types are kept as long as manual ones. */
static size_t
find_rule (const char *type)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_strcmp0 (rules[i].type, type) == 0)
      return i;
  return 0;
}

/**
 * mainstay_portal_retention_expiry:
 * @type: (nullable): a snapshot's type
 * @created_at: when it was made
 *
 * Months are calendar months at the same clock time; where a month has no such day, its last day.
 *
 * Returns: when it may be removed
 */
gint64
mainstay_portal_retention_expiry (const char *type,
                                  gint64      created_at)
{
  size_t rule = find_rule (type);
  g_autoptr(GDateTime) made = g_date_time_new_from_unix_utc (created_at / 1000);
  g_autoptr(GDateTime) later = NULL;

  g_return_val_if_fail (made != NULL, 0);

  later = g_date_time_add_full (made, 0, rules[rule].months, rules[rule].weeks * DAYS_PER_WEEK, 0,
                                0, 0);
  return g_date_time_to_unix (later) * 1000 + created_at % 1000;
}

/**
 * mainstay_portal_retention_type:
 * @zone: whose calendar
 * @at: when an automatic backup was due
 *
 * Returns: (transfer none): its type: Sunday's is weekly, the month's first Sunday's monthly
 */
const char *
mainstay_portal_retention_type (GTimeZone *zone,
                                gint64     at)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);
  g_autoptr(GDateTime) time = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;

  g_return_val_if_fail (time != NULL, "nightly");

  if (g_date_time_get_day_of_week (time) != 7)
    return "nightly";
  return g_date_time_get_day_of_month (time) <= DAYS_PER_WEEK ? "monthly" : "weekly";
}

/** mainstay_portal_retention_is_automatic: Returns: whether nobody asked for such a backup */
gboolean
mainstay_portal_retention_is_automatic (const char *type)
{
  return rules[find_rule (type)].is_automatic;
}

/** mainstay_portal_retention_get_cause: Returns: (nullable): why there is one of this type */
const char *
mainstay_portal_retention_get_cause (const char *type)
{
  return rules[find_rule (type)].cause;
}

/** mainstay_portal_retention_get_time: Returns: how long one of this type is kept, in words */
const char *
mainstay_portal_retention_get_time (const char *type)
{
  return rules[find_rule (type)].time;
}
