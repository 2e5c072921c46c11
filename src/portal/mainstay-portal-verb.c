/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-verb.h"

#include <stdio.h>
#include <string.h>

#include "mainstay-portal-engine.h"
#include "mainstay-portal-private.h"

static void
print_help (FILE                     *stream,
            const char               *command,
            const MainstayPortalVerb *verbs,
            size_t                    n_verbs)
{
  fprintf (stream, "Usage: mainstay-portal %s VERB --data DIR [OPTION…]\n\nVerbs:\n", command);
  for (size_t i = 0; i < n_verbs; i++)
    {
      g_autofree char *usage = g_strdup_printf ("%s %s", verbs[i].name, verbs[i].arguments);

      fprintf (stream, "  %-24s %s\n", usage, verbs[i].summary);
    }
  fprintf (stream, "\nEach verb has its own --help.\n");
}

/* Only what adds may begin a new portal: a folder mistyped must not look like an empty one. */
static gboolean
check_portal (const MainstayPortalVerb  *verb,
              const char                *directory,
              const char                *database,
              GError                   **error)
{
  if (strcmp (verb->name, "add") == 0 || g_file_test (database, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND, "There is no portal's data in “%s”",
               directory);
  return FALSE;
}

static gboolean
run_in_transaction (const MainstayPortalVerb  *verb,
                    const char                *data_directory,
                    char                     **arguments,
                    GError                   **error)
{
  g_autofree char *directory = g_canonicalize_filename (data_directory, NULL);
  g_autofree char *path = g_build_filename (directory, MAINSTAY_PORTAL_DATABASE_NAME, NULL);
  g_autoptr(MainstayPortalDatabase) database = NULL;
  g_autoptr(MainstayPortalTransaction) tx = NULL;

  if (!check_portal (verb, directory, path, error) ||
      !mainstay_portal_prepare_folder (directory, error))
    return FALSE;
  database = mainstay_portal_database_open (path, FALSE, error);
  tx = database != NULL ? mainstay_portal_database_write (database, error) : NULL;
  if (tx == NULL || !verb->run (tx, directory, arguments, error) ||
      !mainstay_portal_transaction_commit (tx, error))
    return FALSE;
  if (verb->done != NULL)
    verb->done ();
  /* Before its database. */
  g_clear_pointer (&tx, mainstay_portal_transaction_free);
  return TRUE;
}

static int
complain (const char *message,
          int         code)
{
  fprintf (stderr, "mainstay-portal: %s\n", message);
  return code;
}

static int
run (const char                *command,
     const MainstayPortalVerb  *verb,
     int                        argc,
     char                     **argv)
{
  g_autofree char *data = NULL;
  const GOptionEntry common[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "The portal's data folder", "DIR" },
    { NULL },
  };
  g_autofree char *program = g_strdup_printf ("mainstay-portal %s %s", command, verb->name);
  g_autoptr(GOptionContext) context = g_option_context_new (verb->arguments);
  g_autoptr(GError) error = NULL;

  /* What the help begins with. */
  g_set_prgname (program);

  g_option_context_set_summary (context, verb->summary);
  g_option_context_add_main_entries (context, common, NULL);
  if (verb->options != NULL)
    g_option_context_add_main_entries (context, verb->options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return complain (error->message, 2);
  if (data == NULL)
    return complain ("--data DIR is missing", 2);
  if (argc - 1 != verb->n_arguments)
    {
      g_autofree char *message =
        g_strdup_printf ("“%s %s” takes: %s", command, verb->name,
                         verb->n_arguments > 0 ? verb->arguments : "nothing");

      return complain (message, 2);
    }
  if (!run_in_transaction (verb, data, argv + 1, &error))
    return complain (error->message, 1);
  return 0;
}

int
mainstay_portal_run_verb (const char                *command,
                          const MainstayPortalVerb  *verbs,
                          size_t                     n_verbs,
                          int                        argc,
                          char                     **argv)
{
  const char *name = argc > 1 ? argv[1] : NULL;

  for (size_t i = 0; name != NULL && i < n_verbs; i++)
    if (g_strcmp0 (verbs[i].name, name) == 0)
      return run (command, &verbs[i], argc - 1, argv + 1);
  if (g_strcmp0 (name, "--help") == 0 || g_strcmp0 (name, "-h") == 0)
    {
      print_help (stdout, command, verbs, n_verbs);
      return 0;
    }
  if (name != NULL)
    fprintf (stderr, "mainstay-portal: “%s” has no verb “%s”.\n\n", command, name);
  print_help (stderr, command, verbs, n_verbs);
  return 2;
}

/* Whether it can be shown as it is. */
static gboolean
check_open_text (const char  *text,
                 GError     **error)
{
  g_autofree char *shown = mainstay_portal_engine_show_uri (text);

  if (strcmp (shown, text) == 0)
    return TRUE;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                       "A password has no place on a command line: put the URI into a file and name"
                       " that");
  return FALSE;
}

gboolean
mainstay_portal_verb_read_uri (const char  *text,
                               const char  *file,
                               char       **uri,
                               GError     **error)
{
  g_autofree char *content = NULL;

  *uri = NULL;
  if (file == NULL)
    {
      if (text != NULL && !check_open_text (text, error))
        return FALSE;
      *uri = g_strdup (text);
      return TRUE;
    }
  if (!g_file_get_contents (file, &content, NULL, error))
    return FALSE;
  content[strcspn (content, "\r\n")] = '\0';
  *uri = g_strdup (g_strstrip (content));
  return TRUE;
}

MainstayPortalApp *
mainstay_portal_verb_find_app (MainstayPortalTransaction  *tx,
                               const char                 *app_id,
                               GError                    **error)
{
  MainstayPortalApp *app = mainstay_portal_store_get_app (tx, app_id, error);

  if (app == NULL && (error == NULL || *error == NULL))
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_APP_NOT_FOUND, "There is no app “%s”",
                 app_id);
  return app;
}

MainstayPortalEnvironment *
mainstay_portal_verb_find_environment (MainstayPortalTransaction  *tx,
                                       const char                 *app_id,
                                       const char                 *mode,
                                       GError                    **error)
{
  g_autoptr(MainstayPortalApp) app = mainstay_portal_verb_find_app (tx, app_id, error);
  MainstayPortalEnvironment *environment;

  if (app == NULL)
    return NULL;
  environment = mainstay_portal_store_find_environment (tx, app->project_id, mode, error);
  if (environment == NULL && (error == NULL || *error == NULL))
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_NOT_FOUND,
                 "The app “%s” has no environment “%s”", app_id, mode);
  return environment;
}
