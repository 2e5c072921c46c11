/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include <glib/gi18n.h>

#include "mainstay-archive-writer.h"
#include "mainstay-dialogs.h"
#include "mainstay-download-progress.h"
#include "mainstay-excerpt.h"
#include "mainstay-file-dialog.h"
#include "mainstay-format.h"
#include "mainstay-message-dialog.h"
#include "mainstay-message.h"
#include "mainstay-operations.h"

#define MAINSTAY_TYPE_DOWNLOAD_BACKUP_DIALOG (mainstay_download_backup_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MainstayDownloadBackupDialog, mainstay_download_backup_dialog, MAINSTAY,
                      DOWNLOAD_BACKUP_DIALOG, AdwWindow)

struct _MainstayDownloadBackupDialog
{
  AdwWindow parent_instance;

  /* template */
  GtkButton *close_button;
  GtkWidget *download_button;
  GtkStack *stack;
  GtkWidget *choice_page;
  AdwPreferencesGroup *backup_group;
  GtkCheckButton *full_check;
  AdwActionRow *files_row;
  GtkCheckButton *files_check;
  GtkCheckButton *database_check;
  GtkEditable *path_row;
  GtkLabel *error_label;
  MainstayDownloadProgress *progress_page;

  /* owned */
  MainstayBackupList *list;
  MainstayBackup *backup;
  MainstayOperationList *operations;
  GCancellable *cancellable; /* cancelled when the dialog closes; not for the download */
  char *agreed;              /* the path that may be replaced */
  char *asked;               /* the path that is being looked at */

  gboolean replaces;         /* whether a file with that name is there */
};

G_DEFINE_FINAL_TYPE (MainstayDownloadBackupDialog, mainstay_download_backup_dialog,
                     ADW_TYPE_WINDOW)

static const char *const data_types[] = {
  [MAINSTAY_DATA_FILES_AND_DATABASE] = "files_and_database",
  [MAINSTAY_DATA_DATABASE_ONLY] = "database_only",
  [MAINSTAY_DATA_FILES_ONLY] = "files_only",
};

static MainstayDataType
get_data_type (MainstayDownloadBackupDialog *self)
{
  if (gtk_check_button_get_active (self->files_check))
    return MAINSTAY_DATA_FILES_ONLY;
  if (gtk_check_button_get_active (self->database_check))
    return MAINSTAY_DATA_DATABASE_ONLY;
  return MAINSTAY_DATA_FILES_AND_DATABASE;
}

static char *
dup_name (MainstayDownloadBackupDialog *self,
          MainstayDataType              data_type)
{
  return mainstay_archive_file_name (data_types[data_type],
                                     mainstay_backup_get_id (self->backup),
                                     mainstay_backup_get_created_at (self->backup));
}

static gboolean
is_suggested (MainstayDownloadBackupDialog *self,
              const char                   *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (data_types); i++)
    {
      g_autofree char *suggested = dup_name (self, (MainstayDataType) i);

      if (g_strcmp0 (suggested, name) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
set_path (MainstayDownloadBackupDialog *self,
          const char                   *path)
{
  g_autofree char *text = mainstay_file_dialog_format_path (path);

  gtk_editable_set_text (self->path_row, text);
}

static void
suggest_path (MainstayDownloadBackupDialog *self)
{
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);
  g_autofree char *name = dup_name (self, get_data_type (self));
  g_autofree char *path =
    g_build_filename (folder != NULL ? folder : g_get_home_dir (), name, NULL);

  set_path (self, path);
}

/* The name follows the kind as long as it is one of those suggested here. */
static void
kind_toggled_cb (MainstayDownloadBackupDialog *self)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *old_name = NULL;
  g_autofree char *name = NULL;
  g_autofree char *new_path = NULL;

  if (self->backup == NULL)
    return;
  path = mainstay_file_dialog_parse_path (gtk_editable_get_text (self->path_row));
  if (path == NULL)
    return;
  folder = g_path_get_dirname (path);
  old_name = g_path_get_basename (path);
  if (!is_suggested (self, old_name))
    return;
  name = dup_name (self, get_data_type (self));
  new_path = g_build_filename (folder, name, NULL);
  set_path (self, new_path);
}

static void
show_fault (MainstayDownloadBackupDialog *self,
            const char                   *fault)
{
  gtk_label_set_label (self->error_label, fault != NULL ? fault : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), fault != NULL);
  if (fault != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->path_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->path_row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->path_row), GTK_ACCESSIBLE_STATE_INVALID,
                               fault != NULL ? GTK_ACCESSIBLE_INVALID_TRUE :
                                               GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* The folder is looked at only when the download begins: each letter typed makes another path. */
static void
path_changed_cb (MainstayDownloadBackupDialog *self)
{
  const char *text = gtk_editable_get_text (self->path_row);

  show_fault (self, NULL);
  gtk_widget_set_sensitive (self->download_button, *text != '\0' && self->asked == NULL);
}

static void
start_download (MainstayDownloadBackupDialog *self,
                const char                   *path,
                gboolean                      replaces)
{
  g_autoptr(MainstayOperation) operation = NULL;

  operation = mainstay_download_operation_new (mainstay_backup_list_get_client (self->list),
                                               mainstay_backup_list_get_app (self->list),
                                               mainstay_backup_list_get_environment (self->list),
                                               self->backup, get_data_type (self), path);
  mainstay_download_operation_set_replaces (operation, replaces);
  mainstay_operation_list_add (self->operations, operation);
  mainstay_download_progress_set_operation (self->progress_page, operation);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->progress_page));
  gtk_widget_set_visible (self->download_button, FALSE);
  gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->close_button));
  gtk_button_set_label (self->close_button, _("Close"));
  gtk_widget_grab_focus (GTK_WIDGET (self->close_button));
}

/* What is looked at or asked about ends here, well or not. */
static void
end_asking (MainstayDownloadBackupDialog *self)
{
  g_clear_pointer (&self->asked, g_free);
  gtk_widget_set_sensitive (self->download_button, TRUE);
}

static void
begin (MainstayDownloadBackupDialog *self)
{
  g_autofree char *path = g_steal_pointer (&self->asked);

  end_asking (self);
  start_download (self, path, self->replaces);
}

static void
part_answered_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(MainstayDownloadBackupDialog) self = MAINSTAY_DOWNLOAD_BACKUP_DIALOG (user_data);
  g_autoptr(GError) error = NULL;
  const char *response = mainstay_message_dialog_finish (result, &error);

  if (error != NULL)
    return;
  if (g_strcmp0 (response, "continue") == 0)
    begin (self);
  else
    end_asking (self);
}

static void
ask_about_part (MainstayDownloadBackupDialog *self)
{
  g_autofree char *name = g_path_get_basename (self->asked);
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *body = NULL;
  MainstayResponse response = { "continue", _("Continue"), ADW_RESPONSE_DESTRUCTIVE };

  /* Translators: %s is the name of a file. */
  body = g_strdup_printf (_("“%s.part” is in this folder, from a download that did not end. If it "
                            "is of the same backup, this download goes on where that one stopped; "
                            "otherwise it takes its place."), shown);
  mainstay_message_dialog_async (GTK_WINDOW (self), _("Use Unfinished Download?"), body,
                                 &response, 1, self->cancellable, part_answered_cb,
                                 g_object_ref (self));
}

static void
part_queried_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(MainstayDownloadBackupDialog) self = MAINSTAY_DOWNLOAD_BACKUP_DIALOG (user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (info != NULL)
    ask_about_part (self);
  else
    begin (self);
}

/* The name itself is free, or may be taken over: what is left over beside it? */
static void
look_for_part (MainstayDownloadBackupDialog *self)
{
  g_autofree char *path = g_strconcat (self->asked, ".part", NULL);
  g_autoptr(GFile) part = g_file_new_for_path (path);

  g_file_query_info_async (part, G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, G_PRIORITY_DEFAULT,
                           self->cancellable, part_queried_cb, g_object_ref (self));
}

/* Whether a transfer that has not come to its end for good writes to the asked name. */
static gboolean
is_taken (MainstayDownloadBackupDialog *self)
{
  GListModel *model = G_LIST_MODEL (self->operations);

  for (unsigned int i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(MainstayOperation) operation = g_list_model_get_item (model, i);

      if (mainstay_operation_get_kind (operation) == MAINSTAY_OPERATION_DOWNLOAD &&
          (!mainstay_operation_has_ended (operation) || mainstay_operation_can_retry (operation)) &&
          g_str_equal (mainstay_download_operation_get_path (operation), self->asked))
        return TRUE;
    }
  return FALSE;
}

static void
replace_answered_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr(MainstayDownloadBackupDialog) self = MAINSTAY_DOWNLOAD_BACKUP_DIALOG (user_data);
  g_autoptr(GError) error = NULL;
  const char *response = mainstay_message_dialog_finish (result, &error);

  if (error != NULL)
    return;
  if (g_strcmp0 (response, "replace") == 0)
    look_for_part (self);
  else
    end_asking (self);
}

static void
ask_to_replace (MainstayDownloadBackupDialog *self)
{
  g_autofree char *name = g_path_get_basename (self->asked);
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *body = NULL;
  MainstayResponse response = { "replace", _("Replace"), ADW_RESPONSE_DESTRUCTIVE };

  /* Translators: %s is the name of a file. */
  body = g_strdup_printf (_("“%s” is already in this folder. The download takes its place once it "
                            "is whole."), shown);
  mainstay_message_dialog_async (GTK_WINDOW (self), _("Replace File?"), body, &response, 1,
                                 self->cancellable, replace_answered_cb, g_object_ref (self));
}

static void
refuse_path (MainstayDownloadBackupDialog *self,
             const char                   *fault)
{
  end_asking (self);
  show_fault (self, fault);
  gtk_widget_grab_focus (GTK_WIDGET (self->path_row));
}

static void
file_queried_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(MainstayDownloadBackupDialog) self = MAINSTAY_DOWNLOAD_BACKUP_DIALOG (user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);

  self->replaces = info != NULL;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (info != NULL && g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    refuse_path (self, _("Something that is no file has this name. Choose another name."));
  else if (info != NULL && g_strcmp0 (self->agreed, self->asked) != 0)
    ask_to_replace (self);
  else if (info != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    look_for_part (self);
  else
    refuse_path (self, error->message);
}

static void
folder_queried_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr(MainstayDownloadBackupDialog) self = MAINSTAY_DOWNLOAD_BACKUP_DIALOG (user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);
  g_autoptr(GFile) file = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_DIRECTORY)
    {
      refuse_path (self, _("There is no such folder. Make it first, or choose another one."));
      return;
    }
  if (!g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_ACCESS_CAN_WRITE))
    {
      refuse_path (self, _("You cannot write in this folder. Choose another one."));
      return;
    }
  file = g_file_new_for_path (self->asked);
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->cancellable, file_queried_cb,
                           g_object_ref (self));
}

static void
download_clicked_cb (MainstayDownloadBackupDialog *self)
{
  const char *text = gtk_editable_get_text (self->path_row);
  g_autoptr(GFile) file = NULL;
  g_autoptr(GFile) folder = NULL;

  /* A second click may already be on its way. */
  if (self->asked != NULL || !gtk_widget_get_visible (self->download_button))
    return;
  self->asked = mainstay_file_dialog_parse_path (text);
  if (self->asked == NULL || g_str_has_suffix (self->asked, G_DIR_SEPARATOR_S))
    {
      refuse_path (self, _("Type the whole path of the file, beginning with a slash; or choose "
                           "where to save it."));
      return;
    }
  if (is_taken (self))
    {
      refuse_path (self, _("Another transfer, which the activity view shows, saves to this file. "
                           "Choose another name."));
      return;
    }
  gtk_widget_set_sensitive (self->download_button, FALSE);
  file = g_file_new_for_path (self->asked);
  folder = g_file_get_parent (file);
  g_file_query_info_async (folder != NULL ? folder : file,
                           G_FILE_ATTRIBUTE_STANDARD_TYPE ","
                           G_FILE_ATTRIBUTE_ACCESS_CAN_WRITE,
                           G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->cancellable,
                           folder_queried_cb, g_object_ref (self));
}

static void
file_chosen_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(MainstayDownloadBackupDialog) self = MAINSTAY_DOWNLOAD_BACKUP_DIALOG (user_data);
  g_autoptr(GFile) file = mainstay_file_dialog_save_finish (result, NULL);

  if (file == NULL)
    return;
  /* The chooser has asked already whether it may be replaced. */
  g_clear_pointer (&self->agreed, g_free);
  self->agreed = g_file_get_path (file);
  set_path (self, self->agreed);
}

static void
choose_clicked_cb (MainstayDownloadBackupDialog *self)
{
  g_autofree char *path =
    mainstay_file_dialog_parse_path (gtk_editable_get_text (self->path_row));
  g_autoptr(GFile) suggested = NULL;

  if (path == NULL)
    suggest_path (self);
  if (path == NULL)
    path = mainstay_file_dialog_parse_path (gtk_editable_get_text (self->path_row));
  suggested = g_file_new_for_path (path);
  mainstay_file_dialog_save_async (GTK_WINDOW (self), _("Save Backup"), suggested,
                                   self->cancellable, file_chosen_cb, g_object_ref (self));
}

static void
again_wanted_cb (MainstayDownloadBackupDialog *self)
{
  g_clear_pointer (&self->agreed, g_free);
  gtk_stack_set_visible_child (self->stack, self->choice_page);
  gtk_widget_set_visible (self->download_button, TRUE);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->download_button);
  gtk_button_set_label (self->close_button, _("Cancel"));
  gtk_widget_grab_focus (self->download_button);
}

static gboolean
mainstay_download_backup_dialog_close_request (GtkWindow *window)
{
  MainstayDownloadBackupDialog *self = MAINSTAY_DOWNLOAD_BACKUP_DIALOG (window);

  g_cancellable_cancel (self->cancellable);
  return GTK_WINDOW_CLASS (mainstay_download_backup_dialog_parent_class)->close_request (window);
}

static void
mainstay_download_backup_dialog_dispose (GObject *object)
{
  MainstayDownloadBackupDialog *self = MAINSTAY_DOWNLOAD_BACKUP_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->operations);
  g_clear_object (&self->backup);
  g_clear_object (&self->list);
  g_clear_pointer (&self->agreed, g_free);
  g_clear_pointer (&self->asked, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_DOWNLOAD_BACKUP_DIALOG);

  G_OBJECT_CLASS (mainstay_download_backup_dialog_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog, close_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog,
                                        download_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog, choice_page);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog, backup_group);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog, full_check);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog, files_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog, files_check);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog,
                                        database_check);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog, path_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadBackupDialog,
                                        progress_page);
}

static void
mainstay_download_backup_dialog_class_init (MainstayDownloadBackupDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->dispose = mainstay_download_backup_dialog_dispose;
  window_class->close_request = mainstay_download_backup_dialog_close_request;

  g_type_ensure (MAINSTAY_TYPE_DOWNLOAD_PROGRESS);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-download-backup-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, download_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, kind_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, path_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, again_wanted_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mainstay_download_backup_dialog_init (MainstayDownloadBackupDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_backup (MainstayDownloadBackupDialog *self)
{
  MainstayEnvironment *environment = mainstay_backup_list_get_environment (self->list);
  g_autofree char *comment = mainstay_excerpt (mainstay_backup_get_comment (self->backup));
  g_autofree char *date = mainstay_format_date (mainstay_backup_get_created_at (self->backup));
  g_autofree char *title = NULL;
  g_autofree char *title_markup = NULL;
  g_autofree char *comment_markup = g_markup_escape_text (comment, -1);

  /* Translators: %1$s is the name of an environment, %2$s a date. */
  title = g_strdup_printf (_("%1$s, %2$s"), mainstay_environment_get_mode (environment), date);
  title_markup = g_markup_escape_text (title, -1);
  adw_preferences_group_set_title (self->backup_group, title_markup);
  adw_preferences_group_set_description (self->backup_group, comment_markup);
}

static void
offer_files (MainstayDownloadBackupDialog *self)
{
  MainstayExtensions extensions =
    mainstay_client_get_extensions (mainstay_backup_list_get_client (self->list));
  const char *reason;

  if ((extensions & MAINSTAY_EXTENSION_FILES_ONLY) != 0)
    return;
  reason = mainstay_message_missing_extension (MAINSTAY_EXTENSION_FILES_ONLY);
  gtk_widget_set_sensitive (GTK_WIDGET (self->files_row), FALSE);
  adw_action_row_set_subtitle (self->files_row, reason);
  /* Screen readers are told only of the widget itself. */
  gtk_widget_set_sensitive (GTK_WIDGET (self->files_check), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->files_check),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, reason, -1);
}

/**
 * mainstay_download_backup_dialog_present:
 * @parent: the window it belongs to
 * @list: the list that @backup is in
 * @backup: a backup
 * @operations: where the work goes
 *
 * Asks what to download and where to, and shows how it goes as long as it is open.
 */
void
mainstay_download_backup_dialog_present (GtkWindow             *parent,
                                         MainstayBackupList    *list,
                                         MainstayBackup        *backup,
                                         MainstayOperationList *operations)
{
  MainstayDownloadBackupDialog *self;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (MAINSTAY_IS_BACKUP_LIST (list));
  g_return_if_fail (MAINSTAY_IS_BACKUP (backup));
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (operations));

  self = g_object_new (MAINSTAY_TYPE_DOWNLOAD_BACKUP_DIALOG, "transient-for", parent, NULL);
  self->list = g_object_ref (list);
  self->backup = g_object_ref (backup);
  self->operations = g_object_ref (operations);
  show_backup (self);
  offer_files (self);
  suggest_path (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->full_check));
  gtk_window_present (GTK_WINDOW (self));
}
