/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-address.h"
#include "mainstay-answer.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-late-cancellable.h"

#define LARGEST_ERROR (64 * 1024)

typedef struct
{
  SoupMessage *message; /* owned */
  GByteArray *bytes;    /* owned, of a refusal */
} Send;

static void
send_free (gpointer data)
{
  Send *send = data;

  g_clear_object (&send->message);
  g_clear_pointer (&send->bytes, g_byte_array_unref);
  g_clear_pointer (&send, g_free);
}

/* Who holds a link to an archive elsewhere has no account there: a refusal means it is too old. */
static gboolean
is_expired_link (MainstayClient *self,
                 SoupMessage    *message)
{
  g_autofree char *url = g_uri_to_string (soup_message_get_uri (message));
  unsigned int status = soup_message_get_status (message);

  return status == 410 ||
         ((status == 401 || status == 403) && !mainstay_client_is_own_origin (self, url));
}

/* (transfer full): what a refusal with this body means */
static GError *
read_refusal (MainstayClient *self,
              SoupMessage    *message,
              GBytes         *body)
{
  unsigned int status = soup_message_get_status (message);
  g_autoptr(JsonNode) root = NULL;
  g_autoptr(GError) error = NULL;

  if (is_expired_link (self, message))
    g_set_error (&error, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED, "HTTP status %u", status);
  else if (mainstay_answer_read (status, body, &root, &error))
    mainstay_answer_set_by_status (status, NULL, &error);
  return mainstay_client_own_error (self, error);
}

static void
return_own_error (GTask        *task,
                  const GError *error)
{
  g_task_return_error (task,
                       mainstay_client_own_error (g_task_get_source_object (task), error));
}

static void
refuse (GTask *task)
{
  Send *send = g_task_get_task_data (task);
  g_autoptr(GBytes) body = g_byte_array_free_to_bytes (g_steal_pointer (&send->bytes));

  g_task_return_error (task, read_refusal (g_task_get_source_object (task), send->message, body));
}

static void
refusal_read_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr(GTask) task = data;
  Send *send = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result,
                                                              &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      return_own_error (task, error);
      return;
    }
  if (bytes == NULL || g_bytes_get_size (bytes) == 0 || send->bytes->len > LARGEST_ERROR)
    {
      refuse (task);
      return;
    }
  g_byte_array_append (send->bytes, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_input_stream_read_bytes_async (G_INPUT_STREAM (object), 16 * 1024, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), refusal_read_cb,
                                   g_object_ref (task));
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  Send *send = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GInputStream) stream = soup_session_send_finish (SOUP_SESSION (object), result,
                                                             &error);

  if (stream == NULL)
    {
      g_autoptr(GError) mapped = mainstay_answer_map_send_error (send->message, error);

      return_own_error (task, mapped);
      return;
    }
  if (soup_message_get_status (send->message) < 300)
    {
      g_task_return_pointer (task, g_steal_pointer (&stream), g_object_unref);
      return;
    }
  send->bytes = g_byte_array_new ();
  g_input_stream_read_bytes_async (stream, 16 * 1024, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), refusal_read_cb,
                                   g_object_ref (task));
}

/* Whether @message may go out at all. */
static gboolean
check_message (SoupMessage  *message,
               GError      **error)
{
  if (message == NULL)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                         "The portal gave a link that is no address");
  else if (!mainstay_address_is_allowed (soup_message_get_uri (message)))
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE,
                         "Only https is safe for another machine");
  else
    return TRUE;
  return FALSE;
}

/**
 * mainstay_client_send_async:
 * @self: a client
 * @message: (nullable): from mainstay_client_new_message(); its %NULL is told as a bad answer
 * @cancellable: (nullable): may be cancelled
 * @callback: when the answer's head is there
 * @user_data: for @callback
 */
void
mainstay_client_send_async (MainstayClient      *self,
                            SoupMessage         *message,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GCancellable) late = NULL;
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;
  Send *send;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (message == NULL || SOUP_IS_MESSAGE (message));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_client_send_async);
  if (!check_message (message, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  send = g_new0 (Send, 1);
  send->message = g_object_ref (message);
  g_task_set_task_data (task, send, send_free);
  late = mainstay_late_cancellable_new (cancellable);
  soup_session_send_async (mainstay_client_get_session (self), message, G_PRIORITY_DEFAULT,
                           late, sent_cb, g_steal_pointer (&task));
}

/** mainstay_client_send_finish: Returns: (transfer full) (nullable): the answer's body */
GInputStream *
mainstay_client_send_finish (MainstayClient  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_send_async, error);
}

static GBytes *
read_some (GInputStream  *stream,
           GCancellable  *cancellable)
{
  g_autofree char *buffer = g_malloc (LARGEST_ERROR);
  size_t length = 0;

  /* What the status says counts, also when the words for it break off. */
  g_input_stream_read_all (stream, buffer, LARGEST_ERROR, &length, cancellable, NULL);
  return g_bytes_new (buffer, length);
}

/**
 * mainstay_client_send:
 * @self: a clone that belongs to this thread
 * @message: (nullable): as in mainstay_client_send_async()
 * @cancellable: (nullable): may be cancelled
 * @error: where to put an error
 *
 * Returns: (transfer full) (nullable): the answer's body
 */
GInputStream *
mainstay_client_send (MainstayClient  *self,
                      SoupMessage     *message,
                      GCancellable    *cancellable,
                      GError         **error)
{
  g_autoptr(GInputStream) stream = NULL;
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GBytes) body = NULL;

  g_return_val_if_fail (MAINSTAY_IS_CLIENT (self), NULL);

  if (!check_message (message, error))
    return NULL;
  stream = soup_session_send (mainstay_client_get_session (self), message, cancellable,
                              &local_error);
  if (stream == NULL)
    {
      g_autoptr(GError) mapped = mainstay_answer_map_send_error (message, local_error);

      g_propagate_error (error, mainstay_client_own_error (self, mapped));
      return NULL;
    }
  if (soup_message_get_status (message) < 300)
    return g_steal_pointer (&stream);
  body = read_some (stream, cancellable);
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_propagate_error (error, read_refusal (self, message, body));
  return NULL;
}
