/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <stdio.h>

#include "mainstay-portal-commands.h"
#include "mainstay-portal-verb.h"

static char *name, *url, *version, *description, *creator, *mendix_version;
static gint64 size;

static const GOptionEntry app_options[] = {
  { "name", 0, 0, G_OPTION_ARG_STRING, &name, "The app's name for people", "TEXT" },
  { "url", 0, 0, G_OPTION_ARG_STRING, &url, "Where the app is", "URL" },
  { NULL },
};

static const GOptionEntry package_options[] = {
  { "version", 0, 0, G_OPTION_ARG_STRING, &version, "The model version, as in 1.2.0.345",
    "VERSION" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &name, "The package's name", "TEXT" },
  { "description", 0, 0, G_OPTION_ARG_STRING, &description, "What is new in it", "TEXT" },
  { "creator", 0, 0, G_OPTION_ARG_STRING, &creator, "Who made it", "TEXT" },
  { "mendix-version", 0, 0, G_OPTION_ARG_STRING, &mendix_version, "The Mendix version it is for",
    "VERSION" },
  { "size", 0, 0, G_OPTION_ARG_INT64, &size, "Its size in bytes", "BYTES" },
  { NULL },
};

/* It is a sub-domain, and part of paths. */
static gboolean
check_app_id (const char  *app_id,
              GError     **error)
{
  const char *c = app_id;

  while (g_ascii_isalnum (*c) || *c == '-')
    c++;
  if (*app_id != '\0' && *c == '\0')
    return TRUE;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_APPID,
                       "An app id has only letters, digits and hyphens");
  return FALSE;
}

static gboolean
add_app (MainstayPortalTransaction  *tx,
         const char                 *data_directory,
         char                      **arguments,
         GError                    **error)
{
  g_autoptr(MainstayPortalApp) app = g_new0 (MainstayPortalApp, 1);

  if (!check_app_id (arguments[0], error))
    return FALSE;
  app->project_id = g_uuid_string_random ();
  app->app_id = g_strdup (arguments[0]);
  app->name = g_strdup (name != NULL ? name : arguments[0]);
  app->url = url != NULL ? g_strdup (url)
                         : g_strdup_printf ("https://%s.example.com", arguments[0]);
  return mainstay_portal_store_add_app (tx, app, error);
}

static gboolean
change_app (MainstayPortalTransaction  *tx,
            const char                 *data_directory,
            char                      **arguments,
            GError                    **error)
{
  g_autoptr(MainstayPortalApp) app = mainstay_portal_verb_find_app (tx, arguments[0], error);

  if (app == NULL)
    return FALSE;
  if (name != NULL)
    {
      g_clear_pointer (&app->name, g_free);
      app->name = g_strdup (name);
    }
  if (url != NULL)
    {
      g_clear_pointer (&app->url, g_free);
      app->url = g_strdup (url);
    }
  return mainstay_portal_store_change_app (tx, app, error);
}

static gboolean
remove_app (MainstayPortalTransaction  *tx,
            const char                 *data_directory,
            char                      **arguments,
            GError                    **error)
{
  g_autoptr(MainstayPortalApp) app = mainstay_portal_verb_find_app (tx, arguments[0], error);
  g_autoptr(GPtrArray) environments =
    app != NULL ? mainstay_portal_store_list_environments (tx, app->project_id, NULL, error)
                : NULL;

  if (environments == NULL)
    return FALSE;
  if (environments->len > 0)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_ALLOWED,
                   "The app “%s” still has environments; remove them first", app->app_id);
      return FALSE;
    }
  return mainstay_portal_store_remove_app (tx, app->project_id, error);
}

static gboolean
list_apps (MainstayPortalTransaction  *tx,
           const char                 *data_directory,
           char                      **arguments,
           GError                    **error)
{
  g_autoptr(GPtrArray) apps = mainstay_portal_store_list_apps (tx, NULL, error);

  for (unsigned int i = 0; apps != NULL && i < apps->len; i++)
    {
      MainstayPortalApp *app = g_ptr_array_index (apps, i);

      printf ("%s\t%s\t%s\t%s\n", app->app_id, app->project_id, app->name, app->url);
    }
  return apps != NULL;
}

static gboolean
add_package (MainstayPortalTransaction  *tx,
             const char                 *data_directory,
             char                      **arguments,
             GError                    **error)
{
  g_autoptr(MainstayPortalApp) app = mainstay_portal_verb_find_app (tx, arguments[0], error);
  g_autoptr(MainstayPortalPackage) package = NULL;

  if (app == NULL)
    return FALSE;
  if (version == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                           "--version VERSION is missing");
      return FALSE;
    }
  package = g_new0 (MainstayPortalPackage, 1);
  package->id = g_uuid_string_random ();
  package->project_id = g_strdup (app->project_id);
  package->name = name != NULL ? g_strdup (name)
                               : g_strdup_printf ("%s_%s.mda", app->app_id, version);
  package->description = g_strdup (description != NULL ? description : "");
  package->version = g_strdup (version);
  package->mendix_version = g_strdup (mendix_version);
  package->creator = g_strdup (creator != NULL ? creator : "");
  package->status = g_strdup ("Succeeded");
  package->created_at = mainstay_portal_transaction_now (tx);
  package->size = size;
  return mainstay_portal_store_add_package (tx, package, error);
}

static gboolean
list_packages (MainstayPortalTransaction  *tx,
               const char                 *data_directory,
               char                      **arguments,
               GError                    **error)
{
  g_autoptr(MainstayPortalApp) app = mainstay_portal_verb_find_app (tx, arguments[0], error);
  g_autoptr(GPtrArray) packages =
    app != NULL ? mainstay_portal_store_list_packages (tx, app->project_id, error) : NULL;

  for (unsigned int i = 0; packages != NULL && i < packages->len; i++)
    {
      MainstayPortalPackage *package = g_ptr_array_index (packages, i);

      printf ("%s\t%s\t%s\t%s\n", package->id, package->version, package->name,
              package->description);
    }
  return packages != NULL;
}

static const MainstayPortalVerb app_verbs[] = {
  { "add", "APP", 1, "Add an app", app_options, add_app, NULL },
  { "list", "", 0, "List the apps", NULL, list_apps, NULL },
  { "change", "APP", 1, "Change an app", app_options, change_app, NULL },
  { "remove", "APP", 1, "Remove an app that has no environments", NULL, remove_app, NULL },
};

static const MainstayPortalVerb package_verbs[] = {
  { "add", "APP", 1, "Add a deployment package to an app", package_options, add_package, NULL },
  { "list", "APP", 1, "List an app's deployment packages", NULL, list_packages, NULL },
};

int
mainstay_portal_command_app (int    argc,
                             char **argv)
{
  return mainstay_portal_run_verb ("app", app_verbs, G_N_ELEMENTS (app_verbs), argc, argv);
}

int
mainstay_portal_command_package (int    argc,
                                 char **argv)
{
  return mainstay_portal_run_verb ("package", package_verbs, G_N_ELEMENTS (package_verbs), argc,
                                   argv);
}
