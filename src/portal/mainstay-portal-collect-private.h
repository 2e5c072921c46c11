/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-backup.h"
#include "mainstay-portal-content-private.h"

G_BEGIN_DECLS

/* What a collection has found to be needed: a bit for each place in the index that it goes by. */
typedef struct
{
  MainstayPortalContentStore *store; /* borrowed */
  MainstayPortalContentIndex *index; /* owned */
  guint8 *live;                      /* owned */
  guint8 *walked;                    /* owned: lists and trees whose members are marked */
  GCancellable *cancellable;         /* borrowed (nullable) */
} MainstayPortalMark;

void     mainstay_portal_mark_init    (MainstayPortalMark          *self,
                                       MainstayPortalContentStore  *store,
                                       MainstayPortalContentIndex  *index,
                                       GCancellable                *cancellable);
void     mainstay_portal_mark_clear   (MainstayPortalMark          *self);
gboolean mainstay_portal_mark_is_live (const MainstayPortalMark    *self,
                                       unsigned int                 position);
/* All that the manifests in a folder lead to. */
gboolean mainstay_portal_mark_folder  (MainstayPortalMark          *self,
                                       const char                  *snapshots,
                                       GError                     **error);
gboolean mainstay_portal_mark_backup  (MainstayPortalMark          *self,
                                       MainstayPortalBackup        *backup,
                                       GError                     **error);
/* All whose digests begin so. */
void     mainstay_portal_mark_pins    (MainstayPortalMark          *self,
                                       GArray                      *pins);

G_END_DECLS
