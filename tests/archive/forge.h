/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Archives made byte by byte, so that they can be wrong in any way. */

#define TAR_FILE '0'
#define TAR_HARD_LINK '1'
#define TAR_SYMLINK '2'
#define TAR_CHARACTER_DEVICE '3'
#define TAR_FOLDER '5'
#define TAR_FIFO '6'

void    tar_add  (GByteArray *tar,
                  const char *name,
                  char        type,
                  const void *bytes,
                  gssize      length);
void    tar_end  (GByteArray *tar);
void    tar_sign (guint8     *header);
GBytes *gzip     (const void *bytes,
                  size_t      length);

typedef struct
{
  const char *name;
  gssize name_length;  /* -1 to where it ends in a zero byte */
  const char *bytes;
  gssize length;       /* -1 likewise */
  guint16 flags;
  guint16 method;      /* as the headers tell it; the bytes are always stored */
  guint32 attributes;  /* of the directory, with Unix as host */
  gboolean unlisted;   /* left out of the directory */
  guint32 crc_flip;
} ZipEntry;

GByteArray *zip_make (const ZipEntry *entries,
                      size_t          n_entries,
                      gboolean        zip64);

/* A dump in the custom format of pg_dump, of any version; the header alone has as if it were the
 * table of contents these 17 bytes behind it. */
GByteArray *pgdump_make        (int         minor,
                                const char *database);
GByteArray *pgdump_header_make (int         minor,
                                const char *database);

G_END_DECLS
