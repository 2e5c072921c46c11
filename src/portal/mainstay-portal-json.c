/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-json.h"

#include "mainstay-portal-json-text.h"
#include "mainstay-time.h"

/* About what one takes: so much room is made at once. */
#define RECORD_SIZE 640

static void
set_time (GString    *text,
          const char *name,
          gint64      milliseconds)
{
  g_autofree char *time = milliseconds > 0 ? mainstay_time_format (milliseconds) : NULL;

  mainstay_portal_json_text_string (text, name, time);
}

static void
set_count (GString    *text,
           const char *name,
           gint64      count)
{
  if (count >= 0)
    mainstay_portal_json_text_int (text, name, count);
  else
    mainstay_portal_json_text_null (text, name);
}

static void
set_state (GString          *text,
           MainstayJobState  state,
           const char       *status_message,
           double            progress)
{
  mainstay_portal_json_text_string (text, "state", mainstay_job_state_to_string (state));
  mainstay_portal_json_text_string (text, "status_message", status_message);
  if (progress >= 0)
    mainstay_portal_json_text_double (text, "progress", MIN (progress, 1.0));
  else
    mainstay_portal_json_text_null (text, "progress");
}

static void
set_times (GString *text,
           gint64   created_at,
           gint64   finished_at,
           gint64   updated_at)
{
  set_time (text, "created_at", created_at);
  set_time (text, "finished_at", finished_at);
  set_time (text, "updated_at", updated_at);
}

/** mainstay_portal_json_app: all members are texts */
GString *
mainstay_portal_json_app (GString                 *text,
                          const MainstayPortalApp *app)
{
  mainstay_portal_json_text_open (text, NULL, '{');
  mainstay_portal_json_text_string (text, "AppId", app->app_id);
  mainstay_portal_json_text_string (text, "Name", app->name);
  mainstay_portal_json_text_string (text, "ProjectId", app->project_id);
  mainstay_portal_json_text_string (text, "Url", app->url != NULL ? app->url : "");
  mainstay_portal_json_text_close (text, '}');
  return text;
}

/** mainstay_portal_json_environment: versions are left out where there is none */
GString *
mainstay_portal_json_environment (GString                         *text,
                                  const MainstayPortalEnvironment *environment)
{
  mainstay_portal_json_text_open (text, NULL, '{');
  mainstay_portal_json_text_string (text, "Status",
                                    mainstay_environment_status_to_string (environment->status));
  mainstay_portal_json_text_string (text, "EnvironmentId", environment->id);
  mainstay_portal_json_text_string (text, "Url", environment->url != NULL ? environment->url : "");
  mainstay_portal_json_text_string (text, "Mode", environment->mode);
  if (environment->model_version != NULL)
    mainstay_portal_json_text_string (text, "ModelVersion", environment->model_version);
  if (environment->mendix_version != NULL)
    mainstay_portal_json_text_string (text, "MendixVersion", environment->mendix_version);
  mainstay_portal_json_text_boolean (text, "Production", environment->production);
  mainstay_portal_json_text_open (text, "PublishedAppServices", '[');
  for (size_t i = 0; environment->published_services[i] != NULL; i++)
    mainstay_portal_json_text_string (text, NULL, environment->published_services[i]);
  mainstay_portal_json_text_close (text, ']');
  mainstay_portal_json_text_string (text, "DataModelVersion", environment->data_model_version);
  mainstay_portal_json_text_close (text, '}');
  return text;
}

/** mainstay_portal_json_package: the date is in milliseconds since 1970 */
GString *
mainstay_portal_json_package (GString                     *text,
                              const MainstayPortalPackage *package)
{
  mainstay_portal_json_text_open (text, NULL, '{');
  mainstay_portal_json_text_string (text, "PackageId", package->id);
  mainstay_portal_json_text_string (text, "Name", package->name);
  mainstay_portal_json_text_string (text, "Description", package->description);
  mainstay_portal_json_text_string (text, "Version", package->version);
  mainstay_portal_json_text_string (text, "Creator", package->creator);
  mainstay_portal_json_text_int (text, "CreationDate", package->created_at);
  mainstay_portal_json_text_string (text, "Status", package->status);
  set_count (text, "Size", package->size);
  mainstay_portal_json_text_close (text, '}');
  return text;
}

/** mainstay_portal_json_snapshot: with the details of our extension */
GString *
mainstay_portal_json_snapshot (GString                      *text,
                               const MainstayPortalSnapshot *snapshot)
{
  mainstay_portal_json_text_open (text, NULL, '{');
  mainstay_portal_json_text_string (text, "snapshot_id", snapshot->id);
  set_state (text, snapshot->state, snapshot->status_message, snapshot->progress);
  mainstay_portal_json_text_string (text, "comment",
                                    snapshot->comment != NULL ? snapshot->comment : "");
  mainstay_portal_json_text_string (text, "model_version", snapshot->model_version);
  set_times (text, snapshot->created_at, snapshot->finished_at, snapshot->updated_at);
  set_time (text, "expires_at", snapshot->expires_at);
  mainstay_portal_json_text_string (text, "created_by", snapshot->created_by);
  mainstay_portal_json_text_string (text, "type", snapshot->type);
  mainstay_portal_json_text_string (text, "environment_id", snapshot->environment_id);
  set_count (text, "size_bytes", snapshot->size_bytes);
  set_count (text, "files_count", snapshot->files_count);
  mainstay_portal_json_text_close (text, '}');
  return text;
}

/**
 * mainstay_portal_json_archive:
 * @text: where to put it
 * @archive: an archive
 * @origin: the server as the client sees it, for the link
 */
GString *
mainstay_portal_json_archive (GString                     *text,
                              const MainstayPortalArchive *archive,
                              const char                  *origin)
{
  g_autofree char *url = NULL;

  if (archive->state == MAINSTAY_JOB_COMPLETED && archive->token != NULL)
    url = g_strdup_printf ("%s/archives/%s/%s", origin, archive->token, archive->file_name);
  mainstay_portal_json_text_open (text, NULL, '{');
  mainstay_portal_json_text_string (text, "archive_id", archive->id);
  mainstay_portal_json_text_string (text, "snapshot_id", archive->snapshot_id);
  mainstay_portal_json_text_string (text, "data_type", archive->data_type);
  set_state (text, archive->state, archive->status_message, archive->progress);
  set_times (text, archive->created_at, archive->finished_at, archive->updated_at);
  set_time (text, "expires_at", archive->expires_at);
  mainstay_portal_json_text_string (text, "url", url);
  mainstay_portal_json_text_close (text, '}');
  return text;
}

/** mainstay_portal_json_restore: */
GString *
mainstay_portal_json_restore (GString                     *text,
                              const MainstayPortalRestore *restore)
{
  mainstay_portal_json_text_open (text, NULL, '{');
  mainstay_portal_json_text_string (text, "restore_id", restore->id);
  set_state (text, restore->state, restore->status_message, restore->progress);
  set_times (text, restore->created_at, restore->finished_at, restore->updated_at);
  mainstay_portal_json_text_string (text, "source_snapshot_id", restore->source_snapshot_id);
  mainstay_portal_json_text_string (text, "source_environment_id", restore->source_environment_id);
  mainstay_portal_json_text_string (text, "target_environment_id", restore->target_environment_id);
  mainstay_portal_json_text_boolean (text, "db_only", restore->database_only);
  mainstay_portal_json_text_string (text, "created_by", restore->created_by);
  mainstay_portal_json_text_close (text, '}');
  return text;
}

/** mainstay_portal_json_data_upload: */
GString *
mainstay_portal_json_data_upload (GString                        *text,
                                  const MainstayPortalDataUpload *data_upload)
{
  mainstay_portal_json_text_open (text, NULL, '{');
  mainstay_portal_json_text_string (text, "data_upload_id", data_upload->id);
  mainstay_portal_json_text_string (text, "database", data_upload->database_upload_id);
  mainstay_portal_json_text_string (text, "files", data_upload->files_upload_id);
  set_state (text, data_upload->state, data_upload->status_message, data_upload->progress);
  set_times (text, data_upload->created_at, data_upload->finished_at, data_upload->updated_at);
  mainstay_portal_json_text_string (text, "environment_id", data_upload->environment_id);
  mainstay_portal_json_text_string (text, "created_by", data_upload->created_by);
  mainstay_portal_json_text_close (text, '}');
  return text;
}

/** mainstay_portal_json_activity: */
GString *
mainstay_portal_json_activity (GString                      *text,
                               const MainstayPortalActivity *activity)
{
  mainstay_portal_json_text_open (text, NULL, '{');
  mainstay_portal_json_text_string (text, "id", activity->id);
  mainstay_portal_json_text_string (text, "kind", activity->kind);
  mainstay_portal_json_text_string (text, "state", mainstay_job_state_to_string (activity->state));
  mainstay_portal_json_text_string (text, "message", activity->message);
  mainstay_portal_json_text_string (text, "by", activity->by);
  set_time (text, "at", activity->at);
  mainstay_portal_json_text_string (text, "snapshot_id", activity->snapshot_id);
  mainstay_portal_json_text_close (text, '}');
  return text;
}

static void
append_array (GString                *text,
              const char             *name,
              GPtrArray              *records,
              MainstayPortalJsonFunc  func)
{
  mainstay_portal_json_text_open (text, name, '[');
  for (unsigned int i = 0; i < records->len; i++)
    func (text, records->pdata[i]);
  mainstay_portal_json_text_close (text, ']');
}

/** mainstay_portal_json_array: Returns: (transfer full): an array of the records */
GString *
mainstay_portal_json_array (GPtrArray              *records,
                            MainstayPortalJsonFunc  func)
{
  GString *text = g_string_sized_new (records->len * RECORD_SIZE + 1);

  append_array (text, NULL, records, func);
  return text;
}

/** mainstay_portal_json_page: Returns: (transfer full): a part of a list, with its place in it */
GString *
mainstay_portal_json_page (const char             *name,
                           GPtrArray              *records,
                           MainstayPortalJsonFunc  func,
                           gint64                  total,
                           gint64                  offset,
                           gint64                  limit)
{
  GString *text = g_string_sized_new (records->len * RECORD_SIZE + RECORD_SIZE);

  mainstay_portal_json_text_open (text, NULL, '{');
  append_array (text, name, records, func);
  mainstay_portal_json_text_int (text, "total", total);
  mainstay_portal_json_text_int (text, "offset", offset);
  mainstay_portal_json_text_int (text, "limit", limit);
  mainstay_portal_json_text_close (text, '}');
  return text;
}
