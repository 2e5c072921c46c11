/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-sha256.h"

G_BEGIN_DECLS

/**
 * MainstayPortalMeter:
 *
 * How far long work is, for whoever does it or looks at it from any thread, and the way to stop it.
 */
typedef struct
{
  GCancellable *cancellable; /* borrowed (nullable) */
  gint64 total;              /* private, as all below: bytes to come */
  gint64 done;
  int per_mille;
} MainstayPortalMeter;

/* More bytes are to come, or fewer. */
void     mainstay_portal_meter_expect   (MainstayPortalMeter *self,
                                         gint64               bytes);
void     mainstay_portal_meter_add      (MainstayPortalMeter *self,
                                         gint64               bytes);
/* Returns: 0 to 1, which it never goes back from; negative when it is not known */
double   mainstay_portal_meter_get_progress (MainstayPortalMeter *self);

/* Never through a symbolic link; fine when it is not there. */
gboolean mainstay_portal_remove_tree    (const char          *path,
                                         GError             **error);
gboolean mainstay_portal_make_folder    (const char          *path,
                                         GError             **error);
/* Waits until all that was written to the file system of @path is on the disk. */
gboolean mainstay_portal_sync_tree      (const char          *path,
                                         GError             **error);
/* Waits until the names in the folder that holds @path are on the disk. */
gboolean mainstay_portal_sync_parent    (const char          *path,
                                         GError             **error);
/* With @is_durable: on the disk when it returns, whole or not at all. */
gboolean mainstay_portal_write_file     (const char          *path,
                                         const char          *text,
                                         gboolean             is_durable,
                                         GError             **error);
/* Copies to the new file @to, sharing its blocks where the file system can. @sha256 is of what was
 * copied. Not synced. */
gboolean mainstay_portal_copy_file      (const char          *from,
                                         const char          *to,
                                         guint8               sha256[MAINSTAY_SHA256_LENGTH],
                                         gint64              *size,
                                         MainstayPortalMeter *meter,
                                         GError             **error);

G_END_DECLS
