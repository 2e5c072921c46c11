/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"
#include "mainstay-byte-source.h"

G_BEGIN_DECLS

/**
 * MainstayBackupStream:
 *
 * A backup file that was opened and recognised by its first bytes.
 */
typedef struct
{
  MainstayByteSource *opened;  /* owned, %NULL when the bytes are somebody else's */
  MainstayByteSource *file;    /* borrowed: the file as it is on the disk */
  MainstayByteSource *gzip;    /* owned, %NULL when it is no gzip */
  MainstayByteSource *content; /* borrowed: one of the two, what is in the gzip if it is one */
  MainstayFileFormat format;
} MainstayBackupStream;

MainstayBackupStream *mainstay_backup_stream_new  (MainstayByteSource    *file,
                                                   GError               **error);
MainstayBackupStream *mainstay_backup_stream_open (const char            *path,
                                                   GCancellable          *cancellable,
                                                   GError               **error);
void                  mainstay_backup_stream_free (MainstayBackupStream  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayBackupStream, mainstay_backup_stream_free)

G_END_DECLS
