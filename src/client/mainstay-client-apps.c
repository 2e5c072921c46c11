/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-call.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-json.h"

/* Deploy v1 and the capabilities. */

static const struct
{
  const char *name;
  MainstayExtensions extension;
} extension_names[] = {
  { "snapshot-details", MAINSTAY_EXTENSION_SNAPSHOT_DETAILS },
  { "files-only", MAINSTAY_EXTENSION_FILES_ONLY },
  { "upload-data", MAINSTAY_EXTENSION_UPLOAD_DATA },
  { "activity", MAINSTAY_EXTENSION_ACTIVITY },
};

static gpointer
build_capabilities (MainstayRequest  *request,
                    JsonNode         *root,
                    GError          **error)
{
  g_auto(GStrv) names = NULL;
  MainstayExtensions *extensions;
  JsonObject *object = mainstay_build_get_object (root, error);

  if (object == NULL)
    return NULL;
  extensions = g_new0 (MainstayExtensions, 1);
  names = mainstay_json_dup_strings (object, "extensions");
  for (size_t i = 0; i < G_N_ELEMENTS (extension_names); i++)
    if (g_strv_contains ((const char *const *) names, extension_names[i].name))
      *extensions |= extension_names[i].extension;
  return extensions;
}

/* Nobody documented this path, so that a portal or a gateway may answer it with any refusal, with a
 * page or by sending one away; all of that means that there are none. */
static gboolean
means_none (const GError *error)
{
  return error->domain == MAINSTAY_ERROR && !mainstay_error_is_transient (error) &&
         error->code != MAINSTAY_ERROR_INSECURE;
}

static void
capabilities_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      data)
{
  MainstayClient *self = MAINSTAY_CLIENT (object);
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  g_autofree MainstayExtensions *extensions =
    mainstay_client_finish_request (self, result, capabilities_cb, &error);

  if (extensions == NULL && !means_none (error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  mainstay_client_take_extensions (self, extensions != NULL ? *extensions
                                                            : MAINSTAY_EXTENSION_NONE);
  g_task_return_boolean (task, TRUE);
}

void
mainstay_client_load_capabilities_async (MainstayClient      *self,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  MainstayRequest *request;
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_client_load_capabilities_async);
  request = mainstay_request_new ("GET",
                                  mainstay_call_path ("api", "mainstay", "1", "capabilities", NULL),
                                  build_capabilities, g_free, &mainstay_retry_read);
  request->anonymous = TRUE;
  mainstay_request_run_async (self, request, capabilities_cb, cancellable, capabilities_cb,
                              g_steal_pointer (&task));
}

gboolean
mainstay_client_load_capabilities_finish (MainstayClient  *self,
                                          GAsyncResult    *result,
                                          GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (
    g_async_result_is_tagged (result, mainstay_client_load_capabilities_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gpointer
build_apps (MainstayRequest  *request,
            JsonNode         *root,
            GError          **error)
{
  return mainstay_call_build_list (request, mainstay_call_get_array (root, NULL, error),
                                   (MainstayElementFunc) mainstay_app_new_from_json,
                                   g_object_unref, error);
}

void
mainstay_client_list_apps_async (MainstayClient      *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));

  request = mainstay_request_new ("GET", mainstay_call_path ("api", "1", "apps", NULL), build_apps,
                                  (GDestroyNotify) g_ptr_array_unref, &mainstay_retry_read);
  mainstay_request_run_async (self, request, mainstay_client_list_apps_async, cancellable,
                              callback, user_data);
}

GPtrArray *
mainstay_client_list_apps_finish (MainstayClient  *self,
                                  GAsyncResult    *result,
                                  GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_list_apps_async, error);
}

static gpointer
build_environments (MainstayRequest  *request,
                    JsonNode         *root,
                    GError          **error)
{
  return mainstay_call_build_list (request, mainstay_call_get_array (root, NULL, error),
                                   (MainstayElementFunc) mainstay_environment_new_from_json,
                                   g_object_unref, error);
}

void
mainstay_client_list_environments_async (MainstayClient      *self,
                                         MainstayApp         *app,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));

  request = mainstay_request_new ("GET",
                                  mainstay_call_path ("api", "1", "apps", mainstay_app_get_id (app),
                                                      "environments", NULL),
                                  build_environments, (GDestroyNotify) g_ptr_array_unref,
                                  &mainstay_retry_read);
  mainstay_request_run_async (self, request, mainstay_client_list_environments_async, cancellable,
                              callback, user_data);
}

GPtrArray *
mainstay_client_list_environments_finish (MainstayClient  *self,
                                          GAsyncResult    *result,
                                          GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_list_environments_async,
                                         error);
}

static gpointer
build_environment (MainstayRequest  *request,
                   JsonNode         *root,
                   GError          **error)
{
  JsonObject *object = mainstay_build_get_object (root, error);

  return object != NULL ? mainstay_environment_new_from_json (object, error) : NULL;
}

void
mainstay_client_get_environment_async (MainstayClient      *self,
                                       MainstayApp         *app,
                                       const char          *mode,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (mode != NULL);

  request = mainstay_request_new ("GET",
                                  mainstay_call_path ("api", "1", "apps", mainstay_app_get_id (app),
                                                      "environments", mode, NULL),
                                  build_environment, g_object_unref, &mainstay_retry_read);
  mainstay_request_run_async (self, request, mainstay_client_get_environment_async, cancellable,
                              callback, user_data);
}

MainstayEnvironment *
mainstay_client_get_environment_finish (MainstayClient  *self,
                                        GAsyncResult    *result,
                                        GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_get_environment_async,
                                         error);
}

static gpointer
build_packages (MainstayRequest  *request,
                JsonNode         *root,
                GError          **error)
{
  return mainstay_call_build_list (request, mainstay_call_get_array (root, NULL, error),
                                   (MainstayElementFunc) mainstay_package_new_from_json,
                                   (GDestroyNotify) mainstay_package_free, error);
}

static gpointer
build_package (MainstayRequest  *request,
               JsonNode         *root,
               GError          **error)
{
  JsonObject *object = mainstay_build_get_object (root, error);

  return object != NULL ? mainstay_package_new_from_json (object, error) : NULL;
}

void
mainstay_client_list_packages_async (MainstayClient      *self,
                                     MainstayApp         *app,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));

  request = mainstay_request_new ("GET",
                                  mainstay_call_path ("api", "1", "apps", mainstay_app_get_id (app),
                                                      "packages", NULL),
                                  build_packages, (GDestroyNotify) g_ptr_array_unref,
                                  &mainstay_retry_read);
  mainstay_request_run_async (self, request, mainstay_client_list_packages_async, cancellable,
                              callback, user_data);
}

GPtrArray *
mainstay_client_list_packages_finish (MainstayClient  *self,
                                      GAsyncResult    *result,
                                      GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_list_packages_async, error);
}

void
mainstay_client_get_package_async (MainstayClient      *self,
                                   MainstayApp         *app,
                                   const char          *mode,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (mode != NULL);

  request = mainstay_request_new ("GET",
                                  mainstay_call_path ("api", "1", "apps", mainstay_app_get_id (app),
                                                      "environments", mode, "package", NULL),
                                  build_package, (GDestroyNotify) mainstay_package_free,
                                  &mainstay_retry_read);
  mainstay_request_run_async (self, request, mainstay_client_get_package_async, cancellable,
                              callback, user_data);
}

MainstayPackage *
mainstay_client_get_package_finish (MainstayClient  *self,
                                    GAsyncResult    *result,
                                    GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_get_package_async, error);
}

void
mainstay_client_transport_async (MainstayClient      *self,
                                 MainstayApp         *app,
                                 const char          *mode,
                                 const char          *package_id,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (mode != NULL);
  g_return_if_fail (package_id != NULL);

  request = mainstay_request_new ("POST",
                                  mainstay_call_path ("api", "1", "apps", mainstay_app_get_id (app),
                                                      "environments", mode, "transport", NULL),
                                  build_package, (GDestroyNotify) mainstay_package_free,
                                  &mainstay_retry_repeat);
  request->body = mainstay_call_body ("PackageId", package_id, NULL);
  mainstay_request_run_async (self, request, mainstay_client_transport_async, cancellable,
                              callback, user_data);
}

MainstayPackage *
mainstay_client_transport_finish (MainstayClient  *self,
                                  GAsyncResult    *result,
                                  GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_transport_async, error);
}
