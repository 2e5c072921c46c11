/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-environments.h"

#include "mainstay-error.h"
#include "mainstay-portal-engine.h"
#include "mainstay-portal-private.h"

MainstayPortalEnvironment *
mainstay_portal_environment_new (const MainstayPortalApp *app,
                                 const char              *mode)
{
  MainstayPortalEnvironment *self = g_new0 (MainstayPortalEnvironment, 1);
  g_autofree char *host = g_ascii_strdown (mode, -1);

  self->id = g_uuid_string_random ();
  self->project_id = g_strdup (app->project_id);
  self->app_id = g_strdup (app->app_id);
  self->mode = g_strdup (mode);
  self->status = MAINSTAY_ENVIRONMENT_EMPTY;
  self->url = g_strdup_printf ("https://%s-%s.example.com", app->app_id, host);
  self->published_services = g_new0 (char *, 1);
  self->database_uri = g_strdup_printf ("sqlite:" MAINSTAY_PORTAL_ENVIRONMENTS
                                        "/%s/database.sqlite", self->id);
  self->files_path = g_strdup_printf (MAINSTAY_PORTAL_ENVIRONMENTS "/%s/files", self->id);
  self->package_path = g_strdup_printf (MAINSTAY_PORTAL_ENVIRONMENTS "/%s/package", self->id);
  return self;
}

static gboolean
prepare_database (const MainstayPortalEnvironment  *self,
                  const char                       *data_directory,
                  GError                          **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalEngine) engine =
    mainstay_portal_engine_new (self->database_uri, data_directory, &local_error);

  if (engine != NULL)
    return mainstay_portal_engine_prepare (engine, error);
  /* It may have none. */
  if (g_error_matches (local_error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_SUPPORTED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
mainstay_portal_environment_prepare (const MainstayPortalEnvironment  *self,
                                     const char                       *data_directory,
                                     GError                          **error)
{
  g_autofree char *folder =
    g_build_filename (data_directory, MAINSTAY_PORTAL_ENVIRONMENTS, self->id, NULL);
  g_autofree char *files = g_canonicalize_filename (self->files_path, data_directory);

  if (!mainstay_portal_make_folder (folder, error))
    return FALSE;
  if (!g_path_is_absolute (self->files_path) && !mainstay_portal_make_folder (files, error))
    return FALSE;
  if (!g_file_test (files, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND, "There is no folder “%s”",
                   files);
      return FALSE;
    }
  return prepare_database (self, data_directory, error);
}
