/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "mainstay-portal-request-limit.h"

G_BEGIN_DECLS

/* Bytes of a JSON body; nothing that the API takes comes near it. */
#define MAINSTAY_PORTAL_MAX_BODY (64 * 1024)

/* Bytes of all names and values of headers. */
#define MAINSTAY_PORTAL_MAX_HEADERS (32 * 1024)

/* Characters of a backup's comment. */
#define MAINSTAY_PORTAL_MAX_COMMENT 2000

/* Of a list, when none is asked and at most. */
#define MAINSTAY_PORTAL_DEFAULT_LIMIT 100
#define MAINSTAY_PORTAL_MAX_LIMIT 1000

#define MAINSTAY_PORTAL_MAX_CAPTURES 5

/**
 * MainstayPortalRequest:
 *
 * What a client asked, cut loose from the connection: nothing in it changes once it is handed to a
 * worker thread, so that handlers may block and the client may go away meanwhile.
 */
typedef struct _MainstayPortalRequest MainstayPortalRequest;
struct _MainstayPortalRequest
{
  const char *method;          /* interned */
  GStrv path;                  /* decoded segments, empty ones left out */
  GHashTable *query;           /* char* to char*; the last one wins */
  SoupMessageHeaders *headers;
  GBytes *body;                /* (nullable) */
  char *origin;                /* http[s]://host:port, as the client sees this server */
  char *address;               /* (nullable): the client's */
  MainstayPortalRequestLimit *limit; /* borrowed (nullable) */
  const char *captures[MAINSTAY_PORTAL_MAX_CAPTURES]; /* the pattern's variable segments */
};

char                  *mainstay_portal_request_dup_id      (const char             *text);
MainstayPortalRequest *mainstay_portal_request_new         (const char             *method,
                                                            GUri                   *uri,
                                                            SoupMessageHeaders     *headers,
                                                            const char             *public_origin,
                                                            const char             *fallback_origin,
                                                            GError                **error);
void                   mainstay_portal_request_free        (MainstayPortalRequest  *self);
const char            *mainstay_portal_request_get_header  (MainstayPortalRequest  *self,
                                                            const char             *name);
const char            *mainstay_portal_request_get_query   (MainstayPortalRequest  *self,
                                                            const char             *name);
JsonObject            *mainstay_portal_request_dup_object  (MainstayPortalRequest  *self,
                                                            GError                **error);
gboolean               mainstay_portal_request_get_paging  (MainstayPortalRequest  *self,
                                                            gint64                 *offset,
                                                            gint64                 *limit,
                                                            GError                **error);
gboolean               mainstay_portal_request_get_flag    (MainstayPortalRequest  *self,
                                                            const char             *name,
                                                            gboolean               *flag,
                                                            GError                **error);
gboolean               mainstay_portal_request_dup_comment (JsonObject             *object,
                                                            gboolean                required,
                                                            char                  **comment,
                                                            GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalRequest, mainstay_portal_request_free)

G_END_DECLS
