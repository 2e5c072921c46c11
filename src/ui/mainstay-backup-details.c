/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-backup-details.h"

#include "config.h"
#include "mainstay-comment-editor.h"
#include "mainstay-format.h"
#include "mainstay-time.h"

#include <glib/gi18n.h>

#define MINUTE 60 /* seconds */

struct _MainstayBackupDetails
{
  GtkBox parent_instance;

  /* Template widgets. */
  GtkStack *stack;
  GtkWidget *buttons;
  GtkImage *status_icon;
  GtkLabel *status_label;
  GtkProgressBar *progress_bar;
  GtkWidget *reason_row;
  GtkLabel *reason_label;
  GtkLabel *date_label;
  GtkWidget *created_by_row;
  GtkLabel *created_by_label;
  GtkLabel *model_version_label;
  GtkWidget *size_row;
  GtkLabel *size_label;
  GtkWidget *files_row;
  GtkLabel *files_label;
  GtkLabel *expires_label;
  GtkLabel *id_label;
  MainstayCommentEditor *comment_editor;

  MainstayBackup *backup;
  gulong notify_id;
  unsigned int clock_source;
  gboolean known; /* the server tells the details of backups */
};

enum { COMMENT_FAILED, N_SIGNALS };

static unsigned int signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MainstayBackupDetails, mainstay_backup_details, GTK_TYPE_BOX)

static void
take_label (GtkLabel *label,
            char     *text)
{
  g_autofree char *owned = text;

  gtk_label_set_label (label, owned);
}

static void
update_status (MainstayBackupDetails *self)
{
  MainstayJobState state = mainstay_backup_get_state (self->backup);
  double progress = mainstay_backup_get_progress (self->backup);
  const char *reason = mainstay_backup_get_status_message (self->backup);
  gboolean failed = state == MAINSTAY_JOB_FAILED;
  gboolean measured = state == MAINSTAY_JOB_RUNNING && progress >= 0;
  g_autofree char *percent = mainstay_format_percent (progress);

  gtk_image_set_from_icon_name (self->status_icon, mainstay_format_job_state_icon (state));
  if (failed)
    gtk_widget_add_css_class (GTK_WIDGET (self->status_icon), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->status_icon), "error");
  gtk_label_set_label (self->status_label, mainstay_format_job_state (state));
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), measured);
  gtk_progress_bar_set_show_text (self->progress_bar, TRUE);
  gtk_progress_bar_set_text (self->progress_bar, percent);
  gtk_progress_bar_set_fraction (self->progress_bar, measured ? CLAMP (progress, 0, 1) : 0);
  gtk_widget_set_visible (self->reason_row, failed);
  gtk_label_set_label (self->reason_label, reason != NULL && *reason != '\0'
                                             ? reason
                                             : _("The portal gave no reason."));
}

/* A time as it is written, and below it how far away it is. */
static char *
dup_two_lines (char *time,
               char *distance)
{
  g_autofree char *owned_time = time;
  g_autofree char *owned_distance = distance;

  return g_strdup_printf ("%s\n%s", owned_time, owned_distance);
}

static void
update_times (MainstayBackupDetails *self)
{
  gint64 created = mainstay_backup_get_created_at (self->backup);
  gint64 expires = mainstay_backup_get_expires_at (self->backup);
  gint64 now = mainstay_time_now ();

  take_label (self->date_label,
              created > 0 ? dup_two_lines (mainstay_format_date (created),
                                           mainstay_format_relative (created, now))
                          : g_strdup (_("Unknown")));
  take_label (self->expires_label,
              expires > 0 ? dup_two_lines (mainstay_format_date (expires),
                                           mainstay_format_remaining (expires, now))
                          : g_strdup (_("Unknown")));
}

static void
update (MainstayBackupDetails *self)
{
  const char *version;

  gtk_stack_set_visible_child_name (self->stack, self->backup != NULL ? "backup" : "none");
  gtk_widget_set_visible (self->buttons, self->backup != NULL);
  if (self->backup == NULL)
    return;
  version = mainstay_backup_get_model_version (self->backup);
  update_status (self);
  update_times (self);
  take_label (self->created_by_label, mainstay_format_created_by (self->backup));
  gtk_label_set_label (self->model_version_label,
                       version != NULL && *version != '\0' ? version : _("Unknown"));
  take_label (self->size_label,
              mainstay_format_size (mainstay_backup_get_size_bytes (self->backup)));
  take_label (self->files_label,
              mainstay_format_count (mainstay_backup_get_files_count (self->backup)));
  gtk_label_set_label (self->id_label, mainstay_backup_get_id (self->backup));
  gtk_widget_set_visible (self->size_row, self->known);
  gtk_widget_set_visible (self->files_row, self->known);
}

static gboolean
minute_passed_cb (gpointer user_data)
{
  MainstayBackupDetails *self = MAINSTAY_BACKUP_DETAILS (user_data);

  if (self->backup != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    update_times (self);
  return G_SOURCE_CONTINUE;
}

static void
comment_failed_cb (MainstayBackupDetails *self,
                   GError                *error)
{
  g_signal_emit (self, signals[COMMENT_FAILED], 0, error);
}

static void
mainstay_backup_details_dispose (GObject *object)
{
  MainstayBackupDetails *self = MAINSTAY_BACKUP_DETAILS (object);

  g_clear_handle_id (&self->clock_source, g_source_remove);
  if (self->backup != NULL)
    g_clear_signal_handler (&self->notify_id, self->backup);
  g_clear_object (&self->backup);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_BACKUP_DETAILS);

  G_OBJECT_CLASS (mainstay_backup_details_parent_class)->dispose (object);
}

static void
mainstay_backup_details_class_init (MainstayBackupDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_backup_details_dispose;

  signals[COMMENT_FAILED] =
    g_signal_new ("comment-failed", MAINSTAY_TYPE_BACKUP_DETAILS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  g_type_ensure (MAINSTAY_TYPE_COMMENT_EDITOR);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-backup-details.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, stack);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, buttons);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, status_icon);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, status_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, reason_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, reason_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, date_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, created_by_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, created_by_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, model_version_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, size_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, size_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, files_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, files_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, expires_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, id_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupDetails, comment_editor);
  gtk_widget_class_bind_template_callback (widget_class, comment_failed_cb);
}

static void
mainstay_backup_details_init (MainstayBackupDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->known = TRUE;
  self->clock_source = g_timeout_add_seconds (MINUTE, minute_passed_cb, self);
  update (self);
}

void
mainstay_backup_details_set_backup (MainstayBackupDetails *self,
                                    MainstayBackupList    *list,
                                    MainstayBackup        *backup)
{
  g_return_if_fail (MAINSTAY_IS_BACKUP_DETAILS (self));
  g_return_if_fail (backup == NULL || MAINSTAY_IS_BACKUP (backup));

  mainstay_comment_editor_set_backup (self->comment_editor, list, backup);
  if (self->backup == backup)
    return;
  if (self->backup != NULL)
    g_clear_signal_handler (&self->notify_id, self->backup);
  g_set_object (&self->backup, backup);
  if (backup != NULL)
    self->notify_id = g_signal_connect_object (backup, "notify", G_CALLBACK (update), self,
                                               G_CONNECT_SWAPPED);
  update (self);
}

void
mainstay_backup_details_set_known (MainstayBackupDetails *self,
                                   gboolean               details)
{
  g_return_if_fail (MAINSTAY_IS_BACKUP_DETAILS (self));

  self->known = details;
  update (self);
}

void
mainstay_backup_details_set_locked (MainstayBackupDetails *self,
                                    const char            *reason)
{
  g_return_if_fail (MAINSTAY_IS_BACKUP_DETAILS (self));

  mainstay_comment_editor_set_locked (self->comment_editor, reason);
}
