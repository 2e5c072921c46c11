/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-files.h"

G_BEGIN_DECLS

#define MAINSTAY_PORTAL_DUMP_NAME "db.backup"
#define MAINSTAY_PORTAL_FILES_NAME "files"
#define MAINSTAY_PORTAL_MANIFEST_NAME "manifest"

/**
 * MainstayPortalManifest:
 *
 * What a snapshot holds: each file's name in its folder, size and digest. It is the last file
 * written, and what a restore is checked against.
 */
typedef struct
{
  char *name; /* db.backup or files/xx/yy/<uuid> */
  gint64 size;
  guint8 sha256[MAINSTAY_SHA256_LENGTH];
} MainstayPortalManifestEntry;

typedef struct
{
  GPtrArray *entries; /* owned MainstayPortalManifestEntry */
  gint64 database_size;
  gint64 files_size;
  gint64 files_count;
} MainstayPortalManifest;

MainstayPortalManifest *
         mainstay_portal_manifest_new    (void);
void     mainstay_portal_manifest_add    (MainstayPortalManifest  *self,
                                          const char              *name,
                                          gint64                   size,
                                          const guint8             sha256[MAINSTAY_SHA256_LENGTH]);
/* In the folder of a snapshot. */
gboolean mainstay_portal_manifest_write  (MainstayPortalManifest  *self,
                                          const char              *folder,
                                          GError                 **error);
/* MAINSTAY_ERROR_DAMAGED when it is not what was written. */
MainstayPortalManifest *
         mainstay_portal_manifest_read   (const char              *folder,
                                          GError                 **error);
void     mainstay_portal_manifest_free   (MainstayPortalManifest  *self);
gboolean mainstay_portal_manifest_is_dump (const MainstayPortalManifestEntry *entry);
/* Copies one file of the snapshot in @folder to @to. MAINSTAY_ERROR_DAMAGED when it is not the file
 * that was written. */
gboolean mainstay_portal_manifest_copy   (const MainstayPortalManifestEntry *entry,
                                          const char              *folder,
                                          const char              *to,
                                          MainstayPortalMeter     *meter,
                                          GError                 **error);
/* Whether what was read for an entry is what was written. */
gboolean mainstay_portal_manifest_check  (const MainstayPortalManifestEntry *entry,
                                          gint64                   size,
                                          const guint8             sha256[MAINSTAY_SHA256_LENGTH],
                                          GError                 **error);
/* MAINSTAY_ERROR_DAMAGED when there is no such file. */
gboolean mainstay_portal_manifest_check_file (const char           *path,
                                          GError                 **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalManifest, mainstay_portal_manifest_free)

G_END_DECLS
