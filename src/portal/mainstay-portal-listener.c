/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mainstay-portal-read-ahead.h"

#define SOCKET_KEY "mainstay-socket"

/* More than everybody at once needs, with two files open for each. */
#define MAX_CONNECTIONS 4096
/* What jobs and records have open. */
#define RESERVED_FILES 256
/* After a connection that could not be taken. */
#define PAUSE_MS 200
#define HANDSHAKE_SECONDS 30

struct _MainstayPortalListener
{
  GObject parent_instance;

  SoupServer *server;           /* owned; NULL once stopped */
  GSocket *socket;              /* owned */
  GSource *source;              /* owned (nullable): waits for a connection, or the pause's end */
  GTlsCertificate *certificate; /* owned (nullable) */
  GCancellable *cancellable;    /* owned; of handshakes */
  int quiet_fd;                 /* owned: see listen_to_nothing() */
  unsigned int idle_seconds;
  unsigned int n_connections;
  unsigned int max_connections;
};

typedef struct
{
  MainstayPortalListener *listener; /* owned */
  GSocketAddress *local;            /* owned */
  GSocketAddress *remote;           /* owned */
  GCancellable *cancellable;        /* owned; of this handshake */
  gulong outer_id;
  GSource *timeout;                 /* owned */
} Handshake;

G_DEFINE_FINAL_TYPE (MainstayPortalListener, mainstay_portal_listener, G_TYPE_OBJECT)

static void wait_for_connection (MainstayPortalListener *self);

static void
connection_gone_cb (gpointer  user_data,
                    GObject  *connection)
{
  g_autoptr(MainstayPortalListener) self = user_data;

  self->n_connections--;
}

static void
handshake_free (Handshake *self)
{
  g_cancellable_disconnect (self->listener->cancellable, self->outer_id);
  g_source_destroy (self->timeout);
  g_clear_pointer (&self->timeout, g_source_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->local);
  g_clear_object (&self->remote);
  g_clear_object (&self->listener);
  g_free (self);
}

static void
handshaken_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Handshake *handshake = user_data;
  MainstayPortalListener *self = handshake->listener;

  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL) ||
      self->server == NULL ||
      !soup_server_accept_iostream (self->server, G_IO_STREAM (source), handshake->local,
                                    handshake->remote, NULL))
    g_io_stream_close_async (G_IO_STREAM (source), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  handshake_free (handshake);
}

static void
outer_cancelled_cb (GCancellable *outer,
                    GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

static gboolean
handshake_timed_out_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
shake_hands (MainstayPortalListener *self,
             GIOStream              *connection,
             GSocketAddress         *local,
             GSocketAddress         *remote)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr(GIOStream) tls = g_tls_server_connection_new (connection, self->certificate, NULL);
  Handshake *handshake;

  if (tls == NULL)
    return;
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  handshake = g_new0 (Handshake, 1);
  handshake->listener = g_object_ref (self);
  handshake->local = g_object_ref (local);
  handshake->remote = g_object_ref (remote);
  handshake->cancellable = g_cancellable_new ();
  handshake->outer_id =
    g_cancellable_connect (self->cancellable, G_CALLBACK (outer_cancelled_cb),
                           g_object_ref (handshake->cancellable), g_object_unref);
  handshake->timeout = g_timeout_source_new_seconds (HANDSHAKE_SECONDS);
  g_source_set_callback (handshake->timeout, handshake_timed_out_cb, handshake->cancellable, NULL);
  g_source_attach (handshake->timeout, g_main_context_get_thread_default ());
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT,
                                    handshake->cancellable, handshaken_cb, handshake);
}

static void
take_connection (MainstayPortalListener *self,
                 GSocket                *socket)
{
  g_autoptr(GSocketConnection) connection = NULL;
  g_autoptr(GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr(GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);

  if (local == NULL || remote == NULL || self->n_connections >= self->max_connections)
    {
      g_socket_close (socket, NULL);
      return;
    }
  g_socket_set_timeout (socket, self->idle_seconds);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  connection = g_socket_connection_factory_create_connection (socket);
  self->n_connections++;
  g_object_weak_ref (G_OBJECT (connection), connection_gone_cb, g_object_ref (self));
  /* libsoup hands the socket on only for its own listeners, but the address it does. */
  g_object_set_data_full (G_OBJECT (remote), SOCKET_KEY, g_object_ref (socket), g_object_unref);
  if (self->certificate != NULL)
    shake_hands (self, G_IO_STREAM (connection), local, remote);
  else
    {
      g_autoptr(GIOStream) stream = mainstay_portal_read_ahead_new (G_IO_STREAM (connection));

      soup_server_accept_iostream (self->server, stream, local, remote, NULL);
    }
}

static gboolean
paused_cb (gpointer user_data)
{
  wait_for_connection (user_data);
  return G_SOURCE_REMOVE;
}

/* Too few files, say: it would be tried without end. */
static void
pause_listening (MainstayPortalListener *self)
{
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  self->source = g_timeout_source_new (PAUSE_MS);
  g_source_set_callback (self->source, paused_cb, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static gboolean
connection_cb (GSocket      *socket,
               GIOCondition  condition,
               gpointer      user_data)
{
  MainstayPortalListener *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocket) accepted = g_socket_accept (socket, NULL, &error);

  if (accepted != NULL)
    take_connection (self, accepted);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_message ("A connection could not be taken: %s", error->message);
      pause_listening (self);
    }
  return G_SOURCE_CONTINUE;
}

static void
wait_for_connection (MainstayPortalListener *self)
{
  g_clear_pointer (&self->source, g_source_unref);
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (connection_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

void
mainstay_portal_listener_stop (MainstayPortalListener *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->server);
  if (self->quiet_fd >= 0)
    close (self->quiet_fd);
  self->quiet_fd = -1;
}

static void
mainstay_portal_listener_dispose (GObject *object)
{
  MainstayPortalListener *self = MAINSTAY_PORTAL_LISTENER (object);

  mainstay_portal_listener_stop (self);
  g_clear_object (&self->socket);
  g_clear_object (&self->certificate);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (mainstay_portal_listener_parent_class)->dispose (object);
}

static void
mainstay_portal_listener_class_init (MainstayPortalListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mainstay_portal_listener_dispose;
}

static void
mainstay_portal_listener_init (MainstayPortalListener *self)
{
  self->cancellable = g_cancellable_new ();
  self->quiet_fd = -1;
}

/* libsoup keeps connections open for a second request only while it listens itself: it is given a
 * socket on which nothing ever comes. */
static gboolean
listen_to_nothing (MainstayPortalListener  *self,
                   GError                 **error)
{
  g_autoptr(GSocket) socket = NULL;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No sockets can be made");
      return FALSE;
    }
  self->quiet_fd = fds[1];
  socket = g_socket_new_from_fd (fds[0], error);
  if (socket == NULL)
    close (fds[0]);
  return socket != NULL && soup_server_listen_socket (self->server, socket, 0, error);
}

/* A connection to a file or two: what may be open bounds them. */
static unsigned int
find_max_connections (void)
{
  struct rlimit files;

  if (getrlimit (RLIMIT_NOFILE, &files) < 0 || files.rlim_cur == RLIM_INFINITY)
    return MAX_CONNECTIONS;
  if (files.rlim_cur <= 2 * RESERVED_FILES)
    return RESERVED_FILES / 2;
  return (unsigned int) MIN ((files.rlim_cur - RESERVED_FILES) / 2, MAX_CONNECTIONS);
}

MainstayPortalListener *
mainstay_portal_listener_new (SoupServer    *server,
                              GSocket       *socket,
                              unsigned int   idle_seconds,
                              GError       **error)
{
  g_autoptr(MainstayPortalListener) self = g_object_new (MAINSTAY_TYPE_PORTAL_LISTENER, NULL);

  self->server = g_object_ref (server);
  self->socket = g_object_ref (socket);
  self->idle_seconds = idle_seconds;
  self->max_connections = find_max_connections ();
  if (!listen_to_nothing (self, error))
    return NULL;
  wait_for_connection (self);
  return g_steal_pointer (&self);
}

void
mainstay_portal_listener_set_certificate (MainstayPortalListener *self,
                                          GTlsCertificate        *certificate)
{
  g_set_object (&self->certificate, certificate);
}

GSocket *
mainstay_portal_listener_find_socket (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  return remote != NULL ? g_object_get_data (G_OBJECT (remote), SOCKET_KEY) : NULL;
}
