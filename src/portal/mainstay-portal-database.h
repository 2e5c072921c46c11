/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <sqlite3.h>

#include "mainstay-error.h"

G_BEGIN_DECLS

/**
 * MainstayPortalDatabase:
 *
 * The portal's own records, one SQLite file, for any number of threads and, in write-ahead mode,
 * other processes too: a read never waits for a write. Everything is done in a transaction, which
 * has a connection for itself while it lasts.
 */
typedef struct _MainstayPortalDatabase MainstayPortalDatabase;
typedef struct _MainstayPortalTransaction MainstayPortalTransaction;

typedef gint64 (*MainstayPortalClock) (gpointer user_data);

/* Makes the file and brings its schema up to date. */
MainstayPortalDatabase *
              mainstay_portal_database_open      (const char                 *path,
                                                  gboolean                    relaxed_sync,
                                                  GError                    **error);
void          mainstay_portal_database_close     (MainstayPortalDatabase     *self);
/* For samples and tests; NULL for the real one. Before the first transaction of another thread. */
void          mainstay_portal_database_set_clock (MainstayPortalDatabase     *self,
                                                  MainstayPortalClock         clock,
                                                  gpointer                    user_data);
gint64        mainstay_portal_database_now       (MainstayPortalDatabase     *self);

/* One consistent picture for all reads in it. */
MainstayPortalTransaction *
              mainstay_portal_database_read      (MainstayPortalDatabase     *self,
                                                  GError                    **error);
/* Waits its turn among the writers. Without mainstay_portal_transaction_commit() nothing of it
 * stays. */
MainstayPortalTransaction *
              mainstay_portal_database_write     (MainstayPortalDatabase     *self,
                                                  GError                    **error);
gboolean      mainstay_portal_transaction_commit (MainstayPortalTransaction  *self,
                                                  GError                    **error);
void          mainstay_portal_transaction_free   (MainstayPortalTransaction  *self);
gint64        mainstay_portal_transaction_now    (MainstayPortalTransaction  *self);

/* @types says what each value is: s (nullable) text, i gint64, d int, b bytes and their int
 * count. */
sqlite3_stmt *mainstay_portal_transaction_query  (MainstayPortalTransaction  *self,
                                                  GError                    **error,
                                                  const char                 *sql,
                                                  const char                 *types,
                                                  ...);
/* Returns: 1 for a row, 0 at the end, -1 for a failure. */
int           mainstay_portal_statement_step     (sqlite3_stmt               *statement,
                                                  GError                    **error);
char         *mainstay_portal_statement_text     (sqlite3_stmt               *statement,
                                                  int                         column);
/* Runs a change. Returns: the number of rows it changed, -1 for a failure. */
int           mainstay_portal_transaction_change (MainstayPortalTransaction  *self,
                                                  GError                    **error,
                                                  const char                 *sql,
                                                  const char                 *types,
                                                  ...);
/* The first number of the first row into @number, which stays as it is when there is no row. */
gboolean      mainstay_portal_transaction_number (MainstayPortalTransaction  *self,
                                                  gint64                     *number,
                                                  GError                    **error,
                                                  const char                 *sql,
                                                  const char                 *types,
                                                  ...);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalDatabase, mainstay_portal_database_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalTransaction, mainstay_portal_transaction_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

G_END_DECLS
