/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GCancellable *mainstay_late_cancellable_new (GCancellable *cancellable);

G_END_DECLS
