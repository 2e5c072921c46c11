/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void mainstay_show_in_folder (GtkWindow  *parent,
                              const char *path);

G_END_DECLS
