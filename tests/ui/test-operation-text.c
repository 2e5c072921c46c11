/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <locale.h>
#include <string.h>

#include "mainstay-error.h"
#include "mainstay-operation-text.h"

/* The defaults are meant to be overridden. */
#pragma GCC diagnostic ignored "-Woverride-init"

/* Whatever a test does not name is unknown, which for these is no zero. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define FACTS(...) \
  ((MainstayOperationFacts){ .environment = "Test", .progress = -1, .bytes_done = -1, \
                             .bytes_total = -1, .seconds_left = -1, __VA_ARGS__ })

#define assert_text(facts, expected_title, expected_subtitle, expected_progress) \
  G_STMT_START { \
    MainstayOperationFacts the_facts = facts; \
    g_autoptr(MainstayOperationText) the_text = mainstay_operation_text_new (&the_facts); \
    g_assert_cmpstr (the_text->title, ==, expected_title); \
    g_assert_cmpstr (the_text->subtitle, ==, expected_subtitle); \
    g_assert_cmpstr (the_text->progress_text, ==, expected_progress); \
  } G_STMT_END

static void
test_titles (void)
{
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_CREATE), "Backup of Test", "Waiting", "");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_RESTORE), "Restore into Test", "Waiting", "");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_UPLOAD), "Data upload to Test", "Waiting", "");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_DOWNLOAD), "Download from Test", "Waiting", "");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_DOWNLOAD, .file_name = "a.tar.gz"),
               "Download of a.tar.gz", "Waiting", "");
}

/* No step without a sentence of its own. */
static void
test_steps (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int step = MAINSTAY_STEP_NONE; step <= MAINSTAY_STEP_LOADING; step++)
    {
      MainstayOperationFacts facts =
        FACTS (.kind = MAINSTAY_OPERATION_RESTORE, .state = MAINSTAY_OPERATION_RUNNING,
               .step = step);
      g_autoptr(MainstayOperationText) text = mainstay_operation_text_new (&facts);

      g_assert_true (text->active);
      g_assert_true (g_hash_table_add (seen, g_strdup (text->subtitle)));
    }
}

static void
test_progress (void)
{
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_DOWNLOAD, .state = MAINSTAY_OPERATION_RUNNING,
                      .step = MAINSTAY_STEP_TRANSFERRING, .bytes_done = 12000000,
                      .bytes_total = 40000000, .speed = 3000000, .seconds_left = 90,
                      .progress = 0.3),
               "Download from Test", "Receiving the file",
               "12.0\302\240MB of 40.0\302\240MB · 3.0\302\240MB/s · About 2 minutes left");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_UPLOAD, .state = MAINSTAY_OPERATION_RUNNING,
                      .step = MAINSTAY_STEP_TRANSFERRING, .bytes_done = 1000),
               "Data upload to Test", "Sending the data", "1.0\302\240kB");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_CREATE, .state = MAINSTAY_OPERATION_RUNNING,
                      .step = MAINSTAY_STEP_CREATING, .progress = 0.25),
               "Backup of Test", "The portal is making the backup", "25%");
}

static void
test_pauses (void)
{
  g_autoptr(GError) trouble = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE, "");
  MainstayOperationFacts troubled = FACTS (.kind = MAINSTAY_OPERATION_DOWNLOAD,
                                           .state = MAINSTAY_OPERATION_RUNNING,
                                           .step = MAINSTAY_STEP_TRANSFERRING,
                                           .trouble = trouble);
  g_autoptr(MainstayOperationText) text = mainstay_operation_text_new (&troubled);

  g_assert_nonnull (strstr (text->subtitle, "cannot be reached"));
  g_assert_true (text->active);
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_DOWNLOAD, .state = MAINSTAY_OPERATION_PAUSED,
                      .bytes_done = 12000000, .bytes_total = 40000000, .progress = 0.3),
               "Download from Test", "Paused", "12.0\302\240MB of 40.0\302\240MB");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_DOWNLOAD, .state = MAINSTAY_OPERATION_RUNNING,
                      .stopping = TRUE), "Download from Test", "Pausing…", "");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_DOWNLOAD, .state = MAINSTAY_OPERATION_RUNNING,
                      .stopping = TRUE, .cancelling = TRUE),
               "Download from Test", "Cancelling…", "");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_DOWNLOAD, .state = MAINSTAY_OPERATION_VERIFYING,
                      .step = MAINSTAY_STEP_VERIFYING, .progress = 0.5),
               "Download from Test", "Verifying the file", "50%");
}

/* What is left over from the last time waits for its account, and perhaps for a person as well. */
static void
test_left_over (void)
{
  g_autoptr(GError) trouble =
    g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_ACCOUNT_NOT_READY,
                         "Waits for the account anna · portal.example.com");

  assert_text (FACTS (.kind = MAINSTAY_OPERATION_UPLOAD, .state = MAINSTAY_OPERATION_PAUSED,
                      .trouble = trouble), "Data upload to Test",
               "Waits for the account anna · portal.example.com. Connect to the portal to go on.",
               "");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_UPLOAD, .state = MAINSTAY_OPERATION_PAUSED,
                      .trouble = trouble, .paused_by_user = TRUE), "Data upload to Test",
               "Paused. Waits for the account anna · portal.example.com. Connect to the portal to "
               "go on.", "");
}

/* It is told where a bad file is. */
static void
test_kept (void)
{
  g_autoptr(GError) error =
    g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_DIGEST_MISMATCH, "Other bytes");

  assert_text (FACTS (.kind = MAINSTAY_OPERATION_DOWNLOAD, .state = MAINSTAY_OPERATION_FAILED,
                      .file_name = "a.tar.gz", .error = error, .kept = "/home/a.tar.gz.damaged"),
               "Download of a.tar.gz",
               "The file’s checksum is not the one that the portal gave. Start the download again. "
               "The bad file was kept as “/home/a.tar.gz.damaged”; it can be deleted.", "");
}

static void
test_ends (void)
{
  g_autoptr(GError) error = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_JOB_FAILED,
                                                 "The dump is broken");
  MainstayOperationFacts failed = FACTS (.kind = MAINSTAY_OPERATION_RESTORE,
                                         .state = MAINSTAY_OPERATION_FAILED, .progress = 0.9,
                                         .error = error);
  g_autoptr(MainstayOperationText) text = mainstay_operation_text_new (&failed);

  g_assert_nonnull (strstr (text->subtitle, "The dump is broken"));
  g_assert_false (text->active);
  g_assert_cmpfloat (text->progress, <, 0);
  g_assert_cmpstr (text->icon_name, ==, "dialog-error-symbolic");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_CREATE, .state = MAINSTAY_OPERATION_CANCELLED),
               "Backup of Test", "Cancelled", "");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_CREATE, .state = MAINSTAY_OPERATION_DONE,
                      .finished_at = G_GINT64_CONSTANT (1000000000000)),
               "Backup of Test", "Completed at 9 Sep 2001, 01:46", "");
  assert_text (FACTS (.kind = MAINSTAY_OPERATION_UPLOAD, .state = MAINSTAY_OPERATION_DONE),
               "Data upload to Test",
               "Completed. Deploy a package to Test before the app is started.", "");
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/operation-text/titles", test_titles);
  g_test_add_func ("/ui/operation-text/steps", test_steps);
  g_test_add_func ("/ui/operation-text/progress", test_progress);
  g_test_add_func ("/ui/operation-text/pauses", test_pauses);
  g_test_add_func ("/ui/operation-text/left-over", test_left_over);
  g_test_add_func ("/ui/operation-text/kept", test_kept);
  g_test_add_func ("/ui/operation-text/ends", test_ends);
  return g_test_run ();
}
