/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-account-store.h"

#include "mainstay-answer.h"
#include "mainstay-error.h"
#include "mainstay-file-saver.h"

#define FORMAT_VERSION 1
#define HEAD_GROUP "Mainstay"
#define ACCOUNT_PREFIX "Account "

struct _MainstayAccountStore
{
  GObject parent_instance;

  /* owned */
  GPtrArray *accounts;
  MainstayAccount *last_used; /* nullable */
  MainstayFileSaver *saver;
};

enum { PROP_LAST_USED = 1 };

static GParamSpec *properties[PROP_LAST_USED + 1];

static void mainstay_account_store_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MainstayAccountStore, mainstay_account_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      mainstay_account_store_model_init))

static GType
mainstay_account_store_get_item_type (GListModel *model)
{
  return MAINSTAY_TYPE_ACCOUNT;
}

static unsigned int
mainstay_account_store_get_n_items (GListModel *model)
{
  return MAINSTAY_ACCOUNT_STORE (model)->accounts->len;
}

static gpointer
mainstay_account_store_get_item (GListModel   *model,
                                 unsigned int  position)
{
  MainstayAccountStore *self = MAINSTAY_ACCOUNT_STORE (model);

  return position < self->accounts->len
           ? g_object_ref (g_ptr_array_index (self->accounts, position))
           : NULL;
}

static void
mainstay_account_store_model_init (GListModelInterface *iface)
{
  iface->get_item_type = mainstay_account_store_get_item_type;
  iface->get_n_items = mainstay_account_store_get_n_items;
  iface->get_item = mainstay_account_store_get_item;
}

static void
mainstay_account_store_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  if (prop_id == PROP_LAST_USED)
    g_value_set_object (value, MAINSTAY_ACCOUNT_STORE (object)->last_used);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
mainstay_account_store_finalize (GObject *object)
{
  MainstayAccountStore *self = MAINSTAY_ACCOUNT_STORE (object);

  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_object (&self->saver);
  g_clear_object (&self->last_used);

  G_OBJECT_CLASS (mainstay_account_store_parent_class)->finalize (object);
}

static void
mainstay_account_store_class_init (MainstayAccountStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = mainstay_account_store_finalize;
  object_class->get_property = mainstay_account_store_get_property;

  properties[PROP_LAST_USED] =
    g_param_spec_object ("last-used", NULL, NULL, MAINSTAY_TYPE_ACCOUNT,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_account_store_init (MainstayAccountStore *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
}

static int
find (MainstayAccountStore *self,
      const char           *id)
{
  for (unsigned int i = 0; i < self->accounts->len; i++)
    if (g_strcmp0 (mainstay_account_get_id (g_ptr_array_index (self->accounts, i)), id) == 0)
      return (int) i;
  return -1;
}

static void
choose (MainstayAccountStore *self,
        MainstayAccount      *account)
{
  if (g_set_object (&self->last_used, account))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_USED]);
}

static gboolean
append (MainstayAccountStore *self,
        MainstayAccount      *account)
{
  if (find (self, mainstay_account_get_id (account)) >= 0)
    return FALSE;
  g_ptr_array_add (self->accounts, g_object_ref (account));
  g_list_model_items_changed (G_LIST_MODEL (self), self->accounts->len - 1, 0, 1);
  return TRUE;
}

/* File to text and back. */

static void
read_account (MainstayAccountStore *self,
              GKeyFile             *file,
              const char           *group)
{
  g_autofree char *url = g_key_file_get_string (file, group, "url", NULL);
  g_autofree char *username = g_key_file_get_string (file, group, "username", NULL);
  g_autoptr(MainstayAccount) account = NULL;

  if (url == NULL || username == NULL)
    return;
  account = mainstay_account_new (url, username, FALSE);
  append (self, account);
}

static void
read_text (MainstayAccountStore *self,
           const char           *text,
           size_t                length)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_auto(GStrv) groups = NULL;
  g_autofree char *last = NULL;
  int position;

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL) ||
      g_key_file_get_integer (file, HEAD_GROUP, "version", NULL) != FORMAT_VERSION)
    {
      g_info ("The saved accounts are of another format");
      return;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (size_t i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], ACCOUNT_PREFIX))
      read_account (self, file, groups[i]);
  last = g_key_file_get_string (file, HEAD_GROUP, "last-used", NULL);
  position = find (self, last);
  if (position >= 0)
    choose (self, g_ptr_array_index (self->accounts, position));
}

static char *
write_text (gpointer owner)
{
  MainstayAccountStore *self = owner;
  g_autoptr(GKeyFile) file = g_key_file_new ();

  g_key_file_set_integer (file, HEAD_GROUP, "version", FORMAT_VERSION);
  if (self->last_used != NULL)
    g_key_file_set_string (file, HEAD_GROUP, "last-used",
                           mainstay_account_get_id (self->last_used));
  for (unsigned int i = 0; i < self->accounts->len; i++)
    {
      MainstayAccount *account = g_ptr_array_index (self->accounts, i);
      g_autofree char *group = g_strconcat (ACCOUNT_PREFIX, mainstay_account_get_id (account),
                                            NULL);

      g_key_file_set_string (file, group, "url", mainstay_account_get_url (account));
      g_key_file_set_string (file, group, "username", mainstay_account_get_username (account));
    }
  return g_key_file_to_data (file, NULL, NULL);
}

/** mainstay_account_store_new: Returns: (transfer full): an empty store; it reads nothing yet */
MainstayAccountStore *
mainstay_account_store_new (const char *path)
{
  MainstayAccountStore *self = g_object_new (MAINSTAY_TYPE_ACCOUNT_STORE, NULL);
  g_autofree char *file = path != NULL ? g_strdup (path)
                                       : g_build_filename (g_get_user_config_dir (), "mainstay",
                                                           "accounts.ini", NULL);

  self->saver = mainstay_file_saver_new (file, G_OBJECT (self), write_text);
  return self;
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  size_t length;

  if (g_file_load_contents_finish (G_FILE (object), result, &text, &length, NULL, &error))
    read_text (g_task_get_source_object (task), text, length);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_autofree char *detail = mainstay_answer_clean_text (error->message);

      g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "%s", detail);
      return;
    }
  g_task_return_boolean (task, TRUE);
}

void
mainstay_account_store_load_async (MainstayAccountStore *self,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data)
{
  g_autoptr(GFile) file = NULL;
  GTask *task;

  g_return_if_fail (MAINSTAY_IS_ACCOUNT_STORE (self));

  file = g_file_new_for_path (mainstay_file_saver_get_path (self->saver));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_account_store_load_async);
  g_file_load_contents_async (file, cancellable, loaded_cb, task);
}

gboolean
mainstay_account_store_load_finish (MainstayAccountStore  *self,
                                    GAsyncResult          *result,
                                    GError               **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_account_store_load_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * mainstay_account_store_add:
 * @self: a store
 * @account: what to keep
 */
void
mainstay_account_store_add (MainstayAccountStore *self,
                            MainstayAccount      *account)
{
  g_return_if_fail (MAINSTAY_IS_ACCOUNT_STORE (self));
  g_return_if_fail (MAINSTAY_IS_ACCOUNT (account));

  if (!mainstay_account_is_transient (account) && append (self, account))
    mainstay_file_saver_save (self->saver);
}

/**
 * mainstay_account_store_remove:
 * @self: a store
 * @account: an account; its key is not touched
 */
void
mainstay_account_store_remove (MainstayAccountStore *self,
                               MainstayAccount      *account)
{
  int position;

  g_return_if_fail (MAINSTAY_IS_ACCOUNT_STORE (self));
  g_return_if_fail (MAINSTAY_IS_ACCOUNT (account));

  position = find (self, mainstay_account_get_id (account));
  if (position < 0)
    return;
  if (self->last_used == g_ptr_array_index (self->accounts, position))
    choose (self, NULL);
  g_ptr_array_remove_index (self->accounts, (unsigned int) position);
  g_list_model_items_changed (G_LIST_MODEL (self), (unsigned int) position, 1, 0);
  mainstay_file_saver_save (self->saver);
}

/** mainstay_account_store_get_last_used: Returns: (transfer none) (nullable): the account */
MainstayAccount *
mainstay_account_store_get_last_used (MainstayAccountStore *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACCOUNT_STORE (self), NULL);

  return self->last_used;
}

/**
 * mainstay_account_store_set_last_used:
 * @self: a store
 * @account: an account; one that is not saved is not remembered either
 */
void
mainstay_account_store_set_last_used (MainstayAccountStore *self,
                                      MainstayAccount      *account)
{
  int position;

  g_return_if_fail (MAINSTAY_IS_ACCOUNT_STORE (self));
  g_return_if_fail (MAINSTAY_IS_ACCOUNT (account));

  position = find (self, mainstay_account_get_id (account));
  if (position < 0 || self->last_used == g_ptr_array_index (self->accounts, position))
    return;
  choose (self, g_ptr_array_index (self->accounts, position));
  mainstay_file_saver_save (self->saver);
}

static void
flushed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (mainstay_file_saver_flush_finish (MAINSTAY_FILE_SAVER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
mainstay_account_store_flush_async (MainstayAccountStore *self,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data)
{
  GTask *task;

  g_return_if_fail (MAINSTAY_IS_ACCOUNT_STORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_account_store_flush_async);
  mainstay_file_saver_flush_async (self->saver, cancellable, flushed_cb, task);
}

gboolean
mainstay_account_store_flush_finish (MainstayAccountStore  *self,
                                     GAsyncResult          *result,
                                     GError               **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_account_store_flush_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
