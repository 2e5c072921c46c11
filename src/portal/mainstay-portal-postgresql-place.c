/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-postgresql-place.h"

#include <string.h>

#include "mainstay-error.h"
#include "mainstay-json.h"

/* Names end at 63 bytes. */
#define NEW_PREFIX "mainstay_new_"
#define OLD_PREFIX "mainstay_old_"
/* The first line of a comment; the others are the database's own. */
#define NEW_MARK "Made by Mainstay for the job "
#define OLD_MARK "Set aside by Mainstay for the job "

typedef struct
{
  gboolean exists;
  gboolean is_open;  /* to connections */
  char *comment;     /* (nullable) */
} Database;

/* What is there of the three, and how they are called in statements. */
typedef struct
{
  char *live_name;
  char *fresh_name;
  char *old_name;
  char *new_mark;
  char *old_mark;
  Database live;
  Database fresh;
  Database old;
} Place;

static void
place_clear (Place *self)
{
  g_clear_pointer (&self->live_name, g_free);
  g_clear_pointer (&self->fresh_name, g_free);
  g_clear_pointer (&self->old_name, g_free);
  g_clear_pointer (&self->new_mark, g_free);
  g_clear_pointer (&self->old_mark, g_free);
  g_clear_pointer (&self->live.comment, g_free);
  g_clear_pointer (&self->fresh.comment, g_free);
  g_clear_pointer (&self->old.comment, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static char *
make_name (const char *prefix,
           const char *job_id)
{
  g_auto(GStrv) parts = g_strsplit (job_id, "-", -1);
  g_autofree char *digits = g_strjoinv ("", parts);

  return g_strconcat (prefix, digits, NULL);
}

char *
mainstay_portal_postgresql_place_name (const char *job_id)
{
  return make_name (NEW_PREFIX, job_id);
}

/* A database that can be renamed by what is connected to it, there is none. */
gboolean
mainstay_portal_postgresql_place_administer (const MainstayPortalPostgresqlUri  *uri,
                                             const char                         *statements,
                                             MainstayPortalMeter                *meter,
                                             char                              **answer,
                                             GError                            **error)
{
  gboolean is_first_own = strcmp (uri->database, "postgres") == 0;
  g_autoptr(GError) local_error = NULL;

  if (!is_first_own && mainstay_portal_postgresql_query (uri, "postgres", statements, meter, answer,
                                                         &local_error))
    return TRUE;
  if (is_first_own || strstr (local_error->message, "database \"postgres\"") != NULL)
    return mainstay_portal_postgresql_query (uri, "template1", statements, meter, answer, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
refuse_foreign (GError **error)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                       "Somebody else changed the environment's database meanwhile");
  return FALSE;
}

static void
read_database (JsonArray  *list,
               const char *name,
               Database   *database)
{
  for (unsigned int i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *object = json_array_get_object_element (list, i);

      if (g_strcmp0 (mainstay_json_get_string (object, "name"), name) != 0)
        continue;
      database->exists = TRUE;
      database->is_open = mainstay_json_get_boolean (object, "open", TRUE);
      database->comment = g_strdup (mainstay_json_get_string (object, "comment"));
    }
}

/* The server goes on with what it was told last when the program that told it is gone: each script
 * has the name of its job, by which the next one finds it. */
static GString *
begin_script (const char *job_id)
{
  GString *script = g_string_new (NULL);

  g_string_append_printf (script, "SET application_name = 'mainstay-%s';\n", job_id);
  return script;
}

static gboolean
end_scripts (const MainstayPortalPostgresqlUri  *uri,
             const char                         *job_id,
             GError                            **error)
{
  g_autofree char *script = g_strdup_printf (
    "DO $mainstay$ BEGIN FOR i IN 1..200 LOOP\n"
    " PERFORM pg_stat_clear_snapshot();\n"
    " PERFORM pg_terminate_backend(pid) FROM pg_stat_activity\n"
    "  WHERE application_name = 'mainstay-%s';\n"
    " IF NOT FOUND THEN RETURN; END IF;\n"
    " PERFORM pg_sleep(0.05);\n"
    "END LOOP; RAISE 'an interrupted job is still at work there'; END $mainstay$;\n", job_id);

  return mainstay_portal_postgresql_place_administer (uri, script, NULL, NULL, error);
}

static gboolean
look (const MainstayPortalPostgresqlUri  *uri,
      const char                         *job_id,
      Place                              *place,
      GError                            **error)
{
  g_autofree char *fresh = make_name (NEW_PREFIX, job_id);
  g_autofree char *old = make_name (OLD_PREFIX, job_id);
  g_autofree char *live_text = mainstay_portal_postgresql_text (uri->database);
  g_autofree char *statement = g_strdup_printf (
    "SELECT coalesce(json_agg(json_build_object('name', datname, 'open', datallowconn,"
    " 'comment', shobj_description(oid, 'pg_database'))), '[]') FROM pg_database"
    " WHERE datname IN (%s, '%s', '%s');", live_text, fresh, old);
  g_autofree char *answer = NULL;
  g_autoptr(JsonNode) root = NULL;

  if (!mainstay_portal_postgresql_place_administer (uri, statement, NULL, &answer, error))
    return FALSE;
  root = mainstay_json_parse (answer, -1, error);
  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_ARRAY (root))
    return refuse_foreign (error);
  read_database (json_node_get_array (root), uri->database, &place->live);
  read_database (json_node_get_array (root), fresh, &place->fresh);
  read_database (json_node_get_array (root), old, &place->old);
  place->live_name = mainstay_portal_postgresql_name (uri->database);
  place->fresh_name = mainstay_portal_postgresql_name (fresh);
  place->old_name = mainstay_portal_postgresql_name (old);
  place->new_mark = g_strconcat (NEW_MARK, job_id, NULL);
  place->old_mark = g_strconcat (OLD_MARK, job_id, NULL);
  return TRUE;
}

static gboolean
has_mark (const Database *database,
          const char     *mark)
{
  size_t length = strlen (mark);

  return database->exists && database->comment != NULL &&
         strncmp (database->comment, mark, length) == 0 &&
         (database->comment[length] == '\0' || database->comment[length] == '\n');
}

/* What its owner says of it, below any mark. Returns: (transfer none) (nullable) */
static const char *
get_own_comment (const Database *database)
{
  const char *rest;

  if (database->comment == NULL || !(g_str_has_prefix (database->comment, NEW_MARK) ||
                                     g_str_has_prefix (database->comment, OLD_MARK)))
    return database->comment;
  rest = strchr (database->comment, '\n');
  return rest != NULL ? rest + 1 : NULL;
}

static char *
make_own_comment (const Database *database)
{
  const char *comment = get_own_comment (database);

  return comment != NULL ? mainstay_portal_postgresql_text (comment) : g_strdup ("NULL");
}

static char *
make_marked_comment (const char     *mark,
                     const Database *database)
{
  const char *comment = get_own_comment (database);
  g_autofree char *text = g_strconcat (mark, comment != NULL ? "\n" : "", comment, NULL);

  return mainstay_portal_postgresql_text (text);
}

/* What remains after five seconds is told by the statement that it is in the way of. */
static void
append_disconnect (GString    *script,
                   const char *name)
{
  g_autofree char *unquoted = g_strndup (name + 1, strlen (name) - 2);
  g_auto(GStrv) parts = g_strsplit (unquoted, "\"\"", -1);
  g_autofree char *plain = g_strjoinv ("\"", parts);
  g_autofree char *text = mainstay_portal_postgresql_text (plain);

  g_string_append_printf (
    script,
    "DO $mainstay$ BEGIN FOR i IN 1..100 LOOP\n"
    " PERFORM pg_stat_clear_snapshot();\n"
    " PERFORM pg_terminate_backend(pid) FROM pg_stat_activity\n"
    "  WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend';\n"
    " EXIT WHEN NOT FOUND;\n"
    " PERFORM pg_sleep(0.05);\n"
    "END LOOP; END $mainstay$;\n", text);
}

/* Each statement is made by the server, from the old database as it is. */
static const char make_script[] =
  "SELECT format('CREATE DATABASE %%I WITH OWNER %%I TEMPLATE template0 ENCODING %%L"
  " LC_COLLATE %%L LC_CTYPE %%L CONNECTION LIMIT %%s', '%1$s',\n"
  "  pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype,\n"
  "  datconnlimit) ||\n"
  /* Named, even the usual one takes a right that few have. */
  "  coalesce((SELECT format(' TABLESPACE %%I', spcname) FROM pg_tablespace s\n"
  "   WHERE s.oid = d.dattablespace AND s.oid <> (SELECT dattablespace FROM pg_database\n"
  "    WHERE datname = 'template0')), '') ||\n"
  "  CASE to_jsonb(d) ->> 'datlocprovider'\n"
  "   WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %%L',\n"
  "    coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))\n"
  "   WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %%L',\n"
  "    to_jsonb(d) ->> 'datlocale')\n"
  "   ELSE '' END FROM pg_database d WHERE datname = %2$s\n"
  "UNION ALL SELECT 'CREATE DATABASE \"%1$s\" TEMPLATE template0'\n"
  " WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = %2$s)\n"
  "\\gexec\n"
  "COMMENT ON DATABASE \"%1$s\" IS %3$s;\n"
  "SELECT 'REVOKE ALL ON DATABASE \"%1$s\" FROM PUBLIC' FROM pg_database\n"
  " WHERE datname = %2$s AND datacl IS NOT NULL\n"
  "UNION ALL SELECT format('GRANT %%s ON DATABASE \"%1$s\" TO %%s%%s', a.privilege_type,\n"
  "  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,\n"
  "  CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)\n"
  " FROM pg_database d, aclexplode(d.datacl) a WHERE datname = %2$s AND a.grantee <> d.datdba\n"
  "\\gexec\n"
  /* What only the server's owner may set cannot be kept. */
  "SELECT format('DO $mainstay$ BEGIN ALTER DATABASE \"%1$s\" SET %%I TO %%s;"
  " EXCEPTION WHEN insufficient_privilege THEN NULL; END $mainstay$', name, CASE WHEN name IN\n"
  "  ('search_path', 'temp_tablespaces', 'local_preload_libraries',\n"
  "   'session_preload_libraries') AND value <> '' THEN value ELSE quote_literal(value) END)\n"
  " FROM (SELECT split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value\n"
  "  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase,\n"
  "  unnest(s.setconfig) c WHERE d.datname = %2$s AND s.setrole = 0) settings\n"
  "\\gexec\n";

gboolean
mainstay_portal_postgresql_place_make (const MainstayPortalPostgresqlUri  *uri,
                                       const char                         *job_id,
                                       MainstayPortalMeter                *meter,
                                       GError                            **error)
{
  g_auto(Place) place = { NULL };
  g_autofree char *fresh = make_name (NEW_PREFIX, job_id);
  g_autofree char *live_text = mainstay_portal_postgresql_text (uri->database);
  g_autofree char *comment = NULL;
  g_autoptr(GString) script = begin_script (job_id);

  if (!look (uri, job_id, &place, error))
    return FALSE;
  comment = make_marked_comment (place.new_mark, &place.live);
  g_string_append_printf (script, make_script, fresh, live_text, comment);
  return mainstay_portal_postgresql_place_administer (uri, script->str, meter, NULL, error);
}

gboolean
mainstay_portal_postgresql_place_close (const MainstayPortalPostgresqlUri  *uri,
                                        const char                         *job_id,
                                        GError                            **error)
{
  g_autofree char *name = mainstay_portal_postgresql_name (uri->database);
  g_autofree char *text = mainstay_portal_postgresql_text (uri->database);
  g_autoptr(GString) script = begin_script (job_id);

  g_string_append_printf (
    script, "SELECT 'ALTER DATABASE ' || quote_ident(datname) || ' WITH ALLOW_CONNECTIONS false'"
    " FROM pg_database WHERE datname = %s\n\\gexec\n", text);
  append_disconnect (script, name);
  return mainstay_portal_postgresql_place_administer (uri, script->str, NULL, NULL, error);
}

gboolean
mainstay_portal_postgresql_place_exchange (const MainstayPortalPostgresqlUri  *uri,
                                           const char                         *job_id,
                                           GError                            **error)
{
  g_auto(Place) place = { NULL };
  g_autoptr(GString) script = begin_script (job_id);

  if (!look (uri, job_id, &place, error))
    return FALSE;
  append_disconnect (script, place.fresh_name);
  g_string_append (script, "BEGIN;\n");
  if (place.live.exists)
    {
      g_autofree char *comment = make_marked_comment (place.old_mark, &place.live);

      g_string_append_printf (script, "ALTER DATABASE %s RENAME TO %s;\n"
                              "COMMENT ON DATABASE %s IS %s;\n", place.live_name, place.old_name,
                              place.old_name, comment);
    }
  g_string_append_printf (script, "ALTER DATABASE %s RENAME TO %s;\nCOMMIT;\n", place.fresh_name,
                          place.live_name);
  return mainstay_portal_postgresql_place_administer (uri, script->str, NULL, NULL, error);
}

static void
append_back (GString     *script,
             const Place *place)
{
  if (place->live.exists)
    {
      g_string_append_printf (script, "ALTER DATABASE %s WITH ALLOW_CONNECTIONS false;\n",
                              place->live_name);
      append_disconnect (script, place->live_name);
    }
  if (place->old.exists)
    append_disconnect (script, place->old_name);
  g_string_append (script, "BEGIN;\n");
  if (place->live.exists)
    g_string_append_printf (script, "ALTER DATABASE %s RENAME TO %s;\n", place->live_name,
                            place->fresh_name);
  if (place->old.exists)
    {
      g_autofree char *comment = make_own_comment (&place->old);

      g_string_append_printf (script, "ALTER DATABASE %s RENAME TO %s;\n"
                              "COMMENT ON DATABASE %s IS %s;\n", place->old_name, place->live_name,
                              place->live_name, comment);
    }
  g_string_append (script, "COMMIT;\n");
}

gboolean
mainstay_portal_postgresql_place_roll_back (const MainstayPortalPostgresqlUri  *uri,
                                            const char                         *job_id,
                                            GError                            **error)
{
  g_auto(Place) place = { NULL };
  g_autoptr(GString) script = begin_script (job_id);
  gboolean is_exchanged;

  if (!end_scripts (uri, job_id, error) || !look (uri, job_id, &place, error))
    return FALSE;
  is_exchanged = has_mark (&place.live, place.new_mark) || has_mark (&place.old, place.old_mark);
  if ((is_exchanged && place.live.exists && !has_mark (&place.live, place.new_mark)) ||
      (place.old.exists && !has_mark (&place.old, place.old_mark)) ||
      (is_exchanged && place.live.exists && place.fresh.exists) ||
      /* One without a comment was just being made. */
      (place.fresh.comment != NULL && !has_mark (&place.fresh, place.new_mark)))
    return refuse_foreign (error);
  if (is_exchanged)
    append_back (script, &place);
  if (is_exchanged ? place.old.exists : place.live.exists && !place.live.is_open)
    g_string_append_printf (script, "ALTER DATABASE %s WITH ALLOW_CONNECTIONS true;\n",
                            place.live_name);
  if (place.fresh.exists || (is_exchanged && place.live.exists))
    {
      append_disconnect (script, place.fresh_name);
      g_string_append_printf (script, "DROP DATABASE IF EXISTS %s;\n", place.fresh_name);
    }
  return mainstay_portal_postgresql_place_administer (uri, script->str, NULL, NULL, error);
}

gboolean
mainstay_portal_postgresql_place_finish (const MainstayPortalPostgresqlUri  *uri,
                                         const char                         *job_id,
                                         GError                            **error)
{
  g_auto(Place) place = { NULL };
  g_autoptr(GString) script = begin_script (job_id);

  if (!end_scripts (uri, job_id, error) || !look (uri, job_id, &place, error))
    return FALSE;
  if (has_mark (&place.live, place.new_mark))
    {
      g_autofree char *comment = make_own_comment (&place.live);
      g_autofree char *statement =
        g_strdup_printf ("COMMENT ON DATABASE %s IS %s", place.live_name, comment);
      g_autofree char *quoted = mainstay_portal_postgresql_text (statement);
      g_autofree char *name = mainstay_portal_postgresql_text (uri->database);

      /* Only as long as it is this job's: the next one may be at work already. */
      g_string_append_printf (
        script, "SELECT %s FROM pg_database WHERE datname = %s"
        " AND starts_with(shobj_description(oid, 'pg_database'), '%s')\n\\gexec\n", quoted, name,
        place.new_mark);
    }
  if (has_mark (&place.old, place.old_mark))
    {
      append_disconnect (script, place.old_name);
      g_string_append_printf (script, "DROP DATABASE IF EXISTS %s;\n", place.old_name);
    }
  return mainstay_portal_postgresql_place_administer (uri, script->str, NULL, NULL, error);
}
