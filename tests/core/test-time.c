/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-time.h"

static const struct
{
  const char *text;
  gint64 milliseconds;
} cases[] = {
  { "1970-01-01T00:00:00.001Z", 1 },
  { "2026-11-23T06:10:00.000Z", 1795414200000 },
  { "2026-11-23T06:10:00Z", 1795414200000 },
  { "2026-11-23T06:10:00", 1795414200000 },
  { "2026-11-23T07:10:00+01:00", 1795414200000 },
  { "2026-11-23T06:10:00.5Z", 1795414200500 },
  { "2026-11-23T06:10:00.123456Z", 1795414200123 },
  { "2024-02-29T23:59:59.999Z", 1709251199999 },
  { NULL, 0 },
  { "", 0 },
  { "yesterday", 0 },
  { "2026-13-01T00:00:00Z", 0 },
  { "2023-02-29T00:00:00Z", 0 },
  { "2026-11-23", 0 },
  { "1795414200000", 0 },
};

static void
test_parse (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (mainstay_time_parse (cases[i].text), ==, cases[i].milliseconds);
    }
}

/* No millisecond may get lost on the way: times are compared to tell what changed. */
static void
test_round_trip (void)
{
  for (gint64 i = 0; i < 60000; i += 7)
    {
      gint64 time = G_GINT64_CONSTANT (1795414200000) + i;
      g_autofree char *text = mainstay_time_format (time);

      g_assert_cmpint (mainstay_time_parse (text), ==, time);
    }
}

static void
test_format (void)
{
  g_autofree char *epoch = mainstay_time_format (0);
  g_autofree char *before = mainstay_time_format (-1);
  g_autofree char *later = mainstay_time_format (1709251199009);

  g_assert_cmpstr (epoch, ==, "1970-01-01T00:00:00.000Z");
  g_assert_cmpstr (before, ==, "1969-12-31T23:59:59.999Z");
  g_assert_cmpstr (later, ==, "2024-02-29T23:59:59.009Z");
}

/* Days of all years that a calendar of four digits has, as GLib tells them: each of the first
 * century, then in steps that fall on every date. */
static void
test_days (void)
{
  g_autoptr(GDateTime) first = g_date_time_new_utc (1, 1, 1, 0, 0, 0);
  gint64 start = g_date_time_to_unix (first);

  for (gint64 day = 0; day < 3652059; day += day < 100 * 365 ? 1 : 97)
    {
      gint64 second = start + day * 86400 + day * 7 % 86400;
      g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (second);
      g_autofree char *date = g_date_time_format (time, "-%m-%dT%H:%M:%S.009Z");
      g_autofree char *expected = g_strdup_printf ("%04d%s", g_date_time_get_year (time), date);
      g_autofree char *text = mainstay_time_format (second * 1000 + 9);

      g_assert_cmpstr (text, ==, expected);
    }
}

static void
test_now (void)
{
  gint64 before = g_get_real_time () / 1000;
  gint64 now = mainstay_time_now ();

  g_assert_cmpint (now, >=, before);
  g_assert_cmpint (now, <, before + 60000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/time/parse", test_parse);
  g_test_add_func ("/core/time/round-trip", test_round_trip);
  g_test_add_func ("/core/time/format", test_format);
  g_test_add_func ("/core/time/days", test_days);
  g_test_add_func ("/core/time/now", test_now);
  return g_test_run ();
}
