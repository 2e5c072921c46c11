/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-json.h"
#include "mainstay-portal-json.h"
#include "mainstay-portal-route.h"

/* Backups v2: snapshots and their archives (portal-api.md, part 2). */

static MainstayPortalAnswer *
answer_snapshot (MainstayPortalSnapshot *snapshot)
{
  g_autoptr(MainstayPortalSnapshot) owned = snapshot;

  return owned != NULL ? mainstay_portal_answer_new_text (
                           mainstay_portal_json_snapshot (g_string_new (NULL), owned))
                       : NULL;
}

static const char *
get_snapshot_id (MainstayPortalCall  *call,
                 GError             **error)
{
  const char *id = call->request->captures[2];

  return mainstay_portal_route_is_uuid (id, "The snapshot id", error) ? id : NULL;
}

static MainstayPortalAnswer *
list_snapshots (MainstayPortalCall  *call,
                GError             **error)
{
  g_autoptr(GPtrArray) snapshots = NULL;
  g_autoptr(GError) local_error = NULL;
  gint64 offset, limit, total;

  if (!mainstay_portal_request_get_paging (call->request, &offset, &limit, error))
    return NULL;
  snapshots = mainstay_portal_list_snapshots (call->portal, call->environment, offset, limit,
                                              &total, &local_error);
  if (snapshots == NULL)
    {
      /* This one trouble has a name of its own. */
      gboolean internal = mainstay_error_wire_name (local_error->code) == NULL ||
                          g_error_matches (local_error, MAINSTAY_ERROR,
                                           MAINSTAY_ERROR_SERVICE_UNAVAILABLE);

      if (!internal)
        g_propagate_error (error, g_steal_pointer (&local_error));
      else
        g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_LISTING_FAILED,
                             "The backups cannot be listed now. Try again later.");
      return NULL;
    }
  return mainstay_portal_answer_new_text (
    mainstay_portal_json_page ("snapshots", snapshots,
                               (MainstayPortalJsonFunc) mainstay_portal_json_snapshot, total,
                               offset, limit));
}

/* Only what a person may ask for; the schedule's own kinds are not to be had from outside. */
static gboolean
get_type (JsonObject   *body,
          const char  **type,
          GError      **error)
{
  *type = mainstay_json_get_string (body, "type");
  if (!json_object_has_member (body, "type") || json_object_get_null_member (body, "type") ||
      g_strcmp0 (*type, "manual") == 0 || g_strcmp0 (*type, "safety") == 0)
    return TRUE;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                       "type must be manual or safety");
  return FALSE;
}

static MainstayPortalAnswer *
create_snapshot (MainstayPortalCall  *call,
                 GError             **error)
{
  g_autoptr(JsonObject) body = mainstay_portal_request_dup_object (call->request, error);
  g_autofree char *comment = NULL;
  const char *type = NULL;

  if (body == NULL || !mainstay_portal_request_dup_comment (body, FALSE, &comment, error) ||
      !get_type (body, &type, error))
    return NULL;
  return answer_snapshot (mainstay_portal_create_snapshot (call->portal, call->user,
                                                           call->environment, comment, type,
                                                           error));
}

static MainstayPortalAnswer *
get_snapshot (MainstayPortalCall  *call,
              GError             **error)
{
  const char *id = get_snapshot_id (call, error);

  if (id == NULL)
    return NULL;
  return answer_snapshot (mainstay_portal_get_snapshot (call->portal, call->environment, id,
                                                        error));
}

static MainstayPortalAnswer *
set_comment (MainstayPortalCall  *call,
             GError             **error)
{
  const char *id = get_snapshot_id (call, error);
  g_autoptr(JsonObject) body = NULL;
  g_autofree char *comment = NULL;

  if (id == NULL)
    return NULL;
  body = mainstay_portal_request_dup_object (call->request, error);
  if (body == NULL || !mainstay_portal_request_dup_comment (body, TRUE, &comment, error))
    return NULL;
  return answer_snapshot (mainstay_portal_set_comment (call->portal, call->environment, id, comment,
                                                       error));
}

static MainstayPortalAnswer *
delete_snapshot (MainstayPortalCall  *call,
                 GError             **error)
{
  const char *id = get_snapshot_id (call, error);

  if (id == NULL ||
      !mainstay_portal_delete_snapshot (call->portal, call->user, call->environment, id, error))
    return NULL;
  return mainstay_portal_answer_new (SOUP_STATUS_NO_CONTENT);
}

static MainstayPortalAnswer *
answer_archive (MainstayPortalCall    *call,
                MainstayPortalArchive *archive)
{
  g_autoptr(MainstayPortalArchive) owned = archive;

  return owned != NULL ? mainstay_portal_answer_new_text (
                           mainstay_portal_json_archive (g_string_new (NULL), owned,
                                                         call->request->origin))
                       : NULL;
}

static MainstayPortalAnswer *
make_archive (MainstayPortalCall  *call,
              GError             **error)
{
  const char *id = get_snapshot_id (call, error);

  if (id == NULL)
    return NULL;
  return answer_archive (
    call, mainstay_portal_make_archive (call->portal, call->user, call->environment, id,
                                        mainstay_portal_request_get_query (call->request,
                                                                           "data_type"),
                                        error));
}

static MainstayPortalAnswer *
get_archive (MainstayPortalCall  *call,
             GError             **error)
{
  const char *id = get_snapshot_id (call, error);
  const char *archive_id = call->request->captures[3];

  if (id == NULL || !mainstay_portal_route_is_uuid (archive_id, "The archive id", error))
    return NULL;
  return answer_archive (call, mainstay_portal_get_archive (call->portal, call->environment, id,
                                                            archive_id, error));
}

#define SNAPSHOTS "/api/v2/apps/*/environments/*/snapshots"

const MainstayPortalRoute mainstay_portal_snapshot_routes[] = {
  { "GET", SNAPSHOTS, MAINSTAY_PORTAL_SCOPE_BACKUPS, list_snapshots },
  { "POST", SNAPSHOTS, MAINSTAY_PORTAL_SCOPE_BACKUPS, create_snapshot },
  { "GET", SNAPSHOTS "/*", MAINSTAY_PORTAL_SCOPE_BACKUPS, get_snapshot },
  { "PUT", SNAPSHOTS "/*", MAINSTAY_PORTAL_SCOPE_BACKUPS, set_comment },
  { "DELETE", SNAPSHOTS "/*", MAINSTAY_PORTAL_SCOPE_BACKUPS, delete_snapshot },
  { "POST", SNAPSHOTS "/*/archives", MAINSTAY_PORTAL_SCOPE_BACKUPS, make_archive },
  { "GET", SNAPSHOTS "/*/archives/*", MAINSTAY_PORTAL_SCOPE_BACKUPS, get_archive },
  { NULL },
};
