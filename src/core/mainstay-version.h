/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayOrder:
 * @MAINSTAY_ORDER_OLDER: the first is older than the second
 * @MAINSTAY_ORDER_SAME: they are the same
 * @MAINSTAY_ORDER_NEWER: the first is newer than the second
 * @MAINSTAY_ORDER_UNKNOWN: it cannot be told, and nobody may guess
 */
typedef enum {
  MAINSTAY_ORDER_OLDER,
  MAINSTAY_ORDER_SAME,
  MAINSTAY_ORDER_NEWER,
  MAINSTAY_ORDER_UNKNOWN
} MainstayOrder;

MainstayOrder mainstay_version_compare (const char *a,
                                        const char *b);

G_END_DECLS
