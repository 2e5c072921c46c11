/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayByteSource:
 *
 * Where bytes come from, kept apart from what they must be: one asks for the next ones and never
 * goes back. Kinds of sources have this as their first member.
 */
typedef struct _MainstayByteSource MainstayByteSource;
struct _MainstayByteSource
{
  /* Puts up to @size bytes into @buffer: their number, 0 at the end, -1 on an error. */
  gssize (*fill)  (MainstayByteSource  *self,
                   guint8              *buffer,
                   size_t               size,
                   GError             **error);
  /* May be %NULL. Called when @buffer is done with and about to be filled from its start: may put
   * another one in its place, where the old one is still in use and stays as it is meanwhile. */
  void   (*turn)  (MainstayByteSource  *self);
  /* Frees what the kind of source has. */
  void   (*close) (MainstayByteSource  *self);

  guint8 *buffer;
  size_t start;
  size_t end;
};

/* How much is read, inflated and hashed at a time, and the most that can be peeked at. */
#define MAINSTAY_BYTE_SOURCE_CHUNK (256 * 1024)

void     mainstay_byte_source_init  (MainstayByteSource  *self);
gboolean mainstay_byte_source_peek  (MainstayByteSource  *self,
                                     size_t               wanted,
                                     const guint8       **bytes,
                                     size_t              *length,
                                     GError             **error);
void     mainstay_byte_source_skip  (MainstayByteSource  *self,
                                     size_t               length);
gboolean mainstay_byte_source_take  (MainstayByteSource  *self,
                                     const guint8       **bytes,
                                     size_t              *length,
                                     GError             **error);
void     mainstay_byte_source_free  (MainstayByteSource  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayByteSource, mainstay_byte_source_free)

G_END_DECLS
