/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-part-journal.h"

/* The journal beside a part: what can be read is in order, and comes back as it was written. */

static void
check_ranges (MainstayPartJournal *journal)
{
  gint64 reached = -1;

  for (unsigned int i = 0; i < mainstay_range_set_get_n (journal->done); i++)
    {
      const MainstayRange *range = mainstay_range_set_get (journal->done, i);

      g_assert_cmpint (range->begin, >, reached);
      g_assert_cmpint (range->end, >, range->begin);
      reached = range->end;
    }
  if (journal->length >= 0)
    g_assert_cmpint (reached, <=, journal->length);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPartJournal) journal =
    mainstay_part_journal_parse ((const char *) data, size, &error);
  g_autoptr(MainstayPartJournal) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;

  g_assert_true ((journal == NULL) == (error != NULL));
  if (journal == NULL)
    return 0;
  check_ranges (journal);
  text = mainstay_part_journal_to_text (journal);
  again = mainstay_part_journal_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  text_again = mainstay_part_journal_to_text (again);
  g_assert_cmpstr (text, ==, text_again);
  g_assert_true (mainstay_part_journal_same_backup (journal, again));
  return 0;
}
