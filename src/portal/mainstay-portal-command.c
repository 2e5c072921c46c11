/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-commands.h"

#include <locale.h>
#include <stdio.h>

#include "config.h"

static const struct
{
  const char *name;
  const char *help;
  int (*run) (int argc, char **argv);
} commands[] = {
  { "serve", "Answer the API over HTTP", mainstay_portal_command_serve },
  { "check", "Check everything that is stored", mainstay_portal_command_check },
  { "sample", "Make a sample portal", mainstay_portal_command_sample },
  { "user", "Add, list, change and remove users and their rights", mainstay_portal_command_user },
  { "app", "Add, list, change and remove apps", mainstay_portal_command_app },
  { "environment", "Add, list, change and remove environments",
    mainstay_portal_command_environment },
  { "package", "Add and list deployment packages", mainstay_portal_command_package },
};

static void
print_help (FILE *stream)
{
  fprintf (stream, "Usage: mainstay-portal COMMAND [OPTION…]\n\nCommands:\n");
  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stream, "  %-12s %s\n", commands[i].name, commands[i].help);
  fprintf (stream, "\nEach command has its own --help.\n");
}

/* The command sees its own name as argv[0]. */
int
mainstay_portal_command_run (int    argc,
                             char **argv)
{
  const char *name = argc > 1 ? argv[1] : NULL;

  setlocale (LC_ALL, "");
  if (g_strcmp0 (name, "--version") == 0)
    {
      printf ("mainstay-portal %s\n", MAINSTAY_VERSION);
      return 0;
    }
  if (g_strcmp0 (name, "--help") == 0 || g_strcmp0 (name, "-h") == 0)
    {
      print_help (stdout);
      return 0;
    }
  for (size_t i = 0; name != NULL && i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (name, commands[i].name) == 0)
      return commands[i].run (argc - 1, argv + 1);
  if (name != NULL)
    fprintf (stderr, "mainstay-portal: There is no command “%s”.\n\n", name);
  print_help (stderr);
  return 2;
}
