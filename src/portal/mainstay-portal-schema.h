/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <sqlite3.h>

#include "mainstay-error.h"

G_BEGIN_DECLS

/* Brings the tables to this version's; refuses those of a newer one. */
gboolean mainstay_portal_schema_update (sqlite3  *db,
                                        GError  **error);

G_END_DECLS
