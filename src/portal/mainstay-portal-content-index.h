/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-pack.h"

G_BEGIN_DECLS

/**
 * MainstayPortalContentIndex:
 *
 * Where each content is: a file with the places of all packs, ordered by digest, which is looked at
 * where it lies. It never changes: a new one takes its place. What it says is in the packs too, so
 * that it may be lost, and need not be synced.
 *
 * Measured with 100,000 contents on a busy machine, against a table in SQLite: 0.06 s to order and
 * write instead of 0.32 s to add, 0.3 µs to find one instead of 6 µs, and no memory of its own.
 */
typedef struct _MainstayPortalContentIndex MainstayPortalContentIndex;

/* One of nothing. */
MainstayPortalContentIndex *
              mainstay_portal_content_index_new     (void);
/* MAINSTAY_ERROR_DAMAGED when it is not as it was written; G_FILE_ERROR_NOENT */
MainstayPortalContentIndex *
              mainstay_portal_content_index_load    (const char                 *path,
                                                     GError                    **error);
MainstayPortalContentIndex *
              mainstay_portal_content_index_ref     (MainstayPortalContentIndex *self);
void          mainstay_portal_content_index_unref   (MainstayPortalContentIndex *self);

unsigned int  mainstay_portal_content_index_get_n_packs (MainstayPortalContentIndex *self);
/* The id that a place's slot stands for. */
guint64       mainstay_portal_content_index_get_pack (MainstayPortalContentIndex *self,
                                                     unsigned int                slot);
unsigned int  mainstay_portal_content_index_get_n_places (MainstayPortalContentIndex *self);
const MainstayPortalPlace *
              mainstay_portal_content_index_get_place (MainstayPortalContentIndex *self,
                                                     unsigned int                position);
/* Returns: (nullable): the place of this content */
const MainstayPortalPlace *
              mainstay_portal_content_index_find    (MainstayPortalContentIndex *self,
                                                     const guint8                *digest);
/* Returns: the position of the first whose digest does not come before @prefix */
unsigned int  mainstay_portal_content_index_lower_bound (MainstayPortalContentIndex *self,
                                                     const guint8               *prefix,
                                                     size_t                      length);
unsigned int  mainstay_portal_content_index_position (MainstayPortalContentIndex *self,
                                                     const MainstayPortalPlace  *place);

/* Writes to @path what @self says without the packs in @dropped (element-type guint64) (nullable),
 * and the ordered @added, whose slots count in @added_packs (element-type guint64). Of a content in
 * both, the added place is taken. Returns: (nullable): the new index */
MainstayPortalContentIndex *
              mainstay_portal_content_index_merge   (MainstayPortalContentIndex *self,
                                                     const char                 *path,
                                                     GHashTable                 *dropped,
                                                     GArray                     *added,
                                                     GArray                     *added_packs,
                                                     GError                    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalContentIndex, mainstay_portal_content_index_unref)

G_END_DECLS
