/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-content-session.h"

#include "mainstay-portal-content-private.h"
#include "mainstay-portal-files.h"

/* Below this an index is not worth writing anew: the packs tell. */
#define LEAST_MERGE_PLACES 1024

MainstayPortalContentSession *
mainstay_portal_content_session_new (MainstayPortalContentStore *store)
{
  MainstayPortalContentSession *self = g_new0 (MainstayPortalContentSession, 1);

  self->store = store;
  self->pins = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->holds = g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_portal_backup_free);
  g_mutex_lock (&store->lock);
  g_ptr_array_add (store->sessions, self);
  g_mutex_unlock (&store->lock);
  return self;
}

/* A collection may have looked for manifests before this session's was there. */
static void
leave_pins (MainstayPortalContentSession *self)
{
  MainstayPortalContentStore *store = self->store;

  g_array_append_vals (store->ended_pins, self->pins->data, self->pins->len);
  g_ptr_array_extend_and_steal (store->ended_holds, g_steal_pointer (&self->holds));
}

void
mainstay_portal_content_session_free (MainstayPortalContentSession *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->store->lock);
  if (self->store->is_collecting)
    leave_pins (self);
  g_ptr_array_remove_fast (self->store->sessions, self);
  g_mutex_unlock (&self->store->lock);
  g_clear_pointer (&self->pins, g_array_unref);
  g_clear_pointer (&self->holds, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self, g_free);
}

/* Reading and holding are one step to a collection: either it finds the manifest, or this. */
MainstayPortalBackup *
mainstay_portal_content_session_hold (MainstayPortalContentSession  *self,
                                      const char                    *path,
                                      GError                       **error)
{
  MainstayPortalBackup *backup;

  g_mutex_lock (&self->store->lock);
  backup = mainstay_portal_backup_read (path, error);
  if (backup != NULL)
    g_ptr_array_add (self->holds, backup);
  g_mutex_unlock (&self->store->lock);
  return backup;
}

static gboolean
check_error (MainstayPortalContentSession  *self,
             GError                       **error)
{
  gboolean ok;

  g_mutex_lock (&self->store->lock);
  ok = self->error == NULL;
  if (!ok)
    g_propagate_error (error, g_error_copy (self->error));
  g_mutex_unlock (&self->store->lock);
  return ok;
}

gboolean
mainstay_portal_content_session_flush (MainstayPortalContentSession  *self,
                                       GError                       **error)
{
  MainstayPortalContentStore *store = self->store;
  g_autoptr(GError) local_error = NULL;

  if (!mainstay_portal_content_seal_all (store, error) || !check_error (self, error) ||
      (!store->is_relaxed && !mainstay_portal_sync_parent (store->index_path, error)))
    return FALSE;
  g_mutex_lock (&store->lock);
  if (store->sealed->len >= LEAST_MERGE_PLACES &&
      !mainstay_portal_content_merge (store, NULL, &local_error))
    g_message ("The index was not written: %s", local_error->message);
  g_mutex_unlock (&store->lock);
  return TRUE;
}
