/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"

G_BEGIN_DECLS

/**
 * MainstayFileFindings:
 * @good: whether the file may be uploaded
 * @title: what it is, or why it is refused
 * @detail: what was found in it, one fact a line, or what to do
 *
 * What looking into a chosen file told, in words. Plain text.
 */
typedef struct
{
  gboolean good;
  char *title;
  char *detail;
} MainstayFileFindings;

MainstayFileFindings *mainstay_file_findings_new  (const MainstayBackupFile *file,
                                                   const GError             *error,
                                                   MainstayFileKind          expected);
void                  mainstay_file_findings_free (MainstayFileFindings     *self);
/* (transfer none): what @file is */
const char           *mainstay_file_findings_describe_kind (const MainstayBackupFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayFileFindings, mainstay_file_findings_free)

G_END_DECLS
