/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "link-host.h"

#include <string.h>

typedef struct
{
  char *head;
  GBytes *body;
  gsize send;
  LinkAfter after;
} Answer;

struct _LinkHost
{
  GSocketService *service;
  GMutex mutex;
  GQueue answers; /* of Answer; under the mutex */
  GString *heads; /* under the mutex */
  int n_requests; /* under the mutex */
  guint64 claimed_length; /* 0 for the truth */
  guint16 port;
};

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->head);
  g_bytes_unref (answer->body);
  g_free (answer);
}

static gboolean
read_head (GInputStream *input,
           GString      *head)
{
  char byte;

  while (g_input_stream_read (input, &byte, 1, NULL, NULL) == 1)
    {
      g_string_append_c (head, byte);
      if (g_str_has_suffix (head->str, "\r\n\r\n"))
        return TRUE;
    }
  return FALSE;
}

/* (transfer full) (nullable) */
static Answer *
take_answer (LinkHost   *self,
             const char *head)
{
  Answer *answer;

  g_mutex_lock (&self->mutex);
  g_string_append (self->heads, head);
  self->n_requests++;
  answer = g_queue_pop_head (&self->answers);
  g_mutex_unlock (&self->mutex);
  return answer;
}

static void
clear (gpointer data)
{
  LinkHost *self = data;

  g_queue_clear_full (&self->answers, answer_free);
  g_string_free (self->heads, TRUE);
  g_mutex_clear (&self->mutex);
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source_object,
        gpointer                user_data)
{
  LinkHost *self = g_atomic_rc_box_acquire (user_data);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr(GString) head = g_string_new (NULL);
  Answer *answer;
  char byte;

  if (read_head (input, head) && (answer = take_answer (self, head->str)) != NULL)
    {
      g_output_stream_write_all (output, answer->head, strlen (answer->head), NULL, NULL, NULL);
      g_output_stream_write_all (output, g_bytes_get_data (answer->body, NULL), answer->send, NULL,
                                 NULL, NULL);
      if (answer->after == LINK_SILENCE)
        g_input_stream_read (input, &byte, 1, NULL, NULL);
      answer_free (answer);
    }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_atomic_rc_box_release_full (self, clear);
  return TRUE;
}

LinkHost *
link_host_new (void)
{
  LinkHost *self = g_atomic_rc_box_new0 (LinkHost);
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr(GSocketAddress) effective = NULL;
  g_autoptr(GError) error = NULL;

  g_mutex_init (&self->mutex);
  g_queue_init (&self->answers);
  self->heads = g_string_new (NULL);
  self->service = g_threaded_socket_service_new (8);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                 G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &effective,
                                 &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);
  return self;
}

/* A thread that still waits for its other side to close holds a reference of its own. */
void
link_host_free (LinkHost *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_atomic_rc_box_release_full (self, clear);
}

char *
link_host_url (LinkHost   *self,
               const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", self->port, path);
}

void
link_host_claim_length (LinkHost *self,
                        guint64   length)
{
  self->claimed_length = length;
}

void
link_host_answer (LinkHost   *self,
                  const char *status,
                  const char *headers,
                  GBytes     *body,
                  gssize      send,
                  LinkAfter   after)
{
  Answer *answer = g_new0 (Answer, 1);
  gsize length = g_bytes_get_size (body);

  answer->head = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: %" G_GUINT64_FORMAT
                                  "\r\n%s\r\n",
                                  status, self->claimed_length > 0 ? self->claimed_length : length,
                                  headers != NULL ? headers : "");
  answer->body = g_bytes_ref (body);
  answer->send = send < 0 ? length : (gsize) send;
  answer->after = after;
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->answers, answer);
  g_mutex_unlock (&self->mutex);
}

char *
link_host_requests (LinkHost *self)
{
  char *heads;

  g_mutex_lock (&self->mutex);
  heads = g_strdup (self->heads->str);
  g_mutex_unlock (&self->mutex);
  return heads;
}

int
link_host_n_requests (LinkHost *self)
{
  int n;

  g_mutex_lock (&self->mutex);
  n = self->n_requests;
  g_mutex_unlock (&self->mutex);
  return n;
}
