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
  GBytes *file;   /* (nullable), under the mutex, as all below */
  char *etag;     /* (nullable) */
  char *headers;
  gssize break_at; /* -1 for not at all */
  LinkAfter break_after;
  gboolean silent;
  int speed;
  int at_once;
  int most_at_once;
  gint64 n_bytes;
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
  g_clear_pointer (&self->file, g_bytes_unref);
  g_free (self->etag);
  g_free (self->headers);
  g_mutex_clear (&self->mutex);
}

/* (transfer full) (nullable) */
static char *
find_header (const char *head,
             const char *name)
{
  g_autofree char *begin = g_strdup_printf ("\r\n%s: ", name);
  const char *found = strstr (head, begin);

  if (found == NULL)
    return NULL;
  found += strlen (begin);
  return g_strndup (found, strcspn (found, "\r"));
}

/* What is asked for, in a file of @size bytes: FALSE for all of it. */
static gboolean
find_range (const char *head,
            const char *etag,
            gint64      size,
            gint64     *begin,
            gint64     *end)
{
  g_autofree char *range = find_header (head, "Range");
  g_autofree char *validator = find_header (head, "If-Range");
  char *rest;

  *begin = 0;
  *end = size;
  if (range == NULL || (validator != NULL && g_strcmp0 (validator, etag) != 0))
    return FALSE;
  g_assert_true (g_str_has_prefix (range, "bytes="));
  *begin = g_ascii_strtoll (range + 6, &rest, 10);
  if (rest[1] != '\0')
    *end = MIN (size, g_ascii_strtoll (rest + 1, NULL, 10) + 1);
  return TRUE;
}

typedef struct
{
  GBytes *file;
  char *head;
  gint64 begin;
  gint64 end;    /* of what is sent */
  LinkAfter after;
  int speed;
} Serving;

/* With the mutex held. */
static Serving *
prepare (LinkHost   *self,
         const char *head)
{
  Serving *serving = g_new0 (Serving, 1);
  gint64 size = (gint64) g_bytes_get_size (self->file);
  gboolean is_range = find_range (head, self->etag, size, &serving->begin, &serving->end);
  g_autoptr(GString) text = g_string_new (is_range ? "HTTP/1.1 206 Partial Content\r\n"
                                                   : "HTTP/1.1 200 OK\r\n");

  if (is_range)
    g_string_append_printf (text, "Content-Range: bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT
                            "/%" G_GINT64_FORMAT "\r\n", serving->begin, serving->end - 1, size);
  if (self->etag != NULL)
    g_string_append_printf (text, "ETag: %s\r\n", self->etag);
  g_string_append_printf (text, "%sContent-Length: %" G_GINT64_FORMAT "\r\n\r\n",
                          self->headers != NULL ? self->headers : "",
                          serving->end - serving->begin);
  serving->head = g_strdup (text->str);
  serving->file = g_bytes_ref (self->file);
  serving->speed = self->speed;
  if (self->break_at >= 0)
    {
      serving->end = MIN (serving->end, serving->begin + self->break_at);
      serving->after = self->break_after;
      self->break_at = -1;
    }
  else if (self->silent)
    {
      serving->end = serving->begin;
      serving->after = LINK_SILENCE;
    }
  return serving;
}

static void
send_body (LinkHost      *self,
           Serving       *serving,
           GOutputStream *output)
{
  const char *bytes = g_bytes_get_data (serving->file, NULL);
  gint64 piece = serving->speed > 0 ? serving->speed / 100 : G_MAXINT32;
  gsize written;

  g_output_stream_write_all (output, serving->head, strlen (serving->head), NULL, NULL, NULL);
  for (gint64 next = serving->begin; next < serving->end; next += (gint64) written)
    {
      gboolean good = g_output_stream_write_all (output, bytes + next,
                                                 (gsize) MIN (piece, serving->end - next),
                                                 &written, NULL, NULL);

      g_mutex_lock (&self->mutex);
      self->n_bytes += (gint64) written;
      g_mutex_unlock (&self->mutex);
      if (!good)
        break;
      if (serving->speed > 0)
        g_usleep (10000);
    }
}

static gboolean
serve (LinkHost          *self,
       GSocketConnection *connection,
       const char        *head)
{
  Serving *serving = NULL;
  char byte;

  g_mutex_lock (&self->mutex);
  if (self->file != NULL)
    {
      serving = prepare (self, head);
      self->most_at_once = MAX (self->most_at_once, ++self->at_once);
    }
  g_mutex_unlock (&self->mutex);
  if (serving == NULL)
    return FALSE;
  send_body (self, serving, g_io_stream_get_output_stream (G_IO_STREAM (connection)));
  if (serving->after == LINK_SILENCE)
    g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &byte, 1, NULL,
                         NULL);
  g_bytes_unref (serving->file);
  g_free (serving->head);
  g_free (serving);
  g_mutex_lock (&self->mutex);
  self->at_once--;
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static void
give_answer (Answer            *answer,
             GSocketConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char byte;

  g_output_stream_write_all (output, answer->head, strlen (answer->head), NULL, NULL, NULL);
  g_output_stream_write_all (output, g_bytes_get_data (answer->body, NULL), answer->send, NULL,
                             NULL, NULL);
  if (answer->after == LINK_SILENCE)
    g_input_stream_read (input, &byte, 1, NULL, NULL);
  answer_free (answer);
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source_object,
        gpointer                user_data)
{
  LinkHost *self = g_atomic_rc_box_acquire (user_data);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr(GString) head = g_string_new (NULL);
  Answer *answer;

  if (read_head (input, head))
    {
      answer = take_answer (self, head->str);
      if (answer != NULL)
        give_answer (answer, connection);
      else
        serve (self, connection, head->str);
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
  self->break_at = -1;
  self->heads = g_string_new (NULL);
  self->service = g_threaded_socket_service_new (32);
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

void
link_host_serve (LinkHost   *self,
                 GBytes     *file,
                 const char *etag,
                 const char *headers)
{
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->file, g_bytes_unref);
  g_free (self->etag);
  g_free (self->headers);
  self->file = g_bytes_ref (file);
  self->etag = g_strdup (etag);
  self->headers = g_strdup (headers);
  g_mutex_unlock (&self->mutex);
}

void
link_host_break_at (LinkHost  *self,
                    gssize     bytes,
                    LinkAfter  after)
{
  g_mutex_lock (&self->mutex);
  self->break_at = bytes;
  self->break_after = after;
  g_mutex_unlock (&self->mutex);
}

void
link_host_set_speed (LinkHost *self,
                     int       speed)
{
  g_mutex_lock (&self->mutex);
  self->speed = speed;
  g_mutex_unlock (&self->mutex);
}

void
link_host_set_silent (LinkHost *self,
                      gboolean  silent)
{
  g_mutex_lock (&self->mutex);
  self->silent = silent;
  g_mutex_unlock (&self->mutex);
}

gint64
link_host_n_bytes (LinkHost *self)
{
  gint64 n;

  g_mutex_lock (&self->mutex);
  n = self->n_bytes;
  g_mutex_unlock (&self->mutex);
  return n;
}

int
link_host_most_at_once (LinkHost *self)
{
  int most;

  g_mutex_lock (&self->mutex);
  most = self->most_at_once;
  g_mutex_unlock (&self->mutex);
  return most;
}
