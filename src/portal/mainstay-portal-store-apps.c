/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

#define APP_COLUMNS "SELECT a.project_id, a.app_id, a.name, a.url FROM apps a "
#define ENVIRONMENT_COLUMNS \
  "SELECT e.id, e.project_id, a.app_id, e.mode, e.status, e.production, e.url, e.package_id," \
  " e.model_version, e.data_model_version, e.mendix_version, e.database_uri, e.files_path," \
  " e.package_path, e.start_command, e.stop_command" \
  " FROM environments e JOIN apps a ON a.project_id = e.project_id "

static gpointer
read_app (sqlite3_stmt *row)
{
  MainstayPortalApp *app = g_new0 (MainstayPortalApp, 1);

  app->project_id = mainstay_portal_statement_text (row, 0);
  app->app_id = mainstay_portal_statement_text (row, 1);
  app->name = mainstay_portal_statement_text (row, 2);
  app->url = mainstay_portal_statement_text (row, 3);
  return app;
}

gboolean
mainstay_portal_store_add_app (MainstayPortalTransaction  *tx,
                               const MainstayPortalApp    *app,
                               GError                    **error)
{
  int changed = mainstay_portal_transaction_change (
    tx, error, "INSERT OR IGNORE INTO apps (project_id, app_id, name, url) VALUES (?, ?, ?, ?)",
    "ssss", app->project_id, app->app_id, app->name, app->url);

  if (changed == 0)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS, "There is an app “%s” already",
                 app->app_id);
  return changed > 0;
}

gboolean
mainstay_portal_store_change_app (MainstayPortalTransaction  *tx,
                                  const MainstayPortalApp    *app,
                                  GError                    **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "UPDATE apps SET name = ?, url = ? WHERE project_id = ?", "sss", app->name,
    app->url, app->project_id) > 0;
}

gboolean
mainstay_portal_store_remove_app (MainstayPortalTransaction  *tx,
                                  const char                 *project_id,
                                  GError                    **error)
{
  return mainstay_portal_transaction_change (tx, error, "DELETE FROM apps WHERE project_id = ?",
                                             "s", project_id) > 0;
}

GPtrArray *
mainstay_portal_store_list_apps (MainstayPortalTransaction  *tx,
                                 const char                 *user_id,
                                 GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, APP_COLUMNS "WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM rights r JOIN environments e"
    " ON e.id = r.environment_id WHERE r.user_id = ?1 AND e.project_id = a.project_id"
    " AND r.rights & 1) ORDER BY a.seq", "s", user_id);

  return mainstay_portal_store_read_all (query, read_app,
                                         (GDestroyNotify) mainstay_portal_app_free, error);
}

MainstayPortalApp *
mainstay_portal_store_get_app (MainstayPortalTransaction  *tx,
                               const char                 *app_id,
                               GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, APP_COLUMNS "WHERE a.app_id = ?", "s", app_id);

  return mainstay_portal_store_read_one (query, read_app, error);
}

static gpointer
read_environment (sqlite3_stmt *row)
{
  MainstayPortalEnvironment *environment = g_new0 (MainstayPortalEnvironment, 1);

  environment->id = mainstay_portal_statement_text (row, 0);
  environment->project_id = mainstay_portal_statement_text (row, 1);
  environment->app_id = mainstay_portal_statement_text (row, 2);
  environment->mode = mainstay_portal_statement_text (row, 3);
  environment->status =
    mainstay_environment_status_parse ((const char *) sqlite3_column_text (row, 4));
  environment->production = sqlite3_column_int (row, 5) != 0;
  environment->url = mainstay_portal_statement_text (row, 6);
  environment->package_id = mainstay_portal_statement_text (row, 7);
  environment->model_version = mainstay_portal_statement_text (row, 8);
  environment->data_model_version = mainstay_portal_statement_text (row, 9);
  environment->mendix_version = mainstay_portal_statement_text (row, 10);
  environment->database_uri = mainstay_portal_statement_text (row, 11);
  environment->files_path = mainstay_portal_statement_text (row, 12);
  environment->package_path = mainstay_portal_statement_text (row, 13);
  environment->start_command = mainstay_portal_statement_text (row, 14);
  environment->stop_command = mainstay_portal_statement_text (row, 15);
  environment->published_services = g_new0 (char *, 1);
  return environment;
}

static gboolean
read_services (MainstayPortalTransaction  *tx,
               MainstayPortalEnvironment  *environment,
               GError                    **error)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT name FROM services WHERE environment_id = ? ORDER BY seq", "s",
    environment->id);
  int step = -1;

  while (query != NULL && (step = mainstay_portal_statement_step (query, error)) > 0)
    g_strv_builder_add (names, (const char *) sqlite3_column_text (query, 0));
  g_clear_pointer (&environment->published_services, g_strfreev);
  environment->published_services = g_strv_builder_end (names);
  return step == 0;
}

static gboolean
write_services (MainstayPortalTransaction        *tx,
                const MainstayPortalEnvironment  *environment,
                GError                          **error)
{
  GStrv names = environment->published_services;

  if (mainstay_portal_transaction_change (tx, error,
                                          "DELETE FROM services WHERE environment_id = ?", "s",
                                          environment->id) < 0)
    return FALSE;
  for (size_t i = 0; names != NULL && names[i] != NULL; i++)
    if (mainstay_portal_transaction_change (
          tx, error, "INSERT OR IGNORE INTO services (environment_id, name) VALUES (?, ?)", "ss",
          environment->id, names[i]) < 0)
      return FALSE;
  return TRUE;
}

gboolean
mainstay_portal_store_add_environment (MainstayPortalTransaction        *tx,
                                       const MainstayPortalEnvironment  *environment,
                                       GError                          **error)
{
  int changed = mainstay_portal_transaction_change (
    tx, error, "INSERT OR IGNORE INTO environments (id, project_id, mode, status, production, url,"
    " database_uri, files_path, package_path) VALUES (?, ?, ?, '', 0, '', '', '', '')", "sss",
    environment->id, environment->project_id, environment->mode);

  if (changed == 0)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS,
                 "The app has an environment “%s” already", environment->mode);
  return changed > 0 && mainstay_portal_store_put_environment (tx, environment, error);
}

gboolean
mainstay_portal_store_put_environment (MainstayPortalTransaction        *tx,
                                       const MainstayPortalEnvironment  *environment,
                                       GError                          **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "UPDATE environments SET status = ?, production = ?, url = ?, package_id = ?,"
    " model_version = ?, data_model_version = ?, mendix_version = ?, database_uri = ?,"
    " files_path = ?, package_path = ?, start_command = ?, stop_command = ?, mode = ?"
    " WHERE id = ?",
    "sdssssssssssss", mainstay_environment_status_to_string (environment->status),
    environment->production, environment->url, environment->package_id,
    environment->model_version, environment->data_model_version, environment->mendix_version,
    environment->database_uri, environment->files_path, environment->package_path,
    environment->start_command, environment->stop_command, environment->mode,
    environment->id) > 0 && write_services (tx, environment, error);
}

gboolean
mainstay_portal_store_remove_environment (MainstayPortalTransaction  *tx,
                                          const char                 *id,
                                          GError                    **error)
{
  return mainstay_portal_transaction_change (tx, error, "DELETE FROM environments WHERE id = ?",
                                             "s", id) > 0;
}

GPtrArray *
mainstay_portal_store_list_environments (MainstayPortalTransaction  *tx,
                                         const char                 *project_id,
                                         const char                 *user_id,
                                         GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, ENVIRONMENT_COLUMNS "WHERE e.project_id = ?1 AND (?2 IS NULL OR EXISTS (SELECT 1"
    " FROM rights r WHERE r.user_id = ?2 AND r.environment_id = e.id AND r.rights & 1))"
    " ORDER BY e.seq", "ss", project_id, user_id);
  g_autoptr(GPtrArray) list = mainstay_portal_store_read_all (
    query, read_environment, (GDestroyNotify) mainstay_portal_environment_free, error);

  for (unsigned int i = 0; list != NULL && i < list->len; i++)
    if (!read_services (tx, g_ptr_array_index (list, i), error))
      return NULL;
  return g_steal_pointer (&list);
}

static MainstayPortalEnvironment *
finish_environment (MainstayPortalTransaction  *tx,
                    sqlite3_stmt               *query,
                    GError                    **error)
{
  g_autoptr(MainstayPortalEnvironment) environment =
    mainstay_portal_store_read_one (query, read_environment, error);

  if (environment == NULL || !read_services (tx, environment, error))
    return NULL;
  return g_steal_pointer (&environment);
}

MainstayPortalEnvironment *
mainstay_portal_store_get_environment (MainstayPortalTransaction  *tx,
                                       const char                 *id,
                                       GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, ENVIRONMENT_COLUMNS "WHERE e.id = ?", "s", id);

  return finish_environment (tx, query, error);
}

MainstayPortalEnvironment *
mainstay_portal_store_find_environment (MainstayPortalTransaction  *tx,
                                        const char                 *project_id,
                                        const char                 *mode,
                                        GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, ENVIRONMENT_COLUMNS "WHERE e.project_id = ? AND e.mode = ?", "ss", project_id, mode);

  return finish_environment (tx, query, error);
}
