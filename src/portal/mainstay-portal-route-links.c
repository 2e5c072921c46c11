/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "mainstay-portal-link.h"
#include "mainstay-portal-route.h"

/* The links of archives (portal-api.md, part 2): the path is the key to them, so that it stands in
 * no log and in no error. */

static MainstayPortalAnswer *
answer_no_archive (const GError *error)
{
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND))
    return mainstay_portal_answer_new_error (SOUP_STATUS_FORBIDDEN, "NO_ACCESS",
                                             "This link is not valid");
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED))
    return mainstay_portal_answer_new_error (SOUP_STATUS_GONE, "LINK_EXPIRED",
                                             "This link has expired: make a new archive");
  return mainstay_portal_answer_new_for_error (error);
}

/* A descriptor goes on reading what it was opened for, also when the archive is removed. */
static int
open_archive (const MainstayPortalArchive *archive)
{
  int fd = open (archive->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  struct stat info;

  if (fd >= 0 && (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode) ||
                  info.st_size != archive->size))
    {
      g_close (fd, NULL);
      fd = -1;
    }
  return fd;
}

static void
describe (MainstayPortalAnswer        *answer,
          const MainstayPortalArchive *archive)
{
  g_autofree char *digest = g_base64_encode (archive->sha256, sizeof archive->sha256);
  g_autofree char *repr_digest = g_strdup_printf ("sha-256=:%s:", digest);
  g_autofree char *disposition = g_strdup_printf ("attachment; filename=\"%s\"",
                                                  archive->file_name);
  gboolean is_gzip = g_str_has_suffix (archive->file_name, ".gz");

  mainstay_portal_answer_add_header (answer, "Content-Type",
                                     is_gzip ? "application/gzip" : "application/octet-stream");
  mainstay_portal_answer_add_header (answer, "Content-Disposition", disposition);
  mainstay_portal_answer_add_header (answer, "Accept-Ranges", "bytes");
  mainstay_portal_answer_add_header (answer, "ETag", archive->etag);
  mainstay_portal_answer_add_header (answer, "Repr-Digest", repr_digest);
  mainstay_portal_answer_add_header (answer, "Cache-Control", "private, no-transform");
}

static MainstayPortalAnswer *
answer_unsatisfiable (const MainstayPortalArchive *archive)
{
  MainstayPortalAnswer *answer;
  g_autofree char *range = g_strdup_printf ("bytes */%" G_GINT64_FORMAT, archive->size);

  answer = mainstay_portal_answer_new_error (SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE,
                                             "INVALID_PARAMETERS",
                                             "The range lies behind the end of the archive");
  mainstay_portal_answer_add_header (answer, "Content-Range", range);
  mainstay_portal_answer_add_header (answer, "Accept-Ranges", "bytes");
  mainstay_portal_answer_add_header (answer, "ETag", archive->etag);
  return answer;
}

/* What the client already has, or wants no longer. */
static MainstayPortalAnswer *
answer_condition (MainstayPortalRequest       *request,
                  const MainstayPortalArchive *archive)
{
  const char *match = mainstay_portal_request_get_header (request, "If-Match");
  const char *none_match = mainstay_portal_request_get_header (request, "If-None-Match");
  MainstayPortalAnswer *answer = NULL;

  if (match != NULL && !mainstay_portal_link_has_etag (match, archive->etag))
    answer = mainstay_portal_answer_new_error (SOUP_STATUS_PRECONDITION_FAILED,
                                               "INVALID_PARAMETERS", "This is another archive");
  else if (none_match != NULL && mainstay_portal_link_has_etag (none_match, archive->etag))
    answer = mainstay_portal_answer_new (SOUP_STATUS_NOT_MODIFIED);
  if (answer != NULL)
    mainstay_portal_answer_add_header (answer, "ETag", archive->etag);
  return answer;
}

static MainstayPortalAnswer *
answer_file (MainstayPortalRange          range,
             const MainstayPortalArchive *archive,
             gint64                       offset,
             gint64                       length,
             GError                     **error)
{
  int fd = open_archive (archive);
  MainstayPortalAnswer *answer;

  if (fd < 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                           "The archive cannot be read now");
      return NULL;
    }
  answer = mainstay_portal_answer_new (range == MAINSTAY_PORTAL_RANGE_PART
                                         ? SOUP_STATUS_PARTIAL_CONTENT
                                         : SOUP_STATUS_OK);
  answer->fd = fd;
  answer->offset = offset;
  answer->length = length;
  describe (answer, archive);
  if (range == MAINSTAY_PORTAL_RANGE_PART)
    {
      g_autofree char *text = g_strdup_printf (
        "bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, offset,
        offset + length - 1, archive->size);

      mainstay_portal_answer_add_header (answer, "Content-Range", text);
    }
  return answer;
}

static MainstayPortalAnswer *
follow_link (MainstayPortalCall  *call,
             GError             **error)
{
  MainstayPortalRequest *request = call->request;
  gboolean is_head = strcmp (request->method, "HEAD") == 0;
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalArchive) archive = NULL;
  MainstayPortalAnswer *answer;
  MainstayPortalRange range;
  gint64 offset, length;

  archive = mainstay_portal_follow_link (call->portal, request->captures[0], &local_error);
  if (archive == NULL)
    return answer_no_archive (local_error);
  answer = answer_condition (request, archive);
  if (answer != NULL)
    return answer;
  range = mainstay_portal_link_parse_range (
    is_head ? NULL : mainstay_portal_request_get_header (request, "Range"),
    mainstay_portal_request_get_header (request, "If-Range"), archive->etag, archive->size, &offset,
    &length);
  if (range == MAINSTAY_PORTAL_RANGE_UNSATISFIABLE)
    return answer_unsatisfiable (archive);
  answer = answer_file (range, archive, offset, length, error);
  /* A probe of one byte is no download, and of many ranges only one has the start. */
  if (answer != NULL && !is_head && offset == 0 && length > 1)
    mainstay_portal_note_download (call->portal, archive);
  return answer;
}

const MainstayPortalRoute mainstay_portal_link_routes[] = {
  { "GET", "/archives/*", MAINSTAY_PORTAL_SCOPE_PUBLIC, follow_link, MAINSTAY_PORTAL_ROUTE_SECRET },
  { "GET", "/archives/*/*", MAINSTAY_PORTAL_SCOPE_PUBLIC, follow_link,
    MAINSTAY_PORTAL_ROUTE_SECRET },
  { NULL },
};
