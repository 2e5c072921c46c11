/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-answer.h"
#include "mainstay-portal-request.h"
#include "mainstay-portal.h"

G_BEGIN_DECLS

/**
 * MainstayPortalScope:
 * @MAINSTAY_PORTAL_SCOPE_PUBLIC: anybody
 * @MAINSTAY_PORTAL_SCOPE_USER: a user with a valid key
 * @MAINSTAY_PORTAL_SCOPE_DEPLOY: v1, an environment by app id and mode
 * @MAINSTAY_PORTAL_SCOPE_TRANSPORT: the same, with the right to deploy
 * @MAINSTAY_PORTAL_SCOPE_BACKUPS: v2, an environment by UUIDs
 *
 * What is checked before a handler runs: the first two captures name the environment.
 */
typedef enum {
  MAINSTAY_PORTAL_SCOPE_PUBLIC,
  MAINSTAY_PORTAL_SCOPE_USER,
  MAINSTAY_PORTAL_SCOPE_DEPLOY,
  MAINSTAY_PORTAL_SCOPE_TRANSPORT,
  MAINSTAY_PORTAL_SCOPE_BACKUPS
} MainstayPortalScope;

/**
 * MainstayPortalCall:
 *
 * What a handler gets. @user is %NULL in public calls, @environment outside environments.
 */
typedef struct
{
  MainstayPortal *portal;
  MainstayPortalRequest *request;
  GCancellable *cancellable; /* triggered when the server stops */
  MainstayPortalUser *user;
  MainstayPortalEnvironment *environment;
} MainstayPortalCall;

/* Runs in a worker thread and may block. Returns: (transfer full): the answer, or %NULL with an
 * error in the domain %MAINSTAY_ERROR, which is answered by its name on the wire. */
typedef MainstayPortalAnswer *(*MainstayPortalHandler) (MainstayPortalCall  *call,
                                                        GError             **error);

/* How the body comes in, and whether the path may be written to the log. */
typedef enum {
  MAINSTAY_PORTAL_ROUTE_PLAIN,
  MAINSTAY_PORTAL_ROUTE_STREAMED,
  MAINSTAY_PORTAL_ROUTE_SECRET
} MainstayPortalRouteKind;

/**
 * MainstayPortalRoute:
 *
 * One call of the API. A segment `*` of @pattern stands for any one segment, which is captured.
 */
typedef struct
{
  const char *method;
  const char *pattern;
  MainstayPortalScope scope;
  MainstayPortalHandler handler;
  MainstayPortalRouteKind kind;
} MainstayPortalRoute;

/* One table a part of the API, each ending in an empty route. */
extern const MainstayPortalRoute mainstay_portal_deploy_routes[];
extern const MainstayPortalRoute mainstay_portal_snapshot_routes[];
extern const MainstayPortalRoute mainstay_portal_restore_routes[];
extern const MainstayPortalRoute mainstay_portal_link_routes[];
extern const MainstayPortalRoute mainstay_portal_tus_routes[];

const MainstayPortalRoute *
                      mainstay_portal_route_find   (MainstayPortalRequest      *request,
                                                    char                      **allowed);
gboolean              mainstay_portal_route_check  (const MainstayPortalRoute  *self,
                                                    MainstayPortalCall         *call,
                                                    GError                    **error);
MainstayPortalAnswer *mainstay_portal_route_run    (const MainstayPortalRoute  *self,
                                                    MainstayPortal             *portal,
                                                    MainstayPortalRequest      *request,
                                                    GCancellable               *cancellable);
gboolean              mainstay_portal_route_is_uuid (const char                *text,
                                                    const char                 *name,
                                                    GError                    **error);
void                  mainstay_portal_call_clear   (MainstayPortalCall         *call);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MainstayPortalCall, mainstay_portal_call_clear)

G_END_DECLS
