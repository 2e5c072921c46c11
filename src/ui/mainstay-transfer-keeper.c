/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-transfer-keeper.h"

#include "config.h"
#include "mainstay-error.h"
#include "mainstay-operation-private.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>

/* Until a portal that cannot be reached is asked once more. */
#define ASK_AGAIN 30 /* seconds */

struct _MainstayTransferKeeper
{
  GObject parent_instance;

  MainstayOperationList *operations;
  MainstayAccountStore *accounts;
  MainstayTransferRegistry *registry;
  GHashTable *clients; /* of MainstayClient by account id: those in use */
  GHashTable *again;   /* of timeouts by account id: portals to be asked once more */
  GPtrArray *passing;  /* (element-type MainstayClient): whose transfers are not kept */
  GCancellable *cancellable;
  gboolean started;    /* what was left over is listed */
};

G_DEFINE_FINAL_TYPE (MainstayTransferKeeper, mainstay_transfer_keeper, G_TYPE_OBJECT)

/* What a client is made ready with. */
typedef struct
{
  MainstayTransferKeeper *keeper;
  MainstayClient *client; /* (nullable): while the key is looked up */
  char *account;
} Wake;

static void ask_portal (Wake *wake);

static Wake *
wake_new (MainstayTransferKeeper *self,
          const char             *account,
          MainstayClient         *client)
{
  Wake *wake = g_new0 (Wake, 1);

  wake->keeper = g_object_ref (self);
  wake->account = g_strdup (account);
  g_set_object (&wake->client, client);
  return wake;
}

static void
wake_free (gpointer data)
{
  Wake *wake = data;

  g_clear_object (&wake->keeper);
  g_clear_object (&wake->client);
  g_clear_pointer (&wake->account, g_free);
  g_clear_pointer (&wake, g_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wake, wake_free)

/* Returns: (transfer full) (element-type MainstayOperation): those of one account, oldest first;
 * what is done with them may change the list */
static GPtrArray *
dup_of_account (MainstayTransferKeeper *self,
                const char             *account)
{
  GListModel *model = G_LIST_MODEL (self->operations);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (unsigned int i = g_list_model_get_n_items (model); i-- > 0;)
    {
      g_autoptr(MainstayOperation) operation = g_list_model_get_item (model, i);

      if (g_strcmp0 (mainstay_transfer_registry_get_account (self->registry, operation),
                     account) == 0)
        g_ptr_array_add (found, g_steal_pointer (&operation));
    }
  return found;
}

/* A newer client may have a newer key, which helps what failed for the old one. */
static void
release_all (MainstayTransferKeeper *self,
             const char             *account,
             MainstayClient         *client)
{
  g_autoptr(GPtrArray) operations = dup_of_account (self, account);

  for (unsigned int i = 0; i < operations->len; i++)
    if (!mainstay_operation_is_busy (g_ptr_array_index (operations, i)))
      mainstay_operation_release (g_ptr_array_index (operations, i), client);
}

static void
trouble_all (MainstayTransferKeeper *self,
             const char             *account,
             const GError           *trouble)
{
  g_autoptr(GPtrArray) operations = dup_of_account (self, account);

  for (unsigned int i = 0; i < operations->len; i++)
    if (mainstay_operation_is_held (g_ptr_array_index (operations, i)))
      mainstay_operation_set_trouble (g_ptr_array_index (operations, i), trouble);
}

static gboolean
ask_again_cb (gpointer user_data)
{
  Wake *wake = user_data;
  g_autofree char *key = NULL;

  /* It ends by itself. */
  g_hash_table_steal_extended (wake->keeper->again, wake->account, (gpointer *) &key, NULL);
  ask_portal (wake_new (wake->keeper, wake->account, wake->client));
  return G_SOURCE_REMOVE;
}

static void
ask_again_later (Wake *wake)
{
  unsigned int id = g_timeout_add_seconds_full (
    G_PRIORITY_DEFAULT, ASK_AGAIN, ask_again_cb,
    wake_new (wake->keeper, wake->account, wake->client), wake_free);

  g_hash_table_insert (wake->keeper->again, g_strdup (wake->account), GUINT_TO_POINTER (id));
}

static void
remove_timeout (gpointer data)
{
  g_source_remove (GPOINTER_TO_UINT (data));
}

static void
capabilities_loaded_cb (GObject      *object,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr(Wake) wake = user_data;
  MainstayTransferKeeper *self = wake->keeper;
  g_autoptr(GError) error = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  /* A later one took its place. */
  if (g_hash_table_lookup (self->clients, wake->account) != (gpointer) wake->client)
    return;
  if (mainstay_client_load_capabilities_finish (wake->client, result, &error))
    {
      release_all (self, wake->account, wake->client);
      return;
    }
  trouble_all (self, wake->account, error);
  ask_again_later (wake);
}

/* What the portal can do has to be known before a transfer asks for it. Takes @wake. */
static void
ask_portal (Wake *wake)
{
  MainstayTransferKeeper *self = wake->keeper;

  mainstay_client_load_capabilities_async (wake->client, self->cancellable,
                                           capabilities_loaded_cb, wake);
}

static void
key_looked_up_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(Wake) wake = user_data;
  MainstayAccount *account = MAINSTAY_ACCOUNT (object);
  g_autoptr(MainstayClient) client = NULL;
  g_autoptr(GError) error = NULL;
  char *key = mainstay_account_lookup_key_finish (account, result, &error);

  /* Without a key they wait until somebody connects to the account. */
  if (key != NULL && !g_cancellable_is_cancelled (wake->keeper->cancellable) &&
      !g_hash_table_contains (wake->keeper->clients, wake->account))
    client = mainstay_client_new (mainstay_account_get_url (account),
                                  mainstay_account_get_username (account), key, NULL);
  g_clear_pointer (&key, secret_password_free);
  if (client != NULL)
    mainstay_transfer_keeper_connected (wake->keeper, account, client);
}

/* Returns: (transfer full) (nullable): the saved account of that id */
static MainstayAccount *
find_account (MainstayTransferKeeper *self,
              const char             *id)
{
  GListModel *model = G_LIST_MODEL (self->accounts);

  for (unsigned int i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(MainstayAccount) account = g_list_model_get_item (model, i);

      if (g_strcmp0 (mainstay_account_get_id (account), id) == 0)
        return g_steal_pointer (&account);
    }
  return NULL;
}

static GError *
new_error (MainstayTransferKeeper *self,
           MainstayOperation      *operation,
           MainstayError           code)
{
  const char *portal = mainstay_transfer_registry_get_portal (self->registry, operation);

  if (code == MAINSTAY_ERROR_ACCOUNT_GONE)
    /* translators: %s is an account, as in "anna · portal.example.com" */
    return g_error_new (MAINSTAY_ERROR, code, _("The account %s is not on this computer any more"),
                        portal);
  /* translators: %s is an account, as in "anna · portal.example.com" */
  return g_error_new (MAINSTAY_ERROR, code, _("Waits for the account %s"), portal);
}

/* Says what a held one waits for; one whose account nobody knows waits in vain. */
static void
settle (MainstayTransferKeeper *self,
        MainstayOperation      *operation)
{
  const char *id = mainstay_transfer_registry_get_account (self->registry, operation);
  g_autoptr(MainstayAccount) account = NULL;
  g_autoptr(GError) error = NULL;

  if (id == NULL || !mainstay_operation_is_held (operation) ||
      mainstay_operation_has_ended (operation) || mainstay_operation_is_busy (operation))
    return;
  account = find_account (self, id);
  if (account != NULL || g_hash_table_contains (self->clients, id))
    {
      error = new_error (self, operation, MAINSTAY_ERROR_ACCOUNT_NOT_READY);
      mainstay_operation_set_trouble (operation, error);
      return;
    }
  error = new_error (self, operation, MAINSTAY_ERROR_ACCOUNT_GONE);
  mainstay_operation_fail (operation, error);
}

static void
look_up_key (MainstayTransferKeeper *self,
             const char             *id)
{
  g_autoptr(MainstayAccount) account = find_account (self, id);

  if (account != NULL)
    mainstay_account_lookup_key_async (account, self->cancellable, key_looked_up_cb,
                                       wake_new (self, id, NULL));
}

static void
accounts_changed_cb (MainstayTransferKeeper *self)
{
  GListModel *model = G_LIST_MODEL (self->operations);

  if (!self->started)
    return;
  for (unsigned int i = g_list_model_get_n_items (model); i-- > 0;)
    {
      g_autoptr(MainstayOperation) operation = g_list_model_get_item (model, i);

      settle (self, operation);
    }
}

static void
list_left_over (MainstayTransferKeeper *self,
                GPtrArray              *operations)
{
  g_autoptr(GHashTable) asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (unsigned int i = 0; i < operations->len; i++)
    {
      MainstayOperation *operation = g_ptr_array_index (operations, i);

      /* Before it is listed: an end that nobody just waited for is no news. */
      settle (self, operation);
      mainstay_operation_list_add (self->operations, operation);
    }
  for (unsigned int i = 0; i < operations->len; i++)
    {
      const char *account = mainstay_transfer_registry_get_account (
        self->registry, g_ptr_array_index (operations, i));
      MainstayClient *client;

      if (account == NULL || !g_hash_table_add (asked, g_strdup (account)))
        continue;
      client = g_hash_table_lookup (self->clients, account);
      if (client != NULL)
        ask_portal (wake_new (self, account, client));
      else
        look_up_key (self, account);
    }
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(MainstayTransferKeeper) self = MAINSTAY_TRANSFER_KEEPER (user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) operations =
    mainstay_transfer_registry_load_finish (MAINSTAY_TRANSFER_REGISTRY (object), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  self->started = TRUE;
  if (operations != NULL)
    list_left_over (self, operations);
  else
    g_message ("Unfinished transfers are not kept this time: %s", error->message);
}

static void
keep (MainstayTransferKeeper *self,
      MainstayOperation      *operation)
{
  MainstayClient *client = mainstay_operation_get_client (operation);
  g_autoptr(MainstayAccount) account = NULL;

  if (client == NULL || g_ptr_array_find (self->passing, client, NULL))
    return;
  account = mainstay_account_new (mainstay_client_get_base_url (client),
                                  mainstay_client_get_username (client), TRUE);
  mainstay_transfer_registry_track (self->registry, operation, mainstay_account_get_id (account),
                                    mainstay_account_get_name (account));
}

static void
items_changed_cb (MainstayTransferKeeper *self,
                  unsigned int            position,
                  unsigned int            removed,
                  unsigned int            added,
                  GListModel             *model)
{
  for (unsigned int i = position; i < position + added; i++)
    {
      g_autoptr(MainstayOperation) operation = g_list_model_get_item (model, i);

      keep (self, operation);
    }
}

static void
mainstay_transfer_keeper_dispose (GObject *object)
{
  MainstayTransferKeeper *self = MAINSTAY_TRANSFER_KEEPER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->operations);
  g_clear_object (&self->accounts);
  g_clear_object (&self->registry);

  G_OBJECT_CLASS (mainstay_transfer_keeper_parent_class)->dispose (object);
}

static void
mainstay_transfer_keeper_finalize (GObject *object)
{
  MainstayTransferKeeper *self = MAINSTAY_TRANSFER_KEEPER (object);

  g_clear_pointer (&self->clients, g_hash_table_unref);
  g_clear_pointer (&self->again, g_hash_table_unref);
  g_clear_pointer (&self->passing, g_ptr_array_unref);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (mainstay_transfer_keeper_parent_class)->finalize (object);
}

static void
mainstay_transfer_keeper_class_init (MainstayTransferKeeperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mainstay_transfer_keeper_dispose;
  object_class->finalize = mainstay_transfer_keeper_finalize;
}

static void
mainstay_transfer_keeper_init (MainstayTransferKeeper *self)
{
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->again = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, remove_timeout);
  self->passing = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

/**
 * mainstay_transfer_keeper_new:
 * @operations: the list that is shown
 * @accounts: the saved accounts
 * @registry: a registry that knows how to make transfers again and has not been loaded
 *
 * Returns: (transfer full): a keeper
 */
MainstayTransferKeeper *
mainstay_transfer_keeper_new (MainstayOperationList    *operations,
                              MainstayAccountStore     *accounts,
                              MainstayTransferRegistry *registry)
{
  MainstayTransferKeeper *self = g_object_new (MAINSTAY_TYPE_TRANSFER_KEEPER, NULL);

  self->operations = g_object_ref (operations);
  self->accounts = g_object_ref (accounts);
  self->registry = g_object_ref (registry);
  g_signal_connect_object (operations, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
mainstay_transfer_keeper_start (MainstayTransferKeeper *self)
{
  g_return_if_fail (MAINSTAY_IS_TRANSFER_KEEPER (self));

  mainstay_transfer_registry_load_async (self->registry, NULL, loaded_cb, g_object_ref (self));
}

void
mainstay_transfer_keeper_connected (MainstayTransferKeeper *self,
                                    MainstayAccount        *account,
                                    MainstayClient         *client)
{
  const char *id;

  g_return_if_fail (MAINSTAY_IS_TRANSFER_KEEPER (self));
  g_return_if_fail (MAINSTAY_IS_ACCOUNT (account));
  g_return_if_fail (MAINSTAY_IS_CLIENT (client));

  id = mainstay_account_get_id (account);
  g_hash_table_insert (self->clients, g_strdup (id), g_object_ref (client));
  /* Else when what is left over is listed. */
  if (self->started)
    ask_portal (wake_new (self, id, client));
}

void
mainstay_transfer_keeper_never_keep (MainstayTransferKeeper *self,
                                     MainstayClient         *client)
{
  g_return_if_fail (MAINSTAY_IS_TRANSFER_KEEPER (self));
  g_return_if_fail (MAINSTAY_IS_CLIENT (client));

  g_ptr_array_add (self->passing, g_object_ref (client));
}

gboolean
mainstay_transfer_keeper_keeps (MainstayTransferKeeper *self,
                                MainstayOperation      *operation)
{
  g_return_val_if_fail (MAINSTAY_IS_TRANSFER_KEEPER (self), FALSE);
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (operation), FALSE);

  return mainstay_operation_is_resumable (operation) &&
         mainstay_transfer_registry_get_account (self->registry, operation) != NULL;
}

void
mainstay_transfer_keeper_stop (MainstayTransferKeeper *self)
{
  GListModel *model;

  g_return_if_fail (MAINSTAY_IS_TRANSFER_KEEPER (self));

  g_cancellable_cancel (self->cancellable);
  g_hash_table_remove_all (self->again);
  mainstay_operation_list_hold_all (self->operations);
  model = G_LIST_MODEL (self->operations);
  for (unsigned int i = g_list_model_get_n_items (model); i-- > 0;)
    {
      g_autoptr(MainstayOperation) operation = g_list_model_get_item (model, i);

      if (mainstay_operation_is_resumable (operation) &&
          mainstay_transfer_registry_get_account (self->registry, operation) == NULL)
        mainstay_operation_cancel (operation);
    }
}

void
mainstay_transfer_keeper_flush_async (MainstayTransferKeeper *self,
                                      GAsyncReadyCallback     callback,
                                      gpointer                user_data)
{
  g_return_if_fail (MAINSTAY_IS_TRANSFER_KEEPER (self));

  mainstay_transfer_registry_flush_async (self->registry, NULL, callback, user_data);
}
