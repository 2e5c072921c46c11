/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-tus.h"

#include <string.h>
#include <sys/statvfs.h>

#include "mainstay-portal-tus-checksum.h"

#define UPLOADS "/api/mainstay/1/uploads"
#define BODY_TYPE "application/offset+octet-stream"

static gboolean
fail (GError     **error,
      const char  *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS, message);
  return FALSE;
}

static MainstayPortalAnswer *
answer_error (const GError *error)
{
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TOO_LARGE))
    return mainstay_portal_answer_new_error (SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
                                             "QUOTA_EXCEEDED", error->message);
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED))
    return mainstay_portal_answer_new_error (SOUP_STATUS_GONE, "NOT_FOUND",
                                             "This upload has expired: start a new one");
  return mainstay_portal_answer_new_for_error (error);
}

/* Who asks comes before how: an answer to a stranger tells nothing but that. */
static MainstayPortalAnswer *
check (MainstayPortalCall *call)
{
  const MainstayPortalRoute user_route = { .scope = MAINSTAY_PORTAL_SCOPE_USER };
  const char *version = mainstay_portal_request_get_header (call->request, "Tus-Resumable");
  g_autoptr(GError) error = NULL;

  if (!mainstay_portal_route_check (&user_route, call, &error))
    return answer_error (error);
  if (g_strcmp0 (version, MAINSTAY_PORTAL_TUS_VERSION) != 0)
    return mainstay_portal_answer_new_error (SOUP_STATUS_PRECONDITION_FAILED, "INVALID_PARAMETERS",
                                             "Tus-Resumable must be 1.0.0");
  return NULL;
}

static MainstayPortalUpload *
get_upload (MainstayPortalCall  *call,
            GError             **error)
{
  return mainstay_portal_get_upload (call->portal, call->user, call->request->captures[0], error);
}

static MainstayPortalAnswer *
options (MainstayPortalCall  *call,
         GError             **error)
{
  MainstayPortalAnswer *answer = mainstay_portal_answer_new (SOUP_STATUS_NO_CONTENT);

  mainstay_portal_answer_add_header (answer, "Tus-Version", MAINSTAY_PORTAL_TUS_VERSION);
  mainstay_portal_answer_add_header (
    answer, "Tus-Extension", "creation,creation-with-upload,expiration,checksum,termination");
  mainstay_portal_answer_add_header (answer, "Tus-Checksum-Algorithm",
                                    MAINSTAY_PORTAL_TUS_CHECKSUMS);
  mainstay_portal_tus_add_number (answer, "Tus-Max-Size", MAINSTAY_PORTAL_TUS_MAX_SIZE);
  mainstay_portal_tus_decorate (answer);
  return answer;
}

static MainstayPortalAnswer *
answer_head (const MainstayPortalUpload *upload)
{
  MainstayPortalAnswer *answer = mainstay_portal_answer_new (SOUP_STATUS_OK);

  mainstay_portal_tus_add_number (answer, "Upload-Offset", upload->offset);
  mainstay_portal_tus_add_number (answer, "Upload-Length", upload->length);
  if (upload->metadata != NULL)
    mainstay_portal_answer_add_header (answer, "Upload-Metadata", upload->metadata);
  mainstay_portal_tus_add_expiry (answer, upload);
  return answer;
}

static MainstayPortalAnswer *
head (MainstayPortalCall  *call,
      GError             **error)
{
  g_autoptr(MainstayPortalUpload) upload = NULL;
  g_autoptr(GError) local_error = NULL;
  MainstayPortalAnswer *answer = check (call);

  if (answer == NULL)
    {
      upload = get_upload (call, &local_error);
      answer = upload != NULL ? answer_head (upload) : answer_error (local_error);
    }
  mainstay_portal_answer_add_header (answer, "Cache-Control", "no-store");
  mainstay_portal_tus_decorate (answer);
  return answer;
}

static MainstayPortalAnswer *
terminate (MainstayPortalCall  *call,
           GError             **error)
{
  const char *id = call->request->captures[0];
  g_autoptr(MainstayPortalUpload) upload = NULL;
  g_autoptr(GError) local_error = NULL;
  MainstayPortalAnswer *answer = check (call);

  if (answer == NULL)
    {
      upload = get_upload (call, &local_error);
      if (upload != NULL && mainstay_portal_tus_is_locked (call->portal, upload->id))
        return mainstay_portal_tus_answer_locked ();
      if (upload != NULL &&
          mainstay_portal_delete_upload (call->portal, call->user, id, &local_error))
        answer = mainstay_portal_answer_new (SOUP_STATUS_NO_CONTENT);
      else
        answer = answer_error (local_error);
    }
  mainstay_portal_tus_decorate (answer);
  return answer;
}

static gboolean
has_body_type (MainstayPortalRequest *request)
{
  const char *type = soup_message_headers_get_content_type (request->headers, NULL);

  return type != NULL && g_ascii_strcasecmp (type, BODY_TYPE) == 0;
}

static gboolean
has_body (MainstayPortalRequest *request)
{
  SoupEncoding encoding = soup_message_headers_get_encoding (request->headers);

  return encoding == SOUP_ENCODING_CHUNKED ||
         (encoding == SOUP_ENCODING_CONTENT_LENGTH &&
          soup_message_headers_get_content_length (request->headers) > 0);
}

static MainstayPortalAnswer *
answer_wrong_type (void)
{
  return mainstay_portal_answer_new_error (SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE,
                                           "INVALID_PARAMETERS", "Content-Type must be " BODY_TYPE);
}

static MainstayPortalAnswer *
answer_too_large (const char *message)
{
  return mainstay_portal_answer_new_error (SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
                                           "INVALID_PARAMETERS", message);
}

/* A body of a known length is refused before it is sent. */
static gboolean
body_fits (MainstayPortalRequest      *request,
           const MainstayPortalUpload *upload)
{
  return soup_message_headers_get_encoding (request->headers) != SOUP_ENCODING_CONTENT_LENGTH ||
         soup_message_headers_get_content_length (request->headers) <=
           upload->length - upload->offset;
}

static gboolean
has_room (MainstayPortal *portal,
          const char     *upload_id,
          gint64          length)
{
  g_autofree char *path = mainstay_portal_dup_upload_path (portal, upload_id);
  g_autofree char *folder = g_path_get_dirname (path);
  struct statvfs info;

  return statvfs (folder, &info) != 0 ||
         (guint64) length <= (guint64) info.f_bavail * (guint64) info.f_frsize;
}

static MainstayPortalAnswer *
answer_no_room (void)
{
  return mainstay_portal_answer_new_error (SOUP_STATUS_INSUFFICIENT_STORAGE, "SERVICE_UNAVAILABLE",
                                           "The portal has no room for this upload now");
}

static MainstayPortalAnswer *
open_writer (MainstayPortalCall       *call,
             MainstayPortalUpload     *upload,
             MainstayPortalTusWriter **writer)
{
  g_autoptr(GError) error = NULL;

  *writer = mainstay_portal_tus_writer_new (call, upload, &error);
  if (*writer == NULL)
    return error != NULL ? answer_error (error) : mainstay_portal_tus_answer_locked ();
  if (!mainstay_portal_tus_writer_set_checksum (
        *writer, mainstay_portal_request_get_header (call->request, "Upload-Checksum"), &error))
    {
      g_clear_pointer (writer, mainstay_portal_tus_writer_free);
      return answer_error (error);
    }
  return NULL;
}

static MainstayPortalAnswer *
open_patch (MainstayPortalCall       *call,
            MainstayPortalTusWriter **writer)
{
  const char *header = mainstay_portal_request_get_header (call->request, "Upload-Offset");
  g_autoptr(MainstayPortalUpload) upload = NULL;
  g_autoptr(GError) error = NULL;
  gint64 offset;

  upload = get_upload (call, &error);
  if (upload == NULL)
    return answer_error (error);
  if (!has_body_type (call->request))
    return answer_wrong_type ();
  if (!mainstay_portal_tus_parse_number (header, &offset))
    return mainstay_portal_answer_new_error (SOUP_STATUS_BAD_REQUEST, "INVALID_PARAMETERS",
                                             "Upload-Offset must be a number, 0 or more");
  if (mainstay_portal_tus_is_locked (call->portal, upload->id))
    return mainstay_portal_tus_answer_locked ();
  if (offset != upload->offset)
    return mainstay_portal_answer_new_error (SOUP_STATUS_CONFLICT, "INVALID_PARAMETERS",
                                             "Upload-Offset is not where the upload is");
  if (!body_fits (call->request, upload))
    return answer_too_large ("The body is longer than the upload");
  if (!has_room (call->portal, upload->id,
                 soup_message_headers_get_content_length (call->request->headers)))
    return answer_no_room ();
  return open_writer (call, g_steal_pointer (&upload), writer);
}

static gboolean
parse_creation (MainstayPortalCall  *call,
                gint64              *length,
                char               **kind,
                char               **file_name,
                GError             **error)
{
  MainstayPortalRequest *request = call->request;

  if (mainstay_portal_request_get_header (request, "Upload-Defer-Length") != NULL ||
      mainstay_portal_request_get_header (request, "Upload-Concat") != NULL)
    return fail (error, "Uploads of an unknown length and in parts are not supported");
  if (!mainstay_portal_tus_parse_number (
        mainstay_portal_request_get_header (request, "Upload-Length"), length))
    return fail (error, "Upload-Length must be a number, 0 or more");
  return mainstay_portal_tus_parse_metadata (
    mainstay_portal_request_get_header (request, "Upload-Metadata"), kind, file_name, error);
}

static MainstayPortalAnswer *
create_upload (MainstayPortalCall    *call,
               MainstayPortalUpload **upload)
{
  g_autofree char *kind = NULL;
  g_autofree char *file_name = NULL;
  g_autoptr(GError) error = NULL;
  MainstayPortalAnswer *answer = NULL;
  gint64 length;

  if (has_body (call->request) && !has_body_type (call->request))
    return answer_wrong_type ();
  if (!parse_creation (call, &length, &kind, &file_name, &error))
    return answer_error (error);
  if (length > MAINSTAY_PORTAL_TUS_MAX_SIZE)
    return answer_too_large ("The upload is larger than Tus-Max-Size");
  *upload = mainstay_portal_create_upload (
    call->portal, call->user, kind, file_name,
    mainstay_portal_request_get_header (call->request, "Upload-Metadata"), length, &error);
  if (*upload == NULL)
    return answer_error (error);
  if (!has_room (call->portal, (*upload)->id, length))
    answer = answer_no_room ();
  else if (!body_fits (call->request, *upload))
    answer = answer_too_large ("The body is longer than the upload");
  if (answer == NULL)
    return NULL;
  mainstay_portal_delete_upload (call->portal, call->user, (*upload)->id, NULL);
  g_clear_pointer (upload, mainstay_portal_upload_free);
  return answer;
}

static MainstayPortalAnswer *
open_creation (MainstayPortalCall       *call,
               MainstayPortalTusWriter **writer)
{
  MainstayPortalUpload *upload = NULL;
  MainstayPortalAnswer *answer = create_upload (call, &upload);
  g_autofree char *location = NULL;

  if (answer != NULL)
    return answer;
  location = g_strdup_printf ("%s" UPLOADS "/%s", call->request->origin, upload->id);
  answer = open_writer (call, upload, writer);
  if (*writer != NULL)
    mainstay_portal_tus_writer_set_location (*writer, location);
  return answer;
}

/** mainstay_portal_tus_open: */
MainstayPortalAnswer *
mainstay_portal_tus_open (const MainstayPortalRoute  *route,
                          MainstayPortal             *portal,
                          MainstayPortalRequest      *request,
                          MainstayPortalTusWriter   **writer)
{
  g_auto(MainstayPortalCall) call = { portal, request, NULL, NULL, NULL };
  MainstayPortalAnswer *answer = check (&call);

  if (answer == NULL)
    answer = strcmp (route->method, "PATCH") == 0 ? open_patch (&call, writer)
                                                  : open_creation (&call, writer);
  if (answer != NULL)
    mainstay_portal_tus_decorate (answer);
  return answer;
}

const MainstayPortalRoute mainstay_portal_tus_routes[] = {
  { "OPTIONS", UPLOADS, MAINSTAY_PORTAL_SCOPE_PUBLIC, options },
  { "POST", UPLOADS, MAINSTAY_PORTAL_SCOPE_USER, NULL, MAINSTAY_PORTAL_ROUTE_STREAMED },
  { "OPTIONS", UPLOADS "/*", MAINSTAY_PORTAL_SCOPE_PUBLIC, options },
  { "HEAD", UPLOADS "/*", MAINSTAY_PORTAL_SCOPE_PUBLIC, head },
  { "PATCH", UPLOADS "/*", MAINSTAY_PORTAL_SCOPE_USER, NULL, MAINSTAY_PORTAL_ROUTE_STREAMED },
  { "DELETE", UPLOADS "/*", MAINSTAY_PORTAL_SCOPE_PUBLIC, terminate },
  { NULL },
};
