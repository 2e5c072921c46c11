/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayPortalCrew:
 *
 * Threads that share one work and end with it. What they start is as patient as the thread that
 * asked for them. Of several failures the first is told: the others may only follow from it.
 */
typedef struct _MainstayPortalCrew MainstayPortalCrew;

typedef gboolean (*MainstayPortalCrewFunc) (MainstayPortalCrew  *crew,
                                            gpointer             user_data,
                                            GError             **error);

/* Runs @func on @n_threads threads and waits for all of them. When one fails, @cancellable
 * (nullable) is cancelled, for those that would take long to see that no part is left. */
gboolean mainstay_portal_crew_share  (const char              *name,
                                      unsigned int             n_threads,
                                      unsigned int             n_parts,
                                      GCancellable            *cancellable,
                                      MainstayPortalCrewFunc   func,
                                      gpointer                 user_data,
                                      GError                 **error);
/* For @func. Returns: whether there is another of the parts to do, which is nobody else's then;
 * none is left once one of the threads has failed */
gboolean mainstay_portal_crew_next   (MainstayPortalCrew      *self,
                                      unsigned int            *position);

/* Runs @first and @second beside each other and waits for both. When one fails, @cancellable is
 * cancelled, which both have to watch: there is no use in ending what cannot be whole. */
gboolean mainstay_portal_crew_beside (GCancellable            *cancellable,
                                      MainstayPortalCrewFunc   first,
                                      MainstayPortalCrewFunc   second,
                                      gpointer                 user_data,
                                      GError                 **error);

G_END_DECLS
