/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-backup.h"
#include "mainstay-portal-check.h"

G_BEGIN_DECLS

/* The contents' part of a check. */
typedef struct _MainstayPortalContentCheck MainstayPortalContentCheck;

MainstayPortalContentCheck *
         mainstay_portal_content_check_new    (const char                  *folder,
                                               GError                     **error);
void     mainstay_portal_content_check_free   (MainstayPortalContentCheck  *self);
/* Reads anew where the contents are. */
gboolean mainstay_portal_content_check_reload (MainstayPortalContentCheck  *self,
                                               GError                     **error);
/* The index and all packs. */
gboolean mainstay_portal_content_check_packs  (MainstayPortalContentCheck  *self,
                                               gboolean                     read_data,
                                               MainstayPortalCheckReport   *report,
                                               GError                     **error);
/* Returns: (transfer full) (nullable): what is damaged or missing of it */
char    *mainstay_portal_content_check_backup (MainstayPortalContentCheck  *self,
                                               MainstayPortalBackup        *backup,
                                               gboolean                     read_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalContentCheck, mainstay_portal_content_check_free)

G_END_DECLS
