/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How contents are compressed in packs. The numbers are on the disk. */
typedef enum {
  MAINSTAY_PORTAL_CODEC_STORED = 0,
  MAINSTAY_PORTAL_CODEC_DEFLATE = 1, /* of earlier packs */
  MAINSTAY_PORTAL_CODEC_ZSTD = 2
} MainstayPortalCodec;

/**
 * MainstayPortalCompressor:
 *
 * Memory for compressing one content after the other, for one thread.
 */
typedef struct _MainstayPortalCompressor MainstayPortalCompressor;

MainstayPortalCompressor *
         mainstay_portal_compressor_new  (void);
void     mainstay_portal_compressor_free (MainstayPortalCompressor *self);
/* By zstd. Returns: the length in @to, less than @length, or 0 when it is not worth it. @to has
 * room for @length bytes. */
size_t   mainstay_portal_compressor_run  (MainstayPortalCompressor *self,
                                          const guint8             *from,
                                          size_t                    length,
                                          guint8                   *to);
/* FALSE when it does not give exactly @length bytes. */
gboolean mainstay_portal_decompress      (MainstayPortalCodec       codec,
                                          const guint8             *from,
                                          size_t                    from_length,
                                          guint8                   *to,
                                          size_t                    length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalCompressor, mainstay_portal_compressor_free)

G_END_DECLS
