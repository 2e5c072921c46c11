/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-operation-row.h"

#include "config.h"

#include "mainstay-operation-text.h"
#include "mainstay-operations.h"
#include "mainstay-show-in-folder.h"

#include <glib/gi18n.h>

struct _MainstayOperationRow
{
  GtkListBoxRow parent_instance;

  /* Template widgets. */
  GtkImage *icon;
  GtkLabel *title_label;
  GtkLabel *subtitle_label;
  GtkWidget *pause_button;
  GtkWidget *resume_button;
  GtkWidget *retry_button;
  GtkWidget *cancel_button;
  GtkProgressBar *progress_bar;
  GtkLabel *progress_label;
  GtkWidget *download_buttons;
  GtkWidget *show_child;
  GtkWidget *copy_child;

  MainstayOperation *operation;
};

G_DEFINE_FINAL_TYPE (MainstayOperationRow, mainstay_operation_row, GTK_TYPE_LIST_BOX_ROW)

static gboolean
is_download (MainstayOperationRow *self)
{
  return mainstay_operation_get_kind (self->operation) == MAINSTAY_OPERATION_DOWNLOAD;
}

/* (nullable): the file that can be shown: the good one, or the one that was found bad */
static const char *
get_shown_path (MainstayOperationRow *self)
{
  if (!is_download (self))
    return NULL;
  switch (mainstay_operation_get_state (self->operation))
    {
    case MAINSTAY_OPERATION_DONE:
      return mainstay_download_operation_get_path (self->operation);
    case MAINSTAY_OPERATION_FAILED:
    case MAINSTAY_OPERATION_CANCELLED:
      return mainstay_download_operation_get_kept (self->operation);
    case MAINSTAY_OPERATION_QUEUED:
    case MAINSTAY_OPERATION_RUNNING:
    case MAINSTAY_OPERATION_PAUSED:
    case MAINSTAY_OPERATION_VERIFYING:
    default:
      return NULL;
    }
}

/* A word for a person and a word for the screen reader, which is the same. */
static void
name_button (GtkWidget  *button,
             const char *name)
{
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static void
update_cancel_button (MainstayOperationRow *self)
{
  gboolean can_cancel = mainstay_operation_can_cancel (self->operation);
  gboolean has_ended = mainstay_operation_has_ended (self->operation);

  gtk_widget_set_visible (self->cancel_button, can_cancel || !has_ended);
  name_button (self->cancel_button, has_ended ? _("Discard") : _("Cancel"));
  if (!can_cancel && !mainstay_operation_is_cancelling (self->operation))
    gtk_widget_set_tooltip_text (self->cancel_button,
                                 _("The portal has begun and cannot be stopped any more"));
}

static void
update_actions (MainstayOperationRow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean can_pause = mainstay_operation_can_pause (self->operation);
  gboolean can_resume = mainstay_operation_can_resume (self->operation);
  gboolean can_retry = mainstay_operation_can_retry (self->operation);
  gboolean can_show = get_shown_path (self) != NULL;
  gboolean has_link =
    is_download (self) && mainstay_download_operation_get_url (self->operation) != NULL;

  gtk_widget_action_set_enabled (widget, "operation.pause", can_pause);
  gtk_widget_action_set_enabled (widget, "operation.resume", can_resume);
  gtk_widget_action_set_enabled (widget, "operation.retry", can_retry);
  gtk_widget_action_set_enabled (widget, "operation.cancel",
                                 mainstay_operation_can_cancel (self->operation));
  gtk_widget_action_set_enabled (widget, "operation.show-in-folder", can_show);
  gtk_widget_action_set_enabled (widget, "operation.copy-link", has_link);
  gtk_widget_set_visible (self->pause_button, can_pause);
  gtk_widget_set_visible (self->resume_button, can_resume);
  gtk_widget_set_visible (self->retry_button, can_retry);
  gtk_widget_set_visible (self->show_child, can_show);
  gtk_widget_set_visible (self->copy_child, has_link);
  gtk_widget_set_visible (self->download_buttons, has_link || can_show);
  update_cancel_button (self);
}

static void
update (MainstayOperationRow *self)
{
  g_autoptr(MainstayOperationText) text = mainstay_operation_text_for_operation (self->operation);
  gboolean failed = mainstay_operation_get_state (self->operation) == MAINSTAY_OPERATION_FAILED;

  gtk_image_set_from_icon_name (self->icon, text->icon_name);
  if (failed)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), "error");
  gtk_label_set_label (self->title_label, text->title);
  gtk_label_set_label (self->subtitle_label, text->subtitle);
  gtk_label_set_label (self->progress_label, text->progress_text);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_label), *text->progress_text != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), text->active);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text->progress_text, -1);
  if (text->progress >= 0)
    gtk_progress_bar_set_fraction (self->progress_bar, text->progress);
  else if (text->active)
    gtk_progress_bar_pulse (self->progress_bar);
  update_actions (self);
}

/* The verbs that are the operation's own. */
static void
operation_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  static const struct
  {
    const char *name;
    void (*run) (MainstayOperation *operation);
  } verbs[] = {
    { "operation.pause", mainstay_operation_pause },
    { "operation.resume", mainstay_operation_resume },
    { "operation.retry", mainstay_operation_retry },
    { "operation.cancel", mainstay_operation_cancel },
  };

  for (unsigned int i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i].name, action_name))
      verbs[i].run (MAINSTAY_OPERATION_ROW (widget)->operation);
}

static void
show_in_folder_action (GtkWidget  *widget,
                       const char *action_name,
                       GVariant   *parameter)
{
  MainstayOperationRow *self = MAINSTAY_OPERATION_ROW (widget);

  mainstay_show_in_folder (GTK_WINDOW (gtk_widget_get_root (widget)),
                           get_shown_path (self));
}

static void
copy_link_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  MainstayOperationRow *self = MAINSTAY_OPERATION_ROW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          mainstay_download_operation_get_url (self->operation));
  gtk_widget_activate_action (widget, "win.toast", "s", _("Link copied"));
}

static void
mainstay_operation_row_dispose (GObject *object)
{
  MainstayOperationRow *self = MAINSTAY_OPERATION_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_OPERATION_ROW);
  g_clear_object (&self->operation);

  G_OBJECT_CLASS (mainstay_operation_row_parent_class)->dispose (object);
}

static void
mainstay_operation_row_class_init (MainstayOperationRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_operation_row_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-operation-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, icon);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, resume_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, progress_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, download_buttons);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, show_child);
  gtk_widget_class_bind_template_child (widget_class, MainstayOperationRow, copy_child);

  gtk_widget_class_install_action (widget_class, "operation.pause", NULL, operation_action);
  gtk_widget_class_install_action (widget_class, "operation.resume", NULL, operation_action);
  gtk_widget_class_install_action (widget_class, "operation.retry", NULL, operation_action);
  gtk_widget_class_install_action (widget_class, "operation.cancel", NULL, operation_action);
  gtk_widget_class_install_action (widget_class, "operation.show-in-folder", NULL,
                                   show_in_folder_action);
  gtk_widget_class_install_action (widget_class, "operation.copy-link", NULL, copy_link_action);
}

static void
mainstay_operation_row_init (MainstayOperationRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mainstay_operation_row_new: Returns: (transfer full): a floating row */
GtkWidget *
mainstay_operation_row_new (MainstayOperation *operation)
{
  MainstayOperationRow *self;

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (operation), NULL);

  self = g_object_new (MAINSTAY_TYPE_OPERATION_ROW, NULL);
  self->operation = g_object_ref (operation);
  g_signal_connect_object (operation, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
