/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-content-session.h"

G_BEGIN_DECLS

/**
 * MainstayPortalContentStream:
 *
 * A stream that puts what is written to it into the store, in pieces. The pieces are digested and
 * compressed on threads of its own, so that whoever writes need not wait.
 */
#define MAINSTAY_TYPE_PORTAL_CONTENT_STREAM (mainstay_portal_content_stream_get_type ())
G_DECLARE_FINAL_TYPE (MainstayPortalContentStream, mainstay_portal_content_stream, MAINSTAY,
                      PORTAL_CONTENT_STREAM, GOutputStream)

/* @session must live as long. */
GOutputStream *mainstay_portal_content_stream_new    (MainstayPortalContentSession *session);
/* Until the first byte was written, or there is none. Returns: FALSE when cancelled before */
gboolean       mainstay_portal_content_stream_wait   (MainstayPortalContentStream  *self,
                                                      GCancellable                 *cancellable,
                                                      GError                      **error);
/* After the last byte: @content names all that was written. */
gboolean       mainstay_portal_content_stream_finish (MainstayPortalContentStream  *self,
                                                      MainstayPortalContent        *content,
                                                      GError                      **error);

G_END_DECLS
