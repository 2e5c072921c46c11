/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-portal-retention.h"
#include "mainstay-portal-schedule.h"
#include "mainstay-time.h"

#define MINUTE_MS (60 * (gint64) 1000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
/* Odd, so that ticks do not fall on the nights. */
#define TICK_MS (7 * MINUTE_MS)
#define DAYS 400
/* Across a leap day, both changes of summer time and a turn of the year. */
#define FIRST_DAY "2027-12-20T12:00:00.000Z"

static const struct
{
  const char *zone;
  int minute;
} places[] = {
  { "UTC", 0 },
  { "Europe/Amsterdam", 2 * 60 + 30 },    /* in the hour that is skipped and had twice */
  { "America/New_York", 23 * 60 + 59 },
  { "Australia/Lord_Howe", 2 * 60 + 15 }, /* half an hour of summer time */
  { "Asia/Kathmandu", 60 },
};

/* The plain model: counts days on the calendar, knows no clock. */
typedef struct
{
  GDate *day;
  unsigned int nights;
  unsigned int kinds[3]; /* nightly, weekly, monthly */
} Model;

static GDate *
new_day (GTimeZone *zone,
         gint64     at)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);
  g_autoptr(GDateTime) local = g_date_time_to_timezone (utc, zone);

  return g_date_new_dmy ((GDateDay) g_date_time_get_day_of_month (local),
                         (GDateMonth) g_date_time_get_month (local),
                         (GDateYear) g_date_time_get_year (local));
}

static const char *
expect_type (const GDate *day)
{
  if (g_date_get_weekday (day) != G_DATE_SUNDAY)
    return "nightly";
  return g_date_get_day (day) <= 7 ? "monthly" : "weekly";
}

static void
count_type (Model      *model,
            const char *type)
{
  static const char *const types[] = { "nightly", "weekly", "monthly" };

  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i], type))
      model->kinds[i]++;
}

static void
check_night (Model     *model,
             GTimeZone *zone,
             gint64     night)
{
  g_autoptr(GDate) found = new_day (zone, night);
  const char *type = mainstay_portal_retention_type (zone, night);

  g_date_add_days (model->day, 1);
  g_assert_cmpint (g_date_compare (found, model->day), ==, 0);
  g_assert_cmpstr (type, ==, expect_type (model->day));
  model->nights++;
  count_type (model, type);
}

static void
run_place (GTimeZone *zone,
           int        minute)
{
  MainstayPortalSchedule schedule = { .minute = MAINSTAY_PORTAL_SCHEDULE_OFF };
  gint64 now = mainstay_time_parse (FIRST_DAY);
  gint64 end = now + DAYS * DAY_MS;
  Model model = { 0 };

  mainstay_portal_schedule_set (&schedule, minute, zone, now);
  model.day = new_day (zone, schedule.night);
  for (; now < end; now += TICK_MS)
    {
      if (!mainstay_portal_schedule_is_due (&schedule, zone, now))
        continue;
      mainstay_portal_schedule_begin (&schedule, zone, now);
      g_assert_cmpint (now - schedule.night, <, TICK_MS);
      check_night (&model, zone, schedule.night);
      mainstay_portal_schedule_settle (&schedule);
    }
  g_assert_cmpuint (model.nights, ==, DAYS);
  g_assert_cmpuint (model.kinds[1] + model.kinds[2], >=, DAYS / 7);
  g_assert_cmpuint (model.kinds[2], >=, 13);
  g_date_free (model.day);
}

static void
test_year (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr(GTimeZone) zone = g_time_zone_new_identifier (places[i].zone);

      g_assert_nonnull (zone);
      run_place (zone, places[i].minute);
    }
}

/* What is kept on each day, beside days counted on the calendar. */
static gboolean
expect_kept (const GDate *made,
             const GDate *today)
{
  g_autoptr(GDate) last = g_date_copy (made);
  const char *type = expect_type (made);

  if (g_str_equal (type, "nightly"))
    g_date_add_days (last, 14);
  else
    g_date_add_months (last, g_str_equal (type, "weekly") ? 3 : 12);
  return g_date_compare (today, last) < 0;
}

static void
test_kept (void)
{
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc ();
  gint64 first = mainstay_time_parse (FIRST_DAY);
  unsigned int most = 0;

  for (unsigned int today = 0; today < DAYS; today++)
    {
      g_autoptr(GDate) now = new_day (utc, first + today * DAY_MS);
      unsigned int kept = 0;

      for (unsigned int day = 0; day <= today; day++)
        {
          gint64 made = first + day * DAY_MS;
          g_autoptr(GDate) made_on = new_day (utc, made);
          gint64 expires =
            mainstay_portal_retention_expiry (mainstay_portal_retention_type (utc, made), made);
          gboolean is_kept = expires > first + today * DAY_MS;

          g_assert_cmpint (is_kept, ==, expect_kept (made_on, now));
          kept += is_kept;
        }
      most = MAX (most, kept);
    }
  /* Two weeks of nights, a quarter of Sundays and a year of first Sundays. */
  g_assert_cmpuint (most, >=, 12 + 9 + 12);
  g_assert_cmpuint (most, <=, 14 + 14 + 12);
}

typedef struct
{
  MainstayPortalSchedule schedule;
  GTimeZone *zone;
  gint64 now;
} Fixture;

/* Nights at 02:00 UTC; it is noon. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->zone = g_time_zone_new_utc ();
  fixture->now = mainstay_time_parse ("2026-11-23T12:00:00.000Z");
  mainstay_portal_schedule_set (&fixture->schedule, 2 * 60, fixture->zone, fixture->now);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->zone, g_time_zone_unref);
}

static gboolean
is_due (Fixture *fixture)
{
  return mainstay_portal_schedule_is_due (&fixture->schedule, fixture->zone, fixture->now);
}

static void
begin (Fixture *fixture)
{
  g_assert_true (is_due (fixture));
  mainstay_portal_schedule_begin (&fixture->schedule, fixture->zone, fixture->now);
  g_assert_false (is_due (fixture));
}

/* How many backups are made while the time runs. */
static unsigned int
run_for (Fixture *fixture,
         gint64   milliseconds)
{
  gint64 end = fixture->now + milliseconds;
  unsigned int made = 0;

  for (; fixture->now < end; fixture->now += MINUTE_MS)
    if (is_due (fixture))
      {
        begin (fixture);
        mainstay_portal_schedule_settle (&fixture->schedule);
        made++;
      }
  return made;
}

static void
test_set (Fixture       *fixture,
          gconstpointer  data)
{
  g_assert_false (is_due (fixture));
  /* A minute that is past today is not made up for. */
  mainstay_portal_schedule_set (&fixture->schedule, 11 * 60, fixture->zone, fixture->now);
  g_assert_cmpuint (run_for (fixture, 20 * HOUR_MS), ==, 0);
  g_assert_cmpuint (run_for (fixture, 4 * HOUR_MS), ==, 1);
  mainstay_portal_schedule_set (&fixture->schedule, MAINSTAY_PORTAL_SCHEDULE_OFF, fixture->zone,
                                fixture->now);
  g_assert_cmpuint (run_for (fixture, 3 * DAY_MS), ==, 0);
}

static void
test_missed (Fixture       *fixture,
             gconstpointer  data)
{
  g_assert_cmpuint (run_for (fixture, DAY_MS), ==, 1);
  fixture->now += 10 * DAY_MS;
  g_assert_cmpuint (run_for (fixture, HOUR_MS), ==, 1);
  g_assert_cmpuint (run_for (fixture, 2 * DAY_MS), ==, 2);
}

static void
test_failed (Fixture       *fixture,
             gconstpointer  data)
{
  fixture->now += 14 * HOUR_MS;
  for (unsigned int attempt = 1; attempt <= 3; attempt++)
    {
      gint64 night = fixture->schedule.night;

      begin (fixture);
      g_assert_true (attempt == 1 || fixture->schedule.night == night);
      g_assert_cmpint (mainstay_portal_schedule_fail (&fixture->schedule, fixture->now), ==,
                       attempt < 3);
      g_assert_false (is_due (fixture));
      fixture->now += 15 * MINUTE_MS;
    }
  g_assert_cmpuint (run_for (fixture, 23 * HOUR_MS), ==, 0);
  g_assert_cmpuint (run_for (fixture, HOUR_MS), ==, 1);
}

/* An environment that is busy for hours uses up no attempt. */
static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  fixture->now += 14 * HOUR_MS;
  for (unsigned int i = 0; i < 100; i++)
    {
      begin (fixture);
      mainstay_portal_schedule_put_off (&fixture->schedule, fixture->now);
      fixture->now += MINUTE_MS;
    }
  begin (fixture);
  g_assert_cmpint (fixture->schedule.attempts, ==, 1);
}

static void
test_clock_ahead (Fixture       *fixture,
                  gconstpointer  data)
{
  gint64 jumps[] = { HOUR_MS, DAY_MS, 40 * DAY_MS, 10 * 365 * DAY_MS };

  for (size_t i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      tear_down (fixture, NULL);
      set_up (fixture, NULL);
      fixture->now += jumps[i];
      run_for (fixture, 10 * MINUTE_MS);
      fixture->now -= jumps[i];
      /* At most the night that was made early is left out, and none is made twice over. */
      g_assert_cmpuint (run_for (fixture, 4 * DAY_MS), >=, 3);
      g_assert_cmpuint (run_for (fixture, 4 * DAY_MS), ==, 4);
    }
}

static void
test_clock_back (Fixture       *fixture,
                 gconstpointer  data)
{
  g_assert_cmpuint (run_for (fixture, 15 * HOUR_MS), ==, 1);
  fixture->now -= 2 * HOUR_MS;
  g_assert_cmpuint (run_for (fixture, 23 * HOUR_MS), ==, 0);
  g_assert_cmpuint (run_for (fixture, 3 * HOUR_MS), ==, 1);
}

#define ADD(path, test) \
  g_test_add ("/portal/schedule/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/schedule/year", test_year);
  g_test_add_func ("/portal/schedule/kept", test_kept);
  ADD ("set", test_set);
  ADD ("missed", test_missed);
  ADD ("failed", test_failed);
  ADD ("busy", test_busy);
  ADD ("clock-ahead", test_clock_ahead);
  ADD ("clock-back", test_clock_back);
  return g_test_run ();
}
