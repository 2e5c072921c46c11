/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-answer.h"

#include <glib/gstdio.h>
#include <string.h>

#include "mainstay-error.h"
#include "mainstay-json.h"

/** mainstay_portal_answer_new: Returns: (transfer full): an answer without a body */
MainstayPortalAnswer *
mainstay_portal_answer_new (unsigned int status)
{
  MainstayPortalAnswer *self = g_new0 (MainstayPortalAnswer, 1);

  self->status = status;
  self->headers = g_ptr_array_new_with_free_func (g_free);
  self->fd = -1;
  return self;
}

/** mainstay_portal_answer_new_text: @text: (transfer full): JSON. Returns: (transfer full): 200 */
MainstayPortalAnswer *
mainstay_portal_answer_new_text (GString *text)
{
  MainstayPortalAnswer *self = mainstay_portal_answer_new (SOUP_STATUS_OK);

  self->text = g_string_free (text, FALSE);
  return self;
}

/** mainstay_portal_answer_new_object: @object: (transfer full). Returns: (transfer full): 200 */
MainstayPortalAnswer *
mainstay_portal_answer_new_object (JsonObject *object)
{
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  MainstayPortalAnswer *self = mainstay_portal_answer_new (SOUP_STATUS_OK);

  json_node_take_object (node, object);
  self->text = mainstay_json_to_text (node);
  return self;
}

/**
 * mainstay_portal_answer_new_error:
 * @status: the HTTP status
 * @code: the `errorCode`
 * @message: text for a person
 *
 * Returns: (transfer full): the flat error object
 */
MainstayPortalAnswer *
mainstay_portal_answer_new_error (unsigned int  status,
                                  const char   *code,
                                  const char   *message)
{
  JsonObject *object = json_object_new ();
  MainstayPortalAnswer *self;

  json_object_set_string_member (object, "errorCode", code);
  json_object_set_string_member (object, "errorMessage", message);
  self = mainstay_portal_answer_new_object (object);
  self->status = status;
  return self;
}

/**
 * mainstay_portal_answer_new_for_error:
 * @error: what a handler met
 *
 * Only what has a name on the wire is told as it is: anything else may speak of files, statements
 * and the like, which goes to the log alone.
 *
 * Returns: (transfer full): the error's answer
 */
MainstayPortalAnswer *
mainstay_portal_answer_new_for_error (const GError *error)
{
  const MainstayError trouble = MAINSTAY_ERROR_SERVICE_UNAVAILABLE;
  const char *name = NULL;

  if (error->domain == MAINSTAY_ERROR)
    name = mainstay_error_wire_name (error->code);
  if (name != NULL)
    return mainstay_portal_answer_new_error (mainstay_error_http_status (error->code), name,
                                             error->message);
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_RATE_LIMITED))
    return mainstay_portal_answer_new_error (MAINSTAY_PORTAL_STATUS_TOO_MANY_REQUESTS,
                                             "TOO_MANY_REQUESTS", error->message);
  g_message ("A request failed: %s", error->message);
  return mainstay_portal_answer_new_error (mainstay_error_http_status (trouble),
                                           mainstay_error_wire_name (trouble),
                                           "The portal could not do this now. Try again later.");
}

/** mainstay_portal_answer_get_phrase: Returns: (transfer none): the words beside the status */
const char *
mainstay_portal_answer_get_phrase (const MainstayPortalAnswer *self)
{
  switch (self->status)
    {
    case MAINSTAY_PORTAL_STATUS_TOO_MANY_REQUESTS:
      return "Too Many Requests";
    case MAINSTAY_PORTAL_STATUS_HEADERS_TOO_LARGE:
      return "Request Header Fields Too Large";
    case 460: /* of the tus protocol */
      return "Checksum Mismatch";
    default:
      return soup_status_get_phrase (self->status);
    }
}

/** mainstay_portal_answer_add_header: adds a header; the value must come from this program */
void
mainstay_portal_answer_add_header (MainstayPortalAnswer *self,
                                   const char           *name,
                                   const char           *value)
{
  g_ptr_array_add (self->headers, g_strdup (name));
  g_ptr_array_add (self->headers, g_strdup (value));
}

/* Without a length libsoup takes an answer for one that ends with the connection, and closes that
 * without a word to a client that means to use it again. A 204 has no length: libsoup itself takes
 * it out as it writes the headers, so that this has to come after them. */
static void
keep_connection_cb (SoupServerMessage *message)
{
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_NONE);
}

/**
 * mainstay_portal_answer_apply:
 * @self: an answer
 * @message: the message to put it on
 *
 * Sets all but the file, which is streamed. The text goes over to the message: it may be long.
 */
void
mainstay_portal_answer_apply (MainstayPortalAnswer *self,
                              SoupServerMessage    *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  size_t length;

  soup_message_body_truncate (body);
  soup_server_message_set_status (message, self->status, mainstay_portal_answer_get_phrase (self));
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  if (self->fd < 0)
    soup_message_headers_replace (headers, "Cache-Control", "no-store");
  for (unsigned int i = 0; i + 1 < self->headers->len; i += 2)
    soup_message_headers_replace (headers, self->headers->pdata[i], self->headers->pdata[i + 1]);
  if (self->status == SOUP_STATUS_NO_CONTENT)
    g_signal_connect (message, "wrote-headers", G_CALLBACK (keep_connection_cb), NULL);
  if (self->text == NULL)
    return;
  length = strlen (self->text);
  soup_server_message_set_response (message, "application/json; charset=utf-8", SOUP_MEMORY_TAKE,
                                    g_steal_pointer (&self->text), length);
}

/** mainstay_portal_answer_free: closes the file, too */
void
mainstay_portal_answer_free (MainstayPortalAnswer *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->headers, g_ptr_array_unref);
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  g_free (self);
}
