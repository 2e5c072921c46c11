/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The callback of an asynchronous call whose result a test waits for: @user_data is a
 * GAsyncResult **. */
void          awaited_cb   (GObject       *object,
                            GAsyncResult  *result,
                            gpointer       user_data);
/* (transfer none): runs the main loop until it is there */
GAsyncResult *awaited_wait (GAsyncResult **result);

G_END_DECLS
