/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <adwaita.h>

#include "mainstay-operation-list.h"
#include "mainstay-session.h"

G_BEGIN_DECLS

/**
 * MainstayApplication:
 *
 * The program: its settings, the operations that outlive a window, and the account in use.
 *
 * Properties, read-only: session (MainstaySession, nullable: nothing connected), busy (string,
 * nullable: what is waited for before it connects).
 */
#define MAINSTAY_TYPE_APPLICATION (mainstay_application_get_type ())
G_DECLARE_FINAL_TYPE (MainstayApplication, mainstay_application, MAINSTAY, APPLICATION,
                      AdwApplication)

MainstayApplication   *mainstay_application_new            (void);
/* (transfer none): the saved ones, of MainstayAccount */
GListModel            *mainstay_application_get_accounts   (MainstayApplication *self);
/* (transfer none) */
GSettings             *mainstay_application_get_settings   (MainstayApplication *self);
MainstayOperationList *mainstay_application_get_operations (MainstayApplication *self);
/* (transfer none) (nullable) */
MainstaySession       *mainstay_application_get_session    (MainstayApplication *self);
/* Takes up @session (nullable) and loads it. */
void                   mainstay_application_set_session    (MainstayApplication *self,
                                                            MainstaySession     *session);
/* Loads what the session shows again. */
void                   mainstay_application_refresh        (MainstayApplication *self);
/* (nullable) */
const char            *mainstay_application_get_busy       (MainstayApplication *self);
/* Asks for the key of the account in use again, unless it is being asked for already. */
void                   mainstay_application_ask_for_key    (MainstayApplication *self);
/* Whether a transfer goes on when the program is started again. */
gboolean               mainstay_application_keeps          (MainstayApplication *self,
                                                            MainstayOperation   *operation);
/* Transfers that are kept are paused, others end; what the portal does goes on there. */
void                   mainstay_application_pause_and_quit (MainstayApplication *self);

G_END_DECLS
