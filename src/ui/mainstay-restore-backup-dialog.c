/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include <glib/gi18n.h>

#include "mainstay-check-group.h"
#include "mainstay-dialogs.h"
#include "mainstay-excerpt.h"
#include "mainstay-format.h"
#include "mainstay-operations.h"
#include "mainstay-restore-checks.h"
#include "mainstay-target.h"

#define MAINSTAY_TYPE_RESTORE_BACKUP_DIALOG (mainstay_restore_backup_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MainstayRestoreBackupDialog, mainstay_restore_backup_dialog, MAINSTAY,
                      RESTORE_BACKUP_DIALOG, AdwWindow)

struct _MainstayRestoreBackupDialog
{
  AdwWindow parent_instance;

  /* template */
  GtkWidget *cancel_button;
  GtkWidget *restore_button;
  AdwPreferencesGroup *backup_group;
  AdwComboRow *target_row;
  GtkSwitch *database_only_switch;
  GtkSwitch *safety_switch;
  MainstayCheckGroup *check_group;
  AdwPreferencesGroup *name_group;
  GtkEditable *name_row;

  /* owned */
  MainstaySession *session;
  MainstayBackupList *list;
  MainstayBackup *backup;
  MainstayOperationList *operations;
  MainstayTarget *target; /* NULL until an environment is chosen */

  guint started : 1;
};

G_DEFINE_FINAL_TYPE (MainstayRestoreBackupDialog, mainstay_restore_backup_dialog, ADW_TYPE_WINDOW)

static gboolean
is_same_app (MainstayRestoreBackupDialog *self)
{
  MainstayApp *source = mainstay_backup_list_get_app (self->list);
  MainstayApp *target = mainstay_session_get_app (self->session);

  return target != NULL && g_strcmp0 (mainstay_app_get_project_id (source),
                                      mainstay_app_get_project_id (target)) == 0;
}

static MainstayRestoreFacts
collect_facts (MainstayRestoreBackupDialog *self)
{
  MainstayEnvironment *environment = mainstay_target_get_environment (self->target);

  return (MainstayRestoreFacts) {
    .backup_state = mainstay_backup_get_state (self->backup),
    .backup_model = mainstay_backup_get_model_version (self->backup),
    .backup_app = mainstay_app_get_name (mainstay_backup_list_get_app (self->list)),
    .same_app = is_same_app (self),
    .target = mainstay_environment_get_mode (environment),
    .status = mainstay_environment_get_status (environment),
    .target_model = mainstay_environment_get_model_version (environment),
    .asking = mainstay_target_is_asking (self->target),
    .ask_failure = mainstay_target_get_ask_failure (self->target),
    .stopping = mainstay_target_is_stopping (self->target),
    .stop_failure = mainstay_target_get_stop_failure (self->target),
    .busy = mainstay_target_is_busy (self->target),
    .database_only = gtk_switch_get_active (self->database_only_switch),
    .safety_backup = gtk_switch_get_active (self->safety_switch),
  };
}

static gboolean
is_confirmed (MainstayRestoreBackupDialog *self)
{
  MainstayEnvironment *environment = mainstay_target_get_environment (self->target);

  return !mainstay_environment_get_production (environment) ||
         mainstay_check_name_typed (mainstay_environment_get_mode (environment),
                                    gtk_editable_get_text (self->name_row));
}

static void
update (MainstayRestoreBackupDialog *self)
{
  g_autoptr(GPtrArray) checks = NULL;
  MainstayRestoreFacts facts;

  if (self->target == NULL)
    return;
  facts = collect_facts (self);
  checks = mainstay_restore_checks_new (&facts);
  mainstay_check_group_set_checks (self->check_group, checks);
  gtk_widget_set_visible (GTK_WIDGET (self->name_group),
                          mainstay_environment_get_production (
                            mainstay_target_get_environment (self->target)));
  gtk_widget_set_sensitive (self->restore_button, !self->started &&
                                                  mainstay_checks_pass (checks) &&
                                                  is_confirmed (self));
}

static void
set_confirmation (MainstayRestoreBackupDialog *self,
                  const char                  *name)
{
  g_autofree char *confirmation = NULL;
  g_autofree char *markup = NULL;

  /* Translators: %s is the name of an environment. */
  confirmation = g_strdup_printf (_("This is a production environment. Type “%s” to confirm that "
                                    "its data may be replaced."), name);
  markup = g_markup_escape_text (confirmation, -1);
  adw_preferences_group_set_description (self->name_group, markup);
}

static void
clear_target (MainstayRestoreBackupDialog *self)
{
  if (self->target == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->target, update, self);
  mainstay_target_abandon (self->target);
  g_clear_object (&self->target);
}

static void
set_target (MainstayRestoreBackupDialog *self,
            MainstayEnvironment         *environment)
{
  clear_target (self);
  self->target = mainstay_target_new (mainstay_session_get_client (self->session),
                                      mainstay_backup_list_get_app (self->list), environment,
                                      self->operations, FALSE);
  g_signal_connect_object (self->target, "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  /* What was typed was meant for the environment before. */
  gtk_editable_set_text (self->name_row, "");
  set_confirmation (self, mainstay_environment_get_mode (environment));
  mainstay_target_ask (self->target);
}

static void
target_chosen_cb (MainstayRestoreBackupDialog *self)
{
  MainstayEnvironment *environment = adw_combo_row_get_selected_item (self->target_row);

  if (self->session == NULL || environment == NULL)
    return;
  if (self->target == NULL || mainstay_target_get_environment (self->target) != environment)
    set_target (self, environment);
}

static void
check_action_cb (MainstayRestoreBackupDialog *self,
                 int                          action)
{
  if (action == MAINSTAY_CHECK_ACTION_STOP_APP)
    mainstay_target_stop (self->target);
  else if (action == MAINSTAY_CHECK_ACTION_ASK_AGAIN)
    mainstay_target_ask (self->target);
}

static void
restore_clicked_cb (MainstayRestoreBackupDialog *self)
{
  g_autoptr(MainstayOperation) operation = NULL;
  MainstayEnvironment *environment = mainstay_target_get_environment (self->target);
  MainstayRestoreOptions options = {
    .database_only = gtk_switch_get_active (self->database_only_switch),
    .safety_backup = gtk_switch_get_active (self->safety_switch),
  };

  /* A second click may already be on its way. */
  if (self->started)
    return;
  self->started = TRUE;
  gtk_widget_set_sensitive (self->restore_button, FALSE);
  operation =
    mainstay_restore_operation_new (mainstay_session_get_client (self->session),
                                    mainstay_backup_list_get_app (self->list), self->backup,
                                    environment,
                                    mainstay_session_list_for (self->session, environment),
                                    &options);
  mainstay_operation_list_add (self->operations, operation);
  gtk_window_close (GTK_WINDOW (self));
}

static void
mainstay_restore_backup_dialog_dispose (GObject *object)
{
  MainstayRestoreBackupDialog *self = MAINSTAY_RESTORE_BACKUP_DIALOG (object);

  clear_target (self);
  g_clear_object (&self->operations);
  g_clear_object (&self->backup);
  g_clear_object (&self->list);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_RESTORE_BACKUP_DIALOG);

  G_OBJECT_CLASS (mainstay_restore_backup_dialog_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MainstayRestoreBackupDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayRestoreBackupDialog,
                                        restore_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayRestoreBackupDialog, backup_group);
  gtk_widget_class_bind_template_child (widget_class, MainstayRestoreBackupDialog, target_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayRestoreBackupDialog,
                                        database_only_switch);
  gtk_widget_class_bind_template_child (widget_class, MainstayRestoreBackupDialog, safety_switch);
  gtk_widget_class_bind_template_child (widget_class, MainstayRestoreBackupDialog, check_group);
  gtk_widget_class_bind_template_child (widget_class, MainstayRestoreBackupDialog, name_group);
  gtk_widget_class_bind_template_child (widget_class, MainstayRestoreBackupDialog, name_row);
}

static void
mainstay_restore_backup_dialog_class_init (MainstayRestoreBackupDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_restore_backup_dialog_dispose;

  g_type_ensure (MAINSTAY_TYPE_CHECK_GROUP);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-restore-backup-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, target_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, check_action_cb);
  gtk_widget_class_bind_template_callback (widget_class, restore_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mainstay_restore_backup_dialog_init (MainstayRestoreBackupDialog *self)
{
  g_autoptr(GtkExpression) name =
    gtk_property_expression_new (MAINSTAY_TYPE_ENVIRONMENT, NULL, "mode");

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_expression (self->target_row, name);
}

static char *
describe_backup (MainstayBackup *backup)
{
  g_autofree char *comment = mainstay_excerpt (mainstay_backup_get_comment (backup));
  const char *model = mainstay_backup_get_model_version (backup);
  g_autofree char *line = NULL;

  /* Translators: %s is a model version. */
  line = g_strdup_printf (_("Model version %s"), model != NULL && *model != '\0' ? model : "—");
  if (*comment == '\0')
    return g_steal_pointer (&line);
  return g_strconcat (line, "\n", comment, NULL);
}

static void
show_backup (MainstayRestoreBackupDialog *self)
{
  MainstayEnvironment *source = mainstay_backup_list_get_environment (self->list);
  g_autofree char *date = mainstay_format_date (mainstay_backup_get_created_at (self->backup));
  g_autofree char *details = describe_backup (self->backup);
  g_autofree char *title = NULL;
  g_autofree char *title_markup = NULL;
  g_autofree char *details_markup = g_markup_escape_text (details, -1);

  /* Translators: %1$s is the name of an environment, %2$s a date. */
  title = g_strdup_printf (_("%1$s, %2$s"), mainstay_environment_get_mode (source), date);
  title_markup = g_markup_escape_text (title, -1);
  adw_preferences_group_set_title (self->backup_group, title_markup);
  adw_preferences_group_set_description (self->backup_group, details_markup);
}

/* The environment that the backup is of; else the first one. */
static void
choose_first_target (MainstayRestoreBackupDialog *self)
{
  MainstayEnvironment *source = mainstay_backup_list_get_environment (self->list);
  GListModel *environments = mainstay_session_get_environments (self->session);

  for (unsigned int i = 0; i < g_list_model_get_n_items (environments); i++)
    {
      g_autoptr(MainstayEnvironment) environment = g_list_model_get_item (environments, i);

      if (environment == source)
        adw_combo_row_set_selected (self->target_row, i);
    }
  target_chosen_cb (self);
}

/**
 * mainstay_restore_backup_dialog_present:
 * @parent: the window it belongs to
 * @session: the account in use
 * @list: the list that @backup is in
 * @backup: a backup
 * @operations: where the work goes
 *
 * Checks what speaks against restoring @backup, and restores it.
 */
void
mainstay_restore_backup_dialog_present (GtkWindow             *parent,
                                        MainstaySession       *session,
                                        MainstayBackupList    *list,
                                        MainstayBackup        *backup,
                                        MainstayOperationList *operations)
{
  MainstayRestoreBackupDialog *self;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (MAINSTAY_IS_SESSION (session));
  g_return_if_fail (MAINSTAY_IS_BACKUP_LIST (list));
  g_return_if_fail (MAINSTAY_IS_BACKUP (backup));
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (operations));

  self = g_object_new (MAINSTAY_TYPE_RESTORE_BACKUP_DIALOG, "transient-for", parent, NULL);
  self->list = g_object_ref (list);
  self->backup = g_object_ref (backup);
  self->operations = g_object_ref (operations);
  show_backup (self);
  adw_combo_row_set_model (self->target_row, mainstay_session_get_environments (session));
  self->session = g_object_ref (session);
  choose_first_target (self);
  g_signal_connect_object (backup, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  gtk_widget_grab_focus (GTK_WIDGET (self->target_row));
  gtk_window_present (GTK_WINDOW (self));
}
