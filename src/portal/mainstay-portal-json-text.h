/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* JSON as text, piece by piece, without a tree of it first: a page of a list is a thousand values.
 * Commas are put by themselves. A @name is one of ours, which needs no escapes, or %NULL in an
 * array and at the top. */
void mainstay_portal_json_text_open    (GString    *text,
                                        const char *name,
                                        char        bracket);
void mainstay_portal_json_text_close   (GString    *text,
                                        char        bracket);
void mainstay_portal_json_text_string  (GString    *text,
                                        const char *name,
                                        const char *value);
void mainstay_portal_json_text_int     (GString    *text,
                                        const char *name,
                                        gint64      value);
void mainstay_portal_json_text_double  (GString    *text,
                                        const char *name,
                                        double      value);
void mainstay_portal_json_text_boolean (GString    *text,
                                        const char *name,
                                        gboolean    value);
void mainstay_portal_json_text_null    (GString    *text,
                                        const char *name);

G_END_DECLS
