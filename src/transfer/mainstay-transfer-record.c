/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-transfer-record.h"

#include "mainstay-error.h"
#include "mainstay-time.h"

static void
add_string (JsonObject *object,
            const char *name,
            const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
}

static void
add_time (JsonObject *object,
          const char *name,
          gint64      time)
{
  g_autofree char *text = time > 0 ? mainstay_time_format (time) : NULL;

  add_string (object, name, text);
}

static JsonObject *
describe_app (MainstayApp *app)
{
  JsonObject *object = json_object_new ();

  add_string (object, "AppId", mainstay_app_get_id (app));
  add_string (object, "Name", mainstay_app_get_name (app));
  add_string (object, "ProjectId", mainstay_app_get_project_id (app));
  return object;
}

static JsonObject *
describe_environment (MainstayEnvironment *environment)
{
  JsonObject *object = json_object_new ();

  add_string (object, "EnvironmentId", mainstay_environment_get_id (environment));
  add_string (object, "Mode", mainstay_environment_get_mode (environment));
  json_object_set_boolean_member (object, "Production",
                                  mainstay_environment_get_production (environment));
  return object;
}

static JsonObject *
describe_backup (MainstayBackup *backup)
{
  JsonObject *object = json_object_new ();

  add_string (object, "snapshot_id", mainstay_backup_get_id (backup));
  add_string (object, "state", "completed");
  add_string (object, "comment", mainstay_backup_get_comment (backup));
  add_string (object, "model_version", mainstay_backup_get_model_version (backup));
  add_string (object, "environment_id", mainstay_backup_get_environment_id (backup));
  add_time (object, "created_at", mainstay_backup_get_created_at (backup));
  return object;
}

/**
 * mainstay_transfer_record_new:
 * @operation: an operation
 *
 * Returns: (transfer full): a record of what it works on
 */
JsonObject *
mainstay_transfer_record_new (MainstayOperation *operation)
{
  MainstayApp *app;
  MainstayEnvironment *environment;
  MainstayBackup *backup;
  JsonObject *record;

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (operation), NULL);

  app = mainstay_operation_get_app (operation);
  environment = mainstay_operation_get_environment (operation);
  backup = mainstay_operation_get_backup (operation);
  record = json_object_new ();
  if (app != NULL)
    json_object_set_object_member (record, "app", describe_app (app));
  if (environment != NULL)
    json_object_set_object_member (record, "environment", describe_environment (environment));
  if (backup != NULL)
    json_object_set_object_member (record, "backup", describe_backup (backup));
  return record;
}

/* Returns: (transfer none) (nullable) */
static JsonObject *
get_object (JsonObject *record,
            const char *name)
{
  JsonNode *node = json_object_get_member (record, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/**
 * mainstay_transfer_record_make:
 * @record: a record
 * @type: a class of operations
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Returns: (transfer full): an operation of @type on what @record names
 */
MainstayOperation *
mainstay_transfer_record_make (JsonObject  *record,
                               GType        type,
                               GError     **error)
{
  JsonObject *app_object = get_object (record, "app");
  JsonObject *environment_object = get_object (record, "environment");
  JsonObject *backup_object = get_object (record, "backup");
  g_autoptr(MainstayApp) app = NULL;
  g_autoptr(MainstayEnvironment) environment = NULL;
  g_autoptr(MainstayBackup) backup = NULL;

  g_return_val_if_fail (g_type_is_a (type, MAINSTAY_TYPE_OPERATION), NULL);

  if (app_object == NULL || environment_object == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The record names no app or no environment");
      return NULL;
    }
  app = mainstay_app_new_from_json (app_object, error);
  if (app == NULL)
    return NULL;
  environment = mainstay_environment_new_from_json (environment_object, error);
  if (environment == NULL)
    return NULL;
  if (backup_object != NULL)
    {
      backup = mainstay_backup_new_from_json (backup_object, error);
      if (backup == NULL)
        return NULL;
    }
  return g_object_new (type, "app", app, "environment", environment, "backup", backup, NULL);
}
