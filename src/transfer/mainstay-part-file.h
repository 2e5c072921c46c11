/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayPartFile:
 *
 * A file on its way: it lies as NAME.part beside the asked NAME, is written in any order, and gets
 * that name only by mainstay_part_file_commit(). All functions that touch the disk block; they are
 * for worker threads, of which several may write and read at a time. Errors are %MAINSTAY_ERROR.
 */
typedef struct _MainstayPartFile MainstayPartFile;

#define MAINSTAY_TYPE_PART_FILE (mainstay_part_file_get_type ())

GType             mainstay_part_file_get_type  (void);
/* One left by an earlier run is opened as it is. %MAINSTAY_ERROR_EXISTS when another transfer
 * writes there now, or when what has that name is not of this program. */
MainstayPartFile *mainstay_part_file_new       (const char        *path,
                                                GError           **error);
MainstayPartFile *mainstay_part_file_ref       (MainstayPartFile  *self);
void              mainstay_part_file_unref     (MainstayPartFile  *self);
const char       *mainstay_part_file_get_path  (MainstayPartFile  *self);
/* Whether a file with the asked name may be replaced: one that was there at the beginning. */
gboolean          mainstay_part_file_get_replaces (MainstayPartFile *self);
void              mainstay_part_file_set_replaces (MainstayPartFile *self,
                                                   gboolean          replaces);
gint64            mainstay_part_file_get_inode (MainstayPartFile  *self);
/* The length that it has on the disk. */
gint64            mainstay_part_file_get_size  (MainstayPartFile  *self);
gboolean          mainstay_part_file_empty     (MainstayPartFile  *self,
                                                GError           **error);
/* Makes sure that a file of @length bytes, of which there are @have, has room. */
gboolean          mainstay_part_file_reserve   (MainstayPartFile  *self,
                                                gint64             length,
                                                gint64             have,
                                                GError           **error);
gboolean          mainstay_part_file_write     (MainstayPartFile  *self,
                                                gint64             offset,
                                                const void        *data,
                                                gsize              length,
                                                GError           **error);
gssize            mainstay_part_file_read      (MainstayPartFile  *self,
                                                gint64             offset,
                                                void              *buffer,
                                                gsize              size,
                                                GError           **error);
/* Begins to bring a range to the disk. */
void              mainstay_part_file_push      (MainstayPartFile  *self,
                                                gint64             offset,
                                                gint64             length);
/* Waits for that, and takes the range out of the kernel's memory. */
void              mainstay_part_file_release   (MainstayPartFile  *self,
                                                gint64             offset,
                                                gint64             length);
/* What was written before is on the disk now. */
gboolean          mainstay_part_file_sync      (MainstayPartFile  *self,
                                                GError           **error);
/* Syncs it and gives it the asked name, over a file that was there already at the beginning, but
 * not over one that came since: %MAINSTAY_ERROR_EXISTS, and the part is kept. */
gboolean          mainstay_part_file_commit    (MainstayPartFile  *self,
                                                GError           **error);
/* Keeps a bad file for whoever wants to look into it, as NAME.damaged or with a number behind.
 * (transfer full): where */
char             *mainstay_part_file_set_aside (MainstayPartFile  *self,
                                                GError           **error);
/* Removes what there is, if it still is what was made here. */
void              mainstay_part_file_discard   (MainstayPartFile  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPartFile, mainstay_part_file_unref)

G_END_DECLS
