/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"
#include "mainstay-upload-source.h"

G_BEGIN_DECLS

/**
 * MainstayTusUpload:
 *
 * One source sent by the tus protocol (portal-api.md, part 3) from a worker thread. May be run
 * again after it failed or was cancelled, and goes on from what the portal has.
 */
#define MAINSTAY_TYPE_TUS_UPLOAD (mainstay_tus_upload_get_type ())
G_DECLARE_FINAL_TYPE (MainstayTusUpload, mainstay_tus_upload, MAINSTAY, TUS_UPLOAD, GObject)

/* Called where it was started, when any of the getters gives something new; bytes at most ten times
 * a second. */
typedef void (*MainstayTusChanged) (MainstayTusUpload *upload,
                                    gpointer           user_data);

/* @kind is the API's `database` or `files`; @id (nullable) is of an upload begun before. */
MainstayTusUpload *mainstay_tus_upload_new         (MainstayClient        *client,
                                                    MainstayUploadSource  *source,
                                                    const char            *kind,
                                                    const char            *id);
/* (nullable): how the API names it, once it has begun */
const char        *mainstay_tus_upload_get_id      (MainstayTusUpload     *self);
gint64             mainstay_tus_upload_get_done    (MainstayTusUpload     *self);
/* (nullable): why it is tried once more */
const GError      *mainstay_tus_upload_get_trouble (MainstayTusUpload     *self);
/* How often something was tried once more. */
unsigned int       mainstay_tus_upload_get_retries (MainstayTusUpload     *self);
/* @changed_data must outlive the run. */
void               mainstay_tus_upload_run_async   (MainstayTusUpload     *self,
                                                    MainstayTusChanged     changed,
                                                    gpointer               changed_data,
                                                    GCancellable          *cancellable,
                                                    GAsyncReadyCallback    callback,
                                                    gpointer               user_data);
gboolean           mainstay_tus_upload_run_finish  (MainstayTusUpload     *self,
                                                    GAsyncResult          *result,
                                                    GError               **error);

/* Lets the portal forget the upload that the API names @id. What cannot be taken back expires
 * there, so that nobody needs to know. */
void               mainstay_tus_upload_terminate_async  (MainstayClient      *client,
                                                         const char          *id,
                                                         GAsyncReadyCallback  callback,
                                                         gpointer             user_data);
void               mainstay_tus_upload_terminate_finish (MainstayClient      *client,
                                                         GAsyncResult        *result);

G_END_DECLS
