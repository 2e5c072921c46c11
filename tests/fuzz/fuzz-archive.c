/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-backup-file.h"
#include "mainstay-byte-source.h"

/* A backup file of any kind, as its bytes arrive: the first one tells in what pieces. */

typedef struct
{
  MainstayByteSource source;
  const guint8 *data;
  size_t left;
  size_t piece;
} MemorySource;

static gssize
fill (MainstayByteSource  *source,
      guint8              *buffer,
      size_t               size,
      GError             **error)
{
  MemorySource *self = (MemorySource *) source;
  size_t length = MIN (MIN (size, self->left), self->piece);

  if (length == 0)
    return 0;
  memcpy (buffer, self->data, length);
  self->data += length;
  self->left -= length;
  return (gssize) length;
}

static void
close_nothing (MainstayByteSource *source)
{
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  MemorySource *memory = g_new0 (MemorySource, 1);
  g_autoptr(MainstayByteSource) source = (MainstayByteSource *) memory;
  g_autoptr(MainstayBackupFile) file = NULL;
  g_autoptr(GError) error = NULL;

  memory->source.fill = fill;
  memory->source.close = close_nothing;
  if (size > 0)
    {
      memory->data = data + 1;
      memory->left = size - 1;
      memory->piece = 1 + (size_t) data[0] * 16;
    }
  mainstay_byte_source_init (source);
  file = mainstay_backup_file_inspect_source (source, MAINSTAY_FILE_UNKNOWN, NULL, &error);
  g_assert_true ((file == NULL) == (error != NULL));
  if (file == NULL)
    return 0;
  g_assert_cmpint (file->size, ==, (gint64) size - 1);
  g_assert_cmpint (file->kind, !=, MAINSTAY_FILE_UNKNOWN);
  g_assert_cmpuint (strlen (file->sha256), ==, 64);
  return 0;
}
