/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-engine.h"

G_BEGIN_DECLS

/**
 * MainstayPortalEnginePostgresql:
 *
 * An environment's database on a PostgreSQL server. PostgreSQL's own programs do the work; a dump
 * is what pg_dump makes in its custom format.
 */
#define MAINSTAY_TYPE_PORTAL_ENGINE_POSTGRESQL (mainstay_portal_engine_postgresql_get_type ())
G_DECLARE_FINAL_TYPE (MainstayPortalEnginePostgresql, mainstay_portal_engine_postgresql, MAINSTAY,
                      PORTAL_ENGINE_POSTGRESQL, GObject)

MainstayPortalEngine *mainstay_portal_engine_postgresql_new (const char  *uri,
                                                             const char  *data_directory,
                                                             GError     **error);

G_END_DECLS
