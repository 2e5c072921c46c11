/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"
#include "mainstay-job-wait.h"

G_BEGIN_DECLS

/* Has the archive of a backup made and waits for it. (transfer full): its link, a secret. */
void          mainstay_archive_link_make_async   (MainstayClient       *client,
                                                  MainstayApp          *app,
                                                  const char           *environment_id,
                                                  const char           *backup_id,
                                                  MainstayDataType      data_type,
                                                  MainstayJobChanged    changed,
                                                  gpointer              changed_data,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
char         *mainstay_archive_link_make_finish  (MainstayClient       *client,
                                                  GAsyncResult         *result,
                                                  GError              **error);

/* Opens a link, wherever it leads: a few redirects are followed, to https or to loopback only, and
 * no API header goes to an origin that is not the portal's. %MAINSTAY_ERROR_LINK_EXPIRED when a new
 * archive has to be made. What is not an archive but a page for a person is an error.
 * (transfer full): the body; @message gets what was answered to, with its headers. */
void          mainstay_archive_link_open_async   (MainstayClient       *client,
                                                  const char           *url,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
GInputStream *mainstay_archive_link_open_finish  (MainstayClient       *client,
                                                  GAsyncResult         *result,
                                                  SoupMessage         **message,
                                                  GError              **error);

G_END_DECLS
