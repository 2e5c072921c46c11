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
/* @archive_id gets the archive's own name, (transfer full). */
char         *mainstay_archive_link_make_finish  (MainstayClient       *client,
                                                  GAsyncResult         *result,
                                                  char                **archive_id,
                                                  GError              **error);

G_END_DECLS
