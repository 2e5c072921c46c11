/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-transfer-record.h"

G_BEGIN_DECLS

/* What the registry keeps of one operation: its record, its account and how far it was. */

#define MAINSTAY_TRANSFER_ENTRY_N_KINDS (MAINSTAY_OPERATION_DOWNLOAD + 1)

/* Either an operation or, where nothing can be made of it, the record as it was. */
typedef struct
{
  MainstayOperation *operation; /* (nullable) */
  char *account;                /* (nullable) */
  char *portal;                 /* (nullable) */
  JsonNode *foreign;            /* (nullable) */
  gboolean done;                /* the operation is, or was before a restart, and has to settle */
  gboolean settling;
} MainstayTransferEntry;

MainstayTransferEntry *mainstay_transfer_entry_new (MainstayOperation *operation,
                                                    const char        *account,
                                                    const char        *portal);
/* @makers: how each kind is made again. NULL where nothing can be made of @node, which is told in
 * the log. (transfer full) (nullable) */
MainstayTransferEntry *
         mainstay_transfer_entry_new_from_node (JsonNode                         *node,
                                                const MainstayTransferRecordFunc *makers);
void     mainstay_transfer_entry_free          (MainstayTransferEntry *self);
/* (transfer full) (nullable): NULL where nothing is to be kept now */
JsonNode *
         mainstay_transfer_entry_to_node       (MainstayTransferEntry *self);
/* Brings the operation, which is tracked now, to the state that @node tells of. Returns: whether it
 * is to be listed. */
gboolean mainstay_transfer_entry_take_up       (MainstayTransferEntry *self,
                                                JsonNode              *node);
gboolean mainstay_transfer_entry_keeps_kind    (MainstayOperationKind  kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayTransferEntry, mainstay_transfer_entry_free)

G_END_DECLS
