/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-route.h"

#include <string.h>

static const MainstayPortalRoute *const tables[] = {
  mainstay_portal_deploy_routes,
  mainstay_portal_snapshot_routes,
  mainstay_portal_restore_routes,
  mainstay_portal_link_routes,
  mainstay_portal_tus_routes,
};

static gboolean
matches (const char             *pattern,
         MainstayPortalRequest  *request,
         const char            **captures)
{
  g_auto(GStrv) parts = g_strsplit (pattern + 1, "/", -1);
  size_t n_captures = 0;

  if (g_strv_length (parts) != g_strv_length (request->path))
    return FALSE;
  for (size_t i = 0; parts[i] != NULL; i++)
    if (strcmp (parts[i], "*") == 0)
      captures[n_captures++] = request->path[i];
    else if (strcmp (parts[i], request->path[i]) != 0)
      return FALSE;
  return TRUE;
}

/* A GET answers a HEAD too: the body is left out on the way to the wire. */
static gboolean
takes_method (const MainstayPortalRoute *route,
              const char                *method)
{
  return strcmp (route->method, method) == 0 ||
         (strcmp (method, "HEAD") == 0 && strcmp (route->method, "GET") == 0);
}

/**
 * mainstay_portal_route_find:
 * @request: a request; gets its captures
 * @allowed: (out) (nullable) (transfer full): the methods that the path takes, as for `Allow`;
 *   %NULL when there is nothing at the path
 *
 * Returns: (nullable): the route, %NULL when the path or the method is unknown
 */
const MainstayPortalRoute *
mainstay_portal_route_find (MainstayPortalRequest  *request,
                            char                  **allowed)
{
  g_autoptr(GString) methods = g_string_new (NULL);
  const char *captures[MAINSTAY_PORTAL_MAX_CAPTURES] = { NULL };

  *allowed = NULL;
  for (size_t i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const MainstayPortalRoute *route = tables[i]; route->method != NULL; route++)
      {
        if (!matches (route->pattern, request, captures))
          continue;
        if (takes_method (route, request->method))
          {
            memcpy (request->captures, captures, sizeof captures);
            return route;
          }
        g_string_append_printf (methods, "%s%s", methods->len > 0 ? ", " : "", route->method);
      }
  if (methods->len > 0)
    *allowed = g_string_free (g_steal_pointer (&methods), FALSE);
  return NULL;
}

/**
 * mainstay_portal_route_is_uuid:
 * @text: (nullable): an id from outside
 * @name: what it is, for the message
 * @error: where to put %MAINSTAY_ERROR_INVALID_PARAMETERS
 *
 * Returns: whether @text can be an id at all
 */
gboolean
mainstay_portal_route_is_uuid (const char  *text,
                               const char  *name,
                               GError     **error)
{
  if (text != NULL && g_uuid_string_is_valid (text))
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS, "%s must be a UUID", name);
  return FALSE;
}

static gboolean
check_environment (MainstayPortalScope   scope,
                   MainstayPortalCall   *call,
                   GError              **error)
{
  const char *first = call->request->captures[0];
  const char *second = call->request->captures[1];
  MainstayPortalRights rights = MAINSTAY_PORTAL_RIGHT_API;

  if (scope == MAINSTAY_PORTAL_SCOPE_BACKUPS)
    {
      if (mainstay_portal_route_is_uuid (first, "The project id", error) &&
          mainstay_portal_route_is_uuid (second, "The environment id", error))
        call->environment = mainstay_portal_get_environment (call->portal, call->user, first,
                                                             second, error);
      return call->environment != NULL;
    }
  if (scope == MAINSTAY_PORTAL_SCOPE_TRANSPORT)
    rights |= MAINSTAY_PORTAL_RIGHT_TRANSPORT;
  call->environment = mainstay_portal_find_environment (call->portal, call->user, first, second,
                                                        rights, error);
  return call->environment != NULL;
}

static gboolean
take_request (MainstayPortalRequest  *request,
              const char             *who,
              GError                **error)
{
  if (request->limit == NULL || who == NULL ||
      mainstay_portal_request_limit_take (request->limit, who, g_get_monotonic_time ()))
    return TRUE;
  g_clear_error (error);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_RATE_LIMITED,
                       "Too many requests. Try again later.");
  return FALSE;
}

/* Those with a wrong key count for the address that they come from: nobody can use up what a user
 * may do without the user's key. */
static gboolean
check_user (MainstayPortalCall  *call,
            GError             **error)
{
  call->user = mainstay_portal_authenticate (
    call->portal, mainstay_portal_request_get_header (call->request, "Mendix-Username"),
    mainstay_portal_request_get_header (call->request, "Mendix-ApiKey"), error);
  if (call->user != NULL)
    return take_request (call->request, call->user->id, error);
  take_request (call->request, call->request->address, error);
  return FALSE;
}

/* Links are left out: who has one downloads in as many parts as pleases. */
static gboolean
check_public (const MainstayPortalRoute  *self,
              MainstayPortalCall         *call,
              GError                    **error)
{
  return self->kind == MAINSTAY_PORTAL_ROUTE_SECRET ||
         take_request (call->request, call->request->address, error);
}

/**
 * mainstay_portal_route_check:
 * @self: a route
 * @call: with its portal and request; gets its user and environment
 * @error: where to put what is missing
 *
 * Everything that comes before the call itself, in the order in which strangers may learn of it:
 * who asks, what is named, whether that person may.
 *
 * Returns: whether the call may go on
 */
gboolean
mainstay_portal_route_check (const MainstayPortalRoute  *self,
                             MainstayPortalCall         *call,
                             GError                    **error)
{
  if (self->scope == MAINSTAY_PORTAL_SCOPE_PUBLIC)
    return check_public (self, call, error);
  if (!check_user (call, error))
    return FALSE;
  return self->scope == MAINSTAY_PORTAL_SCOPE_USER || check_environment (self->scope, call, error);
}

/**
 * mainstay_portal_route_run:
 * @self: a route
 * @portal: the portal
 * @request: the whole request
 * @cancellable: triggered when the server stops
 *
 * Blocks; for worker threads.
 *
 * Returns: (transfer full): the answer, whatever happens
 */
MainstayPortalAnswer *
mainstay_portal_route_run (const MainstayPortalRoute *self,
                           MainstayPortal            *portal,
                           MainstayPortalRequest     *request,
                           GCancellable              *cancellable)
{
  g_auto(MainstayPortalCall) call = { portal, request, cancellable, NULL, NULL };
  g_autoptr(GError) error = NULL;
  MainstayPortalAnswer *answer = NULL;

  if (mainstay_portal_route_check (self, &call, &error))
    answer = self->handler (&call, &error);
  return answer != NULL ? answer : mainstay_portal_answer_new_for_error (error);
}

/** mainstay_portal_call_clear: frees what the checks found */
void
mainstay_portal_call_clear (MainstayPortalCall *call)
{
  g_clear_pointer (&call->user, mainstay_portal_user_free);
  g_clear_pointer (&call->environment, mainstay_portal_environment_free);
}
