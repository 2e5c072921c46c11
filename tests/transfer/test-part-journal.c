/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "mainstay-error.h"
#include "mainstay-link-answer.h"
#include "mainstay-part-journal.h"
#include "scratch.h"

static MainstayPartJournal *
make_journal (void)
{
  MainstayPartJournal *journal = mainstay_part_journal_new ();

  journal->origin = g_strdup ("https://files.example.com:8443");
  journal->project_id = g_strdup ("project");
  journal->environment_id = g_strdup ("environment");
  journal->backup_id = g_strdup ("backup");
  journal->data_type = g_strdup ("files_only");
  journal->archive_id = g_strdup ("archive");
  journal->etag = g_strdup ("\"a \\ b\"");
  journal->repr_digest = g_strdup ("sha-256=:AAAA:");
  journal->length = 5000000000;
  journal->replaces = TRUE;
  mainstay_range_set_add (journal->done, 0, 10);
  mainstay_range_set_add (journal->done, 4000000000, 5000000000);
  return journal;
}

static void
assert_same (MainstayPartJournal *a,
             MainstayPartJournal *b)
{
  g_autofree char *one = mainstay_part_journal_to_text (a);
  g_autofree char *two = mainstay_part_journal_to_text (b);

  g_assert_cmpstr (one, ==, two);
}

static void
test_round_trip (Scratch       *scratch,
                 gconstpointer  data)
{
  g_autoptr(MainstayPartJournal) journal = make_journal ();
  g_autoptr(MainstayPartJournal) copy = mainstay_part_journal_copy (journal);
  g_autoptr(MainstayPartJournal) read = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = scratch_file (scratch, "journal");

  assert_same (journal, copy);
  g_assert_true (mainstay_part_journal_save (journal, path, &error));
  g_assert_no_error (error);
  read = mainstay_part_journal_load (path, &error);
  g_assert_no_error (error);
  assert_same (journal, read);
  g_assert_cmpstr (read->etag, ==, "\"a \\ b\"");
  g_assert_cmpstr (read->last_modified, ==, NULL);
  g_assert_cmpint (read->length, ==, 5000000000);
  g_assert_true (read->replaces);
  g_assert_true (read->verifies);
  g_assert_cmpuint (mainstay_range_set_get_n (read->done), ==, 2);
  g_assert_cmpint (mainstay_range_set_get_size (read->done), ==, 1000000010);
  g_assert_true (mainstay_part_journal_same_backup (journal, read));
  mainstay_part_journal_reset (read);
  g_assert_cmpint (read->length, ==, -1);
  g_assert_null (read->etag);
  g_assert_cmpint (mainstay_range_set_get_size (read->done), ==, 0);
  g_assert_true (mainstay_part_journal_same_backup (journal, read));
  g_unlink (path);
}

/* What a disk or anybody could have made of it. */
static void
test_hostile (Scratch       *scratch,
              gconstpointer  data)
{
  static const char *const texts[] = {
    "", "{", "[]", "null", "{}", "{\"done\": []}", "{\"version\": 2, \"done\": []}",
    "{\"version\": 1}", "{\"version\": 1, \"done\": {}}", "{\"version\": 1, \"done\": [1]}",
    "{\"version\": 1, \"done\": [[1]]}", "{\"version\": 1, \"done\": [[1, 2, 3]]}",
    "{\"version\": 1, \"done\": [[\"1\", 2]]}", "{\"version\": 1, \"done\": [[1.5, 2]]}",
    "{\"version\": 1, \"done\": [[-1, 2]]}", "{\"version\": 1, \"done\": [[2, 2]]}",
    "{\"version\": 1, \"done\": [[3, 2]]}", "{\"version\": 1, \"done\": [[0, 5], [5, 6]]}",
    "{\"version\": 1, \"done\": [[5, 6], [0, 1]]}",
    "{\"version\": 1, \"length\": 5, \"done\": [[0, 6]]}",
    "{\"version\": 1, \"etag\": \"\\\"a\\r\\nX: y\\\"\", \"done\": []}",
    "{\"version\": 1, \"done\": [[0, 99999999999999999999999]]}",
  };
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *large = g_strnfill (2000000, ' ');
  g_autoptr(GError) error = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_null (mainstay_part_journal_parse (texts[i], strlen (texts[i]), &error));
      g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER);
      g_clear_error (&error);
    }
  g_assert_null (mainstay_part_journal_parse (deep, strlen (deep), &error));
  g_clear_error (&error);
  g_assert_null (mainstay_part_journal_parse (large, strlen (large), &error));
  g_clear_error (&error);
  g_assert_null (mainstay_part_journal_load (scratch->path, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED);
}

/* A text of this kind cannot be a header again, and is not kept. */
static void
test_no_control (Scratch       *scratch,
                 gconstpointer  data)
{
  g_autoptr(MainstayPartJournal) journal = make_journal ();
  g_autoptr(MainstayPartJournal) read = NULL;
  g_autofree char *text = NULL;

  g_free (journal->archive_id);
  journal->archive_id = g_strdup ("a\r\nb");
  text = mainstay_part_journal_to_text (journal);
  read = mainstay_part_journal_parse (text, strlen (text), NULL);
  g_assert_nonnull (read);
  g_assert_null (read->archive_id);
}

static MainstayLinkVerdict
read_answer (unsigned int        status,
             const char         *headers,
             gint64              begin,
             gint64              end,
             MainstayLinkAnswer *answer)
{
  SoupMessageHeaders *parsed = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autofree char *text = g_strconcat ("HTTP/1.1 200 OK\r\n", headers, "\r\n", NULL);
  g_autoptr(GError) error = NULL;
  MainstayLinkVerdict verdict;

  g_assert_true (soup_headers_parse_response (text, (int) strlen (text), parsed, NULL, NULL,
                                              NULL));
  verdict = mainstay_link_answer_read (answer, status, parsed, begin, end, NULL, &error);
  g_assert_true ((error == NULL) == (verdict == MAINSTAY_LINK_BYTES));
  soup_message_headers_unref (parsed);
  return verdict;
}

/* Heads of answers to a request for the bytes 10 to 19. */
static void
test_answers (Scratch       *scratch,
              gconstpointer  data)
{
  static const struct
  {
    unsigned int status;
    const char *headers;
    MainstayLinkVerdict verdict;
  } answers[] = {
    { 206, "Content-Range: bytes 10-19/100\r\nContent-Length: 10\r\n", MAINSTAY_LINK_BYTES },
    { 206, "Content-Range: bytes 10-19/*\r\n", MAINSTAY_LINK_BYTES },
    { 206, "Content-Range: bytes 10-14/100\r\n", MAINSTAY_LINK_BYTES },
    { 206, "Content-Range: bytes 9-19/100\r\n", MAINSTAY_LINK_BAD_RANGE },
    { 206, "Content-Range: bytes 11-19/100\r\n", MAINSTAY_LINK_BAD_RANGE },
    { 206, "Content-Range: bytes 10-20/100\r\n", MAINSTAY_LINK_BAD_RANGE },
    { 206, "Content-Range: bytes 10-19/19\r\n", MAINSTAY_LINK_BAD_RANGE },
    { 206, "Content-Range: bytes 10-9/100\r\n", MAINSTAY_LINK_BAD_RANGE },
    { 206, "Content-Range: bytes 10-99999999999999999999/100\r\n", MAINSTAY_LINK_BAD_RANGE },
    { 206, "Content-Range: bytes 10-19/100\r\nContent-Length: 11\r\n", MAINSTAY_LINK_BAD_RANGE },
    { 206, "Content-Range: pages 10-19/100\r\n", MAINSTAY_LINK_BAD_RANGE },
    { 206, "", MAINSTAY_LINK_BAD_RANGE },
    { 206, "Content-Type: multipart/byteranges; boundary=x\r\n", MAINSTAY_LINK_BAD_RANGE },
    { 200, "Content-Length: 100\r\n", MAINSTAY_LINK_CHANGED },
    { 200, "Content-Type: text/html\r\n", MAINSTAY_LINK_REFUSED },
    { 206, "Content-Range: bytes 10-19/100\r\nContent-Type: application/problem+json\r\n",
      MAINSTAY_LINK_REFUSED },
    { 206, "Content-Range: bytes 10-19/100\r\nContent-Encoding: br\r\n", MAINSTAY_LINK_REFUSED },
    { 204, "", MAINSTAY_LINK_REFUSED },
    { 304, "", MAINSTAY_LINK_REFUSED },
    { 403, "", MAINSTAY_LINK_REFUSED },
    { 416, "", MAINSTAY_LINK_CHANGED },
    { 500, "", MAINSTAY_LINK_REFUSED },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_auto(MainstayLinkAnswer) answer = { 0 };

      g_test_message ("%u %s", answers[i].status, answers[i].headers);
      g_assert_cmpint (read_answer (answers[i].status, answers[i].headers, 10, 20, &answer), ==,
                       (int) answers[i].verdict);
    }
}

static void
test_validators (Scratch       *scratch,
                 gconstpointer  data)
{
  g_auto(MainstayLinkAnswer) answer = { 0 };

  read_answer (200, "ETag: \"x\"\r\nLast-Modified: Mon, 02 Nov 2026 09:00:00 GMT\r\n", 0, -1,
               &answer);
  g_assert_cmpstr (answer.etag, ==, "\"x\"");
  g_assert_null (answer.last_modified);
  read_answer (200, "ETag: W/\"x\"\r\nContent-Length: 7\r\n", 0, -1, &answer);
  g_assert_null (answer.etag);
  g_assert_cmpint (answer.total, ==, 7);
  read_answer (200, "ETag: x\r\nTransfer-Encoding: chunked\r\n", 0, -1, &answer);
  g_assert_null (answer.etag);
  g_assert_cmpint (answer.total, ==, -1);
  read_answer (429, "Retry-After: 120\r\n", 0, -1, &answer);
  g_assert_cmpint (answer.retry_after_ms, ==, 120000);
}

#define ADD(name, function)                                                                      \
  g_test_add ("/transfer/part-journal/" name, Scratch, NULL, scratch_set_up, function,           \
              scratch_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trip", test_round_trip);
  ADD ("hostile", test_hostile);
  ADD ("no-control", test_no_control);
  ADD ("answers", test_answers);
  ADD ("validators", test_validators);
  return g_test_run ();
}
