/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>

#include "mainstay-disk.h"
#include "mainstay-portal-engine.h"
#include "mainstay-portal-file-store.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-manifest.h"
#include "mainstay-portal-private.h"

static gboolean
stream_dump (MainstayPortalJob     *self,
             MainstayPortalEngine  *engine,
             const char            *path,
             GError               **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  g_autoptr(GOutputStream) to = NULL;

  if (fd < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot make a dump");
      return FALSE;
    }
  to = g_unix_output_stream_new (fd, TRUE);
  return mainstay_portal_engine_dump (engine, to, &self->meter, error) &&
         g_output_stream_close (to, NULL, error);
}

static gboolean
dump_database (MainstayPortalJob       *self,
               MainstayPortalEngine    *engine,
               MainstayPortalManifest  *manifest,
               GError                 **error)
{
  g_autofree char *path = g_build_filename (self->staging, MAINSTAY_PORTAL_DUMP_NAME, NULL);
  guint8 sha256[MAINSTAY_SHA256_LENGTH];
  gint64 size;

  if (!stream_dump (self, engine, path, error) ||
      !mainstay_portal_digest_file (path, sha256, &size, error))
    return FALSE;
  mainstay_portal_manifest_add (manifest, MAINSTAY_PORTAL_DUMP_NAME, size, sha256);
  return TRUE;
}

/* A folder that is not there is a disk that is not mounted rather than an app without files. */
static gboolean
check_files_folder (const char  *folder,
                    GError     **error)
{
  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                       "The environment's folder of uploaded files is missing");
  return FALSE;
}

static gboolean
is_relaxed (MainstayPortalJob *self)
{
  return (self->portal->flags & MAINSTAY_PORTAL_RELAXED_SYNC) != 0;
}

/* From here on it is whole on the disk, under its name. */
static gboolean
move_in (MainstayPortalJob  *self,
         GError            **error)
{
  g_autofree char *path =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_SNAPSHOTS, self->snapshot->id);

  if (!is_relaxed (self) && !mainstay_portal_sync_tree (self->staging, error))
    return FALSE;
  if (g_rename (self->staging, path) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot rename");
      return FALSE;
    }
  return is_relaxed (self) || mainstay_portal_sync_parent (path, error);
}

static gboolean
create_work (MainstayPortalJob  *self,
             GError            **error)
{
  g_autofree char *files = mainstay_portal_resolve (self->portal, self->environment->files_path);
  g_autoptr(MainstayPortalManifest) manifest = mainstay_portal_manifest_new ();
  g_autoptr(MainstayPortalEngine) engine = mainstay_portal_engine_new (
    self->environment->database_uri, self->portal->directory, error);
  g_autofree char *copies = NULL;
  gint64 count, size;

  if (engine == NULL || !check_files_folder (files, error) ||
      !mainstay_portal_file_store_measure (files, &count, &size, error) ||
      !mainstay_portal_job_make_staging (self, error))
    return FALSE;
  self->meter.total = size + mainstay_portal_engine_get_size (engine);
  copies = g_build_filename (self->staging, MAINSTAY_PORTAL_FILES_NAME, NULL);
  if (!dump_database (self, engine, manifest, error) ||
      !mainstay_portal_file_store_copy (files, copies, manifest, &self->meter, error) ||
      !mainstay_portal_manifest_write (manifest, self->staging, error))
    return FALSE;
  self->snapshot->database_size = manifest->database_size;
  self->snapshot->files_size = manifest->files_size;
  self->snapshot->files_count = manifest->files_count;
  return move_in (self, error);
}

static gboolean
create_record (MainstayPortalJob          *self,
               MainstayPortalTransaction  *tx,
               GError                    **error)
{
  return mainstay_portal_store_measure_snapshot (tx, self->snapshot, error);
}

static void
create_settle (MainstayPortalJob *self,
               gboolean           completed)
{
  g_autofree char *path =
    mainstay_portal_dup_path (self->portal, MAINSTAY_PORTAL_SNAPSHOTS, self->snapshot->id);
  g_autoptr(GError) error = NULL;

  if (!completed && !mainstay_portal_remove_tree (path, &error))
    g_message ("Snapshot %s: %s", self->id, error->message);
}

const MainstayPortalJobClass mainstay_portal_job_create = {
  .kind = MAINSTAY_PORTAL_JOB_CREATE,
  .done_message = "Completed backup creation",
  .work = create_work,
  .record = create_record,
  .settle = create_settle,
};
