/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-byte-source.h"

G_BEGIN_DECLS

/**
 * MainstayFileKind:
 *
 * What a backup file holds (portal-api.md, part 4).
 */
typedef enum {
  MAINSTAY_FILE_UNKNOWN,
  MAINSTAY_FILE_FULL,
  MAINSTAY_FILE_DATABASE,
  MAINSTAY_FILE_FILES
} MainstayFileKind;

/**
 * MainstayFileFormat:
 *
 * The outermost format, found by content and never by name (portal-api.md, part 4).
 */
typedef enum {
  MAINSTAY_FORMAT_UNKNOWN,
  MAINSTAY_FORMAT_TAR,
  MAINSTAY_FORMAT_TAR_GZIP,
  MAINSTAY_FORMAT_ZIP,
  MAINSTAY_FORMAT_PGDUMP,
  MAINSTAY_FORMAT_PGDUMP_GZIP,
  MAINSTAY_FORMAT_SQLITE,
  MAINSTAY_FORMAT_SQLITE_GZIP
} MainstayFileFormat;

/* The engine that a dump is for. */
typedef enum {
  MAINSTAY_DUMP_NONE,
  MAINSTAY_DUMP_POSTGRESQL,
  MAINSTAY_DUMP_SQLITE
} MainstayDumpEngine;

/**
 * MainstayBackupFile:
 *
 * What was found in a backup file: a fixed picture, made by mainstay_backup_file_inspect_async().
 * Numbers are -1 and strings %NULL where the file does not say.
 */
typedef struct _MainstayBackupFile MainstayBackupFile;
struct _MainstayBackupFile
{
  MainstayFileKind kind;
  MainstayFileFormat format;
  gint64 size;               /* bytes of the file itself */
  gint64 entries;            /* members of the archive, folders not counted */
  gint64 files_count;        /* uploaded files: tree/xx/yy/<uuid> */
  gint64 files_size;         /* bytes of the uploaded files, unpacked */
  gboolean has_tree_prefix;  /* whether the files lie under tree/ */

  MainstayDumpEngine dump_engine;
  gint64 dump_size;          /* bytes, unpacked */
  gboolean dump_checked;     /* followed to its end, so that nothing can be missing; else its
                              * format is too new or too old for more than its header */
  int dump_major;            /* of the PGDMP format, as 1 in 1.14 */
  int dump_minor;
  gint64 dump_created_at;    /* milliseconds since 1970; the header has no zone, taken as UTC */
  char *database_name;
  char *server_version;
  char *dump_program_version;

  char *model_version;       /* .metadata */
  gint64 metadata_dump_size; /* .metadata, and so on */
  gint64 metadata_database_size;
  gint64 metadata_files_size;
  gint64 metadata_duration;

  char *sha256;              /* hexadecimal, of the file as it is on the disk */
};

#define MAINSTAY_TYPE_BACKUP_FILE (mainstay_backup_file_get_type ())

/**
 * MainstayBackupFileProgress:
 * @done: bytes read of the file
 * @total: its bytes
 *
 * Called in the thread that inspects.
 */
typedef void (*MainstayBackupFileProgress) (gint64   done,
                                            gint64   total,
                                            gpointer user_data);

GType               mainstay_backup_file_get_type       (void);
MainstayBackupFile *mainstay_backup_file_new            (void);
MainstayBackupFile *mainstay_backup_file_copy           (MainstayBackupFile          *self);
void                mainstay_backup_file_free           (MainstayBackupFile          *self);
/* Reads all of it and proves it whole: gzip CRC and length of each member, tar or zip structure up
 * to its end, names, the dump's header, .metadata. Blocks; for worker threads. */
MainstayBackupFile *mainstay_backup_file_inspect        (const char                  *path,
                                                         MainstayFileKind             expected,
                                                         MainstayBackupFileProgress   progress,
                                                         gpointer                     progress_data,
                                                         GCancellable                *cancellable,
                                                         GError                     **error);
/* The same over any bytes, in their order and once; their length and digest are found out here.
 * @source may block in its fill(), which is called from one thread alone; it stays the caller's. */
MainstayBackupFile *mainstay_backup_file_inspect_source (MainstayByteSource          *source,
                                                         MainstayFileKind             expected,
                                                         GCancellable                *cancellable,
                                                         GError                     **error);
void                mainstay_backup_file_inspect_async  (const char                  *path,
                                                         MainstayFileKind             expected,
                                                         GCancellable                *cancellable,
                                                         GAsyncReadyCallback          callback,
                                                         gpointer                     user_data);
MainstayBackupFile *mainstay_backup_file_inspect_finish (GAsyncResult                *result,
                                                         GError                     **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayBackupFile, mainstay_backup_file_free)

G_END_DECLS
