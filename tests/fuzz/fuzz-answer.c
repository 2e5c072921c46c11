/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-activity-entry.h"
#include "mainstay-answer.h"
#include "mainstay-app.h"
#include "mainstay-backup.h"
#include "mainstay-environment.h"
#include "mainstay-job.h"
#include "mainstay-json.h"
#include "mainstay-package.h"

/* Answers of the API. The first byte tells the status, the rest is the body. */

static const unsigned int statuses[] = { 200, 204, 302, 400, 401, 404, 429, 500, 503 };

static void
check_backup (JsonObject *object)
{
  g_autoptr(MainstayBackup) backup = mainstay_backup_new_from_json (object, NULL);
  g_autoptr(MainstayBackup) again = NULL;

  if (backup == NULL)
    return;
  g_assert_nonnull (mainstay_backup_get_id (backup));
  again = mainstay_backup_new_from_json (object, NULL);
  g_assert_false (mainstay_backup_update (backup, again));
}

static void
check_environment (JsonObject *object)
{
  g_autoptr(MainstayEnvironment) environment = mainstay_environment_new_from_json (object, NULL);
  g_autoptr(MainstayEnvironment) again = NULL;

  if (environment == NULL)
    return;
  g_assert_nonnull (mainstay_environment_get_id (environment));
  again = mainstay_environment_new_from_json (object, NULL);
  g_assert_false (mainstay_environment_update (environment, again));
}

static void
check_object (JsonObject *object)
{
  g_autoptr(MainstayApp) app = mainstay_app_new_from_json (object, NULL);
  g_autoptr(MainstayActivityEntry) entry = mainstay_activity_entry_new_from_json (object, NULL);
  g_autoptr(MainstayPackage) package = mainstay_package_new_from_json (object, NULL);
  g_autoptr(MainstayJob) job = mainstay_job_new_from_json (object, "archive_id", NULL);
  g_autoptr(MainstayJob) copy = job != NULL ? mainstay_job_copy (job) : NULL;
  g_auto(GStrv) extensions = mainstay_json_dup_strings (object, "extensions");

  check_backup (object);
  check_environment (object);
}

static void
check_array (JsonArray *array)
{
  for (unsigned int i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        check_object (json_node_get_object (node));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  unsigned int status = statuses[size > 0 ? data[0] % G_N_ELEMENTS (statuses) : 0];
  g_autoptr(GBytes) body = g_bytes_new (size > 0 ? data + 1 : NULL, size > 0 ? size - 1 : 0);
  g_autoptr(JsonNode) root = NULL;
  g_autoptr(GError) error = NULL;

  if (!mainstay_answer_read (status, body, &root, &error))
    {
      g_assert_nonnull (error);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  g_assert_no_error (error);
  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    check_array (json_node_get_array (root));
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return 0;
  check_object (json_node_get_object (root));
  check_array (mainstay_json_get_array (json_node_get_object (root), "snapshots"));
  check_array (mainstay_json_get_array (json_node_get_object (root), "entries"));
  return 0;
}
