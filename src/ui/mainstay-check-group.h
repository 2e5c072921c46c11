/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * MainstayCheckGroup:
 *
 * Shows checks (mainstay-check.h), one row each, with a button where something can be done about
 * one. A row stays the same widget while its words change, so that the keyboard focus stays.
 *
 * Signal action (int): the person wants this #MainstayCheckAction done.
 */
#define MAINSTAY_TYPE_CHECK_GROUP (mainstay_check_group_get_type ())
G_DECLARE_FINAL_TYPE (MainstayCheckGroup, mainstay_check_group, MAINSTAY, CHECK_GROUP,
                      AdwPreferencesGroup)

void mainstay_check_group_set_checks (MainstayCheckGroup *self,
                                      GPtrArray          *checks);

G_END_DECLS
