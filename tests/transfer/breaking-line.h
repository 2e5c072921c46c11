/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A line to another server that breaks once, after so many bytes have gone there. */
typedef struct _BreakingLine BreakingLine;

BreakingLine *breaking_line_new      (const char   *to,
                                      gint64        break_after);
void          breaking_line_free     (BreakingLine *self);
/* (transfer full) */
char         *breaking_line_url      (BreakingLine *self);
gboolean      breaking_line_is_spent (BreakingLine *self);

G_END_DECLS
