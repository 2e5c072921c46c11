/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MainstayWidthBin:
 *
 * Holds one child and tells by its property width (integer, pixels, read-only; 0 before the first)
 * what the child is going to get, so that the child can be fitted to it before.
 */
#define MAINSTAY_TYPE_WIDTH_BIN (mainstay_width_bin_get_type ())
G_DECLARE_FINAL_TYPE (MainstayWidthBin, mainstay_width_bin, MAINSTAY, WIDTH_BIN, GtkWidget)

int mainstay_width_bin_get_width (MainstayWidthBin *self);

G_END_DECLS
