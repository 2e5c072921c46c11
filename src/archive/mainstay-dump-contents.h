/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-dump-header.h"

G_BEGIN_DECLS

typedef enum {
  MAINSTAY_DUMP_CONTENTS_WHOLE,
  MAINSTAY_DUMP_CONTENTS_SHORT, /* the bytes end before it does */
  MAINSTAY_DUMP_CONTENTS_BROKEN /* these values cannot be */
} MainstayDumpContentsResult;

/* The data of one entry, such as the rows of a table. */
typedef struct
{
  gint64 id;     /* of the entry */
  gint64 offset; /* where it begins in the dump */
  gint64 length; /* bytes */
} MainstayDumpBlock;

/**
 * MainstayDumpContents:
 *
 * What follows the header in a custom-format dump of PostgreSQL, on its way through in any pieces:
 * the table of contents, and then a block of data for each entry that has some. Nothing at its end
 * says that it is the end, but the table of contents says what must have come.
 */
typedef struct _MainstayDumpContents MainstayDumpContents;

MainstayDumpContents      *mainstay_dump_contents_new    (const MainstayDumpHeader *header,
                                                          gboolean                  inflate);
void                       mainstay_dump_contents_add    (MainstayDumpContents     *self,
                                                          const guint8             *bytes,
                                                          size_t                    length);
MainstayDumpContentsResult mainstay_dump_contents_finish (MainstayDumpContents     *self);
gint64                     mainstay_dump_contents_get_length
                                                         (const MainstayDumpContents *self);
GArray                    *mainstay_dump_contents_get_blocks
                                                         (const MainstayDumpContents *self);
void                       mainstay_dump_contents_free   (MainstayDumpContents     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayDumpContents, mainstay_dump_contents_free)

G_END_DECLS
