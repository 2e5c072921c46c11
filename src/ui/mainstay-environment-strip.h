/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-environment-button.h"

G_BEGIN_DECLS

/**
 * MainstayEnvironmentStrip:
 *
 * The environments of an app side by side, as the tabs of the portal's page. Signal: chosen
 * (MainstayEnvironment), when the person chose another one.
 */
#define MAINSTAY_TYPE_ENVIRONMENT_STRIP (mainstay_environment_strip_get_type ())
G_DECLARE_FINAL_TYPE (MainstayEnvironmentStrip, mainstay_environment_strip, MAINSTAY,
                      ENVIRONMENT_STRIP, GtkWidget)

/* @model (nullable): of #MainstayEnvironment */
void       mainstay_environment_strip_set_model    (MainstayEnvironmentStrip *self,
                                                    GListModel               *model);
/* @environment (nullable): the one to mark; does not emit chosen */
void       mainstay_environment_strip_select       (MainstayEnvironmentStrip *self,
                                                    MainstayEnvironment      *environment);
/* @waiting (nullable): shown in place of the environment's status */
void       mainstay_environment_strip_set_waiting  (MainstayEnvironmentStrip *self,
                                                    MainstayEnvironment      *environment,
                                                    const char               *waiting);
/* (transfer none) (nullable): the toggle of an environment */
MainstayEnvironmentButton *
           mainstay_environment_strip_find         (MainstayEnvironmentStrip *self,
                                                    MainstayEnvironment      *environment);

G_END_DECLS
