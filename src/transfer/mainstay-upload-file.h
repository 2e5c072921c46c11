/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-upload-source.h"

G_BEGIN_DECLS

/**
 * MainstayUploadFile:
 *
 * A file that is sent as it is: opened once, and the same under its name to the end.
 */
#define MAINSTAY_TYPE_UPLOAD_FILE (mainstay_upload_file_get_type ())
G_DECLARE_FINAL_TYPE (MainstayUploadFile, mainstay_upload_file, MAINSTAY, UPLOAD_FILE,
                      MainstayUploadSource)

MainstayUploadSource *mainstay_upload_file_new  (const char         *path,
                                                 GError            **error);
/* Reads all of @length at @offset, which fails with %MAINSTAY_ERROR_SOURCE_CHANGED where there is
 * less. @name is for the error. */
gboolean              mainstay_upload_file_read (int                 fd,
                                                 const char         *name,
                                                 gint64              offset,
                                                 void               *buffer,
                                                 size_t              length,
                                                 GError            **error);

G_END_DECLS
