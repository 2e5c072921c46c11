/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* RFC 6585; libsoup has no names for them. */
#define MAINSTAY_PORTAL_STATUS_TOO_MANY_REQUESTS 429
#define MAINSTAY_PORTAL_STATUS_HEADERS_TOO_LARGE 431

/**
 * MainstayPortalAnswer:
 *
 * What a handler answers, made in a worker thread and put on the wire in the server's.
 */
typedef struct _MainstayPortalAnswer MainstayPortalAnswer;
struct _MainstayPortalAnswer
{
  unsigned int status;
  char *text;        /* (nullable): JSON */
  GPtrArray *headers; /* names and values by turns */
  int fd;            /* a file to stream instead of @text, or -1 */
  gint64 offset;     /* where in the file to start */
  gint64 length;     /* how much of it to send */
};

MainstayPortalAnswer *mainstay_portal_answer_new           (unsigned int           status);
MainstayPortalAnswer *mainstay_portal_answer_new_text      (GString               *text);
MainstayPortalAnswer *mainstay_portal_answer_new_object    (JsonObject            *object);
MainstayPortalAnswer *mainstay_portal_answer_new_error     (unsigned int           status,
                                                            const char            *code,
                                                            const char            *message);
MainstayPortalAnswer *mainstay_portal_answer_new_for_error (const GError          *error);
/* Also of the statuses that libsoup has no words for. */
const char           *mainstay_portal_answer_get_phrase    (const MainstayPortalAnswer *self);
void                  mainstay_portal_answer_add_header    (MainstayPortalAnswer  *self,
                                                            const char            *name,
                                                            const char            *value);
void                  mainstay_portal_answer_apply         (MainstayPortalAnswer  *self,
                                                            SoupServerMessage     *message);
void                  mainstay_portal_answer_free          (MainstayPortalAnswer  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalAnswer, mainstay_portal_answer_free)

G_END_DECLS
