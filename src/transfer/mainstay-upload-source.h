/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayUploadSource:
 *
 * Bytes that are sent, of a known length, any part of which can be read again: a file, or a folder
 * as the archive that it would make. Looked at once and watched for being still what it was then.
 * All functions but the getters block; for worker threads, several at once if need be. Errors are
 * %MAINSTAY_ERROR or %G_IO_ERROR_CANCELLED.
 */
#define MAINSTAY_TYPE_UPLOAD_SOURCE (mainstay_upload_source_get_type ())
G_DECLARE_DERIVABLE_TYPE (MainstayUploadSource, mainstay_upload_source, MAINSTAY, UPLOAD_SOURCE,
                          GObject)

struct _MainstayUploadSourceClass
{
  GObjectClass parent_class;

  gboolean (*read)  (MainstayUploadSource  *self,
                     gint64                 offset,
                     void                  *buffer,
                     size_t                 length,
                     GError               **error);
  gboolean (*check) (MainstayUploadSource  *self,
                     gboolean               all,
                     GCancellable          *cancellable,
                     GError               **error);
};

MainstayUploadSource *mainstay_upload_source_new      (const char            *path,
                                                       GCancellable          *cancellable,
                                                       GError               **error);
const char           *mainstay_upload_source_get_path (MainstayUploadSource  *self);
const char           *mainstay_upload_source_get_name (MainstayUploadSource  *self);
gint64                mainstay_upload_source_get_size (MainstayUploadSource  *self);
const char           *mainstay_upload_source_get_fingerprint (MainstayUploadSource *self);
gboolean              mainstay_upload_source_check    (MainstayUploadSource  *self,
                                                       gboolean               all,
                                                       GCancellable          *cancellable,
                                                       GError               **error);
gboolean              mainstay_upload_source_read     (MainstayUploadSource  *self,
                                                       gint64                 offset,
                                                       void                  *buffer,
                                                       size_t                 length,
                                                       GError               **error);

/* For the subclasses, which call it once. Takes @name and @fingerprint. */
void                  mainstay_upload_source_describe (MainstayUploadSource  *self,
                                                       const char            *path,
                                                       char                  *name,
                                                       gint64                 size,
                                                       char                  *fingerprint);

G_END_DECLS
