/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-transfer-entry.h"

#include "mainstay-error.h"
#include "mainstay-json.h"
#include "mainstay-operation-private.h"

/* In the file. Only what moves bytes is ever resumable. */
static const char *const kind_names[MAINSTAY_TRANSFER_ENTRY_N_KINDS] = {
  [MAINSTAY_OPERATION_UPLOAD] = "upload",
  [MAINSTAY_OPERATION_DOWNLOAD] = "download",
};

/** mainstay_transfer_entry_keeps_kind: Returns: whether such operations can be kept */
gboolean
mainstay_transfer_entry_keeps_kind (MainstayOperationKind kind)
{
  return kind < MAINSTAY_TRANSFER_ENTRY_N_KINDS && kind_names[kind] != NULL;
}

/**
 * mainstay_transfer_entry_new:
 * @operation: an operation
 * @account: the id of its account
 * @portal: what to call that account
 *
 * Returns: (transfer full): an entry
 */
MainstayTransferEntry *
mainstay_transfer_entry_new (MainstayOperation *operation,
                             const char        *account,
                             const char        *portal)
{
  MainstayTransferEntry *self = g_new0 (MainstayTransferEntry, 1);

  self->operation = g_object_ref (operation);
  self->account = g_strdup (account);
  self->portal = g_strdup (portal);
  return self;
}

void
mainstay_transfer_entry_free (MainstayTransferEntry *self)
{
  g_clear_object (&self->operation);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->portal, g_free);
  g_clear_pointer (&self->foreign, json_node_unref);
  g_clear_pointer (&self, g_free);
}

/* Entry to record */

static JsonObject *
describe_failure (const GError *error)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "message", error != NULL ? error->message : "");
  return object;
}

/* Returns: (transfer full) (nullable): %NULL where nothing is to be kept */
static JsonNode *
describe (MainstayTransferEntry *self)
{
  MainstayOperation *operation = self->operation;
  JsonObject *described = mainstay_operation_describe (operation);
  g_autoptr(JsonObject) record = NULL;
  JsonNode *node;

  if (described == NULL)
    return NULL;
  record = json_object_new ();
  json_object_set_string_member (record, "kind",
                                 kind_names[mainstay_operation_get_kind (operation)]);
  json_object_set_string_member (record, "account", self->account);
  json_object_set_string_member (record, "portal", self->portal);
  json_object_set_int_member (record, "started_at", mainstay_operation_get_started_at (operation));
  json_object_set_boolean_member (record, "paused",
                                  mainstay_operation_is_paused_by_user (operation));
  json_object_set_boolean_member (record, "cancelled",
                                  mainstay_operation_is_cancelling (operation));
  json_object_set_int_member (record, "bytes_done", mainstay_operation_get_bytes_done (operation));
  json_object_set_int_member (record, "bytes_total",
                              mainstay_operation_get_bytes_total (operation));
  /* Told before that is removed which its file was known by. */
  if (self->done)
    json_object_set_boolean_member (record, "done", TRUE);
  /* An account that is gone may be there again the next time. */
  if (mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_FAILED &&
      !g_error_matches (mainstay_operation_get_error (operation), MAINSTAY_ERROR,
                        MAINSTAY_ERROR_ACCOUNT_GONE))
    json_object_set_object_member (record, "failed",
                                   describe_failure (mainstay_operation_get_error (operation)));
  json_object_set_object_member (record, "operation", described);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, record);
  return node;
}

/* A single name that is no UTF-8 would make the whole file unreadable. */
static gboolean
is_writable (JsonNode *node)
{
  g_autofree char *text = mainstay_json_to_text (node);
  g_autoptr(JsonNode) again = mainstay_json_parse (text, -1, NULL);

  if (again == NULL)
    g_message ("A transfer cannot be kept over a restart: its record is no JSON");
  return again != NULL;
}

/**
 * mainstay_transfer_entry_to_node:
 * @self: an entry
 *
 * Returns: (transfer full) (nullable): what to write; %NULL where nothing is to be kept now
 */
JsonNode *
mainstay_transfer_entry_to_node (MainstayTransferEntry *self)
{
  g_autoptr(JsonNode) node = NULL;

  if (self->foreign != NULL)
    return json_node_copy (self->foreign);
  node = describe (self);
  return node != NULL && is_writable (node) ? g_steal_pointer (&node) : NULL;
}

/* Record to entry */

/* Returns: (nullable): how @record is made again */
static MainstayTransferRecordFunc
find_maker (const MainstayTransferRecordFunc *makers,
            JsonObject                       *record)
{
  const char *kind = mainstay_json_get_string (record, "kind");

  for (unsigned int i = 0; i < MAINSTAY_TRANSFER_ENTRY_N_KINDS; i++)
    if (kind_names[i] != NULL && g_strcmp0 (kind_names[i], kind) == 0)
      return makers[i];
  return NULL;
}

/* What an older or newer program can do and this one cannot stays for that one. */
static MainstayTransferEntry *
new_foreign (JsonNode *node)
{
  MainstayTransferEntry *self = g_new0 (MainstayTransferEntry, 1);

  self->foreign = json_node_ref (node);
  return self;
}

/**
 * mainstay_transfer_entry_new_from_node:
 * @node: what is in the file; may have been edited by anybody
 * @makers: how each kind is made again
 *
 * Returns: (transfer full) (nullable): an entry
 */
MainstayTransferEntry *
mainstay_transfer_entry_new_from_node (JsonNode                         *node,
                                       const MainstayTransferRecordFunc *makers)
{
  JsonObject *record = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  MainstayTransferRecordFunc make = record != NULL ? find_maker (makers, record) : NULL;
  g_autoptr(MainstayOperation) operation = NULL;
  g_autoptr(GError) error = NULL;
  JsonNode *described;
  const char *account;
  const char *portal;

  if (make == NULL)
    return new_foreign (node);
  described = json_object_get_member (record, "operation");
  account = mainstay_json_get_string (record, "account");
  portal = mainstay_json_get_string (record, "portal");
  if (account == NULL || described == NULL || !JSON_NODE_HOLDS_OBJECT (described))
    g_set_error_literal (&error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER, "Parts are missing");
  else
    operation = make (json_node_get_object (described), &error);
  if (operation != NULL)
    return mainstay_transfer_entry_new (operation, account, portal != NULL ? portal : "");
  g_message ("An unfinished transfer cannot be taken up again: %s", error->message);
  return NULL;
}

static void
restore_progress (MainstayOperation *operation,
                  JsonObject        *record)
{
  gint64 done = mainstay_json_get_int (record, "bytes_done", -1);
  gint64 total = mainstay_json_get_int (record, "bytes_total", -1);

  mainstay_operation_set_begun (operation,
                                MAX (mainstay_json_get_int (record, "started_at", 0), 0));
  if (done >= 0 && total >= done)
    mainstay_operation_set_bytes (operation, done, total);
}

/**
 * mainstay_transfer_entry_take_up:
 * @self: an entry with an operation
 * @node: what it was made from
 *
 * Returns: whether the operation is to be listed: not one that had been cancelled or was done
 */
gboolean
mainstay_transfer_entry_take_up (MainstayTransferEntry *self,
                                 JsonNode              *node)
{
  MainstayOperation *operation = self->operation;
  JsonObject *record = json_node_get_object (node);
  JsonNode *failed = json_object_get_member (record, "failed");
  g_autoptr(GError) error = NULL;
  const char *message;

  restore_progress (operation, record);
  if (mainstay_json_get_boolean (record, "done", FALSE) &&
      mainstay_operation_has_to_settle (operation))
    {
      self->done = TRUE;
      return FALSE;
    }
  if (mainstay_json_get_boolean (record, "cancelled", FALSE))
    {
      mainstay_operation_cancel (operation);
      return FALSE;
    }
  mainstay_operation_hold (operation, NULL);
  if (mainstay_json_get_boolean (record, "paused", FALSE))
    mainstay_operation_pause (operation);
  if (failed != NULL && JSON_NODE_HOLDS_OBJECT (failed))
    {
      message = mainstay_json_get_string (json_node_get_object (failed), "message");
      error = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                                   message != NULL ? message : "");
      mainstay_operation_fail (operation, error);
    }
  return TRUE;
}
