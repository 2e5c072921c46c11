/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"
#include "mainstay-tus-breaker.h"
#include "mainstay-upload-source.h"

G_BEGIN_DECLS

/**
 * MainstayTusListener:
 *
 * Who is told how an upload gets on, in the thread of mainstay_tus_run().
 */
typedef struct
{
  /* Bytes at the portal or on the way there; fewer than before when some have to go again. */
  void (*progressed)  (gint64        done,
                       gpointer      user_data);
  /* @id: (nullable): how the API names the upload; %NULL when it is no more */
  void (*named)       (const char   *id,
                       gpointer      user_data);
  /* @trouble: (nullable): why it is tried once more; %NULL when it gets on again */
  void (*troubled)    (const GError *trouble,
                       gpointer      user_data);
} MainstayTusListener;

gboolean mainstay_tus_run (MainstayClient             *client,
                           MainstayUploadSource       *source,
                           const char                 *kind,
                           const char                 *id,
                           const MainstayTusListener  *listener,
                           gpointer                    user_data,
                           MainstayTusBreaker         *breaker,
                           GCancellable               *cancellable,
                           GError                    **error);

G_END_DECLS
