/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-engine.h"

G_BEGIN_DECLS

/**
 * MainstayPortalEngineSqlite:
 *
 * An environment's database that is an SQLite file. A dump of it is an SQLite file too.
 */
#define MAINSTAY_TYPE_PORTAL_ENGINE_SQLITE (mainstay_portal_engine_sqlite_get_type ())
G_DECLARE_FINAL_TYPE (MainstayPortalEngineSqlite, mainstay_portal_engine_sqlite, MAINSTAY,
                      PORTAL_ENGINE_SQLITE, GObject)

/* @uri is `sqlite:` and a path; a relative one is the portal's own, below @data_directory. */
MainstayPortalEngine *mainstay_portal_engine_sqlite_new (const char  *uri,
                                                         const char  *data_directory,
                                                         GError     **error);

G_END_DECLS
