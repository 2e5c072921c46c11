/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-account.h"
#include "mainstay-backup-list.h"
#include "mainstay-client.h"

G_BEGIN_DECLS

/**
 * MainstaySession:
 *
 * One account in use: its client, the apps it may see, and the environments of the app that is
 * looked at. Keeps one object for each environment and one backup list for each environment that
 * was looked at, so that going to and fro loses nothing.
 *
 * Properties, read-only: app (MainstayApp, nullable), environment (MainstayEnvironment, nullable),
 * backup-list (MainstayBackupList of that environment, nullable), loading (boolean), error (GError
 * of the last load of apps or environments, %NULL when it went well), extensions (uint).
 */
#define MAINSTAY_TYPE_SESSION (mainstay_session_get_type ())
G_DECLARE_FINAL_TYPE (MainstaySession, mainstay_session, MAINSTAY, SESSION, GObject)

MainstaySession     *mainstay_session_new              (MainstayAccount      *account,
                                                        MainstayClient       *client);
MainstayAccount     *mainstay_session_get_account      (MainstaySession      *self);
MainstayClient      *mainstay_session_get_client       (MainstaySession      *self);
/* (transfer none): models of MainstayApp and MainstayEnvironment; the latter of the chosen app, in
 * the order Test, Acceptance, Production, others by name. */
GListModel          *mainstay_session_get_apps         (MainstaySession      *self);
GListModel          *mainstay_session_get_environments (MainstaySession      *self);
MainstayApp         *mainstay_session_get_app          (MainstaySession      *self);
MainstayEnvironment *mainstay_session_get_environment  (MainstaySession      *self);
MainstayBackupList  *mainstay_session_get_backup_list  (MainstaySession      *self);
/* (transfer none): the list of any environment of the chosen app, made when first asked for. */
MainstayBackupList  *mainstay_session_list_for         (MainstaySession      *self,
                                                        MainstayEnvironment  *environment);
const GError        *mainstay_session_get_error        (MainstaySession      *self);
gboolean             mainstay_session_get_loading      (MainstaySession      *self);
/* Chooses and loads; the first environment, or the one named before, follows by itself. */
void                 mainstay_session_set_app          (MainstaySession      *self,
                                                        MainstayApp          *app);
void                 mainstay_session_set_environment  (MainstaySession      *self,
                                                        MainstayEnvironment  *environment);
/* Asks for one environment again, as after a stop; merges into the object that is listed. */
void                 mainstay_session_reload_environment (MainstaySession     *self,
                                                          MainstayEnvironment *environment);
/* Capabilities, apps, environments and the backups of the one looked at. */
void                 mainstay_session_refresh_async    (MainstaySession      *self,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean             mainstay_session_refresh_finish   (MainstaySession      *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);

G_END_DECLS
