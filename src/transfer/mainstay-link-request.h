/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-link-answer.h"

G_BEGIN_DECLS

/**
 * MainstayLinkRequest:
 *
 * Asks for bytes behind an archive's link, over one connection that is kept for the next request.
 * Blocks, and belongs to the thread that made it. Knows no account: what it sends are a range and
 * the validator of the file, wherever the link and its redirects lead. Errors are %MAINSTAY_ERROR
 * and %G_IO_ERROR_CANCELLED, and never hold the link, which is a secret.
 */
typedef struct _MainstayLinkRequest MainstayLinkRequest;

MainstayLinkRequest *mainstay_link_request_new   (void);
void                 mainstay_link_request_free  (MainstayLinkRequest       *self);
/* Asks for @begin up to but without @end, -1 for all there is; without any range when @begin is -1.
 * After %MAINSTAY_LINK_BYTES the body can be read. @known (nullable) is not kept. */
MainstayLinkVerdict  mainstay_link_request_open  (MainstayLinkRequest       *self,
                                                  const char                *url,
                                                  gint64                     begin,
                                                  gint64                     end,
                                                  const MainstayPartJournal *known,
                                                  MainstayLinkAnswer        *answer,
                                                  GCancellable              *cancellable,
                                                  GError                   **error);
gssize               mainstay_link_request_read  (MainstayLinkRequest       *self,
                                                  void                      *buffer,
                                                  gsize                      size,
                                                  GCancellable              *cancellable,
                                                  GError                   **error);
gboolean             mainstay_link_request_wait  (MainstayLinkRequest       *self,
                                                  gint64                     until,
                                                  GCancellable              *cancellable);
/* Ends the answer; the connection is kept only when @at_end, that is, no byte is left. */
void                 mainstay_link_request_close (MainstayLinkRequest       *self,
                                                  gboolean                   at_end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayLinkRequest, mainstay_link_request_free)

G_END_DECLS
