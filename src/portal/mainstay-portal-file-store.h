/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-manifest.h"

G_BEGIN_DECLS

/* A folder of uploaded files: xx/yy/<uuid>. What else lies in it is not an uploaded file and is
 * left alone. */

/* @relative is `xx/yy/<uuid>`. Returns: FALSE to stop, with @error. */
typedef gboolean (*MainstayPortalFileFunc) (const char  *path,
                                            const char  *relative,
                                            gpointer     user_data,
                                            GError     **error);

/* A folder that is not there has no files. */
gboolean mainstay_portal_file_store_walk    (const char              *folder,
                                             MainstayPortalFileFunc   func,
                                             gpointer                 user_data,
                                             GError                 **error);
gboolean mainstay_portal_file_store_measure (const char              *folder,
                                             gint64                  *count,
                                             gint64                  *size,
                                             GError                 **error);
/* Copies all of @folder into the new folder @to, noting each file in @manifest below `files/`. A
 * file that the app removes meanwhile is left out. */
gboolean mainstay_portal_file_store_copy    (const char              *folder,
                                             const char              *to,
                                             MainstayPortalManifest  *manifest,
                                             MainstayPortalMeter     *meter,
                                             GError                 **error);

G_END_DECLS
