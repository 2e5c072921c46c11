/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "memory-source.h"

#include <string.h>

typedef struct
{
  MainstayByteSource parent;

  const guint8 *next; /* borrowed */
  size_t left;
  size_t piece;
} MemorySource;

static gssize
memory_source_fill (MainstayByteSource  *source,
                    guint8              *buffer,
                    size_t               size,
                    GError             **error)
{
  MemorySource *self = (MemorySource *) source;
  size_t length = MIN (MIN (size, self->piece), self->left);

  if (length > 0)
    memcpy (buffer, self->next, length);
  self->next += length;
  self->left -= length;
  return (gssize) length;
}

static void
memory_source_close (MainstayByteSource *source)
{
}

MainstayByteSource *
memory_source_new (const void *bytes,
                   size_t      length,
                   size_t      piece)
{
  MemorySource *self = g_new0 (MemorySource, 1);

  self->parent.fill = memory_source_fill;
  self->parent.close = memory_source_close;
  mainstay_byte_source_init (&self->parent);
  self->next = bytes;
  self->left = length;
  self->piece = piece;
  return &self->parent;
}
