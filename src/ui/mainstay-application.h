/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * MainstayApplication:
 *
 * The program: its settings, the operations that outlive a window, and the account in use.
 */
#define MAINSTAY_TYPE_APPLICATION (mainstay_application_get_type ())
G_DECLARE_FINAL_TYPE (MainstayApplication, mainstay_application, MAINSTAY, APPLICATION,
                      AdwApplication)

MainstayApplication *mainstay_application_new (void);

G_END_DECLS
