/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-backup.h"

G_BEGIN_DECLS

/* What a portal keeps of a backup, also while it runs. */

/* What the snapshot's manifest says. Returns: (transfer full) */
MainstayPortalBackup *stored_read    (const char   *data_directory,
                                      const char   *snapshot_id);
/* Takes it out into the new folder @to: `db.backup` and `files`. */
void                  stored_extract (const char   *data_directory,
                                      const char   *snapshot_id,
                                      const char   *to);
/* Flips a bit in the middle of what is stored of a piece, where it lies; twice makes it whole. */
void                  stored_rot     (const char   *data_directory,
                                      const guint8  digest[MAINSTAY_SHA256_LENGTH]);
/* Of a piece of the dump. */
void                  stored_rot_dump (const char  *data_directory,
                                      const char   *snapshot_id);
/* Of its last piece: the others can be read. */
void                  stored_rot_last (const char  *data_directory,
                                      const char   *snapshot_id);
/* Of the first file of the snapshot. */
void                  stored_rot_file (const char  *data_directory,
                                      const char   *snapshot_id);

G_END_DECLS
