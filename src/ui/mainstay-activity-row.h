/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-activity-entry.h"

G_BEGIN_DECLS

/* What happened in an environment, as a row: what, how it went, who, when, and the cause where the
 * portal tells one. (transfer full): floating */
GtkWidget *mainstay_activity_row_new (MainstayActivityEntry *entry);

G_END_DECLS
