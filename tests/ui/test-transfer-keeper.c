/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "fake-operation.h"
#include "fake-transfer.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-test-server.h"
#include "mainstay-transfer-keeper.h"

typedef struct
{
  char *folder;
  MainstayTestServer *server;
  MainstayAccount *account;
  MainstayClient *client;

  /* Of one run of the program. */
  MainstayOperationList *list;
  MainstayAccountStore *accounts;
  MainstayTransferRegistry *registry;
  MainstayTransferKeeper *keeper;
  unsigned int finished;
} Fixture;

static void
finished_cb (Fixture *fixture)
{
  fixture->finished++;
}

/* A run of the program begins; what it does first is left to the test. */
static void
begin (Fixture *fixture)
{
  g_autofree char *state = g_build_filename (fixture->folder, "transfers.json", NULL);
  g_autofree char *accounts = g_build_filename (fixture->folder, "accounts.ini", NULL);

  fixture->list = mainstay_operation_list_new ();
  fixture->accounts = mainstay_account_store_new (accounts);
  fixture->registry = mainstay_transfer_registry_new (state);
  mainstay_transfer_registry_add_kind (fixture->registry, MAINSTAY_OPERATION_DOWNLOAD,
                                       fake_transfer_new_from_record);
  fixture->keeper =
    mainstay_transfer_keeper_new (fixture->list, fixture->accounts, fixture->registry);
  fixture->finished = 0;
  g_signal_connect_swapped (fixture->list, "finished", G_CALLBACK (finished_cb), fixture);
}

static void
flushed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GError) error = NULL;

  mainstay_transfer_registry_flush_finish (MAINSTAY_TRANSFER_REGISTRY (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
wait_until_gone (gpointer *weak)
{
  for (int i = 0; i < 2000 && *weak != NULL; i++)
    wait_milliseconds (5);
  g_assert_null (*weak);
}

/* As the program does when it quits. */
static void
quit (Fixture *fixture)
{
  gpointer weak_registry = fixture->registry;
  gpointer weak_keeper = fixture->keeper;
  gboolean flushed = FALSE;

  mainstay_transfer_keeper_stop (fixture->keeper);
  while (mainstay_operation_list_is_stopping (fixture->list))
    g_main_context_iteration (NULL, TRUE);
  mainstay_transfer_keeper_flush_async (fixture->keeper, flushed_cb, &flushed);
  while (!flushed)
    g_main_context_iteration (NULL, TRUE);
  g_object_add_weak_pointer (G_OBJECT (fixture->registry), &weak_registry);
  g_object_add_weak_pointer (G_OBJECT (fixture->keeper), &weak_keeper);
  g_clear_object (&fixture->keeper);
  g_clear_object (&fixture->registry);
  wait_until_gone (&weak_keeper);
  wait_until_gone (&weak_registry);
  g_clear_object (&fixture->accounts);
  g_assert_finalize_object (fixture->list);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("mainstay-keeper-XXXXXX", NULL);
  fixture->server = mainstay_test_server_new ();
  fixture->account = mainstay_account_new (mainstay_test_server_get_url (fixture->server),
                                           MAINSTAY_TEST_USERNAME, FALSE);
  fixture->client = mainstay_client_new (mainstay_test_server_get_url (fixture->server),
                                         MAINSTAY_TEST_USERNAME, MAINSTAY_TEST_API_KEY, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  static const char *const names[] = { "transfers.json", "transfers.json.lock", "accounts.ini" };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);

      g_unlink (path);
    }
  g_assert_no_errno (g_rmdir (fixture->folder));
  g_free (fixture->folder);
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->account);
  mainstay_test_server_free (fixture->server);
}

static MainstayOperation *
add_transfer (Fixture        *fixture,
              const char     *name,
              MainstayClient *client)
{
  MainstayOperation *operation = fake_transfer_new (name);

  mainstay_operation_hold (operation, NULL);
  mainstay_operation_release (operation, client);
  mainstay_operation_list_add (fixture->list, operation);
  return operation;
}

/* A first run of the program, with one transfer that runs and one that a person paused. */
static void
leave_two (Fixture *fixture)
{
  g_autoptr(MainstayOperation) runs = NULL;
  g_autoptr(MainstayOperation) paused = NULL;

  begin (fixture);
  mainstay_account_store_add (fixture->accounts, fixture->account);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_milliseconds (100);
  mainstay_transfer_keeper_connected (fixture->keeper, fixture->account, fixture->client);
  runs = add_transfer (fixture, "runs", fixture->client);
  paused = add_transfer (fixture, "paused", fixture->client);
  g_assert_cmpuint (fake_transfer_get_runs (runs), ==, 1);
  mainstay_operation_pause (paused);
  wait_for_state (paused, MAINSTAY_OPERATION_PAUSED);
  quit (fixture);
  /* Stopped, and nothing thrown away. */
  g_assert_cmpint (mainstay_operation_get_state (runs), ==, MAINSTAY_OPERATION_PAUSED);
  g_assert_false (mainstay_operation_is_paused_by_user (runs));
  g_assert_cmpuint (fake_transfer_get_discards (runs), ==, 0);
}

static void
wait_for_items (Fixture      *fixture,
                unsigned int  n)
{
  GListModel *model = G_LIST_MODEL (fixture->list);

  for (int i = 0; i < 2000 && g_list_model_get_n_items (model) < n; i++)
    wait_milliseconds (5);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, n);
}

static MainstayOperation *
get_transfer (Fixture      *fixture,
              unsigned int  position,
              const char   *name)
{
  g_autoptr(MainstayOperation) operation =
    g_list_model_get_item (G_LIST_MODEL (fixture->list), position);

  g_assert_cmpstr (fake_transfer_get_name (operation), ==, name);
  return operation;
}

static void
assert_trouble (MainstayOperation *operation,
                MainstayError      code)
{
  const GError *trouble = mainstay_operation_get_trouble (operation);

  g_assert_true (g_error_matches (trouble, MAINSTAY_ERROR, (int) code));
  g_assert_nonnull (strstr (trouble->message, MAINSTAY_TEST_USERNAME));
}

static void
test_go_on (Fixture       *fixture,
            gconstpointer  data)
{
  MainstayOperation *runs;
  MainstayOperation *paused;

  leave_two (fixture);
  begin (fixture);
  mainstay_account_store_add (fixture->accounts, fixture->account);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_for_items (fixture, 2);
  paused = get_transfer (fixture, 0, "paused");
  runs = get_transfer (fixture, 1, "runs");
  /* There is no key in the keyring, so both wait for somebody to connect. */
  wait_milliseconds (100);
  g_assert_cmpint (mainstay_operation_get_state (runs), ==, MAINSTAY_OPERATION_PAUSED);
  assert_trouble (runs, MAINSTAY_ERROR_ACCOUNT_NOT_READY);
  assert_trouble (paused, MAINSTAY_ERROR_ACCOUNT_NOT_READY);
  g_assert_cmpuint (fixture->finished, ==, 0);

  mainstay_transfer_keeper_connected (fixture->keeper, fixture->account, fixture->client);
  wait_for_state (runs, MAINSTAY_OPERATION_RUNNING);
  g_assert_true (mainstay_operation_get_client (runs) == fixture->client);
  g_assert_null (mainstay_operation_get_trouble (paused));
  g_assert_cmpint (mainstay_operation_get_state (paused), ==, MAINSTAY_OPERATION_PAUSED);
  /* What it can do is known before anything asks for it. */
  g_assert_cmpuint (
    mainstay_test_server_count (fixture->server, "GET", "/api/mainstay/1/capabilities"), >, 0);
  mainstay_operation_resume (paused);
  fake_transfer_end (paused, NULL);
  fake_transfer_end (runs, NULL);
  wait_for_end (paused);
  wait_for_end (runs);
  quit (fixture);

  begin (fixture);
  mainstay_account_store_add (fixture->accounts, fixture->account);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_milliseconds (200);
  wait_for_items (fixture, 0);
  quit (fixture);
}

static void
stored_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GError) error = NULL;

  mainstay_account_store_key_finish (MAINSTAY_ACCOUNT (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

/* With a saved key nobody has to do anything. */
static void
test_saved_key (Fixture       *fixture,
                gconstpointer  data)
{
  MainstayOperation *runs;
  gboolean stored = FALSE;

  leave_two (fixture);
  mainstay_account_store_key_async (fixture->account, MAINSTAY_TEST_API_KEY, NULL, stored_cb,
                                    &stored);
  for (int i = 0; i < 2000 && !stored; i++)
    wait_milliseconds (5);
  g_assert_true (stored);
  begin (fixture);
  mainstay_account_store_add (fixture->accounts, fixture->account);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_for_items (fixture, 2);
  runs = get_transfer (fixture, 1, "runs");
  wait_for_state (runs, MAINSTAY_OPERATION_RUNNING);
  g_assert_cmpstr (mainstay_client_get_username (mainstay_operation_get_client (runs)), ==,
                   MAINSTAY_TEST_USERNAME);
  quit (fixture);
}

/* The account in use was there first. */
static void
test_connected_before (Fixture       *fixture,
                       gconstpointer  data)
{
  leave_two (fixture);
  begin (fixture);
  mainstay_transfer_keeper_connected (fixture->keeper, fixture->account, fixture->client);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_for_items (fixture, 2);
  wait_for_state (get_transfer (fixture, 1, "runs"), MAINSTAY_OPERATION_RUNNING);
  quit (fixture);
}

static void
test_account_gone (Fixture       *fixture,
                   gconstpointer  data)
{
  MainstayOperation *runs;
  const GError *error;

  leave_two (fixture);
  begin (fixture);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_for_items (fixture, 2);
  runs = get_transfer (fixture, 1, "runs");
  error = mainstay_operation_get_error (runs);
  g_assert_cmpint (mainstay_operation_get_state (runs), ==, MAINSTAY_OPERATION_FAILED);
  g_assert_true (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ACCOUNT_GONE));
  g_assert_nonnull (strstr (error->message, MAINSTAY_TEST_USERNAME));
  g_assert_nonnull (strstr (error->message, "127.0.0.1"));
  g_assert_false (mainstay_operation_can_retry (runs));
  /* No news. */
  g_assert_cmpuint (fixture->finished, ==, 0);
  quit (fixture);

  /* Still there the next time, and connected again it can be retried. */
  begin (fixture);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_for_items (fixture, 2);
  runs = get_transfer (fixture, 1, "runs");
  g_assert_cmpint (mainstay_operation_get_state (runs), ==, MAINSTAY_OPERATION_FAILED);
  mainstay_transfer_keeper_connected (fixture->keeper, fixture->account, fixture->client);
  for (int i = 0; i < 1000 && !mainstay_operation_can_retry (runs); i++)
    wait_milliseconds (5);
  mainstay_operation_retry (runs);
  g_assert_cmpint (mainstay_operation_get_state (runs), ==, MAINSTAY_OPERATION_RUNNING);
  fake_transfer_end (runs, NULL);
  wait_for_end (runs);
  quit (fixture);
}

static void
test_account_back (Fixture       *fixture,
                   gconstpointer  data)
{
  leave_two (fixture);
  begin (fixture);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_for_items (fixture, 2);
  g_assert_cmpint (mainstay_operation_get_state (get_transfer (fixture, 1, "runs")), ==,
                   MAINSTAY_OPERATION_FAILED);
  quit (fixture);

  /* It had failed of nothing else, and is as it was. */
  begin (fixture);
  mainstay_transfer_keeper_connected (fixture->keeper, fixture->account, fixture->client);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_for_items (fixture, 2);
  wait_for_state (get_transfer (fixture, 1, "runs"), MAINSTAY_OPERATION_RUNNING);
  g_assert_cmpint (mainstay_operation_get_state (get_transfer (fixture, 0, "paused")), ==,
                   MAINSTAY_OPERATION_PAUSED);
  quit (fixture);
}

/* Removed while what is left over waits for it. */
static void
test_account_removed (Fixture       *fixture,
                      gconstpointer  data)
{
  MainstayOperation *runs;

  leave_two (fixture);
  begin (fixture);
  mainstay_account_store_add (fixture->accounts, fixture->account);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_for_items (fixture, 2);
  runs = get_transfer (fixture, 1, "runs");
  g_assert_cmpint (mainstay_operation_get_state (runs), ==, MAINSTAY_OPERATION_PAUSED);
  mainstay_account_store_remove (fixture->accounts, fixture->account);
  g_assert_cmpint (mainstay_operation_get_state (runs), ==, MAINSTAY_OPERATION_FAILED);
  mainstay_operation_cancel (runs);
  wait_for_state (runs, MAINSTAY_OPERATION_CANCELLED);
  quit (fixture);
}

/* A new key for the same account helps what failed for the old one. */
static void
test_new_key (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;
  g_autoptr(MainstayClient) newer =
    mainstay_client_new (mainstay_test_server_get_url (fixture->server), MAINSTAY_TEST_USERNAME,
                         "newer", NULL);

  begin (fixture);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_milliseconds (100);
  operation = add_transfer (fixture, "one", fixture->client);
  fake_transfer_end (operation,
                     g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED, "No"));
  wait_for_end (operation);
  mainstay_transfer_keeper_connected (fixture->keeper, fixture->account, newer);
  for (int i = 0; i < 1000 && mainstay_operation_get_client (operation) != newer; i++)
    wait_milliseconds (5);
  g_assert_true (mainstay_operation_get_client (operation) == newer);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_FAILED);
  mainstay_operation_cancel (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_CANCELLED);
  quit (fixture);
}

/* The transfers of a sample portal leave nothing behind. */
static void
test_never_kept (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *state = g_build_filename (fixture->folder, "transfers.json", NULL);
  g_autoptr(MainstayOperation) operation = NULL;

  begin (fixture);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_milliseconds (100);
  mainstay_transfer_keeper_never_keep (fixture->keeper, fixture->client);
  operation = add_transfer (fixture, "one", fixture->client);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  quit (fixture);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  g_assert_cmpuint (fake_transfer_get_discards (operation), ==, 1);
  g_assert_false (g_file_test (state, G_FILE_TEST_EXISTS));
}

/* What is told while a portal cannot be reached; it is asked again later. */
static void
test_unreachable (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstayAccount) account = mainstay_account_new ("http://127.0.0.1:1", "anna", FALSE);
  g_autoptr(MainstayClient) client = mainstay_client_new ("http://127.0.0.1:1", "anna", "k", NULL);
  g_autoptr(MainstayOperation) operation = NULL;
  MainstayOperation *again;

  mainstay_client_set_wait_scale (client, 0.01);
  begin (fixture);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_milliseconds (100);
  operation = add_transfer (fixture, "one", client);
  quit (fixture);

  begin (fixture);
  mainstay_transfer_keeper_connected (fixture->keeper, account, client);
  mainstay_transfer_keeper_start (fixture->keeper);
  wait_for_items (fixture, 1);
  again = get_transfer (fixture, 0, "one");
  for (int i = 0; i < 2000 && !g_error_matches (mainstay_operation_get_trouble (again),
                                                MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE); i++)
    wait_milliseconds (5);
  g_assert_true (g_error_matches (mainstay_operation_get_trouble (again), MAINSTAY_ERROR,
                                  MAINSTAY_ERROR_UNREACHABLE));
  g_assert_cmpint (mainstay_operation_get_state (again), ==, MAINSTAY_OPERATION_PAUSED);
  g_clear_object (&operation);
  quit (fixture);
}

#define ADD(name, function)                                                                      \
  g_test_add ("/ui/transfer-keeper/" name, Fixture, NULL, set_up, function, tear_down)

/* A keyring of the test's own. */
static char *
make_keyring (void)
{
  char *folder = g_dir_make_tmp ("mainstay-keyring-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "keyring", NULL);

  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "password", TRUE);
  return folder;
}

static void
remove_keyring (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "keyring", NULL);

  g_unlink (path);
  g_assert_no_errno (g_rmdir (folder));
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *keyring = make_keyring ();
  int status;

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_log_writer_default_set_use_stderr (TRUE);
  ADD ("go-on", test_go_on);
  ADD ("saved-key", test_saved_key);
  ADD ("connected-before", test_connected_before);
  ADD ("account-gone", test_account_gone);
  ADD ("account-back", test_account_back);
  ADD ("account-removed", test_account_removed);
  ADD ("new-key", test_new_key);
  ADD ("never-kept", test_never_kept);
  ADD ("unreachable", test_unreachable);
  status = g_test_run ();
  remove_keyring (keyring);
  return status;
}
