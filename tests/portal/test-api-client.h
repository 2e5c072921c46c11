/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* An HTTP client that sends exactly what a test writes and hides nothing of what comes back, which
 * a good client could not do. */

typedef struct
{
  unsigned int status;  /* 0 when the connection closed without an answer */
  GHashTable *headers;  /* lower-case names */
  GBytes *body;
  JsonNode *json;       /* (nullable): the body, when it is JSON */
} TestReply;

GSocketConnection *test_api_connect      (unsigned int        port);
void               test_api_write        (GSocketConnection  *connection,
                                          const char         *data,
                                          gssize              length);
/* Reads to the end of the answer, which ends with the connection. */
TestReply         *test_api_read         (GSocketConnection  *connection);
/* Reads to the end of the headers; the start of the body stays in @reply. */
TestReply         *test_api_read_headers (GSocketConnection  *connection);
TestReply         *test_api_raw          (unsigned int        port,
                                          const char         *data,
                                          gssize              length);
void               test_reply_free       (TestReply          *self);
const char        *test_reply_header     (TestReply          *self,
                                          const char         *name);
JsonObject        *test_reply_object     (TestReply          *self);
JsonArray         *test_reply_array      (TestReply          *self);
const char        *test_reply_string     (TestReply          *self,
                                          const char         *name);
/* The status, and the flat error object with this code and some text. */
void               test_reply_assert_error (TestReply        *self,
                                          unsigned int        status,
                                          const char         *code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestReply, test_reply_free)

G_END_DECLS
