/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-pack.h"

G_BEGIN_DECLS

/**
 * MainstayPortalPackWriter:
 *
 * A pack that is being written, by several threads: each reserves its part of the file under the
 * owner's lock and writes it without.
 */
typedef struct _MainstayPortalPackWriter MainstayPortalPackWriter;

/* Makes FOLDER/ID.part with a new id. */
MainstayPortalPackWriter *
         mainstay_portal_pack_writer_new      (const char                 *folder,
                                               GError                    **error);
/* One that was not sealed is removed. */
void     mainstay_portal_pack_writer_free     (MainstayPortalPackWriter   *self);
guint64  mainstay_portal_pack_writer_get_id   (MainstayPortalPackWriter   *self);
/* Bytes so far. */
gint64   mainstay_portal_pack_writer_get_size (MainstayPortalPackWriter   *self);
/* With the lock: where @length bytes are to be written. */
gint64   mainstay_portal_pack_writer_reserve  (MainstayPortalPackWriter   *self,
                                               size_t                      length);
/* With the lock: a record in what was reserved. */
void     mainstay_portal_pack_writer_add      (MainstayPortalPackWriter   *self,
                                               const MainstayPortalPlace  *place);
gboolean mainstay_portal_pack_writer_write    (MainstayPortalPackWriter   *self,
                                               gint64                      offset,
                                               const guint8               *bytes,
                                               size_t                      length,
                                               GError                    **error);
/* When all is written: the index, on the disk unless @is_relaxed, and the pack's own name. */
gboolean mainstay_portal_pack_writer_seal     (MainstayPortalPackWriter   *self,
                                               gboolean                    is_relaxed,
                                               GError                    **error);
/* Returns: (transfer none) (element-type MainstayPortalPlace): ordered once it is sealed */
GArray  *mainstay_portal_pack_writer_get_places (MainstayPortalPackWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalPackWriter, mainstay_portal_pack_writer_free)

G_END_DECLS
