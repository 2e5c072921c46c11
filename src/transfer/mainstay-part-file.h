/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayPartFile:
 *
 * A file on its way: it grows as NAME.part beside the asked NAME and gets that name only by
 * mainstay_part_file_commit(). All functions that touch the disk block; for worker threads, one at
 * a time. Errors are %MAINSTAY_ERROR.
 */
typedef struct _MainstayPartFile MainstayPartFile;

#define MAINSTAY_TYPE_PART_FILE (mainstay_part_file_get_type ())

GType             mainstay_part_file_get_type  (void);
/* One left by an earlier run is replaced. %MAINSTAY_ERROR_EXISTS when another transfer writes there
 * now, or when what has that name is not of this program. */
MainstayPartFile *mainstay_part_file_new       (const char        *path,
                                                GError           **error);
MainstayPartFile *mainstay_part_file_ref       (MainstayPartFile  *self);
void              mainstay_part_file_unref     (MainstayPartFile  *self);
const char       *mainstay_part_file_get_path  (MainstayPartFile  *self);
gint64            mainstay_part_file_get_size  (MainstayPartFile  *self);
/* Empties it, and makes sure that @expected bytes (-1 when unknown) have room. */
gboolean          mainstay_part_file_begin     (MainstayPartFile  *self,
                                                gint64             expected,
                                                GError           **error);
gboolean          mainstay_part_file_append    (MainstayPartFile  *self,
                                                const void        *data,
                                                gsize              length,
                                                GError           **error);
/* Syncs it and gives it the asked name, over a file that was there already at the beginning, but
 * not over one that came since: %MAINSTAY_ERROR_EXISTS, and the part is kept. */
gboolean          mainstay_part_file_commit    (MainstayPartFile  *self,
                                                GError           **error);
/* Removes what there is, if it still is what was made here. */
void              mainstay_part_file_discard   (MainstayPartFile  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPartFile, mainstay_part_file_unref)

G_END_DECLS
