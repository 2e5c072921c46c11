/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-connection-tuner.h"

/* As fast as a gigabit line, which one connection can fill. */
#define FAST (64.0 * 1024 * 1024)
#define FIRST_WINDOW (G_USEC_PER_SEC / 10)
/* So much faster than a window ago, the first connection has not found its speed yet: TCP begins
 * slowly, on a long line for a second. */
#define STILL_STARTING 1.5
/* A new connection is at its speed after so many times what the first one took to be answered. */
#define LATENCIES 3
#define GROWTH 4
/* On a long line that is this slow, many are needed, and the round trips of trying some first would
 * be the better part of a small file. */
#define LONG_LINE (G_USEC_PER_SEC / 25)
#define SLOW (4.0 * 1024 * 1024)
/* Twice as many connections or more must be so much faster to be kept. */
#define ENOUGH 1.2
/* Lines change: what did not help may help later. */
#define HOLD (15 * G_USEC_PER_SEC)
/* Not worth it for what is over so soon. */
#define SHORTEST_LEFT 1.0 /* seconds */
/* Of the time of the connections; below it, this machine is what they wait for. */
#define LEAST_WAITING 0.5

typedef enum {
  PHASE_FIRST,
  PHASE_GROWING,
  PHASE_HOLDING
} Phase;

struct _MainstayConnectionTuner
{
  gint64 window_start; /* microseconds, 0 when none */
  gint64 window_done;  /* bytes */
  double speed_before; /* bytes a second, with fewer connections */
  unsigned int most;
  unsigned int count;
  unsigned int count_before;
  Phase phase;
};

/** mainstay_connection_tuner_new: Returns: (transfer full): one that allows one connection */
MainstayConnectionTuner *
mainstay_connection_tuner_new (void)
{
  MainstayConnectionTuner *self = g_new0 (MainstayConnectionTuner, 1);

  self->most = 1;
  self->count = 1;
  self->count_before = 1;
  return self;
}

void
mainstay_connection_tuner_free (MainstayConnectionTuner *self)
{
  g_clear_pointer (&self, g_free);
}

void
mainstay_connection_tuner_limit (MainstayConnectionTuner *self,
                                 unsigned int             most)
{
  self->most = CLAMP (most, 1, MAINSTAY_MOST_CONNECTIONS);
  self->count = MIN (self->count, self->most);
  self->count_before = MIN (self->count_before, self->most);
}

unsigned int
mainstay_connection_tuner_get_limit (MainstayConnectionTuner *self)
{
  return self->most;
}

/** mainstay_connection_tuner_get_count: Returns: how many connections to use */
unsigned int
mainstay_connection_tuner_get_count (MainstayConnectionTuner *self)
{
  return self->count;
}

void
mainstay_connection_tuner_restart (MainstayConnectionTuner *self)
{
  self->window_start = 0;
  self->phase = PHASE_FIRST;
  self->speed_before = 0;
  self->count = 1;
  self->count_before = 1;
}

static gint64
get_window (MainstayConnectionTuner *self,
            gint64                   latency)
{
  switch (self->phase)
    {
    case PHASE_FIRST:
      return FIRST_WINDOW;
    case PHASE_GROWING:
      return FIRST_WINDOW + LATENCIES * MIN (latency, G_USEC_PER_SEC);
    case PHASE_HOLDING:
    default:
      return HOLD;
    }
}

static void
grow (MainstayConnectionTuner *self,
      double                   speed,
      gint64                   latency)
{
  unsigned int count = self->count * GROWTH;

  if (latency >= LONG_LINE && speed < SLOW)
    count = MAINSTAY_MOST_CONNECTIONS;
  self->speed_before = speed;
  self->count_before = self->count;
  self->count = MIN (count, self->most);
  self->phase = PHASE_GROWING;
}

/**
 * mainstay_connection_tuner_update:
 * @self: a tuner
 * @now: microseconds
 * @done: bytes that have landed; only differences matter
 * @left: bytes that have not
 * @waiting: the share of their time that the connections wait for the line, 0 to 1
 * @latency: microseconds from asking to the first answer, connecting included; 0 when unknown
 *
 * Returns: how many connections to use from now on
 */
unsigned int
mainstay_connection_tuner_update (MainstayConnectionTuner *self,
                                  gint64                   now,
                                  gint64                   done,
                                  gint64                   left,
                                  double                   waiting,
                                  gint64                   latency)
{
  gint64 window = now - self->window_start;
  double speed;

  if (self->window_start == 0)
    {
      self->window_start = now;
      self->window_done = done;
      return self->count;
    }
  if (window < get_window (self, latency))
    return self->count;
  speed = (double) (done - self->window_done) * G_USEC_PER_SEC / (double) window;
  self->window_start = now;
  self->window_done = done;
  if (self->phase == PHASE_FIRST && speed < FAST && speed >= self->speed_before * STILL_STARTING)
    self->speed_before = speed;
  else if (self->phase == PHASE_GROWING && speed < self->speed_before * ENOUGH)
    {
      self->count = self->count_before;
      self->phase = PHASE_HOLDING;
    }
  else if (self->count < self->most && speed < FAST && waiting >= LEAST_WAITING &&
           (double) left > speed * SHORTEST_LEFT)
    grow (self, speed, latency);
  else
    self->phase = PHASE_HOLDING;
  return self->count;
}
