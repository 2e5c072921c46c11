/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes from @begin on, up to but without @end. */
typedef struct
{
  gint64 begin;
  gint64 end;
} MainstayRange;

/**
 * MainstayRangeSet:
 *
 * Which bytes of a file there are: ranges in order, none empty, none touching the next.
 */
typedef struct _MainstayRangeSet MainstayRangeSet;

MainstayRangeSet    *mainstay_range_set_new      (void);
MainstayRangeSet    *mainstay_range_set_copy     (MainstayRangeSet *self);
void                 mainstay_range_set_free     (MainstayRangeSet *self);
void                 mainstay_range_set_clear    (MainstayRangeSet *self);
void                 mainstay_range_set_add      (MainstayRangeSet *self,
                                                  gint64            begin,
                                                  gint64            end);
void                 mainstay_range_set_remove   (MainstayRangeSet *self,
                                                  gint64            begin,
                                                  gint64            end);
gint64               mainstay_range_set_get_size (MainstayRangeSet *self);
gint64               mainstay_range_set_reach    (MainstayRangeSet *self,
                                                  gint64            from);
unsigned int         mainstay_range_set_get_n    (MainstayRangeSet *self);
const MainstayRange *mainstay_range_set_get      (MainstayRangeSet *self,
                                                  unsigned int      index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayRangeSet, mainstay_range_set_free)

G_END_DECLS
