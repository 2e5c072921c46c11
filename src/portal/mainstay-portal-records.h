/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-environment.h"
#include "mainstay-job.h"

G_BEGIN_DECLS

/* What the portal keeps, as fixed pictures of a row at the moment it was read. Every string belongs
 * to its record and is %NULL where nothing is known; times are milliseconds since 1970 in UTC, 0
 * when unknown; sizes are bytes, -1 when unknown; progress is 0 to 1, negative when unknown. */

typedef struct
{
  char *id;           /* UUID */
  char *name;         /* Mendix-Username */
  char *display_name; /* what `created_by` and `by` say */
} MainstayPortalUser;

typedef struct
{
  char *project_id; /* UUID */
  char *app_id;     /* sub-domain */
  char *name;
  char *url;
} MainstayPortalApp;

typedef struct
{
  char *id;         /* UUID */
  char *project_id; /* UUID */
  char *app_id;
  char *mode;
  MainstayEnvironmentStatus status;
  gboolean production;
  char *url;
  char *package_id;
  char *model_version;
  char *data_model_version;
  char *mendix_version;
  GStrv published_services; /* never NULL */

  /* Not for the wire. */
  char *database_uri;
  char *files_path;
  char *package_path;
  char *start_command;
  char *stop_command;
} MainstayPortalEnvironment;

typedef struct
{
  char *id;
  char *environment_id;
  MainstayJobState state;
  char *status_message;
  char *comment;
  char *model_version;
  char *created_by;
  char *type; /* manual, nightly, weekly, monthly, safety */
  gint64 created_at;
  gint64 finished_at;
  gint64 updated_at;
  gint64 expires_at;
  gint64 size_bytes;
  gint64 database_size;
  gint64 files_size;
  gint64 files_count;
  double progress;
} MainstayPortalSnapshot;

typedef struct
{
  char *id;
  char *snapshot_id;
  char *environment_id;
  char *data_type; /* files_and_database, database_only, files_only */
  MainstayJobState state;
  char *status_message;
  gint64 created_at;
  gint64 finished_at;
  gint64 updated_at;
  gint64 expires_at; /* of the link; 0 until completed */
  double progress;
  char *token;       /* the secret of the link; NULL until completed */

  /* Once completed: what a link gives. */
  char *path;        /* not for the wire */
  char *file_name;
  gint64 size;
  guint8 sha256[32];
  char *etag;        /* strong, quoted */
} MainstayPortalArchive;

typedef struct
{
  char *id;
  MainstayJobState state;
  char *status_message;
  char *source_snapshot_id;
  char *source_environment_id;
  char *target_environment_id;
  gboolean database_only;
  char *created_by;
  gint64 created_at;
  gint64 finished_at;
  gint64 updated_at;
  double progress;
} MainstayPortalRestore;

typedef struct
{
  char *id;
  char *environment_id;
  MainstayJobState state;
  char *status_message;
  char *database_upload_id;
  char *files_upload_id;
  char *created_by;
  gint64 created_at;
  gint64 finished_at;
  gint64 updated_at;
  double progress;
} MainstayPortalDataUpload;

/* A start or a stop. */
typedef struct
{
  char *id;
  char *environment_id;
  gboolean is_start;
  MainstayJobState state;
  int error_code; /* a MainstayError, when failed */
  char *status_message;
  gint64 created_at;
  gint64 finished_at;
} MainstayPortalSwitch;

typedef struct
{
  char *id;
  char *project_id;
  char *name;
  char *description;
  char *version;
  char *mendix_version;
  char *creator;
  char *status; /* Succeeded, Queued, Building, Uploading, Failed */
  gint64 created_at;
  gint64 size;
} MainstayPortalPackage;

/* A resumable upload. Its bytes are a file, see mainstay_portal_dup_upload_path(). */
typedef struct
{
  char *id;
  char *user_id;
  char *kind;      /* database or files; NULL when not said */
  char *file_name;
  char *metadata;  /* the Upload-Metadata header as it came */
  gint64 length;   /* -1 while deferred */
  gint64 offset;   /* bytes that are durable */
  gint64 created_at;
  gint64 expires_at;
} MainstayPortalUpload;

typedef struct
{
  char *id;
  char *environment_id;
  /* create, nightly, restore, data_upload, download, delete, expire, start, stop or deploy */
  char *kind;
  MainstayJobState state;
  char *message;
  char *by;
  gint64 at;
  char *snapshot_id;
} MainstayPortalActivity;

typedef enum {
  MAINSTAY_PORTAL_RIGHT_API = 1 << 0,
  MAINSTAY_PORTAL_RIGHT_BACKUPS = 1 << 1,
  MAINSTAY_PORTAL_RIGHT_TRANSPORT = 1 << 2
} MainstayPortalRights;

void mainstay_portal_user_free        (MainstayPortalUser        *self);
void mainstay_portal_app_free         (MainstayPortalApp         *self);
void mainstay_portal_environment_free (MainstayPortalEnvironment *self);
void mainstay_portal_snapshot_free    (MainstayPortalSnapshot    *self);
void mainstay_portal_archive_free     (MainstayPortalArchive     *self);
void mainstay_portal_restore_free     (MainstayPortalRestore     *self);
void mainstay_portal_data_upload_free (MainstayPortalDataUpload  *self);
void mainstay_portal_switch_free      (MainstayPortalSwitch      *self);
void mainstay_portal_package_free     (MainstayPortalPackage     *self);
void mainstay_portal_upload_free      (MainstayPortalUpload      *self);
void mainstay_portal_activity_free    (MainstayPortalActivity    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalUser, mainstay_portal_user_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalApp, mainstay_portal_app_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalEnvironment, mainstay_portal_environment_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalSnapshot, mainstay_portal_snapshot_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalArchive, mainstay_portal_archive_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalRestore, mainstay_portal_restore_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalDataUpload, mainstay_portal_data_upload_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalSwitch, mainstay_portal_switch_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalPackage, mainstay_portal_package_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalUpload, mainstay_portal_upload_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalActivity, mainstay_portal_activity_free)

G_END_DECLS
