/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayPortalRequestLimit:
 *
 * How many requests a minute one user, or one address without a user, may make: each has a minute's
 * worth at hand, which fills up evenly. For any thread.
 */
typedef struct _MainstayPortalRequestLimit MainstayPortalRequestLimit;

/* @per_minute: 0 for no limit */
MainstayPortalRequestLimit *
             mainstay_portal_request_limit_new       (unsigned int                per_minute);
void         mainstay_portal_request_limit_free      (MainstayPortalRequestLimit *self);
/* @now: monotonic, microseconds. Returns: whether @who may make a request now */
gboolean     mainstay_portal_request_limit_take      (MainstayPortalRequestLimit *self,
                                                      const char                 *who,
                                                      gint64                      now);
/* Returns: seconds after which one who may make none may make one again */
unsigned int mainstay_portal_request_limit_get_delay (MainstayPortalRequestLimit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalRequestLimit, mainstay_portal_request_limit_free)

G_END_DECLS
