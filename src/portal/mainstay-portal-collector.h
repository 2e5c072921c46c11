/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-content-store.h"

G_BEGIN_DECLS

/**
 * MainstayPortalCollector:
 *
 * Collects what backups no longer need in a thread of its own, some time after it was asked to, so
 * that many deletions are one collection.
 */
typedef struct _MainstayPortalCollector MainstayPortalCollector;

/* @store must live as long. */
MainstayPortalCollector *
         mainstay_portal_collector_new     (MainstayPortalContentStore  *store,
                                            const char                  *snapshots);
/* Ends what runs, which can be done anew at any time. */
void     mainstay_portal_collector_free    (MainstayPortalCollector     *self);
/* From any thread. */
void     mainstay_portal_collector_request (MainstayPortalCollector     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalCollector, mainstay_portal_collector_free)

G_END_DECLS
