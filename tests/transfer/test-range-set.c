/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-range-set.h"

#define LENGTH 200

static void
assert_ranges (MainstayRangeSet *set,
               const char       *expected)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (unsigned int i = 0; i < mainstay_range_set_get_n (set); i++)
    {
      const MainstayRange *range = mainstay_range_set_get (set, i);

      g_string_append_printf (text, "%s%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, i > 0 ? " " : "",
                              range->begin, range->end);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_add (void)
{
  g_autoptr(MainstayRangeSet) set = mainstay_range_set_new ();

  assert_ranges (set, "");
  g_assert_cmpint (mainstay_range_set_reach (set, 0), ==, 0);
  mainstay_range_set_add (set, 10, 20);
  mainstay_range_set_add (set, 30, 40);
  mainstay_range_set_add (set, 5, 5);
  assert_ranges (set, "10-20 30-40");
  g_assert_cmpint (mainstay_range_set_get_size (set), ==, 20);
  mainstay_range_set_add (set, 20, 22);
  assert_ranges (set, "10-22 30-40");
  mainstay_range_set_add (set, 28, 30);
  assert_ranges (set, "10-22 28-40");
  mainstay_range_set_add (set, 0, 28);
  assert_ranges (set, "0-40");
  g_assert_cmpint (mainstay_range_set_get_size (set), ==, 40);
  g_assert_cmpint (mainstay_range_set_reach (set, 0), ==, 40);
  g_assert_cmpint (mainstay_range_set_reach (set, 39), ==, 40);
  g_assert_cmpint (mainstay_range_set_reach (set, 40), ==, 40);
  g_assert_cmpint (mainstay_range_set_reach (set, 41), ==, 41);
}

static void
test_remove (void)
{
  g_autoptr(MainstayRangeSet) set = mainstay_range_set_new ();

  mainstay_range_set_add (set, 0, 100);
  mainstay_range_set_remove (set, 10, 20);
  assert_ranges (set, "0-10 20-100");
  mainstay_range_set_remove (set, 90, 200);
  assert_ranges (set, "0-10 20-90");
  mainstay_range_set_remove (set, 5, 25);
  assert_ranges (set, "0-5 25-90");
  mainstay_range_set_remove (set, 5, 25);
  assert_ranges (set, "0-5 25-90");
  mainstay_range_set_remove (set, 0, 200);
  assert_ranges (set, "");
  g_assert_cmpint (mainstay_range_set_get_size (set), ==, 0);
}

static void
assert_like (MainstayRangeSet *set,
             const gboolean   *bytes)
{
  gint64 size = 0;
  unsigned int n = 0;

  for (int i = 0; i < LENGTH; i++)
    {
      int reach = i;

      while (reach < LENGTH && bytes[reach])
        reach++;
      g_assert_cmpint (mainstay_range_set_reach (set, i), ==, reach);
      size += bytes[i];
      n += bytes[i] && (i == 0 || !bytes[i - 1]);
    }
  g_assert_cmpint (mainstay_range_set_get_size (set), ==, size);
  g_assert_cmpuint (mainstay_range_set_get_n (set), ==, n);
}

/* Beside an array with one mark a byte. */
static void
test_at_random (void)
{
  for (unsigned int seed = 0; seed < 200; seed++)
    {
      g_autoptr(GRand) random = g_rand_new_with_seed (seed);
      g_autoptr(MainstayRangeSet) set = mainstay_range_set_new ();
      g_autoptr(MainstayRangeSet) copy = NULL;
      gboolean bytes[LENGTH] = { FALSE };

      for (int step = 0; step < 50; step++)
        {
          int begin = g_rand_int_range (random, 0, LENGTH);
          int length = g_rand_int_range (random, 0, 30);
          int end = MIN (LENGTH, begin + length);
          gboolean adds = g_rand_int_range (random, 0, 3) > 0;

          if (adds)
            mainstay_range_set_add (set, begin, end);
          else
            mainstay_range_set_remove (set, begin, end);
          for (int i = begin; i < end; i++)
            bytes[i] = adds;
          assert_like (set, bytes);
        }
      copy = mainstay_range_set_copy (set);
      mainstay_range_set_clear (set);
      assert_like (copy, bytes);
      assert_ranges (set, "");
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/range-set/add", test_add);
  g_test_add_func ("/transfer/range-set/remove", test_remove);
  g_test_add_func ("/transfer/range-set/at-random", test_at_random);
  return g_test_run ();
}
