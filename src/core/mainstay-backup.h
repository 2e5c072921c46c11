/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "mainstay-job.h"

G_BEGIN_DECLS

/**
 * MainstayBackupOrigin:
 *
 * How a backup came to be, from `type` or, on a server without details, from the known comments
 * (portal-api.md, part 2). @MAINSTAY_ORIGIN_UNKNOWN is never shown as if it were manual.
 */
typedef enum {
  MAINSTAY_ORIGIN_UNKNOWN,
  MAINSTAY_ORIGIN_MANUAL,
  MAINSTAY_ORIGIN_NIGHTLY,
  MAINSTAY_ORIGIN_WEEKLY,
  MAINSTAY_ORIGIN_MONTHLY,
  MAINSTAY_ORIGIN_SAFETY,
  MAINSTAY_ORIGIN_UPLOADED
} MainstayBackupOrigin;

/**
 * MainstayBackup:
 *
 * A backup, which the API calls a snapshot. One object stands for one backup as long as it is
 * listed; newer answers are merged into it, so that a selection stays on it.
 */
#define MAINSTAY_TYPE_BACKUP (mainstay_backup_get_type ())
G_DECLARE_FINAL_TYPE (MainstayBackup, mainstay_backup, MAINSTAY, BACKUP, GObject)

MainstayBackup      *mainstay_backup_new_from_json      (JsonObject      *object,
                                                         GError         **error);
gboolean             mainstay_backup_update             (MainstayBackup  *self,
                                                         MainstayBackup  *newer);
const char          *mainstay_backup_get_id             (MainstayBackup  *self);
MainstayJobState     mainstay_backup_get_state          (MainstayBackup  *self);
const char          *mainstay_backup_get_status_message (MainstayBackup  *self);
const char          *mainstay_backup_get_comment        (MainstayBackup  *self);
const char          *mainstay_backup_get_model_version  (MainstayBackup  *self);
const char          *mainstay_backup_get_created_by     (MainstayBackup  *self);
const char          *mainstay_backup_get_environment_id (MainstayBackup  *self);
MainstayBackupOrigin mainstay_backup_get_origin         (MainstayBackup  *self);
gboolean             mainstay_backup_is_automatic       (MainstayBackup  *self);
gint64               mainstay_backup_get_created_at     (MainstayBackup  *self);
gint64               mainstay_backup_get_finished_at    (MainstayBackup  *self);
gint64               mainstay_backup_get_updated_at     (MainstayBackup  *self);
gint64               mainstay_backup_get_expires_at     (MainstayBackup  *self);
gint64               mainstay_backup_get_size_bytes     (MainstayBackup  *self);
gint64               mainstay_backup_get_files_count    (MainstayBackup  *self);
double               mainstay_backup_get_progress       (MainstayBackup  *self);

G_END_DECLS
