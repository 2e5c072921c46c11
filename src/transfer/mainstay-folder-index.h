/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* One uploaded file, as small as it can be: there may be a million. */
typedef struct
{
  guint8 uuid[16];
  guint64 inode;
  gint64 size;
  gint64 changed_at; /* nanoseconds since 1970 */
  gint64 offset;     /* where its header begins in the archive */
} MainstayFolderEntry;

/**
 * MainstayFolderIndex:
 *
 * The uploaded files in a folder, `xx/yy/<uuid>` with or without `tree/` before it, in the order of
 * their names, and where each would be in an uncompressed tar of them.
 */
typedef struct
{
  GArray *entries; /* of MainstayFolderEntry */
  gint64 files_size;
  gint64 size;     /* of the tar */
  int fd;          /* of the folder that has the pairs */
} MainstayFolderIndex;

/* `xx/yy/<uuid>` */
#define MAINSTAY_FOLDER_NAME_LENGTH (6 + 36)

MainstayFolderIndex *mainstay_folder_index_new         (const char           *path,
                                                        GCancellable         *cancellable,
                                                        GError              **error);
void                 mainstay_folder_index_free        (MainstayFolderIndex  *self);
char                *mainstay_folder_index_fingerprint (MainstayFolderIndex  *self);
void                 mainstay_folder_index_name (const MainstayFolderEntry   *entry,
                                                 char  name[MAINSTAY_FOLDER_NAME_LENGTH + 1]);
MainstayFolderEntry *mainstay_folder_index_find        (MainstayFolderIndex  *self,
                                                        gint64                offset);
gboolean             mainstay_folder_entry_is  (const MainstayFolderEntry    *entry,
                                                const struct stat            *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayFolderIndex, mainstay_folder_index_free)

G_END_DECLS
