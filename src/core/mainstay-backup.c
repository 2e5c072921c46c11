/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-backup.h"

#include "mainstay-error.h"
#include "mainstay-json.h"

struct _MainstayBackup
{
  GObject parent_instance;

  char *id;
  char *status_message;
  char *comment;
  char *model_version;
  char *created_by;
  char *environment_id;
  gint64 created_at;  /* milliseconds since 1970, 0 when unknown */
  gint64 finished_at;
  gint64 updated_at;
  gint64 expires_at;
  gint64 size_bytes;  /* -1 when unknown */
  gint64 files_count; /* -1 when unknown */
  double progress;    /* 0 to 1, negative when unknown */
  MainstayJobState state;
  MainstayBackupOrigin origin;
};

typedef enum {
  PROP_ID = 1,
  PROP_STATE,
  PROP_STATUS_MESSAGE,
  PROP_COMMENT,
  PROP_MODEL_VERSION,
  PROP_CREATED_BY,
  PROP_ENVIRONMENT_ID,
  PROP_ORIGIN,
  PROP_CREATED_AT,
  PROP_FINISHED_AT,
  PROP_UPDATED_AT,
  PROP_EXPIRES_AT,
  PROP_SIZE_BYTES,
  PROP_FILES_COUNT,
  PROP_PROGRESS
} MainstayBackupProperty;

static GParamSpec *properties[PROP_PROGRESS + 1];

G_DEFINE_FINAL_TYPE (MainstayBackup, mainstay_backup, G_TYPE_OBJECT)

static const char *const origin_types[] = {
  [MAINSTAY_ORIGIN_MANUAL] = "manual",
  [MAINSTAY_ORIGIN_NIGHTLY] = "nightly",
  [MAINSTAY_ORIGIN_WEEKLY] = "weekly",
  [MAINSTAY_ORIGIN_MONTHLY] = "monthly",
  [MAINSTAY_ORIGIN_SAFETY] = "safety",
};

/* portal-api.md, part 2: the comments that tell the origin when nothing else does. */
static const struct
{
  MainstayBackupOrigin origin;
  const char *comment;
} origin_comments[] = {
  { MAINSTAY_ORIGIN_NIGHTLY, "Automatically created nightly snapshot" },
  { MAINSTAY_ORIGIN_MANUAL, "Manually created snapshot" },
  { MAINSTAY_ORIGIN_UPLOADED, "Uploaded snapshot" },
};

static void
mainstay_backup_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  MainstayBackup *self = MAINSTAY_BACKUP (object);

  switch ((MainstayBackupProperty) prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    case PROP_STATUS_MESSAGE:
      g_value_set_string (value, self->status_message);
      break;
    case PROP_COMMENT:
      g_value_set_string (value, self->comment);
      break;
    case PROP_MODEL_VERSION:
      g_value_set_string (value, self->model_version);
      break;
    case PROP_CREATED_BY:
      g_value_set_string (value, self->created_by);
      break;
    case PROP_ENVIRONMENT_ID:
      g_value_set_string (value, self->environment_id);
      break;
    case PROP_ORIGIN:
      g_value_set_int (value, self->origin);
      break;
    case PROP_CREATED_AT:
      g_value_set_int64 (value, self->created_at);
      break;
    case PROP_FINISHED_AT:
      g_value_set_int64 (value, self->finished_at);
      break;
    case PROP_UPDATED_AT:
      g_value_set_int64 (value, self->updated_at);
      break;
    case PROP_EXPIRES_AT:
      g_value_set_int64 (value, self->expires_at);
      break;
    case PROP_SIZE_BYTES:
      g_value_set_int64 (value, self->size_bytes);
      break;
    case PROP_FILES_COUNT:
      g_value_set_int64 (value, self->files_count);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_backup_finalize (GObject *object)
{
  MainstayBackup *self = MAINSTAY_BACKUP (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->status_message, g_free);
  g_clear_pointer (&self->comment, g_free);
  g_clear_pointer (&self->model_version, g_free);
  g_clear_pointer (&self->created_by, g_free);
  g_clear_pointer (&self->environment_id, g_free);

  G_OBJECT_CLASS (mainstay_backup_parent_class)->finalize (object);
}

static GParamSpec *
string_property (const char *name)
{
  return g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
number_property (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, -1, G_MAXINT64, 0,
                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
choice_property (const char *name,
                 int         last)
{
  return g_param_spec_int (name, NULL, NULL, 0, last, 0,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
mainstay_backup_class_init (MainstayBackupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = mainstay_backup_finalize;
  object_class->get_property = mainstay_backup_get_property;

  properties[PROP_ID] = string_property ("id");
  properties[PROP_STATE] = choice_property ("state", MAINSTAY_JOB_FAILED);
  properties[PROP_STATUS_MESSAGE] = string_property ("status-message");
  properties[PROP_COMMENT] = string_property ("comment");
  properties[PROP_MODEL_VERSION] = string_property ("model-version");
  properties[PROP_CREATED_BY] = string_property ("created-by");
  properties[PROP_ENVIRONMENT_ID] = string_property ("environment-id");
  properties[PROP_ORIGIN] = choice_property ("origin", MAINSTAY_ORIGIN_UPLOADED);
  properties[PROP_CREATED_AT] = number_property ("created-at");
  properties[PROP_FINISHED_AT] = number_property ("finished-at");
  properties[PROP_UPDATED_AT] = number_property ("updated-at");
  properties[PROP_EXPIRES_AT] = number_property ("expires-at");
  properties[PROP_SIZE_BYTES] = number_property ("size-bytes");
  properties[PROP_FILES_COUNT] = number_property ("files-count");
  properties[PROP_PROGRESS] =
    g_param_spec_double ("progress", NULL, NULL, -1, 1, -1,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_backup_init (MainstayBackup *self)
{
}

static MainstayBackupOrigin
find_origin (const char *type,
             const char *comment)
{
  for (int i = MAINSTAY_ORIGIN_MANUAL; type != NULL && i <= MAINSTAY_ORIGIN_SAFETY; i++)
    if (g_strcmp0 (type, origin_types[i]) == 0)
      return (MainstayBackupOrigin) i;
  for (size_t i = 0; i < G_N_ELEMENTS (origin_comments); i++)
    if (g_strcmp0 (comment, origin_comments[i].comment) == 0)
      return origin_comments[i].origin;
  return MAINSTAY_ORIGIN_UNKNOWN;
}

/**
 * mainstay_backup_new_from_json:
 * @object: a Snapshot
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Returns: (transfer full): the backup
 */
MainstayBackup *
mainstay_backup_new_from_json (JsonObject  *object,
                               GError     **error)
{
  const char *id = mainstay_json_get_string (object, "snapshot_id");
  MainstayBackup *self;

  if (id == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The answer has no snapshot_id");
      return NULL;
    }
  self = g_object_new (MAINSTAY_TYPE_BACKUP, NULL);
  self->id = g_strdup (id);
  self->state = mainstay_job_state_parse (mainstay_json_get_string (object, "state"));
  self->status_message = g_strdup (mainstay_json_get_string (object, "status_message"));
  self->comment = g_strdup (mainstay_json_get_string (object, "comment"));
  self->model_version = g_strdup (mainstay_json_get_string (object, "model_version"));
  self->created_by = g_strdup (mainstay_json_get_string (object, "created_by"));
  self->environment_id = g_strdup (mainstay_json_get_string (object, "environment_id"));
  self->origin = find_origin (mainstay_json_get_string (object, "type"), self->comment);
  self->created_at = mainstay_json_get_time (object, "created_at");
  self->finished_at = mainstay_json_get_time (object, "finished_at");
  self->updated_at = mainstay_json_get_time (object, "updated_at");
  self->expires_at = mainstay_json_get_time (object, "expires_at");
  self->size_bytes = MAX (mainstay_json_get_int (object, "size_bytes", -1), -1);
  self->files_count = MAX (mainstay_json_get_int (object, "files_count", -1), -1);
  self->progress = CLAMP (mainstay_json_get_double (object, "progress", -1), -1, 1);
  return self;
}

static gboolean
merge_string (MainstayBackup          *self,
              char                   **old,
              const char              *new,
              MainstayBackupProperty   property)
{
  if (g_strcmp0 (*old, new) == 0)
    return FALSE;
  g_clear_pointer (old, g_free);
  *old = g_strdup (new);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
  return TRUE;
}

static gboolean
merge_number (MainstayBackup         *self,
              gint64                 *old,
              gint64                  new,
              MainstayBackupProperty  property)
{
  if (*old == new)
    return FALSE;
  *old = new;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
  return TRUE;
}

static gboolean
merge_state (MainstayBackup *self,
             MainstayBackup *newer)
{
  gboolean changed = FALSE;

  if (self->state != newer->state)
    {
      self->state = newer->state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
      changed = TRUE;
    }
  if (self->origin != newer->origin)
    {
      self->origin = newer->origin;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ORIGIN]);
      changed = TRUE;
    }
  if (self->progress != newer->progress)
    {
      self->progress = newer->progress;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
      changed = TRUE;
    }
  return changed;
}

/**
 * mainstay_backup_update:
 * @self: a backup
 * @newer: a newer answer about the same backup
 *
 * Takes over what changed and notifies of that alone.
 *
 * Returns: whether anything changed
 */
gboolean
mainstay_backup_update (MainstayBackup *self,
                        MainstayBackup *newer)
{
  gboolean changed;

  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), FALSE);
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (newer), FALSE);

  g_object_freeze_notify (G_OBJECT (self));
  changed = merge_state (self, newer);
  changed |= merge_string (self, &self->status_message, newer->status_message,
                           PROP_STATUS_MESSAGE);
  changed |= merge_string (self, &self->comment, newer->comment, PROP_COMMENT);
  changed |= merge_string (self, &self->model_version, newer->model_version, PROP_MODEL_VERSION);
  changed |= merge_string (self, &self->created_by, newer->created_by, PROP_CREATED_BY);
  changed |= merge_string (self, &self->environment_id, newer->environment_id,
                           PROP_ENVIRONMENT_ID);
  changed |= merge_number (self, &self->created_at, newer->created_at, PROP_CREATED_AT);
  changed |= merge_number (self, &self->finished_at, newer->finished_at, PROP_FINISHED_AT);
  changed |= merge_number (self, &self->updated_at, newer->updated_at, PROP_UPDATED_AT);
  changed |= merge_number (self, &self->expires_at, newer->expires_at, PROP_EXPIRES_AT);
  changed |= merge_number (self, &self->size_bytes, newer->size_bytes, PROP_SIZE_BYTES);
  changed |= merge_number (self, &self->files_count, newer->files_count, PROP_FILES_COUNT);
  g_object_thaw_notify (G_OBJECT (self));
  return changed;
}

/** mainstay_backup_get_id: Returns: the `snapshot_id` */
const char *
mainstay_backup_get_id (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), NULL);

  return self->id;
}

/** mainstay_backup_get_state: Returns: how far it is */
MainstayJobState
mainstay_backup_get_state (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), MAINSTAY_JOB_UNKNOWN);

  return self->state;
}

/** mainstay_backup_get_status_message: Returns: (nullable): the server's own words */
const char *
mainstay_backup_get_status_message (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), NULL);

  return self->status_message;
}

/** mainstay_backup_get_comment: Returns: (nullable): what a person wrote */
const char *
mainstay_backup_get_comment (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), NULL);

  return self->comment;
}

/** mainstay_backup_get_model_version: Returns: (nullable): of its model; failed ones lack it */
const char *
mainstay_backup_get_model_version (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), NULL);

  return self->model_version;
}

/** mainstay_backup_get_created_by: Returns: (nullable): a person's name, or `Nightly` */
const char *
mainstay_backup_get_created_by (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), NULL);

  return self->created_by;
}

/** mainstay_backup_get_environment_id: Returns: (nullable): the environment it is of */
const char *
mainstay_backup_get_environment_id (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), NULL);

  return self->environment_id;
}

/** mainstay_backup_get_origin: Returns: how it came to be */
MainstayBackupOrigin
mainstay_backup_get_origin (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), MAINSTAY_ORIGIN_UNKNOWN);

  return self->origin;
}

/** mainstay_backup_get_created_at: Returns: milliseconds since 1970, 0 when unknown */
gint64
mainstay_backup_get_created_at (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), 0);

  return self->created_at;
}

/** mainstay_backup_get_finished_at: Returns: milliseconds since 1970, 0 when unknown */
gint64
mainstay_backup_get_finished_at (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), 0);

  return self->finished_at;
}

/** mainstay_backup_get_updated_at: Returns: milliseconds since 1970, 0 when unknown */
gint64
mainstay_backup_get_updated_at (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), 0);

  return self->updated_at;
}

/** mainstay_backup_get_expires_at: Returns: milliseconds since 1970, 0 when unknown */
gint64
mainstay_backup_get_expires_at (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), 0);

  return self->expires_at;
}

/** mainstay_backup_get_size_bytes: Returns: bytes, -1 when unknown */
gint64
mainstay_backup_get_size_bytes (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), -1);

  return self->size_bytes;
}

/** mainstay_backup_get_files_count: Returns: how many uploaded files, -1 when unknown */
gint64
mainstay_backup_get_files_count (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), -1);

  return self->files_count;
}

/** mainstay_backup_get_progress: Returns: 0 to 1, negative when unknown */
double
mainstay_backup_get_progress (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), -1);

  return self->progress;
}

/**
 * mainstay_backup_is_automatic:
 * @self: a backup
 *
 * Returns: whether the schedule made it, which the Backups page writes as "Nightly"
 */
gboolean
mainstay_backup_is_automatic (MainstayBackup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP (self), FALSE);

  return self->origin == MAINSTAY_ORIGIN_NIGHTLY || self->origin == MAINSTAY_ORIGIN_WEEKLY ||
         self->origin == MAINSTAY_ORIGIN_MONTHLY || g_strcmp0 (self->created_by, "Nightly") == 0;
}
