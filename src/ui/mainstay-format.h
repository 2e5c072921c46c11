/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup.h"
#include "mainstay-environment.h"

G_BEGIN_DECLS

/* Values in words, in the user's language and locale. Times are milliseconds since 1970 in UTC, 0
 * when unknown. Every char * is (transfer full) and never NULL; an unknown value gives a dash. */

char       *mainstay_format_date        (gint64 time);
char       *mainstay_format_day         (gint64 time);
char       *mainstay_format_clock       (gint64 time);
/* How long ago, or how long from @now. */
char       *mainstay_format_relative    (gint64 time,
                                         gint64 now);
/* What is left until @time, for an expiry: "12 days left", "Expired". */
char       *mainstay_format_remaining   (gint64 time,
                                         gint64 now);
/* @bytes is negative when unknown. */
char       *mainstay_format_size        (gint64 bytes);
/* @speed in bytes a second. */
char       *mainstay_format_speed       (double speed);
char       *mainstay_format_duration    (gint64 seconds);
/* "About 3 minutes left" */
char       *mainstay_format_time_left   (gint64 seconds);
/* @progress from 0 to 1 */
char       *mainstay_format_percent     (double progress);
char       *mainstay_format_count       (gint64 count);
/* A person's name, "Nightly" for the schedule's, a dash when the server does not tell. */
char       *mainstay_format_created_by  (MainstayBackup *backup);

/* The word for @state, and how much is done if it runs; @progress is negative if unknown. */
char       *mainstay_format_job_progress        (MainstayJobState          state,
                                                 double                    progress);
/* (transfer none) */
const char *mainstay_format_job_state           (MainstayJobState          state);
const char *mainstay_format_job_state_icon      (MainstayJobState          state);
const char *mainstay_format_environment_status  (MainstayEnvironmentStatus status);
const char *mainstay_format_environment_icon    (MainstayEnvironmentStatus status);

G_END_DECLS
