/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-backup-cell.h"

#include "config.h"
#include "mainstay-format.h"

#include <glib/gi18n.h>

struct _MainstayBackupCell
{
  GtkWidget parent_instance;

  GtkWidget *icon; /* (nullable): the status column's alone */
  GtkWidget *label;
  MainstayBackup *backup;
  gulong notify_id;
  MainstayColumn column;
};

G_DEFINE_FINAL_TYPE (MainstayBackupCell, mainstay_backup_cell, GTK_TYPE_WIDGET)

static char *
dup_status (MainstayBackup *backup)
{
  MainstayJobState state = mainstay_backup_get_state (backup);
  double progress = mainstay_backup_get_progress (backup);
  g_autofree char *percent = NULL;

  if (state != MAINSTAY_JOB_RUNNING || progress < 0)
    return g_strdup (mainstay_format_job_state (state));
  percent = mainstay_format_percent (progress);
  /* translators: the word "Running" and the share that is done, as in "Running 40%" */
  return g_strdup_printf (C_("status and progress", "%s %s"), mainstay_format_job_state (state),
                          percent);
}

/* A comment may have many lines; a row has one. */
static char *
dup_comment (MainstayBackup *backup)
{
  const char *comment = mainstay_backup_get_comment (backup);
  char *line = g_strdup (comment != NULL ? comment : "");

  return g_strstrip (g_strdelimit (line, "\r\n\t", ' '));
}

static char *
dup_version (MainstayBackup *backup)
{
  const char *version = mainstay_backup_get_model_version (backup);

  return g_strdup (version != NULL && *version != '\0' ? version : "—");
}

static char *
dup_text (MainstayBackup *backup,
          MainstayColumn  column)
{
  switch (column)
    {
    case MAINSTAY_COLUMN_STATUS:
      return dup_status (backup);
    case MAINSTAY_COLUMN_DATE:
      return mainstay_format_date (mainstay_backup_get_created_at (backup));
    case MAINSTAY_COLUMN_CREATED_BY:
      return mainstay_format_created_by (backup);
    case MAINSTAY_COLUMN_MODEL_VERSION:
      return dup_version (backup);
    case MAINSTAY_COLUMN_SIZE:
      return mainstay_format_size (mainstay_backup_get_size_bytes (backup));
    case MAINSTAY_COLUMN_EXPIRES:
      return mainstay_format_day (mainstay_backup_get_expires_at (backup));
    case MAINSTAY_COLUMN_COMMENT:
      return dup_comment (backup);
    case MAINSTAY_N_COLUMNS:
    default:
      g_assert_not_reached ();
    }
}

static void
update (MainstayBackupCell *self)
{
  g_autofree char *text = NULL;
  MainstayJobState state;

  if (self->backup == NULL)
    return;
  text = dup_text (self->backup, self->column);
  gtk_label_set_label (GTK_LABEL (self->label), text);
  if (self->column == MAINSTAY_COLUMN_COMMENT)
    gtk_widget_set_tooltip_text (self->label, mainstay_backup_get_comment (self->backup));
  if (self->icon == NULL)
    return;
  state = mainstay_backup_get_state (self->backup);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), mainstay_format_job_state_icon (state));
  if (state == MAINSTAY_JOB_FAILED)
    gtk_widget_add_css_class (self->icon, "error");
  else
    gtk_widget_remove_css_class (self->icon, "error");
}

static void
mainstay_backup_cell_dispose (GObject *object)
{
  MainstayBackupCell *self = MAINSTAY_BACKUP_CELL (object);

  mainstay_backup_cell_set_backup (self, NULL);
  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (mainstay_backup_cell_parent_class)->dispose (object);
}

static void
mainstay_backup_cell_class_init (MainstayBackupCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_backup_cell_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "backup-cell");
}

static void
mainstay_backup_cell_init (MainstayBackupCell *self)
{
}

/* Numbers that are compared from row to row get figures of one width. */
static void
style_label (GtkWidget      *label,
             MainstayColumn  column)
{
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), column == MAINSTAY_COLUMN_SIZE ? 1 : 0);
  gtk_widget_set_hexpand (label, TRUE);
  if (column == MAINSTAY_COLUMN_COMMENT)
    gtk_label_set_width_chars (GTK_LABEL (label), 10);
  if (column != MAINSTAY_COLUMN_COMMENT && column != MAINSTAY_COLUMN_CREATED_BY)
    gtk_widget_add_css_class (label, "numeric");
}

/** mainstay_backup_cell_new: Returns: (transfer full): a floating cell that shows @column */
GtkWidget *
mainstay_backup_cell_new (MainstayColumn column)
{
  MainstayBackupCell *self;

  g_return_val_if_fail (column < MAINSTAY_N_COLUMNS, NULL);

  self = g_object_new (MAINSTAY_TYPE_BACKUP_CELL, NULL);
  self->column = column;
  if (column == MAINSTAY_COLUMN_STATUS)
    {
      /* The word beside it says the same. */
      self->icon = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                 NULL);
      gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
    }
  self->label = gtk_label_new (NULL);
  style_label (self->label, column);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

/** mainstay_backup_cell_set_backup: @backup: (nullable): what to show from now on */
void
mainstay_backup_cell_set_backup (MainstayBackupCell *self,
                                 MainstayBackup     *backup)
{
  g_return_if_fail (MAINSTAY_IS_BACKUP_CELL (self));
  g_return_if_fail (backup == NULL || MAINSTAY_IS_BACKUP (backup));

  if (self->backup == backup)
    return;
  if (self->backup != NULL)
    g_clear_signal_handler (&self->notify_id, self->backup);
  g_set_object (&self->backup, backup);
  if (backup == NULL)
    return;
  self->notify_id =
    g_signal_connect_object (backup, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

/** mainstay_backup_cell_get_backup: Returns: (nullable): what is shown */
MainstayBackup *
mainstay_backup_cell_get_backup (MainstayBackupCell *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_CELL (self), NULL);

  return self->backup;
}

const char *
mainstay_backup_cell_get_text (MainstayBackupCell *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_CELL (self), NULL);

  return gtk_label_get_label (GTK_LABEL (self->label));
}
