/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-account.h"

#include <libsecret/secret.h>

#include "mainstay-address.h"
#include "mainstay-answer.h"
#include "mainstay-error.h"

struct _MainstayAccount
{
  GObject parent_instance;

  char *id;
  char *url;
  char *username;
  char *name;
  gboolean transient;
};

typedef enum {
  PROP_ID = 1,
  PROP_URL,
  PROP_USERNAME,
  PROP_NAME,
  PROP_TRANSIENT
} MainstayAccountProperty;

static GParamSpec *properties[PROP_TRANSIENT + 1];

G_DEFINE_FINAL_TYPE (MainstayAccount, mainstay_account, G_TYPE_OBJECT)

static const SecretSchema key_schema = {
  "io.github.mainstay_backups.Mainstay.ApiKey",
  SECRET_SCHEMA_NONE,
  {
    { "url", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "username", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

static void
mainstay_account_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  MainstayAccount *self = MAINSTAY_ACCOUNT (object);

  switch ((MainstayAccountProperty) prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_URL:
      g_value_set_string (value, self->url);
      break;
    case PROP_USERNAME:
      g_value_set_string (value, self->username);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TRANSIENT:
      g_value_set_boolean (value, self->transient);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_account_finalize (GObject *object)
{
  MainstayAccount *self = MAINSTAY_ACCOUNT (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->username, g_free);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (mainstay_account_parent_class)->finalize (object);
}

static void
mainstay_account_class_init (MainstayAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = mainstay_account_finalize;
  object_class->get_property = mainstay_account_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL, flags);
  properties[PROP_USERNAME] = g_param_spec_string ("username", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_TRANSIENT] = g_param_spec_boolean ("transient", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_account_init (MainstayAccount *self)
{
}

static char *
make_id (const char *url,
         const char *username)
{
  g_autofree char *both = g_strdup_printf ("%s\n%s", url, username);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);

  return g_strndup (sum, 16);
}

static char *
make_name (const char *url,
           const char *username)
{
  const char *place = strstr (url, "://");

  return g_strdup_printf ("%s · %s", username, place != NULL ? place + 3 : url);
}

/**
 * mainstay_account_new:
 * @url: where the portal is
 * @username: who one is there
 * @transient: whether it ends with the program
 *
 * Returns: (transfer full): an account; the same place and person always have the same id
 */
MainstayAccount *
mainstay_account_new (const char *url,
                      const char *username,
                      gboolean    transient)
{
  MainstayAccount *self;

  g_return_val_if_fail (url != NULL, NULL);
  g_return_val_if_fail (username != NULL, NULL);

  self = g_object_new (MAINSTAY_TYPE_ACCOUNT, NULL);
  self->url = mainstay_address_normalize (url, NULL);
  if (self->url == NULL)
    self->url = g_strdup (url);
  self->username = g_strdup (username);
  self->id = make_id (self->url, username);
  self->name = make_name (self->url, username);
  self->transient = transient;
  return self;
}

/** mainstay_account_get_id: Returns: what tells it from all others */
const char *
mainstay_account_get_id (MainstayAccount *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACCOUNT (self), NULL);

  return self->id;
}

/** mainstay_account_get_url: Returns: where the portal is */
const char *
mainstay_account_get_url (MainstayAccount *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACCOUNT (self), NULL);

  return self->url;
}

/** mainstay_account_get_username: Returns: who one is there */
const char *
mainstay_account_get_username (MainstayAccount *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACCOUNT (self), NULL);

  return self->username;
}

/** mainstay_account_get_name: Returns: what to show */
const char *
mainstay_account_get_name (MainstayAccount *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACCOUNT (self), NULL);

  return self->name;
}

/** mainstay_account_is_transient: Returns: whether it ends with the program */
gboolean
mainstay_account_is_transient (MainstayAccount *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ACCOUNT (self), FALSE);

  return self->transient;
}

static char *
take_variable (const char *name)
{
  char *value = g_strdup (g_getenv (name));

  g_unsetenv (name);
  return value;
}

/**
 * mainstay_account_from_environ:
 * @api_key: (out) (transfer full): the key
 *
 * To be called before any thread is started, since it changes the environment.
 *
 * Returns: (transfer full) (nullable): the account, %NULL when one of the variables is not set
 */
MainstayAccount *
mainstay_account_from_environ (char **api_key)
{
  g_autofree char *url = take_variable ("MAINSTAY_PORTAL_URL");
  g_autofree char *username = take_variable ("MAINSTAY_USERNAME");
  g_autofree char *key = take_variable ("MAINSTAY_API_KEY");

  g_return_val_if_fail (api_key != NULL, NULL);

  *api_key = NULL;
  if (url == NULL || username == NULL || key == NULL || *url == '\0' || *username == '\0' ||
      *key == '\0')
    return NULL;
  *api_key = g_steal_pointer (&key);
  return mainstay_account_new (url, username, TRUE);
}

/* Whatever the way to the keyring ends with, the same holds for a person: the key cannot be kept
 * there or had from there now. */
static void
return_keyring_error (GTask  *task,
                      GError *error)
{
  g_autofree char *detail = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, error);
      return;
    }
  g_dbus_error_strip_remote_error (error);
  detail = mainstay_answer_clean_text (error->message);
  g_error_free (error);
  g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_KEYRING, "%s", detail);
}

static void
key_stored_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else if (error != NULL)
    return_keyring_error (task, error);
  else
    g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_KEYRING,
                             "The keyring did not take the key");
}

static GTask *
key_task_new (MainstayAccount     *self,
              gpointer             tag,
              GCancellable        *cancellable,
              GAsyncReadyCallback  callback,
              gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  return task;
}

void
mainstay_account_store_key_async (MainstayAccount     *self,
                                  const char          *api_key,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autofree char *label = NULL;

  g_return_if_fail (MAINSTAY_IS_ACCOUNT (self));
  g_return_if_fail (api_key != NULL);

  label = g_strdup_printf ("Mainstay: %s", self->name);
  secret_password_store (&key_schema, SECRET_COLLECTION_DEFAULT, label, api_key, cancellable,
                         key_stored_cb,
                         key_task_new (self, mainstay_account_store_key_async, cancellable,
                                       callback, user_data),
                         "url", self->url, "username", self->username, NULL);
}

gboolean
mainstay_account_store_key_finish (MainstayAccount  *self,
                                   GAsyncResult     *result,
                                   GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_account_store_key_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
key_found_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  char *key = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    return_keyring_error (task, error);
  else
    g_task_return_pointer (task, key, (GDestroyNotify) secret_password_free);
}

void
mainstay_account_lookup_key_async (MainstayAccount     *self,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_return_if_fail (MAINSTAY_IS_ACCOUNT (self));

  secret_password_lookup (&key_schema, cancellable, key_found_cb,
                          key_task_new (self, mainstay_account_lookup_key_async, cancellable,
                                        callback, user_data),
                          "url", self->url, "username", self->username, NULL);
}

char *
mainstay_account_lookup_key_finish (MainstayAccount  *self,
                                    GAsyncResult     *result,
                                    GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_account_lookup_key_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
key_cleared_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  /* FALSE without an error: there was none, which is what was asked for. */
  secret_password_clear_finish (result, &error);
  if (error != NULL)
    return_keyring_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
mainstay_account_clear_key_async (MainstayAccount     *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (MAINSTAY_IS_ACCOUNT (self));

  secret_password_clear (&key_schema, cancellable, key_cleared_cb,
                         key_task_new (self, mainstay_account_clear_key_async, cancellable,
                                       callback, user_data),
                         "url", self->url, "username", self->username, NULL);
}

gboolean
mainstay_account_clear_key_finish (MainstayAccount  *self,
                                   GAsyncResult     *result,
                                   GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_account_clear_key_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
