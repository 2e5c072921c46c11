/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *mainstay_address_normalize   (const char  *text,
                                        GError     **error);
gboolean  mainstay_address_is_allowed  (GUri        *uri);
gboolean  mainstay_address_same_origin (GUri        *a,
                                        GUri        *b);

G_END_DECLS
