/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-portal-answer.h"
#include "mainstay-portal-server.h"

G_BEGIN_DECLS

typedef enum {
  MAINSTAY_PORTAL_RANGE_WHOLE,
  MAINSTAY_PORTAL_RANGE_PART,
  MAINSTAY_PORTAL_RANGE_UNSATISFIABLE
} MainstayPortalRange;

MainstayPortalRange mainstay_portal_link_parse_range (const char            *range,
                                                      const char            *if_range,
                                                      const char            *etag,
                                                      gint64                 size,
                                                      gint64                *offset,
                                                      gint64                *length);
gboolean            mainstay_portal_link_has_etag    (const char            *list,
                                                      const char            *etag);

/* Sends the file of an answer as the body of a message, in flat memory. */
void                mainstay_portal_link_stream      (MainstayPortalServer  *server,
                                                      SoupServerMessage     *message,
                                                      MainstayPortalAnswer  *answer);

G_END_DECLS
