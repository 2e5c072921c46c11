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
#include "mainstay-portal-crew.h"

/* xx and xx/yy in xx/yy/<uuid> */
#define FOLDER_LENGTH 2
#define SUBFOLDER_LENGTH 5
#define FILE_OFFSET 6

typedef struct
{
  MainstayPortalBackup *backup;
  MainstayPortalContentStore *store;
  MainstayPortalMeter *meter; /* (nullable) */
  int destination;
} Work;

/* One thread's own. */
typedef struct
{
  Work *work;
  char folder[SUBFOLDER_LENGTH + 1]; /* xx/yy, or nothing */
  int subfolder;                     /* of that: -1 without */
} Worker;

/* One file that is being written. */
typedef struct
{
  MainstayPortalMeter *meter; /* (nullable) */
  int fd;
} Output;

static gboolean
write_piece (const guint8  *bytes,
             size_t         length,
             gpointer       user_data,
             GError       **error)
{
  Output *output = user_data;

  if (!mainstay_disk_write (output->fd, bytes, length, error))
    return FALSE;
  mainstay_portal_meter_add (output->meter, (gint64) length);
  return output->meter == NULL ||
         !g_cancellable_set_error_if_cancelled (output->meter->cancellable, error);
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
  Output output = { meter, open_output (AT_FDCWD, path, error) };

  return output.fd >= 0 &&
         finish_output (output.fd,
                        mainstay_portal_backup_read_dump (self, store, write_piece, &output,
                                                          error), error);
}

gboolean
mainstay_portal_backup_extract_contents (MainstayPortalBackup        *self,
                                         MainstayPortalContentStore  *store,
                                         const char                  *path,
                                         GError                     **error)
{
  g_autoptr(GArray) none = g_array_new (FALSE, FALSE, sizeof (MainstayDumpBlock));
  Output output = { NULL, open_output (AT_FDCWD, path, error) };

  return output.fd >= 0 &&
         finish_output (output.fd,
                        mainstay_portal_backup_read_blocks (self, store, none, write_piece, &output,
                                                            error), error);
}

static gboolean
make_folder (int          destination,
             const char  *folder,
             GError     **error)
{
  if (mkdirat (destination, folder, 0700) == 0 || errno == EEXIST)
    return TRUE;
  mainstay_disk_error_set (error, errno, "Cannot make a folder");
  return FALSE;
}

static void
leave_folder (Worker *self)
{
  if (self->subfolder >= 0)
    close (self->subfolder);
  self->subfolder = -1;
  self->folder[0] = '\0';
}

/* Entries are in order, so that a folder is made and looked up once for all files in it. */
static gboolean
enter_folder (Worker      *self,
              const char  *name,
              GError     **error)
{
  int destination = self->work->destination;
  char folder[FOLDER_LENGTH + 1] = "";
  gboolean is_new = memcmp (self->folder, name, FOLDER_LENGTH) != 0;

  if (memcmp (self->folder, name, SUBFOLDER_LENGTH) == 0)
    return TRUE;
  leave_folder (self);
  memcpy (folder, name, FOLDER_LENGTH);
  memcpy (self->folder, name, SUBFOLDER_LENGTH);
  if ((is_new && !make_folder (destination, folder, error)) ||
      !make_folder (destination, self->folder, error))
    return FALSE;
  self->subfolder = openat (destination, self->folder,
                            O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->subfolder >= 0)
    return TRUE;
  mainstay_disk_error_set (error, errno, "Cannot make a folder");
  return FALSE;
}

static gboolean
extract_file (Worker                         *self,
              const MainstayPortalTreeEntry  *entry,
              GError                        **error)
{
  char name[MAINSTAY_PORTAL_FILE_NAME_LENGTH + 1] = "";
  Output output = { self->work->meter, -1 };

  memcpy (name, entry->name, sizeof entry->name);
  if (!enter_folder (self, name, error))
    return FALSE;
  output.fd = open_output (self->subfolder, name + FILE_OFFSET, error);
  return output.fd >= 0 &&
         finish_output (output.fd,
                        mainstay_portal_backup_read_file (self->work->backup, self->work->store,
                                                          entry, write_piece, &output, error),
                        error);
}

static gboolean
extract_tree (Worker        *self,
              unsigned int   position,
              GError       **error)
{
  g_autoptr(GArray) entries =
    mainstay_portal_backup_get_tree (self->work->backup, self->work->store, position, error);

  for (unsigned int i = 0; entries != NULL && i < entries->len; i++)
    if (!extract_file (self, &g_array_index (entries, MainstayPortalTreeEntry, i), error))
      return FALSE;
  return entries != NULL;
}

static gboolean
extract_trees (MainstayPortalCrew  *crew,
               gpointer             user_data,
               GError             **error)
{
  Worker self = { user_data, "", -1 };
  unsigned int position;
  gboolean ok = TRUE;

  while (ok && mainstay_portal_crew_next (crew, &position))
    ok = extract_tree (&self, position, error);
  leave_folder (&self);
  return ok;
}

gboolean
mainstay_portal_backup_extract_files (MainstayPortalBackup        *self,
                                      MainstayPortalContentStore  *store,
                                      const char                  *destination,
                                      unsigned int                 n_threads,
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
  ok = mainstay_portal_crew_share ("extract", n_threads,
                                   mainstay_portal_backup_get_n_trees (self), NULL, extract_trees,
                                   &work, error);
  close (work.destination);
  return ok && mainstay_portal_sync_tree (destination, error);
}
