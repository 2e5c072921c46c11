/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-dump-contents.h"
#include "mainstay-portal-tree.h"

G_BEGIN_DECLS

#define MAINSTAY_PORTAL_DUMP_NAME "db.backup"
#define MAINSTAY_PORTAL_FILES_NAME "files"

/* The files of one folder xx. */
typedef struct
{
  char folder[3];
  guint8 digest[MAINSTAY_SHA256_LENGTH]; /* of the tree */
  gint64 n_files;
  gint64 size; /* bytes of the files */
} MainstayPortalTree;

/**
 * MainstayPortalBackup:
 *
 * What a snapshot holds: its manifest. It is the last file written, small whatever the backup's
 * size, and says in its last line what its own digest is.
 *
 * Snapshots from before there was a content store are folders of plain files with a manifest of
 * version 1. They are read as they are, and go when they expire: to copy them into the store would
 * need their space once more, for data that is gone in some months.
 */
typedef struct
{
  MainstayPortalContent database;
  gint64 contents_length; /* bytes of the dump before its first block */
  GArray *blocks;         /* (nullable): MainstayDumpBlock of it, in order; NULL if not known */
  GArray *trees; /* MainstayPortalTree, in order */
  gint64 files_size;
  gint64 files_count;

  char *folder;    /* (nullable): of version 1 */
  GArray *entries; /* (nullable): MainstayPortalTreeEntry of version 1, in order */
} MainstayPortalBackup;

MainstayPortalBackup *
         mainstay_portal_backup_new       (void);
void     mainstay_portal_backup_free      (MainstayPortalBackup           *self);
/* In the order of the folders. */
void     mainstay_portal_backup_add_tree  (MainstayPortalBackup           *self,
                                           const MainstayPortalTree       *tree);
/* Returns: (nullable) */
const MainstayPortalTree *
         mainstay_portal_backup_find_tree (MainstayPortalBackup           *self,
                                           const char                     *folder);
/* To the new file @path, on the disk when it returns unless @is_relaxed. */
gboolean mainstay_portal_backup_write     (MainstayPortalBackup           *self,
                                           const char                     *path,
                                           gboolean                        is_relaxed,
                                           GError                        **error);
/* Of either version. MAINSTAY_ERROR_DAMAGED when it is not what was written. */
MainstayPortalBackup *
         mainstay_portal_backup_read      (const char                     *path,
                                           GError                        **error);

/* How many parts its list of files has, and one of them. Returns: (element-type
 * MainstayPortalTreeEntry) */
unsigned int
         mainstay_portal_backup_get_n_trees (MainstayPortalBackup         *self);
GArray  *mainstay_portal_backup_get_tree  (MainstayPortalBackup           *self,
                                           MainstayPortalContentStore     *store,
                                           unsigned int                    position,
                                           GError                        **error);
/* All bytes of the database's dump, or of a file. Of version 1 they are proved only at their end:
 * what was read of a damaged one must not be used. */
gboolean mainstay_portal_backup_read_dump (MainstayPortalBackup           *self,
                                           MainstayPortalContentStore     *store,
                                           MainstayPortalContentFunc       func,
                                           gpointer                        user_data,
                                           GError                        **error);
/* Of the dump of a backup with blocks: its table of contents and then @blocks, which are some of
 * its own in their order, as if no others were in it. */
gboolean mainstay_portal_backup_read_blocks (MainstayPortalBackup         *self,
                                           MainstayPortalContentStore     *store,
                                           GArray                         *blocks,
                                           MainstayPortalContentFunc       func,
                                           gpointer                        user_data,
                                           GError                        **error);
gboolean mainstay_portal_backup_read_file (MainstayPortalBackup           *self,
                                           MainstayPortalContentStore     *store,
                                           const MainstayPortalTreeEntry  *entry,
                                           MainstayPortalContentFunc       func,
                                           gpointer                        user_data,
                                           GError                        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalBackup, mainstay_portal_backup_free)

G_END_DECLS
