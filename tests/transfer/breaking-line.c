/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "breaking-line.h"

struct _BreakingLine
{
  GSocketService *service;
  GSocketConnectable *to;
  gint64 left;  /* under the mutex; below 0 once it broke */
  GMutex mutex;
  guint16 port;
};

typedef struct
{
  GIOStream *from;
  GIOStream *to;
} Way;

static gpointer
bring_back (gpointer data)
{
  Way *way = data;

  g_output_stream_splice (g_io_stream_get_output_stream (way->to),
                          g_io_stream_get_input_stream (way->from), G_OUTPUT_STREAM_SPLICE_NONE,
                          NULL, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (way->to)), FALSE, TRUE,
                     NULL);
  return NULL;
}

/* Whether the line still holds with @length bytes more. */
static gboolean
count (BreakingLine *self,
       gssize        length)
{
  gboolean holds = TRUE;

  g_mutex_lock (&self->mutex);
  if (self->left >= 0)
    {
      self->left -= length;
      holds = self->left >= 0;
    }
  g_mutex_unlock (&self->mutex);
  return holds;
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source_object,
        gpointer                user_data)
{
  BreakingLine *self = g_atomic_rc_box_acquire (user_data);
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketConnection) other = NULL;
  g_autofree char *buffer = g_malloc (65536);
  GThread *back;
  Way way;
  gssize length;

  other = g_socket_client_connect (client, self->to, NULL, NULL);
  g_assert_nonnull (other);
  way = (Way) { G_IO_STREAM (other), G_IO_STREAM (connection) };
  back = g_thread_new ("back", bring_back, &way);
  while ((length = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                        buffer, 65536, NULL, NULL)) > 0)
    {
      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (other)), buffer,
                                 (gsize) length, NULL, NULL, NULL);
      if (!count (self, length))
        break;
    }
  g_socket_shutdown (g_socket_connection_get_socket (connection), TRUE, TRUE, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (other), TRUE, TRUE, NULL);
  g_thread_join (back);
  breaking_line_free (self);
  return TRUE;
}

BreakingLine *
breaking_line_new (const char *to,
                   gint64      break_after)
{
  BreakingLine *self = g_atomic_rc_box_new0 (BreakingLine);
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr(GSocketAddress) effective = NULL;

  g_mutex_init (&self->mutex);
  self->left = break_after;
  self->to = g_network_address_parse_uri (to, 80, NULL);
  self->service = g_threaded_socket_service_new (16);
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &effective, NULL));
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);
  return self;
}

static void
clear (gpointer data)
{
  BreakingLine *self = data;

  g_object_unref (self->service);
  g_object_unref (self->to);
  g_mutex_clear (&self->mutex);
}

void
breaking_line_free (BreakingLine *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

char *
breaking_line_url (BreakingLine *self)
{
  return g_strdup_printf ("http://127.0.0.1:%u", self->port);
}

gboolean
breaking_line_is_spent (BreakingLine *self)
{
  gboolean spent;

  g_mutex_lock (&self->mutex);
  spent = self->left < 0;
  g_mutex_unlock (&self->mutex);
  return spent;
}
