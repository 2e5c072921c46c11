/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-stream.h"
#include "mainstay-entry-name.h"

G_BEGIN_DECLS

/* Bounds on what a hostile archive can make us do. */
#define MAINSTAY_ARCHIVE_MAX_ENTRIES 10000000
#define MAINSTAY_ARCHIVE_MAX_METADATA (1024 * 1024)

typedef struct
{
  MainstayEntryName name;
  gint64 size;     /* bytes, -1 when it is told only behind the data */
  gint64 modified; /* seconds since 1970, -1 when unknown */
} MainstayArchiveEntry;

/**
 * MainstayArchiveVisitor:
 *
 * Who gets what an archive holds, in its order, folders excepted. Each may be %NULL. What it gets
 * is proved whole only when mainstay_archive_walk() returns %TRUE.
 */
typedef struct
{
  gboolean (*begin) (const MainstayArchiveEntry  *entry,
                     gpointer                     user_data,
                     GError                     **error);
  gboolean (*bytes) (const MainstayArchiveEntry  *entry,
                     const guint8                *bytes,
                     size_t                       length,
                     gpointer                     user_data,
                     GError                     **error);
  gboolean (*end)   (const MainstayArchiveEntry  *entry,
                     gpointer                     user_data,
                     GError                     **error);
} MainstayArchiveVisitor;

typedef struct
{
  gint64 entries; /* folders not counted */
  gint64 files_count;
  gint64 files_size;
  gint64 dump_size; /* -1 when there is no dump */
  gboolean under_tree;
} MainstayArchiveTotals;

gboolean mainstay_archive_walk (MainstayBackupStream          *stream,
                                gint64                         max_entries,
                                const MainstayArchiveVisitor  *visitor,
                                gpointer                       user_data,
                                MainstayArchiveTotals         *totals,
                                GError                       **error);

G_END_DECLS
