/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-server-refusal.h"

#include <string.h>

#include "mainstay-portal-listener.h"

/* Closing at once while the client still sends would reset the connection, and the answer would be
 * lost with it: what comes is thrown away for so long. */
#define LINGER_SECONDS 5
#define LINGER_CHUNK (64 * 1024)

typedef struct
{
  GIOStream *stream;         /* owned */
  GSocket *socket;           /* owned */
  GCancellable *cancellable; /* owned; of this connection alone */
  GCancellable *outer;       /* owned */
  gulong outer_id;
  GSource *timeout;          /* owned */
  char *text;                /* the whole answer */
} Refusal;

static void
refusal_free (Refusal *self)
{
  g_cancellable_disconnect (self->outer, self->outer_id);
  g_source_destroy (self->timeout);
  g_clear_pointer (&self->timeout, g_source_unref);
  g_io_stream_close (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
  g_clear_object (&self->socket);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->outer);
  g_clear_pointer (&self->text, g_free);
  g_free (self);
}

static void skip (Refusal *self);

static void
skipped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Refusal *self = user_data;

  if (g_input_stream_skip_finish (G_INPUT_STREAM (source), result, NULL) > 0)
    skip (self);
  else
    refusal_free (self);
}

static void
skip (Refusal *self)
{
  g_input_stream_skip_async (g_io_stream_get_input_stream (self->stream), LINGER_CHUNK,
                             G_PRIORITY_LOW, self->cancellable, skipped_cb, self);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Refusal *self = user_data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    {
      refusal_free (self);
      return;
    }
  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  skip (self);
}

static gboolean
timed_out_cb (gpointer user_data)
{
  Refusal *self = user_data;

  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
stopped_cb (GCancellable *outer,
            GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

static char *
make_text (MainstayPortalAnswer *answer)
{
  GString *text = g_string_new (NULL);
  const char *body = answer->text != NULL ? answer->text : "";

  g_string_printf (text, "HTTP/1.1 %u %s\r\n", answer->status,
                   mainstay_portal_answer_get_phrase (answer));
  for (unsigned int i = 0; i + 1 < answer->headers->len; i += 2)
    g_string_append_printf (text, "%s: %s\r\n", (char *) answer->headers->pdata[i],
                            (char *) answer->headers->pdata[i + 1]);
  g_string_append_printf (text,
                          "Connection: close\r\n"
                          "Content-Type: application/json; charset=utf-8\r\n"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                          strlen (body), body);
  return g_string_free (text, FALSE);
}

/** mainstay_portal_server_refuse: */
void
mainstay_portal_server_refuse (SoupServerMessage    *message,
                               MainstayPortalAnswer *answer,
                               GCancellable         *cancellable)
{
  Refusal *self = g_new0 (Refusal, 1);

  self->socket = g_object_ref (mainstay_portal_listener_find_socket (message));
  self->stream = soup_server_message_steal_connection (message);
  self->cancellable = g_cancellable_new ();
  self->outer = g_object_ref (cancellable);
  self->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (stopped_cb),
                                          g_object_ref (self->cancellable), g_object_unref);
  self->timeout = g_timeout_source_new_seconds (LINGER_SECONDS);
  g_source_set_callback (self->timeout, timed_out_cb, self, NULL);
  g_source_attach (self->timeout, g_main_context_get_thread_default ());
  self->text = make_text (answer);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream), self->text,
                                   strlen (self->text), G_PRIORITY_DEFAULT, self->cancellable,
                                   written_cb, self);
}
