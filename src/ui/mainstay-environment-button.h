/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-environment.h"

G_BEGIN_DECLS

/**
 * MainstayEnvironmentButton:
 *
 * A toggle for one environment: its name, its status as icon and word, its model version.
 */
#define MAINSTAY_TYPE_ENVIRONMENT_BUTTON (mainstay_environment_button_get_type ())
G_DECLARE_FINAL_TYPE (MainstayEnvironmentButton, mainstay_environment_button, MAINSTAY,
                      ENVIRONMENT_BUTTON, GtkToggleButton)

GtkWidget           *mainstay_environment_button_new (MainstayEnvironment *environment);
MainstayEnvironment *mainstay_environment_button_get_environment (MainstayEnvironmentButton *self);
/* @waiting (nullable): shown in place of the status, such as "Stopping…" */
void                 mainstay_environment_button_set_waiting (MainstayEnvironmentButton *self,
                                                              const char                *waiting);
/* "Running · 1.8.2" (transfer none) */
const char          *mainstay_environment_button_get_status      (MainstayEnvironmentButton *self);

G_END_DECLS
