/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-request.h"

#include <string.h>

#include "mainstay-error.h"
#include "mainstay-json.h"

static gboolean
fail (GError     **error,
      const char  *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS, message);
  return FALSE;
}

static gboolean
is_control (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      return TRUE;
  return FALSE;
}

/**
 * mainstay_portal_request_dup_id:
 * @text: (nullable): an id from outside
 *
 * A UUID is the same in any case (RFC 4122); ours are written in lower case, and so looked for.
 *
 * Returns: (transfer full) (nullable): @text, a UUID in lower case
 */
char *
mainstay_portal_request_dup_id (const char *text)
{
  return text != NULL && g_uuid_string_is_valid (text) ? g_ascii_strdown (text, -1)
                                                       : g_strdup (text);
}

/* Each segment is decoded by itself, so that an encoded slash never makes a new one. What no name
 * of ours can hold is refused here, before any handler could mistake it for a file's name. */
static char *
decode_segment (const char *text)
{
  g_autofree char *decoded = g_uri_unescape_string (text, "/");

  if (decoded == NULL || !g_utf8_validate (decoded, -1, NULL) || is_control (decoded) ||
      strcmp (decoded, ".") == 0 || strcmp (decoded, "..") == 0)
    return NULL;
  return mainstay_portal_request_dup_id (decoded);
}

static GStrv
split_path (const char *path)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);

  for (size_t i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *decoded = NULL;

      if (*parts[i] == '\0')
        continue;
      decoded = decode_segment (parts[i]);
      if (decoded == NULL)
        return NULL;
      g_strv_builder_add (builder, decoded);
    }
  return g_strv_builder_end (builder);
}

/* Nothing but what a host and port are made of may come back in an answer. */
static gboolean
is_host (const char *host)
{
  return host != NULL && *host != '\0' && strlen (host) < 256 &&
         strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") ==
           strlen (host);
}

/* As the client sees it, who named the host. */
static char *
dup_origin (const char *host,
            const char *fallback)
{
  if (!is_host (host))
    return g_strdup (fallback);
  return g_strconcat (g_str_has_prefix (fallback, "https:") ? "https://" : "http://", host, NULL);
}

/**
 * mainstay_portal_request_new:
 * @method: the HTTP method
 * @uri: as the client sent it, its path still encoded
 * @headers: the request's headers
 * @public_origin: (nullable): where clients reach this server, when it cannot be seen from here
 * @fallback_origin: the listening address, for a client that names no usable host
 * @error: where to put %MAINSTAY_ERROR_INVALID_PARAMETERS
 *
 * Returns: (transfer full): the request, still without a body
 */
MainstayPortalRequest *
mainstay_portal_request_new (const char          *method,
                             GUri                *uri,
                             SoupMessageHeaders  *headers,
                             const char          *public_origin,
                             const char          *fallback_origin,
                             GError             **error)
{
  g_autoptr(MainstayPortalRequest) self = g_new0 (MainstayPortalRequest, 1);
  const char *host = soup_message_headers_get_one (headers, "Host");
  const char *query = g_uri_get_query (uri);

  self->method = g_intern_string (method);
  self->headers = soup_message_headers_ref (headers);
  self->path = split_path (g_uri_get_path (uri));
  self->query = query != NULL ? soup_form_decode (query)
                              : g_hash_table_new (g_str_hash, g_str_equal);
  self->origin = public_origin != NULL ? g_strdup (public_origin)
                                       : dup_origin (host, fallback_origin);
  if (self->path == NULL)
    {
      fail (error, "The path cannot be read");
      return NULL;
    }
  return g_steal_pointer (&self);
}

/** mainstay_portal_request_free: */
void
mainstay_portal_request_free (MainstayPortalRequest *self)
{
  g_clear_pointer (&self->path, g_strfreev);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->address, g_free);
  g_free (self);
}

/** mainstay_portal_request_get_header: Returns: (nullable): the header, its name in any case */
const char *
mainstay_portal_request_get_header (MainstayPortalRequest *self,
                                    const char            *name)
{
  return soup_message_headers_get_one (self->headers, name);
}

/** mainstay_portal_request_get_query: Returns: (nullable): the decoded query parameter */
const char *
mainstay_portal_request_get_query (MainstayPortalRequest *self,
                                   const char            *name)
{
  return g_hash_table_lookup (self->query, name);
}

static gboolean
is_blank (const char *data,
          size_t      length)
{
  for (size_t i = 0; i < length; i++)
    if (!g_ascii_isspace (data[i]))
      return FALSE;
  return TRUE;
}

static JsonObject *
object_from_form (const char *data,
                  size_t      length)
{
  g_autofree char *text = g_strndup (data, length);
  g_autoptr(GHashTable) form = soup_form_decode (text);
  JsonObject *object = json_object_new ();
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, form);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (g_utf8_validate (key, -1, NULL) && g_utf8_validate (value, -1, NULL))
      json_object_set_string_member (object, key, value);
  return object;
}

/* curl's -d sends JSON under the type of a form, so that a brace decides before the header does. */
static gboolean
is_form (MainstayPortalRequest *self,
         const char            *data,
         size_t                 length)
{
  const char *type = soup_message_headers_get_content_type (self->headers, NULL);
  size_t start = 0;

  while (start < length && g_ascii_isspace (data[start]))
    start++;
  return type != NULL && g_ascii_strcasecmp (type, "application/x-www-form-urlencoded") == 0 &&
         data[start] != '{' && data[start] != '[';
}

/**
 * mainstay_portal_request_dup_object:
 * @self: a request
 * @error: where to put %MAINSTAY_ERROR_INVALID_PARAMETERS
 *
 * Reads the body as real clients send it (portal-api.md, part 1): JSON under any type or none, a
 * form, or nothing at all where `{}` is meant.
 *
 * Returns: (transfer full): the body's object
 */
JsonObject *
mainstay_portal_request_dup_object (MainstayPortalRequest  *self,
                                    GError                **error)
{
  size_t length = 0;
  const char *data = self->body != NULL ? g_bytes_get_data (self->body, &length) : NULL;
  g_autoptr(JsonNode) node = NULL;

  if (data == NULL || is_blank (data, length))
    return json_object_new ();
  if (is_form (self, data, length))
    return object_from_form (data, length);
  node = mainstay_json_parse (data, (gssize) length, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      fail (error, "The body must be a JSON object");
      return NULL;
    }
  return json_node_dup_object (node);
}

/* However large, it is a number. */
static gboolean
get_number (MainstayPortalRequest *self,
            const char            *name,
            gint64                 fallback,
            gint64                *number)
{
  const char *text = mainstay_portal_request_get_query (self, name);

  *number = fallback;
  if (text == NULL)
    return TRUE;
  if (*text == '\0' || strspn (text, "0123456789") != strlen (text))
    return FALSE;
  if (!g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, number, NULL))
    *number = G_MAXINT64;
  return TRUE;
}

/**
 * mainstay_portal_request_get_paging:
 * @self: a request
 * @offset: (out): how many to leave out
 * @limit: (out): how many to answer at most, within what this server gives
 * @error: where to put %MAINSTAY_ERROR_INVALID_PARAMETERS
 *
 * Returns: whether both are numbers from zero up
 */
gboolean
mainstay_portal_request_get_paging (MainstayPortalRequest  *self,
                                    gint64                 *offset,
                                    gint64                 *limit,
                                    GError                **error)
{
  if (!get_number (self, "offset", 0, offset))
    return fail (error, "offset must be a number, 0 or more");
  if (!get_number (self, "limit", MAINSTAY_PORTAL_DEFAULT_LIMIT, limit))
    return fail (error, "limit must be a number, 1 or more");
  *limit = CLAMP (*limit, 1, MAINSTAY_PORTAL_MAX_LIMIT);
  return TRUE;
}

/**
 * mainstay_portal_request_get_flag:
 * @self: a request
 * @name: a query parameter
 * @flag: (out): its value, %FALSE when it is absent
 * @error: where to put %MAINSTAY_ERROR_INVALID_PARAMETERS
 *
 * Returns: whether it is absent or a truth value
 */
gboolean
mainstay_portal_request_get_flag (MainstayPortalRequest  *self,
                                  const char             *name,
                                  gboolean               *flag,
                                  GError                **error)
{
  const char *text = mainstay_portal_request_get_query (self, name);

  *flag = text != NULL && (g_ascii_strcasecmp (text, "true") == 0 || strcmp (text, "1") == 0);
  if (text == NULL || *flag || *text == '\0' || g_ascii_strcasecmp (text, "false") == 0 ||
      strcmp (text, "0") == 0)
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
               "%s must be true or false", name);
  return FALSE;
}

static gboolean
is_comment (const char  *text,
            GError     **error)
{
  if (g_utf8_strlen (text, -1) > MAINSTAY_PORTAL_MAX_COMMENT)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                   "A comment has at most %d characters", MAINSTAY_PORTAL_MAX_COMMENT);
      return FALSE;
    }
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)) && *p != '\n')
      return fail (error, "A comment may not hold control characters other than new lines");
  return TRUE;
}

/**
 * mainstay_portal_request_dup_comment:
 * @object: a body
 * @required: whether its absence is an error
 * @comment: (out) (nullable) (transfer full): the comment, %NULL when absent
 * @error: where to put %MAINSTAY_ERROR_INVALID_PARAMETERS
 *
 * Takes `comment` and `Comment`. Line ends become single new lines; null is an empty comment.
 *
 * Returns: whether the comment can be stored
 */
gboolean
mainstay_portal_request_dup_comment (JsonObject  *object,
                                     gboolean     required,
                                     char       **comment,
                                     GError     **error)
{
  const char *name = json_object_has_member (object, "comment") ? "comment" : "Comment";
  JsonNode *node = json_object_get_member (object, name);
  const char *text = mainstay_json_get_string (object, name);
  g_autoptr(GString) lines = NULL;

  *comment = NULL;
  if (node == NULL)
    return !required || fail (error, "comment is missing");
  if (text == NULL && !JSON_NODE_HOLDS_NULL (node))
    return fail (error, "comment must be a text");
  lines = g_string_new (text);
  g_string_replace (lines, "\r\n", "\n", 0);
  if (!is_comment (lines->str, error))
    return FALSE;
  *comment = g_string_free (g_steal_pointer (&lines), FALSE);
  return TRUE;
}
