/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-portal-link.h"

/* One chunk is on its way to the client while the next is read. */
#define CHUNK_SIZE (256 * 1024)
#define MAX_QUEUED 2

#define TYPE_STREAM (stream_get_type ())
G_DECLARE_FINAL_TYPE (Stream, stream, MAINSTAY_PORTAL, STREAM, GObject)

struct _Stream
{
  GObject parent_instance;

  MainstayPortalServer *server; /* owned */
  SoupServerMessage *message;   /* owned; NULL once it is over */
  int fd;                       /* owned */
  gint64 offset;                /* of the next chunk */
  gint64 remaining;
  unsigned int queued;          /* chunks that libsoup holds */
  gboolean is_reading;
  GBytes *chunk;                /* of the worker thread while is_reading; NULL after a failure */
};

G_DEFINE_FINAL_TYPE (Stream, stream, G_TYPE_OBJECT)

static void read_next (Stream *self);

static void
stream_end (Stream *self)
{
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
}

/* The headers have promised more: all that can still be told is that it broke. */
static void
stream_break (Stream *self)
{
  g_autoptr(GIOStream) connection = soup_server_message_steal_connection (self->message);

  g_message ("An archive could not be read to its end");
  g_io_stream_close (connection, NULL, NULL);
  stream_end (self);
}

static GBytes *
read_chunk (int    fd,
            gint64 offset,
            size_t length)
{
  g_autofree char *buffer = g_malloc (length);
  size_t done = 0;

  while (done < length)
    {
      ssize_t n = pread (fd, buffer + done, length - done, offset + (gint64) done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return NULL;
      done += (size_t) n;
    }
  return g_bytes_new_take (g_steal_pointer (&buffer), length);
}

static void
chunk_read_cb (gpointer data)
{
  g_autoptr(Stream) self = data;
  g_autoptr(GBytes) chunk = g_steal_pointer (&self->chunk);

  self->is_reading = FALSE;
  if (self->message == NULL)
    return;
  if (chunk == NULL)
    {
      stream_break (self);
      return;
    }
  self->offset += (gint64) g_bytes_get_size (chunk);
  self->remaining -= (gint64) g_bytes_get_size (chunk);
  self->queued++;
  soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), chunk);
  soup_server_message_unpause (self->message);
  read_next (self);
}

static void
read_work (gpointer data)
{
  Stream *self = data;

  self->chunk = read_chunk (self->fd, self->offset, (size_t) MIN (self->remaining, CHUNK_SIZE));
  mainstay_portal_server_return (self->server, chunk_read_cb, self);
}

static void
read_next (Stream *self)
{
  if (self->is_reading || self->remaining == 0 || self->queued >= MAX_QUEUED)
    return;
  self->is_reading = TRUE;
  mainstay_portal_server_run (self->server, read_work, g_object_ref (self));
}

static void
chunk_wrote_cb (Stream *self)
{
  self->queued--;
  read_next (self);
}

static void
stream_dispose (GObject *object)
{
  Stream *self = MAINSTAY_PORTAL_STREAM (object);

  stream_end (self);
  g_clear_object (&self->server);
  g_clear_pointer (&self->chunk, g_bytes_unref);
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  self->fd = -1;
  G_OBJECT_CLASS (stream_parent_class)->dispose (object);
}

static void
stream_class_init (StreamClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stream_dispose;
}

static void
stream_init (Stream *self)
{
  self->fd = -1;
}

/**
 * mainstay_portal_link_stream:
 * @server: the server
 * @message: a paused message whose headers are set
 * @answer: its answer, which loses its file
 *
 * The message is to be resumed by the caller; from then on its body comes as fast as the client
 * takes it.
 */
void
mainstay_portal_link_stream (MainstayPortalServer *server,
                             SoupServerMessage    *message,
                             MainstayPortalAnswer *answer)
{
  g_autoptr(Stream) self = g_object_new (TYPE_STREAM, NULL);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  self->server = g_object_ref (server);
  self->message = g_object_ref (message);
  self->fd = answer->fd;
  answer->fd = -1;
  self->offset = answer->offset;
  self->remaining = answer->length;
  soup_message_headers_set_content_length (headers, answer->length);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  if (strcmp (soup_server_message_get_method (message), "HEAD") == 0 || answer->length == 0)
    return;
  g_signal_connect_object (message, "wrote-chunk", G_CALLBACK (chunk_wrote_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "finished", G_CALLBACK (stream_end), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "disconnected", G_CALLBACK (stream_end), self,
                           G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (message), "mainstay-stream", g_object_ref (self),
                          g_object_unref);
  read_next (self);
}
