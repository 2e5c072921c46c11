/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-account-store.h"
#include "mainstay-operation-list.h"
#include "mainstay-transfer-registry.h"

G_BEGIN_DECLS

/**
 * MainstayTransferKeeper:
 *
 * Brings together the list of operations, what of it is kept for another time, and the accounts: a
 * transfer that is listed is kept, and one that was left over from the last time goes on as soon as
 * there is a client for its account.
 */
#define MAINSTAY_TYPE_TRANSFER_KEEPER (mainstay_transfer_keeper_get_type ())
G_DECLARE_FINAL_TYPE (MainstayTransferKeeper, mainstay_transfer_keeper, MAINSTAY, TRANSFER_KEEPER,
                      GObject)

MainstayTransferKeeper *mainstay_transfer_keeper_new (MainstayOperationList    *operations,
                                                      MainstayAccountStore     *accounts,
                                                      MainstayTransferRegistry *registry);
/* To be called once, when the saved accounts are known: lists what is left over, and looks up the
 * keys of its accounts. */
void mainstay_transfer_keeper_start      (MainstayTransferKeeper *self);
/* An account is in use with @client; its transfers go on. */
void mainstay_transfer_keeper_connected  (MainstayTransferKeeper *self,
                                          MainstayAccount        *account,
                                          MainstayClient         *client);
/* Transfers over @client end with the program, as those of a sample portal, which ends with it and
 * is another one with another key the next time. */
void mainstay_transfer_keeper_never_keep (MainstayTransferKeeper *self,
                                          MainstayClient         *client);
/* Whether it goes on another time. */
gboolean mainstay_transfer_keeper_keeps     (MainstayTransferKeeper *self,
                                             MainstayOperation      *operation);
/* Stops what goes on another time and cancels the other transfers. */
void mainstay_transfer_keeper_stop       (MainstayTransferKeeper *self);
/* Ends when everything is on the disk. */
void mainstay_transfer_keeper_flush_async (MainstayTransferKeeper *self,
                                           GAsyncReadyCallback     callback,
                                           gpointer                user_data);

G_END_DECLS
