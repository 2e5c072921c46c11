/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <sqlite3.h>

#include "mainstay-error.h"
#include "mainstay-portal-files.h"
#include "mainstay-portal-postgresql-tools.h"
#include "mainstay-portal-sample.h"

#define N_CUSTOMERS 240
#define N_SHIPMENTS 2400
#define N_CONTAINERS 1600
#define N_INVOICES 800
#define SHIPMENTS_A_DAY 9
#define LEAST_FILE_BYTES 700
#define MOST_FILE_BYTES 6000

/* What both kinds of database understand; %s is how an id is made. */
static const char schema[] =
  "CREATE TABLE harbour$customer (id %1$s, name TEXT, city TEXT, credit INTEGER);"
  "CREATE TABLE harbour$shipment (id %1$s, number TEXT, customer_id INTEGER,"
  "  port_from TEXT, port_to TEXT, state TEXT, weight_kg INTEGER);"
  "CREATE TABLE harbour$container (id %1$s, code TEXT, shipment_id INTEGER, teu INTEGER);"
  "CREATE TABLE harbour$invoice (id %1$s, number TEXT, shipment_id INTEGER,"
  "  cents INTEGER, paid INTEGER);"
  "CREATE TABLE system$filedocument (id %1$s, uuid TEXT UNIQUE, name TEXT, size INTEGER);"
  "CREATE INDEX harbour$shipment_customer ON harbour$shipment (customer_id);";

/* An app's database that is open: a file, or a server's to which all goes at once. */
typedef struct
{
  sqlite3 *file;
  GString *script;
  char *uri;
} Database;

static const char *const ports[] = { "Rotterdam", "Hamburg", "Antwerp", "Felixstowe", "Valencia",
                                     "Gdansk", "Singapore", "Shanghai", "Santos", "Durban" };
static const char *const names[] = { "Vos", "Brandt", "Okafor", "Silva", "Meyer", "Tan", "Novak",
                                     "Jansen", "Costa", "Lindqvist" };
static const char *const trades[] = { "Shipping", "Trading", "Foods", "Steel", "Chemicals",
                                      "Logistics" };
static const char *const states[] = { "Booked", "Loaded", "At sea", "Arrived", "Delivered" };
static const char *const papers[] = { "bill-of-lading", "customs", "invoice", "photo", "manifest" };

#define PICK(random, list) list[g_rand_int_range (random, 0, G_N_ELEMENTS (list))]

static void
close_database (Database *db)
{
  g_clear_pointer (&db->file, sqlite3_close);
  if (db->script != NULL)
    g_string_free (g_steal_pointer (&db->script), TRUE);
  g_clear_pointer (&db->uri, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Database, close_database)

static gboolean
execute (Database    *db,
         const char  *sql,
         GError     **error)
{
  if (db->script != NULL)
    {
      g_string_append_printf (db->script, "%s;\n", sql);
      return TRUE;
    }
  if (sqlite3_exec (db->file, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "The sample's database: %s",
               sqlite3_errmsg (db->file));
  return FALSE;
}

static gboolean
execute_format (Database    *db,
                GError     **error,
                const char  *format,
                ...)
{
  va_list arguments;
  char *sql;
  gboolean ok;

  va_start (arguments, format);
  sql = sqlite3_vmprintf (format, arguments);
  va_end (arguments);
  ok = execute (db, sql, error);
  sqlite3_free (sql);
  return ok;
}

static gboolean
add_shipments (Database *db,
               GRand    *random,
               int       count,
               GError  **error)
{
  for (int i = 0; i < count; i++)
    if (!execute_format (db, error, "INSERT INTO harbour$shipment (number, customer_id, port_from,"
                         " port_to, state, weight_kg) VALUES ('HL-%06d', %d, %Q, %Q, %Q, %d)",
                         g_rand_int_range (random, 0, 999999),
                         g_rand_int_range (random, 1, N_CUSTOMERS + 1), PICK (random, ports),
                         PICK (random, ports), PICK (random, states),
                         g_rand_int_range (random, 400, 26000)))
      return FALSE;
  return TRUE;
}

static gboolean
add_customers (Database *db,
               GRand    *random,
               GError  **error)
{
  for (int i = 0; i < N_CUSTOMERS; i++)
    if (!execute_format (db, error, "INSERT INTO harbour$customer (name, city, credit)"
                         " VALUES ('%s %s %d', %Q, %d)", PICK (random, names),
                         PICK (random, trades), i + 1, PICK (random, ports),
                         g_rand_int_range (random, 10, 900) * 1000))
      return FALSE;
  return TRUE;
}

static gboolean
add_containers (Database *db,
                GRand    *random,
                GError  **error)
{
  for (int i = 0; i < N_CONTAINERS; i++)
    if (!execute_format (db, error, "INSERT INTO harbour$container (code, shipment_id, teu)"
                         " VALUES ('MSTU%07d', %d, %d)", g_rand_int_range (random, 0, 9999999),
                         g_rand_int_range (random, 1, N_SHIPMENTS + 1),
                         g_rand_int_range (random, 1, 3)))
      return FALSE;
  for (int i = 0; i < N_INVOICES; i++)
    if (!execute_format (db, error, "INSERT INTO harbour$invoice (number, shipment_id, cents, paid)"
                         " VALUES ('F%05d', %d, %d, %d)", i + 1,
                         g_rand_int_range (random, 1, N_SHIPMENTS + 1),
                         g_rand_int_range (random, 5000, 900000),
                         g_rand_int_range (random, 0, 2)))
      return FALSE;
  return TRUE;
}

static char *
make_uuid (GRand *random)
{
  /* Few folders: on a slow disk making them would be most of the sample's time. */
  guint32 a = (g_rand_int (random) & 0x0303ffff) | 0x58a40000, b = g_rand_int (random);
  guint32 c = g_rand_int (random), d = g_rand_int (random);

  return g_strdup_printf ("%08x-%04x-4%03x-a%03x-%04x%08x", a, b >> 16, b & 0xfff, c & 0xfff,
                          c >> 16, d);
}

/* Some of it packs well, as papers do, and some of it not, as pictures do not. */
static GBytes *
make_content (GRand      *random,
              const char *name)
{
  int size = g_rand_int_range (random, LEAST_FILE_BYTES, MOST_FILE_BYTES);
  g_autoptr(GString) text = g_string_sized_new ((gsize) size + 80);
  int written = 0;

  g_string_append_printf (text, "%s\n", name);
  while ((int) text->len < size / 2)
    g_string_append_printf (text, "%04d  %-12s %-12s %6d kg\n", written++, PICK (random, ports),
                            PICK (random, ports), g_rand_int_range (random, 400, 26000));
  while ((int) text->len < size)
    g_string_append_c (text, (char) g_rand_int (random));
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static gboolean
write_file (const char  *files,
            const char  *uuid,
            GBytes      *content,
            GError     **error)
{
  g_autofree char *folder = g_strdup_printf ("%s/%.2s/%.2s", files, uuid, uuid + 2);
  g_autofree char *path = g_build_filename (folder, uuid, NULL);
  gsize size;
  const char *bytes = g_bytes_get_data (content, &size);

  return mainstay_portal_make_folder (folder, error) &&
         g_file_set_contents_full (path, bytes, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600,
                                   error);
}

static gboolean
add_files (Database    *db,
           GRand       *random,
           const char  *files,
           int          count,
           GError     **error)
{
  for (int i = 0; i < count; i++)
    {
      g_autofree char *uuid = make_uuid (random);
      g_autofree char *name = g_strdup_printf ("%s-%04d.pdf", PICK (random, papers),
                                               g_rand_int_range (random, 1, 9999));
      g_autoptr(GBytes) content = make_content (random, name);

      if (!write_file (files, uuid, content, error) ||
          !execute_format (db, error, "INSERT INTO system$filedocument (uuid, name, size)"
                           " VALUES (%Q, %Q, %d)", uuid, name, (int) g_bytes_get_size (content)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
open_database (Database    *db,
               const char  *where,
               GError     **error)
{
  if (g_str_has_prefix (where, "postgres"))
    {
      db->script = g_string_new (NULL);
      db->uri = g_strdup (where);
    }
  else if (sqlite3_open (where, &db->file) != SQLITE_OK)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                           "The sample's database cannot be opened");
      return FALSE;
    }
  return (db->file == NULL ||
          execute (db, "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY", error)) &&
         execute (db, "BEGIN", error);
}

static gboolean
commit (Database  *db,
        GError   **error)
{
  g_autoptr(MainstayPortalPostgresqlUri) uri = NULL;

  if (!execute (db, "COMMIT", error))
    return FALSE;
  if (db->script == NULL)
    return TRUE;
  uri = mainstay_portal_postgresql_uri_parse (db->uri, error);
  return uri != NULL &&
         mainstay_portal_postgresql_query (uri, NULL, db->script->str, NULL, NULL, error);
}

static gboolean
make_tables (Database  *db,
             GError   **error)
{
  g_autofree char *sql =
    g_strdup_printf (schema, db->script != NULL ? "SERIAL PRIMARY KEY" : "INTEGER PRIMARY KEY");

  return execute (db, sql, error);
}

gboolean
mainstay_portal_sample_fill (const char  *database,
                             const char  *files,
                             int          n_files,
                             guint32      seed,
                             GError     **error)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (seed);
  g_auto(Database) db = { NULL };

  return open_database (&db, database, error) && make_tables (&db, error) &&
         add_customers (&db, random, error) && add_shipments (&db, random, N_SHIPMENTS, error) &&
         add_containers (&db, random, error) && add_files (&db, random, files, n_files, error) &&
         commit (&db, error);
}

gboolean
mainstay_portal_sample_work (const char  *database,
                             const char  *files,
                             guint32      seed,
                             GError     **error)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (seed);
  g_auto(Database) db = { NULL };

  return open_database (&db, database, error) &&
         add_shipments (&db, random, SHIPMENTS_A_DAY, error) &&
         execute_format (&db, error, "UPDATE harbour$invoice SET paid = 1 WHERE id %% 97 = %d",
                         g_rand_int_range (random, 0, 97)) &&
         add_files (&db, random, files, 1, error) && commit (&db, error);
}
