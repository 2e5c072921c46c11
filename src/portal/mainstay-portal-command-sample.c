/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <stdio.h>

#include "mainstay-portal-commands.h"
#include "mainstay-portal-sample.h"
#include "mainstay-portal-verb.h"

/* One backup of the sample fails, as it should; whoever watches need not wonder. What is really
 * wrong ends the command with an error. */
static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  if ((level & G_LOG_LEVEL_MESSAGE) != 0)
    return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, NULL);
}

int
mainstay_portal_command_sample (int    argc,
                                char **argv)
{
  g_autofree char *data = NULL;
  g_autofree char *server = NULL;
  g_autofree char *server_file = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *user_name = NULL;
  g_autofree char *key = NULL;
  g_autoptr(GError) error = NULL;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "The data folder to fill, empty or not there",
      "DIR" },
    { "postgresql", 0, 0, G_OPTION_ARG_STRING, &server,
      "Make the apps' databases on this server: postgresql://ROLE@HOST; the role needs CREATEDB,"
      " and its password comes from PGPASSWORD or ~/.pgpass", "URI" },
    { "postgresql-file", 0, 0, G_OPTION_ARG_FILENAME, &server_file,
      "A file with what --postgresql would say, for a URI with a password", "FILE" },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);

  g_set_prgname ("mainstay-portal sample");
  g_option_context_set_summary (context, "Make a sample portal: two apps with real data and some"
                                         " weeks of backups.");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "mainstay-portal: %s\n", error->message);
      return 2;
    }
  if (data == NULL || argc > 1)
    {
      fprintf (stderr, "mainstay-portal: --data DIR is needed, and nothing else\n");
      return 2;
    }
  g_log_set_writer_func (write_log, NULL, NULL);
  if (!mainstay_portal_verb_read_uri (server, server_file, &uri, &error) ||
      !mainstay_portal_sample_make (data, uri, &user_name, &key, &error))
    {
      fprintf (stderr, "mainstay-portal: The sample was not made: %s\n",
               error != NULL ? error->message : "a file could not be renamed");
      return 1;
    }
  printf ("Mendix-Username: %s\nMendix-ApiKey: %s\n", user_name, key);
  return 0;
}
