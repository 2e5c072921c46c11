/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-json.h"
#include "mainstay-portal-json.h"
#include "mainstay-portal-route.h"

/* Backups v2: restores, data uploads and the activity (portal-api.md, parts 2 and 3). */

/* Restores say "not found" with a status of their own (portal-api.md, part 1). */
static MainstayPortalAnswer *
answer_restore (MainstayPortalRestore  *restore,
                GError                **error)
{
  g_autoptr(MainstayPortalRestore) owned = restore;

  if (owned != NULL)
    return mainstay_portal_answer_new_text (
      mainstay_portal_json_restore (g_string_new (NULL), owned));
  if (error != NULL && g_error_matches (*error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND))
    {
      g_autoptr(GError) not_found = g_steal_pointer (error);

      return mainstay_portal_answer_new_error (SOUP_STATUS_BAD_REQUEST, "NOT_FOUND",
                                               not_found->message);
    }
  return NULL;
}

static MainstayPortalAnswer *
restore (MainstayPortalCall  *call,
         GError             **error)
{
  g_autofree char *source = mainstay_portal_request_dup_id (
    mainstay_portal_request_get_query (call->request, "source_snapshot_id"));
  gboolean database_only;

  if (!mainstay_portal_route_is_uuid (source, "source_snapshot_id", error) ||
      !mainstay_portal_request_get_flag (call->request, "db_only", &database_only, error))
    return NULL;
  return answer_restore (mainstay_portal_restore (call->portal, call->user, call->environment,
                                                  source, database_only, error),
                         error);
}

static MainstayPortalAnswer *
get_restore (MainstayPortalCall  *call,
             GError             **error)
{
  const char *id = call->request->captures[2];

  if (!mainstay_portal_route_is_uuid (id, "The restore id", error))
    return NULL;
  return answer_restore (mainstay_portal_get_restore (call->portal, call->environment, id, error),
                         error);
}

static MainstayPortalAnswer *
list_restores (MainstayPortalCall  *call,
               GError             **error)
{
  g_autoptr(GPtrArray) restores = NULL;
  gint64 offset, limit, total;

  if (!mainstay_portal_request_get_paging (call->request, &offset, &limit, error))
    return NULL;
  restores = mainstay_portal_list_restores (call->portal, call->environment, offset, limit, &total,
                                            error);
  if (restores == NULL)
    return NULL;
  return mainstay_portal_answer_new_text (
    mainstay_portal_json_page ("restores", restores,
                               (MainstayPortalJsonFunc) mainstay_portal_json_restore, total, offset,
                               limit));
}

static MainstayPortalAnswer *
list_activity (MainstayPortalCall  *call,
               GError             **error)
{
  g_autoptr(GPtrArray) entries = NULL;
  gint64 offset, limit, total;

  if (!mainstay_portal_request_get_paging (call->request, &offset, &limit, error))
    return NULL;
  entries = mainstay_portal_list_activity (call->portal, call->environment, offset, limit, &total,
                                           error);
  if (entries == NULL)
    return NULL;
  return mainstay_portal_answer_new_text (
    mainstay_portal_json_page ("entries", entries,
                               (MainstayPortalJsonFunc) mainstay_portal_json_activity, total,
                               offset, limit));
}

static gboolean
get_upload_id (JsonObject  *body,
               const char  *name,
               char       **id,
               GError     **error)
{
  *id = mainstay_portal_request_dup_id (mainstay_json_get_string (body, name));
  if (!json_object_has_member (body, name) || json_object_get_null_member (body, name))
    return TRUE;
  if (*id != NULL && **id != '\0')
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
               "%s must be the id of an upload or null", name);
  return FALSE;
}

static MainstayPortalAnswer *
answer_data_upload (MainstayPortalDataUpload *data_upload)
{
  g_autoptr(MainstayPortalDataUpload) owned = data_upload;

  return owned != NULL ? mainstay_portal_answer_new_text (
                           mainstay_portal_json_data_upload (g_string_new (NULL), owned))
                       : NULL;
}

static MainstayPortalAnswer *
upload_data (MainstayPortalCall  *call,
             GError             **error)
{
  g_autoptr(JsonObject) body = mainstay_portal_request_dup_object (call->request, error);
  g_autofree char *database = NULL;
  g_autofree char *files = NULL;

  if (body == NULL || !get_upload_id (body, "database", &database, error) ||
      !get_upload_id (body, "files", &files, error))
    return NULL;
  if (database == NULL && files == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                           "database or files must name an upload");
      return NULL;
    }
  return answer_data_upload (mainstay_portal_upload_data (call->portal, call->user,
                                                          call->environment, database, files,
                                                          call->cancellable, error));
}

static MainstayPortalAnswer *
list_data_uploads (MainstayPortalCall  *call,
                   GError             **error)
{
  g_autoptr(GPtrArray) list = NULL;
  gint64 offset, limit, total;

  if (!mainstay_portal_request_get_paging (call->request, &offset, &limit, error))
    return NULL;
  list = mainstay_portal_list_data_uploads (call->portal, call->environment, offset, limit, &total,
                                            error);
  if (list == NULL)
    return NULL;
  return mainstay_portal_answer_new_text (
    mainstay_portal_json_page ("data_uploads", list,
                               (MainstayPortalJsonFunc) mainstay_portal_json_data_upload, total,
                               offset, limit));
}

static MainstayPortalAnswer *
get_data_upload (MainstayPortalCall  *call,
                 GError             **error)
{
  const char *id = call->request->captures[2];

  if (!mainstay_portal_route_is_uuid (id, "The data upload id", error))
    return NULL;
  return answer_data_upload (mainstay_portal_get_data_upload (call->portal, call->environment, id,
                                                              error));
}

#define ENVIRONMENT "/api/v2/apps/*/environments/*"

const MainstayPortalRoute mainstay_portal_restore_routes[] = {
  { "GET", ENVIRONMENT "/restores", MAINSTAY_PORTAL_SCOPE_BACKUPS, list_restores },
  { "POST", ENVIRONMENT "/restores", MAINSTAY_PORTAL_SCOPE_BACKUPS, restore },
  { "GET", ENVIRONMENT "/restores/*", MAINSTAY_PORTAL_SCOPE_BACKUPS, get_restore },
  { "POST", ENVIRONMENT "/data-uploads", MAINSTAY_PORTAL_SCOPE_BACKUPS, upload_data },
  { "GET", ENVIRONMENT "/data-uploads", MAINSTAY_PORTAL_SCOPE_BACKUPS, list_data_uploads },
  { "GET", ENVIRONMENT "/data-uploads/*", MAINSTAY_PORTAL_SCOPE_BACKUPS, get_data_upload },
  { "GET", ENVIRONMENT "/activity", MAINSTAY_PORTAL_SCOPE_BACKUPS, list_activity },
  { NULL },
};
