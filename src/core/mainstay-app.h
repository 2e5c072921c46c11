/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * MainstayApp:
 *
 * An app of the portal (portal-api.md, part 2). v1 names it by #MainstayApp:id (its sub-domain),
 * v2 by #MainstayApp:project-id.
 */
#define MAINSTAY_TYPE_APP (mainstay_app_get_type ())
G_DECLARE_FINAL_TYPE (MainstayApp, mainstay_app, MAINSTAY, APP, GObject)

MainstayApp *mainstay_app_new_from_json  (JsonObject   *object,
                                          GError      **error);
const char  *mainstay_app_get_id         (MainstayApp  *self);
const char  *mainstay_app_get_name       (MainstayApp  *self);
const char  *mainstay_app_get_project_id (MainstayApp  *self);
const char  *mainstay_app_get_url        (MainstayApp  *self);

G_END_DECLS
