/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64  mainstay_time_parse  (const char *text);
char   *mainstay_time_format (gint64      milliseconds);
gint64  mainstay_time_now    (void);

G_END_DECLS
