/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>

#include "backup-maker.h"
#include "fake-operation.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-operations.h"
#include "scene.h"

/* More than a piece of 8 MiB, and less than the next, which is of twice that. */
#define FILES_SIZE 20000000

typedef struct
{
  Scene scene;
  GBytes *database;
  GBytes *files;
  char *database_path;
  char *files_path;
  int changes; /* so often is the source changed */
} Fixture;

static char *
write_bytes (Fixture    *fixture,
             const char *name,
             GBytes     *bytes)
{
  return scratch_write (&fixture->scene.scratch, name, g_bytes_get_data (bytes, NULL),
                        (gssize) g_bytes_get_size (bytes));
}

/* Takes a while to be made, so that all tests share it. */
static GBytes *
get_files (Fixture *fixture)
{
  static GBytes *files = NULL;

  if (files == NULL)
    files = make_backup_file (&fixture->scene.scratch, MAINSTAY_FILE_FILES, FILES_SIZE);
  return g_bytes_ref (files);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  scene_set_up (&fixture->scene, NULL);
  fixture->database = make_backup_file (&fixture->scene.scratch, MAINSTAY_FILE_DATABASE, 0);
  fixture->files = get_files (fixture);
  fixture->database_path = write_bytes (fixture, "db.backup", fixture->database);
  fixture->files_path = write_bytes (fixture, "files.tar.gz", fixture->files);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_bytes_unref (fixture->database);
  g_bytes_unref (fixture->files);
  g_free (fixture->database_path);
  g_free (fixture->files_path);
  scene_tear_down (&fixture->scene, NULL);
}

static MainstayOperation *
new_upload (Fixture    *fixture,
            const char *database_path,
            const char *files_path)
{
  return mainstay_upload_operation_new (fixture->scene.client, fixture->scene.app,
                                        fixture->scene.environment, database_path, files_path);
}

static MainstayOperation *
run (Fixture    *fixture,
     const char *database_path,
     const char *files_path)
{
  MainstayOperation *operation = new_upload (fixture, database_path, files_path);

  mainstay_operation_start (operation);
  wait_for_end (operation);
  return operation;
}

static void
assert_received (Fixture    *fixture,
                 const char *id,
                 GBytes     *bytes,
                 const char *metadata)
{
  GByteArray *upload = g_hash_table_lookup (fixture->scene.uploads, id);

  g_assert_nonnull (upload);
  g_assert_cmpmem (upload->data, upload->len, g_bytes_get_data (bytes, NULL),
                   g_bytes_get_size (bytes));
  g_assert_cmpstr (g_hash_table_lookup (fixture->scene.metadata, id), ==, metadata);
}

static void
assert_done (MainstayOperation *operation)
{
  g_assert_no_error (mainstay_operation_get_error (operation));
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
}

static void
assert_failed (MainstayOperation *operation,
               MainstayError      code)
{
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_FAILED);
  g_assert_error (mainstay_operation_get_error (operation), MAINSTAY_ERROR, (int) code);
  g_assert_cmpfloat (mainstay_operation_get_progress (operation), <, 1);
}

static void
wait_for_terminations (Fixture *fixture,
                       int      n)
{
  for (int i = 0; i < 500 && fixture->scene.n_terminated < n; i++)
    wait_milliseconds (10);
  g_assert_cmpint (fixture->scene.n_terminated, ==, n);
}

static void
test_both (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = run (fixture, fixture->database_path,
                                                fixture->files_path);
  gint64 total = (gint64) (g_bytes_get_size (fixture->database) +
                           g_bytes_get_size (fixture->files));

  assert_done (operation);
  /* "db.backup", "database" and "files.tar.gz", "files" */
  assert_received (fixture, "upload 0", fixture->database,
                   "filename ZGIuYmFja3Vw,kind ZGF0YWJhc2U=");
  assert_received (fixture, "upload 1", fixture->files,
                   "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
  g_assert_cmpint (fixture->scene.lengths, ==, total);
  g_assert_cmpint (fixture->scene.n_patches, ==, 1 + 3);
  g_assert_cmpint (mainstay_operation_get_bytes_done (operation), ==, total);
  g_assert_cmpint (mainstay_operation_get_bytes_total (operation), ==, total);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 1);
  g_assert_cmpint (fixture->scene.n_terminated, ==, 0);
  /* The environment is Empty now, and the object that is shown knows. */
  g_assert_cmpint (mainstay_environment_get_status (fixture->scene.environment), ==,
                   MAINSTAY_ENVIRONMENT_EMPTY);
}

static void
test_one (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr(MainstayOperation) database = run (fixture, fixture->database_path, NULL);
  g_autoptr(MainstayOperation) files = NULL;

  assert_done (database);
  g_assert_cmpuint (g_hash_table_size (fixture->scene.uploads), ==, 1);
  assert_received (fixture, "upload 0", fixture->database,
                   "filename ZGIuYmFja3Vw,kind ZGF0YWJhc2U=");
  files = run (fixture, NULL, fixture->files_path);
  assert_done (files);
  assert_received (fixture, "upload 1", fixture->files,
                   "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 2);
}

/* Goes on from where the portal got to, instead of sending all of it again. */
static void
test_resumes (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.break_at = 12345678;
  operation = run (fixture, NULL, fixture->files_path);
  assert_done (operation);
  assert_received (fixture, "upload 0", fixture->files,
                   "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
  g_assert_cmpuint (g_hash_table_size (fixture->scene.uploads), ==, 1);
  g_assert_cmpint (scene_count (&fixture->scene, "HEAD upload"), ==, 1);
  /* A line that breaks gets shorter pieces. */
  g_assert_cmpint (fixture->scene.n_patches, ==, 4);
}

/* What the portal has forgotten is sent once more from the beginning. */
static void
test_forgotten (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.break_at = 5000000;
  fixture->scene.forget_once = TRUE;
  operation = run (fixture, NULL, fixture->files_path);
  assert_done (operation);
  g_assert_cmpuint (g_hash_table_size (fixture->scene.uploads), ==, 2);
  assert_received (fixture, "upload 1", fixture->files,
                   "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
}

static void
test_missing_extension (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  mainstay_client_take_extensions (fixture->scene.client, MAINSTAY_EXTENSION_NONE);
  operation = run (fixture, fixture->database_path, fixture->files_path);
  assert_failed (operation, MAINSTAY_ERROR_MISSING_EXTENSION);
  g_assert_cmpstr (fixture->scene.log->str, ==, "");
}

/* Nothing at all is sent when one of the two is not what it should be. */
static void
test_refuses_early (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(MainstayOperation) swapped = run (fixture, fixture->files_path,
                                              fixture->database_path);
  g_autoptr(MainstayOperation) missing = NULL;
  g_autoptr(MainstayOperation) cut = NULL;
  g_autofree char *no_path = scratch_file (&fixture->scene.scratch, "no-such-file");
  g_autoptr(GBytes) half = g_bytes_new_from_bytes (fixture->files, 0, FILES_SIZE / 2);
  g_autofree char *half_path = write_bytes (fixture, "half.tar.gz", half);

  assert_failed (swapped, MAINSTAY_ERROR_WRONG_KIND);
  missing = run (fixture, fixture->database_path, no_path);
  assert_failed (missing, MAINSTAY_ERROR_FAILED);
  cut = run (fixture, fixture->database_path, half_path);
  assert_failed (cut, MAINSTAY_ERROR_TRUNCATED);
  g_assert_cmpstr (fixture->scene.log->str, ==, "");
}

static void
touch_when_half_cb (MainstayOperation *operation,
                    GParamSpec        *pspec,
                    gpointer           user_data)
{
  Fixture *fixture = user_data;

  if (mainstay_operation_get_bytes_done (operation) < 1000000)
    return;
  if (--fixture->changes <= 0)
    g_signal_handlers_disconnect_by_data (operation, fixture);
  g_free (write_bytes (fixture, "files.tar.gz", fixture->files));
}

static void
note_trouble_cb (MainstayOperation *operation,
                 GParamSpec        *pspec,
                 gpointer           user_data)
{
  const GError *trouble = mainstay_operation_get_trouble (operation);

  if (trouble != NULL)
    g_array_append_val (user_data, trouble->code);
}

static gboolean
was_troubled_by (GArray        *troubles,
                 MainstayError  code)
{
  for (unsigned int i = 0; i < troubles->len; i++)
    if (g_array_index (troubles, int, i) == (int) code)
      return TRUE;
  return FALSE;
}

/* It begins anew, after telling. */
static void
test_source_changed (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, NULL, fixture->files_path);
  g_autoptr(GArray) troubles = g_array_new (FALSE, FALSE, sizeof (int));

  fixture->changes = 1;
  g_signal_connect (operation, "notify::bytes-done", G_CALLBACK (touch_when_half_cb), fixture);
  g_signal_connect (operation, "notify::trouble", G_CALLBACK (note_trouble_cb), troubles);
  mainstay_operation_start (operation);
  wait_for_end (operation);
  assert_done (operation);
  g_assert_true (was_troubled_by (troubles, MAINSTAY_ERROR_SOURCE_CHANGED));
  g_assert_null (mainstay_operation_get_trouble (operation));
  g_assert_cmpuint (mainstay_operation_get_retries (operation), ==, 1);
  g_assert_cmpuint (g_hash_table_size (fixture->scene.uploads), ==, 2);
  assert_received (fixture, "upload 1", fixture->files,
                   "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 1);
  wait_for_terminations (fixture, 1);
}

/* Who writes to it all the time gets to hear so. */
static void
test_source_keeps_changing (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, NULL, fixture->files_path);

  fixture->changes = G_MAXINT;
  g_signal_connect (operation, "notify::bytes-done", G_CALLBACK (touch_when_half_cb), fixture);
  mainstay_operation_start (operation);
  wait_for_end (operation);
  assert_failed (operation, MAINSTAY_ERROR_SOURCE_CHANGED);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 0);
}

static void
test_load_fails (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.load_fails = "The dump is too new";
  operation = run (fixture, fixture->database_path, NULL);
  assert_failed (operation, MAINSTAY_ERROR_JOB_FAILED);
  g_assert_cmpstr (mainstay_operation_get_error (operation)->message, ==, "The dump is too new");
  g_assert_cmpint (mainstay_environment_get_status (fixture->scene.environment), ==,
                   MAINSTAY_ENVIRONMENT_STOPPED);
}

static void
test_load_refused (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.refuse = "ERROR_NOT_ALLOWED";
  operation = run (fixture, fixture->database_path, NULL);
  assert_failed (operation, MAINSTAY_ERROR_NOT_ALLOWED);
  /* What was sent stays for another try, until it is given up. */
  g_assert_cmpint (fixture->scene.n_terminated, ==, 0);
  mainstay_operation_cancel (operation);
  while (mainstay_operation_get_state (operation) != MAINSTAY_OPERATION_CANCELLED)
    g_main_context_iteration (NULL, TRUE);
  wait_for_terminations (fixture, 1);
}

static void
test_cancel_sending (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, NULL, fixture->files_path);

  mainstay_operation_start (operation);
  while (mainstay_operation_get_bytes_done (operation) < 1000000)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (mainstay_operation_can_cancel (operation));
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  wait_for_terminations (fixture, 1);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 0);
}

/* While it waits for a line that is down. */
static void
test_cancel_broken (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, NULL, fixture->files_path);

  fixture->scene.break_at = 3000000;
  fixture->scene.always_breaks = TRUE;
  mainstay_operation_start (operation);
  while (scene_count (&fixture->scene, "HEAD upload") < 2)
    g_main_context_iteration (NULL, TRUE);
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  wait_for_terminations (fixture, 1);
}

static void
test_cancel_checking (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, fixture->database_path,
                                                       fixture->files_path);

  mainstay_operation_start (operation);
  g_assert_cmpint (mainstay_operation_get_step (operation), ==, MAINSTAY_STEP_VERIFYING);
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  g_assert_cmpstr (fixture->scene.log->str, ==, "");
}

static void
test_cancel_loading (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, fixture->database_path, NULL);

  mainstay_operation_start (operation);
  while (scene_count (&fixture->scene, "POST /data-uploads") == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mainstay_operation_get_step (operation), ==, MAINSTAY_STEP_LOADING);
  g_assert_false (mainstay_operation_can_cancel (operation));
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  assert_done (operation);
  g_assert_cmpint (fixture->scene.n_terminated, ==, 0);
}

/* A lost answer is looked for in the portal's list before anything is repeated. */
static void
test_load_lost (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.lose_load = TRUE;
  operation = run (fixture, fixture->database_path, NULL);
  assert_done (operation);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 1);
  g_assert_cmpuint (fixture->scene.loads->len, ==, 1);
}

static void
test_load_unheard (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.drop_load = TRUE;
  operation = run (fixture, fixture->database_path, NULL);
  assert_done (operation);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 2);
  g_assert_cmpuint (fixture->scene.loads->len, ==, 1);
}

/* Where nobody can tell, it is not done twice. */
static void
test_load_unknown (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.lose_load = TRUE;
  fixture->scene.no_list = TRUE;
  operation = run (fixture, fixture->database_path, NULL);
  assert_failed (operation, MAINSTAY_ERROR_SERVICE_UNAVAILABLE);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 1);
}

/* What passes by itself is waited for, told and tried again. */
static void
test_passing_trouble (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, NULL, fixture->files_path);
  g_autoptr(GArray) troubles = g_array_new (FALSE, FALSE, sizeof (int));
  gint64 began_at = g_get_monotonic_time ();

  fixture->scene.mismatches = 2;
  fixture->scene.locks = 1;
  fixture->scene.busy = 1;
  g_signal_connect (operation, "notify::trouble", G_CALLBACK (note_trouble_cb), troubles);
  mainstay_operation_start (operation);
  wait_for_end (operation);
  assert_done (operation);
  assert_received (fixture, "upload 0", fixture->files,
                   "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
  g_assert_true (was_troubled_by (troubles, MAINSTAY_ERROR_RATE_LIMITED));
  g_assert_true (was_troubled_by (troubles, MAINSTAY_ERROR_DIGEST_MISMATCH));
  g_assert_cmpuint (mainstay_operation_get_retries (operation), ==, 4);
  /* Retry-After is kept to the letter. */
  g_assert_cmpint (g_get_monotonic_time () - began_at, >=, G_USEC_PER_SEC);
}

static void
test_always_mismatch (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.mismatches = G_MAXINT;
  operation = run (fixture, NULL, fixture->files_path);
  assert_failed (operation, MAINSTAY_ERROR_DIGEST_MISMATCH);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 0);
}

static const struct
{
  const char *offered;
  int mismatches;
  const char *used;    /* of each piece */
} proofs[] = {
  { "sha1,md5", 0, "none " },
  { "sha1, crc32", 0, "crc32 " },
  { "crc32c,sha256", 0, "sha256 " },
  /* Another server's crc32 may be another one. */
  { "crc32,sha256", 1, "crc32 sha256 " },
  { "crc32", 1, "crc32 crc32 " },
};

/* By the cheapest of what the portal offers and this knows. */
static void
test_proofs (Fixture       *fixture,
             gconstpointer  data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (proofs); i++)
    {
      g_autofree char *id = g_strdup_printf ("upload %" G_GSIZE_FORMAT, i);
      g_autoptr(MainstayOperation) operation = NULL;

      fixture->scene.algorithms = proofs[i].offered;
      fixture->scene.mismatches = proofs[i].mismatches;
      g_string_truncate (fixture->scene.proofs, 0);
      operation = run (fixture, fixture->database_path, NULL);
      assert_done (operation);
      assert_received (fixture, id, fixture->database,
                       "filename ZGIuYmFja3Vw,kind ZGF0YWJhc2U=");
      g_assert_cmpstr (fixture->scene.proofs->str, ==, proofs[i].used);
    }
}

/* What needs no proof is kept when it breaks off, and goes in one piece. */
static void
test_no_checksum (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.algorithms = NULL;
  operation = run (fixture, NULL, fixture->files_path);
  assert_done (operation);
  assert_received (fixture, "upload 0", fixture->files,
                   "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
  g_assert_cmpint (fixture->scene.n_patches, ==, 1);
}

/* The API headers go to the portal itself or nowhere. */
static void
test_location_elsewhere (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.location = data;
  operation = run (fixture, NULL, fixture->files_path);
  assert_failed (operation, MAINSTAY_ERROR_BAD_ANSWER);
  g_assert_cmpint (fixture->scene.n_patches, ==, 0);
}

static void
test_too_large (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  fixture->scene.max_size = FILES_SIZE - 1;
  operation = run (fixture, NULL, fixture->files_path);
  assert_failed (operation, MAINSTAY_ERROR_TOO_LARGE);
  g_assert_cmpint (scene_count (&fixture->scene, "POST upload"), ==, 0);
}

/* Another run of the program, with nothing but the record. */
static MainstayOperation *
make_again (Fixture           *fixture,
            MainstayOperation *operation)
{
  g_autoptr(JsonObject) record = mainstay_operation_describe (operation);
  g_autoptr(GError) error = NULL;
  MainstayOperation *again = mainstay_upload_operation_new_from_record (record, &error);

  g_assert_no_error (error);
  mainstay_operation_release (again, fixture->scene.client);
  return again;
}

static void
send_half (Fixture           *fixture,
           MainstayOperation *operation)
{
  mainstay_operation_start (operation);
  while (fixture->scene.n_patches < 2)
    g_main_context_iteration (NULL, TRUE);
  mainstay_operation_pause (operation);
  while (mainstay_operation_get_state (operation) != MAINSTAY_OPERATION_PAUSED)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_record (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, NULL, fixture->files_path);
  g_autoptr(MainstayOperation) again = NULL;

  send_half (fixture, operation);
  g_assert_cmpint (fixture->scene.n_terminated, ==, 0);
  again = make_again (fixture, operation);
  mainstay_operation_start (again);
  wait_for_end (again);
  assert_done (again);
  g_assert_cmpuint (g_hash_table_size (fixture->scene.uploads), ==, 1);
  g_assert_cmpint (scene_count (&fixture->scene, "HEAD upload"), ==, 1);
  assert_received (fixture, "upload 0", fixture->files,
                   "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
}

/* What changed while the program did not run is sent anew. */
static void
test_record_changed (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, NULL, fixture->files_path);
  g_autoptr(MainstayOperation) again = NULL;

  send_half (fixture, operation);
  g_free (write_bytes (fixture, "files.tar.gz", fixture->files));
  again = make_again (fixture, operation);
  mainstay_operation_start (again);
  wait_for_end (again);
  assert_done (again);
  assert_received (fixture, "upload 1", fixture->files,
                   "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
  wait_for_terminations (fixture, 1);
}

static gboolean
knows_load (MainstayOperation *operation)
{
  g_autoptr(JsonObject) record = mainstay_operation_describe (operation);

  return json_object_has_member (record, "data_upload_id");
}

/* A load that was accepted is followed, and never asked for again. */
static void
test_record_loading (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_upload (fixture, fixture->database_path, NULL);
  g_autoptr(MainstayOperation) again = NULL;

  fixture->scene.never_ends = TRUE;
  mainstay_operation_start (operation);
  while (!knows_load (operation))
    g_main_context_iteration (NULL, TRUE);
  again = make_again (fixture, operation);
  mainstay_operation_start (again);
  fixture->scene.never_ends = FALSE;
  wait_for_end (operation);
  wait_for_end (again);
  assert_done (again);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /data-uploads"), ==, 1);
  g_assert_cmpuint (g_hash_table_size (fixture->scene.uploads), ==, 1);
}

static void
test_folder (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *folder = scratch_file (&fixture->scene.scratch, "folder");
  g_autofree char *pair = g_build_filename (folder, "tree", "ab", "cd", NULL);
  g_autofree char *file = g_build_filename (pair, "abcd0000-0000-4000-8000-000000000000", NULL);
  g_autofree char *unpacked = scratch_file (&fixture->scene.scratch, "unpacked");
  g_autofree char *arrived = NULL;
  g_autofree char *there = NULL;
  g_autoptr(GBytes) content = noise_bytes (3, 12000000);
  g_autoptr(MainstayOperation) operation = NULL;
  GByteArray *upload;

  g_assert_cmpint (g_mkdir_with_parents (pair, 0755), ==, 0);
  g_assert_true (g_file_set_contents (file, g_bytes_get_data (content, NULL), 12000000, NULL));
  fixture->scene.break_at = 9876543;
  operation = run (fixture, NULL, folder);
  assert_done (operation);
  upload = g_hash_table_lookup (fixture->scene.uploads, "upload 0");
  arrived = scratch_write (&fixture->scene.scratch, "arrived.tar", upload->data, upload->len);
  g_assert_cmpint (g_mkdir (unpacked, 0755), ==, 0);
  run_program (unpacked, "tar", "-xf", arrived, NULL);
  there = g_build_filename (unpacked, "tree/ab/cd/abcd0000-0000-4000-8000-000000000000", NULL);
  assert_same_file (there, g_bytes_get_data (content, NULL), 12000000);
}

/* Wherever the line breaks. */
static void
test_many_breaks (Fixture       *fixture,
                  gconstpointer  data)
{
  for (int i = 0; i < 12; i++)
    {
      g_autoptr(MainstayOperation) operation = NULL;
      g_autofree char *id = g_strdup_printf ("upload %d", i);

      fixture->scene.break_at = g_test_rand_int_range (0, FILES_SIZE);
      operation = run (fixture, NULL, fixture->files_path);
      assert_done (operation);
      assert_received (fixture, id, fixture->files, "filename ZmlsZXMudGFyLmd6,kind ZmlsZXM=");
    }
}

#define ADD_WITH(name, data, function)                                                           \
  g_test_add ("/transfer/upload/" name, Fixture, data, set_up, function, tear_down)
#define ADD(name, function) ADD_WITH (name, NULL, function)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("both", test_both);
  ADD ("one", test_one);
  ADD ("resumes", test_resumes);
  ADD ("forgotten", test_forgotten);
  ADD ("missing-extension", test_missing_extension);
  ADD ("refuses-early", test_refuses_early);
  ADD ("source-changed", test_source_changed);
  ADD ("source-keeps-changing", test_source_keeps_changing);
  ADD ("load-fails", test_load_fails);
  ADD ("load-refused", test_load_refused);
  ADD ("cancel-sending", test_cancel_sending);
  ADD ("cancel-broken", test_cancel_broken);
  ADD ("cancel-checking", test_cancel_checking);
  ADD ("cancel-loading", test_cancel_loading);
  ADD ("load-lost", test_load_lost);
  ADD ("load-unheard", test_load_unheard);
  ADD ("load-unknown", test_load_unknown);
  ADD ("passing-trouble", test_passing_trouble);
  ADD ("always-mismatch", test_always_mismatch);
  ADD ("proofs", test_proofs);
  ADD ("no-checksum", test_no_checksum);
  ADD_WITH ("location-elsewhere", "http://127.0.0.1:9/api/mainstay/1/uploads/0",
            test_location_elsewhere);
  ADD_WITH ("location-nowhere", "x:/.//uploads/0", test_location_elsewhere);
  ADD ("too-large", test_too_large);
  ADD ("record", test_record);
  ADD ("record-changed", test_record_changed);
  ADD ("record-loading", test_record_loading);
  ADD ("folder", test_folder);
  ADD ("many-breaks", test_many_breaks);
  return g_test_run ();
}
