/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-account.h"

G_BEGIN_DECLS

/**
 * MainstayAccountStore:
 *
 * The saved accounts as a #GListModel of #MainstayAccount, in the order in which they were added,
 * kept in a file without any key. Changes are saved by themselves.
 *
 * Property, read-only: last-used (MainstayAccount, nullable).
 */
#define MAINSTAY_TYPE_ACCOUNT_STORE (mainstay_account_store_get_type ())
G_DECLARE_FINAL_TYPE (MainstayAccountStore, mainstay_account_store, MAINSTAY, ACCOUNT_STORE,
                      GObject)

/* @path: NULL for accounts.ini in the user's configuration folder */
MainstayAccountStore *mainstay_account_store_new           (const char            *path);
/* TRUE also where nothing was ever saved. */
void                  mainstay_account_store_load_async    (MainstayAccountStore  *self,
                                                            GCancellable          *cancellable,
                                                            GAsyncReadyCallback    callback,
                                                            gpointer               user_data);
gboolean              mainstay_account_store_load_finish   (MainstayAccountStore  *self,
                                                            GAsyncResult          *result,
                                                            GError               **error);
/* One of the same id is not added twice, and a transient one not at all. */
void                  mainstay_account_store_add           (MainstayAccountStore  *self,
                                                            MainstayAccount       *account);
void                  mainstay_account_store_remove        (MainstayAccountStore  *self,
                                                            MainstayAccount       *account);
MainstayAccount      *mainstay_account_store_get_last_used (MainstayAccountStore  *self);
void                  mainstay_account_store_set_last_used (MainstayAccountStore  *self,
                                                            MainstayAccount       *account);
/* Ends when everything is on the disk. */
void                  mainstay_account_store_flush_async   (MainstayAccountStore  *self,
                                                            GCancellable          *cancellable,
                                                            GAsyncReadyCallback    callback,
                                                            gpointer               user_data);
gboolean              mainstay_account_store_flush_finish  (MainstayAccountStore  *self,
                                                            GAsyncResult          *result,
                                                            GError               **error);

G_END_DECLS
