/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-download-run.h"

G_BEGIN_DECLS

/* One connection of a run, in a thread of its own: takes ranges from the plan, fetches and writes
 * them, until the run stops. */

MainstayDownloadConnection *mainstay_download_connection_new (MainstayDownloadRun *run,
                                                              unsigned int         index);
/* Waits for the thread, which ends once the run is stopping; without the run's mutex. */
void mainstay_download_connection_join (MainstayDownloadConnection *self);
/* With the run's mutex held, as below: breaks off what it waits for. */
void mainstay_download_connection_kick (MainstayDownloadConnection *self);
gboolean mainstay_download_connection_is_busy (MainstayDownloadConnection *self);

G_END_DECLS
