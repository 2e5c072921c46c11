/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-request.h"

G_BEGIN_DECLS

/* What the calls of the API have in common: paths, bodies, lists and jobs. */

typedef gpointer (*MainstayElementFunc) (JsonObject  *object,
                                         GError     **error);

char        *mainstay_call_path        (const char           *first,
                                        ...) G_GNUC_NULL_TERMINATED;
char        *mainstay_call_environment (MainstayApp          *app,
                                        const char           *environment_id,
                                        ...) G_GNUC_NULL_TERMINATED;
char        *mainstay_call_body        (const char           *first_name,
                                        ...) G_GNUC_NULL_TERMINATED;
GPtrArray   *mainstay_call_build_list  (MainstayRequest      *request,
                                        JsonArray            *array,
                                        MainstayElementFunc   element_new,
                                        GDestroyNotify        element_free,
                                        GError              **error);
gpointer     mainstay_call_build_job   (MainstayRequest      *request,
                                        JsonNode             *root,
                                        GError              **error);
JsonArray   *mainstay_call_get_array   (JsonNode             *root,
                                        const char           *member,
                                        GError              **error);

G_END_DECLS
