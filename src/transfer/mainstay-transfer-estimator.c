/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-transfer-estimator.h"

/* Long enough to even out bursts, short enough to follow a line that became slow. */
#define WINDOW (10 * G_USEC_PER_SEC)
/* Before that a speed is a guess, and a jumping time left is worse than none. */
#define SHORTEST (G_USEC_PER_SEC)
#define SPACING (G_USEC_PER_SEC / 10)
#define N_SAMPLES (WINDOW / SPACING)

typedef struct
{
  gint64 time; /* microseconds */
  gint64 done; /* bytes */
} Sample;

struct _MainstayTransferEstimator
{
  Sample samples[N_SAMPLES];
  unsigned int first;
  unsigned int count;
};

/** mainstay_transfer_estimator_new: Returns: (transfer full): one without samples */
MainstayTransferEstimator *
mainstay_transfer_estimator_new (void)
{
  return g_new0 (MainstayTransferEstimator, 1);
}

/** mainstay_transfer_estimator_free: */
void
mainstay_transfer_estimator_free (MainstayTransferEstimator *self)
{
  g_free (self);
}

/** mainstay_transfer_estimator_reset: Forgets all samples, as after a pause. */
void
mainstay_transfer_estimator_reset (MainstayTransferEstimator *self)
{
  self->first = 0;
  self->count = 0;
}

static Sample *
sample_at (MainstayTransferEstimator *self,
           unsigned int               position)
{
  return &self->samples[(self->first + position) % N_SAMPLES];
}

static void
drop_first (MainstayTransferEstimator *self)
{
  self->first = (self->first + 1) % N_SAMPLES;
  self->count--;
}

/**
 * mainstay_transfer_estimator_add:
 * @self: an estimator
 * @now: a monotonic clock, in microseconds
 * @done: bytes transferred so far
 *
 * Takes a sample. Fewer bytes than before mean that the transfer began again.
 */
void
mainstay_transfer_estimator_add (MainstayTransferEstimator *self,
                                 gint64                     now,
                                 gint64                     done)
{
  Sample *last = self->count > 0 ? sample_at (self, self->count - 1) : NULL;

  if (last != NULL && (done < last->done || now < last->time))
    {
      mainstay_transfer_estimator_reset (self);
      last = NULL;
    }
  /* The newest sample moves along until the one before it is far enough away. */
  if (self->count > 1 && now - sample_at (self, self->count - 2)->time < SPACING)
    self->count--;
  while (self->count > 0 &&
         (self->count == N_SAMPLES || now - sample_at (self, 0)->time > WINDOW))
    drop_first (self);
  *sample_at (self, self->count++) = (Sample) { now, done };
}

/**
 * mainstay_transfer_estimator_get_speed:
 * @self: an estimator
 *
 * Returns: bytes a second, 0 when not known yet
 */
double
mainstay_transfer_estimator_get_speed (MainstayTransferEstimator *self)
{
  Sample *first = sample_at (self, 0);
  Sample *last;

  if (self->count < 2)
    return 0;
  last = sample_at (self, self->count - 1);
  if (last->time - first->time < SHORTEST)
    return 0;
  return (double) (last->done - first->done) * G_USEC_PER_SEC / (double) (last->time - first->time);
}

/**
 * mainstay_transfer_estimator_get_seconds_left:
 * @self: an estimator
 * @total: all bytes, -1 when unknown
 *
 * Returns: seconds, rounded up, -1 when unknown
 */
int
mainstay_transfer_estimator_get_seconds_left (MainstayTransferEstimator *self,
                                              gint64                     total)
{
  double speed = mainstay_transfer_estimator_get_speed (self);
  gint64 left;
  double seconds;

  if (total < 0 || speed <= 0)
    return -1;
  left = MAX (total - sample_at (self, self->count - 1)->done, 0);
  seconds = (double) left / speed;
  if (seconds > G_MAXINT - 1)
    return -1;
  return (int) seconds + ((double) (int) seconds < seconds ? 1 : 0);
}
