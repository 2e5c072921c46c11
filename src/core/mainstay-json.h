/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define MAINSTAY_JSON_MAX_DEPTH 64

JsonNode   *mainstay_json_parse          (const char  *data,
                                          gssize       length,
                                          GError     **error);
const char *mainstay_json_get_string     (JsonObject  *object,
                                          const char  *name);
char       *mainstay_json_dup_text       (JsonObject  *object,
                                          const char  *name);
gint64      mainstay_json_get_int        (JsonObject  *object,
                                          const char  *name,
                                          gint64       fallback);
double      mainstay_json_get_double     (JsonObject  *object,
                                          const char  *name,
                                          double       fallback);
gboolean    mainstay_json_get_boolean    (JsonObject  *object,
                                          const char  *name,
                                          gboolean     fallback);
gint64      mainstay_json_get_time       (JsonObject  *object,
                                          const char  *name);
JsonArray  *mainstay_json_get_array      (JsonObject  *object,
                                          const char  *name);
GStrv       mainstay_json_dup_strings    (JsonObject  *object,
                                          const char  *name);
char       *mainstay_json_to_text        (JsonNode    *node);

G_END_DECLS
