/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "dialog-fixture.h"

/* What a person does with a dialog and sees in it; a button that is not there fails the test. */

GtkWidget  *dialog_get_button   (GtkWindow    *window,
                                 const char   *label);
gboolean    dialog_is_sensitive (GtkWindow    *window,
                                 const char   *label);
void        dialog_click        (GtkWindow    *window,
                                 const char   *label);
gboolean    dialog_has_text     (GtkWindow    *window,
                                 const char   *text);
gboolean    dialog_has_row      (GtkWindow    *window,
                                 const char   *title);
void        dialog_type         (GtkWindow    *window,
                                 const char   *row,
                                 const char   *text);
const char *dialog_get_typed    (GtkWindow    *window,
                                 const char   *row);
void        dialog_assert_name  (GtkWidget    *widget,
                                 const char   *name);

/* Folders of its own, no keyring, no proxy, no animations. */
void        dialog_test_init    (int          *argc,
                                 char       ***argv);
