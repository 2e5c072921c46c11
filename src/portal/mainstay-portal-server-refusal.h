/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-answer.h"

G_BEGIN_DECLS

/* Answers now and closes the connection, without waiting for the rest of a body that nobody wants.
 * @message is over after it. */
void mainstay_portal_server_refuse (SoupServerMessage     *message,
                                    MainstayPortalAnswer  *answer,
                                    GCancellable          *cancellable);

G_END_DECLS
