/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-dump-check.h"

#include <string.h>

#include "mainstay-dump-header.h"
#include "mainstay-error.h"
#include "mainstay-sqlite-header.h"

struct _MainstayDumpCheck
{
  guint8 head[MAINSTAY_DUMP_HEADER_MAX];
  size_t head_length;
  gint64 size;

  gboolean inflate;
  gboolean begun;                 /* whether the first bytes have been looked at */
  MainstayDumpHeader header;      /* of PostgreSQL */
  MainstayDumpHeaderResult result;
  MainstayDumpContents *contents; /* owned, %NULL unless there is such a header, and known */
};

/**
 * mainstay_dump_check_new:
 * @inflate: whether to prove the checksums of its compressed data, too; of no use where something
 *   around the dump has one, and slow
 *
 * Returns: (transfer full): a check of no bytes yet
 */
MainstayDumpCheck *
mainstay_dump_check_new (gboolean inflate)
{
  MainstayDumpCheck *self = g_new0 (MainstayDumpCheck, 1);

  self->inflate = inflate;
  return self;
}

static gboolean
is_postgresql (const MainstayDumpCheck *self)
{
  return self->head_length >= 5 && memcmp (self->head, "PGDMP", 5) == 0;
}

static void
begin (MainstayDumpCheck *self)
{
  if (self->begun)
    return;
  self->begun = TRUE;
  if (!is_postgresql (self))
    return;
  self->result = mainstay_dump_header_parse (self->head, self->head_length, &self->header);
  if (self->result == MAINSTAY_DUMP_HEADER_WHOLE)
    self->contents = mainstay_dump_contents_new (&self->header, self->inflate);
  if (self->contents != NULL)
    mainstay_dump_contents_add (self->contents, self->head + self->header.length,
                                self->head_length - self->header.length);
}

/** mainstay_dump_check_add: takes the next bytes, keeping only the first of all */
void
mainstay_dump_check_add (MainstayDumpCheck *self,
                         const guint8      *bytes,
                         size_t             length)
{
  size_t kept = MIN (length, sizeof self->head - self->head_length);

  if (kept > 0)
    memcpy (self->head + self->head_length, bytes, kept);
  self->head_length += kept;
  self->size += (gint64) length;
  if (self->head_length == sizeof self->head)
    begin (self);
  if (self->contents != NULL)
    mainstay_dump_contents_add (self->contents, bytes + kept, length - kept);
}

static gboolean
finish_contents (MainstayDumpCheck   *self,
                 MainstayBackupFile  *file,
                 GError             **error)
{
  if (self->contents == NULL)
    return TRUE;
  switch (mainstay_dump_contents_finish (self->contents))
    {
    case MAINSTAY_DUMP_CONTENTS_WHOLE:
      file->dump_checked = TRUE;
      return TRUE;
    case MAINSTAY_DUMP_CONTENTS_SHORT:
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED,
                           "The database dump ends too early");
      return FALSE;
    case MAINSTAY_DUMP_CONTENTS_BROKEN:
    default:
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                           "The database dump is damaged");
      return FALSE;
    }
}

static gboolean
finish_postgresql (MainstayDumpCheck   *self,
                   MainstayBackupFile  *file,
                   GError             **error)
{
  begin (self);
  switch (self->result)
    {
    case MAINSTAY_DUMP_HEADER_WHOLE:
      file->dump_engine = MAINSTAY_DUMP_POSTGRESQL;
      file->dump_major = self->header.major;
      file->dump_minor = self->header.minor;
      file->dump_created_at = self->header.created_at;
      file->database_name = g_steal_pointer (&self->header.database_name);
      file->server_version = g_steal_pointer (&self->header.server_version);
      file->dump_program_version = g_steal_pointer (&self->header.program_version);
      return finish_contents (self, file, error);
    case MAINSTAY_DUMP_HEADER_SHORT:
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED,
                           "The database dump ends within its header");
      return FALSE;
    case MAINSTAY_DUMP_HEADER_TOO_OLD:
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP,
                   "The database dump has the format %d.%d; the oldest that can be read is 1.10",
                   self->header.major, self->header.minor);
      return FALSE;
    case MAINSTAY_DUMP_HEADER_NOT_CUSTOM:
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP,
                           "The database dump is not in the custom format of pg_dump");
      return FALSE;
    case MAINSTAY_DUMP_HEADER_BROKEN:
    default:
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                           "The database dump's header is damaged");
      return FALSE;
    }
}

static gboolean
finish_sqlite (MainstayDumpCheck   *self,
               MainstayBackupFile  *file,
               GError             **error)
{
  switch (mainstay_sqlite_header_check (self->head, self->head_length, self->size))
    {
    case MAINSTAY_SQLITE_WHOLE:
      file->dump_engine = MAINSTAY_DUMP_SQLITE;
      file->dump_checked = TRUE;
      return TRUE;
    case MAINSTAY_SQLITE_SHORT:
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED,
                           "The SQLite database lacks pages at its end");
      return FALSE;
    case MAINSTAY_SQLITE_LONG:
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                           "The SQLite database has more bytes than pages");
      return FALSE;
    case MAINSTAY_SQLITE_BROKEN:
    default:
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                           "The SQLite database's header is damaged");
      return FALSE;
    }
}

/**
 * mainstay_dump_check_finish:
 * @self: a check that got the whole dump
 * @file: where to put what it is
 * @error: where to put an error
 *
 * Returns: whether it is a dump that is whole as far as can be told
 */
gboolean
mainstay_dump_check_finish (MainstayDumpCheck   *self,
                            MainstayBackupFile  *file,
                            GError             **error)
{
  file->dump_size = self->size;
  if (self->head_length >= 16 && memcmp (self->head, "SQLite format 3", 16) == 0)
    return finish_sqlite (self, file, error);
  if (is_postgresql (self))
    return finish_postgresql (self, file, error);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP,
                       "db/db.backup is no database dump");
  return FALSE;
}

/** mainstay_dump_check_get_contents: Returns: (transfer none) (nullable): of a dump that was found
 * whole: what it holds, where that is known */
const MainstayDumpContents *
mainstay_dump_check_get_contents (const MainstayDumpCheck *self)
{
  return self->contents;
}

/** mainstay_dump_check_free: frees @self */
void
mainstay_dump_check_free (MainstayDumpCheck *self)
{
  if (self == NULL)
    return;
  mainstay_dump_header_clear (&self->header);
  g_clear_pointer (&self->contents, mainstay_dump_contents_free);
  g_clear_pointer (&self, g_free);
}
