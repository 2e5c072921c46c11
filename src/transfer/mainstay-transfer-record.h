/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-operation.h"

G_BEGIN_DECLS

/* What an operation is described by to make it again after a restart: one JSON object with the app,
 * the environment and the backup, named as in the API, and whatever else the class puts in. The
 * registry adds the kind, the account and how far it was. Never a key, never a link. */

/**
 * MainstayTransferRecordFunc:
 * @record: what describe gave in another run of the program; may have been edited by anybody
 * @error: where to put why nothing can be made of it
 *
 * Makes an operation again: not started, without a client. What it had reached it finds on the disk
 * or at the portal when it runs. Touches no disk.
 *
 * Returns: (transfer full): the operation
 */
typedef MainstayOperation *(*MainstayTransferRecordFunc) (JsonObject  *record,
                                                          GError     **error);

/* To begin describe with. */
JsonObject        *mainstay_transfer_record_new  (MainstayOperation  *operation);
/* To begin a MainstayTransferRecordFunc with: an operation of @type with app, environment and,
 * where there is one, backup. */
MainstayOperation *mainstay_transfer_record_make (JsonObject         *record,
                                                  GType               type,
                                                  GError            **error);

G_END_DECLS
