/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-download-progress.h"

#include <glib/gi18n.h>

#include "mainstay-file-findings.h"
#include "mainstay-format.h"
#include "mainstay-message.h"
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
  GtkWidget *button_box;
  GtkWidget *copy_button;
  GtkWidget *show_button;
  GtkWidget *stop_button;
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
describe_step (MainstayOperationStep step)
{
  switch (step)
    {
    case MAINSTAY_STEP_PREPARING:
      return _("The portal is making the archive…");
    case MAINSTAY_STEP_TRANSFERRING:
      return _("Downloading…");
    case MAINSTAY_STEP_VERIFYING:
      return _("Checking that the file is whole…");
    case MAINSTAY_STEP_NONE:
    case MAINSTAY_STEP_STOPPING:
    case MAINSTAY_STEP_SAFETY_BACKUP:
    case MAINSTAY_STEP_CREATING:
    case MAINSTAY_STEP_RESTORING:
    case MAINSTAY_STEP_LOADING:
    default:
      return _("Starting…");
    }
}

static const char *
describe_status (MainstayOperation *operation)
{
  switch (mainstay_operation_get_state (operation))
    {
    case MAINSTAY_OPERATION_DONE:
      return _("The file is whole and verified");
    case MAINSTAY_OPERATION_FAILED:
      return _("The download has failed");
    case MAINSTAY_OPERATION_CANCELLED:
      return _("The download was stopped");
    case MAINSTAY_OPERATION_QUEUED:
    case MAINSTAY_OPERATION_RUNNING:
    default:
      return describe_step (mainstay_operation_get_step (operation));
    }
}

static char *
describe_bytes (MainstayOperation *operation)
{
  gint64 bytes_total = mainstay_operation_get_bytes_total (operation);
  g_autofree char *done = mainstay_format_size (mainstay_operation_get_bytes_done (operation));
  g_autofree char *total = mainstay_format_size (bytes_total);

  if (bytes_total < 0)
    return g_steal_pointer (&done);
  /* Translators: both are sizes, as in "1.2 MB of 3.4 MB". */
  return g_strdup_printf (_("%1$s of %2$s"), done, total);
}

/* Bytes, speed and time left, as far as they are known. */
static char *
describe_transfer (MainstayOperation *operation)
{
  g_autofree char *bytes = NULL;
  g_autofree char *speed = NULL;
  g_autofree char *left = NULL;

  if (mainstay_operation_get_bytes_done (operation) < 0)
    return g_strdup ("");
  bytes = describe_bytes (operation);
  if (mainstay_operation_get_speed (operation) <= 0)
    return g_steal_pointer (&bytes);
  speed = mainstay_format_speed (mainstay_operation_get_speed (operation));
  if (mainstay_operation_get_seconds_left (operation) < 0)
    return g_strdup_printf ("%s · %s", bytes, speed);
  left = mainstay_format_time_left (mainstay_operation_get_seconds_left (operation));
  return g_strdup_printf ("%s · %s · %s", bytes, speed, left);
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
describe_detail (MainstayOperation *operation)
{
  const GError *error = mainstay_operation_get_error (operation);

  switch (mainstay_operation_get_state (operation))
    {
    case MAINSTAY_OPERATION_DONE:
      return describe_file (operation);
    case MAINSTAY_OPERATION_FAILED:
      return error != NULL ? mainstay_message_dup_line (error) : g_strdup ("");
    case MAINSTAY_OPERATION_CANCELLED:
      return g_strdup (_("Nothing of it was kept."));
    case MAINSTAY_OPERATION_QUEUED:
    case MAINSTAY_OPERATION_RUNNING:
    default:
      if (mainstay_operation_get_step (operation) == MAINSTAY_STEP_TRANSFERRING)
        return describe_transfer (operation);
      return g_strdup (_("You can close this window: the download goes on."));
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
update_bar (MainstayDownloadProgress *self)
{
  double progress = mainstay_operation_get_progress (self->operation);
  gboolean active = mainstay_operation_is_active (self->operation);
  g_autofree char *text = mainstay_format_percent (progress);

  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), active);
  if (!active || progress >= 0)
    g_clear_handle_id (&self->pulse_id, g_source_remove);
  if (active && progress < 0 && self->pulse_id == 0)
    self->pulse_id = g_timeout_add (200, pulse_cb, self);
  if (progress >= 0)
    gtk_progress_bar_set_fraction (self->progress_bar, progress);
  /* Only where there is a number: else the text would be announced again and again. */
  gtk_progress_bar_set_show_text (self->progress_bar, progress >= 0);
  gtk_progress_bar_set_text (self->progress_bar, progress >= 0 ? text : NULL);
}

static void
update (MainstayDownloadProgress *self)
{
  MainstayOperationState state = mainstay_operation_get_state (self->operation);
  gboolean active = mainstay_operation_is_active (self->operation);
  gboolean failed = state == MAINSTAY_OPERATION_FAILED || state == MAINSTAY_OPERATION_CANCELLED;
  g_autofree char *detail = describe_detail (self->operation);

  gtk_label_set_label (self->status_label, describe_status (self->operation));
  gtk_label_set_label (self->detail_label, detail);
  update_bar (self);
  gtk_widget_set_sensitive (self->copy_button,
                            mainstay_download_operation_get_url (self->operation) != NULL);
  gtk_widget_set_sensitive (self->show_button, state == MAINSTAY_OPERATION_DONE);
  gtk_widget_set_visible (self->stop_button, active);
  gtk_widget_set_sensitive (self->stop_button, mainstay_operation_can_cancel (self->operation));
  gtk_widget_set_visible (self->again_button, failed);
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
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, button_box);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, copy_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, show_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, stop_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayDownloadProgress, again_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked_cb);
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
