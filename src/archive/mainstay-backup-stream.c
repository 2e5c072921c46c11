/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-backup-stream.h"

#include <string.h>

#include "mainstay-error.h"
#include "mainstay-file-source.h"
#include "mainstay-gzip-source.h"

#define TAR_MAGIC_OFFSET 257
#define HEAD_SIZE 512

static gboolean
has_bytes (const guint8 *head,
           size_t        length,
           size_t        offset,
           const char   *magic,
           size_t        magic_length)
{
  return length >= offset + magic_length && memcmp (head + offset, magic, magic_length) == 0;
}

static MainstayFileFormat
detect_content (const guint8 *head,
                size_t        length)
{
  if (has_bytes (head, length, 0, "PGDMP", 5))
    return MAINSTAY_FORMAT_PGDUMP;
  if (has_bytes (head, length, 0, "SQLite format 3", 16))
    return MAINSTAY_FORMAT_SQLITE;
  /* Before tar, whose sign any file can have further in. */
  if (has_bytes (head, length, 0, "PK\3\4", 4))
    return MAINSTAY_FORMAT_ZIP;
  if (has_bytes (head, length, TAR_MAGIC_OFFSET, "ustar", 5))
    return MAINSTAY_FORMAT_TAR;
  return MAINSTAY_FORMAT_UNKNOWN;
}

static MainstayFileFormat
format_in_gzip (MainstayFileFormat content)
{
  switch (content)
    {
    case MAINSTAY_FORMAT_TAR:
      return MAINSTAY_FORMAT_TAR_GZIP;
    case MAINSTAY_FORMAT_PGDUMP:
      return MAINSTAY_FORMAT_PGDUMP_GZIP;
    case MAINSTAY_FORMAT_SQLITE:
      return MAINSTAY_FORMAT_SQLITE_GZIP;
    case MAINSTAY_FORMAT_UNKNOWN:
    case MAINSTAY_FORMAT_TAR_GZIP:
    case MAINSTAY_FORMAT_ZIP:
    case MAINSTAY_FORMAT_PGDUMP_GZIP:
    case MAINSTAY_FORMAT_SQLITE_GZIP:
    default:
      return MAINSTAY_FORMAT_UNKNOWN;
    }
}

static gboolean
looks_like (const guint8 *head,
            size_t        length,
            const char   *text)
{
  while (length > 0 && g_ascii_isspace (*head))
    {
      head++;
      length--;
    }
  return length >= strlen (text) &&
         g_ascii_strncasecmp ((const char *) head, text, strlen (text)) == 0;
}

/* What people save by mistake, said in words that help. */
static const char *
explain_unknown (const guint8 *head,
                 size_t        length)
{
  if (length == 0)
    return "The file is empty";
  if (looks_like (head, length, "\xef\xbb\xbf"))
    {
      head += 3;
      length -= 3;
    }
  if (looks_like (head, length, "<!doctype") || looks_like (head, length, "<html") ||
      looks_like (head, length, "<head") || looks_like (head, length, "<?xml"))
    return "This is a web page, not a backup: the download link has expired or asked to log in";
  if (looks_like (head, length, "{"))
    return "This is an answer of a server in JSON, not a backup";
  if (looks_like (head, length, "-- PostgreSQL database dump") ||
      looks_like (head, length, "--\n-- PostgreSQL database dump"))
    return "This is a database dump in plain SQL; only the custom format of pg_dump is a backup";
  return "This is neither a backup archive nor a database dump";
}

static gboolean
recognise (MainstayBackupStream  *self,
           GError               **error)
{
  const guint8 *head;
  size_t length;

  if (!mainstay_byte_source_peek (self->file, HEAD_SIZE, &head, &length, error))
    return FALSE;
  self->content = self->file;
  if (has_bytes (head, length, 0, "\x1f\x8b", 2))
    {
      self->gzip = mainstay_gzip_source_new (self->file);
      self->content = self->gzip;
      if (!mainstay_byte_source_peek (self->content, HEAD_SIZE, &head, &length, error))
        return FALSE;
    }
  self->format = detect_content (head, length);
  if (self->gzip != NULL)
    self->format = format_in_gzip (self->format);
  if (self->format == MAINSTAY_FORMAT_UNKNOWN)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP,
                           explain_unknown (head, length));
      return FALSE;
    }
  return TRUE;
}

/**
 * mainstay_backup_stream_new:
 * @file: the bytes of a file, from its first on; must live as long
 * @error: where to put an error, %MAINSTAY_ERROR_NOT_A_BACKUP when it is none
 *
 * Returns: (transfer full): the file, from its first byte
 */
MainstayBackupStream *
mainstay_backup_stream_new (MainstayByteSource  *file,
                            GError             **error)
{
  g_autoptr(MainstayBackupStream) self = g_new0 (MainstayBackupStream, 1);

  self->file = file;
  return recognise (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * mainstay_backup_stream_open:
 * @path: a file
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error, %MAINSTAY_ERROR_NOT_A_BACKUP when it is none
 *
 * Returns: (transfer full): the file, from its first byte
 */
MainstayBackupStream *
mainstay_backup_stream_open (const char    *path,
                             GCancellable  *cancellable,
                             GError       **error)
{
  g_autoptr(MainstayByteSource) file = NULL;
  MainstayBackupStream *self;

  file = mainstay_file_source_new (path, NULL, NULL, cancellable, error);
  if (file == NULL)
    return NULL;
  self = mainstay_backup_stream_new (file, error);
  if (self != NULL)
    self->opened = g_steal_pointer (&file);
  return self;
}

/** mainstay_backup_stream_free: closes the file if it opened it */
void
mainstay_backup_stream_free (MainstayBackupStream *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->gzip, mainstay_byte_source_free);
  g_clear_pointer (&self->opened, mainstay_byte_source_free);
  g_clear_pointer (&self, g_free);
}
