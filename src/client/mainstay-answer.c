/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-answer.h"

#include "mainstay-error.h"
#include "mainstay-json.h"

#define LONGEST_DETAIL 300

static gboolean
is_harmless (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* turns the direction of what follows, or hides */
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
      return FALSE;
    default:
      return TRUE;
    }
}

/**
 * mainstay_answer_clean_text:
 * @text: (nullable): words from outside
 *
 * Returns: (transfer full): one short line of them, without anything that is no letter or sign
 */
char *
mainstay_answer_clean_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autoptr(GString) clean = g_string_new (NULL);
  unsigned int length = 0;

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (length++ == LONGEST_DETAIL)
        {
          g_string_append (clean, "…");
          break;
        }
      g_string_append_unichar (clean, is_harmless (character) ? character : ' ');
    }
  return g_strdup (g_strstrip (clean->str));
}

static MainstayError
code_of_status (unsigned int status,
                gboolean     has_answer)
{
  switch (status)
    {
    case 401:
      return MAINSTAY_ERROR_UNAUTHORIZED;
    case 403:
      return MAINSTAY_ERROR_NO_ACCESS;
    case 404:
      return MAINSTAY_ERROR_NOT_FOUND;
    case 408:
      return MAINSTAY_ERROR_TIMED_OUT;
    case 410:
      return MAINSTAY_ERROR_LINK_EXPIRED;
    case 413:
      return MAINSTAY_ERROR_TOO_LARGE;
    case 429:
      return MAINSTAY_ERROR_RATE_LIMITED;
    case 502:
    case 503:
    case 504:
      return MAINSTAY_ERROR_GATEWAY;
    default:
      break;
    }
  if (status >= 300 && status < 400)
    return MAINSTAY_ERROR_REDIRECTED;
  return status >= 500 && !has_answer ? MAINSTAY_ERROR_GATEWAY : MAINSTAY_ERROR_FAILED;
}

/**
 * mainstay_answer_set_by_status:
 * @status: an HTTP status that is no success
 * @detail: (nullable): what the portal itself said, cleaned
 * @error: where to put the error
 */
void
mainstay_answer_set_by_status (unsigned int   status,
                               const char    *detail,
                               GError       **error)
{
  MainstayError code = code_of_status (status, detail != NULL);

  if (detail != NULL && *detail != '\0')
    g_set_error (error, MAINSTAY_ERROR, code, "%s (HTTP status %u)", detail, status);
  else
    g_set_error (error, MAINSTAY_ERROR, code, "HTTP status %u", status);
}

/* The wire tells by errorCode, also inside a 200 (portal-api.md, part 1). */
static gboolean
set_named_error (JsonNode      *root,
                 unsigned int   status,
                 GError       **error)
{
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;
  g_autofree char *detail = NULL;
  JsonObject *object;
  MainstayError code;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  object = json_node_get_object (root);
  if (mainstay_json_get_string (object, "errorCode") == NULL)
    return FALSE;
  name = mainstay_answer_clean_text (mainstay_json_get_string (object, "errorCode"));
  message = mainstay_answer_clean_text (mainstay_json_get_string (object, "errorMessage"));
  detail = *message != '\0' ? g_strdup_printf ("%s: %s", name, message) : g_strdup (name);
  if (mainstay_error_from_wire (name, &code))
    g_set_error_literal (error, MAINSTAY_ERROR, code, detail);
  else
    mainstay_answer_set_by_status (status, detail, error);
  return TRUE;
}

/**
 * mainstay_answer_read:
 * @status: the HTTP status
 * @body: all of the answer
 * @root: (out) (nullable): what it says, %NULL when it says nothing
 * @error: where to put a %MAINSTAY_ERROR
 *
 * Decides whether an answer is good. A bad one's body is never part of the error, except for the
 * words that the API itself puts there.
 *
 * Returns: whether it is good
 */
gboolean
mainstay_answer_read (unsigned int   status,
                      GBytes        *body,
                      JsonNode     **root,
                      GError       **error)
{
  g_autoptr(JsonNode) parsed = NULL;
  size_t size;
  const char *data = g_bytes_get_data (body, &size);

  *root = NULL;
  if (size > 0)
    parsed = mainstay_json_parse (data, (gssize) size, NULL);
  if (parsed != NULL && set_named_error (parsed, status, error))
    return FALSE;
  if (status < 200 || status >= 300)
    {
      mainstay_answer_set_by_status (status, parsed != NULL ? "" : NULL, error);
      return FALSE;
    }
  if (size > 0 && parsed == NULL)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                   "The answer with HTTP status %u is not JSON", status);
      return FALSE;
    }
  *root = g_steal_pointer (&parsed);
  return TRUE;
}

/**
 * mainstay_answer_map_error:
 * @error: what the libraries below reported
 *
 * Returns: (transfer full): the same as a %MAINSTAY_ERROR, or a cancellation
 */
GError *
mainstay_answer_map_error (const GError *error)
{
  MainstayError code = MAINSTAY_ERROR_UNREACHABLE;
  g_autofree char *detail = NULL;

  if (error->domain == MAINSTAY_ERROR ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    code = MAINSTAY_ERROR_TIMED_OUT;
  else if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) ||
           g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS) ||
           g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    code = MAINSTAY_ERROR_INSECURE;
  /* libsoup says that it cannot parse an answer that broke off within its head; one that is no HTTP
   * at all looks the same. */
  else if (g_error_matches (error, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING))
    code = MAINSTAY_ERROR_UNREACHABLE;
  else if (error->domain == SOUP_SESSION_ERROR || error->domain == G_CONVERT_ERROR ||
           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    code = MAINSTAY_ERROR_BAD_ANSWER;
  detail = mainstay_answer_clean_text (error->message);
  return g_error_new_literal (MAINSTAY_ERROR, code, detail);
}

/**
 * mainstay_answer_describe_certificate:
 * @flaws: what is wrong with a certificate
 *
 * Returns: (transfer none): the one that matters most, in words
 */
const char *
mainstay_answer_describe_certificate (GTlsCertificateFlags flaws)
{
  /* A stranger's own may say anything else as well. */
  if ((flaws & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0)
    return "No authority that this computer trusts has signed the certificate";
  if ((flaws & G_TLS_CERTIFICATE_REVOKED) != 0)
    return "The certificate has been revoked";
  if ((flaws & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
    return "The certificate is for another address";
  if ((flaws & G_TLS_CERTIFICATE_EXPIRED) != 0)
    return "The certificate has expired";
  if ((flaws & G_TLS_CERTIFICATE_NOT_ACTIVATED) != 0)
    return "The certificate is not valid yet";
  if ((flaws & G_TLS_CERTIFICATE_INSECURE) != 0)
    return "The certificate is made in a way that is not safe any more";
  return "The certificate is not valid";
}

/**
 * mainstay_answer_map_send_error:
 * @message: what was to be sent
 * @error: what libsoup reported instead of an answer
 *
 * Returns: (transfer full): as of mainstay_answer_map_error(), with what is wrong with a
 *   certificate
 */
GError *
mainstay_answer_map_send_error (SoupMessage  *message,
                                const GError *error)
{
  if (!g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return mainstay_answer_map_error (error);
  return g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE,
                              mainstay_answer_describe_certificate (
                                soup_message_get_tls_peer_certificate_errors (message)));
}
