/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-postgresql-contents.h"

#include <stdio.h>
#include <string.h>

#include "mainstay-error.h"
#include "mainstay-json.h"

/* As a table of contents names them, and as pg_class does. */
static const struct
{
  const char *name;
  const char *kinds;
} kinds[MAINSTAY_PORTAL_POSTGRESQL_N_KINDS] = {
  { "TABLE", "rp" },
  { "FOREIGN TABLE", "f" },
  { "SEQUENCE", "S" },
  { "VIEW", "v" },
  { "MATERIALIZED VIEW", "m" },
};

/* Longer names that begin with those, and are something else. */
static const char *const others[] = {
  "TABLE DATA ", "TABLE ATTACH ", "SEQUENCE SET ", "SEQUENCE OWNED BY ", "MATERIALIZED VIEW DATA ",
};

/* A new database has these. Their comments belong to whoever owns the server. */
static const char *const present[] = { "SCHEMA - public " };
static const char *const not_ours[] = { "COMMENT - EXTENSION ", "COMMENT - SCHEMA public " };

void
mainstay_portal_postgresql_contents_free (MainstayPortalPostgresqlContents *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->list, g_free);
  g_clear_pointer (&self, g_free);
}

static gboolean
begins_with_one (const char        *text,
                 const char *const *list,
                 size_t             length)
{
  for (size_t i = 0; i < length; i++)
    if (g_str_has_prefix (text, list[i]))
      return TRUE;
  return FALSE;
}

static void
count_entry (MainstayPortalPostgresqlContents *self,
             const char                       *entry)
{
  if (begins_with_one (entry, others, G_N_ELEMENTS (others)))
    return;
  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      size_t length = strlen (kinds[i].name);

      if (strncmp (entry, kinds[i].name, length) == 0 && entry[length] == ' ')
        self->counts[i]++;
    }
}

/* `215; 1259 16386 TABLE public customer owner`. Returns: from TABLE on, NULL for a comment */
static const char *
find_entry (const char *line)
{
  int start = 0;

  if (sscanf (line, "%*d; %*u %*u %n", &start) < 0 || start == 0)
    return NULL;
  return line + start;
}

static void
parse_list (MainstayPortalPostgresqlContents *self,
            const char                       *text,
            gboolean                          is_superuser)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr(GString) list = g_string_sized_new (strlen (text));

  for (size_t i = 0; lines[i] != NULL; i++)
    {
      const char *entry = find_entry (lines[i]);

      if (entry == NULL || begins_with_one (entry, present, G_N_ELEMENTS (present)) ||
          (!is_superuser && begins_with_one (entry, not_ours, G_N_ELEMENTS (not_ours))))
        continue;
      count_entry (self, entry);
      g_string_append_printf (list, "%s\n", lines[i]);
    }
  self->list = g_string_free (g_steal_pointer (&list), FALSE);
}

MainstayPortalPostgresqlContents *
mainstay_portal_postgresql_contents_read (const MainstayPortalPostgresqlUri  *uri,
                                          const char                         *program,
                                          const char                         *dump,
                                          gboolean                            is_superuser,
                                          MainstayPortalMeter                *meter,
                                          GError                            **error)
{
  g_autoptr(MainstayPortalPostgresqlContents) self = g_new0 (MainstayPortalPostgresqlContents, 1);
  const char *arguments[] = { "--list", dump, NULL };
  const MainstayPortalPostgresqlRun run = {
    .uri = uri,
    .program = program,
    .arguments = arguments,
    .meter = meter,
  };
  g_autoptr(GError) local_error = NULL;
  g_autofree char *text = NULL;

  if (!mainstay_portal_postgresql_run (&run, &text, &local_error))
    {
      if (local_error->domain == MAINSTAY_ERROR)
        g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                     "The dump is damaged: its table of contents cannot be read");
      else
        g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  parse_list (self, text, is_superuser);
  return g_steal_pointer (&self);
}

/* What a restore commits is on the disk a little later, and a server that crashes and starts again
 * in between, by itself and within a second, has lost the end of it without a word. An unlogged
 * table is empty after a crash, and to remove it waits for the disk, with all that was before. */
gboolean
mainstay_portal_postgresql_contents_begin (const MainstayPortalPostgresqlUri  *uri,
                                           const char                         *database,
                                           MainstayPortalMeter                *meter,
                                           GError                            **error)
{
  g_autofree char *schema = mainstay_portal_postgresql_name (database);
  g_autofree char *script =
    g_strdup_printf ("CREATE SCHEMA %s;\n"
                     "CREATE UNLOGGED TABLE %s.witness AS SELECT 1 AS n;\n", schema, schema);

  return mainstay_portal_postgresql_query (uri, database, script, meter, NULL, error);
}

static void
append_end (GString    *script,
            const char *database)
{
  g_autofree char *schema = mainstay_portal_postgresql_name (database);

  g_string_append_printf (script,
                          "SET synchronous_commit = on;\n"
                          "DO $mainstay$ BEGIN\n"
                          " IF NOT EXISTS (SELECT FROM %s.witness) THEN\n"
                          "  RAISE 'the server started again meanwhile';\n"
                          " END IF; END $mainstay$;\n"
                          "DROP TABLE %s.witness;\n"
                          "DROP SCHEMA %s;\n", schema, schema, schema);
}

/* What belongs to an extension is not in a dump. */
static char *
make_check (const char *database)
{
  g_autoptr(GString) script = g_string_new (NULL);

  append_end (script, database);
  g_string_append (script,
                   "DO $mainstay$ DECLARE t record; BEGIN\n"
                   " FOR t IN SELECT c.oid::regclass AS name FROM pg_class c\n"
                   "  JOIN pg_namespace n ON n.oid = c.relnamespace\n"
                   "  WHERE (c.relkind = 'r' OR (c.relkind = 'm' AND c.relispopulated))\n"
                   "  AND n.nspname NOT IN ('pg_catalog', 'information_schema')\n"
                   "  AND n.nspname !~ '^pg_(toast|temp)' LOOP\n"
                   "  EXECUTE format('SELECT FROM %s LIMIT 1', t.name);\n"
                   " END LOOP; END $mainstay$;\n"
                   "SELECT json_build_array(");
  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_string_append_printf (script, "%scount(*) FILTER (WHERE strpos('%s', c.relkind::text) > 0)",
                            i > 0 ? ", " : "", kinds[i].kinds);
  g_string_append (script,
                   ") FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace\n"
                   " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')\n"
                   " AND n.nspname !~ '^pg_(toast|temp)'\n"
                   " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
                   " AND d.objid = c.oid AND d.deptype = 'e');\n");
  return g_string_free (g_steal_pointer (&script), FALSE);
}

gboolean
mainstay_portal_postgresql_contents_check (const MainstayPortalPostgresqlContents  *self,
                                           const MainstayPortalPostgresqlUri       *uri,
                                           const char                              *database,
                                           MainstayPortalMeter                     *meter,
                                           GError                                 **error)
{
  g_autofree char *script = make_check (database);
  g_autofree char *answer = NULL;
  g_autoptr(JsonNode) root = NULL;

  if (!mainstay_portal_postgresql_query (uri, database, script, meter, &answer, error))
    return FALSE;
  root = mainstay_json_parse (answer, -1, error);
  if (root == NULL)
    return FALSE;
  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gint64 count = JSON_NODE_HOLDS_ARRAY (root) &&
                       json_array_get_length (json_node_get_array (root)) > i
                       ? json_array_get_int_element (json_node_get_array (root), i) : -1;

      if (count >= self->counts[i])
        continue;
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                   "The restored database is not whole: it has %" G_GINT64_FORMAT " of %"
                   G_GINT64_FORMAT " (%s)", count, self->counts[i], kinds[i].name);
      return FALSE;
    }
  return TRUE;
}
