/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-file-facts.h"

#include <glib/gi18n.h>

#include "mainstay-file-findings.h"
#include "mainstay-format.h"

static void
fact_free (gpointer data)
{
  MainstayFileFact *fact = data;

  g_clear_pointer (&fact->value, g_free);
  g_clear_pointer (&fact, g_free);
}

/* Takes @value. */
static void
add (GPtrArray  *facts,
     const char *title,
     char       *value)
{
  MainstayFileFact *fact = g_new0 (MainstayFileFact, 1);

  fact->title = title;
  fact->value = value;
  g_ptr_array_add (facts, fact);
}

static void
add_text (GPtrArray  *facts,
          const char *title,
          const char *value)
{
  if (value != NULL && *value != '\0')
    add (facts, title, g_utf8_make_valid (value, -1));
}

static void
add_size (GPtrArray  *facts,
          const char *title,
          gint64      size)
{
  if (size >= 0)
    add (facts, title, mainstay_format_size (size));
}

static const char *
describe_format (MainstayFileFormat format)
{
  switch (format)
    {
    case MAINSTAY_FORMAT_TAR:
      return _("tar archive");
    case MAINSTAY_FORMAT_TAR_GZIP:
      return _("tar archive, compressed with gzip");
    case MAINSTAY_FORMAT_ZIP:
      return _("zip archive");
    case MAINSTAY_FORMAT_PGDUMP:
      return _("PostgreSQL custom format");
    case MAINSTAY_FORMAT_PGDUMP_GZIP:
      return _("PostgreSQL custom format, compressed with gzip");
    case MAINSTAY_FORMAT_SQLITE:
      return _("SQLite database");
    case MAINSTAY_FORMAT_SQLITE_GZIP:
      return _("SQLite database, compressed with gzip");
    case MAINSTAY_FORMAT_UNKNOWN:
    default:
      return NULL;
    }
}

static void
add_dump (GPtrArray                *facts,
          const MainstayBackupFile *file)
{
  if (file->dump_created_at > 0)
    add (facts, _("Dump made"), mainstay_format_date (file->dump_created_at));
  if (file->dump_engine == MAINSTAY_DUMP_POSTGRESQL && file->dump_major >= 0)
    add (facts, _("Dump version"), g_strdup_printf ("%d.%d", file->dump_major, file->dump_minor));
  add_text (facts, _("Server version"), file->server_version);
  add_text (facts, _("Version of pg_dump"), file->dump_program_version);
  add_text (facts, _("Database name"), file->database_name);
  add_size (facts, _("Size of the database dump"), file->dump_size);
}

static void
add_files (GPtrArray                *facts,
           const MainstayBackupFile *file)
{
  if (file->files_count >= 0)
    add (facts, _("Uploaded files"), mainstay_format_count (file->files_count));
  add_size (facts, _("Size of the uploaded files"), file->files_size);
  if (file->entries >= 0)
    add (facts, _("Entries in the archive"), mainstay_format_count (file->entries));
}

GPtrArray *
mainstay_file_facts_new (const MainstayBackupFile *file)
{
  GPtrArray *facts;

  g_return_val_if_fail (file != NULL, NULL);

  facts = g_ptr_array_new_with_free_func (fact_free);
  add_text (facts, _("Content"), mainstay_file_findings_describe_kind (file));
  add_text (facts, _("Format"), describe_format (file->format));
  /* A folder has no size of its own. */
  if (file->sha256 != NULL || file->size > 0)
    add_size (facts, _("Size"), file->size);
  add_text (facts, _("Model version"), file->model_version);
  if (file->dump_engine != MAINSTAY_DUMP_NONE)
    add_dump (facts, file);
  if (file->kind != MAINSTAY_FILE_DATABASE)
    add_files (facts, file);
  return facts;
}
