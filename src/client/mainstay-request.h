/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "mainstay-client.h"
#include "mainstay-retry.h"

G_BEGIN_DECLS

typedef struct _MainstayRequest MainstayRequest;

/* Makes what the caller gets from the answer. Runs in a worker thread and may look at nothing but
 * its arguments. @root is %NULL where the answer was empty. */
typedef gpointer (*MainstayBuildFunc) (MainstayRequest  *request,
                                       JsonNode         *root,
                                       GError          **error);

/**
 * MainstayRequest:
 *
 * One call of the API on its way, all its tries included. Made by mainstay_request_new(), given to
 * mainstay_request_run_async(), which then owns it.
 */
struct _MainstayRequest
{
  /* input */
  const char *method;            /* static */
  char *path;                    /* owned */
  char *body;                    /* owned, JSON, nullable */
  MainstayBuildFunc build;
  GDestroyNotify free_result;    /* nullable */
  const char *id_member;         /* static, nullable: for jobs */
  const MainstayRetryPolicy *policy;
  gboolean anonymous;            /* goes without the API headers */
  gboolean gone_is_good;         /* a 404 after a repeated try means done */

  /* in progress */
  SoupMessage *message;          /* owned, of the current try */
  GInputStream *stream;          /* owned, of the current try */
  GPtrArray *blocks;             /* owned, of the current try: the body in pieces of one size */
  size_t length;                 /* of what is in the blocks */
  unsigned int status;
  gboolean sent;                 /* the head of this try went out */
  unsigned int tries;
  gint64 began_at;               /* monotonic, microseconds */

  /* output, beside the result */
  gboolean lost;                 /* some try may have been done without our knowing */
  gint64 total;                  /* of a list, -1 when not told */
  unsigned int received;         /* elements of a list, broken ones included */
};

MainstayRequest *mainstay_request_new         (const char                 *method,
                                               char                       *path,
                                               MainstayBuildFunc           build,
                                               GDestroyNotify              free_result,
                                               const MainstayRetryPolicy  *policy);
void             mainstay_request_run_async   (MainstayClient             *client,
                                               MainstayRequest            *request,
                                               gpointer                    tag,
                                               GCancellable               *cancellable,
                                               GAsyncReadyCallback         callback,
                                               gpointer                    user_data);
MainstayRequest *mainstay_request_of          (GAsyncResult               *result);

/* Calls @callback, with @task as its data, after @milliseconds of this client's time; ends @task
 * when it is cancelled before. */
void             mainstay_request_wait        (GTask                      *task,
                                               gint64                      milliseconds,
                                               GSourceFunc                 callback);

gpointer         mainstay_build_nothing       (MainstayRequest            *request,
                                               JsonNode                   *root,
                                               GError                    **error);
JsonObject      *mainstay_build_get_object    (JsonNode                   *root,
                                               GError                    **error);

G_END_DECLS
