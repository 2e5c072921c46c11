/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * MainstayJobState:
 *
 * The `state` of every job and backup (portal-api.md, part 2). @MAINSTAY_JOB_UNKNOWN is for a word
 * that a newer server may send; such a job is neither good nor finished.
 */
typedef enum {
  MAINSTAY_JOB_UNKNOWN,
  MAINSTAY_JOB_QUEUED,
  MAINSTAY_JOB_RUNNING,
  MAINSTAY_JOB_COMPLETED,
  MAINSTAY_JOB_FAILED
} MainstayJobState;

MainstayJobState mainstay_job_state_parse       (const char       *text);
const char      *mainstay_job_state_to_string   (MainstayJobState  state);
gboolean         mainstay_job_state_is_finished (MainstayJobState  state);

/**
 * MainstayJob:
 *
 * One answer about an archive, a restore or a data upload: a fixed picture of the job at the moment
 * the server wrote it. Strings are %NULL and times 0 where the server said nothing.
 */
typedef struct _MainstayJob MainstayJob;
struct _MainstayJob
{
  char *id;
  MainstayJobState state;
  char *status_message;
  double progress;              /* 0 to 1, negative when unknown */
  gint64 created_at;            /* milliseconds since 1970 */
  gint64 finished_at;           /* milliseconds since 1970 */
  char *data_type;              /* archives */
  char *url;                    /* archives; a secret */
  char *source_snapshot_id;     /* restores */
  char *source_environment_id;  /* restores */
  char *target_environment_id;  /* restores */
  char *database_upload_id;     /* data uploads */
  char *files_upload_id;        /* data uploads */
};

#define MAINSTAY_TYPE_JOB (mainstay_job_get_type ())

GType        mainstay_job_get_type      (void);
MainstayJob *mainstay_job_new_from_json (JsonObject  *object,
                                         const char  *id_member,
                                         GError     **error);
MainstayJob *mainstay_job_copy          (MainstayJob *self);
void         mainstay_job_free          (MainstayJob *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayJob, mainstay_job_free)

G_END_DECLS
