/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-backup.h"

G_BEGIN_DECLS

/**
 * MainstayPortalContentSession:
 *
 * One backup that is being written into the store. All that it has put, also what was there
 * already, stays until the session ends; by then a manifest must lead to it.
 */
typedef struct _MainstayPortalContentSession MainstayPortalContentSession;

MainstayPortalContentSession *
         mainstay_portal_content_session_new   (MainstayPortalContentStore    *store);
/* After the manifest is in its place, or when it will never be. */
void     mainstay_portal_content_session_free  (MainstayPortalContentSession  *self);
/* The contents that the older manifest at @path leads to stay as well, also when it is deleted now.
 * Returns: (transfer none): what it says, until the session ends */
MainstayPortalBackup *
         mainstay_portal_content_session_hold  (MainstayPortalContentSession  *self,
                                                const char                    *path,
                                                GError                       **error);
/* Waits until all that was put is on the disk. */
gboolean mainstay_portal_content_session_flush (MainstayPortalContentSession  *self,
                                                GError                       **error);

/**
 * MainstayPortalContentBatch:
 *
 * What one thread puts in a session. Small contents gather in it and are written together.
 */
typedef struct _MainstayPortalContentBatch MainstayPortalContentBatch;

MainstayPortalContentBatch *
         mainstay_portal_content_batch_new     (MainstayPortalContentSession  *session);
void     mainstay_portal_content_batch_free    (MainstayPortalContentBatch    *self);
/* Puts one piece; @digest gets its name. */
gboolean mainstay_portal_content_batch_put     (MainstayPortalContentBatch    *self,
                                                const guint8                  *bytes,
                                                size_t                         length,
                                                guint8                         *digest,
                                                GError                       **error);
/* Puts a list of pieces, or names the only one. @size: bytes of all pieces */
gboolean mainstay_portal_content_batch_put_list (MainstayPortalContentBatch   *self,
                                                GArray                        *pieces,
                                                gint64                         size,
                                                MainstayPortalContent         *content,
                                                GError                       **error);
/* Writes what has gathered; before the session is flushed. */
gboolean mainstay_portal_content_batch_flush   (MainstayPortalContentBatch    *self,
                                                GError                       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalContentSession, mainstay_portal_content_session_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalContentBatch, mainstay_portal_content_batch_free)

G_END_DECLS
