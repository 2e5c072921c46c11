/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <string.h>

#include "mainstay-portal-engine.h"
#include "mainstay-portal-files.h"
#include "mainstay-portal-private.h"

#define MAX_NAME_LENGTH 255
#define BACKUP_RIGHTS (MAINSTAY_PORTAL_RIGHT_API | MAINSTAY_PORTAL_RIGHT_BACKUPS)

gboolean
mainstay_portal_check_rights (MainstayPortalTransaction  *tx,
                              const MainstayPortalUser   *user,
                              const char                 *environment_id,
                              MainstayPortalRights        needed,
                              GError                    **error)
{
  MainstayPortalRights rights;

  if (!mainstay_portal_store_get_rights (tx, user->id, environment_id, &rights, error))
    return FALSE;
  if ((rights & needed) == needed)
    return TRUE;
  if (!(rights & MAINSTAY_PORTAL_RIGHT_API))
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS,
                         "You do not have API Rights on this environment");
  else
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS, "You do not have %s on this"
                 " environment", (needed & ~rights) & MAINSTAY_PORTAL_RIGHT_BACKUPS
                                   ? "Access to Backups" : "Transport Rights");
  return FALSE;
}

GPtrArray *
mainstay_portal_list_apps (MainstayPortal            *self,
                           const MainstayPortalUser  *user,
                           GError                   **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);

  return tx != NULL ? mainstay_portal_store_list_apps (tx, user->id, error) : NULL;
}

static MainstayPortalApp *
find_app (MainstayPortalTransaction  *tx,
          const char                 *app_id,
          GError                    **error)
{
  g_autoptr(GError) local_error = NULL;
  MainstayPortalApp *app;

  if (app_id == NULL || *app_id == '\0' || strnlen (app_id, MAX_NAME_LENGTH) == MAX_NAME_LENGTH)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_APPID,
                           "The app id is not valid");
      return NULL;
    }
  app = mainstay_portal_store_get_app (tx, app_id, &local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (app == NULL)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_APP_NOT_FOUND,
                         "There is no such app");
  return app;
}

/* An app is its environments': whoever may see none of them may not see it. */
static MainstayPortalApp *
find_own_app (MainstayPortalTransaction  *tx,
              const MainstayPortalUser   *user,
              const char                 *app_id,
              GPtrArray                 **environments,
              GError                    **error)
{
  g_autoptr(MainstayPortalApp) app = find_app (tx, app_id, error);
  g_autoptr(GPtrArray) list = NULL;

  if (app == NULL)
    return NULL;
  list = mainstay_portal_store_list_environments (tx, app->project_id, user->id, error);
  if (list == NULL)
    return NULL;
  if (list->len == 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS,
                           "You do not have API Rights on any environment of this app");
      return NULL;
    }
  if (environments != NULL)
    *environments = g_steal_pointer (&list);
  return g_steal_pointer (&app);
}

MainstayPortalApp *
mainstay_portal_get_app (MainstayPortal            *self,
                         const MainstayPortalUser  *user,
                         const char                *app_id,
                         GError                   **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);

  return tx != NULL ? find_own_app (tx, user, app_id, NULL, error) : NULL;
}

GPtrArray *
mainstay_portal_list_environments (MainstayPortal            *self,
                                   const MainstayPortalUser  *user,
                                   const char                *app_id,
                                   GError                   **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalApp) app = NULL;
  GPtrArray *list = NULL;

  if (tx != NULL)
    app = find_own_app (tx, user, app_id, &list, error);
  return list;
}

/* Answers what a lookup found, or says that it found nothing, and checks the rights on it. */
static MainstayPortalEnvironment *
admit (MainstayPortalTransaction  *tx,
       const MainstayPortalUser   *user,
       MainstayPortalEnvironment  *found,
       MainstayPortalRights        needed,
       GError                    **error)
{
  g_autoptr(MainstayPortalEnvironment) environment = found;

  if (environment == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_NOT_FOUND,
                           "There is no such environment");
      return NULL;
    }
  if (!mainstay_portal_check_rights (tx, user, environment->id, needed, error))
    return NULL;
  return g_steal_pointer (&environment);
}

MainstayPortalEnvironment *
mainstay_portal_find_environment (MainstayPortal            *self,
                                  const MainstayPortalUser  *user,
                                  const char                *app_id,
                                  const char                *mode,
                                  MainstayPortalRights       needed,
                                  GError                   **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalApp) app = tx != NULL ? find_app (tx, app_id, error) : NULL;
  g_autoptr(GError) local_error = NULL;
  MainstayPortalEnvironment *found;

  if (app == NULL)
    return NULL;
  if (mode == NULL || *mode == '\0' || strnlen (mode, MAX_NAME_LENGTH) == MAX_NAME_LENGTH)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_ENVIRONMENT,
                           "The environment's name is not valid");
      return NULL;
    }
  found = mainstay_portal_store_find_environment (tx, app->project_id, mode, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return admit (tx, user, found, needed, error);
}

MainstayPortalEnvironment *
mainstay_portal_get_environment (MainstayPortal            *self,
                                 const MainstayPortalUser  *user,
                                 const char                *project_id,
                                 const char                *environment_id,
                                 GError                   **error)
{
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(MainstayPortalEnvironment) found = NULL;
  g_autoptr(MainstayPortalEngine) engine = NULL;
  g_autoptr(GError) local_error = NULL;

  if (!mainstay_portal_is_id (project_id) || !mainstay_portal_is_id (environment_id))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                           "The project's or the environment's id is not a UUID");
      return NULL;
    }
  tx = mainstay_portal_database_read (self->database, error);
  if (tx == NULL)
    return NULL;
  found = mainstay_portal_store_get_environment (tx, environment_id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (found != NULL && g_ascii_strcasecmp (found->project_id, project_id) != 0)
    g_clear_pointer (&found, mainstay_portal_environment_free);
  found = admit (tx, user, g_steal_pointer (&found), BACKUP_RIGHTS, error);
  if (found == NULL)
    return NULL;
  engine = mainstay_portal_engine_new (found->database_uri, self->directory, error);
  return engine != NULL ? g_steal_pointer (&found) : NULL;
}

MainstayPortalEnvironment *
mainstay_portal_read_again (MainstayPortalTransaction        *tx,
                            const MainstayPortalEnvironment  *environment,
                            GError                          **error)
{
  g_autoptr(GError) local_error = NULL;
  MainstayPortalEnvironment *now =
    mainstay_portal_store_get_environment (tx, environment->id, &local_error);

  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (now == NULL)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_NOT_FOUND,
                         "There is no such environment");
  return now;
}

static MainstayPortalPackage *
find_package (MainstayPortalTransaction  *tx,
              const char                 *project_id,
              const char                 *package_id,
              GError                    **error)
{
  g_autoptr(GError) local_error = NULL;
  MainstayPortalPackage *package = NULL;

  if (package_id != NULL)
    package = mainstay_portal_store_get_package (tx, project_id, package_id, &local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (package == NULL)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_PACKAGE_NOT_FOUND,
                         "There is no such package");
  return package;
}

MainstayPortalPackage *
mainstay_portal_get_package (MainstayPortal                   *self,
                             const MainstayPortalEnvironment  *environment,
                             GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalEnvironment) now =
    tx != NULL ? mainstay_portal_read_again (tx, environment, error) : NULL;

  return now != NULL ? find_package (tx, now->project_id, now->package_id, error) : NULL;
}

GPtrArray *
mainstay_portal_list_packages (MainstayPortal            *self,
                               const MainstayPortalUser  *user,
                               const char                *app_id,
                               GError                   **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalApp) app =
    tx != NULL ? find_own_app (tx, user, app_id, NULL, error) : NULL;

  return app != NULL ? mainstay_portal_store_list_packages (tx, app->project_id, error) : NULL;
}

static gboolean
check_may_deploy (MainstayPortalTransaction        *tx,
                  const MainstayPortalEnvironment  *environment,
                  const MainstayPortalPackage      *package,
                  GError                          **error)
{
  if (environment->status == MAINSTAY_ENVIRONMENT_RUNNING)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_APP_IS_RUNNING,
                           "The app must be stopped before a package can be deployed");
      return FALSE;
    }
  if (g_strcmp0 (package->status, "Succeeded") != 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                           "This package has not been built");
      return FALSE;
    }
  return mainstay_portal_store_check_idle (tx, environment->id, error);
}

/* Data that an older backup left behind keeps its version, until the model it belongs to is
 * deployed; data that went with the last model goes with the next one. */
static void
deploy (MainstayPortalEnvironment   *environment,
        const MainstayPortalPackage *package)
{
  if (g_strcmp0 (environment->data_model_version, environment->model_version) == 0 ||
      environment->data_model_version == NULL)
    {
      g_clear_pointer (&environment->data_model_version, g_free);
      environment->data_model_version = g_strdup (package->version);
    }
  g_clear_pointer (&environment->package_id, g_free);
  g_clear_pointer (&environment->model_version, g_free);
  environment->package_id = g_strdup (package->id);
  environment->model_version = g_strdup (package->version);
  if (package->mendix_version != NULL)
    {
      g_clear_pointer (&environment->mendix_version, g_free);
      environment->mendix_version = g_strdup (package->mendix_version);
    }
  environment->status = MAINSTAY_ENVIRONMENT_STOPPED;
}

/* What an app server would be given; what clearing the environment removes. */
static gboolean
write_package (MainstayPortal                   *self,
               const MainstayPortalEnvironment  *environment,
               const MainstayPortalPackage      *package,
               GError                          **error)
{
  g_autofree char *folder = mainstay_portal_resolve (self, environment->package_path);
  g_autofree char *path = g_build_filename (folder, "package.txt", NULL);
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n", package->id, package->name,
                                           package->version);
  g_autoptr(GError) local_error = NULL;

  if (mainstay_portal_make_folder (folder, &local_error) &&
      mainstay_portal_write_file (
        path, text, (self->flags & MAINSTAY_PORTAL_RELAXED_SYNC) == 0, &local_error))
    return TRUE;
  g_message ("Package of %s: %s", environment->id, local_error->message);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                       "The package cannot be written to the portal's disk");
  return FALSE;
}

MainstayPortalPackage *
mainstay_portal_transport (MainstayPortal                   *self,
                           const MainstayPortalUser         *user,
                           const MainstayPortalEnvironment  *environment,
                           const char                       *package_id,
                           GError                          **error)
{
  g_autoptr(MainstayPortalTransaction) tx = NULL;
  g_autoptr(MainstayPortalEnvironment) now = NULL;
  g_autoptr(MainstayPortalPackage) package = NULL;
  g_autofree char *message = NULL;

  if (package_id == NULL || *package_id == '\0')
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                           "PackageId is missing");
      return NULL;
    }
  tx = mainstay_portal_database_write (self->database, error);
  if (tx == NULL)
    return NULL;
  now = mainstay_portal_read_again (tx, environment, error);
  if (now == NULL)
    return NULL;
  package = find_package (tx, now->project_id, package_id, error);
  if (package == NULL || !check_may_deploy (tx, now, package, error))
    return NULL;
  deploy (now, package);
  message = g_strdup_printf ("Deployed model version %s", package->version);
  if (!write_package (self, now, package, error) ||
      !mainstay_portal_store_put_environment (tx, now, error) ||
      !mainstay_portal_store_add_activity (tx, now->id, "deploy", MAINSTAY_JOB_COMPLETED, message,
                                           user->display_name, NULL, NULL, error) ||
      !mainstay_portal_transaction_commit (tx, error))
    return NULL;
  return g_steal_pointer (&package);
}
