/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where clients reach the portal when something stands in between that speaks TLS for it. */

char *mainstay_portal_public_url_parse (const char  *text,
                                        GError     **error);

G_END_DECLS
