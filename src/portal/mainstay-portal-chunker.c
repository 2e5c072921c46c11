/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-chunker.h"

#define LEAST_BYTES (128 * 1024)
/* One place in 512 Ki: with the least length, pieces of 640 KiB on the average. The upper bits of
 * the hash have seen most bytes. */
#define CUT_MASK ((G_GUINT64_CONSTANT (1) << 19) - 1) << 40

static guint64 gear[256];

/* Any numbers will do, as long as they are always the same. */
static gpointer
make_gear (gpointer data)
{
  guint64 state = G_GUINT64_CONSTANT (0x6d61696e73746179);

  for (size_t i = 0; i < G_N_ELEMENTS (gear); i++)
    {
      guint64 mixed;

      state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      mixed = (state ^ state >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
      mixed = (mixed ^ mixed >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
      gear[i] = mixed ^ mixed >> 31;
    }
  return gear;
}

void
mainstay_portal_chunker_reset (MainstayPortalChunker *self)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, make_gear, NULL);
  self->hash = 0;
  self->length = 0;
}

/* Each step drops the oldest of the 64 bytes that the hash is of. */
static size_t
find_cut (MainstayPortalChunker *self,
          const guint8          *bytes,
          size_t                 length,
          gboolean              *is_cut)
{
  guint64 hash = self->hash;

  for (size_t i = 0; i < length; i++)
    {
      hash = (hash << 1) + gear[bytes[i]];
      if ((hash & (CUT_MASK)) == 0)
        {
          *is_cut = TRUE;
          return i + 1;
        }
    }
  self->hash = hash;
  return length;
}

size_t
mainstay_portal_chunker_feed (MainstayPortalChunker *self,
                              const guint8          *bytes,
                              size_t                 length,
                              gboolean              *is_cut)
{
  size_t skipped = self->length < LEAST_BYTES ? MIN (length, LEAST_BYTES - self->length) : 0;
  size_t room = MAINSTAY_PORTAL_PIECE_MAX - self->length - skipped;
  size_t taken;

  *is_cut = FALSE;
  taken = skipped + find_cut (self, bytes + skipped, MIN (length - skipped, room), is_cut);
  self->length += taken;
  if (self->length == MAINSTAY_PORTAL_PIECE_MAX)
    *is_cut = TRUE;
  if (*is_cut)
    mainstay_portal_chunker_reset (self);
  return taken;
}
