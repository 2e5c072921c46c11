/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-server.h"

G_BEGIN_DECLS

/**
 * MainstayPortalExchange:
 *
 * One request and its answer, from the first header to the last byte. All of it lives in the
 * server's context; only the request and the answer visit a worker thread.
 */
#define MAINSTAY_TYPE_PORTAL_EXCHANGE (mainstay_portal_exchange_get_type ())
G_DECLARE_FINAL_TYPE (MainstayPortalExchange, mainstay_portal_exchange, MAINSTAY, PORTAL_EXCHANGE,
                      GObject)

/* The headers are there. */
gboolean mainstay_portal_exchange_begin (MainstayPortalServer *server,
                                     SoupServerMessage     *message);
/* The body is there, and nobody has answered yet. */
void mainstay_portal_exchange_end   (SoupServerMessage     *message);

G_END_DECLS
