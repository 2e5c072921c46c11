/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void     mainstay_disk_error_set (GError      **error,
                                  int           error_number,
                                  const char   *format,
                                  ...) G_GNUC_PRINTF (3, 4);
gboolean mainstay_disk_write     (int           fd,
                                  const void   *bytes,
                                  size_t        length,
                                  GError      **error);

/* For files of gigabytes, of which the kernel would keep all it can in memory: everything else
 * would have to leave, and the sync at the end would wait for all of it. */

/* Begins to bring a range to the disk. */
void     mainstay_disk_push      (int           fd,
                                  gint64        offset,
                                  gint64        length);
/* Waits for that, and takes the range out of the kernel's memory; it can be read as before. Fresh
 * memory is slower to write to than what was just given back. */
void     mainstay_disk_release   (int           fd,
                                  gint64        offset,
                                  gint64        length);

G_END_DECLS
