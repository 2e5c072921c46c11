/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-content.h"

G_BEGIN_DECLS

/**
 * MainstayPortalContentStore:
 *
 * The contents of all backups in one folder of packs, each distinct one once. For any number of
 * threads of one process; others may read the packs meanwhile. Nothing is ever changed in place.
 *
 * What keeps a content: a manifest in the folder of snapshots that leads to it, or a session that
 * has put it. See mainstay-portal-collect.c for how what nothing keeps is removed.
 */
typedef struct _MainstayPortalContentStore MainstayPortalContentStore;

/* Makes the folder. What a crash left in it is removed, and what it kept from the index is added
 * to it. With @is_relaxed nothing waits for the disk. */
MainstayPortalContentStore *
         mainstay_portal_content_store_open  (const char                   *folder,
                                              gboolean                      is_relaxed,
                                              GError                      **error);
/* To look at one that another process may be using: nothing in the folder is touched. */
MainstayPortalContentStore *
         mainstay_portal_content_store_open_to_read (const char             *folder,
                                              GError                      **error);
/* When nobody uses it any more. */
void     mainstay_portal_content_store_close (MainstayPortalContentStore   *self);

/* Reads one piece into @to, proved. MAINSTAY_ERROR_DAMAGED when it is not there or not as it was
 * written. */
gboolean mainstay_portal_content_store_get   (MainstayPortalContentStore   *self,
                                              const guint8                  *digest,
                                              GByteArray                   *to,
                                              GError                      **error);

/* Sees the next bytes of a content, which are proved. */
typedef gboolean (*MainstayPortalContentFunc) (const guint8                *bytes,
                                              size_t                        length,
                                              gpointer                      user_data,
                                              GError                      **error);
/* All of a content, piece by piece. */
gboolean mainstay_portal_content_store_read  (MainstayPortalContentStore   *self,
                                              const MainstayPortalContent  *content,
                                              MainstayPortalContentFunc     func,
                                              gpointer                      user_data,
                                              GError                      **error);

/* Some of its bytes. */
typedef struct
{
  gint64 offset;
  gint64 length;
} MainstayPortalContentRange;

/* What is within @ranges of a content, which are in order, each piece of it being read once and the
 * others not at all. */
gboolean mainstay_portal_content_store_read_ranges
                                             (MainstayPortalContentStore   *self,
                                              const MainstayPortalContent  *content,
                                              GArray                       *ranges,
                                              MainstayPortalContentFunc     func,
                                              gpointer                      user_data,
                                              GError                      **error);

/* For tests: called with the name of each step before it is done; FALSE makes the step fail. */
typedef gboolean (*MainstayPortalContentHook) (const char                  *step,
                                              gpointer                      user_data);
void     mainstay_portal_content_set_hook    (MainstayPortalContentHook     hook,
                                              gpointer                      user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalContentStore, mainstay_portal_content_store_close)

G_END_DECLS
