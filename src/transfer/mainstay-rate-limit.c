/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-rate-limit.h"

/* What may go at once after a pause, as time: long enough for a block, too short to be felt. */
#define BURST (G_USEC_PER_SEC / 4)
/* A sleep ends this often, to see whether the limit was changed. */
#define LONGEST_SLEEP (G_USEC_PER_SEC / 5)

struct _MainstayRateLimit
{
  GMutex mutex;
  guint64 rate;      /* bytes a second, 0 for no limit */
  double paid_until; /* microseconds, monotonic: when what was taken has been paid off */
  unsigned int age;  /* how often the rate was changed */
};

/** mainstay_rate_limit_new: Returns: (transfer full): one without a limit */
MainstayRateLimit *
mainstay_rate_limit_new (void)
{
  MainstayRateLimit *self = g_new0 (MainstayRateLimit, 1);

  g_mutex_init (&self->mutex);
  return self;
}

void
mainstay_rate_limit_free (MainstayRateLimit *self)
{
  g_mutex_clear (&self->mutex);
  g_clear_pointer (&self, g_free);
}

/** mainstay_rate_limit_get_default: Returns: (transfer none): the one of this program */
MainstayRateLimit *
mainstay_rate_limit_get_default (void)
{
  static gsize instance = 0;

  if (g_once_init_enter (&instance))
    g_once_init_leave (&instance, (gsize) mainstay_rate_limit_new ());
  return (MainstayRateLimit *) instance;
}

/**
 * mainstay_rate_limit_set_rate:
 * @self: a limit
 * @bytes_per_second: what may go over the line, 0 for as much as it can
 *
 * Holds at once, also for who waits already.
 */
void
mainstay_rate_limit_set_rate (MainstayRateLimit *self,
                              guint64            bytes_per_second)
{
  g_mutex_lock (&self->mutex);
  if (self->rate != bytes_per_second)
    {
      self->rate = bytes_per_second;
      self->paid_until = 0;
      self->age++;
    }
  g_mutex_unlock (&self->mutex);
}

/** mainstay_rate_limit_get_rate: Returns: bytes a second, 0 for no limit */
guint64
mainstay_rate_limit_get_rate (MainstayRateLimit *self)
{
  guint64 rate;

  g_mutex_lock (&self->mutex);
  rate = self->rate;
  g_mutex_unlock (&self->mutex);
  return rate;
}

/** mainstay_rate_limit_delay_at: Returns: microseconds to wait from @now on, 0 for none */
gint64
mainstay_rate_limit_delay_at (MainstayRateLimit *self,
                              gsize              bytes,
                              gint64             now)
{
  gint64 delay = 0;

  g_mutex_lock (&self->mutex);
  if (self->rate > 0)
    {
      self->paid_until = MAX (self->paid_until, (double) now - BURST);
      self->paid_until += (double) bytes * G_USEC_PER_SEC / (double) self->rate;
      delay = self->paid_until > (double) now ? (gint64) (self->paid_until - (double) now) : 0;
    }
  g_mutex_unlock (&self->mutex);
  return delay;
}

/** mainstay_rate_limit_delay: Returns: microseconds to wait, 0 for none */
gint64
mainstay_rate_limit_delay (MainstayRateLimit *self,
                           gsize              bytes)
{
  return mainstay_rate_limit_delay_at (self, bytes, g_get_monotonic_time ());
}

static unsigned int
get_age (MainstayRateLimit *self)
{
  unsigned int age;

  g_mutex_lock (&self->mutex);
  age = self->age;
  g_mutex_unlock (&self->mutex);
  return age;
}

/**
 * mainstay_rate_limit_take:
 * @self: a limit
 * @bytes: what goes over the line
 * @cancellable: (nullable): ends the wait
 *
 * Blocks; for worker threads.
 *
 * Returns: %FALSE when cancelled
 */
gboolean
mainstay_rate_limit_take (MainstayRateLimit *self,
                          gsize              bytes,
                          GCancellable      *cancellable)
{
  unsigned int age = get_age (self);
  gint64 now = g_get_monotonic_time ();
  gint64 until = now + mainstay_rate_limit_delay_at (self, bytes, now);

  while (now < until && get_age (self) == age && !g_cancellable_is_cancelled (cancellable))
    {
      g_usleep ((gulong) MIN (until - now, LONGEST_SLEEP));
      now = g_get_monotonic_time ();
    }
  return !g_cancellable_is_cancelled (cancellable);
}
