/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayDumpJoiner:
 *
 * Makes fewer and larger chunks of the blocks of a custom-format dump of PostgreSQL, which pg_dump
 * writes with a chunk for each row when it does not compress. What is in them stays the same, and a
 * restore, which hands each chunk to the server by itself, has less to do.
 */
typedef struct _MainstayDumpJoiner MainstayDumpJoiner;

/* Sees the next bytes of the same blocks. */
typedef gboolean (*MainstayDumpJoinerFunc) (const guint8            *bytes,
                                            size_t                   length,
                                            gpointer                 user_data,
                                            GError                 **error);

MainstayDumpJoiner *mainstay_dump_joiner_new    (size_t                  int_size,
                                                 MainstayDumpJoinerFunc  func,
                                                 gpointer                user_data);
gboolean            mainstay_dump_joiner_add    (MainstayDumpJoiner     *self,
                                                 const guint8           *bytes,
                                                 size_t                  length,
                                                 GError                **error);
gboolean            mainstay_dump_joiner_finish (MainstayDumpJoiner     *self,
                                                 GError                **error);
void                mainstay_dump_joiner_free   (MainstayDumpJoiner     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayDumpJoiner, mainstay_dump_joiner_free)

G_END_DECLS
