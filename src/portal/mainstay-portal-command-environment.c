/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <stdio.h>
#include <string.h>

#include "mainstay-portal-commands.h"
#include "mainstay-portal-engine.h"
#include "mainstay-portal-environments.h"
#include "mainstay-portal-postgresql-uri.h"
#include "mainstay-portal-verb.h"

static char *url, *database, *database_file, *files, *start_command, *stop_command;
static char *mendix_version, *model_version, *nightly, *time_zone;
static gboolean production, no_production, no_services;
static char **services;

static const GOptionEntry options[] = {
  { "url", 0, 0, G_OPTION_ARG_STRING, &url, "Where the app is in this environment", "URL" },
  { "production", 0, 0, G_OPTION_ARG_NONE, &production, "It is a production environment", NULL },
  { "no-production", 0, 0, G_OPTION_ARG_NONE, &no_production, "It is none", NULL },
  { "database", 0, 0, G_OPTION_ARG_FILENAME, &database,
    "The app's SQLite file (default: one in the data folder), postgresql://ROLE@HOST/DATABASE, or"
    " “none”", "FILE|URI" },
  { "database-file", 0, 0, G_OPTION_ARG_FILENAME, &database_file,
    "A file with what --database would say, for a URI with a password: what is on a command line"
    " can be read by everybody on the machine", "FILE" },
  { "files", 0, 0, G_OPTION_ARG_FILENAME, &files,
    "The app's folder of uploaded files (default: one in the data folder)", "DIR" },
  { "start-command", 0, 0, G_OPTION_ARG_STRING, &start_command,
    "What starts the app; it must end when the app is up", "COMMAND" },
  { "stop-command", 0, 0, G_OPTION_ARG_STRING, &stop_command,
    "What stops the app; it must end when the app is down", "COMMAND" },
  { "mendix-version", 0, 0, G_OPTION_ARG_STRING, &mendix_version, "The Mendix version", "VERSION" },
  { "model-version", 0, 0, G_OPTION_ARG_STRING, &model_version,
    "The model version that is deployed there already; leaves the app stopped", "VERSION" },
  { "nightly", 0, 0, G_OPTION_ARG_STRING, &nightly,
    "When to back it up every day, while the app runs, or “off” (default)", "HH:MM" },
  { "time-zone", 0, 0, G_OPTION_ARG_STRING, &time_zone,
    "Whose clock that is, as Europe/Amsterdam (default: this machine's)", "ZONE" },
  { "service", 0, 0, G_OPTION_ARG_STRING_ARRAY, &services,
    "A published app service; may be given more than once", "NAME" },
  { "no-services", 0, 0, G_OPTION_ARG_NONE, &no_services, "It publishes none", NULL },
  { NULL },
};

static void
put (char       **field,
     const char  *value)
{
  if (value == NULL)
    return;
  g_clear_pointer (field, g_free);
  *field = g_strdup (*value != '\0' ? value : NULL);
}

static gboolean
check_command (const char  *command,
               GError     **error)
{
  g_auto(GStrv) arguments = NULL;
  g_autoptr(GError) local_error = NULL;

  if (command == NULL || *command == '\0' ||
      g_shell_parse_argv (command, NULL, &arguments, &local_error))
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
               "The command cannot be read: %s", local_error->message);
  return FALSE;
}

/* May be called again. */
static gboolean
read_database (GError **error)
{
  char *uri;

  if (!mainstay_portal_verb_read_uri (database, database_file, &uri, error))
    return FALSE;
  g_clear_pointer (&database, g_free);
  database = uri;
  return TRUE;
}

/* Paths are from where the administrator stands; the server may stand elsewhere. */
static char *
make_database_uri (const char *text)
{
  g_autofree char *path = NULL;

  if (strcmp (text, "none") == 0)
    return g_strdup ("none:");
  if (g_str_has_prefix (text, "postgresql://") || g_str_has_prefix (text, "postgres://"))
    return g_strdup (text);
  if (g_str_has_prefix (text, "sqlite:"))
    text += strlen ("sqlite:");
  path = g_canonicalize_filename (text, NULL);
  return g_strconcat ("sqlite:", path, NULL);
}

static void
apply_paths (MainstayPortalEnvironment *environment)
{
  if (database != NULL)
    {
      g_clear_pointer (&environment->database_uri, g_free);
      environment->database_uri = make_database_uri (database);
    }
  if (files != NULL)
    {
      g_clear_pointer (&environment->files_path, g_free);
      environment->files_path = g_canonicalize_filename (files, NULL);
    }
}

static gboolean
apply_options (MainstayPortalEnvironment  *environment,
               GError                    **error)
{
  if (!check_command (start_command, error) || !check_command (stop_command, error) ||
      !read_database (error))
    return FALSE;
  apply_paths (environment);
  if (url != NULL)
    put (&environment->url, url);
  put (&environment->start_command, start_command);
  put (&environment->stop_command, stop_command);
  put (&environment->mendix_version, mendix_version);
  if (production || no_production)
    environment->production = production;
  if (model_version != NULL)
    {
      put (&environment->model_version, model_version);
      put (&environment->data_model_version, model_version);
      if (environment->status != MAINSTAY_ENVIRONMENT_RUNNING)
        environment->status = MAINSTAY_ENVIRONMENT_STOPPED;
    }
  if (services != NULL || no_services)
    {
      g_clear_pointer (&environment->published_services, g_strfreev);
      environment->published_services = services != NULL ? g_strdupv (services)
                                                         : g_new0 (char *, 1);
    }
  return TRUE;
}

static gboolean
parse_minute (const char  *text,
              int         *minute,
              GError     **error)
{
  int hours, minutes, length = 0;

  *minute = MAINSTAY_PORTAL_SCHEDULE_OFF;
  if (strcmp (text, "off") == 0)
    return TRUE;
  if (strspn (text, "0123456789:") == strlen (text) &&
      sscanf (text, "%2d:%2d%n", &hours, &minutes, &length) == 2 && text[length] == '\0' &&
      hours < 24 && minutes < 60)
    {
      *minute = hours * 60 + minutes;
      return TRUE;
    }
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
               "“%s” is not a time of the day, such as 02:30, nor “off”", text);
  return FALSE;
}

static gboolean
check_zone (GError **error)
{
  g_autoptr(GTimeZone) zone =
    time_zone != NULL && *time_zone != '\0' ? g_time_zone_new_identifier (time_zone) : NULL;

  if (time_zone == NULL || *time_zone == '\0' || zone != NULL)
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
               "There is no time zone “%s” on this machine", time_zone);
  return FALSE;
}

/* What is as it was goes on: a night that was missed is still made up for. */
static gboolean
apply_schedule (MainstayPortalTransaction        *tx,
                const MainstayPortalEnvironment  *environment,
                GError                          **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalNightly) old =
    mainstay_portal_store_get_nightly (tx, environment->id, &local_error);
  g_autoptr(MainstayPortalNightly) new = g_new0 (MainstayPortalNightly, 1);
  int minute = old != NULL ? old->schedule.minute : MAINSTAY_PORTAL_SCHEDULE_OFF;
  g_autoptr(GTimeZone) zone = NULL;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!check_zone (error) || (nightly != NULL && !parse_minute (nightly, &minute, error)))
    return FALSE;
  new->environment_id = g_strdup (environment->id);
  put (&new->zone, time_zone != NULL ? time_zone : old != NULL ? old->zone : NULL);
  if (old != NULL && old->schedule.minute == minute && g_strcmp0 (old->zone, new->zone) == 0)
    return TRUE;
  zone = mainstay_portal_nightly_dup_zone (new);
  mainstay_portal_schedule_set (&new->schedule, minute, zone, mainstay_portal_transaction_now (tx));
  return mainstay_portal_store_put_nightly (tx, new, error);
}

static gboolean
add_environment (MainstayPortalTransaction  *tx,
                 const char                 *data_directory,
                 char                      **arguments,
                 GError                    **error)
{
  g_autoptr(MainstayPortalApp) app = mainstay_portal_verb_find_app (tx, arguments[0], error);
  g_autoptr(MainstayPortalEnvironment) environment = NULL;

  if (app == NULL)
    return FALSE;
  if (*arguments[1] == '\0' || strchr (arguments[1], '/') != NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_ENVIRONMENT,
                           "An environment's name has no slash and is not empty");
      return FALSE;
    }
  environment = mainstay_portal_environment_new (app, arguments[1]);
  return apply_options (environment, error) &&
         mainstay_portal_environment_prepare (environment, data_directory, error) &&
         mainstay_portal_store_add_environment (tx, environment, error) &&
         apply_schedule (tx, environment, error);
}

/* One that waits for its database server may need another password or address to go on; it must be
 * the same database. */
static gboolean
check_may_change (MainstayPortalTransaction        *tx,
                  const MainstayPortalEnvironment  *environment,
                  GError                          **error)
{
  g_autofree char *uri = NULL;
  gboolean is_held;

  if (!mainstay_portal_store_is_held (tx, environment->id, &is_held, error))
    return FALSE;
  if (!is_held)
    return mainstay_portal_store_check_idle (tx, environment->id, error);
  if (!read_database (error))
    return FALSE;
  uri = database != NULL ? make_database_uri (database) : NULL;
  if (uri != NULL && files == NULL &&
      mainstay_portal_postgresql_uri_names_same (uri, environment->database_uri))
    return TRUE;
  return mainstay_portal_store_check_idle (tx, environment->id, error);
}

static gboolean
change_environment (MainstayPortalTransaction  *tx,
                    const char                 *data_directory,
                    char                      **arguments,
                    GError                    **error)
{
  g_autoptr(MainstayPortalEnvironment) environment =
    mainstay_portal_verb_find_environment (tx, arguments[0], arguments[1], error);

  return environment != NULL && check_may_change (tx, environment, error) &&
         apply_options (environment, error) &&
         mainstay_portal_environment_prepare (environment, data_directory, error) &&
         mainstay_portal_store_put_environment (tx, environment, error) &&
         apply_schedule (tx, environment, error);
}

static gboolean
remove_environment (MainstayPortalTransaction  *tx,
                    const char                 *data_directory,
                    char                      **arguments,
                    GError                    **error)
{
  g_autoptr(MainstayPortalEnvironment) environment =
    mainstay_portal_verb_find_environment (tx, arguments[0], arguments[1], error);
  g_autoptr(GPtrArray) snapshots = NULL;
  gint64 total = 0;

  if (environment == NULL || !mainstay_portal_store_check_idle (tx, environment->id, error))
    return FALSE;
  snapshots = mainstay_portal_store_list_snapshots (tx, environment->id, 0, 1, &total, error);
  if (snapshots == NULL)
    return FALSE;
  if (total > 0)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_ALLOWED,
                   "The environment still has %" G_GINT64_FORMAT " backups; delete them first",
                   total);
      return FALSE;
    }
  return mainstay_portal_store_remove_environment (tx, environment->id, error);
}

/* Returns: FALSE with @error; @text: (out) (transfer full): as the options say it */
static gboolean
describe_schedule (MainstayPortalTransaction  *tx,
                   const char                 *environment_id,
                   char                      **text,
                   GError                    **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalNightly) schedule =
    mainstay_portal_store_get_nightly (tx, environment_id, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (schedule == NULL)
    *text = g_strdup ("off");
  else
    *text = g_strdup_printf ("%02d:%02d%s%s", schedule->schedule.minute / 60,
                             schedule->schedule.minute % 60, schedule->zone != NULL ? " " : "",
                             schedule->zone != NULL ? schedule->zone : "");
  return TRUE;
}

static gboolean
list_environments (MainstayPortalTransaction  *tx,
                   const char                 *data_directory,
                   char                      **arguments,
                   GError                    **error)
{
  g_autoptr(MainstayPortalApp) app = mainstay_portal_verb_find_app (tx, arguments[0], error);
  g_autoptr(GPtrArray) list =
    app != NULL ? mainstay_portal_store_list_environments (tx, app->project_id, NULL, error)
                : NULL;

  for (unsigned int i = 0; list != NULL && i < list->len; i++)
    {
      MainstayPortalEnvironment *environment = g_ptr_array_index (list, i);
      g_autofree char *uri = mainstay_portal_engine_show_uri (environment->database_uri);
      g_autofree char *schedule = NULL;

      if (!describe_schedule (tx, environment->id, &schedule, error))
        return FALSE;
      printf ("%s\t%s\t%s\t%s\t%s\t%s\t%s\n", environment->mode, environment->id,
              mainstay_environment_status_to_string (environment->status),
              environment->model_version != NULL ? environment->model_version : "-",
              environment->production ? "production" : "-", uri, schedule);
    }
  return list != NULL;
}

static const MainstayPortalVerb verbs[] = {
  { "add", "APP MODE", 2, "Add an environment to an app", options, add_environment, NULL },
  { "list", "APP", 1, "List an app's environments", NULL, list_environments, NULL },
  { "change", "APP MODE", 2, "Change an environment; what is not named stays", options,
    change_environment, NULL },
  { "remove", "APP MODE", 2,
    "Remove an environment without backups; its data stays on the disk", NULL,
    remove_environment, NULL },
};

int
mainstay_portal_command_environment (int    argc,
                                     char **argv)
{
  return mainstay_portal_run_verb ("environment", verbs, G_N_ELEMENTS (verbs), argc, argv);
}
