/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <adwaita.h>

#include "mainstay-backup-file.h"
#include "mainstay-upload-consequences.h"

G_BEGIN_DECLS

/**
 * MainstayUploadFileGroup:
 *
 * Chooses one file, or a folder of uploaded files, to upload, looks into it before anything is sent
 * and shows what is in it or why it is refused. Signal changed: the state or the path is different.
 */
#define MAINSTAY_TYPE_UPLOAD_FILE_GROUP (mainstay_upload_file_group_get_type ())
G_DECLARE_FINAL_TYPE (MainstayUploadFileGroup, mainstay_upload_file_group, MAINSTAY,
                      UPLOAD_FILE_GROUP, AdwPreferencesGroup)

void                    mainstay_upload_file_group_set_kind  (MainstayUploadFileGroup *self,
                                                              MainstayFileKind         kind);
MainstayUploadFileState mainstay_upload_file_group_get_state (MainstayUploadFileGroup *self);
/* (nullable): only once the file is found good */
const char             *mainstay_upload_file_group_get_path  (MainstayUploadFileGroup *self);

G_END_DECLS
