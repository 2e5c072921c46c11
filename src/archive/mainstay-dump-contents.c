/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-dump-contents.h"

#include <string.h>

#include "mainstay-zlib-check.h"

#define OLDEST_MINOR 12
#define TABLE_ACCESS_METHOD_MINOR 14
#define RELATION_KIND_MINOR 16
#define NEWEST_MINOR 16

/* A dump of more tables than this is none. */
#define MAX_DATA_ENTRIES 1000000
/* How far blocks may be out of order; pg_dump keeps to it strictly. */
#define MAX_DISORDER 1000
/* Of bytes: no PostgreSQL runs where there are fewer. */
#define MIN_INT 4
#define MAX_INT 32

#define BLOCK_DATA 1
#define BLOCK_LARGE_OBJECTS 3

#define OFFSET_NOT_SET 1
#define OFFSET_SET 2
#define OFFSET_NO_DATA 3

/* What an entry of the table of contents is made of. */
typedef enum {
  FIELD_ID,
  FIELD_HAD_DATA,
  FIELD_TEXT,
  FIELD_SECTION,
  FIELD_INT,
  FIELD_DEPENDENCIES, /* texts up to the one that is none */
  FIELD_OFFSET,
  FIELD_END
} Field;

/* What is expected next. */
typedef enum {
  STATE_COUNT,
  STATE_ENTRY,
  STATE_BLOCK_TYPE,
  STATE_BLOCK_ID,
  STATE_CHUNK,
  STATE_LARGE_OBJECT,
  STATE_LARGE_OBJECT_CHUNK
} State;

typedef struct
{
  gint64 id;
  gint64 offset; /* where its block is, -1 when the dump does not say */
  gboolean met;
  MainstayDumpBlock block; /* once it is met */
} DataEntry;

struct _MainstayDumpContents
{
  MainstayDumpContentsResult result;
  State state;
  Field fields[24];
  size_t field;
  size_t int_size;
  size_t offset_size;
  gint64 position;    /* in the dump, behind what was taken */
  gint64 length;      /* of the header and the table of contents, once that has ended */
  gint64 block_start;

  /* A value is gathered here while it comes in pieces. */
  guint8 value[1 + MAX_INT];
  size_t gathered;
  size_t wanted;
  guint64 skip;       /* bytes of a text or of data still to come */
  MainstayZlibCheck *zlib; /* owned, %NULL when data is not to be inflated */

  gint64 entries;     /* still to come */
  gint64 id;
  int block_type;
  GArray *data;       /* owned: DataEntry, in the order of the table of contents */
  DataEntry *current; /* of @data, whose block this is */
  guint next;         /* the first of @data that has not been met */
};

static void
stop (MainstayDumpContents *self)
{
  self->result = MAINSTAY_DUMP_CONTENTS_BROKEN;
}

static void
want (MainstayDumpContents *self,
      State                 state)
{
  self->state = state;
  self->gathered = 0;
  if (state == STATE_BLOCK_TYPE)
    self->wanted = 1;
  else if (state == STATE_ENTRY && self->fields[self->field] == FIELD_OFFSET)
    self->wanted = 1 + self->offset_size;
  else
    self->wanted = 1 + self->int_size;
}

/* The lowest byte comes first. */
static gint64
read_unsigned (MainstayDumpContents *self,
               const guint8         *bytes,
               size_t                size)
{
  guint64 value = 0;

  for (size_t i = size; i > 0; i--)
    {
      if (value > G_MAXINT64 >> 8)
        {
          stop (self);
          return 0;
        }
      value = value << 8 | bytes[i - 1];
    }
  return (gint64) value;
}

static gint64
read_int (MainstayDumpContents *self)
{
  gint64 value = read_unsigned (self, self->value + 1, self->int_size);

  if (self->value[0] > 1)
    stop (self);
  return self->value[0] == 1 ? -value : value;
}

static void
want_entry (MainstayDumpContents *self)
{
  if (self->entries == 0)
    self->length = self->position;
  want (self, self->entries > 0 ? STATE_ENTRY : STATE_BLOCK_TYPE);
}

static void
take_count (MainstayDumpContents *self)
{
  self->entries = read_int (self);
  self->field = 0;
  if (self->entries < 0)
    stop (self);
  else
    want_entry (self);
}

static void
next_field (MainstayDumpContents *self)
{
  self->field++;
  if (self->fields[self->field] == FIELD_END)
    {
      self->entries--;
      self->field = 0;
    }
  want_entry (self);
}

static void
take_text (MainstayDumpContents *self)
{
  gint64 length = read_int (self);
  gboolean is_list = self->fields[self->field] == FIELD_DEPENDENCIES;

  if (length < -1 || length > G_MAXINT)
    stop (self);
  else if (length > 0)
    self->skip = (guint64) length;
  if (is_list && length >= 0)
    want (self, STATE_ENTRY);
  else
    next_field (self);
}

static void
take_offset (MainstayDumpContents *self)
{
  gint64 offset = read_unsigned (self, self->value + 1, self->offset_size);
  DataEntry entry = { self->id, self->value[0] == OFFSET_SET ? offset : -1, FALSE, { 0 } };

  if (self->value[0] < OFFSET_NOT_SET || self->value[0] > OFFSET_NO_DATA ||
      self->data->len == MAX_DATA_ENTRIES)
    {
      stop (self);
      return;
    }
  if (self->value[0] != OFFSET_NO_DATA)
    g_array_append_val (self->data, entry);
  next_field (self);
}

static void
take_number (MainstayDumpContents *self)
{
  gint64 value = read_int (self);
  Field field = self->fields[self->field];

  if (field == FIELD_ID)
    self->id = value;
  if ((field == FIELD_ID && value <= 0) ||
      (field == FIELD_HAD_DATA && (value < 0 || value > 1)) ||
      (field == FIELD_SECTION && (value < 1 || value > 4)))
    stop (self);
  else
    next_field (self);
}

static void
take_field (MainstayDumpContents *self)
{
  switch (self->fields[self->field])
    {
    case FIELD_TEXT:
    case FIELD_DEPENDENCIES:
      take_text (self);
      return;
    case FIELD_OFFSET:
      take_offset (self);
      return;
    case FIELD_ID:
    case FIELD_HAD_DATA:
    case FIELD_SECTION:
    case FIELD_INT:
    case FIELD_END:
    default:
      take_number (self);
      return;
    }
}

static DataEntry *
find_entry (MainstayDumpContents *self)
{
  guint end = MIN (self->data->len, self->next + MAX_DISORDER);

  for (guint i = self->next; i < end; i++)
    {
      DataEntry *entry = &g_array_index (self->data, DataEntry, i);

      if (entry->id == self->id && !entry->met)
        return entry;
    }
  return NULL;
}

static void
take_block_id (MainstayDumpContents *self)
{
  DataEntry *entry;

  self->id = read_int (self);
  entry = find_entry (self);
  if (entry == NULL || (entry->offset >= 0 && entry->offset != self->block_start))
    {
      stop (self);
      return;
    }
  entry->met = TRUE;
  entry->block = (MainstayDumpBlock) { self->id, self->block_start, 0 };
  self->current = entry;
  while (self->next < self->data->len &&
         g_array_index (self->data, DataEntry, self->next).met)
    self->next++;
  want (self, self->block_type == BLOCK_DATA ? STATE_CHUNK : STATE_LARGE_OBJECT);
}

static void
take_block_type (MainstayDumpContents *self)
{
  self->block_type = self->value[0];
  self->block_start = self->position - 1;
  if (self->block_type != BLOCK_DATA && self->block_type != BLOCK_LARGE_OBJECTS)
    stop (self);
  else
    want (self, STATE_BLOCK_ID);
}

static void
end_block (MainstayDumpContents *self)
{
  self->current->block.length = self->position - self->current->block.offset;
  want (self, STATE_BLOCK_TYPE);
}

/* Of the block, or of one of its large objects. */
static void
end_chunks (MainstayDumpContents *self)
{
  if (self->state == STATE_CHUNK)
    end_block (self);
  else
    want (self, STATE_LARGE_OBJECT);
}

/* Chunks come until one of no bytes. */
static void
take_chunk (MainstayDumpContents *self)
{
  gint64 length = read_int (self);

  if (length < 0 || length > G_MAXINT ||
      (length == 0 && self->zlib != NULL && !mainstay_zlib_check_end (self->zlib)))
    stop (self);
  else if (length == 0)
    end_chunks (self);
  else
    {
      self->skip = (guint64) length;
      want (self, self->state);
    }
}

/* Its number, which is unsigned and written as if it were not; none ends the block. */
static void
take_large_object (MainstayDumpContents *self)
{
  if (read_int (self) != 0)
    want (self, STATE_LARGE_OBJECT_CHUNK);
  else
    end_block (self);
}

static void
take_value (MainstayDumpContents *self)
{
  switch (self->state)
    {
    case STATE_COUNT:
      take_count (self);
      return;
    case STATE_ENTRY:
      take_field (self);
      return;
    case STATE_BLOCK_TYPE:
      take_block_type (self);
      return;
    case STATE_BLOCK_ID:
      take_block_id (self);
      return;
    case STATE_LARGE_OBJECT:
      take_large_object (self);
      return;
    case STATE_LARGE_OBJECT_CHUNK:
    case STATE_CHUNK:
    default:
      take_chunk (self);
      return;
    }
}

static void
add_fields (MainstayDumpContents *self,
            Field                 field,
            int                   count)
{
  while (count-- > 0)
    self->fields[self->field++] = field;
}

static void
plan_fields (MainstayDumpContents *self,
             int                   minor)
{
  add_fields (self, FIELD_ID, 1);
  add_fields (self, FIELD_HAD_DATA, 1);
  add_fields (self, FIELD_TEXT, 4); /* catalogue, object, tag, kind */
  add_fields (self, FIELD_SECTION, 1);
  add_fields (self, FIELD_TEXT, 5); /* three commands, name space, table space */
  if (minor >= TABLE_ACCESS_METHOD_MINOR)
    add_fields (self, FIELD_TEXT, 1);
  if (minor >= RELATION_KIND_MINOR)
    add_fields (self, FIELD_INT, 1);
  add_fields (self, FIELD_TEXT, 2); /* owner, whether it has row numbers */
  add_fields (self, FIELD_DEPENDENCIES, 1);
  add_fields (self, FIELD_OFFSET, 1);
  add_fields (self, FIELD_END, 1);
}

/**
 * mainstay_dump_contents_new:
 * @header: a dump's header, whole
 * @inflate: whether to inflate the data as well, if it is in zlib's format, for its checksums
 *
 * Returns: (transfer full) (nullable): its contents from behind the header on; %NULL where the
 *   format's version is not known here
 */
MainstayDumpContents *
mainstay_dump_contents_new (const MainstayDumpHeader *header,
                            gboolean                  inflate)
{
  MainstayDumpContents *self;

  if (header->major != 1 || header->minor < OLDEST_MINOR || header->minor > NEWEST_MINOR ||
      header->int_size < MIN_INT)
    return NULL;
  self = g_new0 (MainstayDumpContents, 1);
  self->int_size = header->int_size;
  self->offset_size = header->offset_size;
  self->position = (gint64) header->length;
  self->data = g_array_new (FALSE, FALSE, sizeof (DataEntry));
  if (inflate && header->is_zlib)
    self->zlib = mainstay_zlib_check_new ();
  plan_fields (self, header->minor);
  want (self, STATE_COUNT);
  return self;
}

/* Of a text or of data. */
static void
skip_bytes (MainstayDumpContents *self,
            const guint8         *bytes,
            size_t                length)
{
  self->skip -= length;
  if (self->state >= STATE_CHUNK && self->zlib != NULL &&
      !mainstay_zlib_check_add (self->zlib, bytes, length))
    stop (self);
}

/** mainstay_dump_contents_add: takes the next bytes */
void
mainstay_dump_contents_add (MainstayDumpContents *self,
                            const guint8         *bytes,
                            size_t                length)
{
  while (length > 0 && self->result == MAINSTAY_DUMP_CONTENTS_WHOLE)
    {
      size_t part = (size_t) MIN (self->skip > 0 ? self->skip : self->wanted - self->gathered,
                                  length);

      if (self->skip > 0)
        skip_bytes (self, bytes, part);
      else
        {
          memcpy (self->value + self->gathered, bytes, part);
          self->gathered += part;
        }
      bytes += part;
      length -= part;
      self->position += (gint64) part;
      if (self->skip == 0 && self->gathered == self->wanted)
        take_value (self);
    }
}

/** mainstay_dump_contents_finish: Returns: what became of it, all bytes having been added */
MainstayDumpContentsResult
mainstay_dump_contents_finish (MainstayDumpContents *self)
{
  if (self->result == MAINSTAY_DUMP_CONTENTS_WHOLE &&
      (self->state != STATE_BLOCK_TYPE || self->skip > 0 || self->next < self->data->len))
    self->result = MAINSTAY_DUMP_CONTENTS_SHORT;
  return self->result;
}

/** mainstay_dump_contents_get_length: Returns: bytes of the header and the table of contents, of a
 * whole dump */
gint64
mainstay_dump_contents_get_length (const MainstayDumpContents *self)
{
  return self->length;
}

/** mainstay_dump_contents_get_blocks: Returns: (transfer full) (nullable) (element-type
 * MainstayDumpBlock): of a whole dump, as they follow each other in it; %NULL when that is not the
 * order of the table of contents, in which pg_restore wants them when it cannot seek */
GArray *
mainstay_dump_contents_get_blocks (const MainstayDumpContents *self)
{
  g_autoptr(GArray) blocks =
    g_array_sized_new (FALSE, FALSE, sizeof (MainstayDumpBlock), self->data->len);
  gint64 end = self->length;

  for (guint i = 0; i < self->data->len; i++)
    {
      const MainstayDumpBlock *block = &g_array_index (self->data, DataEntry, i).block;

      if (block->offset < end)
        return NULL;
      end = block->offset + block->length;
      g_array_append_val (blocks, *block);
    }
  return g_steal_pointer (&blocks);
}

/** mainstay_dump_contents_free: frees @self */
void
mainstay_dump_contents_free (MainstayDumpContents *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->data);
  g_clear_pointer (&self->zlib, mainstay_zlib_check_free);
  g_clear_pointer (&self, g_free);
}
