/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"

#include "scratch.h"

G_BEGIN_DECLS

/* A real backup file of this kind, with @extra bytes of uploaded files that do not compress.
 * (transfer full) */
GBytes *make_backup_file (Scratch          *scratch,
                          MainstayFileKind  kind,
                          gsize             extra);
/* One that is as good, with other uploaded files. (transfer full) */
GBytes *make_other_backup_file (Scratch     *scratch,
                          MainstayFileKind  kind,
                          gsize             extra);
/* As a Repr-Digest line. (transfer full) */
char   *make_digest_line (GBytes           *bytes);

G_END_DECLS
