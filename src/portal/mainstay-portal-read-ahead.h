/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* libsoup asks for 8 KiB of a body at a time, each of which would be a call to the kernel, and an
 * acknowledgement on the line. This is @base, read in large blocks for as long as more is there
 * than is asked for. (transfer full) */
GIOStream *mainstay_portal_read_ahead_new (GIOStream *base);

G_END_DECLS
