/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayEntryKind:
 * @MAINSTAY_ENTRY_FOLDER: a folder on the way to the others
 * @MAINSTAY_ENTRY_METADATA: `.metadata`
 * @MAINSTAY_ENTRY_DUMP: `db/db.backup`
 * @MAINSTAY_ENTRY_FILE: `tree/xx/yy/<uuid>`
 */
typedef enum {
  MAINSTAY_ENTRY_FOLDER,
  MAINSTAY_ENTRY_METADATA,
  MAINSTAY_ENTRY_DUMP,
  MAINSTAY_ENTRY_FILE
} MainstayEntryKind;

#define MAINSTAY_UUID_LENGTH 36
#define MAINSTAY_UUID_BYTES 16

/* What the name of a member says; @uuid is in lower case, empty when it is no file. */
typedef struct
{
  MainstayEntryKind kind;
  gboolean under_tree;
  char uuid[MAINSTAY_UUID_LENGTH + 1];
} MainstayEntryName;

gboolean mainstay_entry_name_parse  (const char         *name,
                                     size_t              length,
                                     gboolean            is_folder,
                                     MainstayEntryName  *parsed,
                                     GError            **error);
char    *mainstay_entry_name_escape (const char         *name,
                                     size_t              length);
gboolean mainstay_entry_uuid_parse  (const char         *uuid,
                                     guint8              bytes[MAINSTAY_UUID_BYTES]);

G_END_DECLS
