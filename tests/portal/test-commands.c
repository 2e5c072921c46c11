/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>

#include "mainstay-portal-files.h"
#include "portal-fixture.h"

/* The program itself, as somebody types it. */
static const char *program;

typedef struct
{
  char *data;
} Fixture;

static void
set_up_on_disk (Fixture       *self,
                gconstpointer  data)
{
  self->data = g_dir_make_tmp ("mainstay-commands-XXXXXX", NULL);
  g_assert_nonnull (self->data);
}

/* Each command waits for the disk, which is not what is asked about here: in memory where there is
 * some of it. */
static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *path = g_strdup ("/dev/shm/mainstay-commands-XXXXXX");

  if (g_mkdtemp (path) != NULL)
    self->data = g_steal_pointer (&path);
  else
    set_up_on_disk (self, data);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  mainstay_portal_remove_tree (self->data, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self->data, g_free);
}

/* @words are separated by bars. Returns: (transfer full): stdout */
static char *
run (Fixture    *self,
     int         expected,
     const char *words)
{
  g_auto(GStrv) arguments = g_strsplit (words, "|", -1);
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *err = NULL;
  char *out = NULL;
  int status;

  g_ptr_array_add (argv, (char *) program);
  for (int i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, arguments[i]);
  g_ptr_array_add (argv, (char *) "--data");
  g_ptr_array_add (argv, self->data);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status,
                &error);
  g_assert_no_error (error);
  g_test_message ("%s: %s%s", words, out, err);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, expected);
  /* A failure is told, and not on stdout; and nothing else looks like one. */
  if (expected != 0)
    g_assert_cmpstr (out, ==, "");
  g_assert_cmpint (*err != '\0', ==, expected != 0);
  return out;
}

static void
run_only (Fixture    *self,
          int         expected,
          const char *words)
{
  g_autofree char *out = run (self, expected, words);
}

static char *
find_key (const char *out)
{
  const char *key = strstr (out, "Mendix-ApiKey: ");

  g_assert_nonnull (key);
  return g_strndup (key + strlen ("Mendix-ApiKey: "), 64);
}

static gboolean
key_works (Fixture    *self,
           const char *name,
           const char *key)
{
  g_autofree char *path = g_build_filename (self->data, "portal.db", NULL);
  g_autoptr(MainstayPortalDatabase) database = mainstay_portal_database_open (path, FALSE, NULL);
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (database, NULL);
  g_autoptr(MainstayPortalUser) user = mainstay_portal_store_check_key (tx, name, key, NULL);

  g_clear_pointer (&tx, mainstay_portal_transaction_free);
  return user != NULL;
}

static void
test_users (Fixture       *self,
            gconstpointer  data)
{
  g_autofree char *added = run (self, 0, "user|add|anna|--name|Anna de Vries");
  g_autofree char *key = find_key (added);
  g_autofree char *renewed = NULL;
  g_autofree char *new_key = NULL;
  g_autofree char *list = NULL;

  g_assert_true (g_str_has_prefix (added, "Mendix-Username: anna\n"));
  g_assert_true (key_works (self, "anna", key));
  run_only (self, 1, "user|add|anna");
  run_only (self, 1, "user|add|two words");
  run_only (self, 2, "user|add");
  run_only (self, 2, "user|add|ben|--key|secret");
  run_only (self, 2, "user|frobnicate");
  run_only (self, 2, "frobnicate");
  renewed = run (self, 0, "user|rekey|anna");
  new_key = find_key (renewed);
  g_assert_false (key_works (self, "anna", key));
  g_assert_true (key_works (self, "anna", new_key));
  list = run (self, 0, "user|list");
  g_assert_cmpstr (list, ==, "anna\tAnna de Vries\n");
  run_only (self, 0, "user|remove|anna");
  run_only (self, 1, "user|remove|anna");
  g_assert_false (key_works (self, "anna", new_key));
}

static void
test_environments (Fixture       *self,
                   gconstpointer  data)
{
  g_autofree char *list = NULL;
  g_autofree char *rights = NULL;
  g_autofree char *fewer = NULL;
  g_autofree char *packages = NULL;
  g_autofree char *limited = NULL;
  g_autofree char *unlimited = NULL;
  g_autofree char *apps = NULL;

  run_only (self, 0, "app|add|shop|--name|Web Shop");
  run_only (self, 1, "app|add|SHOP");
  run_only (self, 1, "app|add|../shop");
  run_only (self, 0, "package|add|shop|--version|1.2.0.3|--creator|Anna");
  run_only (self, 1, "package|add|shop");
  packages = run (self, 0, "package|list|shop");
  g_assert_nonnull (strstr (packages, "\t1.2.0.3\tshop_1.2.0.3.mda\t"));
  run_only (self, 0, "environment|add|shop|Production|--production|--service|Orders|"
                     "--start-command|sh -c 'exit 0'|--model-version|1.2.0.3");
  run_only (self, 1, "environment|add|shop|production");
  run_only (self, 1, "environment|add|shop|Test|--database|/there/is/none.sqlite");
  run_only (self, 1, "environment|add|shop|Test|--files|/there/is/none");
  run_only (self, 1, "environment|add|shop|Test|--start-command|sh -c 'open");
  run_only (self, 1, "environment|add|nowhere|Test");
  list = run (self, 0, "environment|list|shop");
  g_assert_nonnull (strstr (list, "\tStopped\t1.2.0.3\tproduction\tsqlite:environments/"));
  run_only (self, 0, "user|add|anna");
  run_only (self, 1, "user|allow|anna|shop|Production");
  run_only (self, 1, "user|allow|nobody|shop|Production|--api");
  run_only (self, 0, "user|allow|anna|shop|Production|--api|--backups|--transport");
  rights = run (self, 0, "user|list");
  g_assert_nonnull (strstr (rights, "\tshop\tProduction\tapi backups transport\n"));
  run_only (self, 0, "user|deny|anna|shop|Production|--transport");
  fewer = run (self, 0, "user|list");
  g_assert_nonnull (strstr (fewer, "\tshop\tProduction\tapi backups \n"));
  run_only (self, 0, "user|quota|anna|50G");
  limited = run (self, 0, "user|list");
  g_assert_nonnull (strstr (limited, "anna\tanna\n\tuploads up to 50.0\302\240GiB\n"));
  run_only (self, 1, "user|quota|anna|much");
  run_only (self, 1, "user|quota|anna|99999999999T");
  run_only (self, 1, "user|quota|nobody|50G");
  run_only (self, 0, "user|quota|anna|default");
  unlimited = run (self, 0, "user|list");
  g_assert_null (strstr (unlimited, "uploads up to"));
  run_only (self, 0, "environment|change|shop|Production|--no-services|--no-production");
  run_only (self, 1, "app|remove|shop");
  run_only (self, 0, "environment|remove|shop|Production");
  run_only (self, 0, "app|change|shop|--name|The Shop");
  apps = run (self, 0, "app|list");
  g_assert_nonnull (strstr (apps, "\tThe Shop\t"));
  run_only (self, 0, "app|remove|shop");
}

static void
test_schedule (Fixture       *self,
               gconstpointer  data)
{
  g_autofree char *records = g_build_filename (self->data, "portal.db", NULL);
  g_autofree char *at_night = NULL;
  g_autofree char *in_zone = NULL;
  g_autofree char *off = NULL;
  gint64 night;

  run_only (self, 0, "app|add|shop");
  run_only (self, 1, "environment|add|shop|Test|--nightly|24:00");
  run_only (self, 1, "environment|add|shop|Test|--nightly|2:30pm");
  run_only (self, 1, "environment|add|shop|Test|--nightly|-1:30");
  run_only (self, 1, "environment|add|shop|Test|--nightly|02:30|--time-zone|Nowhere/Land");
  run_only (self, 0, "environment|add|shop|Test|--nightly|02:30");
  at_night = run (self, 0, "environment|list|shop");
  g_assert_true (g_str_has_suffix (at_night, "\t02:30\n"));
  night = portal_fixture_number (records, "SELECT night FROM schedules");
  g_assert_cmpint (night, >, 0);
  /* Only what is named changes. */
  portal_fixture_execute (records, "UPDATE schedules SET night = 1");
  run_only (self, 0, "environment|change|shop|Test|--production");
  run_only (self, 0, "environment|change|shop|Test|--nightly|02:30");
  g_assert_cmpint (portal_fixture_number (records, "SELECT night FROM schedules"), ==, 1);
  run_only (self, 0, "environment|change|shop|Test|--time-zone|Europe/Amsterdam");
  in_zone = run (self, 0, "environment|list|shop");
  g_assert_true (g_str_has_suffix (in_zone, "\t02:30 Europe/Amsterdam\n"));
  run_only (self, 0, "environment|change|shop|Test|--nightly|off");
  off = run (self, 0, "environment|list|shop");
  g_assert_true (g_str_has_suffix (off, "\toff\n"));
  run_only (self, 0, "environment|change|shop|Test|--nightly|00:00");
  run_only (self, 0, "environment|remove|shop|Test");
  g_assert_cmpint (portal_fixture_number (records, "SELECT count(*) FROM schedules"), ==, 0);
}

static void
test_sample (Fixture       *self,
             gconstpointer  data)
{
  g_autofree char *out = NULL;
  g_autofree char *key = NULL;
  g_autofree char *path = g_build_filename (self->data, "portal.db", NULL);
  g_autofree char *snapshots = g_build_filename (self->data, "snapshots", NULL);
  g_autofree char *limited = NULL;

  out = run (self, 0, "sample");
  key = find_key (out);
  g_assert_true (g_str_has_prefix (out, "Mendix-Username: "));
  g_assert_true (key_works (self, "sample@mainstay.example", key));
#define COUNT(sql) portal_fixture_number (path, "SELECT count(*) FROM " sql)
  g_assert_cmpint (COUNT ("apps"), ==, 2);
  g_assert_cmpint (COUNT ("environments WHERE mode IN ('Test', 'Acceptance', 'Production')"), ==,
                   5);
  g_assert_cmpint (COUNT ("services"), ==, 2);
  g_assert_cmpint (COUNT ("snapshots WHERE state = 'completed'"), >, 40);
  g_assert_cmpint (COUNT ("snapshots WHERE state = 'failed' AND status_message != ''"), ==, 1);
  g_assert_cmpint (COUNT ("snapshots WHERE state NOT IN ('completed', 'failed')"), ==, 0);
  g_assert_cmpint (COUNT ("snapshots WHERE created_by = 'Nightly' AND comment ="
                          " 'Automatically created nightly snapshot'"), >, 25);
  g_assert_cmpint (COUNT ("snapshots WHERE type IN ('weekly', 'monthly')"), >, 3);
  g_assert_cmpint (COUNT ("snapshots WHERE expires_at <= strftime ('%s', 'now') * 1000"), ==, 0);
  g_assert_cmpint (COUNT ("snapshots s JOIN environments e ON e.id = s.environment_id"
                          " WHERE s.model_version != e.model_version"), >, 4);
  g_assert_cmpint (COUNT ("actions"), ==, 0);
#undef COUNT
  run_only (self, 1, "sample");
  run_only (self, 0, "user|add|limited");
  run_only (self, 0, "user|allow|limited|harbour-logistics|Test|--api");
  limited = run (self, 0, "user|list");
  g_assert_nonnull (strstr (limited, "limited\tlimited\n\tharbour-logistics\tTest\tapi \n"));
}

/* A folder mistyped is no empty portal, and is not made into one. */
static void
test_wrong_folder (Fixture       *self,
                   gconstpointer  data)
{
  static const char *const lines[] = { "user|list", "app|list", "user|remove|anna",
                                       "environment|list|shop", "user|rekey|anna" };
  g_autoptr(GDir) dir = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (lines); i++)
    run_only (self, 1, lines[i]);
  dir = g_dir_open (self->data, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
}

static void
test_help (Fixture       *self,
           gconstpointer  data)
{
  static const char *const helps[] = {
    "--help", "user|--help", "user|add|--help", "app|--help", "environment|--help",
    "environment|add|--help", "package|--help", "sample|--help",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (helps); i++)
    {
      g_autofree char *out = run (self, 0, helps[i]);

      g_assert_true (g_str_has_prefix (out, "Usage:"));
      /* As it is typed. */
      g_assert_nonnull (strstr (out, "mainstay-portal "));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  g_test_add ("/portal/commands/users", Fixture, NULL, set_up, test_users, tear_down);
  g_test_add ("/portal/commands/environments", Fixture, NULL, set_up, test_environments, tear_down);
  g_test_add ("/portal/commands/schedule", Fixture, NULL, set_up, test_schedule, tear_down);
  g_test_add ("/portal/commands/sample", Fixture, NULL, set_up_on_disk, test_sample, tear_down);
  g_test_add ("/portal/commands/wrong-folder", Fixture, NULL, set_up, test_wrong_folder, tear_down);
  g_test_add ("/portal/commands/help", Fixture, NULL, set_up, test_help, tear_down);
  return g_test_run ();
}
