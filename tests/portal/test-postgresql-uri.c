/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "mainstay-error.h"
#include "mainstay-portal-engine.h"
#include "mainstay-portal-postgresql-tools.h"

static void
test_parts (void)
{
  static const struct
  {
    const char *uri;
    const char *database;
    const char *variables; /* those that are looked at, in this order */
  } cases[] = {
    { "postgresql://ann@db.example:5433/app", "app", "PGUSER=ann PGHOST=db.example PGPORT=5433" },
    { "postgres://db.example/app", "app", "PGHOST=db.example" },
    { "postgresql://ann:p%40ss%2Fword@h/app", "app", "PGUSER=ann PGPASSWORD=p@ss/word PGHOST=h" },
    { "postgresql://ann:p@ss@h/app", "app", "PGUSER=ann PGPASSWORD=p@ss PGHOST=h" },
    { "postgresql://%2Fvar%2Frun/My%20%22App%22", "My \"App\"", "PGHOST=/var/run" },
    { "postgresql://[::1]:5433/app", "app", "PGHOST=::1 PGPORT=5433" },
    { "postgresql://a:1,b:2/app", "app", "PGHOST=a,b PGPORT=1,2" },
    { "postgresql:///app?host=%2Frun&user=u&password=x%26y", "app",
      "PGUSER=u PGPASSWORD=x&y PGHOST=/run" },
    { "postgresql://h?dbname=app&sslmode=verify-full&sslrootcert=%2Fca.pem", "app",
      "PGHOST=h PGSSLMODE=verify-full PGSSLROOTCERT=/ca.pem" },
    { "postgresql://h/app?dbname=other", "app", "PGHOST=h" },
  };
  static const char *const names[] = { "PGUSER", "PGPASSWORD", "PGHOST", "PGPORT", "PGSSLMODE",
                                       "PGSSLROOTCERT" };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(MainstayPortalPostgresqlUri) uri =
        mainstay_portal_postgresql_uri_parse (cases[i].uri, &error);
      g_autoptr(GString) found = g_string_new (NULL);

      g_assert_no_error (error);
      g_assert_cmpstr (uri->database, ==, cases[i].database);
      for (size_t j = 0; j < G_N_ELEMENTS (names); j++)
        if (g_hash_table_contains (uri->variables, names[j]))
          g_string_append_printf (found, "%s%s=%s", found->len > 0 ? " " : "", names[j],
                                  (char *) g_hash_table_lookup (uri->variables, names[j]));
      g_assert_cmpstr (found->str, ==, cases[i].variables);
      g_assert_cmpstr (uri->password, ==, g_hash_table_lookup (uri->variables, "PGPASSWORD"));
    }
}

static void
test_own_parameters (void)
{
  g_autoptr(MainstayPortalPostgresqlUri) uri = mainstay_portal_postgresql_uri_parse (
    "postgresql://h/app?newest_dump=1.14&restore_jobs=4", NULL);
  g_autoptr(MainstayPortalPostgresqlUri) plain =
    mainstay_portal_postgresql_uri_parse ("postgresql://h/app", NULL);

  g_assert_cmpint (uri->newest_major, ==, 1);
  g_assert_cmpint (uri->newest_minor, ==, 14);
  g_assert_cmpuint (uri->restore_jobs, ==, 4);
  g_assert_cmpint (plain->newest_major, ==, 0);
  g_assert_cmpuint (plain->restore_jobs, ==, 2);
}

static void
test_refused (void)
{
  static const char *const uris[] = {
    "postgresql:h/app", "postgresql://h", "postgresql://h/", "postgresql://hidden:hidden@[::1/app",
    "postgresql://h/app?sslpassword=hidden", "postgresql://h/app?hidden",
    "postgresql://h/app?keepalives=0", "postgresql://h/app?password=%zzhidden",
    "postgresql://h/app?newest_dump=14", "postgresql://h/app?newest_dump=1.14.2",
    "postgresql://h/app?restore_jobs=0", "postgresql://h/app?restore_jobs=99",
    "postgresql://u:hid%00den@h/app", "postgresql://u:hidden\xff@h/app",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (mainstay_portal_postgresql_uri_parse (uris[i], &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS);
      g_assert_null (strstr (error->message, "hidden"));
    }
}

static void
test_shown (void)
{
  static const struct
  {
    const char *uri;
    const char *shown;
  } cases[] = {
    { "postgresql://ann:hidden@h:1/app?sslmode=require",
      "postgresql://ann@h:1/app?sslmode=require" },
    { "postgresql://ann:hid@den@h/app", "postgresql://ann@h/app" },
    { "postgresql://h/app?password=hidden&user=ann", "postgresql://h/app?user=ann" },
    { "postgresql://h/app?pass%77ord=hidden", "postgresql://h/app" },
    { "postgresql://h/app?sslpassword=hidden", "postgresql://h/app" },
    { "postgresql://h?hidden", "postgresql://h" },
    { "postgresql:hidden", "postgresql:" },
    { "sqlite:/a/file", "sqlite:/a/file" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = mainstay_portal_engine_show_uri (cases[i].uri);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_another_database (void)
{
  g_autofree char *one = mainstay_portal_postgresql_uri_with_database (
    "postgresql://u:p@h:1/app?sslmode=require", "Other One");
  g_autofree char *two = mainstay_portal_postgresql_uri_with_database ("postgresql://u@h", "x");

  g_assert_cmpstr (one, ==, "postgresql://u:p@h:1/Other%20One?sslmode=require");
  g_assert_cmpstr (two, ==, "postgresql://u@h/x");
  g_assert_true (mainstay_portal_postgresql_uri_names_same ("postgresql://a:b@c/x",
                                                            "postgres://d/x?user=e"));
  g_assert_false (mainstay_portal_postgresql_uri_names_same ("postgresql://c/x",
                                                             "postgresql://c/y"));
  g_assert_false (mainstay_portal_postgresql_uri_names_same ("postgresql://c/x", "sqlite:x"));
}

static void
test_quoting (void)
{
  g_autofree char *name = mainstay_portal_postgresql_name ("a\"b\\'c");
  g_autofree char *text = mainstay_portal_postgresql_text ("a\"b\\'c");

  g_assert_cmpstr (name, ==, "\"a\"\"b\\'c\"");
  g_assert_cmpstr (text, ==, "E'a\"b\\\\''c'");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/postgresql-uri/parts", test_parts);
  g_test_add_func ("/portal/postgresql-uri/own-parameters", test_own_parameters);
  g_test_add_func ("/portal/postgresql-uri/refused", test_refused);
  g_test_add_func ("/portal/postgresql-uri/shown", test_shown);
  g_test_add_func ("/portal/postgresql-uri/another-database", test_another_database);
  g_test_add_func ("/portal/postgresql-uri/quoting", test_quoting);
  return g_test_run ();
}
