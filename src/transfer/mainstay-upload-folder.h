/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"
#include "mainstay-upload-source.h"

G_BEGIN_DECLS

/**
 * MainstayUploadFolder:
 *
 * A folder of uploaded files, sent as the uncompressed tar that it would make. Its size is known
 * before the first byte, and any part of it can be made again without the others and without a file
 * of its own. Files that are not what they were when the folder was looked at stop it.
 */
#define MAINSTAY_TYPE_UPLOAD_FOLDER (mainstay_upload_folder_get_type ())
G_DECLARE_FINAL_TYPE (MainstayUploadFolder, mainstay_upload_folder, MAINSTAY, UPLOAD_FOLDER,
                      MainstayUploadSource)

MainstayUploadSource *mainstay_upload_folder_new     (const char    *path,
                                                      GCancellable  *cancellable,
                                                      GError       **error);
MainstayBackupFile   *mainstay_upload_folder_inspect (const char    *path,
                                                      GCancellable  *cancellable,
                                                      GError       **error);

G_END_DECLS
