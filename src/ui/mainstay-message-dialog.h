/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* One button of a question, beside Cancel, which is always there and has the id "cancel". */
typedef struct
{
  const char *id;
  const char *label;
  AdwResponseAppearance appearance;
} MainstayResponse;

/* Asks one question over @parent. Cancel is what Escape, closing and Return mean. A cancelled
 * @cancellable closes the question. */
void        mainstay_message_dialog_async  (GtkWindow               *parent,
                                            const char              *heading,
                                            const char              *body,
                                            const MainstayResponse  *responses,
                                            unsigned int             n_responses,
                                            GCancellable            *cancellable,
                                            GAsyncReadyCallback      callback,
                                            gpointer                 user_data);
/* (transfer none): the id that was chosen; %NULL with %G_IO_ERROR_CANCELLED, else never. */
const char *mainstay_message_dialog_finish (GAsyncResult            *result,
                                            GError                 **error);
/* Tells of an error in the words of mainstay-message.h; nobody waits for the answer. */
void        mainstay_message_dialog_show_error (GtkWindow           *parent,
                                                const GError        *error);

G_END_DECLS
