/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-postgresql-tools.h"

G_BEGIN_DECLS

/* A new database beside an environment's own, and their change of places. What a job made or put
 * aside has a name and a comment that say so: nothing else is ever removed. All of these look at
 * what is there first, and may be repeated after a crash at any moment. */

/* Returns: (transfer full): the new database's name */
char    *mainstay_portal_postgresql_place_name      (const char                        *job_id);
/* As the old one was made: owner, encoding, locale, rights and settings; as the server would when
 * there is none. */
gboolean mainstay_portal_postgresql_place_make      (const MainstayPortalPostgresqlUri *uri,
                                                     const char                        *job_id,
                                                     MainstayPortalMeter               *meter,
                                                     GError                           **error);
/* Ends what is connected to the old one, and lets nobody in any more. */
gboolean mainstay_portal_postgresql_place_close     (const MainstayPortalPostgresqlUri *uri,
                                                     const char                        *job_id,
                                                     GError                           **error);
/* Renames both, in one transaction. */
gboolean mainstay_portal_postgresql_place_exchange  (const MainstayPortalPostgresqlUri *uri,
                                                     const char                        *job_id,
                                                     GError                           **error);
/* The old one is back under its name and open, and the new one is gone. */
gboolean mainstay_portal_postgresql_place_roll_back (const MainstayPortalPostgresqlUri *uri,
                                                     const char                        *job_id,
                                                     GError                           **error);
/* The old one is gone, and nothing tells of the job any more. */
gboolean mainstay_portal_postgresql_place_finish    (const MainstayPortalPostgresqlUri *uri,
                                                     const char                        *job_id,
                                                     GError                           **error);
/* Runs statements in the database of the server that is not an app's. */
gboolean mainstay_portal_postgresql_place_administer (const MainstayPortalPostgresqlUri *uri,
                                                     const char                        *statements,
                                                     MainstayPortalMeter               *meter,
                                                     char                             **answer,
                                                     GError                           **error);

G_END_DECLS
