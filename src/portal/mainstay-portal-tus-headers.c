/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <string.h>

#include "mainstay-portal-tus.h"

#define MAX_FILE_NAME 255

static gboolean
fail (GError     **error,
      const char  *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS, message);
  return FALSE;
}

/* Texts only: a base64 value of ours that holds a zero byte or no UTF-8 is none. */
static char *
decode_text (const char *base64)
{
  g_autofree guchar *data = NULL;
  g_autofree char *text = NULL;
  size_t length;

  if (strlen (base64) % 4 != 0)
    return NULL;
  data = g_base64_decode (base64, &length);
  if (length == 0 || length > MAX_FILE_NAME * 4 ||
      !g_utf8_validate_len ((const char *) data, length, NULL))
    return NULL;
  text = g_strndup ((const char *) data, length);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return NULL;
  return g_steal_pointer (&text);
}

/* Of any key, ours or not: base64, or nothing at all. */
static gboolean
is_value (const char *text)
{
  size_t length = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  size_t padding = strspn (text + length, "=");

  return text[length + padding] == '\0' && padding <= 2 && (length + padding) % 4 == 0;
}

static gboolean
take_pair (const char  *pair,
           GHashTable  *keys,
           char       **kind,
           char       **file_name,
           GError     **error)
{
  g_auto(GStrv) parts = g_strsplit (pair, " ", 2);
  char **target = NULL;

  if (parts[0] == NULL)
    return TRUE; /* nothing between two commas */
  if (!g_hash_table_add (keys, g_strdup (parts[0])))
    return fail (error, "Upload-Metadata names a key twice");
  if (parts[1] != NULL && !is_value (g_strstrip (parts[1])))
    return fail (error, "Upload-Metadata has a value that is no base64 text");
  if (strcmp (parts[0], "kind") == 0)
    target = kind;
  else if (strcmp (parts[0], "filename") == 0)
    target = file_name;
  if (target == NULL)
    return TRUE;
  *target = parts[1] != NULL ? decode_text (parts[1]) : NULL;
  return *target != NULL || fail (error, "Upload-Metadata has a value that is no base64 text");
}

/**
 * mainstay_portal_tus_parse_metadata:
 * @header: (nullable): `Upload-Metadata`
 * @kind: (out) (transfer full): database or files
 * @file_name: (out) (transfer full): the name that the file has at the client
 * @error: where to put %MAINSTAY_ERROR_INVALID_PARAMETERS
 *
 * Keys of others are left alone, as existing clients send them.
 *
 * Returns: whether both are there and of use
 */
gboolean
mainstay_portal_tus_parse_metadata (const char  *header,
                                    char       **kind,
                                    char       **file_name,
                                    GError     **error)
{
  g_auto(GStrv) pairs = g_strsplit (header != NULL ? header : "", ",", -1);
  g_autoptr(GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *found_kind = NULL;
  g_autofree char *found_name = NULL;

  for (size_t i = 0; pairs[i] != NULL; i++)
    if (!take_pair (g_strstrip (pairs[i]), keys, &found_kind, &found_name, error))
      return FALSE;
  if (g_strcmp0 (found_kind, "database") != 0 && g_strcmp0 (found_kind, "files") != 0)
    return fail (error, "Upload-Metadata must have a kind, database or files");
  if (found_name == NULL || g_utf8_strlen (found_name, -1) > MAX_FILE_NAME)
    return fail (error, "Upload-Metadata must have a filename of at most 255 characters");
  *kind = g_steal_pointer (&found_kind);
  *file_name = g_steal_pointer (&found_name);
  return TRUE;
}

/** mainstay_portal_tus_parse_number: Returns: whether @header is a number from zero up */
gboolean
mainstay_portal_tus_parse_number (const char *header,
                                  gint64     *number)
{
  return header != NULL && g_ascii_isdigit (*header) &&
         g_ascii_string_to_signed (header, 10, 0, G_MAXINT64, number, NULL);
}

/** mainstay_portal_tus_decorate: adds what every answer of the protocol has */
void
mainstay_portal_tus_decorate (MainstayPortalAnswer *answer)
{
  mainstay_portal_answer_add_header (answer, "Tus-Resumable", MAINSTAY_PORTAL_TUS_VERSION);
  if (answer->status == SOUP_STATUS_PRECONDITION_FAILED)
    mainstay_portal_answer_add_header (answer, "Tus-Version", MAINSTAY_PORTAL_TUS_VERSION);
}

/** mainstay_portal_tus_add_number: adds a header with a number */
void
mainstay_portal_tus_add_number (MainstayPortalAnswer *answer,
                                const char           *name,
                                gint64                number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  mainstay_portal_answer_add_header (answer, name, text);
}

/** mainstay_portal_tus_add_expiry: adds `Upload-Expires` */
void
mainstay_portal_tus_add_expiry (MainstayPortalAnswer       *answer,
                                const MainstayPortalUpload *upload)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (upload->expires_at / 1000);
  g_autofree char *text = soup_date_time_to_string (time, SOUP_DATE_HTTP);

  mainstay_portal_answer_add_header (answer, "Upload-Expires", text);
}

/** mainstay_portal_tus_answer_locked: Returns: (transfer full): 423 */
MainstayPortalAnswer *
mainstay_portal_tus_answer_locked (void)
{
  MainstayPortalAnswer *answer = mainstay_portal_answer_new_error (
    SOUP_STATUS_LOCKED, "INVALID_STATE", "Another request is writing to this upload");

  mainstay_portal_tus_decorate (answer);
  return answer;
}

/**
 * mainstay_portal_tus_override_method:
 * @request: a request that has no route yet
 *
 * For clients behind things that let only GET and POST through; the actual method is ignored.
 */
void
mainstay_portal_tus_override_method (MainstayPortalRequest *request)
{
  static const char *const methods[] = { "POST", "HEAD", "PATCH", "DELETE", NULL };
  const char *method = mainstay_portal_request_get_header (request, "X-HTTP-Method-Override");

  if (method != NULL && g_strv_contains (methods, method) && g_strv_length (request->path) >= 4 &&
      strcmp (request->path[1], "mainstay") == 0 && strcmp (request->path[3], "uploads") == 0)
    request->method = g_intern_string (method);
}
