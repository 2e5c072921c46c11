/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * MainstayPortalListener:
 *
 * Takes connections for a server, which are all bounded: in number, in the time that a handshake
 * may take, and in the time in which no byte moves. libsoup's own listener ends for good when one
 * connection cannot be accepted.
 */
#define MAINSTAY_TYPE_PORTAL_LISTENER (mainstay_portal_listener_get_type ())
G_DECLARE_FINAL_TYPE (MainstayPortalListener, mainstay_portal_listener, MAINSTAY, PORTAL_LISTENER,
                      GObject)

/* Begins at once, in the main context of the thread. @idle_seconds: how long a connection may stand
 * still. */
MainstayPortalListener *mainstay_portal_listener_new        (SoupServer             *server,
                                                             GSocket                *socket,
                                                             unsigned int            idle_seconds,
                                                             GError                **error);
/* For connections to come; NULL for none. */
void                    mainstay_portal_listener_set_certificate (MainstayPortalListener *self,
                                                             GTlsCertificate        *certificate);
void                    mainstay_portal_listener_stop       (MainstayPortalListener *self);
/* Returns: (transfer none) (nullable): the socket of a connection of a listener */
GSocket                *mainstay_portal_listener_find_socket (SoupServerMessage     *message);

G_END_DECLS
