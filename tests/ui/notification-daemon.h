/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

/* Answers on the session bus as a desktop does, and adds "summary: body" of each notification.
 * Returns the name's id and sets @object to the object's. */
unsigned int ui_test_serve_notifications (GPtrArray    *notifications,
                                          unsigned int *object);
