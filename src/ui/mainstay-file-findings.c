/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-file-findings.h"

#include <glib/gi18n.h>

#include "mainstay-format.h"
#include "mainstay-message.h"

/* A folder's files are listed, not read, so that there is no digest. */
static gboolean
is_folder (const MainstayBackupFile *file)
{
  return file->kind == MAINSTAY_FILE_FILES && file->sha256 == NULL;
}

const char *
mainstay_file_findings_describe_kind (const MainstayBackupFile *file)
{
  if (file->kind == MAINSTAY_FILE_FULL)
    return _("Full backup");
  if (file->kind == MAINSTAY_FILE_DATABASE)
    switch (file->dump_engine)
      {
      case MAINSTAY_DUMP_POSTGRESQL:
        return _("PostgreSQL dump");
      case MAINSTAY_DUMP_SQLITE:
        return _("SQLite database");
      case MAINSTAY_DUMP_NONE:
      default:
        return _("Database");
      }
  if (is_folder (file))
    return _("Folder of uploaded files");
  if (file->kind == MAINSTAY_FILE_FILES)
    return file->format == MAINSTAY_FORMAT_ZIP ? _("Uploaded files (zip archive)") :
                                                 _("Uploaded files (tar archive)");
  return _("Unknown file");
}

/* Takes @fact. */
static void
add_fact (GString *facts,
          char    *fact)
{
  g_autofree char *line = fact;

  if (facts->len > 0)
    g_string_append_c (facts, '\n');
  g_string_append (facts, line);
}

/* Bytes; negative when unknown. */
static gint64
get_unpacked_size (const MainstayBackupFile *file)
{
  if (file->kind == MAINSTAY_FILE_DATABASE)
    return file->dump_size;
  if (file->kind == MAINSTAY_FILE_FULL && file->files_size >= 0 && file->dump_size >= 0)
    return file->files_size + file->dump_size;
  return file->kind == MAINSTAY_FILE_FULL ? -1 : file->files_size;
}

static void
add_sizes (GString                  *facts,
           const MainstayBackupFile *file)
{
  gint64 unpacked_size = get_unpacked_size (file);
  g_autofree char *size = mainstay_format_size (is_folder (file) ? unpacked_size : file->size);
  g_autofree char *unpacked = mainstay_format_size (unpacked_size);

  if (unpacked_size < 0 || unpacked_size == file->size || is_folder (file))
    /* Translators: %s is the size of a file, as in 12.3 MB. */
    add_fact (facts, g_strdup_printf (_("Size: %s"), size));
  else
    /* Translators: both are sizes, as in 12.3 MB. */
    add_fact (facts, g_strdup_printf (_("Size: %1$s, unpacked %2$s"), size, unpacked));
}

static void
add_dump_facts (GString                  *facts,
                const MainstayBackupFile *file)
{
  if (file->dump_engine == MAINSTAY_DUMP_POSTGRESQL && file->dump_major >= 0)
    /* Translators: the version of the dump format, as in 1.14. */
    add_fact (facts, g_strdup_printf (_("Dump version: %d.%d"), file->dump_major,
                                      file->dump_minor));
  if (file->server_version != NULL)
    /* Translators: %s is the version of the database server that the dump is from. */
    add_fact (facts, g_strdup_printf (_("Server version: %s"), file->server_version));
  if (file->database_name != NULL)
    /* Translators: %s is the name of a database. */
    add_fact (facts, g_strdup_printf (_("Database name: %s"), file->database_name));
  if (file->dump_created_at > 0)
    {
      g_autofree char *date = mainstay_format_date (file->dump_created_at);

      /* Translators: %s is a date. */
      add_fact (facts, g_strdup_printf (_("Dump made: %s"), date));
    }
}

static void
add_files_facts (GString                  *facts,
                 const MainstayBackupFile *file)
{
  g_autofree char *files = mainstay_format_count (file->files_count);
  g_autofree char *entries = mainstay_format_count (file->entries);

  if (file->files_count >= 0)
    add_fact (facts,
              /* Translators: %s is a number. */
              g_strdup_printf (ngettext ("%s uploaded file", "%s uploaded files",
                                         (unsigned long) file->files_count), files));
  if (file->entries >= 0 && file->entries != file->files_count)
    add_fact (facts,
              /* Translators: %s is the number of files in an archive. */
              g_strdup_printf (ngettext ("%s entry in all", "%s entries in all",
                                         (unsigned long) file->entries), entries));
  if (is_folder (file))
    return;
  add_fact (facts, g_strdup (file->has_tree_prefix ?
                             _("Layout: the files are in the folder “tree”") :
                             _("Layout: the files are at the top, without a folder “tree”")));
}

static char *
describe_file (const MainstayBackupFile *file)
{
  GString *facts = g_string_new (NULL);

  if (file->kind != MAINSTAY_FILE_FILES)
    add_dump_facts (facts, file);
  if (file->kind != MAINSTAY_FILE_DATABASE)
    add_files_facts (facts, file);
  add_sizes (facts, file);
  if (file->model_version != NULL)
    /* Translators: %s is a model version. */
    add_fact (facts, g_strdup_printf (_("Model version: %s"), file->model_version));
  return g_string_free (facts, FALSE);
}

static const char *
next_step_for (MainstayFileKind expected)
{
  if (expected == MAINSTAY_FILE_DATABASE)
    return _("Choose a database dump. Of a full backup, take out the file “db/db.backup”.");
  return _("Choose a zip or tar.gz archive of uploaded files, or their folder. Of a full backup, "
           "take out the folder “tree”.");
}

static MainstayFileFindings *
findings (gboolean  good,
          char     *title,
          char     *detail)
{
  MainstayFileFindings *self = g_new0 (MainstayFileFindings, 1);

  self->good = good;
  self->title = title;
  self->detail = detail;
  return self;
}

/* A whole file of another kind than was asked for. */
static MainstayFileFindings *
refuse_kind (const MainstayBackupFile *file,
             MainstayFileKind          expected)
{
  if (file->kind == MAINSTAY_FILE_FULL)
    return findings (FALSE, g_strdup (_("This is a full backup")),
                     g_strdup (next_step_for (expected)));
  if (file->kind == MAINSTAY_FILE_DATABASE)
    return findings (FALSE, g_strdup (_("This is a database")),
                     g_strdup (next_step_for (expected)));
  if (file->kind == MAINSTAY_FILE_FILES)
    return findings (FALSE, g_strdup (_("This is an archive of uploaded files")),
                     g_strdup (next_step_for (expected)));
  return findings (FALSE, g_strdup (_("This is no backup file")),
                   g_strdup (next_step_for (expected)));
}

static MainstayFileFindings *
refuse_error (const GError     *error,
              MainstayFileKind  expected)
{
  g_autoptr(MainstayMessage) message = NULL;

  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return findings (FALSE, g_strdup (_("There is no such file")),
                     g_strdup (_("Check its name, or choose it from the folder.")));
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_WRONG_KIND))
    return findings (FALSE, expected == MAINSTAY_FILE_DATABASE ?
                     g_strdup (_("This is not a database")) :
                     g_strdup (_("This is not an archive of uploaded files")),
                     g_strdup (next_step_for (expected)));
  message = mainstay_message_new (error);
  return findings (FALSE, g_strdup (message->title), mainstay_message_dup_body (message));
}

/**
 * mainstay_file_findings_new:
 * @file: (nullable): what was found in the file
 * @error: (nullable): why it could not be found; one of the two is set
 * @expected: what the file is to be
 *
 * Returns: (transfer full): the findings
 */
MainstayFileFindings *
mainstay_file_findings_new (const MainstayBackupFile *file,
                            const GError             *error,
                            MainstayFileKind          expected)
{
  g_return_val_if_fail ((file == NULL) != (error == NULL), NULL);

  if (error != NULL)
    return refuse_error (error, expected);
  if (file->kind != expected)
    return refuse_kind (file, expected);
  return findings (TRUE, g_strdup (mainstay_file_findings_describe_kind (file)),
                   describe_file (file));
}

/** mainstay_file_findings_free: Frees @self, which may be %NULL. */
void
mainstay_file_findings_free (MainstayFileFindings *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self, g_free);
}
