/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * MainstayPreferencesWindow:
 *
 * The settings that a person makes; each counts as soon as it is changed.
 */
#define MAINSTAY_TYPE_PREFERENCES_WINDOW (mainstay_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (MainstayPreferencesWindow, mainstay_preferences_window, MAINSTAY,
                      PREFERENCES_WINDOW, AdwPreferencesWindow)

/* @parent (nullable): the window it belongs to */
void mainstay_preferences_window_present (GtkWindow *parent,
                                          GSettings *settings);

G_END_DECLS
