/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* portal-api.md, part 5, rules E1 to E3. Times are milliseconds since 1970. What day it
 * is depends on the zone; the clock time that months are counted at is UTC's, without jumps. */
gint64      mainstay_portal_retention_expiry (const char *type,
                                              gint64      created_at);
/* nightly, weekly or monthly, for the automatic backup of the night that was due @at. */
const char *mainstay_portal_retention_type   (GTimeZone  *zone,
                                              gint64      at);
gboolean    mainstay_portal_retention_is_automatic (const char *type);
/* In words, for the log of what was done. */
const char *mainstay_portal_retention_get_cause (const char *type);
const char *mainstay_portal_retention_get_time  (const char *type);

G_END_DECLS
