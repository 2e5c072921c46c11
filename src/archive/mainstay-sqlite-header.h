/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MAINSTAY_SQLITE_HEADER_LENGTH 100

/**
 * MainstaySqliteResult:
 * @MAINSTAY_SQLITE_WHOLE: the size is the one that the header tells
 * @MAINSTAY_SQLITE_SHORT: pages are missing at the end
 * @MAINSTAY_SQLITE_LONG: there is more than the pages
 * @MAINSTAY_SQLITE_BROKEN: these values cannot be
 */
typedef enum {
  MAINSTAY_SQLITE_WHOLE,
  MAINSTAY_SQLITE_SHORT,
  MAINSTAY_SQLITE_LONG,
  MAINSTAY_SQLITE_BROKEN
} MainstaySqliteResult;

MainstaySqliteResult mainstay_sqlite_header_check (const guint8 *bytes,
                                                   size_t        length,
                                                   gint64        size);

G_END_DECLS
