/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-zip-directory.h"

#include <string.h>
#include <sys/stat.h>

#include "mainstay-error.h"

/* The entries are read in the order they lie in, in flat memory and each checked by its CRC-32.
 * Their directory behind them is read here: without it the file is not whole, and it alone tells
 * what is a link. It is never used to find an entry, so that nothing can overlap. */

#define END_LENGTH 22
#define LOCATOR_LENGTH 20
#define ZIP64_END_LENGTH 56
#define ZIP64_END_SIZE_FROM 12
#define ENTRY_LENGTH 46
#define SIGNATURE_LENGTH 6
#define FULL16 0xffff
#define FULL32 0xffffffff
#define ZIP64_EXTRA 1
#define FLAGS_ENCRYPTED (1 | 1 << 6 | 1 << 13)
#define HOST_UNIX 3
#define HOST_DARWIN 19

/* In progress: all that lies behind the entries, once and in its order. */
typedef struct
{
  MainstayByteSource *source; /* borrowed */
  guint64 position;           /* in the file, of what the source has next */
} Tail;

/* What the end of the file says of the directory. */
typedef struct
{
  guint64 count;
  guint64 offset;
  guint64 size;
} Directory;

typedef struct
{
  unsigned int host;
  unsigned int flags;
  guint64 size;
  guint32 attributes;
  size_t name_length;
  size_t extra_length;
  size_t length;
} EntryHeader;

static guint16
read_16 (const guint8 *bytes)
{
  return (guint16) (bytes[0] | bytes[1] << 8);
}

static guint32
read_32 (const guint8 *bytes)
{
  return read_16 (bytes) | (guint32) read_16 (bytes + 2) << 16;
}

static guint64
read_64 (const guint8 *bytes)
{
  return read_32 (bytes) | (guint64) read_32 (bytes + 4) << 32;
}

static gboolean
refuse (MainstayError   code,
        const char     *reason,
        GError        **error)
{
  g_set_error_literal (error, MAINSTAY_ERROR, code, reason);
  return FALSE;
}

static gboolean
refuse_entry (const char     *name,
              size_t          length,
              MainstayError   code,
              const char     *reason,
              GError        **error)
{
  g_autofree char *shown = mainstay_entry_name_escape (name, length);

  g_set_error (error, MAINSTAY_ERROR, code, "The entry “%s” %s", shown, reason);
  return FALSE;
}

static gboolean
refuse_damaged (GError **error)
{
  return refuse (MAINSTAY_ERROR_DAMAGED, "The zip file's directory is damaged", error);
}

static gboolean
skip (Tail     *self,
      guint64   length,
      GError  **error)
{
  while (length > 0)
    {
      const guint8 *bytes;
      size_t got;

      if (!mainstay_byte_source_peek (self->source,
                                      (size_t) MIN (length, MAINSTAY_BYTE_SOURCE_CHUNK), &bytes,
                                      &got, error))
        return FALSE;
      if (got == 0)
        return refuse (MAINSTAY_ERROR_TRUNCATED, "The zip file ends within its directory", error);
      mainstay_byte_source_skip (self->source, got);
      self->position += got;
      length -= got;
    }
  return TRUE;
}

/* Looks at the next bytes, which must be there. */
static gboolean
look (Tail          *self,
      size_t         length,
      const guint8 **bytes,
      GError       **error)
{
  size_t got;

  if (!mainstay_byte_source_peek (self->source, length, bytes, &got, error))
    return FALSE;
  return got == length ||
         refuse (MAINSTAY_ERROR_TRUNCATED, "The zip file ends without its directory", error);
}

/* The length of an entry that is too long for the header itself. */
static guint64
find_long_size (const guint8 *extra,
                size_t        length)
{
  while (length >= 4)
    {
      size_t part = read_16 (extra + 2);

      if (part > length - 4)
        break;
      if (read_16 (extra) == ZIP64_EXTRA && part >= 8)
        return read_64 (extra + 4);
      extra += 4 + part;
      length -= 4 + part;
    }
  return FULL32;
}

static gboolean
check_entry (const EntryHeader  *header,
             const char         *name,
             MainstayZipTally   *tally,
             GError            **error)
{
  gboolean is_folder = header->name_length > 0 && name[header->name_length - 1] == '/';
  unsigned int type = (header->attributes >> 16) & S_IFMT;
  MainstayEntryName parsed;

  if ((header->host == HOST_UNIX || header->host == HOST_DARWIN) &&
      type != 0 && type != S_IFREG && type != S_IFDIR)
    return refuse_entry (name, header->name_length, MAINSTAY_ERROR_UNSAFE_PATH,
                         type == S_IFLNK ? "is a link" : "is neither a file nor a folder", error);
  if ((header->flags & FLAGS_ENCRYPTED) != 0)
    return refuse_entry (name, header->name_length, MAINSTAY_ERROR_NOT_A_BACKUP,
                         "is protected by a password", error);
  if (!mainstay_entry_name_parse (name, header->name_length, is_folder, &parsed, error))
    return FALSE;
  mainstay_zip_tally_add (tally, &parsed, (gint64) header->size);
  return TRUE;
}

static void
read_header (const guint8 *bytes,
             EntryHeader  *header)
{
  header->host = bytes[5];
  header->flags = read_16 (bytes + 8);
  header->size = read_32 (bytes + 24);
  header->attributes = read_32 (bytes + 38);
  header->name_length = read_16 (bytes + 28);
  header->extra_length = read_16 (bytes + 30);
  header->length = ENTRY_LENGTH + header->name_length + header->extra_length +
                   read_16 (bytes + 32);
}

static gboolean
read_entry (Tail              *self,
            MainstayZipTally  *tally,
            GError           **error)
{
  EntryHeader header = { 0 };
  const guint8 *bytes;

  if (!look (self, ENTRY_LENGTH, &bytes, error))
    return FALSE;
  read_header (bytes, &header);
  if (!look (self, header.length, &bytes, error))
    return FALSE;
  if (header.size == FULL32)
    header.size = find_long_size (bytes + ENTRY_LENGTH + header.name_length,
                                  header.extra_length);
  return check_entry (&header, (const char *) bytes + ENTRY_LENGTH, tally, error) &&
         skip (self, header.length, error);
}

/* Something of no meaning may lie before the directory, whose place is told at the end. */
static gboolean
find_first (Tail    *self,
            GError **error)
{
  const guint8 *bytes;

  for (;;)
    {
      if (!look (self, 4, &bytes, error))
        return FALSE;
      if (memcmp (bytes, "PK\1\2", 4) == 0 || memcmp (bytes, "PK\5\6", 4) == 0)
        return TRUE;
      if (!skip (self, 1, error))
        return FALSE;
    }
}

static gboolean
read_entries (Tail              *self,
              MainstayZipTally  *listed,
              GError           **error)
{
  const guint8 *bytes;

  for (;;)
    {
      if (!look (self, 4, &bytes, error))
        return FALSE;
      if (memcmp (bytes, "PK\1\2", 4) != 0)
        break;
      if (!read_entry (self, listed, error))
        return FALSE;
    }
  if (memcmp (bytes, "PK\5\5", 4) != 0)
    return TRUE;
  return look (self, SIGNATURE_LENGTH, &bytes, error) &&
         skip (self, SIGNATURE_LENGTH + (guint64) read_16 (bytes + 4), error);
}

/* What a file of many or large entries has before the end record. */
static gboolean
read_zip64_end (Tail       *self,
                Directory  *directory,
                gboolean   *found,
                GError    **error)
{
  guint64 position = self->position;
  const guint8 *bytes;
  guint64 rest;

  if (!look (self, 4, &bytes, error))
    return FALSE;
  *found = memcmp (bytes, "PK\6\6", 4) == 0;
  if (!*found)
    return TRUE;
  if (!look (self, ZIP64_END_LENGTH, &bytes, error))
    return FALSE;
  rest = read_64 (bytes + 4);
  directory->count = read_64 (bytes + 32);
  directory->size = read_64 (bytes + 40);
  directory->offset = read_64 (bytes + 48);
  if (rest < ZIP64_END_LENGTH - ZIP64_END_SIZE_FROM || rest > FULL32)
    return refuse_damaged (error);
  if (!skip (self, ZIP64_END_SIZE_FROM + rest, error) ||
      !look (self, LOCATOR_LENGTH, &bytes, error))
    return FALSE;
  if (memcmp (bytes, "PK\6\7", 4) != 0 || read_64 (bytes + 8) != position)
    return refuse_damaged (error);
  return skip (self, LOCATOR_LENGTH, error);
}

/* The end record is the last thing but for a comment whose length it tells. */
static gboolean
read_end (Tail       *self,
          Directory  *directory,
          GError    **error)
{
  Directory end;
  const guint8 *bytes;
  gboolean has_zip64;
  size_t more;

  if (!read_zip64_end (self, directory, &has_zip64, error) ||
      !look (self, END_LENGTH, &bytes, error))
    return FALSE;
  if (memcmp (bytes, "PK\5\6", 4) != 0)
    return refuse_damaged (error);
  if ((read_16 (bytes + 4) != 0 && read_16 (bytes + 4) != FULL16) ||
      read_16 (bytes + 8) != read_16 (bytes + 10))
    return refuse (MAINSTAY_ERROR_NOT_A_BACKUP, "The zip file is one part of several", error);
  end = (Directory) { read_16 (bytes + 10), read_32 (bytes + 16), read_32 (bytes + 12) };
  if (end.count != FULL16 && end.size != FULL32 && end.offset != FULL32)
    *directory = end;
  else if (!has_zip64)
    return refuse_damaged (error);
  if (!skip (self, END_LENGTH + (guint64) read_16 (bytes + 20), error) ||
      !mainstay_byte_source_peek (self->source, 1, &bytes, &more, error))
    return FALSE;
  return more == 0 || refuse (MAINSTAY_ERROR_DAMAGED, "Something else follows the zip file", error);
}

/**
 * mainstay_zip_tally_add:
 * @self: a tally
 * @name: an entry's name
 * @size: its bytes, unpacked
 */
void
mainstay_zip_tally_add (MainstayZipTally        *self,
                        const MainstayEntryName *name,
                        gint64                   size)
{
  guint64 sum = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  self->count++;
  if (name->kind == MAINSTAY_ENTRY_FOLDER)
    return;
  /* FNV-1a, added up so that the order is of no matter: this finds accidents. */
  for (const char *c = name->uuid; *c != '\0'; c++)
    sum = (sum ^ (guint8) *c) * G_GUINT64_CONSTANT (0x100000001b3);
  for (int i = 0; i < 64; i += 8)
    sum = (sum ^ (guint8) ((guint64) size >> i)) * G_GUINT64_CONSTANT (0x100000001b3);
  self->sum += sum ^ (sum >> 29);
}

/**
 * mainstay_zip_directory_check:
 * @source: what follows the last entry of a zip file; read to its end
 * @offset: where that is in the file
 * @met: the entries that lie before it
 * @error: where to put an error
 *
 * Returns: whether the directory is whole, tells of those entries and no others, and of none that
 *   a backup may not hold
 */
gboolean
mainstay_zip_directory_check (MainstayByteSource      *source,
                              gint64                   offset,
                              const MainstayZipTally  *met,
                              GError                 **error)
{
  Tail tail = { source, (guint64) offset };
  Directory directory = { 0 };
  MainstayZipTally listed = { 0 };
  guint64 start, size;

  if (!find_first (&tail, error))
    return FALSE;
  start = tail.position;
  if (!read_entries (&tail, &listed, error))
    return FALSE;
  size = tail.position - start;
  if (!read_end (&tail, &directory, error))
    return FALSE;
  if (directory.count != met->count)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                   "The zip file lists %" G_GUINT64_FORMAT " entries and has %" G_GUINT64_FORMAT,
                   directory.count, met->count);
      return FALSE;
    }
  if (directory.offset != start || directory.size != size)
    return refuse_damaged (error);
  if (listed.count != met->count || listed.sum != met->sum)
    return refuse (MAINSTAY_ERROR_DAMAGED,
                   "The zip file's directory does not fit to its entries", error);
  return TRUE;
}
