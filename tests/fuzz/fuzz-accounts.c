/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-account-store.h"

/* The file of the accounts. */

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *path = fuzz_write ("accounts.ini", data, size);
  g_autoptr(MainstayAccountStore) store = mainstay_account_store_new (path);
  g_autoptr(GAsyncResult) result = NULL;

  mainstay_account_store_load_async (store, NULL, loaded_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (mainstay_account_store_load_finish (store, result, NULL));
  for (unsigned int i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr(MainstayAccount) account = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_assert_nonnull (mainstay_account_get_id (account));
      g_assert_nonnull (mainstay_account_get_url (account));
    }
  return 0;
}
