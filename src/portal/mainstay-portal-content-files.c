/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <sys/stat.h>

#include "mainstay-portal-content-files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-disk.h"
#include "mainstay-portal-chunker.h"
#include "mainstay-portal-content-private.h"
#include "mainstay-portal-crew.h"
#include "mainstay-portal-file-scan.h"

#define N_THREADS 2
/* Below this a file is stored as it is. */
#define MAX_WHOLE_BYTES (1024 * 1024)

typedef struct
{
  /* Input. */
  MainstayPortalContentSession *session;
  MainstayPortalContentStore *store;
  const char *root;
  MainstayPortalBackup *previous; /* (nullable) */
  MainstayPortalMeter *meter;
  GPtrArray *folders;             /* char: xx */

  /* In progress. */
  GMutex lock;                    /* for the estimate */
  gint64 scanned_bytes;
  unsigned int n_scanned;
  gint64 expected;                /* what the meter was told */

  /* Output. */
  MainstayPortalTree *trees;      /* one for each folder */
} Work;

/* One thread's own. */
typedef struct
{
  Work *work;
  MainstayPortalContentBatch *batch;
  guint8 *buffer; /* MAINSTAY_PORTAL_PIECE_MAX */
} Worker;

static gboolean
count_bytes (Work    *work,
             gint64   bytes,
             GError **error)
{
  mainstay_portal_meter_add (work->meter, bytes);
  return work->meter == NULL ||
         !g_cancellable_set_error_if_cancelled (work->meter->cancellable, error);
}

/* Names are random, so the folders that were looked into tell of the others. */
static void
estimate (Work   *work,
          GArray *files)
{
  gint64 bytes = 0, expected;

  for (unsigned int i = 0; i < files->len; i++)
    bytes += g_array_index (files, MainstayPortalTreeEntry, i).size;
  g_mutex_lock (&work->lock);
  work->scanned_bytes += bytes;
  work->n_scanned++;
  expected = (gint64) ((double) work->scanned_bytes * work->folders->len / work->n_scanned);
  mainstay_portal_meter_expect (work->meter, expected - work->expected);
  work->expected = expected;
  g_mutex_unlock (&work->lock);
}

/* Returns: the bytes read, less than @length at the end of the file only; -1 for a failure */
static gssize
fill (int       fd,
      guint8   *buffer,
      size_t    length,
      GError  **error)
{
  size_t filled = 0;

  while (filled < length)
    {
      ssize_t count = read (fd, buffer + filled, length - filled);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        mainstay_disk_error_set (error, errno, "Cannot read a file");
      if (count < 0)
        return -1;
      if (count == 0)
        break;
      filled += (size_t) count;
    }
  return (gssize) filled;
}

/* From a full buffer on. */
static gboolean
put_pieces (Worker                 *self,
            int                     fd,
            size_t                  filled,
            MainstayPortalContent  *content,
            GError                **error)
{
  g_autoptr(GArray) pieces = g_array_new (FALSE, TRUE, sizeof (MainstayPortalPiece));
  MainstayPortalChunker chunker;
  gint64 size = 0;

  mainstay_portal_chunker_reset (&chunker);
  while (filled > 0)
    {
      MainstayPortalPiece piece;
      gboolean is_cut;
      size_t taken = mainstay_portal_chunker_feed (&chunker, self->buffer, filled, &is_cut);
      gssize more;

      piece.length = GUINT32_TO_LE ((guint32) taken);
      if (!mainstay_portal_content_batch_put (self->batch, self->buffer, taken, piece.digest,
                                              error) ||
          !count_bytes (self->work, (gint64) taken, error))
        return FALSE;
      g_array_append_val (pieces, piece);
      size += (gint64) taken;
      memmove (self->buffer, self->buffer + taken, filled - taken);
      filled -= taken;
      more = fill (fd, self->buffer + filled, MAINSTAY_PORTAL_PIECE_MAX - filled, error);
      if (more < 0)
        return FALSE;
      filled += (size_t) more;
    }
  return mainstay_portal_content_batch_put_list (self->batch, pieces, size, content, error);
}

static gboolean
put_bytes (Worker                 *self,
           int                     fd,
           MainstayPortalContent  *content,
           GError                **error)
{
  gssize filled = fill (fd, self->buffer, MAINSTAY_PORTAL_PIECE_MAX, error);

  if (filled < 0)
    return FALSE;
  if (filled > MAX_WHOLE_BYTES)
    return put_pieces (self, fd, (size_t) filled, content, error);
  content->kind = MAINSTAY_PORTAL_CONTENT_WHOLE;
  content->size = filled;
  return mainstay_portal_content_batch_put (self->batch, self->buffer, (size_t) filled,
                                            content->digest, error) &&
         count_bytes (self->work, filled, error);
}

static gboolean
is_as_before (const struct stat *before,
              const struct stat *after)
{
  return before->st_size == after->st_size &&
         memcmp (&before->st_mtim, &after->st_mtim, sizeof before->st_mtim) == 0 &&
         memcmp (&before->st_ctim, &after->st_ctim, sizeof before->st_ctim) == 0;
}

static gboolean
put_open_file (Worker                   *self,
               int                       fd,
               MainstayPortalTreeEntry  *entry,
               GError                  **error)
{
  MainstayPortalContent content;
  struct stat before, after;

  if (fstat (fd, &before) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot read a file");
      return FALSE;
    }
  mainstay_portal_file_scan_take (entry, &before);
  if (!put_bytes (self, fd, &content, error))
    return FALSE;
  /* What was written while it was read: the next backup reads it again. */
  if (fstat (fd, &after) < 0 || !is_as_before (&before, &after) || content.size != before.st_size)
    entry->inode = 0;
  entry->kind = content.kind;
  entry->size = content.size;
  memcpy (entry->digest, content.digest, sizeof entry->digest);
  return TRUE;
}

/* @is_gone: the app has removed it, while the folder of all files is still there */
static gboolean
put_file (Worker                   *self,
          MainstayPortalTreeEntry  *entry,
          gboolean                 *is_gone,
          GError                  **error)
{
  g_autofree char *name = g_strndup (entry->name, sizeof entry->name);
  g_autofree char *path = g_build_filename (self->work->root, name, NULL);
  struct stat status;
  int fd;
  gboolean ok;

  *is_gone = FALSE;
  if (!mainstay_portal_content_may_go_on ("file", error))
    return FALSE;
  fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    {
      *is_gone = errno == ENOENT && stat (self->work->root, &status) == 0;
      if (!*is_gone)
        mainstay_disk_error_set (error, errno == 0 ? EIO : errno, "Cannot open a file");
      return *is_gone;
    }
  ok = put_open_file (self, fd, entry, error);
  close (fd);
  return ok;
}

/* Takes over from @previous, which is ordered as @files, what has not changed. */
static gboolean
put_files (Worker   *self,
           GArray   *files,
           GArray   *previous,
           GError  **error)
{
  unsigned int kept = 0, j = 0;

  for (unsigned int i = 0; i < files->len; i++)
    {
      MainstayPortalTreeEntry *entry = &g_array_index (files, MainstayPortalTreeEntry, i);
      MainstayPortalTreeEntry *before = NULL;
      gboolean is_gone = FALSE;

      while (previous != NULL && j < previous->len &&
             mainstay_portal_tree_compare (
               before = &g_array_index (previous, MainstayPortalTreeEntry, j), entry) < 0)
        j++;
      if (before != NULL && j < previous->len &&
          mainstay_portal_tree_compare (before, entry) == 0 &&
          mainstay_portal_tree_same_file (before, entry))
        {
          *entry = *before;
          if (!count_bytes (self->work, entry->size, error))
            return FALSE;
        }
      else if (!put_file (self, entry, &is_gone, error))
        return FALSE;
      if (!is_gone)
        g_array_index (files, MainstayPortalTreeEntry, kept++) = *entry;
    }
  g_array_set_size (files, kept);
  return TRUE;
}

static GArray *
find_previous (Work       *work,
               const char *folder)
{
  const MainstayPortalTree *tree =
    work->previous != NULL ? mainstay_portal_backup_find_tree (work->previous, folder) : NULL;
  g_autoptr(GError) error = NULL;
  GArray *entries = NULL;

  /* A damaged one only costs the reading of its files. */
  if (tree != NULL)
    entries = mainstay_portal_tree_get (work->store, tree->digest, &error);
  if (error != NULL)
    g_message ("The previous backup: %s", error->message);
  return entries;
}

static gboolean
put_folder (Worker        *self,
            unsigned int   position,
            GError       **error)
{
  const char *folder = g_ptr_array_index (self->work->folders, position);
  MainstayPortalTree *tree = &self->work->trees[position];
  g_autoptr(GArray) files = mainstay_portal_file_scan (self->work->root, folder, error);
  g_autoptr(GArray) previous = NULL;

  if (files == NULL)
    return FALSE;
  estimate (self->work, files);
  previous = find_previous (self->work, folder);
  if (!put_files (self, files, previous, error))
    return FALSE;
  g_strlcpy (tree->folder, folder, sizeof tree->folder);
  tree->n_files = files->len;
  tree->size = 0;
  for (unsigned int i = 0; i < files->len; i++)
    tree->size += g_array_index (files, MainstayPortalTreeEntry, i).size;
  return files->len == 0 ||
         mainstay_portal_content_batch_put (self->batch, (guint8 *) files->data,
                                            files->len * sizeof (MainstayPortalTreeEntry),
                                            tree->digest, error);
}

static gboolean
put_folders (MainstayPortalCrew  *crew,
             gpointer             user_data,
             GError             **error)
{
  Work *work = user_data;
  g_autoptr(MainstayPortalContentBatch) batch =
    mainstay_portal_content_batch_new (work->session);
  g_autofree guint8 *buffer = g_malloc (MAINSTAY_PORTAL_PIECE_MAX);
  Worker self = { work, batch, buffer };
  unsigned int position;

  while (mainstay_portal_crew_next (crew, &position))
    if (!put_folder (&self, position, error))
      return FALSE;
  return mainstay_portal_content_batch_flush (batch, error);
}

static gboolean
run (Work     *work,
     GError  **error)
{
  gboolean ok;

  g_mutex_init (&work->lock);
  ok = mainstay_portal_crew_share ("files", N_THREADS, work->folders->len, NULL, put_folders,
                                   work, error);
  g_mutex_clear (&work->lock);
  return ok;
}

/* A disk that goes away leaves an empty folder, which is not an app without files. */
static gboolean
look_at_root (const char   *root,
              struct stat  *status,
              GError      **error)
{
  if (stat (root, status) == 0)
    return TRUE;
  mainstay_disk_error_set (error, errno, "Cannot read the uploaded files");
  return FALSE;
}

static gboolean
check_root (const char         *root,
            const struct stat  *before,
            GError            **error)
{
  struct stat after;

  if (!look_at_root (root, &after, error))
    return FALSE;
  if (before->st_dev == after.st_dev && before->st_ino == after.st_ino)
    return TRUE;
  mainstay_disk_error_set (error, ENOENT, "Cannot read the uploaded files");
  return FALSE;
}

gboolean
mainstay_portal_content_files_add (MainstayPortalContentSession  *session,
                                   MainstayPortalContentStore    *store,
                                   const char                    *root,
                                   MainstayPortalBackup          *previous,
                                   MainstayPortalBackup          *backup,
                                   MainstayPortalMeter           *meter,
                                   GError                       **error)
{
  g_autoptr(GPtrArray) folders = NULL;
  g_autofree MainstayPortalTree *trees = NULL;
  Work work = { session, store, root, previous, meter };
  struct stat status;

  if (!look_at_root (root, &status, error))
    return FALSE;
  folders = mainstay_portal_file_scan_folders (root, error);
  if (folders == NULL)
    return FALSE;
  trees = g_new0 (MainstayPortalTree, folders->len + 1);
  work.folders = folders;
  work.trees = trees;
  if (!run (&work, error) || !check_root (root, &status, error))
    return FALSE;
  for (unsigned int i = 0; i < folders->len; i++)
    if (trees[i].n_files > 0)
      mainstay_portal_backup_add_tree (backup, &trees[i]);
  return TRUE;
}
