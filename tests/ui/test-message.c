/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <locale.h>
#include <string.h>

#include "mainstay-message.h"

/* No code may be added without words for it. */
static void
test_every_code (void)
{
  for (int code = 0; code < MAINSTAY_N_ERRORS; code++)
    {
      g_autoptr(GError) error = g_error_new_literal (MAINSTAY_ERROR, code, "detail");
      g_autoptr(MainstayMessage) message = mainstay_message_new (error);
      g_autofree char *body = mainstay_message_dup_body (message);
      g_autofree char *line = mainstay_message_dup_line (error);
      g_autofree char *trouble = mainstay_message_dup_trouble (error);

      g_test_message ("code %d: %s", code, message->title);
      g_assert_nonnull (message->title);
      g_assert_cmpint (strlen (message->title), >, 3);
      g_assert_true (g_str_has_suffix (message->sentence, "."));
      g_assert_true (message->next_step != NULL || code == MAINSTAY_ERROR_ALREADY_STARTED);
      g_assert_true (g_str_has_prefix (body, message->sentence));
      g_assert_null (strchr (line, '\n'));
      g_assert_true (g_str_has_suffix (trouble, "."));
      if (code != MAINSTAY_ERROR_FAILED)
        g_assert_cmpstr (message->title, !=, "Something Went Wrong");
    }
}

static void
test_detail (void)
{
  g_autoptr(GError) failed = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_JOB_FAILED,
                                                  "The dump is broken at byte 7");
  g_autoptr(GError) refused = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED,
                                                   "key 1234 is wrong");
  g_autoptr(GError) broken = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_JOB_FAILED,
                                                  "not \xff UTF-8");
  g_autoptr(MainstayMessage) failed_message = mainstay_message_new (failed);
  g_autoptr(MainstayMessage) refused_message = mainstay_message_new (refused);
  g_autoptr(MainstayMessage) broken_message = mainstay_message_new (broken);
  g_autofree char *body = mainstay_message_dup_body (failed_message);
  g_autofree char *refused_body = mainstay_message_dup_body (refused_message);

  g_assert_true (g_str_has_suffix (body, "\n\nThe dump is broken at byte 7"));
  g_assert_null (strstr (refused_body, "1234"));
  g_assert_true (g_utf8_validate (broken_message->detail, -1, NULL));
}

static void
test_other_domains (void)
{
  g_autoptr(GError) space = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  g_autoptr(GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_MOUNTED, "No disk");
  g_autoptr(GError) wild = g_error_new_literal (MAINSTAY_ERROR, 4711, "What");
  g_autoptr(MainstayMessage) space_message = mainstay_message_new (space);
  g_autoptr(MainstayMessage) other_message = mainstay_message_new (other);
  g_autoptr(MainstayMessage) wild_message = mainstay_message_new (wild);

  g_assert_cmpstr (space_message->title, ==, "Disk Full");
  g_assert_cmpstr (other_message->title, ==, "Something Went Wrong");
  g_assert_cmpstr (other_message->detail, ==, "No disk");
  g_assert_cmpstr (wild_message->title, ==, "Something Went Wrong");
}

/* Nobody is told to try again what is tried again anyway. */
static void
test_trouble (void)
{
  g_autoptr(GError) full = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  g_autoptr(GError) slow = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_TIMED_OUT, "");
  g_autoptr(GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "Busy");
  g_autofree char *full_words = mainstay_message_dup_trouble (full);
  g_autofree char *slow_words = mainstay_message_dup_trouble (slow);
  g_autofree char *other_words = mainstay_message_dup_trouble (other);

  g_assert_cmpstr (full_words, ==, "There is not enough free space for the file. It goes on by "
                                   "itself once there is room: free some space.");
  g_assert_cmpstr (slow_words, ==, "The portal did not answer in time. It is tried again by "
                                   "itself.");
  g_assert_cmpstr (other_words, ==, "The operation could not be completed. It is tried again by "
                                    "itself.");
}

static void
test_missing_extensions (void)
{
  for (int bit = 0; bit < 4; bit++)
    g_assert_nonnull (mainstay_message_missing_extension (1 << bit));
  g_assert_null (mainstay_message_missing_extension (MAINSTAY_EXTENSION_NONE));
  g_assert_cmpstr (mainstay_message_missing_extension (MAINSTAY_EXTENSION_UPLOAD_DATA), ==,
                   "This portal cannot take data uploads: Mendix Cloud offers this only on its own "
                   "page.");
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/message/every-code", test_every_code);
  g_test_add_func ("/ui/message/detail", test_detail);
  g_test_add_func ("/ui/message/other-domains", test_other_domains);
  g_test_add_func ("/ui/message/trouble", test_trouble);
  g_test_add_func ("/ui/message/missing-extensions", test_missing_extensions);
  return g_test_run ();
}
