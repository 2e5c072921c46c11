/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-backup-list.h"

G_BEGIN_DECLS

/**
 * MainstayCommentEditor:
 *
 * Edits a backup's comment in place. Nothing is sent before *Save Comment*; if saving fails the old
 * text comes back and failed (GError) is emitted. What was typed for another backup and not saved
 * is there again when that one is chosen.
 */
#define MAINSTAY_TYPE_COMMENT_EDITOR (mainstay_comment_editor_get_type ())
G_DECLARE_FINAL_TYPE (MainstayCommentEditor, mainstay_comment_editor, MAINSTAY, COMMENT_EDITOR,
                      GtkBox)

/* Both nullable; a backup without its list can be read only. */
void mainstay_comment_editor_set_backup  (MainstayCommentEditor *self,
                                          MainstayBackupList    *list,
                                          MainstayBackup        *backup);
/* @reason (nullable): why the comment cannot be changed */
void mainstay_comment_editor_set_locked  (MainstayCommentEditor *self,
                                          const char            *reason);

G_END_DECLS
