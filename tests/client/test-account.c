/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <libsecret/secret.h>

#include "client-fixture.h"
#include "mainstay-account-store.h"

static void
test_account (void)
{
  g_autoptr(MainstayAccount) account = mainstay_account_new ("https://Portal.example.com:443/",
                                                             "jane", FALSE);
  g_autoptr(MainstayAccount) same = mainstay_account_new ("portal.example.com", "jane", TRUE);
  g_autoptr(MainstayAccount) other = mainstay_account_new ("https://portal.example.com", "joe",
                                                           FALSE);

  g_assert_cmpstr (mainstay_account_get_url (account), ==, "https://portal.example.com");
  g_assert_cmpstr (mainstay_account_get_username (account), ==, "jane");
  g_assert_cmpstr (mainstay_account_get_name (account), ==, "jane · portal.example.com");
  g_assert_false (mainstay_account_is_transient (account));
  g_assert_true (mainstay_account_is_transient (same));
  g_assert_cmpstr (mainstay_account_get_id (account), ==, mainstay_account_get_id (same));
  g_assert_cmpstr (mainstay_account_get_id (account), !=, mainstay_account_get_id (other));
}

static void
test_from_environ (void)
{
  static const char *const names[] = { "MAINSTAY_PORTAL_URL", "MAINSTAY_USERNAME",
                                       "MAINSTAY_API_KEY" };
  g_autofree char *api_key = NULL;
  g_autofree char *no_key = NULL;
  g_autoptr(MainstayAccount) account = NULL;

  g_setenv ("MAINSTAY_PORTAL_URL", "http://127.0.0.1:8080/", TRUE);
  g_setenv ("MAINSTAY_USERNAME", "jane", TRUE);
  g_setenv ("MAINSTAY_API_KEY", "k", TRUE);
  account = mainstay_account_from_environ (&api_key);
  g_assert_cmpstr (mainstay_account_get_url (account), ==, "http://127.0.0.1:8080");
  g_assert_cmpstr (mainstay_account_get_username (account), ==, "jane");
  g_assert_true (mainstay_account_is_transient (account));
  g_assert_cmpstr (api_key, ==, "k");
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_null (g_getenv (names[i]));
  /* A key alone makes no account, and is not left for a child either. */
  g_setenv ("MAINSTAY_API_KEY", "k", TRUE);
  g_assert_null (mainstay_account_from_environ (&no_key));
  g_assert_null (no_key);
  g_assert_null (g_getenv ("MAINSTAY_API_KEY"));
}

static gboolean
load (MainstayAccountStore  *store,
      GError               **error)
{
  g_auto(Await) await = { NULL };

  mainstay_account_store_load_async (store, NULL, await_cb, &await);
  return mainstay_account_store_load_finish (store, await_result (&await), error);
}

static gboolean
flush (MainstayAccountStore  *store,
       GError               **error)
{
  g_auto(Await) await = { NULL };

  mainstay_account_store_flush_async (store, NULL, await_cb, &await);
  return mainstay_account_store_flush_finish (store, await_result (&await), error);
}

static MainstayAccount *
get_account (MainstayAccountStore *store,
             unsigned int          position)
{
  g_autoptr(MainstayAccount) account = g_list_model_get_item (G_LIST_MODEL (store), position);

  return account;
}

static void
test_store (void)
{
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "mainstay", "accounts.ini",
                                            NULL);
  g_autoptr(MainstayAccountStore) store = mainstay_account_store_new (NULL);
  g_autoptr(MainstayAccountStore) again = mainstay_account_store_new (path);
  g_autoptr(MainstayAccount) jane = mainstay_account_new ("https://a.example", "jane", FALSE);
  g_autoptr(MainstayAccount) joe = mainstay_account_new ("https://b.example", "joe=[x]\n", FALSE);
  g_autoptr(MainstayAccount) sample = mainstay_account_new ("http://127.0.0.1:1", "s", TRUE);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  GStatBuf status;

  g_assert_true (load (store, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 0);
  mainstay_account_store_add (store, jane);
  mainstay_account_store_add (store, joe);
  mainstay_account_store_add (store, joe);
  mainstay_account_store_add (store, sample);
  mainstay_account_store_set_last_used (store, sample);
  g_assert_null (mainstay_account_store_get_last_used (store));
  mainstay_account_store_set_last_used (store, joe);
  g_assert_true (flush (store, &error));
  g_assert_no_error (error);

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0077, ==, 0);
  g_assert_true (load (again, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 2);
  g_assert_cmpstr (mainstay_account_get_url (get_account (again, 0)), ==, "https://a.example");
  g_assert_cmpstr (mainstay_account_get_username (get_account (again, 1)), ==, "joe=[x]\n");
  g_assert_true (mainstay_account_store_get_last_used (again) == get_account (again, 1));

  mainstay_account_store_remove (store, joe);
  g_assert_null (mainstay_account_store_get_last_used (store));
  g_assert_true (flush (store, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "b.example"));
  g_assert_nonnull (strstr (text, "version=1"));
}

static void
test_store_foreign (void)
{
  static const char *const texts[] = {
    "", "garbage", "[Mainstay]\nversion=2\n[Account x]\nurl=https://a\nusername=u\n",
    "[Mainstay]\nversion=1\n[Account x]\nurl=https://a\n",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *path = g_build_filename (g_get_user_config_dir (), "foreign.ini", NULL);
      g_autoptr(MainstayAccountStore) store = mainstay_account_store_new (path);
      g_autoptr(GError) error = NULL;

      g_mkdir_with_parents (g_get_user_config_dir (), 0700);
      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_assert_true (load (store, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 0);
    }
}

/* A disk that takes nothing is told, and forgotten as soon as it takes something. */
static void
test_store_unwritable (void)
{
  g_autofree char *blocked = g_build_filename (g_get_user_config_dir (), "blocked", NULL);
  g_autofree char *path = g_build_filename (blocked, "accounts.ini", NULL);
  g_autoptr(MainstayAccountStore) store = mainstay_account_store_new (path);
  g_autoptr(MainstayAccount) jane = mainstay_account_new ("https://a.example", "jane", FALSE);
  g_autoptr(GError) error = NULL;

  g_mkdir_with_parents (g_get_user_config_dir (), 0700);
  g_assert_true (g_file_set_contents (blocked, "", -1, NULL));
  mainstay_account_store_add (store, jane);
  g_assert_false (flush (store, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (blocked), ==, 0);
  g_assert_true (flush (store, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* The keyring: a real one on a bus of its own. */

static gboolean
store_key (MainstayAccount  *account,
           const char       *key,
           GError          **error)
{
  g_auto(Await) await = { NULL };

  mainstay_account_store_key_async (account, key, NULL, await_cb, &await);
  return mainstay_account_store_key_finish (account, await_result (&await), error);
}

static char *
lookup_key (MainstayAccount  *account,
            GError          **error)
{
  g_auto(Await) await = { NULL };

  mainstay_account_lookup_key_async (account, NULL, await_cb, &await);
  return mainstay_account_lookup_key_finish (account, await_result (&await), error);
}

static gboolean
clear_key (MainstayAccount  *account,
           GError          **error)
{
  g_auto(Await) await = { NULL };

  mainstay_account_clear_key_async (account, NULL, await_cb, &await);
  return mainstay_account_clear_key_finish (account, await_result (&await), error);
}

static void
test_no_keyring (void)
{
  g_autoptr(MainstayAccount) account = mainstay_account_new ("https://a.example", "jane", FALSE);
  g_autoptr(GError) error = NULL;

  g_assert_false (store_key (account, "the-key", &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_KEYRING);
  g_assert_null (strstr (error->message, "the-key"));
  g_clear_error (&error);
  g_assert_null (lookup_key (account, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_KEYRING);
  g_clear_error (&error);
  g_assert_false (clear_key (account, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_KEYRING);
}

static void
name_appeared_cb (GDBusConnection *connection,
                  const char      *name,
                  const char      *owner,
                  gpointer         data)
{
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static GSubprocess *
start_keyring (void)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                               G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *control = g_build_filename (g_get_user_runtime_dir (), "keyring", NULL);
  g_autoptr(GError) error = NULL;
  GSubprocess *keyring;
  GOutputStream *input;
  gboolean appeared = FALSE;
  unsigned int watch;

  g_mkdir_with_parents (control, 0700);
  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", g_get_user_data_dir (), TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", g_get_user_runtime_dir (), TRUE);
  g_subprocess_launcher_setenv (launcher, "HOME", g_get_user_data_dir (), TRUE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  keyring = g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon", "--foreground",
                                         "--unlock", "--components=secrets", "--control-directory",
                                         control, NULL);
  g_assert_no_error (error);
  /* The password that the login keyring is made with. */
  input = g_subprocess_get_stdin_pipe (keyring);
  g_assert_true (g_output_stream_write_all (input, "password", 8, NULL, NULL, &error));
  g_assert_true (g_output_stream_close (input, NULL, &error));
  watch = g_bus_watch_name (G_BUS_TYPE_SESSION, "org.freedesktop.secrets",
                            G_BUS_NAME_WATCHER_FLAGS_NONE, name_appeared_cb, NULL, &appeared, NULL);
  await_condition (is_true, &appeared);
  g_bus_unwatch_name (watch);
  return keyring;
}

static void
test_keyring (void)
{
  g_autoptr(GSubprocess) keyring = start_keyring ();
  g_autoptr(MainstayAccount) account = mainstay_account_new ("https://a.example", "jane", FALSE);
  g_autoptr(MainstayAccount) same = mainstay_account_new ("https://A.example/", "jane", FALSE);
  g_autoptr(MainstayAccount) other = mainstay_account_new ("https://a.example", "joe", FALSE);
  g_autoptr(GError) error = NULL;
  char *key;

  g_assert_null (lookup_key (account, &error));
  g_assert_no_error (error);
  g_assert_true (store_key (account, "the-key", &error));
  g_assert_no_error (error);
  g_assert_true (store_key (account, "the-newer-key", &error));
  key = lookup_key (same, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (key, ==, "the-newer-key");
  secret_password_free (key);
  g_assert_null (lookup_key (other, &error));
  g_assert_no_error (error);
  g_assert_true (clear_key (account, &error));
  g_assert_no_error (error);
  g_assert_null (lookup_key (account, &error));
  g_assert_no_error (error);
  /* There is nothing to clear, which is what was wanted. */
  g_assert_true (clear_key (account, &error));
  g_assert_no_error (error);

  secret_service_disconnect ();
  g_subprocess_force_exit (keyring);
  g_assert_true (g_subprocess_wait (keyring, NULL, &error));
}

int
main (int   argc,
      char *argv[])
{
  /* Not taken down: the secrets library keeps the connection to the end, for which taking down
   * waits in vain. The bus ends with this process. */
  static GTestDBus *volatile bus;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  g_test_add_func ("/client/account/account", test_account);
  g_test_add_func ("/client/account/from-environ", test_from_environ);
  g_test_add_func ("/client/account/store", test_store);
  g_test_add_func ("/client/account/store-foreign", test_store_foreign);
  g_test_add_func ("/client/account/store-unwritable", test_store_unwritable);
  g_test_add_func ("/client/account/no-keyring", test_no_keyring);
  g_test_add_func ("/client/account/keyring", test_keyring);
  return g_test_run ();
}
