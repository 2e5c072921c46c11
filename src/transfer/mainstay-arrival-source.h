/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-byte-source.h"
#include "mainstay-part-file.h"

G_BEGIN_DECLS

/* The bytes of a part in their order, as they arrive: who asks for bytes that are not there yet
 * waits for them. They come out of the page cache, where they were put a moment ago; so what is
 * proved is what the file holds, and nothing is kept twice. */
MainstayByteSource *mainstay_arrival_source_new       (MainstayPartFile   *part);
/* From any thread. All bytes before @reach have been written. */
void                mainstay_arrival_source_set_reach (MainstayByteSource *self,
                                                       gint64              reach);
/* There will be no more than these. */
void                mainstay_arrival_source_end       (MainstayByteSource *self,
                                                       gint64              total);
/* Whoever waits or asks gets %G_IO_ERROR_CANCELLED. */
void                mainstay_arrival_source_abort     (MainstayByteSource *self);
/* How many bytes have been given. */
gint64              mainstay_arrival_source_get_given (MainstayByteSource *self);

G_END_DECLS
