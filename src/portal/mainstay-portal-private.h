/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-clock-guard.h"
#include "mainstay-portal-collector.h"
#include "mainstay-portal-content-store.h"
#include "mainstay-portal-store.h"
#include "mainstay-portal-swap.h"
#include "mainstay-portal.h"

G_BEGIN_DECLS

struct _MainstayPortal
{
  char *directory; /* absolute */
  MainstayPortalFlags flags;
  int lock_fd;
  MainstayPortalDatabase *database;
  MainstayPortalContentStore *contents;
  MainstayPortalCollector *collector;
  GThreadPool *workers;
  GThreadPool *packers; /* archives, which may take long and which nothing should wait behind */

  GMutex lock;
  GCond changed;
  GHashTable *jobs; /* id to MainstayPortalJob, borrowed: what is queued or running */
  gboolean is_closing;
  MainstayPortalClockGuard clock_guard;
  MainstayPortalClockGuard saved_clock;
  gint64 expired_at; /* milliseconds since the machine's start; 0 for not yet */

  GPtrArray *unsettled; /* owned MainstayPortalSwap */
  GThread *settler;     /* owned (nullable): tries again with those */
  gboolean is_settling;

  MainstayPortalClock boottime; /* (nullable): of tests; milliseconds since the machine's start */
  gpointer boottime_data;
};

#define MAINSTAY_PORTAL_DATABASE_NAME "portal.db"
#define MAINSTAY_PORTAL_ENVIRONMENTS "environments"
#define MAINSTAY_PORTAL_SNAPSHOTS "snapshots"
#define MAINSTAY_PORTAL_CONTENTS "contents"
#define MAINSTAY_PORTAL_ARCHIVES "archives"
#define MAINSTAY_PORTAL_UPLOADS "uploads"
#define MAINSTAY_PORTAL_STAGING "staging"
#define MAINSTAY_PORTAL_JOURNALS "journals"

MainstayPortalDatabase *
         mainstay_portal_get_database    (MainstayPortal             *self);
/* DATA/folder/id */
char    *mainstay_portal_dup_path        (MainstayPortal             *self,
                                          const char                 *folder,
                                          const char                 *id);
/* A path of an environment's record, which may be relative to the data folder. */
char    *mainstay_portal_resolve         (MainstayPortal             *self,
                                          const char                 *path);
/* Makes and checks the data folder, without locking it. */
gboolean mainstay_portal_prepare_folder  (const char                 *directory,
                                          GError                    **error);
/* mainstay-portal-recovery.c: what a crash left. */
gboolean mainstay_portal_recover         (MainstayPortal             *self,
                                          GError                    **error);
/* Finishes or rolls back, as the job's record says, and lets go of the environment. */
gboolean mainstay_portal_settle          (MainstayPortal             *self,
                                          MainstayPortalSwap         *swap,
                                          GError                    **error);
/* mainstay-portal-settler.c: does it, in a thread of its own, as soon as it can be done. Takes
 * @swap (nullable). */
void     mainstay_portal_settle_later    (MainstayPortal             *self,
                                          MainstayPortalSwap         *swap);
/* After closing began. Returns: whether the thread has ended. */
gboolean mainstay_portal_settler_stop    (MainstayPortal             *self,
                                          unsigned int                milliseconds);
/* mainstay-portal-nightly.c: begins what is due. */
void     mainstay_portal_run_nightlies   (MainstayPortal             *self);
/* An automatic backup of the environment has ended. */
void     mainstay_portal_note_nightly    (MainstayPortal             *self,
                                          const char                 *environment_id);
/* mainstay-portal-tick.c */
gboolean mainstay_portal_load_clock      (MainstayPortal             *self,
                                          GError                    **error);
/* TRUE for a UUID in lower case or upper case. */
gboolean mainstay_portal_is_id           (const char                 *text);
/* FALSE with MAINSTAY_ERROR_SERVICE_UNAVAILABLE when it is being shut down. */
gboolean mainstay_portal_check_open      (MainstayPortal             *self,
                                          GError                    **error);
/* MAINSTAY_ERROR_NO_ACCESS */
gboolean mainstay_portal_check_rights    (MainstayPortalTransaction  *tx,
                                          const MainstayPortalUser   *user,
                                          const char                 *environment_id,
                                          MainstayPortalRights        needed,
                                          GError                    **error);
/* The environment as it is now; an error when it is gone. */
MainstayPortalEnvironment *
         mainstay_portal_read_again      (MainstayPortalTransaction  *tx,
                                          const MainstayPortalEnvironment *environment,
                                          GError                    **error);
/* Of this environment, MAINSTAY_ERROR_NOT_FOUND when not. */
MainstayPortalSnapshot *
         mainstay_portal_find_snapshot   (MainstayPortalTransaction  *tx,
                                          const char                 *environment_id,
                                          const char                 *snapshot_id,
                                          GError                    **error);

G_END_DECLS
