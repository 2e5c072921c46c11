/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-part-file.h"

G_BEGIN_DECLS

/* Bytes written so far; called where the transfer was started. */
typedef void (*MainstayTransferProgress) (gint64   done,
                                          gpointer user_data);

/* Moves all of @stream to the end of @part: reads here, writes in a thread, with two buffers and so
 * in flat memory. Ends only when no write is under way any more. %MAINSTAY_ERROR_UNREACHABLE and
 * %MAINSTAY_ERROR_LENGTH_MISMATCH mean that the line broke. @progress_data must outlive it. */
void     mainstay_file_transfer_run_async  (GInputStream              *stream,
                                            MainstayPartFile          *part,
                                            MainstayTransferProgress   progress,
                                            gpointer                   progress_data,
                                            GCancellable              *cancellable,
                                            GAsyncReadyCallback        callback,
                                            gpointer                   user_data);
gboolean mainstay_file_transfer_run_finish (GAsyncResult              *result,
                                            GError                   **error);

G_END_DECLS
