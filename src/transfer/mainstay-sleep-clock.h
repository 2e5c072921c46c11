/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Knows, when it is asked again and again, that the machine has slept in between. What was
 * connected is so no more then, and nothing of it will ever be heard. Zeros at first. */
typedef struct
{
  gint64 offset; /* microseconds between both clocks */
} MainstaySleepClock;

gboolean mainstay_sleep_clock_has_slept (MainstaySleepClock *self);

G_END_DECLS
