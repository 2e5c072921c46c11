/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <glib/gstdio.h>

#include "mainstay-portal-private.h"
#include "mainstay-portal-tus.h"

#define UPLOAD_LIFETIME_MS (24 * 60 * 60 * 1000)

/* Of one user, begun or waiting to be used: more than anybody needs, fewer than fill a disk's
 * table of files. */
#define MAX_UPLOADS 64

/* Bytes of one user, where the administrator has set none: the largest upload there is, and the
 * other kind of data beside it. */
#define DEFAULT_QUOTA (MAINSTAY_PORTAL_TUS_MAX_SIZE + MAINSTAY_PORTAL_TUS_MAX_SIZE / 4)

char *
mainstay_portal_dup_upload_path (MainstayPortal *self,
                                 const char     *upload_id)
{
  g_return_val_if_fail (mainstay_portal_is_id (upload_id), NULL);

  return mainstay_portal_dup_path (self, MAINSTAY_PORTAL_UPLOADS, upload_id);
}

static gboolean
check_count (MainstayPortalTransaction  *tx,
             const MainstayPortalUser   *user,
             GError                    **error)
{
  gint64 count;

  if (!mainstay_portal_store_count_uploads (tx, user->id, &count, error))
    return FALSE;
  if (count < MAX_UPLOADS)
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_ALLOWED,
               "You have %d uploads that are not used yet: use or remove one first", MAX_UPLOADS);
  return FALSE;
}

/* What an upload will take counts from its beginning, so that it is not refused in the middle. */
static gboolean
check_quota (MainstayPortalTransaction  *tx,
             const MainstayPortalUser   *user,
             gint64                      length,
             GError                    **error)
{
  g_autofree char *taken = NULL;
  g_autofree char *allowed = NULL;
  gint64 size, quota;

  if (!mainstay_portal_store_measure_uploads (tx, user->id, &size, error) ||
      !mainstay_portal_store_get_quota (tx, user->id, &quota, error))
    return FALSE;
  if (quota < 0)
    quota = DEFAULT_QUOTA;
  if (length <= quota - size)
    return TRUE;
  taken = g_format_size_full ((guint64) size, G_FORMAT_SIZE_IEC_UNITS);
  allowed = g_format_size_full ((guint64) quota, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TOO_LARGE,
               "Your uploads may take %s, and those that are not used yet take %s: use or remove "
               "one first", allowed, taken);
  return FALSE;
}

MainstayPortalUpload *
mainstay_portal_create_upload (MainstayPortal            *self,
                               const MainstayPortalUser  *user,
                               const char                *kind,
                               const char                *file_name,
                               const char                *metadata,
                               gint64                     length,
                               GError                   **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);
  g_autoptr(MainstayPortalUpload) upload = NULL;

  if (tx == NULL || !check_count (tx, user, error) || !check_quota (tx, user, length, error))
    return NULL;
  upload = g_new0 (MainstayPortalUpload, 1);
  upload->id = g_uuid_string_random ();
  upload->user_id = g_strdup (user->id);
  upload->kind = g_strdup (kind);
  upload->file_name = g_strdup (file_name);
  upload->metadata = g_strdup (metadata);
  upload->length = length;
  upload->created_at = mainstay_portal_transaction_now (tx);
  upload->expires_at = upload->created_at + UPLOAD_LIFETIME_MS;
  if (!mainstay_portal_store_add_upload (tx, upload, error) ||
      !mainstay_portal_transaction_commit (tx, error))
    return NULL;
  return g_steal_pointer (&upload);
}

static MainstayPortalUpload *
find_own (MainstayPortalTransaction  *tx,
          const MainstayPortalUser   *user,
          const char                 *upload_id,
          GError                    **error)
{
  g_autoptr(MainstayPortalUpload) upload = NULL;
  g_autoptr(GError) local_error = NULL;

  if (upload_id != NULL)
    upload = mainstay_portal_store_get_upload (tx, upload_id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (upload == NULL || g_strcmp0 (upload->user_id, user->id) != 0)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND,
                           "There is no such upload");
      return NULL;
    }
  if (upload->expires_at <= mainstay_portal_transaction_now (tx))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED,
                           "This upload has expired");
      return NULL;
    }
  return g_steal_pointer (&upload);
}

MainstayPortalUpload *
mainstay_portal_get_upload (MainstayPortal            *self,
                            const MainstayPortalUser  *user,
                            const char                *upload_id,
                            GError                   **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);

  return tx != NULL ? find_own (tx, user, upload_id, error) : NULL;
}

gboolean
mainstay_portal_set_upload_offset (MainstayPortal  *self,
                                   const char      *upload_id,
                                   gint64           offset,
                                   gint64           length,
                                   GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);

  return tx != NULL &&
         mainstay_portal_store_set_upload_offset (
           tx, upload_id, offset, length, mainstay_portal_transaction_now (tx) + UPLOAD_LIFETIME_MS,
           error) &&
         mainstay_portal_transaction_commit (tx, error);
}

gboolean
mainstay_portal_delete_upload (MainstayPortal            *self,
                               const MainstayPortalUser  *user,
                               const char                *upload_id,
                               GError                   **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);
  g_autoptr(MainstayPortalUpload) upload = NULL;
  g_autofree char *path = NULL;
  gboolean pinned;

  upload = tx != NULL ? find_own (tx, user, upload_id, error) : NULL;
  if (upload == NULL || !mainstay_portal_store_is_pinned (tx, upload->id, &pinned, error))
    return FALSE;
  if (pinned)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE,
                           "This upload is being loaded into an environment");
      return FALSE;
    }
  if (!mainstay_portal_store_remove_upload (tx, upload->id, error) ||
      !mainstay_portal_transaction_commit (tx, error))
    return FALSE;
  path = mainstay_portal_dup_upload_path (self, upload->id);
  g_unlink (path);
  return TRUE;
}
