/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-dump-joiner.h"

#include <string.h>

#include "mainstay-error.h"

/* Of what is handed on at once. */
#define JOINED_BYTES (64 * 1024)
/* What the length of a chunk needs. */
#define MIN_INT 4
#define MAX_INT 32

#define BLOCK_DATA 1
#define BLOCK_LARGE_OBJECTS 3

/* What is expected next. */
typedef enum {
  STATE_BLOCK_TYPE,
  STATE_BLOCK_ID,
  STATE_LARGE_OBJECT,
  STATE_CHUNK
} State;

struct _MainstayDumpJoiner
{
  size_t int_size;
  MainstayDumpJoinerFunc func;
  gpointer user_data;

  State state;
  gboolean has_objects; /* chunks are those of a large object */
  guint8 value[1 + MAX_INT];
  size_t gathered;      /* of the value */
  guint64 left;         /* bytes of a chunk still to come */

  GByteArray *out;      /* owned */
  gboolean is_open;     /* whether it ends with a chunk that may grow */
  guint start;          /* of that, in @out */
};

/**
 * mainstay_dump_joiner_new:
 * @int_size: as the dump's header says, 4 or more
 * @func: what sees the joined blocks
 *
 * Returns: (transfer full): a joiner that has seen nothing yet
 */
MainstayDumpJoiner *
mainstay_dump_joiner_new (size_t                  int_size,
                          MainstayDumpJoinerFunc  func,
                          gpointer                user_data)
{
  MainstayDumpJoiner *self;

  g_return_val_if_fail (int_size >= MIN_INT && int_size <= MAX_INT, NULL);

  self = g_new0 (MainstayDumpJoiner, 1);
  self->int_size = int_size;
  self->func = func;
  self->user_data = user_data;
  self->out = g_byte_array_sized_new (2 * JOINED_BYTES);
  return self;
}

/** mainstay_dump_joiner_free: frees @self */
void
mainstay_dump_joiner_free (MainstayDumpJoiner *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->out, g_byte_array_unref);
  g_clear_pointer (&self, g_free);
}

static gboolean
set_damaged (GError **error)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The database dump is damaged");
  return FALSE;
}

/* Writes the length of the chunk where room was left for it, the lowest byte first. */
static void
close_chunk (MainstayDumpJoiner *self)
{
  guint64 length;

  if (!self->is_open)
    return;
  length = self->out->len - self->start - 1 - self->int_size;
  for (size_t i = 0; i < self->int_size; i++, length >>= 8)
    self->out->data[self->start + 1 + i] = (guint8) length;
  self->is_open = FALSE;
}

static gboolean
flush (MainstayDumpJoiner  *self,
       GError             **error)
{
  gboolean ok;

  close_chunk (self);
  ok = self->out->len == 0 || self->func (self->out->data, self->out->len, self->user_data, error);
  g_byte_array_set_size (self->out, 0);
  return ok;
}

static void
open_chunk (MainstayDumpJoiner *self)
{
  if (self->is_open)
    return;
  self->start = self->out->len;
  g_byte_array_set_size (self->out, self->out->len + (guint) (1 + self->int_size));
  memset (self->out->data + self->start, 0, 1 + self->int_size);
  self->is_open = TRUE;
}

static gboolean
take_bytes (MainstayDumpJoiner  *self,
            const guint8        *bytes,
            size_t               length,
            GError             **error)
{
  open_chunk (self);
  g_byte_array_append (self->out, bytes, (guint) length);
  self->left -= length;
  return self->out->len < JOINED_BYTES || flush (self, error);
}

/* As it came: it is no chunk's. */
static void
pass_value (MainstayDumpJoiner *self,
            State               next)
{
  close_chunk (self);
  g_byte_array_append (self->out, self->value, (guint) self->gathered);
  self->state = next;
}

static guint64
get_length (MainstayDumpJoiner *self)
{
  guint64 length = 0;

  for (size_t i = self->int_size; i > 0; i--)
    length = length << 8 | self->value[i];
  return length;
}

static gboolean
take_chunk (MainstayDumpJoiner  *self,
            GError             **error)
{
  self->left = get_length (self);
  if (self->value[0] != 0 || self->left > G_MAXINT)
    return set_damaged (error);
  if (self->left == 0)
    pass_value (self, self->has_objects ? STATE_LARGE_OBJECT : STATE_BLOCK_TYPE);
  return TRUE;
}

static gboolean
take_block_type (MainstayDumpJoiner  *self,
                 GError             **error)
{
  if (self->value[0] != BLOCK_DATA && self->value[0] != BLOCK_LARGE_OBJECTS)
    return set_damaged (error);
  self->has_objects = self->value[0] == BLOCK_LARGE_OBJECTS;
  pass_value (self, STATE_BLOCK_ID);
  return TRUE;
}

static gboolean
take_value (MainstayDumpJoiner  *self,
            GError             **error)
{
  switch (self->state)
    {
    case STATE_BLOCK_TYPE:
      return take_block_type (self, error);
    case STATE_BLOCK_ID:
      pass_value (self, self->has_objects ? STATE_LARGE_OBJECT : STATE_CHUNK);
      return TRUE;
    case STATE_LARGE_OBJECT:
      /* Its number; none ends the block. */
      pass_value (self, get_length (self) != 0 ? STATE_CHUNK : STATE_BLOCK_TYPE);
      return TRUE;
    case STATE_CHUNK:
    default:
      return take_chunk (self, error);
    }
}

/** mainstay_dump_joiner_add: takes the next bytes of whole blocks, one behind the other. Returns:
 * %FALSE with %MAINSTAY_ERROR_DAMAGED when these are none, or with an error of the function's */
gboolean
mainstay_dump_joiner_add (MainstayDumpJoiner  *self,
                          const guint8        *bytes,
                          size_t               length,
                          GError             **error)
{
  while (length > 0)
    {
      size_t wanted = self->state == STATE_BLOCK_TYPE ? 1 : 1 + self->int_size;
      size_t part = (size_t) MIN (self->left > 0 ? self->left : wanted - self->gathered, length);

      if (self->left > 0)
        {
          if (!take_bytes (self, bytes, part, error))
            return FALSE;
        }
      else
        {
          memcpy (self->value + self->gathered, bytes, part);
          self->gathered += part;
          if (self->gathered == wanted)
            {
              if (!take_value (self, error))
                return FALSE;
              self->gathered = 0;
            }
        }
      bytes += part;
      length -= part;
    }
  return TRUE;
}

/** mainstay_dump_joiner_finish: hands on what is left, all bytes having been added. Returns: %FALSE
 * with %MAINSTAY_ERROR_DAMAGED when they end within a block, or with an error of the function's */
gboolean
mainstay_dump_joiner_finish (MainstayDumpJoiner  *self,
                             GError             **error)
{
  if (self->state != STATE_BLOCK_TYPE || self->gathered > 0)
    return set_damaged (error);
  return flush (self, error);
}
