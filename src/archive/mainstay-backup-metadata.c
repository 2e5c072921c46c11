/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-backup-metadata.h"

#include <math.h>

#include "mainstay-error.h"
#include "mainstay-json.h"

/* A whole number, also one written with a fraction; -1 when there is none or it is negative. */
static gint64
get_number (JsonObject *object,
            const char *name)
{
  g_autofree char *text = mainstay_json_dup_text (object, name);
  char *end = NULL;
  double value;

  if (text == NULL || *text == '\0')
    return -1;
  if (g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &(gint64) { 0 }, NULL))
    return g_ascii_strtoll (text, NULL, 10);
  value = g_ascii_strtod (text, &end);
  return *end == '\0' && isfinite (value) && value >= 0 && value < 9e18 ? (gint64) value : -1;
}

/**
 * mainstay_backup_metadata_parse:
 * @text: what `.metadata` holds; need not end in a zero byte
 * @length: its bytes
 * @file: where to put what it says
 * @error: where to put %MAINSTAY_ERROR_DAMAGED
 *
 * All values are optional, and texts or numbers (portal-api.md, part 4).
 *
 * Returns: whether it is a JSON object
 */
gboolean
mainstay_backup_metadata_parse (const char          *text,
                                size_t               length,
                                MainstayBackupFile  *file,
                                GError             **error)
{
  g_autoptr(JsonNode) root = NULL;
  JsonObject *object;

  if (length > 0)
    root = mainstay_json_parse (text, (gssize) length, NULL);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                           ".metadata is no JSON object");
      return FALSE;
    }
  object = json_node_get_object (root);
  file->model_version = mainstay_json_dup_text (object, "modelVersion");
  file->metadata_dump_size = get_number (object, "dumpSize");
  file->metadata_database_size = get_number (object, "databaseSize");
  file->metadata_files_size = get_number (object, "filesSize");
  file->metadata_duration = get_number (object, "duration");
  return TRUE;
}
