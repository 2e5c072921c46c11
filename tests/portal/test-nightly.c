/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>

#include "mainstay-portal-retention.h"
#include "mainstay-time.h"
#include "portal-fixture.h"

#define MINUTE_MS (60 * (gint64) 1000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define ZONE "Europe/Amsterdam"
#define MINUTE (2 * 60 + 30)
#define NIGHTS 42
/* Noon in the zone; across a change to summer time. */
#define FIRST_DAY "2028-03-05T11:00:00.000Z"

typedef struct
{
  PortalFixture portal;
  gint64 now;
  gint64 since_boot;
} Fixture;

static gint64
read_number (gpointer number)
{
  return *(gint64 *) number;
}

/* Time goes by: for the clock and for the machine. */
static void
pass (Fixture *self,
      gint64   milliseconds)
{
  self->now += milliseconds;
  self->since_boot += milliseconds;
}

static void
tick (Fixture *self)
{
  mainstay_portal_tick (self->portal.portal);
  portal_fixture_wait (&self->portal);
}

static void
inject_clocks (Fixture *self)
{
  MainstayPortal *portal = self->portal.portal;

  mainstay_portal_database_set_clock (portal->database, read_number, &self->now);
  portal->boottime = read_number;
  portal->boottime_data = &self->since_boot;
}

static void
set_schedule (Fixture *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal.portal->database, &error);
  g_autoptr(MainstayPortalNightly) nightly = g_new0 (MainstayPortalNightly, 1);
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier (ZONE);

  g_assert_nonnull (zone);
  nightly->environment_id = g_strdup (self->portal.test->id);
  nightly->zone = g_strdup (ZONE);
  mainstay_portal_schedule_set (&nightly->schedule, MINUTE, zone, self->now);
  mainstay_portal_store_put_nightly (tx, nightly, &error);
  g_assert_no_error (error);
  mainstay_portal_transaction_commit (tx, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  portal_fixture_set_up (&self->portal, data);
  self->now = mainstay_time_parse (FIRST_DAY);
  self->since_boot = HOUR_MS;
  inject_clocks (self);
  set_schedule (self);
  portal_fixture_set_status (&self->portal, self->portal.test, MAINSTAY_ENVIRONMENT_RUNNING);
  tick (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  portal_fixture_tear_down (&self->portal, data);
}

static GPtrArray *
list_snapshots (Fixture *self)
{
  g_autoptr(GError) error = NULL;
  GPtrArray *list =
    mainstay_portal_list_snapshots (self->portal.portal, self->portal.test, 0, -1, NULL, &error);

  g_assert_no_error (error);
  return list;
}

static unsigned int
count_snapshots (Fixture *self)
{
  g_autoptr(GPtrArray) list = list_snapshots (self);

  return list->len;
}

/* The n-th newest, from 0. */
static void
assert_activity (Fixture          *self,
                 gint64            n,
                 const char       *kind,
                 MainstayJobState  state,
                 const char       *message_part)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list =
    mainstay_portal_list_activity (self->portal.portal, self->portal.test, n, 1, NULL, &error);
  MainstayPortalActivity *entry;

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 1);
  entry = list->pdata[0];
  g_assert_cmpstr (entry->kind, ==, kind);
  g_assert_cmpint (entry->state, ==, state);
  g_assert_cmpstr (entry->by, ==, "Nightly");
  if (message_part != NULL)
    g_assert_nonnull (strstr (entry->message, message_part));
}

/* Each of these, and no other. */
static void
assert_causes (Fixture           *self,
               const char        *kind,
               gint64             total,
               const char *const *causes)
{
  g_autofree char *records = g_build_filename (self->portal.directory, "portal.db", NULL);

  for (; *causes != NULL; causes++)
    {
      g_autofree char *sql = g_strdup_printf (
        "SELECT count(*) FROM activity WHERE kind = '%s' AND (cause = '%s'"
        " OR cause LIKE '%s, late: %%')", kind, *causes, *causes);
      gint64 number = portal_fixture_number (records, sql);

      g_test_message ("%s: %" G_GINT64_FORMAT, *causes, number);
      g_assert_cmpint (number, >, 0);
      total -= number;
    }
  g_assert_cmpint (total, ==, 0);
}

static gint64
count_activity (Fixture    *self,
                const char *kind)
{
  g_autofree char *records = g_build_filename (self->portal.directory, "portal.db", NULL);
  g_autofree char *sql =
    g_strdup_printf ("SELECT count(*) FROM activity WHERE kind = '%s'", kind);

  return portal_fixture_number (records, sql);
}

static void
execute (Fixture    *self,
         const char *sql)
{
  g_autofree char *records = g_build_filename (self->portal.directory, "portal.db", NULL);

  portal_fixture_execute (records, sql);
}

/* Just after the next night is due: it is noon now. */
static void
pass_to_night (Fixture *self)
{
  pass (self, 14 * HOUR_MS + 31 * MINUTE_MS);
}

static void
hide_database (Fixture  *self,
               gboolean  hide)
{
  g_autofree char *path = portal_fixture_database (&self->portal, self->portal.test);
  g_autofree char *aside = g_strconcat (path, ".aside", NULL);

  g_assert_cmpint (g_rename (hide ? path : aside, hide ? aside : path), ==, 0);
}

/* The plain model: the days of the calendar that were nights, each with what its day of the week
 * makes it and how long that is kept. */
static unsigned int
count_expected (Fixture *self,
                char     type)
{
  g_autoptr(GDate) day = g_date_new_dmy (6, G_DATE_MARCH, 2028);
  unsigned int count = 0;

  for (int age = NIGHTS - 1; age >= 0; age--, g_date_add_days (day, 1))
    {
      gboolean sunday = g_date_get_weekday (day) == G_DATE_SUNDAY;
      char its = !sunday ? 'n' : g_date_get_day (day) <= 7 ? 'm' : 'w';

      count += its == type && (sunday || age < 14);
    }
  return count;
}

static unsigned int
count_type (GPtrArray  *snapshots,
            const char *type)
{
  unsigned int count = 0;

  for (unsigned int i = 0; i < snapshots->len; i++)
    {
      MainstayPortalSnapshot *snapshot = snapshots->pdata[i];

      g_assert_cmpint (snapshot->state, ==, MAINSTAY_JOB_COMPLETED);
      g_assert_cmpstr (snapshot->created_by, ==, "Nightly");
      count += g_strcmp0 (snapshot->type, type) == 0;
    }
  return count;
}

static void
test_nights (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr(GPtrArray) list = NULL;
  g_autofree char *folder = g_build_filename (self->portal.directory, "snapshots", NULL);
  g_autoptr(GDir) dir = NULL;
  unsigned int stored = 0;

  for (int i = 0; i < NIGHTS * 24; i += 3)
    {
      pass (self, 3 * HOUR_MS);
      tick (self);
    }
  list = list_snapshots (self);
  g_assert_cmpint (count_activity (self, "nightly"), ==, NIGHTS);
  g_assert_cmpuint (count_type (list, "nightly"), ==, count_expected (self, 'n'));
  g_assert_cmpuint (count_type (list, "weekly"), ==, count_expected (self, 'w'));
  g_assert_cmpuint (count_type (list, "monthly"), ==, count_expected (self, 'm'));
  g_assert_cmpuint (list->len, <, NIGHTS);
  g_assert_cmpint (count_activity (self, "expire"), ==, NIGHTS - list->len);
  assert_causes (self, "nightly", NIGHTS,
                 (const char *[]) { "By the schedule", "By the schedule, as Sunday’s kept for three"
                                    " months", "By the schedule, as the month’s first Sunday’s kept"
                                    " for a year", NULL });
  assert_causes (self, "expire", NIGHTS - list->len,
                 (const char *[]) { "Expired by the schedule after two weeks", NULL });
  /* What is gone from the list is gone from the disk. */
  dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    stored++;
  g_assert_cmpuint (stored, ==, list->len);
}

/* E4 */
static void
test_not_running (Fixture       *self,
                  gconstpointer  data)
{
  portal_fixture_set_status (&self->portal, self->portal.test, MAINSTAY_ENVIRONMENT_STOPPED);
  for (int i = 0; i < 3 * 24; i++)
    {
      pass (self, HOUR_MS);
      tick (self);
    }
  g_assert_cmpuint (count_snapshots (self), ==, 0);
  /* That it runs again is no reason to make up for what was not missed. */
  portal_fixture_set_status (&self->portal, self->portal.test, MAINSTAY_ENVIRONMENT_RUNNING);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 0);
  pass_to_night (self);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 1);
  assert_activity (self, 0, "nightly", MAINSTAY_JOB_COMPLETED,
                   "By the schedule. Completed backup creation");
}

static void
test_busy (Fixture       *self,
           gconstpointer  data)
{
  g_autofree char *take = g_strdup_printf ("INSERT INTO actions VALUES ('%s', 'restores', 'x')",
                                           self->portal.test->id);

  execute (self, take);
  pass_to_night (self);
  for (int i = 0; i < 10; i++)
    {
      tick (self);
      pass (self, MINUTE_MS);
    }
  g_assert_cmpuint (count_snapshots (self), ==, 0);
  g_assert_cmpint (count_activity (self, "nightly"), ==, 0);
  execute (self, "DELETE FROM actions");
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 1);
  assert_activity (self, 0, "nightly", MAINSTAY_JOB_COMPLETED,
                   "By the schedule, late: it was due at ");
  pass (self, HOUR_MS);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 1);
}

/* E5 */
static void
test_failing (Fixture       *self,
              gconstpointer  data)
{
  hide_database (self, TRUE);
  pass_to_night (self);
  for (int i = 0; i < 180; i++, pass (self, MINUTE_MS))
    tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 3);
  assert_activity (self, 0, "nightly", MAINSTAY_JOB_FAILED, "Attempt 3 of 3: ");
  assert_activity (self, 1, "nightly", MAINSTAY_JOB_FAILED, "Attempt 2 of 3: ");
  assert_activity (self, 2, "nightly", MAINSTAY_JOB_FAILED, "Attempt 1 of 3: ");
  pass (self, 21 * HOUR_MS);
  tick (self);
  assert_activity (self, 0, "nightly", MAINSTAY_JOB_FAILED, "Attempt 1 of 3: ");
  hide_database (self, FALSE);
  pass (self, 14 * MINUTE_MS);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 4);
  pass (self, MINUTE_MS);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 5);
  assert_activity (self, 0, "nightly", MAINSTAY_JOB_COMPLETED, NULL);
  pass (self, 16 * MINUTE_MS);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 5);
}

static void
test_missed (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr(GPtrArray) list = NULL;

  pass (self, 6 * DAY_MS + 2 * HOUR_MS);
  for (int i = 0; i < 8; i++, pass (self, MINUTE_MS))
    tick (self);
  list = list_snapshots (self);
  g_assert_cmpuint (list->len, ==, 1);
  /* Of the last night, that to Saturday the 11th. */
  g_assert_cmpstr (((MainstayPortalSnapshot *) list->pdata[0])->type, ==, "nightly");
  assert_activity (self, 0, "nightly", MAINSTAY_JOB_COMPLETED,
                   "By the schedule, late: it was due at 2028-03-11 ");
}

/* The records as a crash leaves them while the backup is being made. */
static void
test_crash (Fixture       *self,
            gconstpointer  data)
{
  pass_to_night (self);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 1);
  execute (self, "UPDATE schedules SET snapshot_id = (SELECT id FROM snapshots)");
  execute (self, "UPDATE snapshots SET state = 'running'");
  execute (self, "UPDATE activity SET state = 'running'");
  portal_fixture_reopen (&self->portal);
  inject_clocks (self);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 1);
  assert_activity (self, 0, "nightly", MAINSTAY_JOB_FAILED, "Attempt 1 of 3: The portal was stop");
  pass (self, 15 * MINUTE_MS);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 2);
  assert_activity (self, 0, "nightly", MAINSTAY_JOB_COMPLETED, NULL);
}

/* Years forward by mistake: for a day nothing is removed, and when the clock is right again, all is
 * still there. */
static void
test_jump (Fixture       *self,
           gconstpointer  data)
{
  pass_to_night (self);
  tick (self);
  g_assert_cmpuint (count_snapshots (self), ==, 1);
  self->now += 1000 * DAY_MS;
  for (int i = 0; i < 23; i++, pass (self, HOUR_MS))
    tick (self);
  g_assert_cmpint (count_activity (self, "expire"), ==, 0);
  self->now -= 1000 * DAY_MS;
  for (int i = 0; i < 24; i++, pass (self, HOUR_MS))
    tick (self);
  g_assert_cmpint (count_activity (self, "expire"), ==, 0);
}

/* The same in the time in which the portal does not run. */
static void
test_jump_while_off (Fixture       *self,
                     gconstpointer  data)
{
  pass_to_night (self);
  tick (self);
  self->now += 40 * DAY_MS;
  portal_fixture_reopen (&self->portal);
  inject_clocks (self);
  for (int i = 0; i < 24; i++, pass (self, HOUR_MS))
    tick (self);
  g_assert_cmpint (count_activity (self, "expire"), ==, 0);
  /* Held across another start, and then no more. */
  portal_fixture_reopen (&self->portal);
  inject_clocks (self);
  for (int i = 0; i < 4; i++, pass (self, HOUR_MS))
    tick (self);
  g_assert_cmpint (count_activity (self, "expire"), ==, 1);
  assert_activity (self, 0, "expire", MAINSTAY_JOB_COMPLETED,
                   "Expired by the schedule after two weeks");
}

static void
test_guard (void)
{
  MainstayPortalClockGuard guard;
  gint64 now = 20000 * DAY_MS;

  mainstay_portal_clock_guard_init (&guard, 0, 0);
  g_assert_true (mainstay_portal_clock_guard_look (&guard, now, 0));
  /* Asleep for long, and set right a little. */
  g_assert_true (mainstay_portal_clock_guard_look (&guard, now + 90 * DAY_MS, 90 * DAY_MS));
  now += 90 * DAY_MS;
  g_assert_true (mainstay_portal_clock_guard_look (&guard, now + MINUTE_MS, 90 * DAY_MS));
  /* Back by a day. */
  g_assert_false (mainstay_portal_clock_guard_look (&guard, now - DAY_MS, 90 * DAY_MS));
  g_assert_false (mainstay_portal_clock_guard_look (&guard, now - 1, 91 * DAY_MS - 1));
  g_assert_true (mainstay_portal_clock_guard_look (&guard, now, 91 * DAY_MS));

  mainstay_portal_clock_guard_init (&guard, now, 0);
  g_assert_true (mainstay_portal_clock_guard_look (&guard, now + 30 * DAY_MS, 5));
  mainstay_portal_clock_guard_init (&guard, now, 0);
  g_assert_false (mainstay_portal_clock_guard_look (&guard, now + 32 * DAY_MS, 5));
  mainstay_portal_clock_guard_init (&guard, now, 0);
  g_assert_false (mainstay_portal_clock_guard_look (&guard, now - 2 * HOUR_MS, 5));
  mainstay_portal_clock_guard_init (&guard, now, HOUR_MS);
  g_assert_false (mainstay_portal_clock_guard_look (&guard, now, 5));
  g_assert_true (mainstay_portal_clock_guard_look (&guard, now + HOUR_MS, HOUR_MS + 5));
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/portal/nightly/nights", test_nights);
  ADD ("/portal/nightly/not-running", test_not_running);
  ADD ("/portal/nightly/busy", test_busy);
  ADD ("/portal/nightly/failing", test_failing);
  ADD ("/portal/nightly/missed", test_missed);
  ADD ("/portal/nightly/crash", test_crash);
  ADD ("/portal/nightly/jump", test_jump);
  ADD ("/portal/nightly/jump-while-off", test_jump_while_off);
  g_test_add_func ("/portal/nightly/guard", test_guard);
  return g_test_run ();
}
