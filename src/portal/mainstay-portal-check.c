/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-check.h"

#include <string.h>

#include "mainstay-portal-check-contents.h"
#include "mainstay-portal-private.h"
#include "mainstay-time.h"

/* One backup, as an administrator knows it. */
typedef struct
{
  char *id;
  char *title;
} Subject;

static void
subject_free (gpointer data)
{
  Subject *subject = data;

  g_clear_pointer (&subject->id, g_free);
  g_clear_pointer (&subject->title, g_free);
  g_clear_pointer (&subject, g_free);
}

static Subject *
new_subject (sqlite3_stmt *row)
{
  Subject *subject = g_new0 (Subject, 1);
  g_autofree char *made = mainstay_time_format (sqlite3_column_int64 (row, 3));
  const char *comment = (const char *) sqlite3_column_text (row, 4);

  subject->id = mainstay_portal_statement_text (row, 0);
  subject->title = g_strdup_printf (
    "%s of %s %s, %s%s%s%s", subject->id, (const char *) sqlite3_column_text (row, 1),
    (const char *) sqlite3_column_text (row, 2), made, comment != NULL ? " “" : "",
    comment != NULL ? comment : "", comment != NULL ? "”" : "");
  return subject;
}

/* Returns: (element-type Subject): the completed ones */
static GPtrArray *
list_subjects (MainstayPortalDatabase  *database,
               GError                 **error)
{
  g_autoptr(GPtrArray) subjects = g_ptr_array_new_with_free_func (subject_free);
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (database, error);
  g_autoptr(sqlite3_stmt) query = NULL;
  int result = -1;

  if (tx != NULL)
    query = mainstay_portal_transaction_query (
      tx, error, "SELECT s.id, a.app_id, e.mode, s.created_at, s.comment FROM snapshots s"
      " JOIN environments e ON e.id = s.environment_id JOIN apps a ON a.project_id = e.project_id"
      " WHERE s.state = 'completed' ORDER BY s.seq", "");
  while (query != NULL && (result = mainstay_portal_statement_step (query, error)) > 0)
    g_ptr_array_add (subjects, new_subject (query));
  return result == 0 ? g_steal_pointer (&subjects) : NULL;
}

static gboolean
still_exists (MainstayPortalDatabase *database,
              const char             *id)
{
  g_autoptr(MainstayPortalTransaction) tx = mainstay_portal_database_read (database, NULL);
  g_autoptr(MainstayPortalSnapshot) snapshot =
    tx != NULL ? mainstay_portal_store_get_snapshot (tx, id, NULL) : NULL;

  return snapshot != NULL;
}

/* Returns: (nullable): what is wrong with it */
static char *
check_subject (MainstayPortalContentCheck *contents,
               const char                 *data_directory,
               const Subject              *subject,
               gboolean                    read_data)
{
  g_autofree char *path =
    g_build_filename (data_directory, MAINSTAY_PORTAL_SNAPSHOTS, subject->id, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalBackup) backup = mainstay_portal_backup_read (path, &error);

  if (backup == NULL)
    return g_strdup ("its manifest is damaged or missing");
  return mainstay_portal_content_check_backup (contents, backup, read_data);
}

static gboolean
check_subjects (MainstayPortalContentCheck  *contents,
                const char                  *data_directory,
                gboolean                     read_data,
                MainstayPortalCheckReport   *report,
                GError                     **error)
{
  g_autofree char *path = g_build_filename (data_directory, MAINSTAY_PORTAL_DATABASE_NAME, NULL);
  g_autoptr(MainstayPortalDatabase) database = mainstay_portal_database_open (path, FALSE, error);
  g_autoptr(GPtrArray) subjects = database != NULL ? list_subjects (database, error) : NULL;

  for (unsigned int i = 0; subjects != NULL && i < subjects->len; i++)
    {
      const Subject *subject = g_ptr_array_index (subjects, i);
      g_autofree char *trouble = check_subject (contents, data_directory, subject, read_data);

      /* A collection may have moved something since the index was read. */
      if (trouble != NULL)
        {
          g_clear_pointer (&trouble, g_free);
          if (!mainstay_portal_content_check_reload (contents, error))
            return FALSE;
          trouble = check_subject (contents, data_directory, subject, read_data);
        }
      report->n_backups++;
      /* Or it was deleted meanwhile. */
      if (trouble != NULL && still_exists (database, subject->id))
        g_ptr_array_add (report->backups, g_strdup_printf ("%s: %s", subject->title, trouble));
    }
  return subjects != NULL;
}

gboolean
mainstay_portal_check (const char                 *data_directory,
                       gboolean                    read_data,
                       MainstayPortalCheckReport  *report,
                       GError                    **error)
{
  g_autofree char *folder = g_build_filename (data_directory, MAINSTAY_PORTAL_CONTENTS, NULL);
  g_autofree char *records = g_build_filename (data_directory, MAINSTAY_PORTAL_DATABASE_NAME, NULL);
  g_autoptr(MainstayPortalContentCheck) contents = NULL;

  report->damage = g_ptr_array_new_with_free_func (g_free);
  report->backups = g_ptr_array_new_with_free_func (g_free);
  if (!g_file_test (records, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND,
                   "There is no portal's data in “%s”", data_directory);
      return FALSE;
    }
  contents = mainstay_portal_content_check_new (folder, error);
  return contents != NULL &&
         mainstay_portal_content_check_packs (contents, read_data, report, error) &&
         check_subjects (contents, data_directory, read_data, report, error);
}

void
mainstay_portal_check_report_clear (MainstayPortalCheckReport *self)
{
  g_clear_pointer (&self->damage, g_ptr_array_unref);
  g_clear_pointer (&self->backups, g_ptr_array_unref);
}
