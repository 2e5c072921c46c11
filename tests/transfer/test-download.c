/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>

#include "backup-maker.h"
#include "fake-operation.h"
#include "forge.h"
#include "link-host.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-operations.h"
#include "scene.h"

typedef struct
{
  Scene scene;
  LinkHost *host;
  GBytes *file;
  GBytes *empty;
  char *path;
  char *part_path;
  char *journal_path;
  char *damaged_path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  scene_set_up (&fixture->scene, NULL);
  fixture->scene.has_archives = TRUE;
  fixture->host = link_host_new ();
  fixture->file = make_backup_file (&fixture->scene.scratch, MAINSTAY_FILE_FULL, 3000000);
  fixture->empty = g_bytes_new_static ("", 0);
  fixture->path = scratch_file (&fixture->scene.scratch, "backup.tar.gz");
  fixture->part_path = g_strconcat (fixture->path, ".part", NULL);
  fixture->journal_path = g_strconcat (fixture->path, ".part.journal", NULL);
  fixture->damaged_path = g_strconcat (fixture->path, ".damaged", NULL);
  g_queue_push_tail (&fixture->scene.links, link_host_url (fixture->host, "/archive?secret=1"));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  link_host_free (fixture->host);
  g_bytes_unref (fixture->file);
  g_bytes_unref (fixture->empty);
  g_free (fixture->path);
  g_free (fixture->part_path);
  g_free (fixture->journal_path);
  g_free (fixture->damaged_path);
  scene_tear_down (&fixture->scene, NULL);
}

static MainstayOperation *
new_download (Fixture          *fixture,
              MainstayDataType  data_type)
{
  return mainstay_download_operation_new (fixture->scene.client, fixture->scene.app,
                                          fixture->scene.environment, fixture->scene.backup,
                                          data_type, fixture->path);
}

static MainstayOperation *
run (Fixture *fixture)
{
  MainstayOperation *operation = new_download (fixture, MAINSTAY_DATA_FILES_AND_DATABASE);

  mainstay_operation_start (operation);
  wait_for_end (operation);
  return operation;
}

static void
assert_nothing_left (Fixture *fixture)
{
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->part_path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->journal_path, G_FILE_TEST_EXISTS));
}

static void
assert_downloaded (Fixture           *fixture,
                   MainstayOperation *operation)
{
  g_assert_no_error (mainstay_operation_get_error (operation));
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
  assert_same_file (fixture->path, g_bytes_get_data (fixture->file, NULL),
                    g_bytes_get_size (fixture->file));
  g_assert_false (g_file_test (fixture->part_path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->journal_path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->damaged_path, G_FILE_TEST_EXISTS));
}

/* Fails, says so, and leaves nothing under the asked name. */
static void
assert_fails (Fixture       *fixture,
              MainstayError  code)
{
  g_autoptr(MainstayOperation) operation = run (fixture);
  const GError *error = mainstay_operation_get_error (operation);

  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_FAILED);
  g_assert_error (error, MAINSTAY_ERROR, (int) code);
  /* The link is a secret. */
  g_assert_null (strstr (error->message, "secret"));
  g_assert_cmpfloat (mainstay_operation_get_progress (operation), <, 1);
  g_assert_null (mainstay_download_operation_get_file (operation));
  assert_nothing_left (fixture);
}

/* What is bad is kept for whoever wants to look into it. */
static void
assert_fails_and_keeps (Fixture       *fixture,
                        MainstayError  code,
                        GBytes        *kept)
{
  assert_fails (fixture, code);
  assert_same_file (fixture->damaged_path, g_bytes_get_data (kept, NULL),
                    g_bytes_get_size (kept));
}

static void
answer_file (Fixture    *fixture,
             const char *headers)
{
  link_host_answer (fixture->host, "200 OK", headers, fixture->file, -1, LINK_END);
}

static void
test_whole (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;
  g_autofree char *digest = make_digest_line (fixture->file);
  g_autofree char *requests = NULL;
  MainstayBackupFile *file;

  fixture->scene.has_archives = FALSE;
  answer_file (fixture, digest);
  operation = run (fixture);
  assert_downloaded (fixture, operation);
  file = mainstay_download_operation_get_file (operation);
  g_assert_nonnull (file);
  g_assert_cmpint (file->kind, ==, MAINSTAY_FILE_FULL);
  g_assert_cmpint (file->size, ==, (gint64) g_bytes_get_size (fixture->file));
  g_assert_cmpint (mainstay_operation_get_bytes_done (operation), ==, file->size);
  g_assert_cmpint (mainstay_operation_get_bytes_total (operation), ==, file->size);
  g_assert_cmpstr (mainstay_download_operation_get_url (operation), ==,
                   g_queue_peek_head (&fixture->scene.links));
  /* The host of the link is another origin than the portal. */
  requests = link_host_requests (fixture->host);
  g_assert_nonnull (strstr (requests, "GET /archive?secret=1 HTTP/1.1"));
  g_assert_null (strstr (requests, "Mendix"));
  g_assert_null (strstr (requests, SCENE_KEY));
  g_assert_nonnull (strstr (requests, "Accept-Encoding: identity"));
}

static void
test_kinds (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct
  {
    MainstayDataType data_type;
    MainstayFileKind kind;
  } kinds[] = {
    { MAINSTAY_DATA_DATABASE_ONLY, MAINSTAY_FILE_DATABASE },
    { MAINSTAY_DATA_FILES_ONLY, MAINSTAY_FILE_FILES },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr(MainstayOperation) operation = new_download (fixture, kinds[i].data_type);

      g_clear_pointer (&fixture->file, g_bytes_unref);
      fixture->file = make_backup_file (&fixture->scene.scratch, kinds[i].kind, 1000);
      answer_file (fixture, NULL);
      mainstay_operation_start (operation);
      wait_for_end (operation);
      assert_downloaded (fixture, operation);
      g_assert_cmpint (mainstay_download_operation_get_file (operation)->kind, ==,
                       (int) kinds[i].kind);
    }
}

/* Some servers compress the dump. */
static void
test_compressed_dump (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture, MAINSTAY_DATA_DATABASE_ONLY);
  g_autoptr(GBytes) dump = make_backup_file (&fixture->scene.scratch, MAINSTAY_FILE_DATABASE, 0);

  g_clear_pointer (&fixture->file, g_bytes_unref);
  fixture->file = gzip (g_bytes_get_data (dump, NULL), g_bytes_get_size (dump));
  answer_file (fixture, "Content-Encoding: gzip\r\n");
  mainstay_operation_start (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation);
  g_assert_cmpint (mainstay_download_operation_get_file (operation)->format, ==,
                   MAINSTAY_FORMAT_PGDUMP_GZIP);
}

/* The right bytes of the wrong thing. */
static void
test_wrong_kind (Fixture       *fixture,
                 gconstpointer  data)
{
  g_clear_pointer (&fixture->file, g_bytes_unref);
  fixture->file = make_backup_file (&fixture->scene.scratch, MAINSTAY_FILE_FILES, 1000);
  answer_file (fixture, NULL);
  assert_fails_and_keeps (fixture, MAINSTAY_ERROR_WRONG_KIND, fixture->file);
}

/* The line breaks, and breaks again: not for ever. */
static void
test_truncated (Fixture       *fixture,
                gconstpointer  data)
{
  const char *headers = data;

  mainstay_client_set_wait_scale (fixture->scene.client, 0.001);
  for (int i = 0; i < 40; i++)
    link_host_answer (fixture->host, "200 OK", headers, fixture->file, 10000, LINK_END);
  assert_fails (fixture, MAINSTAY_ERROR_UNREACHABLE);
  g_assert_cmpint (link_host_n_requests (fixture->host), ==, 13);
}

static void
test_broken_once (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  link_host_answer (fixture->host, "200 OK", NULL, fixture->file, 1000000, LINK_END);
  answer_file (fixture, NULL);
  operation = run (fixture);
  assert_downloaded (fixture, operation);
  g_assert_cmpint (link_host_n_requests (fixture->host), ==, 2);
  /* The archive was not made a second time. */
  g_assert_cmpint (scene_count (&fixture->scene, "POST /snapshots/backup/archives"), ==, 1);
}

static void
test_short_of_itself (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(GBytes) cut = g_bytes_new_from_bytes (fixture->file, 0, 2000000);

  link_host_answer (fixture->host, "200 OK", NULL, cut, -1, LINK_END);
  assert_fails_and_keeps (fixture, MAINSTAY_ERROR_TRUNCATED, cut);
}

static void
test_flipped (Fixture       *fixture,
              gconstpointer  data)
{
  gsize length = g_bytes_get_size (fixture->file);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (fixture->file, NULL), length);
  g_autoptr(GBytes) flipped = NULL;

  bytes[length / 2] ^= 1;
  flipped = g_bytes_new (bytes, length);
  link_host_answer (fixture->host, "200 OK", NULL, flipped, -1, LINK_END);
  assert_fails (fixture, MAINSTAY_ERROR_DAMAGED);
  g_assert_true (g_file_test (fixture->damaged_path, G_FILE_TEST_EXISTS));
}

/* A whole backup, but another one than the portal meant. */
static void
test_other_digest (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *digest = make_digest_line (fixture->empty);

  answer_file (fixture, digest);
  assert_fails_and_keeps (fixture, MAINSTAY_ERROR_DIGEST_MISMATCH, fixture->file);
}

static void
test_web_page (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(GBytes) page = g_bytes_new_static ("<html>Log in</html>", 19);

  link_host_answer (fixture->host, "200 OK", "Content-Type: text/html; charset=utf-8\r\n", page,
                    -1, LINK_END);
  assert_fails (fixture, MAINSTAY_ERROR_BAD_ANSWER);
}

static void
test_not_found (Fixture       *fixture,
                gconstpointer  data)
{
  link_host_answer (fixture->host, "404 Not Found", NULL, fixture->empty, -1, LINK_END);
  assert_fails (fixture, MAINSTAY_ERROR_NOT_FOUND);
}

/* It answers with other bytes than were asked for: better not to ask it for ranges at all. */
static void
test_lying_range (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;
  g_autofree char *requests = NULL;
  const char *second;

  link_host_answer (fixture->host, "206 Partial Content", data, fixture->file, -1, LINK_END);
  answer_file (fixture, NULL);
  operation = run (fixture);
  assert_downloaded (fixture, operation);
  g_assert_cmpint (link_host_n_requests (fixture->host), ==, 2);
  requests = link_host_requests (fixture->host);
  g_assert_nonnull (strstr (requests, "Range: bytes=0-"));
  second = strstr (requests + 1, "GET ");
  g_assert_null (strstr (second, "Range:"));
}

static void
test_page_without_type (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr(GBytes) page = g_bytes_new_static (data, strlen (data));

  link_host_answer (fixture->host, "200 OK", NULL, page, -1, LINK_END);
  assert_fails (fixture, MAINSTAY_ERROR_BAD_ANSWER);
  g_assert_false (g_file_test (fixture->damaged_path, G_FILE_TEST_EXISTS));
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  link_host_answer (fixture->host, "200 OK", NULL, fixture->empty, -1, LINK_END);
  assert_fails (fixture, MAINSTAY_ERROR_NOT_A_BACKUP);
}

static void
test_expired (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  link_host_answer (fixture->host, data, NULL, fixture->empty, -1, LINK_END);
  answer_file (fixture, NULL);
  operation = run (fixture);
  assert_downloaded (fixture, operation);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /snapshots/backup/archives"), ==, 2);
}

static void
test_expired_twice (Fixture       *fixture,
                    gconstpointer  data)
{
  link_host_answer (fixture->host, "403 Forbidden", NULL, fixture->empty, -1, LINK_END);
  link_host_answer (fixture->host, "403 Forbidden", NULL, fixture->empty, -1, LINK_END);
  assert_fails (fixture, MAINSTAY_ERROR_LINK_EXPIRED);
  g_assert_cmpint (scene_count (&fixture->scene, "POST /snapshots/backup/archives"), ==, 2);
}

static void
answer_redirect (Fixture    *fixture,
                 const char *location)
{
  g_autofree char *header = g_strdup_printf ("Location: %s\r\n", location);

  link_host_answer (fixture->host, "302 Found", header, fixture->empty, -1, LINK_END);
}

static void
test_redirects (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;
  g_autoptr(LinkHost) other = link_host_new ();
  g_autofree char *url = link_host_url (other, "/elsewhere");
  g_autofree char *requests = NULL;

  answer_redirect (fixture, "/next");
  answer_redirect (fixture, url);
  link_host_answer (other, "200 OK", NULL, fixture->file, -1, LINK_END);
  operation = run (fixture);
  assert_downloaded (fixture, operation);
  requests = link_host_requests (other);
  g_assert_true (g_str_has_prefix (requests, "GET /elsewhere "));
  g_assert_null (strstr (requests, "Mendix"));
}

static void
test_redirects_for_ever (Fixture       *fixture,
                         gconstpointer  data)
{
  for (int i = 0; i < 10; i++)
    answer_redirect (fixture, "/next");
  assert_fails (fixture, MAINSTAY_ERROR_REDIRECTED);
  g_assert_cmpint (link_host_n_requests (fixture->host), ==, 6);
}

static void
test_redirects_to_plain_http (Fixture       *fixture,
                              gconstpointer  data)
{
  answer_redirect (fixture, "http://192.0.2.1/archive");
  assert_fails (fixture, MAINSTAY_ERROR_INSECURE);
}

/* The portal's own link redirects: its headers stay with it. */
static void
test_redirected_by_the_portal (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autoptr(MainstayClient) client = NULL;
  g_autoptr(MainstayOperation) operation = NULL;
  g_autofree char *base = link_host_url (fixture->host, "");
  g_autofree char *requests = NULL;
  g_autoptr(LinkHost) other = link_host_new ();
  g_autofree char *url = link_host_url (other, "/archive");
  g_autofree char *job = g_strdup_printf ("{\"archive_id\": \"a\", \"state\": \"completed\", "
                                          "\"url\": \"%s/own\"}", base);
  g_autoptr(GBytes) job_bytes = g_bytes_new (job, strlen (job));

  link_host_answer (fixture->host, "200 OK", "Content-Type: application/json\r\n", job_bytes,
                    -1, LINK_END);
  answer_redirect (fixture, url);
  link_host_answer (other, "200 OK", NULL, fixture->file, -1, LINK_END);
  client = mainstay_client_new (base, SCENE_USER, SCENE_KEY, NULL);
  operation = mainstay_download_operation_new (client, fixture->scene.app,
                                               fixture->scene.environment, fixture->scene.backup,
                                               MAINSTAY_DATA_FILES_AND_DATABASE, fixture->path);
  mainstay_operation_start (operation);
  wait_for_end (operation);
  assert_downloaded (fixture, operation);
  requests = link_host_requests (other);
  g_assert_true (g_str_has_prefix (requests, "GET /archive "));
  g_assert_null (strstr (requests, "Mendix"));
  g_assert_null (strstr (requests, SCENE_KEY));
}

static void
test_archive_fails (Fixture       *fixture,
                    gconstpointer  data)
{
  fixture->scene.has_archives = FALSE;
  fixture->scene.archive_fails = "No room for it";
  assert_fails (fixture, MAINSTAY_ERROR_JOB_FAILED);
  g_assert_cmpint (link_host_n_requests (fixture->host), ==, 0);
}

static void
test_no_link (Fixture       *fixture,
              gconstpointer  data)
{
  g_queue_clear_full (&fixture->scene.links, g_free);
  assert_fails (fixture, MAINSTAY_ERROR_BAD_ANSWER);
}

static void
assert_cancelled (Fixture           *fixture,
                  MainstayOperation *operation)
{
  g_assert_true (mainstay_operation_can_cancel (operation));
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  g_assert_null (mainstay_operation_get_error (operation));
  assert_nothing_left (fixture);
}

static void
test_no_room (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture, MAINSTAY_DATA_FILES_AND_DATABASE);

  /* Announces more than any disk has; it waits before a byte is written. */
  link_host_claim_length (fixture->host, 9000000000000000000u);
  link_host_answer (fixture->host, "200 OK", NULL, fixture->file, 1000, LINK_SILENCE);
  mainstay_operation_start (operation);
  while (mainstay_operation_get_trouble (operation) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (mainstay_operation_get_trouble (operation), MAINSTAY_ERROR,
                  MAINSTAY_ERROR_NO_SPACE);
  assert_cancelled (fixture, operation);
}

static void
test_unwritable (Fixture       *fixture,
                 gconstpointer  data)
{
  g_free (fixture->path);
  fixture->path = g_build_filename (fixture->scene.scratch.path, "no-such-folder", "x", NULL);
  assert_fails (fixture, MAINSTAY_ERROR_FAILED);
  /* Not even the archive was asked for. */
  g_assert_cmpint (scene_count (&fixture->scene, "POST /snapshots/backup/archives"), ==, 0);
}

static void
test_two_at_once (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(MainstayOperation) one = new_download (fixture, MAINSTAY_DATA_FILES_AND_DATABASE);
  g_autoptr(MainstayOperation) two = new_download (fixture, MAINSTAY_DATA_FILES_AND_DATABASE);
  MainstayOperation *good;
  MainstayOperation *bad;

  answer_file (fixture, NULL);
  mainstay_operation_start (one);
  mainstay_operation_start (two);
  wait_for_end (one);
  wait_for_end (two);
  good = mainstay_operation_get_error (one) == NULL ? one : two;
  bad = good == one ? two : one;
  assert_downloaded (fixture, good);
  g_assert_error (mainstay_operation_get_error (bad), MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
}

static void
put_file_cb (MainstayOperation *operation,
             GParamSpec        *pspec,
             gpointer           user_data)
{
  Fixture *fixture = user_data;

  g_assert_true (g_file_set_contents (fixture->path, "somebody's", -1, NULL));
}

/* Somebody else takes the name meanwhile: theirs stays, and ours is not lost. */
static void
test_name_taken (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture, MAINSTAY_DATA_FILES_AND_DATABASE);

  answer_file (fixture, NULL);
  g_signal_connect (operation, "notify::url", G_CALLBACK (put_file_cb), fixture);
  mainstay_operation_start (operation);
  wait_for_end (operation);
  g_assert_error (mainstay_operation_get_error (operation), MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS);
  assert_same_file (fixture->path, "somebody's", 10);
  assert_same_file (fixture->part_path, g_bytes_get_data (fixture->file, NULL),
                    g_bytes_get_size (fixture->file));
}

static void
test_replaces (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "of last week", -1, NULL));
  link_host_answer (fixture->host, "404 Not Found", NULL, fixture->empty, -1, LINK_END);
  operation = run (fixture);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_FAILED);
  assert_same_file (fixture->path, "of last week", 12);

  g_clear_object (&operation);
  answer_file (fixture, NULL);
  operation = run (fixture);
  assert_downloaded (fixture, operation);
}

static void
test_cancel_preparing (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture, MAINSTAY_DATA_FILES_AND_DATABASE);

  fixture->scene.has_archives = FALSE;
  fixture->scene.never_ends = TRUE;
  mainstay_operation_start (operation);
  while (scene_count (&fixture->scene, "GET /snapshots/backup/archives/job-0") == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mainstay_operation_get_step (operation), ==, MAINSTAY_STEP_PREPARING);
  assert_cancelled (fixture, operation);
  g_assert_cmpint (link_host_n_requests (fixture->host), ==, 0);
}

static void
test_cancel_transferring (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture, MAINSTAY_DATA_FILES_AND_DATABASE);

  link_host_answer (fixture->host, "200 OK", NULL, fixture->file, 2000000, LINK_SILENCE);
  mainstay_operation_start (operation);
  while (mainstay_operation_get_bytes_done (operation) < 2000000)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mainstay_operation_get_step (operation), ==, MAINSTAY_STEP_TRANSFERRING);
  g_assert_cmpfloat (mainstay_operation_get_progress (operation), >, 0.5);
  g_assert_true (g_file_test (fixture->part_path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  assert_cancelled (fixture, operation);
}

static void
test_cancel_at_once (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_download (fixture, MAINSTAY_DATA_FILES_AND_DATABASE);

  mainstay_operation_start (operation);
  assert_cancelled (fixture, operation);
}

#define ADD(name, data, function)                                                                \
  g_test_add ("/transfer/download/" name, Fixture, data, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", NULL, test_whole);
  ADD ("kinds", NULL, test_kinds);
  ADD ("compressed-dump", NULL, test_compressed_dump);
  ADD ("wrong-kind", NULL, test_wrong_kind);
  ADD ("truncated", NULL, test_truncated);
  ADD ("truncated-and-closed", "Connection: close\r\n", test_truncated);
  ADD ("broken-once", NULL, test_broken_once);
  ADD ("short-of-itself", NULL, test_short_of_itself);
  ADD ("flipped", NULL, test_flipped);
  ADD ("other-digest", NULL, test_other_digest);
  ADD ("web-page", NULL, test_web_page);
  ADD ("not-found", NULL, test_not_found);
  ADD ("page-without-type", "\xEF\xBB\xBF \n<!DOCTYPE html>", test_page_without_type);
  ADD ("json-without-type", "{\"errorCode\": \"NO_ACCESS\"}", test_page_without_type);
  ADD ("lying-range", "Content-Range: bytes 0-9/100\r\n", test_lying_range);
  ADD ("range-elsewhere", "Content-Range: bytes 5-9/100\r\n", test_lying_range);
  ADD ("range-unreadable", "Content-Range: bytes 0-/100\r\n", test_lying_range);
  ADD ("range-untold", NULL, test_lying_range);
  ADD ("range-in-parts", "Content-Type: multipart/byteranges; boundary=x\r\n", test_lying_range);
  ADD ("empty", NULL, test_empty);
  ADD ("expired-401", "401 Unauthorized", test_expired);
  ADD ("expired-403", "403 Forbidden", test_expired);
  ADD ("expired-410", "410 Gone", test_expired);
  ADD ("expired-twice", NULL, test_expired_twice);
  ADD ("redirects", NULL, test_redirects);
  ADD ("redirects-for-ever", NULL, test_redirects_for_ever);
  ADD ("redirects-to-plain-http", NULL, test_redirects_to_plain_http);
  ADD ("redirected-by-the-portal", NULL, test_redirected_by_the_portal);
  ADD ("archive-fails", NULL, test_archive_fails);
  ADD ("no-link", NULL, test_no_link);
  ADD ("no-room", NULL, test_no_room);
  ADD ("unwritable", NULL, test_unwritable);
  ADD ("two-at-once", NULL, test_two_at_once);
  ADD ("name-taken", NULL, test_name_taken);
  ADD ("replaces", NULL, test_replaces);
  ADD ("cancel-preparing", NULL, test_cancel_preparing);
  ADD ("cancel-transferring", NULL, test_cancel_transferring);
  ADD ("cancel-at-once", NULL, test_cancel_at_once);
  return g_test_run ();
}
