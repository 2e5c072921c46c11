/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayPatience:
 *
 * How long to wait before a job is asked for again, and for how long a portal that does not answer
 * is borne with: the job goes on there, whether or not it can be heard. To be zeroed at first.
 */
typedef struct
{
  unsigned int interval; /* milliseconds, 0 before the first */
  gint64 silent_since;   /* monotonic, microseconds; 0 while there are answers */
} MainstayPatience;

unsigned int mainstay_patience_next  (MainstayPatience     *self);
gboolean     mainstay_patience_lasts (MainstayPatience     *self,
                                      const GError         *error);
void         mainstay_patience_renew (MainstayPatience     *self);

void         mainstay_pause_async    (unsigned int          milliseconds,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean     mainstay_pause_finish   (GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
