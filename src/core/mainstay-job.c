/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-job.h"

#include "mainstay-error.h"
#include "mainstay-json.h"

G_DEFINE_BOXED_TYPE (MainstayJob, mainstay_job, mainstay_job_copy, mainstay_job_free)

static const char *const state_names[] = {
  [MAINSTAY_JOB_UNKNOWN] = "unknown",
  [MAINSTAY_JOB_QUEUED] = "queued",
  [MAINSTAY_JOB_RUNNING] = "running",
  [MAINSTAY_JOB_COMPLETED] = "completed",
  [MAINSTAY_JOB_FAILED] = "failed",
};

/**
 * mainstay_job_state_parse:
 * @text: (nullable): a `state` from the API
 *
 * Returns: the state
 */
MainstayJobState
mainstay_job_state_parse (const char *text)
{
  for (int i = MAINSTAY_JOB_QUEUED; i <= MAINSTAY_JOB_FAILED; i++)
    if (g_strcmp0 (text, state_names[i]) == 0)
      return (MainstayJobState) i;
  return MAINSTAY_JOB_UNKNOWN;
}

/**
 * mainstay_job_state_to_string:
 * @state: a state
 *
 * Returns: the word of the API
 */
const char *
mainstay_job_state_to_string (MainstayJobState state)
{
  g_return_val_if_fail ((size_t) state < G_N_ELEMENTS (state_names), NULL);

  return state_names[state];
}

/**
 * mainstay_job_state_is_finished:
 * @state: a state
 *
 * Returns: whether the job will not change any more
 */
gboolean
mainstay_job_state_is_finished (MainstayJobState state)
{
  return state == MAINSTAY_JOB_COMPLETED || state == MAINSTAY_JOB_FAILED;
}

/**
 * mainstay_job_new_from_json:
 * @object: an answer
 * @id_member: the member that names the job, as in `restore_id`
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Returns: (transfer full): the job
 */
MainstayJob *
mainstay_job_new_from_json (JsonObject  *object,
                            const char  *id_member,
                            GError     **error)
{
  const char *id = mainstay_json_get_string (object, id_member);
  MainstayJob *self;

  if (id == NULL)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                   "The answer has no %s", id_member);
      return NULL;
    }
  self = g_new0 (MainstayJob, 1);
  self->id = g_strdup (id);
  self->state = mainstay_job_state_parse (mainstay_json_get_string (object, "state"));
  self->status_message = g_strdup (mainstay_json_get_string (object, "status_message"));
  self->progress = CLAMP (mainstay_json_get_double (object, "progress", -1), -1, 1);
  self->created_at = mainstay_json_get_time (object, "created_at");
  self->finished_at = mainstay_json_get_time (object, "finished_at");
  self->data_type = g_strdup (mainstay_json_get_string (object, "data_type"));
  self->url = g_strdup (mainstay_json_get_string (object, "url"));
  self->source_snapshot_id = g_strdup (mainstay_json_get_string (object, "source_snapshot_id"));
  self->source_environment_id =
    g_strdup (mainstay_json_get_string (object, "source_environment_id"));
  self->target_environment_id =
    g_strdup (mainstay_json_get_string (object, "target_environment_id"));
  self->database_upload_id = g_strdup (mainstay_json_get_string (object, "database"));
  self->files_upload_id = g_strdup (mainstay_json_get_string (object, "files"));
  return self;
}

/**
 * mainstay_job_copy:
 * @self: a job
 *
 * Returns: (transfer full): a copy
 */
MainstayJob *
mainstay_job_copy (MainstayJob *self)
{
  MainstayJob *copy = g_new0 (MainstayJob, 1);

  *copy = *self;
  copy->id = g_strdup (self->id);
  copy->status_message = g_strdup (self->status_message);
  copy->data_type = g_strdup (self->data_type);
  copy->url = g_strdup (self->url);
  copy->source_snapshot_id = g_strdup (self->source_snapshot_id);
  copy->source_environment_id = g_strdup (self->source_environment_id);
  copy->target_environment_id = g_strdup (self->target_environment_id);
  copy->database_upload_id = g_strdup (self->database_upload_id);
  copy->files_upload_id = g_strdup (self->files_upload_id);
  return copy;
}

/**
 * mainstay_job_free:
 * @self: (nullable): a job
 */
void
mainstay_job_free (MainstayJob *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->status_message, g_free);
  g_clear_pointer (&self->data_type, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->source_snapshot_id, g_free);
  g_clear_pointer (&self->source_environment_id, g_free);
  g_clear_pointer (&self->target_environment_id, g_free);
  g_clear_pointer (&self->database_upload_id, g_free);
  g_clear_pointer (&self->files_upload_id, g_free);
  g_clear_pointer (&self, g_free);
}
