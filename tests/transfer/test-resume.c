/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "backup-maker.h"
#include "fake-operation.h"
#include "link-host.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-operations.h"
#include "mainstay-part-journal.h"
#include "scene.h"

/* Downloads that do not come in one piece. */

typedef struct
{
  Scene scene;
  LinkHost *host;
  GBytes *file;
  GBytes *other; /* another backup */
  char *path;
  char *part_path;
  char *journal_path;
} Fixture;

ssize_t __real_pwrite64 (int         fd,
                         const void *bytes,
                         size_t      length,
                         off_t       offset);
ssize_t __wrap_pwrite64 (int         fd,
                         const void *bytes,
                         size_t      length,
                         off_t       offset);
int     __real_fstatvfs64 (int             fd,
                           struct statvfs *found);
int     __wrap_fstatvfs64 (int             fd,
                           struct statvfs *found);

/* The program's own writes go through here (see meson.build): once armed, the disk is full after so
 * many bytes, and says so when asked. */
static int disk_left = G_MAXINT; /* atomic */
static int disk_full;            /* atomic */

ssize_t
__wrap_pwrite64 (int         fd,
                 const void *bytes,
                 size_t      length,
                 off_t       offset)
{
  if (g_atomic_int_get (&disk_left) < G_MAXINT &&
      g_atomic_int_add (&disk_left, -(int) length) < (int) length)
    {
      g_atomic_int_set (&disk_full, TRUE);
      errno = ENOSPC;
      return -1;
    }
  return __real_pwrite64 (fd, bytes, length, offset);
}

int
__wrap_fstatvfs64 (int             fd,
                   struct statvfs *found)
{
  int result = __real_fstatvfs64 (fd, found);

  if (g_atomic_int_get (&disk_full))
    found->f_bavail = 0;
  return result;
}

gint64 __real_g_get_real_time (void);
gint64 __wrap_g_get_real_time (void);

/* Seconds: the clock of the day went on meanwhile, the other one did not. */
static int slept; /* atomic */

gint64
__wrap_g_get_real_time (void)
{
  return __real_g_get_real_time () + (gint64) g_atomic_int_get (&slept) * G_USEC_PER_SEC;
}

static void
make_room (void)
{
  g_atomic_int_set (&disk_left, G_MAXINT);
  g_atomic_int_set (&disk_full, FALSE);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  scene_set_up (&fixture->scene, NULL);
  fixture->scene.has_archives = TRUE;
  fixture->host = link_host_new ();
  fixture->file = make_backup_file (&fixture->scene.scratch, MAINSTAY_FILE_FULL, 3000000);
  fixture->other = make_other_backup_file (&fixture->scene.scratch, MAINSTAY_FILE_FULL, 3000000);
  g_assert_false (g_bytes_equal (fixture->file, fixture->other));
  fixture->path = scratch_file (&fixture->scene.scratch, "backup.tar.gz");
  fixture->part_path = g_strconcat (fixture->path, ".part", NULL);
  fixture->journal_path = g_strconcat (fixture->path, ".part.journal", NULL);
  g_queue_push_tail (&fixture->scene.links, link_host_url (fixture->host, "/archive?secret=1"));
  link_host_serve (fixture->host, fixture->file, "\"one\"", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  make_room ();
  g_atomic_int_set (&slept, 0);
  link_host_free (fixture->host);
  g_bytes_unref (fixture->file);
  g_bytes_unref (fixture->other);
  g_free (fixture->path);
  g_free (fixture->part_path);
  g_free (fixture->journal_path);
  scene_tear_down (&fixture->scene, NULL);
}

static MainstayOperation *
new_download (Fixture *fixture)
{
  return mainstay_download_operation_new (fixture->scene.client, fixture->scene.app,
                                          fixture->scene.environment, fixture->scene.backup,
                                          MAINSTAY_DATA_FILES_AND_DATABASE, fixture->path);
}

static void
assert_downloaded (Fixture           *fixture,
                   MainstayOperation *operation,
                   GBytes            *file)
{
  g_assert_no_error (mainstay_operation_get_error (operation));
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
  g_assert_null (mainstay_operation_get_trouble (operation));
  assert_same_file (fixture->path, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  g_assert_false (g_file_test (fixture->part_path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->journal_path, G_FILE_TEST_EXISTS));
}

static void
run (Fixture *fixture,
     GBytes  *file)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);

  mainstay_operation_start (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, file);
}

static void
assert_asked (Fixture    *fixture,
              const char *header)
{
  g_autofree char *requests = link_host_requests (fixture->host);
  g_autofree char *line = g_strconcat ("\r\n", header, "\r\n", NULL);

  if (strstr (requests, line) == NULL)
    g_error ("No “%s” in:\n%s", header, requests);
}

static gint64
get_size (Fixture *fixture)
{
  return (gint64) g_bytes_get_size (fixture->file);
}

/* For the rest of the file from there. */
static void
assert_asked_from (Fixture *fixture,
                   gint64   begin)
{
  g_autofree char *range = g_strdup_printf ("Range: bytes=%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                                            begin, get_size (fixture) - 1);

  assert_asked (fixture, range);
}

/* Wherever it breaks, exactly what is missing is fetched. */
static void
test_break (Fixture       *fixture,
            gconstpointer  data)
{
  gssize size = (gssize) get_size (fixture);
  const gssize offsets[] = { 1, 2, 511, 4096, 65537, 262143, 262144, 262145, 1000000, 2999999,
                             size - 262144, size - 1 };

  mainstay_client_set_wait_scale (fixture->scene.client, 0.001);
  for (size_t i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      gint64 before = link_host_n_bytes (fixture->host);

      link_host_break_at (fixture->host, offsets[i], LINK_END);
      run (fixture, fixture->file);
      g_unlink (fixture->path);
      assert_asked_from (fixture, offsets[i]);
      assert_asked (fixture, "If-Range: \"one\"");
      g_assert_cmpint (link_host_n_bytes (fixture->host) - before, ==, size);
    }
  g_assert_cmpint (link_host_n_requests (fixture->host), ==, 2 * G_N_ELEMENTS (offsets));
}

/* Again and again: it goes on as long as it gets somewhere. */
static void
break_again_cb (MainstayOperation *operation,
                GParamSpec        *pspec,
                gpointer           user_data)
{
  Fixture *fixture = user_data;

  link_host_break_at (fixture->host, 120000, LINK_END);
}

static void
test_break_often (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);

  mainstay_client_set_wait_scale (fixture->scene.client, 0.001);
  link_host_break_at (fixture->host, 120000, LINK_END);
  g_signal_connect (operation, "notify", G_CALLBACK (break_again_cb), fixture);
  mainstay_operation_start (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->file);
  g_assert_cmpint (link_host_n_requests (fixture->host), >, 1);
  g_assert_cmpuint (mainstay_operation_get_retries (operation), ==,
                    (unsigned int) link_host_n_requests (fixture->host) - 1);
  g_assert_cmpint (link_host_n_bytes (fixture->host), ==, get_size (fixture));
}

static void
wait_for_bytes (MainstayOperation *operation,
                gint64             bytes)
{
  while (mainstay_operation_get_bytes_done (operation) < bytes)
    {
      g_assert_no_error (mainstay_operation_get_error (operation));
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
wait_for_state (MainstayOperation      *operation,
                MainstayOperationState  state)
{
  while (mainstay_operation_get_state (operation) != state)
    g_main_context_iteration (NULL, TRUE);
}

/* Leaves a part of @bytes bytes. */
static void
run_and_pause (Fixture           *fixture,
               MainstayOperation *operation,
               gssize             bytes)
{
  link_host_break_at (fixture->host, bytes, LINK_SILENCE);
  mainstay_operation_start (operation);
  wait_for_bytes (operation, bytes);
  mainstay_operation_pause (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  g_assert_true (g_file_test (fixture->part_path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (fixture->journal_path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_pause (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);

  run_and_pause (fixture, operation, 1234567);
  mainstay_operation_resume (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->file);
  assert_asked_from (fixture, 1234567);
  g_assert_cmpint (link_host_n_bytes (fixture->host), ==, get_size (fixture));
}

static void
test_journal (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  g_autoptr(MainstayPartJournal) journal = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *origin = link_host_url (fixture->host, "");

  run_and_pause (fixture, operation, 1000000);
  g_assert_true (g_file_get_contents (fixture->journal_path, &text, NULL, NULL));
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (text, SCENE_KEY));
  journal = mainstay_part_journal_load (fixture->journal_path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (journal->origin, ==, origin);
  g_assert_cmpstr (journal->project_id, ==, "project");
  g_assert_cmpstr (journal->environment_id, ==, "environment");
  g_assert_cmpstr (journal->backup_id, ==, "backup");
  g_assert_cmpstr (journal->data_type, ==, "files_and_database");
  g_assert_nonnull (journal->archive_id);
  g_assert_cmpstr (journal->etag, ==, "\"one\"");
  g_assert_cmpint (journal->length, ==, get_size (fixture));
  g_assert_cmpint (mainstay_range_set_reach (journal->done, 0), ==, 1000000);
}

/* As after a restart: nothing is known but what lies on the disk. */
static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);

  run_and_pause (fixture, operation, 2000000);
  g_clear_object (&operation);
  run (fixture, fixture->file);
  assert_asked_from (fixture, 2000000);
  g_assert_cmpint (link_host_n_bytes (fixture->host), ==, get_size (fixture));
}

/* The journal may be older than the part, and the part longer than it says. */
static void
test_restart_holes (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  g_autoptr(MainstayPartJournal) journal = NULL;

  run_and_pause (fixture, operation, 2000000);
  g_clear_object (&operation);
  journal = mainstay_part_journal_load (fixture->journal_path, NULL);
  mainstay_range_set_remove (journal->done, 500000, 600000);
  mainstay_range_set_remove (journal->done, 1000000, 1000001);
  g_assert_true (mainstay_part_journal_save (journal, fixture->journal_path, NULL));
  run (fixture, fixture->file);
  assert_asked (fixture, "Range: bytes=500000-599999");
  assert_asked (fixture, "Range: bytes=1000000-1000000");
  g_assert_cmpint (link_host_n_bytes (fixture->host), ==, get_size (fixture) + 100001);
}

static void
test_restart_record (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  g_autoptr(MainstayOperation) again = NULL;
  g_autoptr(JsonObject) record = NULL;
  g_autoptr(GError) error = NULL;

  run_and_pause (fixture, operation, 1000000);
  record = MAINSTAY_OPERATION_GET_CLASS (operation)->describe (operation);
  again = mainstay_download_operation_new_from_record (record, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mainstay_download_operation_get_path (again), ==, fixture->path);
  g_assert_cmpstr (mainstay_backup_get_id (mainstay_operation_get_backup (again)), ==, "backup");
  json_object_set_string_member (record, "data_type", "everything");
  g_assert_null (mainstay_download_operation_new_from_record (record, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
  g_clear_error (&error);
  json_object_set_string_member (record, "data_type", "files_only");
  json_object_set_string_member (record, "target", "relative");
  g_assert_null (mainstay_download_operation_new_from_record (record, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
}

/* Killed when the file had just got its name: it is there, and nobody is asked for anything. */
static void
test_restart_named (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  g_autoptr(MainstayPartJournal) journal = NULL;
  struct stat found;
  int before;

  run_and_pause (fixture, operation, 2000000);
  g_clear_object (&operation);
  journal = mainstay_part_journal_load (fixture->journal_path, NULL);
  run (fixture, fixture->file);
  before = link_host_n_requests (fixture->host);
  g_assert_cmpint (stat (fixture->path, &found), ==, 0);
  journal->inode = (gint64) found.st_ino;
  mainstay_range_set_add (journal->done, 0, journal->length);
  g_assert_true (mainstay_part_journal_save (journal, fixture->journal_path, NULL));
  run (fixture, fixture->file);
  g_assert_cmpint (link_host_n_requests (fixture->host), ==, before);

  /* The same of a file that is not the one: it is fetched. */
  journal->inode += 1;
  g_assert_true (mainstay_part_journal_save (journal, fixture->journal_path, NULL));
  run (fixture, fixture->file);
  g_assert_cmpint (link_host_n_requests (fixture->host), ==, before + 1);
}

typedef enum {
  SPOIL_JOURNAL,
  SPOIL_LENGTH,
  SPOIL_BACKUP,
  SPOIL_NO_JOURNAL,
  SPOIL_PART
} Spoil;

static void
spoil (Fixture *fixture,
       Spoil    how)
{
  g_autoptr(MainstayPartJournal) journal = mainstay_part_journal_load (fixture->journal_path,
                                                                       NULL);

  if (how == SPOIL_JOURNAL)
    g_assert_true (g_file_set_contents (fixture->journal_path, "{\"version\": 1", -1, NULL));
  else if (how == SPOIL_NO_JOURNAL)
    g_assert_cmpint (g_unlink (fixture->journal_path), ==, 0);
  else if (how == SPOIL_PART)
    g_assert_cmpint (truncate (fixture->part_path, 5), ==, 0);
  else
    {
      if (how == SPOIL_LENGTH)
        journal->length += 1;
      else
        {
          g_free (journal->backup_id);
          journal->backup_id = g_strdup ("another");
        }
      g_assert_true (mainstay_part_journal_save (journal, fixture->journal_path, NULL));
    }
}

static void
test_spoilt (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);

  run_and_pause (fixture, operation, 2000000);
  g_clear_object (&operation);
  spoil (fixture, GPOINTER_TO_INT (data));
  run (fixture, fixture->file);
}

/* The file is another one now: nothing of the old one may be in it. */
static void
test_changed (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);

  run_and_pause (fixture, operation, 2000000);
  link_host_serve (fixture->host, fixture->other, "\"two\"", NULL);
  mainstay_operation_resume (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->other);
}

/* A server that ignores If-Range, and one whose validators are of no use. */
static void
test_range_of_another (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  gsize size = MIN (g_bytes_get_size (fixture->file), g_bytes_get_size (fixture->other));
  /* Of the same length, so that nothing but the validator tells. */
  g_autoptr(GBytes) rest = g_bytes_new_from_bytes (fixture->other, 2000000, size - 2000000);
  g_autofree char *headers = g_strdup_printf (
    "Content-Range: bytes 2000000-%" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT "\r\n%s", size - 1, size,
    (char *) data);

  run_and_pause (fixture, operation, 2000000);
  link_host_answer (fixture->host, "206 Partial Content", headers, rest, -1, LINK_END);
  link_host_serve (fixture->host, fixture->other, "\"two\"", NULL);
  mainstay_operation_resume (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->other);
}

static void
test_whole_instead (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);

  run_and_pause (fixture, operation, 2000000);
  link_host_answer (fixture->host, "200 OK", "ETag: \"one\"\r\n", fixture->file, -1, LINK_END);
  mainstay_operation_resume (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->file);
}

static void
test_not_satisfiable (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  g_autoptr(GBytes) empty = g_bytes_new_static ("", 0);

  run_and_pause (fixture, operation, 2000000);
  link_host_answer (fixture->host, "416 Range Not Satisfiable", "Content-Range: bytes */9\r\n",
                    empty, -1, LINK_END);
  link_host_serve (fixture->host, fixture->other, "\"two\"", NULL);
  mainstay_operation_resume (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->other);
}

/* A page for a person, with a status that would mean another file: what there is stays. */
static void
test_page (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  g_autoptr(GBytes) page = g_bytes_new_static ("<html>Log in", 12);

  run_and_pause (fixture, operation, 2000000);
  link_host_answer (fixture->host, "200 OK", data, page, -1, LINK_END);
  mainstay_operation_resume (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_FAILED);
  g_assert_error (mainstay_operation_get_error (operation), MAINSTAY_ERROR,
                  MAINSTAY_ERROR_BAD_ANSWER);
  g_assert_true (mainstay_operation_can_retry (operation));
  mainstay_operation_retry (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->file);
  g_assert_cmpint (link_host_n_bytes (fixture->host), ==, get_size (fixture));
}

/* Nothing to tell the file by: better once more than two files mixed. */
static void
test_no_validator (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);

  mainstay_client_set_wait_scale (fixture->scene.client, 0.001);
  link_host_serve (fixture->host, fixture->file, NULL, data);
  link_host_break_at (fixture->host, 2000000, LINK_SILENCE);
  mainstay_operation_start (operation);
  wait_for_bytes (operation, 2000000);
  mainstay_operation_pause (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  g_assert_false (g_file_test (fixture->journal_path, G_FILE_TEST_EXISTS));
  link_host_serve (fixture->host, fixture->other, NULL, data);
  mainstay_operation_resume (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->other);
  g_assert_cmpint (link_host_n_bytes (fixture->host), ==,
                   (gint64) g_bytes_get_size (fixture->other) + 2000000);
}

/* A date that is old enough will do. */
static void
test_strong_date (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  g_autofree char *requests = NULL;

  link_host_serve (fixture->host, fixture->file, NULL,
                   "Date: Mon, 02 Nov 2026 10:00:00 GMT\r\n"
                   "Last-Modified: Mon, 02 Nov 2026 09:59:00 GMT\r\n");
  link_host_break_at (fixture->host, 2000000, LINK_SILENCE);
  mainstay_operation_start (operation);
  wait_for_bytes (operation, 2000000);
  mainstay_operation_pause (operation);
  wait_for_state (operation, MAINSTAY_OPERATION_PAUSED);
  g_assert_true (g_file_test (fixture->journal_path, G_FILE_TEST_EXISTS));
  mainstay_operation_resume (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->file);
  assert_asked (fixture, "If-Range: Mon, 02 Nov 2026 09:59:00 GMT");
}

/* The link expires on the way: a new archive is made, and only the rest comes from it. */
static void
test_expired (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  g_autoptr(GBytes) empty = g_bytes_new_static ("", 0);
  gboolean is_other = data != NULL;

  run_and_pause (fixture, operation, 2000000);
  link_host_answer (fixture->host, "403 Forbidden", NULL, empty, -1, LINK_END);
  if (is_other)
    link_host_serve (fixture->host, fixture->other, data, NULL);
  mainstay_operation_resume (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, is_other ? fixture->other : fixture->file);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /snapshots/backup/archives"), ==, 3);
  if (!is_other)
    g_assert_cmpint (link_host_n_bytes (fixture->host), ==, get_size (fixture));
}

/* What a server asks for is kept to. */
static void
test_retry_after (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  g_autoptr(GBytes) empty = g_bytes_new_static ("", 0);
  gint64 begin = g_get_monotonic_time ();

  link_host_answer (fixture->host, data, "Retry-After: 1\r\n", empty, -1, LINK_END);
  mainstay_operation_start (operation);
  while (mainstay_operation_get_trouble (operation) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->file);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, G_USEC_PER_SEC);
  g_assert_cmpuint (mainstay_operation_get_retries (operation), ==, 1);
}

/* A full disk is told, and waited for. */
static void
test_full_disk (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);

  g_atomic_int_set (&disk_left, GPOINTER_TO_INT (data));
  mainstay_operation_start (operation);
  while (mainstay_operation_get_trouble (operation) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (mainstay_operation_get_trouble (operation), MAINSTAY_ERROR,
                  MAINSTAY_ERROR_NO_SPACE);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_RUNNING);
  make_room ();
  wait_for_end (operation);
  assert_downloaded (fixture, operation, fixture->file);
}

/* The machine sleeps, and nobody tells it that the server's end is gone meanwhile: it does not wait
 * for the line's silence to become too long, but goes on at once. */
static void
test_sleep (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture);
  gint64 woken;

  link_host_break_at (fixture->host, 2000000, LINK_SILENCE);
  mainstay_operation_start (operation);
  link_host_set_silent (fixture->host, TRUE);
  wait_for_bytes (operation, 2000000);
  wait_milliseconds (500);
  g_assert_cmpint (mainstay_operation_get_bytes_done (operation), ==, 2000000);
  link_host_set_silent (fixture->host, FALSE);
  woken = g_get_monotonic_time ();
  g_atomic_int_set (&slept, 8 * 3600);
  wait_for_end (operation);
  g_assert_cmpint (g_get_monotonic_time () - woken, <, 10 * G_USEC_PER_SEC);
  assert_downloaded (fixture, operation, fixture->file);
  /* But for what was on the way when a range was cut. */
  g_assert_cmpint (link_host_n_bytes (fixture->host), <, get_size (fixture) * 3 / 2);
}

/* A connection that carries little gets company, and no byte comes twice. */
static void
test_parallel (Fixture       *fixture,
               gconstpointer  data)
{
  GBytes *large = make_backup_file (&fixture->scene.scratch, MAINSTAY_FILE_FULL, 12000000);

  link_host_serve (fixture->host, large, "\"large\"", NULL);
  link_host_set_speed (fixture->host, 1500000);
  run (fixture, large);
  g_assert_cmpint (link_host_most_at_once (fixture->host), >, 3);
  /* But for what was on the way when a range was cut. */
  g_assert_cmpint (link_host_n_bytes (fixture->host), <,
                   (gint64) g_bytes_get_size (large) * 3 / 2);
  g_bytes_unref (large);
}

#define ADD(name, data, function)                                                                \
  g_test_add ("/transfer/resume/" name, Fixture, data, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("break", NULL, test_break);
  ADD ("break-often", NULL, test_break_often);
  ADD ("pause", NULL, test_pause);
  ADD ("journal", NULL, test_journal);
  ADD ("restart", NULL, test_restart);
  ADD ("restart-holes", NULL, test_restart_holes);
  ADD ("restart-named", NULL, test_restart_named);
  ADD ("restart-record", NULL, test_restart_record);
  ADD ("spoilt-journal", GINT_TO_POINTER (SPOIL_JOURNAL), test_spoilt);
  ADD ("spoilt-length", GINT_TO_POINTER (SPOIL_LENGTH), test_spoilt);
  ADD ("spoilt-backup", GINT_TO_POINTER (SPOIL_BACKUP), test_spoilt);
  ADD ("no-journal", GINT_TO_POINTER (SPOIL_NO_JOURNAL), test_spoilt);
  ADD ("short-part", GINT_TO_POINTER (SPOIL_PART), test_spoilt);
  ADD ("changed", NULL, test_changed);
  ADD ("other-validator", "ETag: \"two\"\r\n", test_range_of_another);
  ADD ("weak-validator", "ETag: W/\"one\"\r\n", test_range_of_another);
  ADD ("omitted-validator", "", test_range_of_another);
  ADD ("whole-instead", NULL, test_whole_instead);
  ADD ("not-satisfiable", NULL, test_not_satisfiable);
  ADD ("page", "Content-Type: text/html\r\n", test_page);
  ADD ("page-without-type", NULL, test_page);
  ADD ("no-validator", NULL, test_no_validator);
  ADD ("weak-validator-only", "ETag: W/\"one\"\r\n", test_no_validator);
  ADD ("weak-date", "Date: Mon, 02 Nov 2026 10:00:00 GMT\r\n"
       "Last-Modified: Mon, 02 Nov 2026 09:59:59 GMT\r\n", test_no_validator);
  ADD ("strong-date", NULL, test_strong_date);
  ADD ("expired", NULL, test_expired);
  ADD ("expired-and-changed", "\"two\"", test_expired);
  ADD ("rate-limited", "429 Too Many Requests", test_retry_after);
  ADD ("unavailable", "503 Service Unavailable", test_retry_after);
  ADD ("full-disk", GINT_TO_POINTER (1500000), test_full_disk);
  ADD ("full-disk-at-once", GINT_TO_POINTER (1), test_full_disk);
  ADD ("sleep", NULL, test_sleep);
  ADD ("parallel", NULL, test_parallel);
  return g_test_run ();
}
