/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-activity-entry.h"
#include "mainstay-call.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"

/* Archives, data uploads and the activity. */

static MainstayRequest *
job_request_new (const char                *method,
                 char                      *path,
                 const char                *id_member,
                 const MainstayRetryPolicy *policy)
{
  MainstayRequest *request = mainstay_request_new (method, path, mainstay_call_build_job,
                                                   (GDestroyNotify) mainstay_job_free, policy);

  request->id_member = id_member;
  if (g_str_equal (method, "POST"))
    request->body = g_strdup ("{}");
  return request;
}

static void
report_missing (MainstayClient      *self,
                gpointer             tag,
                const char          *what,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  g_task_report_new_error (self, callback, user_data, tag, MAINSTAY_ERROR,
                           MAINSTAY_ERROR_MISSING_EXTENSION, "The portal lacks %s", what);
}

/** mainstay_data_type_to_string: Returns: the `data_type` of portal-api.md */
const char *
mainstay_data_type_to_string (MainstayDataType data_type)
{
  switch (data_type)
    {
    case MAINSTAY_DATA_DATABASE_ONLY:
      return "database_only";
    case MAINSTAY_DATA_FILES_ONLY:
      return "files_only";
    case MAINSTAY_DATA_FILES_AND_DATABASE:
    default:
      return "files_and_database";
    }
}

void
mainstay_client_make_archive_async (MainstayClient      *self,
                                    MainstayApp         *app,
                                    const char          *environment_id,
                                    const char          *backup_id,
                                    MainstayDataType     data_type,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  const char *type = mainstay_data_type_to_string (data_type);
  g_autofree char *path = NULL;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);
  g_return_if_fail (backup_id != NULL);

  if (data_type == MAINSTAY_DATA_FILES_ONLY &&
      mainstay_client_lacks (self, MAINSTAY_EXTENSION_FILES_ONLY))
    {
      report_missing (self, mainstay_client_make_archive_async, "files-only", callback, user_data);
      return;
    }
  path = mainstay_call_environment (app, environment_id, "snapshots", backup_id, "archives", NULL);
  /* A second archive of the same backup costs the portal some room for some hours, no more. */
  mainstay_request_run_async (self,
                              job_request_new ("POST",
                                               g_strconcat (path, "?data_type=", type, NULL),
                                               "archive_id", &mainstay_retry_repeat),
                              mainstay_client_make_archive_async, cancellable, callback,
                              user_data);
}

MainstayJob *
mainstay_client_make_archive_finish (MainstayClient  *self,
                                     GAsyncResult    *result,
                                     GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_make_archive_async, error);
}

void
mainstay_client_get_archive_async (MainstayClient      *self,
                                   MainstayApp         *app,
                                   const char          *environment_id,
                                   const char          *backup_id,
                                   const char          *archive_id,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);
  g_return_if_fail (backup_id != NULL);
  g_return_if_fail (archive_id != NULL);

  mainstay_request_run_async (self,
                              job_request_new ("GET",
                                               mainstay_call_environment (app, environment_id,
                                                                          "snapshots", backup_id,
                                                                          "archives", archive_id,
                                                                          NULL),
                                               "archive_id", &mainstay_retry_read),
                              mainstay_client_get_archive_async, cancellable, callback, user_data);
}

MainstayJob *
mainstay_client_get_archive_finish (MainstayClient  *self,
                                    GAsyncResult    *result,
                                    GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_get_archive_async, error);
}

void
mainstay_client_load_data_async (MainstayClient      *self,
                                 MainstayApp         *app,
                                 const char          *environment_id,
                                 const char          *database_upload,
                                 const char          *files_upload,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);
  g_return_if_fail (database_upload != NULL || files_upload != NULL);

  if (mainstay_client_lacks (self, MAINSTAY_EXTENSION_UPLOAD_DATA))
    {
      report_missing (self, mainstay_client_load_data_async, "upload-data", callback, user_data);
      return;
    }
  request = job_request_new ("POST",
                             mainstay_call_environment (app, environment_id, "data-uploads", NULL),
                             "data_upload_id", &mainstay_retry_action);
  g_clear_pointer (&request->body, g_free);
  request->body = mainstay_call_body ("database", database_upload, "files", files_upload, NULL);
  mainstay_request_run_async (self, request, mainstay_client_load_data_async, cancellable,
                              callback, user_data);
}

/**
 * mainstay_client_load_data_finish:
 * @self: a client
 * @result: of the pair
 * @error: where to put the error
 *
 * When the answer was lost nobody can tell whether the load began; the error then says so.
 *
 * Returns: (transfer full) (nullable): the job
 */
MainstayJob *
mainstay_client_load_data_finish (MainstayClient  *self,
                                  GAsyncResult    *result,
                                  GError         **error)
{
  MainstayJob *job = mainstay_client_finish_request (self, result,
                                                     mainstay_client_load_data_async, error);

  if (job == NULL && error != NULL && (*error)->domain == MAINSTAY_ERROR &&
      mainstay_request_of (result) != NULL && mainstay_request_of (result)->lost)
    g_prefix_error (error, "The answer was lost, and the data may be being loaded: ");
  return job;
}

void
mainstay_client_get_data_upload_async (MainstayClient      *self,
                                       MainstayApp         *app,
                                       const char          *environment_id,
                                       const char          *data_upload_id,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);
  g_return_if_fail (data_upload_id != NULL);

  mainstay_request_run_async (self,
                              job_request_new ("GET",
                                               mainstay_call_environment (app, environment_id,
                                                                          "data-uploads",
                                                                          data_upload_id, NULL),
                                               "data_upload_id", &mainstay_retry_read),
                              mainstay_client_get_data_upload_async, cancellable, callback,
                              user_data);
}

MainstayJob *
mainstay_client_get_data_upload_finish (MainstayClient  *self,
                                        GAsyncResult    *result,
                                        GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_get_data_upload_async,
                                         error);
}

static gpointer
data_upload_new (JsonObject  *object,
                 GError     **error)
{
  return mainstay_job_new_from_json (object, "data_upload_id", error);
}

static gpointer
build_data_uploads (MainstayRequest  *request,
                    JsonNode         *root,
                    GError          **error)
{
  return mainstay_call_build_list (request, mainstay_call_get_array (root, "data_uploads", error),
                                   data_upload_new, (GDestroyNotify) mainstay_job_free, error);
}

static void
data_uploads_listed_cb (GObject      *object,
                        GAsyncResult *result,
                        gpointer      data)
{
  g_autoptr(GTask) task = data;
  char **uploads = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr(GPtrArray) list = mainstay_client_finish_request (MAINSTAY_CLIENT (object), result,
                                                              data_uploads_listed_cb, &error);
  MainstayJob *found = NULL;

  if (list == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (unsigned int i = 0; i < list->len && found == NULL; i++)
    {
      MainstayJob *job = g_ptr_array_index (list, i);

      if (g_strcmp0 (job->database_upload_id, *uploads[0] != '\0' ? uploads[0] : NULL) == 0 &&
          g_strcmp0 (job->files_upload_id, *uploads[1] != '\0' ? uploads[1] : NULL) == 0)
        found = job;
    }
  g_task_return_pointer (task, found != NULL ? mainstay_job_copy (found) : NULL,
                         (GDestroyNotify) mainstay_job_free);
}

void
mainstay_client_find_data_upload_async (MainstayClient      *self,
                                        MainstayApp         *app,
                                        const char          *environment_id,
                                        const char          *database_upload,
                                        const char          *files_upload,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  const char *uploads[] = { database_upload != NULL ? database_upload : "",
                            files_upload != NULL ? files_upload : "", NULL };
  g_autoptr(GTask) task = NULL;
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_client_find_data_upload_async);
  g_task_set_task_data (task, g_strdupv ((char **) uploads), (GDestroyNotify) g_strfreev);
  request = mainstay_request_new ("GET",
                                  mainstay_call_environment (app, environment_id, "data-uploads",
                                                             NULL),
                                  build_data_uploads, (GDestroyNotify) g_ptr_array_unref,
                                  &mainstay_retry_read);
  mainstay_request_run_async (self, request, data_uploads_listed_cb, cancellable,
                              data_uploads_listed_cb, g_steal_pointer (&task));
}

MainstayJob *
mainstay_client_find_data_upload_finish (MainstayClient  *self,
                                         GAsyncResult    *result,
                                         GError         **error)
{
  g_return_val_if_fail (MAINSTAY_IS_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_client_find_data_upload_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
build_activity (MainstayRequest  *request,
                JsonNode         *root,
                GError          **error)
{
  return mainstay_call_build_list (request, mainstay_call_get_array (root, "entries", error),
                                   (MainstayElementFunc) mainstay_activity_entry_new_from_json,
                                   g_object_unref, error);
}

void
mainstay_client_list_activity_async (MainstayClient      *self,
                                     MainstayApp         *app,
                                     const char          *environment_id,
                                     int                  offset,
                                     int                  limit,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_autofree char *path = NULL;
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);

  if (mainstay_client_lacks (self, MAINSTAY_EXTENSION_ACTIVITY))
    {
      report_missing (self, mainstay_client_list_activity_async, "activity", callback, user_data);
      return;
    }
  path = mainstay_call_environment (app, environment_id, "activity", NULL);
  request = mainstay_request_new ("GET",
                                  g_strdup_printf ("%s?offset=%d&limit=%d", path, offset, limit),
                                  build_activity, (GDestroyNotify) g_ptr_array_unref,
                                  &mainstay_retry_read);
  mainstay_request_run_async (self, request, mainstay_client_list_activity_async, cancellable,
                              callback, user_data);
}

GPtrArray *
mainstay_client_list_activity_finish (MainstayClient  *self,
                                      GAsyncResult    *result,
                                      GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_list_activity_async, error);
}
