/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-zip-directory.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-byte-source.h"
#include "mainstay-disk.h"
#include "mainstay-error.h"

/* The entries are read in the order they lie in, in flat memory and each checked by its CRC-32.
 * Their directory at the file's end is read here: without it the file is not whole, and it alone
 * tells what is a link. It is never used to find an entry, so that nothing can overlap. */

#define END_LENGTH 22
#define LOCATOR_LENGTH 20
#define ZIP64_END_LENGTH 56
#define ENTRY_LENGTH 46
#define MAX_COMMENT 65535
#define FULL16 0xffff
#define FULL32 0xffffffff
#define ZIP64_EXTRA 1
#define FLAGS_ENCRYPTED (1 | 1 << 6 | 1 << 13)
#define HOST_UNIX 3
#define HOST_DARWIN 19

/* Where the directory is. */
typedef struct
{
  guint64 count;
  guint64 offset;
  guint64 size;
  guint64 limit; /* what follows it */
} Directory;

/* A part of a file, read on its own. */
typedef struct
{
  MainstayByteSource parent;

  int fd; /* borrowed */
  gint64 offset;
  gint64 left;
} RangeSource;

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
read_at (int       fd,
         gint64    offset,
         guint8   *buffer,
         size_t    length,
         GError  **error)
{
  while (length > 0)
    {
      ssize_t got = pread (fd, buffer, length, offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          mainstay_disk_error_set (error, errno, "Cannot read the file");
          return FALSE;
        }
      if (got == 0)
        return refuse (MAINSTAY_ERROR_TRUNCATED, "The zip file ends too early", error);
      buffer += got;
      offset += got;
      length -= (size_t) got;
    }
  return TRUE;
}

static gssize
range_source_fill (MainstayByteSource  *source,
                   guint8              *buffer,
                   size_t               size,
                   GError             **error)
{
  RangeSource *self = (RangeSource *) source;
  size_t length = (size_t) MIN ((gint64) size, self->left);

  if (!read_at (self->fd, self->offset, buffer, length, error))
    return -1;
  self->offset += (gint64) length;
  self->left -= (gint64) length;
  return (gssize) length;
}

static void
range_source_close (MainstayByteSource *source)
{
}

static MainstayByteSource *
range_source_new (int    fd,
                  gint64 offset,
                  gint64 length)
{
  RangeSource *self = g_new0 (RangeSource, 1);

  self->parent.fill = range_source_fill;
  self->parent.close = range_source_close;
  mainstay_byte_source_init (&self->parent);
  self->fd = fd;
  self->offset = offset;
  self->left = length;
  return &self->parent;
}

/* The end record is the last thing but for a comment whose length it tells. */
static gboolean
find_end (int       fd,
          gint64    size,
          guint8    end[END_LENGTH],
          gint64   *offset,
          GError  **error)
{
  size_t length = (size_t) MIN (size, END_LENGTH + MAX_COMMENT);
  g_autofree guint8 *tail = g_malloc (length);

  if (!read_at (fd, size - (gint64) length, tail, length, error))
    return FALSE;
  for (size_t comment = 0; comment + END_LENGTH <= length; comment++)
    {
      const guint8 *at = tail + length - END_LENGTH - comment;

      if (memcmp (at, "PK\5\6", 4) == 0 && read_16 (at + 20) == comment)
        {
          memcpy (end, at, END_LENGTH);
          *offset = size - END_LENGTH - (gint64) comment;
          return TRUE;
        }
    }
  return refuse (MAINSTAY_ERROR_TRUNCATED, "The zip file ends without its directory", error);
}

static gboolean
read_zip64_end (int         fd,
                gint64      end_offset,
                Directory  *directory,
                GError    **error)
{
  guint8 locator[LOCATOR_LENGTH];
  guint8 end[ZIP64_END_LENGTH];
  guint64 offset;

  if (end_offset < LOCATOR_LENGTH + ZIP64_END_LENGTH)
    return refuse (MAINSTAY_ERROR_DAMAGED, "The zip file's directory is damaged", error);
  if (!read_at (fd, end_offset - LOCATOR_LENGTH, locator, LOCATOR_LENGTH, error))
    return FALSE;
  offset = read_64 (locator + 8);
  if (memcmp (locator, "PK\6\7", 4) != 0 ||
      offset > (guint64) (end_offset - LOCATOR_LENGTH - ZIP64_END_LENGTH))
    return refuse (MAINSTAY_ERROR_DAMAGED, "The zip file's directory is damaged", error);
  if (!read_at (fd, (gint64) offset, end, ZIP64_END_LENGTH, error))
    return FALSE;
  if (memcmp (end, "PK\6\6", 4) != 0)
    return refuse (MAINSTAY_ERROR_DAMAGED, "The zip file's directory is damaged", error);
  directory->count = read_64 (end + 32);
  directory->size = read_64 (end + 40);
  directory->offset = read_64 (end + 48);
  directory->limit = offset;
  return TRUE;
}

static gboolean
find_directory (int         fd,
                gint64      size,
                Directory  *directory,
                GError    **error)
{
  guint8 end[END_LENGTH];
  gint64 end_offset = 0;

  if (!find_end (fd, size, end, &end_offset, error))
    return FALSE;
  directory->count = read_16 (end + 10);
  directory->size = read_32 (end + 12);
  directory->offset = read_32 (end + 16);
  directory->limit = (guint64) end_offset;
  if ((read_16 (end + 4) != 0 && read_16 (end + 4) != FULL16) ||
      read_16 (end + 8) != read_16 (end + 10))
    return refuse (MAINSTAY_ERROR_NOT_A_BACKUP, "The zip file is one part of several", error);
  if ((directory->count == FULL16 || directory->size == FULL32 || directory->offset == FULL32) &&
      !read_zip64_end (fd, end_offset, directory, error))
    return FALSE;
  if (directory->offset > directory->limit ||
      directory->size > directory->limit - directory->offset)
    return refuse (MAINSTAY_ERROR_DAMAGED, "The zip file's directory is damaged", error);
  return TRUE;
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
read_entry (MainstayByteSource  *source,
            MainstayZipTally    *tally,
            GError             **error)
{
  EntryHeader header = { 0 };
  const guint8 *bytes;
  size_t length;

  if (!mainstay_byte_source_peek (source, ENTRY_LENGTH, &bytes, &length, error))
    return FALSE;
  if (length < ENTRY_LENGTH || memcmp (bytes, "PK\1\2", 4) != 0)
    return refuse (MAINSTAY_ERROR_DAMAGED, "The zip file's directory is damaged", error);
  read_header (bytes, &header);
  if (!mainstay_byte_source_peek (source, header.length, &bytes, &length, error))
    return FALSE;
  if (length < header.length)
    return refuse (MAINSTAY_ERROR_DAMAGED, "The zip file's directory is damaged", error);
  if (header.size == FULL32)
    header.size = find_long_size (bytes + ENTRY_LENGTH + header.name_length,
                                  header.extra_length);
  if (!check_entry (&header, (const char *) bytes + ENTRY_LENGTH, tally, error))
    return FALSE;
  mainstay_byte_source_skip (source, header.length);
  return TRUE;
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
 * @fd: a zip file
 * @size: its bytes
 * @met: the entries that lie in it
 * @error: where to put an error
 *
 * Returns: whether its directory is whole, tells of those entries and no others, and of none that
 *   a backup may not hold
 */
gboolean
mainstay_zip_directory_check (int                      fd,
                              gint64                   size,
                              const MainstayZipTally  *met,
                              GError                 **error)
{
  g_autoptr(MainstayByteSource) source = NULL;
  Directory directory = { 0 };
  MainstayZipTally listed = { 0 };

  if (!find_directory (fd, size, &directory, error))
    return FALSE;
  if (directory.count != met->count)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                   "The zip file lists %" G_GUINT64_FORMAT " entries and has %" G_GUINT64_FORMAT,
                   directory.count, met->count);
      return FALSE;
    }
  source = range_source_new (fd, (gint64) directory.offset, (gint64) directory.size);
  for (guint64 i = 0; i < directory.count; i++)
    if (!read_entry (source, &listed, error))
      return FALSE;
  if (listed.sum != met->sum)
    return refuse (MAINSTAY_ERROR_DAMAGED,
                   "The zip file's directory does not fit to its entries", error);
  return TRUE;
}
