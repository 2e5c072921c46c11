/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayFileSaver:
 *
 * Keeps what its owner remembers in a file of the user's own, which is replaced as a whole and
 * durably. One thread writes at a time; what changes meanwhile is written once more. After a
 * failure the next change, or a flush, tries again.
 */
#define MAINSTAY_TYPE_FILE_SAVER (mainstay_file_saver_get_type ())
G_DECLARE_FINAL_TYPE (MainstayFileSaver, mainstay_file_saver, MAINSTAY, FILE_SAVER, GObject)

/* Returns: (transfer full): what shall be in the file now */
typedef char *(*MainstayFileSaverText) (gpointer owner);

/* @owner: (transfer none): owns the saver, and is kept alive while it writes */
MainstayFileSaver *mainstay_file_saver_new          (const char             *path,
                                                     GObject                *owner,
                                                     MainstayFileSaverText   text);
const char        *mainstay_file_saver_get_path     (MainstayFileSaver      *self);
/* From now on, and until it is released, changes are only remembered. */
void               mainstay_file_saver_hold         (MainstayFileSaver      *self);
void               mainstay_file_saver_release      (MainstayFileSaver      *self);
/* Nothing is ever written any more; those who wait are told @error. */
void               mainstay_file_saver_close        (MainstayFileSaver      *self,
                                                     const GError           *error);
/* There is a change: it is written at once, or together with what else changes in the next fifth of
 * a second. */
void               mainstay_file_saver_save         (MainstayFileSaver      *self);
void               mainstay_file_saver_save_soon    (MainstayFileSaver      *self);
/* Ends when everything is on the disk. MAINSTAY_ERROR_NO_SPACE, MAINSTAY_ERROR_FAILED. */
void               mainstay_file_saver_flush_async  (MainstayFileSaver      *self,
                                                     GCancellable           *cancellable,
                                                     GAsyncReadyCallback     callback,
                                                     gpointer                user_data);
gboolean           mainstay_file_saver_flush_finish (MainstayFileSaver      *self,
                                                     GAsyncResult           *result,
                                                     GError                **error);

G_END_DECLS
