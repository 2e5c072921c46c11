/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-read-ahead.h"

#include <string.h>

#define BLOCK_SIZE (128 * 1024)

#define TYPE_BLOCK_INPUT (block_input_get_type ())
G_DECLARE_FINAL_TYPE (BlockInput, block_input, MAINSTAY_PORTAL, BLOCK_INPUT, GInputStream)

struct _BlockInput
{
  GInputStream parent_instance;

  GPollableInputStream *base; /* owned */
  char *block;                /* owned; NULL until there was more than was asked for */
  size_t size;                /* of what is in the block */
  size_t done;                /* of it, given */
  gboolean is_plenty;         /* the last read past the block got all that it asked for */
};

static void block_input_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BlockInput, block_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      block_input_pollable_init))

#define TYPE_READ_AHEAD (read_ahead_get_type ())
G_DECLARE_FINAL_TYPE (ReadAhead, read_ahead, MAINSTAY_PORTAL, READ_AHEAD, GIOStream)

struct _ReadAhead
{
  GIOStream parent_instance;

  GIOStream *base;   /* owned */
  BlockInput *input; /* owned */
};

G_DEFINE_FINAL_TYPE (ReadAhead, read_ahead, G_TYPE_IO_STREAM)

static gssize
take (BlockInput *self,
      void       *buffer,
      size_t      count)
{
  count = MIN (count, self->size - self->done);
  memcpy (buffer, self->block + self->done, count);
  self->done += count;
  return (gssize) count;
}

static gssize
read_any (BlockInput    *self,
          void          *buffer,
          size_t         count,
          gboolean       blocking,
          GCancellable  *cancellable,
          GError       **error)
{
  GInputStream *base = G_INPUT_STREAM (self->base);
  gssize length;

  if (self->done < self->size)
    return take (self, buffer, count);
  if (count >= BLOCK_SIZE || !self->is_plenty)
    {
      length = g_pollable_stream_read (base, buffer, count, blocking, cancellable, error);
      self->is_plenty = length == (gssize) count;
      return length;
    }
  if (self->block == NULL)
    self->block = g_malloc (BLOCK_SIZE);
  length = g_pollable_stream_read (base, self->block, BLOCK_SIZE, blocking, cancellable, error);
  if (length <= 0)
    return length;
  self->size = (size_t) length;
  self->done = 0;
  return take (self, buffer, count);
}

static gssize
block_input_read (GInputStream  *stream,
                  void          *buffer,
                  gsize          count,
                  GCancellable  *cancellable,
                  GError       **error)
{
  return read_any ((BlockInput *) stream, buffer, count, TRUE, cancellable, error);
}

static gssize
block_input_read_nonblocking (GPollableInputStream  *stream,
                              void                  *buffer,
                              gsize                  count,
                              GError               **error)
{
  return read_any ((BlockInput *) stream, buffer, count, FALSE, NULL, error);
}

static gboolean
block_input_is_readable (GPollableInputStream *stream)
{
  BlockInput *self = (BlockInput *) stream;

  return self->done < self->size || g_pollable_input_stream_is_readable (self->base);
}

static GSource *
block_input_create_source (GPollableInputStream *stream,
                           GCancellable         *cancellable)
{
  BlockInput *self = (BlockInput *) stream;
  g_autoptr(GSource) source = NULL;

  if (self->done < self->size)
    source = g_timeout_source_new (0);
  else
    source = g_pollable_input_stream_create_source (self->base, NULL);
  return g_pollable_source_new_full (stream, source, cancellable);
}

static void
block_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = block_input_is_readable;
  iface->create_source = block_input_create_source;
  iface->read_nonblocking = block_input_read_nonblocking;
}

static void
block_input_finalize (GObject *object)
{
  BlockInput *self = (BlockInput *) object;

  g_clear_object (&self->base);
  g_clear_pointer (&self->block, g_free);
  G_OBJECT_CLASS (block_input_parent_class)->finalize (object);
}

static void
block_input_class_init (BlockInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = block_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = block_input_read;
}

static void
block_input_init (BlockInput *self)
{
}

static GInputStream *
read_ahead_get_input (GIOStream *stream)
{
  return G_INPUT_STREAM (((ReadAhead *) stream)->input);
}

static GOutputStream *
read_ahead_get_output (GIOStream *stream)
{
  return g_io_stream_get_output_stream (((ReadAhead *) stream)->base);
}

static gboolean
read_ahead_close (GIOStream     *stream,
                  GCancellable  *cancellable,
                  GError       **error)
{
  return g_io_stream_close (((ReadAhead *) stream)->base, cancellable, error);
}

static void
read_ahead_finalize (GObject *object)
{
  ReadAhead *self = (ReadAhead *) object;

  g_clear_object (&self->base);
  g_clear_object (&self->input);
  G_OBJECT_CLASS (read_ahead_parent_class)->finalize (object);
}

static void
read_ahead_class_init (ReadAheadClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = read_ahead_finalize;
  stream_class->get_input_stream = read_ahead_get_input;
  stream_class->get_output_stream = read_ahead_get_output;
  stream_class->close_fn = read_ahead_close;
}

static void
read_ahead_init (ReadAhead *self)
{
}

/** mainstay_portal_read_ahead_new: Returns: (transfer full): @base with blocks read ahead */
GIOStream *
mainstay_portal_read_ahead_new (GIOStream *base)
{
  ReadAhead *self = g_object_new (TYPE_READ_AHEAD, NULL);

  self->base = g_object_ref (base);
  self->input = g_object_new (TYPE_BLOCK_INPUT, NULL);
  self->input->base = g_object_ref (G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (base)));
  return G_IO_STREAM (self);
}
