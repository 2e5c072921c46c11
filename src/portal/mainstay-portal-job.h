/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-files.h"
#include "mainstay-portal-store.h"
#include "mainstay-portal-swap.h"
#include "mainstay-portal.h"

G_BEGIN_DECLS

typedef struct _MainstayPortalJob MainstayPortalJob;

/**
 * MainstayPortalJobClass:
 *
 * What a kind of job does. A job's completion and what becomes true with it are one transaction;
 * before it nothing of the environment may be lost, after it nothing may fail.
 */
typedef struct
{
  MainstayPortalJobKind kind;
  const char *done_message;
  /* The long part. */
  gboolean (*work)   (MainstayPortalJob          *self,
                      GError                    **error);
  /* (nullable): into the transaction that completes it */
  gboolean (*record) (MainstayPortalJob          *self,
                      MainstayPortalTransaction  *tx,
                      GError                    **error);
  /* Clears up, completed or not, before a failure is recorded and after a completion was. */
  void     (*settle) (MainstayPortalJob          *self,
                      gboolean                    completed);
} MainstayPortalJobClass;

struct _MainstayPortalJob
{
  /* Input. */
  const MainstayPortalJobClass *klass;
  MainstayPortal *portal;                 /* borrowed */
  char *id;
  MainstayPortalEnvironment *environment; /* owned (nullable): the one it changes or reads */
  MainstayPortalSnapshot *snapshot;       /* owned (nullable): the one it makes or reads */
  char *data_type;                        /* archives */
  gboolean database_only;                 /* restores */
  gboolean is_start;                      /* starts and stops */
  char *database_upload_id;               /* data uploads */
  char *files_upload_id;
  char *upload_model_version;

  /* In progress. */
  MainstayPortalMeter meter;
  GCancellable *cancellable;
  char *staging;                          /* a folder of its own, made at need */
  MainstayPortalSwap *swap;

  /* Output. */
  MainstayPortalArchive *archive;
};

/* Takes nothing yet: the job's record is written in the caller's transaction. */
MainstayPortalJob *mainstay_portal_job_new       (MainstayPortal               *portal,
                                                  const MainstayPortalJobClass *klass,
                                                  const char                   *id);
void               mainstay_portal_job_free      (MainstayPortalJob            *self);
/* Queues it, after that transaction. Takes the job. */
void               mainstay_portal_job_submit    (MainstayPortalJob            *self);
/* A GFunc for the thread pool. */
void               mainstay_portal_job_run       (gpointer                      data,
                                                  gpointer                      user_data);
/* Returns: 0 to 1, negative when it is not known or the job does not run */
double             mainstay_portal_job_progress  (MainstayPortal               *portal,
                                                  const char                   *id);
gboolean           mainstay_portal_job_make_staging (MainstayPortalJob         *self,
                                                  GError                      **error);

/* mainstay-portal-snapshots.c: records a backup of an environment as it is now, in the caller's
 * transaction; @user and @type as of mainstay_portal_create_snapshot(). */
MainstayPortalJob *mainstay_portal_record_snapshot (MainstayPortal               *self,
                                                    MainstayPortalTransaction    *tx,
                                                    const MainstayPortalUser     *user,
                                                    const MainstayPortalEnvironment *environment,
                                                    const char                   *comment,
                                                    const char                   *type,
                                                    GError                      **error);

extern const MainstayPortalJobClass mainstay_portal_job_create;
extern const MainstayPortalJobClass mainstay_portal_job_archive;
extern const MainstayPortalJobClass mainstay_portal_job_restore;
extern const MainstayPortalJobClass mainstay_portal_job_data_upload;
extern const MainstayPortalJobClass mainstay_portal_job_switch;

#define MAINSTAY_PORTAL_STOPPED_MESSAGE "The portal was stopped while this ran."

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalJob, mainstay_portal_job_free)

G_END_DECLS
