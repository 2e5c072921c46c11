/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-engine.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-manifest.h"
#include "mainstay-portal-private.h"

static const MainstayPortalManifestEntry *
find_dump (MainstayPortalManifest  *manifest,
           GError                 **error)
{
  for (unsigned int i = 0; i < manifest->entries->len; i++)
    if (mainstay_portal_manifest_is_dump (g_ptr_array_index (manifest->entries, i)))
      return g_ptr_array_index (manifest->entries, i);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The backup is damaged: it holds no database");
  return NULL;
}

static gboolean
load_database (MainstayPortalJob       *self,
               MainstayPortalManifest  *manifest,
               const char              *source,
               GError                 **error)
{
  g_autoptr(MainstayPortalEngine) engine = mainstay_portal_engine_new (
    self->environment->database_uri, self->portal->directory, error);
  const MainstayPortalManifestEntry *dump = engine != NULL ? find_dump (manifest, error) : NULL;
  g_autofree char *path = NULL;

  if (dump == NULL || !mainstay_portal_job_make_staging (self, error))
    return FALSE;
  path = g_build_filename (self->staging, MAINSTAY_PORTAL_DUMP_NAME, NULL);
  return mainstay_portal_manifest_copy (dump, source, path, &self->meter, error) &&
         mainstay_portal_engine_load (engine, path, self->swap, &self->meter, error);
}

static gboolean
copy_files (MainstayPortalJob       *self,
            MainstayPortalManifest  *manifest,
            const char              *source,
            const char              *destination,
            GError                 **error)
{
  if (!mainstay_portal_make_folder (destination, error))
    return FALSE;
  for (unsigned int i = 0; i < manifest->entries->len; i++)
    {
      MainstayPortalManifestEntry *entry = g_ptr_array_index (manifest->entries, i);
      const char *relative = entry->name + strlen (MAINSTAY_PORTAL_FILES_NAME "/");
      g_autofree char *to = NULL;
      g_autofree char *folder = NULL;

      if (mainstay_portal_manifest_is_dump (entry))
        continue;
      to = g_build_filename (destination, relative, NULL);
      folder = g_path_get_dirname (to);
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
          !mainstay_portal_make_folder (folder, error) ||
          !mainstay_portal_manifest_copy (entry, source, to, &self->meter, error))
        return FALSE;
    }
  return mainstay_portal_sync_tree (destination, error);
}

static gboolean
load_files (MainstayPortalJob       *self,
            MainstayPortalManifest  *manifest,
            const char              *source,
            GError                 **error)
{
  g_autofree char *live = mainstay_portal_resolve (self->portal, self->environment->files_path);
  const char *fresh = mainstay_portal_swap_add (self->swap, live, TRUE, error);

  return fresh != NULL && copy_files (self, manifest, source, fresh, error);
}

static gboolean
restore_work (MainstayPortalJob  *self,
              GError            **error)
{
  g_autofree char *source =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_SNAPSHOTS, self->snapshot->id);
  g_autofree char *journals =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_JOURNALS, NULL);
  g_autoptr(MainstayPortalManifest) manifest = mainstay_portal_manifest_read (source, error);

  if (manifest == NULL)
    return FALSE;
  self->meter.total =
    manifest->database_size + (self->database_only ? 0 : manifest->files_size);
  self->swap = mainstay_portal_swap_new (journals, self->id);
  return load_database (self, manifest, source, error) &&
         (self->database_only || load_files (self, manifest, source, error)) &&
         !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
         mainstay_portal_swap_execute (self->swap, error);
}

static gboolean
restore_record (MainstayPortalJob          *self,
                MainstayPortalTransaction  *tx,
                GError                    **error)
{
  g_autoptr(MainstayPortalEnvironment) now =
    mainstay_portal_read_again (tx, self->environment, error);

  if (now == NULL)
    return FALSE;
  g_clear_pointer (&now->data_model_version, g_free);
  now->data_model_version = g_strdup (self->snapshot->model_version);
  return mainstay_portal_store_put_environment (tx, now, error);
}

const MainstayPortalJobClass mainstay_portal_job_restore = {
  .kind = MAINSTAY_PORTAL_JOB_RESTORE,
  .done_message = "Completed restore",
  .work = restore_work,
  .record = restore_record,
};
