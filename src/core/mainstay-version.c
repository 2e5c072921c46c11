/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-version.h"

#include <string.h>

static gboolean
is_number (const char *part)
{
  return *part != '\0' && strspn (part, "0123456789") == strlen (part);
}

static const char *
skip_zeros (const char *number)
{
  while (number[0] == '0' && number[1] != '\0')
    number++;
  return number;
}

/* Compares digits as text, so that no length of number overflows. */
static int
compare_numbers (const char *a,
                 const char *b)
{
  size_t length_a, length_b;

  a = skip_zeros (a);
  b = skip_zeros (b);
  length_a = strlen (a);
  length_b = strlen (b);
  if (length_a != length_b)
    return length_a < length_b ? -1 : 1;
  return strcmp (a, b);
}

/**
 * mainstay_version_compare:
 * @a: (nullable): a model version such as `1.8.82.253` or `1.8.82.e3c1a393`
 * @b: (nullable): another
 *
 * Compares part by part as numbers. Where the deciding part is not a number (a git hash) or is
 * missing, or a version is not known at all, the order is unknown (portal-api.md, part 2).
 *
 * Returns: how @a stands to @b
 */
MainstayOrder
mainstay_version_compare (const char *a,
                          const char *b)
{
  g_auto(GStrv) parts_a = NULL;
  g_auto(GStrv) parts_b = NULL;
  size_t i;

  if (a == NULL || b == NULL || *a == '\0' || *b == '\0')
    return MAINSTAY_ORDER_UNKNOWN;
  if (strcmp (a, b) == 0)
    return MAINSTAY_ORDER_SAME;

  parts_a = g_strsplit (a, ".", -1);
  parts_b = g_strsplit (b, ".", -1);
  for (i = 0; parts_a[i] != NULL && parts_b[i] != NULL; i++)
    {
      int order;

      if (strcmp (parts_a[i], parts_b[i]) == 0)
        continue;
      if (!is_number (parts_a[i]) || !is_number (parts_b[i]))
        return MAINSTAY_ORDER_UNKNOWN;
      order = compare_numbers (parts_a[i], parts_b[i]);
      if (order != 0)
        return order < 0 ? MAINSTAY_ORDER_OLDER : MAINSTAY_ORDER_NEWER;
    }
  if (parts_a[i] == NULL && parts_b[i] == NULL)
    return MAINSTAY_ORDER_SAME;
  return MAINSTAY_ORDER_UNKNOWN;
}
