/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-address.h"
#include "mainstay-answer.h"
#include "mainstay-retry.h"
#include "mainstay-time.h"
#include "mainstay-version.h"

/* The short texts of the API: each line goes to every parser of one. */

static void
check_time (const char *text)
{
  gint64 time = mainstay_time_parse (text);
  g_autofree char *written = NULL;

  if (time <= 0)
    return;
  written = mainstay_time_format (time);
  g_assert_cmpint (mainstay_time_parse (written), ==, time);
}

static void
check_address (const char *text)
{
  g_autofree char *address = mainstay_address_normalize (text, NULL);
  g_autofree char *again = NULL;

  if (address == NULL)
    return;
  again = mainstay_address_normalize (address, NULL);
  g_assert_cmpstr (again, ==, address);
}

static void
check_retry (const char *text)
{
  gint64 delay = mainstay_retry_parse_after (text, 1767322800000);

  g_assert_cmpint (delay, >=, -1);
}

static void
check_versions (const char *a,
                const char *b)
{
  MainstayOrder order = mainstay_version_compare (a, b);
  MainstayOrder back = mainstay_version_compare (b, a);

  g_assert_true (order == MAINSTAY_ORDER_OLDER   ? back == MAINSTAY_ORDER_NEWER
                 : order == MAINSTAY_ORDER_NEWER ? back == MAINSTAY_ORDER_OLDER
                                                 : back == order);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_auto(GStrv) lines = fuzz_dup_lines (data, size, 2);
  g_autofree char *clean = mainstay_answer_clean_text (lines[0]);

  g_assert_true (g_utf8_validate (clean, -1, NULL));
  check_time (lines[0]);
  check_retry (lines[0]);
  check_versions (lines[0], lines[1]);
  if (g_utf8_validate (lines[0], -1, NULL))
    check_address (lines[0]);
  return 0;
}
