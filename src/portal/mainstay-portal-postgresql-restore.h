/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-backup.h"
#include "mainstay-portal-postgresql-tools.h"

G_BEGIN_DECLS

/**
 * MainstayPortalPostgresqlRestore:
 *
 * A dump that pg_restore fills a new database with. All borrowed.
 */
typedef struct
{
  const MainstayPortalPostgresqlUri *uri;
  const char *program;  /* pg_restore */
  const char *dump;     /* a file: the whole of it, or no more than its table of contents */
  size_t int_size;      /* as its header says */
  const char *list;     /* what of the table of contents is restored, for --use-list */
  const char *folder;   /* where lists may be put */
  const char *database;
  const char *role;     /* (nullable): who is to own what is made */
  MainstayPortalMeter *meter;
} MainstayPortalPostgresqlRestore;

/* From the file alone. */
gboolean mainstay_portal_postgresql_restore_file   (const MainstayPortalPostgresqlRestore  *self,
                                                    GError                                **error);
/* The tables' data come from @backup, which has blocks, on as many connections as the environment
 * allows, and are never on the disk as a dump. */
gboolean mainstay_portal_postgresql_restore_blocks (const MainstayPortalPostgresqlRestore  *self,
                                                    MainstayPortalBackup                   *backup,
                                                    MainstayPortalContentStore             *store,
                                                    GError                                **error);

G_END_DECLS
