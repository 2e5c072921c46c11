/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayGzipWriter:
 *
 * Compresses into one gzip member on several cores, in bounded memory, and writes it to a file
 * descriptor. The same bytes make the same file, however many cores there are. Used from one
 * thread; counts and digests what it writes.
 */
typedef struct _MainstayGzipWriter MainstayGzipWriter;

/* @fd stays the caller's. */
MainstayGzipWriter *mainstay_gzip_writer_new    (int                   fd);
gboolean            mainstay_gzip_writer_add    (MainstayGzipWriter   *self,
                                                 const void           *bytes,
                                                 size_t                length,
                                                 GError              **error);
gboolean            mainstay_gzip_writer_finish (MainstayGzipWriter   *self,
                                                 guint8                sha256[32],
                                                 gint64               *size,
                                                 GError              **error);
void                mainstay_gzip_writer_free   (MainstayGzipWriter   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayGzipWriter, mainstay_gzip_writer_free)

G_END_DECLS
