/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The headers of a portal's answers by the tus 1.0.0 protocol. Errors are
 * %MAINSTAY_ERROR_BAD_ANSWER. */

/* Whether the header @name, a list, has @word. */
gboolean mainstay_tus_answer_lists        (SoupMessageHeaders  *headers,
                                           const char          *name,
                                           const char          *word);
/* How many bytes an upload may have, -1 when not told. */
gint64   mainstay_tus_answer_get_max_size (SoupMessageHeaders  *headers);
/* How many bytes the portal has, -1 on an error. */
gint64   mainstay_tus_answer_get_offset   (SoupMessageHeaders  *headers,
                                           GError             **error);
/* (transfer full): where the upload is that was made by asking @asked; anywhere yet, so that its
 * origin is still to be looked at */
char    *mainstay_tus_answer_dup_location (SoupMessageHeaders  *headers,
                                           GUri                *asked,
                                           GError             **error);

G_END_DECLS
