/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-portal-request-limit.h"
#include "mainstay-portal-route.h"

G_BEGIN_DECLS

/**
 * MainstayPortalServer:
 *
 * The HTTP server. It lives in the main context that is the thread's default when it is made, and
 * only moves bytes there: whatever reads files or records runs in worker threads, so that requests
 * never wait for one another.
 */
#define MAINSTAY_TYPE_PORTAL_SERVER (mainstay_portal_server_get_type ())
G_DECLARE_FINAL_TYPE (MainstayPortalServer, mainstay_portal_server, MAINSTAY, PORTAL_SERVER,
                      GObject)

typedef void (*MainstayPortalWork) (gpointer data);

MainstayPortalServer *mainstay_portal_server_new        (MainstayPortal        *portal);
gboolean              mainstay_portal_server_listen     (MainstayPortalServer  *self,
                                                         const char            *address,
                                                         GError               **error);
gboolean              mainstay_portal_server_set_tls    (MainstayPortalServer  *self,
                                                         const char            *certificate,
                                                         const char            *key,
                                                         GError               **error);
void                  mainstay_portal_server_set_requests_per_minute (MainstayPortalServer *self,
                                                         unsigned int           number);
MainstayPortalRequestLimit *
                      mainstay_portal_server_get_limit  (MainstayPortalServer  *self);
void                  mainstay_portal_server_set_idle_seconds (MainstayPortalServer *self,
                                                         unsigned int           seconds);
void                  mainstay_portal_server_set_public_origin (MainstayPortalServer *self,
                                                         const char            *origin);
const char           *mainstay_portal_server_get_public_origin (MainstayPortalServer *self);
const char           *mainstay_portal_server_get_origin (MainstayPortalServer  *self);
MainstayPortal       *mainstay_portal_server_get_portal (MainstayPortalServer  *self);
/* Triggered when the server stops. */
GCancellable         *mainstay_portal_server_get_cancellable (MainstayPortalServer *self);
void                  mainstay_portal_server_stop       (MainstayPortalServer  *self);

/* For the parts of the server. @work runs in a worker thread; it may hand @done back to the
 * server's own context with the third. What only reads records has a few threads of its own, so
 * that many who ask do not get in each other's way. */
void                  mainstay_portal_server_run        (MainstayPortalServer  *self,
                                                         MainstayPortalWork     work,
                                                         gpointer               data);
void                  mainstay_portal_server_read       (MainstayPortalServer  *self,
                                                         MainstayPortalWork     work,
                                                         gpointer               data);
void                  mainstay_portal_server_return     (MainstayPortalServer  *self,
                                                         MainstayPortalWork     done,
                                                         gpointer               data);

G_END_DECLS
