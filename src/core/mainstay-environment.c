/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-environment.h"

#include "mainstay-error.h"
#include "mainstay-json.h"

struct _MainstayEnvironment
{
  GObject parent_instance;

  char *id;
  char *mode;
  char *url;
  char *model_version;
  char *data_model_version;
  char *mendix_version;
  GStrv published_services;
  MainstayEnvironmentStatus status;
  gboolean production;
};

typedef enum {
  PROP_ID = 1,
  PROP_MODE,
  PROP_STATUS,
  PROP_URL,
  PROP_MODEL_VERSION,
  PROP_DATA_MODEL_VERSION,
  PROP_MENDIX_VERSION,
  PROP_PRODUCTION,
  PROP_PUBLISHED_SERVICES
} MainstayEnvironmentProperty;

static GParamSpec *properties[PROP_PUBLISHED_SERVICES + 1];

G_DEFINE_FINAL_TYPE (MainstayEnvironment, mainstay_environment, G_TYPE_OBJECT)

static const char *const status_names[] = {
  [MAINSTAY_ENVIRONMENT_UNKNOWN] = "Unknown",
  [MAINSTAY_ENVIRONMENT_EMPTY] = "Empty",
  [MAINSTAY_ENVIRONMENT_STOPPED] = "Stopped",
  [MAINSTAY_ENVIRONMENT_RUNNING] = "Running",
};

static void
mainstay_environment_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  MainstayEnvironment *self = MAINSTAY_ENVIRONMENT (object);

  switch ((MainstayEnvironmentProperty) prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_MODE:
      g_value_set_string (value, self->mode);
      break;
    case PROP_STATUS:
      g_value_set_int (value, self->status);
      break;
    case PROP_URL:
      g_value_set_string (value, self->url);
      break;
    case PROP_MODEL_VERSION:
      g_value_set_string (value, self->model_version);
      break;
    case PROP_DATA_MODEL_VERSION:
      g_value_set_string (value, self->data_model_version);
      break;
    case PROP_MENDIX_VERSION:
      g_value_set_string (value, self->mendix_version);
      break;
    case PROP_PRODUCTION:
      g_value_set_boolean (value, self->production);
      break;
    case PROP_PUBLISHED_SERVICES:
      g_value_set_boxed (value, self->published_services);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_environment_finalize (GObject *object)
{
  MainstayEnvironment *self = MAINSTAY_ENVIRONMENT (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->mode, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->model_version, g_free);
  g_clear_pointer (&self->data_model_version, g_free);
  g_clear_pointer (&self->mendix_version, g_free);
  g_clear_pointer (&self->published_services, g_strfreev);

  G_OBJECT_CLASS (mainstay_environment_parent_class)->finalize (object);
}

static GParamSpec *
string_property (const char *name)
{
  return g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
mainstay_environment_class_init (MainstayEnvironmentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = mainstay_environment_finalize;
  object_class->get_property = mainstay_environment_get_property;

  properties[PROP_ID] = string_property ("id");
  properties[PROP_MODE] = string_property ("mode");
  properties[PROP_STATUS] =
    g_param_spec_int ("status", NULL, NULL, MAINSTAY_ENVIRONMENT_UNKNOWN,
                      MAINSTAY_ENVIRONMENT_RUNNING, MAINSTAY_ENVIRONMENT_UNKNOWN,
                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_URL] = string_property ("url");
  properties[PROP_MODEL_VERSION] = string_property ("model-version");
  properties[PROP_DATA_MODEL_VERSION] = string_property ("data-model-version");
  properties[PROP_MENDIX_VERSION] = string_property ("mendix-version");
  properties[PROP_PRODUCTION] =
    g_param_spec_boolean ("production", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PUBLISHED_SERVICES] =
    g_param_spec_boxed ("published-services", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_environment_init (MainstayEnvironment *self)
{
}

/**
 * mainstay_environment_status_parse:
 * @text: (nullable): a `Status` from the API
 *
 * Returns: the status
 */
MainstayEnvironmentStatus
mainstay_environment_status_parse (const char *text)
{
  for (int i = MAINSTAY_ENVIRONMENT_EMPTY; i <= MAINSTAY_ENVIRONMENT_RUNNING; i++)
    if (g_strcmp0 (text, status_names[i]) == 0)
      return (MainstayEnvironmentStatus) i;
  return MAINSTAY_ENVIRONMENT_UNKNOWN;
}

/**
 * mainstay_environment_status_to_string:
 * @status: a status
 *
 * Returns: the word of the API
 */
const char *
mainstay_environment_status_to_string (MainstayEnvironmentStatus status)
{
  g_return_val_if_fail ((size_t) status < G_N_ELEMENTS (status_names), NULL);

  return status_names[status];
}

/**
 * mainstay_environment_new_from_json:
 * @object: an Environment
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Returns: (transfer full): the environment
 */
MainstayEnvironment *
mainstay_environment_new_from_json (JsonObject  *object,
                                    GError     **error)
{
  const char *id = mainstay_json_get_string (object, "EnvironmentId");
  const char *mode = mainstay_json_get_string (object, "Mode");
  MainstayEnvironment *self;

  if (id == NULL || mode == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The answer has no EnvironmentId or no Mode");
      return NULL;
    }
  self = g_object_new (MAINSTAY_TYPE_ENVIRONMENT, NULL);
  self->id = g_strdup (id);
  self->mode = g_strdup (mode);
  self->status =
    mainstay_environment_status_parse (mainstay_json_get_string (object, "Status"));
  self->url = g_strdup (mainstay_json_get_string (object, "Url"));
  self->model_version = g_strdup (mainstay_json_get_string (object, "ModelVersion"));
  self->data_model_version = g_strdup (mainstay_json_get_string (object, "DataModelVersion"));
  self->mendix_version = g_strdup (mainstay_json_get_string (object, "MendixVersion"));
  self->production = mainstay_json_get_boolean (object, "Production", FALSE);
  self->published_services = mainstay_json_dup_strings (object, "PublishedAppServices");
  return self;
}

static gboolean
merge_string (MainstayEnvironment         *self,
              char                       **old,
              const char                  *new,
              MainstayEnvironmentProperty  property)
{
  if (g_strcmp0 (*old, new) == 0)
    return FALSE;
  g_clear_pointer (old, g_free);
  *old = g_strdup (new);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
  return TRUE;
}

/**
 * mainstay_environment_update:
 * @self: an environment
 * @newer: a newer answer about the same environment
 *
 * Takes over what changed and notifies of that alone.
 *
 * Returns: whether anything changed
 */
gboolean
mainstay_environment_update (MainstayEnvironment *self,
                             MainstayEnvironment *newer)
{
  gboolean changed = FALSE;

  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), FALSE);
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (newer), FALSE);

  g_object_freeze_notify (G_OBJECT (self));
  changed |= merge_string (self, &self->mode, newer->mode, PROP_MODE);
  changed |= merge_string (self, &self->url, newer->url, PROP_URL);
  changed |= merge_string (self, &self->model_version, newer->model_version, PROP_MODEL_VERSION);
  changed |= merge_string (self, &self->data_model_version, newer->data_model_version,
                           PROP_DATA_MODEL_VERSION);
  changed |= merge_string (self, &self->mendix_version, newer->mendix_version,
                           PROP_MENDIX_VERSION);
  if (self->status != newer->status)
    {
      self->status = newer->status;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
      changed = TRUE;
    }
  if (self->production != newer->production)
    {
      self->production = newer->production;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRODUCTION]);
      changed = TRUE;
    }
  if (!g_strv_equal ((const char *const *) self->published_services,
                     (const char *const *) newer->published_services))
    {
      g_clear_pointer (&self->published_services, g_strfreev);
      self->published_services = g_strdupv (newer->published_services);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PUBLISHED_SERVICES]);
      changed = TRUE;
    }
  g_object_thaw_notify (G_OBJECT (self));
  return changed;
}

/** mainstay_environment_get_id: Returns: the `EnvironmentId`, a UUID */
const char *
mainstay_environment_get_id (MainstayEnvironment *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), NULL);

  return self->id;
}

/** mainstay_environment_get_mode: Returns: the name, exactly as the server writes it */
const char *
mainstay_environment_get_mode (MainstayEnvironment *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), NULL);

  return self->mode;
}

/** mainstay_environment_get_status: Returns: whether it is empty, stopped or running */
MainstayEnvironmentStatus
mainstay_environment_get_status (MainstayEnvironment *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), MAINSTAY_ENVIRONMENT_UNKNOWN);

  return self->status;
}

/** mainstay_environment_get_url: Returns: (nullable): its address, with or without a scheme */
const char *
mainstay_environment_get_url (MainstayEnvironment *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), NULL);

  return self->url;
}

/** mainstay_environment_get_model_version: Returns: (nullable): of the deployed model */
const char *
mainstay_environment_get_model_version (MainstayEnvironment *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), NULL);

  return self->model_version;
}

/**
 * mainstay_environment_get_data_model_version:
 * @self: an environment
 *
 * Differs from the deployed model's version after a backup of another model was restored.
 *
 * Returns: (nullable): the version of the model that the data comes from, %NULL when not known
 */
const char *
mainstay_environment_get_data_model_version (MainstayEnvironment *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), NULL);

  return self->data_model_version;
}

/** mainstay_environment_get_mendix_version: Returns: (nullable): the runtime's version */
const char *
mainstay_environment_get_mendix_version (MainstayEnvironment *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), NULL);

  return self->mendix_version;
}

/** mainstay_environment_get_production: Returns: whether production rules apply */
gboolean
mainstay_environment_get_production (MainstayEnvironment *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), FALSE);

  return self->production;
}

/** mainstay_environment_get_published_services: Returns: names of AppServices, never %NULL */
const char *const *
mainstay_environment_get_published_services (MainstayEnvironment *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (self), NULL);

  return (const char *const *) self->published_services;
}
