/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The file of MainstayTransferRegistry. Everything here blocks. */

#define MAINSTAY_TRANSFER_FILE_VERSION 1

int       mainstay_transfer_file_lock  (const char  *path,
                                        GError     **error);
JsonNode *mainstay_transfer_file_read  (const char  *path,
                                        GError     **error);

G_END_DECLS
