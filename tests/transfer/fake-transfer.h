/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-operation-private.h"

G_BEGIN_DECLS

/* A download that can be paused, retried and kept, and does what a test tells it. */
#define FAKE_TYPE_TRANSFER (fake_transfer_get_type ())
G_DECLARE_FINAL_TYPE (FakeTransfer, fake_transfer, FAKE, TRANSFER, MainstayOperation)

MainstayOperation *fake_transfer_new             (const char         *name);
/* A MainstayTransferRecordFunc. */
MainstayOperation *fake_transfer_new_from_record (JsonObject         *record,
                                                  GError            **error);
/* From here on neither a run, a discard nor a settling ends by itself: the test ends them. */
void               fake_transfer_set_slow        (MainstayOperation  *operation);
/* Ends the run: well when @error is %NULL. Takes @error. */
void               fake_transfer_end             (MainstayOperation  *operation,
                                                  GError             *error);
/* Ends the run, which was cancelled. */
void               fake_transfer_stop            (MainstayOperation  *operation);
/* Ends the discarding: well when @error is %NULL. Takes @error. */
void               fake_transfer_end_discard     (MainstayOperation  *operation,
                                                  GError             *error);
/* Ends the settling, where it is slow. */
void               fake_transfer_end_settle      (MainstayOperation  *operation);
/* Another place, as an upload that got its id: a new record. */
void               fake_transfer_set_place       (MainstayOperation  *operation,
                                                  const char         *place);
const char        *fake_transfer_get_name        (MainstayOperation  *operation);
const char        *fake_transfer_get_place       (MainstayOperation  *operation);
/* How often it was run and discarded. */
unsigned int       fake_transfer_get_runs        (MainstayOperation  *operation);
unsigned int       fake_transfer_get_discards    (MainstayOperation  *operation);
/* How many of them ever began to settle, in this program. */
unsigned int       fake_transfer_get_all_settles (void);

/* Lets the main loop go on until it is in @state. */
void               wait_for_state                (MainstayOperation      *operation,
                                                  MainstayOperationState  state);

G_END_DECLS
