/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-transfer-record.h"

G_BEGIN_DECLS

/**
 * MainstayTransferRegistry:
 *
 * The resumable operations that have not ended, kept in a file so that they go on after a restart
 * or a crash of the program. Of two programs only the first has it; the other keeps nothing.
 * Changes are saved by themselves, a moment later and one after the other.
 */
#define MAINSTAY_TYPE_TRANSFER_REGISTRY (mainstay_transfer_registry_get_type ())
G_DECLARE_FINAL_TYPE (MainstayTransferRegistry, mainstay_transfer_registry, MAINSTAY,
                      TRANSFER_REGISTRY, GObject)

/* @path: NULL for transfers.json in the user's state folder */
MainstayTransferRegistry *mainstay_transfer_registry_new (const char *path);

/* How uploads or downloads are made again. To be called before loading. */
void mainstay_transfer_registry_add_kind (MainstayTransferRegistry   *self,
                                          MainstayOperationKind       kind,
                                          MainstayTransferRecordFunc  make);

/* Once, before anything is saved. Gives the operations of the last time, oldest first, neither
 * started nor listed: held, with what a person had paused paused and what had failed failed. They
 * are tracked already. What had been cancelled is discarded now and not given. */
void mainstay_transfer_registry_load_async (MainstayTransferRegistry *self,
                                            GCancellable             *cancellable,
                                            GAsyncReadyCallback       callback,
                                            gpointer                  user_data);
/* (transfer full) (element-type MainstayOperation): empty where there are none. Fails where the
 * file is not to be had: another program has it (%G_IO_ERROR_BUSY), it is of another version
 * (%MAINSTAY_ERROR_UNSUPPORTED), or the disk does not work; nothing is then ever written. */
GPtrArray *mainstay_transfer_registry_load_finish (MainstayTransferRegistry  *self,
                                                   GAsyncResult              *result,
                                                   GError                   **error);

/* Keeps a record of @operation until it is done or cancelled. @account is the account's id, @portal
 * what to call it when it is gone. Does nothing for one that is not resumable, or is tracked. */
void mainstay_transfer_registry_track (MainstayTransferRegistry *self,
                                       MainstayOperation        *operation,
                                       const char               *account,
                                       const char               *portal);
/* (nullable): of a tracked one */
const char *mainstay_transfer_registry_get_account (MainstayTransferRegistry *self,
                                                    MainstayOperation        *operation);
const char *mainstay_transfer_registry_get_portal  (MainstayTransferRegistry *self,
                                                    MainstayOperation        *operation);

/* Ends when everything is on the disk. */
void mainstay_transfer_registry_flush_async (MainstayTransferRegistry *self,
                                             GCancellable             *cancellable,
                                             GAsyncReadyCallback       callback,
                                             gpointer                  user_data);
gboolean mainstay_transfer_registry_flush_finish (MainstayTransferRegistry  *self,
                                                  GAsyncResult              *result,
                                                  GError                   **error);

G_END_DECLS
