/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-byte-source.h"

#include <string.h>

/** mainstay_byte_source_init: readies @self, whose members are all zero, for kinds of sources */
void
mainstay_byte_source_init (MainstayByteSource *self)
{
  self->start = self->end = 0;
}

/* Made when first used: a source that another one fills itself from needs none. */
static void
ensure_buffer (MainstayByteSource *self)
{
  if (self->buffer == NULL)
    self->buffer = g_malloc (MAINSTAY_BYTE_SOURCE_CHUNK);
}

/* Brings what is left to the start of the buffer. */
static void
restart (MainstayByteSource *self)
{
  const guint8 *left = self->buffer + self->start;

  if (self->turn != NULL)
    self->turn (self);
  memmove (self->buffer, left, self->end - self->start);
  self->end -= self->start;
  self->start = 0;
}

/**
 * mainstay_byte_source_peek:
 * @self: a source
 * @wanted: how many bytes, at most %MAINSTAY_BYTE_SOURCE_CHUNK
 * @bytes: (out) (transfer none): the bytes that come next, valid until the next call
 * @length: (out): their number, below @wanted only where the source ends
 * @error: where to put the source's error
 *
 * Returns: whether it could be read
 */
gboolean
mainstay_byte_source_peek (MainstayByteSource  *self,
                           size_t               wanted,
                           const guint8       **bytes,
                           size_t              *length,
                           GError             **error)
{
  g_return_val_if_fail (wanted <= MAINSTAY_BYTE_SOURCE_CHUNK, FALSE);

  ensure_buffer (self);
  if (self->start > 0 && self->end - self->start < wanted)
    restart (self);
  while (self->end - self->start < wanted)
    {
      gssize filled = self->fill (self, self->buffer + self->end,
                                  MAINSTAY_BYTE_SOURCE_CHUNK - self->end, error);

      if (filled < 0)
        return FALSE;
      if (filled == 0)
        break;
      self->end += (size_t) filled;
    }
  *bytes = self->buffer + self->start;
  *length = MIN (self->end - self->start, wanted);
  return TRUE;
}

/** mainstay_byte_source_skip: takes @length of the bytes that were peeked at */
void
mainstay_byte_source_skip (MainstayByteSource *self,
                           size_t              length)
{
  g_return_if_fail (length <= self->end - self->start);

  self->start += length;
}

/**
 * mainstay_byte_source_take:
 * @self: a source
 * @bytes: (out) (transfer none): the next bytes, valid until the next call
 * @length: (out): their number, 0 at the end
 * @error: where to put the source's error
 *
 * Returns: whether it could be read
 */
gboolean
mainstay_byte_source_take (MainstayByteSource  *self,
                           const guint8       **bytes,
                           size_t              *length,
                           GError             **error)
{
  if (self->start == self->end)
    {
      gssize filled;

      ensure_buffer (self);
      restart (self);
      filled = self->fill (self, self->buffer, MAINSTAY_BYTE_SOURCE_CHUNK, error);
      if (filled < 0)
        return FALSE;
      self->end = (size_t) filled;
    }
  *bytes = self->buffer + self->start;
  *length = self->end - self->start;
  self->start = self->end;
  return TRUE;
}

/** mainstay_byte_source_free: frees @self */
void
mainstay_byte_source_free (MainstayByteSource *self)
{
  if (self == NULL)
    return;
  self->close (self);
  g_clear_pointer (&self->buffer, g_free);
  g_clear_pointer (&self, g_free);
}
