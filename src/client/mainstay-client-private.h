/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"

#include "mainstay-request.h"

G_BEGIN_DECLS

/* Every wait of this client, between tries and between questions, is multiplied by @scale, so that
 * tests need not sit through them. What a server asks for by Retry-After is kept to the letter. */
void              mainstay_client_set_wait_scale       (MainstayClient      *self,
                                                        double               scale);
gint64            mainstay_client_scale_wait           (MainstayClient      *self,
                                                        gint64               milliseconds);

SoupSession      *mainstay_client_get_session          (MainstayClient      *self);
SoupMessage      *mainstay_client_make_message         (MainstayClient      *self,
                                                        const char          *method,
                                                        const char          *url,
                                                        gboolean             anonymous);
/* (transfer full): @error in the domain of this project, without the key in it */
GError           *mainstay_client_own_error            (MainstayClient      *self,
                                                        const GError        *error);
/* Whether it is known that the portal lacks @extension. */
gboolean          mainstay_client_lacks                (MainstayClient      *self,
                                                        MainstayExtensions   extension);
void              mainstay_client_take_extensions      (MainstayClient      *self,
                                                        MainstayExtensions   extensions);

/* The portal's clock, from the Date of its last answer; FALSE before the first. */
gboolean          mainstay_client_get_portal_time      (MainstayClient      *self,
                                                        gint64              *milliseconds);
void              mainstay_client_saw_message          (MainstayClient      *self,
                                                        SoupMessage         *message);
/* Backups that some answer named, so that a new one can be told from them. */
gboolean          mainstay_client_knows_backup         (MainstayClient      *self,
                                                        const char          *backup_id);
void              mainstay_client_saw_backup           (MainstayClient      *self,
                                                        MainstayBackup      *backup);

MainstayRequest  *mainstay_client_new_create_request   (MainstayApp         *app,
                                                        const char          *environment_id,
                                                        const char          *comment);

/* How many elements the page of list_backups had, those that could not be read included. */
unsigned int      mainstay_client_list_backups_received (GAsyncResult       *result);

/* The one way in which every pair below a request ends. */
gpointer          mainstay_client_finish_request       (MainstayClient      *self,
                                                        GAsyncResult        *result,
                                                        gpointer             tag,
                                                        GError             **error);

G_END_DECLS
