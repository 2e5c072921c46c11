/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayTusBreaker:
 *
 * Between the thread that sends an upload and the one that learns that its connection is no more:
 * lets what is under way be broken off at once, and be tried again on a new connection.
 */
typedef struct
{
  GMutex lock;
  GCancellable *request; /* owned, nullable: of what is under way */
  gboolean broken;       /* and not heard of yet */
} MainstayTusBreaker;

void          mainstay_tus_breaker_init  (MainstayTusBreaker *self);
void          mainstay_tus_breaker_clear (MainstayTusBreaker *self);
/* From any thread. */
void          mainstay_tus_breaker_break (MainstayTusBreaker *self);

/* And from the sending one. */

/* (transfer full): what the next request and its waiting shall be cancelled by */
GCancellable *mainstay_tus_breaker_begin (MainstayTusBreaker *self);
/* Returns: whether it was broken, since when no connection is of any use */
gboolean      mainstay_tus_breaker_end   (MainstayTusBreaker *self);

G_END_DECLS
