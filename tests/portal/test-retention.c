/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-portal-retention.h"
#include "mainstay-time.h"

static const struct
{
  const char *type;
  const char *made;
  const char *expires;
} cases[] = {
  { "manual", "2026-11-23T06:10:11.123Z", "2027-02-23T06:10:11.123Z" },
  { "manual", "2026-11-30T06:10:00.000Z", "2027-02-28T06:10:00.000Z" },
  { "manual", "2027-11-30T06:10:00.000Z", "2028-02-29T06:10:00.000Z" },
  { "manual", "2026-03-31T23:59:59.999Z", "2026-06-30T23:59:59.999Z" },
  { "safety", "2026-11-23T06:10:00.000Z", "2027-02-23T06:10:00.000Z" },
  { "nightly", "2026-12-25T01:00:00.000Z", "2027-01-08T01:00:00.000Z" },
  { "weekly", "2026-10-31T01:00:00.000Z", "2027-01-31T01:00:00.000Z" },
  { "monthly", "2028-02-29T01:00:00.000Z", "2029-02-28T01:00:00.000Z" },
  { NULL, "2026-11-23T06:10:00.000Z", "2027-02-23T06:10:00.000Z" },
};

static void
test_expiry (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expires = mainstay_time_format (
        mainstay_portal_retention_expiry (cases[i].type, mainstay_time_parse (cases[i].made)));

      g_assert_cmpstr (expires, ==, cases[i].expires);
    }
}

static void
test_type (void)
{
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc ();
  static const struct
  {
    const char *at;
    const char *type;
  } nights[] = {
    { "2026-11-01T01:00:00Z", "monthly" }, { "2026-11-08T01:00:00Z", "weekly" },
    { "2026-11-09T01:00:00Z", "nightly" }, { "2026-12-06T01:00:00Z", "monthly" },
    { "2027-02-07T01:00:00Z", "monthly" }, { "2027-02-28T01:00:00Z", "weekly" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (nights); i++)
    g_assert_cmpstr (mainstay_portal_retention_type (utc, mainstay_time_parse (nights[i].at)), ==,
                     nights[i].type);
  g_assert_true (mainstay_portal_retention_is_automatic ("weekly"));
  g_assert_false (mainstay_portal_retention_is_automatic ("safety"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/retention/expiry", test_expiry);
  g_test_add_func ("/portal/retention/type", test_type);
  return g_test_run ();
}
