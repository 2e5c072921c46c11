/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-operation-private.h"

G_BEGIN_DECLS

/* A backup being made that can only be cancelled, and does what a test tells it. */
#define FAKE_TYPE_OPERATION (fake_operation_get_type ())
G_DECLARE_FINAL_TYPE (FakeOperation, fake_operation, FAKE, OPERATION, MainstayOperation)

MainstayOperation *fake_operation_new  (void);
/* Ends it: well when @error is %NULL. Takes @error. */
void               fake_operation_end  (MainstayOperation *operation,
                                        GError            *error);
/* Whether it was run. */
gboolean           fake_operation_runs (MainstayOperation *operation);

/* Lets the main loop go on until it has ended. */
void               wait_for_end        (MainstayOperation *operation);
void               wait_milliseconds   (unsigned int       milliseconds);

G_END_DECLS
