/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-connection-tuner.h"
#include "mainstay-range-plan.h"
#include "mainstay-retry-budget.h"

#define STEP 10000 /* microseconds */
#define MIB (1024 * 1024)

static void
assert_range (MainstayRange *range,
              gint64         begin,
              gint64         end)
{
  g_assert_cmpint (range->begin, ==, begin);
  g_assert_cmpint (range->end, ==, end);
}

/* One connection takes all that is missing in front, and goes on behind. */
static void
test_alone (void)
{
  g_autoptr(MainstayRangeSet) done = mainstay_range_set_new ();
  g_autoptr(MainstayRangePlan) plan = NULL;
  MainstayRange range;

  mainstay_range_set_add (done, 10, 20);
  plan = mainstay_range_plan_new (done, 100);
  g_assert_true (mainstay_range_plan_take (plan, 0, 1, &range));
  assert_range (&range, 0, 10);
  g_assert_cmpint (mainstay_range_plan_claim (plan, 0, 25), ==, 10);
  mainstay_range_plan_landed (plan, 0, 10, 2);
  g_assert_cmpint (mainstay_range_plan_get_left (plan, 0), ==, 0);
  /* What follows is there already. */
  g_assert_false (mainstay_range_plan_extend (plan, 0));
  mainstay_range_plan_give_back (plan, 0);
  g_assert_true (mainstay_range_plan_take (plan, 0, 3, &range));
  assert_range (&range, 20, 100);
  g_assert_cmpint (mainstay_range_plan_claim (plan, 0, 50), ==, 50);
  mainstay_range_plan_landed (plan, 0, 30, 4);
  /* What was claimed and has not landed is to be fetched again. */
  mainstay_range_plan_give_back (plan, 0);
  g_assert_true (mainstay_range_plan_take (plan, 0, 5, &range));
  assert_range (&range, 50, 100);
  g_assert_false (mainstay_range_plan_is_complete (plan));
  g_assert_cmpint (mainstay_range_plan_claim (plan, 0, 50), ==, 50);
  mainstay_range_plan_landed (plan, 0, 50, 6);
  g_assert_true (mainstay_range_plan_is_complete (plan));
}

static void
test_unknown_length (void)
{
  g_autoptr(MainstayRangeSet) done = mainstay_range_set_new ();
  g_autoptr(MainstayRangePlan) plan = mainstay_range_plan_new (done, -1);
  MainstayRange range;

  g_assert_true (mainstay_range_plan_take (plan, 0, 1, &range));
  assert_range (&range, 0, G_MAXINT64);
  g_assert_false (mainstay_range_plan_take (plan, 1, 1, &range));
  g_assert_cmpint (mainstay_range_plan_claim (plan, 0, 70), ==, 70);
  mainstay_range_plan_landed (plan, 0, 70, 2);
  g_assert_false (mainstay_range_plan_is_complete (plan));
  mainstay_range_plan_set_total (plan, 70);
  g_assert_true (mainstay_range_plan_is_complete (plan));
}

/* A second one does not take the end of the file, but what comes next. */
static void
test_near (void)
{
  g_autoptr(MainstayRangeSet) done = mainstay_range_set_new ();
  g_autoptr(MainstayRangePlan) plan = mainstay_range_plan_new (done, 1000 * (gint64) MIB);
  MainstayRange range;

  g_assert_true (mainstay_range_plan_take (plan, 0, 1, &range));
  assert_range (&range, 0, 1000 * (gint64) MIB);
  g_assert_cmpint (mainstay_range_plan_claim (plan, 0, 5), ==, 5);
  mainstay_range_plan_set_count (plan, 2);
  g_assert_true (mainstay_range_plan_take (plan, 1, 2, &range));
  assert_range (&range, 5 + MIB, 5 + 2 * MIB);
  g_assert_cmpint (mainstay_range_plan_claim (plan, 0, 1000 * (gint64) MIB), ==, MIB);
  /* Somebody else has what follows. */
  g_assert_false (mainstay_range_plan_extend (plan, 0));
  mainstay_range_plan_give_back (plan, 1);
  g_assert_true (mainstay_range_plan_extend (plan, 0));
}

/* What is left of one is shared, by their speeds. */
static void
test_steal (void)
{
  g_autoptr(MainstayRangeSet) done = mainstay_range_set_new ();
  g_autoptr(MainstayRangePlan) plan = mainstay_range_plan_new (done, MIB);
  MainstayRange range;

  g_assert_true (mainstay_range_plan_take (plan, 0, 1, &range));
  mainstay_range_plan_set_count (plan, 3);
  g_assert_true (mainstay_range_plan_take (plan, 1, 2, &range));
  assert_range (&range, MIB / 2, MIB);
  g_assert_cmpint (mainstay_range_plan_get_left (plan, 0), ==, MIB / 2);
  g_assert_true (mainstay_range_plan_take (plan, 2, 2, &range));
  g_assert_cmpint (range.end - range.begin, ==, MIB / 4);
  /* What was claimed stays, and crumbs are nobody's to take. */
  g_assert_cmpint (mainstay_range_plan_claim (plan, 0, MIB), >, 0);
  g_assert_cmpint (mainstay_range_plan_claim (plan, 1, MIB / 2), >, 0);
  g_assert_cmpint (mainstay_range_plan_claim (plan, 2, MIB / 4 - 20000), ==, MIB / 4 - 20000);
  g_assert_false (mainstay_range_plan_take (plan, 3, 3, &range));
}

/* A line of many connections, each with a speed of its own, some of which break. */
typedef struct
{
  GRand *random;
  MainstayRangePlan *plan;
  guint8 *fetched;  /* a mark for each KiB */
  gint64 now;
  gint64 idle;      /* microseconds that any connection had nothing to do */
  gboolean active[MAINSTAY_MOST_CONNECTIONS];
  gint64 position[MAINSTAY_MOST_CONNECTIONS];
  int speed[MAINSTAY_MOST_CONNECTIONS]; /* KiB a step */
} Line;

static void
mark (Line   *line,
      gint64  begin,
      gint64  end)
{
  for (gint64 i = begin / 1024; i < end / 1024; i++)
    {
      g_assert_cmpint (line->fetched[i], ==, 0);
      line->fetched[i] = 1;
    }
}

static void
step_connection (Line         *line,
                 unsigned int  i)
{
  gint64 claimed;
  MainstayRange range;

  if (!line->active[i])
    {
      line->active[i] = mainstay_range_plan_take (line->plan, i, line->now, &range);
      line->position[i] = range.begin;
      line->idle += line->active[i] ? 0 : STEP;
      return;
    }
  claimed = mainstay_range_plan_claim (line->plan, i, line->speed[i] * 1024);
  if (g_rand_int_range (line->random, 0, 200) == 0)
    {
      mainstay_range_plan_give_back (line->plan, i);
      line->active[i] = FALSE;
      return;
    }
  mark (line, line->position[i], line->position[i] + claimed);
  mainstay_range_plan_landed (line->plan, i, claimed, line->now);
  line->position[i] += claimed;
  if (mainstay_range_plan_get_left (line->plan, i) > 0 ||
      mainstay_range_plan_extend (line->plan, i))
    return;
  mainstay_range_plan_give_back (line->plan, i);
  line->active[i] = FALSE;
}

static void
run_line (guint32 seed)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (seed);
  g_autoptr(MainstayRangeSet) done = mainstay_range_set_new ();
  gint64 total = (gint64) g_rand_int_range (random, 1, 40 * 1024) * 1024;
  g_autofree guint8 *fetched = g_malloc0 ((gsize) total / 1024);
  Line line = { .random = random, .fetched = fetched };
  unsigned int count = 1;

  for (int i = 0; i < 4; i++)
    {
      gint64 begin = g_rand_int_range (random, 0, (int) (total / 1024)) * (gint64) 1024;
      gint64 end = MIN (begin + 100 * 1024, total);

      for (gint64 k = begin / 1024; k < end / 1024; k++)
        fetched[k] = 1;
      mainstay_range_set_add (done, begin, end);
    }
  line.plan = mainstay_range_plan_new (done, total);
  for (int i = 0; i < MAINSTAY_MOST_CONNECTIONS; i++)
    line.speed[i] = g_rand_int_range (random, 1, 40);
  while (!mainstay_range_plan_is_complete (line.plan))
    {
      line.now += STEP;
      g_assert_cmpint (line.now, <, (gint64) 3600 * G_USEC_PER_SEC);
      for (unsigned int i = 0; i < count; i++)
        step_connection (&line, i);
      if (line.now % (20 * STEP) == 0)
        count = MIN (count * 2, MAINSTAY_MOST_CONNECTIONS);
      mainstay_range_plan_set_count (line.plan, count);
    }
  for (gint64 i = 0; i < total / 1024; i++)
    g_assert_cmpint (fetched[i], ==, 1);
  /* Nobody waits long while there is something to do: less than a second each, at the end. */
  g_assert_cmpint (line.idle, <, MAINSTAY_MOST_CONNECTIONS * (gint64) G_USEC_PER_SEC);
  mainstay_range_plan_free (line.plan);
}

static void
test_at_random (void)
{
  for (guint32 seed = 0; seed < 300; seed++)
    run_line (seed);
}

/* What is fetched stays close to the first missing byte. */
static void
test_frontier (void)
{
  g_autoptr(MainstayRangeSet) none = mainstay_range_set_new ();
  g_autoptr(MainstayRangePlan) plan = mainstay_range_plan_new (none, 512 * (gint64) MIB);
  gint64 now = 0;
  gboolean active[MAINSTAY_MOST_CONNECTIONS] = { FALSE };
  gint64 widest = 0;

  mainstay_range_plan_set_count (plan, MAINSTAY_MOST_CONNECTIONS);
  while (!mainstay_range_plan_is_complete (plan))
    {
      MainstayRangeSet *done = mainstay_range_plan_get_done (plan);
      unsigned int n;

      now += STEP;
      for (unsigned int i = 0; i < MAINSTAY_MOST_CONNECTIONS; i++)
        {
          MainstayRange range;
          gint64 claimed;

          if (!active[i] && !(active[i] = mainstay_range_plan_take (plan, i, now, &range)))
            continue;
          claimed = mainstay_range_plan_claim (plan, i, 5 * 1024);
          mainstay_range_plan_landed (plan, i, claimed, now);
          if (mainstay_range_plan_get_left (plan, i) == 0)
            {
              mainstay_range_plan_give_back (plan, i);
              active[i] = FALSE;
            }
        }
      n = mainstay_range_set_get_n (done);
      if (n > 0)
        widest = MAX (widest, mainstay_range_set_get (done, n - 1)->end -
                                mainstay_range_set_reach (done, 0));
    }
  /* 16 connections of half a MiB a second, 4 seconds each, and once over. */
  g_assert_cmpint (widest, <=, 80 * MIB);
}

typedef struct
{
  double one;         /* what one connection carries, bytes a second */
  double all;         /* what the line carries */
  double waiting;
  unsigned int least; /* how many connections are right */
  unsigned int most;
} TunedLine;

static const TunedLine lines[] = {
  { 0.5 * MIB, 100.0 * MIB, 1.0, 16, 16 },    /* long and lossy */
  { 900.0 * MIB, 900.0 * MIB, 0.6, 1, 1 },    /* loopback */
  { 12.0 * MIB, 12.0 * MIB, 1.0, 1, 1 },      /* one fills it */
  { 5.0 * MIB, 20.0 * MIB, 1.0, 4, 4 },
  { 5.0 * MIB, 100.0 * MIB, 0.2, 1, 1 },      /* the disk is slower */
};

static unsigned int
tune (MainstayConnectionTuner *tuner,
      const TunedLine         *line,
      gint64                  *now,
      gint64                   seconds)
{
  gint64 until = *now + seconds * G_USEC_PER_SEC;
  static gint64 done;
  unsigned int count = 1;

  for (; *now < until; *now += 10 * STEP)
    {
      double speed = MIN (line->all, line->one * count);

      done += (gint64) (speed / 10);
      count = mainstay_connection_tuner_update (tuner, *now, done, G_MAXINT64 / 2, line->waiting,
                                                50000);
      g_assert_cmpuint (count, <=, mainstay_connection_tuner_get_limit (tuner));
    }
  return count;
}

static void
test_tuner (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr(MainstayConnectionTuner) tuner = mainstay_connection_tuner_new ();
      gint64 now = 1;
      unsigned int count;

      mainstay_connection_tuner_limit (tuner, MAINSTAY_MOST_CONNECTIONS);
      count = tune (tuner, &lines[i], &now, 3);
      g_assert_cmpuint (count, >=, lines[i].least);
      g_assert_cmpuint (count, <=, lines[i].most);
    }
}

/* Where ranges are refused there is one. */
static void
test_tuner_limit (void)
{
  g_autoptr(MainstayConnectionTuner) tuner = mainstay_connection_tuner_new ();
  gint64 now = 1;

  g_assert_cmpuint (tune (tuner, &lines[0], &now, 30), ==, 1);
  mainstay_connection_tuner_limit (tuner, 16);
  g_assert_cmpuint (tune (tuner, &lines[0], &now, 30), ==, 16);
  mainstay_connection_tuner_limit (tuner, 5);
  g_assert_cmpuint (mainstay_connection_tuner_get_count (tuner), ==, 5);
}

static void
test_budget (void)
{
  MainstayRetryBudget budget;
  gint64 last = 0;
  int tries = 0;

  mainstay_retry_budget_init (&budget);
  for (;; tries++)
    {
      gint64 delay = mainstay_retry_budget_fail (&budget, 0, TRUE, -1, 1);

      if (delay < 0)
        break;
      g_assert_cmpint (delay, >=, last);
      g_assert_cmpint (delay, <=, 30000);
      last = delay;
    }
  g_assert_cmpint (tries, ==, 12);
  g_assert_cmpint (last, ==, 30000);

  /* What a machine without a network tries costs nothing. */
  for (int i = 0; i < 100; i++)
    g_assert_cmpint (mainstay_retry_budget_fail (&budget, 0, FALSE, -1, 0), >=, 0);

  /* Progress earns tries, and little of it few. */
  g_assert_cmpint (mainstay_retry_budget_fail (&budget, 200 * 1024, TRUE, -1, 1), ==, 500);
  g_assert_cmpint (mainstay_retry_budget_fail (&budget, 200 * 1024, TRUE, -1, 1), ==, 1000);
  g_assert_cmpint (mainstay_retry_budget_fail (&budget, 200 * 1024, TRUE, -1, 1), ==, -1);
  for (int i = 1; i < 1000; i++)
    g_assert_cmpint (mainstay_retry_budget_fail (&budget, (i + 4) * MIB, TRUE, -1, 0), >=, 0);

  g_assert_cmpint (mainstay_retry_budget_fail (&budget, 0, TRUE, 7000, 0), ==, 7000);
  g_assert_cmpint (mainstay_retry_budget_fail (&budget, 0, TRUE, 3600 * 1000, 0), ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/range-plan/alone", test_alone);
  g_test_add_func ("/transfer/range-plan/unknown-length", test_unknown_length);
  g_test_add_func ("/transfer/range-plan/near", test_near);
  g_test_add_func ("/transfer/range-plan/steal", test_steal);
  g_test_add_func ("/transfer/range-plan/at-random", test_at_random);
  g_test_add_func ("/transfer/range-plan/frontier", test_frontier);
  g_test_add_func ("/transfer/range-plan/tuner", test_tuner);
  g_test_add_func ("/transfer/range-plan/tuner-limit", test_tuner_limit);
  g_test_add_func ("/transfer/range-plan/budget", test_budget);
  return g_test_run ();
}
