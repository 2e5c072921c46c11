/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-content-store.h"

G_BEGIN_DECLS

/* xx/yy/<uuid> */
#define MAINSTAY_PORTAL_FILE_NAME_LENGTH 42

/**
 * MainstayPortalTreeEntry:
 *
 * One uploaded file, laid out as on the disk. A tree is the entries of one folder xx, ordered by
 * name, and a content like any other: the same as in the backup before when nothing changed there.
 *
 * The last four tell whether the file is still the one that was read. An inode of 0 says that this
 * cannot be told.
 */
typedef struct
{
  char name[MAINSTAY_PORTAL_FILE_NAME_LENGTH]; /* not terminated */
  guint16 kind;                                /* MainstayPortalContentKind */
  guint32 reserved;
  guint8 digest[MAINSTAY_SHA256_LENGTH];
  gint64 size;
  gint64 modified; /* nanoseconds since 1970 */
  gint64 changed;  /* nanoseconds since 1970 */
  guint64 inode;
} MainstayPortalTreeEntry;

G_STATIC_ASSERT (sizeof (MainstayPortalTreeEntry) == 112);

/* Returns: (element-type MainstayPortalTreeEntry): MAINSTAY_ERROR_DAMAGED when it is not there or
 * no tree */
GArray  *mainstay_portal_tree_get          (MainstayPortalContentStore    *store,
                                            const guint8                   *digest,
                                            GError                       **error);
int      mainstay_portal_tree_compare      (gconstpointer                  a,
                                            gconstpointer                  b);
/* Whether both are of a file that has not changed in between. */
gboolean mainstay_portal_tree_same_file    (const MainstayPortalTreeEntry *before,
                                            const MainstayPortalTreeEntry *now);
/* Of the file itself. */
void     mainstay_portal_tree_entry_content (const MainstayPortalTreeEntry *self,
                                            MainstayPortalContent         *content);
/* Whether @length bytes of @name are xx/yy/<uuid>. */
gboolean mainstay_portal_tree_is_name      (const char                    *name,
                                            size_t                         length);

G_END_DECLS
