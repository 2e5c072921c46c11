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

G_END_DECLS
