/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-postgresql-tools.h"

G_BEGIN_DECLS

#define MAINSTAY_PORTAL_POSTGRESQL_N_KINDS 5

/**
 * MainstayPortalPostgresqlContents:
 *
 * A dump's table of contents: what of it is restored, and what must be there afterwards.
 */
typedef struct
{
  char *list;      /* for pg_restore's --use-list */
  gint64 counts[MAINSTAY_PORTAL_POSTGRESQL_N_KINDS];
} MainstayPortalPostgresqlContents;

/* Reads the file @dump with @program, a pg_restore. What an owner cannot do, and need not because
 * it is there already, is left out of what is restored. */
MainstayPortalPostgresqlContents *
         mainstay_portal_postgresql_contents_read  (const MainstayPortalPostgresqlUri *uri,
                                                    const char                        *program,
                                                    const char                        *dump,
                                                    gboolean             is_superuser,
                                                    MainstayPortalMeter               *meter,
                                                    GError                           **error);
/* Before anything comes into @database: puts something there that does not outlive the server. */
gboolean mainstay_portal_postgresql_contents_begin (const MainstayPortalPostgresqlUri *uri,
                                                    const char                        *database,
                                                    MainstayPortalMeter               *meter,
                                                    GError                           **error);
/* Whether @database has as much, all of its tables can be read, and nothing of it was lost since
 * mainstay_portal_postgresql_contents_begin(), nor can be from now on. */
gboolean mainstay_portal_postgresql_contents_check (const MainstayPortalPostgresqlContents *self,
                                                    const MainstayPortalPostgresqlUri *uri,
                                                    const char                        *database,
                                                    MainstayPortalMeter               *meter,
                                                    GError                           **error);
void     mainstay_portal_postgresql_contents_free  (MainstayPortalPostgresqlContents  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalPostgresqlContents,
                               mainstay_portal_postgresql_contents_free)

G_END_DECLS
