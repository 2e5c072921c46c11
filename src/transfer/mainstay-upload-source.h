/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayUploadSource:
 *
 * A local file that is sent: opened once, and watched for being still what it was then. All
 * functions but the getters block; for worker threads. Errors are %MAINSTAY_ERROR.
 */
typedef struct _MainstayUploadSource MainstayUploadSource;

MainstayUploadSource *mainstay_upload_source_new      (const char            *path,
                                                       GError               **error);
MainstayUploadSource *mainstay_upload_source_ref      (MainstayUploadSource  *self);
void                  mainstay_upload_source_unref    (MainstayUploadSource  *self);
const char           *mainstay_upload_source_get_path (MainstayUploadSource  *self);
gint64                mainstay_upload_source_get_size (MainstayUploadSource  *self);
/* %MAINSTAY_ERROR_SOURCE_CHANGED when it was written to, or replaced under its name. */
gboolean              mainstay_upload_source_check    (MainstayUploadSource  *self,
                                                       GError               **error);
/* All of what is asked for; %MAINSTAY_ERROR_SOURCE_CHANGED when there is less. */
gboolean              mainstay_upload_source_read     (MainstayUploadSource  *self,
                                                       gint64                 offset,
                                                       void                  *buffer,
                                                       gsize                  length,
                                                       GError               **error);
/* (transfer full): a stream of a part of it, to be read in a thread or asynchronously */
GInputStream         *mainstay_upload_source_stream   (MainstayUploadSource  *self,
                                                       gint64                 offset,
                                                       gint64                 length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayUploadSource, mainstay_upload_source_unref)

G_END_DECLS
