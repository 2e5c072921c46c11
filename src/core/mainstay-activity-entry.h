/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "mainstay-job.h"

G_BEGIN_DECLS

/**
 * MainstayActivityEntry:
 *
 * What happened in an environment (portal-api.md, part 3, "activity"). It never changes once made.
 */
#define MAINSTAY_TYPE_ACTIVITY_ENTRY (mainstay_activity_entry_get_type ())
G_DECLARE_FINAL_TYPE (MainstayActivityEntry, mainstay_activity_entry, MAINSTAY, ACTIVITY_ENTRY,
                      GObject)

MainstayActivityEntry *mainstay_activity_entry_new_from_json   (JsonObject            *object,
                                                                GError               **error);
const char            *mainstay_activity_entry_get_id          (MainstayActivityEntry *self);
const char            *mainstay_activity_entry_get_kind        (MainstayActivityEntry *self);
MainstayJobState       mainstay_activity_entry_get_state       (MainstayActivityEntry *self);
const char            *mainstay_activity_entry_get_message     (MainstayActivityEntry *self);
const char            *mainstay_activity_entry_get_by          (MainstayActivityEntry *self);
gint64                 mainstay_activity_entry_get_at          (MainstayActivityEntry *self);
const char            *mainstay_activity_entry_get_snapshot_id (MainstayActivityEntry *self);

G_END_DECLS
