/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-check.h"
#include "mainstay-environment.h"

G_BEGIN_DECLS

/* Checks that a restore and a data upload have in common. Each returns one check, or %NULL where
 * there is nothing to say. */

MainstayCheck *mainstay_target_check_answer  (int                        id,
                                              const char                *target,
                                              gboolean                   asking,
                                              const char                *failure);
MainstayCheck *mainstay_target_check_stopped (int                        id,
                                              const char                *target,
                                              MainstayEnvironmentStatus  status,
                                              gboolean                   stopping,
                                              const char                *failure);
MainstayCheck *mainstay_target_check_idle    (int                        id,
                                              const char                *target,
                                              gboolean                   busy);

G_END_DECLS
