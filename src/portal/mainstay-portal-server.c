/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-server.h"

#include <libsoup/soup.h>
#include <string.h>

#include "mainstay-portal-listener.h"
#include "mainstay-portal-server-exchange.h"

/* More than clients that mean well ever keep busy; a call that takes long holds one of them. */
#define MAX_THREADS 64

/* Reading records waits for nobody: more of them than cores only take turns. */
#define MAX_READERS ((int) g_get_num_processors () + 1)

#define REQUESTS_PER_MINUTE 600
#define DEADLINE_KEY "mainstay-deadline"

/* libsoup's own is ten: a download manager's connections would wait a second for the eleventh. */
#define BACKLOG 256

/* Longer than anybody's network needs to come back. It is of the time in which not one byte moves,
 * so that a connection without a request ends too. */
#define IDLE_SECONDS 120

struct _MainstayPortalServer
{
  GObject parent_instance;

  SoupServer *server;        /* owned */
  GMainContext *context;     /* owned */
  GCancellable *cancellable; /* owned */
  GThreadPool *pool;         /* owned; NULL once stopped */
  MainstayPortalListener *listener;  /* owned; NULL until it listens */
  GTlsCertificate *certificate;      /* owned (nullable) */
  MainstayPortalRequestLimit *limit; /* owned */
  GThreadPool *readers;      /* owned; the same */
  unsigned int idle_seconds;
  char *origin;
  char *public_origin;       /* (nullable) */

  MainstayPortal *portal;    /* borrowed */
};

typedef struct
{
  MainstayPortalWork work;
  gpointer data;
} Work;

G_DEFINE_FINAL_TYPE (MainstayPortalServer, mainstay_portal_server, G_TYPE_OBJECT)

static void
pool_work (gpointer data,
           gpointer user_data)
{
  g_autofree Work *work = data;

  work->work (work->data);
}

static gboolean
return_cb (gpointer data)
{
  Work *work = data;

  work->work (work->data);
  return G_SOURCE_REMOVE;
}

static Work *
work_new (MainstayPortalWork func,
          gpointer           data)
{
  Work *work = g_new (Work, 1);

  work->work = func;
  work->data = data;
  return work;
}

static void
run_in (GThreadPool        *pool,
        MainstayPortalWork  work,
        gpointer            data)
{
  if (pool != NULL)
    g_thread_pool_push (pool, work_new (work, data), NULL);
  else
    work (data);
}

/** mainstay_portal_server_run: @data: (transfer full) to @work, which may take long */
void
mainstay_portal_server_run (MainstayPortalServer *self,
                            MainstayPortalWork    work,
                            gpointer              data)
{
  run_in (self->pool, work, data);
}

/** mainstay_portal_server_read: @data: (transfer full) to @work, which waits for nothing */
void
mainstay_portal_server_read (MainstayPortalServer *self,
                             MainstayPortalWork    work,
                             gpointer              data)
{
  run_in (self->readers, work, data);
}

/** mainstay_portal_server_return: @data: (transfer full) to @done */
void
mainstay_portal_server_return (MainstayPortalServer *self,
                               MainstayPortalWork    done,
                               gpointer              data)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, return_cb, work_new (done, data), g_free);
  g_source_attach (source, self->context);
}

static gboolean
deadline_cb (gpointer socket)
{
  g_socket_shutdown (socket, TRUE, TRUE, NULL);
  return G_SOURCE_REMOVE;
}

static void
deadline_free (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/* Bytes that drip in keep a connection from standing still: headers, and bodies that are no
 * uploads, have to be there in the time in which a connection may stand still once and move
 * once. */
static void
set_deadline (MainstayPortalServer *self,
              SoupServerMessage    *message)
{
  GSocket *socket = mainstay_portal_listener_find_socket (message);
  GSource *source;

  if (socket == NULL)
    return;
  source = g_timeout_source_new_seconds (2 * self->idle_seconds);
  g_source_set_callback (source, deadline_cb, g_object_ref (socket), g_object_unref);
  g_source_attach (source, self->context);
  g_object_set_data_full (G_OBJECT (message), DEADLINE_KEY, source, deadline_free);
}

static void
clear_deadline (SoupServerMessage *message)
{
  g_object_set_data (G_OBJECT (message), DEADLINE_KEY, NULL);
}

/* What libsoup finds wrong before anybody else sees the request is answered by it alone: this is
 * the body that such an answer goes out with. */
static void
request_started_cb (MainstayPortalServer *self,
                    SoupServerMessage    *message)
{
  static const char text[] =
    "{\"errorCode\":\"INVALID_PARAMETERS\",\"errorMessage\":\"The request cannot be read\"}";

  set_deadline (self, message);
  soup_server_message_set_response (message, "application/json; charset=utf-8", SOUP_MEMORY_STATIC,
                                    text, strlen (text));
}

static void
headers_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  soup_server_message_set_response (message, NULL, SOUP_MEMORY_STATIC, NULL, 0);
  set_deadline (user_data, message);
  if (mainstay_portal_exchange_begin (user_data, message))
    clear_deadline (message);
}

static void
body_cb (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           user_data)
{
  clear_deadline (message);
  mainstay_portal_exchange_end (message);
}

static void
mainstay_portal_server_dispose (GObject *object)
{
  MainstayPortalServer *self = MAINSTAY_PORTAL_SERVER (object);

  mainstay_portal_server_stop (self);
  g_clear_object (&self->server);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->limit, mainstay_portal_request_limit_free);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->public_origin, g_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  G_OBJECT_CLASS (mainstay_portal_server_parent_class)->dispose (object);
}

static void
mainstay_portal_server_class_init (MainstayPortalServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mainstay_portal_server_dispose;
}

static void
mainstay_portal_server_init (MainstayPortalServer *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  self->idle_seconds = IDLE_SECONDS;
  self->limit = mainstay_portal_request_limit_new (REQUESTS_PER_MINUTE);
  self->pool = g_thread_pool_new (pool_work, NULL, MAX_THREADS, FALSE, NULL);
  self->readers = g_thread_pool_new (pool_work, NULL, MAX_READERS, FALSE, NULL);
  self->server = soup_server_new ("server-header", "mainstay-portal", "raw-paths", TRUE, NULL);
  soup_server_add_early_handler (self->server, NULL, headers_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, body_cb, self, NULL);
  g_signal_connect_object (self->server, "request-started", G_CALLBACK (request_started_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * mainstay_portal_server_new:
 * @portal: the portal, which must outlive the server
 *
 * Returns: (transfer full): a server that does not listen yet
 */
MainstayPortalServer *
mainstay_portal_server_new (MainstayPortal *portal)
{
  MainstayPortalServer *self = g_object_new (MAINSTAY_TYPE_PORTAL_SERVER, NULL);

  self->portal = portal;
  return self;
}

static GSocketAddress *
parse_address (const char  *text,
               gboolean     is_secure,
               GError     **error)
{
  g_autoptr(GSocketConnectable) parsed = g_network_address_parse (text, 0, error);
  g_autoptr(GInetAddress) address = NULL;
  const char *host;

  if (parsed == NULL)
    return NULL;
  host = g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed));
  address = g_inet_address_new_from_string (strcmp (host, "localhost") == 0 ? "127.0.0.1" : host);
  if (address == NULL || (!is_secure && !g_inet_address_get_is_loopback (address)))
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE,
                   is_secure ? "%s is not an IP address and a port, such as 0.0.0.0:8443."
                             : "%s is not an address of this machine alone. Without TLS the portal "
                               "listens on loopback addresses only, such as 127.0.0.1:8080.", text);
      return NULL;
    }
  return g_inet_socket_address_new (address,
                                    g_network_address_get_port (G_NETWORK_ADDRESS (parsed)));
}

static GSocket *
open_socket (GSocketAddress  *address,
             GError         **error)
{
  g_autoptr(GSocket) socket = g_socket_new (g_socket_address_get_family (address),
                                            G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

/* What the kernel chose, when it was asked to choose. */
static char *
dup_origin (GSocket     *socket,
            const char  *scheme,
            GError     **error)
{
  g_autoptr(GSocketAddress) bound = g_socket_get_local_address (socket, error);
  g_autofree char *host = NULL;
  GInetSocketAddress *address;

  if (bound == NULL)
    return NULL;
  address = G_INET_SOCKET_ADDRESS (bound);
  host = g_inet_address_to_string (g_inet_socket_address_get_address (address));
  return g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u", scheme, host,
                          g_inet_socket_address_get_port (address));
}

/**
 * mainstay_portal_server_listen:
 * @self: a server
 * @address: an address and a port, as `127.0.0.1:0`; port 0 takes a free one. Without TLS it must
 *   be a loopback address
 * @error: where to put why it cannot listen
 *
 * Returns: whether it listens
 */
gboolean
mainstay_portal_server_listen (MainstayPortalServer  *self,
                               const char            *address,
                               GError               **error)
{
  g_autoptr(GSocketAddress) socket_address =
    parse_address (address, self->certificate != NULL, error);
  g_autoptr(GSocket) socket = NULL;

  g_return_val_if_fail (self->listener == NULL, FALSE);

  if (socket_address != NULL)
    socket = open_socket (socket_address, error);
  if (socket == NULL)
    return FALSE;
  self->origin = dup_origin (socket, self->certificate != NULL ? "https" : "http", error);
  if (self->origin == NULL)
    return FALSE;
  self->listener =
    mainstay_portal_listener_new (self->server, socket, self->idle_seconds, error);
  if (self->listener == NULL)
    return FALSE;
  mainstay_portal_listener_set_certificate (self->listener, self->certificate);
  return TRUE;
}

/**
 * mainstay_portal_server_set_tls:
 * @self: a server
 * @certificate: a file in PEM format, with the certificates between it and the root after it
 * @key: a file in PEM format
 * @error: where to put why they cannot be used; then what was before stays
 *
 * Makes a server that does not listen yet speak TLS only, and gives one that does another
 * certificate for connections to come.
 *
 * Returns: whether they can be used
 */
gboolean
mainstay_portal_server_set_tls (MainstayPortalServer  *self,
                                const char            *certificate,
                                const char            *key,
                                GError               **error)
{
  g_autoptr(GTlsCertificate) loaded = NULL;

  g_return_val_if_fail (self->listener == NULL || self->certificate != NULL, FALSE);

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE,
                           "GLib has no TLS on this machine; glib-networking is missing");
      return FALSE;
    }
  loaded = g_tls_certificate_new_from_files (certificate, key, error);
  if (loaded == NULL)
    {
      g_prefix_error (error, "The certificate cannot be used: ");
      return FALSE;
    }
  g_set_object (&self->certificate, loaded);
  if (self->listener != NULL)
    mainstay_portal_listener_set_certificate (self->listener, loaded);
  return TRUE;
}

/** mainstay_portal_server_set_requests_per_minute: of one user; 0 for no limit; before listening */
void
mainstay_portal_server_set_requests_per_minute (MainstayPortalServer *self,
                                                unsigned int          number)
{
  g_clear_pointer (&self->limit, mainstay_portal_request_limit_free);
  self->limit = mainstay_portal_request_limit_new (number);
}

/** mainstay_portal_server_get_limit: Returns: (transfer none): the limit of requests */
MainstayPortalRequestLimit *
mainstay_portal_server_get_limit (MainstayPortalServer *self)
{
  return self->limit;
}

/** mainstay_portal_server_set_idle_seconds: how long a connection may stand still; for tests */
void
mainstay_portal_server_set_idle_seconds (MainstayPortalServer *self,
                                         unsigned int          seconds)
{
  self->idle_seconds = seconds;
}

/**
 * mainstay_portal_server_set_public_origin:
 * @self: a server that does not listen yet
 * @origin: (nullable): of mainstay_portal_public_url_parse(), for all links that it makes; with
 *   %NULL they are to the host that a client names
 */
void
mainstay_portal_server_set_public_origin (MainstayPortalServer *self,
                                          const char           *origin)
{
  g_clear_pointer (&self->public_origin, g_free);
  self->public_origin = g_strdup (origin);
}

/** mainstay_portal_server_get_public_origin: Returns: (nullable): what was set */
const char *
mainstay_portal_server_get_public_origin (MainstayPortalServer *self)
{
  return self->public_origin;
}

/** mainstay_portal_server_get_origin: Returns: `http[s]://ADDRESS:PORT`, %NULL until it listens */
const char *
mainstay_portal_server_get_origin (MainstayPortalServer *self)
{
  return self->origin;
}

/** mainstay_portal_server_get_portal: Returns: (transfer none): the portal */
MainstayPortal *
mainstay_portal_server_get_portal (MainstayPortalServer *self)
{
  return self->portal;
}

/** mainstay_portal_server_get_cancellable: Returns: (transfer none): triggered when it stops */
GCancellable *
mainstay_portal_server_get_cancellable (MainstayPortalServer *self)
{
  return self->cancellable;
}

/**
 * mainstay_portal_server_stop:
 * @self: a server
 *
 * Closes every connection and waits for the handlers that run. To be called in the server's
 * context.
 */
void
mainstay_portal_server_stop (MainstayPortalServer *self)
{
  GThreadPool *pool = g_steal_pointer (&self->pool);
  GThreadPool *readers = g_steal_pointer (&self->readers);

  if (pool == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  if (self->listener != NULL)
    mainstay_portal_listener_stop (self->listener);
  g_clear_object (&self->listener);
  soup_server_disconnect (self->server);
  g_thread_pool_free (pool, FALSE, TRUE);
  g_thread_pool_free (readers, FALSE, TRUE);
  while (g_main_context_iteration (self->context, FALSE))
    continue;
}
