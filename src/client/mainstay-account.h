/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayAccount:
 *
 * Where a portal is and who one is there. Never holds the API key, so that it may be saved and
 * shown. Properties, read-only: id, url, username, name (what to show), transient (not saved: the
 * sample portal's, or made by the environment variables).
 */
#define MAINSTAY_TYPE_ACCOUNT (mainstay_account_get_type ())
G_DECLARE_FINAL_TYPE (MainstayAccount, mainstay_account, MAINSTAY, ACCOUNT, GObject)

MainstayAccount *mainstay_account_new           (const char       *url,
                                                 const char       *username,
                                                 gboolean          transient);
const char      *mainstay_account_get_id        (MainstayAccount  *self);
const char      *mainstay_account_get_url       (MainstayAccount  *self);
const char      *mainstay_account_get_username  (MainstayAccount  *self);
const char      *mainstay_account_get_name      (MainstayAccount  *self);
gboolean         mainstay_account_is_transient  (MainstayAccount  *self);

/* MAINSTAY_PORTAL_URL, MAINSTAY_USERNAME and MAINSTAY_API_KEY, which it then removes from the
 * environment so that no child inherits the key. (transfer full) (nullable) */
MainstayAccount *mainstay_account_from_environ  (char            **api_key);

/* The API key in the Secret Service. store fails with %MAINSTAY_ERROR_NO_KEYRING where there is
 * none; lookup gives NULL without an error where no key is stored. */
void             mainstay_account_store_key_async   (MainstayAccount      *self,
                                                     const char           *api_key,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
gboolean         mainstay_account_store_key_finish  (MainstayAccount      *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);
void             mainstay_account_lookup_key_async  (MainstayAccount      *self,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
/* (transfer full) (nullable): free with secret_password_free() */
char            *mainstay_account_lookup_key_finish (MainstayAccount      *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);
void             mainstay_account_clear_key_async   (MainstayAccount      *self,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
gboolean         mainstay_account_clear_key_finish  (MainstayAccount      *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);

G_END_DECLS
