/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-byte-source.h"
#include "mainstay-entry-name.h"

G_BEGIN_DECLS

/**
 * MainstayZipTally:
 *
 * The entries of a zip file, added up in any order: those met on the way through it must be those
 * of its directory.
 */
typedef struct
{
  guint64 count;
  guint64 sum;
} MainstayZipTally;

void     mainstay_zip_tally_add       (MainstayZipTally         *self,
                                       const MainstayEntryName  *name,
                                       gint64                    size);
gboolean mainstay_zip_directory_check (MainstayByteSource       *source,
                                       gint64                    offset,
                                       const MainstayZipTally   *met,
                                       GError                  **error);

G_END_DECLS
