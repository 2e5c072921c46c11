/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <string.h>

#include "mainstay-portal-postgresql-tools.h"

/* Whatever waits longer waits for something that will not come. */
#define OPTIONS "-c statement_timeout=600000 -c lock_timeout=60000 -c client_encoding=UTF8"

gboolean
mainstay_portal_postgresql_query (const MainstayPortalPostgresqlUri  *uri,
                                  const char                         *database,
                                  const char                         *statements,
                                  MainstayPortalMeter                *meter,
                                  char                              **answer,
                                  GError                            **error)
{
  static const char *const arguments[] = { "--no-psqlrc", "--quiet", "--no-align", "--tuples-only",
                                           "--set", "ON_ERROR_STOP=1", NULL };
  g_autofree char *program = mainstay_portal_postgresql_find ("psql", 0, NULL, error);
  const MainstayPortalPostgresqlRun run = {
    .uri = uri,
    .program = program,
    .arguments = arguments,
    .database = database,
    .input = statements,
    .options = OPTIONS,
    .meter = meter,
  };
  g_autofree char *output = NULL;

  if (program == NULL || !mainstay_portal_postgresql_run (&run, &output, error))
    return FALSE;
  if (answer != NULL)
    *answer = g_strdup (g_strchomp (output));
  return TRUE;
}

char *
mainstay_portal_postgresql_name (const char *name)
{
  g_auto(GStrv) parts = g_strsplit (name, "\"", -1);
  g_autofree char *doubled = g_strjoinv ("\"\"", parts);

  return g_strconcat ("\"", doubled, "\"", NULL);
}

/* The same whatever standard_conforming_strings says. */
char *
mainstay_portal_postgresql_text (const char *text)
{
  g_autoptr(GString) result = g_string_new ("E'");

  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '\'' || *c == '\\')
        g_string_append_c (result, *c);
      g_string_append_c (result, *c);
    }
  g_string_append_c (result, '\'');
  return g_string_free (g_steal_pointer (&result), FALSE);
}
