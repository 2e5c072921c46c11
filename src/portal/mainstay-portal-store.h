/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-database.h"
#include "mainstay-portal-records.h"
#include "mainstay-portal-schedule.h"

G_BEGIN_DECLS

/* The statements of the portal, by subject; each runs in the caller's transaction. What `get`
 * gives is NULL without an error when there is no such row. Lists own their records. */

/* Users, rights: mainstay-portal-store-users.c */
char               *mainstay_portal_store_add_user        (MainstayPortalTransaction *tx,
                                                           const char                *name,
                                                           const char                *display_name,
                                                           char                     **key,
                                                           GError                   **error);
char               *mainstay_portal_store_renew_key       (MainstayPortalTransaction *tx,
                                                           const char                *name,
                                                           GError                   **error);
gboolean            mainstay_portal_store_remove_user     (MainstayPortalTransaction *tx,
                                                           const char                *name,
                                                           GError                   **error);
GPtrArray          *mainstay_portal_store_list_users      (MainstayPortalTransaction *tx,
                                                           GError                   **error);
MainstayPortalUser *mainstay_portal_store_get_user        (MainstayPortalTransaction *tx,
                                                           const char                *name,
                                                           GError                   **error);
MainstayPortalUser *mainstay_portal_store_check_key       (MainstayPortalTransaction *tx,
                                                           const char                *name,
                                                           const char                *key,
                                                           GError                   **error);
gboolean            mainstay_portal_store_get_rights      (MainstayPortalTransaction *tx,
                                                           const char                *user_id,
                                                           const char *environment_id,
                                                           MainstayPortalRights      *rights,
                                                           GError                   **error);
gboolean            mainstay_portal_store_set_rights      (MainstayPortalTransaction *tx,
                                                           const char                *user_id,
                                                           const char *environment_id,
                                                           MainstayPortalRights       rights,
                                                           GError                   **error);

/* Apps and environments: mainstay-portal-store-apps.c */
gboolean            mainstay_portal_store_add_app         (MainstayPortalTransaction *tx,
                                                           const MainstayPortalApp   *app,
                                                           GError                   **error);
gboolean            mainstay_portal_store_change_app      (MainstayPortalTransaction *tx,
                                                           const MainstayPortalApp   *app,
                                                           GError                   **error);
gboolean            mainstay_portal_store_remove_app      (MainstayPortalTransaction *tx,
                                                           const char                *project_id,
                                                           GError                   **error);
/* @user_id: (nullable): only those in which this user has API rights */
GPtrArray          *mainstay_portal_store_list_apps       (MainstayPortalTransaction *tx,
                                                           const char                *user_id,
                                                           GError                   **error);
MainstayPortalApp  *mainstay_portal_store_get_app         (MainstayPortalTransaction *tx,
                                                           const char                *app_id,
                                                           GError                   **error);
gboolean            mainstay_portal_store_add_environment (
                      MainstayPortalTransaction        *tx,
                      const MainstayPortalEnvironment  *environment,
                      GError                          **error);
/* All columns, by id; and the services. */
gboolean            mainstay_portal_store_put_environment (
                      MainstayPortalTransaction        *tx,
                      const MainstayPortalEnvironment  *environment,
                      GError                          **error);
gboolean            mainstay_portal_store_remove_environment (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);
GPtrArray          *mainstay_portal_store_list_environments (MainstayPortalTransaction *tx,
                                                           const char                *project_id,
                                                           const char                *user_id,
                                                           GError                   **error);
MainstayPortalEnvironment *
                    mainstay_portal_store_get_environment (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);
MainstayPortalEnvironment *
                    mainstay_portal_store_find_environment (MainstayPortalTransaction *tx,
                                                           const char                *project_id,
                                                           const char                *mode,
                                                           GError                   **error);

/* Packages: mainstay-portal-store-packages.c */
gboolean            mainstay_portal_store_add_package     (MainstayPortalTransaction *tx,
                                                           const MainstayPortalPackage *package,
                                                           GError                   **error);
GPtrArray          *mainstay_portal_store_list_packages   (MainstayPortalTransaction *tx,
                                                           const char                *project_id,
                                                           GError                   **error);
MainstayPortalPackage *
                    mainstay_portal_store_get_package     (MainstayPortalTransaction *tx,
                                                           const char                *project_id,
                                                           const char                *id,
                                                           GError                   **error);

/* Snapshots: mainstay-portal-store-snapshots.c */
gboolean            mainstay_portal_store_add_snapshot    (MainstayPortalTransaction *tx,
                                                           const MainstayPortalSnapshot *snapshot,
                                                           GError                   **error);
/* Sizes and expiry, when the work is done. */
gboolean            mainstay_portal_store_measure_snapshot (MainstayPortalTransaction *tx,
                                                           const MainstayPortalSnapshot *snapshot,
                                                           GError                   **error);
gboolean            mainstay_portal_store_set_comment     (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           const char                *comment,
                                                           GError                   **error);
gboolean            mainstay_portal_store_remove_snapshot (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);
MainstayPortalSnapshot *
                    mainstay_portal_store_get_snapshot    (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);
/* Returns: (nullable): the id of the newest one that is completed; NULL without an error when there
 * is none */
char               *mainstay_portal_store_find_last_snapshot (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           GError                   **error);
GPtrArray          *mainstay_portal_store_list_snapshots  (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           gint64                     offset,
                                                           gint64                     limit,
                                                           gint64                    *total,
                                                           GError                   **error);
GPtrArray          *mainstay_portal_store_list_expired    (MainstayPortalTransaction *tx,
                                                           GError                   **error);

/* Archives: mainstay-portal-store-archives.c */
gboolean            mainstay_portal_store_add_archive     (MainstayPortalTransaction *tx,
                                                           const MainstayPortalArchive *archive,
                                                           GError                   **error);
/* Token, size, digest, name and expiry, when the work is done. */
gboolean            mainstay_portal_store_measure_archive (MainstayPortalTransaction *tx,
                                                           const MainstayPortalArchive *archive,
                                                           GError                   **error);
MainstayPortalArchive *
                    mainstay_portal_store_get_archive     (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);
/* The newest that is being made, or valid for longer than to @until. */
MainstayPortalArchive *
                    mainstay_portal_store_find_archive    (MainstayPortalTransaction *tx,
                                                           const char                *snapshot_id,
                                                           const char                *data_type,
                                                           gint64                     until,
                                                           GError                   **error);
MainstayPortalArchive *
                    mainstay_portal_store_find_link       (MainstayPortalTransaction *tx,
                                                           const char                *token,
                                                           GError                   **error);
/* Ids. @snapshot_id: (nullable): of this snapshot, else those past their time */
GPtrArray          *mainstay_portal_store_list_archives   (MainstayPortalTransaction *tx,
                                                           const char                *snapshot_id,
                                                           GError                   **error);

/* Restores, data uploads, starts and stops: mainstay-portal-store-restores.c, -switches.c */
gboolean            mainstay_portal_store_add_restore     (MainstayPortalTransaction *tx,
                                                           const MainstayPortalRestore *restore,
                                                           GError                   **error);
MainstayPortalRestore *
                    mainstay_portal_store_get_restore     (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);
GPtrArray          *mainstay_portal_store_list_data_uploads (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           gint64                     offset,
                                                           gint64                     limit,
                                                           gint64                    *total,
                                                           GError                   **error);
GPtrArray          *mainstay_portal_store_list_restores   (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           gint64                     offset,
                                                           gint64                     limit,
                                                           gint64                    *total,
                                                           GError                   **error);
gboolean            mainstay_portal_store_add_data_upload (MainstayPortalTransaction *tx,
                                                           const MainstayPortalDataUpload *upload,
                                                           GError                   **error);
MainstayPortalDataUpload *
                    mainstay_portal_store_get_data_upload (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);
gboolean            mainstay_portal_store_add_switch      (MainstayPortalTransaction *tx,
                                                           const MainstayPortalSwitch *job,
                                                           GError                   **error);
MainstayPortalSwitch *
                    mainstay_portal_store_get_switch      (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);

/* Resumable uploads: mainstay-portal-store-uploads.c */
gboolean            mainstay_portal_store_add_upload      (MainstayPortalTransaction *tx,
                                                           const MainstayPortalUpload *upload,
                                                           GError                   **error);
/* Those that have not expired. */
gboolean            mainstay_portal_store_measure_uploads (MainstayPortalTransaction *tx,
                                                           const char                *user_id,
                                                           gint64                    *size,
                                                           GError                   **error);
/* @quota: bytes, negative for the portal's own */
gboolean            mainstay_portal_store_get_quota       (MainstayPortalTransaction *tx,
                                                           const char                *user_id,
                                                           gint64                    *quota,
                                                           GError                   **error);
gboolean            mainstay_portal_store_set_quota       (MainstayPortalTransaction *tx,
                                                           const char                *user_id,
                                                           gint64                     quota,
                                                           GError                   **error);
gboolean            mainstay_portal_store_count_uploads   (MainstayPortalTransaction *tx,
                                                           const char                *user_id,
                                                           gint64                    *count,
                                                           GError                   **error);
MainstayPortalUpload *
                    mainstay_portal_store_get_upload      (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);
gboolean            mainstay_portal_store_set_upload_offset (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           gint64                     offset,
                                                           gint64                     length,
                                                           gint64                     expires_at,
                                                           GError                   **error);
gboolean            mainstay_portal_store_remove_upload   (MainstayPortalTransaction *tx,
                                                           const char                *id,
                                                           GError                   **error);
/* Ids of those past their time that nothing reads. */
GPtrArray          *mainstay_portal_store_list_dead_uploads (MainstayPortalTransaction *tx,
                                                           GError                   **error);

/* Activity: mainstay-portal-store-activity.c. With @job_id it follows the job's state, and tells
 * what the job says after the @cause. */
gboolean            mainstay_portal_store_add_activity    (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           const char                *kind,
                                                           MainstayJobState           state,
                                                           const char                *cause,
                                                           const char                *by,
                                                           const char                *snapshot_id,
                                                           const char                *job_id,
                                                           GError                   **error);
GPtrArray          *mainstay_portal_store_list_activity   (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           gint64                     offset,
                                                           gint64                     limit,
                                                           gint64                    *total,
                                                           GError                   **error);

/* Automatic backups, and the clock: mainstay-portal-store-schedules.c */
typedef struct
{
  char *environment_id;
  MainstayPortalSchedule schedule;
  char *zone;        /* (nullable): the machine's */
  char *snapshot_id; /* (nullable): of the attempt that was begun last, until its end is noted */
} MainstayPortalNightly;

void                mainstay_portal_nightly_free          (MainstayPortalNightly     *self);
GTimeZone          *mainstay_portal_nightly_dup_zone      (const MainstayPortalNightly *self);
GPtrArray          *mainstay_portal_store_list_nightlies  (MainstayPortalTransaction *tx,
                                                           GError                   **error);
MainstayPortalNightly *
                    mainstay_portal_store_get_nightly     (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           GError                   **error);
/* MAINSTAY_PORTAL_SCHEDULE_OFF removes it. */
gboolean            mainstay_portal_store_put_nightly     (MainstayPortalTransaction *tx,
                                                           const MainstayPortalNightly *nightly,
                                                           GError                   **error);
/* 0 for never. */
gboolean            mainstay_portal_store_get_clock       (MainstayPortalTransaction *tx,
                                                           gint64                    *seen,
                                                           gint64                    *held,
                                                           GError                   **error);
gboolean            mainstay_portal_store_put_clock       (MainstayPortalTransaction *tx,
                                                           gint64                     seen,
                                                           gint64                     held,
                                                           GError                   **error);

/* Jobs, locks, pins: mainstay-portal-store-jobs.c */
typedef enum {
  MAINSTAY_PORTAL_JOB_CREATE,
  MAINSTAY_PORTAL_JOB_ARCHIVE,
  MAINSTAY_PORTAL_JOB_RESTORE,
  MAINSTAY_PORTAL_JOB_DATA_UPLOAD,
  MAINSTAY_PORTAL_JOB_SWITCH,
  MAINSTAY_PORTAL_N_JOB_KINDS
} MainstayPortalJobKind;

/* MAINSTAY_ERROR_ENVIRONMENT_BUSY when another job has it. Lasts until the job is finished. */
gboolean            mainstay_portal_store_take_environment (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           MainstayPortalJobKind      kind,
                                                           const char                *job_id,
                                                           GError                   **error);
/* MAINSTAY_ERROR_ENVIRONMENT_BUSY; MAINSTAY_ERROR_SERVICE_UNAVAILABLE when it is held. */
gboolean            mainstay_portal_store_check_idle      (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           GError                   **error);
/* Keeps it from everybody after the job has ended, because what the job did is not undone yet. */
gboolean            mainstay_portal_store_hold_environment (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           const char                *job_id,
                                                           GError                   **error);
gboolean            mainstay_portal_store_release_environment (MainstayPortalTransaction *tx,
                                                           const char                *job_id,
                                                           GError                   **error);
gboolean            mainstay_portal_store_is_held         (MainstayPortalTransaction *tx,
                                                           const char *environment_id,
                                                           gboolean                  *held,
                                                           GError                   **error);
/* Returns: (transfer full) (nullable): the environment that a restore or a data upload is of */
char               *mainstay_portal_store_find_target     (MainstayPortalTransaction *tx,
                                                           const char                *job_id,
                                                           GError                   **error);
gboolean            mainstay_portal_store_pin             (MainstayPortalTransaction *tx,
                                                           const char                *subject_id,
                                                           const char                *job_id,
                                                           GError                   **error);
gboolean            mainstay_portal_store_is_pinned       (MainstayPortalTransaction *tx,
                                                           const char                *subject_id,
                                                           gboolean                  *pinned,
                                                           GError                   **error);
/* Moves a job and its activity on. A finished one lets go of what it held. */
gboolean            mainstay_portal_store_move_job        (MainstayPortalTransaction *tx,
                                                           MainstayPortalJobKind      kind,
                                                           const char                *job_id,
                                                           MainstayJobState           state,
                                                           const char                *message,
                                                           GError                   **error);
gboolean            mainstay_portal_store_get_job_state   (MainstayPortalTransaction *tx,
                                                           const char                *job_id,
                                                           MainstayJobState          *state,
                                                           GError                   **error);
/* After a crash: what was queued or running is failed and holds nothing. */
gboolean            mainstay_portal_store_fail_all_jobs   (MainstayPortalTransaction *tx,
                                                           const char                *message,
                                                           GError                   **error);

/* For the files above. @statement may be NULL, when its making has set @error. */
typedef gpointer  (*MainstayPortalReadRow)                (sqlite3_stmt              *row);
GPtrArray          *mainstay_portal_store_read_all        (sqlite3_stmt              *statement,
                                                           MainstayPortalReadRow      read_row,
                                                           GDestroyNotify             free_row,
                                                           GError                   **error);
gpointer            mainstay_portal_store_read_one        (sqlite3_stmt              *statement,
                                                           MainstayPortalReadRow      read_row,
                                                           GError                   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalNightly, mainstay_portal_nightly_free)

G_END_DECLS
