/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-error.h"
#include "mainstay-portal-collect.h"
#include "mainstay-portal-content-files.h"
#include "mainstay-portal-content-private.h"
#include "mainstay-portal-content-stream.h"

/* The store of contents by itself: folders of files and bytes for a dump go in, manifests lead to
 * them, and nothing that a manifest leads to is ever lost. */

#define MIB (1024 * 1024)
/* So long a file must be left alone to be known again. */
#define SETTLE_US (200 * 1000)

typedef struct
{
  char *directory;
  char *contents;
  char *snapshots;
  char *root; /* the uploaded files */
  MainstayPortalContentStore *store;
} Fixture;

#define ADD(path, func) \
  g_test_add ("/portal/contents/" path, Fixture, NULL, set_up, func, tear_down)

static void
reopen (Fixture *self)
{
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->store, mainstay_portal_content_store_close);
  self->store = mainstay_portal_content_store_open (self->contents, FALSE, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  self->directory = g_dir_make_tmp ("mainstay-contents-XXXXXX", &error);
  g_assert_no_error (error);
  self->contents = g_build_filename (self->directory, "contents", NULL);
  self->snapshots = g_build_filename (self->directory, "snapshots", NULL);
  self->root = g_build_filename (self->directory, "root", NULL);
  g_assert_cmpint (g_mkdir (self->snapshots, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (self->root, 0700), ==, 0);
  reopen (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_clear_pointer (&self->store, mainstay_portal_content_store_close);
  g_assert_true (mainstay_portal_remove_tree (self->directory, NULL));
  g_clear_pointer (&self->contents, g_free);
  g_clear_pointer (&self->snapshots, g_free);
  g_clear_pointer (&self->root, g_free);
  g_clear_pointer (&self->directory, g_free);
}

/* Bytes that cannot be compressed, the same for the same @seed. */
static GBytes *
make_bytes (guint32 seed,
            size_t  length)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  guint8 *bytes = g_malloc (length + 4);

  for (size_t i = 0; i < length; i += 4)
    {
      guint32 number = g_rand_int (rand);

      memcpy (bytes + i, &number, 4);
    }
  return g_bytes_new_take (bytes, length);
}

static char *
file_path (Fixture *self,
           int      number)
{
  g_autofree char *name =
    g_strdup_printf ("%02x/%02x/%02x%02xbbbb-0000-4000-8000-%012d", number % 7, number % 3,
                     number % 7, number % 3, number);

  return g_build_filename (self->root, name, NULL);
}

static void
write_file (Fixture *self,
            int      number,
            guint32  seed,
            size_t   length)
{
  g_autoptr(GBytes) bytes = make_bytes (seed, length);
  g_autofree char *path = file_path (self, number);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) length,
                                      NULL));
}

static char *
manifest_path (Fixture    *self,
               const char *id)
{
  return g_build_filename (self->snapshots, id, NULL);
}

/* Returns: FALSE when a hook did not let it; then there is no manifest */
static gboolean
back_up (Fixture    *self,
         const char *id,
         const char *previous_id,
         GBytes     *dump)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalContentSession) session =
    mainstay_portal_content_session_new (self->store);
  g_autoptr(MainstayPortalBackup) backup = mainstay_portal_backup_new ();
  g_autoptr(GOutputStream) stream = mainstay_portal_content_stream_new (session);
  g_autofree char *path = manifest_path (self, id);
  g_autofree char *previous_path =
    previous_id != NULL ? manifest_path (self, previous_id) : NULL;
  MainstayPortalBackup *previous =
    previous_id != NULL ? mainstay_portal_content_session_hold (session, previous_path, NULL)
                        : NULL;

  return g_output_stream_write_all (stream, g_bytes_get_data (dump, NULL),
                                    g_bytes_get_size (dump), NULL, NULL, &error) &&
         mainstay_portal_content_stream_finish (MAINSTAY_PORTAL_CONTENT_STREAM (stream),
                                                &backup->database, &error) &&
         mainstay_portal_content_files_add (session, self->store, self->root, previous, backup,
                                            NULL, &error) &&
         mainstay_portal_content_session_flush (session, &error) &&
         mainstay_portal_backup_write (backup, path, FALSE, &error);
}

static void
delete_backup (Fixture    *self,
               const char *id)
{
  g_autofree char *path = manifest_path (self, id);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static gboolean
count_piece (const guint8  *bytes,
             size_t         length,
             gpointer       user_data,
             GError       **error)
{
  *(gint64 *) user_data += (gint64) length;
  return TRUE;
}

/* Reads all of a backup; each piece is proved against the name that leads to it. */
static void
read_backup (Fixture    *self,
             const char *id)
{
  g_autofree char *path = manifest_path (self, id);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalBackup) backup = mainstay_portal_backup_read (path, &error);
  gint64 size = 0;

  g_assert_no_error (error);
  mainstay_portal_backup_read_dump (backup, self->store, count_piece, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (size, ==, backup->database.size);
  size = 0;
  for (unsigned int i = 0; i < mainstay_portal_backup_get_n_trees (backup); i++)
    {
      g_autoptr(GArray) tree = mainstay_portal_backup_get_tree (backup, self->store, i, &error);

      g_assert_no_error (error);
      for (unsigned int j = 0; j < tree->len; j++)
        {
          mainstay_portal_backup_read_file (backup, self->store,
                                            &g_array_index (tree, MainstayPortalTreeEntry, j),
                                            count_piece, &size, &error);
          g_assert_no_error (error);
        }
    }
  g_assert_cmpint (size, ==, backup->files_size);
}

static unsigned int
read_all (Fixture *self)
{
  g_autoptr(GDir) dir = g_dir_open (self->snapshots, 0, NULL);
  unsigned int n = 0;
  const char *name;

  for (; (name = g_dir_read_name (dir)) != NULL; n++)
    read_backup (self, name);
  return n;
}

static gint64
bytes_on_disk (Fixture *self)
{
  g_autoptr(GDir) dir = g_dir_open (self->contents, 0, NULL);
  gint64 size = 0;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->contents, name, NULL);
      struct stat status;

      g_assert_cmpint (stat (path, &status), ==, 0);
      if (g_str_has_suffix (name, ".pack"))
        size += status.st_size;
    }
  return size;
}

static gint64
collect (Fixture *self)
{
  g_autoptr(GError) error = NULL;
  gint64 n_bytes = 0;

  mainstay_portal_content_collect (self->store, self->snapshots, NULL, NULL, &n_bytes, &error);
  g_assert_no_error (error);
  return n_bytes;
}

static const char *
make_id (unsigned int number)
{
  static char ids[4][37];
  char *id = ids[number % 4];

  g_snprintf (id, sizeof ids[0], "%08x-0000-4000-8000-000000000000", number);
  return id;
}

static void
test_once (Fixture       *self,
           gconstpointer  data)
{
  g_autoptr(GBytes) dump = make_bytes (1, 6 * MIB);
  g_autoptr(GByteArray) changed = g_byte_array_new ();
  g_autoptr(GBytes) changed_dump = NULL;
  gint64 first, second, third;

  write_file (self, 1, 10, 300000);
  write_file (self, 2, 10, 300000); /* the same */
  write_file (self, 3, 11, 5 * MIB);
  write_file (self, 4, 0, 0);
  g_assert_true (back_up (self, make_id (1), NULL, dump));
  first = bytes_on_disk (self);
  g_assert_cmpint (first, >, 11 * MIB + 300000);
  g_assert_cmpint (first, <, 11 * MIB + 300000 + 64 * 1024);
  write_file (self, 5, 12, 10000);
  g_assert_true (back_up (self, make_id (2), NULL, dump));
  second = bytes_on_disk (self);
  g_assert_cmpint (second - first, >, 10000);
  g_assert_cmpint (second - first, <, 10000 + 16 * 1024);
  /* Some bytes in the middle move all that is behind them. */
  g_byte_array_append (changed, g_bytes_get_data (dump, NULL), 3 * MIB);
  g_byte_array_append (changed, (const guint8 *) "changed", 7);
  g_byte_array_append (changed, (const guint8 *) g_bytes_get_data (dump, NULL) + 3 * MIB, 3 * MIB);
  changed_dump = g_byte_array_free_to_bytes (g_steal_pointer (&changed));
  g_assert_true (back_up (self, make_id (3), NULL, changed_dump));
  third = bytes_on_disk (self);
  g_assert_cmpint (third - second, <, 2 * MAINSTAY_PORTAL_PIECE_MAX + 16 * 1024);
  g_assert_cmpuint (read_all (self), ==, 3);
}

static int n_files_read; /* atomic */

static gboolean
count_files (const char *step,
             gpointer    user_data)
{
  if (strcmp (step, "file") == 0)
    g_atomic_int_inc (&n_files_read);
  return TRUE;
}

static int
count_reads (Fixture    *self,
             const char *id,
             const char *previous)
{
  g_autoptr(GBytes) dump = make_bytes (1, 1000);

  g_atomic_int_set (&n_files_read, 0);
  mainstay_portal_content_set_hook (count_files, NULL);
  g_assert_true (back_up (self, id, previous, dump));
  mainstay_portal_content_set_hook (NULL, NULL);
  read_backup (self, id);
  return g_atomic_int_get (&n_files_read);
}

static void
test_unchanged (Fixture       *self,
                gconstpointer  data)
{
  g_autofree char *path = file_path (self, 3);
  g_autofree char *moved = file_path (self, 100);
  struct stat status;
  int fd;

  for (int i = 0; i < 20; i++)
    write_file (self, i, (guint32) i, 1000);
  g_usleep (SETTLE_US);
  g_assert_cmpint (count_reads (self, make_id (1), NULL), ==, 20);
  g_assert_cmpint (count_reads (self, make_id (2), make_id (1)), ==, 0);
  /* As large as before, and with the old time of its content. */
  g_assert_cmpint (stat (path, &status), ==, 0);
  fd = open (path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (pwrite (fd, "other", 5, 500), ==, 5);
  g_assert_cmpint (futimens (fd, (struct timespec[]) { status.st_atim, status.st_mtim }), ==, 0);
  close (fd);
  g_usleep (SETTLE_US);
  g_assert_cmpint (count_reads (self, make_id (3), make_id (2)), ==, 1);
  g_assert_cmpint (count_reads (self, make_id (4), make_id (3)), ==, 0);
  /* Under another name it is read, and found to be there. */
  g_assert_cmpint (g_rename (path, moved), ==, 0);
  g_usleep (SETTLE_US);
  g_assert_cmpint (count_reads (self, make_id (5), make_id (4)), ==, 1);
}

/* What was written a moment ago may be written again within the same tick of the clock. */
static void
test_just_written (Fixture       *self,
                   gconstpointer  data)
{
  write_file (self, 1, 1, 1000);
  g_assert_cmpint (count_reads (self, make_id (1), NULL), ==, 1);
  g_usleep (SETTLE_US);
  g_assert_cmpint (count_reads (self, make_id (2), make_id (1)), ==, 1);
  g_assert_cmpint (count_reads (self, make_id (3), make_id (2)), ==, 0);
}

/* Of what the previous backup lost, the next one has to have its own. */
static void
test_collect (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr(GBytes) one = make_bytes (1, 3 * MIB);
  g_autoptr(GBytes) two = make_bytes (2, 3 * MIB);
  gint64 before, after;

  write_file (self, 1, 5, 200000);
  g_assert_true (back_up (self, make_id (1), NULL, one));
  write_file (self, 2, 6, 300000);
  g_assert_true (back_up (self, make_id (2), make_id (1), two));
  g_assert_cmpint (collect (self), ==, 0);
  before = bytes_on_disk (self);
  delete_backup (self, make_id (1));
  g_assert_cmpint (collect (self), >, 3 * MIB - 100000);
  after = bytes_on_disk (self);
  g_assert_cmpint (before - after, >, 3 * MIB - 100000);
  g_assert_cmpuint (read_all (self), ==, 1);
  reopen (self);
  g_assert_cmpuint (read_all (self), ==, 1);
  g_assert_cmpint (bytes_on_disk (self), ==, after);
  delete_backup (self, make_id (2));
  collect (self);
  g_assert_cmpint (bytes_on_disk (self), ==, 0);
}

static Fixture *failing; /* whose other backup fails */

/* Lets somebody else's write into the pack of the copies fail, once these are written. */
static gboolean
fail_another (const char *step,
              gpointer    user_data)
{
  static GPrivate is_other = G_PRIVATE_INIT (NULL);
  int *n_records = user_data;

  if (strcmp (step, "records") == 0 && g_private_get (&is_other) != NULL)
    return FALSE;
  if (strcmp (step, "records") == 0 && ++*n_records == 2)
    {
      g_autoptr(MainstayPortalContentSession) session =
        mainstay_portal_content_session_new (failing->store);
      g_autoptr(MainstayPortalContentBatch) batch = mainstay_portal_content_batch_new (session);
      guint8 digest[MAINSTAY_SHA256_LENGTH];

      g_private_set (&is_other, GINT_TO_POINTER (1));
      g_assert_true (mainstay_portal_content_batch_put (batch, (const guint8 *) "other", 5, digest,
                                                        NULL));
      g_assert_false (mainstay_portal_content_batch_flush (batch, NULL));
      g_private_set (&is_other, NULL);
    }
  return TRUE;
}

/* What was copied goes with the pack when another's write fails: then nothing may be removed. */
static void
test_collect_failing (Fixture       *self,
                      gconstpointer  data)
{
  g_autoptr(GBytes) one = make_bytes (1, 5 * MIB);
  g_autoptr(GBytes) two = make_bytes (2, 2 * MIB);
  g_autoptr(GError) error = NULL;
  int n_records = 0;

  /* Two, so that there is more than one write also where the second dump has a pack for itself. */
  write_file (self, 1, 3, MIB);
  write_file (self, 2, 4, MIB);
  g_assert_true (back_up (self, make_id (1), NULL, one));
  g_assert_true (back_up (self, make_id (2), NULL, two));
  delete_backup (self, make_id (1));
  failing = self;
  mainstay_portal_content_set_hook (fail_another, &n_records);
  g_assert_false (mainstay_portal_content_collect (self->store, self->snapshots, NULL, NULL, NULL,
                                                   &error));
  mainstay_portal_content_set_hook (NULL, NULL);
  g_assert_nonnull (error);
  g_assert_cmpint (n_records, >=, 2);
  g_assert_cmpuint (read_all (self), ==, 1);
  reopen (self);
  g_assert_cmpuint (read_all (self), ==, 1);
  g_assert_cmpint (collect (self), >, 4 * MIB);
  g_assert_cmpuint (read_all (self), ==, 1);
}

/* A manifest that cannot be read: nobody knows what it needs. */
static void
test_collect_damaged (Fixture       *self,
                      gconstpointer  data)
{
  g_autoptr(GBytes) dump = make_bytes (1, 100000);
  g_autofree char *path = manifest_path (self, make_id (1));
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gint64 before;

  g_assert_true (back_up (self, make_id (1), NULL, dump));
  before = bytes_on_disk (self);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  text[30] ^= 1;
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_false (mainstay_portal_content_collect (self->store, self->snapshots, NULL, NULL, NULL,
                                                   &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED);
  g_assert_cmpint (bytes_on_disk (self), ==, before);
}

typedef struct
{
  Fixture *fixture;
  unsigned int first;
  int *stop; /* atomic */
} Writer;

/* Backups of few different contents, so that what one leaves behind is what another wants. */
static gpointer
write_backups (gpointer user_data)
{
  Writer *writer = user_data;
  g_autoptr(GRand) rand = g_rand_new_with_seed (writer->first);
  unsigned int n = 0;

  while (!g_atomic_int_get (writer->stop))
    {
      g_autofree char *id =
        g_strdup_printf ("%08x-0000-4000-8000-000000000000", writer->first + n);
      g_autofree char *last =
        g_strdup_printf ("%08x-0000-4000-8000-000000000000", writer->first + n - 1);
      g_autoptr(GBytes) dump = make_bytes ((guint32) g_rand_int_range (rand, 0, 12), 150000);

      g_assert_true (back_up (writer->fixture, id, n > 0 ? last : NULL, dump));
      if (n > 0)
        delete_backup (writer->fixture, last);
      n++;
    }
  return GUINT_TO_POINTER (n);
}

static void
test_collect_meanwhile (Fixture       *self,
                        gconstpointer  data)
{
  int stop = 0;
  Writer writers[2] = { { self, 0x1000, &stop }, { self, 0x800000, &stop } };
  GThread *threads[2];
  gint64 end = g_get_monotonic_time () + 3 * G_TIME_SPAN_SECOND;
  unsigned int n_collections = 0, n_backups = 0;

  for (int i = 0; i < 12; i++)
    write_file (self, i, (guint32) i, 20000);
  for (int i = 0; i < 2; i++)
    threads[i] = g_thread_new ("writer", write_backups, &writers[i]);
  for (; g_get_monotonic_time () < end; n_collections++)
    collect (self);
  g_atomic_int_set (&stop, 1);
  for (int i = 0; i < 2; i++)
    n_backups += GPOINTER_TO_UINT (g_thread_join (threads[i]));
  g_test_message ("%u backups, %u collections", n_backups, n_collections);
  g_assert_cmpuint (n_backups, >, 10);
  g_assert_cmpuint (n_collections, >, 10);
  g_assert_cmpuint (read_all (self), ==, 2);
  reopen (self);
  g_assert_cmpuint (read_all (self), ==, 2);
  collect (self);
  g_assert_cmpint (bytes_on_disk (self), <, 2 * 12 * 20000 + 2 * 150000 + 100000);
}

static int steps_left; /* atomic */

static gboolean
die (const char *step,
     gpointer    user_data)
{
  if (g_atomic_int_add (&steps_left, -1) == 0)
    kill (getpid (), SIGKILL);
  return TRUE;
}

static void
collect_deed (Fixture *self)
{
  collect (self);
}

static void
create_deed (Fixture *self)
{
  g_autoptr(GBytes) dump = make_bytes (2, 3 * MIB);

  g_assert_true (back_up (self, make_id (2), make_id (1), dump));
}

static const struct
{
  const char *name;
  void (*run) (Fixture *self);
} deeds[] = {
  { "collect", collect_deed },
  { "create", create_deed },
};

/* In a process of its own: dies at the step, or does the deed. */
static int
run_deed (char **arguments)
{
  Fixture self = { arguments[0] };

  self.contents = g_build_filename (self.directory, "contents", NULL);
  self.snapshots = g_build_filename (self.directory, "snapshots", NULL);
  self.root = g_build_filename (self.directory, "root", NULL);
  reopen (&self);
  g_atomic_int_set (&steps_left, atoi (arguments[1]));
  mainstay_portal_content_set_hook (die, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (strcmp (deeds[i].name, arguments[2]) == 0)
      deeds[i].run (&self);
  _exit (0);
}

/* Returns: whether the other process was killed at this step, rather than done with the deed */
static gboolean
die_at (Fixture    *self,
        int         step,
        const char *deed)
{
  g_autofree char *number = g_strdup_printf ("%d", step);
  const char *const arguments[] = { "/proc/self/exe", "deed", self->directory, number, deed,
                                    NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process = NULL;
  gboolean was_killed;

  g_clear_pointer (&self->store, mainstay_portal_content_store_close);
  process = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  was_killed = g_subprocess_get_if_signaled (process);
  if (was_killed)
    g_assert_cmpint (g_subprocess_get_term_sig (process), ==, SIGKILL);
  else
    g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  reopen (self);
  return was_killed;
}

static void
assert_no_leftovers (Fixture *self)
{
  g_autoptr(GDir) dir = g_dir_open (self->contents, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_suffix (name, ".part"));
}

/* One backup of two goes, and what is left of its packs is to be rewritten. */
static void
test_collect_killed (Fixture       *self,
                     gconstpointer  data)
{
  int step;

  for (step = 0; step < 100; step++)
    {
      g_autoptr(GBytes) one = make_bytes (1000 + (guint32) step, 3 * MIB);
      g_autoptr(GBytes) two = make_bytes (2000 + (guint32) step, 1 * MIB);
      gboolean was_killed;

      write_file (self, 1, 3000 + (guint32) step, 1 * MIB);
      g_assert_true (back_up (self, make_id (1), NULL, one));
      g_assert_true (back_up (self, make_id (2), NULL, two));
      delete_backup (self, make_id (1));
      was_killed = die_at (self, step, "collect");
      assert_no_leftovers (self);
      g_assert_cmpuint (read_all (self), ==, 1);
      collect (self);
      g_assert_cmpuint (read_all (self), ==, 1);
      g_assert_cmpint (bytes_on_disk (self), <, 2 * (2 * MIB + 64 * 1024));
      if (!was_killed)
        break;
    }
  /* Mark, doom, copy, records, seal, publish, remove. */
  g_assert_cmpint (step, >=, 7);
  g_assert_cmpint (step, <, 100);
}

static void
test_create_killed (Fixture       *self,
                    gconstpointer  data)
{
  g_autoptr(GBytes) dump = make_bytes (1, 1 * MIB);
  g_autofree char *path = manifest_path (self, make_id (2));
  int step;

  for (int i = 0; i < 6; i++)
    write_file (self, i, (guint32) i, 100000);
  g_assert_true (back_up (self, make_id (1), NULL, dump));
  for (int i = 0; i < 6; i++)
    write_file (self, i, 10 + (guint32) i, 100000);
  for (step = 0; step < 100 && die_at (self, step, "create"); step++)
    {
      assert_no_leftovers (self);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      g_assert_cmpuint (read_all (self), ==, 1);
    }
  g_assert_cmpint (step, >=, 6 + 2);
  g_assert_cmpint (step, <, 100);
  g_assert_cmpuint (read_all (self), ==, 2);
}

static void
spoil (const char *path,
       gint64      from_end)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);
  off_t offset = lseek (fd, 0, SEEK_END) - from_end;

  g_assert_cmpint (pwrite (fd, "spoilt", 6, offset), ==, 6);
  close (fd);
}

/* The index is only another way to say what the packs say. */
static void
test_index_lost (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr(GBytes) dump = make_bytes (1, 2 * MIB);
  g_autofree char *index = g_build_filename (self->contents, "index", NULL);
  g_autoptr(GDir) dir = NULL;
  const char *name;

  for (int i = 0; i < 50; i++)
    write_file (self, i, (guint32) i, 5000);
  g_assert_true (back_up (self, make_id (1), NULL, dump));
  reopen (self);
  g_assert_true (g_file_test (index, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_unlink (index), ==, 0);
  reopen (self);
  g_assert_cmpuint (read_all (self), ==, 1);
  g_clear_pointer (&self->store, mainstay_portal_content_store_close);
  spoil (index, 100);
  /* The packs' own as well: then their records tell. */
  dir = g_dir_open (self->contents, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->contents, name, NULL);

      if (g_str_has_suffix (name, ".pack"))
        spoil (path, 10);
    }
  reopen (self);
  g_assert_cmpuint (read_all (self), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  if (argc == 5 && strcmp (argv[1], "deed") == 0)
    return run_deed (argv + 2);
  g_test_init (&argc, &argv, NULL);
  ADD ("once", test_once);
  ADD ("unchanged", test_unchanged);
  ADD ("just-written", test_just_written);
  ADD ("collect", test_collect);
  ADD ("collect-damaged", test_collect_damaged);
  ADD ("collect-failing", test_collect_failing);
  ADD ("collect-meanwhile", test_collect_meanwhile);
  ADD ("collect-killed", test_collect_killed);
  ADD ("create-killed", test_create_killed);
  ADD ("index-lost", test_index_lost);
  return g_test_run ();
}
