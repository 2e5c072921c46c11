/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayRateLimit:
 *
 * A token bucket that all transfers take from, so that together they keep to one speed. May be used
 * from any thread.
 */
typedef struct _MainstayRateLimit MainstayRateLimit;

MainstayRateLimit *mainstay_rate_limit_get_default (void);
MainstayRateLimit *mainstay_rate_limit_new         (void);
void               mainstay_rate_limit_free        (MainstayRateLimit  *self);
void               mainstay_rate_limit_set_rate    (MainstayRateLimit  *self,
                                                    guint64             bytes_per_second);
guint64            mainstay_rate_limit_get_rate    (MainstayRateLimit  *self);
/* Waits until @bytes may go over the line; FALSE when cancelled. */
gboolean           mainstay_rate_limit_take        (MainstayRateLimit  *self,
                                                    gsize               bytes,
                                                    GCancellable       *cancellable);
/* For who must not block: takes, and tells how many microseconds to let pass before going on. */
gint64             mainstay_rate_limit_delay       (MainstayRateLimit  *self,
                                                    gsize               bytes);
/* As above at a given time, in microseconds of a monotonic clock. */
gint64             mainstay_rate_limit_delay_at    (MainstayRateLimit  *self,
                                                    gsize               bytes,
                                                    gint64              now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayRateLimit, mainstay_rate_limit_free)

G_END_DECLS
