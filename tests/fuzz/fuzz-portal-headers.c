/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include <string.h>

#include "mainstay-portal-link.h"
#include "mainstay-portal-tus-checksum.h"
#include "mainstay-portal-tus.h"

/* The headers of requests to the portal, one a line: Range, If-Range, If-Match, Upload-Metadata,
 * Upload-Offset and Upload-Checksum. */

#define SIZE 1000
#define ETAG "\"0123456789abcdef\""

static void
check_range (const char *range,
             const char *if_range)
{
  gint64 offset = -1, length = -1;
  MainstayPortalRange kind =
    mainstay_portal_link_parse_range (range, *if_range != '\0' ? if_range : NULL, ETAG, SIZE,
                                      &offset, &length);

  if (kind == MAINSTAY_PORTAL_RANGE_UNSATISFIABLE)
    return;
  g_assert_cmpint (offset, >=, 0);
  g_assert_cmpint (length, >, 0);
  g_assert_cmpint (offset + length, <=, SIZE);
  if (kind == MAINSTAY_PORTAL_RANGE_WHOLE)
    g_assert_cmpint (length, ==, SIZE);
}

static void
check_metadata (const char *header)
{
  g_autofree char *kind = NULL;
  g_autofree char *name = NULL;
  g_autoptr(GError) error = NULL;

  if (!mainstay_portal_tus_parse_metadata (header, &kind, &name, &error))
    {
      g_assert_nonnull (error);
      return;
    }
  g_assert_true (g_utf8_validate (name, -1, NULL));
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
}

static void
check_checksum (const char *header)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTusChecksum) checksum = mainstay_portal_tus_checksum_new (header, &error);

  g_assert_true ((checksum != NULL) == (error == NULL));
  if (checksum == NULL)
    return;
  mainstay_portal_tus_checksum_update (checksum, header, strlen (header));
  mainstay_portal_tus_checksum_is_met (checksum);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_auto(GStrv) lines = fuzz_dup_lines (data, size, 6);
  gint64 number = -1;

  check_range (lines[0], lines[1]);
  mainstay_portal_link_has_etag (lines[2], ETAG);
  check_metadata (lines[3]);
  if (mainstay_portal_tus_parse_number (lines[4], &number))
    g_assert_cmpint (number, >=, 0);
  check_checksum (lines[5]);
  return 0;
}
