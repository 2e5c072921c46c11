/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <time.h>

#include "mainstay-portal-private.h"

#define HOUR_MS (60 * 60 * (gint64) 1000)

static gint64
read_boottime (MainstayPortal *self)
{
  struct timespec time;

  if (self->boottime != NULL)
    return self->boottime (self->boottime_data);
  clock_gettime (CLOCK_BOOTTIME, &time);
  return time.tv_sec * (gint64) 1000 + time.tv_nsec / 1000000;
}

gboolean
mainstay_portal_load_clock (MainstayPortal  *self,
                            GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  gint64 seen, held;

  if (tx == NULL || !mainstay_portal_store_get_clock (tx, &seen, &held, error))
    return FALSE;
  mainstay_portal_clock_guard_init (&self->clock_guard, seen, held);
  return TRUE;
}

static void
save_clock (MainstayPortal                 *self,
            const MainstayPortalClockGuard *guard)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, &error);

  if (tx == NULL || !mainstay_portal_store_put_clock (tx, guard->seen, guard->held, &error) ||
      !mainstay_portal_transaction_commit (tx, &error))
    g_message ("The time could not be noted: %s", error->message);
}

/* Not every minute: each writing waits for the disk. */
static gboolean
is_worth_saving (const MainstayPortalClockGuard *guard,
                 const MainstayPortalClockGuard *saved)
{
  return ABS (guard->seen - saved->seen) >= HOUR_MS || guard->held > saved->held ||
         saved->held - guard->held >= HOUR_MS || (guard->held == 0 && saved->held > 0);
}

/* Returns: whether something may expire now */
static gboolean
look_at_clock (MainstayPortal *self)
{
  gint64 now = mainstay_portal_database_now (self->database);
  gint64 since_boot = read_boottime (self);
  MainstayPortalClockGuard guard;
  gboolean was_held, may_expire, save;

  g_mutex_lock (&self->lock);
  was_held = self->clock_guard.held > 0;
  may_expire = mainstay_portal_clock_guard_look (&self->clock_guard, now, since_boot);
  guard = self->clock_guard;
  save = is_worth_saving (&guard, &self->saved_clock);
  if (save)
    self->saved_clock = guard;
  if (may_expire && self->expired_at > 0 && since_boot - self->expired_at < HOUR_MS)
    may_expire = FALSE;
  if (may_expire)
    self->expired_at = since_boot;
  g_mutex_unlock (&self->lock);

  if (guard.held > 0 && !was_held)
    g_message ("The clock has jumped, or the portal was away for long: for a day of running nothing"
               " expires");
  if (save)
    save_clock (self, &guard);
  return may_expire;
}

void
mainstay_portal_tick (MainstayPortal *self)
{
  mainstay_portal_run_nightlies (self);
  if (look_at_clock (self))
    mainstay_portal_expire (self);
}
