/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

gboolean  mainstay_answer_read         (unsigned int   status,
                                        GBytes        *body,
                                        JsonNode     **root,
                                        GError       **error);
void      mainstay_answer_set_by_status (unsigned int   status,
                                        const char    *detail,
                                        GError       **error);
char     *mainstay_answer_clean_text   (const char    *text);
GError   *mainstay_answer_map_error    (const GError  *error);
GError   *mainstay_answer_map_send_error (SoupMessage *message,
                                         const GError *error);
const char *mainstay_answer_describe_certificate (GTlsCertificateFlags flaws);

G_END_DECLS
