/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-engine.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

/* By its record, and not by what the swap was planned with: an administrator may have changed how
 * the server is reached. */
static MainstayPortalEngine *
find_engine (MainstayPortal             *self,
             MainstayPortalTransaction  *tx,
             const char                 *job_id,
             GError                    **error)
{
  g_autofree char *id = mainstay_portal_store_find_target (tx, job_id, error);
  g_autoptr(MainstayPortalEnvironment) environment =
    id != NULL ? mainstay_portal_store_get_environment (tx, id, error) : NULL;

  if (environment != NULL)
    return mainstay_portal_engine_new (environment->database_uri, self->directory, error);
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                         "There is no such environment any more");
  return NULL;
}

static gboolean
prepare_swap (MainstayPortal      *self,
              MainstayPortalSwap  *swap,
              MainstayJobState    *state,
              GError             **error)
{
  const char *job_id = mainstay_portal_swap_get_job_id (swap);
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);
  g_autoptr(MainstayPortalEngine) engine = NULL;

  if (tx == NULL || !mainstay_portal_store_get_job_state (tx, job_id, state, error))
    return FALSE;
  if (!mainstay_portal_swap_has_database (swap))
    return TRUE;
  engine = find_engine (self, tx, job_id, error);
  if (engine != NULL)
    mainstay_portal_swap_set_engine (swap, engine);
  return engine != NULL;
}

static gboolean
release (MainstayPortal  *self,
         const char      *job_id,
         GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);

  return tx != NULL && mainstay_portal_store_release_environment (tx, job_id, error) &&
         mainstay_portal_transaction_commit (tx, error);
}

/* A completed job's new data stays; of any other the old comes back. */
gboolean
mainstay_portal_settle (MainstayPortal      *self,
                        MainstayPortalSwap  *swap,
                        GError             **error)
{
  MainstayJobState state;

  return prepare_swap (self, swap, &state, error) &&
         (state == MAINSTAY_JOB_COMPLETED ? mainstay_portal_swap_finish (swap, error)
                                          : mainstay_portal_swap_rollback (swap, error)) &&
         release (self, mainstay_portal_swap_get_job_id (swap), error);
}

/* A server may be away or slow, and nothing else of the portal shall wait for it. */
static gboolean
settle_files (MainstayPortal  *self,
              GError         **error)
{
  g_autofree char *folder = mainstay_portal_dup_path (self, MAINSTAY_PORTAL_JOURNALS, NULL);
  g_autoptr(GPtrArray) swaps = mainstay_portal_swap_load_all (folder, error);

  while (swaps != NULL && swaps->len > 0)
    {
      g_autoptr(MainstayPortalSwap) swap = g_ptr_array_steal_index (swaps, 0);

      if (mainstay_portal_swap_has_database (swap))
        g_ptr_array_add (self->unsettled, g_steal_pointer (&swap));
      else if (!mainstay_portal_settle (self, swap, error))
        return FALSE;
    }
  return swaps != NULL;
}

/* Of a completed job only what is left over has to go, and the environment is free. */
static gboolean
hold_unsettled (MainstayPortal             *self,
                MainstayPortalTransaction  *tx,
                GError                    **error)
{
  for (unsigned int i = 0; i < self->unsettled->len; i++)
    {
      const char *job_id =
        mainstay_portal_swap_get_job_id (g_ptr_array_index (self->unsettled, i));
      g_autofree char *environment_id = NULL;
      g_autoptr(GError) local_error = NULL;
      MainstayJobState state;

      if (!mainstay_portal_store_get_job_state (tx, job_id, &state, error))
        return FALSE;
      if (state == MAINSTAY_JOB_COMPLETED)
        continue;
      environment_id = mainstay_portal_store_find_target (tx, job_id, &local_error);
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (environment_id != NULL &&
          !mainstay_portal_store_hold_environment (tx, environment_id, job_id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fail_jobs (MainstayPortal  *self,
           GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_write (self->database, error);

  return tx != NULL &&
         mainstay_portal_store_fail_all_jobs (tx, MAINSTAY_PORTAL_STOPPED_MESSAGE, error) &&
         hold_unsettled (self, tx, error) && mainstay_portal_transaction_commit (tx, error);
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

/* The others were never finished writing. */
static gboolean
keep_journal (MainstayPortalTransaction  *tx,
              const char                 *name,
              gboolean                   *keep,
              GError                    **error)
{
  *keep = mainstay_portal_swap_is_journal (name);
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
  return settle_files (self, error) && fail_jobs (self, error) &&
         sweep (self, MAINSTAY_PORTAL_JOURNALS, keep_journal, error) &&
         sweep (self, MAINSTAY_PORTAL_STAGING, keep_nothing, error) &&
         sweep (self, MAINSTAY_PORTAL_SNAPSHOTS, keep_snapshot, error) &&
         sweep (self, MAINSTAY_PORTAL_ARCHIVES, keep_archive, error) &&
         sweep (self, MAINSTAY_PORTAL_UPLOADS, keep_upload, error);
}
