/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-error.h"
#include "mainstay-portal-postgresql-place.h"
#include "mainstay-portal-sample.h"

#define ASIDE "_aside"

static gboolean
administer (const char  *server,
            const char  *format,
            const char  *database,
            GError     **error)
{
  g_autofree char *text = mainstay_portal_postgresql_uri_with_database (server, "template1");
  g_autoptr(MainstayPortalPostgresqlUri) uri =
    mainstay_portal_postgresql_uri_parse (text != NULL ? text : "", error);
  g_auto(GStrv) parts = g_strsplit (format, "@", -1);
  g_autofree char *script = g_strjoinv (database, parts);

  return uri != NULL &&
         mainstay_portal_postgresql_place_administer (uri, script, NULL, NULL, error);
}

/* Lower case, digits and underscores alone, as nobody has to quote. */
static char *
make_name (const char *app_id,
           const char *mode)
{
  g_autofree char *text = g_strdup_printf ("sample_%s_%s", app_id, mode);

  for (char *c = text; *c != '\0'; c++)
    *c = g_ascii_isalnum (*c) ? g_ascii_tolower (*c) : '_';
  return g_steal_pointer (&text);
}

char *
mainstay_portal_sample_make_database (const char  *server,
                                      const char  *app_id,
                                      const char  *mode,
                                      GError     **error)
{
  g_autofree char *name = make_name (app_id, mode);

  return administer (server, "CREATE DATABASE \"@\" TEMPLATE template0", name, error)
           ? mainstay_portal_postgresql_uri_with_database (server, name) : NULL;
}

void
mainstay_portal_sample_drop_database (const char *uri_text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalPostgresqlUri) uri =
    mainstay_portal_postgresql_uri_parse (uri_text, &error);

  if (uri == NULL ||
      !administer (uri_text, "DROP DATABASE IF EXISTS \"@\";"
                   "DROP DATABASE IF EXISTS \"@" ASIDE "\"", uri->database, &error))
    g_message ("A database of the sample is left over: %s", error->message);
}

gboolean
mainstay_portal_sample_hide_database (const char  *uri_text,
                                      gboolean     is_hidden,
                                      GError     **error)
{
  g_autoptr(MainstayPortalPostgresqlUri) uri =
    mainstay_portal_postgresql_uri_parse (uri_text, error);

  return uri != NULL &&
         administer (uri_text, is_hidden ? "ALTER DATABASE \"@\" RENAME TO \"@" ASIDE "\""
                                         : "ALTER DATABASE \"@" ASIDE "\" RENAME TO \"@\"",
                     uri->database, error);
}
