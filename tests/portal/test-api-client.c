/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "test-api-client.h"

#include <stdio.h>
#include <string.h>

#include "mainstay-json.h"

/* Only so that a server that never answers fails the test instead of hanging it. */
#define TIMEOUT_SECONDS 100

GSocketConnection *
test_api_connect (unsigned int port)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_timeout (client, TIMEOUT_SECONDS);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) port, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

/* A server that has heard enough may close before all is written. */
void
test_api_write (GSocketConnection *connection,
                const char        *data,
                gssize             length)
{
  g_autoptr(GError) error = NULL;
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  if (!g_output_stream_write_all (stream, data, length < 0 ? strlen (data) : (size_t) length, NULL,
                                  NULL, &error))
    g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
                   g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE));
}

static void
parse_headers (TestReply  *self,
               const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\r\n", -1);

  g_assert_cmpint (sscanf (lines[0], "HTTP/1.%*1[01] %u", &self->status), ==, 1);
  for (size_t i = 1; lines[i] != NULL; i++)
    {
      g_auto(GStrv) parts = g_strsplit (lines[i], ":", 2);

      if (g_strv_length (parts) == 2)
        g_hash_table_insert (self->headers, g_ascii_strdown (parts[0], -1),
                             g_strdup (g_strstrip (parts[1])));
    }
}

static TestReply *
reply_new (GByteArray *data)
{
  TestReply *self = g_new0 (TestReply, 1);
  const char *end = NULL;
  const char *type;
  const char *content_length;

  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (data->len > 0)
    end = g_strstr_len ((char *) data->data, data->len, "\r\n\r\n");
  if (end != NULL)
    {
      size_t length = (size_t) (end - (char *) data->data);
      g_autofree char *text = g_strndup ((char *) data->data, length);

      parse_headers (self, text);
      self->body = g_bytes_new (end + 4, data->len - length - 4);
    }
  else
    self->body = g_bytes_new (NULL, 0);
  type = test_reply_header (self, "content-type");
  content_length = test_reply_header (self, "content-length");
  if (type != NULL && content_length != NULL && g_str_has_prefix (type, "application/json") &&
      g_bytes_get_size (self->body) > 0 &&
      (size_t) atoll (content_length) == g_bytes_get_size (self->body))
    {
      g_autoptr(GError) error = NULL;

      self->json = mainstay_json_parse (g_bytes_get_data (self->body, NULL),
                                        (gssize) g_bytes_get_size (self->body), &error);
      g_assert_no_error (error);
    }
  return self;
}

static TestReply *
read_reply (GSocketConnection *connection,
            gboolean           headers_only)
{
  g_autoptr(GByteArray) data = g_byte_array_new ();
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  char buffer[65536];
  gssize n;

  do
    {
      g_autoptr(GError) error = NULL;

      n = g_input_stream_read (stream, buffer, headers_only ? 1024 : sizeof buffer, NULL, &error);
      g_assert_false (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
      if (n > 0)
        g_byte_array_append (data, (guint8 *) buffer, (unsigned int) n);
    }
  while (n > 0 && !(headers_only && g_strstr_len ((char *) data->data, data->len, "\r\n\r\n")));
  return reply_new (data);
}

TestReply *
test_api_read (GSocketConnection *connection)
{
  return read_reply (connection, FALSE);
}

TestReply *
test_api_read_headers (GSocketConnection *connection)
{
  return read_reply (connection, TRUE);
}

TestReply *
test_api_raw (unsigned int  port,
              const char   *data,
              gssize        length)
{
  g_autoptr(GSocketConnection) connection = test_api_connect (port);

  test_api_write (connection, data, length);
  return test_api_read (connection);
}

void
test_reply_free (TestReply *self)
{
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->json, json_node_unref);
  g_free (self);
}

const char *
test_reply_header (TestReply  *self,
                   const char *name)
{
  return g_hash_table_lookup (self->headers, name);
}

JsonObject *
test_reply_object (TestReply *self)
{
  g_assert_nonnull (self->json);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (self->json));
  return json_node_get_object (self->json);
}

JsonArray *
test_reply_array (TestReply *self)
{
  g_assert_nonnull (self->json);
  g_assert_true (JSON_NODE_HOLDS_ARRAY (self->json));
  return json_node_get_array (self->json);
}

const char *
test_reply_string (TestReply  *self,
                   const char *name)
{
  return mainstay_json_get_string (test_reply_object (self), name);
}

void
test_reply_assert_error (TestReply    *self,
                         unsigned int  status,
                         const char   *code)
{
  const char *text;

  g_assert_cmpstr (test_reply_string (self, "errorCode"), ==, code);
  g_assert_cmpuint (self->status, ==, status);
  text = test_reply_string (self, "errorMessage");
  g_assert_nonnull (text);
  g_assert_cmpstr (text, !=, "");
  g_assert_cmpuint (json_object_get_size (test_reply_object (self)), ==, 2);
  /* Nothing of how it is made may show. */
  for (const char *const *word = (const char *const[]) { "sqlite", "SELECT", "/tmp", ".c:", NULL };
       *word != NULL; word++)
    g_assert_null (strstr (text, *word));
}
