/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <json-glib/json-glib.h>

#include "mainstay-portal-records.h"

G_BEGIN_DECLS

/* The portal's records as the API writes them (portal-api.md, parts 2 and 3). All are (transfer
 * full). */
JsonObject *mainstay_portal_json_app         (const MainstayPortalApp          *app);
JsonObject *mainstay_portal_json_environment (const MainstayPortalEnvironment  *environment);
JsonObject *mainstay_portal_json_package     (const MainstayPortalPackage      *package);
JsonObject *mainstay_portal_json_snapshot    (const MainstayPortalSnapshot     *snapshot);
JsonObject *mainstay_portal_json_archive     (const MainstayPortalArchive      *archive,
                                              const char                       *origin);
JsonObject *mainstay_portal_json_restore     (const MainstayPortalRestore      *restore);
JsonObject *mainstay_portal_json_data_upload (const MainstayPortalDataUpload   *data_upload);
JsonObject *mainstay_portal_json_activity    (const MainstayPortalActivity     *activity);

typedef JsonObject *(*MainstayPortalJsonFunc) (gconstpointer record);

JsonNode   *mainstay_portal_json_array       (GPtrArray                        *records,
                                              MainstayPortalJsonFunc            func);
JsonObject *mainstay_portal_json_page        (const char                       *name,
                                              GPtrArray                        *records,
                                              MainstayPortalJsonFunc            func,
                                              gint64                            total,
                                              gint64                            offset,
                                              gint64                            limit);

G_END_DECLS
