/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-tree.h"

G_BEGIN_DECLS

/* A folder of uploaded files: xx/yy/<uuid>. What else lies in it is not an uploaded file and is
 * left alone. Folders and files come and go while an app runs. */

/* Returns: (element-type utf8): the folders xx in it, in order */
GPtrArray *mainstay_portal_file_scan_folders (const char               *root,
                                              GError                  **error);
/* Returns: (element-type MainstayPortalTreeEntry): the files in the folder xx, in order, without
 * their digests */
GArray    *mainstay_portal_file_scan         (const char               *root,
                                              const char               *folder,
                                              GError                  **error);
/* What of @entry tells whether it is the same file. It cannot be told of one that was changed so
 * shortly before that another change might leave the same times. */
void       mainstay_portal_file_scan_take    (MainstayPortalTreeEntry  *entry,
                                              const struct stat        *status);

G_END_DECLS
