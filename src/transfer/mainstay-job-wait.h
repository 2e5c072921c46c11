/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"

G_BEGIN_DECLS

/* Which of the portal's jobs it is, and so whom to ask about it. */
typedef enum {
  MAINSTAY_JOB_WAIT_ARCHIVE,
  MAINSTAY_JOB_WAIT_RESTORE,
  MAINSTAY_JOB_WAIT_DATA_UPLOAD
} MainstayJobWaitKind;

/* Called for every answer, where the wait was started. */
typedef void (*MainstayJobChanged) (MainstayJob *job,
                                    gpointer     user_data);

/* Asks about a job until it ends. @job is the answer that began it; @backup_id is for archives
 * alone. @changed_data must outlive the wait. A portal that cannot be reached is asked again for
 * some minutes: the job goes on there. */
void         mainstay_job_wait_async  (MainstayClient       *client,
                                       MainstayJobWaitKind   kind,
                                       MainstayApp          *app,
                                       const char           *environment_id,
                                       const char           *backup_id,
                                       MainstayJob          *job,
                                       MainstayJobChanged    changed,
                                       gpointer              changed_data,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
/* (transfer full): the completed job; %MAINSTAY_ERROR_JOB_FAILED with the portal's own words when
 * it failed */
MainstayJob *mainstay_job_wait_finish (MainstayClient       *client,
                                       GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
