/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-disk.h"
#include "mainstay-entry-name.h"
#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

#define N_WORKERS 4
#define N_PACKERS 2
#define SHUTDOWN_MS 10000
#define LOCK_NAME "lock"

MainstayPortalDatabase *
mainstay_portal_get_database (MainstayPortal *self)
{
  return self->database;
}

char *
mainstay_portal_dup_path (MainstayPortal *self,
                          const char     *folder,
                          const char     *id)
{
  return g_build_filename (self->directory, folder, id, NULL);
}

char *
mainstay_portal_resolve (MainstayPortal *self,
                         const char     *path)
{
  return g_canonicalize_filename (path, self->directory);
}

gboolean
mainstay_portal_is_id (const char *text)
{
  guint8 bytes[MAINSTAY_UUID_BYTES];

  return text != NULL && strlen (text) == MAINSTAY_UUID_LENGTH &&
         mainstay_entry_uuid_parse (text, bytes);
}

static const char *const folders[] = {
  MAINSTAY_PORTAL_ENVIRONMENTS, MAINSTAY_PORTAL_SNAPSHOTS, MAINSTAY_PORTAL_CONTENTS,
  MAINSTAY_PORTAL_ARCHIVES, MAINSTAY_PORTAL_UPLOADS, MAINSTAY_PORTAL_STAGING,
  MAINSTAY_PORTAL_JOURNALS, NULL,
};

/* A folder with somebody's things in it was named by mistake: it would be closed to others, and
 * what looks left over in it would be removed. */
static gboolean
check_is_ours (const char  *directory,
               GError     **error)
{
  static const char *const others[] = { LOCK_NAME, "lost+found", NULL };
  g_autofree char *records = g_build_filename (directory, MAINSTAY_PORTAL_DATABASE_NAME, NULL);
  g_autoptr(GDir) dir = NULL;
  const char *name;

  if (g_file_test (records, G_FILE_TEST_EXISTS))
    return TRUE;
  dir = g_dir_open (directory, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!g_strv_contains (folders, name) && !g_strv_contains (others, name))
      {
        g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                             "This is not a portal's data folder: it holds other things");
        return FALSE;
      }
  return TRUE;
}

gboolean
mainstay_portal_prepare_folder (const char  *directory,
                                GError     **error)
{
  if (!check_is_ours (directory, error))
    return FALSE;
  /* Backups hold all the data of an app: nobody else on this machine may look in. */
  if (g_mkdir_with_parents (directory, 0700) < 0 || chmod (directory, 0700) < 0)
    {
      mainstay_disk_error_set (error, errno, "The data folder cannot be made");
      return FALSE;
    }
  for (size_t i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (directory, folders[i], NULL);

      if (!mainstay_portal_make_folder (path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
lock_folder (MainstayPortal  *self,
             GError         **error)
{
  g_autofree char *path = g_build_filename (self->directory, LOCK_NAME, NULL);

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd >= 0 && flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                       "Another mainstay-portal is using this data folder");
  return FALSE;
}

static gboolean
open_parts (MainstayPortal  *self,
            GError         **error)
{
  g_autofree char *path = g_build_filename (self->directory, MAINSTAY_PORTAL_DATABASE_NAME, NULL);
  g_autofree char *contents = g_build_filename (self->directory, MAINSTAY_PORTAL_CONTENTS, NULL);
  g_autofree char *snapshots = g_build_filename (self->directory, MAINSTAY_PORTAL_SNAPSHOTS, NULL);
  gboolean is_relaxed = (self->flags & MAINSTAY_PORTAL_RELAXED_SYNC) != 0;

  if (!mainstay_portal_prepare_folder (self->directory, error) || !lock_folder (self, error))
    return FALSE;
  self->database = mainstay_portal_database_open (path, is_relaxed, error);
  if (self->database == NULL)
    return FALSE;
  self->contents = mainstay_portal_content_store_open (contents, is_relaxed, error);
  if (self->contents == NULL || !mainstay_portal_recover (self, error) ||
      !mainstay_portal_load_clock (self, error))
    return FALSE;
  self->collector = mainstay_portal_collector_new (self->contents, snapshots);
  /* What a crash left behind. */
  mainstay_portal_collector_request (self->collector);
  return TRUE;
}

MainstayPortal *
mainstay_portal_open (const char           *data_directory,
                      MainstayPortalFlags   flags,
                      GError              **error)
{
  g_autoptr(MainstayPortal) self = g_new0 (MainstayPortal, 1);

  self->directory = g_canonicalize_filename (data_directory, NULL);
  self->flags = flags;
  self->lock_fd = -1;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->jobs = g_hash_table_new (g_str_hash, g_str_equal);
  self->unsettled = g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_portal_swap_free);
  if (!open_parts (self, error))
    return NULL;
  self->workers = g_thread_pool_new (mainstay_portal_job_run, self, N_WORKERS, TRUE, error);
  if (self->workers == NULL)
    return NULL;
  self->packers = g_thread_pool_new (mainstay_portal_job_run, self, N_PACKERS, TRUE, error);
  if (self->packers == NULL)
    return NULL;
  mainstay_portal_settle_later (self, NULL);
  return g_steal_pointer (&self);
}

/* Called with the lock held. */
static gboolean
wait_locked (MainstayPortal *self,
             unsigned int    milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;

  while (g_hash_table_size (self->jobs) > 0)
    if (!g_cond_wait_until (&self->changed, &self->lock, end))
      return FALSE;
  return TRUE;
}

gboolean
mainstay_portal_wait (MainstayPortal *self,
                      unsigned int    milliseconds)
{
  gboolean is_idle;

  g_mutex_lock (&self->lock);
  is_idle = wait_locked (self, milliseconds);
  g_mutex_unlock (&self->lock);
  return is_idle;
}

void
mainstay_portal_shutdown (MainstayPortal *self)
{
  GHashTableIter iter;
  gpointer job;
  gboolean is_idle;

  g_mutex_lock (&self->lock);
  self->is_closing = TRUE;
  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    g_cancellable_cancel (((MainstayPortalJob *) job)->cancellable);
  is_idle = wait_locked (self, SHUTDOWN_MS);
  g_mutex_unlock (&self->lock);
  is_idle = mainstay_portal_settler_stop (self, SHUTDOWN_MS) && is_idle;
  /* A job that hangs is left to the next start, which finds it running and fails it. */
  if (self->packers != NULL && is_idle)
    g_thread_pool_free (g_steal_pointer (&self->packers), FALSE, TRUE);
  if (self->workers != NULL && is_idle)
    g_thread_pool_free (g_steal_pointer (&self->workers), FALSE, TRUE);
}

void
mainstay_portal_free (MainstayPortal *self)
{
  if (self == NULL)
    return;
  if (self->workers != NULL)
    mainstay_portal_shutdown (self);
  /* Its threads go on using it: better a leak at the end of the program than a crash. */
  if (self->workers != NULL)
    return;
  g_clear_pointer (&self->collector, mainstay_portal_collector_free);
  g_clear_pointer (&self->contents, mainstay_portal_content_store_close);
  g_clear_pointer (&self->database, mainstay_portal_database_close);
  g_clear_pointer (&self->jobs, g_hash_table_unref);
  g_clear_pointer (&self->unsettled, g_ptr_array_unref);
  g_clear_pointer (&self->directory, g_free);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_clear_pointer (&self, g_free);
}

gboolean
mainstay_portal_check_open (MainstayPortal  *self,
                            GError         **error)
{
  gboolean is_closing;

  g_mutex_lock (&self->lock);
  is_closing = self->is_closing;
  g_mutex_unlock (&self->lock);
  if (is_closing)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                         "The portal is being shut down");
  return !is_closing;
}

void
mainstay_portal_set_jobs (MainstayPortal *self,
                          unsigned int    number)
{
  g_thread_pool_set_max_threads (self->workers, (int) number, NULL);
  g_thread_pool_set_max_threads (self->packers, (int) MIN (number, N_PACKERS), NULL);
}

MainstayPortalUser *
mainstay_portal_authenticate (MainstayPortal  *self,
                              const char      *name,
                              const char      *key,
                              GError         **error)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (self->database, error);

  return tx != NULL ? mainstay_portal_store_check_key (tx, name, key, error) : NULL;
}
