/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-session.h"

G_BEGIN_DECLS

struct _MainstaySession
{
  GObject parent_instance;

  /* owned */
  MainstayAccount *account;
  MainstayClient *client;
  GListStore *apps;
  GListStore *environments;
  MainstayApp *app;                  /* nullable */
  MainstayEnvironment *environment;  /* nullable */
  GHashTable *known;                 /* app id to GListStore of its environments as last seen */
  GHashTable *chosen;                /* app id to environment id */
  GHashTable *lists;                 /* environment id to MainstayBackupList */
  GCancellable *cancellable;         /* of what nobody else waits for */
  GError *error;                     /* nullable */

  unsigned int watch;                /* source id */
  int loads;                         /* that run */
};

void mainstay_session_take_error               (MainstaySession      *self,
                                                const GError         *error);
void mainstay_session_change_loads             (MainstaySession      *self,
                                                int                   change);
void mainstay_session_notify_extensions        (MainstaySession      *self);
void mainstay_session_choose_app               (MainstaySession      *self,
                                                MainstayApp          *app);
void mainstay_session_choose_environment       (MainstaySession      *self,
                                                MainstayEnvironment  *environment);

/* Loading, in mainstay-session-load.c. */
void mainstay_session_show_known_environments  (MainstaySession      *self);
void mainstay_session_load_environments        (MainstaySession      *self);
void mainstay_session_watch_environments       (MainstaySession      *self);

G_END_DECLS
