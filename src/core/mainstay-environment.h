/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * MainstayEnvironmentStatus:
 * @MAINSTAY_ENVIRONMENT_UNKNOWN: a word that this version does not know
 * @MAINSTAY_ENVIRONMENT_EMPTY: no deployment package
 * @MAINSTAY_ENVIRONMENT_STOPPED: deployed, not running
 * @MAINSTAY_ENVIRONMENT_RUNNING: deployed and running
 */
typedef enum {
  MAINSTAY_ENVIRONMENT_UNKNOWN,
  MAINSTAY_ENVIRONMENT_EMPTY,
  MAINSTAY_ENVIRONMENT_STOPPED,
  MAINSTAY_ENVIRONMENT_RUNNING
} MainstayEnvironmentStatus;

MainstayEnvironmentStatus mainstay_environment_status_parse     (const char                *text);
const char               *mainstay_environment_status_to_string (MainstayEnvironmentStatus  status);

/**
 * MainstayEnvironment:
 *
 * An environment of an app (portal-api.md, part 2, and "snapshot-details" of part 3). One object
 * stands for one environment as long as the program runs; newer answers are merged into it.
 */
#define MAINSTAY_TYPE_ENVIRONMENT (mainstay_environment_get_type ())
G_DECLARE_FINAL_TYPE (MainstayEnvironment, mainstay_environment, MAINSTAY, ENVIRONMENT, GObject)

MainstayEnvironment *
                   mainstay_environment_new_from_json           (JsonObject           *object,
                                                                 GError              **error);
gboolean           mainstay_environment_update                  (MainstayEnvironment  *self,
                                                                 MainstayEnvironment  *newer);
const char        *mainstay_environment_get_id                  (MainstayEnvironment  *self);
const char        *mainstay_environment_get_mode                (MainstayEnvironment  *self);
MainstayEnvironmentStatus
                   mainstay_environment_get_status              (MainstayEnvironment  *self);
const char        *mainstay_environment_get_url                 (MainstayEnvironment  *self);
const char        *mainstay_environment_get_model_version       (MainstayEnvironment  *self);
const char        *mainstay_environment_get_data_model_version  (MainstayEnvironment  *self);
const char        *mainstay_environment_get_mendix_version      (MainstayEnvironment  *self);
gboolean           mainstay_environment_get_production          (MainstayEnvironment  *self);
const char *const *mainstay_environment_get_published_services  (MainstayEnvironment  *self);

G_END_DECLS
