/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayArchiveWriter:
 *
 * Writes a backup file (portal-api.md, part 4) in one pass and flat memory, to a file descriptor.
 * Blocks; for worker threads. Counts and digests what it writes.
 */
typedef struct _MainstayArchiveWriter MainstayArchiveWriter;

/**
 * MainstayArchiveMetadata:
 *
 * What goes into `.metadata`; all values are written as strings.
 */
typedef struct
{
  const char *model_version; /* (nullable) */
  gint64 duration;           /* seconds the backup took */
  gint64 dump_size;          /* bytes */
  gint64 database_size;      /* bytes */
  gint64 files_size;         /* bytes */
} MainstayArchiveMetadata;

/* A gzip tar, written to @fd, which stays the caller's. */
MainstayArchiveWriter *mainstay_archive_writer_new (int fd);
gboolean mainstay_archive_writer_add_metadata (MainstayArchiveWriter          *self,
                                               const MainstayArchiveMetadata  *metadata,
                                               GError                        **error);
/* @path becomes db/db.backup. */
gboolean mainstay_archive_writer_add_dump     (MainstayArchiveWriter          *self,
                                               const char                     *path,
                                               GCancellable                   *cancellable,
                                               GError                        **error);
/* @path becomes tree/xx/yy/@uuid. */
gboolean mainstay_archive_writer_add_file     (MainstayArchiveWriter          *self,
                                               const char                     *uuid,
                                               const char                     *path,
                                               GCancellable                   *cancellable,
                                               GError                        **error);
/* An entry whose bytes the caller has, not a file: begin, bytes or a stream until there are @size
 * of them, end. @modified is in milliseconds since 1970, -1 when unknown. */
gboolean mainstay_archive_writer_begin_dump   (MainstayArchiveWriter          *self,
                                               gint64                          size,
                                               gint64                          modified,
                                               GError                        **error);
gboolean mainstay_archive_writer_begin_file   (MainstayArchiveWriter          *self,
                                               const char                     *uuid,
                                               gint64                          size,
                                               gint64                          modified,
                                               GError                        **error);
gboolean mainstay_archive_writer_add_bytes    (MainstayArchiveWriter          *self,
                                               const void                     *bytes,
                                               size_t                          length,
                                               GError                        **error);
gboolean mainstay_archive_writer_add_stream   (MainstayArchiveWriter          *self,
                                               GInputStream                   *stream,
                                               GCancellable                   *cancellable,
                                               GError                        **error);
gboolean mainstay_archive_writer_end_entry    (MainstayArchiveWriter          *self,
                                               GError                        **error);
/* Ends the archive; @sha256 gets 32 bytes. Not synced: the owner of the descriptor does that. */
gboolean mainstay_archive_writer_finish       (MainstayArchiveWriter          *self,
                                               guint8                          sha256[32],
                                               gint64                         *size,
                                               GError                        **error);
void     mainstay_archive_writer_free         (MainstayArchiveWriter          *self);

/* The file's name for people: portal-api.md, part 4. @data_type is one of the API's. */
char    *mainstay_archive_file_name           (const char                     *data_type,
                                               const char                     *snapshot_id,
                                               gint64                          created_at);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayArchiveWriter, mainstay_archive_writer_free)

G_END_DECLS
