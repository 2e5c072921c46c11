/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-link-request.h"

#include "config.h"
#include "mainstay-address.h"
#include "mainstay-answer.h"
#include "mainstay-error.h"

#define MOST_REDIRECTS 5
#define SILENCE 30 /* seconds without a byte until a connection counts as broken */

struct _MainstayLinkRequest
{
  GMainContext *context;
  SoupSession *session;
  SoupMessage *message;  /* (nullable): what is being answered */
  GInputStream *body;    /* (nullable) */
  GSocket *socket;       /* (nullable): of the connection */
};

/**
 * mainstay_link_request_new:
 *
 * libsoup 3.2 has sessions be used in the thread that made them only, and a blocking call iterates
 * the thread's own main context: this pushes one, until mainstay_link_request_free().
 *
 * Returns: (transfer full): one that is not connected yet
 */
MainstayLinkRequest *
mainstay_link_request_new (void)
{
  MainstayLinkRequest *self = g_new0 (MainstayLinkRequest, 1);

  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->session = soup_session_new_with_options ("user-agent", "Mainstay/" MAINSTAY_VERSION,
                                                 "timeout", SILENCE, "max-conns-per-host", 1,
                                                 NULL);
  /* The file's own bytes are wanted, and those are what a length and a digest tell of. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  return self;
}

/** mainstay_link_request_free: in the thread that made it */
void
mainstay_link_request_free (MainstayLinkRequest *self)
{
  mainstay_link_request_close (self, FALSE);
  g_clear_object (&self->session);
  g_clear_object (&self->socket);
  while (g_main_context_iteration (self->context, FALSE))
    continue;
  g_main_context_pop_thread_default (self->context);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self, g_free);
}

/**
 * mainstay_link_request_close:
 * @self: a request
 * @at_end: whether the body was read to its end
 */
void
mainstay_link_request_close (MainstayLinkRequest *self,
                             gboolean             at_end)
{
  if (self->body != NULL)
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();

      /* Closing must not wait for the rest of a file that nobody wants. */
      if (!at_end)
        g_cancellable_cancel (cancellable);
      g_input_stream_close (self->body, cancellable, NULL);
    }
  g_clear_object (&self->body);
  g_clear_object (&self->message);
  if (!at_end)
    soup_session_abort (self->session);
}

static void
network_event_cb (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection,
                  gpointer            user_data)
{
  MainstayLinkRequest *self = user_data;

  if (event == G_SOCKET_CLIENT_CONNECTED && G_IS_SOCKET_CONNECTION (connection))
    g_set_object (&self->socket,
                  g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection)));
}

static SoupMessage *
new_message (MainstayLinkRequest       *self,
             GUri                      *uri,
             gint64                     begin,
             gint64                     end,
             const MainstayPartJournal *known)
{
  SoupMessage *message = soup_message_new_from_uri ("GET", uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  const char *validator = NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  g_signal_connect (message, "network-event", G_CALLBACK (network_event_cb), self);
  if (begin < 0)
    return message;
  soup_message_headers_set_range (headers, begin, end < 0 ? -1 : end - 1);
  if (known != NULL)
    validator = known->etag != NULL ? known->etag : known->last_modified;
  if (validator != NULL)
    soup_message_headers_replace (headers, "If-Range", validator);
  return message;
}

/* What is garbled on the line may come well the next time. */
static GError *
map_error (const GError *network_error)
{
  GError *error = mainstay_answer_map_error (network_error);

  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER))
    error->code = MAINSTAY_ERROR_UNREACHABLE;
  return error;
}

static gboolean
is_redirect (unsigned int status)
{
  return status == SOUP_STATUS_MOVED_PERMANENTLY || status == SOUP_STATUS_FOUND ||
         status == SOUP_STATUS_SEE_OTHER || status == SOUP_STATUS_TEMPORARY_REDIRECT ||
         status == SOUP_STATUS_PERMANENT_REDIRECT;
}

static gboolean
is_safe (GUri    *uri,
         GUri    *from,
         GError **error)
{
  gboolean was_secure = from != NULL && g_str_equal (g_uri_get_scheme (from), "https");

  if (uri != NULL && mainstay_address_is_allowed (uri) &&
      (!was_secure || g_str_equal (g_uri_get_scheme (uri), "https")))
    return TRUE;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE,
                       "The archive's link does not lead to https");
  return FALSE;
}

/* Follows @uri to where the answer is one. */
static gboolean
send_message (MainstayLinkRequest        *self,
              GUri                       *uri,
              gint64                      begin,
              gint64                      end,
              const MainstayPartJournal  *known,
              GCancellable               *cancellable,
              GError                    **error)
{
  g_autoptr(GUri) next = g_uri_ref (uri);

  for (int i = 0; i <= MOST_REDIRECTS; i++)
    {
      g_autoptr(GUri) here = g_steal_pointer (&next);
      g_autoptr(GError) network_error = NULL;
      const char *location;

      self->message = new_message (self, here, begin, end, known);
      self->body = soup_session_send (self->session, self->message, cancellable, &network_error);
      if (self->body == NULL)
        {
          g_autoptr(GError) sent = mainstay_answer_map_send_error (self->message, network_error);

          g_propagate_error (error, map_error (sent));
          return FALSE;
        }
      if (!is_redirect (soup_message_get_status (self->message)))
        return TRUE;
      location = soup_message_headers_get_one (
        soup_message_get_response_headers (self->message), "Location");
      if (location != NULL)
        next = g_uri_parse_relative (here, location, SOUP_HTTP_URI_FLAGS, NULL);
      if (!is_safe (next, here, error))
        return FALSE;
      mainstay_link_request_close (self, FALSE);
    }
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_REDIRECTED,
                       "The archive's link leads from one place to the next");
  return FALSE;
}

/* A page for a person may come with any status and type, and must not cost what there is. */
static MainstayLinkVerdict
check_page (MainstayLinkRequest  *self,
            MainstayLinkVerdict   verdict,
            GCancellable         *cancellable,
            GError              **error)
{
  char bytes[256];
  gssize length;

  if (verdict != MAINSTAY_LINK_CHANGED || soup_message_get_status (self->message) != 200)
    return verdict;
  length = g_input_stream_read (self->body, bytes, sizeof bytes, cancellable, NULL);
  if (length <= 0 || !mainstay_link_answer_is_page (bytes, (gsize) length))
    return verdict;
  g_clear_error (error);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                       "The archive's link leads to a web page, not to a file");
  return MAINSTAY_LINK_REFUSED;
}

/**
 * mainstay_link_request_open:
 * @self: a request whose last answer has been closed
 * @url: the link
 * @begin: the first byte wanted, -1 to ask for no range at all
 * @end: the first one behind, -1 for all there are
 * @known: (nullable): what is known of the file that there are bytes of
 * @answer: (out): what was answered
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error, for every verdict but %MAINSTAY_LINK_BYTES
 *
 * Returns: what to make of the answer
 */
MainstayLinkVerdict
mainstay_link_request_open (MainstayLinkRequest        *self,
                            const char                 *url,
                            gint64                      begin,
                            gint64                      end,
                            const MainstayPartJournal  *known,
                            MainstayLinkAnswer         *answer,
                            GCancellable               *cancellable,
                            GError                    **error)
{
  g_autoptr(GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  MainstayLinkVerdict verdict = MAINSTAY_LINK_REFUSED;

  answer->retry_after_ms = -1;
  if (is_safe (uri, NULL, error) &&
      send_message (self, uri, begin, end, known, cancellable, error))
    {
      verdict = mainstay_link_answer_read (answer, soup_message_get_status (self->message),
                                           soup_message_get_response_headers (self->message),
                                           MAX (begin, 0), end, known, error);
      verdict = check_page (self, verdict, cancellable, error);
    }
  if (verdict != MAINSTAY_LINK_BYTES)
    mainstay_link_request_close (self, FALSE);
  return verdict;
}

/**
 * mainstay_link_request_read:
 * @self: a request that was answered with bytes
 * @buffer: where to put them
 * @size: how many at most
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Returns: how many there were, 0 at the end of what the server sent, -1 on an error
 */
gssize
mainstay_link_request_read (MainstayLinkRequest  *self,
                            void                 *buffer,
                            gsize                 size,
                            GCancellable         *cancellable,
                            GError              **error)
{
  g_autoptr(GError) network_error = NULL;
  gssize length = g_input_stream_read (self->body, buffer, size, cancellable, &network_error);

  if (length < 0)
    g_propagate_error (error, map_error (network_error));
  return length;
}

/**
 * mainstay_link_request_wait:
 * @self: a request that was answered with bytes
 * @until: monotonic, microseconds
 * @cancellable: (nullable): ends the wait
 *
 * Returns: whether a read would give something by then, rather than wait
 */
gboolean
mainstay_link_request_wait (MainstayLinkRequest *self,
                            gint64               until,
                            GCancellable        *cancellable)
{
  gint64 left = until - g_get_monotonic_time ();

  if (!G_IS_POLLABLE_INPUT_STREAM (self->body) || self->socket == NULL ||
      g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (self->body)))
    return TRUE;
  return left > 0 && g_socket_condition_timed_wait (self->socket, G_IO_IN, left, cancellable,
                                                    NULL);
}
