/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-portal-link.h"

#define WHOLE MAINSTAY_PORTAL_RANGE_WHOLE
#define PART MAINSTAY_PORTAL_RANGE_PART
#define UNSATISFIABLE MAINSTAY_PORTAL_RANGE_UNSATISFIABLE

static const struct
{
  const char *range;
  const char *if_range;
  gint64 size;
  MainstayPortalRange result;
  gint64 offset;
  gint64 length;
} cases[] = {
  { NULL, NULL, 100, WHOLE, 0, 100 },
  { "bytes=0-0", NULL, 100, PART, 0, 1 },
  { "Bytes=0-0", NULL, 100, PART, 0, 1 },
  { "bytes= 5-9 ", NULL, 100, PART, 5, 5 },
  { "bytes=0-99", NULL, 100, PART, 0, 100 },
  { "bytes=0-", NULL, 100, PART, 0, 100 },
  { "bytes=99-", NULL, 100, PART, 99, 1 },
  { "bytes=90-500", NULL, 100, PART, 90, 10 },
  { "bytes=-1", NULL, 100, PART, 99, 1 },
  { "bytes=-100", NULL, 100, PART, 0, 100 },
  { "bytes=-500", NULL, 100, PART, 0, 100 },
  { "bytes=-0", NULL, 100, UNSATISFIABLE },
  { "bytes=100-", NULL, 100, UNSATISFIABLE },
  { "bytes=100-200", NULL, 100, UNSATISFIABLE },
  { "bytes=0-0", NULL, 0, UNSATISFIABLE },
  { "bytes=-1", NULL, 0, UNSATISFIABLE },
  { "bytes=99999999999999999999999999-", NULL, 100, UNSATISFIABLE },
  { "bytes=0-99999999999999999999999999", NULL, 100, PART, 0, 100 },
  { "bytes=-99999999999999999999999999", NULL, 100, PART, 0, 100 },
  { "bytes=9-5", NULL, 100, WHOLE, 0, 100 },
  { "bytes=0-1,5-6", NULL, 100, WHOLE, 0, 100 },
  { "bytes=-", NULL, 100, WHOLE, 0, 100 },
  { "bytes=", NULL, 100, WHOLE, 0, 100 },
  { "bytes=a-b", NULL, 100, WHOLE, 0, 100 },
  { "bytes=--5", NULL, 100, WHOLE, 0, 100 },
  { "bytes=5", NULL, 100, WHOLE, 0, 100 },
  { "bytes=+5-9", NULL, 100, WHOLE, 0, 100 },
  { "lines=0-5", NULL, 100, WHOLE, 0, 100 },
  { "bytes=0-4", "\"tag\"", 100, PART, 0, 5 },
  { "bytes=0-4", "\"other\"", 100, WHOLE, 0, 100 },
  { "bytes=0-4", "W/\"tag\"", 100, WHOLE, 0, 100 },
  { "bytes=0-4", "Mon, 23 Nov 2026 06:00:00 GMT", 100, WHOLE, 0, 100 },
  { "bytes=500-", "\"other\"", 100, WHOLE, 0, 100 },
};

static void
test_ranges (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 offset, length;
      MainstayPortalRange result;

      g_test_message ("%s with %s of %d", cases[i].range, cases[i].if_range, (int) cases[i].size);
      result = mainstay_portal_link_parse_range (cases[i].range, cases[i].if_range, "\"tag\"",
                                                 cases[i].size, &offset, &length);
      g_assert_cmpint (result, ==, cases[i].result);
      if (result == UNSATISFIABLE)
        continue;
      g_assert_cmpint (offset, ==, cases[i].offset);
      g_assert_cmpint (length, ==, cases[i].length);
    }
}

static void
test_etags (void)
{
  g_assert_true (mainstay_portal_link_has_etag ("\"tag\"", "\"tag\""));
  g_assert_true (mainstay_portal_link_has_etag ("\"a\", W/\"tag\"", "\"tag\""));
  g_assert_true (mainstay_portal_link_has_etag ("*", "\"tag\""));
  g_assert_false (mainstay_portal_link_has_etag ("\"a\"", "\"tag\""));
  g_assert_false (mainstay_portal_link_has_etag ("", "\"tag\""));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/link/ranges", test_ranges);
  g_test_add_func ("/portal/link/etags", test_etags);
  return g_test_run ();
}
