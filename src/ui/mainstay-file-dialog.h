/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The one place for file choosers. The finish functions give (transfer full) a file with a path,
 * or %NULL with %G_IO_ERROR_CANCELLED when the person chose none. */

/* @filter is nullable. */
void   mainstay_file_dialog_open_async  (GtkWindow            *parent,
                                         const char           *title,
                                         GtkFileFilter        *filter,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GFile *mainstay_file_dialog_open_finish (GAsyncResult         *result,
                                         GError              **error);
/* For a folder that is there already. */
void   mainstay_file_dialog_open_folder_async  (GtkWindow            *parent,
                                                const char           *title,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
GFile *mainstay_file_dialog_open_folder_finish (GAsyncResult         *result,
                                                GError              **error);
/* Asks before an existing file is chosen; @suggested is the whole path to begin with. */
void   mainstay_file_dialog_save_async  (GtkWindow            *parent,
                                         const char           *title,
                                         GFile                *suggested,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GFile *mainstay_file_dialog_save_finish (GAsyncResult         *result,
                                         GError              **error);

/* A path as a person types or pastes it: absolute, from ~ or as a file:// address; %NULL when it is
 * none of these. (transfer full) (nullable) */
char  *mainstay_file_dialog_parse_path  (const char           *typed);
/* The other way. (transfer full) */
char  *mainstay_file_dialog_format_path (const char           *path);

G_END_DECLS
