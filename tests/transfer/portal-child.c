/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "portal-child.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/prctl.h>

#include "awaited.h"
#include "stored.h"

static char *
find_field (const char *text,
            const char *name)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, name))
      return g_strdup (*line + strlen (name));
  g_assert_not_reached ();
}

static void
make_sample (PortalChild *self,
             const char  *program)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) sample =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                      program, "sample", "--data", self->data, NULL);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (sample, NULL, NULL, &text, NULL, &error));
  g_assert_true (g_subprocess_get_successful (sample));
  self->username = find_field (text, "Mendix-Username: ");
  self->key = find_field (text, "Mendix-ApiKey: ");
}

/* So that a test that is killed leaves no portal behind. */
static void
child_set_up (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

PortalChild *
portal_child_new (const char *program)
{
  PortalChild *self = g_new0 (PortalChild, 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GDataInputStream) output = NULL;
  g_autofree char *line = NULL;

  scratch_set_up (&self->scratch, NULL);
  self->data = scratch_file (&self->scratch, "data");
  make_sample (self, program);
  g_subprocess_launcher_set_child_setup (launcher, child_set_up, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, program, "serve", "--data",
                                               self->data, "--requests-per-minute", "0", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "Listening on "));
  self->url = g_strdup (line + strlen ("Listening on "));
  return self;
}

void
portal_child_free (PortalChild *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (self->process));
  g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  g_object_unref (self->process);
  scratch_tear_down (&self->scratch, NULL);
  g_free (self->data);
  g_free (self->url);
  g_free (self->username);
  g_free (self->key);
  g_free (self);
}

static MainstayEnvironment *
find_environment (PortalView *self,
                  const char *mode)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) environments = NULL;

  mainstay_client_list_environments_async (self->client, self->app, NULL, awaited_cb, &result);
  environments = mainstay_client_list_environments_finish (self->client,
                                                           awaited_wait (&result), &error);
  g_assert_no_error (error);
  for (unsigned int i = 0; i < environments->len; i++)
    if (strcmp (mainstay_environment_get_mode (g_ptr_array_index (environments, i)), mode) == 0)
      return g_object_ref (g_ptr_array_index (environments, i));
  return NULL;
}

static void
load (PortalView *self,
      const char *mode)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) loaded = NULL;
  g_autoptr(GAsyncResult) listed = NULL;
  g_autoptr(GPtrArray) apps = NULL;

  mainstay_client_load_capabilities_async (self->client, NULL, awaited_cb, &loaded);
  g_assert_true (mainstay_client_load_capabilities_finish (self->client,
                                                           awaited_wait (&loaded), &error));
  mainstay_client_list_apps_async (self->client, NULL, awaited_cb, &listed);
  apps = mainstay_client_list_apps_finish (self->client, awaited_wait (&listed), &error);
  g_assert_no_error (error);
  for (unsigned int i = 0; i < apps->len && self->environment == NULL; i++)
    {
      g_set_object (&self->app, g_ptr_array_index (apps, i));
      self->environment = find_environment (self, mode);
    }
  g_assert_nonnull (self->environment);
}

void
portal_view_open (PortalView  *self,
                  PortalChild *portal,
                  const char  *url,
                  const char  *mode)
{
  g_autoptr(GError) error = NULL;

  memset (self, 0, sizeof *self);
  self->portal = portal;
  self->client = mainstay_client_new (url != NULL ? url : portal->url, portal->username,
                                      portal->key, &error);
  g_assert_no_error (error);
  load (self, mode);
  self->list = mainstay_backup_list_new (self->client, self->app, self->environment);
  portal_view_refresh (self);
}

void
portal_view_close (PortalView *self)
{
  g_clear_object (&self->list);
  g_clear_object (&self->environment);
  g_clear_object (&self->app);
  g_clear_object (&self->client);
}

void
portal_view_refresh (PortalView *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  mainstay_backup_list_refresh_async (self->list, NULL, awaited_cb, &result);
  g_assert_true (mainstay_backup_list_refresh_finish (self->list, awaited_wait (&result),
                                                      &error));
  g_assert_no_error (error);
}

MainstayBackup *
portal_view_oldest (PortalView *self)
{
  for (unsigned int i = g_list_model_get_n_items (G_LIST_MODEL (self->list)); i-- > 0;)
    {
      g_autoptr(MainstayBackup) backup = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      if (mainstay_backup_get_state (backup) == MAINSTAY_JOB_COMPLETED)
        return backup;
    }
  g_assert_not_reached ();
}

static char *
environment_path (PortalView *self,
                  const char *name)
{
  return g_build_filename (self->portal->data, "environments",
                           mainstay_environment_get_id (self->environment), name, NULL);
}

char *
portal_view_database (PortalView *self)
{
  return environment_path (self, "database.sqlite");
}

char *
portal_view_files (PortalView *self)
{
  return environment_path (self, "files");
}

char *
portal_view_stored (PortalView     *self,
                    MainstayBackup *backup,
                    const char     *name)
{
  g_autofree char *id = g_strconcat ("stored-", mainstay_backup_get_id (backup), NULL);
  g_autofree char *folder = scratch_file (&self->portal->scratch, id);

  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    stored_extract (self->portal->data, mainstay_backup_get_id (backup), folder);
  return g_build_filename (folder, name, NULL);
}

static gint64
ask_number (sqlite3    *database,
            const char *sql)
{
  sqlite3_stmt *statement = NULL;
  gint64 number;

  g_assert_cmpint (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return number;
}

gint64
count_rows (const char *path)
{
  sqlite3 *database = NULL;
  sqlite3_stmt *tables = NULL;
  gint64 rows = 0;

  g_assert_cmpint (sqlite3_open_v2 (path, &database, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database,
                                       "SELECT 'SELECT count(*) FROM \"' || name || '\"' "
                                       "FROM sqlite_master WHERE type = 'table' "
                                       "AND name NOT LIKE 'sqlite_%'", -1, &tables, NULL),
                   ==, SQLITE_OK);
  while (sqlite3_step (tables) == SQLITE_ROW)
    rows += ask_number (database, (const char *) sqlite3_column_text (tables, 0));
  sqlite3_finalize (tables);
  sqlite3_close (database);
  return rows;
}

char *
digest_of_file (const char *path)
{
  g_autoptr(GBytes) bytes = load_bytes (path);

  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}

static void
describe (GPtrArray  *lines,
          const char *root,
          const char *below)
{
  g_autofree char *path = g_build_filename (root, below, NULL);
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  if (folder == NULL)
    {
      g_autofree char *digest = digest_of_file (path);

      g_ptr_array_add (lines, g_strdup_printf ("%s %s", below, digest));
      return;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *next = g_build_filename (below, name, NULL);

      describe (lines, root, next);
    }
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
describe_folder (const char *path)
{
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_strdup ("");
  describe (lines, path, "");
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}
