/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-error.h"
#include "mainstay-portal-records.h"

G_BEGIN_DECLS

/**
 * MainstayPortal:
 *
 * What the portal does, without any HTTP: the records, the environments and the jobs of one data
 * folder. Every function blocks for as long as a few short statements take and may be called from
 * any thread; none may be called on a main loop. Long work is done in the portal's own threads.
 *
 * Every error is a %MAINSTAY_ERROR whose message may be shown to strangers. Ids come from outside
 * and may be any text or %NULL. Rights are checked here: v1 calls need API rights, v2 calls API
 * rights and access to backups, a deployment transport rights; without them the error is
 * %MAINSTAY_ERROR_NO_ACCESS. Lists are newest first and own their records; @total (out) (nullable)
 * counts all of them; @limit below 0 means all.
 */
typedef struct _MainstayPortal MainstayPortal;

/**
 * MainstayPortalFlags:
 * @MAINSTAY_PORTAL_RELAXED_SYNC: do not wait for the disk; for data that can be made again
 */
typedef enum {
  MAINSTAY_PORTAL_DEFAULT = 0,
  MAINSTAY_PORTAL_RELAXED_SYNC = 1 << 0
} MainstayPortalFlags;

/* Opens (and makes) the data folder, locks it against a second server, finishes or rolls back what
 * a crash interrupted, and starts the worker threads. */
MainstayPortal *mainstay_portal_open             (const char                 *data_directory,
                                                  MainstayPortalFlags         flags,
                                                  GError                    **error);
/* How many backups, restores and uploads run at once, 4 without this; others are queued. */
void            mainstay_portal_set_jobs         (MainstayPortal             *self,
                                                  unsigned int                number);
/* Cancels what runs, waits for it (bounded) and marks it failed; nothing can be started after. */
void            mainstay_portal_shutdown         (MainstayPortal             *self);
/* Shuts down when that was not done. */
void            mainstay_portal_free             (MainstayPortal             *self);
/* Waits until no job is queued or running; FALSE when that takes longer. For tests and tools. */
gboolean        mainstay_portal_wait             (MainstayPortal             *self,
                                                  unsigned int                milliseconds);
/* Begins the automatic backups that are due, and removes what has expired, unless the clock cannot
 * be trusted. To be called every minute. */
void            mainstay_portal_tick             (MainstayPortal             *self);
/* Removes expired snapshots, archives and uploads, whatever is thought of the clock. */
void            mainstay_portal_expire           (MainstayPortal             *self);

/* Users. Takes as long for an unknown name as for a wrong key. */
MainstayPortalUser *
                mainstay_portal_authenticate     (MainstayPortal             *self,
                                                  const char                 *name,
                                                  const char                 *key,
                                                  GError                    **error);

/* Apps and environments, v1. */
GPtrArray      *mainstay_portal_list_apps        (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  GError                    **error);
MainstayPortalApp *
                mainstay_portal_get_app          (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const char                 *app_id,
                                                  GError                    **error);
GPtrArray      *mainstay_portal_list_environments (MainstayPortal            *self,
                                                  const MainstayPortalUser   *user,
                                                  const char                 *app_id,
                                                  GError                    **error);
MainstayPortalEnvironment *
                mainstay_portal_find_environment (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const char                 *app_id,
                                                  const char                 *mode,
                                                  MainstayPortalRights        needed,
                                                  GError                    **error);
/* v2: by UUIDs. Checks API rights and access to backups. */
MainstayPortalEnvironment *
                mainstay_portal_get_environment  (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const char                 *project_id,
                                                  const char                 *environment_id,
                                                  GError                    **error);

/* The calls below take an environment that one of the two functions above gave, and with it its
 * check; the environment may have changed since, which they look at again. */

/* v1 start: MAINSTAY_ERROR_ALREADY_STARTED when running, _NO_MDA_DEPLOYED when Empty. */
MainstayPortalSwitch *
                mainstay_portal_start            (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const MainstayPortalEnvironment *environment,
                                                  GError                    **error);
/* v1 stop: an already completed one (with no id) when it does not run. */
MainstayPortalSwitch *
                mainstay_portal_stop             (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const MainstayPortalEnvironment *environment,
                                                  GError                    **error);
/* As it is when it has ended, or after @milliseconds. */
MainstayPortalSwitch *
                mainstay_portal_await_switch     (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *id,
                                                  unsigned int                milliseconds,
                                                  GError                    **error);
/* MAINSTAY_ERROR_NO_SUCH_START_JOB when unknown; for starts and stops. */
MainstayPortalSwitch *
                mainstay_portal_get_switch       (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *id,
                                                  GError                    **error);
/* The deployed package; MAINSTAY_ERROR_PACKAGE_NOT_FOUND. */
MainstayPortalPackage *
                mainstay_portal_get_package      (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  GError                    **error);
GPtrArray      *mainstay_portal_list_packages    (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const char                 *app_id,
                                                  GError                    **error);
/* @environment found with MAINSTAY_PORTAL_RIGHT_API | _TRANSPORT. */
MainstayPortalPackage *
                mainstay_portal_transport        (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *package_id,
                                                  GError                    **error);

/* Snapshots, v2. */
GPtrArray      *mainstay_portal_list_snapshots   (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  gint64                      offset,
                                                  gint64                      limit,
                                                  gint64                     *total,
                                                  GError                    **error);
/* @comment: (nullable). @type: (nullable): manual (default) or safety from outside; the others make
 * the snapshot Nightly's, and then @user may be NULL. */
MainstayPortalSnapshot *
                mainstay_portal_create_snapshot  (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *comment,
                                                  const char                 *type,
                                                  GError                    **error);
MainstayPortalSnapshot *
                mainstay_portal_get_snapshot     (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *snapshot_id,
                                                  GError                    **error);
MainstayPortalSnapshot *
                mainstay_portal_set_comment      (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *snapshot_id,
                                                  const char                 *comment,
                                                  GError                    **error);
gboolean        mainstay_portal_delete_snapshot  (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *snapshot_id,
                                                  GError                    **error);

/* Archives. @data_type: (nullable): files_and_database (default), database_only or files_only, else
 * MAINSTAY_ERROR_UNSUPPORTED. An archive that is being made or still valid is answered again. */
MainstayPortalArchive *
                mainstay_portal_make_archive     (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *snapshot_id,
                                                  const char                 *data_type,
                                                  GError                    **error);
MainstayPortalArchive *
                mainstay_portal_get_archive      (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *snapshot_id,
                                                  const char                 *archive_id,
                                                  GError                    **error);
/* By the secret of its link, without any user. MAINSTAY_ERROR_NOT_FOUND, or _LINK_EXPIRED (410).
 * The file at ->path may be unlinked at any time: open it at once and go by the descriptor. */
MainstayPortalArchive *
                mainstay_portal_follow_link      (MainstayPortal             *self,
                                                  const char                 *token,
                                                  GError                    **error);
/* Writes the activity `download`; once a download, not once a range. */
void            mainstay_portal_note_download    (MainstayPortal             *self,
                                                  const MainstayPortalArchive *archive);

/* Restores; @environment is the target. */
MainstayPortalRestore *
                mainstay_portal_restore          (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *source_snapshot_id,
                                                  gboolean                    database_only,
                                                  GError                    **error);
/* MAINSTAY_ERROR_NOT_FOUND; on the wire with status 400 for restores. */
MainstayPortalRestore *
                mainstay_portal_get_restore      (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *restore_id,
                                                  GError                    **error);
GPtrArray      *mainstay_portal_list_data_uploads (MainstayPortal           *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  gint64                      offset,
                                                  gint64                      limit,
                                                  gint64                     *total,
                                                  GError                    **error);
GPtrArray      *mainstay_portal_list_restores    (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  gint64                      offset,
                                                  gint64                      limit,
                                                  gint64                     *total,
                                                  GError                    **error);

/* Data uploads. Looks through the whole of the uploads before it answers: may take long. */
MainstayPortalDataUpload *
                mainstay_portal_upload_data      (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *database_upload_id,
                                                  const char                 *files_upload_id,
                                                  GCancellable               *cancellable,
                                                  GError                    **error);
MainstayPortalDataUpload *
                mainstay_portal_get_data_upload  (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  const char                 *data_upload_id,
                                                  GError                    **error);

GPtrArray      *mainstay_portal_list_activity    (MainstayPortal             *self,
                                                  const MainstayPortalEnvironment *environment,
                                                  gint64                      offset,
                                                  gint64                      limit,
                                                  gint64                     *total,
                                                  GError                    **error);

/* Resumable uploads: only their records; their bytes are the HTTP side's. The folder for the file
 * exists, the file does not yet. */
MainstayPortalUpload *
                mainstay_portal_create_upload    (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const char                 *kind,
                                                  const char                 *file_name,
                                                  const char                 *metadata,
                                                  gint64                      length,
                                                  GError                    **error);
/* Only the user's own; MAINSTAY_ERROR_NOT_FOUND, or _LINK_EXPIRED. */
MainstayPortalUpload *
                mainstay_portal_get_upload       (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const char                 *upload_id,
                                                  GError                    **error);
/* @length: -1 leaves it as it is. Pushes the expiry on. */
gboolean        mainstay_portal_set_upload_offset (MainstayPortal            *self,
                                                  const char                 *upload_id,
                                                  gint64                      offset,
                                                  gint64                      length,
                                                  GError                    **error);
/* With its file. MAINSTAY_ERROR_INVALID_STATE while a data upload reads it. */
gboolean        mainstay_portal_delete_upload    (MainstayPortal             *self,
                                                  const MainstayPortalUser   *user,
                                                  const char                 *upload_id,
                                                  GError                    **error);
char           *mainstay_portal_dup_upload_path  (MainstayPortal             *self,
                                                  const char                 *upload_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortal, mainstay_portal_free)

G_END_DECLS
