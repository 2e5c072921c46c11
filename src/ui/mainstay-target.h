/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"
#include "mainstay-operation-list.h"

G_BEGIN_DECLS

/**
 * MainstayTarget:
 *
 * The environment that a restore or a data upload will overwrite, as the dialog needs to know it:
 * asked for afresh, stopped on request, and watched for other work on it. Answers are merged into
 * the environment, so that everything else on the screen knows as well.
 *
 * Signal changed: anything that the getters or the environment tell is different.
 */
#define MAINSTAY_TYPE_TARGET (mainstay_target_get_type ())
G_DECLARE_FINAL_TYPE (MainstayTarget, mainstay_target, MAINSTAY, TARGET, GObject)

MainstayTarget        *mainstay_target_new             (MainstayClient        *client,
                                                        MainstayApp           *app,
                                                        MainstayEnvironment   *environment,
                                                        MainstayOperationList *operations,
                                                        gboolean               with_package);
MainstayEnvironment   *mainstay_target_get_environment (MainstayTarget        *self);
const MainstayPackage *mainstay_target_get_package     (MainstayTarget        *self);
gboolean               mainstay_target_is_asking       (MainstayTarget        *self);
gboolean               mainstay_target_is_stopping     (MainstayTarget        *self);
gboolean               mainstay_target_is_busy         (MainstayTarget        *self);
const char            *mainstay_target_get_ask_failure (MainstayTarget        *self);
const char            *mainstay_target_get_stop_failure (MainstayTarget       *self);
void                   mainstay_target_ask             (MainstayTarget        *self);
void                   mainstay_target_stop            (MainstayTarget        *self);
void                   mainstay_target_abandon         (MainstayTarget        *self);

G_END_DECLS
