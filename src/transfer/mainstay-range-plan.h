/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-range-set.h"

G_BEGIN_DECLS

#define MAINSTAY_MOST_CONNECTIONS 16

/**
 * MainstayRangePlan:
 *
 * Which connection fetches which bytes. No byte is given to two connections; the bytes in front are
 * given first, so that who reads them in order need not wait for the end; and when none are left, a
 * connection gets the far half of what another one has before it, so that none idles. Knows no
 * clock and no line: the caller passes monotonic microseconds in.
 *
 * A connection takes a range, claims bytes of it before it writes them, and tells when they have
 * landed. What it has not claimed may be taken away from it.
 */
typedef struct _MainstayRangePlan MainstayRangePlan;

MainstayRangePlan *mainstay_range_plan_new         (MainstayRangeSet  *done,
                                                    gint64             total);
void               mainstay_range_plan_free        (MainstayRangePlan *self);
void               mainstay_range_plan_set_total   (MainstayRangePlan *self,
                                                    gint64             total);
gint64             mainstay_range_plan_get_total   (MainstayRangePlan *self);
void               mainstay_range_plan_set_count   (MainstayRangePlan *self,
                                                    unsigned int       count);
gboolean           mainstay_range_plan_take        (MainstayRangePlan *self,
                                                    unsigned int       connection,
                                                    gint64             now,
                                                    MainstayRange     *range);
gboolean           mainstay_range_plan_extend      (MainstayRangePlan *self,
                                                    unsigned int       connection);
gint64             mainstay_range_plan_get_left    (MainstayRangePlan *self,
                                                    unsigned int       connection);
gint64             mainstay_range_plan_claim       (MainstayRangePlan *self,
                                                    unsigned int       connection,
                                                    gint64             bytes);
void               mainstay_range_plan_landed      (MainstayRangePlan *self,
                                                    unsigned int       connection,
                                                    gint64             bytes,
                                                    gint64             now);
void               mainstay_range_plan_give_back   (MainstayRangePlan *self,
                                                    unsigned int       connection);
MainstayRangeSet  *mainstay_range_plan_get_done    (MainstayRangePlan *self);
gboolean           mainstay_range_plan_is_complete (MainstayRangePlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayRangePlan, mainstay_range_plan_free)

G_END_DECLS
