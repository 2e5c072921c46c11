/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-format.h"

#include "config.h"

#include <glib/gi18n.h>
#include <langinfo.h>
#include <math.h>
#include <string.h>

#define MINUTE G_GINT64_CONSTANT (60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static char *
dash (void)
{
  return g_strdup ("—");
}

static GDateTime *
to_local (gint64 time)
{
  return time > 0 ? g_date_time_new_from_unix_local (time / 1000) : NULL;
}

/* The C locale's date is not one that a person in any country writes. */
static const char *
date_pattern (void)
{
  if (g_strcmp0 (nl_langinfo (D_FMT), "%m/%d/%y") == 0)
    return "%-d %b %Y";
  return "%x";
}

static const char *
clock_pattern (void)
{
  const char *locale_pattern = nl_langinfo (T_FMT);

  if (strstr (locale_pattern, "%p") != NULL || strstr (locale_pattern, "%r") != NULL)
    return "%-I:%M %p";
  return "%H:%M";
}

/** mainstay_format_date: Returns: day and clock time as the user's locale writes them */
char *
mainstay_format_date (gint64 time)
{
  g_autoptr(GDateTime) local = to_local (time);
  g_autofree char *day = NULL;
  g_autofree char *clock = NULL;

  if (local == NULL)
    return dash ();
  day = g_date_time_format (local, date_pattern ());
  clock = g_date_time_format (local, clock_pattern ());
  /* translators: a date and a time of the day */
  return g_strdup_printf (C_("date and time", "%s, %s"), day, clock);
}

/** mainstay_format_day: Returns: the day as the user's locale writes it */
char *
mainstay_format_day (gint64 time)
{
  g_autoptr(GDateTime) local = to_local (time);

  return local != NULL ? g_date_time_format (local, date_pattern ()) : dash ();
}

/** mainstay_format_clock: Returns: the clock time, with the day when it is not today */
char *
mainstay_format_clock (gint64 time)
{
  g_autoptr(GDateTime) local = to_local (time);
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();

  if (local == NULL)
    return dash ();
  if (g_date_time_get_year (local) != g_date_time_get_year (now) ||
      g_date_time_get_day_of_year (local) != g_date_time_get_day_of_year (now))
    return mainstay_format_date (time);
  return g_date_time_format (local, clock_pattern ());
}

static char *
format_past (gint64 seconds)
{
  if (seconds < MINUTE)
    return g_strdup (_("Just now"));
  if (seconds < HOUR)
    return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", seconds / MINUTE),
                            (int) (seconds / MINUTE));
  if (seconds < DAY)
    return g_strdup_printf (ngettext ("%d hour ago", "%d hours ago", seconds / HOUR),
                            (int) (seconds / HOUR));
  if (seconds < 60 * DAY)
    return g_strdup_printf (ngettext ("%d day ago", "%d days ago", seconds / DAY),
                            (int) (seconds / DAY));
  if (seconds < 730 * DAY)
    return g_strdup_printf (ngettext ("%d month ago", "%d months ago", seconds / (30 * DAY)),
                            (int) (seconds / (30 * DAY)));
  return g_strdup_printf (ngettext ("%d year ago", "%d years ago", seconds / (365 * DAY)),
                          (int) (seconds / (365 * DAY)));
}

static char *
format_future (gint64 seconds)
{
  if (seconds < MINUTE)
    return g_strdup (_("In less than a minute"));
  if (seconds < HOUR)
    return g_strdup_printf (ngettext ("In %d minute", "In %d minutes", seconds / MINUTE),
                            (int) (seconds / MINUTE));
  if (seconds < DAY)
    return g_strdup_printf (ngettext ("In %d hour", "In %d hours", seconds / HOUR),
                            (int) (seconds / HOUR));
  return g_strdup_printf (ngettext ("In %d day", "In %d days", seconds / DAY),
                          (int) (seconds / DAY));
}

char *
mainstay_format_relative (gint64 time,
                          gint64 now)
{
  gint64 seconds = (now - time) / 1000;

  if (time <= 0)
    return dash ();
  /* Clocks differ a little from one machine to another. */
  if (seconds > -5)
    return format_past (MAX (seconds, 0));
  return format_future (-seconds);
}

char *
mainstay_format_remaining (gint64 time,
                           gint64 now)
{
  gint64 seconds = (time - now) / 1000;

  if (time <= 0)
    return dash ();
  if (seconds <= 0)
    return g_strdup (_("Expired"));
  if (seconds < HOUR)
    return g_strdup (_("Less than an hour left"));
  if (seconds < DAY)
    return g_strdup_printf (ngettext ("%d hour left", "%d hours left", seconds / HOUR),
                            (int) (seconds / HOUR));
  if (seconds < 90 * DAY)
    return g_strdup_printf (ngettext ("%d day left", "%d days left", seconds / DAY),
                            (int) (seconds / DAY));
  return g_strdup_printf (ngettext ("%d month left", "%d months left", seconds / (30 * DAY)),
                          (int) (seconds / (30 * DAY)));
}

char *
mainstay_format_size (gint64 bytes)
{
  return bytes < 0 ? dash () : g_format_size ((guint64) bytes);
}

char *
mainstay_format_speed (double speed)
{
  g_autofree char *size = NULL;

  if (!isfinite (speed) || speed <= 0)
    return dash ();
  size = g_format_size ((guint64) MIN (speed, 1e18));
  /* translators: a speed; %s is a size such as "3.4 MB" */
  return g_strdup_printf (_("%s/s"), size);
}

char *
mainstay_format_duration (gint64 seconds)
{
  if (seconds < 0)
    return dash ();
  if (seconds < MINUTE)
    return g_strdup_printf (ngettext ("%d second", "%d seconds", seconds), (int) seconds);
  if (seconds < HOUR)
    return g_strdup_printf (ngettext ("%d minute", "%d minutes", seconds / MINUTE),
                            (int) (seconds / MINUTE));
  if (seconds < 2 * DAY)
    return g_strdup_printf (ngettext ("%d hour", "%d hours", seconds / HOUR),
                            (int) (seconds / HOUR));
  return g_strdup_printf (ngettext ("%d day", "%d days", seconds / DAY), (int) (seconds / DAY));
}

char *
mainstay_format_time_left (gint64 seconds)
{
  gint64 minutes = (seconds + MINUTE - 1) / MINUTE;
  gint64 hours = (seconds + HOUR - 1) / HOUR;

  if (seconds < 0)
    return dash ();
  if (seconds < MINUTE)
    return g_strdup (_("Less than a minute left"));
  if (minutes < 90)
    return g_strdup_printf (ngettext ("About %d minute left", "About %d minutes left", minutes),
                            (int) minutes);
  return g_strdup_printf (ngettext ("About %d hour left", "About %d hours left", hours),
                          (int) MIN (hours, G_MAXINT));
}

char *
mainstay_format_percent (double progress)
{
  if (!isfinite (progress) || progress < 0)
    return dash ();
  /* translators: a share of the work that is done */
  return g_strdup_printf (_("%d%%"), (int) (CLAMP (progress, 0, 1) * 100));
}

char *
mainstay_format_count (gint64 count)
{
  return count < 0 ? dash () : g_strdup_printf ("%'" G_GINT64_FORMAT, count);
}

char *
mainstay_format_created_by (MainstayBackup *backup)
{
  const char *person;

  g_return_val_if_fail (MAINSTAY_IS_BACKUP (backup), NULL);

  person = mainstay_backup_get_created_by (backup);
  if (mainstay_backup_is_automatic (backup))
    /* translators: who made an automatic backup, as the portal's page writes it */
    return g_strdup (_("Nightly"));
  return person != NULL && *person != '\0' ? g_strdup (person) : dash ();
}

/** mainstay_format_job_state: Returns: (transfer none): the word on screen */
const char *
mainstay_format_job_state (MainstayJobState state)
{
  switch (state)
    {
    case MAINSTAY_JOB_QUEUED:
      return _("Queued");
    case MAINSTAY_JOB_RUNNING:
      return _("Running");
    case MAINSTAY_JOB_COMPLETED:
      return _("Completed");
    case MAINSTAY_JOB_FAILED:
      return _("Failed");
    case MAINSTAY_JOB_UNKNOWN:
    default:
      return _("Unknown");
    }
}

char *
mainstay_format_job_progress (MainstayJobState state,
                              double           progress)
{
  g_autofree char *percent = NULL;

  if (state != MAINSTAY_JOB_RUNNING || progress < 0)
    return g_strdup (mainstay_format_job_state (state));
  percent = mainstay_format_percent (progress);
  /* translators: the word "Running" and the share that is done, as in "Running 40%" */
  return g_strdup_printf (C_("status and progress", "%s %s"), mainstay_format_job_state (state),
                          percent);
}

/** mainstay_format_job_state_icon: Returns: (transfer none): an icon's name */
const char *
mainstay_format_job_state_icon (MainstayJobState state)
{
  switch (state)
    {
    case MAINSTAY_JOB_QUEUED:
      return "content-loading-symbolic";
    case MAINSTAY_JOB_RUNNING:
      return "process-working-symbolic";
    case MAINSTAY_JOB_COMPLETED:
      return "object-select-symbolic";
    case MAINSTAY_JOB_FAILED:
      return "dialog-error-symbolic";
    case MAINSTAY_JOB_UNKNOWN:
    default:
      return "dialog-question-symbolic";
    }
}

/** mainstay_format_environment_status: Returns: (transfer none): the word on screen */
const char *
mainstay_format_environment_status (MainstayEnvironmentStatus status)
{
  switch (status)
    {
    case MAINSTAY_ENVIRONMENT_EMPTY:
      return C_("environment", "Empty");
    case MAINSTAY_ENVIRONMENT_STOPPED:
      return C_("environment", "Stopped");
    case MAINSTAY_ENVIRONMENT_RUNNING:
      return C_("environment", "Running");
    case MAINSTAY_ENVIRONMENT_UNKNOWN:
    default:
      return C_("environment", "Unknown");
    }
}

/** mainstay_format_environment_icon: Returns: (transfer none): an icon's name */
const char *
mainstay_format_environment_icon (MainstayEnvironmentStatus status)
{
  switch (status)
    {
    case MAINSTAY_ENVIRONMENT_EMPTY:
      return "folder-symbolic";
    case MAINSTAY_ENVIRONMENT_STOPPED:
      return "media-playback-stop-symbolic";
    case MAINSTAY_ENVIRONMENT_RUNNING:
      return "media-playback-start-symbolic";
    case MAINSTAY_ENVIRONMENT_UNKNOWN:
    default:
      return "dialog-question-symbolic";
    }
}
