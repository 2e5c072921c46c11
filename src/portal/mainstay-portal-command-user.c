/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <stdio.h>
#include <string.h>

#include "mainstay-portal-commands.h"
#include "mainstay-portal-verb.h"

static char *display_name;
static gboolean with_backups, with_api, with_transport;

/* Kept until the transaction is committed: a key that is printed must be good. */
static char *new_name;
static char *new_key;

static const GOptionEntry add_options[] = {
  { "name", 0, 0, G_OPTION_ARG_STRING, &display_name, "The person's name", "TEXT" },
  { NULL },
};

static const GOptionEntry rights_options[] = {
  { "backups", 0, 0, G_OPTION_ARG_NONE, &with_backups, "Access to Backups (needs --api too)",
    NULL },
  { "api", 0, 0, G_OPTION_ARG_NONE, &with_api, "API Rights: every call, start and stop", NULL },
  { "transport", 0, 0, G_OPTION_ARG_NONE, &with_transport, "Transport Rights: deploying packages",
    NULL },
  { NULL },
};

static void
print_key (void)
{
  printf ("Mendix-Username: %s\nMendix-ApiKey: %s\n", new_name, new_key);
  g_clear_pointer (&new_name, g_free);
  g_clear_pointer (&new_key, g_free);
}

static gboolean
check_name (const char  *name,
            GError     **error)
{
  if (*name != '\0' && g_utf8_validate (name, -1, NULL))
    {
      const char *c = name;

      /* It travels in a header. */
      while (*c > ' ' && *c < 127)
        c++;
      if (*c == '\0')
        return TRUE;
    }
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                       "A user name has letters, digits and signs of ASCII, and no spaces");
  return FALSE;
}

static gboolean
add_user (MainstayPortalTransaction  *tx,
          const char                 *data_directory,
          char                      **arguments,
          GError                    **error)
{
  g_autofree char *id = NULL;

  if (!check_name (arguments[0], error))
    return FALSE;
  id = mainstay_portal_store_add_user (tx, arguments[0],
                                       display_name != NULL ? display_name : arguments[0],
                                       &new_key, error);
  new_name = g_strdup (arguments[0]);
  return id != NULL;
}

static gboolean
renew_key (MainstayPortalTransaction  *tx,
           const char                 *data_directory,
           char                      **arguments,
           GError                    **error)
{
  new_key = mainstay_portal_store_renew_key (tx, arguments[0], error);
  new_name = g_strdup (arguments[0]);
  return new_key != NULL;
}

static gboolean
remove_user (MainstayPortalTransaction  *tx,
             const char                 *data_directory,
             char                      **arguments,
             GError                    **error)
{
  return mainstay_portal_store_remove_user (tx, arguments[0], error);
}

static gboolean
print_rights (MainstayPortalTransaction  *tx,
              const MainstayPortalUser   *user,
              const MainstayPortalApp    *app,
              GError                    **error)
{
  g_autoptr(GPtrArray) list =
    mainstay_portal_store_list_environments (tx, app->project_id, NULL, error);

  for (unsigned int i = 0; list != NULL && i < list->len; i++)
    {
      MainstayPortalEnvironment *environment = g_ptr_array_index (list, i);
      MainstayPortalRights rights;

      if (!mainstay_portal_store_get_rights (tx, user->id, environment->id, &rights, error))
        return FALSE;
      if (rights != 0)
        printf ("\t%s\t%s\t%s%s%s\n", app->app_id, environment->mode,
                rights & MAINSTAY_PORTAL_RIGHT_API ? "api " : "",
                rights & MAINSTAY_PORTAL_RIGHT_BACKUPS ? "backups " : "",
                rights & MAINSTAY_PORTAL_RIGHT_TRANSPORT ? "transport" : "");
    }
  return list != NULL;
}

static gboolean
print_quota (MainstayPortalTransaction  *tx,
             const MainstayPortalUser   *user,
             GError                    **error)
{
  g_autofree char *size = NULL;
  gint64 quota;

  if (!mainstay_portal_store_get_quota (tx, user->id, &quota, error))
    return FALSE;
  if (quota >= 0)
    {
      size = g_format_size_full ((guint64) quota, G_FORMAT_SIZE_IEC_UNITS);
      printf ("\tuploads up to %s\n", size);
    }
  return TRUE;
}

static gboolean
list_users (MainstayPortalTransaction  *tx,
            const char                 *data_directory,
            char                      **arguments,
            GError                    **error)
{
  g_autoptr(GPtrArray) users = mainstay_portal_store_list_users (tx, error);
  g_autoptr(GPtrArray) apps = mainstay_portal_store_list_apps (tx, NULL, error);

  if (users == NULL || apps == NULL)
    return FALSE;
  for (unsigned int i = 0; i < users->len; i++)
    {
      MainstayPortalUser *user = g_ptr_array_index (users, i);

      printf ("%s\t%s\n", user->name, user->display_name);
      if (!print_quota (tx, user, error))
        return FALSE;
      for (unsigned int j = 0; j < apps->len; j++)
        if (!print_rights (tx, user, g_ptr_array_index (apps, j), error))
          return FALSE;
    }
  return TRUE;
}

static MainstayPortalUser *
find_user (MainstayPortalTransaction  *tx,
           const char                 *name,
           GError                    **error)
{
  g_autoptr(GError) local_error = NULL;
  MainstayPortalUser *user = mainstay_portal_store_get_user (tx, name, &local_error);

  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (user == NULL)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND, "There is no user “%s”", name);
  return user;
}

static gboolean
change_rights (MainstayPortalTransaction  *tx,
               char                      **arguments,
               gboolean                    allow,
               GError                    **error)
{
  g_autoptr(MainstayPortalUser) user = find_user (tx, arguments[0], error);
  g_autoptr(MainstayPortalEnvironment) environment = NULL;
  int named = (with_api ? MAINSTAY_PORTAL_RIGHT_API : 0) |
              (with_backups ? MAINSTAY_PORTAL_RIGHT_BACKUPS : 0) |
              (with_transport ? MAINSTAY_PORTAL_RIGHT_TRANSPORT : 0);
  MainstayPortalRights rights;

  if (user == NULL)
    return FALSE;
  if (named == 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                           "Name at least one of --api, --backups and --transport");
      return FALSE;
    }
  environment = mainstay_portal_verb_find_environment (tx, arguments[1], arguments[2], error);
  if (environment == NULL ||
      !mainstay_portal_store_get_rights (tx, user->id, environment->id, &rights, error))
    return FALSE;
  return mainstay_portal_store_set_rights (tx, user->id, environment->id,
                                           allow ? (int) rights | named : (int) rights & ~named,
                                           error);
}

static gboolean
allow_user (MainstayPortalTransaction  *tx,
            const char                 *data_directory,
            char                      **arguments,
            GError                    **error)
{
  return change_rights (tx, arguments, TRUE, error);
}

static gboolean
deny_user (MainstayPortalTransaction  *tx,
           const char                 *data_directory,
           char                      **arguments,
           GError                    **error)
{
  return change_rights (tx, arguments, FALSE, error);
}

/* Bytes, or with K, M, G or T for the powers of 1024; `default` is -1. */
static gboolean
parse_size (const char  *text,
            gint64      *size,
            GError     **error)
{
  static const char units[] = "KMGT";
  char *end = NULL;
  guint64 number = g_ascii_strtoull (text, &end, 10);
  const char *unit = *end != '\0' ? strchr (units, *end) : NULL;
  unsigned int shift = unit != NULL ? 10 * (unsigned int) (unit - units + 1) : 0;

  *size = -1;
  if (strcmp (text, "default") == 0)
    return TRUE;
  if (g_ascii_isdigit (*text) && (*end == '\0' || (unit != NULL && end[1] == '\0')) &&
      number <= (guint64) G_MAXINT64 >> shift)
    {
      *size = (gint64) (number << shift);
      return TRUE;
    }
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
               "“%s” is no size, as 500M and 50G are, nor “default”", text);
  return FALSE;
}

static gboolean
set_quota (MainstayPortalTransaction  *tx,
           const char                 *data_directory,
           char                      **arguments,
           GError                    **error)
{
  g_autoptr(MainstayPortalUser) user = find_user (tx, arguments[0], error);
  gint64 size;

  return user != NULL && parse_size (arguments[1], &size, error) &&
         mainstay_portal_store_set_quota (tx, user->id, size, error);
}

static const MainstayPortalVerb verbs[] = {
  { "add", "NAME", 1, "Add a user and print a new API key, which is shown this once",
    add_options, add_user, print_key },
  { "list", "", 0, "List the users and their rights", NULL, list_users, NULL },
  { "rekey", "NAME", 1, "Give a user a new API key; the old one stops working", NULL, renew_key,
    print_key },
  { "remove", "NAME", 1, "Remove a user", NULL, remove_user, NULL },
  { "allow", "NAME APP MODE", 3, "Give a user rights on an environment", rights_options,
    allow_user, NULL },
  { "deny", "NAME APP MODE", 3, "Take rights on an environment from a user", rights_options,
    deny_user, NULL },
  { "quota", "NAME SIZE", 2, "Limit what a user's uploads take until they are used, as 50G or "
    "default (320G)", NULL, set_quota, NULL },
};

int
mainstay_portal_command_user (int    argc,
                              char **argv)
{
  return mainstay_portal_run_verb ("user", verbs, G_N_ELEMENTS (verbs), argc, argv);
}
