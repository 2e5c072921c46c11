/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <locale.h>
#include <math.h>

#include "mainstay-format.h"
#include "mainstay-json.h"

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static void
assert_text (char       *text,
             const char *expected)
{
  g_autofree char *owned = text;

  g_assert_cmpstr (owned, ==, expected);
}

/* 2026-11-23T06:10:00Z */
#define NOW G_GINT64_CONSTANT (1795414200000)

static void
test_date (void)
{
  assert_text (mainstay_format_date (NOW), "23 Nov 2026, 06:10");
  assert_text (mainstay_format_date (0), "—");
  assert_text (mainstay_format_date (-1), "—");
  assert_text (mainstay_format_clock (G_GINT64_CONSTANT (1000000000000)), "9 Sep 2001, 01:46");
  assert_text (mainstay_format_clock (0), "—");
  /* A year that GDateTime does not know gives a dash and no critical. */
  assert_text (mainstay_format_date (G_MAXINT64), "—");
}

static void
test_clock_today (void)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *expected = g_date_time_format (now, "%H:%M");

  assert_text (mainstay_format_clock (g_date_time_to_unix (now) * 1000), expected);
}

static void
test_relative (void)
{
  assert_text (mainstay_format_relative (NOW, NOW), "Just now");
  assert_text (mainstay_format_relative (NOW + 3 * SECOND, NOW), "Just now");
  assert_text (mainstay_format_relative (NOW - MINUTE, NOW), "1 minute ago");
  assert_text (mainstay_format_relative (NOW - 59 * MINUTE, NOW), "59 minutes ago");
  assert_text (mainstay_format_relative (NOW - HOUR, NOW), "1 hour ago");
  assert_text (mainstay_format_relative (NOW - 3 * DAY, NOW), "3 days ago");
  assert_text (mainstay_format_relative (NOW - 61 * DAY, NOW), "2 months ago");
  assert_text (mainstay_format_relative (NOW - 800 * DAY, NOW), "2 years ago");
  assert_text (mainstay_format_relative (NOW + 30 * SECOND, NOW), "In less than a minute");
  assert_text (mainstay_format_relative (NOW + 5 * MINUTE, NOW), "In 5 minutes");
  assert_text (mainstay_format_relative (NOW + DAY, NOW), "In 1 day");
  assert_text (mainstay_format_relative (0, NOW), "—");
}

static void
test_remaining (void)
{
  assert_text (mainstay_format_remaining (NOW, NOW), "Expired");
  assert_text (mainstay_format_remaining (NOW - DAY, NOW), "Expired");
  assert_text (mainstay_format_remaining (NOW + 59 * MINUTE, NOW), "Less than an hour left");
  assert_text (mainstay_format_remaining (NOW + 2 * HOUR, NOW), "2 hours left");
  assert_text (mainstay_format_remaining (NOW + DAY, NOW), "1 day left");
  assert_text (mainstay_format_remaining (NOW + 14 * DAY, NOW), "14 days left");
  assert_text (mainstay_format_remaining (NOW + 365 * DAY, NOW), "12 months left");
  assert_text (mainstay_format_remaining (0, NOW), "—");
}

static void
test_numbers (void)
{
  assert_text (mainstay_format_size (-1), "—");
  assert_text (mainstay_format_size (0), "0 bytes");
  assert_text (mainstay_format_size (1500000), "1.5\302\240MB");
  assert_text (mainstay_format_speed (2500000), "2.5\302\240MB/s");
  assert_text (mainstay_format_speed (0), "—");
  assert_text (mainstay_format_speed (NAN), "—");
  assert_text (mainstay_format_percent (0.429), "42%");
  assert_text (mainstay_format_percent (1), "100%");
  assert_text (mainstay_format_percent (7), "100%");
  assert_text (mainstay_format_percent (-1), "—");
  assert_text (mainstay_format_count (412), "412");
  assert_text (mainstay_format_count (-1), "—");
}

static void
test_durations (void)
{
  assert_text (mainstay_format_duration (1), "1 second");
  assert_text (mainstay_format_duration (59), "59 seconds");
  assert_text (mainstay_format_duration (60), "1 minute");
  assert_text (mainstay_format_duration (3 * 3600), "3 hours");
  assert_text (mainstay_format_duration (3 * 86400), "3 days");
  assert_text (mainstay_format_duration (-1), "—");
  assert_text (mainstay_format_time_left (59), "Less than a minute left");
  assert_text (mainstay_format_time_left (60), "About 1 minute left");
  assert_text (mainstay_format_time_left (61), "About 2 minutes left");
  assert_text (mainstay_format_time_left (3 * 3600), "About 3 hours left");
  assert_text (mainstay_format_time_left (-1), "—");
}

static MainstayBackup *
make_backup (const char *json)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = mainstay_json_parse (json, -1, &error);
  MainstayBackup *backup;

  g_assert_no_error (error);
  backup = mainstay_backup_new_from_json (json_node_get_object (node), &error);
  g_assert_no_error (error);
  return backup;
}

static void
test_created_by (void)
{
  g_autoptr(MainstayBackup) person =
    make_backup ("{\"snapshot_id\": \"a\", \"state\": \"completed\", \"created_by\": \"Ada\"}");
  g_autoptr(MainstayBackup) weekly =
    make_backup ("{\"snapshot_id\": \"b\", \"state\": \"completed\", \"type\": \"weekly\"}");
  g_autoptr(MainstayBackup) documented =
    make_backup ("{\"snapshot_id\": \"c\", \"state\": \"completed\","
                 " \"comment\": \"Automatically created nightly snapshot\"}");
  g_autoptr(MainstayBackup) silent =
    make_backup ("{\"snapshot_id\": \"d\", \"state\": \"completed\", \"comment\": \"x\"}");

  assert_text (mainstay_format_created_by (person), "Ada");
  assert_text (mainstay_format_created_by (weekly), "Nightly");
  assert_text (mainstay_format_created_by (documented), "Nightly");
  assert_text (mainstay_format_created_by (silent), "—");
}

static void
test_words (void)
{
  g_assert_cmpstr (mainstay_format_job_state (MAINSTAY_JOB_QUEUED), ==, "Queued");
  g_assert_cmpstr (mainstay_format_job_state (MAINSTAY_JOB_RUNNING), ==, "Running");
  g_assert_cmpstr (mainstay_format_job_state (MAINSTAY_JOB_FAILED), ==, "Failed");
  g_assert_cmpstr (mainstay_format_job_state (MAINSTAY_JOB_COMPLETED), ==, "Completed");
  g_assert_cmpstr (mainstay_format_job_state (MAINSTAY_JOB_UNKNOWN), ==, "Unknown");
  g_assert_cmpstr (mainstay_format_environment_status (MAINSTAY_ENVIRONMENT_EMPTY), ==, "Empty");
  g_assert_cmpstr (mainstay_format_environment_status (MAINSTAY_ENVIRONMENT_STOPPED), ==,
                   "Stopped");
  g_assert_cmpstr (mainstay_format_environment_status (MAINSTAY_ENVIRONMENT_RUNNING), ==,
                   "Running");
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/format/date", test_date);
  g_test_add_func ("/ui/format/clock-today", test_clock_today);
  g_test_add_func ("/ui/format/relative", test_relative);
  g_test_add_func ("/ui/format/remaining", test_remaining);
  g_test_add_func ("/ui/format/numbers", test_numbers);
  g_test_add_func ("/ui/format/durations", test_durations);
  g_test_add_func ("/ui/format/created-by", test_created_by);
  g_test_add_func ("/ui/format/words", test_words);
  return g_test_run ();
}
