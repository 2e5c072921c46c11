/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * What is kept of an upload over a restart of the program.
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operations.h"
#include "mainstay-upload-operation-private.h"

#include "mainstay-error.h"
#include "mainstay-json.h"
#include "mainstay-transfer-record.h"

static void
add_string (JsonObject *object,
            const char *name,
            const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
}

JsonObject *
_mainstay_upload_describe (MainstayOperation *operation)
{
  MainstayUploadOperation *self = MAINSTAY_UPLOAD_OPERATION (operation);
  JsonObject *record = mainstay_transfer_record_new (operation);

  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    {
      JsonObject *part;

      if (self->parts[i].path == NULL)
        continue;
      part = json_object_new ();
      add_string (part, "path", self->parts[i].path);
      add_string (part, "fingerprint", self->parts[i].fingerprint);
      add_string (part, "upload_id", self->parts[i].id);
      json_object_set_object_member (record, _mainstay_upload_name (i), part);
    }
  json_object_set_boolean_member (record, "posted", self->posted);
  add_string (record, "data_upload_id", self->job_id);
  return record;
}

/* Without a fingerprint an id is of nobody knows what. */
static void
read_part (MainstayUploadState *state,
           JsonNode            *node)
{
  JsonObject *part = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                                   : NULL;
  const char *path = part != NULL ? mainstay_json_get_string (part, "path") : NULL;

  if (path == NULL || !g_path_is_absolute (path))
    return;
  state->path = g_strdup (path);
  state->fingerprint = g_strdup (mainstay_json_get_string (part, "fingerprint"));
  if (state->fingerprint != NULL)
    state->id = g_strdup (mainstay_json_get_string (part, "upload_id"));
  if (g_strcmp0 (state->id, "") == 0)
    g_clear_pointer (&state->id, g_free);
}

/**
 * mainstay_upload_operation_new_from_record:
 * @record: what describe gave
 * @error: where to put why nothing can be made of it
 *
 * Returns: (transfer full): the operation, not started
 */
MainstayOperation *
mainstay_upload_operation_new_from_record (JsonObject  *record,
                                           GError     **error)
{
  g_autoptr(MainstayOperation) operation =
    mainstay_transfer_record_make (record, MAINSTAY_TYPE_UPLOAD_OPERATION, error);
  MainstayUploadOperation *self;
  gboolean has_path = FALSE;

  if (operation == NULL)
    return NULL;
  self = MAINSTAY_UPLOAD_OPERATION (operation);
  for (MainstayUploadPart i = 0; i < MAINSTAY_N_UPLOAD_PARTS; i++)
    {
      read_part (&self->parts[i], json_object_get_member (record, _mainstay_upload_name (i)));
      has_path |= self->parts[i].path != NULL;
    }
  if (!has_path)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The record names no file");
      return NULL;
    }
  self->posted = mainstay_json_get_boolean (record, "posted", FALSE);
  self->job_id = g_strdup (mainstay_json_get_string (record, "data_upload_id"));
  return g_steal_pointer (&operation);
}
