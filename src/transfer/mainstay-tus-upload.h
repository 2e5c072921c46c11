/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"
#include "mainstay-upload-source.h"

G_BEGIN_DECLS

/* Bytes sent so far; fewer than before when some have to be sent again. */
typedef void (*MainstayTusProgress) (gint64   done,
                                     gpointer user_data);

/**
 * MainstayTusUpload:
 *
 * One file sent by the tus protocol (portal-api.md, part 3). After a broken connection it asks how
 * far the portal came and goes on from there. To be run once.
 */
#define MAINSTAY_TYPE_TUS_UPLOAD (mainstay_tus_upload_get_type ())
G_DECLARE_FINAL_TYPE (MainstayTusUpload, mainstay_tus_upload, MAINSTAY, TUS_UPLOAD, GObject)

/* @kind is the API's `database` or `files`. */
MainstayTusUpload *mainstay_tus_upload_new        (MainstayClient        *client,
                                                   MainstayUploadSource  *source,
                                                   const char            *kind);
/* (nullable): how the API names it, once it has begun */
const char        *mainstay_tus_upload_get_id     (MainstayTusUpload     *self);
/* What was begun and is not ended well is taken back. @progress_data must outlive it. */
void               mainstay_tus_upload_run_async  (MainstayTusUpload     *self,
                                                   MainstayTusProgress    progress,
                                                   gpointer               progress_data,
                                                   GCancellable          *cancellable,
                                                   GAsyncReadyCallback    callback,
                                                   gpointer               user_data);
gboolean           mainstay_tus_upload_run_finish (MainstayTusUpload     *self,
                                                   GAsyncResult          *result,
                                                   GError               **error);
/* Lets the portal forget it. Nobody waits for the answer: what is not taken back expires there. */
void               mainstay_tus_upload_terminate  (MainstayTusUpload     *self);

G_END_DECLS
