/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-activity-entry.h"

#include "mainstay-error.h"
#include "mainstay-json.h"

struct _MainstayActivityEntry
{
  GObject parent_instance;

  char *id;
  char *kind;
  char *message;
  char *by;
  char *snapshot_id;
  gint64 at;
  MainstayJobState state;
};

G_DEFINE_FINAL_TYPE (MainstayActivityEntry, mainstay_activity_entry, G_TYPE_OBJECT)

static void
mainstay_activity_entry_finalize (GObject *object)
{
  MainstayActivityEntry *self = MAINSTAY_ACTIVITY_ENTRY (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->message, g_free);
  g_clear_pointer (&self->by, g_free);
  g_clear_pointer (&self->snapshot_id, g_free);

  G_OBJECT_CLASS (mainstay_activity_entry_parent_class)->finalize (object);
}

static void
mainstay_activity_entry_class_init (MainstayActivityEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_activity_entry_finalize;
}

static void
mainstay_activity_entry_init (MainstayActivityEntry *self)
{
}

/**
 * mainstay_activity_entry_new_from_json:
 * @object: an entry
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Returns: (transfer full): the entry
 */
MainstayActivityEntry *
mainstay_activity_entry_new_from_json (JsonObject  *object,
                                       GError     **error)
{
  g_autofree char *id = mainstay_json_dup_text (object, "id");
  MainstayActivityEntry *self;

  if (id == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The answer has no id");
      return NULL;
    }
  self = g_object_new (MAINSTAY_TYPE_ACTIVITY_ENTRY, NULL);
  self->id = g_steal_pointer (&id);
  self->kind = g_strdup (mainstay_json_get_string (object, "kind"));
  self->state = mainstay_job_state_parse (mainstay_json_get_string (object, "state"));
  self->message = g_strdup (mainstay_json_get_string (object, "message"));
  self->by = g_strdup (mainstay_json_get_string (object, "by"));
  self->at = mainstay_json_get_time (object, "at");
  self->snapshot_id = g_strdup (mainstay_json_get_string (object, "snapshot_id"));
  return self;
}

/** mainstay_activity_entry_get_id: Returns: what tells it from all others */
const char *
mainstay_activity_entry_get_id (MainstayActivityEntry *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACTIVITY_ENTRY (self), NULL);

  return self->id;
}

/** mainstay_activity_entry_get_kind: Returns: (nullable): the word of the API, as in `restore` */
const char *
mainstay_activity_entry_get_kind (MainstayActivityEntry *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACTIVITY_ENTRY (self), NULL);

  return self->kind;
}

/** mainstay_activity_entry_get_state: Returns: how far it came */
MainstayJobState
mainstay_activity_entry_get_state (MainstayActivityEntry *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACTIVITY_ENTRY (self), MAINSTAY_JOB_UNKNOWN);

  return self->state;
}

/** mainstay_activity_entry_get_message: Returns: (nullable): the server's own words */
const char *
mainstay_activity_entry_get_message (MainstayActivityEntry *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACTIVITY_ENTRY (self), NULL);

  return self->message;
}

/** mainstay_activity_entry_get_by: Returns: (nullable): a person's name, or `Nightly` */
const char *
mainstay_activity_entry_get_by (MainstayActivityEntry *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACTIVITY_ENTRY (self), NULL);

  return self->by;
}

/** mainstay_activity_entry_get_at: Returns: milliseconds since 1970, 0 when unknown */
gint64
mainstay_activity_entry_get_at (MainstayActivityEntry *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACTIVITY_ENTRY (self), 0);

  return self->at;
}

/** mainstay_activity_entry_get_snapshot_id: Returns: (nullable): the backup it was about */
const char *
mainstay_activity_entry_get_snapshot_id (MainstayActivityEntry *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACTIVITY_ENTRY (self), NULL);

  return self->snapshot_id;
}
