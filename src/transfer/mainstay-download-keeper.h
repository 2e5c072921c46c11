/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-download-run.h"

G_BEGIN_DECLS

/* Brings what has landed to the disk, in a thread of its own: bytes soon, so that little is left to
 * sync at the end, and the journal every second or so, after the bytes that it tells of. */
typedef struct _MainstayDownloadKeeper MainstayDownloadKeeper;

MainstayDownloadKeeper *mainstay_download_keeper_new  (MainstayDownloadRun    *run);
/* Without the run's mutex. With @save the journal tells of all that has landed. */
void                    mainstay_download_keeper_stop (MainstayDownloadKeeper *self,
                                                       gboolean                save);

G_END_DECLS
