/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-json.h"

#include "mainstay-time.h"

static void
set_string (JsonObject *object,
            const char *name,
            const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
  else
    json_object_set_null_member (object, name);
}

static void
set_time (JsonObject *object,
          const char *name,
          gint64      milliseconds)
{
  g_autofree char *text = milliseconds > 0 ? mainstay_time_format (milliseconds) : NULL;

  set_string (object, name, text);
}

static void
set_count (JsonObject *object,
           const char *name,
           gint64      count)
{
  if (count >= 0)
    json_object_set_int_member (object, name, count);
  else
    json_object_set_null_member (object, name);
}

static void
set_state (JsonObject       *object,
           MainstayJobState  state,
           const char       *status_message,
           double            progress)
{
  set_string (object, "state", mainstay_job_state_to_string (state));
  set_string (object, "status_message", status_message);
  if (progress >= 0)
    json_object_set_double_member (object, "progress", CLAMP (progress, 0.0, 1.0));
  else
    json_object_set_null_member (object, "progress");
}

static void
set_times (JsonObject *object,
           gint64      created_at,
           gint64      finished_at,
           gint64      updated_at)
{
  set_time (object, "created_at", created_at);
  set_time (object, "finished_at", finished_at);
  set_time (object, "updated_at", updated_at);
}

/** mainstay_portal_json_app: all members are texts */
JsonObject *
mainstay_portal_json_app (const MainstayPortalApp *app)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "AppId", app->app_id);
  json_object_set_string_member (object, "Name", app->name);
  json_object_set_string_member (object, "ProjectId", app->project_id);
  json_object_set_string_member (object, "Url", app->url != NULL ? app->url : "");
  return object;
}

/** mainstay_portal_json_environment: versions are left out where there is none */
JsonObject *
mainstay_portal_json_environment (const MainstayPortalEnvironment *environment)
{
  JsonObject *object = json_object_new ();
  JsonArray *services = json_array_new ();

  json_object_set_string_member (object, "Status",
                                 mainstay_environment_status_to_string (environment->status));
  json_object_set_string_member (object, "EnvironmentId", environment->id);
  json_object_set_string_member (object, "Url", environment->url != NULL ? environment->url : "");
  json_object_set_string_member (object, "Mode", environment->mode);
  if (environment->model_version != NULL)
    json_object_set_string_member (object, "ModelVersion", environment->model_version);
  if (environment->mendix_version != NULL)
    json_object_set_string_member (object, "MendixVersion", environment->mendix_version);
  json_object_set_boolean_member (object, "Production", environment->production);
  for (size_t i = 0; environment->published_services[i] != NULL; i++)
    json_array_add_string_element (services, environment->published_services[i]);
  json_object_set_array_member (object, "PublishedAppServices", services);
  set_string (object, "DataModelVersion", environment->data_model_version);
  return object;
}

/** mainstay_portal_json_package: the date is in milliseconds since 1970 */
JsonObject *
mainstay_portal_json_package (const MainstayPortalPackage *package)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "PackageId", package->id);
  set_string (object, "Name", package->name);
  set_string (object, "Description", package->description);
  set_string (object, "Version", package->version);
  set_string (object, "Creator", package->creator);
  json_object_set_int_member (object, "CreationDate", package->created_at);
  set_string (object, "Status", package->status);
  set_count (object, "Size", package->size);
  return object;
}

/** mainstay_portal_json_snapshot: with the details of our extension */
JsonObject *
mainstay_portal_json_snapshot (const MainstayPortalSnapshot *snapshot)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "snapshot_id", snapshot->id);
  set_state (object, snapshot->state, snapshot->status_message, snapshot->progress);
  set_string (object, "comment", snapshot->comment != NULL ? snapshot->comment : "");
  set_string (object, "model_version", snapshot->model_version);
  set_times (object, snapshot->created_at, snapshot->finished_at, snapshot->updated_at);
  set_time (object, "expires_at", snapshot->expires_at);
  set_string (object, "created_by", snapshot->created_by);
  set_string (object, "type", snapshot->type);
  set_string (object, "environment_id", snapshot->environment_id);
  set_count (object, "size_bytes", snapshot->size_bytes);
  set_count (object, "files_count", snapshot->files_count);
  return object;
}

/**
 * mainstay_portal_json_archive:
 * @archive: an archive
 * @origin: the server as the client sees it, for the link
 */
JsonObject *
mainstay_portal_json_archive (const MainstayPortalArchive *archive,
                              const char                  *origin)
{
  JsonObject *object = json_object_new ();
  g_autofree char *url = NULL;

  if (archive->state == MAINSTAY_JOB_COMPLETED && archive->token != NULL)
    url = g_strdup_printf ("%s/archives/%s/%s", origin, archive->token, archive->file_name);
  json_object_set_string_member (object, "archive_id", archive->id);
  set_string (object, "snapshot_id", archive->snapshot_id);
  set_string (object, "data_type", archive->data_type);
  set_state (object, archive->state, archive->status_message, archive->progress);
  set_times (object, archive->created_at, archive->finished_at, archive->updated_at);
  set_time (object, "expires_at", archive->expires_at);
  set_string (object, "url", url);
  return object;
}

/** mainstay_portal_json_restore: */
JsonObject *
mainstay_portal_json_restore (const MainstayPortalRestore *restore)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "restore_id", restore->id);
  set_state (object, restore->state, restore->status_message, restore->progress);
  set_times (object, restore->created_at, restore->finished_at, restore->updated_at);
  set_string (object, "source_snapshot_id", restore->source_snapshot_id);
  set_string (object, "source_environment_id", restore->source_environment_id);
  set_string (object, "target_environment_id", restore->target_environment_id);
  json_object_set_boolean_member (object, "db_only", restore->database_only);
  set_string (object, "created_by", restore->created_by);
  return object;
}

/** mainstay_portal_json_data_upload: */
JsonObject *
mainstay_portal_json_data_upload (const MainstayPortalDataUpload *data_upload)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "data_upload_id", data_upload->id);
  set_string (object, "database", data_upload->database_upload_id);
  set_string (object, "files", data_upload->files_upload_id);
  set_state (object, data_upload->state, data_upload->status_message, data_upload->progress);
  set_times (object, data_upload->created_at, data_upload->finished_at, data_upload->updated_at);
  set_string (object, "environment_id", data_upload->environment_id);
  set_string (object, "created_by", data_upload->created_by);
  return object;
}

/** mainstay_portal_json_activity: */
JsonObject *
mainstay_portal_json_activity (const MainstayPortalActivity *activity)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", activity->id);
  set_string (object, "kind", activity->kind);
  set_string (object, "state", mainstay_job_state_to_string (activity->state));
  set_string (object, "message", activity->message);
  set_string (object, "by", activity->by);
  set_time (object, "at", activity->at);
  set_string (object, "snapshot_id", activity->snapshot_id);
  return object;
}

static JsonArray *
make_array (GPtrArray              *records,
            MainstayPortalJsonFunc  func)
{
  JsonArray *array = json_array_sized_new (records->len);

  for (unsigned int i = 0; i < records->len; i++)
    json_array_add_object_element (array, func (records->pdata[i]));
  return array;
}

/** mainstay_portal_json_array: Returns: (transfer full): an array of the records */
JsonNode *
mainstay_portal_json_array (GPtrArray              *records,
                            MainstayPortalJsonFunc  func)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, make_array (records, func));
  return node;
}

/** mainstay_portal_json_page: Returns: (transfer full): a part of a list, with its place in it */
JsonObject *
mainstay_portal_json_page (const char             *name,
                           GPtrArray              *records,
                           MainstayPortalJsonFunc  func,
                           gint64                  total,
                           gint64                  offset,
                           gint64                  limit)
{
  JsonObject *object = json_object_new ();

  json_object_set_array_member (object, name, make_array (records, func));
  json_object_set_int_member (object, "total", total);
  json_object_set_int_member (object, "offset", offset);
  json_object_set_int_member (object, "limit", limit);
  return object;
}
