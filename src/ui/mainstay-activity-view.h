/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-backup-list.h"
#include "mainstay-operation-list.h"

G_BEGIN_DECLS

/**
 * MainstayActivityView:
 *
 * What this program does and did since it started, and, where the portal tells it, what happened in
 * the environment.
 */
#define MAINSTAY_TYPE_ACTIVITY_VIEW (mainstay_activity_view_get_type ())
G_DECLARE_FINAL_TYPE (MainstayActivityView, mainstay_activity_view, MAINSTAY, ACTIVITY_VIEW, GtkBox)

void mainstay_activity_view_set_operations (MainstayActivityView  *self,
                                            MainstayOperationList *operations);
/* @list (nullable): whose environment's activity is shown */
void mainstay_activity_view_set_list       (MainstayActivityView  *self,
                                            MainstayBackupList    *list);
/* Asks the portal again; does nothing while the view is hidden. */
void mainstay_activity_view_reload         (MainstayActivityView  *self);

G_END_DECLS
