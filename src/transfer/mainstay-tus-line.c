/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-tus-line.h"

#include <string.h>

#include "mainstay-error.h"
#include "mainstay-retry.h"
#include "mainstay-time.h"
#include "mainstay-tus-answer.h"

#define UPLOADS "/api/mainstay/1/uploads"
#define VERSION "1.0.0"
#define BODY_TYPE "application/offset+octet-stream"

/** mainstay_tus_address: Returns: (transfer full): a path below the account's address */
char *
mainstay_tus_address (const char *id)
{
  g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE);

  return g_strconcat (UPLOADS "/", escaped, NULL);
}

/**
 * mainstay_tus_line_init:
 * @self: room for it
 * @client: (transfer full): a clone for this thread
 * @id: (nullable): an upload that was begun before
 */
void
mainstay_tus_line_init (MainstayTusLine *self,
                        MainstayClient  *client,
                        const char      *id)
{
  *self = (MainstayTusLine) { .client = client, .max_size = -1, .retry_after_ms = -1 };
  if (id != NULL)
    self->location = mainstay_tus_address (id);
}

/** mainstay_tus_line_clear: */
void
mainstay_tus_line_clear (MainstayTusLine *self)
{
  g_clear_object (&self->client);
  g_clear_pointer (&self->location, g_free);
}

/** mainstay_tus_line_dup_id: Returns: (transfer full) (nullable): how the API names the upload */
char *
mainstay_tus_line_dup_id (MainstayTusLine *self)
{
  return self->location != NULL ? g_uri_unescape_string (strrchr (self->location, '/') + 1, NULL)
                                : NULL;
}

static gboolean
fail (GError     **error,
      const char  *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER, message);
  return FALSE;
}

static SoupMessage *
new_message (MainstayTusLine *self,
             const char      *method,
             const char      *url)
{
  SoupMessage *message = mainstay_client_new_message (self->client, method, url);

  /* By the protocol every request has it but this one. */
  if (message != NULL && strcmp (method, "OPTIONS") != 0)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Tus-Resumable",
                                  VERSION);
  return message;
}

/* Reads the body to its end, so that the connection serves the next request, too. */
static gboolean
send (MainstayTusLine  *self,
      SoupMessage      *message,
      GError          **error)
{
  g_autoptr(GInputStream) body = NULL;
  const char *retry_after;

  self->status = 0;
  self->retry_after_ms = -1;
  body = mainstay_client_send (self->client, message, self->cancellable, error);
  if (message != NULL)
    {
      self->status = soup_message_get_status (message);
      retry_after = soup_message_headers_get_one (soup_message_get_response_headers (message),
                                                  "Retry-After");
      self->retry_after_ms = mainstay_retry_parse_after (retry_after, mainstay_time_now ());
    }
  if (body != NULL)
    g_input_stream_skip (body, 64 * 1024, self->cancellable, NULL);
  return body != NULL;
}

/* The protocol lets a server do without OPTIONS. */
static gboolean
lacks_options (MainstayTusLine *self)
{
  return self->status == 404 || self->status == 405 || self->status == 501;
}

static gboolean
has_algorithm (SoupMessageHeaders *headers,
               const char         *name)
{
  return mainstay_tus_answer_lists (headers, "Tus-Extension", "checksum") &&
         mainstay_tus_answer_lists (headers, "Tus-Checksum-Algorithm", name);
}

/* Against what a line does to bytes a CRC is as good, and costs both ends next to nothing. */
static void
choose_algorithm (MainstayTusLine    *self,
                  SoupMessageHeaders *headers)
{
  self->has_sha256 = has_algorithm (headers, "sha256");
  if (has_algorithm (headers, "crc32"))
    self->algorithm = MAINSTAY_TUS_ALGORITHM_CRC32;
  else if (self->has_sha256)
    self->algorithm = MAINSTAY_TUS_ALGORITHM_SHA256;
  else
    self->algorithm = MAINSTAY_TUS_ALGORITHM_NONE;
}

/** mainstay_tus_line_ask_server: Returns: whether it is known what the portal can do */
gboolean
mainstay_tus_line_ask_server (MainstayTusLine  *self,
                              GError          **error)
{
  g_autoptr(SoupMessage) message = new_message (self, "OPTIONS", UPLOADS);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  g_autoptr(GError) local_error = NULL;

  if (!send (self, message, &local_error))
    {
      if (lacks_options (self))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!mainstay_tus_answer_lists (headers, "Tus-Version", VERSION) ||
      !mainstay_tus_answer_lists (headers, "Tus-Extension", "creation"))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_MISSING_EXTENSION,
                           "The portal takes no uploads by tus " VERSION);
      return FALSE;
    }
  choose_algorithm (self, headers);
  self->max_size = mainstay_tus_answer_get_max_size (headers);
  return TRUE;
}

/* The API headers go along with the pieces, so they go to the portal itself or nowhere. */
static gboolean
take_location (MainstayTusLine  *self,
               SoupMessage      *message,
               GError          **error)
{
  g_autofree char *url =
    mainstay_tus_answer_dup_location (soup_message_get_response_headers (message),
                                      soup_message_get_uri (message), error);

  if (url == NULL)
    return FALSE;
  if (!mainstay_client_is_own_origin (self->client, url))
    return fail (error, "The portal gave a place for the upload that is not its own");
  self->location = g_steal_pointer (&url);
  return TRUE;
}

/* tus puts values in base64, and the portal takes no control characters. */
static char *
make_metadata (MainstayUploadSource *source,
               const char           *kind)
{
  g_autofree char *name = g_filename_display_name (mainstay_upload_source_get_name (source));
  g_autofree char *shown = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), 255));
  g_autofree char *name64 = NULL;
  g_autofree char *kind64 = g_base64_encode ((const guchar *) kind, strlen (kind));

  for (char *p = shown; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = '_';
  name64 = g_base64_encode ((const guchar *) shown, strlen (shown));
  return g_strdup_printf ("filename %s,kind %s", name64, kind64);
}

/**
 * mainstay_tus_line_create:
 * @self: a line without an upload
 * @source: what will be sent
 * @kind: `database` or `files`
 * @error: where to put an error; %MAINSTAY_ERROR_TOO_LARGE without asking, where the portal has
 *   told its limit
 *
 * Returns: whether there is an upload to send to
 */
gboolean
mainstay_tus_line_create (MainstayTusLine       *self,
                          MainstayUploadSource  *source,
                          const char            *kind,
                          GError               **error)
{
  g_autofree char *metadata = make_metadata (source, kind);
  gint64 size = mainstay_upload_source_get_size (source);
  g_autofree char *length = g_strdup_printf ("%" G_GINT64_FORMAT, size);
  g_autoptr(SoupMessage) message = new_message (self, "POST", UPLOADS);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  if (self->max_size >= 0 && size > self->max_size)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TOO_LARGE,
                   "The portal takes at most %" G_GINT64_FORMAT " bytes", self->max_size);
      return FALSE;
    }
  soup_message_headers_replace (headers, "Upload-Length", length);
  soup_message_headers_replace (headers, "Upload-Metadata", metadata);
  soup_message_headers_set_content_length (headers, 0);
  return send (self, message, error) && take_location (self, message, error);
}

static gint64
read_offset (SoupMessage  *message,
             GError      **error)
{
  return mainstay_tus_answer_get_offset (soup_message_get_response_headers (message), error);
}

/** mainstay_tus_line_ask_offset: Returns: how many bytes the portal has, -1 on an error */
gint64
mainstay_tus_line_ask_offset (MainstayTusLine  *self,
                              GError          **error)
{
  g_autoptr(SoupMessage) message = new_message (self, "HEAD", self->location);

  return send (self, message, error) ? read_offset (message, error) : -1;
}

/* libsoup would send it once more when a connection that was kept breaks, from wherever the stream
 * is; but how far the portal came must be asked for first. */
static void
restarted_cb (SoupMessage         *message,
              MainstayUploadPiece *piece)
{
  mainstay_upload_piece_stop (piece);
  soup_message_set_request_body (message, BODY_TYPE, G_INPUT_STREAM (piece), -1);
}

/**
 * mainstay_tus_line_send:
 * @self: a line with an upload
 * @piece: @length bytes
 * @offset: where they belong
 * @length: how many
 * @checksum: (nullable): `Upload-Checksum`
 * @error: where to put an error
 *
 * Returns: how many bytes the portal has now, -1 on an error
 */
gint64
mainstay_tus_line_send (MainstayTusLine  *self,
                        MainstayUploadPiece *piece,
                        gint64            offset,
                        gint64            length,
                        const char       *checksum,
                        GError          **error)
{
  g_autoptr(SoupMessage) message = new_message (self, "PATCH", self->location);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, offset);

  soup_message_headers_replace (headers, "Upload-Offset", text);
  if (checksum != NULL)
    soup_message_headers_replace (headers, "Upload-Checksum", checksum);
  soup_message_set_request_body (message, BODY_TYPE, G_INPUT_STREAM (piece), (gssize) length);
  g_signal_connect_object (message, "restarted", G_CALLBACK (restarted_cb), piece, 0);
  return send (self, message, error) ? read_offset (message, error) : -1;
}
