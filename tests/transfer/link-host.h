/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where archives lie: a host that answers each request with the next canned answer, to the byte, so
 * that it can lie, break off and fall silent. It remembers what it was asked. */
typedef struct _LinkHost LinkHost;

typedef enum {
  LINK_END,     /* closes the connection after the bytes */
  LINK_SILENCE  /* says nothing more, until the other side closes */
} LinkAfter;

LinkHost *link_host_new       (void);
void      link_host_free      (LinkHost   *self);
/* (transfer full) */
char     *link_host_url       (LinkHost   *self,
                               const char *path);
/* @headers: (nullable): lines, each ending in \r\n. Sends @send bytes of @body, all when -1;
 * Content-Length tells of all of them. */
void      link_host_answer    (LinkHost   *self,
                               const char *status,
                               const char *headers,
                               GBytes     *body,
                               gssize      send,
                               LinkAfter   after);
/* What Content-Length says in the answers added from now on, 0 for the truth. */
void      link_host_claim_length (LinkHost *self,
                                  guint64   length);
/* Whenever there is no canned answer: answers with ranges of @file under the strong validator @etag
 * (nullable), keeping to If-Range. @headers: (nullable): more of them. */
void      link_host_serve     (LinkHost   *self,
                               GBytes     *file,
                               const char *etag,
                               const char *headers);
/* The next served body is broken off after so many bytes, and the host does @after. */
void      link_host_break_at  (LinkHost   *self,
                               gssize      bytes,
                               LinkAfter   after);
/* What each connection carries, in bytes a second, 0 for as much as it can. */
void      link_host_set_speed (LinkHost   *self,
                               int         speed);
/* From here on a served body does not come at all, and the connection stays open. */
void      link_host_set_silent (LinkHost  *self,
                                gboolean    silent);
/* Bytes of served bodies so far, and how many of them were sent at the same time at most. */
gint64    link_host_n_bytes   (LinkHost   *self);
int       link_host_most_at_once (LinkHost *self);
/* The heads of all requests so far, each ending in an empty line. (transfer full) */
char     *link_host_requests  (LinkHost   *self);
int       link_host_n_requests (LinkHost  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinkHost, link_host_free)

G_END_DECLS
