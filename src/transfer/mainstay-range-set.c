/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-range-set.h"

struct _MainstayRangeSet
{
  GArray *ranges; /* of MainstayRange */
  gint64 size;    /* of all ranges */
};

/** mainstay_range_set_new: Returns: (transfer full): no bytes */
MainstayRangeSet *
mainstay_range_set_new (void)
{
  MainstayRangeSet *self = g_new0 (MainstayRangeSet, 1);

  self->ranges = g_array_new (FALSE, FALSE, sizeof (MainstayRange));
  return self;
}

/** mainstay_range_set_copy: Returns: (transfer full): the same bytes */
MainstayRangeSet *
mainstay_range_set_copy (MainstayRangeSet *self)
{
  MainstayRangeSet *copy = g_new0 (MainstayRangeSet, 1);

  copy->ranges = g_array_copy (self->ranges);
  copy->size = self->size;
  return copy;
}

void
mainstay_range_set_free (MainstayRangeSet *self)
{
  g_clear_pointer (&self->ranges, g_array_unref);
  g_clear_pointer (&self, g_free);
}

void
mainstay_range_set_clear (MainstayRangeSet *self)
{
  g_array_set_size (self->ranges, 0);
  self->size = 0;
}

/** mainstay_range_set_get_n: Returns: how many ranges it takes */
unsigned int
mainstay_range_set_get_n (MainstayRangeSet *self)
{
  return self->ranges->len;
}

/** mainstay_range_set_get: Returns: (transfer none): a range, until the next change */
const MainstayRange *
mainstay_range_set_get (MainstayRangeSet *self,
                        unsigned int      index)
{
  g_return_val_if_fail (index < self->ranges->len, NULL);

  return &g_array_index (self->ranges, MainstayRange, index);
}

/** mainstay_range_set_get_size: Returns: bytes of all ranges */
gint64
mainstay_range_set_get_size (MainstayRangeSet *self)
{
  return self->size;
}

/* The first range that ends at @offset or behind it. */
static unsigned int
find (MainstayRangeSet *self,
      gint64            offset)
{
  unsigned int low = 0;
  unsigned int high = self->ranges->len;

  while (low < high)
    {
      unsigned int middle = low + (high - low) / 2;

      if (mainstay_range_set_get (self, middle)->end < offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * mainstay_range_set_add:
 * @self: a set
 * @begin: the first byte
 * @end: the first byte behind
 */
void
mainstay_range_set_add (MainstayRangeSet *self,
                        gint64            begin,
                        gint64            end)
{
  MainstayRange all = { begin, end };
  unsigned int first;
  unsigned int n = 0;

  g_return_if_fail (begin >= 0 && begin <= end);
  if (begin == end)
    return;
  first = find (self, begin);
  while (first + n < self->ranges->len)
    {
      const MainstayRange *next = mainstay_range_set_get (self, first + n);

      if (next->begin > end)
        break;
      all.begin = MIN (all.begin, next->begin);
      all.end = MAX (all.end, next->end);
      self->size -= next->end - next->begin;
      n++;
    }
  if (n > 0)
    g_array_remove_range (self->ranges, first, n);
  g_array_insert_val (self->ranges, first, all);
  self->size += all.end - all.begin;
}

/**
 * mainstay_range_set_remove:
 * @self: a set
 * @begin: the first byte
 * @end: the first byte behind
 */
void
mainstay_range_set_remove (MainstayRangeSet *self,
                           gint64            begin,
                           gint64            end)
{
  unsigned int index;

  g_return_if_fail (begin >= 0 && begin <= end);
  for (index = find (self, begin); begin < end && index < self->ranges->len;)
    {
      MainstayRange old = g_array_index (self->ranges, MainstayRange, index);
      MainstayRange left = { old.begin, MIN (old.end, begin) };
      MainstayRange right = { MAX (old.begin, end), old.end };

      if (old.begin >= end)
        break;
      g_array_remove_index (self->ranges, index);
      self->size -= old.end - old.begin;
      if (left.begin < left.end)
        {
          g_array_insert_val (self->ranges, index, left);
          self->size += left.end - left.begin;
          index++;
        }
      if (right.begin < right.end)
        {
          g_array_insert_val (self->ranges, index, right);
          self->size += right.end - right.begin;
          index++;
        }
    }
}

/**
 * mainstay_range_set_reach:
 * @self: a set
 * @from: a byte
 *
 * Returns: the first byte from @from on that is missing
 */
gint64
mainstay_range_set_reach (MainstayRangeSet *self,
                          gint64            from)
{
  unsigned int index = find (self, from);

  if (index < self->ranges->len && mainstay_range_set_get (self, index)->begin <= from)
    return mainstay_range_set_get (self, index)->end;
  return from;
}
