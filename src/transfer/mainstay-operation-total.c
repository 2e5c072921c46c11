/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operation-total.h"

/* Of its step; what waits for its turn has done nothing more than before. */
static double
get_known_progress (MainstayOperation *operation)
{
  double progress = mainstay_operation_get_progress (operation);

  return mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_QUEUED ? MAX (progress, 0)
                                                                               : progress;
}

/* How much the operations weigh whose size nobody knows: as much as the others do on average. */
static double
work_out_average (GPtrArray *operations)
{
  double bytes = 0;
  unsigned int n_sized = 0;

  for (unsigned int i = 0; i < operations->len; i++)
    {
      MainstayOperation *operation = g_ptr_array_index (operations, i);
      gint64 total = mainstay_operation_get_bytes_total (operation);

      if (!mainstay_operation_is_active (operation) || total <= 0)
        continue;
      bytes += (double) total;
      n_sized++;
    }
  return n_sized > 0 ? bytes / n_sized : 1;
}

/**
 * mainstay_operation_total_progress:
 * @operations: (element-type MainstayOperation): operations
 *
 * Returns: how far the active ones are together, 0 to 1; negative when that is known of none
 */
double
mainstay_operation_total_progress (GPtrArray *operations)
{
  double average = work_out_average (operations);
  double weights = 0;
  double sum = 0;
  gboolean known = FALSE;

  for (unsigned int i = 0; i < operations->len; i++)
    {
      MainstayOperation *operation = g_ptr_array_index (operations, i);
      gint64 total = mainstay_operation_get_bytes_total (operation);
      double progress = get_known_progress (operation);
      double weight = total > 0 ? (double) total : average;

      if (!mainstay_operation_is_active (operation) || progress < 0)
        continue;
      known = known || mainstay_operation_get_progress (operation) >= 0;
      sum += progress * weight;
      weights += weight;
    }
  return known ? CLAMP (sum / weights, 0, 1) : -1;
}
