/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-client.h"

#include "config.h"
#include "mainstay-address.h"
#include "mainstay-answer.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-time.h"

#define TIMEOUT_SECONDS 30
/* Long transfers must not keep the API waiting for a connection. */
#define CONNECTIONS 16
#define MOST_KNOWN_BACKUPS 4096

struct _MainstayClient
{
  GObject parent_instance;

  /* owned */
  SoupSession *session;
  GUri *base_uri;
  char *base_url;
  char *username;
  char *api_key;
  GHashTable *known_backups;  /* (element-type utf8) */

  gint64 clock_offset;        /* milliseconds that the portal's clock is ahead */
  double wait_scale;
  MainstayExtensions extensions;
  gboolean has_clock : 1;
  gboolean has_extensions : 1;
};

G_DEFINE_FINAL_TYPE (MainstayClient, mainstay_client, G_TYPE_OBJECT)

static void
mainstay_client_dispose (GObject *object)
{
  MainstayClient *self = MAINSTAY_CLIENT (object);

  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (mainstay_client_parent_class)->dispose (object);
}

static void
mainstay_client_finalize (GObject *object)
{
  MainstayClient *self = MAINSTAY_CLIENT (object);

  g_clear_pointer (&self->base_uri, g_uri_unref);
  g_clear_pointer (&self->base_url, g_free);
  g_clear_pointer (&self->username, g_free);
  g_clear_pointer (&self->api_key, g_free);
  g_clear_pointer (&self->known_backups, g_hash_table_unref);

  G_OBJECT_CLASS (mainstay_client_parent_class)->finalize (object);
}

static void
mainstay_client_class_init (MainstayClientClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mainstay_client_dispose;
  G_OBJECT_CLASS (klass)->finalize = mainstay_client_finalize;
}

static void
mainstay_client_init (MainstayClient *self)
{
  self->wait_scale = 1.0;
  self->known_backups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
make_session (MainstayClient *self)
{
  self->session = soup_session_new_with_options ("user-agent", "Mainstay/" MAINSTAY_VERSION,
                                                 "timeout", TIMEOUT_SECONDS,
                                                 "idle-timeout", TIMEOUT_SECONDS,
                                                 "max-conns", 2 * CONNECTIONS,
                                                 "max-conns-per-host", CONNECTIONS,
                                                 NULL);
  /* The API has its own headers; a password must never be asked for or remembered. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
}

/**
 * mainstay_client_new:
 * @base_url: where the portal is
 * @username: sent as `Mendix-Username`
 * @api_key: sent as `Mendix-ApiKey`
 * @error: where to put %MAINSTAY_ERROR_INSECURE
 *
 * Returns: (transfer full) (nullable): a client
 */
MainstayClient *
mainstay_client_new (const char  *base_url,
                     const char  *username,
                     const char  *api_key,
                     GError     **error)
{
  g_autoptr(MainstayClient) self = NULL;
  g_autofree char *normal = NULL;

  g_return_val_if_fail (base_url != NULL, NULL);
  g_return_val_if_fail (username != NULL, NULL);
  g_return_val_if_fail (api_key != NULL, NULL);

  normal = mainstay_address_normalize (base_url, error);
  if (normal == NULL)
    return NULL;
  self = g_object_new (MAINSTAY_TYPE_CLIENT, NULL);
  self->base_uri = g_uri_parse (normal, SOUP_HTTP_URI_FLAGS, error);
  if (self->base_uri == NULL)
    return NULL;
  self->base_url = g_steal_pointer (&normal);
  self->username = g_strdup (username);
  mainstay_client_set_api_key (self, api_key);
  return g_steal_pointer (&self);
}

/**
 * mainstay_client_clone:
 * @self: a client
 *
 * For a worker thread: it must not be used anywhere else, and be let go of there.
 *
 * Returns: (transfer full): the same account with connections of its own
 */
MainstayClient *
mainstay_client_clone (MainstayClient *self)
{
  MainstayClient *clone;

  g_return_val_if_fail (MAINSTAY_IS_CLIENT (self), NULL);

  clone = g_object_new (MAINSTAY_TYPE_CLIENT, NULL);
  clone->base_uri = g_uri_ref (self->base_uri);
  clone->base_url = g_strdup (self->base_url);
  clone->username = g_strdup (self->username);
  clone->api_key = g_strdup (self->api_key);
  clone->extensions = self->extensions;
  clone->has_extensions = self->has_extensions;
  clone->wait_scale = self->wait_scale;
  return clone;
}

/** mainstay_client_get_base_url: Returns: the account's address, without a slash at its end */
const char *
mainstay_client_get_base_url (MainstayClient *self)
{
  g_return_val_if_fail (MAINSTAY_IS_CLIENT (self), NULL);

  return self->base_url;
}

/** mainstay_client_get_username: Returns: who one is there */
const char *
mainstay_client_get_username (MainstayClient *self)
{
  g_return_val_if_fail (MAINSTAY_IS_CLIENT (self), NULL);

  return self->username;
}

/**
 * mainstay_client_set_api_key:
 * @self: a client
 * @api_key: the new key; white space around it, as pasting brings along, is left out
 */
void
mainstay_client_set_api_key (MainstayClient *self,
                             const char     *api_key)
{
  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (api_key != NULL);

  g_clear_pointer (&self->api_key, g_free);
  self->api_key = g_strstrip (g_strdup (api_key));
}

/** mainstay_client_is_own_origin: Returns: whether the API headers may go to @url */
gboolean
mainstay_client_is_own_origin (MainstayClient *self,
                               const char     *url)
{
  g_autoptr(GUri) uri = NULL;

  g_return_val_if_fail (MAINSTAY_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (url != NULL, FALSE);

  uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  return uri != NULL && mainstay_address_same_origin (uri, self->base_uri);
}

/** mainstay_client_get_extensions: Returns: what the portal can do beyond the documented API */
MainstayExtensions
mainstay_client_get_extensions (MainstayClient *self)
{
  g_return_val_if_fail (MAINSTAY_IS_CLIENT (self), MAINSTAY_EXTENSION_NONE);

  return self->extensions;
}

void
mainstay_client_take_extensions (MainstayClient     *self,
                                 MainstayExtensions  extensions)
{
  self->extensions = extensions;
  self->has_extensions = TRUE;
}

gboolean
mainstay_client_lacks (MainstayClient     *self,
                       MainstayExtensions  extension)
{
  return self->has_extensions && (self->extensions & extension) == 0;
}

void
mainstay_client_set_wait_scale (MainstayClient *self,
                                double          scale)
{
  g_return_if_fail (MAINSTAY_IS_CLIENT (self));

  self->wait_scale = scale;
}

gint64
mainstay_client_scale_wait (MainstayClient *self,
                            gint64          milliseconds)
{
  return (gint64) (milliseconds * self->wait_scale);
}

/* Made in the thread that uses it. */
SoupSession *
mainstay_client_get_session (MainstayClient *self)
{
  if (self->session == NULL)
    make_session (self);
  return self->session;
}

gboolean
mainstay_client_get_portal_time (MainstayClient *self,
                                 gint64         *milliseconds)
{
  *milliseconds = mainstay_time_now () + self->clock_offset;
  return self->has_clock;
}

void
mainstay_client_saw_message (MainstayClient *self,
                             SoupMessage    *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *value = soup_message_headers_get_one (headers, "Date");
  g_autoptr(GDateTime) date = value != NULL ? soup_date_time_new_from_http_string (value) : NULL;

  if (date == NULL)
    return;
  self->clock_offset = g_date_time_to_unix (date) * 1000 - mainstay_time_now ();
  self->has_clock = TRUE;
}

gboolean
mainstay_client_knows_backup (MainstayClient *self,
                              const char     *backup_id)
{
  return g_hash_table_contains (self->known_backups, backup_id);
}

void
mainstay_client_saw_backup (MainstayClient *self,
                            MainstayBackup *backup)
{
  /* Only the newest are ever asked about; whoever keeps the program open for months shall not pay
   * for the others. */
  if (g_hash_table_size (self->known_backups) >= MOST_KNOWN_BACKUPS)
    g_hash_table_remove_all (self->known_backups);
  g_hash_table_add (self->known_backups, g_strdup (mainstay_backup_get_id (backup)));
}

/* A portal, or a machine before it, may send back what it was sent. */
static char *
hide_key (MainstayClient *self,
          const char     *text)
{
  g_auto(GStrv) parts = NULL;

  if (*self->api_key == '\0')
    return g_strdup (text);
  parts = g_strsplit (text, self->api_key, -1);
  return g_strjoinv ("•••", parts);
}

GError *
mainstay_client_own_error (MainstayClient *self,
                           const GError   *error)
{
  g_autoptr(GError) mapped = mainstay_answer_map_error (error);
  g_autofree char *message = hide_key (self, mapped->message);

  return g_error_new_literal (mapped->domain, mapped->code, message);
}

gpointer
mainstay_client_finish_request (MainstayClient  *self,
                                GAsyncResult    *result,
                                gpointer         tag,
                                GError         **error)
{
  g_return_val_if_fail (MAINSTAY_IS_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

SoupMessage *
mainstay_client_make_message (MainstayClient *self,
                              const char     *method,
                              const char     *url,
                              gboolean        anonymous)
{
  g_autofree char *whole = NULL;
  g_autoptr(GUri) uri = NULL;
  g_autoptr(SoupMessage) message = NULL;

  whole = *url == '/' ? g_strconcat (self->base_url, url, NULL) : g_strdup (url);
  uri = g_uri_parse (whole, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return NULL;
  message = soup_message_new_from_uri (method, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (!anonymous && mainstay_address_same_origin (uri, self->base_uri))
    {
      SoupMessageHeaders *headers = soup_message_get_request_headers (message);

      soup_message_headers_replace (headers, "Mendix-Username", self->username);
      soup_message_headers_replace (headers, "Mendix-ApiKey", self->api_key);
    }
  return g_steal_pointer (&message);
}

/**
 * mainstay_client_new_message:
 * @self: a client
 * @method: as in `GET`
 * @url: a path below the account's address, or a whole URL
 *
 * The answer's body comes as it is on the wire: compressed bytes are not unpacked on the way, so
 * that ranges, lengths and digests are those of the file.
 *
 * Returns: (transfer full) (nullable): a message, %NULL when @url is no address
 */
SoupMessage *
mainstay_client_new_message (MainstayClient *self,
                             const char     *method,
                             const char     *url)
{
  SoupMessage *message;

  g_return_val_if_fail (MAINSTAY_IS_CLIENT (self), NULL);
  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (url != NULL, NULL);

  message = mainstay_client_make_message (self, method, url, FALSE);
  if (message != NULL)
    soup_message_disable_feature (message, SOUP_TYPE_CONTENT_DECODER);
  return message;
}
