/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-postgresql-uri.h"

#include <stdio.h>
#include <string.h>

#include "mainstay-error.h"

#define CONNECT_SECONDS "10"
#define RESTORE_JOBS 2
#define MOST_RESTORE_JOBS 16

/* Those of libpq that have an environment variable; another cannot reach the programs but on their
 * command line, where everybody on the machine could read it. */
static const struct
{
  const char *parameter;
  const char *variable;
} known[] = {
  { "host", "PGHOST" },
  { "hostaddr", "PGHOSTADDR" },
  { "port", "PGPORT" },
  { "user", "PGUSER" },
  { "password", "PGPASSWORD" },
  { "passfile", "PGPASSFILE" },
  { "require_auth", "PGREQUIREAUTH" },
  { "channel_binding", "PGCHANNELBINDING" },
  { "service", "PGSERVICE" },
  { "options", "PGOPTIONS" },
  { "application_name", "PGAPPNAME" },
  { "sslmode", "PGSSLMODE" },
  { "sslnegotiation", "PGSSLNEGOTIATION" },
  { "sslcert", "PGSSLCERT" },
  { "sslkey", "PGSSLKEY" },
  { "sslcertmode", "PGSSLCERTMODE" },
  { "sslrootcert", "PGSSLROOTCERT" },
  { "sslcrl", "PGSSLCRL" },
  { "sslcrldir", "PGSSLCRLDIR" },
  { "sslsni", "PGSSLSNI" },
  { "requirepeer", "PGREQUIREPEER" },
  { "ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION" },
  { "ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION" },
  { "gssencmode", "PGGSSENCMODE" },
  { "krbsrvname", "PGKRBSRVNAME" },
  { "gsslib", "PGGSSLIB" },
  { "gssdelegation", "PGGSSDELEGATION" },
  { "connect_timeout", "PGCONNECT_TIMEOUT" },
  { "target_session_attrs", "PGTARGETSESSIONATTRS" },
  { "load_balance_hosts", "PGLOADBALANCEHOSTS" },
};

void
mainstay_portal_postgresql_uri_free (MainstayPortalPostgresqlUri *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->database, g_free);
  g_clear_pointer (&self->password, g_free);
  g_clear_pointer (&self->variables, g_hash_table_unref);
  g_clear_pointer (&self, g_free);
}

static gboolean
refuse (GError     **error,
        const char  *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS, message);
  return FALSE;
}

/* The same text with each %XX replaced; NULL when that gives no text. */
static char *
unescape (const char *text,
          gssize      length)
{
  return g_uri_unescape_segment (text, length >= 0 ? text + length : NULL, NULL);
}

static gboolean
put_own (MainstayPortalPostgresqlUri  *self,
         const char                   *name,
         const char                   *value,
         gboolean                     *is_own,
         GError                      **error)
{
  guint64 jobs;
  char rest;

  *is_own = TRUE;
  if (strcmp (name, "newest_dump") == 0)
    return (sscanf (value, "%d.%d%c", &self->newest_major, &self->newest_minor, &rest) == 2 &&
            self->newest_major > 0 && self->newest_minor >= 0) ||
           refuse (error, "newest_dump is a format of dumps, such as 1.14");
  if (strcmp (name, "restore_jobs") == 0)
    {
      if (!g_ascii_string_to_unsigned (value, 10, 1, MOST_RESTORE_JOBS, &jobs, NULL))
        return refuse (error, "restore_jobs is a number from 1 to 16");
      self->restore_jobs = (unsigned int) jobs;
      return TRUE;
    }
  *is_own = FALSE;
  return TRUE;
}

static gboolean
put (MainstayPortalPostgresqlUri  *self,
     const char                   *name,
     const char                   *value,
     GError                      **error)
{
  gboolean is_own;

  if (!put_own (self, name, value, &is_own, error))
    return FALSE;
  if (is_own)
    return TRUE;
  if (strcmp (name, "dbname") == 0)
    {
      if (self->database == NULL)
        self->database = g_strdup (value);
      return TRUE;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (name, known[i].parameter) == 0)
      {
        g_hash_table_replace (self->variables, g_strdup (known[i].variable), g_strdup (value));
        return TRUE;
      }
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
               "The database's URI has a parameter that cannot be passed on: %s", name);
  return FALSE;
}

static gboolean
put_escaped (MainstayPortalPostgresqlUri  *self,
             const char                   *name,
             const char                   *text,
             gssize                        length,
             GError                      **error)
{
  g_autofree char *value = unescape (text, length);

  if (value == NULL)
    return refuse (error, "The database's URI is not written correctly");
  return *value == '\0' || put (self, name, value, error);
}

/* host:port,host:port, where a host may be [an address with colons] */
static gboolean
parse_hosts (MainstayPortalPostgresqlUri  *self,
             const char                   *text,
             size_t                        length,
             GError                      **error)
{
  g_autofree char *list = g_strndup (text, length);
  g_auto(GStrv) parts = g_strsplit (list, ",", -1);
  g_autoptr(GString) hosts = g_string_new (NULL);
  g_autoptr(GString) ports = g_string_new (NULL);
  gboolean has_port = FALSE;

  for (size_t i = 0; parts[i] != NULL; i++)
    {
      char *bracket = *parts[i] == '[' ? strchr (parts[i], ']') : NULL;
      char *colon = strchr (bracket != NULL ? bracket : parts[i], ':');

      if (*parts[i] == '[' && bracket == NULL)
        return refuse (error, "The database's URI is not written correctly");
      if (colon != NULL)
        *colon = '\0';
      if (bracket != NULL)
        *bracket = '\0';
      g_string_append_printf (hosts, "%s%s", i > 0 ? "," : "", parts[i] + (bracket != NULL));
      g_string_append_printf (ports, "%s%s", i > 0 ? "," : "", colon != NULL ? colon + 1 : "");
      has_port |= colon != NULL && colon[1] != '\0';
    }
  return put_escaped (self, "host", hosts->str, -1, error) &&
         (!has_port || put_escaped (self, "port", ports->str, -1, error));
}

static gboolean
parse_user (MainstayPortalPostgresqlUri  *self,
            const char                   *text,
            size_t                        length,
            GError                      **error)
{
  const char *colon = memchr (text, ':', length);
  size_t user_length = colon != NULL ? (size_t) (colon - text) : length;

  return put_escaped (self, "user", text, (gssize) user_length, error) &&
         (colon == NULL || put_escaped (self, "password", colon + 1,
                                        (gssize) (length - user_length - 1), error));
}

static gboolean
parse_query (MainstayPortalPostgresqlUri  *self,
             const char                   *text,
             GError                      **error)
{
  g_auto(GStrv) parts = g_strsplit (text, "&", -1);

  for (size_t i = 0; parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');
      g_autofree char *name = NULL;

      if (*parts[i] == '\0')
        continue;
      if (equals == NULL)
        return refuse (error, "The database's URI is not written correctly");
      name = unescape (parts[i], equals - parts[i]);
      if (name == NULL)
        return refuse (error, "The database's URI is not written correctly");
      if (!put_escaped (self, name, equals + 1, -1, error))
        return FALSE;
    }
  return TRUE;
}

/* Where the parts of it are. */
typedef struct
{
  const char *user; /* NULL when there is none */
  size_t user_length;
  const char *hosts;
  size_t hosts_length;
  const char *database; /* NULL when there is none */
  size_t database_length;
  const char *query;    /* NULL when there is none */
} Parts;

static gboolean
find_parts (const char *text,
            Parts      *parts)
{
  const char *start = strstr (text, "://");
  size_t length;
  const char *at;

  memset (parts, 0, sizeof *parts);
  if (start == NULL)
    return FALSE;
  start += strlen ("://");
  length = strcspn (start, "/?");
  /* A password may hold an unescaped @. */
  at = memrchr (start, '@', length);
  if (at != NULL)
    {
      parts->user = start;
      parts->user_length = (size_t) (at - start);
    }
  parts->hosts = at != NULL ? at + 1 : start;
  parts->hosts_length = length - (size_t) (parts->hosts - start);
  if (start[length] == '/')
    {
      parts->database = start + length + 1;
      parts->database_length = strcspn (parts->database, "?");
    }
  parts->query = strchr (start + length, '?');
  if (parts->query != NULL)
    parts->query++;
  return TRUE;
}

MainstayPortalPostgresqlUri *
mainstay_portal_postgresql_uri_parse (const char  *text,
                                      GError     **error)
{
  g_autoptr(MainstayPortalPostgresqlUri) self = g_new0 (MainstayPortalPostgresqlUri, 1);
  Parts parts;

  self->variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->restore_jobs = RESTORE_JOBS;
  g_hash_table_insert (self->variables, g_strdup ("PGCONNECT_TIMEOUT"),
                       g_strdup (CONNECT_SECONDS));
  g_hash_table_insert (self->variables, g_strdup ("PGAPPNAME"), g_strdup ("mainstay-portal"));
  if (!g_utf8_validate (text, -1, NULL) || !find_parts (text, &parts))
    {
      refuse (error, "The database's URI is not written correctly");
      return NULL;
    }
  if ((parts.user != NULL && !parse_user (self, parts.user, parts.user_length, error)) ||
      !parse_hosts (self, parts.hosts, parts.hosts_length, error) ||
      (parts.database != NULL &&
       !put_escaped (self, "dbname", parts.database, (gssize) parts.database_length, error)) ||
      (parts.query != NULL && !parse_query (self, parts.query, error)))
    return NULL;
  if (self->database == NULL)
    {
      refuse (error, "The database's URI does not name a database");
      return NULL;
    }
  self->password = g_strdup (g_hash_table_lookup (self->variables, "PGPASSWORD"));
  return g_steal_pointer (&self);
}

static void
append_query (GString    *result,
              const char *query)
{
  g_auto(GStrv) items = g_strsplit (query, "&", -1);
  char separator = '?';

  for (size_t i = 0; items[i] != NULL; i++)
    {
      const char *equals = strchr (items[i], '=');
      g_autofree char *name = equals != NULL ? unescape (items[i], equals - items[i]) : NULL;

      /* What cannot be read might be one. */
      if (name == NULL || g_str_has_prefix (name, "password") || strcmp (name, "sslpassword") == 0)
        continue;
      g_string_append_printf (result, "%c%s", separator, items[i]);
      separator = '&';
    }
}

char *
mainstay_portal_postgresql_uri_strip (const char *text)
{
  g_autoptr(GString) result = g_string_new (NULL);
  const char *colon;
  Parts parts;

  if (!find_parts (text, &parts))
    return g_strdup ("postgresql:");
  g_string_append_len (result, text, strstr (text, "://") + strlen ("://") - text);
  if (parts.user != NULL)
    {
      colon = memchr (parts.user, ':', parts.user_length);
      g_string_append_len (result, parts.user,
                           colon != NULL ? colon - parts.user : (gssize) parts.user_length);
      g_string_append_c (result, '@');
    }
  g_string_append_len (result, parts.hosts, (gssize) parts.hosts_length);
  if (parts.database != NULL)
    {
      g_string_append_c (result, '/');
      g_string_append_len (result, parts.database, (gssize) parts.database_length);
    }
  if (parts.query != NULL)
    append_query (result, parts.query);
  return g_string_free (g_steal_pointer (&result), FALSE);
}

char *
mainstay_portal_postgresql_uri_with_database (const char *text,
                                              const char *database)
{
  g_autofree char *escaped = g_uri_escape_string (database, NULL, FALSE);
  const char *query;
  Parts parts;

  if (!find_parts (text, &parts))
    return NULL;
  query = parts.query != NULL ? parts.query : "";
  return g_strdup_printf ("%.*s/%s%s%s", (int) (parts.hosts + parts.hosts_length - text), text,
                          escaped, *query != '\0' ? "?" : "", query);
}

gboolean
mainstay_portal_postgresql_uri_names_same (const char *one,
                                           const char *other)
{
  g_autoptr(MainstayPortalPostgresqlUri) a = mainstay_portal_postgresql_uri_parse (one, NULL);
  g_autoptr(MainstayPortalPostgresqlUri) b = mainstay_portal_postgresql_uri_parse (other, NULL);

  return a != NULL && b != NULL && strcmp (a->database, b->database) == 0;
}

/* In the words of the programs' own language, for what is read of their output; without the
 * variables that would override the URI. */
GStrv
mainstay_portal_postgresql_uri_make_environment (const MainstayPortalPostgresqlUri *self)
{
  GStrv environment = g_get_environ ();
  GHashTableIter iter;
  gpointer name, value;

  environment = g_environ_unsetenv (environment, "PGDATABASE");
  environment = g_environ_unsetenv (environment, "PGOPTIONS");
  /* A dump is in the database's own. */
  environment = g_environ_unsetenv (environment, "PGCLIENTENCODING");
  environment = g_environ_setenv (environment, "LC_ALL", "C.UTF-8", TRUE);
  environment = g_environ_setenv (environment, "LANGUAGE", "C", TRUE);
  g_hash_table_iter_init (&iter, self->variables);
  while (g_hash_table_iter_next (&iter, &name, &value))
    environment = g_environ_setenv (environment, name, value, TRUE);
  return environment;
}
