/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include <glib/gi18n.h>

#include "mainstay-check-group.h"
#include "mainstay-dialogs.h"
#include "mainstay-operations.h"
#include "mainstay-target.h"
#include "mainstay-upload-file-group.h"

#define MAINSTAY_TYPE_UPLOAD_DATA_DIALOG (mainstay_upload_data_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MainstayUploadDataDialog, mainstay_upload_data_dialog, MAINSTAY,
                      UPLOAD_DATA_DIALOG, AdwWindow)

struct _MainstayUploadDataDialog
{
  AdwWindow parent_instance;

  /* template */
  GtkWidget *cancel_button;
  GtkWidget *upload_button;
  GtkLabel *purpose_label;
  MainstayUploadFileGroup *database_group;
  MainstayUploadFileGroup *files_group;
  MainstayCheckGroup *consequence_group;
  MainstayCheckGroup *check_group;
  AdwPreferencesGroup *name_group;
  GtkEditable *name_row;

  /* owned */
  MainstayBackupList *list;
  MainstayOperationList *operations;
  MainstayTarget *target;

  guint started : 1;
};

G_DEFINE_FINAL_TYPE (MainstayUploadDataDialog, mainstay_upload_data_dialog, ADW_TYPE_WINDOW)

static MainstayUploadFacts
collect_facts (MainstayUploadDataDialog *self)
{
  MainstayEnvironment *environment = mainstay_target_get_environment (self->target);
  const MainstayPackage *package = mainstay_target_get_package (self->target);
  MainstayClient *client = mainstay_backup_list_get_client (self->list);

  return (MainstayUploadFacts) {
    .target = mainstay_environment_get_mode (environment),
    .status = mainstay_environment_get_status (environment),
    .production = mainstay_environment_get_production (environment),
    .package_name = package != NULL ? package->name : NULL,
    .package_version = package != NULL && package->version != NULL ? package->version :
                       mainstay_environment_get_model_version (environment),
    .services = mainstay_environment_get_published_services (environment),
    .services_known = (mainstay_client_get_extensions (client) &
                       MAINSTAY_EXTENSION_SNAPSHOT_DETAILS) != 0,
    .asking = mainstay_target_is_asking (self->target),
    .ask_failure = mainstay_target_get_ask_failure (self->target),
    .stopping = mainstay_target_is_stopping (self->target),
    .stop_failure = mainstay_target_get_stop_failure (self->target),
    .busy = mainstay_target_is_busy (self->target),
    .database = mainstay_upload_file_group_get_state (self->database_group),
    .files = mainstay_upload_file_group_get_state (self->files_group),
  };
}

static gboolean
is_confirmed (MainstayUploadDataDialog  *self,
              const MainstayUploadFacts *facts)
{
  return !facts->production ||
         mainstay_check_name_typed (facts->target, gtk_editable_get_text (self->name_row));
}

static void
update (MainstayUploadDataDialog *self)
{
  g_autoptr(GPtrArray) consequences = NULL;
  g_autoptr(GPtrArray) checks = NULL;
  MainstayUploadFacts facts;

  /* Template signals come before the target is set and after it is gone. */
  if (self->target == NULL)
    return;
  facts = collect_facts (self);
  consequences = mainstay_upload_consequences_new (&facts);
  checks = mainstay_upload_checks_new (&facts);
  mainstay_check_group_set_checks (self->consequence_group, consequences);
  mainstay_check_group_set_checks (self->check_group, checks);
  gtk_widget_set_visible (GTK_WIDGET (self->name_group), facts.production);
  gtk_widget_set_sensitive (self->upload_button, !self->started && mainstay_checks_pass (checks) &&
                                                 is_confirmed (self, &facts));
}

static void
check_action_cb (MainstayUploadDataDialog *self,
                 int                       action)
{
  if (action == MAINSTAY_CHECK_ACTION_STOP_APP)
    mainstay_target_stop (self->target);
  else if (action == MAINSTAY_CHECK_ACTION_ASK_AGAIN)
    mainstay_target_ask (self->target);
}

static void
upload_clicked_cb (MainstayUploadDataDialog *self)
{
  g_autoptr(MainstayOperation) operation = NULL;

  /* A second click may already be on its way. */
  if (self->started)
    return;
  self->started = TRUE;
  gtk_widget_set_sensitive (self->upload_button, FALSE);
  operation =
    mainstay_upload_operation_new (mainstay_backup_list_get_client (self->list),
                                   mainstay_backup_list_get_app (self->list),
                                   mainstay_target_get_environment (self->target),
                                   mainstay_upload_file_group_get_path (self->database_group),
                                   mainstay_upload_file_group_get_path (self->files_group));
  mainstay_operation_list_add (self->operations, operation);
  gtk_window_close (GTK_WINDOW (self));
}

static void
mainstay_upload_data_dialog_dispose (GObject *object)
{
  MainstayUploadDataDialog *self = MAINSTAY_UPLOAD_DATA_DIALOG (object);

  if (self->target != NULL)
    mainstay_target_abandon (self->target);
  g_clear_object (&self->target);
  g_clear_object (&self->operations);
  g_clear_object (&self->list);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_UPLOAD_DATA_DIALOG);

  G_OBJECT_CLASS (mainstay_upload_data_dialog_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadDataDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadDataDialog, upload_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadDataDialog, purpose_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadDataDialog, database_group);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadDataDialog, files_group);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadDataDialog,
                                        consequence_group);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadDataDialog, check_group);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadDataDialog, name_group);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadDataDialog, name_row);
}

static void
mainstay_upload_data_dialog_class_init (MainstayUploadDataDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_upload_data_dialog_dispose;

  g_type_ensure (MAINSTAY_TYPE_CHECK_GROUP);
  g_type_ensure (MAINSTAY_TYPE_UPLOAD_FILE_GROUP);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-upload-data-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, check_action_cb);
  gtk_widget_class_bind_template_callback (widget_class, upload_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mainstay_upload_data_dialog_init (MainstayUploadDataDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mainstay_upload_file_group_set_kind (self->database_group, MAINSTAY_FILE_DATABASE);
  mainstay_upload_file_group_set_kind (self->files_group, MAINSTAY_FILE_FILES);
}

/* The name is shown wherever something happens to the environment: a wrong one must be noticed. */
static void
set_words (MainstayUploadDataDialog *self,
           const char               *name)
{
  g_autofree char *purpose = NULL;
  g_autofree char *consequences = NULL;
  g_autofree char *confirmation = NULL;
  g_autofree char *markup = NULL;

  /* Translators: %s is the name of an environment. */
  purpose = g_strdup_printf (_("Moves the data of a local or on-premises app to %s. Choose a "
                               "database, an archive of uploaded files, or both."), name);
  gtk_label_set_label (self->purpose_label, purpose);
  /* Translators: %s is the name of an environment. */
  consequences = g_strdup_printf (_("What Happens to %s"), name);
  markup = g_markup_escape_text (consequences, -1);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->consequence_group), markup);
  g_clear_pointer (&markup, g_free);
  /* Translators: %s is the name of an environment. */
  confirmation = g_strdup_printf (_("This is a production environment. Type “%s” to confirm that "
                                    "it may be cleared."), name);
  markup = g_markup_escape_text (confirmation, -1);
  adw_preferences_group_set_description (self->name_group, markup);
}

/**
 * mainstay_upload_data_dialog_present:
 * @parent: the window it belongs to
 * @session: the account in use
 * @list: the backups of the environment to upload to
 * @operations: where the work goes
 *
 * Looks into the files, says what will happen to the environment and uploads.
 */
void
mainstay_upload_data_dialog_present (GtkWindow             *parent,
                                     MainstaySession       *session,
                                     MainstayBackupList    *list,
                                     MainstayOperationList *operations)
{
  MainstayUploadDataDialog *self;
  MainstayEnvironment *environment;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (MAINSTAY_IS_SESSION (session));
  g_return_if_fail (MAINSTAY_IS_BACKUP_LIST (list));
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (operations));

  environment = mainstay_backup_list_get_environment (list);
  self = g_object_new (MAINSTAY_TYPE_UPLOAD_DATA_DIALOG, "transient-for", parent, NULL);
  self->list = g_object_ref (list);
  self->operations = g_object_ref (operations);
  set_words (self, mainstay_environment_get_mode (environment));
  self->target = mainstay_target_new (mainstay_backup_list_get_client (list),
                                      mainstay_backup_list_get_app (list), environment,
                                      operations, TRUE);
  g_signal_connect_object (self->target, "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  mainstay_target_ask (self->target);
  gtk_widget_grab_focus (GTK_WIDGET (self->database_group));
  gtk_window_present (GTK_WINDOW (self));
}
