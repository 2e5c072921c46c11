/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-app.h"

#include "mainstay-error.h"
#include "mainstay-json.h"

struct _MainstayApp
{
  GObject parent_instance;

  char *id;
  char *name;
  char *project_id;
  char *url;
};

typedef enum { PROP_ID = 1, PROP_NAME, PROP_PROJECT_ID, PROP_URL } MainstayAppProperty;

static GParamSpec *properties[PROP_URL + 1];

G_DEFINE_FINAL_TYPE (MainstayApp, mainstay_app, G_TYPE_OBJECT)

static void
mainstay_app_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  MainstayApp *self = MAINSTAY_APP (object);

  switch ((MainstayAppProperty) prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_PROJECT_ID:
      g_value_set_string (value, self->project_id);
      break;
    case PROP_URL:
      g_value_set_string (value, self->url);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_app_finalize (GObject *object)
{
  MainstayApp *self = MAINSTAY_APP (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->project_id, g_free);
  g_clear_pointer (&self->url, g_free);

  G_OBJECT_CLASS (mainstay_app_parent_class)->finalize (object);
}

static void
mainstay_app_class_init (MainstayAppClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  static const char *const names[] = {
    [PROP_ID] = "id",
    [PROP_NAME] = "name",
    [PROP_PROJECT_ID] = "project-id",
    [PROP_URL] = "url",
  };

  object_class->finalize = mainstay_app_finalize;
  object_class->get_property = mainstay_app_get_property;

  for (int i = PROP_ID; i <= PROP_URL; i++)
    properties[i] = g_param_spec_string (names[i], NULL, NULL, NULL,
                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_app_init (MainstayApp *self)
{
}

/**
 * mainstay_app_new_from_json:
 * @object: an App
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Returns: (transfer full): the app
 */
MainstayApp *
mainstay_app_new_from_json (JsonObject  *object,
                            GError     **error)
{
  const char *id = mainstay_json_get_string (object, "AppId");
  const char *name = mainstay_json_get_string (object, "Name");
  const char *project_id = mainstay_json_get_string (object, "ProjectId");
  MainstayApp *self;

  if (id == NULL || project_id == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The answer has no AppId or no ProjectId");
      return NULL;
    }
  self = g_object_new (MAINSTAY_TYPE_APP, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name != NULL ? name : id);
  self->project_id = g_strdup (project_id);
  self->url = g_strdup (mainstay_json_get_string (object, "Url"));
  return self;
}

/** mainstay_app_get_id: Returns: the `AppId` */
const char *
mainstay_app_get_id (MainstayApp *self)
{
  g_return_val_if_fail (MAINSTAY_IS_APP (self), NULL);

  return self->id;
}

/** mainstay_app_get_name: Returns: the name for people */
const char *
mainstay_app_get_name (MainstayApp *self)
{
  g_return_val_if_fail (MAINSTAY_IS_APP (self), NULL);

  return self->name;
}

/** mainstay_app_get_project_id: Returns: the `ProjectId`, a UUID */
const char *
mainstay_app_get_project_id (MainstayApp *self)
{
  g_return_val_if_fail (MAINSTAY_IS_APP (self), NULL);

  return self->project_id;
}

/** mainstay_app_get_url: Returns: (nullable): where the app is, with or without a scheme */
const char *
mainstay_app_get_url (MainstayApp *self)
{
  g_return_val_if_fail (MAINSTAY_IS_APP (self), NULL);

  return self->url;
}
