/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-download-progress.h"

#include <glib/gi18n.h>

#include "mainstay-file-findings.h"
#include "mainstay-operation-text.h"
#include "mainstay-operations.h"
#include "mainstay-show-in-folder.h"

struct _MainstayDownloadProgress
{
  GtkWidget parent_instance;

  /* template */
  GtkLabel *status_label;
  GtkLabel *path_label;
  GtkProgressBar *progress_bar;
  GtkLabel *detail_label;
  GtkWidget *hint_label;
  GtkWidget *button_box; /* on GTK 4.8 only bound children go with the template */
  GtkWidget *copy_button;
  GtkWidget *show_button;
  GtkWidget *pause_button;
  GtkWidget *resume_button;
  GtkWidget *stop_button;
  GtkWidget *retry_button;
  GtkWidget *again_button;

  /* owned */
  MainstayOperation *operation;
  guint pulse_id;
};

G_DEFINE_FINAL_TYPE (MainstayDownloadProgress, mainstay_download_progress, GTK_TYPE_WIDGET)

enum {
  SIGNAL_AGAIN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *
describe_status (MainstayOperation     *operation,
                 MainstayOperationText *text)
{
  switch (mainstay_operation_get_state (operation))
    {
    case MAINSTAY_OPERATION_FAILED:
      return _("The download has failed");
    case MAINSTAY_OPERATION_CANCELLED:
      return _("The download was stopped");
    case MAINSTAY_OPERATION_QUEUED:
      return _("Waiting until other transfers have ended");
    case MAINSTAY_OPERATION_RUNNING:
    case MAINSTAY_OPERATION_PAUSED:
    case MAINSTAY_OPERATION_VERIFYING:
    case MAINSTAY_OPERATION_DONE:
    default:
      return text->subtitle;
    }
}

static char *
describe_cancelled (MainstayOperation *operation)
{
  const char *kept = mainstay_download_operation_get_kept (operation);
  g_autofree char *name = kept != NULL ? g_filename_display_name (kept) : NULL;

  if (name == NULL)
    return g_strdup (_("Nothing of it was kept."));
  /* Translators: %s is the path of a file. */
  return g_strdup_printf (_("Only the file that was found bad is still there, as “%s”."), name);
}

static char *
describe_file (MainstayOperation *operation)
{
  MainstayBackupFile *file = mainstay_download_operation_get_file (operation);
  g_autoptr(MainstayFileFindings) findings = NULL;

  if (file == NULL)
    return g_strdup ("");
  findings = mainstay_file_findings_new (file, NULL, file->kind);
  return g_strconcat (findings->title, "\n", findings->detail, NULL);
}

static char *
describe_detail (MainstayOperation     *operation,
                 MainstayOperationText *text)
{
  switch (mainstay_operation_get_state (operation))
    {
    case MAINSTAY_OPERATION_DONE:
      return describe_file (operation);
    case MAINSTAY_OPERATION_FAILED:
      return g_strdup (text->subtitle);
    case MAINSTAY_OPERATION_CANCELLED:
      return describe_cancelled (operation);
    case MAINSTAY_OPERATION_QUEUED:
    case MAINSTAY_OPERATION_RUNNING:
    case MAINSTAY_OPERATION_PAUSED:
    case MAINSTAY_OPERATION_VERIFYING:
    default:
      return g_strdup (text->progress_text);
    }
}

static gboolean
pulse_cb (gpointer user_data)
{
  MainstayDownloadProgress *self = MAINSTAY_DOWNLOAD_PROGRESS (user_data);

  gtk_progress_bar_pulse (self->progress_bar);
  return G_SOURCE_CONTINUE;
}

static void
update_bar (MainstayDownloadProgress *self,
            MainstayOperationText    *text)
{
  gboolean pulses = text->active && text->progress < 0;

  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), text->active);
  if (!pulses)
    g_clear_handle_id (&self->pulse_id, g_source_remove);
  else if (self->pulse_id == 0)
    self->pulse_id = g_timeout_add (200, pulse_cb, self);
  if (text->progress >= 0)
    gtk_progress_bar_set_fraction (self->progress_bar, text->progress);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text->progress_text, -1);
}

static void
update_buttons (MainstayDownloadProgress *self)
{
  MainstayOperationState state = mainstay_operation_get_state (self->operation);
  gboolean has_ended = mainstay_operation_has_ended (self->operation);
  gboolean can_retry = mainstay_operation_can_retry (self->operation);

  gtk_widget_set_sensitive (self->copy_button,
                            mainstay_download_operation_get_url (self->operation) != NULL);
  /* Four buttons would not fit a narrow window. */
  gtk_widget_set_visible (self->show_button, has_ended);
  gtk_widget_set_sensitive (self->show_button, state == MAINSTAY_OPERATION_DONE);
  gtk_widget_set_visible (self->pause_button, mainstay_operation_can_pause (self->operation));
  gtk_widget_set_visible (self->resume_button, mainstay_operation_can_resume (self->operation));
  gtk_widget_set_visible (self->stop_button, !has_ended);
  gtk_widget_set_sensitive (self->stop_button, mainstay_operation_can_cancel (self->operation));
  gtk_widget_set_visible (self->retry_button, can_retry);
  gtk_widget_set_visible (self->again_button, has_ended && !can_retry &&
                                              state != MAINSTAY_OPERATION_DONE);
}

static void
update (MainstayDownloadProgress *self)
{
  g_autoptr(MainstayOperationText) text = mainstay_operation_text_for_operation (self->operation);
  g_autofree char *detail = describe_detail (self->operation, text);

  gtk_label_set_label (self->status_label, describe_status (self->operation, text));
  gtk_label_set_label (self->detail_label, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->detail_label), *detail != '\0');
  gtk_widget_set_visible (self->hint_label, mainstay_operation_is_active (self->operation));
  update_bar (self, text);
  update_buttons (self);
}

static void
copy_clicked_cb (MainstayDownloadProgress *self)
{
  const char *url = mainstay_download_operation_get_url (self->operation);

  if (url == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), url);
  gtk_button_set_label (GTK_BUTTON (self->copy_button), _("Link Copied"));
}

static void
show_clicked_cb (MainstayDownloadProgress *self)
{
  mainstay_show_in_folder (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                           mainstay_download_operation_get_path (self->operation));
}

static void
stop_clicked_cb (MainstayDownloadProgress *self)
{
  mainstay_operation_cancel (self->operation);
}

static void
pause_clicked_cb (MainstayDownloadProgress *self)
{
  mainstay_operation_pause (self->operation);
}

static void
resume_clicked_cb (MainstayDownloadProgress *self)
{
  mainstay_operation_resume (self->operation);
}

static void
retry_clicked_cb (MainstayDownloadProgress *self)
{
  mainstay_operation_retry (self->operation);
}

static void
again_clicked_cb (MainstayDownloadProgress *self)
{
  g_signal_emit (self, signals[SIGNAL_AGAIN], 0);
}

static void
mainstay_download_progress_dispose (GObject *object)
{
  MainstayDownloadProgress *self = MAINSTAY_DOWNLOAD_PROGRESS (object);

  g_clear_handle_id (&self->pulse_id, g_source_remove);
  if (self->operation != NULL)
    g_signal_handlers_disconnect_by_func (self->operation, update, self);
  g_clear_object (&self->operation);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_DOWNLOAD_PROGRESS);

  G_OBJECT_CLASS (mainstay_download_progress_parent_class)->dispose (object);
}

static void
mainstay_download_progress_class_init (MainstayDownloadProgressClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_download_progress_dispose;

  signals[SIGNAL_AGAIN] =
    g_signal_new ("again", MAINSTAY_TYPE_DOWNLOAD_PROGRESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-download-progress.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, status_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, path_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, detail_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, hint_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, button_box);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, copy_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, show_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, pause_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, resume_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, stop_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, retry_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, again_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, pause_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, resume_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, again_clicked_cb);
}

static void
mainstay_download_progress_init (MainstayDownloadProgress *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mainstay_download_progress_set_operation:
 * @self: a view
 * @operation: the download to show from now on
 */
void
mainstay_download_progress_set_operation (MainstayDownloadProgress *self,
                                          MainstayOperation        *operation)
{
  g_autofree char *name = NULL;

  g_return_if_fail (MAINSTAY_IS_DOWNLOAD_PROGRESS (self));
  g_return_if_fail (MAINSTAY_IS_OPERATION (operation));

  if (self->operation != NULL)
    g_signal_handlers_disconnect_by_func (self->operation, update, self);
  g_set_object (&self->operation, operation);
  g_signal_connect_object (operation, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  gtk_button_set_label (GTK_BUTTON (self->copy_button), _("Copy Link"));
  name = g_filename_display_name (mainstay_download_operation_get_path (operation));
  gtk_label_set_label (self->path_label, name);
  update (self);
}
