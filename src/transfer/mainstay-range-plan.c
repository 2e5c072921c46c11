/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-range-plan.h"

/* So long a connection is to be busy with what it takes: the round trip of asking for it is then
 * lost in it, and what lies ahead of the first missing byte stays little. */
#define BLOCK_TIME 4 /* seconds */
#define SMALLEST_BLOCK (1024 * 1024)
#define LARGEST_BLOCK (64 * 1024 * 1024)
/* Towards the end blocks get smaller, so that all connections end at about the same time; but a
 * round trip has to be worth its while there, too. */
#define SMALLEST_LAST_BLOCK (256 * 1024)
#define LAST_BLOCK_TIME 1 /* seconds */
/* Less than this is not taken away from another: asking for it takes as long. */
#define SMALLEST_THEFT (16 * 1024)
#define SHORTEST_THEFT (G_USEC_PER_SEC / 4)
#define SPEED_WINDOW (G_USEC_PER_SEC / 2)

typedef struct
{
  gboolean active;
  gint64 landed;       /* offsets, each up to here: written, */
  gint64 claimed;      /* about to be written, */
  gint64 end;          /* to be fetched */
  gint64 window_start; /* of what the speed is measured by */
  gint64 window_bytes;
  double speed;        /* bytes a second, 0 when unknown */
} Connection;

struct _MainstayRangePlan
{
  MainstayRangeSet *done; /* owned: what has landed */
  MainstayRangeSet *free; /* owned: what nobody fetches yet */
  gint64 total;           /* -1 when unknown */
  unsigned int count;     /* how many connections are to be busy */
  Connection connections[MAINSTAY_MOST_CONNECTIONS];
};

static void
fill_free (MainstayRangePlan *self)
{
  mainstay_range_set_clear (self->free);
  mainstay_range_set_add (self->free, 0, self->total >= 0 ? self->total : G_MAXINT64);
  for (unsigned int i = 0; i < mainstay_range_set_get_n (self->done); i++)
    {
      const MainstayRange *range = mainstay_range_set_get (self->done, i);

      mainstay_range_set_remove (self->free, range->begin, range->end);
    }
}

/**
 * mainstay_range_plan_new:
 * @done: what there is already; copied
 * @total: bytes of the file, -1 when unknown
 *
 * Returns: (transfer full): a plan for one connection
 */
MainstayRangePlan *
mainstay_range_plan_new (MainstayRangeSet *done,
                         gint64            total)
{
  MainstayRangePlan *self = g_new0 (MainstayRangePlan, 1);

  self->done = mainstay_range_set_copy (done);
  self->free = mainstay_range_set_new ();
  self->total = total;
  self->count = 1;
  fill_free (self);
  return self;
}

void
mainstay_range_plan_free (MainstayRangePlan *self)
{
  g_clear_pointer (&self->done, mainstay_range_set_free);
  g_clear_pointer (&self->free, mainstay_range_set_free);
  g_clear_pointer (&self, g_free);
}

/**
 * mainstay_range_plan_set_total:
 * @self: a plan that did not know it
 * @total: bytes of the file
 *
 * No connection may have claimed bytes behind.
 */
void
mainstay_range_plan_set_total (MainstayRangePlan *self,
                               gint64             total)
{
  self->total = total;
  mainstay_range_set_remove (self->free, total, G_MAXINT64);
  for (unsigned int i = 0; i < MAINSTAY_MOST_CONNECTIONS; i++)
    {
      Connection *connection = &self->connections[i];

      if (!connection->active)
        continue;
      g_return_if_fail (connection->claimed <= total);
      connection->end = MIN (connection->end, total);
    }
}

/** mainstay_range_plan_get_total: Returns: bytes of the file, -1 when unknown */
gint64
mainstay_range_plan_get_total (MainstayRangePlan *self)
{
  return self->total;
}

/** mainstay_range_plan_set_count: tells how many connections are to be busy */
void
mainstay_range_plan_set_count (MainstayRangePlan *self,
                               unsigned int       count)
{
  g_return_if_fail (count >= 1 && count <= MAINSTAY_MOST_CONNECTIONS);

  self->count = count;
}

static gint64
get_block (Connection *connection)
{
  double block = connection->speed * BLOCK_TIME;

  return (gint64) CLAMP (block, SMALLEST_BLOCK, LARGEST_BLOCK);
}

/* One that took all there was, when it was alone, keeps a block of it. */
static void
trim (MainstayRangePlan *self)
{
  for (unsigned int i = 0; i < MAINSTAY_MOST_CONNECTIONS; i++)
    {
      Connection *victim = &self->connections[i];
      gint64 block = get_block (victim);

      if (!victim->active || victim->end - victim->claimed < 2 * block)
        continue;
      mainstay_range_set_add (self->free, victim->claimed + block, victim->end);
      victim->end = victim->claimed + block;
    }
}

static double
get_seconds_left (Connection *connection)
{
  gint64 left = connection->end - connection->claimed;

  return connection->speed > 0 ? (double) left / connection->speed : (double) left;
}

static Connection *
find_victim (MainstayRangePlan *self)
{
  Connection *victim = NULL;

  for (unsigned int i = 0; i < MAINSTAY_MOST_CONNECTIONS; i++)
    {
      Connection *other = &self->connections[i];

      if (!other->active || other->end - other->claimed < 2 * SMALLEST_THEFT)
        continue;
      if (other->speed > 0 && get_seconds_left (other) * G_USEC_PER_SEC < SHORTEST_THEFT)
        continue;
      if (victim == NULL || get_seconds_left (other) > get_seconds_left (victim))
        victim = other;
    }
  return victim;
}

/* The far end of what another has before it, so that both end at the same time. */
static gboolean
steal (MainstayRangePlan *self,
       Connection        *thief,
       MainstayRange     *range)
{
  Connection *victim = find_victim (self);
  double share = 0.5;
  gint64 left;
  gint64 theft;

  if (victim == NULL)
    return FALSE;
  if (victim->speed > 0 && thief->speed > 0)
    share = thief->speed / (thief->speed + victim->speed);
  left = victim->end - victim->claimed;
  theft = CLAMP ((gint64) ((double) left * share), SMALLEST_THEFT, left - SMALLEST_THEFT);
  range->end = victim->end;
  range->begin = victim->end - theft;
  victim->end = range->begin;
  return TRUE;
}

static void
take_free (MainstayRangePlan *self,
           Connection        *connection,
           MainstayRange     *range)
{
  gint64 block = get_block (connection);

  *range = *mainstay_range_set_get (self->free, 0);
  if (self->count > 1 && self->total >= 0)
    {
      gint64 share = mainstay_range_set_get_size (self->free) / (2 * self->count);

      share = MAX (share, (gint64) (connection->speed * LAST_BLOCK_TIME));
      block = MIN (block, MAX (share, SMALLEST_LAST_BLOCK));
      if (range->end - range->begin > block + block / 2)
        range->end = range->begin + block;
    }
  mainstay_range_set_remove (self->free, range->begin, range->end);
}

/**
 * mainstay_range_plan_take:
 * @self: a plan
 * @connection: who asks, with nothing before it
 * @now: microseconds
 * @range: (out): what to fetch; the end is %G_MAXINT64 while the total is unknown
 *
 * Returns: whether there is anything
 */
gboolean
mainstay_range_plan_take (MainstayRangePlan *self,
                          unsigned int       connection,
                          gint64             now,
                          MainstayRange     *range)
{
  Connection *taker;

  g_return_val_if_fail (connection < MAINSTAY_MOST_CONNECTIONS, FALSE);
  taker = &self->connections[connection];
  g_return_val_if_fail (!taker->active, FALSE);

  if (mainstay_range_set_get_n (self->free) == 0 && self->total >= 0 && self->count > 1)
    trim (self);
  if (mainstay_range_set_get_n (self->free) > 0)
    take_free (self, taker, range);
  else if (self->total < 0 || !steal (self, taker, range))
    return FALSE;
  taker->active = TRUE;
  taker->landed = range->begin;
  taker->claimed = range->begin;
  taker->end = range->end;
  taker->window_start = now;
  taker->window_bytes = 0;
  return TRUE;
}

/**
 * mainstay_range_plan_extend:
 * @self: a plan
 * @connection: one that has claimed all it took, but whose answer goes on
 *
 * Returns: whether it may go on too
 */
gboolean
mainstay_range_plan_extend (MainstayRangePlan *self,
                            unsigned int       connection)
{
  Connection *taker = &self->connections[connection];

  for (unsigned int i = 0; i < mainstay_range_set_get_n (self->free); i++)
    {
      MainstayRange next = *mainstay_range_set_get (self->free, i);

      if (next.begin > taker->end)
        break;
      if (next.begin < taker->end)
        continue;
      if (self->count > 1)
        next.end = MIN (next.end, next.begin + get_block (taker));
      mainstay_range_set_remove (self->free, next.begin, next.end);
      taker->end = next.end;
      return TRUE;
    }
  return FALSE;
}

/** mainstay_range_plan_get_left: Returns: bytes that @connection may still claim */
gint64
mainstay_range_plan_get_left (MainstayRangePlan *self,
                              unsigned int       connection)
{
  return self->connections[connection].end - self->connections[connection].claimed;
}

/**
 * mainstay_range_plan_claim:
 * @self: a plan
 * @connection: who has received bytes
 * @bytes: how many
 *
 * Returns: how many of them it is to write; the rest has been taken away from it
 */
gint64
mainstay_range_plan_claim (MainstayRangePlan *self,
                           unsigned int       connection,
                           gint64             bytes)
{
  Connection *taker = &self->connections[connection];

  bytes = MIN (bytes, taker->end - taker->claimed);
  taker->claimed += bytes;
  return bytes;
}

/**
 * mainstay_range_plan_landed:
 * @self: a plan
 * @connection: who has written bytes
 * @bytes: how many, all of them claimed
 * @now: microseconds
 */
void
mainstay_range_plan_landed (MainstayRangePlan *self,
                            unsigned int       connection,
                            gint64             bytes,
                            gint64             now)
{
  Connection *taker = &self->connections[connection];
  gint64 window = now - taker->window_start;

  g_return_if_fail (taker->landed + bytes <= taker->claimed);

  mainstay_range_set_add (self->done, taker->landed, taker->landed + bytes);
  taker->landed += bytes;
  taker->window_bytes += bytes;
  if (window >= SPEED_WINDOW)
    {
      double speed = (double) taker->window_bytes * G_USEC_PER_SEC / (double) window;

      taker->speed = taker->speed > 0 ? (taker->speed + speed) / 2 : speed;
      taker->window_start = now;
      taker->window_bytes = 0;
    }
}

/** mainstay_range_plan_give_back: What @connection took and what has not landed is free again. */
void
mainstay_range_plan_give_back (MainstayRangePlan *self,
                               unsigned int       connection)
{
  Connection *taker = &self->connections[connection];

  if (!taker->active)
    return;
  taker->active = FALSE;
  mainstay_range_set_add (self->free, taker->landed, taker->end);
}

/** mainstay_range_plan_get_done: Returns: (transfer none): what has landed */
MainstayRangeSet *
mainstay_range_plan_get_done (MainstayRangePlan *self)
{
  return self->done;
}

/** mainstay_range_plan_is_complete: Returns: whether every byte has landed */
gboolean
mainstay_range_plan_is_complete (MainstayRangePlan *self)
{
  return self->total >= 0 && mainstay_range_set_get_size (self->done) == self->total;
}
