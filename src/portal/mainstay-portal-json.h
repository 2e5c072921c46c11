/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-records.h"

G_BEGIN_DECLS

/* The portal's records as the API writes them (portal-api.md, parts 2 and 3), appended to a text
 * that is then answered. They return @text. */
GString *mainstay_portal_json_app         (GString                          *text,
                                          const MainstayPortalApp          *app);
GString *mainstay_portal_json_environment (GString                          *text,
                                          const MainstayPortalEnvironment  *environment);
GString *mainstay_portal_json_package     (GString                          *text,
                                          const MainstayPortalPackage      *package);
GString *mainstay_portal_json_snapshot    (GString                          *text,
                                          const MainstayPortalSnapshot     *snapshot);
GString *mainstay_portal_json_archive     (GString                          *text,
                                          const MainstayPortalArchive      *archive,
                                          const char                       *origin);
GString *mainstay_portal_json_restore     (GString                          *text,
                                          const MainstayPortalRestore      *restore);
GString *mainstay_portal_json_data_upload (GString                          *text,
                                          const MainstayPortalDataUpload   *data_upload);
GString *mainstay_portal_json_activity    (GString                          *text,
                                          const MainstayPortalActivity     *activity);

typedef GString *(*MainstayPortalJsonFunc) (GString       *text,
                                            gconstpointer  record);

GString *mainstay_portal_json_array       (GPtrArray                        *records,
                                          MainstayPortalJsonFunc            func);
GString *mainstay_portal_json_page        (const char                       *name,
                                          GPtrArray                        *records,
                                          MainstayPortalJsonFunc            func,
                                          gint64                            total,
                                          gint64                            offset,
                                          gint64                            limit);

G_END_DECLS
