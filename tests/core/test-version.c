/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-version.h"

static const struct
{
  const char *a;
  const char *b;
  MainstayOrder order;
} cases[] = {
  { "1.8.82.253", "1.8.82.253", MAINSTAY_ORDER_SAME },
  { "1.8.9.1", "1.8.10.1", MAINSTAY_ORDER_OLDER },
  { "2.0.0.1", "1.99.99.99", MAINSTAY_ORDER_NEWER },
  { "1.8.82.e3c1a393", "1.8.83.aaaaaaaa", MAINSTAY_ORDER_OLDER },
  { "1.8.82.e3c1a393", "1.8.82.e3c1a393", MAINSTAY_ORDER_SAME },
  { "1.8.82.e3c1a393", "1.8.82.b0b0b0b0", MAINSTAY_ORDER_UNKNOWN },
  { "1.8.82.e3c1a393", "1.8.82.253", MAINSTAY_ORDER_UNKNOWN },
  { "1.8.82", "1.8.82.253", MAINSTAY_ORDER_UNKNOWN },
  { "01.8.082.253", "1.8.82.253", MAINSTAY_ORDER_SAME },
  { "1.0.0.99999999999999999999998", "1.0.0.99999999999999999999999", MAINSTAY_ORDER_OLDER },
  { NULL, "1.0.0.1", MAINSTAY_ORDER_UNKNOWN },
  { "", "", MAINSTAY_ORDER_UNKNOWN },
  { "1..0", "1.0.0", MAINSTAY_ORDER_UNKNOWN },
};

static void
test_compare (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MainstayOrder order = mainstay_version_compare (cases[i].a, cases[i].b);
      MainstayOrder back = mainstay_version_compare (cases[i].b, cases[i].a);

      g_test_message ("%s and %s", cases[i].a, cases[i].b);
      g_assert_cmpint (order, ==, cases[i].order);
      if (order == MAINSTAY_ORDER_OLDER)
        g_assert_cmpint (back, ==, MAINSTAY_ORDER_NEWER);
      else if (order == MAINSTAY_ORDER_NEWER)
        g_assert_cmpint (back, ==, MAINSTAY_ORDER_OLDER);
      else
        g_assert_cmpint (back, ==, order);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/version/compare", test_compare);
  return g_test_run ();
}
