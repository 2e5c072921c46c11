/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-data-model.h"

#include "config.h"
#include "mainstay-version.h"

#include <glib/gi18n.h>

#define KEY "data-models"

static void
store (GSettings  *settings,
       const char *environment_id,
       const char *model_version)
{
  g_autoptr(GVariant) value = g_settings_get_value (settings, KEY);
  g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));
  GVariantIter iter;
  const char *id, *version;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&s&s}", &id, &version))
    if (!g_str_equal (id, environment_id))
      g_variant_builder_add (&builder, "{ss}", id, version);
  if (model_version != NULL)
    g_variant_builder_add (&builder, "{ss}", environment_id, model_version);
  g_settings_set_value (settings, KEY, g_variant_builder_end (&builder));
}

static char *
lookup (GSettings  *settings,
        const char *environment_id)
{
  g_autoptr(GVariant) value = g_settings_get_value (settings, KEY);
  char *version = NULL;

  g_variant_lookup (value, environment_id, "s", &version);
  return version;
}

/* Where the order is unknown the model may be older, and saying so is the safer side. */
static gboolean
may_be_older (const char *data,
              const char *model)
{
  MainstayOrder order = mainstay_version_compare (data, model);

  return order == MAINSTAY_ORDER_OLDER || order == MAINSTAY_ORDER_UNKNOWN;
}

void
mainstay_data_model_restored (GSettings           *settings,
                              MainstayEnvironment *environment,
                              const char          *model_version)
{
  gboolean known = model_version != NULL && *model_version != '\0';

  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (MAINSTAY_IS_ENVIRONMENT (environment));

  if (known &&
      !may_be_older (model_version, mainstay_environment_get_model_version (environment)))
    known = FALSE;
  store (settings, mainstay_environment_get_id (environment), known ? model_version : NULL);
}

void
mainstay_data_model_settle (GSettings           *settings,
                            MainstayEnvironment *environment)
{
  g_autofree char *remembered = NULL;

  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (MAINSTAY_IS_ENVIRONMENT (environment));

  remembered = lookup (settings, mainstay_environment_get_id (environment));
  if (remembered != NULL &&
      g_str_equal (remembered, mainstay_environment_get_model_version (environment) != NULL
                                 ? mainstay_environment_get_model_version (environment)
                                 : ""))
    store (settings, mainstay_environment_get_id (environment), NULL);
}

static char *
dup_deploy_notice (const char *name,
                   const char *data,
                   const char *model)
{
  if (model == NULL || *model == '\0')
    /* translators: an environment, and twice the model version to deploy */
    return g_strdup_printf (_("%s contains data of model %s. Deploy model %s before the app is "
                              "started."),
                            name, data, data);
  if (mainstay_version_compare (data, model) == MAINSTAY_ORDER_UNKNOWN)
    /* translators: an environment, the data's model version, the deployed one, the one to deploy */
    return g_strdup_printf (_("%s contains data of model %s, but model %s is deployed, and which "
                              "of them is older is unknown. "
                              "Deploy model %s before the app is started."),
                            name, data, model, data);
  /* translators: an environment, the data's model version, the deployed one, the one to deploy */
  return g_strdup_printf (_("%s contains data of the older model %s, but model %s is deployed. "
                            "Deploy model %s before the app is started."),
                          name, data, model, data);
}

char *
mainstay_data_model_notice (GSettings           *settings,
                            MainstayEnvironment *environment)
{
  g_autofree char *remembered = NULL;
  const char *name, *model, *data;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (environment), NULL);

  name = mainstay_environment_get_mode (environment);
  model = mainstay_environment_get_model_version (environment);
  data = mainstay_environment_get_data_model_version (environment);
  remembered = lookup (settings, mainstay_environment_get_id (environment));
  if (data == NULL || *data == '\0')
    data = remembered;
  if (mainstay_environment_get_status (environment) == MAINSTAY_ENVIRONMENT_EMPTY)
    return data != NULL && *data != '\0'
             ? dup_deploy_notice (name, data, NULL)
             /* translators: an environment, twice */
             : g_strdup_printf (_("Nothing is deployed in %s. Deploy a package to %s before the "
                                  "app is started."),
                                name, name);
  if (data == NULL || *data == '\0' || !may_be_older (data, model))
    return NULL;
  return dup_deploy_notice (name, data, model);
}
