/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-operation.h"

G_BEGIN_DECLS

/**
 * MainstayDownloadProgress:
 *
 * How one download goes, with what can be done with it. The download itself does not need it.
 * Signal again: the person wants to try once more after it failed or was stopped.
 */
#define MAINSTAY_TYPE_DOWNLOAD_PROGRESS (mainstay_download_progress_get_type ())
G_DECLARE_FINAL_TYPE (MainstayDownloadProgress, mainstay_download_progress, MAINSTAY,
                      DOWNLOAD_PROGRESS, GtkWidget)

/* @operation is one of mainstay_download_operation_new(). */
void mainstay_download_progress_set_operation (MainstayDownloadProgress *self,
                                               MainstayOperation        *operation);

G_END_DECLS
