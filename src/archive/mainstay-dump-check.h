/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"
#include "mainstay-dump-contents.h"

G_BEGIN_DECLS

/**
 * MainstayDumpCheck:
 *
 * Takes the bytes of a database dump as they come by and tells at their end what it is.
 */
typedef struct _MainstayDumpCheck MainstayDumpCheck;

MainstayDumpCheck *mainstay_dump_check_new    (gboolean             inflate);
void               mainstay_dump_check_add    (MainstayDumpCheck   *self,
                                               const guint8        *bytes,
                                               size_t               length);
gboolean           mainstay_dump_check_finish (MainstayDumpCheck   *self,
                                               MainstayBackupFile  *file,
                                               GError             **error);
const MainstayDumpContents *
                   mainstay_dump_check_get_contents
                                              (const MainstayDumpCheck *self);
void               mainstay_dump_check_free   (MainstayDumpCheck   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayDumpCheck, mainstay_dump_check_free)

G_END_DECLS
