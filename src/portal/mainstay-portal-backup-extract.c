/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-backup-extract.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-disk.h"

#define N_THREADS 2
/* xx and xx/yy in xx/yy/<uuid> */
#define FOLDER_LENGTH 2
#define SUBFOLDER_LENGTH 5

typedef struct
{
  /* Input. */
  MainstayPortalBackup *backup;
  MainstayPortalContentStore *store;
  MainstayPortalMeter *meter; /* (nullable) */
  int destination;

  /* In progress. */
  int next_tree; /* atomic */
  GMutex lock;   /* for the meter and the error */

  /* Output. */
  GError *error;
} Work;

/* One file that is being written. */
typedef struct
{
  Work *work;
  int fd;
} Output;

static gboolean
write_piece (const guint8  *bytes,
             size_t         length,
             gpointer       user_data,
             GError       **error)
{
  Output *output = user_data;
  Work *work = output->work;

  if (!mainstay_disk_write (output->fd, bytes, length, error))
    return FALSE;
  if (work->meter == NULL)
    return TRUE;
  g_mutex_lock (&work->lock);
  mainstay_portal_meter_add (work->meter, (gint64) length);
  g_mutex_unlock (&work->lock);
  return !g_cancellable_set_error_if_cancelled (work->meter->cancellable, error);
}

static gboolean
finish_output (int       fd,
               gboolean  ok,
               GError  **error)
{
  if (close (fd) == 0 || !ok)
    return ok;
  mainstay_disk_error_set (error, errno, "Cannot write a file");
  return FALSE;
}

static int
open_output (int          folder,
             const char  *name,
             GError     **error)
{
  int fd = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    mainstay_disk_error_set (error, errno, "Cannot make a file");
  return fd;
}

gboolean
mainstay_portal_backup_extract_dump (MainstayPortalBackup        *self,
                                     MainstayPortalContentStore  *store,
                                     const char                  *path,
                                     MainstayPortalMeter         *meter,
                                     GError                     **error)
{
  Work work = { self, store, meter, AT_FDCWD };
  Output output = { &work, open_output (AT_FDCWD, path, error) };
  gboolean ok;

  if (output.fd < 0)
    return FALSE;
  g_mutex_init (&work.lock);
  ok = mainstay_portal_backup_read_dump (self, store, write_piece, &output, error);
  g_mutex_clear (&work.lock);
  return finish_output (output.fd, ok, error);
}

static gboolean
make_folder (int          destination,
             const char  *name,
             size_t       length,
             GError     **error)
{
  char folder[MAINSTAY_PORTAL_FILE_NAME_LENGTH + 1] = "";

  memcpy (folder, name, length);
  if (mkdirat (destination, folder, 0700) == 0 || errno == EEXIST)
    return TRUE;
  mainstay_disk_error_set (error, errno, "Cannot make a folder");
  return FALSE;
}

static gboolean
make_folders (int                             destination,
              const MainstayPortalTreeEntry  *last,
              const MainstayPortalTreeEntry  *entry,
              GError                        **error)
{
  if ((last == NULL || memcmp (last->name, entry->name, FOLDER_LENGTH) != 0) &&
      !make_folder (destination, entry->name, FOLDER_LENGTH, error))
    return FALSE;
  return (last != NULL && memcmp (last->name, entry->name, SUBFOLDER_LENGTH) == 0) ||
         make_folder (destination, entry->name, SUBFOLDER_LENGTH, error);
}

static gboolean
extract_file (Work                           *work,
              const MainstayPortalTreeEntry  *entry,
              GError                        **error)
{
  char name[MAINSTAY_PORTAL_FILE_NAME_LENGTH + 1] = "";
  Output output = { work, -1 };

  memcpy (name, entry->name, sizeof entry->name);
  output.fd = open_output (work->destination, name, error);
  return output.fd >= 0 &&
         finish_output (output.fd,
                        mainstay_portal_backup_read_file (work->backup, work->store, entry,
                                                          write_piece, &output, error), error);
}

static gboolean
extract_tree (Work          *work,
              unsigned int   position,
              GError       **error)
{
  g_autoptr(GArray) entries =
    mainstay_portal_backup_get_tree (work->backup, work->store, position, error);
  const MainstayPortalTreeEntry *last = NULL;

  for (unsigned int i = 0; entries != NULL && i < entries->len; i++)
    {
      const MainstayPortalTreeEntry *entry =
        &g_array_index (entries, MainstayPortalTreeEntry, i);

      if (!make_folders (work->destination, last, entry, error) ||
          !extract_file (work, entry, error))
        return FALSE;
      last = entry;
    }
  return entries != NULL;
}

static gboolean
has_failed (Work *work)
{
  gboolean failed;

  g_mutex_lock (&work->lock);
  failed = work->error != NULL;
  g_mutex_unlock (&work->lock);
  return failed;
}

static gpointer
run_worker (gpointer data)
{
  Work *work = data;
  g_autoptr(GError) error = NULL;
  gboolean ok = TRUE;

  while (ok && !has_failed (work))
    {
      unsigned int position = (unsigned int) g_atomic_int_add (&work->next_tree, 1);

      if (position >= mainstay_portal_backup_get_n_trees (work->backup))
        break;
      ok = extract_tree (work, position, &error);
    }
  if (ok)
    return NULL;
  g_mutex_lock (&work->lock);
  if (work->error == NULL)
    work->error = g_steal_pointer (&error);
  g_mutex_unlock (&work->lock);
  return NULL;
}

static gboolean
run (Work     *work,
     GError  **error)
{
  GThread *threads[N_THREADS];

  g_mutex_init (&work->lock);
  for (int i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("extract", run_worker, work);
  for (int i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_mutex_clear (&work->lock);
  if (work->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&work->error));
  return FALSE;
}

gboolean
mainstay_portal_backup_extract_files (MainstayPortalBackup        *self,
                                      MainstayPortalContentStore  *store,
                                      const char                  *destination,
                                      MainstayPortalMeter         *meter,
                                      GError                     **error)
{
  Work work = { self, store, meter, -1 };
  gboolean ok;

  if (!mainstay_portal_make_folder (destination, error))
    return FALSE;
  work.destination = open (destination, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (work.destination < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot make a folder");
      return FALSE;
    }
  ok = run (&work, error);
  close (work.destination);
  return ok && mainstay_portal_sync_tree (destination, error);
}
