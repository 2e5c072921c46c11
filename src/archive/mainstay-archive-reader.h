/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Unpacks the uploaded files of @path (zip, tar or tar.gz, with or without tree/) into the existing
 * folder @destination as xx/yy/<uuid>, refusing names that are not of that form, links and
 * anything else that is no plain file. Blocks; for worker threads. On failure what it had written
 * is left for the caller to remove with the folder. */
gboolean mainstay_archive_extract_files (const char    *path,
                                         const char    *destination,
                                         gint64        *files_count,
                                         gint64        *files_size,
                                         GCancellable  *cancellable,
                                         GError       **error);

/* Unpacks the database dump of @path (a full backup, a dump or a gzip of one) to the new file
 * @destination. Blocks; for worker threads. */
gboolean mainstay_archive_extract_dump  (const char    *path,
                                         const char    *destination,
                                         GCancellable  *cancellable,
                                         GError       **error);

G_END_DECLS
