/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include <glib/gi18n.h>

#include "mainstay-dialogs.h"
#include "mainstay-error.h"
#include "mainstay-excerpt.h"
#include "mainstay-format.h"
#include "mainstay-message-dialog.h"

/* What is needed from the question to the portal's answer. */
typedef struct
{
  GtkWindow *parent; /* weak */
  MainstayBackupList *list;
  MainstayBackup *backup;
} Deletion;

static void
deletion_free (Deletion *deletion)
{
  g_clear_weak_pointer (&deletion->parent);
  g_clear_object (&deletion->list);
  g_clear_object (&deletion->backup);
  g_clear_pointer (&deletion, g_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Deletion, deletion_free)

static void
backup_deleted_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr(Deletion) deletion = user_data;
  g_autoptr(GError) error = NULL;

  mainstay_client_delete_backup_finish (MAINSTAY_CLIENT (object), result, &error);
  /* Somebody else was faster, or our first answer was lost: it is gone, as was wanted. */
  if (error == NULL || g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND))
    mainstay_backup_list_remove (deletion->list, mainstay_backup_get_id (deletion->backup));
  else if (deletion->parent != NULL)
    mainstay_message_dialog_show_error (deletion->parent, error);
}

static void
deletion_answered_cb (GObject      *object,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr(Deletion) deletion = user_data;
  MainstayBackupList *list = deletion->list;
  const char *backup_id = mainstay_backup_get_id (deletion->backup);

  if (g_strcmp0 (mainstay_message_dialog_finish (result, NULL), "delete") != 0)
    return;
  mainstay_client_delete_backup_async (mainstay_backup_list_get_client (list),
                                       mainstay_backup_list_get_app (list),
                                       mainstay_environment_get_id (
                                         mainstay_backup_list_get_environment (list)),
                                       backup_id, NULL, backup_deleted_cb,
                                       g_steal_pointer (&deletion));
}

static char *
describe (MainstayBackupList *list,
          MainstayBackup     *backup)
{
  const char *environment =
    mainstay_environment_get_mode (mainstay_backup_list_get_environment (list));
  g_autofree char *comment = mainstay_excerpt (mainstay_backup_get_comment (backup));
  g_autofree char *date = mainstay_format_date (mainstay_backup_get_created_at (backup));

  if (*comment == '\0')
    /* Translators: %1$s is the name of an environment, %2$s a date. */
    return g_strdup_printf (_("The backup of %1$s of %2$s will be deleted for good."),
                            environment, date);
  /* Translators: %1$s is the name of an environment, %2$s a date, %3$s the backup's comment. */
  return g_strdup_printf (_("The backup of %1$s of %2$s will be deleted for good.\n\n“%3$s”"),
                          environment, date, comment);
}

/**
 * mainstay_delete_backup_dialog_present:
 * @parent: the window it belongs to
 * @list: the list that @backup is in
 * @backup: a backup
 *
 * Asks whether to delete @backup and does so; the row goes when the portal has confirmed it.
 */
void
mainstay_delete_backup_dialog_present (GtkWindow          *parent,
                                       MainstayBackupList *list,
                                       MainstayBackup     *backup)
{
  static const char *const id = "delete";
  g_autofree char *body = NULL;
  MainstayResponse response;
  Deletion *deletion;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (MAINSTAY_IS_BACKUP_LIST (list));
  g_return_if_fail (MAINSTAY_IS_BACKUP (backup));

  deletion = g_new0 (Deletion, 1);
  g_set_weak_pointer (&deletion->parent, parent);
  deletion->list = g_object_ref (list);
  deletion->backup = g_object_ref (backup);

  body = describe (list, backup);
  response = (MainstayResponse) { id, _("Delete"), ADW_RESPONSE_DESTRUCTIVE };
  mainstay_message_dialog_async (parent, _("Delete Backup"), body, &response, 1, NULL,
                                 deletion_answered_cb, deletion);
}
