/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-server-exchange.h"

#include <string.h>

#include "mainstay-portal-link.h"
#include "mainstay-portal-server-refusal.h"
#include "mainstay-portal-tus.h"

#define EXCHANGE_KEY "mainstay-exchange"

/* What is written at once of an upload, and how much may wait for it before the client must. */
#define BATCH_SIZE (512 * 1024)
#define MAX_WAITING (1024 * 1024)

struct _MainstayPortalExchange
{
  GObject parent_instance;

  MainstayPortalServer *server;     /* owned */
  SoupServerMessage *message;       /* owned; NULL once it is over */
  MainstayPortalRequest *request;   /* owned; NULL when it could not be read */
  const MainstayPortalRoute *route; /* NULL when there is none */
  MainstayPortalAnswer *answer;     /* owned; on its way from a worker */
  gint64 started_at;                /* monotonic, microseconds */
  gint64 received;                  /* bytes of the body */
  unsigned int status;              /* that was answered; 0 before */

  /* Uploads. */
  MainstayPortalTusWriter *writer;  /* owned; of the worker while is_writing */
  GByteArray *waiting;              /* owned */
  GByteArray *batch;                /* owned; of the worker while is_writing */

  guint is_writing : 1;
  guint is_held : 1;                /* paused until the disk has caught up */
  guint has_ended : 1;              /* the body is complete */
  guint is_logged : 1;
};

G_DEFINE_FINAL_TYPE (MainstayPortalExchange, mainstay_portal_exchange, G_TYPE_OBJECT)

static void write_next (MainstayPortalExchange *self);

/* Neither query nor headers, and of a link not even the path: the log is no place for secrets. */
static void
write_log (MainstayPortalExchange *self,
           gboolean                is_whole)
{
  gint64 milliseconds = (g_get_monotonic_time () - self->started_at) / 1000;
  g_autofree char *path = NULL;

  if (self->is_logged)
    return;
  self->is_logged = TRUE;
  if (self->route != NULL && self->route->kind != MAINSTAY_PORTAL_ROUTE_SECRET)
    path = g_strjoinv ("/", self->request->path);
  else
    path = g_strdup (self->route != NULL ? self->route->pattern + 1 : "…");
  g_info ("%s /%s %u %" G_GINT64_FORMAT " ms%s",
          self->request != NULL ? self->request->method : "?", path, self->status, milliseconds,
          is_whole ? "" : ", broken off");
}

static void
message_over_cb (MainstayPortalExchange *self)
{
  if (self->message == NULL)
    return;
  /* libsoup sets a status of its own when the connection breaks. */
  write_log (self, self->status == soup_server_message_get_status (self->message));
  g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  if (!self->is_writing && self->writer != NULL)
    write_next (self);
}

/* Whether what is left of the body is little enough to be read for the sake of the connection. */
static gboolean
is_worth_draining (MainstayPortalExchange *self)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (self->message);

  switch (soup_message_headers_get_encoding (headers))
    {
    case SOUP_ENCODING_NONE:
      return TRUE;
    case SOUP_ENCODING_CONTENT_LENGTH:
      return soup_message_headers_get_content_length (headers) <= MAINSTAY_PORTAL_MAX_BODY;
    default:
      return FALSE;
    }
}

/* What is known only here of the answer. */
static void
complete_answer (MainstayPortalExchange *self,
                 MainstayPortalAnswer   *answer)
{
  MainstayPortalRequestLimit *limit = mainstay_portal_server_get_limit (self->server);

  self->status = answer->status;
  if (answer->status == MAINSTAY_PORTAL_STATUS_TOO_MANY_REQUESTS)
    {
      g_autofree char *seconds =
        g_strdup_printf ("%u", mainstay_portal_request_limit_get_delay (limit));

      mainstay_portal_answer_add_header (answer, "Retry-After", seconds);
    }
}

/* Answers before the body has come. */
static void
refuse (MainstayPortalExchange *self,
        MainstayPortalAnswer   *answer)
{
  g_autoptr(SoupServerMessage) message = g_object_ref (self->message);

  complete_answer (self, answer);
  if (is_worth_draining (self))
    {
      soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
      mainstay_portal_answer_apply (answer, message);
      return;
    }
  soup_server_message_set_status (message, answer->status, NULL);
  message_over_cb (self);
  mainstay_portal_server_refuse (message, answer,
                                 mainstay_portal_server_get_cancellable (self->server));
}

static void
refuse_with (MainstayPortalExchange *self,
             unsigned int            status,
             const char             *code,
             const char             *text)
{
  g_autoptr(MainstayPortalAnswer) answer = mainstay_portal_answer_new_error (status, code, text);

  refuse (self, answer);
}

static void
refuse_too_large (MainstayPortalExchange *self)
{
  g_autofree char *text = g_strdup_printf ("The body may have at most %d bytes",
                                           MAINSTAY_PORTAL_MAX_BODY);

  refuse_with (self, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "INVALID_PARAMETERS", text);
}

static void
answered_cb (gpointer data)
{
  g_autoptr(MainstayPortalExchange) self = data;
  g_autoptr(MainstayPortalAnswer) answer = g_steal_pointer (&self->answer);

  if (self->message == NULL)
    return;
  complete_answer (self, answer);
  mainstay_portal_answer_apply (answer, self->message);
  if (answer->fd >= 0)
    mainstay_portal_link_stream (self->server, self->message, answer);
  soup_server_message_unpause (self->message);
}

static void
answer_work (gpointer data)
{
  MainstayPortalExchange *self = data;

  self->answer = mainstay_portal_route_run (self->route,
                                            mainstay_portal_server_get_portal (self->server),
                                            self->request,
                                            mainstay_portal_server_get_cancellable (self->server));
  mainstay_portal_server_return (self->server, answered_cb, self);
}

static void
run_handler (MainstayPortalExchange *self)
{
  SoupMessageBody *body = soup_server_message_get_request_body (self->message);

  self->request->body = soup_message_body_flatten (body);
  soup_server_message_pause (self->message);
  if (self->route->kind == MAINSTAY_PORTAL_ROUTE_PLAIN && strcmp (self->route->method, "GET") == 0)
    mainstay_portal_server_read (self->server, answer_work, g_object_ref (self));
  else
    mainstay_portal_server_run (self->server, answer_work, g_object_ref (self));
}

static void
plain_chunk_cb (MainstayPortalExchange *self,
                GBytes                 *chunk)
{
  self->received += (gint64) g_bytes_get_size (chunk);
  if (self->received > MAINSTAY_PORTAL_MAX_BODY && self->message != NULL &&
      soup_server_message_get_status (self->message) == 0)
    refuse_too_large (self);
}

/* Uploads: the body goes to the disk in batches, in a worker thread; the client is held whenever it
 * is faster than the disk. */

static void
release (MainstayPortalExchange *self)
{
  if (self->is_held && self->message != NULL)
    soup_server_message_unpause (self->message);
  self->is_held = FALSE;
}

static void
upload_failed (MainstayPortalExchange *self)
{
  g_autoptr(MainstayPortalAnswer) answer = g_steal_pointer (&self->answer);

  g_clear_pointer (&self->waiting, g_byte_array_unref);
  if (self->message == NULL)
    return;
  if (self->has_ended)
    {
      complete_answer (self, answer);
      mainstay_portal_answer_apply (answer, self->message);
      soup_server_message_unpause (self->message);
      return;
    }
  refuse (self, answer);
  release (self);
}

static void
batch_written_cb (gpointer data)
{
  g_autoptr(MainstayPortalExchange) self = data;

  self->is_writing = FALSE;
  if (self->answer != NULL)
    {
      upload_failed (self);
      return;
    }
  if (self->waiting->len >= BATCH_SIZE || self->has_ended || self->message == NULL)
    write_next (self);
  release (self);
}

/* An answer this early is a failure, after which there is no writer any more. */
static void
batch_work (gpointer data)
{
  MainstayPortalExchange *self = data;

  self->answer = mainstay_portal_tus_writer_write (self->writer, self->batch);
  if (self->answer != NULL)
    g_clear_pointer (&self->writer, mainstay_portal_tus_writer_free);
  mainstay_portal_server_return (self->server, batch_written_cb, self);
}

static void
finish_work (gpointer data)
{
  MainstayPortalExchange *self = data;

  self->answer = mainstay_portal_tus_writer_write (self->writer, self->batch);
  if (self->answer == NULL)
    self->answer = mainstay_portal_tus_writer_finish (self->writer);
  g_clear_pointer (&self->writer, mainstay_portal_tus_writer_free);
  mainstay_portal_server_return (self->server, answered_cb, self);
}

static void
abandoned_cb (gpointer data)
{
  g_autoptr(MainstayPortalExchange) self = data;

  g_clear_pointer (&self->answer, mainstay_portal_answer_free);
}

static void
abandon_work (gpointer data)
{
  MainstayPortalExchange *self = data;

  self->answer = mainstay_portal_tus_writer_write (self->writer, self->batch);
  if (self->answer == NULL)
    mainstay_portal_tus_writer_abandon (self->writer);
  g_clear_pointer (&self->writer, mainstay_portal_tus_writer_free);
  mainstay_portal_server_return (self->server, abandoned_cb, self);
}

static void
write_next (MainstayPortalExchange *self)
{
  MainstayPortalWork work = batch_work;
  GByteArray *batch;

  if (self->message == NULL)
    work = abandon_work;
  else if (self->has_ended)
    work = finish_work;
  self->is_writing = TRUE;
  batch = g_steal_pointer (&self->waiting);
  self->waiting = g_steal_pointer (&self->batch);
  self->batch = batch;
  g_byte_array_set_size (self->waiting, 0);
  mainstay_portal_server_run (self->server, work, g_object_ref (self));
}

static void
upload_chunk_cb (MainstayPortalExchange *self,
                 GBytes                 *chunk)
{
  const guint8 *bytes;
  size_t length;

  if (self->waiting == NULL)
    return;
  bytes = g_bytes_get_data (chunk, &length);
  g_byte_array_append (self->waiting, bytes, (unsigned int) length);
  if (!self->is_writing && self->waiting->len >= BATCH_SIZE)
    write_next (self);
  else if (self->waiting->len >= MAX_WAITING && !self->is_held)
    {
      self->is_held = TRUE;
      soup_server_message_pause (self->message);
    }
}

static void
opened_cb (gpointer data)
{
  g_autoptr(MainstayPortalExchange) self = data;
  g_autoptr(MainstayPortalAnswer) answer = g_steal_pointer (&self->answer);

  self->is_writing = FALSE;
  if (self->message == NULL)
    {
      if (self->writer != NULL)
        write_next (self);
      return;
    }
  if (answer != NULL)
    {
      g_clear_pointer (&self->waiting, g_byte_array_unref);
      refuse (self, answer);
    }
  release (self);
}

static void
open_work (gpointer data)
{
  MainstayPortalExchange *self = data;

  self->answer = mainstay_portal_tus_open (self->route,
                                           mainstay_portal_server_get_portal (self->server),
                                           self->request, &self->writer);
  mainstay_portal_server_return (self->server, opened_cb, self);
}

static void
begin_upload (MainstayPortalExchange *self)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (self->message), FALSE);
  self->waiting = g_byte_array_new ();
  self->batch = g_byte_array_new ();
  g_signal_connect_object (self->message, "got-chunk", G_CALLBACK (upload_chunk_cb), self,
                           G_CONNECT_SWAPPED);
  self->is_writing = TRUE;
  self->is_held = TRUE;
  soup_server_message_pause (self->message);
  mainstay_portal_server_run (self->server, open_work, g_object_ref (self));
}

static void
begin_plain (MainstayPortalExchange *self)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (self->message);

  /* libsoup would cut our answers to it. */
  if (self->route->kind != MAINSTAY_PORTAL_ROUTE_SECRET)
    soup_message_headers_remove (headers, "Range");
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      soup_message_headers_get_content_length (headers) > MAINSTAY_PORTAL_MAX_BODY)
    {
      refuse_too_large (self);
      return;
    }
  g_signal_connect_object (self->message, "got-chunk", G_CALLBACK (plain_chunk_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
refuse_unknown (MainstayPortalExchange *self,
                const char             *allowed)
{
  g_autoptr(MainstayPortalAnswer) answer = NULL;

  if (allowed == NULL)
    answer = mainstay_portal_answer_new_error (SOUP_STATUS_NOT_FOUND, "NOT_FOUND",
                                               "There is nothing at this path");
  else
    {
      answer = mainstay_portal_answer_new_error (SOUP_STATUS_METHOD_NOT_ALLOWED,
                                                 "INVALID_PARAMETERS",
                                                 "This path does not take this method");
      mainstay_portal_answer_add_header (answer, "Allow", allowed);
    }
  refuse (self, answer);
}

static void
mainstay_portal_exchange_dispose (GObject *object)
{
  MainstayPortalExchange *self = MAINSTAY_PORTAL_EXCHANGE (object);

  g_clear_object (&self->message);
  g_clear_object (&self->server);
  g_clear_pointer (&self->request, mainstay_portal_request_free);
  g_clear_pointer (&self->answer, mainstay_portal_answer_free);
  g_clear_pointer (&self->writer, mainstay_portal_tus_writer_free);
  g_clear_pointer (&self->waiting, g_byte_array_unref);
  g_clear_pointer (&self->batch, g_byte_array_unref);
  G_OBJECT_CLASS (mainstay_portal_exchange_parent_class)->dispose (object);
}

static void
mainstay_portal_exchange_class_init (MainstayPortalExchangeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mainstay_portal_exchange_dispose;
}

static void
mainstay_portal_exchange_init (MainstayPortalExchange *self)
{
  self->started_at = g_get_monotonic_time ();
}

static MainstayPortalExchange *
exchange_new (MainstayPortalServer *server,
              SoupServerMessage    *message)
{
  MainstayPortalExchange *self = g_object_new (MAINSTAY_TYPE_PORTAL_EXCHANGE, NULL);

  self->server = g_object_ref (server);
  self->message = g_object_ref (message);
  g_object_set_data_full (G_OBJECT (message), EXCHANGE_KEY, self, g_object_unref);
  g_signal_connect_object (message, "finished", G_CALLBACK (message_over_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "disconnected", G_CALLBACK (message_over_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

static gboolean
has_too_large_headers (SoupServerMessage *message)
{
  SoupMessageHeadersIter iter;
  const char *name, *value;
  size_t size = 0;

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    size += strlen (name) + strlen (value);
  return size > MAINSTAY_PORTAL_MAX_HEADERS;
}

/** mainstay_portal_exchange_begin: Returns: whether the body may take as long as it takes */
gboolean
mainstay_portal_exchange_begin (MainstayPortalServer *server,
                                SoupServerMessage    *message)
{
  MainstayPortalExchange *self = exchange_new (server, message);
  g_autoptr(GError) error = NULL;
  g_autofree char *allowed = NULL;

  self->request = mainstay_portal_request_new (
    soup_server_message_get_method (message), soup_server_message_get_uri (message),
    soup_server_message_get_request_headers (message),
    mainstay_portal_server_get_public_origin (server), mainstay_portal_server_get_origin (server),
    &error);
  if (self->request == NULL)
    {
      refuse_with (self, SOUP_STATUS_BAD_REQUEST, "INVALID_PARAMETERS", error->message);
      return FALSE;
    }
  if (has_too_large_headers (message))
    {
      refuse_with (self, MAINSTAY_PORTAL_STATUS_HEADERS_TOO_LARGE, "INVALID_PARAMETERS",
                   "The headers are too large");
      return FALSE;
    }
  self->request->address = g_strdup (soup_server_message_get_remote_host (message));
  self->request->limit = mainstay_portal_server_get_limit (server);
  mainstay_portal_tus_override_method (self->request);
  self->route = mainstay_portal_route_find (self->request, &allowed);
  if (self->route == NULL)
    refuse_unknown (self, allowed);
  else if (self->route->kind == MAINSTAY_PORTAL_ROUTE_STREAMED)
    begin_upload (self);
  else
    begin_plain (self);
  return self->route != NULL && self->route->kind == MAINSTAY_PORTAL_ROUTE_STREAMED;
}

/** mainstay_portal_exchange_end: */
void
mainstay_portal_exchange_end (SoupServerMessage *message)
{
  MainstayPortalExchange *self = g_object_get_data (G_OBJECT (message), EXCHANGE_KEY);

  if (self->route->kind != MAINSTAY_PORTAL_ROUTE_STREAMED)
    {
      run_handler (self);
      return;
    }
  self->has_ended = TRUE;
  self->is_held = FALSE;
  soup_server_message_pause (message);
  if (!self->is_writing && self->writer != NULL)
    write_next (self);
}
