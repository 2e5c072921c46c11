/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"

G_BEGIN_DECLS

/**
 * MainstayFileFact:
 * @title: what it is
 * @value: what the file says, plain text
 *
 * One thing that verifying a file has told.
 */
typedef struct
{
  const char *title;
  char *value;
} MainstayFileFact;

/* (transfer full) (element-type MainstayFileFact): what is known of @file, in the order in which it
 * is to be shown; what the file does not say is left out. */
GPtrArray *mainstay_file_facts_new  (const MainstayBackupFile *file);

G_END_DECLS
