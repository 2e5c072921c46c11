/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-backup-order.h"

#include <string.h>

/**
 * mainstay_backup_order_compare:
 * @a: a backup
 * @b: another
 *
 * Newest first; the id decides between equals, so that the order is one and the same everywhere.
 *
 * Returns: negative when @a comes first
 */
int
mainstay_backup_order_compare (MainstayBackup *a,
                               MainstayBackup *b)
{
  gint64 time_a = mainstay_backup_get_created_at (a);
  gint64 time_b = mainstay_backup_get_created_at (b);

  if (time_a != time_b)
    return time_a > time_b ? -1 : 1;
  return strcmp (mainstay_backup_get_id (a), mainstay_backup_get_id (b));
}

/** mainstay_backup_order_compare_pointers: For g_ptr_array_sort(), which hands over places. */
int
mainstay_backup_order_compare_pointers (gconstpointer a,
                                        gconstpointer b)
{
  return mainstay_backup_order_compare (*(MainstayBackup *const *) a,
                                        *(MainstayBackup *const *) b);
}
