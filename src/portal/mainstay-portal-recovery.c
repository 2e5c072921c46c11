/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

/* A completed job's new data stays; of any other the old comes back. */
static gboolean
settle_swap (MainstayPortal      *self,
             MainstayPortalSwap  *swap,
             GError             **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  MainstayJobState state;

  if (tx == NULL ||
      !mainstay_portal_store_get_job_state (tx, mainstay_portal_swap_get_job_id (swap), &state,
                                            error))
    return FALSE;
  return state == MAINSTAY_JOB_COMPLETED ? mainstay_portal_swap_finish (swap, error)
                                         : mainstay_portal_swap_rollback (swap, error);
}

static gboolean
settle_swaps (MainstayPortal  *self,
              GError         **error)
{
  g_autofree char *folder = mainstay_portal_dup_path (self, MAINSTAY_PORTAL_JOURNALS, NULL);
  g_autoptr(GPtrArray) swaps = mainstay_portal_swap_load_all (folder, error);

  for (unsigned int i = 0; swaps != NULL && i < swaps->len; i++)
    if (!settle_swap (self, g_ptr_array_index (swaps, i), error))
      return FALSE;
  return swaps != NULL;
}

static gboolean
fail_jobs (MainstayPortal  *self,
           GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);

  return tx != NULL &&
         mainstay_portal_store_fail_all_jobs (tx, MAINSTAY_PORTAL_STOPPED_MESSAGE, error) &&
         mainstay_portal_transaction_commit (tx, error);
}

typedef gboolean (*KeepFunc) (MainstayPortalTransaction  *tx,
                              const char                 *name,
                              gboolean                   *keep,
                              GError                    **error);

/* Whether a record that was not found is really not there. */
static gboolean
pass_on (GError **error,
         GError  *local_error)
{
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

static gboolean
keep_snapshot (MainstayPortalTransaction  *tx,
               const char                 *name,
               gboolean                   *keep,
               GError                    **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalSnapshot) snapshot =
    mainstay_portal_store_get_snapshot (tx, name, &local_error);

  *keep = snapshot != NULL && snapshot->state == MAINSTAY_JOB_COMPLETED;
  return pass_on (error, g_steal_pointer (&local_error));
}

static gboolean
keep_archive (MainstayPortalTransaction  *tx,
              const char                 *name,
              gboolean                   *keep,
              GError                    **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalArchive) archive =
    mainstay_portal_store_get_archive (tx, name, &local_error);

  *keep = archive != NULL && archive->state == MAINSTAY_JOB_COMPLETED;
  return pass_on (error, g_steal_pointer (&local_error));
}

static gboolean
keep_upload (MainstayPortalTransaction  *tx,
             const char                 *name,
             gboolean                   *keep,
             GError                    **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(MainstayPortalUpload) upload =
    mainstay_portal_store_get_upload (tx, name, &local_error);

  *keep = upload != NULL;
  return pass_on (error, g_steal_pointer (&local_error));
}

static gboolean
keep_nothing (MainstayPortalTransaction  *tx,
              const char                 *name,
              gboolean                   *keep,
              GError                    **error)
{
  *keep = FALSE;
  return TRUE;
}

/* Removes what no record says is whole. */
static gboolean
sweep (MainstayPortal  *self,
       const char      *name,
       KeepFunc         keep_func,
       GError         **error)
{
  g_autofree char *folder = mainstay_portal_dup_path (self, name, NULL);
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(GDir) dir = tx != NULL ? g_dir_open (folder, 0, error) : NULL;
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, entry, NULL);
      gboolean keep;

      if (!keep_func (tx, entry, &keep, error) ||
          (!keep && !mainstay_portal_remove_tree (path, error)))
        return FALSE;
    }
  return dir != NULL;
}

gboolean
mainstay_portal_recover (MainstayPortal  *self,
                         GError         **error)
{
  return settle_swaps (self, error) && fail_jobs (self, error) &&
         /* What is left of the journals now was never finished writing. */
         sweep (self, MAINSTAY_PORTAL_JOURNALS, keep_nothing, error) &&
         sweep (self, MAINSTAY_PORTAL_STAGING, keep_nothing, error) &&
         sweep (self, MAINSTAY_PORTAL_SNAPSHOTS, keep_snapshot, error) &&
         sweep (self, MAINSTAY_PORTAL_ARCHIVES, keep_archive, error) &&
         sweep (self, MAINSTAY_PORTAL_UPLOADS, keep_upload, error);
}
