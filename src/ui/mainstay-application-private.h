/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-account-store.h"
#include "mainstay-application.h"
#include "mainstay-sample-portal.h"
#include "mainstay-transfer-keeper.h"

G_BEGIN_DECLS

struct _MainstayApplication
{
  AdwApplication parent_instance;

  /* Owned. */
  GSettings *settings;
  MainstayOperationList *operations;
  MainstayAccountStore *accounts;
  MainstayTransferKeeper *keeper;
  MainstaySession *session;
  MainstaySamplePortal *sample;
  GCancellable *cancellable; /* of what connects: a later choice ends an earlier one */

  unsigned int inhibit_cookie;
  const char *busy; /* (nullable): what is waited for, translated */
  unsigned int signal_sources[3];
  gboolean held;
  gboolean asking; /* for a key */
  gboolean transfers_started;
  gboolean transfers_flushed;
};

/* (nullable) */
GtkWindow *_mainstay_application_get_window        (MainstayApplication *self);

/* -work.c */
void       _mainstay_application_follow_operations (MainstayApplication *self);
void       _mainstay_application_follow_settings   (MainstayApplication *self);
/* Once the saved accounts are known: what is left over from the last time. */
void       _mainstay_application_start_transfers   (MainstayApplication *self);
/* The session is another: its account's transfers go on. */
void       _mainstay_application_go_on             (MainstayApplication *self);
/* At the very end: stops what goes on another time, and waits for it a little. */
void       _mainstay_application_stop_transfers    (MainstayApplication *self);

G_END_DECLS
