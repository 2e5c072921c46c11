/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-store.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define KEY_BYTES 32
#define SALT_BYTES 16
#define HASH_BYTES 32
/* Longer ones are not hashed: nobody's key is that long. */
#define MAX_KEY_LENGTH 512

/* A plain salted hash is enough here, where for a password it would not be: keys are made by us of
 * 256 random bits, so that trying them one by one is hopeless however fast each try is. */
static void
hash_key (const guint8 *salt,
          const char   *key,
          guint8        hash[HASH_BYTES])
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, salt, SALT_BYTES);
  g_byte_array_append (bytes, (const guint8 *) key, strlen (key));
  gnutls_hash_fast (GNUTLS_DIG_SHA256, bytes->data, bytes->len, hash);
}

static char *
make_key (guint8 salt[SALT_BYTES],
          guint8 hash[HASH_BYTES])
{
  guint8 random[KEY_BYTES];
  g_autoptr(GString) key = g_string_sized_new (2 * KEY_BYTES);

  if (gnutls_rnd (GNUTLS_RND_KEY, random, sizeof random) < 0 ||
      gnutls_rnd (GNUTLS_RND_NONCE, salt, SALT_BYTES) < 0)
    g_error ("There are no random numbers on this machine");
  for (size_t i = 0; i < sizeof random; i++)
    g_string_append_printf (key, "%02x", random[i]);
  hash_key (salt, key->str, hash);
  return g_string_free (g_steal_pointer (&key), FALSE);
}

static gpointer
read_user (sqlite3_stmt *row)
{
  MainstayPortalUser *user = g_new0 (MainstayPortalUser, 1);

  user->id = mainstay_portal_statement_text (row, 0);
  user->name = mainstay_portal_statement_text (row, 1);
  user->display_name = mainstay_portal_statement_text (row, 2);
  return user;
}

/**
 * mainstay_portal_store_add_user:
 * @tx: a transaction that writes
 * @name: what Mendix-Username will be
 * @display_name: the person's name
 * @key: (out) (transfer full): the new key, which is kept nowhere else
 * @error: where to put %MAINSTAY_ERROR_EXISTS
 *
 * Returns: (transfer full): the user's id
 */
char *
mainstay_portal_store_add_user (MainstayPortalTransaction  *tx,
                                const char                 *name,
                                const char                 *display_name,
                                char                      **key,
                                GError                    **error)
{
  g_autofree char *id = g_uuid_string_random ();
  guint8 salt[SALT_BYTES], hash[HASH_BYTES];
  g_autofree char *new_key = make_key (salt, hash);
  int changed = mainstay_portal_transaction_change (
    tx, error, "INSERT OR IGNORE INTO users (id, name, display_name, salt, key_hash, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?)", "sssbbi", id, name, display_name, salt, SALT_BYTES, hash,
    HASH_BYTES, mainstay_portal_transaction_now (tx));

  if (changed < 0)
    return NULL;
  if (changed == 0)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS, "There is a user “%s” already",
                   name);
      return NULL;
    }
  *key = g_steal_pointer (&new_key);
  return g_steal_pointer (&id);
}

static gboolean
check_changed (int          changed,
               const char  *name,
               GError     **error)
{
  if (changed == 0)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND, "There is no user “%s”", name);
  return changed > 0;
}

/**
 * mainstay_portal_store_renew_key:
 *
 * Returns: (transfer full): the new key; the old one is worth nothing any more
 */
char *
mainstay_portal_store_renew_key (MainstayPortalTransaction  *tx,
                                 const char                 *name,
                                 GError                    **error)
{
  guint8 salt[SALT_BYTES], hash[HASH_BYTES];
  g_autofree char *key = make_key (salt, hash);
  int changed = mainstay_portal_transaction_change (
    tx, error, "UPDATE users SET salt = ?, key_hash = ? WHERE name = ?", "bbs", salt, SALT_BYTES,
    hash, HASH_BYTES, name);

  return check_changed (changed, name, error) ? g_steal_pointer (&key) : NULL;
}

gboolean
mainstay_portal_store_remove_user (MainstayPortalTransaction  *tx,
                                   const char                 *name,
                                   GError                    **error)
{
  int changed = mainstay_portal_transaction_change (tx, error, "DELETE FROM users WHERE name = ?",
                                                    "s", name);

  return check_changed (changed, name, error);
}

GPtrArray *
mainstay_portal_store_list_users (MainstayPortalTransaction  *tx,
                                  GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT id, name, display_name FROM users ORDER BY name", "");

  return mainstay_portal_store_read_all (query, read_user,
                                         (GDestroyNotify) mainstay_portal_user_free, error);
}

MainstayPortalUser *
mainstay_portal_store_get_user (MainstayPortalTransaction  *tx,
                                const char                 *name,
                                GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT id, name, display_name FROM users WHERE name = ?", "s", name);

  return mainstay_portal_store_read_one (query, read_user, error);
}

static gboolean
is_right_key (sqlite3_stmt *row,
              const char   *key)
{
  static const guint8 nobody[HASH_BYTES] = { 0 };
  guint8 hash[HASH_BYTES];
  gboolean known = row != NULL && sqlite3_column_bytes (row, 3) == SALT_BYTES &&
                   sqlite3_column_bytes (row, 4) == HASH_BYTES;

  /* An unknown user costs the same hash and comparison as a wrong key. */
  hash_key (known ? sqlite3_column_blob (row, 3) : nobody, key, hash);
  return gnutls_memcmp (hash, known ? sqlite3_column_blob (row, 4) : nobody, HASH_BYTES) == 0 &&
         known;
}

/**
 * mainstay_portal_store_check_key:
 * @name: (nullable): what a stranger says who they are
 * @key: (nullable): what they say proves it
 *
 * Returns: (transfer full): the user, or %NULL with %MAINSTAY_ERROR_UNAUTHORIZED
 */
MainstayPortalUser *
mainstay_portal_store_check_key (MainstayPortalTransaction  *tx,
                                 const char                 *name,
                                 const char                 *key,
                                 GError                    **error)
{
  g_autoptr(sqlite3_stmt) query = mainstay_portal_transaction_query (
    tx, error, "SELECT id, name, display_name, salt, key_hash FROM users WHERE name = ?", "s",
    name);
  int step = query != NULL ? mainstay_portal_statement_step (query, error) : -1;

  if (step < 0)
    return NULL;
  if (key != NULL && strnlen (key, MAX_KEY_LENGTH) < MAX_KEY_LENGTH &&
      is_right_key (step > 0 ? query : NULL, key))
    return read_user (query);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED,
                       "The user name or the API key is wrong or missing");
  return NULL;
}

gboolean
mainstay_portal_store_get_rights (MainstayPortalTransaction  *tx,
                                  const char                 *user_id,
                                  const char                 *environment_id,
                                  MainstayPortalRights       *rights,
                                  GError                    **error)
{
  gint64 number = 0;
  gboolean ok = mainstay_portal_transaction_number (
    tx, &number, error, "SELECT rights FROM rights WHERE user_id = ? AND environment_id = ?",
    "ss", user_id, environment_id);

  *rights = (MainstayPortalRights) number;
  return ok;
}

gboolean
mainstay_portal_store_set_rights (MainstayPortalTransaction  *tx,
                                  const char                 *user_id,
                                  const char                 *environment_id,
                                  MainstayPortalRights        rights,
                                  GError                    **error)
{
  return mainstay_portal_transaction_change (
    tx, error, "INSERT OR REPLACE INTO rights (user_id, environment_id, rights) VALUES (?, ?, ?)",
    "ssd", user_id, environment_id, (int) rights) >= 0;
}
