/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Enough for the longest header that is accepted. */
#define MAINSTAY_DUMP_HEADER_MAX (16 * 1024)

/**
 * MainstayDumpHeaderResult:
 * @MAINSTAY_DUMP_HEADER_WHOLE: parsed
 * @MAINSTAY_DUMP_HEADER_SHORT: the bytes end within the header
 * @MAINSTAY_DUMP_HEADER_BROKEN: these values cannot be
 * @MAINSTAY_DUMP_HEADER_TOO_OLD: from before the format 1.10
 * @MAINSTAY_DUMP_HEADER_NOT_CUSTOM: of another format of pg_dump, such as tar
 */
typedef enum {
  MAINSTAY_DUMP_HEADER_WHOLE,
  MAINSTAY_DUMP_HEADER_SHORT,
  MAINSTAY_DUMP_HEADER_BROKEN,
  MAINSTAY_DUMP_HEADER_TOO_OLD,
  MAINSTAY_DUMP_HEADER_NOT_CUSTOM
} MainstayDumpHeaderResult;

/* The header of a custom-format dump of PostgreSQL (portal-api.md, part 4). */
typedef struct
{
  int major;
  int minor;
  int revision;
  size_t int_size;       /* bytes of a number, its sign not counted */
  size_t offset_size;    /* bytes of a place in the dump */
  gboolean is_zlib;      /* whether the data is compressed in zlib's format */
  gint64 created_at;     /* milliseconds since 1970, -1 when it is no date */
  char *database_name;   /* (nullable) */
  char *server_version;  /* (nullable) */
  char *program_version; /* (nullable) */
  size_t length;         /* bytes of the header, valid only when it is whole */
} MainstayDumpHeader;

MainstayDumpHeaderResult mainstay_dump_header_parse (const guint8       *bytes,
                                                     size_t              length,
                                                     MainstayDumpHeader *header);
void                     mainstay_dump_header_clear (MainstayDumpHeader *header);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MainstayDumpHeader, mainstay_dump_header_clear)

G_END_DECLS
