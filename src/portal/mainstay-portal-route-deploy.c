/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "config.h"
#include "mainstay-json.h"
#include "mainstay-portal-json.h"
#include "mainstay-portal-route.h"

/* Deploy v1 (portal-api.md, part 2), and the capabilities. */

/* How long a stop is waited for, to tell of a failure in its own answer: unlike a start, the API
 * gives it no status to ask for later. */
#define STOP_MS 10000

static MainstayPortalAnswer *
capabilities (MainstayPortalCall  *call,
              GError             **error)
{
  static const char *const extensions[] = { "snapshot-details", "files-only", "upload-data",
                                            "activity" };
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (extensions); i++)
    json_array_add_string_element (array, extensions[i]);
  json_object_set_string_member (object, "name", "Mainstay Portal");
  json_object_set_string_member (object, "version", MAINSTAY_VERSION);
  json_object_set_array_member (object, "extensions", array);
  return mainstay_portal_answer_new_object (object);
}

static MainstayPortalAnswer *
answer_array (GPtrArray              *records,
              MainstayPortalJsonFunc  func)
{
  g_autoptr(GPtrArray) owned = records;

  return owned != NULL ? mainstay_portal_answer_new_text (mainstay_portal_json_array (owned, func))
                       : NULL;
}

static MainstayPortalAnswer *
list_apps (MainstayPortalCall  *call,
           GError             **error)
{
  return answer_array (mainstay_portal_list_apps (call->portal, call->user, error),
                       (MainstayPortalJsonFunc) mainstay_portal_json_app);
}

static MainstayPortalAnswer *
get_app (MainstayPortalCall  *call,
         GError             **error)
{
  g_autoptr(MainstayPortalApp) app = mainstay_portal_get_app (call->portal, call->user,
                                                              call->request->captures[0], error);

  return app != NULL ? mainstay_portal_answer_new_text (
                         mainstay_portal_json_app (g_string_new (NULL), app))
                     : NULL;
}

static MainstayPortalAnswer *
list_environments (MainstayPortalCall  *call,
                   GError             **error)
{
  return answer_array (mainstay_portal_list_environments (call->portal, call->user,
                                                          call->request->captures[0], error),
                       (MainstayPortalJsonFunc) mainstay_portal_json_environment);
}

static MainstayPortalAnswer *
get_environment (MainstayPortalCall  *call,
                 GError             **error)
{
  return mainstay_portal_answer_new_text (
    mainstay_portal_json_environment (g_string_new (NULL), call->environment));
}

/* A stop of what does not run is done at once, without a job. */
static MainstayPortalAnswer *
answer_switch (MainstayPortalSwitch *job)
{
  g_autoptr(MainstayPortalSwitch) owned = job;
  JsonObject *object;

  if (owned == NULL)
    return NULL;
  object = json_object_new ();
  if (owned->id != NULL)
    json_object_set_string_member (object, "JobId", owned->id);
  if (!owned->is_start)
    json_object_set_string_member (object, "Status",
                                   owned->state == MAINSTAY_JOB_COMPLETED ? "Stopped" : "Stopping");
  return mainstay_portal_answer_new_object (object);
}

static gboolean
fail_switch (const MainstayPortalSwitch  *job,
             MainstayError                fallback,
             GError                     **error)
{
  MainstayError code = mainstay_error_wire_name (job->error_code) != NULL
                         ? (MainstayError) job->error_code : fallback;

  g_set_error_literal (error, MAINSTAY_ERROR, code,
                       job->status_message != NULL ? job->status_message : "It failed");
  return FALSE;
}

static MainstayPortalAnswer *
start (MainstayPortalCall  *call,
       GError             **error)
{
  g_autoptr(JsonObject) body = mainstay_portal_request_dup_object (call->request, error);

  /* AutoSyncDb is for runtimes that need telling; ours start by a command. */
  if (body == NULL)
    return NULL;
  return answer_switch (mainstay_portal_start (call->portal, call->user, call->environment, error));
}

static MainstayPortalAnswer *
get_start (MainstayPortalCall  *call,
           GError             **error)
{
  g_autoptr(MainstayPortalSwitch) job = NULL;
  JsonObject *object;

  job = mainstay_portal_get_switch (call->portal, call->environment, call->request->captures[2],
                                    error);
  if (job == NULL)
    return NULL;
  if (!job->is_start)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SUCH_START_JOB,
                           "There is no such start job");
      return NULL;
    }
  if (job->state == MAINSTAY_JOB_FAILED &&
      !fail_switch (job, MAINSTAY_ERROR_START_FAILED, error))
    return NULL;
  object = json_object_new ();
  json_object_set_string_member (object, "Status",
                                 job->state == MAINSTAY_JOB_COMPLETED ? "Started" : "Starting");
  return mainstay_portal_answer_new_object (object);
}

static MainstayPortalAnswer *
stop (MainstayPortalCall  *call,
      GError             **error)
{
  g_autoptr(MainstayPortalSwitch) job = NULL;
  const char *command = call->environment->stop_command;
  MainstayPortalSwitch *awaited;

  job = mainstay_portal_stop (call->portal, call->user, call->environment, error);
  if (job == NULL || job->id == NULL || command == NULL || *command == '\0')
    return answer_switch (g_steal_pointer (&job));
  awaited = mainstay_portal_await_switch (call->portal, call->environment, job->id, STOP_MS, error);
  g_clear_pointer (&job, mainstay_portal_switch_free);
  job = awaited;
  if (job != NULL && job->state == MAINSTAY_JOB_FAILED &&
      !fail_switch (job, MAINSTAY_ERROR_STOP_FAILED, error))
    return NULL;
  return answer_switch (g_steal_pointer (&job));
}

static MainstayPortalAnswer *
answer_package (MainstayPortalPackage *package)
{
  g_autoptr(MainstayPortalPackage) owned = package;

  return owned != NULL ? mainstay_portal_answer_new_text (
                           mainstay_portal_json_package (g_string_new (NULL), owned))
                       : NULL;
}

static MainstayPortalAnswer *
get_package (MainstayPortalCall  *call,
             GError             **error)
{
  return answer_package (mainstay_portal_get_package (call->portal, call->environment, error));
}

static MainstayPortalAnswer *
list_packages (MainstayPortalCall  *call,
               GError             **error)
{
  return answer_array (mainstay_portal_list_packages (call->portal, call->user,
                                                      call->request->captures[0], error),
                       (MainstayPortalJsonFunc) mainstay_portal_json_package);
}

static MainstayPortalAnswer *
transport (MainstayPortalCall  *call,
           GError             **error)
{
  g_autoptr(JsonObject) body = mainstay_portal_request_dup_object (call->request, error);
  g_autofree char *package_id = NULL;

  if (body == NULL)
    return NULL;
  package_id = mainstay_portal_request_dup_id (mainstay_json_get_string (body, "PackageId"));
  if (package_id == NULL || *package_id == '\0')
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                           "PackageId is missing or not a text");
      return NULL;
    }
  return answer_package (mainstay_portal_transport (call->portal, call->user, call->environment,
                                                    package_id, error));
}

#define APPS "/api/1/apps"
#define ENVIRONMENT APPS "/*/environments/*"

const MainstayPortalRoute mainstay_portal_deploy_routes[] = {
  { "GET", "/api/mainstay/1/capabilities", MAINSTAY_PORTAL_SCOPE_PUBLIC, capabilities },
  { "GET", APPS, MAINSTAY_PORTAL_SCOPE_USER, list_apps },
  { "GET", APPS "/*", MAINSTAY_PORTAL_SCOPE_USER, get_app },
  { "GET", APPS "/*/packages", MAINSTAY_PORTAL_SCOPE_USER, list_packages },
  { "GET", APPS "/*/environments", MAINSTAY_PORTAL_SCOPE_USER, list_environments },
  { "GET", ENVIRONMENT, MAINSTAY_PORTAL_SCOPE_DEPLOY, get_environment },
  { "POST", ENVIRONMENT "/start", MAINSTAY_PORTAL_SCOPE_DEPLOY, start },
  { "GET", ENVIRONMENT "/start/*", MAINSTAY_PORTAL_SCOPE_DEPLOY, get_start },
  { "POST", ENVIRONMENT "/stop", MAINSTAY_PORTAL_SCOPE_DEPLOY, stop },
  { "GET", ENVIRONMENT "/package", MAINSTAY_PORTAL_SCOPE_DEPLOY, get_package },
  { "POST", ENVIRONMENT "/transport", MAINSTAY_PORTAL_SCOPE_TRANSPORT, transport },
  { NULL },
};
