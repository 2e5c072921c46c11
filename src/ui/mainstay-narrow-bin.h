/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MainstayNarrowBin:
 *
 * Holds one child and tells by its property narrow (boolean, read-only) when the child gets less
 * than narrow-width pixels, so that the rest of the window can rearrange itself. Its own least
 * width is that of the narrow arrangement, whatever is shown now. Does what AdwBreakpointBin does
 * from libadwaita 1.4 on.
 */
#define MAINSTAY_TYPE_NARROW_BIN (mainstay_narrow_bin_get_type ())
G_DECLARE_FINAL_TYPE (MainstayNarrowBin, mainstay_narrow_bin, MAINSTAY, NARROW_BIN, GtkWidget)

gboolean mainstay_narrow_bin_get_narrow (MainstayNarrowBin *self);

G_END_DECLS
