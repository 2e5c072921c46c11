/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-application.h"

G_BEGIN_DECLS

/**
 * MainstayWindow:
 *
 * The application's window: one environment's backups and what can be done with them.
 */
#define MAINSTAY_TYPE_WINDOW (mainstay_window_get_type ())
G_DECLARE_FINAL_TYPE (MainstayWindow, mainstay_window, MAINSTAY, WINDOW, AdwApplicationWindow)

MainstayWindow *mainstay_window_new (MainstayApplication *application);

G_END_DECLS
