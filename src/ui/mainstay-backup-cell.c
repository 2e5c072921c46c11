/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-backup-cell.h"

#include "config.h"
#include "mainstay-format.h"

#include <glib/gi18n.h>

/* GTK makes two hundred rows at once, of which some twenty are seen. So a cell has neither children
 * nor a layout before it is drawn. The status cell, which is in every row, is an ordinary label: it
 * gives the row its height. */
struct _MainstayBackupCell
{
  GtkWidget parent_instance;

  GtkWidget *icon;     /* (nullable): the status column's alone, as the label */
  GtkWidget *label;    /* (nullable) */
  PangoLayout *layout; /* (nullable): of the others, from their first frame on */
  char *text;
  MainstayBackup *backup;
  gulong notify_id;
  MainstayColumn column;
};

G_DEFINE_FINAL_TYPE (MainstayBackupCell, mainstay_backup_cell, GTK_TYPE_WIDGET)

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
      return mainstay_format_job_progress (mainstay_backup_get_state (backup),
                                           mainstay_backup_get_progress (backup));
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
update_status (MainstayBackupCell *self)
{
  MainstayJobState state = mainstay_backup_get_state (self->backup);

  gtk_label_set_label (GTK_LABEL (self->label), self->text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), mainstay_format_job_state_icon (state));
  if (state == MAINSTAY_JOB_FAILED)
    gtk_widget_add_css_class (self->icon, "error");
  else
    gtk_widget_remove_css_class (self->icon, "error");
}

static void
update (MainstayBackupCell *self)
{
  g_autofree char *text = dup_text (self->backup, self->column);

  if (g_strcmp0 (text, self->text) == 0 && self->label == NULL)
    return;
  g_clear_pointer (&self->text, g_free);
  self->text = g_steal_pointer (&text);
  if (self->label != NULL)
    {
      update_status (self);
      return;
    }
  g_clear_object (&self->layout);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->text,
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Numbers that are compared from row to row get figures of one width. */
static PangoLayout *
make_layout (MainstayBackupCell *self)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->text);

  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  if (self->column == MAINSTAY_COLUMN_SIZE)
    pango_layout_set_alignment (layout, gtk_widget_get_direction (GTK_WIDGET (self)) ==
                                        GTK_TEXT_DIR_RTL ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT);
  if (self->column != MAINSTAY_COLUMN_COMMENT && self->column != MAINSTAY_COLUMN_CREATED_BY)
    {
      g_autoptr(PangoAttrList) attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
      pango_layout_set_attributes (layout, attributes);
    }
  return layout;
}

static void
mainstay_backup_cell_snapshot (GtkWidget   *widget,
                               GtkSnapshot *snapshot)
{
  MainstayBackupCell *self = MAINSTAY_BACKUP_CELL (widget);
  int height;

  GTK_WIDGET_CLASS (mainstay_backup_cell_parent_class)->snapshot (widget, snapshot);
  if (self->label != NULL || self->text == NULL)
    return;
  if (self->layout == NULL)
    self->layout = make_layout (self);
  pango_layout_set_width (self->layout, gtk_widget_get_width (widget) * PANGO_SCALE);
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  gtk_snapshot_render_layout (snapshot, gtk_widget_get_style_context (widget), 0,
                              (gtk_widget_get_height (widget) - height) / 2, self->layout);
}

static void
mainstay_backup_cell_css_changed (GtkWidget         *widget,
                                  GtkCssStyleChange *change)
{
  g_clear_object (&MAINSTAY_BACKUP_CELL (widget)->layout);

  GTK_WIDGET_CLASS (mainstay_backup_cell_parent_class)->css_changed (widget, change);
}

static void
mainstay_backup_cell_system_setting_changed (GtkWidget        *widget,
                                             GtkSystemSetting  setting)
{
  g_clear_object (&MAINSTAY_BACKUP_CELL (widget)->layout);

  GTK_WIDGET_CLASS (mainstay_backup_cell_parent_class)->system_setting_changed (widget, setting);
}

static void
mainstay_backup_cell_direction_changed (GtkWidget        *widget,
                                        GtkTextDirection  previous)
{
  g_clear_object (&MAINSTAY_BACKUP_CELL (widget)->layout);

  GTK_WIDGET_CLASS (mainstay_backup_cell_parent_class)->direction_changed (widget, previous);
}

/* The whole comment, where the row has no room for it. */
static gboolean
mainstay_backup_cell_query_tooltip (GtkWidget  *widget,
                                    int         x,
                                    int         y,
                                    gboolean    keyboard,
                                    GtkTooltip *tooltip)
{
  MainstayBackupCell *self = MAINSTAY_BACKUP_CELL (widget);
  const char *comment = self->backup != NULL ? mainstay_backup_get_comment (self->backup) : NULL;

  if (comment == NULL || *comment == '\0')
    return FALSE;
  gtk_tooltip_set_text (tooltip, comment);
  return TRUE;
}

static void
mainstay_backup_cell_dispose (GObject *object)
{
  MainstayBackupCell *self = MAINSTAY_BACKUP_CELL (object);

  mainstay_backup_cell_set_backup (self, NULL);
  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_object (&self->layout);

  G_OBJECT_CLASS (mainstay_backup_cell_parent_class)->dispose (object);
}

static void
mainstay_backup_cell_finalize (GObject *object)
{
  g_clear_pointer (&MAINSTAY_BACKUP_CELL (object)->text, g_free);

  G_OBJECT_CLASS (mainstay_backup_cell_parent_class)->finalize (object);
}

static void
mainstay_backup_cell_class_init (MainstayBackupCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_backup_cell_dispose;
  object_class->finalize = mainstay_backup_cell_finalize;
  widget_class->snapshot = mainstay_backup_cell_snapshot;
  widget_class->css_changed = mainstay_backup_cell_css_changed;
  widget_class->system_setting_changed = mainstay_backup_cell_system_setting_changed;
  widget_class->direction_changed = mainstay_backup_cell_direction_changed;
  widget_class->query_tooltip = mainstay_backup_cell_query_tooltip;

  gtk_widget_class_set_css_name (widget_class, "backup-cell");
}

static void
mainstay_backup_cell_init (MainstayBackupCell *self)
{
}

static void
make_status (MainstayBackupCell *self)
{
  gtk_widget_set_layout_manager (GTK_WIDGET (self),
                                 gtk_box_layout_new (GTK_ORIENTATION_HORIZONTAL));
  /* The word beside it says the same. */
  self->icon = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                             NULL);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (self->label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

/** mainstay_backup_cell_new: Returns: (transfer full): a floating cell that shows @column */
GtkWidget *
mainstay_backup_cell_new (MainstayColumn column)
{
  gboolean is_status = column == MAINSTAY_COLUMN_STATUS;
  MainstayBackupCell *self;

  g_return_val_if_fail (column < MAINSTAY_N_COLUMNS, NULL);

  self = g_object_new (MAINSTAY_TYPE_BACKUP_CELL, "accessible-role",
                       is_status ? GTK_ACCESSIBLE_ROLE_GENERIC : GTK_ACCESSIBLE_ROLE_LABEL,
                       "has-tooltip", column == MAINSTAY_COLUMN_COMMENT, NULL);
  self->column = column;
  if (is_status)
    make_status (self);
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
  /* Ended above: an object's watch, seven to a row, would cost more than the rest of this. */
  self->notify_id = g_signal_connect_swapped (backup, "notify", G_CALLBACK (update), self);
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

  return self->text != NULL ? self->text : "";
}
