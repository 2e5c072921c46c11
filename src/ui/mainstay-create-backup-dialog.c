/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include <glib/gi18n.h>

#include "mainstay-dialogs.h"
#include "mainstay-operations.h"

#define MAINSTAY_TYPE_CREATE_BACKUP_DIALOG (mainstay_create_backup_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MainstayCreateBackupDialog, mainstay_create_backup_dialog, MAINSTAY,
                      CREATE_BACKUP_DIALOG, AdwWindow)

struct _MainstayCreateBackupDialog
{
  AdwWindow parent_instance;

  /* template */
  GtkLabel *purpose_label;
  GtkTextView *comment_view;
  GtkWidget *create_button;

  /* owned */
  MainstayBackupList *list;
  MainstayOperationList *operations;
};

G_DEFINE_FINAL_TYPE (MainstayCreateBackupDialog, mainstay_create_backup_dialog, ADW_TYPE_WINDOW)

/* (transfer full) (nullable): %NULL when nothing but white space was typed */
static char *
dup_comment (MainstayCreateBackupDialog *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->comment_view);
  g_autofree char *text = NULL;

  g_object_get (buffer, "text", &text, NULL);
  g_strstrip (text);
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static void
create_clicked_cb (MainstayCreateBackupDialog *self)
{
  g_autoptr(MainstayOperation) operation = NULL;
  g_autofree char *comment = NULL;

  /* A second click may already be on its way. */
  if (!gtk_widget_get_sensitive (self->create_button))
    return;
  gtk_widget_set_sensitive (self->create_button, FALSE);

  comment = dup_comment (self);
  operation = mainstay_create_operation_new (self->list, comment);
  mainstay_operation_list_add (self->operations, operation);
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
create_shortcut_cb (GtkWidget *widget,
                    GVariant  *arguments,
                    gpointer   user_data)
{
  create_clicked_cb (MAINSTAY_CREATE_BACKUP_DIALOG (widget));
  return TRUE;
}

static void
mainstay_create_backup_dialog_dispose (GObject *object)
{
  MainstayCreateBackupDialog *self = MAINSTAY_CREATE_BACKUP_DIALOG (object);

  g_clear_object (&self->operations);
  g_clear_object (&self->list);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_CREATE_BACKUP_DIALOG);

  G_OBJECT_CLASS (mainstay_create_backup_dialog_parent_class)->dispose (object);
}

static void
mainstay_create_backup_dialog_class_init (MainstayCreateBackupDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_create_backup_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-create-backup-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayCreateBackupDialog, purpose_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayCreateBackupDialog, comment_view);
  gtk_widget_class_bind_template_child (widget_class, MainstayCreateBackupDialog, create_button);
  gtk_widget_class_bind_template_callback (widget_class, create_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  /* Return makes a new line in the comment. */
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                create_shortcut_cb, NULL);
}

static void
mainstay_create_backup_dialog_init (MainstayCreateBackupDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mainstay_create_backup_dialog_present:
 * @parent: the window it belongs to
 * @list: the backups of the environment to back up
 * @operations: where the work goes
 *
 * Asks for a comment and creates a backup.
 */
void
mainstay_create_backup_dialog_present (GtkWindow             *parent,
                                       MainstayBackupList    *list,
                                       MainstayOperationList *operations)
{
  MainstayCreateBackupDialog *self;
  g_autofree char *purpose = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (MAINSTAY_IS_BACKUP_LIST (list));
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (operations));

  self = g_object_new (MAINSTAY_TYPE_CREATE_BACKUP_DIALOG, "transient-for", parent, NULL);
  self->list = g_object_ref (list);
  self->operations = g_object_ref (operations);
  /* Translators: %s is the name of an environment. */
  purpose = g_strdup_printf (_("Backs up the database and the uploaded files of %s. The app may "
                               "keep running meanwhile."),
                             mainstay_environment_get_mode (
                               mainstay_backup_list_get_environment (list)));
  gtk_label_set_label (self->purpose_label, purpose);
  gtk_widget_grab_focus (GTK_WIDGET (self->comment_view));
  gtk_window_present (GTK_WINDOW (self));
}
